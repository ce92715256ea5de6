"""The tables of a page as CSV files beside it: one is read from the other, so they cannot disagree."""

from __future__ import annotations

import csv
import io
import re

from lxml import etree
from lxml.etree import _Element as Element
from markupsafe import Markup

from .tree import of_class

FOLDER = "tables"
_TABLE = re.compile(r"<table>.*?</table></div>", flags=re.DOTALL)
_NUMBER = re.compile(r"[+\u2212-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?( %)?")
_RUNS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the start of a formula


def with_sheets(body: Markup, chapter: str, *, synthetic: bool) -> tuple[Markup, dict[str, str]]:
    """Put a link to its CSV file under every table of a chapter.

    Parameters
    ----------
    body : Markup
        The chapter's own content.
    chapter : str
        Begins the names of its files.
    synthetic : bool
        Whether the numbers are made up; then the names of the files say so, as a page does at its top.

    Returns
    -------
    Markup, dict of str to str
        The content with the links, and the text of each file by its path in the report.
    """
    files: dict[str, str] = {}

    def linked(found: re.Match[str]) -> str:
        table = etree.HTML(found[0])
        caption = next(table.iter("caption"))
        path = f"{FOLDER}/{'voorbeelddata-' if synthetic else ''}{chapter}-{caption.attrib['id']}.csv"
        files[path] = sheet(table)
        about = f'<span class="vh">: {Markup.escape("".join(caption.itertext()))}</span>'
        return f'{found[0]}<p class="csv"><a href="{path}" download>Tabel als CSV{about}</a></p>'

    return Markup(_TABLE.sub(linked, body)), files


def sheet(table: Element) -> str:
    """One table as Dutch spreadsheets read it: semicolons and a decimal comma; its caption is not in it."""
    rows = [[_cell(cell) for cell in row.iter("th", "td")] for row in table.iter("tr")]
    lines = io.StringIO()
    csv.writer(lines, delimiter=";", lineterminator="\r\n").writerows(rows)
    return lines.getvalue()


def _cell(cell: Element) -> str:
    """What a reader sees, without the dash of an empty cell: a number as a number, and nothing that runs."""
    if list(of_class(cell, "vh")):  # what only a screen reader hears explains a dash or repeats what is seen
        return ""
    shown = " ".join("".join(cell.itertext()).split())
    if _NUMBER.fullmatch(shown):
        return shown.replace(".", "").replace("\u2212", "-").removeprefix("+")
    return f"'{shown}" if shown.startswith(_RUNS) else shown
