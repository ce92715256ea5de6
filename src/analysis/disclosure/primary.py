"""Primary suppression: which figures are protected, which levels are too fine to keep, and the figures by key.

For a sensitive indicator, ``indicators.yml`` says how fine its figures may be. What is finer is hidden completely
before anything else is worked out, so that nothing can be derived from it. An indicator that includes a
sensitive one gives it away to anyone who subtracts the rest, so nothing of it is kept below the municipality.
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

Level = tuple[str, str]  # kind of region, by the prefix of its codes, and frequency
Area = tuple[str, str]  # a region, and "toen" where its code stood for other borders
Day = tuple[int, int, int]
Key = tuple[str, Area, Day, str]  # indicator, area, first day, frequency
_REGIONS = (*reversed(regions.BELOW), "GM", "PV")  # from fine to coarse
_UNKNOWN_PARTS = ("RE", "LD")  # police units and landsdelen: the definitions do not say which provinces they have


def levels(frame: pd.DataFrame) -> pd.Series:
    """Return the level of each observation.

    Parameters
    ----------
    frame : DataFrame
        Observations, with the types of their schema.

    Returns
    -------
    Series of (str, str)
        Kind of region and frequency; indexed as the frame.
    """
    kinds = frame["region"].cat.categories.str[:2].to_numpy(object)[frame["region"].cat.codes]
    return pd.Series(list(zip(kinds, frame["frequency"].astype(object), strict=True)), frame.index, dtype=object)


def finest_first(unordered: Iterable[Level]) -> list[Level]:
    """Sort levels so that each comes after the levels it is made of.

    Parameters
    ----------
    unordered : iterable of Level
        Kinds of region with frequencies.

    Returns
    -------
    list of Level

    Examples
    --------
    >>> finest_first([("GM", "Y"), ("WK", "Y"), ("BU", "M"), ("WK", "M")])
    [('BU', 'M'), ('WK', 'M'), ('WK', 'Y'), ('GM', 'Y')]
    """
    return sorted(unordered, key=_coarseness)


def _coarseness(level: Level) -> tuple[int, int]:
    kind, frequency = level
    return _REGIONS.index(kind) if kind in _REGIONS else len(_REGIONS), -FREQUENCIES.index(frequency)


def too_fine(frame: pd.DataFrame) -> tuple[pd.Series, list[HiddenLevel]]:
    """Return the observations that are finer than may be kept, and the levels that are hidden with them.

    Parameters
    ----------
    frame : DataFrame
        All observations, with the types of their schema.

    Returns
    -------
    hidden : Series of bool
        Indexed as the frame.
    levels : list of HiddenLevel
        Only levels at which there were figures.
    """
    hidden, hidden_levels = pd.Series(False, frame.index), []
    below = frame[is_below(frame) & frame["value"].notna()]
    for indicator in _sensitive():
        own = below[below["indicator"] == indicator.id]
        fine = own[np.array([not indicator.keeps(*level) for level in levels(own)], dtype=bool)]
        totals = below[below["indicator"].isin(_all_containers(indicator.id))] if len(fine) else fine
        hidden[fine.index.union(totals.index)] = True
        hidden_levels += levels_of(fine, "finer") + levels_of(totals, "total")
    return hidden, list(dict.fromkeys(hidden_levels))


def in_levels(frame: pd.DataFrame, hidden: Iterable[HiddenLevel]) -> pd.Series:
    """Return which observations are at one of the hidden levels.

    Parameters
    ----------
    frame : DataFrame
        Observations, with the types of their schema.
    hidden : iterable of HiddenLevel
        Indicators with their levels.

    Returns
    -------
    Series of bool
        Indexed as the frame.
    """
    wanted = {(level.indicator, (level.kind, level.frequency)) for level in hidden}
    pairs = zip(frame["indicator"].astype(object), levels(frame), strict=True) if wanted else ()
    return pd.Series([pair in wanted for pair in pairs] if wanted else False, frame.index, dtype=bool)


def levels_of(rows: pd.DataFrame, reason: str) -> list[HiddenLevel]:
    """Return the levels of some observations.

    Parameters
    ----------
    rows : DataFrame
        Observations, with the types of their schema.
    reason : str
        Why nothing of these levels is shown, see `HiddenLevel`.

    Returns
    -------
    list of HiddenLevel
    """
    pairs = zip(rows["indicator"].astype(str), levels(rows), strict=True)
    return [HiddenLevel(indicator, kind, frequency, reason) for indicator, (kind, frequency) in sorted(set(pairs))]


def _sensitive() -> Iterator[catalogue.Indicator]:
    return (indicator for indicator in catalogue.indicators().values() if indicator.sensitive != "no")


def _all_containers(indicator: str) -> set[str]:
    """Return all indicators that include an indicator, directly or through another one."""
    direct = set(containers().get(indicator, ()))
    return direct.union(*map(_all_containers, direct))


@cache
def wider_areas(area: Area, year: int) -> tuple[tuple[Area, str], ...]:
    """Return the regions that contain a region, also those it became part of in a herindeling.

    Parameters
    ----------
    area : tuple of (str, str)
        See `Area`.
    year : int
        Calendar year of the figure.

    Returns
    -------
    tuple of (Area, str)
        Each with the level of the parts that add up to it.
    """
    code, level = area[0], area[0][:2]
    wider = {"BU": [f"WK{code[2:8]}", f"GM{code[2:6]}"], "WK": [f"GM{code[2:6]}"]}.get(level, [])
    below_province = level in ("BU", "WK", "GM")
    province = regions.province_then(code if level == "GM" else f"GM{code[2:6]}") if below_province else None
    large = [*([province] if province else []), *([regions.NEDERLAND] if code != regions.NEDERLAND else [])]
    later = [past.into for past in regions.regions().mergers if code in regions.territory(past.into, year).wholes]
    became = [into for into in dict.fromkeys(later) if regions.territory(into, year).wholes != (code,)]
    containing = [(region, level) for region in wider]
    containing += [(region, kind) for region in large for kind in _kinds(area, year)]
    containing += [(region, "was") for region in became]
    return tuple(((region, ""), kind) for region, kind in containing)


def _kinds(area: Area, year: int) -> tuple[str, ...]:
    """Return the levels that a region belongs to as a part of a province or the country.

    The municipalities of today add up to a province, and so do those of the year itself; a mixture does not.
    """
    code, borders = area
    if not code.startswith("GM"):
        return (code[:2],)
    then = bool(borders) or regions.territory(code, year).wholes == (code,)
    return (() if _became(code) else ("GM",)) + (("GM then",) if then else ())


def _became(municipality: str) -> list[str]:
    """Return what a municipality that no longer exists became part of, completely or partly."""
    gone = regions.province(municipality) == municipality
    mergers = [past for past in regions.regions().mergers if municipality in (*past.wholes, *past.part_of)]
    return [past.into for past in mergers if gone and past.into != municipality]


def is_open(table: Table, indicator: Indicator, frequency: str, below: bool) -> bool:
    """Tell whether anyone can look up a figure at its publisher, and we do not protect it nevertheless.

    Parameters
    ----------
    table : Table
        The table the figure comes from.
    indicator : Indicator
        What is counted.
    frequency : str
        ``Y``, ``H``, ``Q``, ``M`` or ``D``.
    below : bool
        Whether its region is smaller than a municipality.

    Returns
    -------
    bool
        Also ``True`` for a figure supplied on request when a public table has that indicator at that level.
    """
    if indicator.sensitive == "always" or (below and indicator.sensitive == "below_municipality"):
        return False
    return table.public or any(
        _publishes(candidate, source.code, frequency, below)
        for source in indicator.sources
        for candidate in catalogue.tables().values()
        if candidate.public and candidate.subject == source.subject
    )


def _publishes(table: Table, code: str, frequency: str, below: bool) -> bool:
    withheld = table.withheld.codes(frequency)
    return frequency in table.frequencies and code not in withheld and (not below or table.region == "WijkenEnBuurten")


def protected_rows(frame: pd.DataFrame, sources: Mapping[str, Source]) -> pd.Series:
    """Return which observations are protected: counts that are not open, also missing ones, which complete a sum.

    Parameters
    ----------
    frame : DataFrame
        Observations, with the types of their schema.
    sources : mapping of str to Source
        Every file by name.

    Returns
    -------
    Series of bool
        Indexed as the frame.
    """
    tables = {name: catalogue.tables()[source.table] for name, source in sources.items()}
    columns = [frame[name].cat for name in ("source", "indicator", "frequency")]
    below = is_below(frame)
    code = below.to_numpy(dtype=np.int64)
    for column in columns:
        code = code * len(column.categories) + column.codes.to_numpy()
    combination, codes = pd.factorize(code)
    first = np.empty(len(codes), dtype=np.int64)  # row in which each combination occurs first
    first[combination[::-1]] = np.arange(len(combination))[::-1]
    combinations = zip(
        *(column.categories.take(column.codes.iloc[first]) for column in columns), below.iloc[first], strict=True
    )
    answers = [
        catalogue.indicator(indicator).is_count
        and not is_open(tables[source], catalogue.indicator(indicator), frequency, under)
        for source, indicator, frequency, under in combinations
    ]
    return pd.Series(np.array(answers, dtype=bool)[combination], frame.index)


def is_below(frame: pd.DataFrame) -> pd.Series:
    """Return which observations are about a region smaller than a municipality.

    Parameters
    ----------
    frame : DataFrame
        Observations, with the types of their schema.

    Returns
    -------
    Series of bool
        Indexed as the frame.
    """
    return _has_prefix(frame, regions.BELOW)


def has_unknown_parts(frame: pd.DataFrame) -> pd.Series:
    """Return which observations are about a police unit or landsdeel.

    The definitions do not say which parts these have, so they may give any of them away.

    Parameters
    ----------
    frame : DataFrame
        Observations, with the types of their schema.

    Returns
    -------
    Series of bool
        Indexed as the frame.
    """
    return _has_prefix(frame, _UNKNOWN_PARTS)


def _has_prefix(frame: pd.DataFrame, prefixes: tuple[str, ...]) -> pd.Series:
    matching = frame["region"].cat.categories.str.startswith(prefixes)
    return pd.Series(np.asarray(matching, dtype=bool)[frame["region"].cat.codes], frame.index)


def limits(frame: pd.DataFrame) -> pd.Series:
    """Return for each observation from which number it may be shown when it is protected.

    Parameters
    ----------
    frame : DataFrame
        Observations, with the types of their schema.

    Returns
    -------
    Series of int
        Indexed as the frame.
    """
    rule = catalogue.thresholds().disclosure
    fine = is_below(frame) | (frame["frequency"] != "Y")
    return fine.map({True: rule.finer, False: rule.year_of_municipality})


@dataclass(frozen=True)
class ProtectedFigures:
    """Figures by number; where releases differ about the same thing, each value has its own number.

    Parameters
    ----------
    keys : list of Key
        What each figure is about.
    values : list of float
        The figures as supplied.
    by_source : dict of Key to dict of str to int
        By key and source, the number of the figure; -1 where the source has a row without a figure.
    limits : dict of Key to int
        From which number a protected figure may be shown; no entry for figures that are open.
    fixed : frozenset of Key
        Open figures of municipalities and larger regions. Everybody has these, so hiding them would hide nothing.
    rows : dict of Key to list of int
        Index labels of the observations.
    implied : frozenset of Key
        Totals that are in no observation, see `implied_totals.add_implied_totals`.
    published : frozenset of int
        Numbers of the figures that an earlier edition showed. Everybody has these too.
    """

    keys: list[Key]
    values: list[float]
    by_source: dict[Key, dict[str, int]]
    limits: dict[Key, int]
    fixed: frozenset[Key]
    rows: dict[Key, list[int]]
    implied: frozenset[Key] = frozenset()
    published: frozenset[int] = frozenset()

    def numbers(self, key: Key) -> set[int]:
        """Return the numbers of all figures about the same thing."""
        return set(self.by_source[key].values()) - {-1}

    def limit(self, number: int) -> int:
        """Return from which number a figure may be shown; 0 when it is open."""
        return self.limits.get(self.keys[number], 0)

    def unpublished(self, key: Key) -> set[int]:
        """Return the numbers of the figures about the same thing that no earlier edition showed."""
        return self.numbers(key) - self.published


def collect_figures(
    frame: pd.DataFrame, files: Mapping[str, Source], guarded: pd.Series, limit: pd.Series, shown: pd.Series
) -> ProtectedFigures:
    """Collect figures by key, each value once.

    Parameters
    ----------
    frame : DataFrame
        Observations of everything that could give small figures away.
    files : mapping of str to Source
        The files they come from, by name.
    guarded, limit, shown : Series
        For each observation whether it is protected, from which number it may be shown, and whether an earlier edition
        showed it.

    Returns
    -------
    ProtectedFigures
    """
    numbers: dict[tuple[Key, float], int] = {}
    by_source: defaultdict[Key, dict[str, int]] = defaultdict(dict)
    rows: defaultdict[Key, list[int]] = defaultdict(list)
    limits: dict[Key, int] = {}
    fixed: set[Key] = set()
    published: set[int] = set()
    columns = (frame.index, _keys(frame, files), frame["source"], frame["value"], guarded, limit, shown)
    for row, key, source, value, protected, least, public in zip(*columns, strict=True):
        by_source[key][source] = -1 if isnan(value) else numbers.setdefault((key, value), len(numbers))
        rows[key].append(row)
        if public:
            published.add(by_source[key][source])
        if protected:
            limits[key] = least
        elif not key[1][0].startswith(regions.BELOW):
            fixed.add(key)
    keys, values = [key for key, _ in numbers], [value for _, value in numbers]
    return ProtectedFigures(
        keys, values, dict(by_source), limits, frozenset(fixed - limits.keys()), dict(rows),
        published=frozenset(published - {-1}),
    )  # fmt: skip


def near_protected(frame: pd.DataFrame, guarded: pd.Series) -> pd.Series:
    """Return which observations are about regions that contain a protected one or are contained in it.

    Parameters
    ----------
    frame : DataFrame
        Observations of a family of indicators.
    guarded : Series of bool
        Whether each observation is protected.

    Returns
    -------
    Series of bool
        Indexed as the frame.
    """
    codes = frame["region"].cat.categories
    touched = {regions.municipality_of(code) for code in frame.loc[guarded, "region"].unique()}
    touched |= {merger.into for merger in regions.regions().mergers if touched & {merger.into, *merger.wholes}}
    near = [regions.municipality_of(code) in touched or not code.startswith(("GM", *regions.BELOW)) for code in codes]
    return guarded | pd.Series(np.array(near, dtype=bool)[frame["region"].cat.codes], frame.index)


@cache
def containers() -> dict[str, tuple[str, ...]]:
    """Return by indicator the indicators that include it: the total of its table, or one that declares it as a part.

    Returns
    -------
    dict of str to tuple of str

    Examples
    --------
    >>> "overlast_totaal" in containers()["onbegrepen_gedrag"]
    True
    """
    wholes_of: defaultdict[str, set[str]] = defaultdict(set)
    for whole in catalogue.indicators().values():
        for part in (*whole.parts, *(catalogue.kinds(whole.total_of) if whole.total_of else ())):
            wholes_of[part].add(whole.id)
    return {part: tuple(sorted(wholes)) for part, wholes in wholes_of.items()}


def families(indicators: Iterable[str]) -> list[set[str]]:
    """Return each indicator with everything that includes it or is included in it, directly or indirectly.

    Parameters
    ----------
    indicators : iterable of str
        Ids from ``indicators.yml``.

    Returns
    -------
    list of set of str
        Disjoint sets.
    """
    disjoint: list[set[str]] = []
    for indicator in indicators:
        if not any(indicator in family for family in disjoint):
            disjoint.append(_family(indicator))
    return disjoint


def _family(indicator: str) -> set[str]:
    family: set[str] = set()
    more = {indicator}
    while more:
        family |= more
        links = [{part, *wholes} for part, wholes in containers().items() if family & {part, *wholes}]
        more = set().union(*links) - family
    return family


def _keys(frame: pd.DataFrame, files: Mapping[str, Source]) -> list[Key]:
    """Return what each row is about."""
    then = {name for name, file in files.items() if catalogue.tables()[file.table].borders == "own_year"}
    days = zip(frame["period"].dt.year, frame["period"].dt.month, frame["period"].dt.day, strict=True)
    rows = zip(frame["indicator"], frame["region"], frame["source"], days, frame["frequency"], strict=True)
    return [
        (indicator, (region, _borders(region, day[0]) if source in then else ""), day, frequency)
        for indicator, region, source, day, frequency in rows
    ]


@cache
def _borders(region: str, year: int) -> str:
    """Return "toen" when a code that still exists stood for a smaller area in a year, otherwise an empty string."""
    wholes = regions.territory(region, year).wholes
    return "toen" if region in wholes and wholes != (region,) else ""
