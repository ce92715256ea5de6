"""The key messages: at most five statements, with verdict, number and what we do not know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from ..documents.statements import TextRemark
from ..policy.judging import Judged, Judgements, judge
from ..statistics.verdicts import Verdict
from ..store.raw_sources import Source
from ..store.results import Record, Result, html
from ..store.series import Missing
from . import dutch, provenance
from .dutch import spelled
from .provenance import statement_files, statement_provenance
from .reservations import Caveats, territory
from .sentences import answer, src
from .tables import DataTable, details, slug

CHAPTER = "07_uitspraken_getoetst"  # where every statement stands with its quote and all it was tested on


@dataclass(frozen=True)
class KeyMessages(Result):
    """The statements that the document puts first, in its order."""

    judged: tuple[Judged, ...]

    def records(self) -> list[Record]:
        """All numbers of these statements."""
        return [record for one in self.judged for record in one.records()]


def key_messages(municipality: str, folder: Path | None = None) -> KeyMessages | Missing:
    """The key messages of a municipality, at most five.

    Returns
    -------
    KeyMessages or Missing
        ``Missing`` when no statements were delivered.
    """
    judgements = judge(municipality, folder)
    if isinstance(judgements, Missing):
        return judgements
    return KeyMessages(tuple(judgements.by_id[id] for id in judgements.document.key_messages))


@html.register
def _(messages: KeyMessages) -> str:
    return "".join(_message(number, one) for number, one in enumerate(messages.judged, 1))


def _message(number: int, one: Judged) -> str:
    said, tested = one.statement, one.verdict is not Verdict.NOT_TESTABLE
    place, asked = (slug(said.id), "wat is er getoetst, en hoe?") if tested else (table(one), "waarom niet getoetst?")
    link = f'<a href="{CHAPTER}.html#{place}">Uitspraak {escape(said.id)}: {asked}</a>'
    unknown = html(Caveats(cautions(one), heading="")) if tested else ""  # they are about what was found
    told = answer(escape(one.words))
    title = f"<h3>{number}. {escape(said.claim)} {badge(one.verdict)}</h3>"
    return f'{title}{told}{unknown}<p class="src">{link}</p>{statement_provenance(one)}'


_ABSENT, _BEYOND = "niet-toetsbaar-cijfers", "niet-toetsbaar-andere-gegevens"


@dataclass(frozen=True)
class Untestable(Result):
    """The statements that could not be tested, with the reason.

    Parameters
    ----------
    absent : tuple of Judged
        Figures are missing, or there are too few registrations.
    beyond : tuple of Judged
        No figure can show it; another record can.
    """

    absent: tuple[Judged, ...]
    beyond: tuple[Judged, ...]

    def records(self) -> list[Record]:
        """How many there are of both kinds."""
        sizes = {"absent": self.absent, "beyond": self.beyond, "all": self.absent + self.beyond}
        sizes["in_part"] = tuple(filter(partly, self.absent))
        names = tuple(dict.fromkeys(one.file.name for one in sizes["all"]))
        return [
            Record(f"untestable.{id}", "niet toetsbare uitspraken", "", "", len(judged), "count", source=names)
            for id, judged in sizes.items()
        ]


@dataclass(frozen=True)
class Remarks(Result):
    """What does not agree in the source text itself."""

    remarks: tuple[TextRemark, ...]
    file: Source


def untestable(judgements: Judgements | Missing) -> Untestable | Missing:
    """What could not be tested, and what is needed for it."""
    if isinstance(judgements, Missing):
        return judgements
    judged = [one for one in judgements.judged if one.verdict is Verdict.NOT_TESTABLE]
    absent, beyond = (tuple(one for one in judged if _beyond(one) is is_so) for is_so in (False, True))
    return Untestable(absent, beyond)


def _beyond(one: Judged) -> bool:
    """Whether no figure can show it."""
    return all(each.test.kind == "process" for each in one.outcomes)


def table(one: Judged) -> str:
    """The id of the table that says why a statement could not be tested."""
    return _BEYOND if _beyond(one) else _ABSENT


def remarks(judgements: Judgements | Missing) -> Remarks | Missing:
    """Remarks on the source text."""
    return judgements if isinstance(judgements, Missing) else Remarks(judgements.remarks, judgements.file)


@html.register
def _(result: Untestable) -> str:
    absent, beyond = len(result.absent), len(result.beyond)
    if not absent + beyond:
        return answer("Wij konden alle uitspraken toetsen.")
    number = dutch.counted(absent + beyond, "uitspraak", "uitspraken")
    told = f"<b>{number}</b> konden wij niet toetsen."
    if absent:
        told += f" Bij {absent} daarvan ontbreken cijfers of zijn er te weinig registraties{_in_part(result)}."
    if beyond:
        about = "gaat" if beyond == 1 else "gaan"
        told += f" Er {about} er {beyond} over iets waar deze cijfers niets over zeggen."
    tables = [
        _reasons(_ABSENT, "Cijfers ontbreken, of er zijn te weinig registraties", result.absent),
        _reasons(_BEYOND, "Er zijn andere gegevens voor nodig", result.beyond),
    ]
    return answer(told) + "".join(html(table) for table in tables if table.cells) + _untested_provenance(result)


def _untested_provenance(result: Untestable) -> str:
    """The documents, and the files of the parts that could be tested."""
    used = statement_files(*result.absent, *result.beyond)
    selection = "alle uitspraken met het oordeel 'niet toetsbaar'; de plaats in de documenten staat erbij"
    return provenance.provenance_block(
        used, "wat niet te toetsen is", selection, "elke uitspraak naast de cijfers die er zijn"
    )


def _in_part(result: Untestable) -> str:
    """Of how many a part could be tested."""
    number = sum(map(partly, result.absent))
    return f" (van {number} kon een deel wel worden getoetst)" if number else ""


def _reasons(id: str, caption: str, judged: Sequence[Judged]) -> DataTable:
    rows = tuple(
        (one.statement.id, one.statement.claim, _why(one), f"{one.statement.document}:{one.statement.line}")
        for one in judged
    )
    columns = ("Nummer", "Uitspraak", "Waarom niet, en wat is er nodig?", "Plaats")
    return DataTable(id, caption, columns, rows, text=columns)


def _why(one: Judged) -> str:
    """The reasons; beside a part that could be tested, every part with its own verdict."""
    if not partly(one):
        return one.words
    return " ".join(f"{each.words} ({each.verdict})" for each in one.outcomes)


def partly(one: Judged) -> bool:
    """Whether some part could be tested, which cannot carry the whole."""
    return any(each.verdict is not Verdict.NOT_TESTABLE for each in one.outcomes)


@html.register
def _(result: Remarks) -> str:
    if not result.remarks:
        return '<p class="note">Bij de brontekst zijn er geen opmerkingen.</p>'
    rows = tuple(
        (remark.text, ", ".join(remark.places), ", ".join(remark.statements) or "geen") for remark in result.remarks
    )
    columns = ("Opmerking", "Plaats", "Uitspraken")
    caption = "Wat in de beleidsstukken zelf niet overeenkomt"
    table = html(DataTable("opmerkingen", caption, columns, rows, text=columns))
    selection = "alle opmerkingen; de plaats in de documenten staat erbij"
    return table + provenance.provenance_block([result.file], "opmerkingen", selection, "lezen en naast elkaar leggen")


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
class StatementGroup(Result):
    """The statements about one subject that could be tested; their numbers are in the record of all."""

    name: str
    judged: tuple[Judged, ...]
    documents: dict[str, str]


def statements(judgements: Judgements | Missing, name: str) -> StatementGroup | Missing:
    """The statements about one subject: ``woon``, ``stemming``, ``middelen``, … ."""
    if isinstance(judgements, Missing):
        return judgements
    chosen = [one for one in judgements.judged if one.statement.group == name]
    tested = tuple(one for one in chosen if one.verdict is not Verdict.NOT_TESTABLE)
    return StatementGroup(GROUPS[name], tested, judgements.document.documents)


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
    table = DataTable("oordelen", "Uitspraken per oordeel", ("Oordeel", "Aantal"), rows)
    found = "".join(_listed(one, judgements) for one in Verdict if one is not Verdict.NOT_TESTABLE)
    number = dutch.counted(judgements.corrected, "toets", "verschillende toetsen")
    family = (
        f"Bij {number} is de vraag of een verschil meer is dan toeval. Wie veel toetst, vindt altijd wel iets dat "
        "opvalt. Die oordelen zijn daarvoor gecorrigeerd (methode van Holm). Of een doel is gehaald, is een kwestie "
        "van tellen. Dat telt hier niet mee."
    )
    return (
        answer(told)
        + html(table)
        + found
        + (src(family) if judgements.corrected else "")
        + _statements_provenance(judgements)
    )


def _listed(verdict: Verdict, judgements: Judgements) -> str:
    """The statements with one verdict, each a link to its own heading further down the page."""
    said = [one.statement for one in judgements.judged if one.verdict is verdict]
    items = "".join(f'<li><a href="#{slug(one.id)}">{escape(one.claim)}</a> ({escape(one.id)})</li>' for one in said)
    title = f"{str(verdict).capitalize()}: {dutch.counted(len(said), 'uitspraak', 'uitspraken')}"
    return details(title, f"<ul>{items}</ul>") if said else ""


def _statements_provenance(judgements: Judgements) -> str:
    said = dutch.counted(len(judgements.judged), "uitspraak", "uitspraken")
    selection = f"alle uitspraken ({said}); de bronnen van elke uitspraak staan erbij"
    times = dutch.counted(judgements.corrected, "vergelijking", "vergelijkingen")
    family = f"; toetsen op toeval gecorrigeerd voor {times} (methode van Holm)"
    method = f"oordelen geteld{family if judgements.corrected else ''}"
    return provenance.provenance_block([judgements.file], "alle uitspraken", selection, method)


@html.register
def _(group: StatementGroup) -> str:
    if not group.judged:
        return f'<p class="note">Over {escape(group.name)} kon geen uitspraak worden getoetst.</p>'
    return "".join(card(one, group.documents) for one in group.judged)


def card(one: Judged, documents: dict[str, str]) -> str:
    """One statement: our words as heading, the words of the document, the verdict and what it rests on."""
    said = one.statement
    where = f"{documents.get(said.document, said.document)}, {said.section}, regel {said.line} ({said.id})"
    return (
        f'<h3 id="{slug(said.id)}">{escape(said.claim)} {badge(one.verdict)}</h3>{quote(one)}{src(where)}'
        f"{_same(one)}{_findings(one, documents)}{_unknown(one, documents)}{statement_provenance(one)}"
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
