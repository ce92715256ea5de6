"""Statements with what they get: counts, each by role and subject, key messages, untestable ones, and remarks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from ..documents.statements import Role, TextRemark
from ..documents.texts import Place
from ..policy.document_tests import Added
from ..policy.judging import UNSETTLED, Judged, Judgements, TestOutcome
from ..policy.level_tests import GoalFigure, GoalMeasure, GoalState
from ..statistics.verdicts import Verdict
from ..store.raw_sources import Source
from ..store.results import Missing, Record, Result, html
from . import dutch, provenance
from .dutch import expand_references, place_unit
from .finding_texts import divided_text, judged_text, outcome_text
from .provenance import statement_files, statement_provenance
from .reservations import territory
from .sentences import answer, src
from .tables import DataTable, details, kinds_within, slug

CHAPTER = "07_uitspraken_getoetst"  # the chapter with every statement, its quote and its tests
_ABSENT, _BEYOND, _GOALS = "niet-toetsbaar-cijfers", "niet-toetsbaar-andere-gegevens", "niet-te-meten-doelen"
_ORGANISATION = "niet-na-te-gaan"
_UNTESTED_BESIDES: tuple[Role, Role] = ("goal", "organisation")  # besides claims
# What is no claim has a section of its own: the name of the section, by role.
ROLES: dict[Role, str] = {
    "goal": "de doelen",
    "measure": "de maatregelen",
    "organisation": "de organisatie",
    "expectation": "verwachtingen",
}
_ONE_AND_MORE: dict[Role, tuple[str, str]] = {
    "claim": ("bewering", "beweringen"),
    "goal": ("doel", "doelen"),
    "organisation": ("uitspraak over de organisatie", "uitspraken over de organisatie"),
    "expectation": ("verwachting", "verwachtingen"),
}
_BADGES: dict[Role, str] = {
    "claim": "Oordeel",
    "goal": "Doel",
    "measure": "Stand",
    "organisation": "Stukken",
    "expectation": "Verwachting",
}
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


@html.register
def _(judgements: Judgements) -> str:
    counts: dict[Role, Mapping[Any, int]] = {
        "claim": judgements.counts,
        "goal": judgements.goals,
        "organisation": judgements.organisation,
        "expectation": judgements.expectations,
    }
    present = {role: states for role, states in counts.items() if judgements.of(role)}
    return (
        answer(" ".join([f"Wij gingen <b>{_kinds(judgements)}</b> uit de beleidsstukken na.", *_answers(judgements)]))
        + "".join(_overview(role, judgements.of(role), states) for role, states in present.items())
        + src(_by_chance(judgements))
        + src(_elsewhere(judgements))
        + _statements_provenance(judgements)
    )


def _answers(judgements: Judgements) -> list[str]:
    """Say how many statements of each role got what."""
    counts = judgements.counts
    organisation, expectations = judgements.organisation, judgements.expectations
    testable = [verdict for verdict in Verdict if verdict is not Verdict.NOT_TESTABLE]
    tested = sum(counts.values()) - counts[Verdict.NOT_TESTABLE]
    sentences: dict[Role, str] = {
        "claim": (
            f"Van de beweringen konden wij er {tested} toetsen: {_counted(counts, testable)}."
            f"{_what_confirmed(judgements)}"
        ),
        "goal": _goals_by_period(judgements.of("goal")),
        "organisation": (
            f"Over de organisatie: {_counted(organisation, list(filter(organisation.get, organisation)))}."
        ),
        "expectation": f"Van de verwachtingen: {_counted(expectations, list(filter(expectations.get, expectations)))}.",
    }
    return [sentence for role, sentence in sentences.items() if judgements.of(role)]


def _what_confirmed(judgements: Judgements) -> str:
    """Say how many of the confirmed claims only add up the plan itself, and how many rest on made-up figures."""
    confirmed = [item for item in judgements.of("claim") if item.judgement is Verdict.CONFIRMED]
    sums = sum(all(isinstance(outcome.finding, Added) for outcome in item.outcomes) for item in confirmed)
    invented = sum(item.is_made_up for item in confirmed)
    parts = [f"zijn er {sums} optelsommen van geld en uren uit het plan zelf"] * bool(sums)
    parts += [f"steunen er {invented} op nagemaakte cijfers"] * bool(invented)
    return f" Van de {len(confirmed)} bevestigde {dutch.listed(parts)}." if parts else ""


def _goals_by_period(goals: Sequence[Judged]) -> str:
    """Say what became of the goals of each period: those of a period to come could not be reached yet."""
    sentences = []
    for period in sorted({item.period for item in goals}):
        counts = Counter(item.judgement for item in goals if item.period == period)
        about = f" voor {escape(period)}" if period else ""
        number = dutch.counted(counts.total(), "doel", "doelen")
        verb = "is" if counts.total() == 1 else "zijn"
        sentences.append(f"Van {number}{about} {verb} er {_counted(counts, list(filter(counts.get, GoalState)))}.")
    return " ".join(sentences)


def _overview(role: Role, judged: Sequence[Judged], counts: Mapping[Any, int]) -> str:
    """Return the number of statements of one role by what they got, each with links to where they are shown."""
    tables: dict[Role, tuple[str, str, str]] = {
        "claim": ("oordelen", "Beweringen per oordeel", "Oordeel"),
        "goal": ("doelen", "Doelen per uitkomst", "Uitkomst"),
        "organisation": ("organisatie", "Uitspraken over de organisatie", "Naast de stukken"),
        "expectation": ("verwachtingen", "Verwachtingen per uitkomst", "Uitkomst"),
    }
    shown = [state for state in counts if state not in UNSETTLED or role == "expectation"]
    table = html(_count_table(*tables[role], judged, counts))
    return table + "".join(_listed(state, judged, role) for state in shown)


def _count_table(id: str, caption: str, header: str, judged: Sequence[Judged], counts: Mapping[Any, int]) -> DataTable:
    """Return the number of statements with each judgement, and of how many a figure is made up if that is of any."""
    invented = Counter(item.judgement for item in judged if item.is_made_up)
    rows = tuple(
        (str(kind).capitalize(), dutch.number(count), dutch.number(invented[kind])) for kind, count in counts.items()
    )
    columns, shown = (header, "Aantal", "Met nagemaakte cijfers"), 3 if invented else 2
    return DataTable(id, caption, columns[:shown], tuple(row[:shown] for row in rows))


def _kinds(judgements: Judgements) -> str:
    """Count the statements by role; of measures only the state is known that the municipality filled in."""
    counts = [dutch.counted(len(judgements.of(role)), *words) for role, words in _ONE_AND_MORE.items()]
    present = [count for count, role in zip(counts, _ONE_AND_MORE, strict=True) if judgements.of(role)]
    return dutch.listed(present) or "geen enkele uitspraak"


def _counted(counts: Mapping[Any, int], kinds: Sequence[Any]) -> str:
    return dutch.listed([f"{counts[kind]} {kind}" for kind in kinds])


def _elsewhere(judgements: Judgements) -> str:
    """Say where measures and remarks are: they get no verdict."""
    measures, remarks = judgements.of("measure"), len(judgements.remarks)
    plan = "Een maatregel uit het plan krijgt geen oordeel, maar de stand die de gemeente zelf invulde."
    number = dutch.counted(remarks, "opmerking", "opmerkingen")
    text = f"Waar de stukken niet met elkaar overeenkomen, is dat geen oordeel maar een opmerking: {number}, onderaan."
    return " ".join(filter(None, [plan if measures else "", text if remarks else ""]))


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


def _listed(standing: object, judged: Sequence[Judged], role: Role) -> str:
    """Return the statements that got the same, each a link to its own heading further down the page."""
    listed = [item.statement for item in judged if item.judgement is standing]
    items = [
        f'<li><a href="#{slug(statement.id)}">{escape(statement.claim)}</a> ({escape(statement.id)})</li>'
        for statement in listed
    ]
    number = dutch.counted(len(listed), *_ONE_AND_MORE[role])
    return details(f"{str(standing).capitalize()}: {number}", f"<ul>{''.join(items)}</ul>") if listed else ""


def _statements_provenance(judgements: Judgements) -> str:
    number = dutch.counted(len(judgements.judged), "uitspraak", "uitspraken")
    selection = f"alle uitspraken ({number}); de bronnen van elke uitspraak staan erbij"
    return provenance.provenance_block([judgements.file], "alle uitspraken", selection, "oordelen geteld")


@dataclass(frozen=True)
class StatementGroup(Result):
    """Statements of one role, of claims those about one subject; the record of `Judgements` has their numbers."""

    name: str
    judged: tuple[Judged, ...]
    documents: dict[str, str]
    by_paragraph: frozenset[str]


def statements(judgements: Judgements | Missing, name: str) -> StatementGroup | Missing:
    """Return the claims about one subject that could be tested, or the other statements of one role.

    Parameters
    ----------
    judgements : Judgements or Missing
    name : str
        A subject (`GROUPS`: ``woon``, ``stemming``, ``middelen``) or a role (`ROLES`: ``goal``, ``organisation``).

    Returns
    -------
    StatementGroup or Missing
        ``Missing`` when the judgements are. Expectations are all there, also those of which nothing can be said yet.
    """
    if isinstance(judgements, Missing):
        return judgements
    role = next((role for role in ROLES if role == name), None)
    if role is None:
        found = [judged for judged in judgements.of("claim") if judged.statement.group == name]
    else:
        found = list(judgements.of(role))
    shown = tuple(judged for judged in found if judged.settled or role == "expectation")
    title, titles = GROUPS[name] if role is None else ROLES[role], judgements.document.documents
    return StatementGroup(title, shown, titles, judgements.by_paragraph)


@html.register
def _(group: StatementGroup) -> str:
    if not group.judged:
        return f'<p class="note">Over {escape(group.name)} kon geen uitspraak worden getoetst.</p>'
    return "".join(_card(judged, group) for judged in group.judged)


def _card(judged: Judged, group: StatementGroup) -> str:
    """Return one statement: our words as heading, the quote, the verdict and the findings behind it."""
    statement = judged.statement
    document = group.documents.get(statement.document, statement.document)
    number = statement.page if statement.line is None else statement.line
    place = Place(statement.document, number or 0, number or 0, statement.line is None)
    where = f"{place_unit(place, group.by_paragraph)} {place.first}"
    reference = f"{document}, {statement.section}, {where} ({statement.id})"
    return (
        f'<h3 id="{slug(statement.id)}">{escape(statement.claim)} {_badge(judged)}</h3>'
        f"<blockquote><p>“{escape(statement.quote)}”</p></blockquote>{src(reference)}{_same(judged)}"
        f"{_findings(judged, group)}{_divided(judged)}{_unknown(judged, group)}{statement_provenance(judged)}"
    )


def _expanded(text: str, group: StatementGroup) -> str:
    return expand_references(text, group.documents, group.by_paragraph)


def _findings(judged: Judged, group: StatementGroup) -> str:
    """Return the finding of each test; with more than one, each with its own verdict or state."""
    if len(judged.outcomes) == 1 or judged.statement.role == "measure":
        return f"<p>{escape(_expanded(judged_text(judged), group))}</p>"
    items = [f"<li>{escape(_expanded(_part(judged, outcome), group))}</li>" for outcome in judged.outcomes]
    return f"<ul>{''.join(items)}</ul>"


def _part(judged: Judged, outcome: TestOutcome) -> str:
    """Return one finding with what it gives; a figure beside a goal says so itself."""
    says_so = isinstance(outcome.finding, GoalFigure | GoalMeasure) and judged.statement.role == "goal"
    return outcome_text(outcome) if says_so else f"{outcome_text(outcome)} ({judged.judgement_of(outcome)})"


def _divided(judged: Judged) -> str:
    """Say that the parts of a statement did not give the same, where they did not."""
    text = divided_text(judged)
    return f"<p>{escape(text)}</p>" if text else ""


def _reservations(judged: Judged) -> tuple[str, ...]:
    """Return what limits a verdict: what the document of statements says, and what follows from the figures."""
    return tuple(dict.fromkeys([*judged.statement.cautions, *territory_sentences(judged)]))


def territory_sentences(judged: Judged) -> tuple[str, ...]:
    """Explain how older figures of a statement represent the municipality of today.

    Parameters
    ----------
    judged : Judged

    Returns
    -------
    tuple of str
        Sentences; empty when no figures are older than the borders.
    """
    findings = [outcome.finding for outcome in judged.outcomes if not isinstance(outcome.finding, Missing)]
    return tuple(territory(*(finding.used for finding in findings if finding.used is not None)))


def _badge(judged: Judged) -> str:
    """Return what a statement gets, with what that is about; it has no direction, so no arrow."""
    name = _BADGES[judged.statement.role]
    return f'<span class="verdict"><span class="vh">{name}: </span>{judged.judgement}</span>'


def _same(judged: Judged) -> str:
    """Refer to the statement that makes the same claim."""
    same = judged.statement.same_as
    return f"<p>Dezelfde bewering als {escape(same)}.</p>" if same else ""


def _unknown(judged: Judged, group: StatementGroup) -> str:
    items = [f"<li>{escape(_expanded(sentence, group))}</li>" for sentence in _reservations(judged)]
    summary = f"Wat weten we niet? (uitspraak {judged.statement.id})"
    return details(summary, f"<ul>{''.join(items)}</ul>") if items else ""


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
        sizes |= {"in_part": tuple(filter(_partly_tested, self.absent)), "organisation": self.organisation}
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
    absent, beyond, goals = len(result.absent), len(result.beyond), len(result.goals)
    if not absent + beyond + goals + len(result.organisation):
        return answer("Wij konden alle beweringen toetsen.")
    number = dutch.counted(absent + beyond, "bewering", "beweringen")
    sentences = [f"<b>{number}</b> konden wij niet toetsen." if absent + beyond else ""]
    if absent:
        sentences.append(f"Bij {absent} daarvan ontbreken cijfers of zijn er te weinig registraties{_in_part(result)}.")
    if beyond:
        verb = "gaat" if beyond == 1 else "gaan"
        sentences.append(f"Er {verb} er {beyond} over iets waar deze cijfers niets over zeggen.")
    if goals:
        sentences.append(f"Niet te meten: <b>{dutch.counted(goals, 'doel', 'doelen')}</b>.")
    if result.organisation:
        number = dutch.counted(len(result.organisation), *_ONE_AND_MORE["organisation"])
        sentences.append(f"Niet na te gaan: <b>{number}</b>.")
    tables = [
        _reasons(_ABSENT, "Cijfers ontbreken, of er zijn te weinig registraties", result.absent, "Bewering"),
        _reasons(_BEYOND, "Er zijn andere gegevens voor nodig", result.beyond, "Bewering"),
        _reasons(_GOALS, "Doelen die niet te meten zijn", result.goals, "Doel"),
        _reasons(_ORGANISATION, "Uitspraken over de organisatie die niet na te gaan zijn", result.organisation),
    ]
    shown = "".join(html(table) for table in tables if table.cells)
    return answer(" ".join(filter(None, sentences))) + shown + _untested_provenance(result)


def _beyond(judged: Judged) -> bool:
    """Whether no figure can show it."""
    return all(outcome.test.kind == "process" for outcome in judged.outcomes)


def _table_id(judged: Judged) -> str:
    """Return the id of the table that says why a statement could not be tested."""
    if judged.statement.role == "goal":
        return _GOALS
    if judged.statement.role == "organisation":
        return _ORGANISATION
    return _BEYOND if _beyond(judged) else _ABSENT


def _partly_tested(judged: Judged) -> bool:
    """Whether some part could be tested, which does not decide the whole."""
    return any(judged.judgement_of(outcome) not in UNSETTLED for outcome in judged.outcomes)


def _in_part(result: Untestable) -> str:
    """Say of how many a part could be tested."""
    number = sum(map(_partly_tested, result.absent))
    return f" (van {number} kon een deel wel worden getoetst)" if number else ""


def _reasons(id: str, caption: str, judged: Sequence[Judged], kind: str = "Uitspraak") -> DataTable:
    rows = tuple((item.statement.id, item.statement.claim, _reason(item), item.statement.place) for item in judged)
    columns = ("Nummer", kind, "Waarom niet, en wat is er nodig?", "Plaats")
    return DataTable(id, caption, columns, rows, columns, tuple(kinds_within(item.outcomes) for item in judged))


def _reason(judged: Judged) -> str:
    """Return the reasons; when a part could be tested, every part with its own verdict."""
    if not _partly_tested(judged):
        return judged_text(judged)
    return " ".join(_part(judged, outcome) for outcome in judged.outcomes)


def _untested_provenance(result: Untestable) -> str:
    """Return the documents, and the files of the parts that could be tested."""
    used = statement_files(*result.absent, *result.beyond, *result.goals, *result.organisation)
    selection = "alle uitspraken die niet te toetsen zijn; de plaats in de documenten staat erbij"
    return provenance.provenance_block(
        used, "wat niet te toetsen is", selection, "elke uitspraak naast de cijfers die er zijn"
    )


@dataclass(frozen=True)
class Remarks(Result):
    """Contradictions within the source text itself."""

    remarks: tuple[TextRemark, ...]
    file: Source


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
    return judgements if isinstance(judgements, Missing) else Remarks(judgements.remarks, judgements.file)


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
