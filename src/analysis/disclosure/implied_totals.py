"""Every sum a reader can make: months of a year, wijken of a municipality, kinds of a total, or all at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Any

from ..definitions import catalogue
from .primary import Day, Key, Place, ProtectedFigures, above, containers

_USUAL = 0.5  # parts that add up at least this often are taken to be complete
_MONTHS = {"D": 0, "M": 1, "Q": 3, "H": 6, "Y": 12}
_NEW_YEAR = ((12, 31), (1, 1))  # days are delivered of a turn of the year, which goes by the year it begins in
Shape = tuple[str, str, str]  # of parts that are added together: kind, level of region, frequency
Groups = dict[tuple[Key, Shape], dict[str, dict[Key, int]]]


@dataclass(frozen=True)
class ImpliedSum:
    """``total = parts + rest``, in numbers of figures.

    Parameters
    ----------
    total, parts
        Numbers of figures.
    difference : int
        By how much total and parts differ where every part is there, as a revision makes them.
    open : bool
        Whether parts are absent, so that the rest is any number from 0.
    """

    total: int
    parts: frozenset[int]
    difference: float
    open: bool

    def opened(self) -> ImpliedSum:
        """The same sum, when parts are thought to be absent."""
        return ImpliedSum(self.total, self.parts, min(self.difference, 0), open=True)


def sums(figures: ProtectedFigures) -> list[ImpliedSum]:
    """All sums among some figures.

    Parts come from one file, or from all files together; the total may come from another file or edition. Whether a
    list of parts is complete is told by the figures themselves: a reader assumes it where the parts usually add up.
    """
    found: dict[ImpliedSum, None] = {}
    for alike in _alike(_groups(figures)):
        together = [_among(figures, whole, _together(parts)) for whole, parts in alike]
        usual = fmean(not one.open for made in together for one in made) if any(together) else 0
        apart = [_among(figures, whole, parts) for whole, sources in alike for parts in sources.values()]
        for one in (each for made in (*together, *apart) for each in made):
            found[one if usual >= _USUAL else one.opened()] = None
    return list(found)


def _alike(groups: Groups) -> Iterable[list[tuple[Key, dict[str, dict[Key, int]]]]]:
    """Groups of the same shape about the same thing, over all periods."""
    found: defaultdict[Any, list[tuple[Key, dict[str, dict[Key, int]]]]] = defaultdict(list)
    for (whole, shape), parts in groups.items():
        indicator, place, _, frequency = whole
        found[indicator, place, frequency, shape].append((whole, parts))
    return found.values()


def _together(by_source: dict[str, dict[Key, int]]) -> dict[Key, int]:
    """Parts from all files; where several have one, from the first."""
    return {key: number for parts in reversed(by_source.values()) for key, number in parts.items()}


def _among(figures: ProtectedFigures, whole: Key, parts: dict[Key, int]) -> list[ImpliedSum]:
    """The sums of some parts, for every edition of their total."""
    made = [_sum(figures.values, total, set(parts.values())) for total in sorted(figures.numbers(whole))]
    return [one for one in made if one is not None]


def _sum(values: list[float], total: int, parts: set[int]) -> ImpliedSum | None:
    """A sum, unless the parts are clearly more than the total: then they are not its parts."""
    known = frozenset(parts - {-1})
    difference = values[total] - sum(values[part] for part in known)
    revised = adds_up(difference, values[total])
    if not known or (difference < 0 and not revised):
        return None
    closed = ImpliedSum(total, known, difference, open=False)
    return closed if revised and -1 not in parts else closed.opened()


def adds_up(difference: float, total: float) -> bool:
    """Whether parts still add up to a total: one of them may have been revised since."""
    rule = catalogue.thresholds()
    return abs(difference) <= max(rule.revision.max_relative * total, rule.disclosure.revised)


def _groups(figures: ProtectedFigures) -> Groups:
    """Figures that are added together, by what they add up to and by source."""
    there = {(indicator, place, frequency) for indicator, place, _, frequency in figures.editions}
    groups: defaultdict[tuple[Key, Shape], defaultdict[str, dict[Key, int]]] = defaultdict(lambda: defaultdict(dict))
    for key, editions in figures.editions.items():
        for whole, shape in _wholes(key, there):
            if whole in figures.editions:
                for source, number in editions.items():
                    groups[whole, shape][source][key] = number
    return {name: dict(group) for name, group in groups.items()}


def _wholes(key: Key, there: set[tuple[str, Place, str]]) -> Iterator[tuple[Key, Shape]]:
    """Everything a figure may be a part of: one step up in kind, region or period, or several at once."""
    indicator, place, start, frequency = key
    kinds = [(indicator, ""), *((whole, "kinds") for whole in containers().get(indicator, ()))]
    places = [(place, ""), *above(place, start[0])]
    lengths = [(frequency, start), *longer(start, frequency)]
    for whole, kind in kinds:
        for wider, level in places:
            for length, since in lengths:
                if (whole, wider, length) in there and (whole, wider, length) != (indicator, place, frequency):
                    yield (whole, wider, since, length), (kind, level, frequency)


def longer(start: Day, frequency: str) -> list[tuple[str, Day]]:
    """The longer periods a period is part of: frequency and first day."""
    found = [length for length, months in _MONTHS.items() if months > _MONTHS[frequency]]
    if frequency == "D" and start[1:] not in _NEW_YEAR:
        found.remove("Y")
    return [(length, _start(start, frequency, length)) for length in found]


def _start(day: Day, short: str, long: str) -> Day:
    """First day of the longer period that a period is in."""
    year, month, _ = day
    if (short, long) == ("D", "Y"):
        return (year if month > _MONTHS["H"] else year - 1), 1, 1
    months = _MONTHS[long]
    return (year, (month - 1) // months * months + 1, 1) if months else day


def added(figures: ProtectedFigures) -> ProtectedFigures:
    """The same figures, with each absent total to which two different divisions add up, as a hidden figure."""
    divided: defaultdict[Key, defaultdict[str, defaultdict[str, float]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(float))
    )
    for key, editions in figures.editions.items():
        number = next(iter(editions.values()))
        value = figures.values[number] if number >= 0 else float("nan")
        for whole, divider, level in _implied_wholes(key):
            if whole not in figures.editions:
                divided[whole][divider][level] += value
    found = {whole: total for whole, parts in divided.items() if (total := _agreed(parts)) is not None}
    keys, values = [*figures.keys, *found], [*figures.values, *found.values()]
    numbers = {whole: {"": len(figures.keys) + place} for place, whole in enumerate(found)}
    rows: dict[Key, list[int]] = {whole: [] for whole in found}
    return replace(
        figures, keys=keys, values=values, editions=figures.editions | numbers, rows=figures.rows | rows,
        absent=frozenset(found),
    )  # fmt: skip


def _implied_wholes(key: Key) -> Iterator[tuple[Key, str, str]]:
    """What a figure may be a part of, one step up: a kind, a region or a period that holds it."""
    indicator, place, start, frequency = key
    yield from (((whole, place, start, frequency), "kind", "") for whole in containers().get(indicator, ()))
    yield from (((indicator, wider, start, frequency), "place", level) for wider, level in above(place, start[0]))
    yield from (((indicator, place, since, length), "period", frequency) for length, since in longer(start, frequency))


def _agreed(parts: defaultdict[str, defaultdict[str, float]]) -> float | None:
    """The sum that two ways of dividing have in common; nothing where they do not."""
    sums = [(divider, total) for divider, levels in parts.items() for total in levels.values()]
    return next(
        (
            total
            for at, (divider, total) in enumerate(sums)
            for other, second in sums[at + 1 :]
            if other != divider and adds_up(second - total, total)
        ),
        None,
    )
