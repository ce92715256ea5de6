"""What a chart over time says around its lines: breaks above it, provisional years below it, names of moments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from math import inf
from typing import Any

from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.text import Text
from matplotlib.transforms import Bbox, BboxTransformTo, ScaledTranslation, blended_transform_factory

from ..catalogue import Break
from . import axis, layout, svg

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
    layout.fit(axis.drawing(axes))  # what fits depends on the room that is left
    for one in sorted(shown, key=lambda one: one.date, reverse=True):
        start = max(position(one.date), since)
        if one.until:
            end = min(position(one.until), axes.get_xlim()[1])
            axes.axvspan(start, end, color=svg.BAND, linewidth=0, zorder=0)
            axes.axvline(end, **_DOTTED)
        taken.append(_label(axes, one, start, taken))
        if start > since:
            _mark(axes, start, _rise(taken[-1][1]))


def _mark(axes: Axes, start: float, rise: float) -> None:
    """A dotted line through the chart, and on to its label."""
    axes.axvline(start, **_DOTTED)
    above = blended_transform_factory(axes.transData, ScaledTranslation(0, 1, BboxTransformTo(axes.bbox)))
    axes.plot([start, start], [0, rise], transform=above, clip_on=False, scalex=False, scaley=False, **_DOTTED)


def _label(axes: Axes, one: Break, start: float, taken: Sequence[tuple[float, int]]) -> tuple[float, int]:
    """Write a label above the chart, as low as it can without lying over another."""
    label = axes.text(0, 1, one.label, va="bottom", color=svg.SOFT)
    held, width = axes.get_window_extent(), label.get_window_extent(layout.RULER).width + _GAP
    mark = axes.transData.transform((start, 0))[0] - held.x0
    left = max(0.0, min(mark, held.width - width))
    row = next(row for row in range(len(taken) + 1) if all(other != row or left + width < x for x, other in taken))
    label.set_x(left / held.width)
    label.set_transform(axis.moved(axes, axes.transAxes, 3 if left == mark else 0, _rise(row)))
    return left, row


def _rise(row: int) -> float:
    """Units from the chart to a row of labels above it."""
    return float(3 + row * _LINE * rcParams["font.size"])


def below(axes: Axes, years: Iterable[float], word: str, step: float = 1) -> None:
    """Say something about years under the axis, or about months with a ``step`` of a twelfth."""
    for first, last in _runs(years, step):
        across = blended_transform_factory(axes.transData, axes.transAxes)
        at = axis.moved(axes, across, y=-axis.BELOW)
        axes.text((first + last) / 2, 0, word, transform=at, ha="center", va="top", color=svg.SOFT)
        ends = axis.moved(axes, across, y=4 - axis.BELOW)
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
    layout.fit(axis.drawing(axes))  # what fits depends on the room that is left
    kept: list[Bbox] = []
    for text in texts:
        box = text.get_window_extent(layout.RULER)
        if any(box.overlaps(other) for other in kept):
            text.remove()
        else:
            kept.append(box)
