"""Drawing yearly series as lines: ours solid and blue, theirs dashed and orange, breaks marked, gaps left open."""

from __future__ import annotations

from datetime import date
from math import nan
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import axis, notes, svg
from .lines import Line, marks
from .svg import Size

_LOOKS: tuple[dict[str, Any], ...] = (
    {"color": svg.OURS, "marker": "o", "linewidth": 2.6, "zorder": 3},
    {"color": svg.THEIRS, "marker": "s", "linewidth": 2, "dashes": (5, 2), "zorder": 2},
)


def draw(lines: list[Line], size: Size) -> Figure:
    """Draw one or two lines with the breaks that touch them."""
    drawing, axes = svg.figure(size)
    for line, look in zip(lines, _LOOKS, strict=False):
        years = range(line.span[0], line.span[1] + 1)
        points = [line.points.get(year, nan) for year in years]  # a gap stays a gap
        axes.plot(years, points, markersize=5, label=line.name, **look)
        _draw_open(axes, line, look)
    _frame(axes, lines, size)
    axis.names(axes, [line.end for line in lines], size)
    _label_start(axes, lines)
    notes.breaks(axes, marks(lines[0].series, lines[0].span), position)
    return drawing


def _frame(axes: Axes, lines: list[Line], size: Size) -> None:
    axis.years(axes, *lines[0].span, size)
    axes.set_ylim(0, max(max(line.points.values()) for line in lines) * 1.18 or 1)
    axis.values(axes, whole=not lines[0].per_inhabitant)
    notes.below(axes, {year for line in lines for year in line.provisional}, "voorlopig")
    notes.below(axes, {year for line in lines for year in line.in_part}, "deel")


def _label_start(axes: Axes, lines: list[Line]) -> None:
    """Our first value, on the side where no line is; the last one stands before the name at the end."""
    ours = lines[0]
    first, last = ours.span
    start = ours.points[first]
    under = ours.points.get(first + 1, start) > start or any(line.points.get(first, 0) > start for line in lines[1:])
    if first < last:
        look: dict[str, Any] = {"ha": "left", "va": "center", "color": svg.OURS, "fontweight": "bold"}
        at = first, start
        axis.say(axes, ours.told(first), at, (-4, -13 if under else 13), **look)


def _draw_open(axes: Axes, line: Line, look: dict[str, Any]) -> None:
    """Provisional figures and figures of part of the territory are drawn open, in the shape of the line."""
    axes.plot(
        line.open_years,
        [line.points[year] for year in line.open_years],
        linestyle="",
        marker=look["marker"],
        markersize=7,
        markerfacecolor=svg.PAPER,
        markeredgecolor=look["color"],
        markeredgewidth=1.6,
        zorder=4,
    )


def position(moment: date) -> float:
    """A moment on an axis of years; a year's point stands for its whole year."""
    return moment.year + (moment.month - 1) / 12 - 0.5
