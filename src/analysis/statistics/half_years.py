"""Half-years beside the same half of earlier years, and the last twelve months.

Only half-years of the same area, registered in the same way and in ordinary times are compared.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from ..definitions import catalogue
from ..definitions.catalogue import Break
from ..definitions.periods import Period
from ..store.raw_sources import unique_names
from ..store.results import Missing, Reason, Record, Result
from ..store.series import Series
from .ordinary import TYPICAL, Ordinary
from .verdicts import alpha
from .yardstick import FADING, START, YEARS, Floats

MONTHS = 6  # in a half-year
_YEAR = 12  # months

# Errors that the typical dispersion weighs as. With more, more than the share promised falls outside the bands: of real
# yearly counts 5 to 8 % with six, 4 to 6 % with four, 2 to 5 % with two (benchmarks/monitoring.py).
_TYPICAL_ERRORS = 4
_GROWTH = 0.12  # of the variance, for each year further ahead: as for twelve crimes in all municipalities

Band = tuple[float, float] | None


@cache
def half_year_months(year: int, half: int) -> pd.DatetimeIndex:
    """Return the first days of the months of a half-year.

    Parameters
    ----------
    year, half : int
        ``half`` is 1 or 2.

    Returns
    -------
    DatetimeIndex, shape (6,)

    Examples
    --------
    >>> [f"{month:%Y-%m}" for month in half_year_months(2023, 2)]
    ['2023-07', '2023-08', '2023-09', '2023-10', '2023-11', '2023-12']
    """
    return pd.date_range(date(year, 1 + MONTHS * (half - 1), 1), periods=MONTHS, freq="MS", unit="s")


def is_comparable(series: Series, past: int, year: int, half: int) -> bool:
    """Return whether the same half of an earlier year shows what is ordinary in this one.

    Parameters
    ----------
    series : Series
        Monthly counts.
    past, year : int
        The earlier year, and the year that is judged.
    half : int
        1 or 2.

    Returns
    -------
    bool
        False when the earlier half-year stands for another area, when registration or law changed since it began, or
        when it overlaps a period that is declared special.
    """
    if series.area(past) != series.area(year):
        return False
    start, end = _bounds(past, half)[0], _bounds(year, half)[1]
    declared = catalogue.breaks_of(series.indicator.id, series.region)
    changes = [change for change in declared if change.kind in ("registration", "law")]
    return not special_periods(series, past, half) and not any(start < change.date <= end for change in changes)


def special_periods(series: Series, year: int, half: int) -> tuple[Break, ...]:
    """Return the declared periods that a half-year overlaps, such as corona.

    Parameters
    ----------
    series : Series
        Monthly counts; its indicator and region decide which periods apply.
    year, half : int
        ``half`` is 1 or 2.

    Returns
    -------
    tuple of Break
        Oldest first.
    """
    start, end = _bounds(year, half)
    declared = catalogue.breaks_of(series.indicator.id, series.region)
    periods = [period for period in declared if period.kind == "period"]
    return tuple(period for period in periods if period.date <= end and (period.until or date.max) >= start)


def _bounds(year: int, half: int) -> tuple[date, date]:
    """Return the first and the last day of a half-year."""
    months = half_year_months(year, half)
    return months[0].date(), (months[-1] + pd.offsets.MonthEnd()).date()


@dataclass(frozen=True)
class Rolling(Result):
    """The registrations of twelve months, and of the twelve months before.

    Parameters
    ----------
    series : Series
        The monthly counts.
    until : date
        First day of the last month.
    total : int
        Registrations in the twelve months.
    before : int or None
        Registrations in the twelve months before; ``None`` when one of those has no figure.
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
        """Return both totals, and the rate where there is one."""
        last = pd.Period(self.until, "M")
        base, indicator, region = f"{self.series.record_id}last_12_months", self.series.indicator, self.series.region
        sources = unique_names(self.series.sources)
        totals = [
            (month, total) for month, total in ((last, self.total), (last - _YEAR, self.before)) if total is not None
        ]
        records = [
            Record(
                f"{base}.{month}", indicator.label, region, _until(month), float(total), indicator.unit, source=sources
            )
            for month, total in totals
        ]
        if self.rate is None:
            return records
        sources += unique_names(self.series.population_sources)
        return [
            *records,
            Record(
                f"{base}.per_1000.{last}", indicator.label, region, _until(last), self.rate, "per_1000", source=sources
            ),
        ]


