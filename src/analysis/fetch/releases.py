"""Releases: what each publisher has now, what we have of it, and how a release is registered and put in place."""

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
from .http import PUBLISHERS, HttpClient, NotFound
from .odata_queries import V4, table_error
from .table_download import transient_when_unreadable
from .wanted import WantedFile, WantedSource, WantedTable

P = ParamSpec("P")
T = TypeVar("T")

READY = "klaar"  # subfolder of the work folder: complete files that are not registered yet
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest a zip file can store; a fixed time makes packing reproducible


@dataclass(frozen=True)
class Release:
    """A source with the release that its publisher has now.

    Parameters
    ----------
    source : WantedTable or WantedFile
        What it is a release of.
    modified : str
        When it was last changed, as the publisher writes it.
    queries : tuple of str
        Filters or address that are requested. Other municipalities make it another release to us.
    ours : Resource or None
        The newest that we have of this source, whatever was requested then.
    lost : bool
        Whether the file of ``ours`` is gone.
    """

    source: WantedTable | WantedFile
    modified: str
    queries: tuple[str, ...]
    ours: Resource | None
    lost: bool

    @property
    def is_ours(self) -> bool:
        """Whether we have this release."""
        fetched = self.ours.fetched if self.ours else None
        return (
            fetched is not None
            and not self.lost
            and (fetched.modified, fetched.questions) == (self.modified, self.queries)
        )

    def equals_ours(self, digest: str) -> bool:
        """Return whether a downloaded file is the one we have.

        Only needed for files of which the publisher does not say when they were changed.

        Parameters
        ----------
        digest : str
            Checksum as in the register.
        """
        undated = isinstance(self.source, WantedFile) and "T" not in self.modified
        return undated and not self.lost and self.ours is not None and self.ours.hash == digest

    @property
    def day(self) -> date:
        """Date of the release."""
        return datetime.fromisoformat(self.modified).date()


@dataclass(frozen=True)
class FetchFailure:
    """A source that could not be fetched.

    Parameters
    ----------
    source : WantedTable or WantedFile
        Which.
    error : DataError
        Why.
    record : Unfetched
        What the register and the report say about it.
    """

    source: WantedTable | WantedFile
    error: DataError
    record: Unfetched


def failure(register: Register, source: WantedTable | WantedFile, error: DataError) -> FetchFailure:
    """Return the failure of a source, with since when it fails and which release we have.

    Parameters
    ----------
    register : Register
        Says since when, if it failed before.
    source : WantedTable or WantedFile
        Which.
    error : DataError
        Why.
    """
    ours = latest(register, source)
    since = next((record.since for record in register.unfetched if record.source == source.id), date.today())
    vintage = ours.vintage if ours else None
    return FetchFailure(source, error, Unfetched(source.id, source.title, source.publisher, since, vintage))


def current(
    client: HttpClient, raw: Path, sources: Sequence[WantedTable | WantedFile], municipalities: Sequence[str]
) -> tuple[list[Release], list[FetchFailure]]:
    """Ask the publishers which releases they have; downloads no figures.

    Parameters
    ----------
    client : HttpClient
        To ask with.
    raw : Path
        Folder with exports.
    sources : sequence of WantedTable or WantedFile
        What to ask about.
    municipalities : sequence of str
        Codes for which figures are wanted.

    Returns
    -------
    list of Release
        Of the sources that the publishers have.
    list of FetchFailure
        Sources of which the release could not be determined.
    """
    register, moments = data_package.read(raw), modification_times(client, sources)
    releases: list[Release] = []
    failures: list[FetchFailure] = []
    for source in sources:
        ours, moment = latest(register, source), moments[source.id]
        lost = ours is not None and not (raw / ours.path).exists()
        if isinstance(moment, str):
            releases.append(Release(source, moment, _queries(source, municipalities), ours, lost))
        elif not (isinstance(moment, NotFound) and source.may_be_absent):
            failures.append(failure(register, source, moment))
    return releases, failures


