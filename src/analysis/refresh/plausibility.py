"""Plausibility of new figures: which of them changed so much that someone should look before they are published."""

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

OTHERS = "GM"  # as region: all other municipalities together
ALL = 0  # as year: all years together
SERIES = ["indicator", "table", "region", "frequency"]
YEAR = [*SERIES, "year"]
SeriesKey = tuple[str, str, str]  # indicator, region, frequency

_SERIES_KEY = ["indicator", "region", "frequency"]
_FIGURE = ["indicator", "region", "frequency", "period"]
_NEIGHBOURHOODS = ("WK", "BU")  # their codes change every year
_SHOWN = 100  # more than anyone reads, so that whoever accepts the figures can have seen them
_REMEDY = (
    "Wat kunt u doen? Vergelijk deze cijfers met die van de uitgever. Kloppen ze, draai dan 'veiligheid refresh "
    "--accept' met dezelfde instellingen. Kloppen ze niet, haal dan het bestand weg: de volgende keer komt het "
    "opnieuw."
)


@dataclass(frozen=True)
class Doubt:
    """A figure that changed too much.

    Parameters
    ----------
    indicator : str
        Its id.
    region : str
        Its code, or ``OTHERS``.
    year : int
        Or ``ALL``.
    old : float
        The figure before; of a new year, that of the year before.
    new : float or None
        The figure now; ``None`` when there is none any more.
    file : str
        Where the figure comes from, or came from.
    limit : float, optional
        The relative change that is ordinary; of a new year, the factor.
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
        """The larger of both figures, by which doubts are ordered."""
        return max(self.old, self.new or 0)

    def __str__(self) -> str:
        indicator = catalogue.indicators().get(self.indicator)  # an older version may have another id
        region = "alle andere gemeenten samen" if self.region == OTHERS else regions.name(self.region)
        about, when = f"{indicator.label if indicator else self.indicator}, {region}", self.year or "alle jaren samen"
        if self.new is None or self.limit is None:
            return f"{about}: cijfers die er waren, ontbreken nu, zoals over {when}. Ze stonden in {self.file}."
        if self.fresh:
            figures = f"{dutch.number(self.new)}, en een jaar eerder {dutch.number(self.old)}, in {self.file}"
            return f"{about}, {when}: {figures}. Tot {dutch.number(self.limit)} keer zo veel of zo weinig is gewoon."
        percent = f" ({dutch.signed_percent(100 * (self.new / self.old - 1), 1)})" if self.old else ""
        figures = f"van {dutch.number(self.old)} naar {dutch.number(self.new)}{percent} in {self.file}"
        return f"{about}, {when}: {figures}. Een verschil tot {dutch.percent(100 * self.limit)} is gewoon."


def doubts(before: Path, now: Path, municipalities: Sequence[str]) -> list[Doubt]:
    """Return the figures that changed too much between two folders of processed data.

    All figures are compared of the municipalities of the reports, their predecessors, their provinces and the country.
    Of another municipality only that it has no figures any more: among 342 municipalities some small count is always
    revised by a lot, and then nothing would ever be published. The other municipalities are also compared as one
    total.

    Parameters
    ----------
    before, now : Path
        Folders with processed data.
    municipalities : sequence of str
        Codes of the municipalities of the reports.

    Returns
    -------
    list of Doubt
        First those about the reports, then the others; of each the largest first.
    """
    old, new = figures(before), figures(now)
    ours = {regions.NEDERLAND, *regions.with_predecessors(municipalities), *map(regions.province, municipalities)}
    our_old, our_new = (frame[frame["region"].isin(ours)] for frame in (old, new))
    others = old[~old["region"].isin(ours)]
    in_several_tables = series_in_several_tables(pd.concat([our_old, our_new]))
    about_ours = [
        *_vanished(our_old, new, _FIGURE),
        *moved_totals(our_old, new),
        *jumps_in_new_years(our_old, new),
        *(
            doubt
            for was, since in from_another_table(before, now, in_several_tables)
            for doubt in moved_totals(was, since)
        ),
    ]
    about_others = [
        *moved_together(others[others["region"].str.startswith("GM")], new),
        *_largest_by_region(_vanished(others, new, ["indicator", "region", "frequency"])),
    ]
    return [*_without_repetition(about_ours), *_without_repetition(about_others)]


def refusal(reasons: Sequence[object]) -> Implausible:
    """Return the error that says why nothing is published.

    Parameters
    ----------
    reasons : sequence of Doubt or str
        Each is printed on a line of its own.
    """
    return Implausible(f"Niet gepubliceerd: hier moet eerst iemand naar kijken.{listed(reasons)}\n{_REMEDY}")


def listed(reasons: Sequence[object]) -> str:
    r"""Return doubts as text, each on a line of its own; at most a hundred.

    Examples
    --------
    >>> listed(["a", "b"])
    '\n  a\n  b'
    """
    more = f"\n  en nog {dutch.number(len(reasons) - _SHOWN)}" if len(reasons) > _SHOWN else ""
    return "".join(f"\n  {reason}" for reason in reasons[:_SHOWN]) + more


def figures(folder: Path) -> pd.DataFrame:
    """Return the figures of all regions but neighbourhoods, each once, from the newest file of its table.

    Parameters
    ----------
    folder : Path
        Processed data.

    Returns
    -------
    DataFrame
        Columns of the observations, and ``table``, ``file`` and ``year``.
    """
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


def moved_totals(old: pd.DataFrame, new: pd.DataFrame) -> Iterator[Doubt]:
    """Find totals that changed too much: of a year, or of all years together, over the periods that both have.

    Parameters
    ----------
    old, new : DataFrame
        Columns of `SERIES` and ``year, period, value, file``.

    Yields
    ------
    Doubt
        For each total beyond its limit; closed years have a smaller limit than the last ones.
    """
    return _beyond_limit(_common_counts(old, new), new)


def moved_together(old: pd.DataFrame, new: pd.DataFrame) -> Iterator[Doubt]:
    """Find changes in the sum of all these regions: a single one may be revised by a lot, all together may not.

    Parameters
    ----------
    old, new : DataFrame
        As for `moved_totals`.
    """
    return _beyond_limit(_common_counts(old, new).assign(region=OTHERS), new)


def jumps_in_new_years(old: pd.DataFrame, new: pd.DataFrame) -> Iterator[Doubt]:
    """Find new yearly figures of an existing series that are many times those of the year before, or a fraction.

    Parameters
    ----------
    old, new : DataFrame
        As for `moved_totals`.
    """
    limit = catalogue.thresholds().refresh.fresh
    yearly = _counts(new[(new["frequency"] == "Y") & new["value"].notna()])
    had = pd.MultiIndex.from_frame(old.loc[old["value"].notna(), YEAR])
    existing = pd.MultiIndex.from_frame(old[SERIES])
    added = yearly[~_index(yearly, YEAR).isin(had) & _index(yearly, SERIES).isin(existing)]
    pairs = added.merge(yearly.assign(year=yearly["year"] + 1), on=YEAR, suffixes=("", "_before"))
    low, high = (pairs[["value", "value_before"]].agg(how, axis=1) for how in ("min", "max"))
    for row in pairs[_is_large(low, high) & (high > limit * low)].itertuples():
        yield Doubt(row.indicator, row.region, row.year, row.value_before, row.value, row.file, limit, fresh=True)


def series_in_several_tables(figures: pd.DataFrame) -> list[SeriesKey]:
    """Return the series of which more than one table has figures.

    Parameters
    ----------
    figures : DataFrame
        As returned by `figures`.

    Returns
    -------
    list of (str, str, str)
        Indicator, region and frequency.
    """
    tables = figures.groupby(_SERIES_KEY)["table"].nunique()
    return list(tables.index[tables > 1])


def from_another_table(
    before: Path, now: Path, series: Iterable[SeriesKey]
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Find the series that a report now takes from another table.

    Parameters
    ----------
    before, now : Path
        Folders with processed data.
    series : iterable of (str, str, str)
        Indicator, region and frequency of the series to look at.

    Yields
    ------
    DataFrame, DataFrame
        The series as it was and as it is, both under the name of the new table. Columns ``indicator, region,
        frequency, table, file, year, period, value``.
    """
    was, since = (dict(_selected(folder, series)) for folder in (before, now))
    for key in was.keys() & since.keys():
        table = _table(since[key])
        if _table(was[key]) != table:
            yield _rows(key, was[key], table), _rows(key, since[key], table)


