"""Figures of every municipality beside each other: what one of them is held against."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from . import catalogue, observations, regions
from .catalogue import Table
from .delivered import Delivered, delivered


@lru_cache(maxsize=256)
def everyone(indicator: str, subject: str, path: Path, written: int) -> pd.DataFrame:
    """Figures of every municipality: indexed by region, a column for each year.

    They come from the table with the most municipalities. That may be another table than ours, with the same
    definitions. Where each year stands in its own borders, years from before a herindeling are no figures of today's
    municipality.

    Parameters
    ----------
    subject : str
        What the table is about, see ``tables.yml``.
    path, written : Path, int
        See `observations.edition`.

    Returns
    -------
    DataFrame
        Its ``attrs`` hold the ``sources``.
    """
    known, register = catalogue.tables(), observations.sources(path.parent)
    files = [file for file in delivered(indicator, "Y", path.parent) if known[file.table].subject == subject]
    names = sorted({file.table for file in files})
    tables = [_table(known[name], [file for file in files if file.table == name]) for name in names]
    found, used = max(tables, key=lambda table: len(table[0]), default=(pd.DataFrame(), []))
    if found.empty:
        return pd.DataFrame()
    found.attrs["sources"] = tuple(register[name] for name in used)
    return found


def _table(table: Table, files: list[Delivered]) -> tuple[pd.DataFrame, list[str]]:
    """One table as municipalities by years, and the files that are in it."""
    files = sorted(files, key=lambda file: file.vintage)
    codes, years = _codes(), _all_years(files)
    value, number = _filled(files, years)
    if table.borders == "own_year":
        value[_formed()[:, None] > years] = np.nan
    there = number >= 0
    rows, columns = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    index = pd.Index([codes[row] for row in rows], name="region")
    wide = pd.DataFrame(value[np.ix_(rows, columns)], index, pd.Index(years[columns], name="year"))
    return wide, sorted(files[one].source for one in np.unique(number[there]))


def _filled(files: list[Delivered], years: NDArray[np.int32]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Values of all municipalities by year, and the number of the file each is from, -1 for none.

    Files stand from old to new: where they overlap, the newest counts.
    """
    row = {code: place for place, code in enumerate(_codes())}
    value = np.full((len(row), len(years)), np.nan)
    number = np.full(value.shape, -1)
    for place, file in enumerate(files):
        rows = file.numbered(row)
        known = rows >= 0
        cells = rows[known], file.figures.years[known] - years[0]
        value[cells], number[cells] = file.figures.value[known], place
    return value, number


def _all_years(files: list[Delivered]) -> NDArray[np.int32]:
    years = np.concatenate([file.figures.years for file in files])
    return np.arange(years.min(), years.max() + 1, dtype=np.int32)


@cache
def _codes() -> list[str]:
    return sorted(regions.regions().municipalities)


@cache
def _formed() -> NDArray[np.int64]:
    """The first year of each municipality in its present borders, 0 if always."""
    return np.array([regions.first_year(code) or 0 for code in _codes()])
