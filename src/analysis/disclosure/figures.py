"""Protected figures and everything that could be added up with them, each distinct figure once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from math import isnan

import numpy as np
import pandas as pd

from .. import catalogue, regions
from ..observations import Source

Place = tuple[str, str]  # a region, and "toen" where its code stood for other borders
Day = tuple[int, int, int]
Key = tuple[str, Place, Day, str]  # indicator, place, first day, frequency


@dataclass(frozen=True)
class Figures:
    """Figures by number; editions that differ about one and the same thing each have a number.

    Parameters
    ----------
    keys : list of Key
        What each figure is about.
    values : list of float
        The figures as delivered.
    editions : dict of Key to dict of str to int
        Per key and source the number of its figure; -1 where the source has a row without a figure.
    limits : dict of Key to int
        From which number on a figure that is protected may be shown; absent for figures that are open.
    fixed : frozenset of Key
        Open figures of municipalities and larger: everybody has these, so hiding them would hide nothing.
    rows : dict of Key to list of int
        In which rows of the observations they stand.
    absent : frozenset of Key
        Totals that stand in no row; see `absent`.
    """

    keys: list[Key]
    values: list[float]
    editions: dict[Key, dict[str, int]]
    limits: dict[Key, int]
    fixed: frozenset[Key]
    rows: dict[Key, list[int]]
    absent: frozenset[Key] = frozenset()

    def numbers(self, key: Key) -> set[int]:
        """All figures about one thing."""
        return set(self.editions[key].values()) - {-1}


def collected(frame: pd.DataFrame, files: Mapping[str, Source], guarded: pd.Series, limit: pd.Series) -> Figures:
    """Each figure once.

    Parameters
    ----------
    frame : DataFrame
        Observations of all that could give small figures away.
    files : mapping of str to Source
        Where they come from.
    guarded, limit : pandas.Series
        For each observation whether it is protected, and from which number it may be shown.
    """
    numbers: dict[tuple[Key, float], int] = {}
    editions: defaultdict[Key, dict[str, int]] = defaultdict(dict)
    rows: defaultdict[Key, list[int]] = defaultdict(list)
    limits: dict[Key, int] = {}
    fixed: set[Key] = set()
    told = (frame.index, _keys(frame, files), frame["source"], frame["value"], guarded, limit)
    for row, key, source, value, protected, least in zip(*told, strict=True):
        editions[key][source] = -1 if isnan(value) else numbers.setdefault((key, value), len(numbers))
        rows[key].append(row)
        if protected:
            limits[key] = least
        elif not key[1][0].startswith(regions.BELOW):
            fixed.add(key)
    keys, values = [key for key, _ in numbers], [value for _, value in numbers]
    return Figures(keys, values, dict(editions), limits, frozenset(fixed - limits.keys()), dict(rows))


def close_to(frame: pd.DataFrame, guarded: pd.Series) -> pd.Series:
    """Which observations of a family of indicators are of regions that hold or are held by a protected one."""
    codes = frame["region"].cat.categories
    touched = {regions.around(code) for code in frame.loc[guarded, "region"].unique()}
    touched |= {merger.into for merger in regions.regions().mergers if touched & {merger.into, *merger.wholes}}
    close = [regions.around(code) in touched or not code.startswith(("GM", *regions.BELOW)) for code in codes]
    return guarded | pd.Series(np.array(close, dtype=bool)[frame["region"].cat.codes], frame.index)


@cache
def containers() -> dict[str, tuple[str, ...]]:
    """Indicators that count the same things among others: the total of a table, or a declared whole."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for whole in catalogue.indicators().values():
        for part in (*whole.parts, *(catalogue.kinds(whole.total_of) if whole.total_of else ())):
            found[part].add(whole.id)
    return {part: tuple(sorted(wholes)) for part, wholes in found.items()}


def families(indicators: Iterable[str]) -> list[set[str]]:
    """Each with everything that contains or is contained in it, and so on; indicators that meet are together."""
    found: list[set[str]] = []
    for indicator in indicators:
        if not any(indicator in family for family in found):
            found.append(_family(indicator))
    return found


def _family(indicator: str) -> set[str]:
    found: set[str] = set()
    more = {indicator}
    while more:
        found |= more
        links = [{part, *wholes} for part, wholes in containers().items() if found & {part, *wholes}]
        more = set().union(*links) - found
    return found


def _keys(frame: pd.DataFrame, files: Mapping[str, Source]) -> list[Key]:
    """What every row is about."""
    then = {name for name, file in files.items() if catalogue.tables()[file.table].borders == "own_year"}
    days = zip(frame["period"].dt.year, frame["period"].dt.month, frame["period"].dt.day, strict=True)
    told = zip(frame["indicator"], frame["region"], frame["source"], days, frame["frequency"], strict=True)
    return [
        (indicator, (region, _borders(region, day[0]) if source in then else ""), day, frequency)
        for indicator, region, source, day, frequency in told
    ]


@cache
def _borders(region: str, year: int) -> str:
    """Whether a code that lives on stood for a smaller area in a year."""
    wholes = regions.territory(region, year).wholes
    return "toen" if region in wholes and wholes != (region,) else ""
