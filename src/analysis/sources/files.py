"""A raw file, opened with care: bounded, decoded, and looked at before it is read."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from .. import catalogue, paths
from ..errors import DataError

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
