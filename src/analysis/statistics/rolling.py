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
        last = pd.Period(self.until, "M")
        base, about, where = f"{self.series.record_id}last_12_months", self.series.indicator, self.series.region
        used = cited(self.series.sources)
        known = [
            (month, total) for month, total in ((last, self.total), (last - _YEAR, self.before)) if total is not None
        ]
        totals = [
            Record(f"{base}.{month}", about.label, where, _until(month), float(total), about.unit, source=used)
            for month, total in known
        ]
        if self.rate is None:
            return totals
        used += cited(self.series.population_sources)
        return [
            *totals,
            Record(f"{base}.per_1000.{last}", about.label, where, _until(last), self.rate, "per_1000", source=used),
        ]


def _until(month: pd.Period) -> str:
    """The twelve months up to a month, as a record writes them."""
    return f"{month - _YEAR + 1}-{month}"


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
