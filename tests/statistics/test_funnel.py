"""A municipality's rate among those of all. All figures are made up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import analysis.display.registration  # noqa: F401 (registers how results are shown)
from analysis.definitions import regions
from analysis.statistics.rates import LIMITS, funnel
from analysis.store.results import html
from made_up_series import yearly

CODES = [code for code in regions.regions().municipalities if code != "GM1969"][:300]


@pytest.fixture
def country():
    """Build a country of municipalities; the last of them is ours, with 60.000 inhabitants."""

    def build(rates, ours, people=None, ours_among_them=True):
        people = np.append(np.geomspace(2_000, 500_000, len(rates)) if people is None else people, 60_000)
        index = [*CODES[: len(rates)], "GM1969"]
        counts = np.random.default_rng(1).poisson(np.append(rates, ours) * people / 1000)
        counts[-1] = round(ours * 60)
        tables = {
            "proef": pd.DataFrame({2022: counts.astype(float)}, index=index),
            "bevolking_gemiddeld": pd.DataFrame({2022: people}, index=index),
        }

        def series(id):
            found = yearly(id, "GM1969", {2022: tables[id].loc["GM1969", 2022]}, {2022: 60_000})
            return replace(found, find_peers=lambda: tables[id] if ours_among_them else tables[id].drop("GM1969"))

        return funnel(series("proef"), series("bevolking_gemiddeld"), 2022)

    return build


def outside(found, level):
    people, rates = found.points["inhabitants"].to_numpy(), found.points["rate"].to_numpy()
    lower, upper = found.limits(people, level)
    return np.mean((rates < lower) | (rates > upper))


def test_without_real_differences_the_limits_are_poisson(country):
    found = country(np.full(300, 5.0), 5.0)
    assert (found.dispersion, found.between) == (1, 0)
    assert outside(found, LIMITS[0]) == pytest.approx(0.05, abs=0.03)
    assert found.position == "inside"
    assert found.average == pytest.approx(5, rel=0.02)


def test_real_differences_widen_the_limits_at_every_size(country):
    rates = np.random.default_rng(2).lognormal(np.log(5), 0.3, 300)
    found = country(rates, 5.0)
    assert found.dispersion > 5
    small, large = (found.limits(np.array([size]), LIMITS[1])[1][0] for size in (2_000, 500_000))
    assert large > 1.5 * found.average  # Poisson alone would give less than 1.1
    assert small > large
    assert outside(found, LIMITS[0]) < 0.2
    assert outside(found, LIMITS[1]) < 0.05


@pytest.mark.parametrize(("ours", "position"), [(0.5, "below"), (5, "inside"), (25, "above")])
def test_only_our_own_place_is_told(country, ours, position):
    rates = np.random.default_rng(2).lognormal(np.log(5), 0.3, 300)
    found = country(rates, ours)
    assert found.position == position
    assert found.rate == pytest.approx(ours)
    told = html(found)
    assert ("Dat is <b>hoger</b>" in told, "Dat is <b>lager</b>" in told) == (position == "above", position == "below")
    assert "geen ranglijst" in told
    others = [
        regions.name(code) for code in CODES if len(regions.name(code)) > 4 and regions.name(code) != "Westerveld"
    ]
    assert not [name for name in others if name in told]


def test_heavy_tails_are_counted_and_not_called_chance(country):
    rates = np.random.default_rng(7).lognormal(np.log(5), 0.1, 300)
    rates[::14] *= 2.5
    rates[7::14] /= 2.5
    found = country(rates, 7.3)
    counted, share = found.outside(LIMITS[0]), outside(found, LIMITS[0])
    assert counted == round(share * 301)
    assert share > 0.08  # the limits say 5 %
    assert found.near_edge
    told = html(found)
    assert f"Daarbuiten liggen {counted} van de 301 gemeenten" in told
    assert "in 301 gemeenten samen" in told
    assert "doen niet mee" in told
    assert not [word for word in ("toeval", "95\u00a0% ligt", "5 van de 100") if word in told]
    assert f"buitenste grenzen; daarbuiten liggen {found.outside(LIMITS[1])} van de 301" in told.lower()


def test_ours_may_come_from_another_table_than_the_others(country):
    found = country(np.full(300, 5.0), 9.0, ours_among_them=False)
    assert (found.number, found.count) == (301, 540)
    assert found.rate == pytest.approx(9)


def test_a_few_municipalities_are_no_funnel(country):
    assert "te weinig cijfers van andere gemeenten" in country(np.full(5, 5.0), 5.0).reason


def test_the_record_holds_the_limits_and_no_other_municipality(country):
    found = {record.id: record for record in country(np.full(300, 5.0), 5.0).records()}
    narrow, wide = found["proef.funnel.within_95"], found["proef.funnel.within_99_8"]
    assert wide.lower < narrow.lower < narrow.value < narrow.upper < wide.upper
    assert found["proef.funnel.municipalities"].value == 301
    assert found["proef.funnel.outside_95"].value >= found["proef.funnel.outside_99_8"].value
    assert len(found) == 7