def modification_times(client: HttpClient, sources: Sequence[WantedTable | WantedFile]) -> dict[str, str | DataError]:
    """Return when each source was last changed.

    Parameters
    ----------
    client : HttpClient
        To ask with.
    sources : sequence of WantedTable or WantedFile
        What to ask about.

    Returns
    -------
    dict of str to str or DataError
        By id: the moment as the publisher writes it, or why it is unknown.
    """
    tables = dict(_table_times(client, [source for source in sources if isinstance(source, WantedTable)]))
    files = [source for source in sources if isinstance(source, WantedFile)]
    return tables | {file.id: _result_or_error(_file_time, client, file) for file in files}


def latest(register: Register, source: WantedSource) -> Resource | None:
    """Return the newest release of a source in the register, if there is one."""
    resources = [
        resource
        for resource in register.resources.values()
        if resource.fetched and resource.fetched.source == source.id
    ]
    return next((resource for resource in resources if resource.name not in register.replaced), None)


def _queries(source: WantedTable | WantedFile, municipalities: Sequence[str]) -> tuple[str, ...]:
    if isinstance(source, WantedFile):
        return (source.address,)
    return tuple(query.condition for query in odata_queries.queries(source, municipalities))


def _table_times(client: HttpClient, tables: Sequence[WantedTable]) -> Iterator[tuple[str, str | DataError]]:
    """Yield id and time of tables: from the catalogue of each publisher; in OData 4 from each table itself."""
    for host, group in groupby(sorted(tables, key=lambda table: table.host), key=lambda table: table.host):
        hosted = list(group)
        if odata_queries.dialect(hosted[0]) is V4:
            yield from ((table.id, _result_or_error(_time_from_properties, client, table)) for table in hosted)
        else:
            names = sorted({table.name for table in hosted})
            catalogue = _result_or_error(_catalogue, client, host, names)
            yield from (
                (table.id, catalogue if isinstance(catalogue, DataError) else _time_from_catalogue(catalogue, table))
                for table in hosted
            )


