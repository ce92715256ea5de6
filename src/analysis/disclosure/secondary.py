"""Secondary suppression: hide more figures until no hidden one can be derived from what is shown.

Whenever a hidden figure has too few possible values left, another figure in the tightest sum around it is hidden: one
that gives enough room, a part rather than the total, and among those the one that a secret seed picks. Someone who
knows this code but not the seed cannot tell why that figure was picked. What is hidden together must also have a
sufficient sum, because anyone can work out that sum.

How many figures are hidden may tell something too: a third hidden figure would mean that the second did not suffice.
Therefore a figure more than needed is hidden now and then, again by the seed. Every pattern could then have come from
every table that fits what is shown, so that knowing the method rules nothing out.

What earlier editions showed stays known to a reader, and what they hid stays hidden.

The amount of work cannot be predicted, so it is counted. Where it would exceed ``thresholds.disclosure.work``, a whole
level of figures is hidden and the rest is tried again: more is hidden, never less.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from math import log

import pandas as pd

from ..definitions import catalogue
from ..store.raw_sources import HiddenLevel, Source
from . import implied_totals
from .feasibility import Attacker, Equation, Exhausted, Range, StepLimit, single_ranges
from .implied_totals import ImpliedSum, sums
from .primary import (
    Key,
    Level,
    ProtectedFigures,
    collect_figures,
    families,
    finest_first,
    is_below,
    levels,
    levels_of,
    near_protected,
)

_EACH = 50  # steps to find the sums that contain one figure
_DIGEST = 8  # bytes


@dataclass(frozen=True, eq=False)
class Marks:
    """What holds for each observation; every field is a Series with the index of the observations.

    Parameters
    ----------
    guarded : Series of bool
        Whether it is protected.
    limit : Series of int
        From which number it may be shown.
    small : Series of bool
        Whether it must be hidden: it is too small, or an earlier edition hid it.
    shown : Series of bool
        Whether it was shown in an earlier edition.
    """

    guarded: pd.Series
    limit: pd.Series
    small: pd.Series
    shown: pd.Series

    def of(self, rows: pd.Series) -> Marks:
        """Return the marks of some rows."""
        return Marks(self.guarded[rows], self.limit[rows], self.small[rows], self.shown[rows])


def suppress(
    frame: pd.DataFrame, files: Mapping[str, Source], marks: Marks, seed: bytes
) -> tuple[pd.Series, list[HiddenLevel]]:
    """Return all observations to hide.

    Parameters
    ----------
    frame : DataFrame
        Observations with their figures.
    files : mapping of str to Source
        The files they come from, by name.
    marks : Marks
        What holds for each observation.
    seed : bytes
        Secret that picks among figures that could be hidden. Whether the result is safe does not depend on it.

    Returns
    -------
    hidden : Series of bool
        The small figures, the same figures in every other file or release, and what else must be hidden. What open
        figures of a municipality or earlier editions give away by themselves cannot be prevented.
    levels : list of HiddenLevel
        Levels that are hidden completely, because finding out which of their figures can be shown would take too much
        work.
    """
    hidden, given_up = pd.Series(False, frame.index), []
    for family in families(frame.loc[marks.small, "indicator"].unique()):
        about = frame["indicator"].isin(family)
        in_family, hidden_levels = _suppress_family(frame[about], files, marks.of(about), seed)
        hidden |= in_family.reindex(frame.index, fill_value=False)
        given_up += hidden_levels
    return hidden & frame["value"].notna(), given_up


def _suppress_family(
    frame: pd.DataFrame, files: Mapping[str, Source], marks: Marks, seed: bytes
) -> tuple[pd.Series, list[HiddenLevel]]:
    """Return what to hide among indicators that add up.

    When that takes too much work, the finest levels are given up one after another. At a level that is given up nothing
    is left to hide, so in the end no work remains.
    """
    near, able, level = near_protected(frame, marks.guarded), marks.guarded | is_below(frame), levels(frame)
    for given_up in _prefixes(finest_first(level[able].unique())):
        left_out = able & level.isin(given_up)
        rest = near & ~left_out
        try:
            hidden = _rows_to_hide(frame[rest], files, marks.of(rest), seed)
        except Exhausted:
            continue
        return hidden.reindex(frame.index, fill_value=False) | left_out, levels_of(frame[left_out], "work")
    raise AssertionError("without its levels a family has nothing to hide")


def _prefixes(ordered: list[Level]) -> Iterator[list[Level]]:
    """Yield nothing, the first level, the first two, and so on."""
    return (ordered[:number] for number in range(len(ordered) + 1))


def _rows_to_hide(frame: pd.DataFrame, files: Mapping[str, Source], marks: Marks, seed: bytes) -> pd.Series:
    """Work out which rows to hide; raises `Exhausted` when that takes too much work."""
    hidden = pd.Series(False, frame.index)
    if not marks.small.any():
        return hidden
    work = StepLimit(catalogue.thresholds().disclosure.work)
    work.spend(_EACH * len(frame))
    figures = collect_figures(frame, files, marks.guarded, marks.limit, marks.shown)
    too_small = set(frame.index[marks.small])
    first = {key for key, rows in figures.rows.items() if not too_small.isdisjoint(rows)}
    keys = closed_pattern(figures, first, seed, work)
    hidden[[row for key in sorted(keys) for row in figures.rows[key]]] = True
    return hidden


def closed_pattern(figures: ProtectedFigures, first: set[Key], seed: bytes, work: StepLimit) -> set[Key]:
    """Return what must be hidden so that nothing hidden can be derived.

    Parameters
    ----------
    figures : ProtectedFigures
        All figures of a family of indicators.
    first : set of Key
        What must be hidden by itself.
    seed : bytes
        Secret that picks among figures that could be hidden.
    work : StepLimit
        Work that may be spent.

    Returns
    -------
    set of Key
        Only figures that there are; no implied totals.

    Raises
    ------
    Exhausted
        When that takes too much work.
    """
    complete = implied_totals.add_implied_totals(figures)
    pattern = Pattern(complete, sums(complete), first | complete.implied, work, seed)
    pattern.close()
    return pattern.hidden - complete.implied


@dataclass
class Pattern:
    """A suppression pattern: the figures that are hidden so far, at first only the small ones.

    Parameters
    ----------
    figures : ProtectedFigures
        All figures of a family of indicators.
    sums : list of ImpliedSum
        The sums that a reader can make of them.
    hidden : set of Key
        What is hidden.
    work : StepLimit
        Work that may be spent.
    seed : bytes
        Secret that picks among figures that could be hidden.
    """

    figures: ProtectedFigures
    sums: list[ImpliedSum]
    hidden: set[Key]
    work: StepLimit
    seed: bytes

    def rule(self) -> dict[int, Range]:
        """Return the bounds that the rule itself gives: small hidden figures are below the limit, others are not.

        Returns
        -------
        dict of int to (float, float)
            By number of the figure.
        """
        bounds = {number: limits for key in self.hidden for number, limits in self._rule_of(key).items()}
        return dict(sorted(bounds.items()))

    def _rule_of(self, key: Key) -> dict[int, Range]:
        limit, numbers, bounds = self.figures.limits.get(key, 0), self.figures.numbers(key), {}
        for number in self.figures.unpublished(key):
            small = self.figures.values[number] < limit
            agreed = all((self.figures.values[release] < limit) == small for release in numbers)
            bounds[number] = (0.0, limit - 1.0) if small else (float(limit) if agreed else 0.0, float("inf"))
        return bounds

    def close(self) -> None:
        """Hide more until every hidden figure has enough possible values left.

        Raises
        ------
        Exhausted
            When that takes too much work.
        """
        self._hide_extra(sorted(self.hidden - self.figures.implied))
        helpless = {number for key in self.figures.implied for number in self.figures.numbers(key)}
        while True:
            exposed = [number for number in self._narrow() if number not in helpless]
            if not exposed and not self._hide_for_sums():
                return
            changed: set[int] = set()
            for number in exposed:
                if changed.isdisjoint(self._neighbours(number)):  # what was just hidden near it may be enough
                    added = self._hide_beside(number)
                    changed |= added
                    helpless |= set() if added else {number}

    def _narrow(self) -> list[int]:
        ranges = self._attacker.ranges(self.rule())
        return [number for number, (low, high) in ranges.items() if high - low < self._wanted - 1]

    @cached_property
    def _attacker(self) -> Attacker:
        return Attacker(self.figures.values, self.sums, self._wanted, self.work)

    @cached_property
    def _wanted(self) -> int:
        return catalogue.thresholds().disclosure.possible_values

    @cached_property
    def _around(self) -> dict[int, list[ImpliedSum]]:
        """The sums that contain each figure."""
        containing: defaultdict[int, list[ImpliedSum]] = defaultdict(list)
        for implied in self.sums:
            for number in (implied.total, *implied.parts):
                containing[number].append(implied)
        return containing

    def _neighbours(self, number: int) -> set[int]:
        return {neighbour for implied in self._around[number] for neighbour in (implied.total, *implied.parts)}

    def _unknown(self) -> set[int]:
        """The numbers that a reader does not know."""
        return {number for key in self.hidden for number in self.figures.unpublished(key)}

    def _hide(self, key: Key) -> set[int]:
        """Hide a figure and what is hidden with it; return the numbers of the figure."""
        self.hidden.add(key)
        self._hide_extra([key])
        return self.figures.unpublished(key)

    def _hide_beside(self, number: int) -> set[int]:
        """Hide one figure in the tightest sum around a figure; nothing when all figures there are open or hidden."""
        unknown = self._unknown()

        def tightness(implied: ImpliedSum) -> tuple[int, int]:
            return len(unknown & {implied.total, *implied.parts}), len(implied.parts)

        for implied in sorted(self._around[number], key=tightness):
            if able := self._able({implied.total, *implied.parts}):
                return self._hide(min(able, key=lambda key: self._cost(key, number, implied, unknown)))
        return set()

    def _hide_for_sums(self) -> bool:
        """Hide more parts wherever the parts that are hidden together have too small a sum; tell whether any was."""
        unknown, changed = self._unknown(), False
        self.work.spend(len(self.sums))
        for implied in self.sums:
            while self._lacks(implied, unknown) and (able := self._able(implied.parts)):
                self._hide(min(able, key=lambda key: (self.figures.limits.get(key) is None, self._rank(key))))
                unknown, changed = self._unknown(), True
        return changed

    def _lacks(self, implied: ImpliedSum, unknown: set[int]) -> bool:
        """Tell whether a reader can work out a sum of hidden parts that is too small."""
        parts = implied.parts & unknown
        if implied.open or implied.total in unknown or not parts:
            return False
        limit = max(self.figures.limits.get(self.figures.keys[part], 0) for part in parts)
        return sum(self.figures.values[part] for part in parts) < catalogue.thresholds().disclosure.together * limit

    def _hide_extra(self, keys: list[Key]) -> None:
        """Hide now and then, by the seed, a figure that shares a sum with a hidden one, whether needed or not."""
        share = catalogue.thresholds().disclosure.extra
        for key in keys:
            number_of_extra = int(log(1 - self._random(key, b"extra")) / log(share)) if share else 0
            if number_of_extra:
                near = {neighbour for number in self.figures.numbers(key) for neighbour in self._neighbours(number)}
                for extra in sorted(self._able(near), key=self._rank)[:number_of_extra]:
                    if extra not in self.hidden:
                        self._hide(extra)

    def _able(self, numbers: Iterable[int]) -> list[Key]:
        """Return what of some figures can still be hidden."""
        keys = {self.figures.keys[number] for number in numbers if number not in self.figures.published}
        return sorted(keys - self.hidden - self.figures.fixed)

    def _cost(self, key: Key, number: int, implied: ImpliedSum, unknown: set[int]) -> tuple[bool, bool, bool, float]:
        """Return how unwelcome it is to hide a figure for the sake of another one in a sum.

        Apart from the secret rank, this depends only on what a reader knows once the figure is hidden.
        """
        is_open, is_total = self.figures.limits.get(key) is None, implied.total in self.figures.numbers(key)
        return is_open, not self._suffices(key, number, implied, unknown), is_total, self._rank(key)

    def _suffices(self, key: Key, number: int, implied: ImpliedSum, unknown: set[int]) -> bool:
        """Tell whether hiding a figure gives another one in a sum enough room, and a sufficient sum."""
        more, values = (unknown | self.figures.unpublished(key)) & {implied.total, *implied.parts}, self.figures.values
        self.work.spend(len(more))
        bounds: dict[int, Range] = {}
        for member in more:
            bounds |= self._rule_of(self.figures.keys[member])
        parts, total = implied.parts & more, implied.total if implied.total in more else None
        shown = sum(values[part] for part in implied.parts - parts)
        known = (0 if total is not None else values[implied.total]) - shown - implied.difference
        ranges = single_ranges(Equation(parts, total, known, implied.open), bounds)
        return ranges[number][1] - ranges[number][0] >= self._wanted - 1 and not self._lacks(implied, more)

    def _rank(self, key: Key) -> float:
        return self._random(key, b"rank")

    def _random(self, key: Key, purpose: bytes) -> float:
        """Return a number from 0 to 1 that only depends on the seed and on what a figure is about.

        So the choice is the same in every run, and stays the same when figures are added elsewhere.
        """
        digest = blake2b(repr(key).encode(), digest_size=_DIGEST, key=self.seed, person=purpose).digest()
        return float(int.from_bytes(digest)) / float(1 << 8 * _DIGEST)
