"""Where choices and money differ from figures and votes, said as an observation and not as a mistake."""

from __future__ import annotations

from html import escape

from ..policy.departures import Departure, Departures, Money
from ..policy.plan import Means
from ..policy.themes import Row
from ..results import html
from ..series import Missing
from . import dutch, origin
from .plan import euros, hours
from .priorities import matrix_files
from .sentences import answer, src
from .tables import Table
from .theme_figures import figures

_WAYS = {
    "up": "stijgen de cijfers",
    "down": "dalen de cijfers",
    "mixed": "gaan de cijfers twee kanten op",
    "equal": "veranderen de cijfers niet meer dan door toeval",
    None: "zeggen de cijfers niet of er iets stijgt of daalt",
}
_NOTE = "Dit is een waarneming en geen fout. Een keuze weegt meer dan cijfers en stemmen."


@html.register
def _(departures: Departures) -> str:
    silent = departures.of("no_figures")
    themes = {one.row.id for one in departures.found if one not in silent}
    first, last = departures.matrix.overview.first, departures.matrix.overview.last
    told = _number(departures, len(themes))
    if silent:
        chosen = dutch.counted(len(silent), "gekozen thema", "gekozen thema's")
        told += f"Bij {chosen} geven de cijfers geen richting."
    items = "".join(f"<li>{_told(one)}</li>" for one in departures.found)
    plan = [] if isinstance(departures.plan, Missing) else [departures.plan.source]
    trail = origin.trail(
        [*matrix_files(departures.matrix), *plan],
        "verschillen met de keuze",
        f"alle thema's: cijfers van {first} en {last}, plaats bij de stemmers, keuze en budget",
        "de keuze in de documenten naast de cijfers en de stemmen",
    )
    return answer(told.strip()) + (f"<ul>{items}</ul>" if items else "") + trail


def _number(departures: Departures, themes: int) -> str:
    """Of how many themes the choice is another; of none can only be said when there is something to hold it against."""
    matrix = departures.matrix
    compared = matrix.overview.changes
    if themes:
        number = dutch.counted(themes, "thema", "thema's")
        years = f"De cijfers gaan over {matrix.overview.first} tot en met {matrix.overview.last}. " if compared else ""
        return f"Bij <b>{number}</b> wijkt de keuze af van wat cijfers of stemmen alleen zouden zeggen. {_NOTE} {years}"
    voted = not isinstance(matrix.places, Missing)
    if not compared and not voted:
        return "Er zijn geen cijfers en geen stemmen om de keuze naast te leggen. "
    said = dutch.listed([*["de cijfers die er zijn"] * bool(compared), *["de stemmen"] * voted])
    absent = "" if compared and voted else "Er zijn geen stemmen. " if compared else "Er zijn geen cijfers. "
    return f"Bij geen enkel thema wijkt de keuze af van {said}. {absent}"


def _told(one: Departure) -> str:
    label, shown = f"<b>{escape(one.row.theme.label)}</b>", escape(figures(one.row))
    if one.kind == "falls_yet_chosen":
        return f"{label} is gekozen, terwijl de cijfers dalen ({shown})."
    if one.kind == "rises_not_chosen":
        return f"Bij {label} stijgen de cijfers ({shown}), maar dit is geen prioriteit.{_note(one.row)}"
    if one.kind == "most_votes_not_chosen":
        return f"{label} staat bij de stemmers op plaats 1, maar is geen prioriteit.{_note(one.row)}"
    if one.kind == "no_figures":
        none = "met cijfers is er niets over te zeggen"
        why = none if one.row.telling or not one.row.changes else "van de cijfers is niet te zeggen wat gunstig is"
        return f"{label} is gekozen, maar {why} ({shown})."
    return _without_money(one, label, shown)


def _without_money(one: Departure, label: str, shown: str) -> str:
    most = " Van alle thema's kwamen hier de meeste registraties bij." if one.most else ""
    effort = f", wel {dutch.fte(one.means.hours)}" if one.means is not None and one.means.hours else ""
    return f"Bij {label} stijgen de cijfers ({shown}).{most} Het plan heeft er {dutch.euros(0)} voor{effort}."


def _note(row: Row) -> str:
    return f" {escape(row.theme.note)}" if row.theme.note else ""


@html.register
def _(money: Money) -> str:
    if not money.pairs:
        return answer("Het plan heeft geen prioriteiten met cijfers.")
    most = max(money.pairs, key=lambda pair: pair[0].amount or 0)[0].amount
    least = [(means, row) for means, row in money.pairs if means.amount is not None and means.amount < (most or 0)]
    told = [f"De prioriteiten met het meeste geld krijgen {dutch.euros(most or 0)}."]
    told += [_less(means, row) for means, row in least]
    rows = tuple((means.label, euros(means.amount), hours(means), figures(row)) for means, row in money.pairs)
    years = f"{money.matrix.overview.first}–{money.matrix.overview.last}"
    caption = f"Geld en uren per prioriteit naast de cijfers van {years}"
    table = Table("geld-en-cijfers", caption, ("Prioriteit", "Budget", "Uren", "Cijfers"), rows, ("Cijfers",))
    trail = origin.trail(
        [money.plan.source, *matrix_files(money.matrix)],
        "geld naast de cijfers",
        f"budget en uren van elke prioriteit, en de cijfers van {years}",
        "bedragen uit het plan naast twee aantallen met marge",
    )
    return answer(" ".join(told)) + html(table) + src(f"{_NOTE} Van oorzaak en gevolg zegt deze tabel niets.") + trail


def _less(means: Means, row: Row) -> str:
    effort = f" en {dutch.fte(means.hours)}" if means.hours else ""
    given = f"{escape(means.label)} krijgt {dutch.euros(means.amount or 0)}{effort}"
    return f"<b>{given}</b>; daar {_WAYS[row.direction]}."
