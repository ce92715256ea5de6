"""Funnel charts: the answer in words, and the drawing of all municipalities between the limits.

Only our municipality has a name; the others are dots, so that the chart is no ranking.
"""

from __future__ import annotations

from functools import partial
from html import escape

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..statistics.rates import LIMITS, Funnel
from ..store.results import html
from . import chart_notes, dutch, provenance, svg
from .sentences import HOW_SURE, answer, registered, registers, src
from .svg import Size
from .tables import DataTable, details, slug
from .yearly_charts import Chart

NAMES = {LIMITS[0]: "binnenste", LIMITS[1]: "buitenste"}
_LINES = {LIMITS[0]: (5, 2), LIMITS[1]: (1, 0)}  # dashes: the inner limits dashed, the outer ones whole
_TOGETHER = "alle samen"
_UNDER = (-17, 10, -32, 25)  # units from our mark to its name, in the order tried; first below the mark
_ABOVE = (10, -17, 25, -32)  # first above the mark
_FREE = (-4, 11)  # units around the foot of a name that must be free of lines
_METHOD = (
    "aantal per 1.000 inwoners per gemeente; de grenzen (binnenste 95 %, buitenste 99,8 %) zijn ruimer bij minder "
    "inwoners, en laten ruimte voor echte verschillen tussen gemeenten (trechter volgens Spiegelhalter, 2005)"
)
_UNIT = "per 1.000 inwoners"
_LEFT_OUT = "Gemeenten zonder cijfer, of zonder aantal inwoners binnen dezelfde grenzen, doen niet mee."


@html.register
def _(funnel: Funnel) -> str:
    region, label = escape(funnel.series.region_name), escape(registered(funnel.series.indicator))
    registers_text = escape(registers(funnel.series.indicator))
    rate, average, usual = _rates(funnel)
    sentence = (
        f"In {funnel.year} {registers_text} in {region} <b>{rate} {label} per 1.000 inwoners</b>, in {funnel.number} "
        f"gemeenten samen {average}, en in de gewone gemeente {usual}. {_position(funnel)}"
    )
    not_better = "Van een gemeente binnen de grenzen is niet te zeggen dat zij echt hoger of lager ligt dan de rest."
    notes = " ".join(filter(None, [_edge(funnel), not_better, _LEFT_OUT]))
    about = f"{funnel.series.indicator.label} per gemeente, {funnel.year}"
    return answer(sentence) + html(_chart(funnel)) + details(HOW_SURE, src(notes), kind="behind", about=about)


def _rates(funnel: Funnel) -> list[str]:
    """Return our rate, that of all together, and the usual one, with the same number of decimals everywhere."""
    return dutch.rates([funnel.rate, funnel.average, funnel.centre])


def _position(funnel: Funnel) -> str:
    usual = "past bij de verschillen die er tussen gemeenten van deze omvang zijn."
    if funnel.position == "inside":
        return f"Dat {usual}"
    return f"Dat is <b>{'hoger' if funnel.position == 'above' else 'lager'}</b> dan {usual}"


def _edge(funnel: Funnel) -> str:
    """Say that our municipality lies between the inner and outer limits, and how many lie outside the inner ones."""
    if not funnel.near_edge:
        return ""
    narrow = _share(funnel, LIMITS[0])
    return f"De gemeente ligt aan de rand: binnen de buitenste grenzen en buiten de binnenste. Daarbuiten {narrow}."


def _share(funnel: Funnel, level: float) -> str:
    """Say how many municipalities lie outside a pair of limits."""
    outside = funnel.outside(level)
    share = dutch.percent(100 * outside / funnel.number, 1)
    return f"{'ligt' if outside == 1 else 'liggen'} {outside} van de {funnel.number} gemeenten ({share})"


def _chart(funnel: Funnel) -> Chart:
    """Return the chart: a dot for each municipality, and a table with only our figure and the limits at our size."""
    label, region = funnel.series.indicator.label, funnel.series.region_name
    id = slug(f"trechter-{funnel.series.indicator.id}-{funnel.series.region}-{funnel.year}")
    alt = f"Trechter: {label} per 1.000 inwoners en aantal inwoners, {funnel.number} gemeenten, {funnel.year}"
    table = _table(f"{id}-tabel", funnel)
    wide = table.cells[-1]
    words = {"below": "onder", "inside": "tussen", "above": "boven"}
    description = (
        f"{region} ligt met {_rates(funnel)[0]} {words[funnel.position]} de buitenste grenzen. Die zijn bij "
        f"{dutch.number(funnel.inhabitants)} inwoners {wide[1]} en {wide[2]}. De grenzen komen naar elkaar toe bij "
        "grotere gemeenten. De andere gemeenten hebben geen naam: dit is geen ranglijst."
    )
    sources = [*funnel.series.sources, *funnel.other_sources]
    selected = provenance.selection_text(funnel.series, [funnel.year])
    return Chart(
        id, _finding(funnel), _UNIT, alt,
        description, svg.inline_svg(partial(draw, funnel), id), table, provenance.source_line(sources),
        provenance.provenance_block(sources, f"{label} per gemeente", selected, _METHOD), behind=(funnel,),
    )  # fmt: skip


