"""What was found about the documents themselves, in words: sums, lists and numbers."""

from __future__ import annotations

from decimal import Decimal

from ..policy.findings import told
from ..policy.lists import Known
from ..policy.sums import Added
from ..policy.texts import Counted, Listed
from ..statistics.verdicts import Verdict
from . import dutch

_HOURS, _CENTS = 2, 2
_COLUMNS = {
    "costs": "de kosten van de maatregelen",
    "budget": "de regels van de begroting",
    "regular": "de uren voor gewoon werk",
    "priority": "de extra uren voor prioriteiten",
    "external": "de externe ondersteuning",
    "capacity": "alle uren",
}
_RELATIONS = {"<": "minder dan", "<=": "niet meer dan", "=": "gelijk aan", ">=": "niet minder dan", ">": "meer dan"}


@told.register
def _(found: Added) -> str:
    total, claimed = (_amount(value, found.of) for value in (found.total, found.claimed))
    rows = dutch.counted(len(found.known), "regel", "regels")
    same = "dat staat ook in het document" if found.total == found.claimed else f"in het document staat {claimed}"
    about = f" bij {found.label}" if found.label else ""
    base = f"Wij tellen {_COLUMNS[found.of]}{about} op ({rows}): {total}; {same}."
    unknown = f" Van {dutch.counted(found.unknown, 'regel', 'regels')} kennen wij het bedrag niet."
    return base + (unknown if found.unknown else "")


def _amount(value: Decimal, column: str) -> str:
    if column not in ("costs", "budget"):
        return f"{dutch.number(float(value), _HOURS)}{dutch.NBSP}fte"
    return f"€{dutch.NBSP}{dutch.number(float(value), 0 if value == int(value) else _CENTS)}"


@told.register
def _(found: Listed) -> str:
    absent, extra, parts = (dutch.listed(names) for names in (found.absent, found.extra, found.unnamed_parts))
    if len(found.known.items) == len(found.claimed) == 1 and absent:
        return f"In dit document staat '{extra}', op een andere plek '{absent}'. {_source(found)}"
    differences = [
        f"In het document ontbreekt: {absent}." if absent else "",
        f"Alleen in het document staat: {extra}." if extra else "",
        f"Ook een deel hoort erbij: {parts}." if parts else "",
    ]
    same = "" if any(differences) else "Dat is dezelfde lijst als in het document."
    known = f"Wij vonden er {len(found.known.items)}: {dutch.listed(found.known.items)}."
    return " ".join(filter(None, [known, *differences, same, _source(found)]))


@told.register
def _(found: Counted) -> str:
    number, claimed = (_number(value, found.known) for value in (found.number, found.claimed))
    if found.compare == "=":
        same = "net als in het document" if found.number == found.claimed else f"in het document staat {claimed}"
        return f"Wij vonden {number}, {same}. {_source(found)}"
    holds = "" if found.verdict is Verdict.CONFIRMED else "niet "
    return f"Wij vonden {number}. Dat is {holds}{_RELATIONS[found.compare]} {claimed}. {_source(found)}"


def _number(value: float, known: Known) -> str:
    """A number with what it counts; a year is no number of thousands."""
    if known.is_year:
        return f"het jaar {value:.0f}"
    return f"{dutch.plain(value)} {known.unit}".rstrip()


_ABOUT = {
    "villages": "de stembriefjes",
    "themes": "de stemkaart",
    "max_choices": "de stemkaart",
    "chosen": "de gekozen prioriteiten",
    "possible": "de mogelijke prioriteiten",
}


def _source(found: Listed | Counted) -> str:
    return f"Bron: {found.known.place or _ABOUT.get(found.known.about, found.known.about)}."
