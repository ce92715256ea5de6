"""The columns of a table as its publisher describes them now, held against those that we read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote

from ..errors import DataError
from ..ingest.table_recognition import PERIODS, dimensions, plain, topic
from .http import PUBLISHERS
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
        self.way = dialect(wanted)
        if lost := [name for name in needed(wanted) if name not in self.dimensions]:
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


_PLAIN = "$(),'="  # what may stand in a question as it is


@dataclass(frozen=True)
class Dialect:
    """The names that things have.

    Parameters
    ----------
    root : str
        Where a table is, below the address of the publisher.
    about : tuple of str
        What describes a table; the first says when it was changed, the second which columns it has.
    codes, rows : str
        The code list of a dimension; the figures.
    within : str
        How to say that a text stands somewhere in a code.
    form : tuple of str
        What to add to a question for an answer in JSON.
    """

    root: str
    about: tuple[str, ...]
    codes: str
    rows: str
    within: str
    form: tuple[str, ...]

    def address(self, wanted: WantedTable, part: str, *options: str) -> str:
        """Of a part of a table, with options such as a filter."""
        asked = "&".join(map(quoted, (*self.form, *options)))
        address = f"{PUBLISHERS[wanted.host]}/{self.root.format(wanted.name)}/{part}"
        return f"{address}?{asked}" if asked else address

    def count(self, wanted: WantedTable, where: str) -> str:
        """Of the number of figures, which comes as plain text and not as JSON."""
        return f"{PUBLISHERS[wanted.host]}/{self.root.format(wanted.name)}/{self.rows}/$count?{quoted(where)}"


V3 = Dialect(
    root="ODataFeed/odata/{}",
    about=("TableInfos", "DataProperties"),
    codes="{}",
    rows="TypedDataSet",
    within="substringof('{text}',{name})",
    form=("$format=json",),
)
V4 = Dialect(
    root="odata/v1/CBS/{}",
    about=("Properties", "Dimensions", "MeasureCodes"),
    codes="{}Codes",
    rows="Observations",
    within="contains({name},'{text}')",
    form=(),
)


def quoted(option: str) -> str:
    """An option as it stands in an address."""
    return quote(option, safe=_PLAIN)


def dialect(wanted: WantedTable) -> Dialect:
    """The one that the publisher of a table speaks."""
    return V4 if wanted.host == "datasets" else V3


@dataclass(frozen=True)
class Question:
    """One question to a table: about which regions, periods and kinds, and whether that is what came.

    Parameters
    ----------
    places : tuple of str
        The beginnings of the codes of regions; ``within`` a municipality its digits.
    """

    wanted: WantedTable
    places: tuple[str, ...]

    @property
    def condition(self) -> str:
        """As a filter; dimensions are padded with spaces, so codes are beginnings."""
        wanted, way = self.wanted, dialect(self.wanted)
        found = [f"({' or '.join(map(self._place, self.places))})"]
        found += [f"startswith({name},'{value}')" for name, value in wanted.fixed.items()]
        if wanted.periods:
            found.append(way.within.format(text=wanted.periods, name=PERIODS))
        if wanted.since:
            found.append(f"{PERIODS} ge '{wanted.since}'")
        return " and ".join(found)

    def _place(self, beginning: str) -> str:
        region = self.wanted.known.region
        if self.wanted.regions == "within":  # the digits of the municipality, behind two letters: GM, WK or BU
            return f"substring({region},2,4) eq '{beginning}'"
        return f"startswith({region},'{beginning}')"

    def answers(self, name: str, code: str) -> bool:
        """Whether a code of a dimension was asked for: what `condition` says, of one figure."""
        wanted = self.wanted
        if name == wanted.known.region:
            where = code[2:6] if wanted.regions == "within" else code
            return where.startswith(self.places)
        if name == PERIODS:
            return (wanted.periods or "") in code and code >= str(wanted.since or "")
        return code.startswith(wanted.fixed.get(name, ""))


def questions(wanted: WantedTable, municipalities: Sequence[str]) -> list[Question]:
    """The questions that a table takes."""
    return [Question(wanted, tuple(places)) for places in wanted.places(municipalities)]


def needed(wanted: WantedTable) -> list[str]:
    """The dimensions that a table must have; one for which the register says the value need not be there."""
    return [name for name in dimensions(wanted.known) if name not in wanted.selection]
