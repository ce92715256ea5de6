"""Police deliveries with and without a header. All figures here are made up."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import made_up_exports
from analysis.errors import DataError
from analysis.ingest import grids, police_delivery
from analysis.ingest.data_package import Resource
from made_up_exports import DELIVERY, LOCAL


def read(path: Path, **fields) -> pd.DataFrame:
    resource = Resource(name=path.stem, path=path.name, **fields)
    assert police_delivery.recognises(grids.peek(path), resource)
    table, rows = police_delivery.read(path, resource)
    assert table.id == "levering"
    return rows


def refused(path: Path, *parts: str, **fields) -> None:
    with pytest.raises(DataError) as caught:
        read(path, **fields)
    for part in (path.name, *parts):
        assert part in str(caught.value)


def local(folder: Path, lines: list[str] = LOCAL, name: str = "levering_E33_gemeenten_2016_2017.csv") -> Path:
    return made_up_exports.write(folder / name, lines)


def test_a_thousands_dot_beside_a_decimal_comma(tmp_path):
    rows = read(local(tmp_path)).set_index(["region", "period"])["value"]
    assert rows["GM0014", pd.Timestamp("2016-01-01")] == 1010
    assert rows["GM0022", pd.Timestamp("2017-01-01")] == 60
    assert len(rows) == 4


def test_the_register_says_what_it_is_before_the_name_does(tmp_path):
    rows = read(local(tmp_path), indicator_code="burenruzie", years=[2020, 2021])
    assert set(rows["code"]) == {"burenruzie"} and set(rows["period"].dt.year) == {2020, 2021}


def test_rates_may_be_left_out(tmp_path):
    assert len(read(local(tmp_path, ["Leek;GM0022;50;60"]))) == 2


def test_a_national_delivery_has_its_years_in_the_rows(tmp_path):
    rows = read(made_up_exports.write(tmp_path / "E33_levering_landelijk.csv", ["2016;74.929", "2017;83548"]))
    assert list(rows["value"]) == [74929, 83548]
    assert set(rows["region"]) == {"NL00"} and set(rows["code"]) == {"E33"}


@pytest.mark.parametrize(
    ("name", "lines", "what"),
    [
        ("levering_2016_2017.csv", LOCAL, "indicator_code"),
        ("levering_E33.csv", LOCAL, "years"),
        ("E33_2017_2016.csv", LOCAL, "years"),
        ("landelijk.csv", ["2016;74929"], "indicator_code"),
    ],
)
def test_without_a_meaning_it_is_refused_with_the_remedy(tmp_path, name, lines, what):
    refused(local(tmp_path, lines, name), "geen kolomnamen", what, "datapackage.json")


def test_years_and_columns_must_fit(tmp_path):
    refused(local(tmp_path, name="E33_2015_2017.csv"), "4 kolommen", "2015–2017 horen er 3")


def test_a_count_that_does_not_fit_its_rate_is_refused(tmp_path):
    refused(local(tmp_path, [LOCAL[0], LOCAL[1].replace("1.010", "101")]), "regel 2", "passen niet bij elkaar")


def test_rounded_rates_of_small_counts_fit(tmp_path):
    assert len(read(local(tmp_path, ["Marum;GM0025;1;2;0,1;0,2", "Leek;GM0022;0;7;0,0;0,4"]))) == 4


def test_a_municipality_that_grew_by_a_merger_may_jump(tmp_path):
    lines = ["Groningen;GM0014;1.000;1.500;5,0;6,0"]
    assert len(read(local(tmp_path, lines, "E33_2018_2019.csv"))) == 2


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("Leek;GM0022;50", ["regel 3", "3 velden"]),
        ("Nergens;GM9999;50;60;5,0;6,0", ["regel 3", "GM9999"]),
        ("Grootegast;GM0015;-5;60;5,0;6,0", ["regel 3", "negatief"]),
        ("Grootegast;GM0015;<5;60;5,0;6,0", ["regel 3", "geen getal"]),
        ("Grootegast;GM0015;5,5;60;;", ["regel 3", "geen geheel getal"]),
        (LOCAL[0], ["twee keer", "regel 1 en regel 3"]),
    ],
)
def test_bad_lines_are_named(tmp_path, line, parts):
    refused(local(tmp_path, [*LOCAL, line]), *parts)


def test_no_figure_is_not_zero(tmp_path):
    rows = read(local(tmp_path, ["Leek;GM0022;.;60;.;6,0"]))
    assert list(rows["status"]) == ["missing", "final"] and rows["value"].isna().tolist() == [True, False]


def test_a_headed_delivery_from_windows(tmp_path):
    lines = [DELIVERY, "Súdwest-Fryslân;GM1900;burenruzie;Burenruzie – klacht;2018;41", "Leek;GM0022;E14;x;2018;1.041"]
    path = tmp_path / "levering.csv"
    path.write_bytes("\r\n".join([*lines, ""]).encode("cp1252"))
    rows = read(path)
    assert list(rows["value"]) == [41, 1041]
    assert list(rows["code"]) == ["burenruzie", "E14"] and list(rows["line"]) == [2, 3]


@pytest.mark.parametrize("column", ["Jaar", "Gemeentecode", "Aantal"])
def test_a_headed_delivery_needs_its_columns(tmp_path, column):
    lines = [DELIVERY.replace(column, "Iets"), "Leek;GM0022;E33;x;2018;41"]
    refused(made_up_exports.write(tmp_path / "levering.csv", lines), f"kolom '{column}'", "ontbreekt")


@pytest.mark.parametrize(
    ("line", "part"), [("Leek;GM0022;;x;2018;4", "incidentcode"), ("Leek;GM0022;E33;x;vorig jaar;4", "vorig jaar")]
)
def test_bad_cells_in_a_headed_delivery_are_named(tmp_path, line, part):
    refused(
        made_up_exports.write(tmp_path / "levering.csv", [DELIVERY, "Leek;GM0022;E33;x;2018;41", line]), "regel 3", part
    )


def test_other_files_are_no_delivery(tmp_path):
    path = made_up_exports.write(tmp_path / "x.csv", ["naam;aantal", "Leek;3"])
    assert not police_delivery.recognises(grids.peek(path), Resource(name="x", path="x.csv"))
