"""Reader of BRON, the register of road accidents of Rijkswaterstaat: a zip file with a row for each accident.

The columns are those that public code reads from the open files, where many are empty. Only the columns that are used
must be present. ``GME_ID`` is taken as the CBS number of the municipality in the year of the accident, and checked
against ``GME_NAAM``.
"""

from __future__ import annotations

import csv
import re
import warnings
from array import array
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .. import paths
from ..definitions import catalogue
from ..definitions.catalogue import Table
from ..errors import DataError, DataWarning
from . import accident_counts, raw_files, region_texts
from .data_package import Resource
from .raw_files import AGAIN, Row
from .text_columns import Rejected, Texts, parse_rows
from .tidy import parse_count

if TYPE_CHECKING:
    from _csv import Reader

MEMBER = "ongevallen.txt"
REQUIRED = {"id": "VKL_NUMMER", "year": "JAAR_VKL", "outcome": "AP3_CODE", "code": "GME_ID", "name": "GME_NAAM"}
OPTIONAL = {"month": "MND_NUMMER", "dead": "ANTL_DOD", "victims": "ANTL_SLA"}
_BLOCK_ROWS = 10_000


def recognises(rows: list[list[str]], resource: Resource) -> bool:
    """Whether these are the members of a zip file with accidents.

    Parameters
    ----------
    rows : list of list of str
        One row with the names of the members.
    resource : Resource
        Entry of the file in the register.

    Returns
    -------
    bool

    Examples
    --------
    >>> recognises([["Ongevallengegevens/ongevallen.txt"]], Resource(name="bron", path="bron.zip"))
    True
    """
    return bool(rows) and bool(raw_files.members_named(rows[0], MEMBER))


def read(path: Path, resource: Resource) -> tuple[Table, pd.DataFrame]:
    """Read the accidents of one or more years.

    Parameters
    ----------
    path : Path
    resource : Resource
        Entry in the register; not used.

    Returns
    -------
    Table
        Always ``BRON``.
    DataFrame
        Figures as `accident_counts.count_accidents` returns them.

    Raises
    ------
    DataError
        When the zip file is damaged, or a row or code cannot be read.
    """
    parts = [_accidents(path, member) for member in raw_files.members_named(raw_files.members(path), MEMBER)]
    accidents = _drop_repeats(parts, path) if len(parts) > 1 else parts[0]
    return catalogue.tables()["BRON"], accident_counts.count_accidents(accidents.drop(columns="id"))


def _drop_repeats(parts: list[pd.DataFrame], path: Path) -> pd.DataFrame:
    """Drop repeats of accidents that are in more than one file within the zip file, with a warning."""
    accidents = pd.concat(parts, ignore_index=True)
    repeated = accidents.duplicated("id")
    if not repeated.any():
        return accidents
    contradicting = accidents["id"][repeated & ~accidents.duplicated()]
    if len(contradicting):
        problem = f"ongeval {contradicting.iloc[0]} staat in meer dan één {MEMBER}, met andere gegevens."
        raise DataError(paths.display_path(path), problem, "Laat van elk jaar één bestand in het zipbestand staan.")
    problem = f"ongevallen die in meer dan één {MEMBER} staan en één keer tellen: {repeated.sum()}."
    warnings.warn(DataWarning(problem), stacklevel=2)
    return accidents[~repeated]


def _accidents(path: Path, member: str) -> pd.DataFrame:
    """Read the accidents in one file within the zip file, a row for each."""
    where = path / member
    cells = _cells(path, member)
    if cells.empty:
        raise DataError(paths.display_path(where), "er staan geen ongevallen in.", AGAIN)
    double = cells[cells.duplicated("id")]
    if len(double):
        problem = f"ongeval {double['id'].iloc[0]} staat er twee keer in."
        raise DataError(
            paths.display_path(where), problem, AGAIN, line=int(double["line"].iloc[0]), column=REQUIRED["id"]
        )
    parsed = {
        "region": parse_rows(cells, "place", _municipality, where, REQUIRED["code"]),
        "year": parse_rows(cells, "year", accident_counts.parse_year, where, REQUIRED["year"]).astype(int),
        "month": parse_rows(cells, "month", _month, where, OPTIONAL["month"]).astype(int) if "month" in cells else 0,
        "outcome": parse_rows(cells, "outcome", _outcome, where, REQUIRED["outcome"]),
    }
    people = {name: _people(cells, name, where) for name in ("dead", "victims") if name in cells}
    return pd.DataFrame({"id": cells["id"], **parsed, "number": 1, **people})


