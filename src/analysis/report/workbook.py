"""All tables of a report in one workbook: a sheet for each, with its title, sources and notes, and a list of them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml.etree import _Element as Element

from .archives import MAKER, plain, reproducible
from .dom import HEADINGS, cell_text, drop_legends, elements_with_class, parse_part
from .forms import MADE_UP_PREFIX, WORKBOOK
from .page import BANNER, Content

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

CONTENTS = "Inhoud"
HEAD = 8  # the row with the headers: the same on every sheet
REAL = "Alle cijfers zijn echt"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the start of a formula
_NUMBER = re.compile(
    r"(?P<euro>€ )?(?P<sign>[+\u2212-]?)(?P<whole>\d{1,3}(\.\d{3})+|\d+)(,(?P<part>\d+))?(?P<percent> %)?"
    r"(?P<note> \([a-z ]+\))?"
)
_TWO = re.compile(r"\d[^\d.,]+\d")
_ENDS = (".", ":", "?", "!")  # of a sentence
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")  # in the name of a sheet
_LONGEST_NAME = 31
_ROOM = _LONGEST_NAME - 3  # for the words of a name, after its number
_NARROWEST, _WIDEST, _NARROWEST_TABLE = 9, 60, 70  # characters in a column, and in all columns together
_LINE_HEIGHT, _TITLE_TIMES = 15, 1.4  # of a line above a table in points, and how much higher the title is
_EXACT = 15  # digits that a spreadsheet keeps of a number


@dataclass(frozen=True)
class TableSheet:
    """A table of the report, and what stands with it on the page.

    Parameters
    ----------
    file : str
        Its CSV file; the name says whether figures are made up.
    sources, notes : tuple of str
        The files it rests on, and what to keep in mind.
    rows : tuple of rows
        The first holds the headers. What a reader sees; ``None`` for an empty cell.
    numeric : tuple of bool
        For each column whether it holds numbers, which stand on the right.
    """

    title: str
    chapter: str
    question: str
    file: str
    made_up: bool
    sources: tuple[str, ...]
    notes: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    numeric: tuple[bool, ...]


def write_workbook(folder: Path, title: str, chapters: Iterable[Content], day: date | None) -> None:
    """Write the workbook of a report, unless it has no tables.

    Parameters
    ----------
    folder : Path
        The report.
    title : str
        Of the report, with its years.
    chapters : iterable of Content
        In the order of the report, with the links to their CSV files.
    day : date, optional
        The date of the newest figures, which the workbook carries.
    """
    if tables := [sheet for content in chapters for sheet in sheets(content)]:
        (folder / WORKBOOK).write_bytes(workbook(title, tables, day))


def workbook(title: str, tables: Sequence[TableSheet], day: date | None) -> bytes:
    """Return the workbook of a report.

    Parameters
    ----------
    title : str
        Of the report, with its years.
    tables : sequence of TableSheet
        In the order of the report.
    day : date, optional
        The date of the newest figures, which the workbook carries.

    Returns
    -------
    bytes
        The same on every run.
    """
    from openpyxl import Workbook  # takes a while, and a report that is up to date does without

    book = Workbook()
    book.properties.title, book.properties.creator, book.properties.language = title, MAKER, "nl-NL"
    names = _sheet_names([sheet.title for sheet in tables])
    listing = book.active
    listing.title = CONTENTS
    _write_contents(listing, title, names, tables)
    for name, sheet in zip(names, tables, strict=True):
        _write_sheet(book.create_sheet(name), sheet)
    out = io.BytesIO()
    book.save(out)
    return reproducible(out.getvalue(), day)


def sheets(content: Content) -> Iterator[TableSheet]:
    """Yield the tables of a chapter that have a CSV file.

    Parameters
    ----------
    content : Content
        The chapter.

    Yields
    ------
    TableSheet
        In the order of the page.
    """
    part, heading = parse_part(content.body), ""
    drop_legends(part)
    for element in part.iter("h2", "table"):
        if element.tag == "h2":
            heading = _words(element)
        elif (file := _csv_file(element)) is not None:
            yield _sheet(element, content.title, heading, file)


def _csv_file(table: Element) -> str | None:
    for following in (table.getnext(), table.getparent().getnext()):
        if following is not None and following.get("class") == "csv":
            return str(following.find("a").get("href"))
    return None


def _sheet(table: Element, chapter: str, question: str, file: str) -> TableSheet:
    sources, notes = _around(table)
    rows = [[_seen(cell) for cell in row.iter("th", "td")] for row in table.iter("tr")]
    made_up = file.rpartition("/")[2].startswith(MADE_UP_PREFIX)
    header = next(table.iter("tr")).iter("th", "td")
    numeric = [number > 0 and "words" not in cell.get("class", "").split() for number, cell in enumerate(header)]
    filled = {column for row in rows[1:] for column, text in enumerate(row) if text is not None}
    kept = [column for column in range(len(numeric)) if column in filled or len(rows) == 1]
    shown = tuple(tuple(row[column] for column in kept if column < len(row)) for row in rows)
    numbers = tuple(numeric[column] for column in kept)
    return TableSheet(_words(table.find("caption")), chapter, question, file, made_up, sources, notes, shown, numbers)


def _around(table: Element) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the sources and the notes of a table: those of its figure, and those below it up to the next heading."""
    box, lines = table.getparent(), []
    while box.getparent() is not None and box.getparent().tag == "details":
        box = box.getparent()
        lines += [_words(element) for element in box.iterchildren("p") if element.get("class") == "src"]
    figure = box.getprevious()
    if figure is not None and figure.tag == "figure":
        lines = [*lines, *(_words(element) for element in elements_with_class(figure, "src"))]
    sources = [line for line in lines if line.startswith("Bron")]
    notes = [line for line in lines if not line.startswith("Bron")]
    for element in box.itersiblings():
        kinds = element.get("class", "").split()
        if element.tag in {*HEADINGS, "figure"}:
            break
        if "origin" in kinds:
            sources += [_words(item) for item in element.iterfind(".//dd/ul/li")]
            notes += [f"{_words(term)}: {_words(term.getnext())}" for term in element.iter("dt") if _is_note(term)]
            break
        if {"src", "note"} & set(kinds):
            notes.append(_words(element))
    return tuple(dict.fromkeys(sources)), tuple(dict.fromkeys(notes))


