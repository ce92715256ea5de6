"""A raw file, opened with care: bounded, decoded, and looked at before it is read."""

from __future__ import annotations

import codecs
import csv
import os
import re
import struct
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from errno import EINVAL
from io import TextIOWrapper
from pathlib import Path, PurePosixPath
from typing import IO, TextIO
from zipfile import BadZipFile, ZipFile

from .. import paths
from ..definitions import catalogue, yaml_files
from ..errors import DataError, printable

SAMPLE = 64 * 1024  # bytes, enough to recognise any export
LONGEST = 60_000  # characters in a line of a table, less than a sample; the widest of StatLine has some thousands
SEPARATORS = ";,\t"  # in order of preference: Dutch exports use the semicolon
_UTF16 = "utf-16"  # what Excel calls "Unicode-tekst"
_SEPARATOR = re.compile(r'\A"?sep=.?"?;*(?=\n)', re.IGNORECASE)
_UNREADABLE = "dit is geen tekst die wij kunnen lezen (UTF-8, UTF-16 met kenmerk, of Windows)."
_SAVE = "Bewaar het bestand opnieuw als 'CSV UTF-8', of haal het opnieuw op bij de uitgever."
AGAIN = "Haal het bestand opnieuw op bij de uitgever en zet het ongewijzigd in de map."


def is_large(path: Path) -> bool:
    """Whether a file is larger than ``thresholds.files.max_mb``."""
    return path.stat().st_size > catalogue.thresholds().files.max_mb * 1024**2


def sample(path: Path) -> str:
    """The first 64 kB as text, cut off after a whole line where there is one.

    Raises
    ------
    DataError
        When it is a web page or XML: what a failed download leaves behind.
    """
    with path.open("rb") as file:
        start = file.read(SAMPLE)
    try:
        # Not final: the last character of the sample may have been cut in two.
        text = codecs.getincrementaldecoder(_encoding(start))().decode(start)
    except UnicodeDecodeError:
        text = start.decode("cp1252", errors="replace")
    if not is_large(path):  # a hole in a large file is told as what it is
        text = _plain(path, text)
    if len(start) == SAMPLE:
        text = text[: text.rfind("\n") + 1] or text
    if text.lstrip().startswith("<"):
        raise DataError(
            paths.shown(path),
            "dit is een webpagina of XML, geen tabel. Meestal is dan het downloaden mislukt.",
            "Open het bestand in een browser om de melding te lezen en haal de tabel opnieuw op als CSV of JSON.",
            line=1,
        )
    return _lines(text)


def text(path: Path) -> str:
    """The whole file as text, read as UTF-8, UTF-16 or else as Windows text (cp1252), with plain line ends.

    Raises
    ------
    DataError
        When it is neither.
    """
    content = path.read_bytes()
    encodings = (_encoding(content), "cp1252")
    for encoding in encodings if encodings[0] != _UTF16 else encodings[:1]:
        try:
            return _lines(_plain(path, content.decode(encoding)))
        except UnicodeDecodeError:
            continue
    raise DataError(paths.shown(path), _UNREADABLE, _SAVE)


def _plain(path: Path, text: str) -> str:
    """Refuse what is text in another encoding, read as if it were ours: UTF-16 without its mark, UTF-32."""
    if "\0" in text:
        raise DataError(paths.shown(path), _UNREADABLE, _SAVE)
    return text


def bounded(lines: Iterable[str], path: Path) -> Iterator[str]:
    """The lines of a table, none longer than that of any table; its fields would fill the memory.

    Raises
    ------
    DataError
        With the line that is longer.
    """
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST:
            problem = f"deze regel is langer dan {LONGEST} tekens: zo veel kolommen heeft geen tabel."
            raise DataError(paths.shown(path), problem, "Kies bij het ophalen minder perioden of regio's.", line=number)
        yield line


def is_closed(path: Path) -> bool:
    """Whether the last cell is complete: it ends with a line end or a quotation mark; a workbook opens or does not."""
    if path.suffix.lower() == ".xlsx":
        return True
    with path.open("rb") as file:
        size = 2 if _encoding(file.read(2)) == _UTF16 else 1
        file.seek(-size, 2)
        return file.read(size).strip(b"\0") in (b"\n", b"\r", b'"')


def _encoding(start: bytes) -> str:
    return _UTF16 if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"


def _lines(text: str) -> str:
    """With plain line ends; Excel's first line about the separator is left empty, so that lines keep their numbers."""
    return _SEPARATOR.sub("", text.replace("\r\n", "\n").replace("\r", "\n"), count=1)


def separator(text: str) -> str:
    """The separator that splits the first lines into most fields."""
    lines = text[:SAMPLE].splitlines()[:50]
    return max(SEPARATORS, key=lambda mark: sum(len(row) for row in csv.reader(lines, delimiter=mark)))


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


def unpacked_size(path: Path) -> int:
    """How many bytes everything in a zip file is, unpacked."""
    with _opened(path) as archive:
        return sum(info.file_size for info in archive.infolist())


def named(names: list[str], wanted: str) -> list[str]:
    """The members with a file name, in whatever folder they lie and however it is capitalised."""
    return [name for name in names if PurePosixPath(name).name.casefold() == wanted]


@contextmanager
def member_text(path: Path, member: str) -> Iterator[TextIO]:
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
    yaml_files.must_be_file(path)


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
        raise DataError(paths.shown(path), "het bestand is leeg.", AGAIN)
    if is_large(path):
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
        raise DataError(paths.shown(path), problem, AGAIN)
    limit = catalogue.thresholds().files.max_workbook_mb
    if path.suffix.lower() == ".xlsx" and (size := unpacked_size(path)) > limit * 1024**2:
        problem = f"uitgepakt is deze werkmap {size / 1024**2:.0f} MB en de grens is {limit} MB."
        raise DataError(paths.shown(path), problem, "Bewaar het blad als CSV, of verdeel het over meer werkmappen.")
