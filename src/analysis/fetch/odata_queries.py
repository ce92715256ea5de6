"""OData queries: addresses and filters in the two dialects of CBS, and checks that an answer is what was asked for."""

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
_MEASURE = "Measure"  # the column of OData 4 that names the topic of each figure
_CHANGED = "Kijk bij de uitgever of de tabel is veranderd, en pas dan tables.yml of bronnen.yml aan: zie docs/data.md."
_PLAIN = "$(),'="  # characters that need no escaping in a query


class InconsistentAnswer(DataError):
    """An answer that is not what was asked for, or contradicts itself; a new request may give a better one."""


def table_error(wanted: WantedTable, problem: str, remedy: str = _CHANGED) -> InconsistentAnswer:
    """Return an error about a table at its publisher.

    Parameters
    ----------
    wanted : WantedTable
        The table.
    problem, remedy : str
        In Dutch, as for `DataError`.
    """
    return InconsistentAnswer(f"tabel {wanted.name} ({wanted.publisher})", problem, remedy)


@dataclass(frozen=True)
class Dialect:
    """How addresses and filters are written in one version of OData.

    Parameters
    ----------
    root : str
        Path of a table at its publisher.
    about : tuple of str
        Resources that describe a table; the first says when it was changed, the second lists its columns.
    codes, rows : str
        Resource with the code list of a dimension; resource with the figures.
    within : str
        Filter for a text anywhere in a code.
    form : tuple of str
        Options that make the answer JSON.
    """

    root: str
    about: tuple[str, ...]
    codes: str
    rows: str
    within: str
    form: tuple[str, ...]

    def address(self, wanted: WantedTable, part: str, *options: str) -> str:
        """Return the address of a resource of a table.

        Parameters
        ----------
        wanted : WantedTable
            The table.
        part : str
            Name of the resource, such as ``Perioden`` or `rows`.
        *options : str
            Such as ``$filter=…``; escaped here.
        """
        query = "&".join(map(escaped, (*self.form, *options)))
        address = f"{PUBLISHERS[wanted.host]}/{self.root.format(wanted.name)}/{part}"
        return f"{address}?{query}" if query else address

    def count(self, wanted: WantedTable, where: str) -> str:
        """Return the address of the number of figures that pass a filter; the answer is plain text, not JSON."""
        return f"{PUBLISHERS[wanted.host]}/{self.root.format(wanted.name)}/{self.rows}/$count?{escaped(where)}"


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


def dialect(wanted: WantedTable) -> Dialect:
    """Return the dialect that the publisher of a table uses."""
    return V4 if wanted.host == "datasets" else V3


def escaped(option: str) -> str:
    """Return a query option as it is written in an address.

    Examples
    --------
    >>> escaped("$filter=(RegioS eq 'GM1969')")
    "$filter=(RegioS%20eq%20'GM1969')"
    """
    return quote(option, safe=_PLAIN)


