"""Feasibility: which values a hidden figure can still have, given everything that is shown.

An `Attacker` knows a system of linear equations in the hidden figures. The range of a hidden figure follows from
feasible solutions of that system: first from simple exchanges between two figures, then from linear programmes. The
amount of work is limited.

References
----------
.. [1] Fischetti, M. and Salazar, J. J. (2001). Solving the cell suppression problem on tabular data with linear
   constraints. *Management Science*, 47(7), 1008–1027.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from .implied_totals import ImpliedSum

Range = tuple[float, float]
Vector = np.ndarray[tuple[int], np.dtype[np.float64]]
_WHOLE = 1e-6  # largest difference from a whole number that still counts as one
_START = 5000  # steps that any linear programme takes
_UNLIMITED = 100.0  # how far above its own value a figure without a known limit is followed


class Exhausted(Exception):
    """Finding out would take more work than is allowed."""


@dataclass
class StepLimit:
    """The work that is still allowed, in steps that take about a microsecond.

    Steps are counted instead of timed, so that the same figures are hidden on every machine.

    Parameters
    ----------
    left : int
        Number of steps.

    Examples
    --------
    >>> work = StepLimit(10)
    >>> work.spend(4)
    >>> work.left
    6
    """

    left: int

    def spend(self, steps: int) -> None:
        """Subtract work that is about to be done.

        Parameters
        ----------
        steps : int
            Number of steps.

        Raises
        ------
        Exhausted
            When fewer steps are left.
        """
        self.left -= steps
        if self.left < 0:
            raise Exhausted


@dataclass(frozen=True)
class Equation:
    """``sum(parts) - total + rest = known``, in hidden figures; there is a rest of 0 or more when it is open.

    Parameters
    ----------
    parts : frozenset of int
        Numbers of hidden figures that are added.
    total : int or None
        Number of the total when it is hidden.
    known : float
        What the shown figures contribute.
    open : bool
        Whether there is a rest.

    Examples
    --------
    >>> equation = Equation(frozenset({0, 1}), None, 10.0, open=False)
    >>> equation.sign(0), equation.sign(2)
    (1, 0)
    """

    parts: frozenset[int]
    total: int | None
    known: float
    open: bool

    @property
    def unknown(self) -> frozenset[int]:
        """All hidden figures in the equation."""
        return self.parts if self.total is None else self.parts | {self.total}

    def sign(self, number: int) -> int:
        """Return the coefficient of a figure: 1 as a part, -1 as the total, 0 when it is not in the equation."""
        return 1 if number in self.parts else -(number == self.total)

    def informs(self, bounds: dict[int, Range]) -> bool:
        """Tell whether the equation restricts anything; a ceiling above the largest sum of the parts does not.

        Parameters
        ----------
        bounds : dict of int to (float, float)
            Bounds of its hidden figures.

        Returns
        -------
        bool
        """
        return not self.open or sum(bounds[part][1] for part in self.parts) > self.known + self._lowest(bounds)

    def _lowest(self, bounds: dict[int, Range]) -> float:
        return 0 if self.total is None else bounds[self.total][0]


class LinearProgram:
    """Equations as a linear programme.

    The variables are the hidden figures, followed by the rest of each open equation.

    Parameters
    ----------
    group : list of Equation
        Equations that share figures.
    bounds : dict of int to (float, float)
        The hidden figures, with their bounds.
    """

    def __init__(self, group: list[Equation], bounds: dict[int, Range]) -> None:
        from scipy.optimize import Bounds, LinearConstraint  # slow to import, and often not needed

        self.members = list(bounds)
        column_of = {number: column for column, number in enumerate(self.members)}
        rests = [row for row, equation in enumerate(group) if equation.open]
        matrix = np.zeros((len(group), len(bounds) + len(rests)))
        for row, equation in enumerate(group):
            matrix[row, [column_of[number] for number in equation.parts]] = 1
            if equation.total is not None:
                matrix[row, column_of[equation.total]] = -1
        matrix[rests, len(bounds) + np.arange(len(rests))] = 1
        constants = np.array([equation.known for equation in group])
        low, high = np.array(list(bounds.values())).T
        self.steps = _START + matrix.size
        self._constraints = LinearConstraint(matrix, constants, constants)
        self._bounds = Bounds(np.append(low, np.zeros(len(rests))), np.append(high, np.full(len(rests), np.inf)))

    def best(self, goal: Vector) -> Vector | None:
        """Return the figures for which the goal is smallest, or ``None`` when they are not whole numbers.

        A search for whole numbers has no predictable limit on its work. Without that demand, the solution is nearly
        always whole.

        Parameters
        ----------
        goal : ndarray of float
            Weight of each hidden figure.

        Returns
        -------
        ndarray of float or None
            A value for each hidden figure.
        """
        from scipy.optimize import milp

        width = len(self._bounds.lb)
        costs = np.append(goal, np.zeros(width - len(goal)))
        answer = milp(costs, integrality=0, bounds=self._bounds, constraints=self._constraints)
        rounded: Vector = np.round(answer.x)
        return rounded[: len(goal)] if np.abs(rounded - answer.x).max() < _WHOLE else None


def pairwise_ranges(
    group: Sequence[Equation], bounds: dict[int, Range], values: Sequence[float], wanted: Sequence[int], work: StepLimit
) -> dict[int, Range]:
    """Return how far each figure can go when one other figure in the same closed sums makes up for it.

    Parameters
    ----------
    group : sequence of Equation
        Equations that share figures.
    bounds : dict of int to (float, float)
        The figures, with the bounds that the rule for small counts gives.
    values : sequence of float
        Every figure as it is.
    wanted : sequence of int
        How many possible values of each figure are enough; no further exchange is tried then.
    work : StepLimit
        Work that may be spent.

    Returns
    -------
    dict of int to (float, float)
        A range around each figure. A figure may go further when more than two figures change at once.
    """
    rooms = [
        (equation, equation.known - sum(equation.sign(number) * values[number] for number in equation.unknown))
        for equation in group
        if equation.open
    ]
    closed = [equation for equation in group if not equation.open]
    alike: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
    work.spend(len(bounds) * len(closed))
    for number in bounds:
        alike[tuple(equation.sign(number) for equation in closed)].append(number)
    ranges = {}
    for signs, numbers in alike.items():
        for number in numbers:
            partners = [partner for partner in numbers if partner != number] if any(signs) else [None, *numbers]
            low = high = values[number]
            for partner in partners:
                work.spend(2 + len(rooms))
                down, up = _step(number, partner if partner != number else None, rooms, bounds, values)
                low, high = min(low, values[number] + down), max(high, values[number] + up)
                if high - low >= wanted[number] - 1:
                    break
            ranges[number] = (low, high)
    return {number: ranges[number] for number in bounds}


def _step(
    number: int,
    partner: int | None,
    rooms: list[tuple[Equation, float]],
    bounds: dict[int, Range],
    values: Sequence[float],
) -> Range:
    """Return how far a figure can go down and up while a partner makes up for it."""
    low, high = bounds[number]
    down, up = low - values[number], high - values[number]
    if partner is not None:
        low, high = bounds[partner]
        down, up = max(down, values[partner] - high), min(up, values[partner] - low)
    for equation, room in rooms:
        slope = equation.sign(number) - (equation.sign(partner) if partner is not None else 0)
        if slope > 0:
            up = min(up, room / slope)
        elif slope < 0:
            down = max(down, room / slope)
    return float(-(-down // 1)), float(up // 1)


@dataclass(frozen=True)
class Attacker:
    """A reader who combines everything that is shown.

    Parameters
    ----------
    values : sequence of float
        Every figure. The value of a hidden one is only used as a solution that is known to exist.
    sums : sequence of ImpliedSum
        The sums the reader can make.
    wanted : sequence of int
        How many values of each figure must stay possible when it is hidden.
    work : StepLimit
        Work that may be spent.

    Examples
    --------
    Of the parts 3 and 21 of a total of 24, the first is hidden and follows from the others:

    >>> total = ImpliedSum(total=2, parts=frozenset({0, 1}), difference=0, open=False)
    >>> attacker = Attacker([3, 21, 24], [total], wanted=[3, 3, 3], work=StepLimit(1000))
    >>> attacker.ranges({0: (0, 9)})
    {0: (3, 3)}
    """

    values: Sequence[float]
    sums: Sequence[ImpliedSum]
    wanted: Sequence[int]
    work: StepLimit
    _solved: dict[tuple[tuple[int, Range], ...], dict[int, Range]] = field(default_factory=dict)

    def ranges(self, rule: dict[int, Range]) -> dict[int, Range]:
        """Return the range in which each hidden figure must be.

        Parameters
        ----------
        rule : dict of int to (float, float)
            Hidden figures, with the bounds that the rule for small counts gives.

        Returns
        -------
        dict of int to (float, float)
            Exact or too narrow wherever fewer values than ``wanted`` are possible; elsewhere at least that wide.

        Raises
        ------
        Exhausted
            When no work is left.
        """
        ranges = {number: (low, min(high, self.values[number] + _UNLIMITED)) for number, (low, high) in rule.items()}
        informative = [equation for equation in self.equations(frozenset(rule)) if equation.informs(ranges)]
        for group in _connected(informative):
            members = sorted({number for equation in group for number in equation.unknown})
            # The same hidden figures are in the same equations, so solutions of earlier rounds remain valid.
            signature = tuple((number, ranges[number]) for number in members)
            if signature not in self._solved:
                bounds = dict(signature)
                self._solved[signature] = (
                    single_ranges(group[0], bounds) if len(group) == 1 else self._solve(group, bounds)
                )
            ranges |= self._solved[signature]
        return ranges

    def equations(self, hidden: frozenset[int]) -> list[Equation]:
        """Return the sums that contain a hidden figure as equations, without duplicates."""
        equations: dict[Equation, None] = {}
        self.work.spend(len(self.sums))
        for implied in self.sums:
            parts, total = implied.parts & hidden, implied.total if implied.total in hidden else None
            if parts or total is not None:
                shown = sum(self.values[part] for part in implied.parts - parts)
                constant = (self.values[implied.total] if total is None else 0) - shown - implied.difference
                equations[Equation(parts, total, constant, implied.open)] = None
        return list(equations)

    def _solve(self, group: list[Equation], bounds: dict[int, Range]) -> dict[int, Range]:
        """Search for solutions that are far apart; only figures that hardly move are then examined one by one."""
        ranges = pairwise_ranges(group, bounds, self.values, self.wanted, self.work)
        if all(high - low >= self.wanted[number] - 1 for number, (low, high) in ranges.items()):
            return ranges
        problem = LinearProgram(group, bounds)
        low, high = np.array(list(ranges.values())).T
        enough = np.array([self.wanted[number] - 1 for number in ranges])
        for goal in self._goals(len(low)):
            weights = goal * (high - low < enough)
            if weights.any():
                self.work.spend(problem.steps)
                if (solution := problem.best(weights)) is None:
                    continue
                low, high = np.minimum(low, solution), np.maximum(high, solution)
        return dict(zip(ranges, zip(low.tolist(), high.tolist(), strict=True), strict=True))

    def _goals(self, width: int) -> Iterator[Vector]:
        """Yield goals: first all figures up or down at random and the reverse, then each figure down and up."""
        random = np.random.default_rng(0)
        for goal in (*random.choice([-1.0, 1.0], (3, width)), *np.eye(width)):
            yield from (goal, -goal)


def single_ranges(equation: Equation, bounds: dict[int, Range]) -> dict[int, Range]:
    """Return the ranges in a single equation: what the other figures leave at their largest and smallest.

    Parameters
    ----------
    equation : Equation
        The equation.
    bounds : dict of int to (float, float)
        Bounds of at least its hidden figures.

    Returns
    -------
    dict of int to (float, float)
        For each hidden figure in the equation.

    Examples
    --------
    >>> single_ranges(Equation(frozenset({0, 1}), None, 14.0, open=False), {0: (0, 9), 1: (10, 99)})
    {0: (0, 4.0), 1: (10, 14.0)}
    """
    signed = {number: bounds[number] for number in equation.parts}
    if equation.total is not None:
        signed[equation.total] = (-bounds[equation.total][1], -bounds[equation.total][0])
    smallest, largest = (sum(limits[side] for limits in signed.values()) for side in (0, 1))
    ranges = {}
    for number, (low, high) in signed.items():
        least = low if equation.open else max(low, equation.known - (largest - high))
        most = min(high, equation.known - (smallest - low))
        ranges[number] = (-most, -least) if number == equation.total else (least, most)
    return ranges


def _connected(equations: list[Equation]) -> list[list[Equation]]:
    """Group equations that share hidden figures."""
    with_figure: defaultdict[int, list[int]] = defaultdict(list)
    for index, equation in enumerate(equations):
        for number in equation.unknown:
            with_figure[number].append(index)
    groups, seen = [], set[int]()
    for start in range(len(equations)):
        group, waiting = [], [start]
        while waiting:
            index = waiting.pop()
            if index not in seen:
                seen.add(index)
                group.append(index)
                waiting += [neighbour for number in equations[index].unknown for neighbour in with_figure[number]]
        groups += [[equations[index] for index in sorted(group)]] if group else []
    return groups
