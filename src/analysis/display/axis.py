"""What the charts over time share: ticks in Dutch, and the names of the lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import Formatter, MaxNLocator
from matplotlib.transforms import Transform, offset_copy

from . import dutch, svg
from .svg import Size

_MOST_DECIMALS = 4
_STEPS = (1, 2, 5, 10)  # steps that a reader counts along with
_CLOSE = 0.08  # part of the height of a chart that one line of text takes


@dataclass(frozen=True)
class End:
    """Where a line ends, with the value and the name that stand there."""

    value: str
    name: str
    year: float
    height: float


class _Dutch(Formatter):
    """Dutch numbers, with as many decimals as the ticks together need."""

    def __call__(self, value: float, pos: int | None = None) -> str:
        """One tick alone; ``pos`` is part of matplotlib's interface."""
        return self.format_ticks([value])[0]

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """All ticks of an axis."""
        decimals = _decimals(values)
        return [dutch.number(value, decimals) for value in values]


def _decimals(ticks: Sequence[float]) -> int:
    """The fewest decimals that tell every tick exactly."""
    exact = (n for n in range(_MOST_DECIMALS) if all(abs(tick - round(tick, n)) < 10**-6 for tick in ticks))
    return next(exact, _MOST_DECIMALS)


def values(axes: Axes, whole: bool = False) -> None:
    """Ticks and grid of the values; ``whole`` for counts, that have no halves."""
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=_STEPS, integer=whole))
    axes.yaxis.set_major_formatter(_Dutch())
    axes.grid(axis="y", color=svg.GRID, linewidth=0.8)


def years(axes: Axes, first: int, last: int, size: Size) -> None:
    """As many years as fit beside each other, the last one always."""
    step = -(-(last - first + 1) // size.years)
    axes.set_xticks(range(last, first - 1, -step))


def names(axes: Axes, ends: Sequence[End], size: Size) -> None:
    """Say what each of one or two lines is: at its end, or above the chart where there is no room beside it."""
    bottom, top = axes.get_ylim()
    heights = [end.height for end in ends]
    close = max(heights) - min(heights) < _CLOSE * (top - bottom)
    highest = heights.index(max(heights))
    for index, end in enumerate(ends):
        shift = (7 if index == highest else -7) if close and len(ends) > 1 else 0
        axes.annotate(
            end.value if size.narrow else f"{end.value} {end.name}", (end.year, end.height), (10, shift),
            textcoords="offset points", va="center", color=(svg.OURS, svg.THEIRS_TEXT)[index],
            fontweight=("bold", "normal")[index],
        )  # fmt: skip
    if size.narrow:
        key(axes)


def key(axes: Axes) -> None:
    """The named lines of a chart above it, each as it is drawn."""
    drawing(axes).legend(*axes.get_legend_handles_labels(), loc="outside upper left")


def drawing(axes: Axes) -> Figure:
    """The whole that the axes are part of."""
    return cast("Figure", axes.get_figure(root=True))


def moved(axes: Axes, transform: Transform, x: float = 0, y: float = 0) -> Transform:
    """Some units beside the place that a transform gives."""
    return offset_copy(transform, drawing(axes), x=x, y=y, units="points")
