"""The yearly pace of change in monthly counts. All figures are made up."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.statistics.trend import trend
from analysis.statistics.verdicts import Verdict
from analysis.store.results import Missing
from made_up_series import monthly, yearly

SEASON = 1 + 0.3 * np.sin(np.arange(12))


def level(years: int, start: float = 40, pace: float = 1.0) -> np.ndarray:
    """Return expected counts by month."""
    return start * np.tile(SEASON, years) * pace ** (np.arange(12 * years) / 12)


def test_a_known_pace_is_recovered_from_expected_counts():
    days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    counts = np.round(level(3, 4000, pace=1.2) * np.tile(days, 3))
    result = trend(monthly("proef", "GM1969", 2017, counts), 2017, 2019)
    assert result.yearly_ratio == pytest.approx(1.2, rel=1e-5)
    assert result.percentage == pytest.approx(20, rel=1e-4)
    assert (result.months, result.per_inhabitant) == (36, False)


def test_a_known_pace_is_within_the_interval_of_noisy_counts():
    counts = np.random.default_rng(1).poisson(level(4, pace=1.1))
    result = trend(monthly("proef", "GM1969", 2019, counts), 2019, 2022)
    assert result.lower < 1.1 < result.upper
    assert result.verdict is Verdict.CONFIRMED
    assert 0.5 < result.dispersion < 1.5


def test_dispersion_widens_the_interval():
    random = np.random.default_rng(2)
    plain, clustered = random.poisson(level(4)), random.negative_binomial(10, 10 / (10 + level(4)))
    calm, wild = (trend(monthly("proef", "GM1969", 2019, counts), 2019, 2022) for counts in (plain, clustered))
    assert wild.dispersion > 3
    assert wild.standard_error > 1.5 * calm.standard_error


def test_growth_of_the_population_is_no_trend():
    counts = np.concatenate([level(1), level(1, 80), level(1, 160)])
    people = {2019: 10_000, 2020: 20_000, 2021: 40_000}
    per_inhabitant = trend(monthly("proef", "GM1969", 2019, counts, people), 2019, 2021)
    assert per_inhabitant.per_inhabitant
    assert per_inhabitant.yearly_ratio == pytest.approx(1, abs=2e-3)  # 2020 is a leap year
    incomplete = trend(monthly("proef", "GM1969", 2019, counts, {2019: 10_000}), 2019, 2021)
    assert not incomplete.per_inhabitant
    assert incomplete.yearly_ratio > 1.9


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda c: c * 0, "te weinig registraties"),
        (lambda c: np.where(np.arange(48) % 12 == 6, 0, c), "te weinig registraties"),
        (lambda c: np.where(np.arange(48) == 14, np.nan, c), "maart 2020"),
        (lambda c: c[:40], "mei 2022"),
    ],
    ids=["all zero", "a calendar month always zero", "a month missing", "months not there yet"],
)
def test_no_trend_when_the_months_cannot_carry_it(change, word):
    answer = trend(monthly("proef", "GM1969", 2019, change(level(4))), 2019, 2022)
    assert isinstance(answer, Missing)
    assert word in answer.reason


def test_a_single_year_is_too_short_and_years_are_refused():
    answer = trend(monthly("proef", "GM1969", 2019, level(1)), 2019, 2019)
    assert "minstens 24 maanden" in answer.reason
    assert trend(answer, 2019, 2022) is answer
    with pytest.raises(ValueError, match="frequency='M'"):
        trend(yearly("proef", "GM1969", {2019: 1}), 2019, 2022)


def test_few_false_alarms_when_nothing_changes():
    random, expected = np.random.default_rng(4), level(2, 20)
    draws = [random.negative_binomial(10, 10 / (10 + expected)) for _ in range(200)]
    p_values = [trend(monthly("proef", "GM1969", 2019, counts), 2019, 2020).p_value for counts in draws]
    assert 0.01 < np.mean(np.array(p_values) < 0.05) < 0.09  # 0.11 with a normal instead of Student's t


def test_records():
    result = trend(monthly("proef", "GM1969", 2019, level(4, pace=0.9)), 2019, 2022)
    pace, dispersion = result.records()
    assert (pace.id, dispersion.id) == ("proef.trend_pct_per_year", "proef.dispersion")
    assert (pace.value, pace.lower) == (result.percentage, result.lower_percentage)
    assert (pace.baseline, pace.period, pace.unit) == ("2019", "2022", "percent_per_year")
    assert dispersion.value == result.dispersion


@pytest.mark.parametrize("months", [[5] * 12, list(range(1, 13)), [7, 3] * 6])
def test_months_that_are_the_same_every_year_are_no_surer_than_counts_can_be(months):
    """Yearly counts divided over months fit a line exactly, which does not make the line more certain."""
    result = trend(monthly("proef", "GM1969", 2016, months * 4), 2016, 2019)
    by_chance = 2.03 / np.sqrt(4 * sum(months) * np.var(np.arange(4)))  # Student's t with 35 degrees of freedom
    assert np.log(result.upper / result.lower) / 2 == pytest.approx(by_chance, rel=0.005)
    assert result.verdict is Verdict.CHANCE
