"""Selection of one series out of several tables and raw files.

A chapter asks for about a hundred series of some twenty figures. For tables this small, pandas takes longer to handle
them than to make them, so figures stay plain arrays until a series is selected.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cache, cached_property, lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..definitions import catalogue, regions
from ..definitions.catalogue import Indicator, Table
from ..definitions.regions import Territory
from . import observations
from .raw_sources import Source
from .series import BACK_CAST, OTHER_BORDERS, OWN, SUMMED, SUMMED_IN_PART

UNDATED = pd.Timestamp(0)  # earlier than any export, so that a file with a date counts as newer


@dataclass(frozen=True, eq=False)
class FigureColumns:
    """Figures as arrays of one length: the first day of each period, and the columns of ``Series.data``."""

    period: NDArray[np.datetime64]
    value: NDArray[np.float64]
    status: NDArray[Any]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    origin: NDArray[Any]

    def __len__(self) -> int:
        return len(self.period)

    def __getitem__(self, rows: slice | NDArray[Any]) -> FigureColumns:
        return FigureColumns(*(column[rows] for column in self.columns))

    @property
    def columns(self) -> tuple[NDArray[Any], ...]:
        """All arrays, in the order of the fields."""
        return self.period, self.value, self.status, self.lower, self.upper, self.origin

    @cached_property
    def years(self) -> NDArray[np.int64]:
        """The calendar year of each period."""
        return self.period.astype("datetime64[Y]").astype(np.int64) + 1970

    def between(self, first: int, last: int) -> FigureColumns:
        """Return the figures from the first year through the last."""
        return self[(self.years >= first) & (self.years <= last)]

    def table(self) -> pd.DataFrame:
        """Return the figures as a series has them: one row per period."""
        period, *others = (field.name for field in fields(self))
        index = pd.DatetimeIndex(self.period, name=period)
        # As objects: making pandas' own text type costs more than it saves for so few rows.
        columns = {name: getattr(self, name) for name in others}
        texts = {name: pd.array(column, dtype=object) for name, column in columns.items() if column.dtype == object}
        return pd.DataFrame(columns | texts, index=index)


def joined(parts: Iterable[FigureColumns]) -> FigureColumns:
    """Concatenate figures.

    Parameters
    ----------
    parts : iterable of FigureColumns
        May be empty.

    Returns
    -------
    FigureColumns
        In the order of the parts, not sorted by period.
    """
    nothing = FigureColumns(
        np.array([], "datetime64[s]"), *(np.array([], kind) for kind in (float, object, float, float, object))
    )
    filled = list(parts) or [nothing]
    return FigureColumns(*map(np.concatenate, zip(*(part.columns for part in filled), strict=True)))


@dataclass(frozen=True, eq=False)
class Extract:
    """The rows of one raw file about one indicator at one frequency.

    Parameters
    ----------
    source, table : str
        Name of the raw file, and the table that it is an export of.
    vintage : pandas.Timestamp
        Date of the export; `UNDATED` where it was not recorded.
    figures : FigureColumns
        Ordered by region, then period; the origin of all of them is ``own``.
    slices : dict of str to slice
        By region, the positions of its figures.
    """

    source: str
    table: str
    vintage: pd.Timestamp
    figures: FigureColumns
    slices: dict[str, slice]

    def of(self, region: str) -> FigureColumns:
        """Return the figures of a region by period; empty when it has none."""
        return self.figures[self.slices.get(region, slice(0, 0))]

    def numbered(self, regions: Mapping[str, int]) -> NDArray[np.int64]:
        """Return for each figure the number of its region.

        Parameters
        ----------
        regions : mapping of str to int
            Numbers of regions.

        Returns
        -------
        ndarray of int
            As long as ``figures``; -1 for a region without a number.
        """
        numbers = [regions.get(region, -1) for region in self.slices]
        return np.repeat(numbers, [rows.stop - rows.start for rows in self.slices.values()])


def extracts(indicator: str, frequency: str, folder: Path | None = None) -> tuple[Extract, ...]:
    """Return what every raw file says of an indicator, ordered by the name of the file.

    Parameters
    ----------
    indicator : str
        Id from ``indicators.yml``.
    frequency : str
        ``Y``, ``H``, ``Q``, ``M`` or ``D``.
    folder : Path, optional
        Processed data; by default those of this process.

    Returns
    -------
    tuple of Extract

    Raises
    ------
    DataError
        When there are no processed data.
    """
    return _extracts(indicator, frequency, *observations.version(folder))


@lru_cache(maxsize=512)
def _extracts(indicator: str, frequency: str, path: Path, written: int) -> tuple[Extract, ...]:
    register, rows = observations.sources(path.parent), observations.rows(indicator, frequency, path.parent)
    source, region = rows["source"].array, rows["region"].array
    rows = rows.iloc[np.lexsort((rows["period"].to_numpy(), region.codes, source.codes))]
    runs = _runs(rows["source"].array)
    return tuple(_extract(name, register[name].table, rows.iloc[positions]) for name, positions in runs)


def _extract(source: str, table: str, rows: pd.DataFrame) -> Extract:
    """Return the rows of one file, which must be ordered by region, then period."""
    period, value, lower, upper = (rows[name].to_numpy() for name in ("period", "value", "lower", "upper"))
    own = np.broadcast_to(np.array(OWN, object), len(rows))
    figures = FigureColumns(period, value, rows["status"].to_numpy(object), lower, upper, own)
    region, newest = rows["region"].array, rows["vintage"].max()
    slices = dict(_runs(region))
    return Extract(source, table, UNDATED if pd.isna(newest) else newest, figures, slices)


def _runs(column: pd.Categorical) -> Iterator[tuple[str, slice]]:
    """Yield each category of an ordered column with its positions."""
    starts = [0, *(np.flatnonzero(np.diff(column.codes)) + 1).tolist()] if len(column) else []
    names = list(column[starts])  # not the categories: those are all regions of the country
    return zip(names, map(slice, starts, [*starts[1:], len(column)]), strict=True)


@dataclass(frozen=True)
class SelectedSeries:
    """The figures that were selected for a series, with the files they come from.

    Parameters
    ----------
    data : DataFrame
        As `Series.data`.
    used, aside : tuple of Source
        The files they come from, and other files of the same table that differ.
    before : date
        The figures have the borders of just before this date.
    unsure : str or None
        Why those borders cannot be determined.
    lacking : dict of int to tuple of str
        By year, the predecessors that have no figure in these files, so that there is no sum.
    """

    data: pd.DataFrame
    used: tuple[Source, ...]
    aside: tuple[Source, ...]
    before: date
    unsure: str | None
    lacking: dict[int, tuple[str, ...]]


def select_series(
    definition: Indicator,
    region: str,
    first: int | None,
    last: int | None,
    frequency: str,
    folder: Path | None,
    before: date | None = None,
) -> SelectedSeries | None:
    """Select the figures of a region from the first subject that has them, and from its table that covers most periods.

    A series is real or made up, never both: of one subject, real figures go before made-up ones.

    Parameters
    ----------
    definition : Indicator
        Its sources give the subjects, in order of preference.
    region : str
        CBS code.
    first, last : int or None
        Limits of the years; ``None`` for no limit.
    frequency : str
        ``Y``, ``H``, ``Q``, ``M`` or ``D``.
    folder : Path or None
        Processed data; by default those of this process.
    before : date, optional
        Figures in the borders of their own year are converted to the borders of the region just before this date; by
        default the date that the files themselves give.

    Returns
    -------
    SelectedSeries or None
        ``None`` when no file has figures.
    """
    register, definitions = observations.sources(folder), catalogue.tables()
    files = extracts(definition.id, frequency, folder)
    tables = [definitions[name] for name in sorted({file.table for file in files} & definitions.keys())]
    absent: dict[int, tuple[str, ...]] = {}
    for indicator_source in definition.sources:
        per_table = [
            _of_region(definition, table, files, region, first, last, register, before)
            for table in tables
            if table.subject == indicator_source.subject
        ]
        absent |= {
            year: codes for per_file in per_table for part in per_file.values() for year, codes in part.lacking.items()
        }
        unsure = frozenset(name for name, source in register.items() if region in source.unsure)
        made_up = frozenset(name for name, source in register.items() if source.synthetic)
        candidates = [candidate for per_file in per_table if (candidate := _candidate(per_file, unsure, made_up))]
        if candidates:
            best = max(candidates, key=lambda candidate: (candidate.used[0].source not in made_up, candidate.length))
            used = [register[file.source] for file in best.used]
            reasons = [source.unsure[region] for source in used if region in source.unsure]
            lacking = {year: codes for part in best.parts for year, codes in part.lacking.items()}
            return SelectedSeries(
                best.figures.table(), tuple(used), tuple(register[file.source] for file in best.aside),
                best.parts[0].before, next(iter(reasons), None), lacking,
            )  # fmt: skip
    return SelectedSeries(joined([]).table(), (), (), date.max, None, absent) if absent else None


@dataclass(frozen=True)
class _RegionFigures:
    """What one file says of a region: figures, their borders, and by year the predecessors without a figure."""

    figures: FigureColumns
    before: date = date.max
    lacking: dict[int, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Candidate:
    """The series that one table offers, with the files that it comes from and those set aside."""

    figures: FigureColumns
    used: list[Extract]
    aside: list[Extract]
    parts: list[_RegionFigures]

    @property
    def length(self) -> int:
        """Number of periods it covers."""
        return len(self.figures)


def _of_region(
    definition: Indicator,
    table: Table,
    files: Iterable[Extract],
    region: str,
    first: int | None,
    last: int | None,
    register: Mapping[str, Source],
    before: date | None,
) -> dict[Extract, _RegionFigures]:
    """Return what each file of one table says of a region in the years asked for, without the files that say nothing.

    Percentages and indices of predecessors cannot be added, and of a province not all parts are known: for these only
    the region's own figures count.
    """
    borders, summable = table.borders, definition.is_count and regions.is_municipality(region)
    sums = region == regions.NEDERLAND and definition.unit == "persons"
    per_file = {}
    for file in files:
        if file.table == table.id:
            summed = sums and borders != "current" and not file.of(region)
            stated = date.fromisoformat(register[file.source].before.get(region, date.max.isoformat()))
            until = stated if before is None or borders == "current" else before
            stock = definition.unit == "persons"
            if summed:
                part = _RegionFigures(_whole_country(file))
            elif borders == "current" or not summable:
                part = _under_own_code(file, BACK_CAST if borders == "current" else OTHER_BORDERS, region, until)
            else:
                part = _in_territory(file, region, until, stock)
            if first is not None or last is not None:
                part = replace(part, figures=part.figures.between(first or 0, last or 9999))
            if part.figures or part.lacking:
                per_file[file] = part
    return per_file


def _candidate(
    per_file: dict[Extract, _RegionFigures], unsure: frozenset[str], made_up: frozenset[str]
) -> _Candidate | None:
    """Combine the files of one table: the file that covers most of the years, completed by files that agree with it.

    Exports of a table differ a little because the publisher revises figures. A file that contradicts the first one is
    set aside completely, so that a series never jumps because half of it comes from another release. The same holds for
    a file whose borders differ or cannot be determined (``unsure``); files of one day have the same borders. Real
    figures go before made-up ones (``made_up``), and the two are never combined, even where they are equal.
    """
    per_file = {file: part for file, part in per_file.items() if part.figures}
    if not per_file:
        return None

    def rank(file: Extract) -> tuple[bool, bool, int, float, str]:
        length, age = len(per_file[file].figures), -file.vintage.timestamp()
        return file.source in made_up, file.source in unsure, -length, age, file.source

    def borders(file: Extract) -> tuple[object, ...]:
        day = file.source if file.vintage == UNDATED else file.vintage
        return per_file[file].before, day if file.source in unsure else None, file.source in made_up

    order = sorted(per_file, key=rank)
    figures, used, aside = per_file[order[0]].figures, [order[0]], []
    for file in order[1:]:
        more = per_file[file].figures
        _, shared, shared_more = np.intersect1d(figures.period, more.period, assume_unique=True, return_indices=True)
        same = np.array_equal(figures.value[shared], more.value[shared_more], equal_nan=True)
        if same and borders(file) == borders(order[0]):
            both = joined([figures, more[~np.isin(more.period, figures.period)]])
            figures = both[np.argsort(both.period)]
            used.append(file)
        else:
            aside.append(file)
    return _Candidate(figures, used, aside, [per_file[file] for file in used])


def _under_own_code(file: Extract, origin: str, region: str, before: date) -> _RegionFigures:
    """Return the figures under the region's own code; ``origin`` is of those from before it was formed."""
    own, formed = file.of(region), regions.first_year(region, before)
    if formed is None:
        return _RegionFigures(own, before)
    return _RegionFigures(replace(own, origin=np.where(own.years < formed, origin, OWN).astype(object)), before)


