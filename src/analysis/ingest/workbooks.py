"""Excel workbooks: the cells of the sheet that holds the table, as text.

What Excel would hide from a reader is refused or told: a formula whose result was not saved, merged cells, hidden rows
and columns, and further sheets.
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

Row = tuple[int, list[str]]  # row number and cells
_SAVE = "Open het in Excel en bewaar het opnieuw als 'Excel-werkmap (.xlsx)' of als CSV."
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")
_HIDDEN = re.compile(rb"<(?:\w+:)?(?:row|col) [^>]*hidden=[\"'](?:1|true)[\"']")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell [^>]*ref=[\"']([A-Z]+)(\d+):([A-Z]+)(\d+)[\"']")
_CHUNK, _OVERLAP = 1024**2, 1024  # bytes
_THREE_DECIMALS = re.compile(r"-?[0-9]+\.[0-9]{3}")
_LAST_ROW = 1048576  # of a sheet in Excel


@dataclass(frozen=True)
class _Marks:
    """What the XML of a worksheet says besides the values of cells."""

    formulas: bool
    hidden: bool
    merged: frozenset[tuple[bytes, ...]]  # columns and rows from and to


@dataclass(frozen=True)
class _Sheet:
    """One worksheet: its filled rows, all equally long, and the first cell with a formula that has no result."""

    title: str
    rows: tuple[Row, ...]
    marks: _Marks
    unsaved: str | None
    larger: bool  # than the sheet itself says

    @property
    def header(self) -> Row | None:
        """The first row of what may be a table: with more than one cell filled."""
        return next((row for row in self.rows if sum(map(bool, row[1])) > 1), None)


def rows(path: Path) -> list[Row]:
    """Row number and cells of every row of the first sheet that holds a table.

    A number is written as a whole number or with a decimal point; one with three decimals gets a fourth, for ``1.425``
    is a count of more than a thousand in Dutch.

    Raises
    ------
    DataError
        When the workbook cannot be read, a formula has no saved result, cells are merged across rows, or another sheet
        has the same columns.
    """
    sheets = _filled(path)
    table = _table(sheets)
    for other in sheets:
        if other is not table:
            _not_read(path, table, other)
    _refuse_merged(path, table)
    if table.unsaved:
        problem = f"in cel {table.unsaved} van het blad '{table.title}' is de uitkomst van een formule niet bewaard."
        remedy = "Open het bestand in Excel en bewaar het opnieuw, of plak de cellen als waarden."
        raise DataError(paths.shown(path), problem, remedy)
    if table.larger:
        problem = f"het blad '{table.title}' is groter dan het zelf zegt; het is helemaal gelezen."
        warnings.warn(DataWarning(problem), stacklevel=2)
    if table.marks.hidden:
        problem = f"op het blad '{table.title}' zijn rijen of kolommen verborgen; die zijn ook gelezen."
        warnings.warn(DataWarning(problem), stacklevel=2)
    return list(table.rows)


def peek(path: Path) -> list[Row]:
    """As `rows`, but nothing is told of what may turn out to be no table of ours."""
    return list(_table(_filled(path)).rows)


def _filled(path: Path) -> list[_Sheet]:
    sheets = [sheet for sheet in _sheets(path, path.stat().st_mtime_ns) if sheet.rows]
    if not sheets:
        raise DataError(paths.shown(path), "in dit Excel-bestand staat geen enkel blad met gevulde cellen.", _SAVE)
    return sheets


def _table(sheets: list[_Sheet]) -> _Sheet:
    return next((sheet for sheet in sheets if sheet.header), sheets[0])


def _not_read(path: Path, table: _Sheet, other: _Sheet) -> None:
    if table.header and other.header and table.header[1] == other.header[1]:
        problem = f"de bladen '{table.title}' en '{other.title}' hebben dezelfde kolommen; wij lezen één blad."
        raise DataError(
            paths.shown(path), problem, "Zet alle regels op één blad, of bewaar elk blad als eigen bestand."
        )
    problem = f"het blad '{other.title}' is niet gelezen; de cijfers komen van het blad '{table.title}'."
    warnings.warn(DataWarning(problem), stacklevel=3)


def _refuse_merged(path: Path, table: _Sheet) -> None:
    """A merged cell has its text in the first row only: which rows it is about cannot be told."""
    start = table.header[0] if table.header else 0
    for left, first, right, last in sorted(table.marks.merged):
        if int(first) > start and first != last:
            cells = f"{(left + first).decode()} tot en met {(right + last).decode()}"
            problem = f"op het blad '{table.title}' zijn de cellen {cells} samengevoegd."
            remedy = "Hef de samenvoeging op en vul elke cel in."
            raise DataError(paths.shown(path), problem, remedy, line=int(first))


@lru_cache(maxsize=1)
def _sheets(path: Path, written: int) -> tuple[_Sheet, ...]:
    """Every worksheet of a workbook; a file is looked at before it is read, and need not be opened twice."""
    reading = "de werkmap"
    try:
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl says, in English, of what it leaves out besides cells
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
        raise DataError(paths.shown(path), problem, _SAVE) from None
    except Exception as error:  # whatever openpyxl and its XML parsers raise on a damaged part
        problem = f"dit Excel-bestand is beschadigd: {reading} is niet te lezen ({type(error).__name__})."
        raise DataError(paths.shown(path), problem, _SAVE) from None


def _sheet(path: Path, number: int, sheet: Any) -> _Sheet:
    """All cells of a worksheet, whatever size it says it has."""
    marks = _marks(path, sheet._worksheet_path)
    size = sheet.max_row, sheet.max_column
    sheet.reset_dimensions()
    texts = {}
    limit, count = catalogue.thresholds().files.max_cells, 0
    for line, row in enumerate(sheet.iter_rows(), start=1):
        count += len(row)
        if count > limit or line > _LAST_ROW:
            problem = f"het blad '{sheet.title}' is te groot: wij lezen hoogstens {limit} cellen en {_LAST_ROW} rijen."
            raise DataError(paths.shown(path), problem, "Verdeel het blad over meer bestanden, of bewaar het als CSV.")
        cells = [_text(cell) for cell in row]
        if any(cells):
            texts[line] = cells
    unsaved = _unsaved(path, number, sheet) if marks.formulas else None
    last = max(texts, default=0), max(map(len, texts.values()), default=0)
    larger = any(said is not None and said < there for said, there in zip(size, last, strict=True))
    return _Sheet(sheet.title, _equally_long(texts), marks, unsaved, larger)


def _equally_long(texts: dict[int, list[str]]) -> tuple[Row, ...]:
    """Rows from the first to the last column with a text."""
    filled = [[number for number, text in enumerate(cells) if text] for cells in texts.values()]
    start, end = min((row[0] for row in filled), default=0), max((row[-1] for row in filled), default=0) + 1
    return tuple((line, [*cells[:end], *[""] * (end - len(cells))][start:]) for line, cells in texts.items())


def _marks(path: Path, member: str) -> _Marks:
    """Look through the XML of a sheet, a part at a time."""
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
        while chunk := content.read(_CHUNK):
            yield chunk


def _unsaved(path: Path, number: int, sheet: Any) -> str | None:
    """The first cell whose formula has no result: Excel saves it with the formula, other programs do not always."""
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
