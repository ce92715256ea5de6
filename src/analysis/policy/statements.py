"""Judging the statements of the policy documents: every test of every statement, and one verdict for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..documents import Statements
from ..documents.statements import Remark, Statement
from ..observations import Source
from ..results import Record, Result, behind
from ..series import Missing
from ..statistics.verdicts import Verdict, holm
from . import changes, comparisons, extremes, levels, ranks, sums, targets, texts
from .evidence import Evidence
from .findings import Finding
from .judged import Judged, Outcome

TESTS: dict[str, Callable[[Any, Evidence], Iterator[Finding | Missing]]] = {
    "change": changes.test,
    "level": levels.test,
    "rank": ranks.test,
    "comparison": comparisons.test,
    "extreme": extremes.test,
    "target": targets.test,
    "sum": sums.add,
    "set": texts.compare_lists,
    "count": texts.count,
    "process": texts.process,
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
    def remarks(self) -> tuple[Remark, ...]:
        """What does not agree in the source text itself."""
        return self.document.remarks

    def records(self) -> list[Record]:
        """How many statements have each verdict, and all of each statement."""
        judged = [record for one in self.judged for record in one.records()]
        where, names = self.municipality, behind(judged, self.file.name)
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


def _outcomes(statement: Statement, known: Evidence) -> Iterator[Outcome]:
    for test in statement.tests:
        for finding in TESTS[test.kind](test, known):
            yield Outcome(test, finding, None if isinstance(finding, Missing) else finding.p_value)


def _corrected(outcome: Outcome, p_values: dict[tuple[object, ...], float]) -> Outcome:
    """The outcome with its corrected p-value, if it has one at all."""
    if outcome.p_value is None or isinstance(outcome.finding, Missing):
        return outcome
    p_value = p_values[outcome.question]
    return replace(outcome, finding=outcome.finding.corrected(p_value), corrected=p_value)
