"""A raw file, opened with care: bounded, decoded, and looked at before it is read."""

from __future__ import annotations

import codecs
import csv
from pathlib import Path

from .. import catalogue, paths
from ..errors import DataError

SAMPLE = 64 * 1024  # bytes, enough to recognise any export
SEPARATORS = ";,\t"  # in order of preference: Dutch exports use the semicolon
AGAIN = "Haal het bestand opnieuw op bij de uitgever en zet het ongewijzigd in de map."


def guard(path: Path) -> None:
    """Refuse a file before anything of it is read.

    Raises
    ------
    DataError
        When the file is empty, or larger than ``thresholds.files.max_mb``.
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
    if len(start) == SAMPLE:
        start = start[: start.rfind(b"\n") + 1] or start
    try:
        # Not final: the last character of the sample may have been cut in two.
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(start)
    except UnicodeDecodeError:
        text = start.decode("cp1252", errors="replace")
    if text.lstrip().startswith("<"):
        raise DataError(
            paths.shown(path),
            "dit is een webpagina of XML, geen tabel. Meestal is dan het downloaden mislukt.",
            "Open het bestand in een browser om de melding te lezen en haal de tabel opnieuw op als CSV of JSON.",
            line=1,
        )
    return _plain_line_ends(text)


def text(path: Path) -> str:
    """The whole file as text, read as UTF-8 or else as Windows text (cp1252), with plain line ends.

    Raises
    ------
    DataError
        When it is neither.
    """
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return _plain_line_ends(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise DataError(paths.shown(path), "dit is geen leesbare tekst (UTF-8 of Windows).", AGAIN)


def is_closed(path: Path) -> bool:
    """Whether the file ends with a line end, as a text that was downloaded whole does; a workbook opens or does not."""
    if path.suffix.lower() == ".xlsx":
        return True
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1) in b"\r\n"


def _plain_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def separator(text: str) -> str:
    """The separator that splits the first lines into most fields."""
    lines = text[:SAMPLE].splitlines()[:50]
    return max(SEPARATORS, key=lambda mark: sum(len(row) for row in csv.reader(lines, delimiter=mark)))
