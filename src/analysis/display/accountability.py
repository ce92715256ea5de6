"""The methods chapter: breaks, thresholds fixed beforehand, how the yardstick did, and the list of raw files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape

import pandas as pd
from matplotlib.figure import Figure

from ..definitions import catalogue
from ..definitions.catalogue import Break, Thresholds
from ..definitions.periods import MONTHS
from ..statistics.ordinary import TrackRecord
from ..store.raw_sources import SourceList
from ..store.results import Result, html
from . import chart_notes, dutch, svg
from .provenance import checksum_text, provenance_block, selection_text, source_line, table_name, vintage_text
from .sentences import answer
from .svg import Size
from .tables import DataTable, slug
from .yearly_charts import Chart

_OF_REPORT = "Bestanden waaruit dit rapport is gemaakt", "alle bestanden waar iets in dit rapport op berust"
_READ = "Bestanden die zijn ingelezen", "alle bestanden die zijn ingelezen"
_METHOD = "het controlegetal (SHA-256) is berekend over het hele bestand; u ziet het begin"
_NONE = "In dit rapport staat niets dat op een bestand berust."


@dataclass(frozen=True)
class Breaks(Result):
    """Breaks in order of date."""

    found: tuple[Break, ...]


@html.register
def _(breaks: Breaks) -> str:
    items = "".join(
        f"<li><b>{MONTHS[declared.date.month - 1].capitalize()} {declared.date.year}: {escape(declared.label)}.</b> "
        f"{escape(declared.text)} <span class='src'>Bron: {escape(declared.source)}.</span></li>"
        for declared in breaks.found
    )
    return f"<ul>{items}</ul>"


def breaks(municipality: str) -> Breaks:
    """Return every break that can touch a figure of a municipality.

    Parameters
    ----------
    municipality : str
        Code, such as ``"GM1969"``.

    Returns
    -------
    Breaks

    Examples
    --------
    >>> min(declared.date for declared in breaks("GM1969").found) == breaks("GM1969").found[0].date
    True
    """
    relevant = [
        declared
        for declared in catalogue.breaks().values()
        if declared.regions is None or municipality in declared.regions
    ]
    return Breaks(tuple(sorted(relevant, key=lambda declared: declared.date)))


@dataclass(frozen=True)
class Rules(Result):
    """The thresholds that decide what is said."""

    thresholds: Thresholds


@html.register
def _(rules: Rules) -> str:
    thresholds = rules.thresholds
    cells = (*_verdicts(thresholds), *_small(thresholds), *_monitoring(thresholds), *_files(thresholds))
    table = DataTable("grenzen", "Grenzen die vooraf vastliggen", ("Waarvoor", "Grens"), cells, text=("Grens",))
    selection = "alle grenzen in definitions/thresholds.yml, een bestand van dit programma"
    return html(table) + provenance_block(
        (), "de grenzen", selection, "vooraf gekozen; de reden staat in het bestand erbij"
    )


def rules() -> Rules:
    """Return every threshold, so that no page has to repeat one.

    Returns
    -------
    Rules

    Examples
    --------
    >>> rules().thresholds.verdict.alpha
    0.05
    """
    return Rules(catalogue.thresholds())


def _verdicts(thresholds: Thresholds) -> tuple[tuple[str, str], ...]:
    rule = thresholds.verdict
    return (
        ("Kans op 'meer dan toeval' als er niets veranderde, bij één toets", _percent(rule.alpha)),
        ("Marge rond een uitkomst", _percent(1 - rule.alpha)),
        (
            "Een verandering is duidelijk: zo ver van de verwachting komt zonder verandering hoogstens",
            _percent(rule.alpha),
        ),
        (
            "Een verandering is een aanwijzing: zo ver van de verwachting komt zonder verandering hoogstens",
            _percent(rule.hint),
        ),
        ("Cijfers van wijken schommelen gewoon, tot", f"{dutch.number(rule.alike, 2)} keer puur toeval"),
        (
            "Van andere leren wat gewoon is",
            f"vanaf {rule.municipalities} gemeenten en {rule.learned_from} eerdere aantallen",
        ),
        ("Gemeenten samen 'de rest van Nederland' noemen", f"vanaf {_percent(rule.whole_country)} van alle gemeenten"),
        (
            "Nagaan of een duidelijke verandering bleef",
            f"waar {dutch.number(rule.lasting_from)} of meer te verwachten was",
        ),
        (
            "'De helft van' of 'twee keer zo veel' in een stuk klopt",
            f"tot een verschil van {_percent(thresholds.statements.roughly)}",
        ),
        ("Een trend uit jaarcijfers", f"vanaf {dutch.number(thresholds.trend.years)} jaren"),
        ("Een trechter of een plaats tussen gemeenten", f"vanaf {dutch.number(rule.peers_from)} gemeenten"),
    )


def _percent(share: float) -> str:
    """Return a share in percent with the decimals it has: 0.001 must not become "0 %"."""
    return f"{dutch.plain(100 * share)}{dutch.NBSP}%"


def _small(thresholds: Thresholds) -> tuple[tuple[str, str], ...]:
    counts, hidden = thresholds.small_counts, thresholds.disclosure
    return (
        ("Een percentage geven", f"vanaf {counts.interval_from} registraties in beide jaren"),
        ("Een percentage zonder marge geven", f"vanaf {counts.percentage_from} registraties in het eerste jaar"),
        ("Niet openbaar, per jaar en gemeente: getoond", f"vanaf {hidden.year_of_municipality}"),
        ("Niet openbaar, per maand of per wijk: getoond", f"vanaf {hidden.finer}"),
        ("Zo veel waarden moet een verborgen aantal houden", f"minstens {hidden.possible_values}"),
        ("Delen gelden nog als som", f"bij een verschil van hoogstens {hidden.revised}"),
        ("Waarden die wij vragen, om dat te halen", f"{hidden.room}, of zo veel als de grens"),
        ("Som van wat samen verborgen is", "zo mogelijk zelf groot genoeg om te tonen"),
        ("Een cijfer meer verborgen dan nodig", f"bij {dutch.percent(100 * hidden.extra)} van de onderwerpen per jaar"),
        ("Nagaan wat te berekenen is", f"tot {dutch.number(hidden.work)} stappen; daarna tonen wij minder"),
        ("Tonen wat stemmers in een dorp kozen", f"vanaf {hidden.voters} stemmers"),
    )


def _monitoring(thresholds: Thresholds) -> tuple[tuple[str, str], ...]:
    chart, signals = thresholds.monitoring, thresholds.signals
    return (
        ("Een golf: een maand boven de grens waar onder blijft", _percent(chart.month)),
        ("Een golf: drie maanden samen boven de grens waar onder blijft", _percent(chart.together)),
        ("Maanden vóór een maand die nog niet meetellen", f"{chart.gap}"),
        ("Eerdere maanden die nodig zijn voor een grens", f"minstens {chart.least}"),
        ("Een verschuiving van het niveau waar wij naar zoeken", f"{dutch.number(chart.shift, 1)} keer zo hoog"),
        (
            "De som die verschuivingen zoekt, slaat aan terwijl er niets verandert",
            f"eens in de {dutch.number(chart.shift_years)} jaar, per kant",
        ),
        ("Een verschuiving houdt aan", f"minstens {chart.confirmed} maanden"),
        ("Gewone band van een maand", _percent(chart.band)),
        ("Jaren in een regelkaart", f"hoogstens {chart.shown_years}"),
        ("Signalen van een regelkaart als er niets verandert", f"{dutch.number(chart.false_alarms, 1)} per jaar"),
        ("Gewone band van een halfjaar: 'let op' daarbuiten", dutch.percent(100 * signals.notice)),
        ("Brede band van een halfjaar: 'signaal' daarbuiten", dutch.percent(100 * signals.signal, 1)),
        ("Eerdere halfjaren naast een halfjaar", f"{signals.least} tot {signals.most}"),
        ("Registraties in zo'n eerder halfjaar", f"gewoonlijk minstens {dutch.number(signals.expected_from)}"),
        ("'Let op' als er niets verandert, gemeten", _percent(signals.false_notice)),
        ("'Signaal' als er niets verandert, gemeten", _percent(signals.false_signal)),
    )


def _files(thresholds: Thresholds) -> tuple[tuple[str, str], ...]:
    revised, new = dutch.percent(100 * thresholds.revision.max_relative), thresholds.refresh
    possible = thresholds.plausible
    return (
        ("Twee exports van dezelfde tabel mogen verschillen", f"hoogstens {revised}"),
        ("Nieuwe cijfers wachten op iemand die kijkt", f"bij meer dan {dutch.percent(100 * new.moved)}"),
        ("Nieuwe cijfers over een afgesloten jaar wachten", f"bij meer dan {dutch.percent(100 * new.revised)}"),
        (
            "Een nieuw jaar wacht ook",
            f"bij meer dan {dutch.number(new.fresh)} keer zo veel of zo weinig als het vorige",
        ),
        ("Ook als de uitgever het niet zegt, is een jaar afgesloten", f"na {dutch.number(new.open_years)} jaren"),
        ("Een bestand is hoogstens", f"{thresholds.files.max_mb}{dutch.NBSP}MB"),
        (
            "Een zipbestand is uitgepakt hoogstens",
            f"{thresholds.files.max_unpacked_mb}{dutch.NBSP}MB en {thresholds.files.max_ratio} keer zo groot",
        ),
        ("Een werkmap is uitgepakt hoogstens", f"{thresholds.files.max_workbook_mb}{dutch.NBSP}MB"),
        ("Een blad van een werkmap heeft hoogstens", f"{dutch.number(thresholds.files.max_cells)} cellen"),
        ("Een aantal in een bestand is hoogstens", dutch.number(possible.largest)),
        ("Een bedrag in een document is hoogstens", dutch.euros(possible.largest_amount)),
        ("Inwoners en een index worden in een jaar", f"nooit {dutch.number(possible.leap)} keer zo groot of zo klein"),
        ("Cijfers gaan over jaren", f"vanaf {possible.first_year}"),
    )


@html.register
def _(register: SourceList) -> str:
    rows = tuple(
        (
            source.path,
            f"{source.publisher}, {table_name(source.table, source.path)}",
            vintage_text(source),
            "nagemaakt" if source.synthetic else "echt",
            checksum_text(source),
        )
        for source in register.sources
    )
    columns = ("Bestand", "Uitgever en tabel", "Datum van het bestand", "Soort gegevens", "Controlegetal (begin)")
    caption, selection = _OF_REPORT if register.of_report else _READ
    table = DataTable("bronnen", caption, columns, rows, text=columns)
    files = html(table) if rows else answer(_NONE)
    unused_table = html(_unused(register.remarks)) if register.remarks else ""
    return files + unused_table + provenance_block((), "deze lijst", selection, _METHOD)


def _unused(remarks: Mapping[str, Sequence[str]]) -> DataTable:
    rows = tuple((path, remark) for path, file_remarks in remarks.items() for remark in file_remarks)
    columns = ("Bestand", "Wat er niet van is gebruikt, of wat eraan opvalt")
    return DataTable("niet_gebruikt", "Wat niet is gebruikt van de bestanden in de map", columns, rows, text=columns)


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
        svg.inline_svg(partial(_draw_foretold, record), id, alt),
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
        years, past["upper"] - past["lower"], bottom=past["lower"], width=0.55, facecolor=svg.LESS, edgecolor=svg.OURS,
        linewidth=0.8, label="gewoon",
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
