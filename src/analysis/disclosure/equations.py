"""Equations in hidden figures, and the programme that finds their smallest and largest solutions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Range = tuple[float, float]
Vector = np.ndarray[tuple[int], np.dtype[np.float64]]
_WHOLE = 1e-6  # how close to a whole number a solution is one


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

    def sign(self, number: int) -> int:
        """How a figure counts in it: 1 as a part, -1 as the total, 0 when it is not there."""
        return 1 if number in self.parts else -(number == self.total)

    def tells(self, bounds: dict[int, Range]) -> bool:
        """Whether it says anything: a ceiling above all that the parts can be together does not."""
        return not self.open or sum(bounds[part][1] for part in self.parts) > self.known + self._lowest(bounds)

    def _lowest(self, bounds: dict[int, Range]) -> float:
        return 0 if self.total is None else bounds[self.total][0]


class Problem:
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

    def best(self, goal: Vector) -> Any:
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
