"""Zip files: looked into and read in place. Nothing is ever unpacked onto the disk, and a bomb not at all."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EINVAL
from io import TextIOWrapper
from pathlib import Path, PurePosixPath
from typing import IO, TextIO
from zipfile import BadZipFile, ZipFile

from .. import catalogue, paths
from ..errors import DataError
from .files import AGAIN

_ENCRYPTED = 0x1  # first bit of the flags of a member
_MB = 1024**2
_LESS = (
    "Haal minder jaren of minder gemeenten tegelijk op (in bronnen.yml: `since`), of elk jaar als een eigen bestand."
)


def members(path: Path) -> list[str]:
    """The names of the files in a zip file.

    Raises
    ------
    DataError
        When it is damaged, no zip file, would unpack to more than `_guard` allows, or holds two files of one name: only
        the last of them can be read.
    """
    with _opened(path) as archive:
        names = [info.filename for info in archive.infolist() if not info.is_dir()]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise DataError(_shown(path, twice), "dit bestand staat twee keer in het zipbestand.", AGAIN)
    return names


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
        When it is damaged or locked with a password.
    """
    with _member(path, member) as (content, _):
        yield TextIOWrapper(content, encoding="latin-1", newline="")


def content(path: Path, member: str) -> bytes:
    """One file in a zip file as it is; refused when it is larger than ``thresholds.files.max_mb``, and as by `text`."""
    with _member(path, member) as (content, size):
        if size > (limit := catalogue.thresholds().files.max_mb) * _MB:
            problem = f"uitgepakt is dit bestand {size / _MB:.0f} MB en de grens is {limit} MB."
            raise DataError(_shown(path, member), problem, _LESS)
        return content.read()


@contextmanager
def _member(path: Path, member: str) -> Iterator[tuple[IO[bytes], int]]:
    """One file in a zip file with its size; never more is read of it, so one that lies about it gains nothing."""
    with _opened(path) as archive:
        info = archive.getinfo(member)
        if info.flag_bits & _ENCRYPTED:
            raise DataError(_shown(path, member), "dit bestand is beveiligd met een wachtwoord.", AGAIN)
        with archive.open(info) as content:
            yield content, info.file_size


@contextmanager
def _opened(path: Path) -> Iterator[ZipFile]:
    try:
        with ZipFile(path) as archive:
            _guard(path, sum(info.file_size for info in archive.infolist()))
            yield archive
    except OSError as error:
        if error.errno != EINVAL:  # of the disk
            raise
        raise _damaged(path) from None  # a member that begins before the file does
    except (BadZipFile, EOFError, NotImplementedError, ValueError, struct.error, zlib.error):
        raise _damaged(path) from None


def _damaged(path: Path) -> DataError:
    problem = "dit zipbestand is beschadigd of niet helemaal gedownload."
    return DataError(paths.shown(path), problem, AGAIN)


def _guard(path: Path, unpacked: int) -> None:
    """Refuse what is too much, and what is much and so well packed that it can only be a bomb."""
    rule, ratio = catalogue.thresholds().files, unpacked / path.stat().st_size
    if unpacked > rule.max_unpacked_mb * _MB:
        problem = f"uitgepakt is dit {unpacked / _MB:.0f} MB en de grens is {rule.max_unpacked_mb} MB."
        raise DataError(paths.shown(path), problem, _LESS)
    if unpacked > rule.max_mb * _MB and ratio > rule.max_ratio:
        problem = f"uitgepakt is dit {ratio:.0f} keer zo groot, en boven {rule.max_mb} MB is {rule.max_ratio} de grens."
        raise DataError(paths.shown(path), problem, f"Zo ver is een echte tabel niet in te pakken. {AGAIN}")


def _shown(path: Path, member: str) -> str:
    return f"{paths.shown(path)} › {member}"
