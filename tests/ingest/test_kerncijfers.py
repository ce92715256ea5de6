"""Inhabitants of wijken and buurten. All figures here are made up, except in the real file."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import made_up_exports
from analysis.errors import DataError
from analysis.ingest import grids, kerncijfers
from analysis.ingest.data_package import Resource
from analysis.ingest.dispatch import READERS
from analysis.ingest.pipeline import ingest
from analysis.ingest.text_columns import Unregistered
from analysis.store.loading import load
from analysis.store.series import Series
from conftest import REALDATA

HEAD = '"ID";"WijkenEnBuurten";"Gemeentenaam_1";"AantalInwoners_5"'
TYPED = ['0;"GM1969    ";"x";64900', '1;"WK196904  ";"x";11730', '2;"BU19690400";"x";5000', '3;"BU19690401";"x";']
DUMP = ['"","nhood_id","population"', '"1","BU19690400",5000', '"2","BU19690401",6725', '"3","BU19690500",300']


def read(path: Path, **fields) -> pd.Series:
    resource = Resource(name=path.stem, path=path.name, **fields)
    rows = grids.peek(path)
    reader = next(reader for reader in READERS if reader.recognises(rows, resource))
    assert reader.read is kerncijfers.read
    table, figures = kerncijfers.read(path, resource)
    assert table.id == "kerncijfers_wijken_buurten"
    assert (figures["period"] == pd.Timestamp("2024-01-01")).all() and set(figures["frequency"]) == {"Y"}
    return figures.set_index("region")["value"]


def test_a_data_set_gets_its_year_from_the_register_and_leaves_municipalities_to_other_tables(tmp_path):
    path = made_up_exports.write(tmp_path / "85984NED_TypedDataSet_02092024_111500.csv", [HEAD, *TYPED])
    inhabitants = read(path, selection={"Perioden": "2024JJ00"})
    assert inhabitants["WK196904"] == 11730 and "GM1969" not in inhabitants.index and pd.isna(inhabitants["BU19690401"])


def test_a_dump_gets_its_year_from_its_name_and_wijken_from_their_buurten(tmp_path):
    inhabitants = read(made_up_exports.write(tmp_path / "bevolking_buurten_2024.csv", DUMP))
    assert inhabitants["WK196904"] == 11725 and inhabitants["WK196905"] == 300 and len(inhabitants) == 5


def test_a_wijk_with_an_unknown_buurt_is_unknown(tmp_path):
    inhabitants = read(made_up_exports.write(tmp_path / "bevolking_2024.csv", [*DUMP, '"4","BU19690402",.']))
    assert pd.isna(inhabitants["WK196904"]) and inhabitants["WK196905"] == 300


def test_without_a_year_the_remedy_is_told(tmp_path):
    with pytest.raises(Unregistered, match='"selection"'):
        read(made_up_exports.write(tmp_path / "bevolking.csv", DUMP))
    made_up_exports.write(tmp_path / "raw" / "bevolking.csv", DUMP)
    with pytest.raises(DataError, match="nergens staat van welk jaar"):
        ingest(tmp_path / "raw", tmp_path / "processed")


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ('"4","Leek",5', ["regel 5", "Leek", "geen code"]),
        ('"4","BU99990000",5', ["regel 5", "BU99990000"]),
        ('"4","BU19690402",-99997', ["regel 5", "negatief"]),
        ('"4","BU19690400",5', ["twee keer", "regel 5"]),
        ('"4","BU19690402"', ["regel 5", "2 velden"]),
    ],
)
def test_bad_lines_are_named(tmp_path, line, parts):
    path = made_up_exports.write(tmp_path / "bevolking_2024.csv", [*DUMP, line])
    with pytest.raises(DataError) as caught:
        read(path)
    for part in (path.name, *parts):
        assert part in str(caught.value)


def test_a_file_that_breaks_off_is_refused(tmp_path):
    path = made_up_exports.write(tmp_path / "bevolking_2024.csv", DUMP)
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(DataError, match="midden in deze regel"):
        read(path)


def test_inhabitants_of_a_wijk_can_be_asked(tmp_path):
    made_up_exports.write(tmp_path / "raw" / "bevolking_2024.csv", DUMP)
    ingest(tmp_path / "raw", tmp_path / "processed")
    series = load("bevolking_1_januari", "WK196904", folder=tmp_path / "processed")
    assert isinstance(series, Series) and series.count(2024) == 11725


@pytest.mark.realdata
def test_the_real_file_holds_the_whole_municipality():
    inhabitants = read(REALDATA / "cbs" / "85984NED_bevolking_buurten_2024.csv")
    wijken = inhabitants[inhabitants.index.str.startswith("WK1969")]
    assert len(wijken) == 18 and wijken.sum() == 64890
