"""Zip files, and the office files that are zip files, with the same bytes on every run."""

from __future__ import annotations

import io
import re
from datetime import date
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can hold: the same files always give the same zip
_COMPRESSED = (".png", ".xlsx", ".docx")  # compressing these again gains nothing
_PROPERTIES = "docProps/core.xml"
_MOMENT = re.compile(rb"(<dcterms:(?:created|modified)\b[^>]*>)[^<]*(</dcterms:\w+>)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what no file of this kind may hold
_SOFT_HYPHEN = "\u00ad"  # where a page may break a word; elsewhere it only makes the word impossible to find
MAKER = "Veiligheidsanalyse"  # the author that office files name


def plain(text: str) -> str:
    r"""Return a text of a page as it may stand in a file for another program.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        Without soft hyphens, and with a space for each control character.

    Examples
    --------
    >>> plain("veilig\u00adheid\x01hier")
    'veiligheid hier'
    """
    return _CONTROL.sub(" ", text.replace(_SOFT_HYPHEN, ""))


def add_file(package: ZipFile, name: str, content: bytes) -> None:
    """Add a file to a zip file, without the moment of adding it.

    Parameters
    ----------
    package : ZipFile
        Open for writing.
    name : str
        Path in the zip file.
    content : bytes
    """
    entry = ZipInfo(name, _DATE)
    entry.compress_type = ZIP_STORED if name.endswith(_COMPRESSED) else ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    package.writestr(entry, content)


def reproducible(document: bytes, day: date | None) -> bytes:
    """Return a workbook or Word document with the date of its figures instead of the moment it was saved.

    Parameters
    ----------
    document : bytes
        As openpyxl or python-docx saved it.
    day : date, optional
        The date of the newest figures; without it the document carries no date.

    Returns
    -------
    bytes
    """
    stamp = rb"\g<1>%sT00:00:00Z\g<2>" % str(day).encode() if day else b""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(document)) as saved, ZipFile(out, "w") as fixed:
        for name in saved.namelist():
            content = saved.read(name)
            add_file(fixed, name, _MOMENT.sub(stamp, content) if name == _PROPERTIES else content)
    return out.getvalue()
