"""The table of thresholds: it holds every number that decides what is said."""

import re

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
    assert "2016 tot en met 2019" in page and "99,8" in page and "vanaf 10 registraties in beide jaren" in page


def test_the_methods_type_no_number_that_a_definition_decides():
    """Years and the name of a checksum are no thresholds; every other number belongs in the table."""
    cells = nbformat.read(paths.NOTEBOOKS / "13_verantwoording.ipynb", as_version=4).cells
    typed = {number for cell in cells if cell.cell_type == "markdown" for number in re.findall(r"\d+", cell.source)}
    assert typed == {"256", "2012", "2020"}
    assert any(cell.source == "va.rules()" for cell in cells)
