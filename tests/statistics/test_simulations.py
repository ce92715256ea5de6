"""Simulations: how often nothing looks like a change, and how often a change is seen. Seeded; figures are made up.

Among 151 municipalities of about the size of Westerkwartier the variance of bedrijfsinbraken is 2,2 times their mean,
and among 199 that of woninginbraken 4,6 (police 47018NED, 2019 and 2022). `benchmarks/yardstick.py` does the same with
more panels, and on real figures.
"""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from analysis.statistics.change import change
from analysis.statistics.ordinary import Grade
from analysis.statistics.verdicts import Verdict
from analysis.store.series import Panel
from made_up_series import HOME, alone, country, yearly

pytestmark = pytest.mark.slow

CALM, WILD = 2.2, 4.6
YEARS = range(2013, 2023)
PANELS, EACH = 6, 50  # panels, and municipalities judged in each of them


def draw(random, mean, dispersion):
    """Draw counts with a variance of ``dispersion`` times their mean."""
    return random.negative_binomial(np.asarray(mean) / (dispersion - 1), 1 / dispersion)


def at_most(share, number):
    """Return the highest share that chance makes of a true one in 97.5 % of the simulations."""
    return share + 1.96 * sqrt(share * (1 - share) / number)


def among_all(seed, size, dispersion, ratio=1.0, movement=1.0):
    """Return changes to the last year of municipalities in which nothing happened, or a change by ``ratio``.

    The others have 5 to 400 registrations, with ``movement`` for all in the last year.
    """
    random = np.random.default_rng(seed)
    mean = np.where(np.array(YEARS) == YEARS[-1], size * movement * ratio, float(size))
    results = []
    for panel in range(PANELS):
        others = Panel.of(country(YEARS, {YEARS[-1]: movement}, 100 * seed + panel, dispersion))
        for counts in draw(random, np.tile(mean, (EACH, 1)), dispersion):
            own = yearly("proef", HOME, dict(zip(YEARS, counts.tolist(), strict=True)))
            results.append(change(replace(own, find_peers=lambda known=others: known), YEARS[-2], YEARS[-1]))
    return results


def share(results, *grades, elsewhere=False):
    """Return which part of the changes has one of these grades."""
    found = [result.grade_elsewhere if elsewhere else result.grade for result in results]
    return float(np.mean([grade in grades for grade in found]))


@pytest.mark.parametrize(("size", "dispersion"), [(40, CALM), (80, WILD)])
def test_nothing_is_a_clear_change_in_at_most_five_percent_of_the_cases(size, dispersion):
    """A hint is a count outside 80 % of the ordinary ones, so it and a clear change together are one in five."""
    results = among_all(1, size, dispersion)
    number = len(results)
    assert share(results, Grade.CLEAR) <= at_most(0.05, number)
    assert share(results, Grade.CLEAR, Grade.HINT) <= at_most(0.2, number)
    assert share(results, Grade.CLEAR, elsewhere=True) <= at_most(0.05, number)
    assert share(results, Grade.CLEAR, Grade.HINT) > 0  # a grade that is never given would pass all of this


def test_what_happens_to_all_is_not_special_to_one():
    """A fall of the whole country by 40 % is a fall for most, and otherwise than elsewhere for one in twenty."""
    results = among_all(2, 80, CALM, movement=0.6)
    assert share(results, Grade.CLEAR, elsewhere=True) <= at_most(0.05, len(results))
    assert share(results, Grade.CLEAR) > 0.5


def test_a_doubling_is_seen():
    """Grades that never say anything would pass the tests above."""
    assert share(among_all(3, 40, CALM, ratio=2.0), Grade.CLEAR) > 0.8
    assert share(among_all(3, 80, WILD, ratio=2.0), Grade.CLEAR) > 0.8


@pytest.mark.parametrize("years", [5, 10])
@pytest.mark.parametrize(("size", "dispersion"), [(8, CALM), (40, CALM), (80, WILD)])
def test_own_years_alone_give_a_hint_in_at_most_a_fifth_of_the_cases_without_a_change(size, dispersion, years):
    number = 300
    drawn = draw(np.random.default_rng(years), np.full((number, years), size), dispersion)
    results = [change(alone(counts.tolist()), 2021, 2022) for counts in drawn]
    assert share(results, Grade.CLEAR) == 0
    assert 0 < share(results, Grade.HINT) <= at_most(0.2, number)
    assert not any(result.verdict is Verdict.CONFIRMED for result in results)


def test_whole_years_that_go_up_and_down_are_ordinary():
    """Every year varies by 15 % for no reason, which months cannot show."""
    random, number = np.random.default_rng(6), 300
    drawn = draw(random, 240 * random.lognormal(0, 0.15, (number, 10)), CALM)
    results = [change(alone(counts.tolist()), 2021, 2022) for counts in drawn]
    assert share(results, Grade.HINT) <= at_most(0.2, number)
    extreme = np.mean([result.judgement.p_value < 0.05 for result in results])
    assert extreme <= at_most(0.05, number)
