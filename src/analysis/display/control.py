"""A control chart as the council reads it: months between limits, and the months that stand out."""

from __future__ import annotations

from datetime import date
from functools import partial
from html import escape

from ..periods import Period
from ..results import html
from ..statistics.monitoring import ControlChart
from . import dutch, origin, svg
from .charts import Chart
from .control_drawing import NARROW_MONTHS, draw
from .lines import in_words
from .places import place
from .sentences import answer, headline, src
from .tables import Table, slug

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
        origin.source_line(series.sources),
        origin.trail(series.sources, f"{series.indicator.label} per maand", origin.selection(series), _METHOD),
        tuple(chart.records()),
    )


def _only_the_last(chart: ControlChart) -> str:
    """What the drawing for a phone leaves out."""
    if len(chart.months) <= NARROW_MONTHS:
        return ""
    return f"Op een smal scherm staan in de grafiek alleen de laatste {NARROW_MONTHS} maanden, in de tabel alle."


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
