"""The columns of a table as its publisher describes them now, held against those that we read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from ..errors import DataError
from ..sources.recognise import plain, topic
from . import questions
from .questions import V3, Question
from .wanted import WantedTable

_DIMENSIONS = {"Dimension", "GeoDimension", "GeoDetail", "TimeDimension"}
_MEASURE = "Measure"  # in OData 4 every figure says which topic it is
_CHANGED = "Kijk bij de uitgever of de tabel is veranderd, en pas dan tables.yml of bronnen.yml aan: zie docs/data.md."


class Unsound(DataError):
    """What a publisher answered is not what was asked for, or contradicts itself; asking anew may be better."""


class Columns:
    """Dimensions and measures.

    Parameters
    ----------
    about : sequence of lists of records
        What describes the table, in the order of `questions.Dialect.about`.

    Raises
    ------
    Unsound
        When a dimension or measure that we read is not there.
    """

    def __init__(self, wanted: WantedTable, about: Sequence[list[dict[str, Any]]]) -> None:
        self.wanted, self.about = wanted, about
        self.way = questions.dialect(wanted)
        if lost := [name for name in questions.needed(wanted) if name not in self.dimensions]:
            there = ", ".join(self.dimensions)
            raise wrong(wanted, f"de dimensie '{lost[0]}' staat er niet meer in; wel: {there}.")
        if wanted.topics != "all" and not self.topics:
            raise wrong(wanted, f"het onderwerp '{wanted.known.topic}' staat er niet meer in.")

    @cached_property
    def dimensions(self) -> list[str]:
        """All of its dimensions."""
        if self.way is V3:
            return [one["Key"] for one in self.about[1] if one["Type"] in _DIMENSIONS]
        return [one["Identifier"] for one in self.about[1]]

    @cached_property
    def topics(self) -> list[str]:
        """The measures that we read, under the code that they have in this edition."""
        if self.way is V3:
            named = {one["Key"]: one["Key"] for one in self.about[1] if one["Type"] == "Topic"}
        else:
            named = {one["Identifier"]: one["Title"] for one in self.about[2]}
        return [code for code, name in named.items() if topic(name) == plain(self.wanted.known.topic or "")]

    @cached_property
    def key(self) -> list[str]:
        """What tells one figure from another."""
        return [*self.dimensions, *([] if self.way is V3 else [_MEASURE])]

    def strange(self, records: Sequence[dict[str, Any]], question: Question) -> str:
        """What came that was not asked for, or is not there of what was, in Dutch; nothing when all is well."""
        topics = [] if self.wanted.topics == "all" else self.topics
        if self.way is V3 and (lost := [name for name in topics if any(name not in one for one in records)]):
            return f"in de cijfers ontbreekt het onderwerp '{lost[0]}'"
        for name in self.key:
            for code in {str(one.get(name)) for one in records}:
                fits = code in topics or not topics if name == _MEASURE else question.answers(name, code)
                if not fits or code == "None":
                    return f"er kwamen cijfers waar niet om gevraagd is ({name} is '{code.strip()[:20]}')"
        return ""

    def options(self, condition: str) -> list[str]:
        """The filter of a question, and what is to be chosen."""
        if self.wanted.topics == "all":
            return [f"$filter={condition}"]
        if self.way is V3:
            return [f"$filter={condition}", f"$select={','.join([*self.dimensions, *self.topics])}"]
        either = " or ".join(f"{_MEASURE} eq '{code}'" for code in self.topics)
        return [f"$filter={condition} and ({either})"]


def wrong(wanted: WantedTable, problem: str, remedy: str = _CHANGED) -> Unsound:
    """What is wrong with a table at its publisher."""
    return Unsound(f"tabel {wanted.name} ({wanted.publisher})", problem, remedy)
