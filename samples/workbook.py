"""A workbook whose bytes depend on its cells only: fixed properties, fixed dates, no compression."""

from __future__ import annotations

import io
import os
import zipfile
from datetime import datetime

os.environ["OPENPYXL_LXML"] = "False"  # its XML differs from that of Python itself, and not everyone has it

from openpyxl import Workbook
from openpyxl.xml.functions import tostring

Rows = list[list[str | int | float]]

MOMENT = datetime(2023, 9, 1, 12, 0, 0)


def xlsx(rows: Rows, sheet_name: str = "stembriefjes") -> bytes:
    """Return a workbook of one sheet; empty text becomes an empty cell.

    Parameters
    ----------
    rows : list of list
        Text or numbers, row by row.
    sheet_name : str
        Name of the sheet.

    Returns
    -------
    bytes
    """
    book = Workbook()
    sheet = book.active
    sheet.title = sheet_name
    for row in rows:
        sheet.append([cell if cell != "" else None for cell in row])
    buffer = io.BytesIO()
    book.save(buffer)
    book.properties.creator = "voorbeelddata"
    book.properties.created = book.properties.modified = MOMENT  # saving stamps the current time
    return _settled(buffer, {"docProps/core.xml": tostring(book.properties.to_tree())})


def _settled(buffer: io.BytesIO, replacements: dict[str, bytes]) -> bytes:
    """Pack the zip anew with one date; stored, because compressed bytes differ between zlib versions."""
    settled = io.BytesIO()
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(settled, "w", zipfile.ZIP_STORED) as target:
        for name in sorted(source.namelist()):
            entry = zipfile.ZipInfo(name, MOMENT.timetuple()[:6])
            entry.create_system = 3  # otherwise the platform shows in the bytes
            target.writestr(entry, replacements.get(name) or source.read(name))
    return settled.getvalue()
