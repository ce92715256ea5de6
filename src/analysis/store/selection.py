"""What each raw file says of one indicator, laid out so that a region is found at once.

A chapter asks for a hundred series of twenty figures. Pandas takes longer to handle so small a table than to make it,
so figures stay plain arrays until the series is chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cache, cached_property, lru_cache
from itertools import groupby, pairwise
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

UNDATED = pd.Timestamp(0)  # before any export, so that an edition with a date counts as newer


@dataclass(frozen=True, eq=False)
class FigureColumns:
    """Figures with the first day of their periods; the columns of ``Series.data`` as arrays of one length."""

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
        """All arrays, in the order in which they stand above."""
        return self.period, self.value, self.status, self.lower, self.upper, self.origin

    @cached_property
    def years(self) -> NDArray[np.int64]:
        """The year that each period lies in."""
        return self.period.astype("datetime64[Y]").astype(np.int64) + 1970

    def between(self, first: int, last: int) -> FigureColumns:
        """Those of some years."""
        return self[(self.years >= first) & (self.years <= last)]

    def table(self) -> pd.DataFrame:
        """As they stand in a series: a row for each, by period."""
        period, *others = (field.name for field in fields(self))
        index = pd.DatetimeIndex(self.period, name=period)
        # As objects: texts of pandas' own kind cost more to make than these few rows will ever save.
        columns = {name: getattr(self, name) for name in others}
        texts = {name: pd.array(column, dtype=object) for name, column in columns.items() if column.dtype == object}
        return pd.DataFrame(columns | texts, index=index)


def joined(parts: Iterable[FigureColumns]) -> FigureColumns:
    """Figures under each other."""
    nothing = FigureColumns(
        np.array([], "datetime64[s]"), *(np.array([], kind) for kind in (float, object, float, float, object))
    )
    found = list(parts) or [nothing]
    return FigureColumns(*map(np.concatenate, zip(*(part.columns for part in found), strict=True)))


@dataclass(frozen=True, eq=False)
class Extract:
    """The rows of one raw file about one indicator at one frequency.

    Parameters
    ----------
    vintage : pandas.Timestamp
        Date of the export; the earliest there is where nobody wrote it down.
    figures : Figures
        Ordered by region, then period; all of them the region's ``own``.
    places : dict
        Where the figures of each region stand.
    """

    source: str
    table: str
    vintage: pd.Timestamp
    figures: FigureColumns
    places: dict[str, slice]

    def of(self, region: str) -> FigureColumns:
        """The figures of a region, by period; none when it has none."""
        return self.figures[self.places.get(region, slice(0, 0))]

    def numbered(self, regions: Mapping[str, int]) -> NDArray[np.int64]:
        """The number of the region that each of the figures is about; -1 for a region without number."""
        numbers = [regions.get(region, -1) for region in self.places]
        return np.repeat(numbers, [place.stop - place.start for place in self.places.values()])


def extracts(indicator: str, frequency: str, folder: Path | None = None) -> tuple[Extract, ...]:
    """What every raw file says of an indicator, by the name of the file.

    Raises
    ------
    DataError
        When there are no processed data.
    """
    return _extracts(indicator, frequency, *observations.edition(folder))


@lru_cache(maxsize=512)
def _extracts(indicator: str, frequency: str, path: Path, written: int) -> tuple[Extract, ...]:
    register, rows = observations.sources(path.parent), observations.rows(indicator, frequency, path.parent)
    source, region = rows["source"].array, rows["region"].array
    rows = rows.iloc[np.lexsort((rows["period"].to_numpy(), region.codes, source.codes))]
    runs = _runs(rows["source"].array.codes, list(source.categories))
    return tuple(_file(name, register[name].table, rows.iloc[place]) for name, place in runs)


def _file(source: str, table: str, rows: pd.DataFrame) -> Extract:
    """The rows of one file, ordered by region, then period."""
    period, value, lower, upper = (rows[name].to_numpy() for name in ("period", "value", "lower", "upper"))
    own = np.broadcast_to(np.array(OWN, object), len(rows))
    figures = FigureColumns(period, value, rows["status"].to_numpy(object), lower, upper, own)
    region, newest = rows["region"].array, rows["vintage"].max()
    places = dict(_runs(region.codes, list(region.categories)))
    return Extract(source, table, UNDATED if pd.isna(newest) else newest, figures, places)


def _runs(numbers: NDArray[np.integer[Any]], names: list[str]) -> Iterator[tuple[str, slice]]:
    """Each name with where its number stands in an ordered column."""
    starts = [0, *(np.flatnonzero(np.diff(numbers)) + 1).tolist()] if len(numbers) else []
    for start, end in pairwise([*starts, len(numbers)]):
        yield names[numbers[start]], slice(start, end)


@dataclass(frozen=True)
class SelectedSeries:
    """A series as it was chosen.

    Parameters
    ----------
    data : DataFrame
        As `Series.data`.
    used, aside : tuple of Source
        The files it comes from, and other editions that differ.
    before : date
        Its figures stand in the borders of just before this day.
    unsure : str or None
        Why those borders cannot be known.
    lacking : dict
        By year, the predecessors without a figure in these files, so that there is no sum.
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
    """Rows for a region from the first subject that has them, and there from the table that covers most years.

    Figures in the borders of their year are those of the region as it was just before a day; by default the day that
    the files themselves know.
    """
    register, known = observations.sources(folder), catalogue.tables()
    files = extracts(definition.id, frequency, folder)
    tables = [known[name] for name in sorted({file.table for file in files} & known.keys())]
    absent: dict[int, tuple[str, ...]] = {}
    for selection in definition.sources:
        placed = [
            _figures(definition, table, files, region, first, last, register, before)
            for table in tables
            if table.subject == selection.subject
        ]
        absent |= {
            year: codes for per_file in placed for one in per_file.values() for year, codes in one.lacking.items()
        }
        unsure = frozenset(name for name, source in register.items() if region in source.unsure)
        candidates = [edition for per_file in placed if (edition := _edition(per_file, unsure))]
        if candidates:
            best = max(candidates, key=lambda edition: edition.known)
            known_by = [register[file.source] for file in best.used]
            reasons = [source.unsure[region] for source in known_by if region in source.unsure]
            lacking = {year: codes for one in best.parts for year, codes in one.lacking.items()}
            return SelectedSeries(
                best.figures.table(), tuple(known_by), tuple(register[file.source] for file in best.aside),
                best.parts[0].before, next(iter(reasons), None), lacking,
            )  # fmt: skip
    return SelectedSeries(joined([]).table(), (), (), date.max, None, absent) if absent else None


