"""What became of the statements together: how many got what, key messages, what is untestable, and remarks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from ..documents.statements import Role, TextRemark
from ..policy.judging import Judged, Judgements
from ..store.raw_sources import Source
from ..store.results import Missing, Record, Result, html
from . import dutch, provenance
from .provenance import statement_files
from .sentences import answer, src
from .statement_cards import (
    ADVERSE,
    MEANINGS,
    ONE_AND_MORE,
    heading,
    jump,
    one_and_more,
    partly_tested,
    plain_lines,
    reasons,
)
from .tables import DataTable, details

CHAPTER = "07_uitspraken_getoetst"  # the chapter with every statement, its quote and its tests
_ABSENT, _BEYOND = "niet-toetsbaar-cijfers", "niet-toetsbaar-andere-gegevens"
_PARTS = (
    "Een bewering kan uit meer delen bestaan. Elk deel moet kloppen. Is één deel niet te toetsen, dan is de hele "
    "bewering niet toetsbaar, tenzij een ander deel al weersproken is of toeval kan zijn."
)
_UNTESTED_BESIDES: tuple[Role, Role] = ("goal", "organisation")  # besides claims


@html.register
def _(judgements: Judgements) -> str:
    counts: dict[Role, Mapping[Any, int]] = {
        "claim": judgements.counts,
        "goal": judgements.goals,
        "organisation": judgements.organisation,
        "expectation": judgements.expectations,
    }
    present = {role: states for role, states in counts.items() if judgements.of(role)}
    tables = "".join(html(_count_table(role, judgements.of(role), states)) for role, states in present.items())
    behind = src(_PARTS) + src(_by_chance(judgements)) + tables + _statements_provenance(judgements)
    return answer(" ".join(_answers(judgements))) + details("Hoe wij tellen, en hoe vaak toeval meespeelt", behind)


def _answers(judgements: Judgements) -> list[str]:
    """Say how many statements of each role there are; what became of claims and goals, with links to them."""
    claims, goals = judgements.of("claim"), judgements.of("goal")
    sentences = []
    if claims:
        number = dutch.counted(len(claims), *ONE_AND_MORE["claim"])
        sentences.append(f"Van <b>{number}</b> in de stukken zijn er {_jumps(judgements.counts)}.")
    if goals:
        number = dutch.counted(len(goals), *one_and_more(goals))
        sentences.append(f"Van <b>{number}</b> zijn er {_jumps(judgements.goals)}.{_added(goals)}")
    others: tuple[Role, ...] = ("organisation", "measure", "expectation")
    kinds = {role: len(judgements.of(role)) for role in others}
    besides = [dutch.counted(number, *ONE_AND_MORE[role]) for role, number in kinds.items() if number]
    besides += [dutch.counted(len(judgements.remarks), "opmerking", "opmerkingen")] * bool(judgements.remarks)
    if besides:
        sentences.append(f"Daarna volgen {dutch.listed(besides)}.")
    return sentences or ["Er is geen enkele uitspraak."]


def _added(goals: Sequence[Judged]) -> str:
    """Say which goals only the plan has: those are not among the goals of the policy."""
    ids = [goal.statement.id for goal in goals if goal.added]
    verb = "staat" if len(ids) == 1 else "staan"
    return (
        f" Daarvan {verb} er {len(ids)} alleen in het plan en niet in het beleid ({dutch.listed(ids)})." if ids else ""
    )


def _jumps(counts: Mapping[Any, int]) -> str:
    return dutch.listed([jump(standing, counts[standing]) for standing in MEANINGS if counts.get(standing)])


_TABLES: dict[Role, tuple[str, str, str]] = {
    "claim": ("oordelen", "Beweringen per oordeel", "Oordeel"),
    "goal": ("doelen", "{} per uitkomst", "Uitkomst"),
    "organisation": ("organisatie", "Uitspraken over de organisatie", "Naast de stukken"),
    "expectation": ("verwachtingen", "Verwachtingen per uitkomst", "Uitkomst"),
}


def _count_table(role: Role, judged: Sequence[Judged], counts: Mapping[Any, int]) -> DataTable:
    """Return the number of statements with each judgement, and of how many a figure is made up if that is of any."""
    id, caption, header = _TABLES[role]
    caption = caption.format(dutch.capitalised(one_and_more(judged)[1]))
    invented = Counter(item.judgement for item in judged if item.is_made_up)
    rows = tuple(
        (str(kind).capitalize(), dutch.number(count), dutch.number(invented[kind])) for kind, count in counts.items()
    )
    columns, shown = (header, "Aantal", "Met nagemaakte cijfers"), 3 if invented else 2
    return DataTable(id, caption, columns[:shown], tuple(row[:shown] for row in rows))


def _by_chance(judgements: Judgements) -> str:
    """Say how many differences were tested on chance, and how many would be called one if nothing had changed."""
    if not judgements.questions:
        return ""
    tested = dutch.counted(len(judgements.questions), "verschil", "verschillen")
    clear, hints = (_times(number) for number in (judgements.clear_by_chance, judgements.hints_by_chance))
    also = f", en was er {hints} een aanwijzing" if judgements.hints_by_chance else ""
    return (
        f"Bij {tested} gingen wij na of het toeval kan zijn. Een verschil dat in meer uitspraken staat, telt één keer. "
        f"Stel dat er niets was veranderd. Dan leek er gemiddeld toch {clear} iets duidelijk anders{also}."
    )


def _times(number: float) -> str:
    return "minder dan één keer" if number < 1 else f"ongeveer {dutch.number(number)} keer"


def _statements_provenance(judgements: Judgements) -> str:
    number = dutch.counted(len(judgements.judged), "uitspraak", "uitspraken")
    selection = f"alle uitspraken ({number}); de bronnen van elke uitspraak staan erbij"
    return provenance.provenance_block([judgements.file], "alle uitspraken", selection, "oordelen geteld")


@dataclass(frozen=True)
class Untestable(Result):
    """What could not be tested, measured or checked, with the reason.

    Parameters
    ----------
    absent : tuple of Judged
        Claims: figures are missing, or there are too few registrations.
    beyond : tuple of Judged
        Claims: no figure can show it; another kind of record can.
    goals : tuple of Judged
        Goals that could not be measured.
    organisation : tuple of Judged
        Statements about the organisation on which the documents say nothing else.
    """

    absent: tuple[Judged, ...]
    beyond: tuple[Judged, ...]
    goals: tuple[Judged, ...]
    organisation: tuple[Judged, ...]

    def records(self) -> list[Record]:
        """Return how many statements there are of each kind."""
        sizes = {"absent": self.absent, "beyond": self.beyond, "all": self.absent + self.beyond, "goals": self.goals}
        sizes |= {"in_part": tuple(filter(partly_tested, self.absent)), "organisation": self.organisation}
        names = tuple(dict.fromkeys(judged.file.name for parts in sizes.values() for judged in parts))
        return [
            Record(f"untestable.{id}", "niet toetsbare uitspraken", "", "", len(judged), "count", source=names)
            for id, judged in sizes.items()
        ]


def untestable(judgements: Judgements | Missing) -> Untestable | Missing:
    """Return the statements that could not be tested, and what is needed to test them.

    Parameters
    ----------
    judgements : Judgements or Missing

    Returns
    -------
    Untestable or Missing
        ``Missing`` when the judgements are.
    """
    if isinstance(judgements, Missing):
        return judgements
    untested = [judged for judged in judgements.of("claim") if not judged.settled]
    absent = tuple(judged for judged in untested if not _beyond(judged))
    goals, organisation = (
        tuple(judged for judged in judgements.of(role) if not judged.settled) for role in _UNTESTED_BESIDES
    )
    return Untestable(absent, tuple(filter(_beyond, untested)), goals, organisation)


@html.register
def _(result: Untestable) -> str:
    claims = (*result.absent, *result.beyond)
    if not claims:
        return answer("Wij konden alle beweringen toetsen.")
    absent, beyond = len(result.absent), len(result.beyond)
    sentences = []
    if absent:
        sentences.append(f"Bij <b>{absent}</b> ontbreken cijfers of zijn er te weinig registraties{_in_part(result)}.")
    if beyond:
        verb = "gaat" if beyond == 1 else "gaan"
        sentences.append(f"<b>{beyond}</b> {verb} over iets waar deze cijfers niets over zeggen.")
    tables = [
        reasons(_ABSENT, "Cijfers ontbreken, of er zijn te weinig registraties", result.absent),
        reasons(_BEYOND, "Er zijn andere gegevens voor nodig", result.beyond),
    ]
    behind = "".join(html(table) for table in tables if table.cells) + _untested_provenance(result)
    why = details("Waarom niet, en wat is ervoor nodig?", behind)
    return heading(claims) + answer(" ".join(sentences)) + plain_lines(claims) + why


def _beyond(judged: Judged) -> bool:
    """Whether no figure can show it."""
    return all(outcome.test.kind == "process" for outcome in judged.outcomes)


def _in_part(result: Untestable) -> str:
    """Say of how many a part could be tested."""
    number = sum(map(partly_tested, result.absent))
    return f" (van {number} kon een deel wel worden getoetst)" if number else ""


def _untested_provenance(result: Untestable) -> str:
    """Return the documents, and the files of the parts that could be tested."""
    used = statement_files(*result.absent, *result.beyond)
    selection = "alle beweringen die niet te toetsen zijn; de plaats in de documenten staat erbij"
    return provenance.provenance_block(
        used, "wat niet te toetsen is", selection, "elke uitspraak naast de cijfers die er zijn"
    )


@dataclass(frozen=True)
class Remarks(Result):
    """Contradictions within the source text itself.

    Parameters
    ----------
    remarks : tuple of TextRemark
    file : Source
        Their document.
    first : tuple of TextRemark
        Those about a statement that the figures or documents go against.
    repeated : tuple of str
        Statements that only repeat a remark, and have no other place.
    """

    remarks: tuple[TextRemark, ...]
    file: Source
    first: tuple[TextRemark, ...] = ()
    repeated: tuple[str, ...] = ()


def remarks(judgements: Judgements | Missing) -> Remarks | Missing:
    """Return the remarks on the source text.

    Parameters
    ----------
    judgements : Judgements or Missing

    Returns
    -------
    Remarks or Missing
        ``Missing`` when the judgements are.
    """
    if isinstance(judgements, Missing):
        return judgements
    against = {judged.statement.id for judged in judgements.judged if judged.judgement in ADVERSE}
    first = tuple(remark for remark in judgements.remarks if against & set(remark.statements))
    repeated = tuple(judged.statement.id for judged in judgements.of("remark"))
    return Remarks(judgements.remarks, judgements.file, first, repeated)


@html.register
def _(result: Remarks) -> str:
    if not result.remarks:
        return '<p class="note">Bij de brontekst zijn er geen opmerkingen.</p>'
    rows = tuple(
        (remark.text, ", ".join(remark.places), ", ".join(remark.statements) or "geen") for remark in result.remarks
    )
    columns = ("Opmerking", "Plaats", "Uitspraken")
    caption = "Wat in de beleidsstukken zelf niet overeenkomt"
    table = DataTable("opmerkingen", caption, columns, rows, text=columns, anchors=_repeated_in(result))
    selection = "alle opmerkingen; de plaats in de documenten staat erbij"
    origin = provenance.provenance_block([result.file], "opmerkingen", selection, "lezen en naast elkaar leggen")
    number = dutch.counted(len(result.remarks), "opmerking", "opmerkingen")
    return _first_remarks(result) + details(f"Alle {number}, met hun plaats in de stukken", html(table) + origin)


def _first_remarks(result: Remarks) -> str:
    """Return the remarks that say most about what is contradicted or missed."""
    if not result.first:
        return ""
    about = "Over een weersproken bewering of een doel dat niet is gehaald:"
    return f"<p>{about}</p><ul>{''.join(f'<li>{escape(remark.text)}</li>' for remark in result.first)}</ul>"


def _repeated_in(result: Remarks) -> tuple[tuple[str, ...], ...]:
    """Return for each remark the statements that are shown by it and by none before it."""
    places: dict[str, TextRemark] = {}
    for remark in result.remarks:
        for id in remark.statements:
            places.setdefault(id, remark)
    return tuple(
        tuple(id for id in remark.statements if id in result.repeated and places[id] is remark)
        for remark in result.remarks
    )
