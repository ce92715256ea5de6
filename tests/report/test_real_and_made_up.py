"""Every page, table and record of the sample report says which figures are real and which are made up."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from analysis import paths
from analysis.definitions import catalogue
from analysis.display.tables import FIGURES, KINDS, MADE_UP, PARTLY, REAL
from analysis.report.page import banner_text
from analysis.store.results import SERIES_MIME, SeriesShown

pytestmark = pytest.mark.slow

PACKAGE = json.loads((paths.RAW / "datapackage.json").read_text(encoding="utf-8"))
REGISTER = {entry["name"]: entry for entry in PACKAGE["resources"]}
BESIDE = ("70072ned", "kerncijfers_wijken_buurten", "gebiedsgrenzen")  # what counts are divided by and drawn on
OF_ONE_SERIES = ("registrations", "persons", "per_1000", "index", "grade")  # units of a figure; not of a sum of those
OF_MANY = ("kern", "statement")  # chapters in which a number names all files of its statement


@pytest.fixture(scope="module")
def folder(sample_report: Any) -> Path:
    return Path(sample_report.folder)


@pytest.fixture(scope="module")
def records(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def shown(folder: Path) -> dict[str, set[SeriesShown]]:
    """The series on each page, as its notebook holds them."""
    notebooks = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("notebooks/*.ipynb")}
    return {
        name: {
            SeriesShown(*series)
            for cell in notebook["cells"]
            for output in cell.get("outputs", ())
            for series in output.get("data", {}).get(SERIES_MIME, ())
        }
        for name, notebook in notebooks.items()
    }


def test_every_record_says_whether_a_file_behind_it_is_made_up(records: list[dict[str, Any]]) -> None:
    for record in records:
        assert record["synthetic"] is any(REGISTER[name]["synthetic"] for name in record["source"]), record["id"]
    assert {record["synthetic"] for record in records} == {True, False}


def test_no_figure_comes_from_both_real_and_made_up_files(records: list[dict[str, Any]]) -> None:
    figures = [record for record in records if record["unit"] in OF_ONE_SERIES and record["chapter"] not in OF_MANY]
    for record in figures:
        counted = [REGISTER[name] for name in record["source"] if REGISTER[name]["table"] not in BESIDE]
        kinds = {entry["synthetic"] for entry in counted if not entry["path"].startswith("beleid/")}
        assert len(kinds) <= 1, (record["id"], record["source"])
    assert len(figures) > 1000


def test_a_series_is_the_same_on_every_page(shown: dict[str, set[SeriesShown]]) -> None:
    kinds: dict[tuple[str, str, str], bool] = {}
    for series in set().union(*shown.values()):
        *key, synthetic = series
        assert kinds.setdefault((key[0], key[1], key[2]), synthetic) is synthetic, series
    assert kinds["woninginbraak", "GM1969", "Y"] is False and kinds["onbegrepen_gedrag", "GM1969", "Y"] is True


def page_of(notebook: str) -> str:
    """Return the page of a notebook; chapter 00 is the first page."""
    return "index.html" if notebook.startswith("00_") else f"{notebook}.html"


def test_the_banner_of_a_page_counts_its_series(folder: Path, shown: dict[str, set[SeriesShown]]) -> None:
    for name, series in shown.items():
        sentence = banner_text(sum(one.synthetic for one in series), len(series)) if series else ""
        assert sentence in " ".join(html.parse(folder / page_of(name)).getroot().text_content().split()), name


def test_every_row_of_a_table_with_both_says_what_it_is(folder: Path, shown: dict[str, set[SeriesShown]]) -> None:
    labels = {name: item.id for item in catalogue.indicators().values() for name in (item.label, item.title)}
    found = set()
    for name, series in shown.items():
        own = {(one.indicator, one.synthetic) for one in series if one.region == "GM1969"}
        for table in html.parse(folder / page_of(name)).iter("table"):
            if KINDS not in table.xpath("./thead/tr/th/text()")[1:] or table.xpath("./caption/@id") == ["bronnen"]:
                continue
            assert FIGURES not in table.attrib  # not a table of real figures only
            for row in table.xpath("./tbody/tr"):
                first, last = (row[place].text_content() for place in (0, -1))
                assert last in (REAL, MADE_UP, PARTLY) or "geen cijfer" in last, (name, first)
                kinds = {made_up for indicator, made_up in own if indicator == labels.get(first)}
                if len(kinds) == 1:  # of both, when months and years of an indicator are on one page
                    found.add(last)
                    assert last == (MADE_UP if kinds == {True} else REAL), (name, first)
    assert found == {REAL, MADE_UP}


def test_only_tables_of_real_figures_are_not_called_sample_data(folder: Path) -> None:
    files = {path.name.partition("voorbeelddata-")[2] or path.name: path for path in folder.glob("tables/*.csv")}
    real = {name for name, path in files.items() if path.name == name}
    assert {"woon-woninginbraak-gm1969-tabel.csv"} <= real
    for name in real:
        assert not re.search(MADE_UP, files[name].read_text(encoding="utf-8-sig")), name