def _until(month: pd.Period) -> str:
    """Return the twelve months up to a month, as a record writes them: ``2023-01-2023-12``."""
    return f"{month - _YEAR + 1}-{month}"


def rolling(monthly: Series | Missing, until: date | None = None) -> Rolling | Missing:
    """Add up the last twelve months, and the twelve months before.

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
        reason = Reason("twelve_months_gap", month=Period(last.date(), "M").label, **monthly.about)
        return Missing(monthly.indicator.label, reason)
    years = [year for year in (last.year, last.year - 1) if monthly.inhabitants(year) is not None]
    return Rolling(monthly, last.date(), total, before, years[0] if years else None)


def _total(series: Series, last: pd.Timestamp) -> int | None:
    months = series.data["value"].reindex(pd.date_range(end=last, periods=_YEAR, freq="MS"))
    return None if months.isna().any() else int(months.sum())


class Signal(StrEnum):
    """The outcome of the rule for half-years in `thresholds.yml`."""

    NONE = "geen signaal"
    NOTICE = "let op"
    SIGNAL = "signaal"
    UNJUDGED = "geen oordeel"


@dataclass(frozen=True)
class HalfYear(Result):
    """A half-year between limits from the same half of earlier years.

    Parameters
    ----------
    series : Series
        The monthly counts.
    year, half : int
        ``half`` is 1 or 2.
    count : int
        Registrations in its six months.
    earlier : dict of int to int
        Registrations in the same half of every earlier year that has all its months, ascending.
    reference : tuple of int
        The years among those that the bands rest on: comparable, and recent.
    expected : float or None
        The level of the reference, in which recent years weigh more; ``None`` when too few years are comparable.
    notice, signal_band : tuple of float, or None
        Lowest and highest ordinary count (95 % and 99,8 %); ``None`` when too few years are comparable, or when they
        hold too few registrations.
    breaks : tuple of Break
        What was special about this half-year itself, such as corona.
    """

    series: Series
    year: int
    half: int
    count: int
    earlier: dict[int, int]
    reference: tuple[int, ...]
    expected: float | None
    notice: Band
    signal_band: Band
    breaks: tuple[Break, ...]

    @property
    def signal(self) -> Signal:
        """The outcome of the rule."""
        if self.notice is None or self.signal_band is None:
            return Signal.UNJUDGED
        if not self.signal_band[0] <= self.count <= self.signal_band[1]:
            return Signal.SIGNAL
        return Signal.NONE if self.notice[0] <= self.count <= self.notice[1] else Signal.NOTICE

    @property
    def direction(self) -> Literal["up", "down", "equal"]:
        """Above or below the band; ``equal`` within it, or without one."""
        if self.notice is None or self.notice[0] <= self.count <= self.notice[1]:
            return "equal"
        return "up" if self.count > self.notice[1] else "down"

    @property
    def provisional(self) -> bool:
        """Whether the publisher may still change it."""
        months = half_year_months(self.year, self.half)
        return bool((self.series.data["status"].reindex(months) == "provisional").any())

    def records(self) -> list[Record]:
        """Return the count with its ordinary band, and the same half of each reference year."""
        low, high = self.notice or (None, None)
        now = self._record(self.year, self.count)
        judged = replace(now, lower=low, upper=high, note=str(self.signal))
        return [judged, *(self._record(year, self.earlier[year]) for year in self.reference)]

    def _record(self, year: int, count: int) -> Record:
        name = f"{year}H{self.half}"
        sources = unique_names(self.series.sources)
        id = f"{self.series.record_id}{name}"
        indicator = self.series.indicator
        return Record(id, indicator.label, self.series.region, name, float(count), indicator.unit, source=sources)


def half_year(monthly: Series | Missing, year: int, half: int) -> HalfYear | Missing:
    """Compare a half-year with the same half of earlier years.

    The bands rest on the latest comparable earlier years: the same area, outside the periods that `breaks.yml` declares
    special for this figure, and since the last change of registration or law. As with the yardstick, recent years weigh
    more in the level, and around it is a negative binomial distribution with the dispersion of past errors
    (`by_same_half`). How many years and registrations that takes is given in
    `thresholds.yml`, with the share of half-years that really fall outside when nothing changes.

    Parameters
    ----------
    monthly : Series or Missing
        Monthly counts.
    year, half : int
        ``half`` is 1 or 2.

    Returns
    -------
    HalfYear or Missing
        ``Missing`` when one of the six months has no figure.

    Raises
    ------
    ValueError
        When the series is not monthly.
    """
    if isinstance(monthly, Missing):
        return monthly
    monthly.must_be("M")
    now = _months(monthly, year, half)
    if (reason := _absent(monthly, now)) is not None:
        return Missing(monthly.indicator.label, reason)
    earlier = {past: _months(monthly, past, half) for past in range(monthly.first_year, year)}
    whole = {past: months for past, months in earlier.items() if months.notna().all()}
    rule = catalogue.thresholds().signals
    reference = tuple(past for past in whole if is_comparable(monthly, past, year, half))[-rule.most :]
    counts = {past: int(months.sum()) for past, months in whole.items()}
    expected, notice, signal = _bands({past: counts[past] for past in reference}, year)
    return HalfYear(
        monthly, year, half, int(now.sum()), counts, reference, expected, notice, signal,
        special_periods(monthly, year, half),
    )  # fmt: skip


def _months(series: Series, year: int, half: int) -> pd.Series:
    return series.data["value"].reindex(half_year_months(year, half))


def _absent(series: Series, months: pd.Series) -> Reason | None:
    """Return why there is no half-year; ``None`` when there is one."""
    if months.notna().all():
        return None
    month = months.index[months.isna()][0]
    code = "half_year_hidden" if series.data["status"].get(month) == "suppressed" else "half_year_gap"
    return Reason(code, month=Period(month.date(), "M").label, **series.about)


def _bands(reference: dict[int, int], year: int) -> tuple[float | None, Band, Band]:
    """Return what is expected of a half-year with both of its bands, from the same half of other years."""
    rule = catalogue.thresholds().signals
    years, counts = np.array(list(reference)), np.array(list(reference.values()), dtype=float)
    found = by_same_half(years, counts, year) if len(reference) >= rule.least else None
    if found is None:
        return None, None, None
    notice, signal = (
        found.range(coverage) if found.mean >= rule.expected_from else None for coverage in (rule.notice, rule.signal)
    )
    return found.mean, notice, signal


def by_same_half(years: np.ndarray, counts: Floats, year: int) -> Ordinary | None:
    r"""Return what would be ordinary in a half-year, from the same half of earlier years.

    The level is :math:`\sum 0.65^k y_{s-k} / \sum 0.65^k` over at most seven years. The dispersion is the mean squared
    Pearson error of each count beside the level before it, in which the typical dispersion of municipalities counts as
    four errors more. The range is widened by the squared ratio of Student's t to the normal distribution, for the few
    errors there are, and the variance grows by 12 % for each year further ahead.

    Parameters
    ----------
    years, counts : ndarray
        The earlier years, ascending, and their counts.
    year : int
        The year that something is expected of.

    Returns
    -------
    Ordinary or None
        ``None`` when no count could be foretold from the year before.
    """
    errors = [
        (counts[at], _level(years[:at], counts[:at])) for at in range(1, len(years)) if years[at] == years[at - 1] + 1
    ]
    if not errors:
        return None
    mean, (found, foretold) = _level(years, counts), np.array(errors).T
    excess = float(TYPICAL.excess(mean))
    total = float(((found - foretold) ** 2 / foretold).sum()) + _TYPICAL_ERRORS * (1 + excess / mean)
    degrees, growth = len(errors) + _TYPICAL_ERRORS, 1 + _GROWTH * (year - int(years[-1]) - 1)
    dispersion = max(1.0, total / degrees) * growth
    wider = float(stdtrit(degrees, alpha() / 2) / ndtri(alpha() / 2)) ** 2
    return Ordinary(mean, max(mean * (dispersion * wider - 1), excess / 2 * growth))


def _level(years: np.ndarray, counts: Floats) -> float:
    """Return the level of the last years, in which recent years weigh more."""
    age = years[-1] - years
    weights = np.where(age < YEARS, FADING ** age.astype(float), 0.0)
    return max(float((weights * counts).sum() / weights.sum()), START)