def _in_territory(file: Extract, region: str, before: date, stock: bool) -> _RegionFigures:
    """Return one file's figures for a region in its borders of just before a date, with their origin.

    Population is a stock: the inhabitants of a predecessor that was included during a year count for that year.
    Registrations are not: from the day of the herindeling they may be under the new municipality.
    """
    own, formed = file.of(region), regions.first_year(region, before)
    if formed is None:
        return _RegionFigures(own, before)
    sums: list[FigureColumns] = []
    lacking: dict[int, tuple[str, ...]] = {}
    latest = regions.merger(region, before)
    halfway = latest.since.year if latest and latest.since.year < formed and region in latest.wholes else None
    for first, last, made_of in _made_of(region, int(file.figures.years.min()), formed, before):
        parts = {whole: file.of(whole).between(first, last) for whole in made_of.wholes}
        lacking |= _lacking(parts)
        needed = {year: len(parts) for year in range(first, last + 1)}
        if halfway in needed and not stock and halfway in parts[region].years:
            parts = {whole: _until(part, halfway, parts[region]) for whole, part in parts.items()}
            lacking.pop(halfway, None)
            needed[halfway] = 0
        summed = _sum(list(parts.values()), SUMMED_IN_PART if made_of.parts else SUMMED, needed)
        sums.append(summed if stock or halfway is None else _mark_own(summed, parts, region, halfway))
    return _RegionFigures(joined([*sums, own.between(formed, 9999)]), before, lacking)


