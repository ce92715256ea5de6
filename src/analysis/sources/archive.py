"""Zip files: looked into and read in place. Nothing is ever unpacked onto the disk."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path, PurePosixPath
from typing import IO, TextIO
from zipfile import BadZipFile, ZipFile

from .. import catalogue, paths
from ..errors import DataError
from .files import AGAIN

_ENCRYPTED = 0x1  # first bit of the flags of a member


def members(path: Path) -> list[str]:
    """The names of the files in a zip file.

    Raises
    ------
    DataError
        When it is damaged, or no zip file.
    """
    with _opened(path) as archive:
        return [info.filename for info in archive.infolist() if not info.is_dir()]


def size(path: Path) -> int:
    """How many bytes everything in a zip file is, unpacked."""
    with _opened(path) as archive:
        return sum(info.file_size for info in archive.infolist())


def named(names: list[str], wanted: str) -> list[str]:
    """The members with a file name, in whatever folder they lie and however it is capitalised."""
    return [name for name in names if PurePosixPath(name).name.casefold() == wanted]


@contextmanager
def text(path: Path, member: str) -> Iterator[TextIO]:
    """One file in a zip file as text (Latin-1), to be read line by line.

    Raises
    ------
    DataError
        When it is damaged or locked with a password, or unpacks to more than ``thresholds.files.max_mb``.
    """
    with _member(path, member) as content:
        yield TextIOWrapper(content, encoding="latin-1", newline="")


def content(path: Path, member: str) -> bytes:
    """One file in a zip file as it is; raises as `text` does."""
    with _member(path, member) as content:
        return content.read()


@contextmanager
def _member(path: Path, member: str) -> Iterator[IO[bytes]]:
    limit = catalogue.thresholds().files.max_mb
    with _opened(path) as archive:
        info = archive.getinfo(member)
        if info.flag_bits & _ENCRYPTED:
            raise DataError(_shown(path, member), "dit bestand is beveiligd met een wachtwoord.", AGAIN)
        # The reader never gives more than this size, so a file that lies about it cannot fill the memory either.
        if info.file_size > limit * 1024**2:
            problem = f"uitgepakt is dit bestand {info.file_size / 1024**2:.0f} MB en de grens is {limit} MB."
            raise DataError(_shown(path, member), problem, "Haal bij de uitgever elk jaar als een eigen bestand op.")
        with archive.open(info) as content:
            yield content


@contextmanager
def _opened(path: Path) -> Iterator[ZipFile]:
    try:
        with ZipFile(path) as archive:
            yield archive
    except (BadZipFile, EOFError, NotImplementedError, zlib.error):
        problem = "dit zipbestand is beschadigd of niet helemaal gedownload."
        raise DataError(paths.shown(path), problem, AGAIN) from None


def _shown(path: Path, member: str) -> str:
    return f"{paths.shown(path)} › {member}"
