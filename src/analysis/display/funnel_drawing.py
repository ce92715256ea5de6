"""Drawing the funnel: a dot without a name for every municipality, the limits as lines."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from ..statistics.funnel import LIMITS, Funnel
from . import axis, dutch, svg
from .svg import Size

NAMES = {LIMITS[0]: "smalle", LIMITS[1]: "brede"}
_LINES = {LIMITS[0]: (5, 2), LIMITS[1]: (1, 0)}  # dashes: the narrow limits dashed, the wide ones whole


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
    away = -17 if funnel.rate < funnel.average else 10  # from the middle, where the dots are
    axes.annotate(
        funnel.series.region_name, (funnel.inhabitants, funnel.rate), xytext=(0, away), textcoords="offset points",
        ha="center", color=svg.OURS, fontweight="bold", zorder=5,
    )  # fmt: skip
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: dutch.number(value)))
    axes.set_xticks(_ticks(points["inhabitants"], 4 if size.narrow else 8))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel("inwoners (elk punt is een gemeente)", color=svg.SOFT)
    axes.set_ylim(0, top)
    axis.values(axes)
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
    """The average and both pairs of limits up to the top of the chart, each with its name at the right end."""
    people = funnel.points["inhabitants"]
    along = np.geomspace(people.min(), people.max(), 80)
    axes.axhline(funnel.average, color=svg.INK, linewidth=1, zorder=1)
    ends = {"samen": (funnel.average, svg.INK)}
    for level in LIMITS:
        for limit in funnel.limits(along, level):
            shown = np.where(limit <= top, limit, np.nan)
            axes.plot(along, shown, color=svg.THEIRS, linewidth=1.6, dashes=_LINES[level], zorder=3)
        ends[NAMES[level]] = funnel.limits(along, level)[1][-1], svg.THEIRS_TEXT
    for name, (height, colour) in ends.items():
        axes.annotate(name, (along[-1], height), (4, 0), textcoords="offset points", va="center", color=colour)
