"""The door of a folder with exports: what is in it, and what is refused before any reader opens it."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path

from .. import catalogue, paths, reading
from ..errors import DataError, printable
from . import archive, files

_HIDDEN = (".", "~$")  # names that begin so: of the system, or a lock of Excel
_PACKED = (".xlsx", ".zip")
_RENAME = "Geef het een andere naam, met gewone letters en cijfers."
_END = b"PK\x05\x06"  # the record at the end of a zip file
_DIRECTORY = 12  # where that record holds the size of the list of members
_MOST_DIRECTORY = 4 * 1024**2  # bytes; some 40,000 members


def walk(folder: Path) -> Iterator[Path]:
    """List everything in a folder and in those within it that is no folder itself, in a fixed order.

    A folder that cannot be listed, or that is a link, is given as if it were a file, so that `admit` refuses it:
    whatever stands there must not go unnoticed. What is hidden is left out.
    """
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        try:
            inside = os.listdir(path) if path == folder or _is_folder(path) else None
        except OSError:
            inside = None
        if inside is None:
            yield path
        else:
            waiting += [path / name for name in sorted(inside, reverse=True) if not name.startswith(_HIDDEN)]


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def name(path: Path, folder: Path) -> str:
    """The path of a file within a folder, as it can be shown and written down whatever it is called."""
    return printable(path.relative_to(folder).as_posix()).replace("\n", r"\n")


def admit(path: Path, folder: Path) -> None:
    """Refuse what no reader may open.

    Raises
    ------
    DataError
        When it is no ordinary file that can be read, or its path within the folder is no text.
    """
    shown = paths.shown(path)
    if name(path, folder) != path.relative_to(folder).as_posix():
        raise DataError(shown.replace("\n", r"\n"), "de naam bevat tekens die geen tekst zijn.", _RENAME)
    if os.path.isdir(path):
        what = "een koppeling naar een andere map" if path.is_symlink() else "een map die u niet mag lezen"
        remedy = "Zet de bestanden zelf in de map met exports, en geef uzelf leesrechten."
        raise DataError(shown, f"dit is {what}; wat erin staat, wordt niet gelezen.", remedy)
    reading.must_be_file(path)


def must_be_listed(folder: Path) -> None:
    """Refuse a folder whose files cannot be listed.

    Raises
    ------
    DataError
        When it is no folder, or may not be read.
    """
    try:
        os.listdir(folder)
    except OSError as error:
        problem = f"deze map is niet te lezen ({type(error).__name__})."
        raise DataError(paths.shown(folder), problem, "Geef uzelf leesrechten op de map, of haal haar weg.") from None


def guard(path: Path) -> None:
    """Refuse a file that is empty or too large, packed or unpacked, before anything of it is read.

    Raises
    ------
    DataError
        Naming the limit, which is ``thresholds.files.max_mb``.
    """
    size, limit = path.stat().st_size, catalogue.thresholds().files.max_mb
    if size == 0:
        raise DataError(paths.shown(path), "het bestand is leeg.", files.AGAIN)
    if files.is_large(path):
        raise DataError(
            paths.shown(path),
            f"het bestand is {size / 1024**2:.0f} MB en de grens is {limit} MB.",
            "Kies bij de uitgever minder regio's of jaren, of verdeel de export over meer bestanden.",
        )
    if path.suffix.lower() in _PACKED:
        _guard_packed(path)


def _guard_packed(path: Path) -> None:
    """Refuse a zip file with a list of members that would fill the memory, and a workbook that would when unpacked."""
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - 2**16, 0))
        end = file.read()
    place = end.rfind(_END)
    if place < 0 or len(end) < place + _DIRECTORY + 4:
        return  # no zip file, which the reader says better
    if struct.unpack_from("<I", end, place + _DIRECTORY)[0] > _MOST_DIRECTORY:
        problem = "in dit zipbestand zitten veel meer bestanden dan in welke export ook."
        raise DataError(paths.shown(path), problem, files.AGAIN)
    limit = catalogue.thresholds().files.max_workbook_mb
    if path.suffix.lower() == ".xlsx" and (size := archive.size(path)) > limit * 1024**2:
        problem = f"uitgepakt is deze werkmap {size / 1024**2:.0f} MB en de grens is {limit} MB."
        raise DataError(paths.shown(path), problem, "Bewaar het blad als CSV, of verdeel het over meer werkmappen.")
