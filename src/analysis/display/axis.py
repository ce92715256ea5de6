"""What the charts over time share: ticks in Dutch, names at the ends of the lines, and breaks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from matplotlib.axes import Axes
from matplotlib.ticker import Formatter, MaxNLocator

from ..catalogue import Break
from . import dutch, svg

_MOST_DECIMALS = 4
_STEPS = (1, 2, 5, 10)  # steps that a reader counts along with
_CLOSE = 0.07  # part of the height of a chart that one line of text takes


@dataclass(frozen=True)
class End:
    """Where a line ends, and what stands there."""

    text: str
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


def names(axes: Axes, ends: Sequence[End]) -> None:
    """Say what each of one or two lines is, moved apart where they end close together."""
    bottom, top = axes.get_ylim()
    heights = [end.height for end in ends]
    close = max(heights) - min(heights) < _CLOSE * (top - bottom)
    highest = heights.index(max(heights))
    for index, end in enumerate(ends):
        shift = (7 if index == highest else -7) if close and len(ends) > 1 else 0
        axes.annotate(
            end.text, (end.year, end.height), (9, shift), textcoords="offset points", va="center",
            color=(svg.OURS, svg.THEIRS_TEXT)[index], fontweight=("bold", "normal")[index],
        )  # fmt: skip


def mark(axes: Axes, one: Break, position: Callable[[date], float], height: float) -> None:
    """Show a break: a period as a band, a moment as a dotted line, with its label at a part of the height."""
    start = position(one.date)
    if one.until:
        axes.axvspan(start, position(one.until), color="#888888", alpha=0.14, linewidth=0)
    else:
        axes.axvline(start, color=svg.SOFT, linestyle=":", linewidth=1.4)
    axes.annotate(
        one.label, (start, height), (3, 0), xycoords=("data", "axes fraction"), textcoords="offset points", va="top",
        fontsize=9.5, color=svg.SOFT,
    )  # fmt: skip
