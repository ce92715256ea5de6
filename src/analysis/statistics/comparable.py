"""Which half-years may be held side by side: the same area, the same way of registering, ordinary times."""

from __future__ import annotations

from datetime import date
from functools import cache

import pandas as pd

from .. import catalogue
from ..catalogue import Break
from ..series import Series

MONTHS = 6


@cache
def span(year: int, half: int) -> pd.DatetimeIndex:
    """First days of the months of a half-year."""
    return pd.date_range(date(year, 1 + MONTHS * (half - 1), 1), periods=MONTHS, freq="MS", unit="s")


def comparable(series: Series, past: int, year: int, half: int) -> bool:
    """Whether the same half of an earlier year is a measure of what is ordinary in this one.

    Not when it stands for another area, when registration or law changed since it began, or when it overlaps a period
    that is declared special.
    """
    if series.area(past) != series.area(year):
        return False
    start, end = _bounds(past, half)[0], _bounds(year, half)[1]
    declared = catalogue.breaks_of(series.indicator.id, series.region)
    changes = [one for one in declared if one.kind in ("registration", "law")]
    return not special(series, past, half) and not any(start < one.date <= end for one in changes)


def special(series: Series, year: int, half: int) -> tuple[Break, ...]:
    """The declared periods that a half-year overlaps, oldest first."""
    start, end = _bounds(year, half)
    periods = [one for one in catalogue.breaks_of(series.indicator.id, series.region) if one.kind == "period"]
    here = [one for one in periods if one.date <= end and (one.until or date.max) >= start]
    return tuple(here)


def _bounds(year: int, half: int) -> tuple[date, date]:
    """First and last day."""
    months = span(year, half)
    return months[0].date(), (months[-1] + pd.offsets.MonthEnd()).date()
