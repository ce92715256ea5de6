"""Backtests: figures that were published or measured before come out again, each with its source."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM

from analysis.ingest.pipeline import ingest
from analysis.statistics.change import change, overview
from analysis.statistics.ordinary import Grade
from analysis.statistics.rates import funnel
from analysis.statistics.trend import trend
from analysis.statistics.verdicts import Verdict
from analysis.store.loading import load
from made_up_series import monthly, yearly

pytestmark = pytest.mark.slow

REALDATA = Path(os.environ.get("VEILIGHEID_REALDATA", Path(__file__).parents[3] / "shared" / "realdata"))
MONTHS = REALDATA / "politie" / "47013NED_TypedDataSet_landelijk_maand_rebuilt.csv"
# The codes of police table 47018NED that are published for whole municipalities and were exported.
OPEN_CODES = (
    "woninginbraak", "schuurinbraak", "diefstal_uit_auto", "diefstal_van_auto", "fietsdiefstal", "moord_doodslag",
    "bedreiging", "mishandeling", "vernieling", "bedrijfsinbraak", "drugshandel", "wapenhandel",
)  # fmt: skip


def test_a_rise_of_63_percent_is_a_fact_of_which_two_years_cannot_say_more():
    """IVB 2024-2027: "gestegen met 63%", 395 in 2022; 242 in 2019 follows."""
    rise = change(yearly("onbegrepen_gedrag", "GM1969", {2019: 242, 2022: 395}), 2019, 2022)
    assert (round(rise.percentage), rise.changed, rise.grade) == (63, True, Grade.TOO_FEW)


def test_arms_trade_is_too_small_for_a_percentage():
    # Police 47018NED, GM1969, wapenhandel (3.1.3).
    result = change(yearly("proef", "GM1969", {2019: 6, 2022: 7}), 2019, 2022)
    assert (result.percentage, result.small) == (None, "counts_only")


@pytest.mark.realdata
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


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """Return a folder with the real exports as processed data."""
    if not REALDATA.exists():
        pytest.skip("the real exports are not beside the project")
    folder = tmp_path_factory.mktemp("real") / "processed"
    ingest(REALDATA, folder)
    return folder


@pytest.mark.parametrize(
    ("first", "last", "counts", "grade", "elsewhere"),
    [
        # Police 47018NED, GM1969, woninginbraak. The country fell by 38 % in the same three years.
        (2019, 2022, (83, 36), Grade.HINT, Grade.ORDINARY),
        (2022, 2023, (36, 91), Grade.CLEAR, Grade.CLEAR),
    ],
)
def test_burglary_fell_with_the_country_and_rose_by_itself(real, first, last, counts, grade, elsewhere):
    found = change(load("woninginbraak", "GM1969", folder=real), first, last)
    assert (found.before, found.after) == counts
    assert (found.grade, found.grade_elsewhere) == (grade, elsewhere)


def test_the_range_of_burglaries_is_that_of_municipalities_of_this_size(real):
    """Recomputed here without the yardstick: how far 20 to 80 burglaries ended up from what all others did."""
    table = load("woninginbraak", "GM1969", folder=real).peers.frame
    share = table[range(2016, 2023)].sum(axis=1) / table[range(2016, 2023)].sum().sum()
    foretold = share * table[2023].sum()
    alike = table.index[(foretold >= 20) & (foretold <= 80)]
    off = (table.loc[alike, 2023] / foretold[alike]).dropna()
    found = change(load("woninginbraak", "GM1969", folder=real), 2022, 2023).judgement.elsewhere
    low, high = found.range()
    assert len(off) > 100
    assert 0.03 < float(((off < low / found.mean) | (off > high / found.mean)).mean()) < 0.09
    assert float((off > 91 / found.mean).mean()) < 0.02


def test_of_twelve_codes_only_burglary_changed_clearly(real):
    codes = [load(id, "GM1969", folder=real) for id in OPEN_CODES]
    fall, rise = overview(codes, 2019, 2022), overview(codes, 2022, 2023)
    assert (sum(change.before for change in fall.changes), sum(change.after for change in fall.changes)) == (585, 501)
    assert fall.changed == []
    assert [(risen.series.indicator.id, risen.direction) for risen in rise.changed] == [("woninginbraak", "up")]


def test_theft_from_companies_fell_over_ten_years_though_not_over_three(real):
    thefts = load("bedrijfsinbraak", "GM1969", 2012, 2022, folder=real)
    fall = change(thefts, 2019, 2022)
    assert (fall.before, fall.after, fall.grade, fall.verdict) == (41, 28, Grade.ORDINARY, Verdict.CHANCE)
    counts = np.array([thefts.count(year) for year in range(2012, 2023)], dtype=float)
    line = GLM(counts, np.column_stack([np.arange(11), np.ones(11)]), family=Poisson()).fit(scale="X2")
    assert round(100 * np.expm1(line.params[0]), 1) == -6.3
    assert line.conf_int()[0][1] < 0


def test_funnels_are_far_wider_than_poisson(real):
    # Dispersions of about 1,5 to 48 were measured with other z-scores: the extremes depend on that, the order does not.
    people = load("bevolking_gemiddeld", "GM1969", folder=real)
    funnels = {id: funnel(load(id, "GM1969", folder=real), people, 2022) for id in OPEN_CODES}
    dispersions = {id: plot.dispersion for id, plot in funnels.items()}
    assert 1.3 < dispersions["moord_doodslag"] == min(dispersions.values()) < 2.5
    assert 40 < dispersions["fietsdiefstal"] == max(dispersions.values()) < 80  # 67 without Amsterdam, 77 with it
    burglary = funnels["woninginbraak"]
    assert burglary.number > 330
    assert burglary.position == "inside"
