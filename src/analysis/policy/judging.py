"""Verdicts on statements.

Every test of every statement gives an outcome, and the outcomes of a statement give its verdict. Each test is judged by
itself, so that a number has the same verdict wherever it stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..definitions import catalogue
from ..documents.statements import Statement, Statements, Test, TextRemark
from ..statistics.verdicts import Verdict, alpha
from ..store.raw_sources import Source, unique_names
from ..store.results import Missing, Record, Result, label, source_names
from . import change_tests, comparison_tests, document_tests, level_tests, rank_tests
from .evidence import Evidence
from .findings import Finding, Number, Question

TESTS: dict[str, Callable[[Any, Evidence], Iterator[Finding | Missing]]] = {
    "change": change_tests.judge_change,
    "level": level_tests.judge_level,
    "rank": rank_tests.judge_rank,
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
    """

    statement: Statement
    outcomes: tuple[TestOutcome, ...]
    file: Source

    @property
    def verdict(self) -> Verdict:
        """The verdict of all tests together, see `combine_verdicts`."""
        return combine_verdicts([outcome.verdict for outcome in self.outcomes])

    @property
    def p_value(self) -> float | None:
        """The largest p-value: all tests must hold, so the weakest decides."""
        return max((outcome.p_value for outcome in self.outcomes if outcome.p_value is not None), default=None)

    def records(self) -> list[Record]:
        """Return the statement with its verdict and the number that decides it, and every number of every finding."""
        parts = [(outcome.verdict, list(self._details(n, outcome))) for n, outcome in enumerate(self.outcomes, 1)]
        details = [number for _, numbers in parts for number in numbers]
        decisive = [number for verdict, numbers in parts if verdict is self.verdict for number in numbers]
        point = next((number for number in [*decisive, *details] if number.value is not None), None)
        names = tuple(dict.fromkeys(name for number in details for name in number.source)) or (self.file.name,)
        head = Record(
            self.statement.id, self.statement.claim, point.region if point else "", point.period if point else "",
            point.value if point else None, point.unit if point else "statement", point.baseline if point else None,
            point.lower if point else None, point.upper if point else None, self.p_value, self.verdict, names,
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
                None if position else outcome.p_value, None if position else outcome.verdict, names,
            )  # fmt: skip


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
    """

    municipality: str
    judged: tuple[Judged, ...]
    document: Statements
    file: Source

    @property
    def by_id(self) -> dict[str, Judged]:
        """The statements by id, such as ``K03``."""
        return {judged.statement.id: judged for judged in self.judged}

    @property
    def counts(self) -> dict[Verdict, int]:
        """Number of statements with each of the five verdicts."""
        counts = Counter(judged.verdict for judged in self.judged)
        return {verdict: counts[verdict] for verdict in Verdict}

    @property
    def remarks(self) -> tuple[TextRemark, ...]:
        """What is inconsistent in the source text itself."""
        return self.document.remarks

    @property
    def questions(self) -> frozenset[Question]:
        """The differences that were tested on chance, each once, whatever the statements claim about them."""
        outcomes = (outcome for judged in self.judged for outcome in judged.outcomes)
        return frozenset(outcome.question for outcome in outcomes if outcome.question is not None)

    @property
    def clear_by_chance(self) -> float:
        """How many of these would be called a clear difference if nothing had changed: the expected number."""
        return alpha() * len(self.questions)

    @property
    def hints_by_chance(self) -> float:
        """How many changes in counts would be called a hint if nothing had changed; only counts have that grade."""
        counts = sum(question.of == "count" for question in self.questions)
        return (catalogue.thresholds().verdict.hint - alpha()) * counts

    def records(self) -> list[Record]:
        """Return the number of statements with each verdict, of tests on chance, and the records of every statement."""
        judged = [record for statement in self.judged for record in statement.records()]
        region, names = self.municipality, source_names(judged, self.file.name)
        testable = len(self.judged) - self.counts[Verdict.NOT_TESTABLE]
        sizes = {"total": len(self.judged), "testable": testable, "questions": len(self.questions)}
        sizes |= {verdict.name.lower(): count for verdict, count in self.counts.items()}
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
    judged = tuple(Judged(statement, own[statement.same_as or statement.id], file) for statement in document.all())
    return Judgements(municipality, judged, document, file)


def _outcomes(statement: Statement, evidence: Evidence) -> Iterator[TestOutcome]:
    """Give the outcome of every test of a statement."""
    for test in statement.tests:
        for finding in TESTS[test.kind](test, evidence):
            yield TestOutcome(test, finding)
