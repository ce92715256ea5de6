"""Hiding more, until nothing that is hidden can be worked out from what is shown.

Each time a hidden figure keeps too few possible values, the smallest figure that gives enough room is hidden in the
tightest sum it stands in: the smallest, because a total or a large place tells a reader more. Figures that are open
below the municipality come last, open figures of a municipality never: everybody has those.

How much work that is, nobody knows beforehand. So it is counted, and where it would be more than
``thresholds.disclosure.work`` a whole level of figures is hidden and the rest tried anew: more is hidden, never less.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from ..definitions import catalogue
from ..store.raw_sources import HiddenLevel, Source
from . import implied_totals
from .feasibility import Attacker, Exhausted, Range, StepLimit
from .implied_totals import ImpliedSum, sums
from .primary import Key, Level, ProtectedFigures, close_to, collected, families, finest_first, is_below, levels, named

_EACH = 50  # steps to find the sums that one figure stands in


def complete(
    frame: pd.DataFrame, files: Mapping[str, Source], guarded: pd.Series, limit: pd.Series, small: pd.Series
) -> tuple[pd.Series, list[HiddenLevel]]:
    """All observations to hide.

    Parameters
    ----------
    frame : DataFrame
        Observations with their figures.
    files : mapping of str to Source
        Where they come from.
    guarded, limit, small : pandas.Series
        For each observation whether it is protected, from which number it may be shown, and whether it is too small.

    Returns
    -------
    Series of bool
        The small ones, the same figures in every other file or edition, and what else has to be hidden. What open
        figures of a municipality give away by themselves cannot be helped.
    list of HiddenLevel
        Those that are hidden whole: to find out which of their figures can be shown would take too much work.
    """
    hidden, told = pd.Series(False, frame.index), []
    for family in families(frame.loc[small, "indicator"].unique()):
        about = frame["indicator"].isin(family)
        ours = (one[about] for one in (guarded, limit, small))
        found, gone = _of_family(frame[about], files, *ours)
        hidden |= found.reindex(frame.index, fill_value=False)
        told += gone
    return hidden & frame["value"].notna(), told


def _of_family(
    frame: pd.DataFrame, files: Mapping[str, Source], guarded: pd.Series, limit: pd.Series, small: pd.Series
) -> tuple[pd.Series, list[HiddenLevel]]:
    """What to hide among indicators that add up; without their finest levels, one after another, when it is too much.

    Of a level that is hidden whole nothing remains that could be hidden, so in the end there is nothing to find out.
    """
    near, able, at = close_to(frame, guarded), guarded | is_below(frame), levels(frame)
    for gone in _growing(finest_first(at[able].unique())):
        left_out = able & at.isin(gone)
        rest = near & ~left_out
        try:
            found = _hidden(frame[rest], files, guarded[rest], limit[rest], small[rest])
        except Exhausted:
            continue
        return found.reindex(frame.index, fill_value=False) | left_out, named(frame[left_out], "work")
    raise AssertionError("without its levels a family has nothing to hide")


def _growing(found: list[Level]) -> Iterator[list[Level]]:
    """Nothing, the first, the first two, and so on."""
    return (found[:number] for number in range(len(found) + 1))


def _hidden(
    frame: pd.DataFrame, files: Mapping[str, Source], guarded: pd.Series, limit: pd.Series, small: pd.Series
) -> pd.Series:
    """The rows to hide, worked out."""
    hidden = pd.Series(False, frame.index)
    if not small.any():
        return hidden
    work = StepLimit(catalogue.thresholds().disclosure.work)
    work.spend(_EACH * len(frame))
    figures = implied_totals.added(collected(frame, files, guarded, limit))
    too_small = set(frame.index[small])
    first = {key for key, rows in figures.rows.items() if not too_small.isdisjoint(rows)}
    pattern = Pattern(figures, sums(figures), first | figures.absent, work)
    pattern.close()
    hidden[[row for key in sorted(pattern.hidden) for row in figures.rows[key]]] = True
    return hidden


@dataclass
class Pattern:
    """What is hidden so far: first only what is small."""

    figures: ProtectedFigures
    sums: list[ImpliedSum]
    hidden: set[Key]
    work: StepLimit

    def rule(self) -> dict[int, Range]:
        """What the rule itself tells of hidden figures: small ones are below the limit, others are not."""
        told = {}
        for key in self.hidden:
            limit, numbers = self.figures.limits.get(key, 0), self.figures.numbers(key)
            for number in numbers:
                small = self.figures.values[number] < limit
                alone = all((self.figures.values[other] < limit) == small for other in numbers)
                told[number] = (0.0, limit - 1.0) if small else (float(limit) if alone else 0.0, float("inf"))
        return dict(sorted(told.items()))

    def close(self) -> None:
        """Hide more until every hidden figure keeps enough possible values.

        Raises
        ------
        Exhausted
            When that takes too much work.
        """
        wanted = catalogue.thresholds().disclosure.possible_values
        reader = Attacker(self.figures.values, self.sums, wanted, self.work)
        helpless = {number for key in self.figures.absent for number in self.figures.numbers(key)}
        while True:
            ranges = reader.ranges(self.rule())
            told = [number for number, (low, high) in ranges.items() if high - low < wanted - 1]
            exposed = [number for number in told if number not in helpless]
            if not exposed:
                return
            changed: set[int] = set()
            for number in exposed:
                if changed.isdisjoint(self._neighbours(number)):  # what was hidden beside it may be enough
                    added = self._hide_beside(number, wanted)
                    changed |= added
                    helpless |= set() if added else {number}

    @cached_property
    def _around(self) -> dict[int, list[ImpliedSum]]:
        """The sums each figure stands in."""
        found: defaultdict[int, list[ImpliedSum]] = defaultdict(list)
        for one in self.sums:
            for number in (one.total, *one.parts):
                found[number].append(one)
        return found

    def _neighbours(self, number: int) -> set[int]:
        return {other for one in self._around[number] for other in (one.total, *one.parts)}

    def _hide_beside(self, number: int, wanted: int) -> set[int]:
        """Hide one figure in the tightest sum around a figure; nothing where all around it is open or hidden."""
        told = {other for key in self.hidden for other in self.figures.numbers(key)}
        for one in sorted(self._around[number], key=lambda one: (len(told & {one.total, *one.parts}), len(one.parts))):
            if able := [other for other in (*one.parts, one.total) if other not in told and self._may_hide(other)]:
                key = self.figures.keys[min(able, key=lambda other: self._cost(other, wanted))]
                self.hidden.add(key)
                return self.figures.numbers(key)
        return set()

    def _may_hide(self, number: int) -> bool:
        return self.figures.keys[number] not in self.figures.fixed

    def _cost(self, number: int, wanted: int) -> tuple[bool, bool, float, int]:
        """What hiding takes from a reader; a figure just above its limit gives a hidden one too little room."""
        limit, value = self.figures.limits.get(self.figures.keys[number]), self.figures.values[number]
        return limit is None, value < (limit or 0) + wanted - 1, value, number
