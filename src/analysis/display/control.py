"""A control chart as the council reads it: months between limits, and the months that stand out."""

from __future__ import annotations

from datetime import date
from html import escape
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..periods import Period
from ..results import html
from ..statistics.monitoring import ControlChart
from . import axis, dutch, origin, svg
from .charts import Chart
from .places import place
from .sentences import answer, headline, src
from .tables import Table

_METHOD = (
    "aantallen per maand zoals de bron ze geeft; de grenzen komen uit de maanden van de gewone jaren, met hun eigen "
    "spreiding (negatief-binomiale verdeling, variantie van Pearson)"
)
_MOST_LABELS = 6  # more would lie over each other


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
        f"De grenzen komen uit {first} tot en met {last}. {season}Door toeval alleen ligt ongeveer 1 op de 1.000 "
        f"maanden boven de bovenste grens.{caution}"
    )


def figure(chart: ControlChart) -> Chart:
    """The chart with alt text, description, data table, source and trail."""
    series, (first, last) = chart.series, chart.span
    id = f"regelkaart-{series.indicator.id}-{series.region}-{first:%Y}".lower().replace("_", "-")
    alt = f"Regelkaart: {series.indicator.label} per maand, {_month(first)} tot en met {_month(last)}"
    values = chart.months["value"].dropna()
    waves = dutch.listed([_month(month) for month in chart.signals]) or "geen enkele maand"
    breaks = [f"Vanaf {_month(one.date)}: {one.label}." for one in chart.breaks]
    description = " ".join([
        f"De maandcijfers lopen van {dutch.number(values.min())} tot {dutch.number(values.max())}.",
        f"Boven de bovenste grens: {waves}.",
        *breaks,
    ])  # fmt: skip
    return Chart(
        id,
        headline(chart),
        "aantal per maand",
        alt,
        description,
        svg.inline(_draw(chart), id, alt, description),
        _table(f"{id}-tabel", chart),
        origin.source_line(series.sources),
        origin.trail(series.sources, f"{series.indicator.label} per maand", origin.selection(series), _METHOD),
        tuple(chart.records()),
    )


def _table(id: str, chart: ControlChart) -> Table:
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
    return Table(id, caption, columns, rows, text=("Oordeel",))


def _draw(chart: ControlChart) -> Figure:
    drawing, axes = svg.figure()
    at = [_position(month) for month in chart.months.index]
    months = chart.months
    look: dict[str, Any] = {"step": "mid", "color": svg.OURS, "linewidth": 0}
    axes.fill_between(at, months["notice_low"], months["notice_high"], alpha=0.13, **look)
    axes.step(at, months["signal_high"], where="mid", color=svg.THEIRS_TEXT, linewidth=1.4, dashes=(5, 2))
    axes.plot(at, months["value"], color=svg.OURS, linewidth=1.6, marker="o", markersize=2.5, zorder=3)
    axes.set_ylim(0, max(months["value"].max(), months["signal_high"].max()) * 1.18)
    _draw_signals(axes, chart)
    for number, one in enumerate(chart.breaks):
        axis.mark(axes, one, _position, height=0.99 - 0.07 * (number % 3))
    axes.annotate(
        "bovenste grens", (at[-1], months["signal_high"].iloc[-1]), (6, 0), textcoords="offset points", va="center",
        color=svg.THEIRS_TEXT,
    )  # fmt: skip
    middle = (months["notice_low"].iloc[-1] + months["notice_high"].iloc[-1]) / 2
    axes.annotate("gewone band", (at[-1], middle), (6, 0), textcoords="offset points", va="center", color=svg.OURS)
    axes.set_xticks(range(chart.span[0].year, chart.span[1].year + 1))
    axis.values(axes, whole=True)
    return drawing


def _position(moment: date) -> float:
    """A month on an axis of years, in the middle of the month."""
    return moment.year + (moment.month - 0.5) / 12


def _draw_signals(axes: Axes, chart: ControlChart) -> None:
    """Months above the limit as triangles; the first few by name."""
    heights = [chart.months["value"][str(month)] for month in chart.signals]
    at = [_position(month) for month in chart.signals]
    axes.plot(at, heights, linestyle="", marker="^", markersize=8, color=svg.THEIRS_TEXT, zorder=4)
    if len(at) <= _MOST_LABELS:
        for x, height, month in zip(at, heights, chart.signals, strict=True):
            text = _month(month)
            axes.annotate(text, (x, height), (0, 7), textcoords="offset points", ha="center", fontsize=9.5)