def _finding(funnel: Funnel) -> str:
    where = {"below": "onder de grenzen", "inside": "binnen de grenzen", "above": "boven de grenzen"}[funnel.position]
    where = "tussen de binnenste en de buitenste grenzen" if funnel.near_edge else where
    return (
        f"{funnel.series.indicator.title} in {funnel.year}: {funnel.series.region_name} ligt {where} van "
        f"{funnel.number} gemeenten"
    )


def _table(id: str, funnel: Funnel) -> DataTable:
    """Return our figure and the limits; other municipalities are not in the table."""
    rows: list[tuple[str | None, ...]] = [
        (f"{funnel.series.region_name}, {funnel.year}", _rates(funnel)[0], None),
        (f"{funnel.number} gemeenten samen", _rates(funnel)[1], None),
        ("De gewone gemeente", _rates(funnel)[2], None),
    ]
    for level in LIMITS:
        lower, upper = (float(limit[0]) for limit in funnel.limits(np.array([funnel.inhabitants]), level))
        name = f"{NAMES[level].capitalize()} grenzen; daarbuiten {_share(funnel, level)}"
        rows.append((name, dutch.number(lower, 1), dutch.number(upper, 1)))
    columns = ("Wat", "Cijfer of ondergrens", "Bovengrens")
    caption = f"Per 1.000 inwoners, en de grenzen bij {dutch.number(funnel.inhabitants)} inwoners"
    return DataTable(id, caption, columns, tuple(rows), made_up=(funnel.series.synthetic,))


def draw(funnel: Funnel, size: Size) -> Figure:
    """Draw all municipalities at one size, ours with its name.

    Parameters
    ----------
    funnel : Funnel
    size : Size

    Returns
    -------
    Figure
    """
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
    chart_notes.labels_below(axes, {tick: dutch.number(tick) for tick in ticks})
    chart_notes.axis_title(axes, "inwoners (elk punt is een gemeente)")
    chart_notes.value_axis(axes)
    if size.narrow:
        chart_notes.legend_above(axes)
    else:
        _name_lines(axes, funnel)
    _name_ours(axes, funnel)
    return drawing


def _ticks(people: pd.Series, most: int) -> list[int]:
    """Return round numbers of inhabitants, such as 10.000, 20.000 and 50.000, at most as many as asked for."""
    for steps in ((1, 2, 5), (1, 3), (1,)):
        ticks = [step * 10**zeros for zeros in range(1, 7) for step in steps]
        shown = [tick for tick in ticks if people.min() <= tick <= people.max()]
        if len(shown) <= most:
            break
    return shown


def _draw_limits(axes: Axes, funnel: Funnel, top: float) -> None:
    """Draw the average and both pairs of limits, up to the top of the chart."""
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
    """Name the average and the upper limits at their right ends."""
    largest = funnel.points["inhabitants"].max()
    ends = {_TOGETHER: (funnel.average, svg.INK)}
    for level in LIMITS:
        ends[_name(level)] = funnel.limits(np.array([largest]), level)[1][0], svg.THEIRS_TEXT
    for name, (height, colour) in ends.items():
        chart_notes.annotate(axes, name, (largest, height), (4, 0), va="center", color=colour)


def _name_ours(axes: Axes, funnel: Funnel) -> None:
    """Write our name above or under its mark, where no line runs through it."""
    people = np.array([funnel.inhabitants])
    lines = [0, funnel.average, *(limit[0] for level in LIMITS for limit in funnel.limits(people, level))]
    svg.fit(chart_notes.figure_of(axes))  # how far the lines are apart depends on the room that is left
    ours, *line_heights = (axes.transData.transform((1, height))[1] for height in (funnel.rate, *lines))
    tried = _ABOVE if funnel.rate > funnel.average else _UNDER  # most dots are in the middle
    free = (away for away in tried if not any(_FREE[0] < line - ours - away < _FREE[1] for line in line_heights))
    point, away = (funnel.inhabitants, funnel.rate), (0, next(free, tried[0]))
    chart_notes.annotate(
        axes, funnel.series.region_name, point, away, ha="center", color=svg.OURS, fontweight="bold", zorder=5
    )
