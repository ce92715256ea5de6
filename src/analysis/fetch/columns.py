"""The columns of a table as its publisher describes them now, held against those that we read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from ..errors import DataError
from ..sources.recognise import plain, topic
from . import questions
from .questions import V3
from .wanted import WantedTable

_DIMENSIONS = {"Dimension", "GeoDimension", "GeoDetail", "TimeDimension"}
_CHANGED = "Kijk bij de uitgever of de tabel is veranderd, en pas dan tables.yml of sources.yml aan."


class Columns:
    """Dimensions and measures.

    Parameters
    ----------
    about : sequence of lists of records
        What describes the table, in the order of `questions.Dialect.about`.

    Raises
    ------
    DataError
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

    def options(self, condition: str) -> list[str]:
        """The filter of a question, and what is to be chosen."""
        if self.wanted.topics == "all":
            return [f"$filter={condition}"]
        if self.way is V3:
            return [f"$filter={condition}", f"$select={','.join([*self.dimensions, *self.topics])}"]
        either = " or ".join(f"Measure eq '{code}'" for code in self.topics)
        return [f"$filter={condition} and ({either})"]


def wrong(wanted: WantedTable, problem: str, remedy: str = _CHANGED) -> DataError:
    """What is wrong with a table at its publisher."""
    return DataError(f"tabel {wanted.name} ({wanted.publisher})", problem, remedy)
