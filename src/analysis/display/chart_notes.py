"""What the charts over time share: ticks in Dutch, and the names of the lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import inf
from typing import Any, cast

from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import (
    Bbox,
    BboxTransformTo,
    ScaledTranslation,
    Transform,
    blended_transform_factory,
    offset_copy,
)

from ..definitions.catalogue import Break
from . import dutch, svg
from .svg import Size

_MOST_DECIMALS = 4
_STEPS = (1, 2, 5, 10)  # steps that a reader counts along with
BELOW = 22  # units from the axis to what stands under its words
_AWAY = 3.5  # units from the axis to its words
_CLOSE = 0.08  # part of the height of a chart that one line of text takes


@dataclass(frozen=True)
class End:
    """Where a line ends, with the value and the name that stand there."""

    value: str
    name: str
    year: float
    height: float


def _decimals(ticks: Sequence[float]) -> int:
    """The fewest decimals that tell every tick exactly."""
    exact = (n for n in range(_MOST_DECIMALS) if all(abs(tick - round(tick, n)) < 10**-6 for tick in ticks))
    return next(exact, _MOST_DECIMALS)


def values(axes: Axes, whole: bool = False) -> None:
    """Ticks and grid of the values, when their range is known; ``whole`` for counts, that have no halves."""
    low, high = axes.get_ylim()
    found = MaxNLocator(nbins=6, steps=_STEPS, integer=whole).tick_values(low, high)
    ticks = [float(tick) for tick in found if low <= tick <= high]
    axes.hlines(ticks, 0, 1, transform=axes.get_yaxis_transform(), color=svg.GRID, linewidth=0.8, zorder=0.5)
    decimals = _decimals(ticks)
    beside(axes, {tick: dutch.number(tick, decimals) for tick in ticks})


def years(axes: Axes, first: int, last: int, size: Size) -> None:
    """As many years as fit beside each other, counted from the last one; none beside the chart."""
    low, high = axes.get_xlim()
    step = -(-(last - first + 1) // size.years)
    under(axes, {year: str(year) for year in range(last, first - 1, -step) if low <= year <= high})


def under(axes: Axes, words: Mapping[float, str]) -> None:
    """Words under a line that closes the chart; plain ones, as matplotlib's ticks take longer than all the rest."""
    axes.plot([0, 1], [0, 0], transform=axes.transAxes, color=svg.SOFT, linewidth=0.8, clip_on=False, zorder=2.5)
    at = moved(axes, axes.get_xaxis_transform(), y=-_AWAY)
    for place, word in words.items():
        axes.text(place, 0, word, transform=at, ha="center", va="top")


def beside(axes: Axes, words: Mapping[float, str]) -> None:
    """Words at the left of the chart."""
    at = moved(axes, axes.get_yaxis_transform(), x=-_AWAY)
    for place, word in words.items():
        axes.text(0, place, word, transform=at, ha="right", va="center_baseline")


def title(axes: Axes, words: str) -> None:
    """What the words under the chart are."""
    axes.text(0.5, 0, words, transform=moved(axes, axes.transAxes, y=-BELOW), ha="center", va="top", color=svg.SOFT)


def names(axes: Axes, ends: Sequence[End], size: Size) -> None:
    """Say what each of one or two lines is: at its end, or above the chart where there is no room beside it."""
    bottom, top = axes.get_ylim()
    heights = [end.height for end in ends]
    close = max(heights) - min(heights) < _CLOSE * (top - bottom)
    highest = heights.index(max(heights))
    for index, end in enumerate(ends):
        shift = (7 if index == highest else -7) if close and len(ends) > 1 else 0
        words = end.value if size.narrow else f"{end.value} {end.name}"
        look = {"color": (svg.OURS, svg.THEIRS_TEXT)[index], "fontweight": ("bold", "normal")[index]}
        say(axes, words, (end.year, end.height), (10, shift), va="center", **look)
    if size.narrow:
        key(axes)


def say(axes: Axes, words: str, at: tuple[float, float], away: tuple[float, float], **look: Any) -> Text:
    """Words some units beside a point of the chart."""
    return axes.text(*at, words, transform=moved(axes, axes.transData, *away), **look)


def key(axes: Axes) -> None:
    """The named lines of a chart above it, each as it is drawn."""
    drawing(axes).legend(*axes.get_legend_handles_labels(), loc="upper left")


def drawing(axes: Axes) -> Figure:
    """The whole that the axes are part of."""
    return cast("Figure", axes.get_figure(root=True))


def moved(axes: Axes, transform: Transform, x: float = 0, y: float = 0) -> Transform:
    """Some units beside the place that a transform gives."""
    return offset_copy(transform, drawing(axes), x=x, y=y, units="points")


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
    svg.fit(drawing(axes))  # what fits depends on the room that is left
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
    held, width = axes.get_window_extent(), label.get_window_extent(svg.RULER).width + _GAP
    mark = axes.transData.transform((start, 0))[0] - held.x0
    left = max(0.0, min(mark, held.width - width))
    row = next(row for row in range(len(taken) + 1) if all(other != row or left + width < x for x, other in taken))
    label.set_x(left / held.width)
    label.set_transform(moved(axes, axes.transAxes, 3 if left == mark else 0, _rise(row)))
    return left, row


def _rise(row: int) -> float:
    """Units from the chart to a row of labels above it."""
    return float(3 + row * _LINE * rcParams["font.size"])


def below(axes: Axes, years: Iterable[float], word: str, step: float = 1) -> None:
    """Say something about years under the axis, or about months with a ``step`` of a twelfth."""
    for first, last in _runs(years, step):
        across = blended_transform_factory(axes.transData, axes.transAxes)
        at = moved(axes, across, y=-BELOW)
        axes.text((first + last) / 2, 0, word, transform=at, ha="center", va="top", color=svg.SOFT)
        ends = moved(axes, across, y=4 - BELOW)
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
    svg.fit(drawing(axes))  # what fits depends on the room that is left
    kept: list[Bbox] = []
    for text in texts:
        box = text.get_window_extent(svg.RULER)
        if any(box.overlaps(other) for other in kept):
            text.remove()
        else:
            kept.append(box)
