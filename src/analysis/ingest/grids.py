"""Raw files as grids of text: CSV, OData JSON and workbooks become a header and rows with their line numbers.

No text is interpreted here, so that a code never becomes a number and an empty cell never a zero. Titles, notes and
repeated headers are left out with a warning.
"""

from __future__ import annotations

import csv
import json
import re
import warnings
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import paths
from ..errors import DataError, DataWarning
from . import geography, odata, raw_files, workbooks
from .raw_files import Row
from .table_recognition import plain

SUFFIXES = (".csv", ".txt", ".json", ".xlsx", ".zip", ".geojson")
PEEK = 200  # rows; no header takes that many
_CUT_OFF = "Is het bestand helemaal gedownload? Haal het opnieuw op, of herstel deze regel."
_TWO_LINES = "on two lines"
# Problem and remedy of a wrong quotation mark, by a part of the message of csv; the last is for any other message.
_QUOTES = {
    "expected after": (
        "na een gesloten aanhalingsteken staat op deze regel nog tekst in dezelfde cel.",
        "Zet die tekst binnen de aanhalingstekens; een aanhalingsteken dat bij de tekst hoort, staat er dubbel.",
    ),
    _TWO_LINES: (
        "een cel tussen aanhalingstekens begint op deze regel en loopt door op de volgende.",
        "Zet het aanhalingsteken dat ontbreekt, of zet de hele cel op één regel.",
    ),
    "": ("een aanhalingsteken is op deze regel niet gesloten.", _CUT_OFF),
}
_FIRST_RECORD = re.compile(r'(?:\A\s*|"value"\s*:\s*)\[\s*(?=\{)')  # cbsodata writes a list of rows
_NOTE = re.compile(r"\s*(bron|toelichting|opmerking|noot|let op|nb)\b|\s*[©*]", re.IGNORECASE)
_DESCRIPTIONS = {
    "id",
    "gemeente",
    "gemeentenaam",
    "soortregio",
    "omschrijving",
}  # columns that describe the code in another column
_DUMPED = ("_label", "_date", "_freq")  # suffixes of columns that R adds beside a column, with the same content
# Columns that split a figure into parts. If such a column is not used, figures of one month, one village or only men
# would be read as the whole.
_PARTS = {
    "maand", "kwartaal", "halfjaar", "periode", "week", "weeknummer", "dag", "datum", "wijk", "wijkcode", "wijknaam",
    "buurt", "buurtcode", "buurtnaam", "dorp", "kern", "woonplaats", "straat", "postcode", "geslacht", "leeftijd",
    "leeftijdsklasse", "leeftijdsgroep",
}  # fmt: skip
_EXAMPLES = 4  # unused columns or lines that a warning names


@dataclass(frozen=True)
class Grid:
    """A rectangle of text.

    Parameters
    ----------
    rows : DataFrame
        All rows, including the header. Columns are numbered from 0; the index is the line in the file (0 for formats
        without lines).
    """

    rows: pd.DataFrame

    @property
    def header(self) -> list[str]:
        """Names in the first row."""
        return [str(name).strip() for name in self.rows.iloc[0]] if len(self.rows) else []

    @property
    def body(self) -> pd.DataFrame:
        """All rows except the first."""
        return self.rows.iloc[1:]

    def unused(self, used: Collection[int]) -> list[str]:
        """Return the headings of unused columns that hold information of their own.

        Parameters
        ----------
        used : collection of int
            Numbers of the columns that a reader uses.

        Examples
        --------
        >>> cells = pd.DataFrame([["Jaar", "Aantal", "Wijk"], ["2020", "3", "Noord"]], index=[1, 2])
        >>> Grid(cells).unused({0, 1})
        ['Wijk']
        """
        candidates = [(column, name) for column, name in enumerate(self.header) if column not in used]
        return [
            name for column, name in candidates if not _is_description(name) and self._tells(name, self.body[column])
        ]

    def _tells(self, name: str, column: pd.Series) -> bool:
        """Whether a column holds information; row numbers without a heading, which R writes, do not count."""
        texts = column[column.str.strip() != ""]
        return len(texts) > 0 and not (not name and texts.str.isdecimal().all() and texts.is_unique)


def peek(path: Path) -> list[list[str]]:
    """Return the start of a file as rows of text, by which a reader recognises it.

    Parameters
    ----------
    path : Path
        A file with one of `SUFFIXES`.

    Returns
    -------
    list of list of str
        Of a table the first rows, at most `PEEK`; of OData and GeoJSON the names and values of the first record; of
        any other zip file the names of its members.

    Raises
    ------
    DataError
        When the file is a web page, is damaged or breaks off in its first record.
    """
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        return [cells for _, cells in workbooks.peek(path)[:PEEK]]
    if suffix == ".zip":
        names = raw_files.members(path)
        return odata.peek(path) if odata.is_answered_table(names) else [names]
    if suffix in (".json", ".geojson"):
        first = (
            geography.first_properties(path) if suffix == ".geojson" else _first_record(path, raw_files.sample(path))
        )
        return [list(first), [str(value) for value in first.values()]]
    start = raw_files.sample(path)
    rows = csv.reader(raw_files.limit_line_length(StringIO(start), path), delimiter=raw_files.separator(start))
    return [cells for cells in islice(rows, PEEK) if any(cells)]


