"""Where reports stand, those before them, and what is kept to make them from."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from filelock import FileLock, Timeout

from .. import paths
from ..errors import Busy, DataError
from ..store import fingerprints
from .chapters import Parameters


def must_lie_apart(raw: Path, made: Path, where: str, field: str | None = None) -> None:
    """Refuse to make something within the folder with exports: it would be read as an export itself.

    Raises
    ------
    DataError
        At ``where`` it was asked, an option or a file with settings.
    """
    if made.resolve().is_relative_to(raw.resolve()):
        problem = f"{paths.shown(made)} ligt in de map met exports, en zou zelf als export gelezen worden."
        raise DataError(where, problem, "Kies een andere map.", field=field)


def published(out: Path, parameters: Parameters) -> Path:
    """The folder of the published report."""
    return out / parameters.municipality / parameters.window


def archive(target: Path) -> Path:
    """The folder with the editions before a published report."""
    return target.parent / "edities" / target.name


def work(out: Path) -> Path:
    """The folder with everything kept for the reports in a folder; each folder of reports has its own."""
    known = out.resolve()
    return paths.work() / f"{known.name}-{fingerprints.bytes_checksum(str(known).encode())[:12]}"


def chapters(out: Path, parameters: Parameters) -> Path:
    """The folder with the chapters of a report as they were last made."""
    return work(out) / parameters.municipality / parameters.window


def exports(out: Path) -> Path:
    """The folder with the processed data of all reports."""
    return work(out) / "exports"


def documents(raw: Path) -> Path:
    """The folder with the council's documents: with the exports, or else where the analyst keeps hers."""
    return raw if (raw / "beleid").is_dir() else paths.RAW


_LOCK, _TEMPORARY = "bezig", "tijdelijk"  # who holds the one runs; the other says where a run keeps what is temporary
_OURS = re.compile(r"veiligheid-[0-9a-f]{8}")
_VARIABLES = ("TMPDIR", "JUPYTER_RUNTIME_DIR")  # of everyone: this process, kernels, Chromium


@contextmanager
def alone(out: Path, tell: Callable[[str], None] | None = None) -> Iterator[None]:
    """Be the only one that makes what stands in a folder: reports, or processed data.

    The system lets go of the lock when a process ends, however it ends: then what it left is nobody's.

    Parameters
    ----------
    tell : callable, optional
        Called with a Dutch sentence when another command has to be waited for. Whoever gives none does not wait.

    Raises
    ------
    Busy
        When another command is at work and we do not wait.
    """
    place = work(out)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(place / _LOCK)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        busy = f"Een andere opdracht is bezig in {paths.shown(out)}."
        if tell is None:
            raise Busy(f"{busy} Deze is daarom niet begonnen.") from None
        tell(f"{busy} Deze wacht daarop.")
        lock.acquire()
    try:
        _clear(place, out)
        with _temporary(place / _TEMPORARY):
            yield
    finally:
        lock.release()


def _clear(place: Path, out: Path) -> None:
    """Clear what a killed run left: where it worked, where it published, and what was temporary."""
    for folder in (place, *place.glob("*/*"), *out.glob("GM*"), *out.glob(paths.NATIONWIDE)):
        paths.clear_unfinished(folder)
    paths.clear_unfinished(out.parent, out.name)
    if (noted := place / _TEMPORARY).is_file():
        folder = Path(noted.read_text(encoding="utf-8", errors="replace"))
        if _OURS.fullmatch(folder.name):  # else it was killed while it wrote this down, or the disk is not what it was
            shutil.rmtree(folder, ignore_errors=True)
        noted.unlink()


@contextmanager
def _temporary(noted: Path) -> Iterator[None]:
    """One folder for all that is temporary in this process and what it starts; written down before it is there."""
    folder = Path(tempfile.gettempdir()).resolve() / f"veiligheid-{token_hex(4)}"
    noted.write_text(str(folder), encoding="utf-8")
    folder.mkdir(mode=0o700)
    before = dict(os.environ)
    os.environ.update(dict.fromkeys(_VARIABLES, str(folder)))
    tempfile.tempdir = None  # it is looked up once, and again after this
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        tempfile.tempdir = None
        shutil.rmtree(folder, ignore_errors=True)
        noted.unlink()
