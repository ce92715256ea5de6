"""The municipality panel: figures of one indicator in every municipality, in the borders of today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..definitions import catalogue, regions
from ..definitions.catalogue import Indicator, Table
from . import observations
from .raw_sources import Source
from .selection import Extract, extracts
from .series import Panel


@lru_cache(maxsize=256)
def municipality_panel(indicator: str, subject: str, path: Path, written: int) -> Panel | None:
    """Return the figures of every municipality by year.

    They come from the table with the most municipalities, which may be another table than that of a series, with the
    same definitions. Where each year has its own borders, a year from before a herindeling is the sum of the
    predecessors, provided that each of them was included completely.

    Parameters
    ----------
    indicator : str
        Id from ``indicators.yml``.
    subject : str
        Subject of the table, see ``tables.yml``.
    path, written : Path, int
        See `observations.version`.

    Returns
    -------
    Panel or None
        ``None`` when no table has figures of municipalities.
    """
    tables, register = catalogue.tables(), observations.sources(path.parent)
    files = [file for file in extracts(indicator, "Y", path.parent) if tables[file.table].subject == subject]
    names = sorted({file.table for file in files})
    panels = [_table_panel(tables[name], catalogue.indicator(indicator), register, files) for name in names]
    return max((panel for panel in panels if len(panel)), key=len, default=None)


def _table_panel(table: Table, indicator: Indicator, register: Mapping[str, Source], every: list[Extract]) -> Panel:
    """Return one table as municipalities by years, with the files it comes from and their borders."""
    files = sorted((file for file in every if file.table == table.id), key=lambda file: file.vintage)
    codes, years = _codes(), _all_years(files)
    value, number = _filled(files, years)
    _keep_one_kind(value, number, np.array([register[file.source].synthetic for file in files], dtype=bool))
    if table.borders == "current":
        _keep_one_territory(value, number, [register[file.source] for file in files])
    else:
        until = {code: day for file in files for code, day in register[file.source].before.items()}
        sums = _sums(tuple(years.tolist()), tuple(sorted(until.items())))
        if not indicator.is_count:
            sums = tuple(replace(cell, whole=False) for cell in sums)
        value, number = _in_borders(value, number, sums, stock=indicator.unit == "persons")
    present = number >= 0
    rows, columns = np.flatnonzero(present.any(axis=1)), np.flatnonzero(present.any(axis=0))
    used = [(at, register[files[at].source]) for at in np.unique(number[present])]
    borders = {
        code: day_or_reason
        for at, source in used
        for code, day_or_reason in (source.before | source.unsure).items()
        if (number[codes.index(code)] == at).any()
    }
    return Panel(
        tuple(codes[row] for row in rows), tuple(years[columns].tolist()), value[np.ix_(rows, columns)],
        tuple(sorted((source for _, source in used), key=lambda source: source.name)), borders,
    )  # fmt: skip


def _keep_one_territory(value: NDArray[np.float64], number: NDArray[np.int64], sources: list[Source]) -> None:
    """Remove figures that may be about another territory than the newest figures of the same municipality."""
    apart = {code for source in sources for code in source.before | source.unsure}
    for row in (row for row, code in enumerate(_codes()) if code in apart):
        code, newest = _codes()[row], number[row].max()
        alike = [at for at, source in enumerate(sources) if _same_borders(source, sources[newest], code)]
        different = (number[row] >= 0) & ~np.isin(number[row], [*alike, newest])
        value[row, different], number[row, different] = np.nan, -1


def _keep_one_kind(value: NDArray[np.float64], number: NDArray[np.int64], made_up: NDArray[np.bool_]) -> None:
    """Remove made-up figures of municipalities that also have real ones: a series is one or the other."""
    present = number >= 0
    invented = present & np.isin(number, np.flatnonzero(made_up))
    mixed = invented & (present & ~invented).any(axis=1, keepdims=True)
    value[mixed], number[mixed] = np.nan, -1


def _same_borders(first: Source, second: Source, code: str) -> bool:
    """Tell whether two files are known to have figures of a municipality in the same borders."""
    same_day = first.vintage is not None and first.vintage == second.vintage
    certain = same_day or code not in first.unsure.keys() | second.unsure.keys()
    return certain and first.before.get(code) == second.before.get(code)


def _filled(files: list[Extract], years: NDArray[np.int32]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return values of all municipalities by year, and the number of the file of each value (-1 for none).

    Files are ordered from old to new: where they overlap, the newest counts.
    """
    row_of = {code: row for row, code in enumerate(_codes())}
    value = np.full((len(row_of), len(years)), np.nan)
    number = np.full(value.shape, -1)
    for at, file in enumerate(files):
        rows = file.numbered(row_of)
        listed = rows >= 0
        cells = rows[listed], file.figures.years[listed] - years[0]
        value[cells], number[cells] = file.figures.value[listed], at
    return value, number


def _in_borders(
    value: NDArray[np.float64], number: NDArray[np.int64], sums: Iterable[_Sum], stock: bool
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Replace years from before a herindeling by sums of predecessors, and remove the predecessors themselves.

    There is no sum where only a part of a predecessor was included.
    """
    borders, origin = value.copy(), number.copy()
    for cell in sums:
        own, parts = number[cell.row, cell.column], list(cell.parts)
        if cell.halfway and not stock and own >= 0:
            parts = [part for part in parts if number[part, cell.column] >= 0]  # see `selection._in_territory`
        borders[cell.row, cell.column] = value[parts, cell.column].sum() if cell.whole else np.nan
        origin[cell.row, cell.column] = number[parts, cell.column].min() if cell.whole else own
    for cell in sums:
        gone = [part for part in cell.parts if part != cell.row]
        borders[gone], origin[gone] = np.nan, -1
    return borders, origin


@dataclass(frozen=True)
class _Sum:
    """One cell of the panel that is a sum of other rows.

    ``whole`` is whether those rows make up all of it, ``halfway`` whether the herindeling was in this year, after 1
    January.
    """

    row: int
    column: int
    parts: tuple[int, ...]
    whole: bool
    halfway: bool


@lru_cache(maxsize=16)
def _sums(years: tuple[int, ...], borders: tuple[tuple[str, str], ...]) -> tuple[_Sum, ...]:
    """Return the cells of years from before a herindeling, given the borders that the figures have."""
    row_of = {code: row for row, code in enumerate(_codes())}
    until = {code: date.fromisoformat(day) for code, day in borders}
    cells = []
    for code, row in row_of.items():
        before = until.get(code, date.max)
        formed, latest = regions.first_year(code, before), regions.merger(code, before)
        for column, year in enumerate(years):
            if formed is not None and latest is not None and year < formed:
                made_of = regions.territory(code, year, before)
                halfway = latest.since.year == year and code in made_of.wholes
                parts = tuple(row_of[whole] for whole in made_of.wholes)
                cells.append(_Sum(row, column, parts, not made_of.parts, halfway))
    return tuple(cells)


def _all_years(files: list[Extract]) -> NDArray[np.int32]:
    years = np.concatenate([file.figures.years for file in files])
    return np.arange(years.min(), years.max() + 1, dtype=np.int32)


@cache
def _codes() -> list[str]:
    return sorted(regions.regions().municipalities)