def _until(part: FigureColumns, year: int, own: FigureColumns) -> FigureColumns:
    """Return the figures of a part without those of a year for periods in which the region itself has none."""
    return part[(part.years != year) | np.isin(part.period, own.period)]


def _mark_own(summed: FigureColumns, parts: Mapping[str, FigureColumns], region: str, year: int) -> FigureColumns:
    """Mark sums as the region's own in the year of a herindeling where no other part has a figure."""
    others = np.concatenate([part.period for code, part in parts.items() if code != region])
    own = (summed.years == year) & ~np.isin(summed.period, others)
    return replace(summed, origin=np.where(own, OWN, summed.origin).astype(object))


def _lacking(parts: Mapping[str, FigureColumns]) -> dict[int, tuple[str, ...]]:
    """Return by year the parts without a figure, for years in which another part has one."""
    years = {code: set(figures.years.tolist()) for code, figures in parts.items()}
    every_year = sorted(set().union(*years.values()))
    lacking = {year: tuple(code for code, covered in years.items() if year not in covered) for year in every_year}
    return {year: codes for year, codes in lacking.items() if codes}


@cache
def _made_of(region: str, since: int, formed: int, before: date) -> tuple[tuple[int, int, Territory], ...]:
    """Return runs of years with the same borders before a region was formed: first year, last year, and territory."""
    runs = groupby(range(since, formed), key=lambda year: regions.territory(region, year, before))
    years = ((made_of, tuple(run)) for made_of, run in runs)
    return tuple((run[0], run[-1], made_of) for made_of, run in years)


