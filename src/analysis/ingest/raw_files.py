"""Safe opening of raw files: admission, size limits, decoding, and members of zip files.

`walk`, `admit` and `guard` decide what a reader may open. `sample` and `text` decode text files. `members`,
`member_text` and `member_content` read zip files without unpacking more than the thresholds allow.
"""

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
Row = tuple[int, list[str]]  # number of a line in a file or row on a sheet, and its cells
_UTF16 = "utf-16"  # what Excel calls "Unicode-tekst"
_SEPARATOR = re.compile(r'\A"?sep=.?"?;*(?=\n)', re.IGNORECASE)
_UNREADABLE = "dit is geen tekst die wij kunnen lezen (UTF-8, UTF-16 met kenmerk, of Windows)."
_SAVE = "Bewaar het bestand opnieuw als 'CSV UTF-8', of haal het opnieuw op bij de uitgever."
AGAIN = "Haal het bestand opnieuw op bij de uitgever en zet het ongewijzigd in de map."
_RENAME = "Geef het een andere naam, met gewone letters en cijfers."
_LESS = (
    "Haal minder jaren of minder gemeenten tegelijk op (in bronnen.yml: `since`), of elk jaar als een eigen bestand."
)
_MB = 1024**2
_HIDDEN = (".", "~$")  # starts of names of hidden files, and of the lock files of Excel
_PACKED = (".xlsx", ".zip")
_ENCRYPTED = 0x1  # first bit of the flags of a zip member
_END_RECORD = b"PK\x05\x06"  # start of the record at the end of a zip file
_DIRECTORY = 12  # offset in that record of the size in bytes of the list of members
_MOST_DIRECTORY = 4 * _MB  # bytes; some 40,000 members


def walk(folder: Path) -> Iterator[Path]:
    """Return every file in a folder and its subfolders, in a fixed order.

    A subfolder that cannot be listed, or that is a link, is returned as if it were a file, so that `admit` refuses it
    instead of its files being missed. Hidden files are left out.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    iterator of Path
    """
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        try:
            names = os.listdir(path) if path == folder or _is_folder(path) else None
        except OSError:
            names = None
        if names is None:
            yield path
        else:
            waiting += [path / name for name in sorted(names, reverse=True) if not name.startswith(_HIDDEN)]


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def display_name(path: Path, folder: Path) -> str:
    """Return the path of a file within a folder as printable text.

    Parameters
    ----------
    path, folder : Path
        A file, and the folder that holds it.

    Returns
    -------
    str
        The relative path with slashes; characters that cannot be shown are written out as escapes.

    Examples
    --------
    >>> display_name(Path("raw/cbs/cijfers.csv"), Path("raw"))
    'cbs/cijfers.csv'
    """
    return printable(path.relative_to(folder).as_posix()).replace("\n", r"\n")


def admit(path: Path, folder: Path) -> None:
    """Refuse anything that no reader may open.

    Parameters
    ----------
    path, folder : Path
        A path from `walk`, and the folder that was walked.

    Raises
    ------
    DataError
        When it is not an ordinary, readable file, or its path within the folder is not printable text.
    """
    name = paths.display_path(path)
    if display_name(path, folder) != path.relative_to(folder).as_posix():
        raise DataError(name.replace("\n", r"\n"), "de naam bevat tekens die geen tekst zijn.", _RENAME)
    if os.path.isdir(path):
        what = "een koppeling naar een andere map" if path.is_symlink() else "een map die u niet mag lezen"
        remedy = "Zet de bestanden zelf in de map met exports, en geef uzelf leesrechten."
        raise DataError(name, f"dit is {what}; wat erin staat, wordt niet gelezen.", remedy)
    yaml_files.must_be_file(path)


def must_be_listed(folder: Path) -> None:
    """Refuse a folder whose files cannot be listed.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    DataError
        When it is not a folder, or may not be read.
    """
    try:
        os.listdir(folder)
    except OSError as error:
        problem = f"deze map is niet te lezen ({type(error).__name__})."
        raise DataError(
            paths.display_path(folder), problem, "Geef uzelf leesrechten op de map, of haal haar weg."
        ) from None


def guard(path: Path) -> None:
    """Refuse a file that is empty or too large, as it is or unpacked, before it is read.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    DataError
        Naming the limit in MB: ``thresholds.files.max_mb``, or ``max_workbook_mb`` for an unpacked workbook.
    """
    size, limit = path.stat().st_size, catalogue.thresholds().files.max_mb
    if size == 0:
        raise DataError(paths.display_path(path), "het bestand is leeg.", AGAIN)
    if is_large(path):
        raise DataError(
            paths.display_path(path),
            f"het bestand is {size / _MB:.0f} MB en de grens is {limit} MB.",
            "Kies bij de uitgever minder regio's of jaren, of verdeel de export over meer bestanden.",
        )
    if path.suffix.lower() in _PACKED:
        _guard_packed(path)


