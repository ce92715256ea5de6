"""When publishers last changed their tables and files, and which edition of each we have."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pydantic_core import to_jsonable_python

from .. import paths
from ..errors import DataError
from ..ingest import data_package, odata
from ..ingest.data_package import Register, Resource
from ..store import fingerprints
from ..store.raw_sources import Unfetched
from . import odata_queries
from .http import PUBLISHERS, Gone, Web
from .odata_queries import V4, wrong
from .table_download import understood
from .wanted import WantedFile, WantedSource, WantedTable

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Release:
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


@dataclass(frozen=True)
class Failed:
    """A source that could not be fetched, and why."""

    source: WantedTable | WantedFile
    why: DataError
    told: Unfetched


def failed(register: Register, source: WantedTable | WantedFile, why: DataError) -> Failed:
    """A source that could not be fetched, with what the register knows of it; perhaps it could not before either."""
    ours = latest(register, source)
    since = next((one.since for one in register.unfetched if one.source == source.id), date.today())
    edition = ours.vintage if ours else None
    return Failed(source, why, Unfetched(source.id, source.title, source.publisher, since, edition))


def now(
    web: Web, raw: Path, sources: Sequence[WantedTable | WantedFile], municipalities: Sequence[str]
) -> tuple[list[Release], list[Failed]]:
    """The editions that the publishers have, and of which they do not say so; only their catalogues are asked."""
    register, moments = data_package.read(raw), modified(web, sources)
    found, without = [], []
    for source in sources:
        ours, moment = latest(register, source), moments[source.id]
        lost = ours is not None and not (raw / ours.path).exists()
        if isinstance(moment, str):
            found.append(Release(source, moment, _asked(source, municipalities), ours, lost))
        elif not (isinstance(moment, Gone) and source.may_be_absent):
            without.append(failed(register, source, moment))
    return found, without


def modified(web: Web, sources: Sequence[WantedTable | WantedFile]) -> dict[str, str | DataError]:
    """When each source was last changed, as its publisher writes it; or why it is not known."""
    tables = dict(_modified(web, [source for source in sources if isinstance(source, WantedTable)]))
    return tables | {one.id: _tried(_changed, web, one) for one in sources if isinstance(one, WantedFile)}


def latest(register: Register, source: WantedSource) -> Resource | None:
    """The newest edition of a source in the register."""
    found = [one for one in register.resources.values() if one.fetched and one.fetched.source == source.id]
    return next((one for one in found if one.name not in register.replaced), None)


def _asked(source: WantedTable | WantedFile, municipalities: Sequence[str]) -> tuple[str, ...]:
    if isinstance(source, WantedFile):
        return (source.address,)
    return tuple(one.condition for one in odata_queries.questions(source, municipalities))


def _modified(web: Web, tables: Sequence[WantedTable]) -> Iterator[tuple[str, str | DataError]]:
    """By source, what the catalogue of each publisher says; OData 4 says it with every table."""
    for host, some in groupby(sorted(tables, key=lambda one: one.host), key=lambda one: one.host):
        there = list(some)
        if odata_queries.dialect(there[0]) is V4:
            yield from ((one.id, _tried(_properties, web, one)) for one in there)
        else:
            found = _tried(_catalogue, web, host, sorted({one.name for one in there}))
            yield from ((one.id, found if isinstance(found, DataError) else _listed(found, one)) for one in there)


def _tried(ask: Callable[P, T], *asked: P.args, **how: P.kwargs) -> T | DataError:
    """What came of asking, or why nothing did: one that fails keeps no other from being asked."""
    try:
        return ask(*asked, **how)
    except DataError as error:
        return error


def _listed(catalogue: dict[str, Any], wanted: WantedTable) -> str | DataError:
    """When a table was changed, in a catalogue."""
    if wanted.name not in catalogue:
        remedy = (
            "Kijk bij de uitgever of de tabel een ander nummer heeft of niet meer bestaat. Verander de bron in "
            "bronnen.yml, of laat haar weg: zie docs/data.md."
        )
        return DataError(f"tabel {wanted.name}", "deze tabel staat niet in de catalogus van de uitgever.", remedy)
    try:
        return _moment(catalogue[wanted.name])
    except Exception:  # whatever it makes of an odd moment
        return wrong(wanted, "de uitgever zegt in een vorm die wij niet kennen wanneer deze tabel is veranderd.")


def _catalogue(web: Web, host: str, names: Sequence[str]) -> dict[str, Any]:
    """The records of tables by their number."""
    either = " or ".join(f"Identifier eq '{name}'" for name in names)
    address = f"{PUBLISHERS[host]}/ODataCatalog/Tables?$format=json&{odata_queries.quoted(f'$filter={either}')}"
    return web.get(address, understood(lambda content: {one["Identifier"]: one for one in odata.page(content).records}))


def _properties(web: Web, wanted: WantedTable) -> str:
    return web.get(V4.address(wanted, V4.about[0]), understood(lambda content: _moment(odata.page(content).records[0])))


def _moment(record: dict[str, Any]) -> str:
    """When a table was changed, as the publisher writes it; a moment it has to be."""
    found = record["Modified"]
    datetime.fromisoformat(found)
    return str(found)


def _changed(web: Web, wanted: WantedFile) -> str:
    """When a file was changed; one of which the publisher does not say so is of today."""
    moment = web.changed(wanted.address)
    return moment.isoformat(timespec="seconds") if moment else date.today().isoformat()


READY = "klaar"  # in the folder of what is being fetched: files that are whole and wait for the register
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can say, so that the same answers give the same file


def pack(answers: Path, names: Iterable[str], target: Path) -> None:
    """Put answers in one zip file, each as it came."""
    with paths.named_in_errors(target), ZipFile(target, "w") as packed:
        for name in sorted(names):
            info = ZipInfo(name, _EPOCH)
            info.compress_type = ZIP_DEFLATED
            packed.writestr(info, (answers / name).read_bytes())


def path(raw: Path, edition: Release) -> str:
    """Where an edition is to be kept, within the folder of exports; nothing that is there is ever overwritten."""
    source, known = edition.source, data_package.read(raw).resources
    kind = ".zip" if isinstance(source, WantedTable) else Path(source.address).suffix
    start = f"{source.folder}/{source.id}_{edition.day}"
    names = (f"{start}{kind}", *(f"{start}-{number}{kind}" for number in range(2, 1000)))
    taken = known.keys() - ({edition.ours.path} if edition.ours and edition.lost else set())
    return next(name for name in names if name not in taken and not (raw / name).exists())


def entry(
    edition: Release, municipalities: Sequence[str], where: str, file: Path, addresses: Sequence[str]
) -> dict[str, Any]:
    """What the register says of an edition."""
    source = edition.source
    found: dict[str, Any] = {
        "name": Path(where).stem,
        "path": where,
        "title": source.title,
        "bytes": file.stat().st_size,
        "hash": f"sha256:{fingerprints.file_checksum(file)}",
        "licenses": [{"name": source.licence}] if source.licence else [],
        "sources": [{"title": source.publisher, "path": addresses[0]}],
        "publisher": source.publisher,
        "vintage": edition.day.isoformat(),
        "synthetic": False,
        "fetched": {
            "source": source.id,
            "at": datetime.now().astimezone().isoformat(timespec="seconds"),
            "modified": edition.modified,
            "municipalities": list(municipalities),
            "questions": edition.questions,
            "addresses": list(addresses),
        },
    }
    if before := _before(edition):
        found["replaces"] = before
    if source.selection:
        found["selection"] = source.selection
    return found


def _before(edition: Release) -> str | None:
    """The edition that it comes in the place of; one that is lost is no longer in the register."""
    if edition.ours is None:
        return None
    return edition.ours.replaces if edition.lost else edition.ours.name


def install(raw: Path, work: Path, came: Sequence[tuple[Release, dict[str, Any]]], failed: Sequence[Failed]) -> None:
    """Register editions, then put their files in their place; a next run does what a killed one had left to do.

    Parameters
    ----------
    came : sequence of Edition and dict
        Each with its entry.
    failed : sequence of Failed
        What could not be fetched: the register says so until it can be.

    Raises
    ------
    DataError
        When the register would no longer be one; it then stays as it was.
    """
    place, before = raw / data_package.NAME, data_package.read(raw)
    content: dict[str, Any] = {"name": "exports", "resources": []}
    if before.present:
        content = json.loads(place.read_text(encoding="utf-8-sig"))
    elif not came:
        return
    lost = {one.ours.name for one, _ in came if one.ours and one.lost}
    kept = [one for one in content["resources"] if one["name"] not in lost]
    content |= {"resources": [*kept, *(entry for _, entry in came)]}
    content |= {data_package.UNFETCHED: to_jsonable_python([one.told for one in failed])}
    told = json.dumps(content, ensure_ascii=False, indent=1)
    data_package.understood(place, told)
    if not before.present or told != place.read_text(encoding="utf-8-sig"):
        paths.write(place, told.encode())
    finish(raw, work)


def finish(raw: Path, work: Path) -> None:
    """Put in their place the files that are registered and wait."""
    for name in data_package.read(raw).resources:
        if (work / READY / name).exists():
            (raw / name).parent.mkdir(parents=True, exist_ok=True)
            (work / READY / name).replace(raw / name)
