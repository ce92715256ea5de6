"""Control charts: the answer in words, and the drawing of months between the usual band and the upper limit.

Months above the upper limit are drawn as triangles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from html import escape

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..definitions.periods import Period
from ..statistics.control_chart import ControlChart
from ..store.results import html
from . import chart_notes, dutch, provenance, svg
from .dutch import region_name
from .sentences import answer, headline, src
from .svg import Size
from .tables import DataTable, slug
from .yearly_charts import Chart, describe_breaks

NARROW_MONTHS = 36  # more would be too close together on a phone
_MOST_LABELS = 6  # more would overlap
_METHOD = (
    "aantallen per maand zoals de bron ze geeft; de grenzen komen uit de maanden van de gewone jaren en uit hoe sterk "
    "die schommelen, ook als dat meer is dan door puur toeval (negatief-binomiale verdeling, variantie van Pearson)"
)


@html.register
def _(chart: ControlChart) -> str:
    label, region = chart.series.indicator.label, region_name(chart.series.region)
    first, last = (_month(month) for month in chart.span)
    waves = [_month(month) for month in chart.signals]
    finding = (
        f"in <b>{dutch.counted(len(waves), 'maand', 'maanden')}</b> boven de bovenste grens: {dutch.listed(waves)}"
        if waves
        else "<b>in geen enkele maand</b> boven de bovenste grens"
    )
    sentence = f"Van {first} tot en met {last} lag het aantal {escape(label)} in {escape(region)} {finding}."
    return answer(sentence) + src(_rule(chart)) + html(_chart(chart))


@headline.register
def _(chart: ControlChart) -> str:
    subject = chart.series.indicator.title
    months = dutch.counted(len(chart.signals), "maand", "maanden")
    return f"{subject}: {months} boven de bovenste grens"


def _rule(chart: ControlChart) -> str:
    """Describe where the limits come from, and which breaks may have caused a signal as well."""
    first, last = chart.baseline
    season = "Elke kalendermaand heeft een eigen niveau. " if chart.seasonal else ""
    breaks = [f"{declared.label} (vanaf {_month(declared.date)})" for declared in chart.breaks]
    note = f" Let op: {dutch.listed(breaks)}. Ook daardoor kan een maand boven de grens liggen." if breaks else ""
    return (
        f"De grenzen komen uit {first} tot en met {last}. {season}Door toeval alleen ligt hoogstens 1 op de 1.000 "
        f"maanden boven de bovenste grens.{note}"
    )


def _chart(chart: ControlChart) -> Chart:
    """Return the chart with alt text, description, data table, source and provenance."""
    series, (first, last) = chart.series, chart.span
    id = slug(f"regelkaart-{series.indicator.id}-{series.region}-{first:%Y}")
    alt = f"Regelkaart: {series.indicator.label} per maand, {_month(first)} tot en met {_month(last)}"
    values = chart.months["value"].dropna()
    waves = dutch.listed([_month(month) for month in chart.signals]) or "geen enkele maand"
    description = " ".join(filter(None, [
        f"De maandcijfers lopen van {dutch.number(values.min())} tot {dutch.number(values.max())}.",
        f"Boven de bovenste grens: {waves}.",
        describe_breaks(list(chart.breaks)),
        _only_the_last(chart),
    ]))  # fmt: skip
    return Chart(
        id,
        headline(chart),
        "aantal per maand",
        alt,
        description,
        svg.inline_svg(partial(draw, chart), id, alt),
        _table(f"{id}-tabel", chart),
        provenance.source_line(series.sources),
        provenance.provenance_block(
            series.sources, f"{series.indicator.label} per maand", provenance.selection_text(series), _METHOD
        ),
        tuple(chart.records()),
        (chart,),
    )


def _only_the_last(chart: ControlChart) -> str:
    """Say which months the drawing for a phone leaves out."""
    if len(chart.months) <= NARROW_MONTHS:
        return ""
    return f"Op een smal scherm staan in de grafiek alleen de laatste {NARROW_MONTHS} maanden, in de tabel alle."


def _table(id: str, chart: ControlChart) -> DataTable:
    rows = tuple(
        (
            _month(month.date()),
            None if row["value"] != row["value"] else dutch.number(row["value"]),
            dutch.number(row["centre"], 1),
            f"{dutch.number(row['notice_low'])} tot en met {dutch.number(row['notice_high'])}",
            dutch.number(row["signal_high"]),
            "▲ boven de grens" if month.date() in chart.signals else "",
        )
        for month, row in chart.months.iterrows()
    )
    columns = ("Maand", "Aantal", "Verwacht", "Gewone band (95 %)", "Bovenste grens (99,8 %)", "Oordeel")
    caption = f"{chart.series.indicator.title} per maand, met grenzen"
    return DataTable(id, caption, columns, rows, text=("Oordeel",), made_up=(chart.series.synthetic,))


def _month(moment: date) -> str:
    return Period(moment, "M").label


def draw(chart: ControlChart, size: Size) -> Figure:
    """Draw the chart at one size; narrow only its last `NARROW_MONTHS` months.

    Parameters
    ----------
    chart : ControlChart
    size : Size

    Returns
    -------
    Figure
    """
    drawing, axes = svg.figure(size)
    chart = _last(chart, NARROW_MONTHS) if size.narrow else chart
    months, positions = chart.months, [_position(month) for month in chart.months.index]
    _draw_limits(axes, months, positions)
    axes.plot(
        positions, months["value"], color=svg.OURS, linewidth=1.6, marker="o", markersize=2.5, zorder=3, label="aantal"
    )
    room = 1.22 if chart.signals else 1.08  # above the highest value, for the names of signals
    axes.set_ylim(0, max(months["value"].max(), months["signal_high"].max()) * room)
    chart_notes.year_labels(axes, chart.span[0].year, chart.span[1].year + 1, size)
    chart_notes.value_axis(axes, whole=True)
    chart_notes.mark_ranges(axes, _provisional(chart), "voorlopig", 1 / 12)
    _draw_signals(axes, chart)
    if size.narrow:
        chart_notes.legend_above(axes)
    else:
        _name_limits(axes, months, positions)
    chart_notes.draw_breaks(axes, chart.breaks, _position, since=positions[0])
    return drawing


def _last(chart: ControlChart, months: int) -> ControlChart:
    """Return the chart of the last months, with the breaks within them."""
    shown = chart.months.tail(months)
    breaks = tuple(declared for declared in chart.breaks if (declared.until or declared.date) >= shown.index[0].date())
    return replace(chart, months=shown, breaks=breaks)


def _provisional(chart: ControlChart) -> list[float]:
    """Return the positions of the months with a provisional figure."""
    status = chart.series.data["status"].reindex(chart.months.index)
    return [_position(month) for month in status.index[status == "provisional"]]


def _draw_limits(axes: Axes, months: pd.DataFrame, positions: Sequence[float]) -> None:
    """Draw the usual band, with an edge for contrast, and the upper limit."""
    axes.fill_between(
        positions, months["notice_low"], months["notice_high"], step="mid", facecolor=svg.LESS, edgecolor=svg.OURS,
        linewidth=0.5, label="gewone band",
    )  # fmt: skip
    axes.step(
        positions, months["signal_high"], where="mid", color=svg.THEIRS_TEXT, linewidth=1.4, dashes=(5, 2),
        label="bovenste grens",
    )  # fmt: skip


def _name_limits(axes: Axes, months: pd.DataFrame, positions: Sequence[float]) -> None:
    """Name the band and the limit at their right ends."""
    last = months.iloc[-1]
    for word, height, colour in (
        ("bovenste grens", last["signal_high"], svg.THEIRS_TEXT),
        ("gewone band", (last["notice_low"] + last["notice_high"]) / 2, svg.OURS),
    ):
        chart_notes.annotate(axes, word, (positions[-1], height), (6, 0), va="center", color=colour)


def _draw_signals(axes: Axes, chart: ControlChart) -> None:
    """Draw months above the limit as triangles, with as many names as fit without overlap."""
    heights = [chart.months["value"][str(month)] for month in chart.signals]
    positions = [_position(month) for month in chart.signals]
    label = "boven de grens" if positions else None
    axes.plot(positions, heights, linestyle="", marker="^", markersize=8, color=svg.THEIRS_TEXT, zorder=4, label=label)
    if len(positions) <= _MOST_LABELS:
        texts = [
            chart_notes.annotate(axes, Period(month, "M").label, (x, height), (0, 7), ha="center")
            for x, height, month in zip(positions, heights, chart.signals, strict=True)
        ]
        chart_notes.remove_overlapping(axes, texts)


def _position(moment: date) -> float:
    """Return the position of a month on an axis of years, in the middle of the month."""
    return moment.year + (moment.month - 0.5) / 12