def _guard_packed(path: Path) -> None:
    """Refuse a zip file whose list of members, or a workbook whose unpacked content, would fill the memory."""
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - 2**16, 0))
        end = file.read()
    position = end.rfind(_END_RECORD)
    if position < 0 or len(end) < position + _DIRECTORY + 4:
        return  # not a zip file; the reader gives a better message
    if struct.unpack_from("<I", end, position + _DIRECTORY)[0] > _MOST_DIRECTORY:
        problem = "in dit zipbestand zitten veel meer bestanden dan in welke export ook."
        raise DataError(paths.display_path(path), problem, AGAIN)
    limit = catalogue.thresholds().files.max_workbook_mb
    if path.suffix.lower() == ".xlsx" and (size := unpacked_size(path)) > limit * _MB:
        problem = f"uitgepakt is deze werkmap {size / _MB:.0f} MB en de grens is {limit} MB."
        raise DataError(
            paths.display_path(path), problem, "Bewaar het blad als CSV, of verdeel het over meer werkmappen."
        )


def is_large(path: Path) -> bool:
    """Whether a file is larger than ``thresholds.files.max_mb`` (in MB).

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    bool
    """
    return path.stat().st_size > catalogue.thresholds().files.max_mb * _MB


def sample(path: Path) -> str:
    """Return the first 64 kB of a file as text, up to the end of the last whole line if there is one.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str

    Raises
    ------
    DataError
        When it is a web page or XML, which a failed download leaves behind.
    """
    with path.open("rb") as file:
        start = file.read(SAMPLE)
    try:
        # Decode without final=True: the last character of the sample may have been cut in two.
        text = codecs.getincrementaldecoder(_encoding(start))().decode(start)
    except UnicodeDecodeError:
        text = start.decode("cp1252", errors="replace")
    if not is_large(path):  # null bytes in a large file are reported later, as a hole
        text = _refuse_null_bytes(path, text)
    if len(start) == SAMPLE:
        text = text[: text.rfind("\n") + 1] or text
    if text.lstrip().startswith("<"):
        raise DataError(
            paths.display_path(path),
            "dit is een webpagina of XML, geen tabel. Meestal is dan het downloaden mislukt.",
            "Open het bestand in een browser om de melding te lezen en haal de tabel opnieuw op als CSV of JSON.",
            line=1,
        )
    return _lines(text)


def text(path: Path) -> str:
    """Return a whole file as text, with plain line ends.

    It is decoded as UTF-8, as UTF-16 if it starts with a byte order mark, or else as Windows text (cp1252).

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str

    Raises
    ------
    DataError
        When it is none of these.
    """
    content = path.read_bytes()
    encodings = (_encoding(content), "cp1252")
    for encoding in encodings if encodings[0] != _UTF16 else encodings[:1]:
        try:
            return _lines(_refuse_null_bytes(path, content.decode(encoding)))
        except UnicodeDecodeError:
            continue
    raise DataError(paths.display_path(path), _UNREADABLE, _SAVE)


def _refuse_null_bytes(path: Path, text: str) -> str:
    """Refuse text with null bytes: it is in another encoding (UTF-16 without a byte order mark, UTF-32)."""
    if "\0" in text:
        raise DataError(paths.display_path(path), _UNREADABLE, _SAVE)
    return text


def limit_line_length(lines: Iterable[str], path: Path) -> Iterator[str]:
    """Yield lines of a table, and refuse one longer than `LONGEST`: splitting it in fields would fill the memory.

    Parameters
    ----------
    lines : iterable of str
    path : Path
        The file, for messages.

    Raises
    ------
    DataError
        With the number of the line that is too long.
    """
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST:
            problem = f"deze regel is langer dan {LONGEST} tekens: zo veel kolommen heeft geen tabel."
            raise DataError(
                paths.display_path(path), problem, "Kies bij het ophalen minder perioden of regio's.", line=number
            )
        yield line


def is_closed(path: Path) -> bool:
    """Whether the last cell is complete: the file ends with a line end or a quotation mark, or is a workbook.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    bool
    """
    if path.suffix.lower() == ".xlsx":
        return True
    with path.open("rb") as file:
        size = 2 if _encoding(file.read(2)) == _UTF16 else 1
        file.seek(-size, 2)
        return file.read(size).strip(b"\0") in (b"\n", b"\r", b'"')


def _encoding(start: bytes) -> str:
    return _UTF16 if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"


def _lines(text: str) -> str:
    """Return text with plain line ends; the line ``sep=;`` of Excel is emptied, so that lines keep their numbers."""
    return _SEPARATOR.sub("", text.replace("\r\n", "\n").replace("\r", "\n"), count=1)


def separator(text: str) -> str:
    """Return the separator (``;``, ``,`` or a tab) that splits the first lines into most fields.

    Parameters
    ----------
    text : str
        Text of the file, or its start.

    Returns
    -------
    str

    Examples
    --------
    >>> separator("Regio;Jaar;Aantal, totaal")
    ';'
    """
    lines = text[:SAMPLE].splitlines()[:50]
    return max(SEPARATORS, key=lambda mark: sum(len(row) for row in csv.reader(lines, delimiter=mark)))


