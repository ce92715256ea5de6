"""What the charts over time share: ticks in Dutch, and the names of the lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Transform, offset_copy

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
