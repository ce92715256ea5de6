"""One statement with what its tests found, and the one verdict that follows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..documents.statements import Statement, Statements, Test, TextRemark
from ..statistics.verdicts import Verdict, holm
from ..store.raw_sources import Source, cited
from ..store.results import Record, Result, source_names
from ..store.series import Missing
from . import change_tests, comparison_tests, document_tests, level_tests, rank_tests
from .evidence import Evidence
from .findings import Finding, Number, finding_text


@dataclass(frozen=True)
class TestOutcome:
    """What one test found.

    Parameters
    ----------
    finding : Finding or Missing
        The numbers, already with the corrected p-value; or why there are none.
    p_value, corrected : float or None
        As the test gave it, and corrected for all tests of all statements (Holm); ``None`` where chance does not
        decide, or cannot.
    """

    test: Test
    finding: Finding | Missing
    p_value: float | None = None
    corrected: float | None = None

    @property
    def question(self) -> tuple[object, ...]:
        """What equal tests share: whatever direction two statements claim, it is one test of chance."""
        region = getattr(self.test, "region", None) or getattr(self.finding, "region", None)
        asked = (getattr(self.test, name, None) for name in ("indicator", "first", "last"))
        return type(self.finding), region, *asked

    @property
    def verdict(self) -> Verdict:
        """What the test says; nothing when it could not be done."""
        return Verdict.NOT_TESTABLE if isinstance(self.finding, Missing) else self.finding.verdict

    @property
    def words(self) -> str:
        """The finding or the reason in Dutch."""
        return self.finding.reason if isinstance(self.finding, Missing) else finding_text(self.finding)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The raw files behind the finding."""
        return () if isinstance(self.finding, Missing) else self.finding.sources


@dataclass(frozen=True)
class Judged:
    """A statement with what its tests found; those of another statement when it says the same."""

    statement: Statement
    outcomes: tuple[TestOutcome, ...]
    file: Source

    @property
    def verdict(self) -> Verdict:
        """All tests together, see `together`."""
        return together([one.verdict for one in self.outcomes])

    @property
    def p_value(self) -> float | None:
        """The largest corrected p-value: all tests must hold, so the weakest decides."""
        return max((one.corrected for one in self.outcomes if one.corrected is not None), default=None)

    @property
    def words(self) -> str:
        """All findings and reasons in Dutch."""
        return " ".join(dict.fromkeys(one.words for one in self.outcomes))

    def records(self) -> list[Record]:
        """The statement with its verdict and the number that decides it, and every number of every finding."""
        parts = [(outcome.verdict, list(self._details(n, outcome))) for n, outcome in enumerate(self.outcomes, 1)]
        found = [one for _, numbers in parts for one in numbers]
        decisive = [one for verdict, numbers in parts if verdict is self.verdict for one in numbers]
        point = next((one for one in [*decisive, *found] if one.value is not None), None)
        names = tuple(dict.fromkeys(name for one in found for name in one.source)) or (self.file.name,)
        head = Record(
            self.statement.id, self.statement.claim, point.region if point else "", point.period if point else "",
            point.value if point else None, point.unit if point else "statement", point.baseline if point else None,
            point.lower if point else None, point.upper if point else None, self.p_value, self.verdict, names,
            self.words,
        )  # fmt: skip
        return [head, *found]

    def _details(self, number: int, outcome: TestOutcome) -> Iterator[Record]:
        if isinstance(outcome.finding, Missing):
            return
        first, last = _years(outcome.test)
        names = cited(outcome.sources) or (self.file.name,)
        for place, (measure, one) in enumerate(outcome.finding.numbers.items()):
            period, base = (measure, None) if measure.isdigit() else (last, first)  # a measure may be one of the years
            yield Record(
                f"{self.statement.id}.{number}" + (f".{measure}" if place else ""), self.statement.claim,
                outcome.finding.region, period, _value(one), one.unit, base, one.lower, one.upper,
                None if place else outcome.corrected, None if place else outcome.verdict, names,
            )  # fmt: skip


