"""Figures that were published or measured before must come out again; each with its source."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.statistics.comparison import compare_change
from analysis.statistics.counts import change
from analysis.statistics.trends import trend
from analysis.statistics.verdicts import Verdict
from builders import monthly, yearly

MONTHS = (
    Path(os.environ.get("VEILIGHEID_REALDATA", Path(__file__).parents[3] / "shared" / "realdata"))
    / "politie"
    / "47013NED_TypedDataSet_landelijk_maand_rebuilt.csv"
)


@pytest.mark.parametrize(
    ("indicator", "counts", "ratio", "lower", "upper", "verdict"),
    [
        # IVB 2024-2027: "gestegen met 63%", 395 in 2022; 242 in 2019 follows. The registration changed in March 2020.
        ("onbegrepen_gedrag", {2019: 242, 2022: 395}, 1.63, 1.39, 1.92, Verdict.CONFIRMED_WITH_CAVEAT),
        # Police 47018NED, GM1969: woninginbraak (1.1.1; corona measures until March 2022), diefstal bedrijven (2.5.1).
        ("woninginbraak", {2019: 83, 2022: 36}, 0.43, 0.29, 0.64, Verdict.CONFIRMED_WITH_CAVEAT),
        ("proef", {2019: 41, 2022: 28}, 0.68, 0.42, 1.10, Verdict.CHANCE),
        # CBS, all registered crime in GM1969, rounded to 5.
        ("proef", {2019: 1325, 2022: 1415}, 1.07, 0.99, 1.15, Verdict.CHANCE),
    ],
)
def test_changes_of_westerkwartier(indicator, counts, ratio, lower, upper, verdict):
    result = change(yearly(indicator, "GM1969", counts), 2019, 2022)
    assert tuple(round(number, 2) for number in (result.ratio, result.lower, result.upper)) == (ratio, lower, upper)
    assert result.verdict is verdict


def test_arms_trade_is_too_small_for_a_percentage():
    # Police 47018NED, GM1969, wapenhandel (3.1.3).
    result = change(yearly("proef", "GM1969", {2019: 6, 2022: 7}), 2019, 2022)
    assert (result.verdict, result.percentage, result.small) == (Verdict.CHANCE, None, "counts_only")


def test_one_and_three_deaths_cannot_be_tested():
    result = change(yearly("proef", "GM1969", {2019: 1, 2022: 3}), 2019, 2022)
    assert round(result.p_value, 2) == 0.44
    assert result.verdict is Verdict.NOT_TESTABLE


def test_faster_than_the_country_is_not_established():
    # Police 47021NED, E33 in the Netherlands: 99.662 in 2019 and 138.807 in 2022.
    local = yearly("onbegrepen_gedrag", "GM1969", {2019: 242, 2022: 395})
    national = yearly("onbegrepen_gedrag", "NL00", {2019: 99_662, 2022: 138_807})
    result = compare_change(local, national, 2019, 2022)
    assert [round(n, 3) for n in (result.ratio, result.lower, result.upper, result.p_value)] == [
        1.172, 0.999, 1.376, 0.052,
    ]  # fmt: skip
    assert result.verdict is Verdict.CHANCE
    assert round(compare_change(local, national, 2019, 2022, dispersion=1.5).p_value, 2) == 0.11


@pytest.mark.skipif(not MONTHS.exists(), reason="the real exports are not beside the project")
def test_trend_of_national_burglary_agrees_with_a_line_through_the_years():
    frame = pd.read_csv(MONTHS, sep=";", encoding="utf-8-sig")
    codes = frame["SoortMisdrijf"].str.strip()
    burglary = frame[(codes == "1.1.1") & frame["Perioden"].str.match(r"20(1[2-9])MM")].sort_values("Perioden")
    counts = burglary["GeregistreerdeMisdrijven_1"].to_numpy(float)
    result = trend(monthly("proef", "NL00", 2012, counts), 2012, 2019)
    by_year = np.polyfit(range(8), np.log(counts.reshape(8, 12).sum(axis=1)), 1)[0]
    assert result.yearly_ratio == pytest.approx(np.exp(by_year), abs=0.01)
    assert result.yearly_ratio < 0.9
    assert result.dispersion > 10  # months of a whole country vary far more than Poisson
