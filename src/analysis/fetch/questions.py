"""How a table is asked for in the two ways that CBS speaks: OData 3 and OData 4."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from ..sources.recognise import PERIODS, dimensions
from .wanted import WantedTable
from .web import PUBLISHERS

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
