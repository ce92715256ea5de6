"""Statements about the documents themselves: sums, lists, numbers, and what no figure can show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ..documents import Plan
from ..documents.statements import Compare, CountTest, ProcessTest, SetTest, SumTest
from ..observations import Source
from ..series import Missing
from ..statistics.verdicts import Verdict
from .evidence import Evidence
from .findings import Finding, Number, holds
from .lists import Known, listed


@dataclass(frozen=True)
class Added(Finding):
    """Rows of the plan added up, beside the total that a document gives; ``None`` is a row without an amount."""

    of: str
    theme: str | None
    rows: tuple[Decimal | None, ...]
    claimed: Decimal
    file: Source

    @property
    def known(self) -> list[Decimal]:
        """The rows with an amount."""
        return [amount for amount in self.rows if amount is not None]

    @property
    def total(self) -> Decimal:
        """The known rows together; exact, as money is."""
        return sum(self.known, Decimal(0))

    @property
    def unknown(self) -> int:
        """How many rows have no amount."""
        return len(self.rows) - len(self.known)

    @property
    def verdict(self) -> Verdict:
        """The total is that of the document, or it is not; rows without an amount may still fill what lacks."""
        if self.unknown and self.total < self.claimed:
            return Verdict.NOT_TESTABLE
        if self.total != self.claimed:
            return Verdict.CONTRADICTED
        return Verdict.CONFIRMED_WITH_CAVEAT if self.unknown else Verdict.CONFIRMED

    @property
    def numbers(self) -> dict[str, Number]:
        """The total, the number of rows, and the claim."""
        unit = "euro" if self.of in ("costs", "budget") else "fte"
        return {
            "total": Number(float(self.total), unit),
            "rows": Number(len(self.known), "rows"),
            "unknown": Number(self.unknown, "rows"),
            "claimed": Number(float(self.claimed), unit),
        }

    @property
    def sources(self) -> tuple[Source, ...]:
        """The plan."""
        return (self.file,)


@dataclass(frozen=True)
class Listed(Finding):
    """A list in a document beside the list we know."""

    claimed: tuple[str, ...]
    known: Known

    @property
    def absent(self) -> tuple[str, ...]:
        """What we know and the document does not name."""
        return tuple(one for one in self.known.items if not self.known.named(one, self.claimed))

    @property
    def extra(self) -> tuple[str, ...]:
        """What the document names and we do not know."""
        return tuple(one for one in self.claimed if not self.known.knows(one))

    @property
    def unnamed_parts(self) -> tuple[str, ...]:
        """What belongs to the list in part, and the document does not name."""
        return tuple(one for one in self.known.parts if not self.known.named(one, self.claimed))

    @property
    def verdict(self) -> Verdict:
        """The same names, whatever the order."""
        if self.absent or self.extra:
            return Verdict.CONTRADICTED
        return Verdict.CONFIRMED_WITH_CAVEAT if self.unnamed_parts else Verdict.CONFIRMED

    @property
    def numbers(self) -> dict[str, Number]:
        """How many names we know, and how many the document gives."""
        return {"known": Number(len(self.known.items), "items"), "claimed": Number(len(self.claimed), "items")}

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where our list comes from."""
        return self.known.sources


@dataclass(frozen=True)
class Counted(Finding):
    """A number in a document beside the number that another place gives."""

    number: float
    compare: Compare
    claimed: float
    known: Known

    @property
    def verdict(self) -> Verdict:
        """The relation holds, or it does not."""
        return Verdict.CONFIRMED if holds(self.compare, self.number, self.claimed) else Verdict.CONTRADICTED

    @property
    def numbers(self) -> dict[str, Number]:
        """Both numbers."""
        return {"known": Number(self.number, "number"), "claimed": Number(self.claimed, "number")}

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where our number comes from."""
        return self.known.sources


def add(asked: SumTest, known: Evidence) -> Iterator[Finding | Missing]:
    """Add up rows of the plan."""
    found = known.document(Plan)
    if isinstance(found, Missing):
        yield found
        return
    plan, file = found
    rows = _rows(plan, asked)
    about = f" over het thema '{asked.theme}'" if asked.theme else ""
    yield (
        Added(asked.of, asked.theme, rows, Decimal(str(asked.total)), file)
        if any(amount is not None for amount in rows)
        else Missing("het uitvoeringsplan", f"In het uitvoeringsplan staat geen bedrag{about} om op te tellen.")
    )


def _rows(plan: Plan, asked: SumTest) -> tuple[Decimal | None, ...]:
    """The rows to add; a measure without costs is one whose costs nobody wrote down."""
    lines = [one for one in plan.budget if asked.theme in (None, one.theme)]
    hours = [one for one in plan.hours if asked.theme in (None, one.theme)]
    regular, priority = [one.regular for one in hours], [one.priority for one in hours]
    columns: dict[str, list[float | None]] = {
        "costs": [one.costs for one in plan.measures.values() if asked.theme in (None, one.theme)],
        "budget": [one.amount for one in lines],
        "regular": _filled(regular),
        "priority": _filled(priority),
        "capacity": _filled([*regular, *priority]),
        "external": [plan.external],
    }
    return tuple(None if amount is None else Decimal(str(amount)) for amount in columns[asked.of])


def _filled(hours: list[float | None]) -> list[float | None]:
    """A theme has hours of one kind and not of the other: an empty cell in that table is none."""
    return [amount for amount in hours if amount is not None]


def compare_lists(asked: SetTest, known: Evidence) -> Iterator[Finding | Missing]:
    """Hold a list against the one we know."""
    found = listed(asked.of, known)
    yield found if isinstance(found, Missing) else Listed(asked.items, found)


def count(asked: CountTest, known: Evidence) -> Iterator[Finding | Missing]:
    """Hold a number against a fact, or against the length of a list."""
    found = listed(asked.of, known)
    if isinstance(found, Missing):
        yield found
    else:
        yield Counted(found.number, asked.compare, asked.number, found)


def process(asked: ProcessTest, known: Evidence) -> Iterator[Finding | Missing]:
    """What no figure can show: say which record would."""
    yield Missing("de uitspraak", f"Om dit te toetsen is nodig: {asked.needs.rstrip('.')}.")
