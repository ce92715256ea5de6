"""Verdicts on statements.

Every test of every statement gives an outcome, and the outcomes of a statement give its verdict. Each test is judged by
itself, so that a number has the same verdict wherever it stands. Only a claim gets one of the five verdicts. A goal
and an expectation get a state of their own, a measure of the plan the state that was filled in for it, and what the
organisation does or agreed whether the documents agree on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from ..documents.council import Goals
from ..documents.coverage import FoundQuote, quote_field
from ..documents.statements import Role, Statement, Statements, TargetTest, Test, TextRemark
from ..statistics.verdicts import Verdict, alpha, hints_by_chance
from ..store import observations
from ..store.raw_sources import Source, unique_names
from ..store.results import Missing, Record, Result, label, source_names
from . import change_tests, comparison_tests, document_tests, level_tests, rank_tests
from .evidence import Evidence, by_paragraph
from .findings import Finding, Number, Question
from .level_tests import GoalFigure, GoalMeasure, GoalState
from .plan import MeasureState, State, progress

S = TypeVar("S", bound=StrEnum)

TESTS: dict[str, Callable[[Any, Evidence], Iterator[Finding | Missing]]] = {
    "change": change_tests.judge_change,
    "level": level_tests.judge_level,
    "rank": rank_tests.judge_rank,
    "ratio": comparison_tests.judge_ratio,
    "comparison": comparison_tests.judge_comparison,
    "extreme": level_tests.judge_extreme,
    "target": level_tests.judge_target,
    "sum": document_tests.judge_sum,
    "set": document_tests.judge_list,
    "count": document_tests.judge_count,
    "process": document_tests.judge_process,
}

# One contradiction contradicts a statement, and one part that may be chance makes it chance. Every part must hold, so a
# part that could not be tested leaves the whole untested.
_DECISIVE = (
    Verdict.CONTRADICTED,
    Verdict.CHANCE,
    Verdict.NOT_TESTABLE,
    Verdict.CONFIRMED_WITH_CAVEAT,
    Verdict.CONFIRMED,
)


class OrganisationState(StrEnum):
    """Whether the documents agree on what the organisation does or agreed; always computed, never typed."""

    AGREES = "staat zo in de stukken"
    DIFFERS = "stukken verschillen"
    UNVERIFIABLE = "niet na te gaan"


class ExpectationState(StrEnum):
    """What became of what was expected of a year that was still to come; always computed, never typed."""

    CAME_TRUE = "kwam uit"
    CAME_FALSE = "kwam niet uit"
    CHANCE = "toeval"
    OPEN = "nog niet te zeggen"


Standing = Verdict | GoalState | MeasureState | OrganisationState | ExpectationState
# What says that nothing is known, of each role that can be tested.
UNSETTLED = (
    Verdict.NOT_TESTABLE,
    GoalState.NOT_MEASURABLE,
    OrganisationState.UNVERIFIABLE,
    ExpectationState.OPEN,
)
_BY_DOCUMENTS = {
    Verdict.CONFIRMED: OrganisationState.AGREES,
    Verdict.CONFIRMED_WITH_CAVEAT: OrganisationState.AGREES,
    Verdict.CONTRADICTED: OrganisationState.DIFFERS,
}
_BY_FIGURES = {
    Verdict.CONFIRMED: ExpectationState.CAME_TRUE,
    Verdict.CONFIRMED_WITH_CAVEAT: ExpectationState.CAME_TRUE,
    Verdict.CONTRADICTED: ExpectationState.CAME_FALSE,
    Verdict.CHANCE: ExpectationState.CHANCE,
}


@dataclass(frozen=True)
class TestOutcome:
    """The outcome of one test.

    Parameters
    ----------
    test : Test
        The test as the document has it.
    finding : Finding or Missing
        The numbers, or why there are none.
    """

    test: Test
    finding: Finding | Missing

    @property
    def p_value(self) -> float | None:
        """P-value of the test; ``None`` where it does not decide."""
        return None if isinstance(self.finding, Missing) else self.finding.p_value

    @property
    def question(self) -> Question | None:
        """The difference that was tested on chance, if there was one."""
        return None if isinstance(self.finding, Missing) else self.finding.question

    @property
    def verdict(self) -> Verdict:
        """The verdict of the test; not testable when it could not be done."""
        return Verdict.NOT_TESTABLE if isinstance(self.finding, Missing) else self.finding.verdict

    @property
    def state(self) -> GoalState:
        """What became of the goal that was tested; not measurable when the test could not be done."""
        return self.finding.state if isinstance(self.finding, GoalFigure | GoalMeasure) else GoalState.NOT_MEASURABLE

    @property
    def sources(self) -> tuple[Source, ...]:
        """The raw files behind the finding."""
        return () if isinstance(self.finding, Missing) else self.finding.sources


@dataclass(frozen=True)
class Judged:
    """A statement with the outcomes of its tests.

    Parameters
    ----------
    statement : Statement
        The statement.
    outcomes : tuple of TestOutcome
        Those of its tests, or those of another statement when it says the same.
    file : Source
        The document it comes from.
    measures : tuple of State
        The measures of the plan that it is about, each in the state that was filled in for it.
    passage : FoundQuote or None
        Where its quote stands in the text of the document; ``None`` when that text was not delivered.
    period : str
        Of a goal: the period that it is for, ``2024-2027``; empty where `goals.yml` has no such goal.
    part : bool
        Whether it is a part of a goal: that of its period have several.
    added : bool
        Whether it is what the plan adds to a goal.
    """

    statement: Statement
    outcomes: tuple[TestOutcome, ...]
    file: Source
    measures: tuple[State, ...] = ()
    passage: FoundQuote | None = None
    period: str = ""
    part: bool = False
    added: bool = False

    @property
    def is_made_up(self) -> bool:
        """Whether a figure, vote or state that it was held against is made up."""
        findings = [outcome.finding for outcome in self.outcomes if not isinstance(outcome.finding, Missing)]
        return any(source.synthetic for finding in findings for source in finding.sources)

    @property
    def judgement(self) -> Standing | None:
        """What it gets, by its role; ``None`` for what repeats a remark."""
        match self.statement.role:
            case "goal":
                return combine_states(self.outcomes)
            case "measure":
                return combine_measures(self.measures)
            case role:
                return _judgement(role, combine_verdicts([outcome.verdict for outcome in self.outcomes]))

    @property
    def verdict(self) -> Verdict | None:
        """The verdict of all tests of a claim together, see `combine_verdicts`; ``None`` for anything else."""
        return self.judgement if isinstance(self.judgement, Verdict) else None

    @property
    def settled(self) -> bool:
        """Whether the figures or documents say something about it."""
        return self.judgement is not None and self.judgement not in UNSETTLED

    def judgement_of(self, outcome: TestOutcome) -> Standing | None:
        """Return what one of its tests gives; ``None`` for a measure or a remark."""
        return outcome.state if self.statement.role == "goal" else _judgement(self.statement.role, outcome.verdict)

    @property
    def p_value(self) -> float | None:
        """The largest p-value of the tests that decide: all must hold, so the weakest one does."""
        deciding = [outcome for outcome in self.outcomes if self.judgement_of(outcome) is self.judgement]
        return max((outcome.p_value for outcome in deciding if outcome.p_value is not None), default=None)

    def records(self) -> list[Record]:
        """Return the statement with its verdict and the number that decides it, and every number of every finding."""
        judged = enumerate(self.outcomes, 1)
        parts = [(self.judgement_of(outcome), list(self._details(n, outcome))) for n, outcome in judged]
        details = [number for _, numbers in parts for number in numbers]
        decisive = [number for part, numbers in parts if part is self.judgement for number in numbers]
        point = next((number for number in [*decisive, *details] if number.value is not None), None)
        names = tuple(dict.fromkeys(name for number in details for name in number.source)) or (self.file.name,)
        head = Record(
            self.statement.id, self.statement.claim, point.region if point else "", point.period if point else "",
            point.value if point else None, point.unit if point else "statement", point.baseline if point else None,
            point.lower if point else None, point.upper if point else None, self.p_value, self.judgement, names,
            note=self,
        )  # fmt: skip
        return [head, *details]

    def _details(self, number: int, outcome: TestOutcome) -> Iterator[Record]:
        """Give a record for every number of one outcome; the first carries the p-value and the verdict."""
        if isinstance(outcome.finding, Missing):
            return
        first, last = _years(outcome.test)
        names = unique_names(outcome.sources) or (self.file.name,)
        for position, (measure, value) in enumerate(outcome.finding.numbers.items()):
            period, base = (measure, None) if measure.isdigit() else (last, first)  # a measure may be one of the years
            yield Record(
                f"{self.statement.id}.{number}" + (f".{measure}" if position else ""), self.statement.claim,
                outcome.finding.region, period, _value(value), value.unit, base, value.lower, value.upper,
                None if position else outcome.p_value, None if position else self.judgement_of(outcome), names,
            )  # fmt: skip


def _judgement(role: Role, verdict: Verdict) -> Standing | None:
    """Return what a verdict amounts to in a role; ``None`` for a measure or a remark."""
    match role:
        case "claim":
            return verdict
        case "organisation":
            return _BY_DOCUMENTS.get(verdict, OrganisationState.UNVERIFIABLE)
        case "expectation":
            return _BY_FIGURES.get(verdict, ExpectationState.OPEN)
        case _:
            return None


def combine_verdicts(verdicts: list[Verdict]) -> Verdict:
    """Return one verdict for all tests of a statement: that of the part that decides.

    Parameters
    ----------
    verdicts : list of Verdict
        The verdicts of the tests.

    Returns
    -------
    Verdict
        Not testable when there are no tests.

    Examples
    --------
    >>> str(combine_verdicts([Verdict.CONFIRMED, Verdict.CHANCE]))
    'niet te onderscheiden van toeval'
    >>> str(combine_verdicts([Verdict.CONFIRMED, Verdict.CONFIRMED_WITH_CAVEAT]))
    'bevestigd met kanttekening'
    """
    return next((verdict for verdict in _DECISIVE if verdict in verdicts), Verdict.NOT_TESTABLE)


def combine_states(outcomes: Sequence[TestOutcome]) -> GoalState:
    """Return one state for a goal. Of figures about one indicator, the last year decides.

    Parameters
    ----------
    outcomes : sequence of TestOutcome
        The outcomes of its tests.

    Returns
    -------
    GoalState
        Met when every figure reached it, partly when some did. When one was not reached and of the others nothing is
        known, the goal as a whole was not; when those that are known were reached, it is not measurable.
    """
    last: dict[str, TestOutcome] = {}
    for number, outcome in enumerate(outcomes):
        test = outcome.test
        about = test.indicator if isinstance(test, TargetTest) else str(number)
        if about not in last or _year(test) >= _year(last[about].test):
            last[about] = outcome
    states = {outcome.state for outcome in last.values()}
    if {GoalState.MET, GoalState.NOT_MET} <= states:
        return GoalState.PARTLY
    if GoalState.NOT_MET in states:
        return GoalState.NOT_MET
    return GoalState.MET if states == {GoalState.MET} else GoalState.NOT_MEASURABLE


def _year(test: Test) -> int:
    return test.year if isinstance(test, TargetTest) else 0


def combine_measures(measures: Sequence[State]) -> MeasureState:
    """Return one state for measures that a statement takes together: that of the one that is least far.

    Parameters
    ----------
    measures : sequence of State

    Returns
    -------
    MeasureState
    """
    return min((measure.state for measure in measures), key=list(MeasureState).index, default=MeasureState.UNKNOWN)


def _years(test: Test) -> tuple[str | None, str]:
    """Return the years a test is about: the one compared with, if any, and the last."""
    first = getattr(test, "first", None) or getattr(test, "base", None)
    last = getattr(test, "last", None) or getattr(test, "year", None)
    return None if first is None else str(first), "" if last is None else str(last)


def _value(number: Number) -> float | None:
    return None if number.value is None else float(number.value)


@dataclass(frozen=True)
class Judgements(Result):
    """Every statement of the policy documents, with its verdict.

    Parameters
    ----------
    municipality : str
        CBS code.
    judged : tuple of Judged
        The statements, in the order of the document.
    document : Statements
        The document itself.
    file : Source
        Its file.
    by_paragraph : frozenset of str
        Short names of the documents of which a place is a paragraph.
    """

    municipality: str
    judged: tuple[Judged, ...]
    document: Statements
    file: Source
    by_paragraph: frozenset[str] = frozenset()

    @property
    def by_id(self) -> dict[str, Judged]:
        """The statements by id, such as ``K03``."""
        return {judged.statement.id: judged for judged in self.judged}

    def of(self, role: Role) -> tuple[Judged, ...]:
        """Return the statements with a role, such as the claims."""
        return tuple(judged for judged in self.judged if judged.statement.role == role)

    @property
    def counts(self) -> dict[Verdict, int]:
        """Number of claims with each of the five verdicts."""
        return self._counted("claim", Verdict)

    @property
    def goals(self) -> dict[GoalState, int]:
        """Number of goals in each of the four states."""
        return self._counted("goal", GoalState)

    @property
    def organisation(self) -> dict[OrganisationState, int]:
        """Number of statements about the organisation on which the documents agree, differ or say nothing."""
        return self._counted("organisation", OrganisationState)

    @property
    def expectations(self) -> dict[ExpectationState, int]:
        """Number of expectations in each of the four states."""
        return self._counted("expectation", ExpectationState)

    def _counted(self, role: Role, states: type[S]) -> dict[S, int]:
        judgements = [judged.judgement for judged in self.of(role)]
        return {state: sum(judgement is state for judgement in judgements) for state in states}

    @property
    def remarks(self) -> tuple[TextRemark, ...]:
        """What is inconsistent in the source text itself; not what its own tests show to be the same by now."""
        return tuple(remark for remark in self.document.remarks if self._stands(remark))

    def _stands(self, remark: TextRemark) -> bool:
        judged = [self.by_id[id] for id in remark.statements if self.by_id[id].statement.role == "remark"]
        verdicts = [outcome.verdict for statement in judged for outcome in statement.outcomes]
        return not verdicts or any(verdict is not Verdict.CONFIRMED for verdict in verdicts)

    @property
    def questions(self) -> frozenset[Question]:
        """The differences that were tested on chance, each once, whatever the statements claim about them."""
        outcomes = (outcome for judged in self.judged for outcome in judged.outcomes)
        return frozenset(outcome.question for outcome in outcomes if outcome.question is not None)

    @property
    def clear_by_chance(self) -> float:
        """How many of these would be called a clear difference if nothing had changed: the expected number."""
        return alpha() * sum(not question.own_years for question in self.questions)

    @property
    def hints_by_chance(self) -> float:
        """How many changes in counts would be called a hint if nothing had changed; no other difference has hints."""
        counts = [question.own_years for question in self.questions if question.of == "count"]
        return hints_by_chance(counts)

    def records(self) -> list[Record]:
        """Return the numbers of statements by role and judgement and of tests on chance, and records of each one."""
        judged = [record for statement in self.judged for record in statement.records()]
        region, names = self.municipality, source_names(judged, self.file.name)
        roles: dict[str, Role] = {
            "claims": "claim", "goals": "goal", "measures": "measure", "organisation": "organisation",
            "expectations": "expectation",
        }  # fmt: skip
        sizes = {name: len(self.of(role)) for name, role in roles.items()}
        sizes = {"total": sum(sizes.values())} | sizes
        sizes["testable"] = sizes["claims"] - self.counts[Verdict.NOT_TESTABLE]
        sizes |= {"remarks": len(self.remarks), "questions": len(self.questions)}
        sizes |= {verdict.name.lower(): count for verdict, count in self.counts.items()}
        sizes |= {f"goals.{state.name.lower()}": count for state, count in self.goals.items()}
        sizes |= {f"organisation.{state.name.lower()}": count for state, count in self.organisation.items()}
        sizes |= {f"expectations.{state.name.lower()}": count for state, count in self.expectations.items()}
        counts = [
            Record(f"count.{id}", label("statements"), region, "", number, "count", source=names)
            for id, number in sizes.items()
        ]
        expected = {"clear_by_chance": self.clear_by_chance, "hints_by_chance": self.hints_by_chance}
        by_chance = [
            Record(f"count.{id}", label("differences_by_chance"), region, "", number, "count", source=names)
            for id, number in expected.items()
        ]
        return counts + by_chance + judged


def judge(municipality: str, folder: Path | None = None) -> Judgements | Missing:
    """Return the verdict on every statement in ``beleid/statements.yml``.

    Parameters
    ----------
    municipality : str
        CBS code, ``GM1969``.
    folder : Path, optional
        Processed data, by default those of this process.

    Returns
    -------
    Judgements or Missing
        ``Missing`` when the municipality has no such document. A statement whose data are missing is not testable, with
        the reason; that does not affect the others.
    """
    evidence = Evidence(municipality, folder)
    delivered = evidence.document(Statements)
    if isinstance(delivered, Missing):
        return delivered
    document, file = delivered
    own = {
        statement.id: tuple(_outcomes(statement, evidence)) for statement in document.all() if statement.same_as is None
    }
    states = _measures(municipality, folder) if any(statement.measures for statement in document.all()) else {}
    checked = observations.checked_texts(municipality, folder)
    passages = {} if checked is None else checked.quotes
    periods = _periods(evidence)
    parts, added = _parts(evidence)
    judged = tuple(
        Judged(
            statement,
            own[statement.same_as or statement.id],
            file,
            tuple(states[id] for id in statement.measures if id in states),
            passages.get(quote_field(statement.id)),
            periods.get(statement.id, ""),
            part=statement.id in parts,
            added=statement.id in added,
        )
        for statement in document.all()
    )
    return Judgements(municipality, judged, document, file, by_paragraph(municipality, folder))


def _periods(evidence: Evidence) -> dict[str, str]:
    """Return the period of each goal by the statement that tests it; what the plan adds to a goal has its period."""
    delivered = evidence.document(Goals)
    if isinstance(delivered, Missing):
        return {}
    goals = delivered[0].goals.values()
    added = {goal.plan.statement: goal.period for goal in goals if goal.plan is not None and goal.plan.statement}
    return added | {goal.statement: goal.period for goal in goals}


def _parts(evidence: Evidence) -> tuple[set[str], set[str]]:
    """Return the statements that test a part of a goal, and those of them that test what the plan adds to one."""
    delivered = evidence.document(Goals)
    if isinstance(delivered, Missing):
        return set(), set()
    goals = delivered[0].goals.values()
    parts = [goal for goal in goals if in_parts(delivered[0], goal.period)]
    added = {goal.plan.statement for goal in goals if goal.plan is not None and goal.plan.statement}
    own = {goal.statement for goal in parts}
    return own | {goal.plan.statement for goal in parts if goal.plan and goal.plan.statement}, added - own


def in_parts(document: Goals, period: str) -> bool:
    """Return whether the goals of a period have parts: every one stands under a heading, and one heading has several.

    Parameters
    ----------
    document : Goals
    period : str

    Returns
    -------
    bool
    """
    headings = [goal.heading for goal in document.goals.values() if goal.period == period]
    return all(headings) and len(set(headings)) < len(headings)


def _measures(municipality: str, folder: Path | None) -> dict[str, State]:
    """Return the measures of the plan by id; none without a plan or a sheet with their states."""
    review = progress(municipality, folder)
    return {} if isinstance(review, Missing) else {state.id: state for state in review.states}


def _outcomes(statement: Statement, evidence: Evidence) -> Iterator[TestOutcome]:
    """Give the outcome of every test of a statement."""
    for test in statement.tests:
        for finding in TESTS[test.kind](test, evidence):
            yield TestOutcome(test, finding)
