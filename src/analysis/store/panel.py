"""Figures of every municipality beside each other: what one of them is held against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..definitions import catalogue, regions
from ..definitions.catalogue import Indicator, Table
from . import observations
from .raw_sources import Source
from .selection import Extract, extracts


@lru_cache(maxsize=256)
def municipality_panel(indicator: str, subject: str, path: Path, written: int) -> pd.DataFrame:
    """Figures of every municipality: indexed by region, a column for each year.

    They come from the table with the most municipalities. That may be another table than ours, with the same
    definitions. Where each year stands in its own borders, a year from before a herindeling is the sum of the
    predecessors, where all of them are there as a whole.

    Parameters
    ----------
    subject : str
        What the table is about, see ``tables.yml``.
    path, written : Path, int
        See `observations.edition`.

    Returns
    -------
    DataFrame
        Its ``attrs`` hold the ``sources``, and as ``borders`` what is known of municipalities whose figures stand in
        other borders than those of today: see `Source`.
    """
    known, register = catalogue.tables(), observations.sources(path.parent)
    files = [file for file in extracts(indicator, "Y", path.parent) if known[file.table].subject == subject]
    names = sorted({file.table for file in files})
    tables = [_table(known[name], catalogue.indicator(indicator), register, files) for name in names]
    found = max(tables, key=len, default=pd.DataFrame())
    return pd.DataFrame() if found.empty else found


def _table(table: Table, indicator: Indicator, register: Mapping[str, Source], every: list[Extract]) -> pd.DataFrame:
    """One table as municipalities by years, with the files that are in it and the borders they stand in."""
    files = sorted((file for file in every if file.table == table.id), key=lambda file: file.vintage)
    codes, years = _codes(), _all_years(files)
    value, number = _filled(files, years)
    if table.borders == "current":
        _keep_one_territory(value, number, [register[file.source] for file in files])
    else:
        borders = {code: day for file in files for code, day in register[file.source].before.items()}
        sums = _sums(tuple(years.tolist()), tuple(sorted(borders.items())))
        if not indicator.is_count:
            sums = tuple(replace(one, whole=False) for one in sums)
        value, number = _in_borders(value, number, sums, stock=indicator.unit == "persons")
    there = number >= 0
    rows, columns = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    index = pd.Index([codes[row] for row in rows], name="region")
    wide = pd.DataFrame(value[np.ix_(rows, columns)], index, pd.Index(years[columns], name="year"))
    used = [(one, register[files[one].source]) for one in np.unique(number[there])]
    wide.attrs["sources"] = tuple(sorted((source for _, source in used), key=lambda source: source.name))
    wide.attrs["borders"] = {
        code: told
        for one, source in used
        for code, told in (source.before | source.unsure).items()
        if (number[codes.index(code)] == one).any()
    }
    return wide


def _keep_one_territory(value: NDArray[np.float64], number: NDArray[np.int64], sources: list[Source]) -> None:
    """Take away what may be about another territory than the newest figures of the same municipality."""
    apart = {code for source in sources for code in source.before | source.unsure}
    for row in (place for place, code in enumerate(_codes()) if code in apart):
        code, newest = _codes()[row], number[row].max()
        alike = [place for place, source in enumerate(sources) if _alike(source, sources[newest], code)]
        other = (number[row] >= 0) & ~np.isin(number[row], [*alike, newest])
        value[row, other], number[row, other] = np.nan, -1


def _alike(one: Source, other: Source, code: str) -> bool:
    """Whether two files are known to give a municipality in the same borders."""
    same_day = one.vintage is not None and one.vintage == other.vintage
    known = same_day or code not in one.unsure.keys() | other.unsure.keys()
    return known and one.before.get(code) == other.before.get(code)


def _filled(files: list[Extract], years: NDArray[np.int32]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
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


def _in_borders(
    value: NDArray[np.float64], number: NDArray[np.int64], sums: Iterable[_Sum], stock: bool
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Years from before a herindeling as sums of predecessors, which then stand apart no more.

    Of whom only a part went over is no sum.
    """
    borders, origin = value.copy(), number.copy()
    for one in sums:
        here, parts = number[one.place, one.column], list(one.parts)
        if one.halfway and not stock and here >= 0:
            parts = [part for part in parts if number[part, one.column] >= 0]  # see `choosing`
        borders[one.place, one.column] = value[parts, one.column].sum() if one.whole else np.nan
        origin[one.place, one.column] = number[parts, one.column].min() if one.whole else here
    for one in sums:
        gone = [part for part in one.parts if part != one.place]
        borders[gone], origin[gone] = np.nan, -1
    return borders, origin


@dataclass(frozen=True)
class _Sum:
    """One cell of the table that is made of others: of which rows, whether they are all of it, and how it came about.

    ``halfway`` is whether the herindeling was in this year, after 1 January.
    """

    place: int
    column: int
    parts: tuple[int, ...]
    whole: bool
    halfway: bool


@lru_cache(maxsize=16)
def _sums(years: tuple[int, ...], borders: tuple[tuple[str, str], ...]) -> tuple[_Sum, ...]:
    """The cells of years from before a herindeling that these figures know of."""
    row = {code: place for place, code in enumerate(_codes())}
    until = {code: date.fromisoformat(day) for code, day in borders}
    found = []
    for code, place in row.items():
        before = until.get(code, date.max)
        formed, latest = regions.first_year(code, before), regions.merger(code, before)
        for column, year in enumerate(years):
            if formed is not None and latest is not None and year < formed:
                made_of = regions.territory(code, year, before)
                halfway = latest.since.year == year and code in made_of.wholes
                parts = tuple(row[whole] for whole in made_of.wholes)
                found.append(_Sum(place, column, parts, not made_of.parts, halfway))
    return tuple(found)


def _all_years(files: list[Extract]) -> NDArray[np.int32]:
    years = np.concatenate([file.figures.years for file in files])
    return np.arange(years.min(), years.max() + 1, dtype=np.int32)


@cache
def _codes() -> list[str]:
    return sorted(regions.regions().municipalities)
