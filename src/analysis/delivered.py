"""What each raw file says of one indicator, laid out so that a region is found at once.

A chapter asks for a hundred series, each from a handful of rows. Filtering a table for every one of them is what took
the time.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from . import observations

_FIGURES = ["value", "status", "lower", "upper"]


@dataclass(frozen=True, eq=False)
class Delivered:
    """The rows of one raw file about one indicator at one frequency.

    Parameters
    ----------
    vintage : pandas.Timestamp
        Date of the export; the earliest there is where nobody wrote it down.
    rows : DataFrame
        Indexed by period; columns ``value``, ``status``, ``lower`` and ``upper``. Ordered by region, then period.
    places : dict
        Where the rows of each region stand.
    """

    source: str
    table: str
    vintage: pd.Timestamp
    rows: pd.DataFrame
    places: dict[str, slice]

    @property
    def regions(self) -> list[str]:
        """Codes of all regions in the file."""
        return list(self.places)

    def of(self, region: str) -> pd.DataFrame:
        """The rows of a region, by period; empty when it has none."""
        return self.rows.iloc[self.places.get(region, slice(0, 0))]


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
    register = observations.sources(path.parent)
    rows = observations.rows(indicator, frequency, path.parent).sort_values(["source", "region", "period"])
    return tuple(
        _laid_out(name, register[name].table, rows.iloc[place]) for name, place in _runs(rows["source"]).items()
    )


def _laid_out(source: str, table: str, rows: pd.DataFrame) -> Delivered:
    newest = rows["vintage"].max()
    vintage = pd.Timestamp(0) if pd.isna(newest) else newest
    return Delivered(source, table, vintage, rows.set_index("period")[_FIGURES], _runs(rows["region"]))


def _runs(names: pd.Series) -> dict[str, slice]:
    """Where each name stands in an ordered column."""
    values = names.to_numpy(object)
    if not len(values):
        return {}
    starts = [0, *(np.flatnonzero(values[1:] != values[:-1]) + 1), len(values)]
    return {str(values[start]): slice(start, end) for start, end in pairwise(starts)}
