"""Readers on real exports, where these lie beside the checkout. The expected figures are published."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis.ingest import Summary
from analysis.ingest.pipeline import ingest
from analysis.store import observations
from conftest import REALDATA

pytestmark = [pytest.mark.slow, pytest.mark.realdata]


@pytest.fixture(scope="module")
def processed(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("processed")


@pytest.fixture(scope="module")
def summary(processed) -> Summary:
    return ingest(REALDATA, processed)


@pytest.fixture(scope="module")
def rows(summary, processed) -> pd.DataFrame:
    frame = pd.read_parquet(processed / observations.OBSERVATIONS)
    return frame.astype({name: "str" for name in ("indicator", "region", "frequency", "status", "source")})


def figures(rows: pd.DataFrame, indicator: str, region: str, source: str) -> dict[int, float]:
    chosen = (rows["indicator"] == indicator) & (rows["region"] == region) & (rows["frequency"] == "Y")
    selected = rows[chosen & rows["source"].str.contains(source)]
    return dict(zip(selected["period"].dt.year, selected["value"], strict=True))


def test_every_safety_table_is_read_and_every_other_one_skipped(summary):
    assert len(summary.read) == 13 and summary.left_out == {}
    assert {Path(name).name for name, reason in summary.skipped.items() if reason != "codelijst"} == {
        "70072ned_statline_lijst_migratie.csv",
        "71950ned_TypedDataSet_29012025_112846.csv",
        "star_ongevallen_alkmaar_2021_2026.geojson",
    }


def test_burglaries_in_current_borders(rows):
    counts = figures(rows, "woninginbraak", "GM1969", "47018NED")
    assert (counts[2018], counts[2019], counts[2022]) == (76, 83, 36)
    assert len(counts) == 14


def test_total_crime_from_the_table_export(rows):
    assert figures(rows, "misdrijven_totaal", "GM1969", "tabel_2022") == {2022: 1425, 2023: 1408}


def test_the_delivery_with_thousands_dots(rows):
    expected = {"GM0015": 46, "GM0022": 30, "GM0025": 15, "GM0056": 44, "GM0307": 1053}
    counts = {region: figures(rows, "onbegrepen_gedrag", region, "E33_levering")[2017] for region in expected}
    assert counts == expected
    assert figures(rows, "onbegrepen_gedrag", "NL00", "E33_levering")[2017] == 83548


def test_national_nuisance(rows):
    counts = figures(rows, "onbegrepen_gedrag", "NL00", "47021NED")
    assert (counts[2019], counts[2022]) == (99662, 138807)


@pytest.mark.parametrize(
    ("source", "total", "details"), [("47013NED_Typed", "misdrijven_totaal", 58), ("47021NED", "overlast_totaal", 8)]
)
def test_details_add_up_to_the_total_in_every_year(rows, source, total, details):
    yearly = rows[rows["source"].str.contains(source) & (rows["frequency"] == "Y") & (rows["region"] == "NL00")]
    table = yearly.pivot(index="period", columns="indicator", values="value")
    assert len(table) == 12 and table.shape[1] == details + 1
    assert (table.drop(columns=total).sum(axis=1, skipna=False) == table[total]).all()


def test_withheld_codes_are_no_zeros_by_month(rows):
    monthly = rows[rows["frequency"] == "M"]
    assert monthly["period"].nunique() == 127
    hidden = monthly[monthly["status"] == "suppressed"]
    assert hidden["indicator"].nunique() == 4 and hidden["value"].isna().all() and len(hidden) == 4 * 127


def test_abroad_and_unassigned_are_no_regions(rows):
    assert not rows["region"].isin(["GM0000", "GM0998", "GM0999"]).any()


def test_population_of_a_municipality_that_no_longer_exists(rows):
    assert figures(rows, "bevolking_gemiddeld", "GM0056", "70072ned")[2018] == 18992
    assert figures(rows, "bevolking_gemiddeld", "GM1969", "70072ned")[2019] == 63180