class TableColumns:
    """The dimensions and measures of a table, as its publisher describes them now.

    Parameters
    ----------
    wanted : WantedTable
        The table.
    about : sequence of lists of dict
        Records of the resources in `Dialect.about`, in that order.

    Raises
    ------
    InconsistentAnswer
        When a dimension or measure that we read is missing.
    """

    def __init__(self, wanted: WantedTable, about: Sequence[list[dict[str, Any]]]) -> None:
        self.wanted, self.about = wanted, about
        self.dialect = dialect(wanted)
        if missing := [name for name in required_dimensions(wanted) if name not in self.dimensions]:
            present = ", ".join(self.dimensions)
            raise table_error(wanted, f"de dimensie '{missing[0]}' staat er niet meer in; wel: {present}.")
        if wanted.topics != "all" and not self.topics:
            raise table_error(wanted, f"het onderwerp '{wanted.definition.topic}' staat er niet meer in.")

    @cached_property
    def dimensions(self) -> list[str]:
        """Names of all dimensions."""
        if self.dialect is V3:
            return [column["Key"] for column in self.about[1] if column["Type"] in _DIMENSIONS]
        return [column["Identifier"] for column in self.about[1]]

    @cached_property
    def topics(self) -> list[str]:
        """Codes that the measures we read have in this release."""
        if self.dialect is V3:
            names = {column["Key"]: column["Key"] for column in self.about[1] if column["Type"] == "Topic"}
        else:
            names = {measure["Identifier"]: measure["Title"] for measure in self.about[2]}
        return [code for code, name in names.items() if topic(name) == plain(self.wanted.definition.topic or "")]

    @cached_property
    def key(self) -> list[str]:
        """Names of the columns that together identify a figure."""
        return [*self.dimensions, *([] if self.dialect is V3 else [_MEASURE])]

    def unexpected(self, records: Sequence[dict[str, Any]], query: Query) -> str:
        """Describe what an answer holds that was not asked for, or lacks.

        Parameters
        ----------
        records : sequence of dict
            Figures in the answer.
        query : Query
            That was sent.

        Returns
        -------
        str
            In Dutch; empty when all is well.
        """
        topics = [] if self.wanted.topics == "all" else self.topics
        if self.dialect is V3 and (
            missing := [name for name in topics if any(name not in record for record in records)]
        ):
            return f"in de cijfers ontbreekt het onderwerp '{missing[0]}'"
        for name in self.key:
            for code in {str(record.get(name)) for record in records}:
                fits = code in topics or not topics if name == _MEASURE else query.matches(name, code)
                if not fits or code == "None":
                    return f"er kwamen cijfers waar niet om gevraagd is ({name} is '{code.strip()[:20]}')"
        return ""

    def options(self, condition: str) -> list[str]:
        """Return the options of a query: its filter, and the columns to select where that is possible."""
        if self.wanted.topics == "all":
            return [f"$filter={condition}"]
        if self.dialect is V3:
            return [f"$filter={condition}", f"$select={','.join([*self.dimensions, *self.topics])}"]
        either = " or ".join(f"{_MEASURE} eq '{code}'" for code in self.topics)
        return [f"$filter={condition} and ({either})"]


@dataclass(frozen=True)
class Query:
    """One query to a table, for some regions and periods.

    Parameters
    ----------
    wanted : WantedTable
        The table.
    prefixes : tuple of str
        Beginnings of region codes; for areas ``within`` a municipality, its digits.
    """

    wanted: WantedTable
    prefixes: tuple[str, ...]

    @property
    def condition(self) -> str:
        """The filter. Codes are compared by their beginning, because publishers pad them with spaces."""
        wanted, dialect_ = self.wanted, dialect(self.wanted)
        terms = [f"({' or '.join(map(self._region_term, self.prefixes))})"]
        terms += [f"startswith({name},'{value}')" for name, value in wanted.fixed.items()]
        if wanted.periods:
            terms.append(dialect_.within.format(text=wanted.periods, name=PERIODS))
        if wanted.since:
            terms.append(f"{PERIODS} ge '{wanted.since}'")
        return " and ".join(terms)

    def matches(self, name: str, code: str) -> bool:
        """Return whether `condition` asks for a code of a dimension."""
        wanted = self.wanted
        if name == wanted.definition.region:
            region = code[2:6] if wanted.regions == "within" else code
            return region.startswith(self.prefixes)
        if name == PERIODS:
            return (wanted.periods or "") in code and code >= str(wanted.since or "")
        return code.startswith(wanted.fixed.get(name, ""))

    def _region_term(self, prefix: str) -> str:
        region = self.wanted.definition.region
        if self.wanted.regions == "within":  # the digits of the municipality follow two letters: GM, WK or BU
            return f"substring({region},2,4) eq '{prefix}'"
        return f"startswith({region},'{prefix}')"


def queries(wanted: WantedTable, municipalities: Sequence[str]) -> list[Query]:
    """Return the queries that together fetch a table for some municipalities.

    Parameters
    ----------
    wanted : WantedTable
        The table.
    municipalities : sequence of str
        Their codes.
    """
    return [Query(wanted, tuple(prefixes)) for prefixes in wanted.region_prefixes(municipalities)]


def required_dimensions(wanted: WantedTable) -> list[str]:
    """Return the dimensions that a table must have: not those whose value the register gives."""
    return [name for name in dimensions(wanted.definition) if name not in wanted.selection]
