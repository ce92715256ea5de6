"""Deliveries with agreed columns: Halt, the fire brigade, and New Year by day. All figures here are made up."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import made_up_exports
from analysis.errors import DataError, DataWarning
from analysis.ingest import grids, requested
from analysis.ingest.data_package import Resource
from analysis.ingest.dispatch import READERS
from analysis.ingest.pipeline import ingest
from analysis.store import observations
from analysis.store.loading import load
from analysis.store.results import Missing

HALT = "Gemeente;Gemeentecode;Jaar;Verwijzingen;Jongeren 12-17;Relatief;Eenheid"
FIRE = "Gemeentecode;Jaar;Maand;Soort;Aantal"
DAYS = "Gemeentecode;Datum;Soort;Aantal"


def read(path: Path, name: str) -> pd.DataFrame:
    """Read a delivery by the reader ``read_<name>``, which must be the first to recognise it."""
    resource = Resource(name=path.stem, path=path.name)
    rows = grids.peek(path)
    reader = next(reader for reader in READERS if reader.recognises(rows, resource))
    assert reader.read is getattr(requested, f"read_{name}")
    table, figures = reader.read(path, resource)
    assert not table.public
    return figures


def write(folder: Path, head: str, lines: list[str]) -> Path:
    return made_up_exports.write(folder / "levering.csv", [head, *lines])


def refused(path: Path, name: str, *parts: str) -> None:
    """Expect an error that names the file and holds these words."""
    with pytest.raises(DataError) as caught:
        read(path, name)
    for part in (path.name, *parts):
        assert part in str(caught.value)


# Halt


def test_rates_per_10_000_become_rates_per_1_000(tmp_path):
    lines = ["Leek;GM0022;2018;24;1.500;160,0;per 10.000 jongeren", "x;GM1969;2019;60;4.800;12,5;per 1.000 jongeren"]
    rows = read(write(tmp_path, HALT, lines), "halt").set_index(["code", "region"])["value"]
    assert rows["per_1000", "GM0022"] == 16 and rows["per_1000", "GM1969"] == 12.5
    assert rows["verwijzingen", "GM0022"] == 24


def test_no_rate_is_no_zero(tmp_path):
    rows = read(write(tmp_path, HALT, ["Leek;GM0022;2018;24;.;.;per 10.000 jongeren"]), "halt").set_index("code")
    assert rows.loc["per_1000", "status"] == "missing" and rows.loc["verwijzingen", "value"] == 24


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("x;GM1969;2020;60;4.800;12,5;per 10.000 jongeren", ["regel 3", "kolom 'Eenheid'", "factor 10"]),
        ("x;GM1969;2020;60;4.800;125,0;per 1.000 jongeren", ["regel 3", "factor 10"]),
        ("x;GM1969;2020;60;4.800;12,5;per 100", ["regel 3", "kolom 'Eenheid'", "per 100"]),
        ("x;GM1969;2020;60;4.800;veel;per 1.000 jongeren", ["regel 3", "kolom 'Relatief'", "veel"]),
        ("x;GM1969;2020;6,5;4.800;1,4;per 1.000 jongeren", ["regel 3", "geen geheel getal"]),
        ("x;GM1969;2019;60;4.800;12,5;per 1.000 jongeren", ["twee keer"]),
        ("x;GM1969;2020;60;4.800", ["regel 3", "5 velden"]),
    ],
)
def test_bad_lines_of_halt_are_named(tmp_path, line, parts):
    refused(write(tmp_path, HALT, ["x;GM1969;2019;60;4.800;12,5;per 1.000 jongeren", line]), "halt", *parts)


@pytest.mark.parametrize(("head", "name"), [(HALT, "halt"), (FIRE, "fire_brigade"), (DAYS, "new_year")])
def test_a_header_without_figures_is_refused(tmp_path, head, name):
    refused(write(tmp_path, head, []), name, "er staan geen cijfers in")


def test_a_missing_column_of_halt_is_named(tmp_path):
    refused(write(tmp_path, HALT.replace("Eenheid", "Iets"), ["x;GM1969;2019;6;4.800;1,3;x"]), "halt", "'Eenheid'")


# The fire brigade


def months(year: int, count: int = 12, kind: str = "alarmering") -> list[str]:
    return [f"GM1969;{year};{month};{kind};{20 + month}" for month in range(1, count + 1)]


def test_a_year_is_the_sum_of_twelve_months(tmp_path):
    rows = read(write(tmp_path, FIRE, months(2021) + months(2022, 11)), "fire_brigade")
    years = rows[rows["frequency"] == "Y"]
    assert years[["code", "value"]].to_numpy().tolist() == [["alarmering", 318]]
    assert years["period"].tolist() == [pd.Timestamp("2021-01-01")] and (rows["frequency"] == "M").sum() == 23


def test_a_month_without_a_figure_makes_no_year(tmp_path):
    lines = [line if ";7;" not in line else "GM1969;2021;7;alarmering;." for line in months(2021)]
    rows = read(write(tmp_path, FIRE, lines), "fire_brigade")
    assert set(rows["frequency"]) == {"M"} and rows["value"].isna().sum() == 1


def test_months_may_have_names(tmp_path):
    rows = read(write(tmp_path, FIRE, ["GM1969;2021;Maart;Woningbrand;2"]), "fire_brigade")
    assert rows["period"].tolist() == [pd.Timestamp("2021-03-01")] and rows["code"].tolist() == ["woningbrand"]


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("GM1969;2021;13;alarmering;4", ["regel 2", "2021MM13"]),
        ("GM1969;2021;;alarmering;4", ["regel 2", "kolom 'Maand'", "maand"]),
        ("GM1969;2021;1;;4", ["regel 2", "soort ontbreekt"]),
        ("GM1969;2021;1;alarmering;4,5", ["regel 2", "geen geheel getal"]),
        ("GM9999;2021;1;alarmering;4", ["regel 2", "GM9999"]),
    ],
)
def test_bad_lines_of_the_fire_brigade_are_named(tmp_path, line, parts):
    refused(write(tmp_path, FIRE, [line]), "fire_brigade", *parts)


@pytest.mark.parametrize("column", ["Maand", "Jaar", "Gemeentecode"])
def test_a_missing_column_of_the_fire_brigade_is_named(tmp_path, column):
    refused(write(tmp_path, FIRE.replace(column, "Iets"), months(2021)), "fire_brigade", f"kolom '{column}'")


@pytest.mark.parametrize("head", ["Gemeentecode;Jaar;Soort;Aantal", "Jaar;Soort;Aantal;Plaats", "Maand;Soort;Aantal"])
def test_kinds_of_another_sender_are_not_those_of_the_fire_brigade(tmp_path, head):
    path = write(tmp_path, head, [";".join({"Soort": "afval"}.get(name, "1") for name in head.split(";"))])
    assert not requested.recognises_fire_brigade(grids.peek(path), Resource(name="boa", path="boa.csv"))


# New Year


EVE = ["GM1969;31-12-2020;vernieling;12", "GM1969;31-12-2020;vuurwerk;8"]
DAY = ["GM1969;01-01-2021;vernieling;20", "GM1969;01-01-2021;vuurwerk;0"]


def test_a_new_year_is_two_days_in_two_years(tmp_path):
    rows = read(write(tmp_path, DAYS, EVE + DAY), "new_year")
    assert set(rows["code"]) == {"totaal"}
    counts = rows.set_index(["frequency", "period"])["value"].to_dict()
    assert counts == {
        ("D", pd.Timestamp("2020-12-31")): 20, ("D", pd.Timestamp("2021-01-01")): 20,
        ("Y", pd.Timestamp("2020-01-01")): 40,
    }  # fmt: skip


def test_a_new_year_of_which_the_days_and_months_were_swapped_is_told(tmp_path):
    lines = [*EVE, *DAY, "GM1969;01-12-2021;vernieling;12", "GM1969;12-01-2022;vernieling;20"]
    with pytest.warns(DataWarning, match="31 december of 1 januari, die dus niet tellen: 1"):
        read(write(tmp_path, DAYS, lines), "new_year")


@pytest.mark.parametrize("lines", [EVE, DAY, EVE + DAY[:1], [*EVE, "GM1969;02-01-2021;vernieling;1", *DAY[:1]]])
@pytest.mark.filterwarnings("ignore::analysis.errors.DataWarning")
def test_half_a_new_year_is_none(tmp_path, lines):
    assert "Y" not in set(read(write(tmp_path, DAYS, lines), "new_year")["frequency"])


def test_half_a_new_year_is_told(tmp_path):
    with pytest.warns(DataWarning, match="31 december of 1 januari, die dus niet tellen: 1"):
        read(write(tmp_path, DAYS, EVE), "new_year")


def test_a_kind_that_is_absent_on_one_day_leaves_that_day_missing(tmp_path):
    rows = read(write(tmp_path, DAYS, EVE + DAY[:1]), "new_year").set_index("period")
    assert rows.loc["2021-01-01", "status"] == "missing" and rows.loc["2020-12-31", "value"] == 20


def test_it_may_be_delivered_with_incident_codes(tmp_path):
    path = write(tmp_path, DAYS.replace("Soort", "Incidentcode"), EVE + DAY)
    assert read(path, "new_year")["value"].max() == 40


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("GM1969;2020;vernieling;4", ["regel 2", "kolom 'Datum'", "dag"]),
        ("GM1969;31-02-2020;vernieling;4", ["regel 2", "31-02-2020"]),
        ("GM1969;31-12-2020;Totaal;4", ["regel 2", "nog een keer mee"]),
        ("GM1969;31-12-2020;vernieling;veel", ["regel 2", "veel"]),
    ],
)
def test_bad_lines_by_day_are_named(tmp_path, line, parts):
    refused(write(tmp_path, DAYS, [line]), "new_year", *parts)


def test_deliveries_are_read_together_and_a_rate_of_predecessors_is_not_added(tmp_path):
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    made_up_exports.write(raw / "halt.csv", [HALT, "Leek;GM0022;2018;24;1.500;160,0;per 10.000 jongeren"])
    made_up_exports.write(raw / "brand.csv", [FIRE, *months(2021)])
    made_up_exports.write(raw / "nieuwjaar.csv", [DAYS, *EVE, *DAY])
    assert ingest(raw, processed).left_out == {}
    assert load("jaarwisseling_incidenten", "GM1969", folder=processed).count(2020) == 40
    assert isinstance(load("halt_per_1000", "GM1969", folder=processed), Missing)
    tables = {source.table for source in observations.sources(processed).values()}
    assert tables == {"verwijzingen", "alarmeringen", "jaarwisseling"}
