"""Months that stand out: a control chart on limits from ordinary years that are fixed beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from .. import catalogue
from ..catalogue import Break
from ..observations import cited
from ..results import Record, Result
from ..series import Missing, Series
from .limits import of_months
from .verdicts import same_territory, too_few


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
