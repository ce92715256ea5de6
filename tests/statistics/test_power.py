"""The power to see a goal that is reached, and the fall that is needed to stand out."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.statistics.change import change
from analysis.statistics.ordinary import Grade
from analysis.statistics.scenarios import power
from analysis.statistics.yardstick import HEAVY, TAIL
from analysis.store.results import Missing
from made_up_series import HOME, alone, with_country, yearly


def test_the_chance_is_the_share_of_reached_goals_that_would_stand_out():
    """A level of 80 instead of 100, drawn from both parts of the distribution."""
    result = power(with_country([100] * 10), 2021, 2022, -20)
    reached, random = result.expectation.unchanged.times(0.8), np.random.default_rng(1)
    size = reached.mean**2 / reached.excess / np.where(random.random(40_000) < TAIL, HEAVY, 1)
    drawn = random.negative_binomial(size, size / (size + reached.mean))
    low, high = result.expectation.unchanged.range()
    assert result.chance == pytest.approx(np.mean((drawn < low) | (drawn > high)), abs=0.01)
    assert result.chance < 0.32  # of Poisson's chance alone, which was too hopeful


def test_a_larger_goal_and_a_larger_count_are_easier_to_see():
    by_goal = [power(with_country([100] * 10), 2021, 2022, goal).chance for goal in (-20, -40, -60)]
    by_size = [power(with_country([count] * 10), 2021, 2022, -40).chance for count in (25, 100, 400)]
    assert by_goal == sorted(by_goal)
    assert by_size == sorted(by_size)
    assert by_goal[-1] > 0.8 and by_size[0] < 0.5


@pytest.mark.parametrize("before", [1, 3, 7, 23, 83, 395])
def test_the_needed_count_is_the_highest_that_is_no_ordinary_one(before):
    past = [before] * 9
    seen = [after for after in range(before) if change(alone([*past, after]), 2021, 2022).judgement.p_value < 0.05]
    result = power(alone([*past, None]), 2021, 2022)
    assert result.needed == (max(seen) if seen else None)
    assert result.needed_pct == (pytest.approx(100 * (max(seen) / before - 1)) if seen else None)


def test_the_needed_count_is_a_clear_fall_and_one_more_is_not():
    needed = power(with_country([100] * 10), 2021, 2022).needed
    grades = [change(with_country([100] * 9 + [after]), 2021, 2022).grade for after in (needed, needed + 1)]
    assert grades == [Grade.CLEAR, Grade.HINT]


def test_after_a_very_low_year_a_rise_is_not_called_a_fall():
    result = power(with_country([100] * 8 + [20, None]), 2021, 2022)
    assert result.needed < 20
    assert result.needed_pct < 0


def test_years_that_go_up_and_down_make_a_goal_harder_to_see():
    calm, wild = (power(alone([*years, 100, None]), 2021, 2022) for years in ([100, 98, 102] * 3, [40, 170, 90] * 3))
    assert wild.chance < calm.chance
    assert wild.needed < calm.needed


def test_a_goal_is_for_a_year_that_may_still_have_to_come():
    one, three = (power(alone([100] * 10), 2022, year) for year in (2023, 2025))
    assert three.chance < one.chance  # further ahead, more can happen


def test_a_goal_needs_a_start_and_years_to_learn_from_and_is_recorded():
    gap = power(yearly("proef", HOME, {2020: None}), 2020, 2023)
    assert "Van 2020" in gap.reason
    assert power(gap, 2020, 2023) is gap
    assert isinstance(power(yearly("proef", HOME, {2020: 0}), 2020, 2023), Missing)
    few = power(yearly("proef", HOME, {2020: 100}), 2020, 2023)
    assert "te weinig cijfers" in few.reason
    result = power(alone([100] * 10), 2022, 2025)
    records = {record.id: record for record in result.records()}
    assert records["proef.2022"].value == 100
    assert records["proef.goal_-20.power_pct"].value == 100 * result.chance
    assert records["proef.needed_pct"].value == result.needed_pct == pytest.approx(result.needed - 100)
    assert records["proef.goal_-20.change_pct"].value == -20


def test_a_goal_is_a_part_of_the_count_it_starts_from():
    """Of 60 after years of 100, a fifth less is 48 and not 80: further from what is expected, so easier to see."""
    after_a_fall = power(with_country([100] * 8 + [60, None]), 2021, 2022, -20)
    reached = after_a_fall.expectation.unchanged.around(48)
    assert after_a_fall.chance == pytest.approx(reached.below(after_a_fall.needed + 0.5))
    assert after_a_fall.chance > power(with_country([100] * 8 + [60, None]), 2021, 2022, -5).chance


def test_what_goes_the_other_way_is_no_goal_reached():
    rise, fall = (power(with_country([20] * 9 + [None]), 2021, 2022, goal) for goal in (0.1, -0.1))
    assert rise.chance + fall.chance < 0.12  # both tails together when nothing changes
