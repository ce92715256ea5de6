"""Bringing a folder of exports up to date with the publishers: each source that changed, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from .. import paths
from ..errors import DataError
from ..sources import package
from ..sources.package import Register
from . import editions, register, whole
from .answers import Answers
from .editions import Edition, Failed
from .tables import Table
from .wanted import WantedFile, everything
from .web import Web

AT_ONCE = 4  # more questions at a time would be impolite
WORK = ".fetch"  # in the folder of exports; what begins with a dot is never read as one
HEARD = "uitgevers.json"  # what publishers said of their editions when they were last asked
Tell = Callable[[Edition, str, int], None]
Entry = dict[str, Any]  # of the register


@dataclass(frozen=True)
class Fetched:
    """What a fetch came to: what is new, how many sources there are, and those that could not be fetched."""

    new: tuple[Edition, ...]
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
    _refuse_samples(raw, package.read(raw))
    work = raw / WORK
    work.mkdir(parents=True, exist_ok=True)
    with _alone(work):
        register.finish(raw, work)
        known = package.read(raw)
        codes = sorted({*municipalities, *known.municipalities})
        there, failed = editions.now(web, raw, everything(), codes)
        _remember(work, there)
        new = [one for one in there if not one.is_ours]
        if not dry:
            came = _all(web, raw, new, codes, tell)
            late = [(one, made) for one, made in came if isinstance(made, DataError)]
            failed += [editions.failed(known, one.source, why) for one, why in late]
            entries = [(one, made) for one, made in came if isinstance(made, dict)]
            register.install(raw, work, entries, failed)
            _clear(raw, [one for one, _ in late])
            new = [one for one, _ in entries]
        sources = len({*(one.source.id for one in there), *(one.source.id for one in failed)})
        if failed and len(failed) == sources:
            raise failed[0].why
        return Fetched(tuple(new), sources, tuple(failed))


def _all(
    web: Web, raw: Path, new: Sequence[Edition], codes: Sequence[str], tell: Tell
) -> list[tuple[Edition, Entry | DataError]]:
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


def _tried(web: Web, raw: Path, edition: Edition, municipalities: Sequence[str], tell: Tell) -> Entry | DataError:
    """The entry of an edition for the register, or why there is none."""
    try:
        entry = _fetched(web, raw, edition, municipalities, tell)
        _refuse_changed(web, edition)
        return entry
    except DataError as error:
        return error
    finally:
        tell(edition, "klaar", 0)


def _refuse_changed(web: Web, edition: Edition) -> None:
    """What changed while it was fetched may be half of each edition."""
    source = edition.source
    now = editions.modified(web, [source])[source.id]
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


def _fetched(web: Web, raw: Path, edition: Edition, municipalities: Sequence[str], tell: Tell) -> Entry:
    """Fetch one edition; its entry for the register."""
    tell(edition, "bezig", 0)
    where = register.path(raw, edition)
    ready = raw / WORK / register.READY / where
    ready.parent.mkdir(parents=True, exist_ok=True)
    source = edition.source
    if isinstance(source, WantedFile):
        asked = [source.address]
        web.save(source.address, ready, lambda place: whole.sound(place, web.limits))
        tell(edition, "bezig", ready.stat().st_size)
    else:
        answers = Answers(_folder(raw, edition))
        table = Table(web, source, answers, lambda number: tell(edition, "bezig", number))
        table.fetch(municipalities)
        asked = list(table.asked.values())
        register.pack(answers.folder, table.asked, ready)
    return register.entry(edition, municipalities, where, ready, [web.placed(address) for address in asked])


def _folder(raw: Path, edition: Edition) -> Path:
    """The folder for the answers of one edition: those of another edition or another question have another."""
    source = edition.source.model_dump_json()
    asked = hashlib.sha256(json.dumps([edition.modified, edition.questions, source]).encode()).hexdigest()[:12]
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


def _remember(work: Path, there: Sequence[Edition]) -> None:
    said = {one.source.id: one.modified for one in there}
    heard = {"asked": datetime.now().astimezone().isoformat(timespec="seconds"), "modified": said}
    paths.write(work / HEARD, json.dumps(heard, indent=1).encode())


def _clear(raw: Path, failed: Sequence[Edition]) -> None:
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
