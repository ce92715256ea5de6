"""Files that a publisher offers whole: borders and accidents."""

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
from .http import MB, Passing, TooMuch, Web
from .releases import Failed, Release
from .table_download import Answers, TableDownload
from .wanted import Limits, WantedFile, everything


def sound(place: Path, limits: Limits) -> None:
    """Check that a file came whole: what was cut off must not be registered as if it were what the publisher has.

    Raises
    ------
    TooMuch
        When it is larger than we read, unpacked.
    Passing
        When it is empty, a web page, or damaged; the next answer may be better.
    """
    read, limit = (_zip, "file_mb") if place.suffix == ".zip" else (_borders, "page_mb")
    try:
        size = read(place, getattr(limits, limit) * MB)
    except OSError:  # of our own disk
        raise
    except Exception:  # whatever a library makes of it, it is not what we asked for
        raise Passing("geeft een bestand dat leeg, afgekapt of een webpagina is, of dat niet te lezen is") from None
    if size > getattr(limits, limit) * MB:
        raise TooMuch(f"dit bestand is uitgepakt groter dan {getattr(limits, limit):g} MB", limit)


def _zip(place: Path, most: float) -> int:
    """The size of what is in a zip file, all of which can be read unless it is larger than that."""
    with ZipFile(place) as packed:
        size = sum(one.file_size for one in packed.infolist())
        if not packed.namelist() or (size <= most and packed.testzip() is not None):
            raise ValueError
        return size


def _borders(place: Path, most: float) -> int:
    """The size of borders, which are a list of regions unless it is larger than that."""
    size = place.stat().st_size
    if size <= most:
        features = json.loads(place.read_bytes())["features"]
        if not features or not all(one["properties"] and one["geometry"] for one in features):
            raise ValueError
    return size


AT_ONCE = 4  # more questions at a time would be impolite
WORK = ".fetch"  # in the folder of exports; what begins with a dot is never read as one
HEARD = "uitgevers.json"  # what publishers said of their editions when they were last asked
Tell = Callable[[Release, str, int], None]
Entry = dict[str, Any]  # of the register


@dataclass(frozen=True)
class Fetched:
    """What a fetch came to: what is new, how many sources there are, and those that could not be fetched."""

    new: tuple[Release, ...]
    sources: int
    failed: tuple[Failed, ...] = ()


def fetch(raw: Path, municipalities: Sequence[str], web: Web, tell: Tell, *, dry: bool = False) -> Fetched:
    """Fetch what changed; of each source all or nothing, whatever becomes of the others.

    Parameters
    ----------
    raw : Path
        Folder with exports; made when it is not there.
    municipalities : sequence of str
        For which municipalities, besides those that figures were fetched for before: a new edition takes the place of
        the one before it, and must hold what that one held.
    tell : callable
        Called with an edition, its state in Dutch (``bezig``, ``klaar``) and how many records came in since the last
        call (for a file: how many bytes).
    dry : bool
        Only ask what there is.

    Raises
    ------
    DataError
        When nothing can be fetched at all: the first reason there is.
    """
    _refuse_samples(raw, data_package.read(raw))
    work = raw / WORK
    work.mkdir(parents=True, exist_ok=True)
    with _alone(work):
        releases.finish(raw, work)
        known = data_package.read(raw)
        codes = sorted({*municipalities, *known.municipalities})
        there, failed = releases.now(web, raw, everything(), codes)
        _remember(work, there)
        new = [one for one in there if not one.is_ours]
        if not dry:
            came = _all(web, raw, new, codes, tell)
            late = [(one, made) for one, made in came if isinstance(made, DataError)]
            failed += [releases.failed(known, one.source, why) for one, why in late]
            entries = [(one, made) for one, made in came if isinstance(made, dict)]
            releases.install(raw, work, entries, failed)
            _clear(raw, [one for one, _ in late])
            new = [one for one, _ in entries]
        sources = len({*(one.source.id for one in there), *(one.source.id for one in failed)})
        if failed and len(failed) == sources:
            raise failed[0].why
        return Fetched(tuple(new), sources, tuple(failed))


