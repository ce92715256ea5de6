"""Between which numbers a reader can place a hidden figure, who knows everything shown and the rule itself.

Every sum that holds a hidden figure is an equation in whole numbers. One equation on its own is solved at once; where
equations share figures, a mixed-integer programme (HiGHS) gives the smallest and largest value of each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .sums import Sum

Range = tuple[float, float]
_WHOLE = 1e-6  # how close to a whole number a solution is one
_PLENTY = 100.0  # how far above its own value a figure without a known limit is followed


@dataclass(frozen=True)
class Equation:
    """``sum(parts) - total + rest = known``, over hidden figures; the rest is 0 or more, when there is one."""

    parts: frozenset[int]
    total: int | None
    known: float
    open: bool

    @property
    def unknown(self) -> frozenset[int]:
        """All hidden figures in it."""
        return self.parts if self.total is None else self.parts | {self.total}


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
    """

    values: Sequence[float]
    sums: Sequence[Sum]
    wanted: int
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
            Exact wherever fewer than ``wanted`` values are possible; elsewhere at least as wide as that.
        """
        found = {number: (low, min(high, self.values[number] + _PLENTY)) for number, (low, high) in rule.items()}
        for group in _connected(self.equations(frozenset(rule))):
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
        for one in self.sums:
            parts, total = one.parts & hidden, one.total if one.total in hidden else None
            if parts or total is not None:
                shown = sum(self.values[part] for part in one.parts - parts)
                known = (self.values[one.total] if total is None else 0) - shown - one.difference
                found[Equation(parts, total, known, one.open)] = None
        return list(found)

    def _solve(self, group: list[Equation], bounds: dict[int, Range]) -> dict[int, Range]:
        """Look for solutions that lie far apart; only figures that stay put are then examined one by one."""
        problem = _Problem(group, bounds)
        truth = np.array([self.values[number] for number in problem.members])
        low, high = truth.copy(), truth.copy()
        random = np.random.default_rng(0)
        for _ in range(3):
            weights = random.choice([-1.0, 1.0], len(truth)) * (high - low < self.wanted - 1)
            for goal in (weights, -weights):
                if goal.any():
                    solution = problem.best(goal)
                    low, high = np.minimum(low, solution), np.maximum(high, solution)
        for place in range(len(truth)):
            for sign in (1.0, -1.0):
                if high[place] - low[place] < self.wanted - 1:
                    solution = problem.best(sign * (np.arange(len(truth)) == place))
                    low, high = np.minimum(low, solution), np.maximum(high, solution)
        return dict(zip(problem.members, zip(low.tolist(), high.tolist(), strict=True), strict=True))


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


class _Problem:
    """Equations as a matrix: first the hidden figures, then the rest of each open equation."""

    def __init__(self, group: list[Equation], bounds: dict[int, Range]) -> None:
        from scipy.optimize import Bounds, LinearConstraint  # slow to import, and most data need no programme

        self.members = list(bounds)
        place = {number: column for column, number in enumerate(self.members)}
        rests = [row for row, one in enumerate(group) if one.open]
        matrix = np.zeros((len(group), len(bounds) + len(rests)))
        for row, one in enumerate(group):
            matrix[row, [place[number] for number in one.parts]] = 1
            if one.total is not None:
                matrix[row, place[one.total]] = -1
        matrix[rests, len(bounds) + np.arange(len(rests))] = 1
        known = np.array([one.known for one in group])
        low, high = np.array(list(bounds.values())).T
        self._constraints = LinearConstraint(matrix, known, known)
        self._bounds = Bounds(np.append(low, np.zeros(len(rests))), np.append(high, np.full(len(rests), np.inf)))

    def best(self, goal: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Any:
        """The figures for which the goal is smallest. Without asking for whole numbers it is four times faster."""
        from scipy.optimize import milp

        width = len(self._bounds.lb)
        costs = np.append(goal, np.zeros(width - len(goal)))
        for integrality in (0, 1):
            answer = milp(costs, integrality=integrality, bounds=self._bounds, constraints=self._constraints)
            found = np.round(answer.x)
            if np.abs(found - answer.x).max() < _WHOLE:
                break
        return found[: len(goal)]


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
