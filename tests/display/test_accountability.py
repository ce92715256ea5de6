"""The table of thresholds, which holds every number that decides what is said, and the list of files."""

import re
import subprocess
import sys

import nbformat
import pytest

from analysis import paths
from analysis.definitions import catalogue
from analysis.display.accountability import Rules, rules
from analysis.store.results import html

KNOWN = catalogue.thresholds()
LEAVES = [(part, name) for part, numbers in KNOWN.model_dump().items() for name in numbers]


@pytest.mark.parametrize(("part", "name"), LEAVES)
def test_every_threshold_is_in_the_table(part, name):
    """Another number must give another page; a threshold that is not there would be a rule nobody can read."""
    content = KNOWN.model_dump()
    content[part][name] *= 3
    assert html(Rules(catalogue.Thresholds.model_construct(**_parts(content)))) != html(rules())


def _parts(content):
    """The parts as they are typed, without a check on whether the numbers go together."""
    return {
        part: type(was).model_construct(**content[part])
        if hasattr(was := getattr(KNOWN, part), "model_dump")
        else content[part]
        for part in content
    }


def test_the_table_is_in_dutch():
    page = html(rules())
    assert "minstens 36" in page and "99,8" in page and "vanaf 10 registraties in beide jaren" in page


def test_the_methods_type_no_number_that_a_definition_decides():
    """Years and the name of a checksum are no thresholds, and `test_margins` holds the coverage to its definition."""
    cells = nbformat.read(paths.NOTEBOOKS / "13_verantwoording.ipynb", as_version=4).cells
    typed = {number for cell in cells if cell.cell_type == "markdown" for number in re.findall(r"\d+", cell.source)}
    assert typed == {"256", "2012", "2020", "95", "100"}
    assert any(cell.source == "va.rules()" for cell in cells)


LIST_OF_FILES = """
from nbformat import v4
from analysis.report.records import ReportChapter, with_files
from analysis.store import raw_sources
from analysis.store.results import MIME
source = raw_sources.Source("a", "politie/a.csv", "47013NED", "Politie", "0" * 64, 1, synthetic=True)
listed = raw_sources.SourceList((source,)).records()[0]
record = {"id": listed.id, "source": list(listed.source)}
output = v4.new_output("display_data", {MIME: [record]})
chapter = ReportChapter("x", "X", "x.html", v4.new_notebook(cells=[v4.new_code_cell("", outputs=[output])]), None, [])
print(with_files(chapter, {"a": source}, (), {}).notebook.cells[0].outputs[0].data["text/html"])
"""


@pytest.mark.slow
def test_a_report_can_show_its_files_in_a_process_without_notebooks():
    """The list of files is made after all chapters, in a process in which nothing else registers how it is shown."""
    shown = subprocess.run([sys.executable, "-c", LIST_OF_FILES], capture_output=True, text=True, check=True).stdout
    assert "politie/a.csv" in shown and "In dit rapport staat niets" not in shown
