"""Secondary suppression: hide more figures until no hidden one can be derived from what is shown.

Which figures are hidden must not tell anything about their values to someone who knows this code. So they are chosen
without looking at the values: in each sum that hides something, at least one figure that is not small is hidden
beside it, and a secret seed picks which one. Only afterwards is it worked out which values each hidden figure can still
have, from what will be shown. Where those are too few, all sums of that indicator in that municipality and year hide
one more, and everything is chosen again.

That sums hide more could tell that fewer did not suffice. Therefore they do so now and then by chance, so that every
pattern can come from every table that fits what is shown; and more room is asked than is promised, so that enough
values remain even for someone who takes it for no chance. They do so together, because which of them needed more would
tell several things at once, that can leave fewer values than each of them.

What earlier editions showed stays known to a reader, and what they hid stays hidden. The choice for what is new is made
with another secret for every state of what was published.

The amount of work cannot be predicted, so it is counted. Where it would exceed ``thresholds.disclosure.work``, a whole
level of figures is hidden and the rest is tried again: more is hidden, never less.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from math import log

import pandas as pd

from ..definitions import catalogue
from ..store.raw_sources import HiddenLevel, Source
from . import implied_totals
from .feasibility import Attacker, Exhausted, Range, StepLimit
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
_MUNICIPALITY = len("WK1969")
_WITHIN_MUNICIPALITY = {"GM", "WK", "BU"}
Kind = tuple[str, str, int]  # indicator, municipality or wider region, and year of the total


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
    pattern = Pattern(complete, sums(complete), first | complete.implied, work, _secret(complete, seed))
    return pattern.close() - complete.implied


def _secret(figures: ProtectedFigures, seed: bytes) -> bytes:
    """Return a secret that differs for every state of what is published, so that editions do not repeat choices."""
    known = sorted((figures.keys[number], figures.values[number]) for number in figures.published)
    return blake2b(repr(known).encode(), key=seed).digest() if known else seed


@dataclass(frozen=True)
class Pattern:
    """How what is hidden follows from what is small, and from how many more each sum hides than it needs.

    Parameters
    ----------
    figures : ProtectedFigures
        All figures of a family of indicators.
    sums : list of ImpliedSum
        The sums that a reader can make of them.
    first : set of Key
        What must be hidden by itself.
    work : StepLimit
        Work that may be spent.
    seed : bytes
        Secret that picks among figures that could be hidden.
    """

    figures: ProtectedFigures
    sums: list[ImpliedSum]
    first: set[Key]
    work: StepLimit
    seed: bytes

    def close(self) -> set[Key]:
        """Hide more until every hidden figure has enough possible values left.

        Returns
        -------
        set of Key
            Everything to hide.

        Raises
        ------
        Exhausted
            When that takes too much work.
        """
        more = {kind: self._more_at_first(kind) for kind in dict.fromkeys(self._kinds)}
        while True:
            hidden = self.hidden(more)
            too_few = self._around_narrow(hidden)
            if not too_few:
                return hidden
            for kind in too_few:
                more[kind] += 1

    def hidden(self, more: Mapping[Kind, int]) -> set[Key]:
        """Return what is hidden when each sum hides so many figures more than it needs.

        Of the figures that get hidden no value is used, only which of them are small, and that may be known.

        Parameters
        ----------
        more : dict of Kind to int
            For each kind of sum. All of a kind are treated alike, so that it does not show which of them needed more.

        Returns
        -------
        set of Key
        """
        hidden = set(self.first)
        waiting = deque(sorted(hidden))
        while waiting:
            for number in sorted(self.figures.numbers(waiting.popleft())):
                for at in self._around[number]:
                    self.work.spend(1 + len(self.sums[at].parts))
                    companions = self._companions(self.sums[at], hidden, more[self._kinds[at]])
                    hidden.update(companions)
                    waiting.extend(companions)
        return hidden

    def _companions(self, implied: ImpliedSum, hidden: set[Key], more: int) -> list[Key]:
        """Return what must be hidden too in a sum.

        A sum that seems complete hides at least two figures, and at least one that is not small, so that what is
        hidden together adds up to a number that might itself be shown. The total is hidden when the parts run out. Of
        what was revised it hides nothing or at least two, because the sums of two releases differ by that alone.
        """
        unknown = self._unknown(implied, hidden)
        closed = implied.seems_complete and self.figures.keys[implied.total] not in self.figures.implied
        if not unknown or not closed + more:
            return []
        large = sum(not self._is_small(number) for number in unknown)
        wanted = max(closed + more - large, 2 * closed + more - len(unknown), 0)
        able = self._able(implied, hidden)
        revised = [key for key in able if self._is_revised(key)]
        if closed and sum(self._is_revised(self.figures.keys[number]) for number in unknown) == 1 and revised:
            return revised[:1]
        parts = [key for key in able if key != self.figures.keys[implied.total]]
        alone = len(unknown) + len(parts) == 1
        return able[:wanted] if len(parts) < wanted and (more or alone) else parts[:wanted]

    def _around_narrow(self, hidden: set[Key]) -> set[Kind]:
        """Return the kind of the tightest sum around each figure with too few possible values."""
        found: set[Kind] = set()
        for number, (low, high) in self._attacker.ranges(self._rule(hidden)).items():
            if high - low < self._attacker.wanted[number] - 1:
                around = [at for at in self._around[number] if self._able(self.sums[at], hidden)]
                if around and found.isdisjoint(self._kinds[at] for at in around):  # what gets hidden may be enough
                    found.add(self._kinds[min(around, key=lambda at: self._tightness(self.sums[at], hidden))])
        return found

    def _tightness(self, implied: ImpliedSum, hidden: set[Key]) -> tuple[int, int]:
        return len(self._unknown(implied, hidden)), len(implied.parts)

    def _rule(self, hidden: set[Key]) -> dict[int, Range]:
        """Return the bounds that the rule itself gives: small hidden figures are below the limit, others are not."""
        bounds: dict[int, Range] = {}
        for number in sorted(number for key in hidden for number in self.figures.unpublished(key)):
            limit = self.figures.limit(number)
            bounds[number] = (0.0, limit - 1.0) if self._is_small(number) else (float(limit), float("inf"))
        return bounds

    def _is_revised(self, key: Key) -> bool:
        return len(self.figures.numbers(key)) > 1

    def _is_small(self, number: int) -> bool:
        return self.figures.values[number] < self.figures.limit(number)

    @cached_property
    def _attacker(self) -> Attacker:
        room = catalogue.thresholds().disclosure.room
        wanted = [min(room, self.figures.limit(number) or room) for number in range(len(self.figures.values))]
        return Attacker(self.figures.values, self.sums, wanted, self.work)

    @cached_property
    def _around(self) -> dict[int, list[int]]:
        """The places in the list of the sums that contain each figure."""
        containing: defaultdict[int, list[int]] = defaultdict(list)
        for at, implied in enumerate(self.sums):
            for number in (implied.total, *implied.parts):
                containing[number].append(at)
        return containing

    def _unknown(self, implied: ImpliedSum, hidden: set[Key]) -> set[int]:
        """Return the numbers in a sum that a reader does not know."""
        members = {implied.total, *implied.parts} - self.figures.published
        return {number for number in members if self.figures.keys[number] in hidden}

    def _able(self, implied: ImpliedSum, hidden: set[Key]) -> list[Key]:
        """Return what can still be hidden in a sum: first parts that are ours, then open parts, then the total."""
        numbers = {implied.total, *implied.parts} - self.figures.published
        keys = {self.figures.keys[number] for number in numbers} - hidden - self.figures.fixed
        whole = self.figures.keys[implied.total]
        return sorted(keys, key=lambda key: (key == whole, self.figures.limits.get(key) is None, self._rank(key)))

    def _more_at_first(self, kind: Kind) -> int:
        """Return how many figures more than needed are hidden in sums of a kind, whatever they are; mostly none."""
        share = catalogue.thresholds().disclosure.extra
        return int(log(1 - self._random(kind, b"more")) / log(share)) if share else 0

    @cached_property
    def _kinds(self) -> list[Kind]:
        return [self._kind(implied) for implied in self.sums]

    def _kind(self, implied: ImpliedSum) -> Kind:
        """Return what sums have in common that are treated alike: what they add up, where, in which year."""
        indicator, (place, _), (year, *_), _ = self.figures.keys[implied.total]
        inside = place[:2] in _WITHIN_MUNICIPALITY
        return indicator, place[2:_MUNICIPALITY] if inside else place, year

    def _rank(self, key: Key) -> float:
        if key not in self._ranks:
            self._ranks[key] = self._random(key, b"rank")
        return self._ranks[key]

    @cached_property
    def _ranks(self) -> dict[Key, float]:
        return {}

    def _random(self, about: object, purpose: bytes) -> float:
        """Return a number from 0 to 1 that only depends on the seed and on what a figure or sum is about.

        So the choice is the same in every run, and stays the same when figures are added elsewhere.
        """
        digest = blake2b(repr(about).encode(), digest_size=_DIGEST, key=self.seed, person=purpose).digest()
        return float(int.from_bytes(digest)) / float(1 << 8 * _DIGEST)
