"""Crime tables of CBS: its own codes, in every layout of StatLine, apart from police figures. All figures made up."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

import made_up_exports
from analysis.errors import DataError
from analysis.ingest import crime_codes, grids, statline
from analysis.ingest.data_package import Resource
from analysis.ingest.pipeline import ingest
from analysis.ingest.text_columns import Rejected, Unused
from analysis.store import observations
from analysis.store.loading import load
from analysis.store.series import SUMMED, Series
from conftest import REALDATA

TOPIC = "Geregistreerde misdrijven/Totaal geregistreerde misdrijven (aantal)"
TITLES = {
    "T001161": "Misdrijven, totaal",
    "CRI3100": "31 Mishandeling",
    "CRI1110": "111 Diefstal en inbraak met geweld",
}
PLACES = {"NL01": "Nederland", "GM1969": "Westerkwartier"}
GRID = {(c, r, y): 5 * n for n, (c, r, y) in enumerate((c, r, y) for c in TITLES for r in PLACES for y in (2021, 2022))}


def typed(path: Path) -> Path:
    head = "ID;SoortMisdrijf;RegioS;Perioden;TotaalGeregistreerdeMisdrijven_1;GeregistreerdeMisdrijvenRelatief_2"
    lines = (f'{n};"{c:<7}";"{r:<6}";"{y}JJ00";{count};12.3' for n, ((c, r, y), count) in enumerate(GRID.items()))
    return made_up_exports.write(path.with_suffix(".csv"), [head, *lines])


def untyped(path: Path) -> Path:
    head = '"ID";"SoortMisdrijf";"RegioS";"Perioden";"TotaalGeregistreerdeMisdrijven_1"'
    lines = (f'"{n}";"{c}";"{r:<6}";"{y}JJ00";"{count:>8}"' for n, ((c, r, y), count) in enumerate(GRID.items()))
    return made_up_exports.write(path.with_suffix(".csv"), [head, *lines])


def listing(path: Path) -> Path:
    head = f'"Soort misdrijf";"Regio\'s";"Perioden";"{TOPIC}"'
    lines = (f'"{TITLES[c]}";"{PLACES[r]}";"{y}";{count}' for (c, r, y), count in GRID.items())
    return made_up_exports.write(path.with_suffix(".csv"), [head, *lines])


def odata(path: Path) -> Path:
    value = [
        {"ID": 0, "SoortMisdrijf": c, "RegioS": r, "Perioden": f"{y}JJ00", "TotaalGeregistreerdeMisdrijven_1": count}
        for (c, r, y), count in GRID.items()
    ]
    path = path.with_suffix(".json")
    path.write_text(json.dumps({"odata.metadata": "proef", "value": value}), "utf-8")
    return path


def table(path: Path) -> Path:
    """Write a table of one kind of crime, as StatLine lays it out."""
    rows = [
        ["Geregistreerde criminaliteit; soort misdrijf, regio"],
        ["Soort misdrijf: 31 Mishandeling"],
        ["Onderwerp", *["Totaal geregistreerde misdrijven"] * 2, *["Geregistreerde misdrijven per 1000 inw."] * 2],
        ["Perioden", *["2021", "2022*"] * 2],
        ["Regio's", *["aantal"] * 4],
        *([PLACES[r], *(str(GRID["CRI3100", r, y]) for y in (2021, 2022)), "1,2", "1,3"] for r in PLACES),
        ["Bron: CBS"],
    ]
    return made_up_exports.write(path.with_suffix(".csv"), (";".join(f'"{cell}"' for cell in row) for row in rows))


def resource(path: Path, **fields) -> Resource:
    return Resource(name=path.stem, path=path.name, **fields)


def figures(path: Path, **fields) -> dict:
    entry = resource(path, **fields)
    assert statline.recognises(grids.peek(path), entry)
    recognised_table, rows = statline.read(path, entry)
    assert recognised_table.id == "83648NED"
    keys = zip(rows["code"], rows["region"].replace("NL00", "NL01"), rows["period"].dt.year, strict=True)
    return dict(zip(keys, rows["value"], strict=True))


@pytest.mark.parametrize("flavour", [typed, untyped, listing, odata])
def test_every_flavour_gives_the_same_figures(tmp_path, flavour):
    assert figures(flavour(tmp_path / "export")) == GRID


def test_a_table_of_one_kind_with_a_provisional_year(tmp_path):
    path = table(tmp_path / "tabel")
    assert figures(path) == {key: count for key, count in GRID.items() if key[0] == "CRI3100"}
    assert list(statline.read(path, resource(path))[1]["status"]) == ["final", "final", "provisional", "provisional"]


def test_what_excel_made_of_a_table_is_told_from_that_of_the_police(tmp_path):
    lines = [";2021;2022*", "Soort misdrijf;aantal;aantal", "Misdrijven, totaal;1.460;1415", "31 Mishandeling;65;60"]
    path = made_up_exports.write(tmp_path / "excel.csv", lines)
    counts = figures(path, selection={"RegioS": "GM1969"})
    assert counts["T001161", "GM1969", 2021] == 1460 and counts["CRI3100", "GM1969", 2022] == 60


def test_without_a_region_such_a_table_is_left_aside_with_the_remedy(tmp_path):
    made_up_exports.write(
        tmp_path / "raw" / "excel.csv", [";2021;2022", "Soort misdrijf;aantal;aantal", "Misdrijven, totaal;5;5"]
    )
    typed(tmp_path / "raw" / "export")
    summary = ingest(tmp_path / "raw", tmp_path / "processed")
    assert '"selection": {"RegioS": "GM1969"}' in summary.skipped["excel.csv"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("T001161", "T001161"),
        ("CRI2240 ", "CRI2240"),
        ("Misdrijven, totaal", "T001161"),
        ("2 Vernielingen,misdropenborde/gezag", "CRI2000"),
        ("2211 Openlijk geweld tegen persoon", "CRI2211"),
        ("6.3 Drugsmisdrijf (overig)", "CRI6300"),
        ("36 Mensenhandel en 244 mensensmokkel", "CRI3624"),
    ],
)
def test_codes_and_titles(text, code):
    assert crime_codes.cbs_code(text) == code


@pytest.mark.parametrize(
    "text", ["1.1.1 Diefstal/inbraak woning", "0.0.0", "Totaal misdrijven", "Mishandeling", "1.1.1", ""]
)
def test_police_codes_are_not_those_of_cbs(text):
    with pytest.raises(Unused if text else Rejected, match="soort"):
        crime_codes.cbs_code(text)


@pytest.mark.realdata
def test_every_title_in_the_real_code_list_gives_its_code():
    with (REALDATA / "cbs" / "codelists" / "SoortMisdrijf_83648NED.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 75
    assert [row["Title"] for row in rows if crime_codes.cbs_code(row["Title"]) != row["Key"].strip()] == []


@pytest.mark.parametrize(
    ("line", "column", "problem"),
    [
        ('9;"CRI3100";"GM1969";"2020JJ00";veel;1', "aantal", "geen getal"),
        ('9;"CRI3100";"GM1969";"2020JJ00";12.5;1', "aantal", "geen geheel getal"),
        ('9;"CRI3100";"GM9999";"2020JJ00";10;1', "regio", "'GM9999' is onbekend"),
        ('9;"";"GM1969";"2020JJ00";10;1', "soort", "de soort misdrijf ontbreekt"),
        ('9;"CRI3100";"GM1969"', None, "3 velden"),
    ],
)
def test_bad_lines_are_named(tmp_path, line, column, problem):
    path = typed(tmp_path / "export")
    path.write_text(path.read_text("utf-8") + line + "\n", "utf-8")
    with pytest.raises(DataError, match=problem) as caught:
        figures(path)
    assert path.name in caught.value.file and caught.value.line == 14 and caught.value.column == column
    assert caught.value.remedy


def test_a_cut_off_list_is_refused(tmp_path):
    path = listing(tmp_path / "lijst")
    path.write_bytes(path.read_bytes()[:-2])
    with pytest.raises(DataError, match="midden in deze regel"):
        figures(path)


def test_codes_without_an_indicator_are_counted_and_police_figures_stay_apart(tmp_path):
    typed(tmp_path / "raw" / "cbs")
    made_up_exports.typed(tmp_path / "raw" / "politie.csv", {("0.0.0", "GM1969", "2022JJ00"): 7000})
    summary = ingest(tmp_path / "raw", tmp_path / "processed")
    assert summary.left_out == {"misdrijven_cbs CRI1110": 4}
    series = load("misdrijven_cbs_totaal", "GM1969", folder=tmp_path / "processed")
    police = load("misdrijven_totaal", "GM1969", folder=tmp_path / "processed")
    assert isinstance(series, Series) and series.value(2022) == GRID["T001161", "GM1969", 2022]
    assert isinstance(police, Series) and police.value(2022) == 7000 and police.value(2021) is None


def test_years_before_the_herindeling_are_those_of_the_whole_predecessors(tmp_path):
    parts = {"GM0015": 205, "GM0022": 430, "GM0025": 220, "GM0056": 235, "GM0053": 200}  # published: CBS 83648NED
    head = "ID;SoortMisdrijf;RegioS;Perioden;TotaalGeregistreerdeMisdrijven_1"
    lines = [f"0;T001161;{region};2018JJ00;{count}" for region, count in parts.items()]
    # A derived file fills in 0 where the municipality did not exist.
    lines += ["0;T001161;GM1969;2018JJ00;0", "0;T001161;GM1969;2019JJ00;1325"]
    made_up_exports.write(tmp_path / "raw" / "cbs.csv", [head, *lines])
    ingest(tmp_path / "raw", tmp_path / "processed")
    series = load("misdrijven_cbs_totaal", "GM1969", folder=tmp_path / "processed")
    assert isinstance(series, Series)
    assert (series.value(2018), series.value(2019)) == (1090, 1325)
    assert series.data["origin"].iloc[0].startswith(SUMMED)
    assert (tmp_path / "processed" / observations.OBSERVATIONS).exists()