def _result_or_error(ask: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T | DataError:
    """Call a function and return its error instead of raising it, so that the other sources are still asked."""
    try:
        return ask(*arguments, **options)
    except DataError as error:
        return error


def _time_from_catalogue(catalogue: dict[str, Any], wanted: WantedTable) -> str | DataError:
    if wanted.name not in catalogue:
        remedy = (
            "Kijk bij de uitgever of de tabel een ander nummer heeft of niet meer bestaat. Verander de bron in "
            "bronnen.yml, of laat haar weg: zie docs/data.md."
        )
        return DataError(f"tabel {wanted.name}", "deze tabel staat niet in de catalogus van de uitgever.", remedy)
    try:
        return _moment(catalogue[wanted.name])
    except Exception:  # depending on how malformed the moment is
        return table_error(wanted, "de uitgever zegt in een vorm die wij niet kennen wanneer deze tabel is veranderd.")


def _catalogue(client: HttpClient, host: str, names: Sequence[str]) -> dict[str, Any]:
    """Return the catalogue records of tables, by their number."""
    either = " or ".join(f"Identifier eq '{name}'" for name in names)
    address = f"{PUBLISHERS[host]}/ODataCatalog/Tables?$format=json&{odata_queries.escaped(f'$filter={either}')}"

    def by_number(content: bytes) -> dict[str, Any]:
        return {record["Identifier"]: record for record in odata.parse_page(content).records}

    return client.get(address, transient_when_unreadable(by_number))


def _time_from_properties(client: HttpClient, wanted: WantedTable) -> str:
    address = V4.address(wanted, V4.about[0])
    return client.get(address, transient_when_unreadable(lambda content: _moment(odata.parse_page(content).records[0])))


def _moment(record: dict[str, Any]) -> str:
    """Return when a table was changed, as the publisher writes it; fail when that is not a moment."""
    moment = record["Modified"]
    datetime.fromisoformat(moment)
    return str(moment)


def _file_time(client: HttpClient, wanted: WantedFile) -> str:
    """Return when a file was changed; today, when the publisher does not say."""
    moment = client.last_modified(wanted.address)
    return moment.isoformat(timespec="seconds") if moment else date.today().isoformat()


def pack(answers: Path, names: Iterable[str], target: Path) -> None:
    """Put answers in a zip file, unchanged; the same answers give the same bytes.

    Parameters
    ----------
    answers : Path
        Folder with the answers.
    names : iterable of str
        Which of them.
    target : Path
        The zip file to write.
    """
    with paths.named_in_errors(target), ZipFile(target, "w") as archive:
        for name in sorted(names):
            info = ZipInfo(name, _EPOCH)
            info.compress_type = ZIP_DEFLATED
            archive.writestr(info, (answers / name).read_bytes())


def target_path(raw: Path, release: Release) -> str:
    """Return where to put the file of a release, relative to the exports; never the path of an existing file."""
    source, registered = release.source, data_package.read(raw).resources
    suffix = ".zip" if isinstance(source, WantedTable) else Path(source.address).suffix
    stem = f"{source.folder}/{source.id}_{release.day}"
    names = (f"{stem}{suffix}", *(f"{stem}-{number}{suffix}" for number in range(2, 1000)))
    taken = registered.keys() - ({release.ours.path} if release.ours and release.lost else set())
    return next(name for name in names if name not in taken and not (raw / name).exists())


def register_entry(
    release: Release, municipalities: Sequence[str], path: str, file: Path, addresses: Sequence[str]
) -> dict[str, Any]:
    """Return the entry of a release for the register.

    Parameters
    ----------
    release : Release
        What was downloaded.
    municipalities : sequence of str
        Codes for which it was requested.
    path : str
        Where it will be, relative to the exports.
    file : Path
        Where it is now.
    addresses : sequence of str
        What was requested.

    Returns
    -------
    dict
        A resource of the data package.
    """
    source = release.source
    entry: dict[str, Any] = {
        "name": Path(path).stem,
        "path": path,
        "title": source.title,
        "bytes": file.stat().st_size,
        "hash": f"sha256:{fingerprints.file_checksum(file)}",
        "licenses": [{"name": source.licence}] if source.licence else [],
        "sources": [{"title": source.publisher, "path": addresses[0]}],
        "publisher": source.publisher,
        "vintage": release.day.isoformat(),
        "synthetic": False,
        "fetched": {
            "source": source.id,
            "at": datetime.now().astimezone().isoformat(timespec="seconds"),
            "modified": release.modified,
            "municipalities": list(municipalities),
            "questions": release.queries,
            "addresses": list(addresses),
        },
    }
    if replaced := _replaced(release):
        entry["replaces"] = replaced
    if source.selection:
        entry["selection"] = source.selection
    return entry


def _replaced(release: Release) -> str | None:
    """Return the name of the release that this one replaces; a lost one is no longer in the register."""
    if release.ours is None:
        return None
    return release.ours.replaces if release.lost else release.ours.name


def install(
    raw: Path, work: Path, fetched: Sequence[tuple[Release, dict[str, Any]]], failures: Sequence[FetchFailure]
) -> None:
    """Register releases, then move their files into place; if this is interrupted, the next run completes it.

    Parameters
    ----------
    raw : Path
        Folder with exports.
    work : Path
        Work folder, with the files in its subfolder ``klaar``.
    fetched : sequence of (Release, dict)
        Each with its entry for the register.
    failures : sequence of FetchFailure
        What could not be fetched: the register records it until it can be.

    Raises
    ------
    DataError
        When the register would become invalid; then it stays as it was.
    """
    path, before = raw / data_package.NAME, data_package.read(raw)
    content: dict[str, Any] = {"name": "exports", "resources": []}
    if before.present:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    elif not fetched:
        return
    lost = {release.ours.name for release, _ in fetched if release.ours and release.lost}
    kept = [entry for entry in content["resources"] if entry["name"] not in lost]
    content |= {"resources": [*kept, *(entry for _, entry in fetched)]}
    content |= {data_package.UNFETCHED: to_jsonable_python([failure.record for failure in failures])}
    text = json.dumps(content, ensure_ascii=False, indent=1)
    data_package.parse(path, text)
    if not before.present or text != path.read_text(encoding="utf-8-sig"):
        paths.write(path, text.encode())
    finish(raw, work)


def finish(raw: Path, work: Path) -> None:
    """Move registered files that are still in the work folder to their place among the exports."""
    for name in data_package.read(raw).resources:
        if (work / READY / name).exists():
            (raw / name).parent.mkdir(parents=True, exist_ok=True)
            (work / READY / name).replace(raw / name)
