"""Dispersion of counts, and the interval of a ratio of two counts. All figures are made up."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import t as student
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.stats.rates import confint_poisson_2indep

from analysis.statistics.dispersion import Noise, month_noise, ratio_interval, table_dispersion
from made_up_series import monthly


@settings(max_examples=50)
@given(st.integers(1, 3000), st.integers(1, 3000), st.floats(0.1, 10))
def test_interval_is_the_score_interval_of_statsmodels(before, after, exposure):
    expected = confint_poisson_2indep(after, exposure, before, 1, method="score", compare="ratio")
    assert ratio_interval(before, after, 1, exposure)[1:] == pytest.approx(expected, rel=1e-3)  # it searches


@settings(max_examples=50)
@given(st.integers(0, 500), st.integers(0, 500), st.floats(1, 30), st.integers(11, 100))
def test_the_limits_are_as_far_away_as_the_noise_allows(before, after, dispersion, degrees):
    assume(before and after)
    for limit in ratio_interval(before, after, noise=Noise(dispersion, degrees))[1:]:
        distance = abs(after - limit * before) / sqrt(limit * dispersion * (after + before))
        assert distance == pytest.approx(student.isf(0.025, degrees), rel=1e-6)


def test_the_dispersion_is_that_of_a_regression_on_months_and_years():
    random = np.random.default_rng(6)
    counts = random.negative_binomial(8, 8 / (8 + 20 + 10 * np.sin(np.arange(48))))
    year, month = np.arange(48) // 12, np.arange(48) % 12
    levels = [month == m for m in range(12)] + [year == y for y in range(1, 4)]
    fit = GLM(counts, np.column_stack(levels).astype(float), family=Poisson()).fit()
    result = month_noise(monthly("proef", "GM1969", 2019, counts.tolist()), 2019, 2022)
    assert result.dispersion == pytest.approx(fit.pearson_chi2 / fit.df_resid)
    assert result.degrees == fit.df_resid


def test_a_level_that_moves_with_the_year_or_the_season_is_no_dispersion():
    season = np.tile(np.arange(1, 13), 4) * 10
    smooth = season * np.repeat([1, 2, 3, 4], 12)
    assert month_noise(monthly("proef", "GM1969", 2019, smooth.tolist()), 2019, 2022) == Noise()


def test_without_two_whole_years_it_is_poisson():
    counts: list[float | None] = [3, 40] * 12
    assert month_noise(monthly("proef", "GM1969", 2019, counts), 2019, 2019) == Noise()
    counts[3] = None
    assert month_noise(monthly("proef", "GM1969", 2019, counts), 2019, 2020) == Noise()
    assert month_noise(None, 2019, 2022) == Noise()


def test_only_the_years_of_the_comparison_count():
    calm, wild = [10] * 24, [1, 19] * 12
    months = monthly("proef", "GM1969", 2017, [*wild[:12], *wild[1:13], *calm])
    assert month_noise(months, 2019, 2020).dispersion == 1
    assert month_noise(months, 2017, 2018).dispersion > 5
    assert month_noise(months, 2020, 2019) == month_noise(months, 2019, 2020)


def test_dispersion_is_measured_on_a_table_without_its_margins():
    rng = np.random.default_rng(1)
    poisson = rng.poisson(30, (10, 40))
    clustered = rng.negative_binomial(30 / 3, 1 / 4, (10, 40))  # variance four times the mean
    assert table_dispersion(poisson)[0] == pytest.approx(1, abs=0.15)
    assert table_dispersion(clustered)[0] == pytest.approx(4, rel=0.2)
    assert table_dispersion(np.array([[5.0, 6.0]])) == (1.0, 0), "one year says nothing about spread"
