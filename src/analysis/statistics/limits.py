"""Between which counts an ordinary period stays, when counts vary more than by pure chance."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import nbinom, norm
from scipy.stats import t as student

from .. import catalogue

_YEAR = 12  # months


class Bands(NamedTuple):
    """Two bands around an expected count, as arrays of the same shape: the ordinary one, and a wider one.

    A count on a limit is still within it.
    """

    notice_low: np.ndarray
    notice_high: np.ndarray
    signal_low: np.ndarray
    signal_high: np.ndarray


def dispersion(counts: np.ndarray, expected: np.ndarray, parameters: int) -> float:
    """How much more than Poisson counts vary around what was expected of them; never less than Poisson.

    Pearson's chi-square per degree of freedom, as in a quasi-Poisson regression.
    """
    some = expected > 0  # where nothing was expected nothing was counted: no information on the spread
    squares = ((counts - expected)[some] ** 2 / expected[some]).sum()
    return max(1.0, float(squares / (counts.size - parameters)))


def bands(expected: np.ndarray, spread: float, degrees: float) -> Bands:
    """Both bands of `thresholds.yml` for a new count.

    Quantiles of a negative binomial distribution with variance ``spread * expected``: skew and whole, as counts are.
    That the spread was itself estimated widens the bands as Student's t is wider than the normal distribution.

    Parameters
    ----------
    expected : ndarray
        Expected counts, above 0.
    spread : float
        Variance of a new count divided by its mean: the dispersion, and the uncertainty of ``expected`` on top of it.
        Above 1.
    degrees : float
        Degrees of freedom of the dispersion.
    """
    rule = catalogue.thresholds().signals
    model = nbinom(expected / (spread - 1), 1 / spread)

    def band(coverage: float) -> tuple[np.ndarray, np.ndarray]:
        tail = norm.sf(student.isf((1 - coverage) / 2, degrees))
        return model.ppf(tail), model.isf(tail)

    return Bands(*band(rule.notice), *band(rule.signal))


class MonthLimits(NamedTuple):
    """Limits by month: columns ``centre`` and those of `Bands`; the dispersion they rest on; whether by season."""

    table: pd.DataFrame
    dispersion: float
    seasonal: bool


def of_months(baseline: pd.Series, months: pd.DatetimeIndex) -> MonthLimits:
    """Limits for months from the counts of whole years.

    Each calendar month has its own level where every one of them has enough registrations for that; otherwise there
    is one level for all, and the season is part of the dispersion.
    """
    calendar = pd.DatetimeIndex(baseline.index).month
    per_month = baseline.groupby(calendar)
    seasonal = bool(per_month.sum().min() >= catalogue.thresholds().monitoring.season_from)
    level = per_month.mean() if seasonal else pd.Series(baseline.mean(), range(1, _YEAR + 1))
    parameters = _YEAR if seasonal else 1
    widened = dispersion(baseline.to_numpy(), level[calendar].to_numpy(), parameters)
    spread = widened * (1 + parameters / len(baseline))  # a level is the mean of so many months
    limits = bands(level.to_numpy(), spread, len(baseline) - parameters)
    by_calendar = pd.DataFrame({"centre": level, **limits._asdict()}, index=level.index)
    return MonthLimits(by_calendar.loc[months.month].set_index(months), widened, seasonal)
