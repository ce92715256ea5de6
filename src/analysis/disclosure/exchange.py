"""Showing without a programme that a hidden figure can be larger or smaller: another one makes up for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from .equations import Equation, Range, Work


def ranges(
    group: Sequence[Equation], bounds: dict[int, Range], values: Sequence[float], wanted: int, work: Work
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
