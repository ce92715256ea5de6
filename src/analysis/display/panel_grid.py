"""A grid of panels in one drawing, each with its heading; for figures that repeat one small chart.

The panels share one pair of axes, in coordinates of one unit of the drawing, so that they are fitted as every chart is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import svg
from .svg import Size

_APART = 14.0  # units between two columns
_BOLD, _PLAIN = 0.66, 0.6  # width of a bold letter and of another, in sizes of letters
_LINE = 1.25  # height of a line of text, in sizes of its letters


@dataclass(frozen=True)
class Cell:
    """Where a panel may draw.

    Parameters
    ----------
    left, base : float
        Its lower left corner, below the heading and above what stands under the panel.
    width, tall : float
    """

    left: float
    base: float
    width: float
    tall: float


def letters(number: float, size: Size) -> float:
    """Return the width of so many letters in bold, the widest a text can be.

    Parameters
    ----------
    number : float
    size : Size

    Returns
    -------
    float
        Units.
    """
    return number * _BOLD * size.font


def panel_grid(
    headings: Sequence[tuple[str, ...]],
    size: Size,
    *,
    columns: int,
    tall: float,
    below: float,
    beside: float = 0,
    legend: int = 0,
) -> tuple[Figure, Axes, list[Cell]]:
    """Return a drawing with the headings of its panels, and where each panel is to be drawn.

    Parameters
    ----------
    headings : sequence of tuples of str
        For each panel its name, in bold, and any lines below that; long ones are wrapped.
    size : Size
    columns : int
        Panels beside each other.
    tall : float
        Height of a panel in units.
    below : float
        Lines of text from a panel to the next row; of the last row one less is kept free.
    beside : float
        Units at the left of the first column, for names that all panels in a row share.
    legend : int
        Lines of a legend above the panels.

    Returns
    -------
    drawing : Figure
    axes : Axes
    cells : list of Cell
        In the order of the headings.
    """
    line = _LINE * size.font
    width = (72 * size.width - beside - _APART * (columns - 1)) / columns
    heads = [_wrapped(heading, width, size) for heading in headings]
    rows = [range(start, min(start + columns, len(heads))) for start in range(0, len(heads), columns)]
    above = [line * max(len(heads[at]) for at in row) for row in rows]
    height = sum(above) + len(rows) * (tall + below * line) - line
    drawing, axes = svg.figure(size, (height + legend * line) / 72)
    axes.set_position((0, 0, 1, 1))
    axes.set(xlim=(0, 72 * size.width), ylim=(0, height))
    cells, top = [], height
    for row, room in zip(rows, above, strict=True):
        for column, at in enumerate(row):
            left = beside + column * (width + _APART)
            for number, (words, bold) in enumerate(heads[at]):
                look: dict[str, Any] = {"fontweight": "bold"} if bold else {"color": svg.SOFT}
                axes.text(left, top - number * line, words, va="top", **look)
            cells.append(Cell(left, top - room - tall, width, tall))
        top -= room + tall + below * line
    return drawing, axes, cells


def _wrapped(heading: tuple[str, ...], width: float, size: Size) -> list[tuple[str, bool]]:
    """Return the lines of a heading, each with whether it is bold."""
    looks = [(words, not number) for number, words in enumerate(heading)]
    return [
        (part, bold)
        for words, bold in looks
        for part in wrap(words, max(int(width / ((_BOLD if bold else _PLAIN) * size.font)), 1))
    ]
