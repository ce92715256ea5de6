"""The thresholds in force, as a table a reader can go through."""

from __future__ import annotations

from dataclasses import dataclass

from .. import catalogue
from ..catalogue import Thresholds
from ..results import Result, html
from . import dutch
from .origin import trail
from .tables import Table


@dataclass(frozen=True)
class Rules(Result):
    """The thresholds that decide what is said."""

    thresholds: Thresholds


def rules() -> Rules:
    """Every threshold, so that no page has to repeat one."""
    return Rules(catalogue.thresholds())


@html.register
def _(rules: Rules) -> str:
    known = rules.thresholds
    cells = (*_verdicts(known), *_small(known), *_monitoring(known), *_files(known))
    table = Table("grenzen", "Grenzen die vooraf vastliggen", ("Waarvoor", "Grens"), cells, text=("Grens",))
    selection = "alle grenzen in definitions/thresholds.yml, een bestand van dit programma"
    return html(table) + trail((), "de grenzen", selection, "vooraf gekozen; de reden staat in het bestand erbij")


def _verdicts(known: Thresholds) -> tuple[tuple[str, str], ...]:
    rule = known.verdict
    factor = dutch.number(rule.peers_factor)
    return (
        ("Kans op 'meer dan toeval' als er niets veranderde, bij één toets", dutch.percent(100 * rule.alpha)),
        ("Marge rond een verandering", dutch.percent(100 * (1 - rule.alpha))),
        ("Eén vraag apart getoetst: waarschuwing bij een kans vanaf", dutch.percent(100 * rule.alone, 1)),
        ("Maanden schommelen gewoon, tot", f"{dutch.number(rule.ordinary, 2)} keer puur toeval"),
        ("Maanden schommelen veel sterker, vanaf", f"{dutch.number(rule.waves)} keer puur toeval"),
        ("Gemeenten van onze omvang", f"ons aantal gedeeld door {factor} tot {factor} keer ons aantal"),
        ("Vergelijken met andere gemeenten", f"vanaf {dutch.number(rule.peers_from)} gemeenten"),
    )


def _small(known: Thresholds) -> tuple[tuple[str, str], ...]:
    counts, hidden = known.small_counts, known.disclosure
    return (
        ("Een percentage geven", f"vanaf {counts.interval_from} registraties in beide jaren"),
        ("Een percentage zonder marge geven", f"vanaf {counts.percentage_from} registraties in het eerste jaar"),
        ("Niet openbaar, per jaar en gemeente: getoond", f"vanaf {hidden.year_of_municipality}"),
        ("Niet openbaar, per maand of per wijk: getoond", f"vanaf {hidden.finer}"),
        ("Zo veel waarden houdt een verborgen aantal", f"minstens {hidden.possible_values}"),
        ("Delen gelden nog als som", f"bij een verschil van hoogstens {hidden.revised}"),
        ("Nagaan wat te berekenen is", f"tot {dutch.number(hidden.work)} stappen; daarna tonen wij minder"),
        ("Tonen wat stemmers in een dorp kozen", f"vanaf {hidden.voters} stemmers"),
    )


def _monitoring(known: Thresholds) -> tuple[tuple[str, str], ...]:
    chart, signals = known.monitoring, known.signals
    return (
        ("Gewone jaren van een regelkaart", f"{chart.first_year} tot en met {chart.last_year}"),
        ("Eigen niveau per kalendermaand", f"vanaf {chart.season_from} registraties in die jaren samen"),
        ("Gewone band: 'let op' daarbuiten", dutch.percent(100 * signals.notice)),
        ("Brede band: 'signaal' daarbuiten", dutch.percent(100 * signals.signal, 1)),
        ("Eerdere halfjaren naast een halfjaar", f"{signals.least} tot {signals.most}"),
        ("Registraties in zo'n eerder halfjaar", f"gemiddeld minstens {dutch.number(signals.expected_from)}"),
    )


def _files(known: Thresholds) -> tuple[tuple[str, str], ...]:
    revised, new = dutch.percent(100 * known.revision.max_relative), known.refresh
    possible = known.plausible
    return (
        ("Twee exports van dezelfde tabel mogen verschillen", f"hoogstens {revised}"),
        ("Nieuwe cijfers wachten op iemand die kijkt", f"bij meer dan {dutch.percent(100 * new.moved)}"),
        ("Nieuwe cijfers over een afgesloten jaar wachten", f"bij meer dan {dutch.percent(100 * new.revised)}"),
        (
            "Een nieuw jaar wacht ook",
            f"bij meer dan {dutch.number(new.fresh)} keer zo veel of zo weinig als het vorige",
        ),
        ("Ook als de uitgever het niet zegt, is een jaar afgesloten", f"na {dutch.number(new.open_years)} jaren"),
        ("Een bestand is hoogstens", f"{known.files.max_mb}{dutch.NBSP}MB"),
        (
            "Een zipbestand is uitgepakt hoogstens",
            f"{known.files.max_unpacked_mb}{dutch.NBSP}MB en {known.files.max_ratio} keer zo groot",
        ),
        ("Een werkmap is uitgepakt hoogstens", f"{known.files.max_workbook_mb}{dutch.NBSP}MB"),
        ("Een blad van een werkmap heeft hoogstens", f"{dutch.number(known.files.max_cells)} cellen"),
        ("Een aantal in een bestand is hoogstens", dutch.number(possible.largest)),
        ("Een bedrag in een document is hoogstens", dutch.euros(possible.largest_amount)),
        ("Inwoners en een index worden in een jaar", f"nooit {dutch.number(possible.leap)} keer zo groot of zo klein"),
        ("Cijfers gaan over jaren", f"vanaf {possible.first_year}"),
    )
