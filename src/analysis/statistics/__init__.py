"""Statistics on series and ballots: numbers with their uncertainty, without wording.

Functions take series and load nothing. Each returns a small frozen dataclass, or `Missing` with the reason. This module
holds what several of them share: a ratio with its interval, and the record of one number.
"""

from __future__ import annotations

from math import exp, inf
from typing import NamedTuple

from scipy.stats import t as student

from ..store.raw_sources import Source, unique_names
from ..store.results import Record
from ..store.series import Series
from .verdicts import alpha


def percentage(ratio: float | None) -> float | None:
    """Return a ratio as a change in percent.

    Parameters
    ----------
    ratio : float or None
        The later value divided by the earlier one.

    Returns
    -------
    float or None
        The change in percent; ``None`` when there is no ratio.

    Examples
    --------
    >>> percentage(1.5), percentage(0.25), percentage(None)
    (50.0, -75.0, None)
    """
    return None if ratio is None else 100 * (ratio - 1)


class Estimate(NamedTuple):
    """A ratio with its interval and p-value.

    Parameters
    ----------
    ratio, lower, upper : float
        The ratio with the limits of its interval; 1 means no difference.
    p_value : float
        Two-sided p-value of the hypothesis that the ratio is 1.
    """

    ratio: float
    lower: float
    upper: float
    p_value: float


def estimate(log_ratio: float, error: float, degrees: float = inf) -> Estimate:
    """Return a ratio with its Wald interval and p-value, from its logarithm.

    Parameters
    ----------
    log_ratio : float
        Natural logarithm of the ratio.
    error : float
        Standard error of ``log_ratio``.
    degrees : float, optional
        Degrees of freedom of Student's t, for a standard error that was itself estimated. The default is infinite,
        which is the normal distribution.

    Returns
    -------
    Estimate
        The ratio and its limits, and the two-sided p-value that it is 1. The interval covers ``1 - alpha()``.

    Examples
    --------
    >>> from math import log
    >>> [round(number, 4) for number in estimate(log(2), 0.25)]
    [2.0, 1.2253, 3.2646, 0.0056]
    """
    margin = float(student.isf(alpha() / 2, degrees)) * error
    p_value = 2 * float(student.sf(abs(log_ratio) / error, degrees))
    return Estimate(exp(log_ratio), exp(log_ratio - margin), exp(log_ratio + margin), p_value)


def record(
    series: Series,
    measure: str,
    value: float | None,
    unit: str,
    years: tuple[int, int],
    *,
    lower: float | None = None,
    upper: float | None = None,
    p_value: float | None = None,
    verdict: str | None = None,
    also: tuple[Source, ...] = (),
) -> Record:
    """Return the record of one number that compares two years of a series.

    Parameters
    ----------
    series : Series
        The series that the number is about.
    measure : str
        Name of the number; the id of the record is that of the series followed by this name.
    value : float or None
        The number, in ``unit``.
    unit : str
        Such as ``percent``, ``ratio`` or ``points``.
    years : tuple of int
        The earlier and the later year.
    lower, upper, p_value : float, optional
        Interval, in ``unit``, and two-sided p-value.
    verdict : str, optional
        One of the five words of `Verdict`.
    also : tuple of Source, optional
        Raw files that the number rests on besides those of the series.

    Returns
    -------
    Record
    """
    first, last = years
    return Record(
        f"{series.record_id}{measure}", series.indicator.label, series.region, str(last), value, unit,
        baseline=str(first), lower=lower, upper=upper, p_value=p_value, verdict=verdict,
        source=unique_names(series.sources + also),
    )  # fmt: skip
