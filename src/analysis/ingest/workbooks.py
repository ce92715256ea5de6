"""Excel workbooks: the cells of the sheet with the table, as text.

Features of Excel that could hide figures are refused or reported: formulas without a saved result, merged cells, hidden
rows and columns, and other sheets.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from .. import paths
from ..definitions import catalogue
from ..errors import DataError, DataWarning
from .raw_files import Row

_SAVE = "Open het in Excel en bewaar het opnieuw als 'Excel-werkmap (.xlsx)' of als CSV."
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")
_HIDDEN = re.compile(rb"<(?:\w+:)?(?:row|col) [^>]*hidden=[\"'](?:1|true)[\"']")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell [^>]*ref=[\"']([A-Z]+)(\d+):([A-Z]+)(\d+)[\"']")
_CHUNK_SIZE, _OVERLAP = 1024**2, 1024  # bytes
_THREE_DECIMALS = re.compile(r"-?[0-9]+\.[0-9]{3}")
_LAST_ROW = 1048576  # number of rows of a sheet in Excel


@dataclass(frozen=True)
class _Marks:
    """Properties of a worksheet that its XML gives besides the values of cells."""

    formulas: bool
    hidden: bool
    merged: frozenset[tuple[bytes, ...]]  # columns and rows from and to


@dataclass(frozen=True)
class _Sheet:
    """One worksheet: its filled rows, all of equal length, and the first cell with a formula without a result."""

    title: str
    rows: tuple[Row, ...]
    marks: _Marks
    unsaved: str | None
    larger: bool  # whether it has more cells than the sheet itself states

    @property
    def header(self) -> Row | None:
        """The first row with more than one filled cell, which may be the header of a table."""
        return next((row for row in self.rows if sum(map(bool, row[1])) > 1), None)


def rows(path: Path) -> list[Row]:
    """Read every row of the first sheet that holds a table.

    A number is written as a whole number or with a decimal point. A number with three decimals gets a fourth, because
    ``1.425`` means more than a thousand in Dutch.

    Parameters
    ----------
    path : Path
        The workbook.

    Returns
    -------
    list of (int, list of str)
        Row number, from 1, and cells of each filled row.

    Raises
    ------
    DataError
        When the workbook cannot be read, a formula has no saved result, cells are merged across rows, or another sheet
        has the same columns.
    """
    sheets = _filled_sheets(path)
    table = _table_sheet(sheets)
    for sheet in sheets:
        if sheet is not table:
            _warn_not_read(path, table, sheet)
    _refuse_merged(path, table)
    if table.unsaved:
        problem = f"in cel {table.unsaved} van het blad '{table.title}' is de uitkomst van een formule niet bewaard."
        remedy = "Open het bestand in Excel en bewaar het opnieuw, of plak de cellen als waarden."
        raise DataError(paths.display_path(path), problem, remedy)
    if table.larger:
        problem = f"het blad '{table.title}' is groter dan het zelf zegt; het is helemaal gelezen."
        warnings.warn(DataWarning(problem), stacklevel=2)
    if table.marks.hidden:
        problem = f"op het blad '{table.title}' zijn rijen of kolommen verborgen; die zijn ook gelezen."
        warnings.warn(DataWarning(problem), stacklevel=2)
    return list(table.rows)


def peek(path: Path) -> list[Row]:
    """Read as `rows` does, but without checks and warnings, to recognise a workbook.

    Parameters
    ----------
    path : Path
        The workbook.

    Returns
    -------
    list of (int, list of str)
    """
    return list(_table_sheet(_filled_sheets(path)).rows)


def _filled_sheets(path: Path) -> list[_Sheet]:
    sheets = [sheet for sheet in _sheets(path, path.stat().st_mtime_ns) if sheet.rows]
    if not sheets:
        raise DataError(
            paths.display_path(path), "in dit Excel-bestand staat geen enkel blad met gevulde cellen.", _SAVE
        )
    return sheets


def _table_sheet(sheets: list[_Sheet]) -> _Sheet:
    return next((sheet for sheet in sheets if sheet.header), sheets[0])


def _warn_not_read(path: Path, table: _Sheet, skipped: _Sheet) -> None:
    if table.header and skipped.header and table.header[1] == skipped.header[1]:
        problem = f"de bladen '{table.title}' en '{skipped.title}' hebben dezelfde kolommen; wij lezen één blad."
        raise DataError(
            paths.display_path(path), problem, "Zet alle regels op één blad, of bewaar elk blad als eigen bestand."
        )
    problem = f"het blad '{skipped.title}' is niet gelezen; de cijfers komen van het blad '{table.title}'."
    warnings.warn(DataWarning(problem), stacklevel=3)


def _refuse_merged(path: Path, table: _Sheet) -> None:
    """Refuse cells merged across rows: only the first row holds the text, and it is unclear which rows it covers."""
    start = table.header[0] if table.header else 0
    for left, first, right, last in sorted(table.marks.merged):
        if int(first) > start and first != last:
            cells = f"{(left + first).decode()} tot en met {(right + last).decode()}"
            problem = f"op het blad '{table.title}' zijn de cellen {cells} samengevoegd."
            remedy = "Hef de samenvoeging op en vul elke cel in."
            raise DataError(paths.display_path(path), problem, remedy, line=int(first))


@lru_cache(maxsize=1)
def _sheets(path: Path, written: int) -> tuple[_Sheet, ...]:
    """Read every worksheet of a workbook.

    The last workbook is cached, because `peek` and `rows` both need it; ``written`` is its modification time.
    """
    reading = "de werkmap"
    try:
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # messages of openpyxl about parts it ignores
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            sheets = []
            for number, sheet in enumerate(book.worksheets):
                reading = f"het blad '{sheet.title}'"
                sheets.append(_sheet(path, number, sheet))
            return tuple(sheets)
    except DataError:
        raise
    except (BadZipFile, InvalidFileException, KeyError):
        problem = "dit is geen Excel-bestand, ook al eindigt de naam op .xlsx, of er zit een wachtwoord op."
        raise DataError(paths.display_path(path), problem, _SAVE) from None
    except Exception as error:  # whatever openpyxl and its XML parsers raise on a damaged part
        problem = f"dit Excel-bestand is beschadigd: {reading} is niet te lezen ({type(error).__name__})."
        raise DataError(paths.display_path(path), problem, _SAVE) from None


def _sheet(path: Path, number: int, sheet: Any) -> _Sheet:
    """Read all cells of a worksheet, whatever size it states."""
    marks = _marks(path, sheet._worksheet_path)
    size = sheet.max_row, sheet.max_column
    sheet.reset_dimensions()
    texts = {}
    limit, count = catalogue.thresholds().files.max_cells, 0
    for line, row in enumerate(sheet.iter_rows(), start=1):
        count += len(row)
        if count > limit or line > _LAST_ROW:
            problem = f"het blad '{sheet.title}' is te groot: wij lezen hoogstens {limit} cellen en {_LAST_ROW} rijen."
            raise DataError(
                paths.display_path(path), problem, "Verdeel het blad over meer bestanden, of bewaar het als CSV."
            )
        cells = [_text(cell) for cell in row]
        if any(cells):
            texts[line] = cells
    unsaved = _unsaved_formula(path, number, sheet) if marks.formulas else None
    last = max(texts, default=0), max(map(len, texts.values()), default=0)
    larger = any(declared is not None and declared < actual for declared, actual in zip(size, last, strict=True))
    return _Sheet(sheet.title, _equally_long(texts), marks, unsaved, larger)


def _equally_long(texts: dict[int, list[str]]) -> tuple[Row, ...]:
    """Cut rows to the range from the first to the last column with text."""
    filled = [[number for number, text in enumerate(cells) if text] for cells in texts.values()]
    start, end = min((row[0] for row in filled), default=0), max((row[-1] for row in filled), default=0) + 1
    return tuple((line, [*cells[:end], *[""] * (end - len(cells))][start:]) for line, cells in texts.items())


def _marks(path: Path, member: str) -> _Marks:
    """Search the XML of a sheet in chunks for formulas, hidden cells and merged cells."""
    formulas = hidden = False
    merged: set[tuple[bytes, ...]] = set()
    before = b""
    for chunk in _chunks(path, member):
        part = before + chunk
        formulas = formulas or bool(_FORMULA.search(part))
        hidden = hidden or bool(_HIDDEN.search(part))
        merged.update(_MERGED.findall(part))
        before = chunk[-_OVERLAP:]
    return _Marks(formulas, hidden, frozenset(merged))


def _chunks(path: Path, member: str) -> Iterator[bytes]:
    with ZipFile(path) as archive, archive.open(member) as content:
        while chunk := content.read(_CHUNK_SIZE):
            yield chunk


def _unsaved_formula(path: Path, number: int, sheet: Any) -> str | None:
    """Return the first cell with a formula without a result, which Excel saves but other programs may not."""
    with path.open("rb") as file:
        source = openpyxl.load_workbook(file, read_only=True).worksheets[number]
        source.reset_dimensions()
        for row, formulas in zip(sheet.iter_rows(), source.iter_rows(), strict=True):
            for cell, formula in zip(row, formulas, strict=True):
                if cell.value is None and formula.data_type == "f" and cell.data_type != "str":  # str: an empty text
                    return str(formula.coordinate)
    return None


def _text(cell: Any) -> str:
    value = cell.value
    if not isinstance(value, float):
        return "" if value is None else str(value).strip()
    if value.is_integer():
        return str(int(value))
    if "%" in cell.number_format:
        return f"{value * 100:.10g}%"
    text = repr(value)
    return f"{text}0" if _THREE_DECIMALS.fullmatch(text) else text
