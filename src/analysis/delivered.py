"""What each raw file says of one indicator, laid out so that a region is found at once.

A chapter asks for a hundred series of twenty figures. Pandas takes longer to handle so small a table than to make it,
so figures stay plain arrays until the series is chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from . import observations
from .series import OWN

UNDATED = pd.Timestamp(0)  # before any export, so that an edition with a date counts as newer


@dataclass(frozen=True, eq=False)
class Figures:
    """Figures with the first day of their periods; the columns of ``Series.data`` as arrays of one length."""

    period: NDArray[np.datetime64]
    value: NDArray[np.float64]
    status: NDArray[Any]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    origin: NDArray[Any]

    def __len__(self) -> int:
        return len(self.period)

    def __getitem__(self, rows: slice | NDArray[Any]) -> Figures:
        return Figures(*(column[rows] for column in self.columns))

    @property
    def columns(self) -> tuple[NDArray[Any], ...]:
        """All arrays, in the order in which they stand above."""
        return self.period, self.value, self.status, self.lower, self.upper, self.origin

    @cached_property
    def years(self) -> NDArray[np.int64]:
        """The year that each period lies in."""
        return self.period.astype("datetime64[Y]").astype(np.int64) + 1970

    def between(self, first: int, last: int) -> Figures:
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


def joined(parts: Iterable[Figures]) -> Figures:
    """Figures under each other."""
    nothing = Figures(
        np.array([], "datetime64[s]"), *(np.array([], kind) for kind in (float, object, float, float, object))
    )
    found = list(parts) or [nothing]
    return Figures(*map(np.concatenate, zip(*(part.columns for part in found), strict=True)))


@dataclass(frozen=True, eq=False)
class Delivered:
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
    figures: Figures
    places: dict[str, slice]

    def of(self, region: str) -> Figures:
        """The figures of a region, by period; none when it has none."""
        return self.figures[self.places.get(region, slice(0, 0))]

    def numbered(self, regions: Mapping[str, int]) -> NDArray[np.int64]:
        """The number of the region that each of the figures is about; -1 for a region without number."""
        numbers = [regions.get(region, -1) for region in self.places]
        return np.repeat(numbers, [place.stop - place.start for place in self.places.values()])


def delivered(indicator: str, frequency: str, folder: Path | None = None) -> tuple[Delivered, ...]:
    """What every raw file says of an indicator, by the name of the file.

    Raises
    ------
    DataError
        When there are no processed data.
    """
    return _delivered(indicator, frequency, *observations.edition(folder))


@lru_cache(maxsize=512)
def _delivered(indicator: str, frequency: str, path: Path, written: int) -> tuple[Delivered, ...]:
    register, rows = observations.sources(path.parent), observations.rows(indicator, frequency, path.parent)
    source, region = rows["source"].array, rows["region"].array
    rows = rows.iloc[np.lexsort((rows["period"].to_numpy(), region.codes, source.codes))]
    runs = _runs(rows["source"].array.codes, list(source.categories))
    return tuple(_file(name, register[name].table, rows.iloc[place]) for name, place in runs)


def _file(source: str, table: str, rows: pd.DataFrame) -> Delivered:
    """The rows of one file, ordered by region, then period."""
    period, value, lower, upper = (rows[name].to_numpy() for name in ("period", "value", "lower", "upper"))
    own = np.broadcast_to(np.array(OWN, object), len(rows))
    figures = Figures(period, value, rows["status"].to_numpy(object), lower, upper, own)
    region, newest = rows["region"].array, rows["vintage"].max()
    places = dict(_runs(region.codes, list(region.categories)))
    return Delivered(source, table, UNDATED if pd.isna(newest) else newest, figures, places)


def _runs(numbers: NDArray[np.integer[Any]], names: list[str]) -> Iterator[tuple[str, slice]]:
    """Each name with where its number stands in an ordered column."""
    starts = [0, *(np.flatnonzero(np.diff(numbers)) + 1).tolist()] if len(numbers) else []
    for start, end in pairwise([*starts, len(numbers)]):
        yield names[numbers[start]], slice(start, end)
