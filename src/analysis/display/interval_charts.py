"""Dots with their ranges: a row for each theme or wijk, and panels of rows for themes by village.

A dot is the estimate, the line through it the margin. What all of them have together is a dashed line across.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import chart_notes, svg
from .panel_grid import Cell, letters, panel_grid
from .svg import Size

_ROW = {"wide": 0.32, "narrow": 0.56}  # inches; on a phone the name stands above the dot
_LONGEST = 16  # letters of a name beside a panel; the table has all of it
_BESIDE = 1.45  # height of a row with its name beside it, in sizes of letters
_TOGETHER = {"color": svg.SOFT, "linewidth": 1.2, "dashes": (4, 2), "zorder": 1}


@dataclass(frozen=True)
class Interval:
    """A row: an estimate with its margin.

    Parameters
    ----------
    name : str
    value, low, high : float
    words : str
        What is written beside it.
    """

    name: str
    value: float
    low: float
    high: float
    words: str = ""


@dataclass(frozen=True)
class Scale:
    """The axis that rows share: from zero.

    Parameters
    ----------
    top : float
        Where it ends.
    ticks : mapping of float to str
        What is written below it.
    """

    top: float
    ticks: Mapping[float, str]


@dataclass(frozen=True)
class IntervalPanel:
    """Rows with a heading.

    Parameters
    ----------
    name, note : str
        The heading, and the line below it.
    rows : tuple of Interval
        Every panel has the same names, in the same order.
    together : float
        The estimate for all rows together.
    """

    name: str
    note: str
    rows: tuple[Interval, ...]
    together: float


def draw_rows(rows: Sequence[Interval], scale: Scale, size: Size, together: tuple[float, str] | None = None) -> Figure:
    """Draw a row for each estimate; names stand above the dots where there is no room beside them.

    Parameters
    ----------
    rows : sequence of Interval
        From top to bottom.
    scale : Scale
    size : Size
    together : (float, str), optional
        Where the line of all rows together is, and its name.

    Returns
    -------
    Figure
    """
    drawing, axes = svg.figure(size, 0.5 + 0.2 * bool(together) + _ROW[size.name] * len(rows))
    heights = dict(zip(rows, range(len(rows) - 1, -1, -1), strict=True))
    axes.set_xlim(0, scale.top)
    axes.set_ylim(-0.5, len(rows) - 0.5 + 0.3 * size.narrow)
    _draw(axes, rows, list(heights.values()), [row.value for row in rows], [(row.low, row.high) for row in rows])
    for row, height in heights.items():
        chart_notes.annotate(axes, row.words, (row.high, height), (6, 0), va="center")
        if size.narrow:
            chart_notes.annotate(axes, row.name, (0, height), (0, 8), va="bottom")
    if not size.narrow:
        chart_notes.labels_left(axes, {height: row.name for row, height in heights.items()})
    axes.vlines(
        list(scale.ticks), 0, 1, transform=axes.get_xaxis_transform(), color=svg.GRID, linewidth=0.8, zorder=0.5
    )
    chart_notes.labels_below(axes, scale.ticks)
    if together is not None:
        at, name = together
        axes.plot([at, at], [0, 1], transform=axes.get_xaxis_transform(), **_TOGETHER)  # type: ignore[arg-type]
        label_at = chart_notes.offset(axes, axes.get_xaxis_transform(), y=3)
        axes.text(at, 1, name, transform=label_at, ha="center", va="bottom", color=svg.SOFT)
    return drawing


def draw_panels(panels: Sequence[IntervalPanel], scale: Scale, size: Size) -> Figure:
    """Draw a panel of rows for each heading; the names of the rows stand beside the first column.

    Parameters
    ----------
    panels : sequence of IntervalPanel
    scale : Scale
    size : Size

    Returns
    -------
    Figure
    """
    names = [f"{name[:_LONGEST]}…" if len(name) > _LONGEST + 1 else name for name in (r.name for r in panels[0].rows)]
    step = _BESIDE * size.font
    drawing, axes, cells = panel_grid(
        [(panel.name, panel.note) if panel.note else (panel.name,) for panel in panels], size,
        columns=1 if size.narrow else 3, tall=step * len(names), below=2.4,
        beside=letters(max(map(len, names)), size),
    )  # fmt: skip
    first = min(cell.left for cell in cells)
    for panel, cell in zip(panels, cells, strict=True):
        heights = [cell.base + step * (len(names) - 0.5 - number) for number in range(len(names))]
        _draw_panel(axes, panel, scale, cell, heights)
        if cell.left == first:
            for name, height in zip(names, heights, strict=True):
                axes.text(cell.left - 6, height, name, ha="right", va="center_baseline")
    return drawing


def _draw_panel(axes: Axes, panel: IntervalPanel, scale: Scale, cell: Cell, heights: Sequence[float]) -> None:
    """Draw the rows of one panel with grid lines, the line of all rows together, and the ends of the scale."""

    def across(value: float) -> float:
        return cell.left + cell.width * value / scale.top

    foot = cell.base + cell.tall
    axes.vlines([across(tick) for tick in scale.ticks], cell.base, foot, color=svg.GRID, linewidth=0.8, zorder=0.5)
    axes.plot([across(panel.together)] * 2, [cell.base, foot], **_TOGETHER)  # type: ignore[arg-type]
    ranges = [(across(row.low), across(row.high)) for row in panel.rows]
    _draw(axes, panel.rows, heights, [across(row.value) for row in panel.rows], ranges, small=True)
    ends = {min(scale.ticks): "left", max(scale.ticks): "right"}
    for tick, words in scale.ticks.items():
        axes.text(across(tick), cell.base - 3, words, va="top", ha=ends.get(tick, "center"))


def _draw(
    axes: Axes, rows: Sequence[Interval], heights: Sequence[float], values: Sequence[float],
    ranges: Sequence[tuple[float, float]], small: bool = False,
) -> None:  # fmt: skip
    low, high = zip(*ranges, strict=True)
    axes.hlines(heights, low, high, color=svg.OURS, linewidth=1.8 if small else 2.2)
    axes.plot(values, heights, "o", color=svg.OURS, markersize=5 if small else 7)