def _all(
    web: Web, raw: Path, new: Sequence[Release], codes: Sequence[str], tell: Tell
) -> list[tuple[Release, Entry | DataError]]:
    """Fetch editions: each that is not what we have, with its entry for the register or why there is none.

    When somebody stops us, or our own disk fails, no more is asked, nor waited for.
    """
    pool = ThreadPoolExecutor(AT_ONCE)
    running = [pool.submit(_tried, web, raw, one, codes, tell) for one in new]
    try:
        for done in as_completed(running):
            done.result()
    except BaseException:
        web.stop()
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    made = ((one, done.result()) for one, done in zip(new, running, strict=True))
    return [(one, entry) for one, entry in made if isinstance(entry, DataError) or not one.holds(entry["hash"])]


def _tried(web: Web, raw: Path, edition: Release, municipalities: Sequence[str], tell: Tell) -> Entry | DataError:
    """The entry of an edition for the register, or why there is none."""
    try:
        entry = _fetched(web, raw, edition, municipalities, tell)
        _refuse_changed(web, edition)
        return entry
    except DataError as error:
        return error
    finally:
        tell(edition, "klaar", 0)


def _refuse_changed(web: Web, edition: Release) -> None:
    """What changed while it was fetched may be half of each edition."""
    source = edition.source
    now = releases.modified(web, [source])[source.id]
    if isinstance(now, DataError):
        raise now
    if now != edition.modified:
        problem = "de uitgever zette een nieuwe editie terwijl wij de vorige ophaalden."
        raise DataError(f"{source.id} ({source.publisher})", problem, "Probeer het opnieuw.")


def heard(raw: Path) -> dict[str, Any]:
    """What publishers last said: ``asked`` (a moment) and ``modified`` by source; empty when never asked."""
    try:
        return dict(json.loads((raw / WORK / HEARD).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _fetched(web: Web, raw: Path, edition: Release, municipalities: Sequence[str], tell: Tell) -> Entry:
    """Fetch one edition; its entry for the register."""
    tell(edition, "bezig", 0)
    where = releases.path(raw, edition)
    ready = raw / WORK / releases.READY / where
    ready.parent.mkdir(parents=True, exist_ok=True)
    source = edition.source
    if isinstance(source, WantedFile):
        asked = [source.address]
        web.save(source.address, ready, lambda place: sound(place, web.limits))
        tell(edition, "bezig", ready.stat().st_size)
    else:
        answers = Answers(_folder(raw, edition))
        table = TableDownload(web, source, answers, lambda number: tell(edition, "bezig", number))
        table.fetch(municipalities)
        asked = list(table.asked.values())
        releases.pack(answers.folder, table.asked, ready)
    return releases.entry(edition, municipalities, where, ready, [web.placed(address) for address in asked])


def _folder(raw: Path, edition: Release) -> Path:
    """The folder for the answers of one edition: those of another edition or another question have another."""
    source = edition.source.model_dump_json()
    asked = fingerprints.bytes_checksum(json.dumps([edition.modified, edition.questions, source]).encode())[:12]
    return raw / WORK / f"{edition.source.id}-{asked}"


def _refuse_samples(raw: Path, known: Register) -> None:
    """Real figures and made-up ones in one folder would end up in one report."""
    if any(one.synthetic for one in known.resources.values()):
        problem = "in deze map staan de nagemaakte cijfers van het voorbeeld. Echte cijfers komen daar niet bij."
        remedy = (
            "Kies een andere map, bij 'fetch' met --raw en bij 'refresh' bij raw: in verversen.yml. "
            "Kopieer de map 'beleid' daarheen."
        )
        raise DataError(paths.shown(raw), problem, remedy)


def _remember(work: Path, there: Sequence[Release]) -> None:
    said = {one.source.id: one.modified for one in there}
    heard = {"asked": datetime.now().astimezone().isoformat(timespec="seconds"), "modified": said}
    paths.write(work / HEARD, json.dumps(heard, indent=1).encode())


def _clear(raw: Path, failed: Sequence[Release]) -> None:
    """Answers are in the files that were made of them; from those of what failed the next run goes on."""
    kept = {_folder(raw, one) for one in failed}
    for folder in (raw / WORK).iterdir():
        if folder.is_dir() and folder not in kept:
            shutil.rmtree(folder)


@contextmanager
def _alone(work: Path) -> Iterator[None]:
    """One fetch at a time in a folder of exports; the system lets go of the lock when the process ends."""
    try:
        with FileLock(work / "slot", timeout=0):
            yield
    except Timeout:
        problem = "een andere opdracht haalt hier al gegevens op."
        raise DataError(paths.shown(work.parent), problem, "Wacht tot die klaar is.") from None