# One contradiction contradicts a statement, and one part that may be chance makes it chance. Every part must hold, so a
# part that could not be tested leaves the whole untested.
_DECISIVE = (
    Verdict.CONTRADICTED,
    Verdict.CHANCE,
    Verdict.NOT_TESTABLE,
    Verdict.CONFIRMED_WITH_CAVEAT,
    Verdict.CONFIRMED,
)


def together(verdicts: list[Verdict]) -> Verdict:
    """One verdict for all tests of a statement: that of the part that decides."""
    return next((one for one in _DECISIVE if one in verdicts), Verdict.NOT_TESTABLE)


def _years(test: Test) -> tuple[str | None, str]:
    """The years a test is about: the one compared with, if any, and the last."""
    first = getattr(test, "first", None) or getattr(test, "base", None)
    last = getattr(test, "last", None) or getattr(test, "year", None)
    return None if first is None else str(first), "" if last is None else str(last)


def _value(number: Number) -> float | None:
    return None if number.value is None else float(number.value)


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


@dataclass(frozen=True)
class Judgements(Result):
    """Every statement of the policy documents, judged.

    Parameters
    ----------
    corrected : int
        How many different tests the correction for testing many things counts (Holm).
    """

    municipality: str
    judged: tuple[Judged, ...]
    document: Statements
    file: Source
    corrected: int

    @property
    def by_id(self) -> dict[str, Judged]:
        """Each judged statement by its id, ``K03``."""
        return {one.statement.id: one for one in self.judged}

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many statements have each verdict, all five named."""
        found = Counter(one.verdict for one in self.judged)
        return {verdict: found[verdict] for verdict in Verdict}

    @property
    def remarks(self) -> tuple[TextRemark, ...]:
        """What does not agree in the source text itself."""
        return self.document.remarks

    def records(self) -> list[Record]:
        """How many statements have each verdict, and all of each statement."""
        judged = [record for one in self.judged for record in one.records()]
        where, names = self.municipality, source_names(judged, self.file.name)
        testable = len(self.judged) - self.counts[Verdict.NOT_TESTABLE]
        sizes = {"total": len(self.judged), "testable": testable, "corrected": self.corrected}
        sizes |= {verdict.name.lower(): count for verdict, count in self.counts.items()}
        counts = [Record(f"count.{id}", "uitspraken", where, "", n, "count", source=names) for id, n in sizes.items()]
        return counts + judged


def judge(municipality: str, folder: Path | None = None) -> Judgements | Missing:
    """Judge every statement in ``beleid/statements.yml``.

    The p-values of all tests of all statements are one family for the correction of Holm. Only tests whose p-value
    decides are in it, and equal tests count once, whatever they claim.

    Parameters
    ----------
    municipality : str
        CBS code.
    folder : Path, optional
        Processed data, by default those of this process.

    Returns
    -------
    Judgements or Missing
        ``Missing`` when the municipality has no such document. A statement whose data are missing is not testable,
        with the reason; the others are not touched by that.
    """
    known = Evidence(municipality, folder)
    found = known.document(Statements)
    if isinstance(found, Missing):
        return found
    document, file = found
    own = {one.id: tuple(_outcomes(one, known)) for one in document.all() if one.same_as is None}
    family = {one.question: one.p_value for outcomes in own.values() for one in outcomes if one.p_value is not None}
    corrected = dict(zip(family, map(float, holm([*family.values()])), strict=True))
    own = {id: tuple(_corrected(one, corrected) for one in outcomes) for id, outcomes in own.items()}
    judged = tuple(Judged(one, own[one.same_as or one.id], file) for one in document.all())
    return Judgements(municipality, judged, document, file, len(family))


def _outcomes(statement: Statement, known: Evidence) -> Iterator[TestOutcome]:
    for test in statement.tests:
        for finding in TESTS[test.kind](test, known):
            yield TestOutcome(test, finding, None if isinstance(finding, Missing) else finding.p_value)


def _corrected(outcome: TestOutcome, p_values: dict[tuple[object, ...], float]) -> TestOutcome:
    """The outcome with its corrected p-value, if it has one at all."""
    if outcome.p_value is None or isinstance(outcome.finding, Missing):
        return outcome
    p_value = p_values[outcome.question]
    return replace(outcome, finding=outcome.finding.corrected(p_value), corrected=p_value)
