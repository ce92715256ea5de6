"""Drawing the funnel: a dot without a name for every municipality, the limits as lines."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..statistics.funnel import LIMITS, Funnel
from . import axis, dutch, layout, svg
from .svg import Size

NAMES = {LIMITS[0]: "binnenste", LIMITS[1]: "buitenste"}
_LINES = {LIMITS[0]: (5, 2), LIMITS[1]: (1, 0)}  # dashes: the inner limits dashed, the outer ones whole
_TOGETHER = "alle samen"
_UNDER = (-17, 10, -32, 25)  # units from our mark to its name, where it first tries to stand under it
_ABOVE = (10, -17, 25, -32)
_FREE = (-4, 11)  # units from the foot of a name in which no line may run


def draw(funnel: Funnel, size: Size) -> Figure:
    """All municipalities at one size, ours with its name."""
    drawing, axes = svg.figure(size, 4.2)
    points = funnel.points
    top = 1.1 * max(points["rate"].max(), funnel.rate)
    axes.scatter(
        points["inhabitants"], points["rate"], s=14, facecolors="none", edgecolors=svg.SOFT, linewidths=0.7, zorder=2
    )
    _draw_limits(axes, funnel, top)
    axes.scatter([funnel.inhabitants], [funnel.rate], s=80, marker="D", color=svg.OURS, edgecolors=svg.PAPER, zorder=4)
    axes.set_xscale("log")
    axes.set_ylim(0, top)
    ticks = _ticks(points["inhabitants"], 4 if size.narrow else 8)
    axis.under(axes, {tick: dutch.number(tick) for tick in ticks})
    axis.title(axes, "inwoners (elk punt is een gemeente)")
    axis.values(axes)
    if size.narrow:
        axis.key(axes)
    else:
        _name_lines(axes, funnel)
    _name_ours(axes, funnel)
    return drawing


def _ticks(people: pd.Series, most: int) -> list[int]:
    """Round numbers of inhabitants that fit beside each other: 10.000, 20.000, 50.000, or only the first of those."""
    for steps in ((1, 2, 5), (1, 3), (1,)):
        ticks = [step * 10**zeros for zeros in range(1, 7) for step in steps]
        shown = [tick for tick in ticks if people.min() <= tick <= people.max()]
        if len(shown) <= most:
            break
    return shown


def _draw_limits(axes: Axes, funnel: Funnel, top: float) -> None:
    """The average and both pairs of limits, up to the top of the chart."""
    people = funnel.points["inhabitants"]
    along = np.geomspace(people.min(), people.max(), 80)
    axes.hlines(funnel.average, along[0], along[-1], color=svg.INK, linewidth=1, zorder=1, label=_TOGETHER)
    for level in LIMITS:
        for limit, label in zip(funnel.limits(along, level), (_name(level), None), strict=True):
            shown = np.where(limit <= top, limit, np.nan)
            axes.plot(along, shown, color=svg.THEIRS, linewidth=1.6, dashes=_LINES[level], zorder=3, label=label)


def _name(level: float) -> str:
    return f"{NAMES[level]} grens"


def _name_lines(axes: Axes, funnel: Funnel) -> None:
    """The average and the upper limits by name, at their right end."""
    largest = funnel.points["inhabitants"].max()
    ends = {_TOGETHER: (funnel.average, svg.INK)}
    for level in LIMITS:
        ends[_name(level)] = funnel.limits(np.array([largest]), level)[1][0], svg.THEIRS_TEXT
    for name, (height, colour) in ends.items():
        axis.say(axes, name, (largest, height), (4, 0), va="center", color=colour)


def _name_ours(axes: Axes, funnel: Funnel) -> None:
    """Our name above or under its mark, where no line runs through it."""
    people = np.array([funnel.inhabitants])
    lines = [0, funnel.average, *(limit[0] for level in LIMITS for limit in funnel.limits(people, level))]
    layout.fit(axis.drawing(axes))  # how far the lines are apart depends on the room that is left
    ours, *others = (axes.transData.transform((1, height))[1] for height in (funnel.rate, *lines))
    tried = _ABOVE if funnel.rate > funnel.average else _UNDER  # the dots are in the middle
    free = (away for away in tried if not any(_FREE[0] < line - ours - away < _FREE[1] for line in others))
    at, away = (funnel.inhabitants, funnel.rate), (0, next(free, tried[0]))
    axis.say(axes, funnel.series.region_name, at, away, ha="center", color=svg.OURS, fontweight="bold", zorder=5)
