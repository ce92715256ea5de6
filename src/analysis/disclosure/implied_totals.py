"""Sums that a reader can make of figures, and totals that are implied although they are not shown.

Figures may be added over months of a year, wijken of a municipality, kinds of a total, or several of these at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Any

from ..definitions import catalogue
from .primary import Area, Day, Key, ProtectedFigures, containers, wider_areas

Shape = tuple[str, str, str]  # of parts that are added together: kind, level of region, frequency
Groups = dict[tuple[Key, Shape], dict[str, dict[Key, int]]]
_USUAL = 0.5  # parts that add up at least this often are assumed to be complete
_MONTHS = {"D": 0, "M": 1, "Q": 3, "H": 6, "Y": 12}
_NEW_YEAR = ((12, 31), (1, 1))  # daily figures cover New Year's Eve, which counts for the year in which it begins


@dataclass(frozen=True)
class ImpliedSum:
    """``total = parts + rest``, in numbers of figures.

    Parameters
    ----------
    total : int
        Number of the total.
    parts : frozenset of int
        Numbers of the parts.
    difference : float
        Difference between total and parts when no part is absent, as a revision causes.
    open : bool
        Whether parts are absent, so that the rest is any number from 0.
    seems_complete : bool
        Whether no part seems absent to someone who knows only that the small parts are small.
    """

    total: int
    parts: frozenset[int]
    difference: float
    open: bool
    seems_complete: bool = False

    def opened(self) -> ImpliedSum:
        """Return the same sum, assuming that parts are absent."""
        return ImpliedSum(self.total, self.parts, min(self.difference, 0), open=True)


def sums(figures: ProtectedFigures) -> list[ImpliedSum]:
    """Return all sums among some figures.

    Parts come from one file, or from all files together where no file has them all. The total comes from the same file,
    and from other files or releases only when that file has none. The figures themselves show whether a
    list is complete: a reader assumes so where the parts usually add up.

    Parameters
    ----------
    figures : ProtectedFigures
        Figures of a family of indicators.

    Returns
    -------
    list of ImpliedSum
    """
    distinct: dict[ImpliedSum, None] = {}
    for alike in _alike(_groups(figures)):
        together = [_sums_together(figures, whole, parts) for whole, parts in alike]
        usual = fmean(implied.seems_complete for group in together for implied in group) if any(together) else 0
        apart = [_sums_of(figures, whole, parts, name) for whole, by in alike for name, parts in by.items()]
        for implied in (implied for group in (*together, *apart) for implied in group):
            distinct[implied if usual >= _USUAL else implied.opened()] = None
    return list(distinct)


def _alike(groups: Groups) -> Iterable[list[tuple[Key, dict[str, dict[Key, int]]]]]:
    """Return groups of the same shape about the same thing, over all periods."""
    alike: defaultdict[Any, list[tuple[Key, dict[str, dict[Key, int]]]]] = defaultdict(list)
    for (whole, shape), parts in groups.items():
        indicator, area, _, frequency = whole
        alike[indicator, area, frequency, shape].append((whole, parts))
    return alike.values()


def _sums_together(figures: ProtectedFigures, whole: Key, by_source: dict[str, dict[Key, int]]) -> list[ImpliedSum]:
    """Return the sums of the parts from all files; where several files have the same part, from the first."""
    together = {key: number for parts in reversed(by_source.values()) for key, number in parts.items()}
    complete = next((name for name, parts in by_source.items() if len(parts) == len(together)), "")
    return _sums_of(figures, whole, by_source[complete] if complete else together, complete)


def _sums_of(figures: ProtectedFigures, whole: Key, parts: dict[Key, int], source: str) -> list[ImpliedSum]:
    """Return the sums of some parts, one for each value of their total; only that of their own file if it has one."""
    own = figures.by_source[whole].get(source, -1)
    totals = sorted(figures.numbers(whole)) if own == -1 else [own]
    implied = [_sum(figures, total, set(parts.values())) for total in totals]
    return [item for item in implied if item is not None]


def _sum(figures: ProtectedFigures, total: int, parts: set[int]) -> ImpliedSum | None:
    """Return a sum, or ``None`` when the parts clearly exceed the total: then they are not its parts."""
    numbers, values = frozenset(parts - {-1}), figures.values
    difference = values[total] - sum(values[part] for part in numbers)
    revised = adds_up(difference, values[total])
    if not numbers or (difference < 0 and not revised):
        return None
    if -1 in parts:
        return ImpliedSum(total, numbers, min(difference, 0), open=True)
    room = sum(limit - 1 - values[part] for part in numbers if values[part] < (limit := figures.limit(part)))
    seems_complete = revised or difference <= room
    return ImpliedSum(total, numbers, difference if revised else 0, open=not revised, seems_complete=seems_complete)


def adds_up(difference: float, total: float) -> bool:
    """Tell whether parts add up to a total, allowing for a revision of one of them.

    Parameters
    ----------
    difference : float
        Total minus the sum of the parts.
    total : float
        The total.

    Returns
    -------
    bool

    Examples
    --------
    >>> adds_up(-2, 60), adds_up(3, 60)
    (True, False)
    """
    rule = catalogue.thresholds()
    return abs(difference) <= max(rule.revision.max_relative * total, rule.disclosure.revised)


def _groups(figures: ProtectedFigures) -> Groups:
    """Group figures that are added together, by what they add up to and by source."""
    present = {(indicator, area, frequency) for indicator, area, _, frequency in figures.by_source}
    groups: defaultdict[tuple[Key, Shape], defaultdict[str, dict[Key, int]]] = defaultdict(lambda: defaultdict(dict))
    for key, by_source in figures.by_source.items():
        for whole, shape in _wholes(key, present):
            if whole in figures.by_source:
                for source, number in by_source.items():
                    groups[whole, shape][source][key] = number
    return {name: dict(group) for name, group in groups.items()}


def _wholes(key: Key, present: set[tuple[str, Area, str]]) -> Iterator[tuple[Key, Shape]]:
    """Yield everything a figure may be a part of: one step up in kind, region or period, or several at once."""
    indicator, area, start, frequency = key
    kinds = [(indicator, ""), *((whole, "kinds") for whole in containers().get(indicator, ()))]
    areas = [(area, ""), *wider_areas(area, start[0])]
    lengths = [(frequency, start), *longer_periods(start, frequency)]
    for whole, kind in kinds:
        for wider, level in areas:
            for length, since in lengths:
                if (whole, wider, length) in present and (whole, wider, length) != (indicator, area, frequency):
                    yield (whole, wider, since, length), (kind, level, frequency)


def longer_periods(start: Day, frequency: str) -> list[tuple[str, Day]]:
    """Return the longer periods that contain a period.

    Parameters
    ----------
    start : tuple of (int, int, int)
        Year, month and day of the first day.
    frequency : str
        ``Y``, ``H``, ``Q``, ``M`` or ``D``.

    Returns
    -------
    list of (str, tuple)
        Frequency and first day.

    Examples
    --------
    >>> longer_periods((2022, 5, 1), "M")
    [('Q', (2022, 4, 1)), ('H', (2022, 1, 1)), ('Y', (2022, 1, 1))]
    """
    lengths = [length for length, months in _MONTHS.items() if months > _MONTHS[frequency]]
    if frequency == "D" and start[1:] not in _NEW_YEAR:
        lengths.remove("Y")
    return [(length, _start(start, frequency, length)) for length in lengths]


def _start(day: Day, short: str, long: str) -> Day:
    """Return the first day of the longer period that contains a period."""
    year, month, _ = day
    if (short, long) == ("D", "Y"):
        return (year if month > _MONTHS["H"] else year - 1), 1, 1
    months = _MONTHS[long]
    return (year, (month - 1) // months * months + 1, 1) if months else day


def add_implied_totals(figures: ProtectedFigures) -> ProtectedFigures:
    """Add each total that is not shown but on which two different divisions agree, as a hidden figure.

    Parameters
    ----------
    figures : ProtectedFigures
        Figures of a family of indicators.

    Returns
    -------
    ProtectedFigures
        With the keys of the new totals in ``implied``.
    """
    divided: defaultdict[Key, defaultdict[str, defaultdict[str, float]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(float))
    )
    for key, by_source in figures.by_source.items():
        number = next(iter(by_source.values()))
        value = figures.values[number] if number >= 0 else float("nan")
        for whole, divider, level in _implied_wholes(key):
            if whole not in figures.by_source:
                divided[whole][divider][level] += value
    totals = {whole: total for whole, parts in divided.items() if (total := _agreed(parts)) is not None}
    keys, values = [*figures.keys, *totals], [*figures.values, *totals.values()]
    numbers = {whole: {"": len(figures.keys) + index} for index, whole in enumerate(totals)}
    rows: dict[Key, list[int]] = {whole: [] for whole in totals}
    return replace(
        figures, keys=keys, values=values, by_source=figures.by_source | numbers, rows=figures.rows | rows,
        implied=frozenset(totals),
    )  # fmt: skip


def _implied_wholes(key: Key) -> Iterator[tuple[Key, str, str]]:
    """Yield what a figure may be a part of, one step up: a kind, a region or a period that contains it."""
    indicator, area, start, frequency = key
    yield from (((whole, area, start, frequency), "kind", "") for whole in containers().get(indicator, ()))
    for wider, level in wider_areas(area, start[0]):
        yield (indicator, wider, start, frequency), "region", level
    for length, since in longer_periods(start, frequency):
        yield (indicator, area, since, length), "period", frequency


def _agreed(parts: defaultdict[str, defaultdict[str, float]]) -> float | None:
    """Return a total on which two different divisions agree, ``None`` when there is none."""
    sums = [(divider, total) for divider, levels in parts.items() for total in levels.values()]
    return next(
        (
            total
            for index, (divider, total) in enumerate(sums)
            for second_divider, second in sums[index + 1 :]
            if second_divider != divider and adds_up(second - total, total)
        ),
        None,
    )
