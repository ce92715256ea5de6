"""Statements about the documents themselves: lists, numbers, and what no figure can show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..documents.statements import Compare, CountTest, ProcessTest, SetTest
from ..observations import Source
from ..series import Missing
from ..statistics.verdicts import Verdict
from .evidence import Evidence
from .findings import Finding, Number, holds
from .lists import Known, listed


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
