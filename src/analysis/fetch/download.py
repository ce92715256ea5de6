"""Fetching everything that changed: which releases are new, downloading them side by side, registering them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from filelock import FileLock, Timeout

from .. import paths
from ..errors import DataError
from ..ingest import data_package
from ..ingest.data_package import Register
from ..store import fingerprints
from . import releases
from .http import MB, HttpClient, LimitExceeded, TransientError
from .releases import FetchFailure, Release
from .table_download import AnswerCache, TableDownload
from .wanted import Limits, WantedFile, all_sources

AT_ONCE = 4  # downloads at a time: more would be impolite
WORK = ".fetch"  # in the folder of exports; names that begin with a dot are never read as an export
STATE_FILE = "uitgevers.json"  # which releases the publishers had when last asked
Progress = Callable[[Release, str, int], None]
Entry = dict[str, Any]  # of the register
DownloadResult = tuple[Release, Entry | DataError]


@dataclass(frozen=True)
class FetchResult:
    """Outcome of a fetch.

    Parameters
    ----------
    new : tuple of Release
        What was fetched, or after a dry run would be.
    sources : int
        How many sources there are.
    failed : tuple of FetchFailure
        Sources that could not be fetched.
    """

    new: tuple[Release, ...]
    sources: int
    failed: tuple[FetchFailure, ...] = ()


def fetch(
    raw: Path, municipalities: Sequence[str], client: HttpClient, progress: Progress, *, dry: bool = False
) -> FetchResult:
    """Fetch what changed. Each source is fetched completely or not at all, independently of the others.

    Parameters
    ----------
    raw : Path
        Folder with exports; created when absent.
    municipalities : sequence of str
        Codes to fetch figures for, besides those they were fetched for before: a new release replaces the one before
        it, and must cover the same municipalities.
    client : HttpClient
        To ask the publishers with.
    progress : callable
        Called with a release, its state in Dutch (``bezig``, ``klaar``) and the number of records received since the
        last call (for a file: of bytes).
    dry : bool
        Only ask which releases there are.

    Returns
    -------
    FetchResult
        What is new, and what failed.

    Raises
    ------
    DataError
        When nothing could be fetched at all: the first failure.
    """
    _refuse_samples(raw, data_package.read(raw))
    work = raw / WORK
    work.mkdir(parents=True, exist_ok=True)
    with _locked(work):
        releases.finish(raw, work)
        register = data_package.read(raw)
        codes = sorted({*municipalities, *register.municipalities})
        available, failed = releases.current(client, raw, all_sources(), codes)
        _write_state(work, available)
        sources = len({*(release.source.id for release in available), *(failure.source.id for failure in failed)})
        new = [release for release in available if not release.is_ours]
        if not dry:
            results = _download_all(client, raw, new, codes, progress)
            failed += _failures(register, results)
            new = _install(raw, results, failed)
        if failed and len(failed) == sources:
            raise failed[0].error
        return FetchResult(tuple(new), sources, tuple(failed))


def _failures(register: Register, results: Sequence[DownloadResult]) -> list[FetchFailure]:
    """Return the failures among the downloads, as the register records them."""
    return [
        releases.failure(register, release.source, error) for release, error in results if isinstance(error, DataError)
    ]


def _install(raw: Path, results: Sequence[DownloadResult], failed: Sequence[FetchFailure]) -> list[Release]:
    """Install and return the downloaded releases; keep only the answers of those that the next run continues."""
    entries = [(release, entry) for release, entry in results if isinstance(entry, dict)]
    releases.install(raw, raw / WORK, entries, failed)
    _clear_answers(raw, [release for release, error in results if isinstance(error, DataError)])
    return [release for release, _ in entries]


def publisher_state(raw: Path) -> dict[str, Any]:
    """Return which releases the publishers had when they were last asked.

    Parameters
    ----------
    raw : Path
        Folder with exports.

    Returns
    -------
    dict
        ``asked``, a moment, and ``modified``, a moment by source id; empty when they were never asked.
    """
    try:
        return dict(json.loads((raw / WORK / STATE_FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def check_file(path: Path, limits: Limits) -> None:
    """Check that a downloaded file is complete and readable.

    Parameters
    ----------
    path : Path
        A zip file, or borders as GeoJSON.
    limits : Limits
        Of which ``file_mb`` limits the unpacked size of a zip file and ``page_mb`` the size of borders.

    Raises
    ------
    LimitExceeded
        When it is larger than that.
    TransientError
        When it is empty, a web page or damaged: the next download may be better.
    """
    check, limit = (_zip_size, "file_mb") if path.suffix == ".zip" else (_borders_size, "page_mb")
    try:
        size = check(path, getattr(limits, limit) * MB)
    except OSError:  # of our own disk
        raise
    except Exception:  # depending on the library and on how malformed the file is
        problem = "geeft een bestand dat leeg, afgekapt of een webpagina is, of dat niet te lezen is"
        raise TransientError(problem) from None
    if size > getattr(limits, limit) * MB:
        raise LimitExceeded(f"dit bestand is uitgepakt groter dan {getattr(limits, limit):g} MB", limit)


def _zip_size(path: Path, maximum: float) -> int:
    """Return the unpacked size in bytes; unless that is larger than the maximum, check that all can be read."""
    with ZipFile(path) as archive:
        size = sum(member.file_size for member in archive.infolist())
        if not archive.namelist() or (size <= maximum and archive.testzip() is not None):
            raise ValueError
        return size


def _borders_size(path: Path, maximum: float) -> int:
    """Return the size in bytes; unless that is larger than the maximum, check that it is a list of regions."""
    size = path.stat().st_size
    if size <= maximum:
        features = json.loads(path.read_bytes())["features"]
        if not features or not all(feature["properties"] and feature["geometry"] for feature in features):
            raise ValueError
    return size


def _download_all(
    client: HttpClient, raw: Path, new: Sequence[Release], codes: Sequence[str], progress: Progress
) -> list[DownloadResult]:
    """Download releases side by side; return each with its entry for the register or its error.

    A file that turns out to be the one we have is left out. After an interruption, or an error of our own disk, no
    request is sent or waited for any more.
    """
    pool = ThreadPoolExecutor(AT_ONCE)
    running = [pool.submit(_entry_or_error, client, raw, release, codes, progress) for release in new]
    try:
        for future in as_completed(running):
            future.result()
    except BaseException:
        client.stop()
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    results = ((release, future.result()) for release, future in zip(new, running, strict=True))
    return [
        (release, entry)
        for release, entry in results
        if isinstance(entry, DataError) or not release.equals_ours(entry["hash"])
    ]


def _entry_or_error(
    client: HttpClient, raw: Path, release: Release, municipalities: Sequence[str], progress: Progress
) -> Entry | DataError:
    """Download a release; return its entry for the register, or its error."""
    try:
        entry = _download(client, raw, release, municipalities, progress)
        _refuse_changed(client, release)
        return entry
    except DataError as error:
        return error
    finally:
        progress(release, "klaar", 0)


def _download(
    client: HttpClient, raw: Path, release: Release, municipalities: Sequence[str], progress: Progress
) -> Entry:
    progress(release, "bezig", 0)
    path = releases.target_path(raw, release)
    ready = raw / WORK / releases.READY / path
    ready.parent.mkdir(parents=True, exist_ok=True)
    source = release.source
    if isinstance(source, WantedFile):
        requested = [source.address]
        client.save(source.address, ready, lambda saved: check_file(saved, client.limits))
        progress(release, "bezig", ready.stat().st_size)
    else:
        answers = AnswerCache(_answer_folder(raw, release))
        table = TableDownload(client, source, answers, lambda number: progress(release, "bezig", number))
        table.fetch(municipalities)
        requested = list(table.requested.values())
        releases.pack(answers.folder, table.requested, ready)
    return releases.register_entry(
        release, municipalities, path, ready, [client.resolve(address) for address in requested]
    )


def _refuse_changed(client: HttpClient, release: Release) -> None:
    """Raise an error when the source changed during the download: the result may be half of each release."""
    source = release.source
    modified = releases.modification_times(client, [source])[source.id]
    if isinstance(modified, DataError):
        raise modified
    if modified != release.modified:
        problem = "de uitgever zette een nieuwe editie terwijl wij de vorige ophaalden."
        raise DataError(f"{source.id} ({source.publisher})", problem, "Probeer het opnieuw.")


def _refuse_samples(raw: Path, register: Register) -> None:
    """Raise an error when the folder holds sample data: real and made-up figures would end up in one report."""
    if any(resource.synthetic for resource in register.resources.values()):
        problem = "in deze map staan de nagemaakte cijfers van het voorbeeld. Echte cijfers komen daar niet bij."
        remedy = (
            "Kies een andere map, bij 'fetch' met --raw en bij 'refresh' bij raw: in verversen.yml. "
            "Kopieer de map 'beleid' daarheen."
        )
        raise DataError(paths.display_path(raw), problem, remedy)


def _answer_folder(raw: Path, release: Release) -> Path:
    """Return the folder for the answers of a release; another release or other queries have another folder."""
    source = release.source.model_dump_json()
    digest = fingerprints.bytes_checksum(json.dumps([release.modified, release.queries, source]).encode())[:12]
    return raw / WORK / f"{release.source.id}-{digest}"


def _clear_answers(raw: Path, failed: Sequence[Release]) -> None:
    """Remove the answers of all releases but the failed ones, which the next run continues."""
    kept = {_answer_folder(raw, release) for release in failed}
    for folder in (raw / WORK).iterdir():
        if folder.is_dir() and folder not in kept:
            shutil.rmtree(folder)


def _write_state(work: Path, available: Sequence[Release]) -> None:
    modified = {release.source.id: release.modified for release in available}
    state = {"asked": datetime.now().astimezone().isoformat(timespec="seconds"), "modified": modified}
    paths.write(work / STATE_FILE, json.dumps(state, indent=1).encode())


@contextmanager
def _locked(work: Path) -> Iterator[None]:
    """Allow one fetch at a time in a folder of exports; the system releases the lock when the process ends."""
    try:
        with FileLock(work / "slot", timeout=0):
            yield
    except Timeout:
        problem = "een andere opdracht haalt hier al gegevens op."
        raise DataError(paths.display_path(work.parent), problem, "Wacht tot die klaar is.") from None