def members(path: Path) -> list[str]:
    """Return the names of the files in a zip file.

    Parameters
    ----------
    path : Path
        The zip file.

    Returns
    -------
    list of str

    Raises
    ------
    DataError
        When it is damaged or not a zip file, when it would unpack to more than the thresholds allow, or when it holds
        two files of one name, of which only the last can be read.
    """
    with _opened(path) as archive:
        names = [info.filename for info in archive.infolist() if not info.is_dir()]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise DataError(member_name(path, twice), "dit bestand staat twee keer in het zipbestand.", AGAIN)
    return names


def unpacked_size(path: Path) -> int:
    """Return the size of a zip file in bytes when unpacked.

    Parameters
    ----------
    path : Path
        The zip file.

    Returns
    -------
    int
    """
    with _opened(path) as archive:
        return sum(info.file_size for info in archive.infolist())


def members_named(names: list[str], wanted: str) -> list[str]:
    """Return the members with a file name, in any folder and in any capitals.

    Parameters
    ----------
    names : list of str
        Names of the members.
    wanted : str
        File name in small letters.

    Returns
    -------
    list of str

    Examples
    --------
    >>> members_named(["2022/Ongevallen.txt", "2022/partijen.txt"], "ongevallen.txt")
    ['2022/Ongevallen.txt']
    """
    return [name for name in names if PurePosixPath(name).name.casefold() == wanted]


def member_name(path: Path, member: str) -> str:
    """Return the name of one file in a zip file, for messages.

    Parameters
    ----------
    path : Path
        The zip file.
    member : str
        Name of the file in the zip file.

    Returns
    -------
    str

    Examples
    --------
    >>> member_name(Path("bron.zip"), "ongevallen.txt")
    'bron.zip › ongevallen.txt'
    """
    return f"{paths.display_path(path)} › {member}"


@contextmanager
def member_text(path: Path, member: str) -> Iterator[TextIO]:
    """Open one file in a zip file as text (Latin-1), to be read line by line.

    Parameters
    ----------
    path : Path
        The zip file.
    member : str
        Name of the file in the zip file.

    Raises
    ------
    DataError
        When it is damaged or protected with a password.
    """
    with _member(path, member) as (content, _):
        yield TextIOWrapper(content, encoding="latin-1", newline="")


def member_content(path: Path, member: str) -> bytes:
    """Return one file in a zip file as bytes.

    Parameters
    ----------
    path : Path
        The zip file.
    member : str
        Name of the file in the zip file.

    Returns
    -------
    bytes

    Raises
    ------
    DataError
        When it is damaged, protected with a password, or larger than ``thresholds.files.max_mb`` (in MB).
    """
    with _member(path, member) as (content, size):
        if size > (limit := catalogue.thresholds().files.max_mb) * _MB:
            problem = f"uitgepakt is dit bestand {size / _MB:.0f} MB en de grens is {limit} MB."
            raise DataError(member_name(path, member), problem, _LESS)
        return content.read()


@contextmanager
def _member(path: Path, member: str) -> Iterator[tuple[IO[bytes], int]]:
    """Open one file in a zip file, with its stated size; no more than that size is ever read."""
    with _opened(path) as archive:
        info = archive.getinfo(member)
        if info.flag_bits & _ENCRYPTED:
            raise DataError(member_name(path, member), "dit bestand is beveiligd met een wachtwoord.", AGAIN)
        with archive.open(info) as content:
            yield content, info.file_size


@contextmanager
def _opened(path: Path) -> Iterator[ZipFile]:
    try:
        with ZipFile(path) as archive:
            _guard(path, sum(info.file_size for info in archive.infolist()))
            yield archive
    except OSError as error:
        if error.errno != EINVAL:  # an error of the disk
            raise
        raise _damaged(path) from None  # a member that starts before the start of the file
    except (BadZipFile, EOFError, NotImplementedError, ValueError, struct.error, zlib.error):
        raise _damaged(path) from None


def _damaged(path: Path) -> DataError:
    problem = "dit zipbestand is beschadigd of niet helemaal gedownload."
    return DataError(paths.display_path(path), problem, AGAIN)


def _guard(path: Path, unpacked: int) -> None:
    """Refuse a zip file that unpacks to too much, or to much at a ratio that only a zip bomb has."""
    rule, ratio = catalogue.thresholds().files, unpacked / path.stat().st_size
    if unpacked > rule.max_unpacked_mb * _MB:
        problem = f"uitgepakt is dit {unpacked / _MB:.0f} MB en de grens is {rule.max_unpacked_mb} MB."
        raise DataError(paths.display_path(path), problem, _LESS)
    if unpacked > rule.max_mb * _MB and ratio > rule.max_ratio:
        problem = f"uitgepakt is dit {ratio:.0f} keer zo groot, en boven {rule.max_mb} MB is {rule.max_ratio} de grens."
        raise DataError(paths.display_path(path), problem, f"Zo ver is een echte tabel niet in te pakken. {AGAIN}")
