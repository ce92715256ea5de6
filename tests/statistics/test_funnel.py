"""The funnel plot of rates of all municipalities. All figures are made up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import analysis.display.registration  # noqa: F401 (registers how results are shown)
from analysis.definitions import regions
from analysis.statistics.rates import LIMITS, funnel
from analysis.store.results import html
from made_up_series import beside, yearly

CODES = [code for code in regions.regions().municipalities if code != "GM1969"][:300]


@pytest.fixture
def country():
    """Build a country of municipalities; the last of them is ours, with 60.000 inhabitants."""

    def build(rates, ours, people=None, ours_among_them=True, seed=1):
        people = np.append(np.geomspace(2_000, 500_000, len(rates)) if people is None else people, 60_000)
        index = [*CODES[: len(rates)], "GM1969"]
        counts = np.random.default_rng(seed).poisson(np.append(rates, ours) * people / 1000)
        counts[-1] = round(ours * 60)
        tables = {
            "proef": pd.DataFrame({2022: counts.astype(float)}, index=index),
            "bevolking_gemiddeld": pd.DataFrame({2022: people}, index=index),
        }

        def series(id):
            result = yearly(id, "GM1969", {2022: tables[id].loc["GM1969", 2022]}, {2022: 60_000})
            return beside(result, tables[id] if ours_among_them else tables[id].drop("GM1969"))

        return funnel(series("proef"), series("bevolking_gemiddeld"), 2022)

    return build


@pytest.mark.slow
@pytest.mark.parametrize("differing", [0.0, 0.1, 0.25])
@pytest.mark.parametrize("rate", [0.3, 1.0, 8.0])
def test_limits_hold_what_they_promise(country, rate, differing):
    """Over 40 countries of 300 municipalities; with 150 of them 0.2 ± 0.1 % is outside (`benchmarks/yardstick.py`)."""
    shares = []
    for seed in range(40):
        own = (np.sqrt(rate) * (1 + differing * np.random.default_rng(seed).standard_normal(300))).clip(0) ** 2
        result = country(own, rate, seed=seed)
        shares.append([outside(result, level) for level in LIMITS])
    assert 100 * np.mean(shares, axis=0) == pytest.approx([5, 0.2], abs=1)
    assert 100 * np.mean(shares, axis=0)[1] == pytest.approx(0.2, abs=0.16)


def outside(result, level):
    people, rates = result.points["inhabitants"].to_numpy(), result.points["rate"].to_numpy()
    lower, upper = result.limits(people, level)
    return np.mean((rates < lower) | (rates > upper))


def test_without_real_differences_the_limits_are_poisson(country):
    result = country(np.full(300, 5.0), 5.0)
    assert (result.dispersion, result.between) == (1, 0)
    assert outside(result, LIMITS[0]) == pytest.approx(0.05, abs=0.03)
    assert result.position == "inside"
    assert result.average == pytest.approx(5, rel=0.02)


def test_real_differences_widen_the_limits_at_every_size(country):
    rates = np.random.default_rng(2).lognormal(np.log(5), 0.3, 300)
    result = country(rates, 5.0)
    assert result.dispersion > 5
    small, large = (result.limits(np.array([size]), LIMITS[1])[1][0] for size in (2_000, 500_000))
    assert large > 1.5 * result.average  # Poisson alone would give less than 1.1
    assert small > large
    assert outside(result, LIMITS[0]) == pytest.approx(0.05, abs=0.025)
    assert outside(result, LIMITS[1]) < 0.015


@pytest.mark.parametrize(("ours", "position"), [(0.5, "below"), (5, "inside"), (25, "above")])
def test_only_our_own_place_is_told(country, ours, position):
    rates = np.random.default_rng(2).lognormal(np.log(5), 0.3, 300)
    result = country(rates, ours)
    assert result.position == position
    assert result.rate == pytest.approx(ours)
    page = html(result)
    assert ("Dat is <b>hoger</b>" in page, "Dat is <b>lager</b>" in page) == (position == "above", position == "below")
    assert "geen ranglijst" in page
    others = [
        regions.name(code) for code in CODES if len(regions.name(code)) > 4 and regions.name(code) != "Westerveld"
    ]
    assert not [name for name in others if name in page]


def test_heavy_tails_are_counted_and_not_called_chance(country):
    rates = np.random.default_rng(7).lognormal(np.log(5), 0.1, 300)
    rates[::14] *= 2.5
    rates[7::14] /= 2.5
    result = country(rates, 7.3)
    counted, share = result.outside(LIMITS[0]), outside(result, LIMITS[0])
    assert counted == round(share * 301)
    assert share > 0.08  # the limits say 5 %
    assert result.near_edge
    page = html(result)
    assert f"Daarbuiten liggen {counted} van de 301 gemeenten" in page
    assert "in 301 gemeenten samen" in page
    assert "doen niet mee" in page
    assert not [word for word in ("toeval", "95\u00a0% ligt", "5 van de 100") if word in page]
    assert f"buitenste grenzen; daarbuiten liggen {result.outside(LIMITS[1])} van de 301" in page.lower()


def test_ours_may_come_from_another_table_than_the_others(country):
    result = country(np.full(300, 5.0), 9.0, ours_among_them=False)
    assert (result.number, result.count) == (301, 540)
    assert result.rate == pytest.approx(9)


def test_a_few_municipalities_are_no_funnel(country):
    assert "te weinig cijfers van andere gemeenten" in country(np.full(5, 5.0), 5.0).reason


def test_the_record_holds_the_limits_and_no_other_municipality(country):
    result = {record.id: record for record in country(np.full(300, 5.0), 5.0).records()}
    narrow, wide = result["proef.funnel.within_95"], result["proef.funnel.within_99_8"]
    assert wide.lower < narrow.lower < narrow.value < narrow.upper < wide.upper
    assert result["proef.funnel.municipalities"].value == 301
    assert result["proef.funnel.outside_95"].value >= result["proef.funnel.outside_99_8"].value
    assert len(result) == 8
