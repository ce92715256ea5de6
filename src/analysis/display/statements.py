"""Every statement of the policy documents as the council reads it: what it says, the verdict, and why."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from ..policy.judged import Judged
from ..policy.statements import Judgements
from ..results import Result, html
from ..series import Missing
from ..statistics.verdicts import Verdict
from . import dutch, origin
from .evidence_trail import trail
from .references import spelled
from .sentences import answer, src
from .tables import Table, details, slug
from .territory import territory

GROUPS = {
    "woon": "veilige woon- en leefomgeving",
    "bedrijvigheid": "bedrijvigheid en veiligheid",
    "jeugd": "jeugd en veiligheid",
    "fysiek": "fysieke veiligheid",
    "integriteit": "integriteit en veiligheid",
    "stemming": "de stemming",
    "keuzes": "prioriteiten en thema's",
    "doelen": "doelen",
    "middelen": "geld en uren",
    "organisatie": "organisatie en afspraken",
}


@dataclass(frozen=True)
class Group(Result):
    """The statements about one subject that could be tested; their numbers are in the record of all."""

    name: str
    judged: tuple[Judged, ...]
    documents: dict[str, str]


def statements(judgements: Judgements | Missing, name: str) -> Group | Missing:
    """The statements about one subject: ``woon``, ``stemming``, ``middelen``, … ."""
    if isinstance(judgements, Missing):
        return judgements
    chosen = [one for one in judgements.judged if one.statement.group == name]
    tested = tuple(one for one in chosen if one.verdict is not Verdict.NOT_TESTABLE)
    return Group(GROUPS[name], tested, judgements.document.documents)


@html.register
def _(judgements: Judgements) -> str:
    total, counts = len(judgements.judged), judgements.counts
    tested = total - counts[Verdict.NOT_TESTABLE]
    said = dutch.counted(total, "uitspraak", "uitspraken")
    told = (
        f"Wij gingen <b>{said}</b> uit de beleidsstukken na. Daarvan konden wij er {tested} "
        f"toetsen: {dutch.listed([f'{counts[one]} {one}' for one in Verdict if one is not Verdict.NOT_TESTABLE])}."
    )
    rows = tuple((str(one).capitalize(), dutch.number(count)) for one, count in counts.items())
    table = Table("oordelen", "Uitspraken per oordeel", ("Oordeel", "Aantal"), rows)
    found = "".join(_listed(one, judgements) for one in Verdict if one is not Verdict.NOT_TESTABLE)
    number = dutch.counted(judgements.corrected, "toets", "verschillende toetsen")
    family = (
        f"Bij {number} is de vraag of een verschil meer is dan toeval. Wie veel toetst, vindt altijd wel iets dat "
        "opvalt. Die oordelen zijn daarvoor gecorrigeerd (methode van Holm). Of een doel is gehaald, is een kwestie "
        "van tellen. Dat telt hier niet mee."
    )
    return answer(told) + html(table) + found + (src(family) if judgements.corrected else "") + _trail(judgements)


def _listed(verdict: Verdict, judgements: Judgements) -> str:
    """The statements with one verdict, each a link to its own heading further down the page."""
    said = [one.statement for one in judgements.judged if one.verdict is verdict]
    items = "".join(f'<li><a href="#{slug(one.id)}">{escape(one.claim)}</a> ({escape(one.id)})</li>' for one in said)
    title = f"{str(verdict).capitalize()}: {dutch.counted(len(said), 'uitspraak', 'uitspraken')}"
    return details(title, f"<ul>{items}</ul>") if said else ""


def _trail(judgements: Judgements) -> str:
    said = dutch.counted(len(judgements.judged), "uitspraak", "uitspraken")
    selection = f"alle uitspraken ({said}); de bronnen van elke uitspraak staan erbij"
    times = dutch.counted(judgements.corrected, "vergelijking", "vergelijkingen")
    family = f"; toetsen op toeval gecorrigeerd voor {times} (methode van Holm)"
    method = f"oordelen geteld{family if judgements.corrected else ''}"
    return origin.trail([judgements.file], "alle uitspraken", selection, method)


@html.register
def _(group: Group) -> str:
    if not group.judged:
        return f'<p class="note">Over {escape(group.name)} kon geen uitspraak worden getoetst.</p>'
    return "".join(card(one, group.documents) for one in group.judged)


def card(one: Judged, documents: dict[str, str]) -> str:
    """One statement: our words as heading, the words of the document, the verdict and what it rests on."""
    said = one.statement
    where = f"{documents.get(said.document, said.document)}, {said.section}, regel {said.line} ({said.id})"
    return (
        f'<h3 id="{slug(said.id)}">{escape(said.claim)} {badge(one.verdict)}</h3>{quote(one)}{src(where)}'
        f"{_same(one)}{_findings(one, documents)}{_unknown(one, documents)}{trail(one)}"
    )


def _findings(one: Judged, documents: dict[str, str]) -> str:
    """What each test found; with more than one, each with its own verdict."""
    if len(one.outcomes) == 1:
        return f"<p>{escape(spelled(one.words, documents))}</p>"
    told = [(escape(spelled(each.words, documents)), each.verdict) for each in one.outcomes]
    items = "".join(f"<li>{words} <i>({verdict})</i></li>" for words, verdict in told)
    return f"<ul>{items}</ul>"


def cautions(one: Judged) -> tuple[str, ...]:
    """What a reader must know besides the verdict: as the document of statements says, and as the figures say."""
    return tuple(dict.fromkeys([*one.statement.cautions, *areas(one)]))


def areas(one: Judged) -> tuple[str, ...]:
    """How the figures of a statement came to stand for the municipality of today, where they are older."""
    findings = [each.finding for each in one.outcomes if not isinstance(each.finding, Missing)]
    return tuple(territory(*(found.used for found in findings if found.used is not None)))


def badge(verdict: Verdict) -> str:
    """A verdict on a sentence; it has no direction, so no arrow."""
    return f'<span class="verdict"><span class="vh">Oordeel: </span>{verdict}</span>'


def quote(one: Judged) -> str:
    """What the document says, letter by letter."""
    return f"<blockquote><p>“{escape(one.statement.quote)}”</p></blockquote>"


def _same(one: Judged) -> str:
    """Where the same thing was said before."""
    same = one.statement.same_as
    return f"<p>Dezelfde bewering als {escape(same)}.</p>" if same else ""


def _unknown(one: Judged, documents: dict[str, str]) -> str:
    items = "".join(f"<li>{escape(spelled(sentence, documents))}</li>" for sentence in cautions(one))
    return details(f"Wat weten we niet? (uitspraak {one.statement.id})", f"<ul>{items}</ul>") if items else ""
