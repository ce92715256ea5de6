"""The yearly pace of change in monthly and in yearly counts. All figures are made up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis import paths
from analysis.definitions import catalogue
from analysis.statistics.comparison import compare_trend
from analysis.statistics.trend import trend
from analysis.statistics.verdicts import Verdict
from analysis.store.results import Missing
from analysis.store.series import Series
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
    assert (result.periods, result.per_inhabitant) == (36, False)


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


def test_a_single_year_of_months_is_too_short():
    answer = trend(monthly("proef", "GM1969", 2019, level(1)), 2019, 2019)
    assert "minstens 24 maanden" in answer.reason
    assert trend(answer, 2019, 2022) is answer


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


def years(counts, first: int = 2015, people: dict[int, float] | None = None) -> Series:
    """Return yearly counts of a series without months."""
    return yearly("proef", "GM1969", dict(enumerate(counts, first)), people)


def clustered(random: np.random.Generator, mean: np.ndarray, dispersion: float) -> np.ndarray:
    """Return counts whose variance is ``dispersion`` times their mean."""
    return random.negative_binomial(mean / (dispersion - 1), 1 / dispersion)


def test_a_known_pace_is_recovered_from_years_alone():
    result = trend(years(np.round(4000 * 1.2 ** np.arange(6))), 2015, 2020)
    assert result.yearly_ratio == pytest.approx(1.2, rel=1e-3)
    assert (result.periods, result.series.frequency, result.per_inhabitant) == (6, "Y", False)
    assert result.verdict is Verdict.CONFIRMED


def test_the_interval_of_years_is_that_of_counts_with_what_they_vary_more():
    """The log-linear line by hand: Fisher scoring, then Pearson's chi-square and Student's t by the degrees left."""
    counts, x = np.array([92, 65, 56, 65, 78, 43, 54, 62]), np.arange(8) - 3.5
    design, beta = np.column_stack([x, np.ones(8)]), np.array([0, np.log(counts.mean())])
    for _ in range(20):
        mean = np.exp(design @ beta)
        beta += np.linalg.solve(design.T @ (design * mean[:, None]), design.T @ (counts - mean))
    dispersion = ((counts - mean) ** 2 / mean).sum() / 6
    error = np.sqrt(dispersion * np.linalg.inv(design.T @ (design * mean[:, None]))[0, 0])
    result = trend(years(counts), 2015, 2022)
    assert result.dispersion == pytest.approx(dispersion, rel=1e-4) and dispersion > 1
    assert np.log([result.lower, result.upper]) == pytest.approx(
        [beta[0] - 2.4469 * error, beta[0] + 2.4469 * error], rel=1e-3
    )


def test_growth_of_the_population_is_no_trend_in_years_either():
    people = {year: 10_000 * 1.1 ** (year - 2015) for year in range(2015, 2022)}
    counts = np.round([people[year] / 10 for year in people])
    assert trend(years(counts, people=people), 2015, 2021).yearly_ratio == pytest.approx(1, abs=1e-3)
    del people[2018]
    grown = trend(years(counts, people=people), 2015, 2021)
    assert (round(grown.yearly_ratio, 2), grown.per_inhabitant) == (1.1, False)


@pytest.mark.filterwarnings("error")
def test_years_on_a_line_are_no_surer_than_counts_can_be():
    result = trend(years([100] * 7), 2015, 2021)
    by_chance = 2.5706 / np.sqrt(100 * 28)  # Student's t with 5 degrees of freedom
    assert np.log(result.upper / result.lower) / 2 == pytest.approx(by_chance, rel=1e-3)


def test_where_there_are_months_of_all_the_years_they_are_asked_for():
    months = monthly("proef", "GM1969", 2015, [10] * 72)
    with_months = replace(years([120] * 8), find_months=lambda: months)
    with pytest.raises(ValueError, match="frequency='M'"):
        trend(with_months, 2015, 2020)
    assert trend(with_months, 2015, 2022).periods == 8  # there are no months of 2021 and 2022
    with pytest.raises(ValueError, match="frequency='M'"):
        compare_trend(years([120] * 8), yearly("proef", "NL00", dict.fromkeys(range(2015, 2023), 9000)), 2015, 2022)


def test_a_percentage_by_year_has_no_trend_in_counts():
    survey = years([20] * 8)
    with pytest.raises(ValueError, match="survey_change"):
        trend(replace(survey, indicator=survey.indicator.model_copy(update={"unit": "percent"})), 2015, 2022)


@pytest.mark.parametrize(
    ("counts", "word"),
    [
        ([100] * 5, "minstens 6 jaren"),
        ([100] * 4 + [None] + [100] * 4, "2019"),
        ([0] * 8, "te weinig registraties"),
        ([9, 12, 8, 9, 10, 11, 9, 8], "te weinig registraties"),  # 9.5 a year
        ([0] * 7 + [200], "te weinig registraties"),  # no line fits these
    ],
    ids=["too short", "a year missing", "all zero", "few", "all in one year"],
)
def test_no_trend_when_the_years_cannot_carry_it(counts, word):
    answer = trend(years(counts), 2015, 2014 + len(counts))
    assert isinstance(answer, Missing)
    assert word in answer.reason


def test_few_false_alarms_in_years_and_a_rise_is_seen():
    """Dispersion 3, eight years, 100 a year: at most 5 %, give or take the simulation; a rise of 10 % is seen."""
    random = np.random.default_rng(20260103)

    def found(pace: float, draws: int) -> float:
        mean = 100 * pace ** np.arange(8)
        verdicts = [trend(years(clustered(random, mean, 3)), 2015, 2022).verdict for _ in range(draws)]
        return float(np.mean([verdict is Verdict.CONFIRMED for verdict in verdicts]))

    assert 0.015 < found(1.0, 600) < 0.05 + 2 * np.sqrt(0.05 * 0.95 / 600)
    assert found(1.1, 200) > 0.85


def test_years_that_resemble_the_year_before_give_the_false_alarms_that_the_docstring_tells():
    """Levels with a correlation of 0.5 from year to year; with the counts, the variance is three times the mean."""
    random, spread, alarms = np.random.default_rng(20260104), np.sqrt(np.log1p(0.02)), []
    for _ in range(600):
        level = random.normal(0, spread, 8)
        for year in range(1, 8):
            level[year] = 0.5 * level[year - 1] + np.sqrt(0.75) * level[year]
        counts = random.poisson(100 * np.exp(level - spread**2 / 2))
        alarms.append(trend(years(counts), 2015, 2022).p_value < 0.05)
    assert 0.08 < np.mean(alarms) < 0.15


@pytest.mark.parametrize("counts", [[0] * 7 + [1, 445], [0] * 5 + [11, 332], [0] * 8 + [50, 51], [1] * 9 + [10**9]])
def test_years_that_jump_have_no_trend(counts):
    """No line through them says what happens in a year: it would rise thirty times, or by 1.594.783 %."""
    assert isinstance(trend(years(counts), 2015, 2014 + len(counts)), Missing)


def test_records_of_years():
    result = trend(years([100, 120, 110, 140, 150, 160]), 2015, 2020)
    pace, dispersion = result.records()
    assert (pace.id, pace.baseline, pace.period) == ("proef.trend_pct_per_year", "2015", "2020")
    assert (pace.value, pace.lower, pace.upper) == (result.percentage, result.lower_percentage, result.upper_percentage)
    assert dispersion.value == result.dispersion


def test_the_chapter_that_explains_trends_says_from_how_many_years():
    text = (paths.NOTEBOOKS / "13_verantwoording.ipynb").read_text(encoding="utf-8")
    assert catalogue.thresholds().trend.years == 6 and "uit minstens zes jaren" in text
