"""Between which counts an ordinary period stays, when counts vary more than by pure chance."""

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
from ..store.raw_sources import cited
from ..store.results import Record, Result
from ..store.series import Missing, Series
from .verdicts import same_territory, too_few

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


@dataclass(frozen=True, eq=False)
class ControlChart(Result):
    """Monthly counts between limits from a fixed baseline.

    Parameters
    ----------
    months : DataFrame
        Indexed by the first day of each month; columns ``value`` (NaN where there is no figure), ``centre`` (what is
        ordinary in that month), ``notice_low`` and ``notice_high`` (95 %), ``signal_low`` and ``signal_high`` (99,8 %).
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
        """How many months stand out, and each of those months against its upper limit."""
        names = cited(self.series.sources)
        first, last = (f"{month:%Y-%m}" for month in self.span)
        base, label = f"{self.series.record_id}above_limit", self.series.indicator.label
        found = Record(
            f"{base}.{first}.{last}", label, self.series.region, last, float(len(self.signals)), "months",
            baseline=first, source=names,
        )  # fmt: skip
        above = self.months.loc[pd.DatetimeIndex(self.signals)]
        return [found] + [
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
    """Hold months against ordinary years.

    The baseline stands in `thresholds.yml` and never moves. The variation of its months around their level, from one
    year to another as well, is the measure of what is ordinary: with Poisson limits most months of a large area would
    stand out, as counts of crime come in runs. Limits are for a new month, so they count that levels were estimated.

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
    Spiegelhalter (2005), Handling over-dispersion of performance indicators: limits widened by the dispersion.
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
    limits = of_months(baseline, pd.DatetimeIndex(shown.index))
    months = limits.table.assign(value=shown)
    return ControlChart(monthly, months, years, limits.dispersion, limits.seasonal, _breaks(monthly, baseline, shown))


def _shown(series: Series, first_year: int, last_year: int) -> pd.Series:
    """The months asked for; a month without a row in between is a gap, not a month that does not exist."""
    years = pd.DatetimeIndex(series.data.index).year
    known = series.data["value"][(years >= first_year) & (years <= last_year)]
    return known.reindex(pd.date_range(known.index.min(), known.index.max(), freq="MS")) if len(known) else known


def _untestable(series: Series, baseline: pd.Series, shown: pd.Series) -> str | None:
    """Why there can be no limits, in Dutch."""
    about = f"{series.indicator.label} in {series.region_name}"
    if shown.isna().all():
        return f"Over de gevraagde maanden zijn er geen cijfers over {about}."
    if baseline.isna().any():
        first, last = baseline.index[0].year, baseline.index[-1].year
        return (
            f"{series.no_month(baseline.index[baseline.isna()][0])} De grenzen van een regelkaart komen uit alle "
            f"maanden van {first} tot en met {last}."
        )
    months = baseline.index.union(shown.dropna().index)
    if not same_territory(series, months.year.unique().tolist()):
        return f"De cijfers over {about} gaan niet steeds over hetzelfde gebied."
    if too_few(int(baseline.sum())):
        return f"Er zijn te weinig registraties van {about} om grenzen te berekenen."
    return None


def _breaks(series: Series, baseline: pd.Series, shown: pd.Series) -> tuple[Break, ...]:
    """Declared breaks between the baseline's first month and the last month shown; territory was judged before."""
    start, end = baseline.index[0].date(), shown.index[-1].date()
    declared = catalogue.breaks_of(series.indicator.id, series.region)
    return tuple(one for one in declared if one.kind != "territory" and start < one.date <= end)
