"""Bringing a folder of exports up to date with the publishers: everything that changed, or nothing at all."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from .. import paths
from ..errors import DataError
from ..sources import package
from ..sources.package import Register
from . import editions, register, whole
from .editions import Edition
from .tables import Table
from .wanted import WantedFile, everything
from .web import Web

AT_ONCE = 4  # more questions at a time would be impolite
WORK = ".fetch"  # in the folder of exports; what begins with a dot is never read as one
HEARD = "uitgevers.json"  # what publishers said of their editions when they were last asked
Tell = Callable[[Edition, str, int], None]


def fetch(raw: Path, municipalities: Sequence[str], web: Web, tell: Tell, *, dry: bool = False) -> list[Edition]:
    """Fetch what changed.

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

    Returns
    -------
    list of Edition
        Those that are new.

    Raises
    ------
    DataError
        When something does not come, whole and as we know it. The folder is then as it was, but for what was answered
        so far, which a next run goes on from.
    """
    _refuse_samples(raw, package.read(raw))
    work = raw / WORK
    work.mkdir(parents=True, exist_ok=True)
    with _alone(work):
        register.finish(raw, work)
        codes = sorted({*municipalities, *package.read(raw).municipalities})
        there = editions.now(web, raw, everything(), codes)
        _remember(work, there)
        new = [one for one in there if not one.is_ours]
        if new and not dry:
            came = zip(new, _all(web, raw, new, codes, tell), strict=True)
            _refuse_changed(web, new)
            other = [(one, entry) for one, entry in came if not one.holds(entry["hash"])]
            new = [one for one, _ in other]
            register.install(raw, work, new, [entry for _, entry in other])
            _clear(work)
        return new


def _all(web: Web, raw: Path, new: Sequence[Edition], codes: Sequence[str], tell: Tell) -> list[dict[str, Any]]:
    """Fetch editions; when one fails, or somebody stops us, no more is asked for the others, nor waited for."""
    pool = ThreadPoolExecutor(AT_ONCE)
    running = [pool.submit(_fetched, web, raw, one, codes, tell) for one in new]
    try:
        for done in as_completed(running):
            done.result()
    except BaseException:
        web.stop()
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return [one.result() for one in running]


def heard(raw: Path) -> dict[str, Any]:
    """What publishers last said: ``asked`` (a moment) and ``modified`` by source; empty when never asked."""
    try:
        return dict(json.loads((raw / WORK / HEARD).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _fetched(web: Web, raw: Path, edition: Edition, municipalities: Sequence[str], tell: Tell) -> dict[str, Any]:
    """Fetch one edition; its entry for the register."""
    tell(edition, "bezig", 0)
    where = register.path(raw, edition)
    ready = raw / WORK / register.READY / where
    ready.parent.mkdir(parents=True, exist_ok=True)
    source = edition.source
    if isinstance(source, WantedFile):
        asked = [source.address]
        web.save(source.address, ready, whole.sound)
        tell(edition, "bezig", ready.stat().st_size)
    else:
        table = Table(web, source, _answers(raw, edition), lambda number: tell(edition, "bezig", number))
        table.fetch(municipalities)
        asked = table.asked
        register.pack(table.folder, ready)
    tell(edition, "klaar", 0)
    return register.entry(edition, municipalities, where, ready, [web.placed(address) for address in asked])


def _answers(raw: Path, edition: Edition) -> Path:
    """The folder for the answers of one edition: those of another edition or another question have another."""
    source = edition.source.model_dump_json()
    asked = hashlib.sha256(json.dumps([edition.modified, edition.questions, source]).encode()).hexdigest()[:12]
    folder = raw / WORK / f"{edition.source.id}-{asked}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _refuse_samples(raw: Path, known: Register) -> None:
    """Real figures and made-up ones in one folder would end up in one report."""
    if any(one.synthetic for one in known.resources.values()):
        problem = "in deze map staan de nagemaakte cijfers van het voorbeeld. Echte cijfers komen daar niet bij."
        remedy = (
            "Kies een andere map, bij 'fetch' met --raw en bij 'refresh' met 'raw' in verversen.yml. "
            "Kopieer de map 'beleid' daarheen."
        )
        raise DataError(paths.shown(raw), problem, remedy)


def _refuse_changed(web: Web, new: Sequence[Edition]) -> None:
    """A table that changed while it was fetched may be half of each edition."""
    moments = editions.modified(web, [one.source for one in new])
    for one in new:
        if moments[one.source.id] != one.modified:
            problem = "de uitgever zette een nieuwe editie terwijl wij de vorige ophaalden."
            raise DataError(f"{one.source.id} ({one.source.publisher})", problem, "Probeer het opnieuw.")


def _remember(work: Path, there: Sequence[Edition]) -> None:
    said = {one.source.id: one.modified for one in there}
    heard = {"asked": datetime.now().astimezone().isoformat(timespec="seconds"), "modified": said}
    paths.write(work / HEARD, json.dumps(heard, indent=1).encode())


def _clear(work: Path) -> None:
    """Answers are in the files that were made of them."""
    for folder in work.iterdir():
        if folder.is_dir():
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
