"""Two years of one series: what changed, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Literal

from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import etest_poisson_2indep

from .. import catalogue
from ..catalogue import Break
from ..results import Record, Result
from ..series import Missing, Series
from . import percentage, record
from .verdicts import Verdict, alpha, breaks_between, of_change, reservations, too_few

# The E-test sums over a grid of counts squared: at this size 20 ms and the same p-value to three decimals as the
# score test, at national counts more memory than there is.
ETEST_UP_TO = 500


@dataclass(frozen=True)
class Change(Result):
    """A yearly count set against that of another year.

    Parameters
    ----------
    before, after : int
        Counts in ``first`` and ``last``.
    ratio, lower, upper : float or None
        ``after / before`` with its interval; ``ratio`` and ``upper`` are ``None`` when ``before`` is 0, all three
        when both counts are 0.
    p_value : float or None
        Two-sided, that both years have the same underlying level; ``None`` when both counts are 0.
    rate_ratio, rate_lower, rate_upper : float or None
        The same per inhabitant; ``None`` too where the population in the same borders is unknown.
    breaks : tuple of Break
        What besides reality changed between the two years.
    """

    series: Series
    first: int
    last: int
    before: int
    after: int
    ratio: float | None
    lower: float | None
    upper: float | None
    p_value: float | None
    rate_ratio: float | None
    rate_lower: float | None
    rate_upper: float | None
    breaks: tuple[Break, ...]

    @property
    def small(self) -> Literal["counts_only", "with_interval", "full"]:
        """How much may be said: a count under 10 gets no percentage, a start under 50 never one without interval."""
        limits = catalogue.thresholds().small_counts
        if min(self.before, self.after) < limits.interval_from:
            return "counts_only"
        return "with_interval" if self.before < limits.percentage_from else "full"

    @property
    def percentage(self) -> float | None:
        """The change in percent, ``None`` for counts that are too small for one."""
        return None if self.small == "counts_only" else percentage(self.ratio)

    @property
    def lower_percentage(self) -> float | None:
        """Lower limit of the change in percent."""
        return None if self.small == "counts_only" else percentage(self.lower)

    @property
    def upper_percentage(self) -> float | None:
        """Upper limit of the change in percent."""
        return None if self.small == "counts_only" else percentage(self.upper)

    @property
    def direction(self) -> Literal["up", "down", "equal"]:
        """Which way the count itself went; a full count, so true whatever the verdict says."""
        return "up" if self.after > self.before else "down" if self.after < self.before else "equal"

    @property
    def verdict(self) -> Verdict:
        """Whether the count changed by more than chance, and whether something besides reality can explain it."""
        caveats = reservations(self.series, (self.first, self.last), self.breaks)
        small = too_few(self.before + self.after)
        return of_change(self.lower, self.upper, self.p_value, caveats=caveats, small=small)

    def records(self) -> list[Record]:
        """Both counts, the change in percent, and the change per inhabitant where that is known."""
        years = (self.first, self.last)
        counts = [one for one in self.series.records() if one.period in (str(self.first), str(self.last))]
        change = record(
            self.series, "change_pct", self.percentage, "percent", years, lower=self.lower_percentage,
            upper=self.upper_percentage, p_value=self.p_value, verdict=self.verdict,
        )  # fmt: skip
        if self.rate_ratio is None or self.small == "counts_only":
            return [*counts, change]
        rate = record(
            self.series, "rate_change_pct", percentage(self.rate_ratio), "percent", years,
            lower=percentage(self.rate_lower), upper=percentage(self.rate_upper), with_population=True,
        )  # fmt: skip
        return [*counts, change, rate]


def change(series: Series | Missing, first: int, last: int) -> Change | Missing:
    """Compare two years of a yearly series.

    Parameters
    ----------
    series : Series or Missing
        Yearly counts.
    first, last : int
        The years to compare; ``last`` is set against ``first``.

    Returns
    -------
    Change or Missing
        ``Missing`` when one of the years has no figure.

    Raises
    ------
    ValueError
        When the series is not yearly.
    """
    if isinstance(series, Missing):
        return series
    before, after = series.count(first), series.count(last)
    if before is None or after is None:
        year = first if before is None else last
        about = f"{series.indicator.label} in {series.region_name}"
        return Missing(series.indicator.label, f"Voor {year} is er geen cijfer over {about}.")
    people, later = series.inhabitants(first), series.inhabitants(last)
    rates = ratio_interval(before, after, people, later) if people and later else (None, None, None)
    return Change(
        series, first, last, before, after, *ratio_interval(before, after), p_value(before, after), *rates,
        breaks_between(series, (first, last)),
    )  # fmt: skip


def ratio_interval(
    before: int, after: int, exposure_before: float = 1.0, exposure_after: float = 1.0
) -> tuple[float | None, float | None, float | None]:
    """Ratio of two Poisson counts, or of their rates, with its score interval.

    Given the total, the later count is binomial, and the score interval of the ratio is Wilson's interval of that
    share written as odds. It equals ``confint_poisson_2indep(method="score")``, which searches for it and gets lost
    when one of the counts is 0.
    """
    if before + after == 0:
        return None, None, None
    scale = exposure_before / exposure_after
    low, high = proportion_confint(after, before + after, alpha=alpha(), method="wilson")
    lower = float(scale * low / (1 - low))
    return (scale * after / before, lower, float(scale * high / (1 - high))) if before else (None, lower, None)


def p_value(before: int, after: int) -> float | None:
    """Two-sided p-value that two Poisson counts have the same mean.

    The E-test with the score statistic (Gu, Ng, Tang & Schucany 2008); the score test itself for large counts.
    """
    if before + after == 0:
        return None
    if max(before, after) > ETEST_UP_TO:
        return 2 * NormalDist().cdf(-abs(after - before) / sqrt(after + before))
    return min(1.0, float(etest_poisson_2indep(after, 1, before, 1, method="score")[1]))
