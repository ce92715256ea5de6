"""The funnel: every municipality a dot without a name, ours marked, and the limits drawn as lines."""

from __future__ import annotations

from html import escape

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from ..results import html
from ..statistics.funnel import LIMITS, Funnel
from . import dutch, origin, svg
from .charts import Chart
from .sentences import answer, src
from .tables import Table

_METHOD = (
    "aantal per 1.000 inwoners per gemeente; grenzen volgens Spiegelhalter (2005) bij 95 % en 99,8 %, met een toeslag "
    "voor echte verschillen tussen gemeenten"
)
_LINES = {LIMITS[0]: (5, 2), LIMITS[1]: (1, 0)}  # dashes: the narrow limits dashed, the wide ones whole
_NAMES = {LIMITS[0]: "smalle", LIMITS[1]: "brede"}
_UNIT = "per 1.000 inwoners"
_LEFT_OUT = "Gemeenten zonder cijfer, of zonder aantal inwoners binnen dezelfde grenzen, doen niet mee."


@html.register
def _(funnel: Funnel) -> str:
    place, label = escape(funnel.series.region_name), escape(funnel.series.indicator.label)
    rate, average = dutch.number(funnel.rate, 1), dutch.number(funnel.average, 1)
    told = (
        f"In {funnel.year} waren er in {place} <b>{rate} {label} per 1.000 inwoners</b>, in {funnel.number} "
        f"gemeenten samen {average}. {_position(funnel)}"
    )
    not_better = "Een gemeente binnen de grenzen is niet beter of slechter dan een andere."
    small = " ".join(filter(None, [_edge(funnel), not_better, _LEFT_OUT]))
    return answer(told) + src(small) + html(funnel_chart(funnel))


def _position(funnel: Funnel) -> str:
    usual = "past bij de verschillen die er tussen gemeenten van deze omvang zijn."
    if funnel.position == "inside":
        return f"Dat {usual}"
    return f"Dat is <b>{'hoger' if funnel.position == 'above' else 'lager'}</b> dan {usual}"


def _edge(funnel: Funnel) -> str:
    """That the municipality is between both pairs of limits, and how many are at least that far out."""
    if not funnel.near_edge:
        return ""
    narrow = _share(funnel, LIMITS[0])
    return f"De gemeente ligt aan de rand: binnen de brede grenzen en buiten de smalle. Daarbuiten {narrow}."


def _share(funnel: Funnel, level: float) -> str:
    """How many municipalities lie outside a pair of limits, counted."""
    outside = funnel.outside(level)
    share = dutch.percent(100 * outside / funnel.number, 1)
    return f"{'ligt' if outside == 1 else 'liggen'} {outside} van de {funnel.number} gemeenten ({share})"


def funnel_chart(funnel: Funnel) -> Chart:
    """Dots for all municipalities; a table of only our figure and the limits at our size."""
    label, place = funnel.series.indicator.label, funnel.series.region_name
    id = f"trechter-{funnel.series.indicator.id}-{funnel.series.region}-{funnel.year}".lower().replace("_", "-")
    alt = f"Trechter: {label} per 1.000 inwoners en aantal inwoners, {funnel.number} gemeenten, {funnel.year}"
    table = _table(f"{id}-tabel", funnel)
    wide = table.cells[-1]
    words = {"below": "onder", "inside": "tussen", "above": "boven"}
    description = (
        f"{place} ligt met {dutch.number(funnel.rate, 1)} {words[funnel.position]} de brede grenzen. Die zijn bij "
        f"{dutch.number(funnel.inhabitants)} inwoners {wide[1]} en {wide[2]}. De grenzen komen naar elkaar toe bij "
        "grotere gemeenten. De andere gemeenten hebben geen naam: dit is geen ranglijst."
    )
    sources = [*funnel.series.sources, *funnel.other_sources]
    return Chart(
        id, f"{funnel.series.indicator.title}: {place} tussen {funnel.number} gemeenten ({funnel.year})", _UNIT, alt,
        description, svg.inline(_draw(funnel), id, alt, description), table, origin.source_line(sources),
        origin.trail(sources, label, origin.selection(funnel.series), _METHOD),
    )  # fmt: skip


def _table(id: str, funnel: Funnel) -> Table:
    """Our figure and the limits; the others are no part of it."""
    rows: list[tuple[str | None, ...]] = [
        (f"{funnel.series.region_name}, {funnel.year}", dutch.number(funnel.rate, 1), None),
        (f"{funnel.number} gemeenten samen", dutch.number(funnel.average, 1), None),
    ]
    for level in LIMITS:
        lower, upper = (float(limit[0]) for limit in funnel.limits(np.array([funnel.inhabitants]), level))
        name = f"{_NAMES[level].capitalize()} grenzen; daarbuiten {_share(funnel, level)}"
        rows.append((name, dutch.number(lower, 1), dutch.number(upper, 1)))
    columns = ("Wat", "Cijfer of ondergrens", "Bovengrens")
    caption = f"Per 1.000 inwoners, en de grenzen bij {dutch.number(funnel.inhabitants)} inwoners"
    return Table(id, caption, columns, tuple(rows))


def _draw(funnel: Funnel) -> Figure:
    drawing, axes = svg.figure(height=4.2)
    points = funnel.points
    axes.scatter(points["inhabitants"], points["rate"], s=14, color=svg.SOFT, alpha=0.55, linewidths=0, zorder=2)
    _draw_limits(axes, funnel)
    axes.scatter([funnel.inhabitants], [funnel.rate], s=80, marker="D", color=svg.OURS, edgecolors="white", zorder=4)
    away = -17 if funnel.rate < funnel.average else 10  # from the middle, where the dots are
    axes.annotate(
        funnel.series.region_name, (funnel.inhabitants, funnel.rate), xytext=(0, away), textcoords="offset points",
        ha="center", color=svg.OURS, fontweight="bold", zorder=5,
    )  # fmt: skip
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: dutch.number(value)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:n}".replace(".", ",")))
    axes.set_xlabel("inwoners", color=svg.SOFT)
    axes.set_ylim(0, 1.1 * max(points["rate"].max(), funnel.rate))
    axes.grid(axis="y", color=svg.GRID, linewidth=0.8)
    return drawing


def _draw_limits(axes: Axes, funnel: Funnel) -> None:
    """The average and both pairs of limits, each with its name at the right end."""
    people = funnel.points["inhabitants"]
    along = np.geomspace(people.min(), people.max(), 80)
    axes.axhline(funnel.average, color=svg.INK, linewidth=1, zorder=1)
    for level in LIMITS:
        for limit in funnel.limits(along, level):
            axes.plot(along, limit, color=svg.THEIRS, linewidth=1.6, dashes=_LINES[level], zorder=3)
        axes.annotate(
            _NAMES[level], (along[-1], funnel.limits(along, level)[1][-1]), xytext=(4, 0), textcoords="offset points",
            va="center", color=svg.THEIRS_TEXT, annotation_clip=False,
        )  # fmt: skip
