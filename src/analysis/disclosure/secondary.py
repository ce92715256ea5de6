"""Secondary suppression: hide more figures until no hidden one can be derived from what is shown.

Whenever a hidden figure has too few possible values left, the smallest figure that gives enough room is hidden in the
tightest sum around it. The smallest, because a total or a large place tells a reader more. Open figures below the
municipality come last; open figures of a municipality are never hidden, because everybody has those.

The amount of work cannot be predicted, so it is counted. Where it would exceed ``thresholds.disclosure.work``, a whole
level of figures is hidden and the rest is tried again: more is hidden, never less.
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


def suppress(
    frame: pd.DataFrame, files: Mapping[str, Source], guarded: pd.Series, limit: pd.Series, small: pd.Series
) -> tuple[pd.Series, list[HiddenLevel]]:
    """Return all observations to hide.

    Parameters
    ----------
    frame : DataFrame
        Observations with their figures.
    files : mapping of str to Source
        The files they come from, by name.
    guarded, limit, small : Series
        For each observation whether it is protected, from which number it may be shown, and whether it is too small.

    Returns
    -------
    hidden : Series of bool
        The small figures, the same figures in every other file or release, and what else must be hidden. What open
        figures of a municipality give away by themselves cannot be prevented.
    levels : list of HiddenLevel
        Levels that are hidden completely, because finding out which of their figures can be shown would take too much
        work.
    """
    hidden, given_up = pd.Series(False, frame.index), []
    for family in families(frame.loc[small, "indicator"].unique()):
        about = frame["indicator"].isin(family)
        columns = (column[about] for column in (guarded, limit, small))
        in_family, hidden_levels = _suppress_family(frame[about], files, *columns)
        hidden |= in_family.reindex(frame.index, fill_value=False)
        given_up += hidden_levels
    return hidden & frame["value"].notna(), given_up


def _suppress_family(
    frame: pd.DataFrame, files: Mapping[str, Source], guarded: pd.Series, limit: pd.Series, small: pd.Series
) -> tuple[pd.Series, list[HiddenLevel]]:
    """Return what to hide among indicators that add up.

    When that takes too much work, the finest levels are given up one after another. At a level that is given up nothing
    is left to hide, so in the end no work remains.
    """
    near, able, level = near_protected(frame, guarded), guarded | is_below(frame), levels(frame)
    for given_up in _prefixes(finest_first(level[able].unique())):
        left_out = able & level.isin(given_up)
        rest = near & ~left_out
        try:
            hidden = _rows_to_hide(frame[rest], files, guarded[rest], limit[rest], small[rest])
        except Exhausted:
            continue
        return hidden.reindex(frame.index, fill_value=False) | left_out, levels_of(frame[left_out], "work")
    raise AssertionError("without its levels a family has nothing to hide")


def _prefixes(ordered: list[Level]) -> Iterator[list[Level]]:
    """Yield nothing, the first level, the first two, and so on."""
    return (ordered[:number] for number in range(len(ordered) + 1))


def _rows_to_hide(
    frame: pd.DataFrame, files: Mapping[str, Source], guarded: pd.Series, limit: pd.Series, small: pd.Series
) -> pd.Series:
    """Work out which rows to hide; raises `Exhausted` when that takes too much work."""
    hidden = pd.Series(False, frame.index)
    if not small.any():
        return hidden
    work = StepLimit(catalogue.thresholds().disclosure.work)
    work.spend(_EACH * len(frame))
    figures = implied_totals.add_implied_totals(collect_figures(frame, files, guarded, limit))
    too_small = set(frame.index[small])
    first = {key for key, rows in figures.rows.items() if not too_small.isdisjoint(rows)}
    pattern = Pattern(figures, sums(figures), first | figures.implied, work)
    pattern.close()
    hidden[[row for key in sorted(pattern.hidden) for row in figures.rows[key]]] = True
    return hidden


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
    """

    figures: ProtectedFigures
    sums: list[ImpliedSum]
    hidden: set[Key]
    work: StepLimit

    def rule(self) -> dict[int, Range]:
        """Return the bounds that the rule itself gives: small hidden figures are below the limit, others are not.

        Returns
        -------
        dict of int to (float, float)
            By number of the figure.
        """
        bounds = {}
        for key in self.hidden:
            limit, numbers = self.figures.limits.get(key, 0), self.figures.numbers(key)
            for number in numbers:
                small = self.figures.values[number] < limit
                agreed = all((self.figures.values[release] < limit) == small for release in numbers)
                bounds[number] = (0.0, limit - 1.0) if small else (float(limit) if agreed else 0.0, float("inf"))
        return dict(sorted(bounds.items()))

    def close(self) -> None:
        """Hide more until every hidden figure has enough possible values left.

        Raises
        ------
        Exhausted
            When that takes too much work.
        """
        wanted = catalogue.thresholds().disclosure.possible_values
        attacker = Attacker(self.figures.values, self.sums, wanted, self.work)
        helpless = {number for key in self.figures.implied for number in self.figures.numbers(key)}
        while True:
            ranges = attacker.ranges(self.rule())
            narrow = [number for number, (low, high) in ranges.items() if high - low < wanted - 1]
            exposed = [number for number in narrow if number not in helpless]
            if not exposed:
                return
            changed: set[int] = set()
            for number in exposed:
                if changed.isdisjoint(self._neighbours(number)):  # what was just hidden near it may be enough
                    added = self._hide_beside(number, wanted)
                    changed |= added
                    helpless |= set() if added else {number}

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

    def _hide_beside(self, number: int, wanted: int) -> set[int]:
        """Hide one figure in the tightest sum around a figure; nothing when all figures there are open or hidden."""
        hidden = {member for key in self.hidden for member in self.figures.numbers(key)}

        def tightness(implied: ImpliedSum) -> tuple[int, int]:
            return len(hidden & {implied.total, *implied.parts}), len(implied.parts)

        for implied in sorted(self._around[number], key=tightness):
            members = (*implied.parts, implied.total)
            if able := [member for member in members if member not in hidden and self._may_hide(member)]:
                key = self.figures.keys[min(able, key=lambda member: self._cost(member, wanted))]
                self.hidden.add(key)
                return self.figures.numbers(key)
        return set()

    def _may_hide(self, number: int) -> bool:
        return self.figures.keys[number] not in self.figures.fixed

    def _cost(self, number: int, wanted: int) -> tuple[bool, bool, float, int]:
        """Return what hiding a figure costs a reader.

        A figure just above its limit comes late, because it gives a hidden figure too little room.
        """
        limit, value = self.figures.limits.get(self.figures.keys[number]), self.figures.values[number]
        return limit is None, value < (limit or 0) + wanted - 1, value, number
