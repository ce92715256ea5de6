"""Control charts of monthly counts, and the bands that an ordinary count stays within.

Limits come from a negative binomial distribution, because counts vary more than by pure chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import nbinom, norm
from scipy.stats import t as student

from ..definitions import catalogue
from ..definitions.catalogue import Break
from ..store.raw_sources import unique_names
from ..store.results import Missing, Reason, Record, Result
from ..store.series import Series
from .verdicts import same_territory, too_few

_YEAR = 12  # months


class Bands(NamedTuple):
    """Two bands around expected counts, the ordinary one and a wider one; a count on a limit is still within it.

    Parameters
    ----------
    notice_low, notice_high : ndarray
        Limits of the ordinary band (95 %), of the same shape as the expected counts.
    signal_low, signal_high : ndarray
        Limits of the wider band (99,8 %).
    """

    notice_low: np.ndarray
    notice_high: np.ndarray
    signal_low: np.ndarray
    signal_high: np.ndarray


def pearson_dispersion(counts: np.ndarray, expected: np.ndarray, parameters: int) -> float:
    """Return how much more than Poisson counts vary around the expected counts.

    Pearson's chi-square per degree of freedom, as in a quasi-Poisson regression.

    Parameters
    ----------
    counts, expected : ndarray
        Counts and expected counts, of the same shape.
    parameters : int
        Number of parameters that were estimated for ``expected``.

    Returns
    -------
    float
        At least 1, which is Poisson.

    References
    ----------
    McCullagh, P., & Nelder, J. A. (1989). Generalized Linear Models (2nd ed.). Chapman & Hall.

    Examples
    --------
    >>> pearson_dispersion(np.array([4, 16, 10, 10]), np.full(4, 10.0), 1)
    2.4
    """
    positive = expected > 0  # where nothing was expected nothing was counted: no information on the spread
    squares = ((counts - expected)[positive] ** 2 / expected[positive]).sum()
    return max(1.0, float(squares / (counts.size - parameters)))


def bands(expected: np.ndarray, spread: float, degrees: float) -> Bands:
    """Return both bands of `thresholds.yml` for a new count.

    They are quantiles of a negative binomial distribution with variance ``spread * expected``, so skew and in whole
    numbers, as counts are. The spread was itself estimated, which widens the bands as Student's t is wider than the
    normal distribution.

    Parameters
    ----------
    expected : ndarray
        Expected counts, above 0.
    spread : float
        Variance of a new count divided by its mean, above 1: the dispersion, and the uncertainty of ``expected`` on top
        of it.
    degrees : float
        Degrees of freedom of the dispersion.

    Returns
    -------
    Bands
        Arrays of the shape of ``expected``.

    Examples
    --------
    >>> [limit.tolist() for limit in bands(np.array([40.0]), 2.0, 1000)]
    [[24.0], [59.0], [17.0], [72.0]]
    """
    rule = catalogue.thresholds().signals
    model = nbinom(expected / (spread - 1), 1 / spread)

    def band(coverage: float) -> tuple[np.ndarray, np.ndarray]:
        tail = norm.sf(student.isf((1 - coverage) / 2, degrees))
        return model.ppf(tail), model.isf(tail)

    return Bands(*band(rule.notice), *band(rule.signal))


class MonthLimits(NamedTuple):
    """Control limits by month.

    Parameters
    ----------
    table : DataFrame
        Indexed by the first day of each month, with the columns ``centre`` and those of `Bands` (registrations).
    dispersion : float
        The dispersion that the limits rest on, at least 1.
    seasonal : bool
        Whether each calendar month has a level of its own.
    """

    table: pd.DataFrame
    dispersion: float
    seasonal: bool


def month_limits(baseline: pd.Series, months: pd.DatetimeIndex) -> MonthLimits:
    """Return control limits for months, from the counts of whole years.

    Each calendar month has its own level where all of them have enough registrations for that; otherwise there is one
    level, and the season is part of the dispersion.

    Parameters
    ----------
    baseline : pandas.Series
        Counts by month, of whole years, without missing values.
    months : DatetimeIndex
        The months to give limits for.

    Returns
    -------
    MonthLimits
    """
    calendar = pd.DatetimeIndex(baseline.index).month
    per_month = baseline.groupby(calendar)
    seasonal = bool(per_month.sum().min() >= catalogue.thresholds().monitoring.season_from)
    level = per_month.mean() if seasonal else pd.Series(baseline.mean(), range(1, _YEAR + 1))
    parameters = _YEAR if seasonal else 1
    measured = pearson_dispersion(baseline.to_numpy(), level[calendar].to_numpy(), parameters)
    spread = measured * (1 + parameters / len(baseline))  # a level is the mean of so many months
    limits = bands(level.to_numpy(), spread, len(baseline) - parameters)
    by_calendar = pd.DataFrame({"centre": level, **limits._asdict()}, index=level.index)
    return MonthLimits(by_calendar.loc[months.month].set_index(months), measured, seasonal)


@dataclass(frozen=True, eq=False)
class ControlChart(Result):
    """Monthly counts between control limits from a fixed baseline.

    Parameters
    ----------
    series : Series
        The monthly counts.
    months : DataFrame
        Indexed by the first day of each month; columns ``value`` (NaN where there is no figure), ``centre`` (the
        ordinary level of that month), ``notice_low`` and ``notice_high`` (95 %), ``signal_low`` and ``signal_high``
        (99,8 %).
    baseline : tuple of int
        First and last year that the limits come from.
    dispersion : float
        How much more than Poisson the months of the baseline vary.
    seasonal : bool
        Whether each calendar month has a level of its own.
    breaks : tuple of Break
        What besides reality changed since the baseline began, oldest first.
    """

    series: Series
    months: pd.DataFrame
    baseline: tuple[int, int]
    dispersion: float
    seasonal: bool
    breaks: tuple[Break, ...]

    def __repr__(self) -> str:
        return f"ControlChart({self.series!r}, signals={[f'{month:%Y-%m}' for month in self.signals]})"

    @property
    def signals(self) -> tuple[date, ...]:
        """First day of each month above the upper 99,8 % limit: a wave."""
        above = self.months["value"] > self.months["signal_high"]
        return tuple(month.date() for month in self.months.index[above])

    @property
    def span(self) -> tuple[date, date]:
        """First and last month shown."""
        return self.months.index[0].date(), self.months.index[-1].date()

    def records(self) -> list[Record]:
        """Return the number of months that stand out, and each of those months with its limits."""
        names = unique_names(self.series.sources)
        first, last = (f"{month:%Y-%m}" for month in self.span)
        base, label = f"{self.series.record_id}above_limit", self.series.indicator.label
        number = Record(
            f"{base}.{first}.{last}", label, self.series.region, last, float(len(self.signals)), "months",
            baseline=first, source=names,
        )  # fmt: skip
        above = self.months.loc[pd.DatetimeIndex(self.signals)]
        return [number] + [
            Record(
                f"{base}.{month:%Y-%m}", label, self.series.region, f"{month:%Y-%m}", row["value"],
                self.series.indicator.unit, baseline="-".join(map(str, self.baseline)), lower=row["signal_low"],
                upper=row["signal_high"], source=names,
            )
            for month, row in above.iterrows()
        ]  # fmt: skip


def control_chart(
    monthly: Series | Missing, first_year: int | None = None, last_year: int | None = None
) -> ControlChart | Missing:
    """Compare months with the control limits of ordinary years.

    The baseline is given in `thresholds.yml` and never moves. The variation of its months around their level, from one
    year to another as well, is the measure of what is ordinary: with Poisson limits most months of a large area would
    stand out, because crimes come in runs. Limits are for a new month, so they allow for the estimation of the levels.

    Parameters
    ----------
    monthly : Series or Missing
        Monthly counts.
    first_year, last_year : int, optional
        The years shown and searched; by default from the baseline to the last figure.

    Returns
    -------
    ControlChart or Missing
        ``Missing`` when the baseline is not complete, stands for another area, or holds too few registrations.

    Raises
    ------
    ValueError
        When the series is not monthly.

    References
    ----------
    Spiegelhalter, D. J. (2005). Handling over-dispersion of performance indicators. Quality and Safety in Health Care,
    14(5), 347–351. Limits widened by the dispersion.
    """
    if isinstance(monthly, Missing):
        return monthly
    monthly.must_be("M")
    rule = catalogue.thresholds().monitoring
    years = rule.first_year, rule.last_year
    baseline = monthly.month_by_month(*years)
    shown = _shown(monthly, first_year or rule.first_year, last_year or date.max.year)
    if (reason := _untestable(monthly, baseline, shown)) is not None:
        return Missing(monthly.indicator.label, reason)
    limits = month_limits(baseline, pd.DatetimeIndex(shown.index))
    months = limits.table.assign(value=shown)
    return ControlChart(monthly, months, years, limits.dispersion, limits.seasonal, _breaks(monthly, baseline, shown))


def _shown(series: Series, first_year: int, last_year: int) -> pd.Series:
    """Return the months asked for; a month without a row in between becomes a gap."""
    years = pd.DatetimeIndex(series.data.index).year
    values = series.data["value"][(years >= first_year) & (years <= last_year)]
    return values.reindex(pd.date_range(values.index.min(), values.index.max(), freq="MS")) if len(values) else values


def _untestable(series: Series, baseline: pd.Series, shown: pd.Series) -> Reason | None:
    """Return why there can be no limits; ``None`` when there can."""
    if shown.isna().all():
        return Reason("no_months_shown", **series.about)
    if baseline.isna().any():
        no_month = series.no_month(baseline.index[baseline.isna()][0])
        first, last = baseline.index[0].year, baseline.index[-1].year
        return Reason("baseline_gap", no_month=no_month, first=first, last=last)
    months = baseline.index.union(shown.dropna().index)
    if not same_territory(series, months.year.unique().tolist()):
        return Reason("baseline_areas", **series.about)
    if too_few(int(baseline.sum())):
        return Reason("baseline_too_few", **series.about)
    return None


def _breaks(series: Series, baseline: pd.Series, shown: pd.Series) -> tuple[Break, ...]:
    """Return the declared breaks between the first month of the baseline and the last month shown, not of territory."""
    start, end = baseline.index[0].date(), shown.index[-1].date()
    declared = catalogue.breaks_of(series.indicator.id, series.region)
    return tuple(change for change in declared if change.kind != "territory" and start < change.date <= end)
