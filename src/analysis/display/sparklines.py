"""A line the size of a word: the course of a figure, with the range that was ordinary, for a cell of a table.

A sparkline shows no numbers and has no name: the row it stands in holds the figures as text, so that a screen reader
passes over the picture. Its colours are those of the style sheet, which follows the dark scheme and forced colours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

_EDGE = 4.0  # units kept free above and below the line, for the dot at its end
_DOT = 3.0  # radius
_BAR = 12.0  # width of a range that stands on its own; half of it is kept free at both ends of the line

Range = tuple[float, float]
T = TypeVar("T")


def sparkline(
    values: Sequence[float | None], bands: Sequence[Range | None], *, width: int = 120, height: int = 28
) -> str:
    """Draw counts or rates from zero up, with a dot on the last one and an open dot outside a range.

    The table or the text beside it holds the numbers; a legend above the table says what the range is.

    Parameters
    ----------
    values : sequence of float or None
        At equal distances in time, oldest first. The line is open where there is no figure.
    bands : sequence of (float, float) or None
        For each value the lowest and highest that were ordinary; ``None`` where that was not judged.
    width, height : int
        Size in CSS pixels.

    Returns
    -------
    str
        An ``<svg>`` without colours of its own. Classes: ``spark`` and ``spark-line``, ``spark-band``, ``spark-dot``,
        ``spark-out`` for a dot outside its range. Empty when there is no value.

    Raises
    ------
    ValueError
        When there are not as many ranges as values.

    Examples
    --------
    >>> sparkline([4, 6, 2], [None, None, (3, 8)], width=60, height=28).count("spark-out")
    1
    >>> sparkline([None], [None])
    ''
    """
    if len(values) != len(bands):
        message = f"{len(values)} values and {len(bands)} ranges"
        raise ValueError(message)
    known = [value for value in values if value is not None]
    if not known:
        return ""
    top = max([*known, *(band[1] for band in bands if band is not None)]) or 1
    step = (width - _BAR - 2) / max(len(values) - 1, 1)

    def across(at: int) -> float:
        return _BAR / 2 + 1 + at * step

    def up(value: float) -> float:
        return height - _EDGE - (height - 2 * _EDGE) * value / top

    ranges = "".join(_band([(across(at), up(high), up(low)) for at, (low, high) in run]) for run in _runs(bands))
    line = "".join(_line([(across(at), up(value)) for at, value in run]) for run in _runs(values))
    last = max(at for at, value in enumerate(values) if value is not None)
    dots = "".join(
        f'<circle class="spark-dot{" spark-out" * outside}" cx="{_n(across(at))}" cy="{_n(up(value))}" r="{_n(_DOT)}"/>'
        for at, (value, band) in enumerate(zip(values, bands, strict=True))
        if value is not None and ((outside := band is not None and not band[0] <= value <= band[1]) or at == last)
    )
    opening = f'<svg class="spark" viewBox="0 0 {width} {height}" width="{width}" height="{height}" aria-hidden="true">'
    return f"{opening}{ranges}{line}{dots}</svg>"


def _runs(points: Sequence[T | None]) -> Iterator[list[tuple[int, T]]]:
    """Yield every stretch without a gap, each point with its position."""
    run: list[tuple[int, T]] = []
    for at, point in enumerate(points):
        if point is not None:
            run.append((at, point))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _band(edges: list[tuple[float, float, float]]) -> str:
    """Draw ranges side by side as one area; a single one as a bar."""
    if len(edges) == 1:
        (x, high, low), half = edges[0], _BAR / 2
        edges = [(x - half, high, low), (x + half, high, low)]
    corners = [*((x, high) for x, high, _ in edges), *((x, low) for x, _, low in reversed(edges))]
    return f'<polygon class="spark-band" points="{_points(corners)}"/>'


def _line(points: list[tuple[float, float]]) -> str:
    """Draw a stretch of the line; a single figure between two gaps as a short one, or it would not be seen."""
    if len(points) == 1:
        (x, y), half = points[0], _BAR / 4
        points = [(x - half, y), (x + half, y)]
    return f'<polyline class="spark-line" points="{_points(points)}"/>'


def _points(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _n(number: float) -> str:
    """Write a number to a tenth of a unit; smaller differences cannot be seen."""
    return f"{round(number, 1) + 0:g}"
