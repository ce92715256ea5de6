"""The yardstick: which number of registrations would be ordinary, learned from all municipalities.

A municipality's own last years and the movement of the rest of the country give the number to expect. How far counts
usually end up from that number is learned from past years, as a function of the number expected. One yardstick answers
whether a count changed, whether it differs from elsewhere, and what next year may bring.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import gammaln
from scipy.stats import nbinom

Floats = NDArray[np.float64]

FADING: Final = 0.65  # weight of a year relative to the year after it, in the level of a municipality
YEARS: Final = 7  # years that count for the level
START: Final = 0.5  # registrations added to those of the past, so that a municipality without any can have one
HISTORY: Final = 4  # years of figures before an error counts as one to learn from
RECENT: Final = 0.5  # weight of the errors of a year relative to those of the year after it
TAIL: Final = 0.1  # share of counts with more spread than the others
HEAVY: Final = 4.0  # how much more variance beyond Poisson those have
FEWEST: Final = 100  # errors to learn a spread from
_CENTRE = 3.0  # log of a number of about 20, where level, slope and curve are the least correlated
_GUESS = np.array([3.0, 1.6, 0.0])
SLOPE: Final = 1.6  # usual slope of the excess variance, on logarithms
_SLOPE_ERROR, _CURVE_ERROR = 0.4, 0.1  # weak prior, for when there are few errors
_SMALLEST = 1e-9  # mean, so that its logarithm exists


@dataclass(frozen=True)
class Spread:
    """How far counts end up from what was expected, by the number expected.

    The variance is ``mean + excess(mean)``. The logarithm of the excess is a parabola in the logarithm of the mean.

    Parameters
    ----------
    level, slope, curve : float
        Coefficients of the parabola, around a mean of about 20.
    horizon : int
        Years ahead.
    errors : int
        Number of past errors it was learned from.
    """

    level: float
    slope: float
    curve: float
    horizon: int
    errors: int

    def excess(self, mean: Floats | float) -> Floats:
        """Return the variance beyond Poisson.

        Examples
        --------
        >>> round(float(Spread(3.0, 1.6, 0.0, 1, 1000).excess(20.0)), 1)
        19.9
        """
        distance = np.log(np.maximum(mean, _SMALLEST)) - _CENTRE
        excess: Floats = np.exp(self.level + self.slope * distance + self.curve * distance**2)
        return excess


def _parts(mean: Floats, excess: Floats) -> tuple[tuple[float, Floats], tuple[float, Floats]]:
    """Return both parts of the mixture: share, and size of the negative binomial."""
    size = mean**2 / excess
    return (1 - TAIL, size), (TAIL, size / HEAVY)


def probability_below(count: Floats, mean: Floats, excess: Floats) -> Floats:
    """Return the probability of a lower count, with half of the probability of the count itself (mid-p).

    Counts are a mixture of two negative binomials with one mean: a share `TAIL` of them has `HEAVY` times the excess.

    Parameters
    ----------
    count, mean, excess : ndarray
        Counts, the numbers expected, and their variance beyond Poisson, of one shape.

    Returns
    -------
    ndarray
        Of the same shape, 0 to 1.

    Examples
    --------
    >>> probability_below(np.array([20.0]), np.array([20.0]), np.array([20.0])).round(2)
    array([0.53])
    """
    total = np.zeros_like(mean)
    for share, size in _parts(mean, excess):
        success = size / (size + mean)
        total += share * (nbinom.cdf(count, size, success) - 0.5 * nbinom.pmf(count, size, success))
    return total


def _log_likelihood(count: Floats, mean: Floats, excess: Floats) -> Floats:
    logs = [
        np.log(share)
        + gammaln(count + size) - gammaln(size) - gammaln(count + 1)
        + size * np.log(size / (size + mean)) + count * np.log(mean / (size + mean))
        for share, size in _parts(mean, excess)
    ]  # fmt: skip
    either: Floats = np.logaddexp(*logs)
    return either


def rest_of_country(panel: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """Return what the other municipalities have together, for each municipality and year.

    Only municipalities with a figure in each of these years count, so that the years can be compared.

    Parameters
    ----------
    panel : DataFrame
        Counts, indexed by region with a column for each year.
    first, last : int
        The years up to ``first`` that a level rests on, and ``last`` where the panel has it.

    Returns
    -------
    DataFrame
        Indexed as the panel, with a column for each of these years.

    Examples
    --------
    >>> panel = pd.DataFrame({2021: [20.0, 80.0], 2022: [10.0, 40.0]}, index=["GM1", "GM2"])
    >>> rest_of_country(panel, 2021, 2022).loc["GM1"].tolist()
    [80.0, 40.0]
    """
    years, counts = _window(panel, first, last)
    return pd.DataFrame(_rest(counts), panel.index, years)


def _window(panel: pd.DataFrame, first: int, last: int) -> tuple[list[int], Floats]:
    """Return the years that a level rests on, and the last one where the panel has it, with their counts."""
    years = [year for year in panel.columns if first - YEARS < year <= first or year == last]
    return years, panel.to_numpy(float)[:, panel.columns.get_indexer(pd.Index(years))]


def _rest(counts: Floats) -> Floats:
    """Return the totals of each year without the municipality itself, of municipalities with a figure in all years."""
    complete = np.logical_not(np.isnan(counts).any(axis=1))
    others: Floats = counts[complete].sum(axis=0) - np.where(complete[:, None], counts, 0.0)
    return others


def expected(panel: pd.DataFrame, first: int, last: int) -> pd.Series:
    """Return the number to expect in a year, if each municipality did as the rest of the country.

    The level of a municipality is its share in the rest of the country in its last years, in which recent years weigh
    more (`FADING`). As years are compared by share, what moves the whole country, such as a lockdown or a change in
    registration, does not move the level.

    Parameters
    ----------
    panel : DataFrame
        Counts, indexed by region with a column for each year; NaN where there is no figure.
    first, last : int
        The last year that the level comes from, and the year to expect a number for.

    Returns
    -------
    Series of float
        NaN for a municipality without any figure.

    Examples
    --------
    >>> panel = pd.DataFrame({2021: [20.0, 80.0], 2022: [10.0, 40.0]}, index=["GM1", "GM2"])
    >>> expected(panel, 2021, 2022).round(1).tolist()
    [10.2, 40.2]
    """
    years, counts = _window(panel, first, last)
    others, past = _rest(counts), np.array(years) <= first
    weights = FADING ** (first - np.array(years, dtype=float)[past])
    known = ~np.isnan(counts[:, past])
    level = np.where(known, counts[:, past], 0.0) @ weights + np.where(known.any(axis=1), START, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = level / (np.where(known, others[:, past], 0.0) @ weights)
        return pd.Series(shares * others[:, years.index(last)], panel.index)  # nothing elsewhere: nothing to expect


def learn(panel: pd.DataFrame, horizon: int, until: int) -> Spread | None:
    """Learn how far counts end up from what was expected a number of years before.

    Maximum likelihood over all municipalities and past years, where recent years weigh more (`RECENT`).

    Parameters
    ----------
    panel : DataFrame
        Counts, indexed by region with a column for each year.
    horizon : int
        Years between the last year of the level and the year expected.
    until : int
        The last year that counts: nothing later is looked at.

    Returns
    -------
    Spread or None
        ``None`` with fewer than `FEWEST` errors to learn from.

    References
    ----------
    Hilbe, J. M. (2011). Negative Binomial Regression (2nd ed.). Cambridge University Press. The distribution.

    Czado, C., Gneiting, T., & Held, L. (2009). Predictive model assessment for count data. Biometrics, 65(4),
    1254–1261. How the forecasts are judged.
    """
    years = sorted(year for year in panel.columns if year <= until)
    targets = [year for year in years[HISTORY - 1 :] if year + horizon in years]
    errors = [_errors(panel, year, year + horizon) for year in targets]
    if sum(len(count) for count, _ in errors) < FEWEST:
        return None
    weights = np.concatenate(
        [np.full(len(count), RECENT ** (targets[-1] - year)) for year, (count, _) in zip(targets, errors, strict=True)]
    )
    count, mean = (np.concatenate(values) for values in zip(*errors, strict=True))

    def loss(coefficients: Floats) -> float:
        level, slope, curve = map(float, coefficients)
        spread = Spread(level, slope, curve, horizon, len(count))
        prior = ((slope - SLOPE) / _SLOPE_ERROR) ** 2 + (curve / _CURVE_ERROR) ** 2
        return float(2 * prior - weights @ _log_likelihood(count, mean, spread.excess(mean)))

    found = minimize(loss, _GUESS, method="Nelder-Mead", options={"xatol": 0.02, "fatol": 0.5, "maxiter": 300})
    level, slope, curve = map(float, found.x)
    return Spread(level, slope, curve, horizon, len(count))


def _errors(panel: pd.DataFrame, first: int, last: int) -> tuple[Floats, Floats]:
    """Return the counts of a year with the numbers that were expected, of the municipalities that have both."""
    count, mean = panel[last].to_numpy(float), expected(panel, first, last).to_numpy(float)
    known = ~np.isnan(count) & ~np.isnan(mean) & (mean > 0)
    return count[known], mean[known]
