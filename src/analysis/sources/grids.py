"""Files as grids of text: CSV, OData JSON and workbooks all end as a header and rows with their line numbers.

Nothing is interpreted here. Text stays text, so that a code never becomes a number and an empty cell never a zero.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from pathlib import Path

import pandas as pd

from .. import paths
from ..errors import DataError
from . import archive, files, geojson, odata, workbook

SUFFIXES = (".csv", ".txt", ".json", ".xlsx", ".zip", ".geojson")
PEEK = 200  # rows, more than any header takes
_CUT_OFF = "Is het bestand helemaal gedownload? Haal het opnieuw op, of herstel deze regel."
_FIRST_RECORD = re.compile(r'(?:\A\s*|"value"\s*:\s*)\[\s*(?=\{)')  # a list of rows is what cbsodata writes


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


def peek(path: Path) -> list[list[str]]:
    """What a reader recognises a file by, as rows of text.

    Of a table the first rows, from its first 64 kB; of OData and GeoJSON the names and values of the first record; of
    any other zip file the names of what is in it.
    """
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        return [cells for _, cells in workbook.peek(path)[:PEEK]]
    if suffix == ".zip":
        names = archive.members(path)
        return odata.peek(path) if odata.holds(names) else [names]
    if suffix in (".json", ".geojson"):
        first = geojson.first(path) if suffix == ".geojson" else _first_record(path, files.sample(path))
        return [list(first), [str(value) for value in first.values()]]
    start = files.sample(path)
    rows = csv.reader(StringIO(start), delimiter=files.separator(start))
    return [cells for cells in islice(rows, PEEK) if any(cells)]


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
    raise DataError(paths.shown(path), "dit OData-bestand is afgekapt of bevat geen rijen.", files.AGAIN)


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
        yield from workbook.rows(path)
        return
    content, line = files.text(path), 0
    reader = csv.reader(StringIO(content), delimiter=files.separator(content), strict=True)
    try:
        for fields in reader:
            if reader.line_num > line + 1:
                raise csv.Error
            line = reader.line_num
            yield line, fields
    except csv.Error:
        problem = "een aanhalingsteken is op deze regel niet gesloten."
        raise DataError(paths.shown(path), problem, _CUT_OFF, line=line + 1) from None


def _csv(path: Path, closed: bool) -> Grid:
    content = files.text(path)
    width = _check(path, closed)
    frame = pd.read_csv(
        StringIO(content),
        sep=files.separator(content),
        names=range(width),
        dtype=str,
        keep_default_na=False,
        skip_blank_lines=False,
        lineterminator="\n",
    )
    return _filled(frame.set_axis(range(1, len(frame) + 1)))


def _check(path: Path, closed: bool) -> int:
    """The number of fields, the same on every line; pandas would silently fill up a line that was cut off."""
    width, line = 0, 0
    for line, fields in records(path):
        width = width or len(fields)
        if fields and len(fields) != width:
            problem = f"deze regel heeft {len(fields)} velden en de eerste regel {width}."
            raise DataError(paths.shown(path), problem, _CUT_OFF, line=line)
    if closed and not files.is_closed(path):
        raise DataError(paths.shown(path), "het bestand houdt midden in deze regel op.", _CUT_OFF, line=line)
    return width


def _filled(frame: pd.DataFrame) -> Grid:
    """Rows without any text, as spreadsheets leave behind, are no rows."""
    return Grid(frame[(frame != "").any(axis=1)])


def _records(rows: list[list[str]]) -> Grid:
    """What has no lines."""
    return Grid(pd.DataFrame(rows, index=[0] * len(rows), dtype=str))


def _odata(path: Path) -> list[list[str]]:
    try:
        content = json.loads(files.text(path), parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        problem = "dit JSON-bestand is afgekapt of beschadigd."
        raise DataError(paths.shown(path), problem, files.AGAIN, line=error.lineno) from None
    if isinstance(content, list):
        content = {"value": content}
    if not isinstance(content, dict) or not isinstance(content.get("value"), list):
        raise DataError(paths.shown(path), "dit is geen OData: de lijst 'value' ontbreekt.", files.AGAIN)
    if "odata.nextLink" in content:
        raise DataError(
            paths.shown(path),
            "dit is niet de hele tabel: er hoort nog een volgende bladzijde bij (odata.nextLink).",
            "Haal alle bladzijden op, of kies minder regio's of jaren.",
        )
    frame = pd.DataFrame(content["value"], dtype=object).fillna("").astype(str)
    return [list(frame.columns), *frame.to_numpy().tolist()]


def _workbook(path: Path) -> Grid:
    rows = dict(workbook.rows(path))
    return Grid(pd.DataFrame(list(rows.values()), index=list(rows), dtype=str))
