"""The folders of a build, and the lock that lets one command at a time work in them."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

from filelock import FileLock, Timeout

from .. import paths
from ..errors import Busy, DataError
from ..store import fingerprints
from .chapters import Parameters

_LOCK, _TEMPORARY = "bezig", "tijdelijk"  # the lock file; the note with the temporary folder of a run
_SEED, _SEED_BYTES = "afscherming", 32  # the file with the secret that picks what is hidden
_OURS = re.compile(r"veiligheid-[0-9a-f]{8}")
_VARIABLES = ("TMPDIR", "JUPYTER_RUNTIME_DIR")  # for this process, kernels and Chromium


def require_outside(raw: Path, made: Path, where: str, field: str | None = None) -> None:
    """Refuse to write within the folder with exports: the result would itself be read as an export.

    Parameters
    ----------
    raw : Path
        The folder with exports.
    made : Path
        The folder to write in.
    where : str
        The option or settings file that names the folder, for the message.
    field : str, optional
        The field in that file.

    Raises
    ------
    DataError
        When one folder lies in the other.
    """
    if made.resolve().is_relative_to(raw.resolve()):
        problem = f"{paths.display_path(made)} ligt in de map met exports, en zou zelf als export gelezen worden."
        raise DataError(where, problem, "Kies een andere map.", field=field)


def published(out: Path, parameters: Parameters) -> Path:
    """Return the folder of the published report."""
    return out / parameters.municipality / parameters.window


def work(out: Path) -> Path:
    """Return the folder with everything cached for the reports in a folder; each folder of reports has its own."""
    path = out.resolve()
    return paths.work() / f"{path.name}-{fingerprints.bytes_checksum(str(path).encode())[:12]}"


def chapters(out: Path, parameters: Parameters) -> Path:
    """Return the folder with the cached chapters of a report."""
    return work(out) / parameters.municipality / parameters.window


def exports(out: Path) -> Path:
    """Return the folder with the processed data of all reports."""
    return work(out) / "exports"


def seed() -> bytes:
    """Return the secret of this machine, which picks what is hidden beside a small count; the first call makes it.

    Raises
    ------
    DataError
        When the file is not what was written.
    """
    path = paths.work() / _SEED
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(token_hex(_SEED_BYTES))
    except FileExistsError:
        pass
    with suppress(ValueError):
        if len(secret := bytes.fromhex(path.read_text("ascii"))) == _SEED_BYTES:
            return secret
    problem = "dit bestand bepaalt welk cijfer er naast een klein aantal verborgen wordt, en is beschadigd."
    remedy = "Zet een kopie terug, of haal het weg: dan maken wij een nieuw."
    raise DataError(paths.display_path(path), problem, remedy)


def documents(raw: Path) -> Path:
    """Return the folder with the council's documents: with the exports, or else where the analyst keeps hers."""
    return raw if (raw / "beleid").is_dir() else paths.RAW


@contextmanager
def locked(out: Path, tell: Callable[[str], None] | None = None) -> Iterator[None]:
    """Hold the lock on a folder of reports or processed data, so that no other command works in it.

    The system releases the lock when a process ends, however it ends. What a killed run left is cleared first.

    Parameters
    ----------
    out : Path
        The folder.
    tell : callable, optional
        Called with a Dutch sentence when another command has to be waited for. Without it, we do not wait.

    Raises
    ------
    Busy
        When another command is at work and we do not wait.
    """
    folder = work(out)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(folder / _LOCK)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        message = f"Een andere opdracht is bezig in {paths.display_path(out)}."
        if tell is None:
            raise Busy(f"{message} Deze is daarom niet begonnen.") from None
        tell(f"{message} Deze wacht daarop.")
        lock.acquire()
    try:
        _clear(folder, out)
        with _temporary_folder(folder / _TEMPORARY):
            yield
    finally:
        lock.release()


def _clear(work_folder: Path, out: Path) -> None:
    """Clear what a killed run left: unfinished results, unfinished reports, and its temporary folder."""
    for folder in (work_folder, *work_folder.glob("*/*"), *out.glob("GM*"), *out.glob(paths.NATIONWIDE)):
        paths.clear_unfinished(folder)
    paths.clear_unfinished(out.parent, out.name)
    if (note := work_folder / _TEMPORARY).is_file():
        folder = Path(note.read_text(encoding="utf-8", errors="replace"))
        if _OURS.fullmatch(folder.name):  # else the run was killed while it wrote the note, or the note is damaged
            shutil.rmtree(folder, ignore_errors=True)
        note.unlink()


@contextmanager
def _temporary_folder(note: Path) -> Iterator[None]:
    """Use one folder for all temporary files of this process and its children; the note is written before it exists."""
    folder = Path(tempfile.gettempdir()).resolve() / f"veiligheid-{token_hex(4)}"
    note.write_text(str(folder), encoding="utf-8")
    folder.mkdir(mode=0o700)
    environment = dict(os.environ)
    os.environ.update(dict.fromkeys(_VARIABLES, str(folder)))
    tempfile.tempdir = None  # clears the cached value
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(environment)
        tempfile.tempdir = None
        shutil.rmtree(folder, ignore_errors=True)
        note.unlink()
