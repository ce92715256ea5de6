"""Statements that there were waves: months far above what is ordinary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor
from typing import Literal, Self

from ..documents.statements import ChangeTest
from ..statistics.change import Change, change
from ..statistics.control_chart import ControlChart, control_chart
from ..statistics.survey import SurveyChange, survey_change
from ..statistics.verdicts import Direction, Verdict
from ..store.raw_sources import Source
from ..store.series import Missing, Series
from .evidence import Evidence
from .findings import Finding, Number, counts_of, files


@dataclass(frozen=True)
class Peaks(Finding):
    """The months of some years between their control limits."""

    chart: ControlChart

    @property
    def verdict(self) -> Verdict:
        """A month above the limit is a wave; without one, what people saw may be the ups and downs of chance."""
        return Verdict.CONFIRMED if self.chart.signals else Verdict.CHANCE

    @property
    def region(self) -> str:
        """Where was counted."""
        return self.chart.series.region

    @property
    def numbers(self) -> dict[str, Number]:
        """How many months stand out, among how many."""
        return {"peaks": Number(len(self.chart.signals), "months"), "months": Number(len(self.chart.months), "months")}

    @property
    def sources(self) -> tuple[Source, ...]:
        """Of the series."""
        return files(self.chart.series)


def find_peaks(indicator: str, region: str | None, years: tuple[int, int], known: Evidence) -> Finding | Missing:
    """Look for waves in the months of some years."""
    found = control_chart(known.series(indicator, region, "M"), *years)
    return found if isinstance(found, Missing) else Peaks(found)


Claim = Literal["up", "down", "not_up", "not_down"]
# That something did not rise can only be shown by a fall: no visible rise is no proof that there was none.
SHOWN_BY: dict[str, Direction] = {"up": "up", "down": "down", "not_up": "down", "not_down": "up"}
_HALF = Fraction(1, 2)


@dataclass(frozen=True)
class _TwoYears(Finding):
    """Figures of two years beside a claimed direction."""

    change: Change | SurveyChange
    claimed: Claim

    @property
    def p_value(self) -> float | None:
        """Of the change; ``None`` where no outcome could stand out: too few counts, or no published margin."""
        return None if self.change.verdict is Verdict.NOT_TESTABLE else self.change.p_value

    def corrected(self, p_value: float) -> Self:
        """With the change judged by another p-value."""
        return replace(self, change=replace(self.change, p_value=p_value))

    @property
    def region(self) -> str:
        """Where was counted or measured."""
        return self.change.series.region

    @property
    def sources(self) -> tuple[Source, ...]:
        """Of the series."""
        return files(self.change.series)


@dataclass(frozen=True)
class Changed(_TwoYears):
    """Counts of two years beside a claimed direction, and perhaps a claimed percentage."""

    change: Change
    percent: int | None = None

    @property
    def verdict(self) -> Verdict:
        """The verdict of the change itself, unless it went the other way or by another percentage."""
        found = self.change.verdict_on(SHOWN_BY[self.claimed])
        return found if self.percent_fits or not found.settled else Verdict.CONTRADICTED

    @property
    def rounded(self) -> int | None:
        """The change in whole percents as the counts give it, halves away from zero; exact arithmetic."""
        if not self.change.before:
            return None
        exact = Fraction(100 * (self.change.after - self.change.before), self.change.before)
        return floor(exact + _HALF) if exact >= 0 else -floor(-exact + _HALF)

    @property
    def percent_fits(self) -> bool:
        """Whether the claimed percentage is the one that the counts round to; true when none is claimed."""
        return self.percent is None or (self.rounded is not None and abs(self.rounded) == abs(self.percent))

    @property
    def fitting(self) -> tuple[int, ...]:
        """Counts in the first year with which the claimed percentage would be right, given the last year's."""
        if self.percent is None:
            return ()
        sign = -1 if SHOWN_BY[self.claimed] == "down" else 1
        middle = Fraction(sign * abs(self.percent))
        least, most = (1 + (middle + half) / 100 for half in (-_HALF, _HALF))
        counts = range(ceil(self.change.after / most), floor(self.change.after / least) + 1) if least > 0 else range(0)
        return tuple(one for one in counts if replace(self, change=replace(self.change, before=one)).percent_fits)

    @property
    def numbers(self) -> dict[str, Number]:
        """The change in percent and both counts; with a claimed percentage, the counts that would make it right."""
        one = self.change
        found = {
            "change_pct": Number(one.percentage, "percent", one.lower_percentage, one.upper_percentage),
            str(one.first): Number(one.before, "registrations"),
            str(one.last): Number(one.after, "registrations"),
        }
        if self.percent is None:
            return found
        found |= {"claimed_pct": Number(self.percent, "percent"), "rounded_pct": Number(self.rounded, "percent")}
        return found | {f"fits.{count}": Number(count, "registrations") for count in self.fitting}

    @property
    def used(self) -> Series:
        """Both years."""
        return counts_of(self.change.series, self.change.first, self.change.last)


@dataclass(frozen=True)
class MeasureChanged(_TwoYears):
    """A percentage, mark or index in two years beside a claimed direction."""

    change: SurveyChange

    @property
    def verdict(self) -> Verdict:
        """The verdict of the change itself, unless it went the other way."""
        return self.change.verdict_on(SHOWN_BY[self.claimed])

    @property
    def numbers(self) -> dict[str, Number]:
        """The difference in points and both figures."""
        one, unit = self.change, self.change.series.indicator.unit
        points = Number(one.difference, "points", one.lower, one.upper)
        return {"points": points, str(one.first): Number(one.before, unit), str(one.last): Number(one.after, unit)}


def judge_change(asked: ChangeTest, known: Evidence) -> Iterator[Finding | Missing]:
    """Hold a claimed change against the figures; a second finding when waves are claimed as well."""
    series = known.series(asked.indicator, asked.region)
    if isinstance(series, Missing):
        yield series
    elif series.indicator.is_count:
        counted = change(series, asked.first, asked.last)
        yield counted if isinstance(counted, Missing) else Changed(counted, asked.direction, asked.percent)
    else:
        measured = survey_change(series, asked.first, asked.last)
        yield measured if isinstance(measured, Missing) else MeasureChanged(measured, asked.direction)
    if asked.monthly_peaks:
        yield find_peaks(asked.indicator, asked.region, (asked.first, asked.last), known)
