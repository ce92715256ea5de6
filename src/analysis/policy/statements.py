"""Judging the statements of the policy documents: every test of every statement, and one verdict for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .. import regions
from ..documents import Statements
from ..documents.statements import Remark, Statement, Test
from ..observations import Source
from ..results import Record, Result
from ..series import Missing
from ..statistics.verdicts import Verdict, holm
from . import changes, comparisons, extremes, levels, ranks, targets, texts
from .evidence import Evidence
from .findings import Finding, Number, told

TESTS: dict[str, Callable[[Any, Evidence], Iterator[Finding | Missing]]] = {
    "change": changes.test,
    "level": levels.test,
    "rank": ranks.test,
    "comparison": comparisons.test,
    "extreme": extremes.test,
    "target": targets.test,
    "sum": texts.add,
    "set": texts.compare_lists,
    "count": texts.count,
    "process": texts.process,
}


@dataclass(frozen=True)
class Outcome:
    """What one test found.

    Parameters
    ----------
    finding : Finding or Missing
        The numbers, already with the corrected p-value; or why there are none.
    p_value, corrected : float or None
        As the test gave it, and corrected for all tests of all statements (Holm).
    """

    test: Test
    finding: Finding | Missing
    p_value: float | None = None
    corrected: float | None = None

    @property
    def verdict(self) -> Verdict:
        """What the test says; nothing when it could not be done."""
        return Verdict.NOT_TESTABLE if isinstance(self.finding, Missing) else self.finding.verdict

    @property
    def words(self) -> str:
        """The finding or the reason in Dutch."""
        return self.finding.reason if isinstance(self.finding, Missing) else told(self.finding)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The raw files behind the finding."""
        return () if isinstance(self.finding, Missing) else self.finding.sources


@dataclass(frozen=True)
class Judged:
    """A statement with what its tests found; those of another statement when it says the same."""

    statement: Statement
    outcomes: tuple[Outcome, ...]
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
        """The statement with its verdict, and every number of every finding."""
        found = [one for n, outcome in enumerate(self.outcomes, 1) for one in self._details(n, outcome)]
        point = next((one for one in found if one.value is not None), None)
        names = tuple(dict.fromkeys(name for one in found for name in one.source)) or (self.file.name,)
        head = Record(
            self.statement.id, self.statement.claim, point.region if point else "", point.period if point else "",
            point.value if point else None, point.unit if point else "statement", point.baseline if point else None,
            point.lower if point else None, point.upper if point else None, self.p_value, self.verdict, names,
            self.words,
        )  # fmt: skip
        return [head, *found]

    def _details(self, number: int, outcome: Outcome) -> Iterator[Record]:
        if isinstance(outcome.finding, Missing):
            return
        first, last = _years(outcome.test)
        names = tuple(source.name for source in outcome.sources) or (self.file.name,)
        for place, (measure, one) in enumerate(outcome.finding.numbers.items()):
            yield Record(
                f"{self.statement.id}.{number}" + (f".{measure}" if place else ""),
                f"{self.statement.id}: {measure}", outcome.finding.region, last, _value(one), one.unit, first,
                one.lower, one.upper, None if place else outcome.corrected, None if place else outcome.verdict, names,
            )  # fmt: skip


@dataclass(frozen=True)
class Judgements(Result):
    """Every statement of the policy documents, judged.

    Parameters
    ----------
    corrected : int
        How many tests the correction for testing many things counts (Holm).
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
    def remarks(self) -> tuple[Remark, ...]:
        """What does not agree in the source text itself."""
        return self.document.remarks

    def records(self) -> list[Record]:
        """How many statements have each verdict, and all of each statement."""
        where, names = self.municipality, (self.file.name,)
        testable = len(self.judged) - self.counts[Verdict.NOT_TESTABLE]
        sizes = {"total": len(self.judged), "testable": testable, "corrected": self.corrected}
        sizes |= {verdict.name.lower(): count for verdict, count in self.counts.items()}
        counts = [Record(f"count.{id}", "uitspraken", where, "", n, "count", source=names) for id, n in sizes.items()]
        return counts + [record for one in self.judged for record in one.records()]


def judge(municipality: str, folder: Path | None = None) -> Judgements | Missing:
    """Judge every statement in ``beleid/statements.yml``.

    The p-values of all tests of all statements are one family for the correction of Holm; a statement that repeats
    another adds nothing to it.

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
        where = regions.name(municipality)
        return Missing("de uitspraken", f"Er zijn geen uitspraken uit het beleid van {where} aangeleverd.")
    document, file = found
    own = {one.id: tuple(_outcomes(one, known)) for one in document.all() if one.same_as is None}
    family = [one.p_value for outcomes in own.values() for one in outcomes if one.p_value is not None]
    corrected = iter(holm(family))
    own = {id: tuple(_corrected(one, corrected) for one in outcomes) for id, outcomes in own.items()}
    judged = tuple(Judged(one, own[one.same_as or one.id], file) for one in document.all())
    return Judgements(municipality, judged, document, file, len(family))


def together(verdicts: list[Verdict]) -> Verdict:
    """One verdict for all tests of a statement.

    One contradiction contradicts it, one that may be chance makes it chance. What could not be tested besides what
    could be is a reservation.
    """
    for decisive in (Verdict.CONTRADICTED, Verdict.CHANCE):
        if decisive in verdicts:
            return decisive
    kinds = set(verdicts)
    if kinds <= {Verdict.NOT_TESTABLE}:
        return Verdict.NOT_TESTABLE
    return Verdict.CONFIRMED if kinds == {Verdict.CONFIRMED} else Verdict.CONFIRMED_WITH_CAVEAT


def _outcomes(statement: Statement, known: Evidence) -> Iterator[Outcome]:
    for test in statement.tests:
        for finding in TESTS[test.kind](test, known):
            yield Outcome(test, finding, None if isinstance(finding, Missing) else finding.p_value)


def _corrected(outcome: Outcome, p_values: Iterator[float]) -> Outcome:
    """The outcome with the next corrected p-value, if it has one at all."""
    if outcome.p_value is None or isinstance(outcome.finding, Missing):
        return outcome
    p_value = float(next(p_values))
    return replace(outcome, finding=outcome.finding.corrected(p_value), corrected=p_value)


def _years(test: Test) -> tuple[str | None, str]:
    """The years a test is about: the one compared with, if any, and the last."""
    first = getattr(test, "first", None) or getattr(test, "base", None)
    last = getattr(test, "last", None) or getattr(test, "year", None)
    return None if first is None else str(first), "" if last is None else str(last)


def _value(number: Number) -> float | None:
    return None if number.value is None else float(number.value)
