"""The house: every concept has one module with a name of its own, and nothing lies loose at the top."""

import ast
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

import analysis
from analysis import paths
from analysis.ingest.dispatch import READERS

PACKAGE = Path(analysis.__file__).parent
MODULES = [path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py"]
MOST_MODULES = 190  # with the packages themselves
FEWEST_LINES = 40
LONGEST_FUNCTION = 50


def repeated(names):
    return {name: number for name, number in Counter(names).items() if number > 1}


def test_no_two_modules_have_one_name():
    assert not repeated(path.stem for path in MODULES)


def test_no_two_public_classes_have_one_name():
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in MODULES]
    classes = [node.name for tree in trees for node in tree.body if isinstance(node, ast.ClassDef)]
    assert not repeated(name for name in classes if not name.startswith("_"))


def test_there_are_few_modules_and_none_is_a_cupboard():
    sizes = {path.stem: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert not {name: lines for name, lines in sizes.items() if lines < FEWEST_LINES}
    shortest = sorted(sizes, key=sizes.__getitem__)[:10]
    modules = len(MODULES) + sum(1 for _ in PACKAGE.rglob("__init__.py"))
    assert modules <= MOST_MODULES, f"too many modules: join two that belong together, perhaps of {shortest}"


def test_every_reader_is_in_the_contract_that_keeps_publishers_apart():
    contracts = tomllib.loads((paths.PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    apart = {name for one in contracts["contracts"] if one["type"] == "independence" for name in one["modules"]}
    assert {reader.read.__module__ for reader in READERS} <= apart


def test_nothing_lies_loose_at_the_top():
    assert {path.stem for path in MODULES if path.parent == PACKAGE} == {"errors", "paths"}
    assert {len(path.relative_to(PACKAGE).parts) for path in MODULES} == {1, 2}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_functions_stay_short(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    lines = {node.name: sum(1 for _ in ast.walk(node) if isinstance(_, ast.stmt)) for node in functions}
    assert not {name: number for name, number in lines.items() if number > LONGEST_FUNCTION}


WRITTEN = [*paths.PROJECT.glob("*.md"), *(paths.PROJECT / "docs").rglob("*.md")]


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_what_the_docs_name_exists(path):
    text = path.read_text(encoding="utf-8")
    tests = set(re.findall(r"\b(test_\w+)\.py", text))
    assert tests <= {test.stem for test in (paths.PROJECT / "tests").rglob("test_*.py")}
    files = set(re.findall(r"\b((?:src|tests|benchmarks|docs|notebooks)/[\w/.-]*\w)(?![\w<])", text))
    assert not {name for name in files if not (paths.PROJECT / name).exists()}
    links = set(re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text))
    assert not {link for link in links if not (path.parent / link).exists()}


def test_every_decision_has_a_number_of_its_own_and_is_in_the_list():
    folder = paths.PROJECT / "docs" / "decisions"
    records = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert [int(name[:4]) for name in records] == list(range(1, len(records) + 1))
    assert all(f"# {int(name[:4])}. " in (folder / name).read_text(encoding="utf-8") for name in records)
    listed = re.findall(r"\[(\d{4})\]\((\1-[\w-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8"))
    assert sorted(name for _, name in listed) == records
