"""Dispersion of counts, and the interval of a ratio of two counts.

Dispersion is the variance divided by the mean: 1 for a Poisson distribution, more when registrations come in waves. It
is measured on the months that the counts are made of, or on a table of years by municipalities.
"""

from __future__ import annotations

from math import inf, sqrt
from typing import NamedTuple

import numpy as np
from scipy.stats import t as student

from ..store.series import Series
from .verdicts import alpha

_YEAR = 12  # months


class Noise(NamedTuple):
    """How much more than Poisson counts vary, and on how many degrees of freedom that rests.

    ``Noise()`` is Poisson itself: registrations are independent of each other, and nothing was estimated.

    Parameters
    ----------
    dispersion : float
        Variance divided by the mean, at least 1.
    degrees : float
        Degrees of freedom of the dispersion; infinite when it was not estimated.
    """

    dispersion: float = 1.0
    degrees: float = inf

    @property
    def z(self) -> float:
        """Half-width of an interval in Poisson standard errors.

        1.96 at 5 % under Poisson, more when counts come in waves.

        Examples
        --------
        >>> round(Noise().z, 2), round(Noise(dispersion=4, degrees=33).z, 2)
        (1.96, 4.07)
        """
        return float(student.isf(alpha() / 2, self.degrees)) * sqrt(self.dispersion)


def month_noise(months: Series | None, first: int, last: int) -> Noise:
    """Measure how much the months vary around the level of their year and their calendar month.

    Pearson's chi-square per degree of freedom of a Poisson regression with month and year levels. That model is
    independence in the table of years by months, so its fit is the product of the margins and needs no search.

    It measures the spread within years only. Each year has its own level, so what moves a whole year, up or down and
    without meaning, is no part of it; the yardstick for changes (`ordinary`) does contain it.

    Parameters
    ----------
    months : Series or None
        Monthly counts; ``None`` gives Poisson.
    first, last : int
        The years, both included; a year that lacks a month is left out.

    Returns
    -------
    Noise
        A dispersion of at least 1. Poisson where there are fewer than two whole years.

    References
    ----------
    McCullagh, P., & Nelder, J. A. (1989). Generalized Linear Models (2nd ed.). Chapman & Hall. The dispersion of a
    quasi-Poisson model.
    """
    if months is None:
        return Noise()
    table = months.month_by_month(min(first, last), max(first, last)).to_numpy(float).reshape(-1, _YEAR)
    table = table[~np.isnan(table).any(axis=1)]
    dispersion, degrees = table_dispersion(table)
    if degrees < _YEAR - 1:
        return Noise()
    return Noise(dispersion, degrees) if dispersion > 1 else Noise()


def table_dispersion(table: np.ndarray) -> tuple[float, int]:
    """Measure how much the counts of a two-way table vary around the product of its margins.

    Pearson's chi-square per degree of freedom, without rows and columns that hold nothing.

    Parameters
    ----------
    table : ndarray, shape (rows, columns)
        Counts without missing values.

    Returns
    -------
    dispersion : float
        At least 1.
    degrees : int
        Degrees of freedom; 0 where there is nothing to measure the dispersion on.

    Examples
    --------
    >>> table_dispersion(np.array([[10.0, 20.0], [20.0, 10.0]]))
    (6.666666666666667, 1)
    >>> table_dispersion(np.array([[10.0, 20.0]]))
    (1.0, 0)
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
    """Return the ratio of two counts, or of their rates, with its score interval.

    The limits are the ratios ``r`` at which ``after - r * before`` is as far from 0 as ``noise`` allows: the roots of
    ``(after - r * before)**2 = z**2 * r * (after + before)``. Under Poisson that is
    ``confint_poisson_2indep(method="score")`` of statsmodels, which searches for the limits and fails when one of the
    counts is 0.

    Parameters
    ----------
    before, after : float
        Counts; the ratio is ``after / before``.
    exposure_before, exposure_after : float, optional
        What each count is divided by, such as inhabitants; by default the ratio is of the counts themselves.
    noise : Noise, optional
        Dispersion of the counts, by default Poisson.

    Returns
    -------
    ratio, lower, upper : float or None
        ``ratio`` and ``upper`` are ``None`` when ``before`` is 0, all three when both counts are 0.

    References
    ----------
    Gu, K., Ng, H. K. T., Tang, M. L., & Schucany, W. R. (2008). Testing the ratio of two Poisson rates. Biometrical
    Journal, 50(2), 283–298.

    Examples
    --------
    >>> [round(number, 2) for number in ratio_interval(242, 395)]
    [1.63, 1.39, 1.92]
    """
    if before + after == 0:
        return None, None, None
    scale = exposure_before / exposure_after
    reach = (noise or Noise()).z ** 2 * (before + after)
    middle = 2 * before * after + reach
    root = sqrt(reach * (4 * before * after + reach))
    lower = scale * 2 * after**2 / (middle + root)
    return (scale * after / before, lower, scale * (middle + root) / (2 * before**2)) if before else (None, lower, None)