def _cells(path: Path, member: str) -> pd.DataFrame:
    """Return the used fields of each row, its ``place`` (number and name of the municipality) and its ``line``."""
    where = path / member
    with raw_files.member_text(path, member) as lines:
        reader = csv.reader(lines)
        header = [name.strip().upper() for name in next(_rows(reader, where), (1, []))[1]]
        if lost := [name for name in REQUIRED.values() if name not in header]:
            raise DataError(paths.display_path(where), "deze kolom ontbreekt.", AGAIN, line=1, column=lost[0])
        columns_at = {ours: header.index(name) for ours, name in (REQUIRED | OPTIONAL).items() if name in header}
        code, name = columns_at.pop("code"), columns_at.pop("name")
        texts_by_name, numbers = {ours: Texts() for ours in (*columns_at, "place")}, array("q")
        for rows in _blocks(reader, where, len(header)):
            for ours, column in columns_at.items():
                texts_by_name[ours].add([fields[column].strip() for _, fields in rows])
            texts_by_name["place"].add([f"{fields[code].strip()}|{fields[name].strip()}" for _, fields in rows])
            numbers.extend([line for line, _ in rows])
    return pd.DataFrame({ours: texts.column for ours, texts in texts_by_name.items()} | {"line": np.array(numbers)})


def _blocks(reader: Reader, where: Path, width: int) -> Iterator[list[Row]]:
    """Yield rows with their line numbers, in blocks of `_BLOCK_ROWS`."""
    rows = _rows(reader, where)
    while block := list(islice(rows, _BLOCK_ROWS)):
        for line, fields in block:
            if len(fields) != width:
                problem = f"deze regel heeft {len(fields)} velden en de eerste regel {width}."
                raise DataError(paths.display_path(where), problem, AGAIN, line=line)
        yield block


def _rows(reader: Reader, where: Path) -> Iterator[Row]:
    """Yield the line number and the fields of each row with any field."""
    try:
        for fields in reader:
            if fields:
                yield reader.line_num, fields
    except csv.Error:
        problem = "deze regel is niet te lezen; misschien is een aanhalingsteken niet gesloten."
        raise DataError(paths.display_path(where), problem, AGAIN, line=reader.line_num) from None


def _municipality(text: str) -> str | None:
    """Return the code of the municipality, after checking it against the name; None when the place is unknown."""
    number, _, name = text.partition("|")
    number = number.upper().removeprefix("GM")
    if not number:
        return region_texts.region_or_none(name) if name else None
    if not re.fullmatch(r"[0-9]{1,4}", number):
        raise Rejected(f"'{number}' is geen nummer van een gemeente.", AGAIN)
    code = f"GM{int(number):04}"
    region_texts.check_name(code, name)
    return region_texts.region_or_none(code)


def _month(text: str) -> int:
    if not text:
        return 0
    if not re.fullmatch(r"0?[1-9]|1[0-2]", text):
        raise Rejected(f"'{text}' is geen maand.", AGAIN)
    return int(text)


def _outcome(text: str) -> str:
    if text not in accident_counts.OUTCOMES:
        raise Rejected(f"'{text}' is geen afloop; bekend zijn {', '.join(accident_counts.OUTCOMES)}.", AGAIN)
    return text


def _people(cells: pd.DataFrame, name: str, where: Path) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return parse_rows(cells, name, lambda text: parse_count(text, comma=False)[0], where, OPTIONAL[name]).astype(float)
