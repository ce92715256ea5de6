"""The yardstick: what it expects, that it does not look ahead, and that its ranges hold what they promise."""

import numpy as np
import pandas as pd
import pytest

from analysis.statistics.yardstick import Spread, expected, learn, probability_below, rest_of_country

YEARS = range(2012, 2022)


def panel(seed=1, municipalities=150, dispersion=3.0, movement=None):
    """Return made-up counts: municipalities of 5 to 400, with a variance of ``dispersion`` times their mean."""
    random = np.random.default_rng(seed)
    sizes = np.exp(random.uniform(np.log(5), np.log(400), municipalities))
    mean = np.outer(sizes, np.ones(len(YEARS)) if movement is None else movement)
    counts = random.negative_binomial(mean / (dispersion - 1), 1 / dispersion)
    return pd.DataFrame(counts.astype(float), [f"GM{n:04}" for n in range(municipalities)], list(YEARS))


def test_a_lockdown_everywhere_is_movement_and_not_spread():
    lockdown = np.where(np.isin(YEARS, (2016, 2017)), 0.3, 1.0)
    calm, moved = learn(panel(), 1, 2021), learn(panel(movement=lockdown), 1, 2021)
    level = 1.21  # a variance of 300, and that of a level of the last years: the sum of its squared weights is 0.21
    assert calm.excess(100.0) == pytest.approx(300 * level - 100, rel=0.3)
    assert moved.excess(100.0) == pytest.approx(calm.excess(100.0), rel=0.3)


def test_nothing_later_is_looked_at():
    whole = panel()
    later = whole.copy()
    later[2021] = 9999.0
    assert learn(whole, 1, 2019) == learn(later, 1, 2019)
    assert expected(whole, 2018, 2019).equals(expected(later, 2018, 2019))


def test_expected_is_the_own_share_of_what_the_others_have():
    table = pd.DataFrame({2020: [10.0, 90.0, 900.0], 2021: [5.0, 45.0, 450.0]}, index=["GM1", "GM2", "GM3"])
    assert expected(table, 2020, 2021).round().tolist() == [5, 45, 450]
    assert rest_of_country(table, 2020, 2021).loc["GM3"].tolist() == [100, 50]


def test_a_municipality_without_a_figure_does_not_move_the_country():
    table = pd.DataFrame({2020: [10.0, 90.0, 500.0], 2021: [10.0, 90.0, np.nan]}, index=["GM1", "GM2", "GM3"])
    found = expected(table, 2020, 2021)
    assert found["GM1"] == pytest.approx(10.5)
    assert rest_of_country(table, 2020, 2021).loc["GM3"].tolist() == [100, 100]


def test_a_municipality_without_registrations_can_have_one():
    table = panel(municipalities=20)
    table.loc["GM0000"] = 0.0
    assert 0 < expected(table, 2020, 2021)["GM0000"] < 1


def test_too_few_figures_teach_nothing():
    assert learn(panel(municipalities=10), 1, 2016) is None
    assert learn(panel().drop(columns=range(2014, 2022)), 1, 2021) is None


@pytest.mark.parametrize("horizon", [1, 2, 3])
def test_ranges_hold_what_they_promise(horizon):
    """Some 2,000 counts: a share of 95 % is told from one that is 2 points off."""
    inside = []
    for seed in range(14):
        table = panel(seed=seed)
        spread, mean = learn(table, horizon, 2021 - horizon), expected(table, 2021 - horizon, 2021).to_numpy()
        below = probability_below(table[2021].to_numpy(), mean, spread.excess(mean))
        inside.append(np.abs(below - 0.5) <= 0.475)
    assert np.mean(inside) == pytest.approx(0.95, abs=0.02)


def test_more_is_expected_to_vary_more_and_relatively_less():
    spread = learn(panel(), 1, 2021)
    excess = spread.excess(np.array([10.0, 100.0]))
    assert excess[0] < excess[1] < 100 * excess[0]
    assert Spread(3.0, 1.6, 0.0, 1, 0).excess(0.0) > 0


def test_where_no_other_has_any_nothing_is_expected_and_nothing_warns(recwarn):
    rare = pd.DataFrame({2021: [0.0, 3.0, 0.0], 2022: [0.0, 0.0, 0.0]}, index=["GM1", "GM2", "GM3"])
    assert expected(rare, 2021, 2022).isna().tolist() == [False, True, False]
    assert not recwarn.list