@dataclass(frozen=True)
class _Placed:
    """What one file says of a region: the borders it stands in, and which predecessors it lacks in which year."""

    figures: FigureColumns
    before: date = date.max
    lacking: dict[int, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Edition:
    """One table's series, and the files that are in it or set aside."""

    figures: FigureColumns
    used: list[Extract]
    aside: list[Extract]
    parts: list[_Placed]

    @property
    def known(self) -> int:
        """How many periods it covers."""
        return len(self.figures)


def _figures(
    definition: Indicator,
    table: Table,
    files: Iterable[Extract],
    region: str,
    first: int | None,
    last: int | None,
    register: Mapping[str, Source],
    before: date | None,
) -> dict[Extract, _Placed]:
    """What each file of one table says of a region, in the years asked for; files that say nothing left out.

    A percentage or an index of predecessors cannot be added, and parts of a province are not all known: there only
    the region's own figures count.
    """
    borders, summable = table.borders, definition.is_count and regions.is_municipality(region)
    sums = region == regions.NEDERLAND and definition.unit == "persons"
    found = {}
    for file in files:
        if file.table == table.id:
            summed = sums and borders != "current" and not file.of(region)
            told = date.fromisoformat(register[file.source].before.get(region, date.max.isoformat()))
            until = told if before is None or borders == "current" else before
            stock = definition.unit == "persons"
            if summed:
                placed = _Placed(_whole_country(file))
            elif borders == "current" or not summable:
                placed = _under_its_name(file, BACK_CAST if borders == "current" else OTHER_BORDERS, region, until)
            else:
                placed = _in_territory(file, region, until, stock)
            if first is not None or last is not None:
                placed = replace(placed, figures=placed.figures.between(first or 0, last or 9999))
            if placed.figures or placed.lacking:
                found[file] = placed
    return found


def _edition(per_file: dict[Extract, _Placed], unsure: frozenset[str]) -> _Edition | None:
    """One table's series: the file that covers most of the asked years, completed by files that agree with it.

    Editions of a table differ a little because the publisher revises. A file that contradicts the chosen one is set
    aside whole, so that a series never jumps because half of it is from another edition. So is one of which the
    borders cannot be known (``unsure``) or are others; files of one day stand in the same.
    """
    per_file = {file: placed for file, placed in per_file.items() if placed.figures}
    if not per_file:
        return None

    def rank(file: Extract) -> tuple[bool, int, float, str]:
        return file.source in unsure, -len(per_file[file].figures), -file.vintage.timestamp(), file.source

    def borders(file: Extract) -> tuple[object, ...]:
        day = file.source if file.vintage == UNDATED else file.vintage
        return per_file[file].before, day if file.source in unsure else None

    order = sorted(per_file, key=rank)
    figures, used, aside = per_file[order[0]].figures, [order[0]], []
    for file in order[1:]:
        other = per_file[file].figures
        _, here, there = np.intersect1d(figures.period, other.period, assume_unique=True, return_indices=True)
        same = np.array_equal(figures.value[here], other.value[there], equal_nan=True)
        if same and borders(file) == borders(order[0]):
            both = joined([figures, other[~np.isin(other.period, figures.period)]])
            figures = both[np.argsort(both.period)]
            used.append(file)
        else:
            aside.append(file)
    return _Edition(figures, used, aside, [per_file[file] for file in used])


def _under_its_name(file: Extract, origin: str, region: str, before: date) -> _Placed:
    """One file's figures that stand under the region itself; ``origin`` is of those from before it was formed."""
    own, formed = file.of(region), regions.first_year(region, before)
    if formed is None:
        return _Placed(own, before)
    return _Placed(replace(own, origin=np.where(own.years < formed, origin, OWN).astype(object)), before)


def _in_territory(file: Extract, region: str, before: date, stock: bool) -> _Placed:
    """One file's figures for a region in its borders of just before a day, with their origin.

    Inhabitants are a stock: who lived in a predecessor that went over during a year counts for that year. What was
    registered is not: from the day of the herindeling it may stand under the new municipality.
    """
    own, formed = file.of(region), regions.first_year(region, before)
    if formed is None:
        return _Placed(own, before)
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
        sums.append(summed if stock or halfway is None else _alone(summed, parts, region, halfway))
    return _Placed(joined([*sums, own.between(formed, 9999)]), before, lacking)


def _until(part: FigureColumns, year: int, own: FigureColumns) -> FigureColumns:
    """The figures of a part without those of a year in which the region itself has none."""
    return part[(part.years != year) | np.isin(part.period, own.period)]


def _alone(summed: FigureColumns, parts: Mapping[str, FigureColumns], region: str, year: int) -> FigureColumns:
    """What the region has of its own in the year of a herindeling, where no other part has a figure, is no sum."""
    others = np.concatenate([part.period for code, part in parts.items() if code != region])
    own = (summed.years == year) & ~np.isin(summed.period, others)
    return replace(summed, origin=np.where(own, OWN, summed.origin).astype(object))


def _lacking(parts: Mapping[str, FigureColumns]) -> dict[int, tuple[str, ...]]:
    """By year, the parts without a figure, where another part has one."""
    years = {code: set(figures.years.tolist()) for code, figures in parts.items()}
    known = sorted(set().union(*years.values()))
    found = {year: tuple(code for code, there in years.items() if year not in there) for year in known}
    return {year: codes for year, codes in found.items() if codes}


@cache
def _made_of(region: str, since: int, formed: int, before: date) -> tuple[tuple[int, int, Territory], ...]:
    """Runs of years with the same borders before a region was formed: first, last, and what stood for it."""
    runs = groupby(range(since, formed), key=lambda year: regions.territory(region, year, before))
    years = ((made_of, tuple(run)) for made_of, run in runs)
    return tuple((run[0], run[-1], made_of) for made_of, run in years)


def _whole_country(file: Extract) -> FigureColumns:
    """The sum of all municipalities there were in each year."""
    parts = [file.of(code) for code in regions.regions().municipalities]
    return _sum(parts, SUMMED, regions.regions().counts)


def _sum(parts: list[FigureColumns], origin: str, needed: dict[int, int]) -> FigureColumns:
    """Figures added over regions, for the periods in which none of them is absent.

    Parameters
    ----------
    needed : dict
        By year, how many regions there have to be; 0 when those that are there are enough.
    """
    rows = joined(parts)
    period, at = np.unique(rows.period, return_inverse=True)
    value = np.bincount(at, rows.value, len(period)).astype(float)  # one without a value leaves the sum without
    hidden, open_ = (np.bincount(at, rows.status == mark, len(period)) > 0 for mark in ("suppressed", "provisional"))
    none = np.isnan(value)
    status = np.select([none & hidden, none, open_], ["suppressed", "missing", "provisional"], "final").astype(object)
    unknown = np.full(len(period), np.nan)
    summed = FigureColumns(period, value, status, unknown, unknown, np.full(len(period), origin, object))
    wanted = np.array([needed.get(year, -1) for year in summed.years.tolist()], dtype=int)
    return summed[(np.bincount(at, minlength=len(period)) == wanted) | (wanted == 0)]
