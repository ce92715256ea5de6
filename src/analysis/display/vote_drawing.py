"""Drawing the vote: a dot with its interval for every theme."""

from __future__ import annotations

from collections.abc import Iterable

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..statistics.votes import Tally
from . import axis, dutch, svg
from .svg import Size


def draw(tally: Tally, size: Size) -> Figure:
    """Dots with their intervals; the names stand above them where there is no room beside them."""
    table = tally.table
    rows = range(len(table) - 1, -1, -1)
    share, low, high = (100 * table[name].to_numpy() for name in ("share", "lower", "upper"))
    drawing, axes = svg.figure(size, 0.5 + (0.56 if size.narrow else 0.32) * len(table))
    axes.hlines(rows, low, high, color=svg.OURS, linewidth=2.2)
    axes.plot(share, rows, "o", color=svg.OURS, markersize=7)
    for row, value, upper in zip(rows, share, high, strict=True):
        axis.say(axes, dutch.percent(value), (upper, row), (6, 0), va="center")
    names = [tally.labels[theme] for theme in table["theme"]]
    if size.narrow:
        _names_above(axes, rows, names)
    else:
        axis.beside(axes, dict(zip(rows, names, strict=True)))
    axes.set_xlim(0, 105)
    ticks = range(0, 101, 50 if size.narrow else 20)
    axes.vlines(ticks, 0, 1, transform=axes.get_xaxis_transform(), color=svg.GRID, linewidth=0.8, zorder=0.5)
    axis.under(axes, {tick: dutch.percent(tick) for tick in ticks})
    return drawing


def _names_above(axes: Axes, rows: Iterable[int], names: Iterable[str]) -> None:
    for row, name in zip(rows, names, strict=True):
        axis.say(axes, name, (0, row), (0, 8), va="bottom")
