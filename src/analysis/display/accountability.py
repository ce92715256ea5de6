"""The methods chapter: breaks, thresholds fixed beforehand, and the list of raw files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from ..definitions import catalogue
from ..definitions.catalogue import Break, Thresholds
from ..definitions.periods import MONTHS
from ..store.raw_sources import SourceList
from ..store.results import Result, html
from . import dutch
from .provenance import checksum_text, provenance_block, table_name, vintage_text
from .sentences import answer
from .tables import DataTable

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
        ("Een lijn tekenen en geen punten", f"als er per jaar meestal minstens {counts.dots_below} registraties zijn"),
        ("Een zin in plaats van een grafiek", f"als het in geen enkel jaar meer dan {counts.words_to} zijn"),
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
