"""The yardstick: which number of registrations would be ordinary, learned from all municipalities.

A municipality's own last years and the movement of the rest of the country give the number to expect. How far counts
usually end up from that number is learned from past years, as a function of the number expected. One yardstick answers
whether a count changed, whether it differs from elsewhere, and what next year may bring.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import betainc, gammaln

from ..definitions import catalogue
from ..store.series import Panel

Floats = NDArray[np.float64]

FADING: Final = 0.65  # weight of a year relative to the year after it, in the level of a municipality
YEARS: Final = 7  # years that count for the level
START: Final = 0.5  # registrations added to those of the past, so that a municipality without any can have one
HISTORY: Final = 4  # years of figures before an error counts as one to learn from
RECENT: Final = 0.5  # weight of the errors of a year relative to those of the year after it
TAIL: Final = 0.1  # share of counts with more spread than the others
HEAVY: Final = 4.0  # how much more variance beyond Poisson those have
SLOPE: Final = 1.6  # usual slope of the excess variance, on logarithms
_SLOPE_ERROR = 0.2  # prior of the slope, for when there are few errors
_CENTRE = 3.0  # log of a number of about 20, where level and slope are the least correlated
_SMALLEST = 1e-9  # mean, so that its logarithm exists


@dataclass(frozen=True)
class Spread:
    """How far counts end up from what was expected, by the number expected.

    The variance is ``mean + excess(mean)``. The logarithm of the excess is a line in the logarithm of the mean.

    Parameters
    ----------
    level, slope : float
        The line: its height at a mean of about 20, and its slope.
    errors : int
        Number of past errors it was learned from.
    """

    level: float
    slope: float
    errors: int

    def excess(self, mean: Floats | float) -> Floats:
        """Return the variance beyond Poisson.

        Examples
        --------
        >>> round(float(Spread(3.0, 1.6, 1000).excess(20.0)), 1)
        19.9
        """
        excess: Floats = np.exp(self.level + self.slope * (np.log(np.maximum(mean, _SMALLEST)) - _CENTRE))
        return excess


def _parts(
    mean: Floats | float, excess: Floats | float
) -> tuple[tuple[float, Floats | float], tuple[float, Floats | float]]:
    """Return both parts of the mixture: share, and size of the negative binomial."""
    size = mean**2 / excess
    return (1 - TAIL, size), (TAIL, size / HEAVY)


def probability_below(count: Floats | float, mean: Floats | float, excess: Floats | float) -> Floats:
    """Return the probability of a lower count, with half of the probability of the count itself (mid-p).

    Counts are a mixture of two negative binomials with one mean: a share `TAIL` of them has `HEAVY` times the excess.

    Parameters
    ----------
    count, mean, excess : ndarray or float
        Counts, the numbers expected, and their variance beyond Poisson, of shapes that broadcast. A number between two
        counts, such as 9.5, has the lower one below it whole.

    Returns
    -------
    ndarray
        0 to 1.

    Examples
    --------
    >>> probability_below(np.array([20.0]), np.array([20.0]), np.array([20.0])).round(2)
    array([0.53])
    """
    whole = np.maximum(np.floor(count), 0)
    itself = np.where(np.equal(whole, count), 0.5, 0.0)
    below: Floats = np.zeros(())
    for share, size in _parts(mean, excess):
        of_count = itself * np.exp(_log_probability(whole, mean, size))
        below = below + share * (betainc(size, whole + 1, size / (size + mean)) - of_count)
    return np.where(np.less(count, 0), 0.0, below)


def _log_probability(count: Floats, mean: Floats | float, size: Floats | float) -> Floats:
    """Return the logarithm of the negative binomial probability of a count."""
    both = np.log(size + mean)
    found: Floats = (
        gammaln(count + size) - gammaln(size) - gammaln(count + 1)
        + size * (np.log(size) - both) + count * (np.log(mean) - both)
    )  # fmt: skip
    return found


def log_likelihood(count: Floats, mean: Floats, excess: Floats) -> Floats:
    """Return the logarithm of the probability of each count, see `probability_below`."""
    parts = [np.log(share) + _log_probability(count, mean, size) for share, size in _parts(mean, excess)]
    either: Floats = np.logaddexp(*parts)
    return either


@dataclass(frozen=True, eq=False)
class Expected:
    """The numbers to expect of all municipalities in a year, seen from an earlier one.

    Parameters
    ----------
    unchanged : ndarray, shape (regions,)
        If nothing had changed since the earlier year; NaN for a municipality without any figure.
    elsewhere : ndarray or None
        If each did as the rest of the country; ``None`` while the year has no figures.
    wider : ndarray
        How much more a count varies around a level of fewer years than others have; 1 for one that has them all.
    """

    unchanged: Floats
    elsewhere: Floats | None
    wider: Floats


@lru_cache(maxsize=1024)
def expected(panel: Panel, first: int, last: int) -> Expected:
    """Return the numbers to expect in a year, seen from an earlier one.

    The level of a municipality is its share in the rest of the country in its last years, in which recent years weigh
    more (`FADING`). As years are compared by share, what moves the whole country, such as a lockdown or a change in
    registration, does not move the level. The rest of the country are the municipalities with a figure in each of
    these years, so that the years can be compared.

    Parameters
    ----------
    panel : Panel
        Counts of all municipalities.
    first, last : int
        The last year that the level comes from, and the year to expect a number for.

    Returns
    -------
    Expected

    Examples
    --------
    >>> panel = Panel(("GM1", "GM2"), (2021, 2022), np.array([[20.0, 10.0], [80.0, 40.0]]))
    >>> expected(panel, 2021, 2022).elsewhere.round(1).tolist()
    [10.2, 40.2]
    """
    years = [year for year in panel.years if first - YEARS < year <= first or year == last > first]
    counts = panel.values[:, [panel.years.index(year) for year in years]]
    past = sum(year <= first for year in years)
    weights = FADING ** (first - np.array(years[:past], dtype=float))
    others, known = _rest(counts), ~np.isnan(counts[:, :past])
    level = _weighted(np.where(known, counts[:, :past], 0.0), weights) + np.where(known.any(axis=1), START, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):  # nothing elsewhere: nothing to expect
        shares = level / _weighted(np.where(known, others[:, :past], 0.0), weights)
        now = shares * others[:, past - 1] if past and years[past - 1] == first else np.full(len(panel), np.nan)
        then = shares * others[:, past] if past < len(years) else None
        varying = _weighted(known, weights**2) / _weighted(known, weights) ** 2
    varying_of_all = float((weights**2).sum() / weights.sum() ** 2)
    return Expected(now, then, (1 + varying) / (1 + varying_of_all))


def _weighted(values: NDArray[Any], weights: Floats) -> Floats:
    """Return the weighted sums of the last axis, the same to the last bit wherever the arrays are in memory.

    A matrix product is not: it adds in an order that depends on how the arrays are aligned.
    """
    total: Floats = (values * weights).sum(axis=-1)
    return total


def _rest(counts: Floats) -> Floats:
    """Return the totals of each year without the municipality itself, of municipalities with a figure in all years."""
    complete = np.logical_not(np.isnan(counts).any(axis=1))
    others: Floats = counts[complete].sum(axis=0) - np.where(complete[:, None], counts, 0.0)
    return others


@lru_cache(maxsize=1024)
def learn(panel: Panel, horizon: int, until: int) -> Spread | None:
    """Learn how far counts end up from what was expected a number of years before.

    Maximum likelihood over all municipalities and past years, where recent years weigh more (`RECENT`).

    Parameters
    ----------
    panel : Panel
        Counts of all municipalities.
    horizon : int
        Years between the last year of the level and the year expected.
    until : int
        The last year that counts: nothing later is looked at.

    Returns
    -------
    Spread or None
        ``None`` with fewer than ``verdict.learned_from`` errors to learn from.

    References
    ----------
    Hilbe, J. M. (2011). Negative Binomial Regression (2nd ed.). Cambridge University Press. The distribution.

    Czado, C., Gneiting, T., & Held, L. (2009). Predictive model assessment for count data. Biometrics, 65(4),
    1254–1261. How the forecasts are judged.
    """
    years = [year for year in panel.years if year <= until]
    targets = [year for year in years[HISTORY - 1 :] if year + horizon in years]
    errors = [past_errors(panel, year, year + horizon) for year in targets]
    if sum(len(count) for count, _ in errors) < catalogue.thresholds().verdict.learned_from:
        return None
    weights = np.concatenate(
        [np.full(len(count), RECENT ** (targets[-1] - year)) for year, (count, _) in zip(targets, errors, strict=True)]
    )
    count, mean = (np.concatenate(values) for values in zip(*errors, strict=True))

    def loss(line: Floats) -> float:
        level, slope = map(float, line)
        excess = Spread(level, slope, len(count)).excess(mean)
        return ((slope - SLOPE) / _SLOPE_ERROR) ** 2 / 2 - float(
            _weighted(log_likelihood(count, mean, excess), weights)
        )

    options = {"xatol": 0.02, "fatol": 0.5, "maxiter": 300}
    level, slope = map(float, minimize(loss, [_CENTRE, SLOPE], method="Nelder-Mead", options=options).x)
    return Spread(level, slope, len(count))


def past_errors(panel: Panel, first: int, last: int) -> tuple[Floats, Floats]:
    """Return the counts of a year with the numbers that were expected, of the municipalities that have both.

    Parameters
    ----------
    panel : Panel
        Counts of all municipalities.
    first, last : int
        The last year that the expectation rests on, and the year of the counts.

    Returns
    -------
    count, mean : ndarray
        Of one shape; empty when the year has no figures.
    """
    mean = expected(panel, first, last).elsewhere
    if mean is None:
        return np.empty(0), np.empty(0)
    count = panel.values[:, panel.years.index(last)]
    known = ~np.isnan(count) & ~np.isnan(mean) & (mean > 0) & np.isfinite(mean)
    return count[known], mean[known]
