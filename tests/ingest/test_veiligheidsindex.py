"""Nationale Veiligheidsindices in the assumed layouts; no real export was available. All figures made up."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook

import made_up_exports
from analysis.errors import DataError
from analysis.ingest import grids, veiligheidsindex
from analysis.ingest.data_package import Resource
from analysis.ingest.pipeline import ingest
from analysis.store.loading import load
from analysis.store.series import Series

CRIME, NUISANCE = "Index criminaliteit (2012=100)", "Index overlast (2012=100)"
LINES = [
    "Nationale Veiligheidsindices",
    f"Gemeenten;{CRIME}|2012;{CRIME}|2021;{NUISANCE}|2012;{NUISANCE}|2021;Aantal inwoners|2021",
    "Westerkwartier;100;74,5;100;81;64000",
    "Groningen;100;?;100;x;235000",
    "Gemeenten 50.000 - 100.000 inwoners;100;80;100;90;7",
    "Nederland;100;71,3;100;92,1;17000000",
    "",
    "Bron;WODC",
]


def csv(folder: Path, lines: list[str]) -> Path:
    return made_up_exports.write(folder / "index.csv", lines)


def xlsx(folder: Path, rows: list[list]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(folder / "index.xlsx")
    return folder / "index.xlsx"


def read(path: Path) -> pd.DataFrame:
    resource = Resource(name=path.stem, path=path.name)
    assert veiligheidsindex.recognises(grids.peek(path), resource)
    table, rows = veiligheidsindex.read(path, resource)
    assert table.id == "nvi"
    return rows.assign(year=rows["period"].dt.year).set_index(["code", "region", "year"])


def refused(path: Path, problem: str, line: int | None, column: str | None) -> None:
    with pytest.raises(DataError, match=problem) as caught:
        read(path)
    assert path.name in caught.value.file and caught.value.remedy
    assert (caught.value.line, caught.value.column) == (line, column)


def test_indices_of_regions_without_groups_notes_and_other_subjects(tmp_path):
    rows = read(csv(tmp_path, LINES))
    assert rows["value"].dropna().to_dict() == {
        ("criminaliteit", "GM1969", 2012): 100, ("criminaliteit", "GM1969", 2021): 74.5,
        ("overlast", "GM1969", 2012): 100, ("overlast", "GM1969", 2021): 81,
        ("criminaliteit", "GM0014", 2012): 100, ("overlast", "GM0014", 2012): 100,
        ("criminaliteit", "NL00", 2012): 100, ("criminaliteit", "NL00", 2021): 71.3,
        ("overlast", "NL00", 2012): 100, ("overlast", "NL00", 2021): 92.1,
    }  # fmt: skip
    assert rows["status"].loc["criminaliteit", "GM0014", 2021] == "missing"
    assert rows["status"].loc["overlast", "GM0014", 2021] == "suppressed"
    assert rows["lower"].isna().all()


def test_a_workbook_with_years_below_the_index_and_margins_beside_it(tmp_path):
    rows = read(
        xlsx(
            tmp_path,
            [
                [NUISANCE],
                ["", NUISANCE, "", f"ondergrens {NUISANCE}", "", f"{NUISANCE}, bovengrens", ""],
                ["Gemeenten", 2019, 2021, 2019, 2021, 2019, 2021],
                ["Westerkwartier", 82, 80.25, 78, 76.5, 86, "84,5"],
                ["Nederland", 94, "?", 93, "-", 95, None],
                [],
                ["Eenheid", "index"],
            ],
        )
    )
    row = rows.loc[("overlast", "GM1969", 2021)]
    assert row[["value", "lower", "upper"]].tolist() == [80.25, 76.5, 84.5]
    assert rows["status"].loc["overlast", "NL00", 2021] == "missing" and len(rows) == 4


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        ("Criminaliteitsindex", "criminaliteit"),
        ("Overlastindex (2012 = 100)", "overlast"),
        ("index onveiligheidsgevoelens", "onveiligheidsgevoelens"),
        ("Index Vermijdingsgedrag (2012=100)", "vermijdingsgedrag"),
        ("Onveiligheidsperceptie-index", "onveiligheidsperceptie"),
    ],
)
def test_the_five_indices_however_they_are_written(tmp_path, heading, code):
    rows = read(csv(tmp_path, [f"Gemeenten;{heading}|2021", "Westerkwartier;90"]))
    assert list(rows.index) == [(code, "GM1969", 2021)]


def test_another_index_is_left_out_and_counted(tmp_path):
    (tmp_path / "raw").mkdir()
    csv(tmp_path / "raw", [f"Gemeenten;{NUISANCE}|2021;Index jeugd (2012=100)|2021", "Westerkwartier;90;80"])
    assert ingest(tmp_path / "raw", tmp_path / "processed").left_out == {"index jeugd": 1}
    series = load("nvi_overlast", "GM1969", folder=tmp_path / "processed")
    assert isinstance(series, Series) and series.value(2021) == 90 and series.indicator.unit == "index"


def test_the_nuisance_table_of_the_police_is_no_index(tmp_path):
    path = made_up_exports.write(
        tmp_path / "x.csv", ["Overlast;Regio's;Perioden;Geregistreerde overlast (aantal)", "E33;x;2021;5"]
    )
    assert not veiligheidsindex.recognises(grids.peek(path), Resource(name="x", path="x"))


@pytest.mark.parametrize(
    ("line", "problem", "column"),
    [
        ("Westerkwartjer;100;90;100;90;1", "'Westerkwartjer' is onbekend", "regio"),
        ("Marum;100;veel;100;90;1", "'veel' is geen getal", f"{CRIME}|2021"),
        ("Marum;100;90;100;90.5;1", "geen getal", f"{NUISANCE}|2021"),
        ("Marum;100;90;100;0;1", "'0' is geen index", f"{NUISANCE}|2021"),
        ("Marum;100;90;100", "4 velden en de kopregel 6", None),
        ("Westerkwartier;100;90;100;90;1", "twee keer", None),
    ],
)
def test_bad_lines_are_named(tmp_path, line, problem, column):
    refused(csv(tmp_path, [*LINES[:6], line, *LINES[6:]]), problem, 7, column)


@pytest.mark.parametrize(
    ("lines", "problem", "column"),
    [
        ([f"Gemeenten;{CRIME}", "Westerkwartier;74"], "hoort een jaar, niet '74'", CRIME),
        ([f"Gemeenten;{CRIME}|", "Westerkwartier;74"], "hoort een jaar, niet ''", CRIME),
        ([f"Gemeenten;{CRIME}"], "ontbreken de jaren", None),
        ([f"{CRIME}|2020;{CRIME}|2021", "80;74"], "hoort de eerste te zijn", "Gemeenten"),
        (
            ["Gemeenten;Overlastindex (2014=100)|2021", "Westerkwartier;74"],
            "2014 op 100",
            "Overlastindex (2014=100)|2021",
        ),
    ],
)
def test_a_header_must_say_regions_years_and_the_base_year(tmp_path, lines, problem, column):
    refused(csv(tmp_path, lines), problem, 1, column)


def test_an_index_outside_its_margins_is_refused(tmp_path):
    lines = [f"Gemeenten;{CRIME}|2021;{CRIME} ondergrens|2021", "Westerkwartier;74;76"]
    refused(csv(tmp_path, lines), "ligt buiten haar marge", 2, None)


def test_a_table_without_figures_or_end_is_refused(tmp_path):
    refused(csv(tmp_path, LINES[:2]), "geen cijfers", None, None)
    path = csv(tmp_path, LINES[:4])
    path.write_bytes(path.read_bytes()[:-3])
    refused(path, "midden in deze regel", 4, None)
