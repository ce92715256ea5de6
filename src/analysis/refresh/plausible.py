"""Whether new figures can be published without anyone looking: what moved more than revisions do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from .. import catalogue, observations, regions
from ..display import dutch
from ..errors import Implausible

_SERIES = ["indicator", "table", "region"]
_YEAR = [*_SERIES, "frequency", "year"]
_NEIGHBOURHOODS = ("WK", "BU")  # these get other codes every year
_SHOWN = 10
_REMEDY = (
    "Wat kunt u doen? Vergelijk deze cijfers met die van de uitgever. Kloppen ze, draai dan 'veiligheid refresh "
    "--accept'. Kloppen ze niet, zet dan het vorige bestand terug of haal het later opnieuw op."
)


@dataclass(frozen=True)
class Doubt:
    """A figure that moved too far; ``new`` is ``None`` when the region has no figures any more."""

    indicator: str
    region: str
    year: int
    old: float
    new: float | None
    file: str
    limit: float | None = None

    def __str__(self) -> str:
        about = f"{catalogue.indicator(self.indicator).label}, {regions.name(self.region)}"
        if self.new is None or self.limit is None:
            return f"{about}: geen cijfers meer in {self.file}. In {self.year} stond er {dutch.number(self.old)}."
        much = f" ({dutch.signed_percent(100 * (self.new / self.old - 1))})" if self.old else ""
        moved = f"{dutch.number(self.old)} → {dutch.number(self.new)}{much} in {self.file}"
        return f"{about}, {self.year}: {moved}. Tot {dutch.percent(100 * self.limit)} is gewoon."


def check(before: Path, now: Path, municipalities: Sequence[str]) -> None:
    """Refuse figures that moved too far since they were last published.

    Raises
    ------
    Implausible
        Naming them, the largest first.
    """
    if found := doubts(before, now, municipalities):
        more = f"\n  en nog {dutch.number(len(found) - _SHOWN)}" if len(found) > _SHOWN else ""
        lines = "".join(f"\n  {one}" for one in found[:_SHOWN])
        raise Implausible(f"Niet gepubliceerd: deze cijfers veranderden te veel.{lines}{more}\n{_REMEDY}")


def doubts(before: Path, now: Path, municipalities: Sequence[str]) -> list[Doubt]:
    """What moved too far between two folders of processed data, the largest figure first.

    Regions may not vanish anywhere. How far totals moved is only held against a limit where the reports are about:
    the municipalities, their provinces and the country. Somewhere among 342 municipalities a small count is always
    revised by a lot, and then nothing would ever be published.
    """
    old, new = figures(before), figures(now)
    ours = {regions.NEDERLAND, *municipalities, *map(regions.province, municipalities)}
    found = [*_vanished(old, new), *_moved(old[old["region"].isin(ours)], new)]
    return sorted(found, key=lambda one: max(one.old, one.new or 0), reverse=True)


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
    return newest.drop_duplicates([*_SERIES, "frequency", "period"], keep="last")


def _vanished(old: pd.DataFrame, new: pd.DataFrame) -> Iterator[Doubt]:
    """Regions that had figures and have none; a figure that is hidden by now is still there."""
    there = pd.MultiIndex.from_frame(new.loc[new["status"].isin(["final", "provisional", "suppressed"]), _SERIES])
    had = old[old["value"].notna()].sort_values("period").drop_duplicates(_SERIES, keep="last")
    gone = had[~pd.MultiIndex.from_frame(had[_SERIES]).isin(there)]
    for one in gone.itertuples():
        yield Doubt(one.indicator, one.region, one.year, one.value, None, one.file)


def _moved(old: pd.DataFrame, new: pd.DataFrame) -> Iterator[Doubt]:
    """Totals of a year, over the periods of it that both have, that moved by more than the limit."""
    limits = catalogue.thresholds().refresh
    totals = _totals(old, new)
    closed = totals["final"] | (totals["year"] <= new["year"].max() - limits.open_years)
    totals["limit"] = np.where(closed, limits.revised, limits.moved)
    apart = (totals["new"] - totals["old"]).abs()
    rounded = {id: one.rounded_to for id, one in catalogue.indicators().items()}
    least = totals["indicator"].map(rounded).astype(float)
    large = totals[["old", "new"]].max(axis=1) >= catalogue.thresholds().small_counts.percentage_from
    for one in totals[large & (apart > least) & (apart > totals["limit"] * totals["old"])].itertuples():
        yield Doubt(one.indicator, one.region, one.year, one.old, one.new, one.file, one.limit)


def _totals(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Counts of both by year: percentages and indices have no total."""
    counts = {id for id, one in catalogue.indicators().items() if one.is_count}
    some = old[old["indicator"].isin(counts)]
    both = some.merge(new, on=[*_YEAR, "period"], suffixes=("_old", "_new")).dropna(subset=["value_old", "value_new"])
    both["final"] = (both["status_old"] == "final") & (both["status_new"] == "final")
    grouped = both.groupby(_YEAR, as_index=False)
    return grouped.agg(
        old=("value_old", "sum"), new=("value_new", "sum"), final=("final", "all"), file=("file_new", "last")
    )
