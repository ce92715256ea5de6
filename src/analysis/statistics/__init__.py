"""Statistics: pure functions on series and ballots. Numbers come out, with their uncertainty; sentences do not."""

from __future__ import annotations

from math import exp, inf
from typing import NamedTuple

from scipy.stats import t as student

from ..store.raw_sources import Source, cited
from ..store.results import Record
from ..store.series import Series
from .verdicts import alpha


def percentage(ratio: float | None) -> float | None:
    """A ratio as a change in percent: 1.63 is 63, 0.43 is -57."""
    return None if ratio is None else 100 * (ratio - 1)


class Estimate(NamedTuple):
    """A ratio with its interval, and the two-sided p-value that it is 1."""

    ratio: float
    lower: float
    upper: float
    p_value: float


def estimate(log_ratio: float, error: float, degrees: float = inf) -> Estimate:
    """A ratio from its logarithm and the standard error of that.

    Parameters
    ----------
    log_ratio, error : float
        Estimate and standard error on the log scale.
    degrees : float
        Degrees of freedom where the error was itself estimated; by default it is known (normal distribution).
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
    """One number about a series, compared over two years; ``also`` are other files it rests on."""
    first, last = years
    return Record(
        f"{series.record_id}{measure}", series.indicator.label, series.region, str(last), value, unit,
        baseline=str(first), lower=lower, upper=upper, p_value=p_value, verdict=verdict,
        source=cited(series.sources + also),
    )  # fmt: skip
