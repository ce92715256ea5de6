"""Statements that give one figure: the count or the measure of a year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, inf
from typing import Literal

from ..definitions import catalogue
from ..documents.statements import Compare, ExtremeTest, LevelTest, TargetTest
from ..statistics.change import Change, change
from ..statistics.scenarios import Power, power
from ..statistics.verdicts import Verdict
from ..store.raw_sources import Source
from ..store.series import Missing, Series
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


def judge_level(asked: LevelTest, known: Evidence) -> Iterator[Finding | Missing]:
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


@dataclass(frozen=True)
class Extreme(Finding):
    """The count of a year beside those of all the other years.

    Parameters
    ----------
    counts : dict of int to Bounds
        The count of every year.
    rival : int
        The other year that comes nearest to the claim, or beats it.
    change : Change or None
        From the rival to the year; ``None`` when one of them is not one number.
    """

    series: Series
    year: int
    extreme: Literal["lowest", "highest"]
    counts: dict[int, Bounds]
    rival: int
    change: Change | None

    @property
    def tied(self) -> bool:
        """Whether the rival has the same count."""
        return self.counts[self.rival].lower == self.counts[self.year].lower

    @property
    def beaten(self) -> bool:
        """Whether the rival is lower (or higher): a matter of counting."""
        compare: Literal["<", ">"] = "<" if self.extreme == "lowest" else ">"
        return bool(decided(compare, _limits(self.counts[self.rival]), _limits(self.counts[self.year])))

    @property
    def verdict(self) -> Verdict:
        """A count is a count; that the rival may differ by chance alone is a reservation."""
        if self.beaten:
            return Verdict.CONTRADICTED
        sure = self.change is not None and self.change.verdict is Verdict.CONFIRMED
        return Verdict.CONFIRMED if sure else Verdict.CONFIRMED_WITH_CAVEAT

    @property
    def numbers(self) -> dict[str, Number]:
        """The count of the year and of its rival, and how many years there are."""
        unit = self.series.indicator.unit
        return {
            str(self.year): Number(self.counts[self.year].lower, unit),
            str(self.rival): Number(self.counts[self.rival].lower, unit),
            "years": Number(len(self.counts), "years"),
        }

    @property
    def used(self) -> Series:
        """All the years."""
        return counts_of(self.series, *self.counts)

    @property
    def sources(self) -> tuple[Source, ...]:
        """Of the series."""
        return files(self.series)


def judge_extreme(asked: ExtremeTest, known: Evidence) -> Iterator[Finding | Missing]:
    """Hold one year against all others; every one of them must be there."""
    series = known.series(asked.indicator)
    yield series if isinstance(series, Missing) else _among(asked, series, known)


def _among(asked: ExtremeTest, series: Series, known: Evidence) -> Finding | Missing:
    if not series.indicator.is_count:
        return Missing(series.indicator.label, f"{series.indicator.title} is geen telling.")
    counts: dict[int, Bounds] = {}
    for year in range(asked.first, asked.last + 1):
        bounds = known.bounds(series, year)
        if isinstance(bounds, Missing):
            return series.no_figure(year)
        counts[year] = bounds
    return _beside_rival(asked, series, counts)


def _beside_rival(asked: ExtremeTest, series: Series, counts: dict[int, Bounds]) -> Finding | Missing:
    """The year that could spoil the claim; one that only may do so makes it impossible to test."""
    compare: Literal["<", ">"] = "<" if asked.extreme == "lowest" else ">"
    others = [year for year in counts if year != asked.year]
    pick = min if asked.extreme == "lowest" else max
    rival = pick(others, key=lambda year: counts[year].lower)
    doubtful = [one for one in others if decided(compare, _limits(counts[one]), _limits(counts[asked.year])) is None]
    if doubtful:
        reason = (
            f"Over {series.indicator.label} in {doubtful[0]} ontbreekt een deel van het gebied; of dat jaar "
            f"{'lager' if asked.extreme == 'lowest' else 'hoger'} was dan {asked.year}, is niet te zeggen."
        )
        return Missing(series.indicator.label, reason)
    since = change(series, *sorted((rival, asked.year)))
    return Extreme(series, asked.year, asked.extreme, counts, rival, since if isinstance(since, Change) else None)


def _limits(bounds: Bounds) -> tuple[float, float]:
    return bounds.lower, inf if bounds.upper is None else bounds.upper


@dataclass(frozen=True)
class GoalFigure(Finding):
    """A count beside its goal: a fixed number, or a part of the count of an earlier year.

    Parameters
    ----------
    goal : Bounds
        The count that had to be reached, as far as known.
    met, claimed : bool
        Whether the count reached it, and whether the document says so.
    change : Change or None
        From the year the goal starts from, for whether chance alone can explain it. Counting decides whether a goal
        was reached, so this one p-value stands by itself and is not corrected for those of the other statements.
    power : Power or None
        The chance that reaching a goal of this size could have been seen; only where the goal has a size.
    """

    series: Series
    year: int
    count: Bounds
    goal: tuple[float, float]
    compare: Compare
    factor: float
    base: int | None
    met: bool
    claimed: bool
    change: Change | None = None
    power: Power | None = None

    @property
    def by_chance(self) -> bool:
        """Whether the difference with the year the goal starts from may be chance."""
        return self.change is not None and not self.change.verdict.settled

    @property
    def verdict(self) -> Verdict:
        """Whether the goal was reached is a matter of counting; whether that means something is a reservation."""
        if self.met != self.claimed:
            return Verdict.CONTRADICTED
        doubt = self.change is not None and self.change.verdict is not Verdict.CONFIRMED
        early = bool(self.series.provisional([self.year]))
        return Verdict.CONFIRMED_WITH_CAVEAT if doubt or early else Verdict.CONFIRMED

    @property
    def numbers(self) -> dict[str, Number]:
        """The count, the goal, and how likely it was that reaching the goal would stand out."""
        unit = self.series.indicator.unit
        lower, upper = self.goal
        limits = (None, None) if lower == upper else (lower, None if upper == inf else upper)
        found = {str(self.year): Number(self.count.lower, unit), "goal": Number(lower, unit, *limits)}
        if self.change is not None:
            found[str(self.change.first)] = Number(self.change.before, unit)
        return found if self.power is None else found | {"power": Number(100 * self.power.chance, "percent")}

    @property
    def used(self) -> Series:
        """The year of the goal, and the year it starts from."""
        return counts_of(self.series, self.year, *([] if self.base is None else [self.base]))

    @property
    def sources(self) -> tuple[Source, ...]:
        """Of the series."""
        return files(self.series)


def judge_target(asked: TargetTest, known: Evidence) -> Iterator[Finding | Missing]:
    """Hold a figure against its goal."""
    series = known.series(asked.indicator)
    if isinstance(series, Missing):
        yield series
    elif asked.value is not None:
        yield _fixed(asked, asked.value, series, known)
    elif asked.base is not None:
        yield _since(asked, asked.base, series, known)


def _fixed(asked: TargetTest, value: float, series: Series, known: Evidence) -> Finding | Missing:
    """A goal that is a number; a measure is held against it with its margin."""
    if not series.indicator.is_count:
        return at(series, asked.year, asked.compare, value, known)
    count = known.bounds(series, asked.year)
    return count if isinstance(count, Missing) else _judged(asked, series, count, (value, value))


def _since(asked: TargetTest, base: int, series: Series, known: Evidence) -> Finding | Missing:
    """A goal that starts from the figure of an earlier year."""
    if not series.indicator.is_count:
        reason = (
            f"Een doel voor {series.indicator.label} ten opzichte van {base} is niet te toetsen: het is geen telling."
        )
        return Missing(series.indicator.label, reason)
    count, start = known.bounds(series, asked.year), known.bounds(series, base)
    if isinstance(count, Missing):
        return count
    if isinstance(start, Missing):
        return start
    upper = inf if start.upper is None else _whole(asked, start.upper)
    return _judged(asked, series, count, (_whole(asked, start.lower), upper))


def _whole(asked: TargetTest, start: int) -> float:
    """The part of a count that had to be reached, as the whole number that comes to the same."""
    exact = Fraction(str(asked.factor)) * start
    whole = {"<=": floor, ">": floor, "<": ceil, ">=": ceil}
    return whole[asked.compare](exact) if asked.compare in whole else float(exact)


def _judged(asked: TargetTest, series: Series, count: Bounds, goal: tuple[float, float]) -> Finding | Missing:
    """Whether the goal was met, if that is known, and what chance had to do with it."""
    upper = inf if count.upper is None else count.upper
    met = decided(asked.compare, (count.lower, upper), goal)
    if met is None:
        reason = (
            f"Van {series.indicator.label} ontbreekt een deel van het gebied; of het doel is gehaald, hangt daarvan af."
        )
        return Missing(series.indicator.label, reason)
    since = change(series, asked.base, asked.year) if asked.base else None
    size = asked.base is not None and asked.factor != 1
    seen = power(series, asked.base or 0, asked.year, 100 * (asked.factor - 1)) if size else None
    return GoalFigure(
        series, asked.year, count, goal, asked.compare, asked.factor, asked.base, met, asked.met,
        since if isinstance(since, Change) else None, seen if isinstance(seen, Power) else None,
    )  # fmt: skip
