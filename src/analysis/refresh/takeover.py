"""Series that a report takes from another table than it did the last time: no table moved, and the figures may have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from .. import catalogue
from ..choosing import Chosen, choose

Asked = tuple[str, str, str]
_ASKED = ["indicator", "region", "frequency"]


def in_several(figures: pd.DataFrame) -> list[Asked]:
    """The series of which more than one table has figures."""
    tables = figures.groupby(_ASKED)["table"].nunique()
    return list(tables.index[tables > 1])


def taken_over(before: Path, now: Path, series: Iterable[Asked]) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """The series that come from another table, as they were and as they are, both under the name of the new one.

    Parameters
    ----------
    before, now : Path
        Folders with processed data.
    series : iterable of str, str, str
        Indicator, region and frequency of those that may.

    Yields
    ------
    DataFrame, DataFrame
        Columns ``indicator, region, frequency, table, file, year, period, value``.
    """
    was, since = (dict(_chosen(folder, series)) for folder in (before, now))
    for asked in was.keys() & since.keys():
        table = _table(since[asked])
        if _table(was[asked]) != table:
            yield _rows(asked, was[asked], table), _rows(asked, since[asked], table)


def _chosen(folder: Path, series: Iterable[Asked]) -> Iterator[tuple[Asked, Chosen]]:
    """What a report would take."""
    for indicator, region, frequency in series:
        known = catalogue.indicators().get(indicator)  # an older version may have named it otherwise
        if known and (found := choose(known, region, None, None, frequency, folder)) and found.used:
            yield (indicator, region, frequency), found


def _table(chosen: Chosen) -> str:
    return chosen.used[0].table


def _rows(asked: Asked, chosen: Chosen, table: str) -> pd.DataFrame:
    named = dict(zip(_ASKED, asked, strict=True)) | {"table": table, "file": chosen.used[0].path}
    return chosen.data[["value"]].reset_index().assign(**named, year=lambda rows: rows["period"].dt.year)