def _whole_country(file: Extract) -> FigureColumns:
    """Return the sum of all municipalities that existed in each year."""
    parts = [file.of(code) for code in regions.regions().municipalities]
    return _sum(parts, SUMMED, regions.regions().counts)


def _sum(parts: list[FigureColumns], origin: str, needed: dict[int, int]) -> FigureColumns:
    """Add figures over regions, for the periods in which none of them is absent.

    Parameters
    ----------
    needed : dict
        By year, how many regions there must be; 0 when any number is enough.
    """
    rows = joined(parts)
    period, at = np.unique(rows.period, return_inverse=True)
    value = np.bincount(at, rows.value, len(period)).astype(float)  # a missing value makes the sum missing
    hidden, open_ = (np.bincount(at, rows.status == mark, len(period)) > 0 for mark in ("suppressed", "provisional"))
    none = np.isnan(value)
    status = np.select([none & hidden, none, open_], ["suppressed", "missing", "provisional"], "final").astype(object)
    unknown = np.full(len(period), np.nan)
    summed = FigureColumns(period, value, status, unknown, unknown, np.full(len(period), origin, object))
    wanted = np.array([needed.get(year, -1) for year in summed.years.tolist()], dtype=int)
    return summed[(np.bincount(at, minlength=len(period)) == wanted) | (wanted == 0)]
