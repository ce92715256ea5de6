"""Statements that a year was the lowest or the highest of a number of years."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import Literal

from ..documents.statements import ExtremeTest
from ..observations import Source
from ..series import Missing, Series
from ..statistics.counts import Change, change
from ..statistics.verdicts import Verdict
from .evidence import Bounds, Evidence
from .findings import Finding, Number, counts_of, decided, files


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


def test(asked: ExtremeTest, known: Evidence) -> Iterator[Finding | Missing]:
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
