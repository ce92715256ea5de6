"""When publishers last changed their tables and files, and which edition of each we have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from ..errors import DataError
from ..sources import odata, package
from ..sources.package import Register, Resource
from . import questions
from .questions import V4
from .tables import understood
from .wanted import Source, WantedFile, WantedTable
from .web import PUBLISHERS, Web


@dataclass(frozen=True)
class Edition:
    """A source with the edition that its publisher has now.

    Parameters
    ----------
    modified : str
        The moment of the last change, as the publisher writes it.
    questions : tuple of str
        What is asked: another choice of municipalities is another edition to us.
    ours : Resource or None
        The newest that we have of this source, whatever was asked then.
    lost : bool
        Whether the file of that one is no longer there.
    """

    source: WantedTable | WantedFile
    modified: str
    questions: tuple[str, ...]
    ours: Resource | None
    lost: bool

    @property
    def is_ours(self) -> bool:
        """Whether we have it."""
        known = self.ours.fetched if self.ours else None
        return (
            known is not None and not self.lost and (known.modified, known.questions) == (self.modified, self.questions)
        )

    def holds(self, digest: str) -> bool:
        """Whether what came is what we have, of a file of which the publisher does not say when it was changed."""
        untold = isinstance(self.source, WantedFile) and "T" not in self.modified
        return untold and not self.lost and self.ours is not None and self.ours.hash == digest

    @property
    def day(self) -> date:
        """The date of the edition."""
        return datetime.fromisoformat(self.modified).date()


def now(
    web: Web, raw: Path, sources: Sequence[WantedTable | WantedFile], municipalities: Sequence[str]
) -> list[Edition]:
    """The editions that the publishers have; only their catalogues are asked.

    Raises
    ------
    DataError
        When a publisher does not answer, or does not know a table.
    """
    register, moments = package.read(raw), modified(web, sources)
    found = []
    for source in sources:
        ours = latest(register, source)
        lost = ours is not None and not (raw / ours.path).exists()
        found.append(Edition(source, moments[source.id], _asked(source, municipalities), ours, lost))
    return found


def modified(web: Web, sources: Sequence[WantedTable | WantedFile]) -> dict[str, str]:
    """When each source was last changed, as its publisher writes it."""
    tables = dict(_modified(web, [source for source in sources if isinstance(source, WantedTable)]))
    return tables | {one.id: _changed(web, one) for one in sources if isinstance(one, WantedFile)}


def latest(register: Register, source: Source) -> Resource | None:
    """The newest edition of a source in the register."""
    found = [one for one in register.resources.values() if one.fetched and one.fetched.source == source.id]
    return next((one for one in found if one.name not in register.replaced), None)


def _asked(source: WantedTable | WantedFile, municipalities: Sequence[str]) -> tuple[str, ...]:
    if isinstance(source, WantedFile):
        return (source.address,)
    return tuple(questions.conditions(source, municipalities))


def _modified(web: Web, tables: Sequence[WantedTable]) -> Iterable[tuple[str, str]]:
    """By source, what the catalogue of each publisher says; OData 4 says it with every table."""
    for host, some in groupby(sorted(tables, key=lambda one: one.host), key=lambda one: one.host):
        there = list(some)
        if questions.dialect(there[0]) is V4:
            found = {one.name: _properties(web, one) for one in there}
        else:
            found = _catalogue(web, host, sorted({one.name for one in there}))
        for one in there:
            if one.name not in found:
                problem = "deze tabel staat niet in de catalogus van de uitgever."
                remedy = "Kijk bij de uitgever of de tabel een ander nummer heeft, en pas sources.yml aan."
                raise DataError(f"tabel {one.name}", problem, remedy)
            yield one.id, found[one.name]


def _catalogue(web: Web, host: str, names: Sequence[str]) -> dict[str, str]:
    either = " or ".join(f"Identifier eq '{name}'" for name in names)
    address = f"{PUBLISHERS[host]}/ODataCatalog/Tables?$format=json&{questions.quoted(f'$filter={either}')}"
    return web.get(address, understood(_moments))


def _properties(web: Web, wanted: WantedTable) -> str:
    return web.get(V4.address(wanted, V4.about[0]), understood(lambda content: _moment(odata.page(content).records[0])))


def _moments(content: bytes) -> dict[str, str]:
    return {one["Identifier"]: _moment(one) for one in odata.page(content).records}


def _moment(record: dict[str, Any]) -> str:
    """When a table was changed, as the publisher writes it; a moment it has to be."""
    found = record["Modified"]
    datetime.fromisoformat(found)
    return str(found)


def _changed(web: Web, wanted: WantedFile) -> str:
    """When a file was changed; one of which the publisher does not say so is of today."""
    moment = web.changed(wanted.address)
    return moment.isoformat(timespec="seconds") if moment else date.today().isoformat()
