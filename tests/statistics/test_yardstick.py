"""The yardstick: what it expects, that it does not look ahead, and that its ranges hold what they promise."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.statistics.yardstick import Spread, expected, learn, past_errors, probability_below
from analysis.store.series import Panel

YEARS = range(2012, 2022)


def panel(seed=1, municipalities=150, dispersion=3.0, movement=None):
    """Return made-up counts: municipalities of 5 to 400, with a variance of ``dispersion`` times their mean."""
    random = np.random.default_rng(seed)
    sizes = np.exp(random.uniform(np.log(5), np.log(400), municipalities))
    mean = np.outer(sizes, np.ones(len(YEARS)) if movement is None else movement)
    counts = random.negative_binomial(mean / (dispersion - 1), 1 / dispersion)
    return Panel(tuple(f"GM{n:04}" for n in range(municipalities)), tuple(YEARS), counts.astype(float))


def small(**figures):
    """Return the panel of ``GM1=[10, 5]``: figures of 2020 and 2021."""
    return Panel(tuple(figures), (2020, 2021), np.array([*figures.values()], dtype=float))


def test_a_lockdown_everywhere_is_movement_and_not_spread():
    lockdown = np.where(np.isin(YEARS, (2016, 2017)), 0.3, 1.0)
    calm, moved = learn(panel(), 1, 2021), learn(panel(movement=lockdown), 1, 2021)
    level = 1.21  # a variance of 300, and that of a level of the last years: the sum of its squared weights is 0.21
    assert calm.excess(100.0) == pytest.approx(300 * level - 100, rel=0.3)
    assert moved.excess(100.0) == pytest.approx(calm.excess(100.0), rel=0.3)


def test_nothing_later_is_looked_at():
    whole = panel()
    later = replace(whole, values=np.column_stack([whole.values[:, :-1], np.full(len(whole), 9999.0)]))
    assert learn(whole, 1, 2020) == learn(later, 1, 2020)
    assert (expected(whole, 2018, 2019).elsewhere == expected(later, 2018, 2019).elsewhere).all()


def test_expected_is_the_own_share_of_what_the_others_have():
    found = expected(small(GM1=[10, 5], GM2=[90, 45], GM3=[900, 450]), 2020, 2021)
    assert found.elsewhere.round().tolist() == [5, 45, 450]
    assert found.unchanged == pytest.approx([10, 90, 900], abs=6)  # and half a registration, by their share
    assert expected(small(GM1=[10, 5], GM2=[90, 45]), 2020, 2022).elsewhere is None


def test_a_municipality_without_a_figure_does_not_move_the_country():
    found = expected(small(GM1=[10, 10], GM2=[90, 90], GM3=[500, np.nan]), 2020, 2021)
    assert found.elsewhere[0] == pytest.approx(10.5)  # what GM2 did; not 590 to 90


def test_a_municipality_without_registrations_can_have_one():
    table = panel(municipalities=20)
    none = replace(table, values=np.vstack([np.zeros(len(YEARS)), table.values[1:]]))
    assert 0 < expected(none, 2020, 2021).elsewhere[0] < 1


def test_too_few_figures_teach_nothing():
    assert learn(panel(municipalities=10), 1, 2016) is None
    assert learn(panel(), 1, 2013) is None


@pytest.mark.parametrize("horizon", [1, 2, 3])
def test_ranges_hold_what_they_promise(horizon):
    """Some 2,000 counts: a share of 95 % is told from one that is 2 points off."""
    inside = []
    for seed in range(14):
        table = panel(seed=seed)
        spread, (count, mean) = learn(table, horizon, 2021 - horizon), past_errors(table, 2021 - horizon, 2021)
        below = probability_below(count, mean, spread.excess(mean))
        inside.append(np.abs(below - 0.5) <= 0.475)
    assert np.mean(inside) == pytest.approx(0.95, abs=0.02)


def test_more_is_expected_to_vary_more_and_relatively_less():
    spread = learn(panel(), 1, 2021)
    excess = spread.excess(np.array([10.0, 100.0]))
    assert excess[0] < excess[1] < 100 * excess[0]
    assert Spread(3.0, 1.6, 0).excess(0.0) > 0


def test_where_no_other_has_any_nothing_is_expected_and_nothing_warns(recwarn):
    rare = small(GM1=[0, 0], GM2=[3, 0], GM3=[0, 0])
    assert np.isfinite(expected(rare, 2020, 2021).elsewhere).tolist() == [True, False, True]
    assert past_errors(rare, 2020, 2021)[0].size == 0  # zero is expected of both others
    assert not recwarn.list


def test_the_same_figures_give_the_same_numbers_to_the_last_bit():
    """Wherever they are in memory: a report of the same data must be the same report."""
    table = panel()
    given = expected(table, 2018, 2019)
    for shift in range(1, 8):
        room = np.empty(table.values.nbytes + 64, dtype=np.uint8)[8 * shift :][: table.values.nbytes]
        moved = room.view(np.float64).reshape(table.values.shape)
        moved[:] = table.values
        other = replace(table, values=moved)
        assert (expected(other, 2018, 2019).unchanged == given.unchanged).all()
        assert learn(other, 1, 2021) == learn(table, 1, 2021)
