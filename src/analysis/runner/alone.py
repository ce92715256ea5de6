"""One command at a time makes the reports in a folder, and clears what one before it left when it was killed."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import TextIO

from .. import paths
from . import places

_LOCK = "bezig"  # who holds it runs; it says where that run keeps what is temporary
_VARIABLES = ("TMPDIR", "JUPYTER_RUNTIME_DIR")  # of everyone: this process, kernels, Chromium


@contextmanager
def alone(out: Path, tell: Callable[[str], None]) -> Iterator[None]:
    """Be the only one that makes reports in a folder.

    The system lets go of the lock when a process ends, however it ends: then what it left is nobody's.

    Parameters
    ----------
    tell : callable
        Called with a Dutch sentence when another command has to be waited for.
    """
    place = places.work(out)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (place / _LOCK).open("a+", encoding="utf-8") as lock:
        _wait(lock, lambda: tell(f"Een andere opdracht maakt rapporten in {paths.shown(out)}. Deze wacht daarop."))
        _clear(lock, place, out)
        with _temporary(lock):
            yield


def _wait(lock: TextIO, busy: Callable[[], None]) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        busy()
        fcntl.flock(lock, fcntl.LOCK_EX)


def _clear(lock: TextIO, place: Path, out: Path) -> None:
    """Clear what a killed run left: where it worked, where it published, and what was temporary."""
    for folder in (place, *place.glob("*/*"), *out.glob("GM*")):
        paths.clear_unfinished(folder)
    lock.seek(0)
    if temporary := lock.read():
        shutil.rmtree(temporary, ignore_errors=True)


@contextmanager
def _temporary(lock: TextIO) -> Iterator[None]:
    """One folder for all that is temporary in this process and what it starts; written down before it is there."""
    folder = Path(tempfile.gettempdir()).resolve() / f"veiligheid-{token_hex(4)}"
    _write(lock, str(folder))
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
        _write(lock, "")


def _write(lock: TextIO, content: str) -> None:
    lock.truncate(0)
    lock.write(content)
    lock.flush()
