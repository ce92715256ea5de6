"""One statement with what its tests found, and the one verdict that follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..documents.statements import Statement, Test
from ..observations import Source, cited
from ..results import Record
from ..series import Missing
from ..statistics.verdicts import Verdict
from .findings import Finding, Number, told


@dataclass(frozen=True)
class Outcome:
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

    def _details(self, number: int, outcome: Outcome) -> Iterator[Record]:
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
