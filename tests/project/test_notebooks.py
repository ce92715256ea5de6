"""Rules for notebooks: test notebooks are executed, chapters hold no functions, loops or stored figures."""

import ast

import nbformat
import pytest

from analysis import paths
from analysis.build.chapters import Parameters, chapters
from analysis.store.results import Missing
from conftest import TEST_NOTEBOOKS

pytestmark = pytest.mark.slow

CHAPTERS = [chapter.path for chapter in chapters()]


def code(path):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code" and cell.source]


def calls(cell):
    """Yield the calls in a cell, as source text."""
    return (ast.unparse(node) for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Call))


def unexecuted(path):
    return [cell.source for cell in code(path) if cell.execution_count is None]


@pytest.mark.parametrize("path", TEST_NOTEBOOKS, ids=lambda path: path.name)
def test_every_cell_of_a_test_notebook_was_executed(path):
    """Nbval does not compare a cell without an execution count."""
    assert not unexecuted(path)


def test_an_unexecuted_cell_is_found(tmp_path):
    notebook = nbformat.read(TEST_NOTEBOOKS[0], as_version=4)
    next(cell for cell in notebook.cells if cell.cell_type == "code").execution_count = None
    nbformat.write(notebook, tmp_path / "n.ipynb")
    assert unexecuted(tmp_path / "n.ipynb")


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.name)
def test_a_chapter_asks_and_answers(path):
    trees = [ast.parse(cell.source) for cell in code(path)]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    assert not [n for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef | ast.Lambda | ast.For | ast.While)]
    imported = {alias.name for n in nodes if isinstance(n, ast.Import) for alias in n.names}
    assert imported == {"analysis"}
    assert not any(isinstance(n, ast.ImportFrom) for n in nodes)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.name)
def test_a_chapter_asks_a_result_only_what_a_missing_one_answers_too(path):
    nodes = [node for cell in code(path) for node in ast.walk(ast.parse(cell.source))]
    asked = {n.attr for n in nodes if isinstance(n, ast.Attribute) and getattr(n.value, "id", None) != "va"}
    assert not {name for name in asked if not hasattr(Missing, name)}


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.name)
def test_a_chapter_declares_its_parameters_and_has_one_title(path):
    assert Parameters().for_notebook(path)
    titles = [line for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown"
              for line in cell.source.splitlines() if line.startswith("# ")]  # fmt: skip
    assert len(titles) == 1


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.name)
def test_a_chapter_checks_its_parameters_before_it_asks_anything(path):
    """Papermill itself accepts any value, and only warns about an unknown name."""
    cells = code(path)
    (declared,) = [number for number, cell in enumerate(cells) if "parameters" in cell.metadata.get("tags", [])]
    assert not [node for cell in cells[:declared] for node in calls(cell)]
    assert next(calls(cells[declared + 1])) == "va.checked(municipality, first_year, last_year)"


@pytest.mark.parametrize("path", [*CHAPTERS, paths.NOTEBOOKS / "verkennen.ipynb"], ids=lambda path: path.name)
def test_no_figures_are_stored_in_a_chapter(path):
    assert not any(cell.outputs or cell.execution_count for cell in code(path))
