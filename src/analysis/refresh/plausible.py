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
from .takeover import in_several, taken_over

_SERIES = ["indicator", "table", "region"]
_YEAR = [*_SERIES, "frequency", "year"]
_NEIGHBOURHOODS = ("WK", "BU")  # these get other codes every year
_SHOWN = 10
_REMEDY = (
    "Wat kunt u doen? Vergelijk deze cijfers met die van de uitgever. Kloppen ze, draai dan 'veiligheid refresh "
    "--accept' met dezelfde instellingen. Kloppen ze niet, haal dan het bestand weg: de volgende keer komt het "
    "opnieuw."
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
        known = catalogue.indicators().get(self.indicator)  # an older version may have named it otherwise
        about = f"{known.label if known else self.indicator}, {regions.name(self.region)}"
        if self.new is None or self.limit is None:
            was = f"In {self.year} stond er {dutch.number(self.old)}, in {self.file}."
            return f"{about}: een cijfer dat er was, ontbreekt nu. {was}"
        much = f" ({dutch.signed_percent(100 * (self.new / self.old - 1))})" if self.old else ""
        moved = f"{dutch.number(self.old)} → {dutch.number(self.new)}{much} in {self.file}"
        return f"{about}, {self.year}: {moved}. Tot {dutch.percent(100 * self.limit)} is gewoon."


def told(found: Sequence[Doubt]) -> str:
    """Doubts, one to a line."""
    more = f"\n  en nog {dutch.number(len(found) - _SHOWN)}" if len(found) > _SHOWN else ""
    return "".join(f"\n  {one}" for one in found[:_SHOWN]) + more


def refusal(found: Sequence[Doubt]) -> Implausible:
    """Why nothing is published."""
    return Implausible(f"Niet gepubliceerd: deze cijfers veranderden te veel.{told(found)}\n{_REMEDY}")


def doubts(before: Path, now: Path, municipalities: Sequence[str]) -> list[Doubt]:
    """What moved too far between two folders of processed data, the largest figure first.

    Regions may not vanish anywhere. Single figures, and how far totals moved, are only looked at where the reports are
    about: the municipalities with what they were made of, their provinces and the country. Somewhere among 342
    municipalities a small count is always revised by a lot, and then nothing would ever be published.
    """
    old, new = figures(before), figures(now)
    ours = {regions.NEDERLAND, *regions.with_predecessors(municipalities), *map(regions.province, municipalities)}
    here, there = (frame["region"].isin(ours) for frame in (old, new))
    several = in_several(pd.concat([old[here], new[there]]))
    found = [
        *_vanished(old[here], new, [*_SERIES, "frequency", "period"]),
        *_vanished(old[~here], new, [*_SERIES, "frequency"]),
        *_moved(old[here], new),
        *(doubt for was, since in taken_over(before, now, several) for doubt in _moved(was, since)),
    ]
    return sorted(found, key=size, reverse=True)


def size(doubt: Doubt) -> float:
    """By which doubts are told, the largest first."""
    return max(doubt.old, doubt.new or 0)


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


def _vanished(old: pd.DataFrame, new: pd.DataFrame, key: list[str]) -> Iterator[Doubt]:
    """What had a figure and has none, one doubt a year; a small count may be hidden by now, a large one not."""
    had = old[old["value"].notna()].sort_values("period").drop_duplicates(key, keep="last")
    here = pd.MultiIndex.from_frame(had[key])
    there = here.isin(pd.MultiIndex.from_frame(new.loc[new["value"].notna(), key]))
    hidden = here.isin(pd.MultiIndex.from_frame(new.loc[new["status"] == "suppressed", key]))
    small = had["value"] < catalogue.thresholds().small_counts.percentage_from
    for one in had[~there & ~(hidden & small)].drop_duplicates(_YEAR).itertuples():
        yield Doubt(one.indicator, one.region, one.year, one.value, None, one.file)


def _moved(old: pd.DataFrame, new: pd.DataFrame) -> Iterator[Doubt]:
    """Totals of a year, over the periods of it that both have, that moved by more than the limit."""
    limits = catalogue.thresholds().refresh
    totals = _totals(old, new)
    newest = totals["table"].map(new.groupby("table")["year"].max()).astype(float)
    closed = totals["year"] <= newest - limits.open_years
    totals["limit"] = np.where(closed, limits.revised, limits.moved)
    apart = (totals["new"] - totals["old"]).abs()
    small = catalogue.thresholds().small_counts
    large = (totals[["old", "new"]].max(axis=1) >= small.percentage_from) & (apart >= small.interval_from)
    for one in totals[large & (apart > totals["limit"] * totals["old"])].itertuples():
        yield Doubt(one.indicator, one.region, one.year, one.old, one.new, one.file, one.limit)


def _totals(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Counts of both by year: percentages and indices have no total."""
    counts = {id for id, one in catalogue.indicators().items() if one.is_count}
    some = old[old["indicator"].isin(counts)]
    both = some.merge(new, on=[*_YEAR, "period"], suffixes=("_old", "_new")).dropna(subset=["value_old", "value_new"])
    grouped = both.groupby(_YEAR, as_index=False)
    return grouped.agg(old=("value_old", "sum"), new=("value_new", "sum"), file=("file_new", "last"))
