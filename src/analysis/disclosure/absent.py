"""Totals that stand nowhere, and that a reader finds all the same.

Halves of a year add up to the year, and so do its wijken. Nobody has to tell the total of the year for a reader to see
that both sums must be the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from .figures import Figures, Key, containers
from .places import above
from .sums import adds_up, longer


def added(figures: Figures) -> Figures:
    """The same figures, with each absent total to which two different divisions add up, as a hidden figure."""
    divided: defaultdict[Key, defaultdict[str, defaultdict[str, float]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(float))
    )
    for key, editions in figures.editions.items():
        number = next(iter(editions.values()))
        value = figures.values[number] if number >= 0 else float("nan")
        for whole, divider, level in _wholes(key):
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


def _wholes(key: Key) -> Iterator[tuple[Key, str, str]]:
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
