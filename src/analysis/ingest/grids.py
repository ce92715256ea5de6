"""Files as grids of text: CSV, OData JSON and workbooks all end as a header and rows with their line numbers.

Nothing is interpreted here. Text stays text, so that a code never becomes a number and an empty cell never a zero.
What is no row of the table, such as a title, a note or the header once more, is left out and told.
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
from .table_recognition import plain

SUFFIXES = (".csv", ".txt", ".json", ".xlsx", ".zip", ".geojson")
PEEK = 200  # rows, more than any header takes
_CUT_OFF = "Is het bestand helemaal gedownload? Haal het opnieuw op, of herstel deze regel."
_TWO_LINES = "on two lines"
# What is wrong with a quotation mark, by a part of what csv says of it; the last is for whatever else it says.
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
_FIRST_RECORD = re.compile(r'(?:\A\s*|"value"\s*:\s*)\[\s*(?=\{)')  # a list of rows is what cbsodata writes
_NOTE = re.compile(r"\s*(bron|toelichting|opmerking|noot|let op|nb)\b|\s*[©*]", re.IGNORECASE)
_DESCRIBES = {"id", "gemeente", "gemeentenaam", "soortregio", "omschrijving"}  # what another column says in a code
_DUMPED = ("_label", "_date", "_freq")  # what R puts beside a column, in other words
# What a figure may be a part of: a column of this name that is not used makes a month, a village or the men of a whole.
_PARTS = {
    "maand", "kwartaal", "halfjaar", "periode", "week", "weeknummer", "dag", "datum", "wijk", "wijkcode", "wijknaam",
    "buurt", "buurtcode", "buurtnaam", "dorp", "kern", "woonplaats", "straat", "postcode", "geslacht", "leeftijd",
    "leeftijdsklasse", "leeftijdsgroep",
}  # fmt: skip
_NAMED = 4  # columns that are named of those that are not used


@dataclass(frozen=True)
class Grid:
    """A rectangle of text.

    Parameters
    ----------
    rows : DataFrame
        All rows, the header included; columns numbered from 0, indexed by line in the file (0 where it has no lines).
    """

    rows: pd.DataFrame

    @property
    def header(self) -> list[str]:
        """The first row."""
        return [str(name).strip() for name in self.rows.iloc[0]] if len(self.rows) else []

    @property
    def body(self) -> pd.DataFrame:
        """All rows but the first."""
        return self.rows.iloc[1:]

    def unused(self, used: Collection[int]) -> list[str]:
        """The headings of columns that hold something, are not used and say more than a column that is."""
        others = [(place, name) for place, name in enumerate(self.header) if place not in used]
        return [name for place, name in others if not _describes(name) and self._tells(name, self.body[place])]

    def _tells(self, name: str, column: pd.Series) -> bool:
        """Whether a column holds something; the numbers of rows, which R puts under no name, tell nothing."""
        texts = column[column.str.strip() != ""]
        return len(texts) > 0 and not (not name and texts.str.isdecimal().all() and texts.is_unique)


def peek(path: Path) -> list[list[str]]:
    """What a reader recognises a file by, as rows of text.

    Of a table the first rows, from its first 64 kB; of OData and GeoJSON the names and values of the first record; of
    any other zip file the names of what is in it.
    """
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        return [cells for _, cells in workbooks.peek(path)[:PEEK]]
    if suffix == ".zip":
        names = raw_files.members(path)
        return odata.peek(path) if odata.holds(names) else [names]
    if suffix in (".json", ".geojson"):
        first = geography.first(path) if suffix == ".geojson" else _first_record(path, raw_files.sample(path))
        return [list(first), [str(value) for value in first.values()]]
    start = raw_files.sample(path)
    rows = csv.reader(raw_files.bounded(StringIO(start), path), delimiter=raw_files.separator(start))
    return [cells for cells in islice(rows, PEEK) if any(cells)]


def below_titles(rows: list[list[str]]) -> list[list[str]]:
    """Rows from the first with more than one filled cell on: what stands above a table are titles."""
    start = next((number for number, row in enumerate(rows) if _filled(row) > 1), 0)
    return rows[start:]


def _filled(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell.strip())


def tell_unused(names: Sequence[str]) -> None:
    """Warn about columns that hold something and are not read."""
    if not names:
        return
    shown = [f"'{name}'" if name else "een kolom zonder naam" for name in names]
    if len(names) > _NAMED:
        problem = f"{len(names)} kolommen zijn niet gebruikt, zoals {', '.join(shown[:_NAMED])}."
    elif len(names) > 1:
        problem = f"deze kolommen zijn niet gebruikt: {', '.join(shown)}."
    else:
        problem = f"deze kolom is niet gebruikt: {shown[0]}."
    warnings.warn(DataWarning(problem), stacklevel=3)


def refuse_parts(names: Sequence[str], path: Path) -> None:
    """Refuse a table with a column, not used, that says of which part of a year, place or people its figures are.

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
            raise DataError(paths.shown(path), problem, remedy, column=name)


