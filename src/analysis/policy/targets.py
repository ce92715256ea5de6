"""Goals: a figure that had to be reached, and whether a document is right that it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, inf

from ..documents.statements import Compare, TargetTest
from ..observations import Source
from ..series import Missing, Series
from ..statistics.counts import Change, change
from ..statistics.power import Power, power
from ..statistics.verdicts import Verdict
from . import levels
from .evidence import Bounds, Evidence
from .findings import Finding, Number, counts_of, decided, files


@dataclass(frozen=True)
class Target(Finding):
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


def test(asked: TargetTest, known: Evidence) -> Iterator[Finding | Missing]:
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
        return levels.at(series, asked.year, asked.compare, value, known)
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
    return Target(
        series, asked.year, count, goal, asked.compare, asked.factor, asked.base, met, asked.met,
        since if isinstance(since, Change) else None, seen if isinstance(seen, Power) else None,
    )  # fmt: skip