def _is_note(term: Element) -> bool:
    return term.getnext() is not None and term.getnext().find("ul") is None


def _words(element: Element) -> str:
    """Return the text of an element; a heading and the items of a list are apart."""
    parts = [
        " ".join(plain("".join(part.itertext())).split()) for part in element.iterdescendants(*HEADINGS, "p", "li")
    ]
    if not parts:
        return " ".join(plain("".join(element.itertext())).split())
    first, *items = parts
    return " ".join([first if first.endswith(_ENDS) or not items else f"{first}:", *items])


def _seen(cell: Element) -> str | None:
    """Return what a reader sees in a cell, nothing for the dash of an empty one."""
    return plain(cell_text(cell)) or None


def _sheet_names(titles: Sequence[str]) -> list[str]:
    """Return a name for each sheet: its number, and as much of its title as tells it from the others.

    A name is the start of its title, or where another begins the same its start and its end.
    """
    whole = [" ".join(_FORBIDDEN.sub(" ", title).split()) for title in titles]
    starts = [_start(title, _ROOM) for title in whole]
    names = [_ends(title) if starts.count(start) > 1 else start for title, start in zip(whole, starts, strict=True)]
    return [f"{number:02} {name}"[:_LONGEST_NAME].rstrip(" ',;") for number, name in enumerate(names, 1)]


def _start(title: str, room: int) -> str:
    """Return the start of a title: whole words, or a part of a long one where little else would be left."""
    if len(title) <= room:
        return title
    words = title[: room + 1].rpartition(" ")[0]
    cut = words if len(words) > room * 2 / 3 else title[: room - 1].rstrip() + "…"
    return cut.rstrip(" ',;")


def _ends(title: str) -> str:
    """Return the first and the last words of a title, or parts of long ones."""
    if len(title) <= _ROOM:
        return title
    half = (_ROOM - 1) // 2
    first, last = title[:half].rpartition(" ")[0], title[-half:].partition(" ")[2]
    return f"{first or title[:half]}…{last or title[-half:]}"


def _write_contents(listing: Worksheet, title: str, names: Sequence[str], tables: Sequence[TableSheet]) -> None:
    """Write the sheet that lists the others."""
    from openpyxl.styles import Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    made_up = any(sheet.made_up for sheet in tables)
    about = [title, "Alle tabellen van het rapport, elk op een eigen blad", BANNER if made_up else REAL]
    header = ("Blad", "Tabel", "Hoofdstuk", "Vraag", "Cijfers", "CSV-bestand")
    rows = [
        (name, sheet.title, sheet.chapter, sheet.question, _figures(sheet), sheet.file)
        for name, sheet in zip(names, tables, strict=True)
    ]
    _fill(listing, about, [header, *rows], ())
    for row, name in enumerate(names, HEAD + 1):
        cell = listing.cell(row, 1)
        target = name.replace("'", "''")
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{target}'!A1")
        cell.font = Font(color="0563C1", underline="single")


def _write_sheet(target: Worksheet, sheet: TableSheet) -> None:
    place = f"{sheet.chapter}: {sheet.question}" if sheet.question else sheet.chapter
    sources = f"Bron: {'; '.join(source.removeprefix('Bron: ').rstrip('.') for source in sheet.sources)}."
    notes = f"Toelichting: {' '.join(note.rstrip('.') + '.' for note in sheet.notes)}"
    about = [
        sheet.title, place, _figures(sheet), sources if sheet.sources else None, notes if sheet.notes else None,
        f"CSV-bestand: {sheet.file}",
    ]  # fmt: skip
    _fill(target, about, sheet.rows, sheet.numeric)
    if sheet.made_up:
        target.sheet_properties.tabColor = "D55E00"


