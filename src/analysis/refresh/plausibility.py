"""A figure that someone should look at before it is published, and how that is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ..definitions import catalogue, regions
from ..display import dutch
from ..errors import Implausible
from ..store import observations
from ..store.selection import SelectedSeries, select_series

OTHERS = "GM"  # in the place of a region: all other municipalities together
ALL = 0  # in the place of a year: all years together
_SHOWN = 100  # more than anyone reads, so that whoever accepts can have seen it


@dataclass(frozen=True)
class Doubt:
    """A figure that moved too far.

    Parameters
    ----------
    year : int
        Or ``ALL``.
    old, new : float
        ``new`` is ``None`` when there is no figure any more. Of a new year ``old`` is that of the year before.
    file : str
        Where the figure comes from, or came from.
    limit : float, optional
        By what part it may move; of a new year how many times as much or as little it may be.
    fresh : bool
        Whether it is a new year.
    """

    indicator: str
    region: str
    year: int
    old: float
    new: float | None
    file: str
    limit: float | None = None
    fresh: bool = False

    @property
    def size(self) -> float:
        """By which doubts are told, the largest first."""
        return max(self.old, self.new or 0)

    def __str__(self) -> str:
        known = catalogue.indicators().get(self.indicator)  # an older version may have named it otherwise
        where = "alle andere gemeenten samen" if self.region == OTHERS else regions.name(self.region)
        about, when = f"{known.label if known else self.indicator}, {where}", self.year or "alle jaren samen"
        if self.new is None or self.limit is None:
            return f"{about}: cijfers die er waren, ontbreken nu, zoals over {when}. Ze stonden in {self.file}."
        if self.fresh:
            told = f"{dutch.number(self.new)}, en een jaar eerder {dutch.number(self.old)}, in {self.file}"
            return f"{about}, {when}: {told}. Tot {dutch.number(self.limit)} keer zo veel of zo weinig is gewoon."
        much = f" ({dutch.signed_percent(100 * (self.new / self.old - 1), 1)})" if self.old else ""
        moved = f"van {dutch.number(self.old)} naar {dutch.number(self.new)}{much} in {self.file}"
        return f"{about}, {when}: {moved}. Een verschil tot {dutch.percent(100 * self.limit)} is gewoon."


def told(found: Sequence[object]) -> str:
    """What to look at, one to a line."""
    more = f"\n  en nog {dutch.number(len(found) - _SHOWN)}" if len(found) > _SHOWN else ""
    return "".join(f"\n  {one}" for one in found[:_SHOWN]) + more


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


def _chosen(folder: Path, series: Iterable[Asked]) -> Iterator[tuple[Asked, SelectedSeries]]:
    """What a report would take."""
    for indicator, region, frequency in series:
        known = catalogue.indicators().get(indicator)  # an older version may have named it otherwise
        if known and (found := select_series(known, region, None, None, frequency, folder)) and found.used:
            yield (indicator, region, frequency), found


def _table(chosen: SelectedSeries) -> str:
    return chosen.used[0].table


def _rows(asked: Asked, chosen: SelectedSeries, table: str) -> pd.DataFrame:
    named = dict(zip(_ASKED, asked, strict=True)) | {"table": table, "file": chosen.used[0].path}
    return chosen.data[["value"]].reset_index().assign(**named, year=lambda rows: rows["period"].dt.year)


_FIGURE = ["indicator", "region", "frequency", "period"]
_NEIGHBOURHOODS = ("WK", "BU")  # these get other codes every year
_REMEDY = (
    "Wat kunt u doen? Vergelijk deze cijfers met die van de uitgever. Kloppen ze, draai dan 'veiligheid refresh "
    "--accept' met dezelfde instellingen. Kloppen ze niet, haal dan het bestand weg: de volgende keer komt het "
    "opnieuw."
)


def refusal(found: Sequence[object]) -> Implausible:
    """Why nothing is published."""
    return Implausible(f"Niet gepubliceerd: hier moet eerst iemand naar kijken.{told(found)}\n{_REMEDY}")


def doubts(before: Path, now: Path, municipalities: Sequence[str]) -> list[Doubt]:
    """What moved too far between two folders of processed data: first what the reports are about, the largest first.

    That is the municipalities with what they were made of, their provinces and the country. Of another municipality
    only counts that it has no figures any more: somewhere among 342 municipalities a small count is always revised by
    a lot, and then nothing would ever be published. All of them together may not move too far either.
    """
    old, new = figures(before), figures(now)
    ours = {regions.NEDERLAND, *regions.with_predecessors(municipalities), *map(regions.province, municipalities)}
    here, there = (frame[frame["region"].isin(ours)] for frame in (old, new))
    others = old[~old["region"].isin(ours)]
    several = in_several(pd.concat([here, there]))
    found = [
        *_vanished(here, new, _FIGURE),
        *moved(here, new),
        *fresh(here, new),
        *(doubt for was, since in taken_over(before, now, several) for doubt in moved(was, since)),
    ]
    elsewhere = [
        *moved_together(others[others["region"].str.startswith("GM")], new),
        *_by_region(_vanished(others, new, ["indicator", "region", "frequency"])),
    ]
    return [*_each_once(found), *_each_once(elsewhere)]


def _each_once(found: Iterable[Doubt]) -> list[Doubt]:
    """The largest first; of months beside their year, of two tables and of all years beside one of them only one."""
    ordered = sorted(found, key=lambda one: one.size, reverse=True)
    once = {(one.indicator, one.region, one.year): one for one in reversed(ordered)}
    told_by_year = {(indicator, region) for indicator, region, year in once if year != ALL}
    return [
        one
        for one in ordered
        if once[one.indicator, one.region, one.year] is one
        and (one.year != ALL or (one.indicator, one.region) not in told_by_year)
    ]


def _by_region(found: Iterable[Doubt]) -> Iterator[Doubt]:
    """One for each region: a municipality that is no more has no figures of sixty kinds."""
    largest: dict[str, Doubt] = {}
    for one in found:
        largest[one.region] = max(largest.get(one.region, one), one, key=lambda doubt: doubt.size)
    yield from largest.values()


def figures(folder: Path) -> pd.DataFrame:
    """Every figure of a region larger than a neighbourhood once, from the newest file of its table."""
    frame = observations.everything(folder)
    frame = frame[~frame["region"].astype(str).str.startswith(_NEIGHBOURHOODS)]
    register = observations.sources(folder)
    texts = {name: str for name in frame.select_dtypes("category").columns}
    frame = frame.astype(texts).assign(
        table=lambda rows: rows["source"].map(lambda name: register[name].table),
        file=lambda rows: rows["source"].map(lambda name: register[name].path),
        year=lambda rows: rows["period"].dt.year,
    )
    newest = frame.sort_values("vintage", kind="stable", na_position="first")
    return newest.drop_duplicates([*SERIES, "period"], keep="last")


def _vanished(old: pd.DataFrame, new: pd.DataFrame, key: list[str]) -> Iterator[Doubt]:
    """What had a figure and has none in any table, one a year; a small count may be hidden by now, a large one not."""
    had = old[old["value"].notna()].sort_values("period").drop_duplicates(key, keep="last")
    here = pd.MultiIndex.from_frame(had[key])
    there = here.isin(pd.MultiIndex.from_frame(new.loc[new["value"].notna(), key]))
    hidden = here.isin(pd.MultiIndex.from_frame(new.loc[new["status"] == "suppressed", key]))
    small = had["value"] < catalogue.thresholds().small_counts.percentage_from
    for one in had[~there & ~(hidden & small)].drop_duplicates(YEAR).itertuples():
        yield Doubt(one.indicator, one.region, one.year, one.value, None, one.file)
