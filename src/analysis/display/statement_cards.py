"""Statements for who looks them up: a line for each under what it got, and all of them in full behind one disclosure.

One disclosure for a whole role keeps the page short for who reads it and for who goes through it with the Tab key. A
link to a statement opens it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from html import escape

from ..documents.statements import Role
from ..documents.texts import Place
from ..policy.document_tests import Added
from ..policy.judging import (
    UNSETTLED,
    ExpectationState,
    Judged,
    Judgements,
    OrganisationState,
    Standing,
    TestOutcome,
)
from ..policy.level_tests import GoalFigure, GoalMeasure, GoalState
from ..policy.plan import MeasureState
from ..statistics.verdicts import Verdict
from ..store.results import Missing, Result, html
from . import dutch, provenance
from .dutch import expand_references, place_unit
from .finding_texts import divided_text, judged_text, outcome_text
from .provenance import statement_files, statement_provenance
from .reservations import territory
from .sentences import src
from .tables import DataTable, details, kinds_within, slug

ONE_AND_MORE: dict[Role, tuple[str, str]] = {
    "claim": ("bewering", "beweringen"),
    "goal": ("doel", "doelen"),
    "organisation": ("uitspraak over de organisatie", "uitspraken over de organisatie"),
    "measure": ("maatregel", "maatregelen"),
    "expectation": ("verwachting", "verwachtingen"),
}
_PARTS = ("deel van een doel", "delen van doelen")
_BADGES: dict[Role, str] = {
    "claim": "Oordeel",
    "goal": "Doel",
    "measure": "Stand",
    "organisation": "Stukken",
    "expectation": "Verwachting",
}
# The headings of claims in full, by subject.
SUBJECTS = {
    "woon": "Veilige woon- en leefomgeving",
    "bedrijvigheid": "Bedrijvigheid en veiligheid",
    "jeugd": "Jeugd en veiligheid",
    "fysiek": "Fysieke veiligheid",
    "integriteit": "Integriteit en digitale veiligheid",
    "stemming": "De stemming",
    "keuzes": "Prioriteiten en thema's",
    "doelen": "Uitkomst van doelen",
    "middelen": "Geld en uren",
    "organisatie": "Wetten en kaders",
}
# What each standing means, in the order in which a reader needs them: what goes against the documents first.
MEANINGS: dict[Standing, str] = {
    Verdict.CONTRADICTED: "De cijfers of een andere bron laten iets anders zien.",
    Verdict.CHANCE: "Het verschil past bij een gewone schommeling. Dat bewijst de bewering niet en weerlegt haar niet.",
    Verdict.CONFIRMED_WITH_CAVEAT: (
        "De cijfers laten hetzelfde zien. Wel is een andere verklaring mogelijk, of het verschil is nog niet duidelijk."
    ),
    Verdict.CONFIRMED: "De cijfers of de stukken laten hetzelfde zien.",
    Verdict.NOT_TESTABLE: "",
    GoalState.NOT_MET: "",
    GoalState.PARTLY: "Van de cijfers is er minstens één gehaald en één niet.",
    GoalState.MET: "",
    GoalState.NOT_MEASURABLE: "Er is geen cijfer of afspraak waaraan het te zien is.",
    OrganisationState.DIFFERS: "Een andere plek zegt iets anders.",
    OrganisationState.AGREES: "Een andere plek zegt hetzelfde. Dat het ook zo is gebeurd, blijkt daar niet uit.",
    OrganisationState.UNVERIFIABLE: "Daarvoor is een verslag, een besluit of een lijst nodig.",
    **dict.fromkeys(MeasureState, ""),
    ExpectationState.CAME_FALSE: "",
    ExpectationState.CHANCE: "Het verschil past bij een gewone schommeling.",
    ExpectationState.CAME_TRUE: "",
    ExpectationState.OPEN: "Van het jaar waar het over gaat, is er nog geen cijfer.",
}
_ONLY_IN_FULL = (GoalState.NOT_MEASURABLE, OrganisationState.AGREES, OrganisationState.UNVERIFIABLE)
_SAY_IT_ALL = (Verdict.CONFIRMED, Verdict.NOT_TESTABLE, ExpectationState.OPEN, *MeasureState)  # no reason is needed
ADVERSE = (
    Verdict.CONTRADICTED,
    GoalState.NOT_MET,
    GoalState.PARTLY,
    OrganisationState.DIFFERS,
    ExpectationState.CAME_FALSE,
)


@dataclass(frozen=True)
class StatementGroup(Result):
    """Statements of some roles; the record of `Judgements` has their numbers."""

    judged: tuple[Judged, ...]
    documents: dict[str, str]
    by_paragraph: frozenset[str]


def statements(judgements: Judgements | Missing, *roles: Role) -> StatementGroup | Missing:
    """Return the statements of some roles; of the claims those that could be tested.

    Parameters
    ----------
    judgements : Judgements or Missing
    *roles : {"claim", "goal", "organisation", "measure", "expectation"}

    Returns
    -------
    StatementGroup or Missing
        ``Missing`` when the judgements are. Claims that could not be tested are in `untestable`.
    """
    if isinstance(judgements, Missing):
        return judgements
    shown = [judged for role in roles for judged in judgements.of(role) if role != "claim" or judged.settled]
    return StatementGroup(tuple(shown), judgements.document.documents, judgements.by_paragraph)


@html.register
def _(group: StatementGroup) -> str:
    if not group.judged:
        return '<p class="note">Zulke uitspraken staan niet in de stukken, of zij zijn niet te toetsen.</p>'
    return "".join(_under_each_standing(group)) + _in_full(group)


def _under_each_standing(group: StatementGroup) -> list[str]:
    """Return a heading for each standing, and under it a line for each statement unless that is only in full."""
    by_standing = [(standing, [item for item in group.judged if item.judgement is standing]) for standing in MEANINGS]
    return [heading(items) + _lines(items, group) for _, items in by_standing if items]


def heading(judged: Sequence[Judged]) -> str:
    """Return the heading above statements of one role that got the same, and what that means.

    Parameters
    ----------
    judged : sequence of Judged
        At least one.

    Returns
    -------
    str
        HTML; `jump` leads to it.
    """
    standing, number = judged[0].judgement, dutch.counted(len(judged), *one_and_more(judged))
    meaning = "" if standing is None else _meaning(standing, judged)
    explained = f"<p>{escape(meaning)}</p>" if meaning else ""
    return f'<h3 id="{slug(str(standing))}">{str(standing).capitalize()}: {number}</h3>{explained}'


def one_and_more(judged: Sequence[Judged]) -> tuple[str, str]:
    """Return the words for one and for more of statements of one role.

    Parameters
    ----------
    judged : sequence of Judged
        At least one.

    Returns
    -------
    tuple of (str, str)
        Parts of goals are called so, as where the goals themselves are counted.
    """
    return _PARTS if all(item.part for item in judged) else ONE_AND_MORE[judged[0].statement.role]


def jump(standing: Standing, number: int) -> str:
    """Return a link to the statements that got the same, with their number.

    Parameters
    ----------
    standing : Standing
    number : int

    Returns
    -------
    str
        HTML.

    Examples
    --------
    >>> jump(Verdict.CONTRADICTED, 3)
    '<a href="#weersproken">3 weersproken</a>'
    """
    return f'<a href="#{slug(standing)}">{number} {standing}</a>'


def _meaning(standing: Standing, judged: Sequence[Judged]) -> str:
    """Say what a standing means, and what a reader must know of those that got it."""
    return " ".join(filter(None, [MEANINGS.get(standing, ""), _periods(judged), _confirmed(standing, judged)]))


def _periods(judged: Sequence[Judged]) -> str:
    """Say how many goals are for each period: those of a period to come could not be reached yet."""
    numbers = Counter(item.period for item in judged if item.period)
    return (
        f"{dutch.listed([f'{number} voor {period}' for period, number in sorted(numbers.items())])}." if numbers else ""
    )


def _confirmed(standing: Standing, judged: Sequence[Judged]) -> str:
    """Say how many confirmed claims only add up the plan itself, and how many rest on made-up figures."""
    if standing is not Verdict.CONFIRMED:
        return ""
    sums = sum(all(isinstance(outcome.finding, Added) for outcome in item.outcomes) for item in judged)
    invented = sum(item.is_made_up for item in judged)
    parts = [f"{sums} tellen alleen het plan zelf op"] * bool(sums)
    parts += [f"{invented} steunen op nagemaakte cijfers"] * bool(invented)
    return f"{dutch.listed(parts)}." if parts else ""


def _lines(judged: Sequence[Judged], group: StatementGroup) -> str:
    """Return a line for each statement, with why it got what it got where the heading does not say that."""
    if judged[0].judgement in _ONLY_IN_FULL:
        return ""
    if judged[0].judgement in _SAY_IT_ALL:
        return plain_lines(judged)
    return f"<ul>{''.join(f'<li>{_explained(item, group)}</li>' for item in judged)}</ul>"


def plain_lines(judged: Sequence[Judged]) -> str:
    """Return a list of what statements say, with their numbers, as HTML."""
    items = [f"<li>{escape(item.statement.claim)} ({escape(item.statement.id)})</li>" for item in judged]
    return f"<ul>{''.join(items)}</ul>"


def _explained(judged: Judged, group: StatementGroup) -> str:
    statement = judged.statement
    quote = f" In het stuk staat: “{escape(statement.quote)}”" if judged.judgement is Verdict.CONTRADICTED else ""
    reason = escape(_expanded(_reason(judged), group))
    return f"<b>{escape(statement.claim)}</b> ({escape(statement.id)}) {reason}{quote}"


def _reason(judged: Judged) -> str:
    """Return the finding of the first part that decides; all parts are in full."""
    return outcome_text(
        next(outcome for outcome in judged.outcomes if judged.judgement_of(outcome) is judged.judgement)
    )


def _in_full(group: StatementGroup) -> str:
    """Return every statement in full: by subject for claims, by role for the others."""
    roles = dict.fromkeys(judged.statement.role for judged in group.judged)
    by_role = [[judged for judged in group.judged if judged.statement.role == role] for role in roles]
    numbers = [dutch.counted(len(judged), *one_and_more(judged)) for judged in by_role]
    sections = _subjects(group) if roles.keys() == {"claim"} else "".join(_role(group, role, roles) for role in roles)
    return details(
        f"{dutch.capitalised(dutch.listed(numbers))} voluit, met citaat, kanttekeningen en herkomst", sections
    )


def _subjects(group: StatementGroup) -> str:
    by_subject = {
        title: [judged for judged in group.judged if judged.statement.group == subject]
        for subject, title in SUBJECTS.items()
    }
    return "".join(f"<h3>{escape(title)}</h3>{_cards(items, group)}" for title, items in by_subject.items() if items)


def _role(group: StatementGroup, role: Role, roles: Collection[Role]) -> str:
    """Return the statements of one role in full, and those of which nothing is known as a table."""
    judged = [judged for judged in group.judged if judged.statement.role == role]
    shown = [item for item in judged if item.settled or role in ("measure", "expectation")]
    title = f"<h3>{dutch.capitalised(one_and_more(judged)[1])}</h3>" if len(roles) > 1 else ""
    return title + _cards(shown, group) + _unsettled([item for item in judged if item not in shown], role)


_UNSETTLED: dict[Role, tuple[str, str]] = {
    "goal": ("niet-te-meten-doelen", "{} die niet te meten zijn"),
    "organisation": ("niet-na-te-gaan-organisatie", "{} die niet na te gaan zijn"),
}


def _unsettled(judged: Sequence[Judged], role: Role) -> str:
    if not judged:
        return ""
    id, caption = _UNSETTLED[role]
    caption = caption.format(dutch.capitalised(one_and_more(judged)[1]))
    selection = "alle uitspraken waarvan niets te zeggen is; de plaats in de stukken staat erbij"
    return html(reasons(id, caption, judged)) + provenance.provenance_block(
        statement_files(*judged), caption.lower(), selection, "nagegaan wat er voor een toets nodig is"
    )


def _cards(judged: Sequence[Judged], group: StatementGroup) -> str:
    return "".join(_card(item, group) for item in judged)


def _card(judged: Judged, group: StatementGroup) -> str:
    """Return one statement: our words as heading, the quote, the verdict and the findings behind it."""
    statement = judged.statement
    document = group.documents.get(statement.document, statement.document)
    number = statement.page if statement.line is None else statement.line
    place = Place(statement.document, number or 0, number or 0, statement.line is None)
    where = f"{place_unit(place, group.by_paragraph)} {place.first}"
    reference = f"{document}, {statement.section}, {where} ({statement.id})"
    return (
        f'<h4 id="{slug(statement.id)}">{escape(statement.claim)} {badge(judged)}</h4>'
        f"<blockquote><p>“{escape(statement.quote)}”</p></blockquote>{src(reference)}{_same(judged)}"
        f"{_findings(judged, group)}{divided(judged)}{_unknown(judged, group)}{statement_provenance(judged)}"
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


def _same(judged: Judged) -> str:
    """Refer to the statement that makes the same claim."""
    same = judged.statement.same_as
    return f"<p>Dezelfde bewering als {escape(same)}.</p>" if same else ""


def _unknown(judged: Judged, group: StatementGroup) -> str:
    items = [f"<li>{escape(_expanded(sentence, group))}</li>" for sentence in reservations(judged)]
    summary = f"Wat weten we niet? (uitspraak {judged.statement.id})"
    return details(summary, f"<ul>{''.join(items)}</ul>") if items else ""


def reasons(id: str, caption: str, judged: Sequence[Judged]) -> DataTable:
    """Return a table of statements that could not be tested, measured or checked, with why and what that takes.

    Parameters
    ----------
    id, caption : str
    judged : sequence of Judged

    Returns
    -------
    DataTable
        A link to a statement finds its row.
    """
    rows = tuple((item.statement.id, item.statement.claim, _why(item), item.statement.place) for item in judged)
    columns = ("Nummer", "Uitspraak", "Waarom niet, en wat is er nodig?", "Plaats")
    kinds = tuple(kinds_within(item.outcomes) for item in judged)
    anchors = tuple((item.statement.id,) for item in judged)
    return DataTable(id, caption, columns, rows, columns, kinds, anchors=anchors)


def _why(judged: Judged) -> str:
    """Return the reasons; when a part could be tested, every part with its own verdict."""
    if not partly_tested(judged):
        return judged_text(judged)
    return " ".join(_part(judged, outcome) for outcome in judged.outcomes)


def partly_tested(judged: Judged) -> bool:
    """Return whether some part of a statement could be tested, which does not decide the whole."""
    return any(judged.judgement_of(outcome) not in UNSETTLED for outcome in judged.outcomes)


def reservations(judged: Judged) -> tuple[str, ...]:
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


def badge(judged: Judged) -> str:
    """Return what a statement got, with what that is about; it has no direction, so no arrow."""
    name = _BADGES[judged.statement.role]
    return f'<span class="verdict"><span class="vh">{name}: </span>{judged.judgement}</span>'


def divided(judged: Judged) -> str:
    """Say that the parts of a statement did not give the same, where they did not, as HTML."""
    text = divided_text(judged)
    return f"<p>{escape(text)}</p>" if text else ""
