"""Between which numbers a reader can place a hidden figure, who knows everything shown and the rule itself.

Every sum that holds a hidden figure is an equation in whole numbers. One equation on its own is solved at once; where
equations share figures, a linear programme (HiGHS) gives the smallest and largest value of each. A solution that is not
in whole numbers shows nothing: the figure then counts as one that can be worked out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from . import exchange
from .equations import Equation, Problem, Range, Vector, Work
from .sums import Sum

_PLENTY = 100.0  # how far above its own value a figure without a known limit is followed


@dataclass(frozen=True)
class Reader:
    """What a reader can work out.

    Parameters
    ----------
    values : sequence of float
        Every figure; a hidden one only serves to know that a solution exists.
    sums : sequence of Sum
        What the reader can add up.
    wanted : int
        How many values of a hidden figure must stay possible.
    work : Work
        What may be spent on finding out.
    """

    values: Sequence[float]
    sums: Sequence[Sum]
    wanted: int
    work: Work
    _solved: dict[tuple[tuple[int, Range], ...], dict[int, Range]] = field(default_factory=dict)

    def ranges(self, rule: dict[int, Range]) -> dict[int, Range]:
        """Where each hidden figure lies.

        Parameters
        ----------
        rule : dict of int to (float, float)
            Hidden figures, and between which numbers the rule says they are.

        Returns
        -------
        dict of int to (float, float)
            Exact or too narrow wherever fewer than ``wanted`` values are possible; elsewhere at least as wide as that.

        Raises
        ------
        Exhausted
            When there is no work left.
        """
        found = {number: (low, min(high, self.values[number] + _PLENTY)) for number, (low, high) in rule.items()}
        telling = [one for one in self.equations(frozenset(rule)) if one.tells(found)]
        for group in _connected(telling):
            members = sorted({number for one in group for number in one.unknown})
            # The same hidden figures stand in the same equations: what was solved in an earlier round stays solved.
            signature = tuple((number, found[number]) for number in members)
            if signature not in self._solved:
                told = dict(signature)
                self._solved[signature] = _alone(group[0], told) if len(group) == 1 else self._solve(group, told)
            found |= self._solved[signature]
        return found

    def equations(self, hidden: frozenset[int]) -> list[Equation]:
        """Sums that hold a hidden figure, each different one once."""
        found: dict[Equation, None] = {}
        self.work.spend(len(self.sums))
        for one in self.sums:
            parts, total = one.parts & hidden, one.total if one.total in hidden else None
            if parts or total is not None:
                shown = sum(self.values[part] for part in one.parts - parts)
                known = (self.values[one.total] if total is None else 0) - shown - one.difference
                found[Equation(parts, total, known, one.open)] = None
        return list(found)

    def _solve(self, group: list[Equation], bounds: dict[int, Range]) -> dict[int, Range]:
        """Look for solutions that lie far apart; only figures that stay put are then examined one by one."""
        found = exchange.ranges(group, bounds, self.values, self.wanted, self.work)
        if all(high - low >= self.wanted - 1 for low, high in found.values()):
            return found
        problem = Problem(group, bounds)
        low, high = np.array(list(found.values())).T
        for goal in self._goals(len(low)):
            weights = goal * (high - low < self.wanted - 1)
            if weights.any():
                self.work.spend(problem.steps)
                if (solution := problem.best(weights)) is None:
                    continue
                low, high = np.minimum(low, solution), np.maximum(high, solution)
        return dict(zip(found, zip(low.tolist(), high.tolist(), strict=True), strict=True))

    def _goals(self, width: int) -> Iterator[Vector]:
        """First all figures up or down at random and the other way round, then each of them down and up."""
        random = np.random.default_rng(0)
        for goal in (*random.choice([-1.0, 1.0], (3, width)), *np.eye(width)):
            yield from (goal, -goal)


def _alone(one: Equation, bounds: dict[int, Range]) -> dict[int, Range]:
    """A single equation: each figure lies between what the others leave over at their largest and smallest."""
    signed = {number: bounds[number] for number in one.parts}
    if one.total is not None:
        signed[one.total] = (-bounds[one.total][1], -bounds[one.total][0])
    smallest, largest = (sum(limits[side] for limits in signed.values()) for side in (0, 1))
    found = {}
    for number, (low, high) in signed.items():
        least = low if one.open else max(low, one.known - (largest - high))
        most = min(high, one.known - (smallest - low))
        found[number] = (-most, -least) if number == one.total else (least, most)
    return found


def _connected(equations: list[Equation]) -> list[list[Equation]]:
    """Equations that share hidden figures, together."""
    with_figure: defaultdict[int, list[int]] = defaultdict(list)
    for place, one in enumerate(equations):
        for number in one.unknown:
            with_figure[number].append(place)
    groups, seen = [], set[int]()
    for start in range(len(equations)):
        group, waiting = [], [start]
        while waiting:
            place = waiting.pop()
            if place not in seen:
                seen.add(place)
                group.append(place)
                waiting += [other for number in equations[place].unknown for other in with_figure[number]]
        groups += [[equations[place] for place in sorted(group)]] if group else []
    return groups