def _figures(sheet: TableSheet) -> str:
    return BANNER if sheet.made_up else REAL


def _fill(
    target: Worksheet, about: Sequence[str | None], rows: Sequence[Sequence[str | None]], numeric: Sequence[bool]
) -> None:
    """Write lines about a table, and the table from row `HEAD` on."""
    from openpyxl.styles import Alignment, Border, Font, Side

    bold, line = Font(bold=True), Border(bottom=Side("thin"))
    wrapped, right = (Alignment(horizontal, "top", wrap_text=True) for horizontal in ("left", "right"))
    beside = Alignment("left", "top", wrap_text=True, indent=1)  # apart from the number before it
    words = {column for cells in rows[1:] for column, shown in enumerate(cells, 1) if _is_more(shown)}
    for number, cells in enumerate(rows):
        for column, shown in enumerate(cells, 1):
            cell = target.cell(HEAD + number, column)
            _write_cell(cell, shown, number=number > 0 and column not in words)
            is_number = column <= len(numeric) and numeric[column - 1]
            cell.alignment = right if is_number else beside if column > 1 else wrapped
            if number == 0:
                cell.font, cell.border = bold, line
    target.freeze_panes = target.cell(HEAD + 1, 2)
    width = _set_widths(target, rows)
    for row, text in enumerate(about, 1):
        cell = target.cell(row, 1)
        _write_cell(cell, text, number=False)
        cell.alignment = wrapped
        target.merge_cells(start_row=row, end_row=row, start_column=1, end_column=max(map(len, rows), default=1))
        target.row_dimensions[row].height = _LINE_HEIGHT * ceil(len(text or " ") / width)
    target["A1"].font = Font(bold=True, size=14)
    target.row_dimensions[1].height *= _TITLE_TIMES
    target.page_setup.orientation, target.page_setup.fitToWidth, target.page_setup.fitToHeight = "landscape", 1, 0
    target.sheet_properties.pageSetUpPr.fitToPage = True
    target.print_title_rows = f"{HEAD}:{HEAD}"


def _is_more(shown: str | None) -> bool:
    """Whether a cell holds more than one figure; the others in its column are then text as well."""
    return shown is not None and as_number(shown) is None and _TWO.search(shown) is not None


def _set_widths(target: Worksheet, rows: Sequence[Sequence[str | None]]) -> float:
    """Make columns as wide as what is in them, within limits, and return their width together."""
    from openpyxl.utils import get_column_letter

    widths = []
    for column in range(max(map(len, rows), default=0)):
        longest = max((len(cells[column] or "") for cells in rows if len(cells) > column), default=0)
        widths.append(min(max(longest + 2, _NARROWEST), _WIDEST))
        target.column_dimensions[get_column_letter(column + 1)].width = widths[-1]
    if missing := max(0, _NARROWEST_TABLE - sum(widths)):  # the lines above a small table need room
        widths[-1] += missing
        target.column_dimensions[get_column_letter(len(widths))].width = widths[-1]
    return sum(widths)


def _write_cell(cell: Cell, shown: str | None, *, number: bool) -> None:
    """Write what a reader sees: a number as a number in the same form, and text never as a formula."""
    if shown is None:
        return
    value = as_number(shown) if number else None
    if value is not None:
        cell.value, cell.number_format = value
        return
    cell.value = plain(shown)
    cell.data_type = "s"  # openpyxl makes a formula of what starts with an equals sign
    if shown.startswith(FORMULA_STARTS):
        cell.quotePrefix = True  # nor does it become one when someone edits the cell


def as_number(shown: str) -> tuple[Any, str] | None:
    """Return the number that a text shows, and the format in which a spreadsheet shows it so.

    Parameters
    ----------
    shown : str
        As on the page.

    Returns
    -------
    (int or float, str) or None
        ``None`` for what is no number, such as a code that starts with a zero.

    Examples
    --------
    >>> as_number("1.127.869"), as_number("2023"), as_number("33 %")
    ((1127869, '#,##0'), (2023, '0'), (0.33, '0 %'))
    >>> as_number("€ 22.600,50"), as_number("0001")
    ((22600.5, '"€" #,##0.00'), None)
    >>> as_number("208 (deel)")
    (208, '0" (deel)"')
    """
    found = _NUMBER.fullmatch(shown)
    if found is None:
        return None
    whole, part = found["whole"].replace(".", ""), found["part"] or ""
    if (len(whole) > 1 and whole.startswith("0")) or len(whole + part) > _EXACT:
        return None
    value: int | float = float(f"{whole}.{part}") if part else int(whole)
    if found["percent"]:
        value = round(value / 100, len(part) + 2)
    if found["sign"] in {"-", "\u2212"}:
        value = -value
    digits = ("#,##0" if "." in found["whole"] else "0") + ("." + "0" * len(part) if part else "")
    note = f'"{found["note"]}"' if found["note"] else ""
    form = ('"€" ' if found["euro"] else "") + digits + (" %" if found["percent"] else "") + note
    return value, f"+{form};-{form};{form}" if found["sign"] == "+" else form
