"""The power to see a goal that is reached, and the fall that is needed to stand out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.statistics.change import change
from analysis.statistics.dispersion import Noise
from analysis.statistics.scenarios import needed_count, power, power_of
from analysis.store.results import Missing
from made_up_series import monthly, yearly


@pytest.mark.parametrize(("before", "chance"), [(50, 18), (100, 32), (200, 56), (400, 85)])
def test_the_chance_to_see_a_fifth_less(before, chance):
    """The figures are those of power_poisson_ratio_2indep with a null ratio of 1."""
    assert round(100 * power_of(before, 0.8)) == chance


@pytest.mark.parametrize(("before", "fall"), [(20, -55), (50, -36), (100, -26), (200, -19)])
def test_the_fall_that_is_needed(before, fall):
    result = power(yearly("proef", "GM1969", {2020: before}), 2020, 2023)
    assert round(result.needed_pct) == fall


@pytest.mark.parametrize("before", [3, 6, 7, 23, 83, 395, 700])
def test_the_needed_count_is_the_highest_that_is_more_than_chance(before):
    def stands_out(after):
        series = yearly("proef", "GM1969", {2020: before, 2023: after})
        return change(series, 2020, 2023).beyond_chance is True

    seen = [after for after in range(before) if stands_out(after)]
    assert needed_count(before) == (max(seen) if seen else None)


def test_waves_make_a_goal_harder_to_see():
    assert power_of(100, 0.8, Noise(4, 33)) < power_of(100, 0.8)
    assert needed_count(100, Noise(4, 33)) < needed_count(100)
    waves = monthly("proef", "GM1969", 2020, [1, 16] * 6 + [16, 1] * 6)
    series = replace(yearly("proef", "GM1969", {2020: 102}), find_months=lambda: waves)
    assert power(series, 2020, 2023).dispersion > 5


def test_a_goal_needs_a_start_and_is_recorded():
    gap = power(yearly("proef", "GM1969", {2020: None}), 2020, 2023)
    assert "Van 2020" in gap.reason
    assert power(gap, 2020, 2023) is gap
    assert isinstance(power(yearly("proef", "GM1969", {2020: 0}), 2020, 2023), Missing)
    result = {record.id: record for record in power(yearly("proef", "GM1969", {2020: 100}), 2020, 2023).records()}
    assert result["proef.2020"].value == 100
    assert round(result["proef.goal_-20.power_pct"].value) == 32
    assert (result["proef.needed_pct"].value, result["proef.goal_-20.change_pct"].value) == (-26, -20)
