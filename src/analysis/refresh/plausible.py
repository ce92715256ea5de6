"""Whether new figures can be published without anyone looking: what moved more than revisions do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pandas as pd

from .. import catalogue, observations, regions
from ..errors import Implausible
from .doubt import ALL, Doubt, told
from .takeover import in_several, taken_over
from .totals import SERIES, YEAR, fresh, moved, moved_together

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