def _beyond_limit(both: pd.DataFrame, new: pd.DataFrame) -> Iterator[Doubt]:
    limits = catalogue.thresholds().refresh
    totals = pd.concat([_totals(both), _totals(both.assign(year=ALL))])
    newest = totals["table"].map(new.groupby("table")["year"].max()).astype(float)
    closed = (totals["year"] <= newest - limits.open_years) & (totals["year"] != ALL)
    totals["limit"] = np.where(closed, limits.revised, limits.moved)
    difference = (totals["new"] - totals["old"]).abs()
    large = _is_large(totals[["old", "new"]].min(axis=1), totals[["old", "new"]].max(axis=1))
    for row in totals[large & (difference > totals["limit"] * totals["old"])].itertuples():
        yield Doubt(row.indicator, row.region, row.year, row.old, row.new, row.file, row.limit)


def _common_counts(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Return the counts that both have, side by side."""
    both = _counts(old).merge(new, on=[*YEAR, "period"], suffixes=("_old", "_new"))
    return both.dropna(subset=["value_old", "value_new"])


def _totals(both: pd.DataFrame) -> pd.DataFrame:
    grouped = both.groupby(YEAR, as_index=False)
    return grouped.agg(old=("value_old", "sum"), new=("value_new", "sum"), file=("file_new", "last"))


def _counts(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that are counts: percentages and indices have no total."""
    counts = [id for id, indicator in catalogue.indicators().items() if indicator.is_count]
    return frame[frame["indicator"].isin(counts)]


def _is_large(low: pd.Series, high: pd.Series) -> pd.Series:
    """Return whether a difference means anything; between small counts it does not."""
    small = catalogue.thresholds().small_counts
    return (high >= small.percentage_from) & (high - low >= small.interval_from)


def _index(frame: pd.DataFrame, names: list[str]) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(frame[names])


def _vanished(old: pd.DataFrame, new: pd.DataFrame, key: list[str]) -> Iterator[Doubt]:
    """Find what had a figure and has none in any table, at most one a year.

    A small count may be suppressed by now; a large one may not.
    """
    had = old[old["value"].notna()].sort_values("period").drop_duplicates(key, keep="last")
    keys = pd.MultiIndex.from_frame(had[key])
    present = keys.isin(pd.MultiIndex.from_frame(new.loc[new["value"].notna(), key]))
    suppressed = keys.isin(pd.MultiIndex.from_frame(new.loc[new["status"] == "suppressed", key]))
    small = had["value"] < catalogue.thresholds().small_counts.percentage_from
    for row in had[~present & ~(suppressed & small)].drop_duplicates(YEAR).itertuples():
        yield Doubt(row.indicator, row.region, row.year, row.value, None, row.file)


def _without_repetition(candidates: Iterable[Doubt]) -> list[Doubt]:
    """Return the largest first, one for each indicator, region and year; `ALL` only without such a year."""
    ordered = sorted(candidates, key=lambda doubt: doubt.size, reverse=True)
    largest = {(doubt.indicator, doubt.region, doubt.year): doubt for doubt in reversed(ordered)}
    with_year = {(indicator, region) for indicator, region, year in largest if year != ALL}
    return [
        doubt
        for doubt in ordered
        if largest[doubt.indicator, doubt.region, doubt.year] is doubt
        and (doubt.year != ALL or (doubt.indicator, doubt.region) not in with_year)
    ]


def _largest_by_region(candidates: Iterable[Doubt]) -> Iterator[Doubt]:
    """Yield one for each region: a municipality that was merged lacks figures of sixty indicators."""
    largest: dict[str, Doubt] = {}
    for doubt in candidates:
        largest[doubt.region] = max(largest.get(doubt.region, doubt), doubt, key=lambda candidate: candidate.size)
    yield from largest.values()


def _selected(folder: Path, series: Iterable[SeriesKey]) -> Iterator[tuple[SeriesKey, SelectedSeries]]:
    """Yield the selection that a report would use for each series."""
    for indicator, region, frequency in series:
        definition = catalogue.indicators().get(indicator)
        if definition is None:  # an older version may have another id
            continue
        selected = select_series(definition, region, None, None, frequency, folder)
        if selected and selected.used:
            yield (indicator, region, frequency), selected


def _table(selected: SelectedSeries) -> str:
    return selected.used[0].table


def _rows(key: SeriesKey, selected: SelectedSeries, table: str) -> pd.DataFrame:
    columns = dict(zip(_SERIES_KEY, key, strict=True)) | {"table": table, "file": selected.used[0].path}
    return selected.data[["value"]].reset_index().assign(**columns, year=lambda rows: rows["period"].dt.year)
