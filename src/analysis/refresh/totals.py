"""Totals of a year before and now: those that moved by more than revisions do, and new ones that fit no year before."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from .. import catalogue
from .doubt import ALL, OTHERS, Doubt

SERIES = ["indicator", "table", "region", "frequency"]
YEAR = [*SERIES, "year"]


def moved(old: pd.DataFrame, new: pd.DataFrame) -> Iterator[Doubt]:
    """Totals that moved too far: of a year, or of all years together, over the periods that both have.

    Parameters
    ----------
    old, new : DataFrame
        Columns of `SERIES` and ``year, period, value, file``.
    """
    return _beyond(_both(old, new), new)


def moved_together(old: pd.DataFrame, new: pd.DataFrame) -> Iterator[Doubt]:
    """The same of all these regions added up: one of them may be revised by a lot, all of them may not."""
    return _beyond(_both(old, new).assign(region=OTHERS), new)


def fresh(old: pd.DataFrame, new: pd.DataFrame) -> Iterator[Doubt]:
    """New yearly figures of a series that was there, that are many times as high or as low as the year before."""
    limit = catalogue.thresholds().refresh.fresh
    yearly = _counts(new[(new["frequency"] == "Y") & new["value"].notna()])
    had = pd.MultiIndex.from_frame(old.loc[old["value"].notna(), YEAR])
    known = pd.MultiIndex.from_frame(old[SERIES])
    come = yearly[~_index(yearly, YEAR).isin(had) & _index(yearly, SERIES).isin(known)]
    beside = come.merge(yearly.assign(year=yearly["year"] + 1), on=YEAR, suffixes=("", "_before"))
    low, high = (beside[["value", "value_before"]].agg(how, axis=1) for how in ("min", "max"))
    for one in beside[_is_large(low, high) & (high > limit * low)].itertuples():
        yield Doubt(one.indicator, one.region, one.year, one.value_before, one.value, one.file, limit, fresh=True)


def _beyond(both: pd.DataFrame, new: pd.DataFrame) -> Iterator[Doubt]:
    limits = catalogue.thresholds().refresh
    totals = pd.concat([_total(both), _total(both.assign(year=ALL))])
    newest = totals["table"].map(new.groupby("table")["year"].max()).astype(float)
    closed = (totals["year"] <= newest - limits.open_years) & (totals["year"] != ALL)
    totals["limit"] = np.where(closed, limits.revised, limits.moved)
    apart = (totals["new"] - totals["old"]).abs()
    large = _is_large(totals[["old", "new"]].min(axis=1), totals[["old", "new"]].max(axis=1))
    for one in totals[large & (apart > totals["limit"] * totals["old"])].itertuples():
        yield Doubt(one.indicator, one.region, one.year, one.old, one.new, one.file, one.limit)


def _both(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Counts that both have, beside each other."""
    both = _counts(old).merge(new, on=[*YEAR, "period"], suffixes=("_old", "_new"))
    return both.dropna(subset=["value_old", "value_new"])


def _total(both: pd.DataFrame) -> pd.DataFrame:
    grouped = both.groupby(YEAR, as_index=False)
    return grouped.agg(old=("value_old", "sum"), new=("value_new", "sum"), file=("file_new", "last"))


def _counts(frame: pd.DataFrame) -> pd.DataFrame:
    """Percentages and indices have no total."""
    return frame[frame["indicator"].isin([id for id, one in catalogue.indicators().items() if one.is_count])]


def _is_large(low: pd.Series, high: pd.Series) -> pd.Series:
    """Whether a difference says anything: of small counts it does not."""
    small = catalogue.thresholds().small_counts
    return (high >= small.percentage_from) & (high - low >= small.interval_from)


def _index(frame: pd.DataFrame, names: list[str]) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(frame[names])