def below_titles(rows: list[list[str]]) -> list[list[str]]:
    """Return rows from the first one with more than one filled cell; the rows above it are titles.

    Parameters
    ----------
    rows : list of list of str
        Cells of each row.

    Returns
    -------
    list of list of str

    Examples
    --------
    >>> below_titles([["Misdrijven"], ["Jaar", "Aantal"], ["2020", "3"]])
    [['Jaar', 'Aantal'], ['2020', '3']]
    """
    start = next((number for number, row in enumerate(rows) if _filled(row) > 1), 0)
    return rows[start:]


def _filled(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell.strip())


def warn_unused(names: Sequence[str]) -> None:
    """Warn that columns with these headings are not read.

    Parameters
    ----------
    names : sequence of str
        Headings of the columns; an empty one is a column without a name.
    """
    if not names:
        return
    shown = [f"'{name}'" if name else "een kolom zonder naam" for name in names]
    if len(names) > _EXAMPLES:
        problem = f"{len(names)} kolommen zijn niet gebruikt, zoals {', '.join(shown[:_EXAMPLES])}."
    elif len(names) > 1:
        problem = f"deze kolommen zijn niet gebruikt: {', '.join(shown)}."
    else:
        problem = f"deze kolom is niet gebruikt: {shown[0]}."
    warnings.warn(DataWarning(problem), stacklevel=3)


def refuse_parts(names: Sequence[str], path: Path) -> None:
    """Refuse a table with an unused column that splits its figures by part of a year, area or population.

    Parameters
    ----------
    names : sequence of str
        Headings of the unused columns.
    path : Path
        The file, for messages.

    Raises
    ------
    DataError
        Naming the first such column.
    """
    for name in names:
        if plain(name.partition("_")[0]) in _PARTS:
            problem = "deze kolom zegt dat de cijfers over een deel gaan; wij zouden ze lezen als het hele cijfer."
            remedy = (
                "Vraag het bestand aan zonder deze kolom. Gaan de cijfers toch over het geheel, haal de kolom dan weg."
            )
            raise DataError(paths.display_path(path), problem, remedy, column=name)


def _first_record(path: Path, start: str) -> dict[str, object]:
    """Return the first record of OData or of a list of rows; empty for any other JSON."""
    match = _FIRST_RECORD.search(start)
    try:
        if match:
            return dict(json.JSONDecoder().raw_decode(start, match.end())[0])
        if '"odata.metadata"' not in start:
            return {}
    except (json.JSONDecodeError, RecursionError):
        if start.lstrip().startswith("["):
            return {}
    raise DataError(paths.display_path(path), "dit OData-bestand is afgekapt of bevat geen rijen.", raw_files.AGAIN)


def read(path: Path, *, closed: bool = False) -> Grid:
    """Read a whole file as a grid.

    Parameters
    ----------
    path : Path
        A CSV file, a workbook, OData JSON, or a zip file with a table from OData.
    closed : bool
        Whether the last line must end with a line end or a quotation mark, as in every StatLine export.

    Returns
    -------
    Grid

    Raises
    ------
    DataError
        When the file is cut off or its rows have different lengths, with the line.
    """
    suffix = path.suffix.lower()
    if suffix == ".zip":
        return Grid(odata.rows(path))
    if suffix == ".json":
        return _records(_odata(path))
    return _workbook(path) if suffix == ".xlsx" else _csv(path, closed)


def records(path: Path) -> Iterator[Row]:
    """Yield the line number and fields of every line of a CSV file or of the table sheet of a workbook.

    Parameters
    ----------
    path : Path
        A CSV file or workbook.

    Raises
    ------
    DataError
        When a quotation mark is not closed on the same line, as in a file that was cut off.
    """
    if path.suffix.lower() == ".xlsx":
        yield from workbooks.rows(path)
        return
    content, line = raw_files.text(path), 0
    reader = csv.reader(
        raw_files.limit_line_length(StringIO(content), path), delimiter=raw_files.separator(content), strict=True
    )
    try:
        for fields in reader:
            if reader.line_num > line + 1:
                raise csv.Error(_TWO_LINES)
            line = reader.line_num
            yield line, fields
    except csv.Error as error:
        problem, remedy = next(words for part, words in _QUOTES.items() if part in str(error))
        raise DataError(paths.display_path(path), problem, remedy, line=line + 1) from None


def _csv(path: Path, closed: bool) -> Grid:
    content = raw_files.text(path)
    width = _field_count(path, closed)
    frame = pd.read_csv(
        StringIO(content),
        sep=raw_files.separator(content),
        names=range(width),
        dtype=str,
        keep_default_na=False,
        skip_blank_lines=False,
        lineterminator="\n",
    )
    return _cut_table(frame.set_axis(range(1, len(frame) + 1)))


