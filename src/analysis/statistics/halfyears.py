"""Half-years held against the same half of earlier years, never against the other half."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

import numpy as np
import pandas as pd

from .. import catalogue
from ..catalogue import Break
from ..observations import cited
from ..periods import Period
from ..results import Record, Result
from ..series import Missing, Series
from . import limits
from .comparable import MONTHS, comparable, span, special

# Months of one half-year are not six independent looks at the dispersion. Counted as three, 5 % and 0,5 % of half-years
# in which nothing happened fall outside the bands where years differ by 10 %, up to 10 % and 1 % where they differ by
# 20 % (2.000 simulations each, 3 and 5 years, 6 to 200 registrations).
_LOOKS = 3

Band = tuple[float, float] | None
_NONE: tuple[Band, Band] = (None, None)


class Signal(StrEnum):
    """What the rule of `thresholds.yml` says of a half-year."""

    NONE = "geen signaal"
    NOTICE = "let op"
    SIGNAL = "signaal"
    UNJUDGED = "geen oordeel"


@dataclass(frozen=True)
class HalfYear(Result):
    """A half-year between limits from the same half of earlier years.

    Parameters
    ----------
    count : int
        Registrations in its six months.
    earlier : dict of int to int
        The same half of every earlier year that has all its months, ascending.
    reference : tuple of int
        The years among those that the bands rest on: comparable, and recent.
    notice, signal_band : tuple of float, or None
        Lowest and highest ordinary count (95 % and 99,8 %); ``None`` when too few years are comparable, or when
        they hold too few registrations.
    breaks : tuple of Break
        What was special about this half-year itself, such as corona.
    """

    series: Series
    year: int
    half: int
    count: int
    earlier: dict[int, int]
    reference: tuple[int, ...]
    notice: Band
    signal_band: Band
    breaks: tuple[Break, ...]

    @property
    def expected(self) -> float | None:
        """Registrations in a mean half-year of the reference; ``None`` when too few years are comparable."""
        if len(self.reference) < catalogue.thresholds().signals.least:
            return None
        return sum(self.earlier[year] for year in self.reference) / len(self.reference)

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
        months = span(self.year, self.half)
        return bool((self.series.data["status"].reindex(months) == "provisional").any())

    def records(self) -> list[Record]:
        """The count with its ordinary band, and the same half of each reference year."""
        low, high = self.notice or (None, None)
        now = self._record(self.year, self.count)
        judged = replace(now, lower=low, upper=high, note=str(self.signal))
        return [judged, *(self._record(year, self.earlier[year]) for year in self.reference)]

    def _record(self, year: int, count: int) -> Record:
        name = f"{year}H{self.half}"
        sources = cited(self.series.sources)
        id = f"{self.series.record_id}{name}"
        about = self.series.indicator
        return Record(id, about.label, self.series.region, name, float(count), about.unit, source=sources)


def half_year(monthly: Series | Missing, year: int, half: int) -> HalfYear | Missing:
    """Hold a half-year against the same half of earlier years.

    The bands rest on the latest comparable earlier years: the same area, outside the periods that `breaks.yml`
    declares special for this figure, and since the last change of registration or law. What varies between those
    years, or between their months if that is more, is the measure of what is ordinary. How many years and how many
    registrations that takes stands in `thresholds.yml`.

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
    reference = tuple(past for past in whole if comparable(monthly, past, year, half))[-rule.most :]
    notice, signal = _bands(np.array([whole[past] for past in reference])) if len(reference) >= rule.least else _NONE
    counts = {past: int(months.sum()) for past, months in whole.items()}
    return HalfYear(
        monthly, year, half, int(now.sum()), counts, reference, notice, signal, special(monthly, year, half)
    )


def _months(series: Series, year: int, half: int) -> pd.Series:
    return series.data["value"].reindex(span(year, half))


def _absent(series: Series, months: pd.Series) -> str | None:
    """Why there is no half-year, in Dutch."""
    if months.notna().all():
        return None
    month = months.index[months.isna()][0]
    about = f"{series.indicator.label} in {series.region_name} in {Period(month.date(), 'M').label}"
    if series.data["status"].get(month) == "suppressed":
        return f"Het aantal {about} is klein en daarom niet openbaar. Het halfjaar is dat dan ook niet."
    return f"Er is geen cijfer over {about}. Een halfjaar kan alleen als alle zes maanden er zijn."


def _bands(months: np.ndarray) -> tuple[Band, Band]:
    """The ordinary and the wider band of a new half-year, from the months of earlier ones, shape (years, 6)."""
    years, halves = len(months), months.sum(axis=1)
    if halves.mean() < catalogue.thresholds().signals.expected_from:
        return _NONE
    between_years = limits.dispersion(halves, np.full(years, halves.mean()), 1)
    between_months = limits.dispersion(months, np.tile(months.mean(axis=0), (years, 1)), MONTHS)
    spread = max(between_years, between_months) * (1 + 1 / years)
    found = limits.bands(np.array([halves.mean()]), spread, _LOOKS * (years - 1))
    low, high, lowest, highest = (float(limit[0]) for limit in found)
    return (low, high), (lowest, highest)
