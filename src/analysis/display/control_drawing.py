"""Drawing a control chart: months as a line between the usual band and the upper limit, waves as triangles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..periods import Period
from ..statistics.monitoring import ControlChart
from . import axis, notes, svg
from .svg import Size

NARROW_MONTHS = 36  # more lie too close together to be told apart on a phone
_MOST_LABELS = 6  # more would lie over each other


def draw(chart: ControlChart, size: Size) -> Figure:
    """The chart at one size, with its breaks and its provisional months; narrow only its last months."""
    drawing, axes = svg.figure(size)
    chart = _last(chart, NARROW_MONTHS) if size.narrow else chart
    months, at = chart.months, [_position(month) for month in chart.months.index]
    _draw_limits(axes, months, at)
    axes.plot(at, months["value"], color=svg.OURS, linewidth=1.6, marker="o", markersize=2.5, zorder=3, label="aantal")
    axes.set_ylim(
        0, max(months["value"].max(), months["signal_high"].max()) * (1.22 if chart.signals else 1.08)
    )  # room for their names
    axis.years(axes, chart.span[0].year, chart.span[1].year + 1, size)
    axis.values(axes, whole=True)
    notes.below(axes, _provisional(chart), "voorlopig", 1 / 12)
    _draw_signals(axes, chart)
    if size.narrow:
        axis.key(axes)
    else:
        _name_limits(axes, months, at)
    notes.breaks(axes, chart.breaks, _position, since=at[0])
    return drawing


def _last(chart: ControlChart, months: int) -> ControlChart:
    """The last months of a chart, with the breaks that are in them."""
    shown = chart.months.tail(months)
    breaks = tuple(one for one in chart.breaks if (one.until or one.date) >= shown.index[0].date())
    return replace(chart, months=shown, breaks=breaks)


def _provisional(chart: ControlChart) -> list[float]:
    """Where the months with a provisional figure stand."""
    status = chart.series.data["status"].reindex(chart.months.index)
    return [_position(month) for month in status.index[status == "provisional"]]


def _draw_limits(axes: Axes, months: pd.DataFrame, at: Sequence[float]) -> None:
    """The usual band with an edge that can be seen, and the upper limit."""
    axes.fill_between(
        at, months["notice_low"], months["notice_high"], step="mid", facecolor=svg.LESS, edgecolor=svg.OURS,
        linewidth=0.5, label="gewone band",
    )  # fmt: skip
    axes.step(
        at, months["signal_high"], where="mid", color=svg.THEIRS_TEXT, linewidth=1.4, dashes=(5, 2),
        label="bovenste grens",
    )  # fmt: skip


def _name_limits(axes: Axes, months: pd.DataFrame, at: Sequence[float]) -> None:
    """What the band and the limit are, at their ends."""
    last = months.iloc[-1]
    for word, height, colour in (
        ("bovenste grens", last["signal_high"], svg.THEIRS_TEXT),
        ("gewone band", (last["notice_low"] + last["notice_high"]) / 2, svg.OURS),
    ):
        axis.say(axes, word, (at[-1], height), (6, 0), va="center", color=colour)


def _position(moment: date) -> float:
    """A month on an axis of years, in the middle of the month."""
    return moment.year + (moment.month - 0.5) / 12


def _draw_signals(axes: Axes, chart: ControlChart) -> None:
    """Months above the limit as triangles, named as far as the names do not lie over each other."""
    heights = [chart.months["value"][str(month)] for month in chart.signals]
    at = [_position(month) for month in chart.signals]
    label = "boven de grens" if at else None
    axes.plot(at, heights, linestyle="", marker="^", markersize=8, color=svg.THEIRS_TEXT, zorder=4, label=label)
    if len(at) <= _MOST_LABELS:
        texts = [
            axis.say(axes, Period(month, "M").label, (x, height), (0, 7), ha="center")
            for x, height, month in zip(at, heights, chart.signals, strict=True)
        ]
        notes.keep_apart(axes, texts)
