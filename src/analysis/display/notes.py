"""What a chart over time says around its lines: breaks above it, provisional years below it, names of moments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from math import inf
from typing import Any

from matplotlib.axes import Axes
from matplotlib.text import Text
from matplotlib.transforms import Bbox, blended_transform_factory

from ..catalogue import Break
from . import axis, svg

_BELOW = 22  # units from the axis to the words under the years
_REACH = 0.4  # part of a year that the line under it takes to each side
_LINE = 1.3  # height of a line of text, in sizes of its letters
_GAP = 6  # units between labels
_DOTTED: dict[str, Any] = {"color": svg.SOFT, "linestyle": ":", "linewidth": 1.4}


def breaks(axes: Axes, shown: Iterable[Break], position: Callable[[date], float], since: float = -inf) -> None:
    """Show breaks: a period as a band, a moment as a dotted line, with the label above the chart.

    Call it when everything else is drawn: where the labels fit beside each other depends on the width that is left.

    Parameters
    ----------
    since : float
        Where the chart begins; a period that was going on then has no line at its start.
    """
    taken: list[tuple[float, int]] = []  # left side and row of the labels so far, from right to left
    axis.drawing(axes).draw_without_rendering()  # or nothing can be measured
    for one in sorted(shown, key=lambda one: one.date, reverse=True):
        start = max(position(one.date), since)
        if one.until:
            end = min(position(one.until), axes.get_xlim()[1])
            axes.axvspan(start, end, color=svg.BAND, linewidth=0, zorder=0)
            axes.axvline(end, **_DOTTED)
        if start > since:
            axes.axvline(start, **_DOTTED)
        taken.append(_label(axes, one, start, taken))


def _label(axes: Axes, one: Break, start: float, taken: Sequence[tuple[float, int]]) -> tuple[float, int]:
    """Write a label above the chart, as low as it can without lying over another."""
    label = axes.annotate(
        one.label, (0, 1), (0, 0), xycoords="axes fraction", textcoords="offset points", va="bottom", color=svg.SOFT
    )
    held, width = axes.get_window_extent(), label.get_window_extent().width + _GAP
    mark = axes.transData.transform((start, 0))[0] - held.x0
    left = max(0.0, min(mark, held.width - width))
    row = next(row for row in range(len(taken) + 1) if all(other != row or left + width < x for x, other in taken))
    rise = 3 + row * _LINE * float(label.get_fontsize())
    label.set_position((3 if left == mark else 0, rise))
    label.xy = (left / held.width, 1)
    axes.annotate(
        "", (start, 1), (0, rise), xycoords=("data", "axes fraction"), textcoords="offset points",
        arrowprops={"arrowstyle": "-", "shrinkA": 0, "shrinkB": 0, **_DOTTED},
    )  # fmt: skip
    return left, row


def below(axes: Axes, years: Iterable[float], word: str, step: float = 1) -> None:
    """Say something about years under the axis, or about months with a ``step`` of a twelfth."""
    for first, last in _runs(years, step):
        across = blended_transform_factory(axes.transData, axes.transAxes)
        axes.annotate(
            word, ((first + last) / 2, 0), (0, -_BELOW), xycoords=across, textcoords="offset points",
            ha="center", va="top", color=svg.SOFT,
        )  # fmt: skip
        ends = axis.moved(axes, across, y=4 - _BELOW)
        axes.plot(
            [first - _REACH * step, last + _REACH * step],
            [0, 0],
            transform=ends,
            color=svg.SOFT,
            linewidth=1,
            scalex=False,
            scaley=False,
        )


def _runs(years: Iterable[float], step: float) -> list[tuple[float, float]]:
    """First and last of what follows each other without a gap."""
    runs: list[tuple[float, float]] = []
    for year in sorted(years):
        if runs and year - runs[-1][1] <= step * 1.1:
            runs[-1] = runs[-1][0], year
        else:
            runs.append((year, year))
    return runs


def keep_apart(axes: Axes, texts: Sequence[Text]) -> None:
    """Take away each text that lies over an earlier one."""
    axis.drawing(axes).draw_without_rendering()  # or nothing can be measured
    kept: list[Bbox] = []
    for text in texts:
        box = text.get_window_extent()
        if any(box.overlaps(other) for other in kept):
            text.remove()
        else:
            kept.append(box)
