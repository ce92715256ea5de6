"""Reader of the Nationale Veiligheidsindices, in exports of ABF Swing.

ABF Swing is the software of Waarstaatjegemeente and many municipal databanks. No real export was available, so this
layout, for CSV and workbooks alike, is an assumption:

- titles may precede the header. The header has the column of regions first, then a column for each subject and year,
  named ``subject|year`` in one cell, or with the subject in one row (once, for all its years) and the years below;
- the table ends at its notes ("Bron", "Eenheid", …), and no figures may follow these.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import pandas as pd

from .. import paths
from ..definitions import catalogue
from ..definitions.catalogue import Table
from ..errors import DataError
from . import grids, raw_files, region_texts
from .data_package import Resource
from .layouts import is_period
from .raw_files import AGAIN, Row
from .table_recognition import indicators_by_code, plain
from .text_columns import LeftOut, Unused
from .tidy import LOWER, UPPER, VALUE, read_measures

TABLE, SUBJECT = "nvi", "index"
BASE = "2012"
_BASE = re.compile(r"\(\s*([0-9]{4})\s*=\s*100\s*\)")
_MARGINS = {"ondergrens": LOWER, "bovengrens": UPPER}
_GROUP = re.compile(r"(alle )?(gemeenten|provincie|regio|politie|basisteam|gemiddelde|mediaan)\b", re.IGNORECASE)
_FIGURE = re.compile(r"[0-9]+([.,][0-9]+)?")
_NOTES = ("bron", "eenheid", "toelichting", "definitie", "peildatum", "©")
_REMEDY = "Exporteer opnieuw met gemeenten in de rijen, en met 'onderwerp|jaar' in de kolommen."


@dataclass(frozen=True)
class Column:
    """One column with figures: its subject, its period, and the text of every row."""

    subject: str
    period: str
    texts: list[str]

    @property
    def heading(self) -> str:
        """The subject and period, as in the header."""
        return f"{self.subject}|{self.period}"


@dataclass(frozen=True)
class SwingExport:
    """A table of ABF Swing.

    Parameters
    ----------
    line : int
        Line of the header.
    regions : list of str
        Text of the region on each row.
    lines : list of int
        Line of each row.
    columns : list of Column
        The wanted columns.
    """

    line: int
    regions: list[str]
    lines: list[int]
    columns: list[Column]


def subject(cell: str) -> str:
    """Return the subject in a cell of the header.

    Parameters
    ----------
    cell : str

    Returns
    -------
    str

    Examples
    --------
    >>> subject("Criminaliteitsindex|2021")
    'Criminaliteitsindex'
    """
    return cell.partition("|")[0].strip()


def read_swing(path: Path, wanted: Callable[[str], bool]) -> SwingExport:
    """Read the columns of some subjects from an export of ABF Swing.

    Parameters
    ----------
    path : Path
        A file with at least one wanted subject in its header.
    wanted : callable
        Whether a subject, given as text, must be read.

    Returns
    -------
    SwingExport

    Raises
    ------
    DataError
        When the file is cut off, or lacks regions, years or figures.
    """
    rows = [(line, [cell.strip() for cell in cells]) for line, cells in grids.records(path)]
    if not raw_files.is_closed(path):
        raise DataError(paths.display_path(path), "het bestand houdt midden in deze regel op.", AGAIN, line=rows[-1][0])
    header_row = next(
        header_row
        for header_row, (_, cells) in enumerate(rows)
        if any(cells[1:]) and any(map(wanted, map(subject, cells)))
    )
    line, header = rows[header_row]
    if wanted(subject(header[0])):
        raise DataError(
            paths.display_path(path), "deze kolom hoort de eerste te zijn.", _REMEDY, line=line, column="Gemeenten"
        )
    start, pairs = _column_headings(rows, header_row)
    chosen = {column: pair for column, pair in enumerate(pairs) if column and wanted(pair[0])}
    _check_periods(chosen, line, path)
    body = _body(rows[start:], path, len(header))
    unread = [(column, name) for column, (name, _) in enumerate(pairs) if column and column not in chosen]
    grids.warn_unused([name for column, name in unread if any(cells[column] for _, cells in body)])
    columns = [Column(*pair, [cells[column] for _, cells in body]) for column, pair in chosen.items()]
    return SwingExport(line, [cells[0] for _, cells in body], [line for line, _ in body], columns)


def _column_headings(rows: list[Row], header_row: int) -> tuple[int, list[tuple[str, str]]]:
    """Return the row at which the figures start, and the subject and period of each column."""
    header = rows[header_row][1]
    if any("|" in cell for cell in header):
        return header_row + 1, [(subject(cell), cell.partition("|")[2].strip()) for cell in header]
    subjects = pd.Series(header).replace("", None).ffill().fillna("").tolist()
    below = rows[header_row + 1][1] if header_row + 1 < len(rows) else []
    return header_row + 2, list(zip(subjects, below, strict=False))


def _check_periods(columns: dict[int, tuple[str, str]], line: int, path: Path) -> None:
    if not columns:
        raise DataError(paths.display_path(path), "onder de onderwerpen ontbreken de jaren.", _REMEDY, line=line)
    for name, period in columns.values():
        if not is_period(period):
            problem = f"bij dit onderwerp hoort een jaar, niet '{period}'."
            raise DataError(paths.display_path(path), problem, _REMEDY, line=line, column=name)


def _body(rows: list[Row], path: Path, width: int) -> list[Row]:
    """Return the rows of the table, each as long as the header."""
    filled = [row for row in rows if any(row[1])]
    body = list(takewhile(lambda row: not row[1][0].casefold().startswith(_NOTES), filled))
    for line, cells in filled[len(body) :]:
        if not cells[0].casefold().startswith(_NOTES) and any(map(_FIGURE.fullmatch, cells[1:])):
            problem = "onder de noten staan nog cijfers."
            raise DataError(
                paths.display_path(path), problem, "Haal de regels met noten weg, of zet ze onderaan.", line=line
            )
    for line, cells in body:
        if len(cells) != width:
            problem = f"deze regel heeft {len(cells)} velden en de kopregel {width}."
            raise DataError(paths.display_path(path), problem, AGAIN, line=line)
    if not body:
        raise DataError(paths.display_path(path), "er staan geen cijfers in.", AGAIN)
    return body


def recognises(rows: list[list[str]], resource: Resource) -> bool:
    """Whether one of the first rows is a header with one of the five indices.

    Parameters
    ----------
    rows : list of list of str
        First rows of the file, as `grids.peek` returns them.
    resource : Resource
        Entry of the file in the register.

    Returns
    -------
    bool
    """
    codes = indicators_by_code(SUBJECT)
    return any(_index_code(subject(cell)) in codes for cells in rows for cell in cells[1:])


def read(path: Path, resource: Resource) -> tuple[Table, pd.DataFrame]:
    """Read an export of indices.

    Parameters
    ----------
    path : Path
    resource : Resource
        Entry in the register; not used.

    Returns
    -------
    Table
        Always ``nvi``.
    DataFrame
        Figures as `tidy.read_measures` returns them; the code is the plain name of the index.

    Raises
    ------
    DataError
        When the file is cut off, has another base year, lacks years or regions, or holds a text that cannot be read.
    """
    export = read_swing(path, lambda subject: _index_code(subject) is not None)
    _check_base(export, path)
    cells = _long_cells(export, point=path.suffix.lower() == ".xlsx")
    return catalogue.tables()[TABLE], read_measures(cells, path, comma=True, region=_region)


def _index_code(heading: str) -> str | None:
    """Return the plain name of an index: "Criminaliteitsindex" and "Index criminaliteit (2012=100)" are the same."""
    name = plain(_BASE.sub("", heading))
    if "index" not in name:
        return None
    for word in ("index", *_MARGINS):
        name = name.replace(word, "")
    return next((code for code in indicators_by_code(SUBJECT) if code.rstrip("s") == name.rstrip("s")), name)


def _margin(heading: str) -> str:
    return next((margin for word, margin in _MARGINS.items() if word in plain(heading)), VALUE)


def _check_base(export: SwingExport, path: Path) -> None:
    """Refuse indices with another base year, which cannot be in one series with these."""
    for column in export.columns:
        base = _BASE.search(column.subject)
        if base and base[1] != BASE:
            problem = f"in deze index staat {base[1]} op 100. Wij lezen alleen indices waarin {BASE} op 100 staat."
            raise DataError(paths.display_path(path), problem, AGAIN, line=export.line, column=column.heading)


def _long_cells(export: SwingExport, point: bool) -> pd.DataFrame:
    """Return the cells with each figure on a row of its own."""
    rows = [
        (
            region,
            line,
            _text(text, point),
            _index_code(column.subject),
            column.period,
            _margin(column.subject),
            column.heading,
        )
        for column in export.columns
        for region, line, text in zip(export.regions, export.lines, column.texts, strict=True)
    ]
    names = ["region", "line", "text", "category", "period", "margin", "column"]
    return pd.DataFrame(rows, columns=names).assign(unit="index")


def _text(cell: str, point: bool) -> str:
    """Return a figure in Dutch notation; with ``point``, as in a workbook, it has a decimal point."""
    figure = re.sub(r"(?<=[0-9])\.(?=[0-9])", ",", cell) if point else cell
    return "." if figure == "?" else figure


def _region(text: str) -> str:
    if _GROUP.match(text.strip()):
        raise Unused(LeftOut("groepen van gemeenten", text.strip()))
    return region_texts.region(text)
