"""Equations in hidden figures, the programme that finds their smallest and largest solutions, and a limit to work."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Range = tuple[float, float]
Vector = np.ndarray[tuple[int], np.dtype[np.float64]]
_WHOLE = 1e-6  # how close to a whole number a solution is one
_START = 5000  # steps that any programme takes


class Exhausted(Exception):
    """To find out would take more work than may be done."""


@dataclass
class Work:
    """How much work may still be done, in steps that take about a microsecond.

    Steps are counted and not timed, so that the same figures are hidden on every machine.
    """

    left: int

    def spend(self, steps: int) -> None:
        """Write down work that is about to be done.

        Raises
        ------
        Exhausted
            When it is more than is left.
        """
        self.left -= steps
        if self.left < 0:
            raise Exhausted


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
        self.steps = _START + matrix.size
        self._constraints = LinearConstraint(matrix, known, known)
        self._bounds = Bounds(np.append(low, np.zeros(len(rests))), np.append(high, np.full(len(rests), np.inf)))

    def best(self, goal: Vector) -> Vector | None:
        """The figures for which the goal is smallest; nothing when those are no whole numbers.

        Asking for whole numbers has no bound that does not depend on luck; without asking, they nearly always come.
        """
        from scipy.optimize import milp

        width = len(self._bounds.lb)
        costs = np.append(goal, np.zeros(width - len(goal)))
        answer = milp(costs, integrality=0, bounds=self._bounds, constraints=self._constraints)
        found: Vector = np.round(answer.x)
        return found[: len(goal)] if np.abs(found - answer.x).max() < _WHOLE else None
