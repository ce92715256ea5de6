"""Control charts of monthly counts: waves and shifts of the level, and what would have been seen of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from ..definitions import catalogue
from ..definitions.catalogue import Break
from ..store.raw_sources import unique_names
from ..store.results import Missing, Reason, Record, Result, label
from ..store.series import Series
from .monitoring import TOGETHER, Watch, quantile, watch
from .verdicts import same_territory, too_few
from .yardstick import YEARS


@dataclass(frozen=True)
class Shift:
    """A lasting shift of the level.

    Parameters
    ----------
    since, found : date
        First day of the month in which it began, and of the month in which it was confirmed.
    direction : {"up", "down"}
        To a higher or a lower level.
    before, after : float
        Registrations in a month, before it began and from then on, season apart.
    """

    since: date
    found: date
    direction: Literal["up", "down"]
    before: float
    after: float


@dataclass(frozen=True)
class Visible:
    """The smallest wave and shift that would have been seen at the end of a chart.

    Parameters
    ----------
    month : int
        Registrations in the last month, from where it would have been a signal.
    together : int
        Registrations in the last three months together.
    delay : int
        Months that a shift upwards as large as `thresholds.yml` says usually takes to be confirmed.
    """

    month: int
    together: int
    delay: int


@dataclass(frozen=True, eq=False)
class ControlChart(Result):
    """Monthly counts beside what was expected of them from the months before.

    Parameters
    ----------
    series : Series
        The monthly counts.
    months : DataFrame
        Indexed by the first day of each month; columns ``value``, ``centre`` (expected), ``notice_low`` and
        ``notice_high`` (the ordinary band), ``signal_high`` (the highest count that is no wave), and ``together`` and
        ``together_high`` for the month with the two before it. NaN where there is no figure, or too few months before.
    baseline : tuple of int
        First and last year of the months that the limits of the last month come from.
    dispersion : float
        Variance of a month divided by its mean, at the end.
    shifts : tuple of Shift
        The shifts confirmed in the months shown, oldest first.
    visible : Visible or None
        What would have been seen in the last months; ``None`` where they have no limits.
    breaks : tuple of Break
        What besides reality changed since the baseline began, oldest first.
    """

    series: Series
    months: pd.DataFrame
    baseline: tuple[int, int]
    dispersion: float
    shifts: tuple[Shift, ...]
    visible: Visible | None
    breaks: tuple[Break, ...]

    def __repr__(self) -> str:
        return f"ControlChart({self.series!r}, signals={[f'{month:%Y-%m}' for month in self.signals]})"

    @property
    def signals(self) -> tuple[date, ...]:
        """First day of each month of a wave: above its limit, or with the two before it above the limit of three."""
        return tuple(sorted({*self.high_months, *self.high_together}))

    @property
    def high_months(self) -> tuple[date, ...]:
        """First day of each month that is above the limit of one month."""
        return self._days(self.months["value"] > self.months["signal_high"])

    @property
    def high_together(self) -> tuple[date, ...]:
        """First day of each month that is above the limit with the two before it, where none of these is by itself."""
        high = (self.months["value"] > self.months["signal_high"]).rolling(TOGETHER, min_periods=1).max() > 0
        return self._days((self.months["together"] > self.months["together_high"]) & ~high)

    def _days(self, chosen: pd.Series) -> tuple[date, ...]:
        return tuple(month.date() for month in self.months.index[chosen])

    @property
    def judged(self) -> int:
        """Number of months with a figure and a limit."""
        return int((self.months["value"].notna() & self.months["signal_high"].notna()).sum())

    @property
    def span(self) -> tuple[date, date]:
        """First and last month shown."""
        return self.months.index[0].date(), self.months.index[-1].date()

    def records(self) -> list[Record]:
        """Return the number of months that stand out, each with its limit, the shifts, and what would be seen."""
        first, last = (f"{month:%Y-%m}" for month in self.span)
        number = replace(self._record(f"above_limit.{first}.{last}", last, len(self.signals), "months"), baseline=first)
        about = label("level_since", label=self.series.indicator.label)
        shifts = [
            self._record(f"level.{shift.since:%Y-%m}", f"{shift.since:%Y-%m}", shift.after, "per_month", about)
            for shift in self.shifts
        ]
        return [number, *self._waves(), *shifts, *self._visible_records()]

    def _record(self, name: str, period: str, value: float, unit: str, about: str | None = None) -> Record:
        id, names = f"{self.series.record_id}{name}", unique_names(self.series.sources)
        about = about or self.series.indicator.label
        return Record(id, about, self.series.region, period, float(value), unit, source=names)

    def _waves(self) -> list[Record]:
        unit, years, rows = self.series.indicator.unit, "-".join(map(str, self.baseline)), self.months
        ends = [(month, f"{month:%Y-%m}", "value", "signal_high") for month in self.high_months]
        ends += [(month, three_months(month), "together", "together_high") for month in self.high_together]
        return [
            replace(
                self._record(f"above_limit.{period}", period, rows.at[pd.Timestamp(month), count], unit),
                baseline=years, upper=rows.at[pd.Timestamp(month), limit],
            )
            for month, period, count, limit in ends
        ]  # fmt: skip

    def _visible_records(self) -> list[Record]:
        if self.visible is None:
            return []
        month, unit = self.span[1], self.series.indicator.unit
        last, three = f"{month:%Y-%m}", three_months(month)
        about = label("visible_from", label=self.series.indicator.label)
        return [
            self._record(f"visible.{last}", last, self.visible.month, unit, about),
            self._record(f"visible.{three}", three, self.visible.together, unit, about),
        ]


def three_months(last: date) -> str:
    """Return the three months up to one as records write them.

    Examples
    --------
    >>> three_months(date(2023, 1, 1))
    '2022-11-2023-01'
    """
    end = pd.Period(last, "M")
    return f"{end - TOGETHER + 1}-{end}"


def control_chart(
    monthly: Series | Missing, first_year: int | None = None, last_year: int | None = None
) -> ControlChart | Missing:
    """Compare months with what was expected of them.

    What is expected follows the level of the years before, with past outbreaks weighted down, and starts again after a
    lasting shift; `monitoring.watch` has the formulas. Nothing after a month is looked at to judge it.

    Parameters
    ----------
    monthly : Series or Missing
        Monthly counts.
    first_year, last_year : int, optional
        The years shown and searched; by default the latest ones.

    Returns
    -------
    ControlChart or Missing
        ``Missing`` when there are too few months or registrations before, or when a month before is hidden.

    Raises
    ------
    ValueError
        When the series is not monthly.
    """
    if isinstance(monthly, Missing):
        return monthly
    monthly.must_be("M")
    shown = _shown(monthly, first_year, last_year)
    history = _history(monthly, shown)
    if (reason := _untestable(monthly, history, shown)) is not None:
        return Missing(monthly.indicator.label, reason)
    watched = watch(history.to_numpy(float)[None, :])
    months = _limits(watched, history).reindex(shown.index).assign(value=shown)
    shifts = tuple(shift for shift in _shifts(watched, history) if shift.found >= shown.index[0].date())
    years = max(history.index[0].year, shown.index[-1].year - YEARS), shown.index[-1].year
    return ControlChart(
        monthly, months, years, float(watched.dispersion[0, -1]), shifts, _visible(watched),
        _breaks(monthly, years[0], shown),
    )  # fmt: skip


def _shown(series: Series, first_year: int | None, last_year: int | None) -> pd.Series:
    """Return the months asked for; a month without a row in between becomes a gap."""
    years = pd.DatetimeIndex(series.data.index).year
    last = min(last_year or date.max.year, int(years.max()))
    first = first_year or last + 1 - catalogue.thresholds().monitoring.shown_years
    values = series.data["value"][(years >= first) & (years <= last)]
    return values.reindex(pd.date_range(values.index.min(), values.index.max(), freq="MS")) if len(values) else values


def _history(series: Series, shown: pd.Series) -> pd.Series:
    """Return the months up to the last one shown, from the first January since when the area is the same."""
    if shown.isna().all():
        return shown
    last = shown.index[-1]
    first = last.year
    while first > series.first_year and same_territory(series, [first - 1, last.year]):
        first -= 1
    return series.data["value"].reindex(pd.date_range(f"{first}-01-01", last, freq="MS"))


def _untestable(series: Series, history: pd.Series, shown: pd.Series) -> Reason | None:
    """Return why there can be no limits; ``None`` when there can."""
    if shown.isna().all():
        return Reason("no_months_shown", **series.about)
    status = series.data["status"].reindex(history.index)
    if (hidden := status == "suppressed").any():  # those are the low ones: what is left would make too high a level
        return Reason("baseline_hidden", no_month=series.no_month(history.index[hidden][0]))
    least = catalogue.thresholds().monitoring.least
    before = history[: shown.last_valid_index()].iloc[:-1]
    if before.notna().sum() < least:
        same_area = series.first_year == history.index[0].year
        return Reason("baseline_short" if same_area else "baseline_areas", least=least, **series.about)
    return Reason("baseline_too_few", **series.about) if too_few(int(history.sum())) else None


def _limits(watched: Watch, history: pd.Series) -> pd.DataFrame:
    """Return what was expected of each month with its limits; nothing while fewer months are known than it takes."""
    rule = catalogue.thresholds().monitoring
    tail = (1 - rule.band) / 2
    columns = {
        "centre": watched.expected,
        "notice_low": quantile(watched.expected, watched.spread, tail),
        "notice_high": quantile(watched.expected, watched.spread, 1 - tail),
        "signal_high": watched.limit(),
        "together": watched.together,
        "together_high": watched.limit_together(),
    }
    table = pd.DataFrame({name: values[0] for name, values in columns.items()}, history.index)
    table.loc[history.notna().cumsum().shift(fill_value=0) < rule.least] = np.nan
    return table


def _shifts(watched: Watch, history: pd.Series) -> list[Shift]:
    """Return every confirmed shift, with the level before it and the one until the next."""
    found = [int(month) for month in np.flatnonzero(watched.shift[0])]
    ends = [*(int(watched.since[0, month]) for month in found), len(history)][1:]
    shifts = []
    for month, end in zip(found, ends, strict=False):
        since = int(watched.since[0, month])
        part = slice(since, max(end, month + 1))
        season = watched.expected[0, part] / watched.level[0, part]
        known = ~np.isnan(watched.counts[0, part])
        after = float(watched.counts[0, part][known].sum() / season[known].sum())
        began, found_in = (history.index[at].date() for at in (since, month))
        direction: Literal["up", "down"] = "up" if watched.shift[0, month] > 0 else "down"
        shifts.append(Shift(began, found_in, direction, float(watched.level[0, since]), after))
    return shifts


def _visible(watched: Watch) -> Visible | None:
    """Return what would have been seen in the last months."""
    month, together, delay = watched.limit()[0, -1], watched.limit_together()[0, -1], watched.delay[0, -1]
    if np.isnan([month, together, delay]).any():
        return None
    return Visible(int(month) + 1, int(together) + 1, int(np.ceil(delay)))


def _breaks(series: Series, first_year: int, shown: pd.Series) -> tuple[Break, ...]:
    """Return the declared breaks between the start of the baseline and the last month shown, not of territory."""
    start, end = date(first_year, 1, 1), shown.index[-1].date()
    declared = catalogue.breaks_of(series.indicator.id, series.region)
    return tuple(change for change in declared if change.kind != "territory" and start < change.date <= end)
