"""The last twelve months: a whole year at any moment, so without season."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from .. import catalogue
from ..observations import cited
from ..periods import Period
from ..results import Record, Result
from ..series import Missing, Series

_YEAR = 12  # months


@dataclass(frozen=True)
class Rolling(Result):
    """Twelve months, and the twelve before.

    Parameters
    ----------
    until : date
        First day of the last month.
    total : int
        Registrations in the twelve months.
    before : int or None
        In the twelve months before, ``None`` when one of those has no figure.
    population_year : int or None
        The year whose population the rate is for: that of ``until``, or the year before while that is unknown.
    """

    series: Series
    until: date
    total: int
    before: int | None
    population_year: int | None

    @property
    def rate(self) -> float | None:
        """Registrations per 1.000 inhabitants; ``None`` for small counts, or when the population is unknown."""
        people = self.series.inhabitants(self.population_year) if self.population_year else None
        small = self.total < catalogue.thresholds().small_counts.interval_from
        return 1000 * self.total / people if people and not small else None

    def records(self) -> list[Record]:
        """Both totals, and the rate where there is one."""
        last, earlier = f"{self.until:%Y-%m}", f"{self.until.year - 1}-{self.until:%m}"
        base, about = f"{self.series.record_id}last_12_months", self.series.indicator
        used = cited(self.series.sources)
        known = [(period, total) for period, total in ((last, self.total), (earlier, self.before)) if total is not None]
        totals = [
            Record(f"{base}.{period}", about.label, self.series.region, period, float(total), about.unit, source=used)
            for period, total in known
        ]
        if self.rate is None:
            return totals
        used += cited(self.series.population_sources)
        id = f"{base}.per_1000.{last}"
        return [*totals, Record(id, about.label, self.series.region, last, self.rate, "per_1000", source=used)]


def rolling(monthly: Series | Missing, until: date | None = None) -> Rolling | Missing:
    """Add up the last twelve months, and the twelve before.

    Parameters
    ----------
    monthly : Series or Missing
        Monthly counts.
    until : date, optional
        A day in the last month; by default the last month with a figure.

    Returns
    -------
    Rolling or Missing
        ``Missing`` when one of the twelve months has no figure.

    Raises
    ------
    ValueError
        When the series is not monthly.
    """
    if isinstance(monthly, Missing):
        return monthly
    monthly.must_be("M")
    last = pd.Timestamp(until or monthly.data["value"].last_valid_index()).replace(day=1)
    total, before = _total(monthly, last), _total(monthly, last - pd.DateOffset(months=_YEAR))
    if total is None:
        month, about = Period(last.date(), "M").label, f"{monthly.indicator.label} in {monthly.region_name}"
        reason = f"In de twaalf maanden tot en met {month} ontbreekt een cijfer over {about}."
        return Missing(monthly.indicator.label, reason)
    years = [year for year in (last.year, last.year - 1) if monthly.inhabitants(year) is not None]
    return Rolling(monthly, last.date(), total, before, years[0] if years else None)


def _total(series: Series, last: pd.Timestamp) -> int | None:
    months = series.data["value"].reindex(pd.date_range(end=last, periods=_YEAR, freq="MS"))
    return None if months.isna().any() else int(months.sum())
