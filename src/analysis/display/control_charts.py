"""Control charts: the answer in words, and the drawing of months between the usual band and the upper limit.

Months of a wave are drawn as triangles.
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

from ..definitions import catalogue
from ..definitions.periods import Period
from ..statistics.control_chart import ControlChart, Shift
from ..store.results import html
from . import chart_notes, dutch, provenance, svg
from .dutch import region_name
from .sentences import HOW_SURE, answer, headline, src
from .svg import Size
from .tables import DataTable, details, slug
from .yearly_charts import Chart, describe_breaks

NARROW_MONTHS = 36  # more would be too close together on a phone
_MOST_LABELS = 6  # more would overlap
_METHOD = (
    "aantallen per maand zoals de bron ze geeft; verwacht is het niveau van de maanden ervoor keer het seizoen, en "
    "eerdere golven tellen minder mee (Noufaily e.a. 2013); de grenzen volgen uit hoe ver eerdere maanden daarnaast "
    "zaten (negatief-binomiale verdeling); verschuivingen van het niveau: CUSUM"
)
_DIRECTIONS = {"up": "hoger", "down": "lager"}


@html.register
def _(chart: ControlChart) -> str:
    label, region = chart.series.indicator.label, region_name(chart.series.region)
    first, last = (_month(month) for month in chart.span)
    sentence = f"Van {first} tot en met {last} was er bij {escape(label)} in {escape(region)} {_finding(chart)}."
    more = " ".join(filter(None, [*map(_shift, chart.shifts), _smallest(chart)]))
    sure = details(HOW_SURE, src(_visible(chart)) + src(_rule(chart)), kind="behind", about=f"golven van {label}")
    return answer(f"{sentence} {more}".rstrip()) + html(_chart(chart)) + sure


@headline.register
def _(chart: ControlChart) -> str:
    subject, waves = chart.series.indicator.title, len(chart.signals)
    finding = f"een golf in {dutch.counted(waves, 'maand', 'maanden')}" if waves else "geen golf te zien"
    newest = chart.shifts[-1] if chart.shifts else None
    level = f", sinds {_month(newest.since)} een {_DIRECTIONS[newest.direction]} niveau" if newest else ""
    return f"{subject}: {finding}{level}"


def _finding(chart: ControlChart) -> str:
    """Name the months of a wave, and those that only stand out with the two before them."""
    high = [_month(month) for month in chart.high_months]
    together = [f"{_month(month)} (drie maanden samen)" for month in chart.high_together]
    slow = [name for name, month in zip(together, chart.high_together, strict=True) if month not in chart.high_months]
    if not chart.signals:
        return "<b>in geen enkele maand</b> een golf te zien"
    return f"<b>in {dutch.counted(len(chart.signals), 'maand', 'maanden')}</b> een golf: {dutch.listed(high + slow)}"


def _shift(shift: Shift) -> str:
    before, after = (dutch.number(level, 1) for level in (shift.before, shift.after))
    direction = _DIRECTIONS[shift.direction]
    return f"In {_month(shift.since)} werd het niveau {direction}: {after} per maand, eerst {before}."


def _smallest(chart: ControlChart) -> str:
    """Say which waves at the end of the chart would not have been seen, where there is none."""
    if chart.visible is None or chart.span[1] in chart.signals:
        return ""
    return f"Een kleine golf zien wij niet: pas vanaf {dutch.number(chart.visible.month)} in een maand."


def _visible(chart: ControlChart) -> str:
    """Say from which count a wave would have been seen, where there is none at the end of the chart."""
    month, seen = chart.span[1], chart.visible
    if seen is None or month in chart.signals:
        return ""
    expected = dutch.number(chart.months["centre"].iloc[-1], 1)
    ratio = dutch.number(catalogue.thresholds().monitoring.shift, 1)
    return (
        f"In {_month(month)} waren er {expected} te verwachten. Bij {dutch.number(seen.month)} of meer had er een "
        f"signaal gestaan, en bij {dutch.number(seen.together)} of meer in de laatste drie maanden samen. Een kleinere "
        f"golf zien wij niet. Een niveau dat {ratio} keer zo hoog wordt, zien wij meestal pas na "
        f"{dutch.counted(seen.delay, 'maand', 'maanden')}."
    )


def _rule(chart: ControlChart) -> str:
    """Describe where the limits come from, how often they are crossed by chance, and which breaks may do it as well."""
    first, last = chart.baseline
    yearly = catalogue.thresholds().monitoring.false_alarms
    breaks = [f"{declared.label} (vanaf {_month(declared.date)})" for declared in chart.breaks]
    note = f" Let op: {dutch.listed(breaks)}. Ook daardoor kan er een signaal zijn." if breaks else ""
    since = f"{_month(chart.shifts[-1].since)}, toen het niveau verschoof," if chart.shifts else first
    return (
        "De grenzen volgen het niveau van de maanden ervoor, en het seizoen. Voor de laatste maand komt het niveau uit "
        f"{since} tot en met {last}. Verandert er niets, dan is er toch ongeveer eens in de {dutch.number(1 / yearly)} "
        f"jaar een signaal.{note}"
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
        f"Een golf: {waves}.",
        describe_breaks(list(chart.breaks)),
        _only_the_last(chart),
    ]))  # fmt: skip
    return Chart(
        id,
        headline(chart),
        "aantal per maand",
        alt,
        description,
        svg.inline_svg(partial(draw, chart), id),
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
            _number(row["value"]),
            _number(row["centre"], 1),
            _band(row),
            _number(row["signal_high"]),
            _number(row["together"]),
            _number(row["together_high"]),
            _judgement(chart, month.date()),
        )
        for month, row in chart.months.iterrows()
    )
    band = dutch.percent(100 * catalogue.thresholds().monitoring.band)
    columns = (
        "Maand", "Aantal", "Verwacht", f"Gewone band ({band})", "Bovenste grens", "Drie maanden samen",
        "Bovenste grens van drie maanden", "Oordeel",
    )  # fmt: skip
    caption = f"{chart.series.indicator.title} per maand, met grenzen"
    return DataTable(id, caption, columns, rows, text=("Oordeel",), made_up=(chart.series.synthetic,))


def _number(value: float, decimals: int = 0) -> str | None:
    return None if value != value else dutch.number(value, decimals)  # noqa: PLR0124 (NaN: there is none)


def _band(row: pd.Series) -> str | None:
    low, high = _number(row["notice_low"]), _number(row["notice_high"])
    return None if low is None else f"{low} tot en met {high}"


def _judgement(chart: ControlChart, month: date) -> str:
    """Return what a month is a signal of."""
    found = ["boven de grens"] if month in chart.high_months else []
    found += ["drie maanden samen"] if month in chart.high_together else []
    found += [f"{_DIRECTIONS[shift.direction]} niveau vanaf hier" for shift in chart.shifts if shift.since == month]
    return f"▲ {dutch.listed(found)}" if month in chart.signals else dutch.listed(found)


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
        positions, months["notice_low"], months["notice_high"], step="mid", facecolor=svg.ORDINARY, edgecolor=svg.OURS,
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
    """Draw months of a wave as triangles, with as many names as fit without overlap."""
    heights = [chart.months["value"][str(month)] for month in chart.signals]
    positions = [_position(month) for month in chart.signals]
    label = "golf" if positions else None
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
