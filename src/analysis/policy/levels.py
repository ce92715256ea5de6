"""Statements that give one figure: the count or the measure of a year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from .. import catalogue
from ..documents.statements import Compare, LevelTest
from ..observations import Source
from ..series import Missing, Series
from ..statistics.verdicts import Verdict
from .evidence import Bounds, Evidence
from .findings import Finding, Number, counts_of, decided, files, holds


@dataclass(frozen=True)
class Level(Finding):
    """A count, or the limits it lies between, beside the number that a document gives."""

    series: Series
    year: int
    bounds: Bounds
    compare: Compare
    claimed: float

    @property
    def limits(self) -> tuple[float, float]:
        """Lower and upper limit; infinite where nothing is known about a part of the area."""
        return self.bounds.lower, inf if self.bounds.upper is None else self.bounds.upper

    @property
    def tolerance(self) -> float:
        """How far a count may differ and still be the same one: publishers revise, and some round."""
        revised = catalogue.thresholds().revision.max_relative * self.claimed
        rounded = self.series.indicator.rounded_to
        return max(revised, rounded / 2 if rounded > 1 else 0)

    @property
    def verdict(self) -> Verdict:
        """A count is a count: it is this number or it is not. Within limits or a revision it may be."""
        caution = not self.bounds.exact or bool(self.series.provisional([self.year]))
        sure = Verdict.CONFIRMED_WITH_CAVEAT if caution else Verdict.CONFIRMED
        if self.compare != "=":
            answer = decided(self.compare, self.limits, (self.claimed, self.claimed))
            return Verdict.NOT_TESTABLE if answer is None else sure if answer else Verdict.CONTRADICTED
        if self.bounds.exact and self.bounds.lower == self.claimed:
            return sure
        lower, upper = self.limits
        if not lower - self.tolerance <= self.claimed <= upper + self.tolerance:
            return Verdict.CONTRADICTED
        return Verdict.NOT_TESTABLE if self.bounds.upper is None else Verdict.CONFIRMED_WITH_CAVEAT

    @property
    def numbers(self) -> dict[str, Number]:
        """The count, with its limits where it has them, and the claim."""
        lower, upper = (None, None) if self.bounds.exact else (self.bounds.lower, self.bounds.upper)
        count = Number(self.bounds.lower, self.series.indicator.unit, lower, upper)
        return {str(self.year): count, "claimed": Number(self.claimed, self.series.indicator.unit)}

    @property
    def used(self) -> Series:
        """The year."""
        return counts_of(self.series, self.year)

    @property
    def sources(self) -> tuple[Source, ...]:
        """Of the series."""
        return files(self.series)


@dataclass(frozen=True)
class Measured(Finding):
    """A percentage, a mark or an index with its published margin, beside the number that a document gives."""

    series: Series
    year: int
    value: float
    margin: tuple[float, float] | None
    compare: Compare
    claimed: float

    @property
    def verdict(self) -> Verdict:
        """An equal number must be what the measure rounds to; for more or less the whole margin must agree."""
        if self.compare == "=":
            decimals = len(f"{self.claimed:g}".partition(".")[2])
            return Verdict.CONFIRMED if round(self.value, decimals) == self.claimed else Verdict.CONTRADICTED
        if self.margin is None:
            right = holds(self.compare, self.value, self.claimed)
            return Verdict.CONFIRMED_WITH_CAVEAT if right else Verdict.CONTRADICTED
        answer = decided(self.compare, self.margin, (self.claimed, self.claimed))
        return Verdict.CHANCE if answer is None else Verdict.CONFIRMED if answer else Verdict.CONTRADICTED

    @property
    def region(self) -> str:
        """Where was measured."""
        return self.series.region

    @property
    def numbers(self) -> dict[str, Number]:
        """The measure with its margin, and the claim."""
        unit = self.series.indicator.unit
        measure = Number(self.value, unit, *(self.margin or (None, None)))
        return {str(self.year): measure, "claimed": Number(self.claimed, unit)}

    @property
    def sources(self) -> tuple[Source, ...]:
        """Of the series."""
        return files(self.series)


def test(asked: LevelTest, known: Evidence) -> Iterator[Finding | Missing]:
    """Hold a claimed figure against the count or the measure of that year."""
    series = known.series(asked.indicator, asked.region)
    yield series if isinstance(series, Missing) else at(series, asked.year, asked.compare, asked.value, known)


def at(series: Series, year: int, compare: Compare, claimed: float, known: Evidence) -> Finding | Missing:
    """One year of a series beside a number."""
    if series.indicator.is_count:
        bounds = known.bounds(series, year)
        return bounds if isinstance(bounds, Missing) else Level(series, year, bounds, compare, claimed)
    value = series.value(year)
    if value is None:
        return series.no_figure(year)
    return Measured(series, year, value, series.margin(year), compare, claimed)
