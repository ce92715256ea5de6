"""Drawing a control chart: months as a line between the usual band and the upper limit, waves as triangles."""

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
from .dutch import place
from .sentences import answer, headline, src
from .svg import Size
from .tables import DataTable, slug
from .yearly_charts import Chart, in_words

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
    chart_notes.years(axes, chart.span[0].year, chart.span[1].year + 1, size)
    chart_notes.values(axes, whole=True)
    chart_notes.below(axes, _provisional(chart), "voorlopig", 1 / 12)
    _draw_signals(axes, chart)
    if size.narrow:
        chart_notes.key(axes)
    else:
        _name_limits(axes, months, at)
    chart_notes.breaks(axes, chart.breaks, _position, since=at[0])
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
        chart_notes.say(axes, word, (at[-1], height), (6, 0), va="center", color=colour)


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
            chart_notes.say(axes, Period(month, "M").label, (x, height), (0, 7), ha="center")
            for x, height, month in zip(at, heights, chart.signals, strict=True)
        ]
        chart_notes.keep_apart(axes, texts)


_METHOD = (
    "aantallen per maand zoals de bron ze geeft; de grenzen komen uit de maanden van de gewone jaren en uit hoe sterk "
    "die schommelen, ook als dat meer is dan door puur toeval (negatief-binomiale verdeling, variantie van Pearson)"
)


@html.register
def _(chart: ControlChart) -> str:
    label, where = chart.series.indicator.label, place(chart.series.region)
    first, last = (_month(month) for month in chart.span)
    waves = [_month(month) for month in chart.signals]
    found = (
        f"in <b>{dutch.counted(len(waves), 'maand', 'maanden')}</b> boven de bovenste grens: {dutch.listed(waves)}"
        if waves
        else "<b>in geen enkele maand</b> boven de bovenste grens"
    )
    told = f"Van {first} tot en met {last} lag het aantal {escape(label)} in {escape(where)} {found}."
    return answer(told) + src(_rule(chart)) + html(figure(chart))


@headline.register
def _(chart: ControlChart) -> str:
    about = chart.series.indicator.title
    months = dutch.counted(len(chart.signals), "maand", "maanden")
    return f"{about}: {months} boven de bovenste grens"


def _month(moment: date) -> str:
    return Period(moment, "M").label


def _rule(chart: ControlChart) -> str:
    """Where the limits come from, and what else changed since."""
    first, last = chart.baseline
    season = "Elke kalendermaand heeft een eigen niveau. " if chart.seasonal else ""
    breaks = [f"{one.label} (vanaf {_month(one.date)})" for one in chart.breaks]
    caution = f" Let op: {dutch.listed(breaks)}. Ook daardoor kan een maand boven de grens liggen." if breaks else ""
    return (
        f"De grenzen komen uit {first} tot en met {last}. {season}Door toeval alleen ligt hoogstens 1 op de 1.000 "
        f"maanden boven de bovenste grens.{caution}"
    )


def figure(chart: ControlChart) -> Chart:
    """The chart with alt text, description, data table, source and trail."""
    series, (first, last) = chart.series, chart.span
    id = slug(f"regelkaart-{series.indicator.id}-{series.region}-{first:%Y}")
    alt = f"Regelkaart: {series.indicator.label} per maand, {_month(first)} tot en met {_month(last)}"
    values = chart.months["value"].dropna()
    waves = dutch.listed([_month(month) for month in chart.signals]) or "geen enkele maand"
    description = " ".join(filter(None, [
        f"De maandcijfers lopen van {dutch.number(values.min())} tot {dutch.number(values.max())}.",
        f"Boven de bovenste grens: {waves}.",
        in_words(list(chart.breaks)),
        _only_the_last(chart),
    ]))  # fmt: skip
    return Chart(
        id,
        headline(chart),
        "aantal per maand",
        alt,
        description,
        svg.inline(partial(draw, chart), id, alt),
        _table(f"{id}-tabel", chart),
        provenance.source_line(series.sources),
        provenance.provenance_block(
            series.sources, f"{series.indicator.label} per maand", provenance.selection_text(series), _METHOD
        ),
        tuple(chart.records()),
    )


def _only_the_last(chart: ControlChart) -> str:
    """What the drawing for a phone leaves out."""
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
    return DataTable(id, caption, columns, rows, text=("Oordeel",))
