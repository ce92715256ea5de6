"""What chance alone can do to two counts, measured on the months they are made of."""

from __future__ import annotations

from math import inf, sqrt
from typing import NamedTuple

import numpy as np
from scipy.stats import t as student
from statsmodels.stats.rates import etest_poisson_2indep

from ..store.series import Series
from .verdicts import alpha

# The E-test sums over a grid of counts squared: at this size 20 ms and the same p-value to three decimals as the
# score test, at national counts more memory than there is.
ETEST_UP_TO = 500
_YEAR = 12  # months


class Noise(NamedTuple):
    """By how much counts vary more than Poisson, and on how many degrees of freedom that rests.

    ``Noise()`` is Poisson itself: every registration on its own, and nothing estimated. ``months`` is how many months
    were looked at, 0 where there were none.
    """

    dispersion: float = 1.0
    degrees: float = inf
    months: int = 0

    @property
    def z(self) -> float:
        """How many Poisson standard errors an interval reaches: 1.96 at 5 %, more when counts come in waves."""
        return float(student.isf(alpha() / 2, self.degrees)) * sqrt(self.dispersion)


def of_months(months: Series | None, first: int, last: int) -> Noise:
    """How much the months vary around the level of their year and their calendar month.

    Pearson's chi-square per degree of freedom of a Poisson regression with month and year levels. That model is
    independence in the years × months table, so its fit is the product of the margins and needs no search.

    It measures the spread within years only. Each year has its own level, so what moves a whole year, up or down and
    without meaning, is no part of it: with two years there is nothing to measure that on. What peers did (`peers`)
    does contain it.

    Parameters
    ----------
    months : Series or None
        Monthly counts; ``None`` gives Poisson.
    first, last : int
        The years, both included; a year that lacks a month is left out.

    Returns
    -------
    Noise
        Never less than Poisson. Poisson too where fewer than two whole years are there.
    """
    if months is None:
        return Noise()
    table = months.month_by_month(min(first, last), max(first, last)).to_numpy(float).reshape(-1, _YEAR)
    table = table[~np.isnan(table).any(axis=1)]
    dispersion, degrees = of_table(table)
    if degrees < _YEAR - 1:
        return Noise()
    return Noise(dispersion, degrees, table.size) if dispersion > 1 else Noise(months=table.size)


def of_table(table: np.ndarray) -> tuple[float, int]:
    """How much more than Poisson the counts of a two-way table vary around the product of its margins.

    Pearson's chi-square per degree of freedom, without rows and columns that hold nothing.

    Returns
    -------
    tuple of float and int
        The dispersion, never below 1, and its degrees of freedom: 0 where there is nothing to measure it on.
    """
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    degrees = (table.shape[0] - 1) * (table.shape[1] - 1) if table.size else 0
    if not degrees:
        return 1.0, 0
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    return max(1.0, float(((table - expected) ** 2 / expected).sum() / degrees)), degrees


def ratio_interval(
    before: float, after: float, exposure_before: float = 1.0, exposure_after: float = 1.0, noise: Noise | None = None
) -> tuple[float | None, float | None, float | None]:
    """Ratio of two counts, or of their rates, with its score interval.

    The limits are the ratios ``r`` at which ``after - r * before`` is as far from 0 as ``noise`` allows: the roots of
    ``(after - r * before)**2 = z**2 * r * (after + before)``. Under Poisson it equals
    ``confint_poisson_2indep(method="score")``, which searches for it and gets lost when one of the counts is 0.
    """
    if before + after == 0:
        return None, None, None
    scale = exposure_before / exposure_after
    reach = (noise or Noise()).z ** 2 * (before + after)
    middle = 2 * before * after + reach
    root = sqrt(reach * (4 * before * after + reach))
    lower = scale * 2 * after**2 / (middle + root)
    return (scale * after / before, lower, scale * (middle + root) / (2 * before**2)) if before else (None, lower, None)


def p_value(before: int, after: int, noise: Noise | None = None) -> float | None:
    """Two-sided p-value that two counts have the same mean.

    Under Poisson the E-test with the score statistic (Gu, Ng, Tang & Schucany 2008), or the score test itself for
    large counts. With a measured dispersion the score statistic divided by its root, against Student's t.
    """
    if before + after == 0:
        return None
    dispersion, degrees, _ = noise or Noise()
    if dispersion == 1 and max(before, after) <= ETEST_UP_TO:
        return min(1.0, float(etest_poisson_2indep(after, 1, before, 1, method="score")[1]))
    return 2 * float(student.cdf(-abs(after - before) / sqrt(dispersion * (after + before)), degrees))
