"""The period of a number as ``results.json`` writes it: what it can be held beside, and how a reader says it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from ..display import dutch
from ..periods import MONTHS

_POINT = r"\d{4}(?:H[12]|-(?:0[1-9]|1[0-2])(?:-\d\d)?)?"
_SPAN = re.compile(rf"(?P<first>{_POINT})(?:-(?P<last>{_POINT}))?", re.ASCII)


@dataclass(frozen=True)
class Span:
    """A year, half-year, month or day, or all from one of those up to another.

    Parameters
    ----------
    first, last : str
        As `Record` writes them: ``2022``, ``2023H2``, ``2023-12``, ``2024-07-15``; the same when it is one of them.
    """

    first: str
    last: str

    @property
    def part(self) -> str:
        """What a period of another year shares with this one: which part of the year it is, or how long it is.

        A state on a day can stand beside that on any other day.
        """
        if self.first != self.last:
            return f"{_kind(self.first)}–{_kind(self.last)}, {int(self.last[:4]) - int(self.first[:4])} years"
        return "day" if len(self.first) == len("2024-07-15") else f"year{_kind(self.first)}"

    @property
    def words(self) -> str:
        """As said: ``2e halfjaar van 2023``, ``december 2023``, ``2020–2022``, ``mei 2016 tot en met juni 2017``."""
        if self.first == self.last:
            return _words(self.first)
        joined = "–" if not (_kind(self.first) or _kind(self.last)) else " tot en met "
        return joined.join((_words(self.first), _words(self.last)))


def parse(text: str) -> Span | None:
    """Read a period of ``results.json``; ``None`` when it is none of them, such as what a document calls a period."""
    written = _SPAN.fullmatch(text)
    if written is None:
        return None
    first, last = written["first"], written["last"] or written["first"]
    return Span(first, last) if all(_exists(point) for point in (first, last)) else None


def words(text: str) -> str:
    """A period of ``results.json`` as a reader says it; what is no period of ours as it was written."""
    span = parse(text)
    return span.words if span else text


def _kind(point: str) -> str:
    return point[len("2022") :]


def _exists(point: str) -> bool:
    try:
        return len(point) < len("2024-07-15") or date.fromisoformat(point) is not None
    except ValueError:
        return False


def _words(point: str) -> str:
    year, kind = point[: len("2022")], _kind(point)
    if kind.startswith("H"):
        return f"{kind[1]}e halfjaar van {year}"
    if len(point) == len("2024-07-15"):
        return dutch.day(date.fromisoformat(point))
    return f"{MONTHS[int(kind[1:]) - 1]} {year}" if kind else year
