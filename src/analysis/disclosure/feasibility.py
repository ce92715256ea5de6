"""Equations in hidden figures, the programme that finds their smallest and largest solutions, and a limit to work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from .implied_totals import ImpliedSum

Range = tuple[float, float]
Vector = np.ndarray[tuple[int], np.dtype[np.float64]]
_WHOLE = 1e-6  # how close to a whole number a solution is one
_START = 5000  # steps that any programme takes


class Exhausted(Exception):
    """To find out would take more work than may be done."""


@dataclass
class StepLimit:
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


class LinearProgram:
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


def ranges(
    group: Sequence[Equation], bounds: dict[int, Range], values: Sequence[float], wanted: int, work: StepLimit
) -> dict[int, Range]:
    """How far each figure can go when one other figure in the same closed sums goes the other way.

    Parameters
    ----------
    group : sequence of Equation
        Equations that share figures.
    bounds : dict of int to (float, float)
        The figures, and between which numbers the rule says they are.
    values : sequence of float
        Every figure as it is.
    wanted : int
        How many values are enough; no further exchange is tried then.
    work : Work
        What may be spent on it.

    Returns
    -------
    dict of int to (float, float)
        Around the figure itself. A figure may go further when more than two change at once.
    """
    rooms = [(one, one.known - sum(one.sign(n) * values[n] for n in one.unknown)) for one in group if one.open]
    closed = [one for one in group if not one.open]
    alike: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
    work.spend(len(bounds) * len(closed))
    for number in bounds:
        alike[tuple(one.sign(number) for one in closed)].append(number)
    found = {}
    for signs, numbers in alike.items():
        for number in numbers:
            others = [other for other in numbers if other != number] if any(signs) else [None, *numbers]
            low = high = values[number]
            for other in others:
                work.spend(2 + len(rooms))
                down, up = _step(number, other if other != number else None, rooms, bounds, values)
                low, high = min(low, values[number] + down), max(high, values[number] + up)
                if high - low >= wanted - 1:
                    break
            found[number] = (low, high)
    return {number: found[number] for number in bounds}


def _step(
    number: int,
    other: int | None,
    rooms: list[tuple[Equation, float]],
    bounds: dict[int, Range],
    values: Sequence[float],
) -> Range:
    """How far a figure can go down and up, while another makes up for it."""
    low, high = bounds[number]
    down, up = low - values[number], high - values[number]
    if other is not None:
        low, high = bounds[other]
        down, up = max(down, values[other] - high), min(up, values[other] - low)
    for one, room in rooms:
        slope = one.sign(number) - (one.sign(other) if other is not None else 0)
        if slope > 0:
            up = min(up, room / slope)
        elif slope < 0:
            down = max(down, room / slope)
    return float(-(-down // 1)), float(up // 1)


_PLENTY = 100.0  # how far above its own value a figure without a known limit is followed


@dataclass(frozen=True)
class Attacker:
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
    sums: Sequence[ImpliedSum]
    wanted: int
    work: StepLimit
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
        found = ranges(group, bounds, self.values, self.wanted, self.work)
        if all(high - low >= self.wanted - 1 for low, high in found.values()):
            return found
        problem = LinearProgram(group, bounds)
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