def _field_count(path: Path, closed: bool) -> int:
    """Return the largest number of fields, after checking that all lines but titles and notes have the same number.

    Pandas would silently fill up a line that was cut off. A title is above the first line with more than one filled
    field, a note is below the last.
    """
    width, widest, line, note = 0, 1, 0, (0, 0)
    for line, fields in records(path):
        if not width and _filled(fields) > 1:
            width = len(fields)
        widest = max(widest, len(fields))
        if not width or not fields:
            continue
        if len(fields) != width and _is_note(fields):
            note = note if note[0] else (line, len(fields))
        elif len(fields) != width or note[0]:
            line_wrong, count = note if note[0] else (line, len(fields))
            problem = f"deze regel heeft {count} velden en de regel met kolomkoppen {width}."
            raise DataError(paths.display_path(path), problem, _CUT_OFF, line=line_wrong)
    if closed and not raw_files.is_closed(path):
        raise DataError(paths.display_path(path), "het bestand houdt midden in deze regel op.", _CUT_OFF, line=line)
    return widest


def _is_note(cells: Sequence[str]) -> bool:
    return _filled(cells) == 1 and bool(_NOTE.match(next(cell for cell in cells if cell.strip())))


def _cut_table(frame: pd.DataFrame) -> Grid:
    """Drop empty rows, titles above the table, notes below it and repeated headers, with a warning."""
    rows = frame[(frame != "").any(axis=1)]
    is_wide = ((rows != "").sum(axis=1) > 1).to_numpy()
    if not is_wide.any():
        return Grid(rows)
    start = int(is_wide.argmax())
    end = len(rows)
    while end > start + 1 and not is_wide[end - 1] and _is_note(rows.iloc[end - 1].tolist()):
        end -= 1
    table = rows.iloc[start:end]
    repeated = _repeats(table)
    _warn_skipped("boven de kolomkoppen", rows.index[:start])
    _warn_skipped("met een noot onder de tabel", rows.index[end:])
    _warn_skipped("waar de kolomkoppen nog een keer staan", table.index[repeated])
    return Grid(table[~repeated])


def _repeats(table: pd.DataFrame) -> NDArray[np.bool_]:
    """Mark the rows that repeat the header, as in concatenated files; a header with a number is never a repeat."""
    header = table.iloc[0]
    repeated: NDArray[np.bool_] = (table[0] == header[0]).to_numpy(copy=True)
    repeated[0] = False
    if repeated.any() and not header.str.strip().str.isdecimal().any():
        repeated[repeated] = (table[repeated] == header).all(axis=1)
        return repeated
    return np.zeros(len(table), dtype=bool)


def _warn_skipped(where: str, lines: pd.Index) -> None:
    if len(lines):
        problem = (
            f"{_lines_text(lines)} {where} telt niet mee."
            if len(lines) == 1
            else f"{_lines_text(lines)} {where} tellen niet mee."
        )
        warnings.warn(DataWarning(problem), stacklevel=2)


def _lines_text(lines: pd.Index) -> str:
    shown = ", ".join(map(str, lines[:_EXAMPLES]))
    if len(lines) == 1:
        return f"regel {shown}"
    return f"de regels {shown}" if len(lines) <= _EXAMPLES else f"{len(lines)} regels ({shown} enzovoort)"


def _is_description(name: str) -> bool:
    """Whether a column describes the code in another column."""
    return plain(name.partition("_")[0]) in _DESCRIPTIONS or name.lower().endswith(_DUMPED)


def _records(rows: list[list[str]]) -> Grid:
    """Return a grid of rows without line numbers."""
    return Grid(pd.DataFrame(rows, index=[0] * len(rows), dtype=str))


def _odata(path: Path) -> list[list[str]]:
    """Read an OData JSON file as rows of text below their names."""
    try:
        content = odata.decode(raw_files.text(path))
    except odata.Damaged as error:
        raise DataError(paths.display_path(path), f"dit bestand {error}.", raw_files.AGAIN) from None
    except json.JSONDecodeError as error:
        problem = "dit JSON-bestand is afgekapt of beschadigd."
        raise DataError(paths.display_path(path), problem, raw_files.AGAIN, line=error.lineno) from None
    except RecursionError:
        problem = "de haken in dit JSON-bestand zijn veel te diep genest."
        raise DataError(paths.display_path(path), problem, raw_files.AGAIN) from None
    if isinstance(content, list):
        content = {"value": content}
    records = content.get("value") if isinstance(content, dict) else None
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise DataError(
            paths.display_path(path), "dit is geen OData: de lijst 'value' met rijen ontbreekt.", raw_files.AGAIN
        )
    if link := next((name for name in odata.NEXT if content.get(name)), None):
        problem = f"dit is niet de hele tabel: er hoort nog een volgende bladzijde bij ({link})."
        raise DataError(paths.display_path(path), problem, "Haal alle bladzijden op, of kies minder regio's of jaren.")
    frame = pd.DataFrame(records, dtype=object).fillna("").astype(str)
    return [list(frame.columns), *frame.to_numpy().tolist()]


def _workbook(path: Path) -> Grid:
    rows = dict(workbooks.rows(path))
    return _cut_table(pd.DataFrame(list(rows.values()), index=list(rows), dtype=str))
