"""How the yardstick did: how often counts were ordinary, what was left of each grade, and a picture of one series."""

from __future__ import annotations

from functools import partial

import pandas as pd
from matplotlib.figure import Figure

from ..definitions import catalogue
from ..statistics.ordinary import TrackRecord
from ..store.results import html
from . import chart_notes, dutch, svg
from .provenance import provenance_block, selection_text, source_line
from .sentences import answer
from .svg import Size
from .tables import DataTable, slug
from .yearly_charts import Chart

_INSIDE = "binnen wat gewoon was"
_FORETOLD = "wat te verwachten was, volgt uit de jaren ervoor; zie 'Wat is een gewone schommeling?'"


@html.register
def _(record: TrackRecord) -> str:
    first, last = record.years
    kinds = dutch.counted(record.kinds, "soort", "soorten")
    inside, outside = (dutch.number(100 * share, 1) for share in (record.inside, 1 - record.inside))
    sentence = (
        f"Wij rekenden dit na op de echte cijfers van alle gemeenten: {kinds} registraties, van {first} tot en met "
        f"{last}. Van de {dutch.number(record.counts)} aantallen kwam {inside} % uit binnen wat een jaar eerder gewoon "
        f"heette. Van 100 aantallen heten er dus hoogstens {outside} duidelijk veranderd, ook als zij echt veranderden."
    )
    return answer(sentence) + html(_lasted(record)) + html(_foretold(record))


def _lasted(record: TrackRecord) -> DataTable:
    """Return by grade what was left a year later."""
    least = dutch.number(catalogue.thresholds().verdict.lasting_from)
    columns = ("Oordeel", "Aantallen", "Een jaar later aan dezelfde kant", "Toen nog minstens de helft over")
    rows = tuple(
        (
            str(grade).capitalize(), dutch.number(lasted.number), dutch.percent(100 * lasted.same_way),
            dutch.percent(100 * lasted.half),
        )
        for grade, lasted in record.lasted.items()
    )  # fmt: skip
    caption = f"Hoe vaak een oordeel een jaar later nog klopte (waar {least} of meer te verwachten was)"
    return DataTable("oordelen-een-jaar-later", caption, columns, rows)


def _foretold(record: TrackRecord) -> Chart:
    """Return the chart of what was foretold of one series, beside what came."""
    series, past = record.series, record.past
    id = slug(f"voorspeld-{series.indicator.id}-{series.region}")
    outcomes = {int(year): _outcome(row) for year, row in past.iterrows()}
    outside = {year: outcome for year, outcome in outcomes.items() if outcome != _INSIDE}
    held = f"in {len(past) - len(outside)} van de {len(past)} jaren binnen wat gewoon was"
    alt = f"Grafiek: {series.indicator.label} in {series.region_name}, naast wat een jaar eerder te verwachten was"
    apart = [f"in {year} was het {outcome}" for year, outcome in outside.items()]
    others = f" Niet altijd: {dutch.listed(apart)}." if apart else ""
    rows = tuple(
        (
            str(year), dutch.number(row["expected"]),
            f"{dutch.number(row['lower'])} tot en met {dutch.number(row['upper'])}", dutch.number(row["count"]),
            outcomes[int(year)],
        )
        for year, row in past.iterrows()
    )  # fmt: skip
    columns = ("Jaar", "Verwacht", "Gewoon", "Geregistreerd", "Uitkomst")
    caption = f"{series.indicator.title} naast wat te verwachten was"
    return Chart(
        id,
        f"{series.indicator.title}: {held}",
        "aantal per jaar",
        alt,
        f"Het aantal lag {held}.{others}",
        svg.inline_svg(partial(_draw_foretold, record), id),
        DataTable(f"{id}-tabel", caption, columns, rows, text=("Gewoon", "Uitkomst"), made_up=(series.synthetic,)),
        source_line([*series.sources, *series.peer_sources]),
        provenance_block(
            [*series.sources, *series.peer_sources], caption.lower(), selection_text(series), _FORETOLD
        ),
        tuple(record.records()),
        (series,),
    )  # fmt: skip


def _outcome(row: pd.Series) -> str:
    if row["count"] < row["lower"]:
        return "lager dan gewoon"
    return "hoger dan gewoon" if row["count"] > row["upper"] else _INSIDE


def _draw_foretold(record: TrackRecord, size: Size) -> Figure:
    """Draw what was ordinary in each year as a bar, and what came as a point."""
    drawing, axes = svg.figure(size)
    past = record.past
    years = past.index.to_numpy()
    axes.bar(
        years, past["upper"] - past["lower"], bottom=past["lower"], width=0.55, facecolor=svg.ORDINARY,
        edgecolor=svg.OURS, linewidth=0.8, label="gewoon",
    )  # fmt: skip
    axes.plot(years, past["expected"], linestyle="", marker="_", markersize=14, color=svg.OURS, label="verwacht")
    axes.plot(
        years, past["count"], linestyle="", marker="o", markersize=7, color=svg.THEIRS_TEXT, label="geregistreerd"
    )
    axes.set_ylim(0, max(past["upper"].max(), past["count"].max()) * 1.12)
    chart_notes.year_labels(axes, int(years[0]), int(years[-1]), size)
    chart_notes.value_axis(axes, whole=True)
    chart_notes.legend_above(axes)
    return drawing
