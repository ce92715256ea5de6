"""Statements about money and hours: rows of the plan that must add up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ..documents import Plan
from ..documents.statements import SumTest
from ..observations import Source
from ..series import Missing
from ..statistics.verdicts import Verdict
from .evidence import Evidence
from .findings import Finding, Number


@dataclass(frozen=True)
class Added(Finding):
    """Rows of the plan added up, beside the total that a document gives; ``None`` is a row without an amount.

    ``label`` is the name of the theme that they are about; ``None`` when they are about all themes.
    """

    of: str
    label: str | None
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
        Added(asked.of, plan.themes[asked.theme][0] if asked.theme else None, rows, Decimal(str(asked.total)), file)
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
