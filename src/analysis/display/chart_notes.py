"""What charts share: axis labels in Dutch, names of lines, breaks, marked years and annotations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import inf
from typing import Any, cast

from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.path import Path
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
_STEPS = (1, 2, 5, 10)  # steps that are easy to count in
BELOW = 22  # units from the axis to what stands under its labels
_AWAY = 3.5  # units from the axis to its labels
_CLOSE = 0.08  # height of a line of text as a part of the height of a chart
_REACH = 0.4  # part of a year that the line under it extends to each side
_LINE = 1.3  # height of a line of text, in sizes of its letters
_GAP = 6  # units between labels
_DOTTED: dict[str, Any] = {"color": svg.SOFT, "linestyle": ":", "linewidth": 1.4}


@dataclass(frozen=True)
class End:
    """The end of a line, with the value and the name to write there.

    Parameters
    ----------
    value, name : str
    year, height : float
        In the coordinates of the data.
    """

    value: str
    name: str
    year: float
    height: float


def value_axis(axes: Axes, whole: bool = False) -> None:
    """Draw ticks and grid lines for the values, within the limits that the axes have now.

    Parameters
    ----------
    axes : Axes
    whole : bool
        For counts: no ticks between whole numbers.
    """
    low, high = axes.get_ylim()
    tick_values = MaxNLocator(nbins=6, steps=_STEPS, integer=whole).tick_values(low, high)
    ticks = [float(tick) for tick in tick_values if low <= tick <= high]
    axes.hlines(ticks, 0, 1, transform=axes.get_yaxis_transform(), color=svg.GRID, linewidth=0.8, zorder=0.5)
    decimals = _decimals(ticks)
    labels_left(axes, {tick: dutch.number(tick, decimals) for tick in ticks})


def _decimals(ticks: Sequence[float]) -> int:
    """Return the fewest decimals with which every tick is exact."""
    exact = (n for n in range(_MOST_DECIMALS) if all(abs(tick - round(tick, n)) < 10**-6 for tick in ticks))
    return next(exact, _MOST_DECIMALS)


def year_labels(axes: Axes, first: int, last: int, size: Size) -> None:
    """Label as many years as fit, counted back from the last one; none outside the axes.

    Parameters
    ----------
    axes : Axes
    first, last : int
    size : Size
    """
    low, high = axes.get_xlim()
    step = -(-(last - first + 1) // size.years)
    labels_below(axes, {year: str(year) for year in range(last, first - 1, -step) if low <= year <= high})


def labels_below(axes: Axes, words: Mapping[float, str]) -> None:
    """Close the chart with a line and write labels below it.

    As plain texts, because matplotlib's ticks take more time than the rest of the drawing.

    Parameters
    ----------
    axes : Axes
    words : mapping
        Position on the x axis -> label.
    """
    axes.plot([0, 1], [0, 0], transform=axes.transAxes, color=svg.SOFT, linewidth=0.8, clip_on=False, zorder=2.5)
    transform = offset(axes, axes.get_xaxis_transform(), y=-_AWAY)
    for position, word in words.items():
        axes.text(position, 0, word, transform=transform, ha="center", va="top")


def labels_left(axes: Axes, words: Mapping[float, str]) -> None:
    """Write labels at the left of the chart.

    Parameters
    ----------
    axes : Axes
    words : mapping
        Position on the y axis -> label.
    """
    transform = offset(axes, axes.get_yaxis_transform(), x=-_AWAY)
    for position, word in words.items():
        axes.text(0, position, word, transform=transform, ha="right", va="center_baseline")


def axis_title(axes: Axes, words: str) -> None:
    """Write what the labels below the chart stand for.

    Parameters
    ----------
    axes : Axes
    words : str
    """
    axes.text(0.5, 0, words, transform=offset(axes, axes.transAxes, y=-BELOW), ha="center", va="top", color=svg.SOFT)


def line_names(axes: Axes, ends: Sequence[End], size: Size) -> None:
    """Name one or two lines at their ends, or above the chart when there is no room beside it.

    Parameters
    ----------
    axes : Axes
    ends : sequence of End
        Ours first.
    size : Size
    """
    bottom, top = axes.get_ylim()
    heights = [end.height for end in ends]
    close = max(heights) - min(heights) < _CLOSE * (top - bottom)
    highest = heights.index(max(heights))
    for index, end in enumerate(ends):
        shift = (7 if index == highest else -7) if close and len(ends) > 1 else 0
        words = end.value if size.narrow else f"{end.value} {end.name}"
        look = {"color": (svg.OURS, svg.THEIRS_TEXT)[index], "fontweight": ("bold", "normal")[index]}
        annotate(axes, words, (end.year, end.height), (10, shift), va="center", **look)
    if size.narrow:
        legend_above(axes)


def annotate(axes: Axes, words: str, at: tuple[float, float], away: tuple[float, float], **look: Any) -> Text:
    """Write words at some distance from a point.

    Parameters
    ----------
    axes : Axes
    words : str
    at : (float, float)
        The point, in the coordinates of the data.
    away : (float, float)
        Distance to the right and up, in units of the drawing.
    **look
        Properties of the text.

    Returns
    -------
    Text
    """
    return axes.text(*at, words, transform=offset(axes, axes.transData, *away), **look)


@dataclass(frozen=True)
class Spot:
    """A place for words beside a point.

    Parameters
    ----------
    x, y : float
        The point, in the coordinates of the data.
    side : {"left", "center", "right"}
        Which part of the words is above or below the point.
    up : {1, -1}
        Above or below it.
    away : float
        Distance in units.
    """

    x: float
    y: float
    side: str
    up: int
    away: float = 3


def annotate_free(
    axes: Axes, words: str, spots: Sequence[Spot], courses: Sequence[Sequence[tuple[float, float]]], **look: Any
) -> Text:
    """Write words in the first spot where they lie over no line and no other text, or where they lie over fewest.

    Parameters
    ----------
    axes : Axes
        With its limits set, and with the other texts.
    words : str
    spots : sequence of Spot
        The best first.
    courses : sequence of sequences of (float, float)
        The points of each line.
    **look
        Properties of the text.

    Returns
    -------
    Text
    """
    svg.fit(figure_of(axes))  # what is free depends on the room that is left
    inside, texts = axes.get_window_extent(), [text.get_window_extent(svg.RULER) for text in axes.texts]
    lines = [Path(axes.transData.transform(course)) for course in courses if course]
    label = axes.text(0, 0, words, **look)

    def put(spot: Spot) -> None:
        label.set(ha=spot.side, va="bottom" if spot.up > 0 else "top", position=(spot.x, spot.y))
        label.set_transform(offset(axes, axes.transData, y=spot.away * spot.up))

    def crowded(spot: Spot) -> int:
        put(spot)
        box = label.get_window_extent(svg.RULER)
        over = [box.overlaps(other) for other in texts]
        over += [bool(line.intersects_bbox(box, filled=False)) for line in lines]
        outside = bool(box.x0 < inside.x0 or box.y0 < inside.y0 or box.y1 > inside.y1)
        return sum(over) + 2 * outside

    put(min(spots, key=crowded))
    return label


def legend_above(axes: Axes) -> None:
    """Put a legend of the labelled lines above the chart.

    Parameters
    ----------
    axes : Axes
    """
    figure_of(axes).legend(*axes.get_legend_handles_labels(), loc="upper left")


def remove_overlapping(axes: Axes, texts: Sequence[Text]) -> None:
    """Remove every text that overlaps an earlier one.

    Parameters
    ----------
    axes : Axes
    texts : sequence of Text
        The most important first.
    """
    svg.fit(figure_of(axes))  # what fits depends on the room that is left
    kept: list[Bbox] = []
    for text in texts:
        box = text.get_window_extent(svg.RULER)
        if any(box.overlaps(earlier) for earlier in kept):
            text.remove()
        else:
            kept.append(box)


def draw_breaks(axes: Axes, shown: Iterable[Break], position: Callable[[date], float], since: float = -inf) -> None:
    """Draw breaks: a period as a band, a moment as a dotted line, with the label above the chart.

    Call it last: where the labels fit depends on the width that everything else leaves.

    Parameters
    ----------
    axes : Axes
    shown : iterable of Break
    position : callable
        Position of a date on the x axis.
    since : float
        Start of the chart; a period that had begun by then has no line at its start.
    """
    taken: list[tuple[float, int]] = []  # left side and row of each label so far, from right to left
    svg.fit(figure_of(axes))  # what fits depends on the room that is left
    for declared in sorted(shown, key=lambda declared: declared.date, reverse=True):
        start = max(position(declared.date), since)
        if declared.until:
            end = min(position(declared.until), axes.get_xlim()[1])
            axes.axvspan(start, end, color=svg.BAND, linewidth=0, zorder=0)
            axes.axvline(end, **_DOTTED)
        taken.append(_label(axes, declared, start, taken))
        if start > since:
            _mark(axes, start, _rise(taken[-1][1]))


def _mark(axes: Axes, start: float, rise: float) -> None:
    """Draw a dotted line through the chart, up to its label."""
    axes.axvline(start, **_DOTTED)
    above = blended_transform_factory(axes.transData, ScaledTranslation(0, 1, BboxTransformTo(axes.bbox)))
    axes.plot([start, start], [0, rise], transform=above, clip_on=False, scalex=False, scaley=False, **_DOTTED)


def _label(axes: Axes, declared: Break, start: float, taken: Sequence[tuple[float, int]]) -> tuple[float, int]:
    """Write a label above the chart, in the lowest row where it overlaps no other."""
    label = axes.text(0, 1, declared.label, va="bottom", color=svg.SOFT)
    axes_box, width = axes.get_window_extent(), label.get_window_extent(svg.RULER).width + _GAP
    mark = axes.transData.transform((start, 0))[0] - axes_box.x0
    left = max(0.0, min(mark, axes_box.width - width))
    row = next(row for row in range(len(taken) + 1) if all(used != row or left + width < x for x, used in taken))
    label.set_x(left / axes_box.width)
    label.set_transform(offset(axes, axes.transAxes, 3 if left == mark else 0, _rise(row)))
    return left, row


def _rise(row: int) -> float:
    """Return the distance in units from the chart to a row of labels above it."""
    return float(3 + row * _LINE * rcParams["font.size"])


def mark_ranges(axes: Axes, years: Iterable[float], word: str, step: float = 1) -> None:
    """Mark years under the axis with a line and a word, consecutive years together.

    Parameters
    ----------
    axes : Axes
    years : iterable of float
    word : str
    step : float
        Distance between two marked moments; a twelfth for months.
    """
    for first, last in _runs(years, step):
        across = blended_transform_factory(axes.transData, axes.transAxes)
        label_at = offset(axes, across, y=-BELOW)
        axes.text((first + last) / 2, 0, word, transform=label_at, ha="center", va="top", color=svg.SOFT)
        line_at = offset(axes, across, y=4 - BELOW)
        axes.plot(
            [first - _REACH * step, last + _REACH * step],
            [0, 0],
            transform=line_at,
            color=svg.SOFT,
            linewidth=1,
            scalex=False,
            scaley=False,
        )


def _runs(years: Iterable[float], step: float) -> list[tuple[float, float]]:
    """Return the first and last of every run without a gap."""
    runs: list[tuple[float, float]] = []
    for year in sorted(years):
        if runs and year - runs[-1][1] <= step * 1.1:
            runs[-1] = runs[-1][0], year
        else:
            runs.append((year, year))
    return runs


def figure_of(axes: Axes) -> Figure:
    """Return the figure that the axes are part of.

    Parameters
    ----------
    axes : Axes

    Returns
    -------
    Figure
    """
    return cast("Figure", axes.get_figure(root=True))


def offset(axes: Axes, transform: Transform, x: float = 0, y: float = 0) -> Transform:
    """Shift a transform by a distance in units of the drawing.

    Parameters
    ----------
    axes : Axes
    transform : Transform
    x, y : float
        Distance to the right and up.

    Returns
    -------
    Transform
    """
    return offset_copy(transform, figure_of(axes), x=x, y=y, units="points")