def _first_record(path: Path, start: str) -> dict[str, object]:
    """The first record of OData or of a list of rows, empty for any other JSON."""
    found = _FIRST_RECORD.search(start)
    try:
        if found:
            return dict(json.JSONDecoder().raw_decode(start, found.end())[0])
        if '"odata.metadata"' not in start:
            return {}
    except (json.JSONDecodeError, RecursionError):
        if start.lstrip().startswith("["):
            return {}
    raise DataError(paths.shown(path), "dit OData-bestand is afgekapt of bevat geen rijen.", raw_files.AGAIN)


def read(path: Path, *, closed: bool = False) -> Grid:
    """A whole file as a grid.

    Parameters
    ----------
    path : Path
    closed : bool
        Whether the last line must end with a line end, as every StatLine export does.

    Raises
    ------
    DataError
        When the file is cut off or its rows are not equally long, with the line.
    """
    suffix = path.suffix.lower()
    if suffix == ".zip":
        return Grid(odata.rows(path))
    if suffix == ".json":
        return _records(_odata(path))
    return _workbook(path) if suffix == ".xlsx" else _csv(path, closed)


def records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Line number and fields of every line of a CSV file or first sheet.

    Raises
    ------
    DataError
        When a quotation mark is not closed on its own line, as in a file that was cut off.
    """
    if path.suffix.lower() == ".xlsx":
        yield from workbooks.rows(path)
        return
    content, line = raw_files.text(path), 0
    reader = csv.reader(raw_files.bounded(StringIO(content), path), delimiter=raw_files.separator(content), strict=True)
    try:
        for fields in reader:
            if reader.line_num > line + 1:
                raise csv.Error(_TWO_LINES)
            line = reader.line_num
            yield line, fields
    except csv.Error as error:
        problem, remedy = next(words for part, words in _QUOTES.items() if part in str(error))
        raise DataError(paths.shown(path), problem, remedy, line=line + 1) from None


def _csv(path: Path, closed: bool) -> Grid:
    content = raw_files.text(path)
    width = _check(path, closed)
    frame = pd.read_csv(
        StringIO(content),
        sep=raw_files.separator(content),
        names=range(width),
        dtype=str,
        keep_default_na=False,
        skip_blank_lines=False,
        lineterminator="\n",
    )
    return _table(frame.set_axis(range(1, len(frame) + 1)))


def _check(path: Path, closed: bool) -> int:
    """The number of fields, the same on every line but titles and notes; pandas would silently fill up a cut-off line.

    A title stands above the first line with more than one filled field, a note below the last.
    """
    width, widest, line, single = 0, 1, 0, (0, 0)
    for line, fields in records(path):
        if not width and _filled(fields) > 1:
            width = len(fields)
        widest = max(widest, len(fields))
        if not width or not fields:
            continue
        if len(fields) != width and _is_note(fields):
            single = single if single[0] else (line, len(fields))
        elif len(fields) != width or single[0]:
            at, count = single if single[0] else (line, len(fields))
            problem = f"deze regel heeft {count} velden en de regel met kolomkoppen {width}."
            raise DataError(paths.shown(path), problem, _CUT_OFF, line=at)
    if closed and not raw_files.is_closed(path):
        raise DataError(paths.shown(path), "het bestand houdt midden in deze regel op.", _CUT_OFF, line=line)
    return widest


def _is_note(cells: Sequence[str]) -> bool:
    return _filled(cells) == 1 and bool(_NOTE.match(next(cell for cell in cells if cell.strip())))


def _table(frame: pd.DataFrame) -> Grid:
    """The rows of a table: without empty rows, titles above it, notes below it and its header once more."""
    rows = frame[(frame != "").any(axis=1)]
    several = ((rows != "").sum(axis=1) > 1).to_numpy()
    if not several.any():
        return Grid(rows)
    start = int(several.argmax())
    end = len(rows)
    while end > start + 1 and not several[end - 1] and _is_note(rows.iloc[end - 1].tolist()):
        end -= 1
    table = rows.iloc[start:end]
    again = _repeats(table)
    _tell("boven de kolomkoppen", rows.index[:start])
    _tell("met een noot onder de tabel", rows.index[end:])
    _tell("waar de kolomkoppen nog een keer staan", table.index[again])
    return Grid(table[~again])


def _repeats(table: pd.DataFrame) -> NDArray[np.bool_]:
    """Which rows are the header once more, as where files were put under each other; a row with a number is none."""
    header = table.iloc[0]
    again: NDArray[np.bool_] = (table[0] == header[0]).to_numpy(copy=True)
    again[0] = False
    if again.any() and not header.str.strip().str.isdecimal().any():
        again[again] = (table[again] == header).all(axis=1)
        return again
    return np.zeros(len(table), dtype=bool)


def _tell(where: str, lines: pd.Index) -> None:
    if len(lines):
        problem = (
            f"{_lines(lines)} {where} telt niet mee."
            if len(lines) == 1
            else f"{_lines(lines)} {where} tellen niet mee."
        )
        warnings.warn(DataWarning(problem), stacklevel=2)


def _lines(lines: pd.Index) -> str:
    shown = ", ".join(map(str, lines[:_NAMED]))
    if len(lines) == 1:
        return f"regel {shown}"
    return f"de regels {shown}" if len(lines) <= _NAMED else f"{len(lines)} regels ({shown} enzovoort)"


def _describes(name: str) -> bool:
    """Whether a column says in other words what a code beside it says."""
    return plain(name.partition("_")[0]) in _DESCRIBES or name.lower().endswith(_DUMPED)


def _records(rows: list[list[str]]) -> Grid:
    """What has no lines."""
    return Grid(pd.DataFrame(rows, index=[0] * len(rows), dtype=str))


def _odata(path: Path) -> list[list[str]]:
    try:
        content = odata.decoded(raw_files.text(path))
    except odata.Damaged as error:
        raise DataError(paths.shown(path), f"dit bestand {error}.", raw_files.AGAIN) from None
    except json.JSONDecodeError as error:
        problem = "dit JSON-bestand is afgekapt of beschadigd."
        raise DataError(paths.shown(path), problem, raw_files.AGAIN, line=error.lineno) from None
    except RecursionError:
        problem = "de haken in dit JSON-bestand zijn veel te diep genest."
        raise DataError(paths.shown(path), problem, raw_files.AGAIN) from None
    if isinstance(content, list):
        content = {"value": content}
    records = content.get("value") if isinstance(content, dict) else None
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise DataError(paths.shown(path), "dit is geen OData: de lijst 'value' met rijen ontbreekt.", raw_files.AGAIN)
    if link := next((name for name in odata.NEXT if content.get(name)), None):
        problem = f"dit is niet de hele tabel: er hoort nog een volgende bladzijde bij ({link})."
        raise DataError(paths.shown(path), problem, "Haal alle bladzijden op, of kies minder regio's of jaren.")
    frame = pd.DataFrame(records, dtype=object).fillna("").astype(str)
    return [list(frame.columns), *frame.to_numpy().tolist()]


def _workbook(path: Path) -> Grid:
    rows = dict(workbooks.rows(path))
    return _table(pd.DataFrame(list(rows.values()), index=list(rows), dtype=str))
