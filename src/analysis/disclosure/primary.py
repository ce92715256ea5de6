"""Levels of figures, such as each month of each buurt, of which nothing is kept at all.

Of a sensitive indicator ``indicators.yml`` says how fine its figures may be. What is finer is hidden whole, before
anything is worked out: one level less is one thing less to work out from. An indicator that counts a sensitive one
among others gives it away to whoever takes off the rest, so nothing of it is kept below the municipality.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import isnan

import numpy as np
import pandas as pd

from ..definitions import catalogue, regions
from ..definitions.catalogue import FREQUENCIES, Indicator, Table
from ..store.raw_sources import HiddenLevel, Source

Level = tuple[str, str]  # the kind of region, as its code begins, and a frequency
_REGIONS = (*reversed(regions.BELOW), "GM", "PV")  # the finest first


def levels(frame: pd.DataFrame) -> pd.Series:
    """The level of each observation."""
    kinds = frame["region"].cat.categories.str[:2].to_numpy(object)[frame["region"].cat.codes]
    return pd.Series(list(zip(kinds, frame["frequency"].astype(object), strict=True)), frame.index, dtype=object)


def finest_first(found: Iterable[Level]) -> list[Level]:
    """Levels in such an order that all that a level is made of comes before it."""
    return sorted(found, key=_coarseness)


def _coarseness(level: Level) -> tuple[int, int]:
    kind, frequency = level
    return _REGIONS.index(kind) if kind in _REGIONS else len(_REGIONS), -FREQUENCIES.index(frequency)


def too_fine(frame: pd.DataFrame) -> tuple[pd.Series, list[HiddenLevel]]:
    """Observations that are finer than may be kept, and the levels that are hidden with them.

    Parameters
    ----------
    frame : DataFrame
        All observations, in the types of their schema.

    Returns
    -------
    Series of bool
        Indexed as the frame.
    list of HiddenLevel
        Only those at which there were figures.
    """
    hidden, told = pd.Series(False, frame.index), []
    below = frame[is_below(frame) & frame["value"].notna()]
    for indicator in _sensitive():
        own = below[below["indicator"] == indicator.id]
        fine = own[np.array([not indicator.keeps(*level) for level in levels(own)], dtype=bool)]
        over = below[below["indicator"].isin(_all_over(indicator.id))] if len(fine) else fine
        hidden[fine.index.union(over.index)] = True
        told += named(fine, "finer") + named(over, "total")
    return hidden, list(dict.fromkeys(told))


def within(frame: pd.DataFrame, hidden: Iterable[HiddenLevel]) -> pd.Series:
    """Which observations are at one of these levels."""
    told = {(one.indicator, (one.kind, one.frequency)) for one in hidden}
    pairs = zip(frame["indicator"].astype(object), levels(frame), strict=True) if told else ()
    return pd.Series([pair in told for pair in pairs] if told else False, frame.index, dtype=bool)


def named(rows: pd.DataFrame, reason: str) -> list[HiddenLevel]:
    """The levels that some observations are at."""
    pairs = zip(rows["indicator"].astype(str), levels(rows), strict=True)
    return [HiddenLevel(indicator, kind, frequency, reason) for indicator, (kind, frequency) in sorted(set(pairs))]


def _sensitive() -> Iterator[catalogue.Indicator]:
    return (one for one in catalogue.indicators().values() if one.sensitive != "no")


def _all_over(indicator: str) -> set[str]:
    """Everything that counts an indicator among others, also by way of another one."""
    above = set(containers().get(indicator, ()))
    return above.union(*map(_all_over, above))


@cache
def above(place: Place, year: int) -> tuple[tuple[Place, str], ...]:
    """The regions that hold a region, with the level of their parts; also what it became in a herindeling."""
    code, level = place[0], place[0][:2]
    wider = {"BU": [f"WK{code[2:8]}", f"GM{code[2:6]}"], "WK": [f"GM{code[2:6]}"]}.get(level, [])
    around = regions.province_then(code if level == "GM" else f"GM{code[2:6]}") if level in ("BU", "WK", "GM") else None
    large = [*([around] if around else []), *([regions.NEDERLAND] if code != regions.NEDERLAND else [])]
    later = [m.into for m in regions.regions().mergers if code in regions.territory(m.into, year).wholes]
    became = [into for into in dict.fromkeys(later) if regions.territory(into, year).wholes != (code,)]
    found = [(one, level) for one in wider] + [(one, kind) for one in large for kind in _kinds(place, year)]
    return tuple(((one, ""), kind) for one, kind in [*found, *((one, "was") for one in became)])


def _kinds(place: Place, year: int) -> tuple[str, ...]:
    """Municipalities of today add up to a province, and so do those of the year itself; all together they do not."""
    code, borders = place
    if not code.startswith("GM"):
        return (code[:2],)
    then = bool(borders) or regions.territory(code, year).wholes == (code,)
    return (() if _became(code) else ("GM",)) + (("GM then",) if then else ())


def _became(municipality: str) -> list[str]:
    """What a municipality that is no more went into, whole or in part."""
    gone = regions.province(municipality) == municipality
    mergers = [m for m in regions.regions().mergers if municipality in (*m.wholes, *m.part_of)]
    return [m.into for m in mergers if gone and m.into != municipality]


_ELSEWHERE = ("RE", "LD")  # police units and landsdelen: nothing here says which provinces they consist of


def is_open(table: Table, indicator: Indicator, frequency: str, below: bool) -> bool:
    """Whether anyone can look up this figure at its publisher, and we do not protect it all the same.

    Parameters
    ----------
    table : Table
        The table the figure comes from.
    below : bool
        Whether its region is smaller than a municipality.

    Returns
    -------
    bool
        Also true for a figure of a delivery when a public table holds that indicator at that level.
    """
    if indicator.sensitive == "always" or (below and indicator.sensitive == "below_municipality"):
        return False
    return table.public or any(
        _publishes(other, selection.code, frequency, below)
        for selection in indicator.sources
        for other in catalogue.tables().values()
        if other.public and other.subject == selection.subject
    )


def _publishes(table: Table, code: str, frequency: str, below: bool) -> bool:
    withheld = table.withheld.codes(frequency)
    return frequency in table.frequencies and code not in withheld and (not below or table.region == "WijkenEnBuurten")


def rows(frame: pd.DataFrame, sources: Mapping[str, Source]) -> pd.Series:
    """Which observations are protected: counts that are not open; missing ones too, for they complete a sum.

    Parameters
    ----------
    frame : DataFrame
        Observations in the types of their schema.
    sources : mapping of str to Source
        Every file by name.

    Returns
    -------
    pandas.Series of bool
        Indexed as the frame.
    """
    tables = {name: catalogue.tables()[source.table] for name, source in sources.items()}
    columns = [frame[name].cat for name in ("source", "indicator", "frequency")]
    below = is_below(frame)
    code = below.to_numpy(dtype=np.int64)
    for column in columns:
        code = code * len(column.categories) + column.codes.to_numpy()
    places, kinds = pd.factorize(code)
    first = np.empty(len(kinds), dtype=np.int64)
    first[places[::-1]] = np.arange(len(places))[::-1]
    told = zip(
        *(column.categories.take(column.codes.iloc[first]) for column in columns), below.iloc[first], strict=True
    )
    answers = [
        catalogue.indicator(indicator).is_count
        and not is_open(tables[source], catalogue.indicator(indicator), frequency, under)
        for source, indicator, frequency, under in told
    ]
    return pd.Series(np.array(answers, dtype=bool)[places], frame.index)


def is_below(frame: pd.DataFrame) -> pd.Series:
    """Which observations are of a region smaller than a municipality."""
    return _of(frame, regions.BELOW)


def is_elsewhere(frame: pd.DataFrame) -> pd.Series:
    """Which observations are of a region of which we do not know what it holds, so not what it gives away."""
    return _of(frame, _ELSEWHERE)


def _of(frame: pd.DataFrame, levels: tuple[str, ...]) -> pd.Series:
    there = frame["region"].cat.categories.str.startswith(levels)
    return pd.Series(np.asarray(there, dtype=bool)[frame["region"].cat.codes], frame.index)


def limits(frame: pd.DataFrame) -> pd.Series:
    """From which number on each figure may be shown, were it protected."""
    rule = catalogue.thresholds().disclosure
    fine = is_below(frame) | (frame["frequency"] != "Y")
    return fine.map({True: rule.finer, False: rule.year_of_municipality})


Place = tuple[str, str]  # a region, and "toen" where its code stood for other borders
Day = tuple[int, int, int]
Key = tuple[str, Place, Day, str]  # indicator, place, first day, frequency


@dataclass(frozen=True)
class ProtectedFigures:
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


def collected(
    frame: pd.DataFrame, files: Mapping[str, Source], guarded: pd.Series, limit: pd.Series
) -> ProtectedFigures:
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
    return ProtectedFigures(keys, values, dict(editions), limits, frozenset(fixed - limits.keys()), dict(rows))


def close_to(frame: pd.DataFrame, guarded: pd.Series) -> pd.Series:
    """Which observations of a family of indicators are of regions that hold or are held by a protected one."""
    codes = frame["region"].cat.categories
    touched = {regions.municipality_of(code) for code in frame.loc[guarded, "region"].unique()}
    touched |= {merger.into for merger in regions.regions().mergers if touched & {merger.into, *merger.wholes}}
    close = [regions.municipality_of(code) in touched or not code.startswith(("GM", *regions.BELOW)) for code in codes]
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
