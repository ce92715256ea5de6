"""BRON, the register of road accidents of Rijkswaterstaat: a zip file with a row for each accident.

The columns are those that public code reads from the open files; many are empty there. Only the columns that are used
must be present. ``GME_ID`` is taken as the CBS number of the municipality in the year of the accident, and held against
``GME_NAAM``.
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
from .raw_files import AGAIN
from .text_columns import Rejected, Texts, each
from .tidy import count

if TYPE_CHECKING:
    from _csv import Reader

MEMBER = "ongevallen.txt"
NEEDED = {"id": "VKL_NUMMER", "year": "JAAR_VKL", "outcome": "AP3_CODE", "code": "GME_ID", "name": "GME_NAAM"}
_AT_ONCE = 10_000  # rows
PERHAPS = {"month": "MND_NUMMER", "dead": "ANTL_DOD", "victims": "ANTL_SLA"}


def recognises(rows: list[list[str]], resource: Resource) -> bool:
    """Whether these are the members of a zip file with accidents."""
    return bool(rows) and bool(raw_files.named(rows[0], MEMBER))


def read(path: Path, resource: Resource) -> tuple[Table, pd.DataFrame]:
    """Read the accidents of one or more years.

    Returns
    -------
    Table
        Always ``BRON``.
    DataFrame
        Figures as `ongevallen.figures` returns them.

    Raises
    ------
    DataError
        When the zip file is damaged, or a row or code cannot be read.
    """
    parts = [_accidents(path, member) for member in raw_files.named(raw_files.members(path), MEMBER)]
    accidents = _each_once(parts, path) if len(parts) > 1 else parts[0]
    return catalogue.tables()["BRON"], accident_counts.figures(accidents.drop(columns="id"))


def _each_once(parts: list[pd.DataFrame], path: Path) -> pd.DataFrame:
    """Count an accident once that stands in more than one file within the zip file, and say so."""
    accidents = pd.concat(parts, ignore_index=True)
    again = accidents.duplicated("id")
    if not again.any():
        return accidents
    contradicting = accidents["id"][again & ~accidents.duplicated()]
    if len(contradicting):
        problem = f"ongeval {contradicting.iloc[0]} staat in meer dan één {MEMBER}, met andere gegevens."
        raise DataError(paths.shown(path), problem, "Laat van elk jaar één bestand in het zipbestand staan.")
    problem = f"ongevallen die in meer dan één {MEMBER} staan en één keer tellen: {again.sum()}."
    warnings.warn(DataWarning(problem), stacklevel=2)
    return accidents[~again]


def _accidents(path: Path, member: str) -> pd.DataFrame:
    where = path / member
    cells = _cells(path, member)
    if cells.empty:
        raise DataError(paths.shown(where), "er staan geen ongevallen in.", AGAIN)
    double = cells[cells.duplicated("id")]
    if len(double):
        problem = f"ongeval {double['id'].iloc[0]} staat er twee keer in."
        raise DataError(paths.shown(where), problem, AGAIN, line=int(double["line"].iloc[0]), column=NEEDED["id"])
    parsed = {
        "region": each(cells, "place", _municipality, where, NEEDED["code"]),
        "year": each(cells, "year", accident_counts.year, where, NEEDED["year"]).astype(int),
        "month": each(cells, "month", _month, where, PERHAPS["month"]).astype(int) if "month" in cells else 0,
        "outcome": each(cells, "outcome", _outcome, where, NEEDED["outcome"]),
    }
    people = {name: _people(cells, name, where) for name in ("dead", "victims") if name in cells}
    return pd.DataFrame({"id": cells["id"], **parsed, "number": 1, **people})


def _cells(path: Path, member: str) -> pd.DataFrame:
    """The used fields of each row, its ``place`` (number and name of the municipality) and its ``line``."""
    where = path / member
    with raw_files.member_text(path, member) as lines:
        reader = csv.reader(lines)
        header = [name.strip().upper() for name in next(_rows(reader, where), (1, []))[1]]
        if lost := [name for name in NEEDED.values() if name not in header]:
            raise DataError(paths.shown(where), "deze kolom ontbreekt.", AGAIN, line=1, column=lost[0])
        wanted = {ours: header.index(name) for ours, name in (NEEDED | PERHAPS).items() if name in header}
        code, name = wanted.pop("code"), wanted.pop("name")
        columns, numbers = {ours: Texts() for ours in (*wanted, "place")}, array("q")
        for rows in _blocks(reader, where, len(header)):
            for ours, place in wanted.items():
                columns[ours].add([fields[place].strip() for _, fields in rows])
            columns["place"].add([f"{fields[code].strip()}|{fields[name].strip()}" for _, fields in rows])
            numbers.extend([line for line, _ in rows])
    return pd.DataFrame({ours: texts.column for ours, texts in columns.items()} | {"line": np.array(numbers)})


def _blocks(reader: Reader, where: Path, width: int) -> Iterator[list[tuple[int, list[str]]]]:
    """Rows with their lines, some thousands at a time."""
    rows = _rows(reader, where)
    while block := list(islice(rows, _AT_ONCE)):
        for line, fields in block:
            if len(fields) != width:
                problem = f"deze regel heeft {len(fields)} velden en de eerste regel {width}."
                raise DataError(paths.shown(where), problem, AGAIN, line=line)
        yield block


def _rows(reader: Reader, where: Path) -> Iterator[tuple[int, list[str]]]:
    """The line and the fields of each row that has any."""
    try:
        for fields in reader:
            if fields:
                yield reader.line_num, fields
    except csv.Error:
        problem = "deze regel is niet te lezen; misschien is een aanhalingsteken niet gesloten."
        raise DataError(paths.shown(where), problem, AGAIN, line=reader.line_num) from None


def _municipality(text: str) -> str | None:
    """The code, if the name beside it does not say otherwise; nothing for an accident of which the place is unknown."""
    number, _, name = text.partition("|")
    number = number.upper().removeprefix("GM")
    if not number:
        return region_texts.region_or_none(name) if name else None
    if not re.fullmatch(r"[0-9]{1,4}", number):
        raise Rejected(f"'{number}' is geen nummer van een gemeente.", AGAIN)
    code = f"GM{int(number):04}"
    region_texts.same(code, name)
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
    return each(cells, name, lambda text: count(text, comma=False)[0], where, PERHAPS[name]).astype(float)
