"""Which of several tables and editions give a series, and for which borders.

Police figures come in several tables, editions and borders. Exactly one of them is chosen, and every year says whether
the publisher recalculated it to today's borders or we added predecessors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from itertools import groupby
from pathlib import Path

import numpy as np
import pandas as pd

from . import catalogue, observations, regions
from .catalogue import Indicator, Table
from .delivered import Delivered, Figures, delivered, joined
from .observations import Source
from .regions import Territory
from .series import BACK_CAST, OWN, SUMMED, SUMMED_IN_PART

Chosen = tuple[pd.DataFrame, tuple[Source, ...], tuple[Source, ...]]


def choose(
    definition: Indicator,
    region: str,
    first: int | None,
    last: int | None,
    frequency: str,
    folder: Path | None,
) -> Chosen | None:
    """Rows for a region from the first subject that has them, and there from the table that covers most years."""
    register, known = observations.sources(folder), catalogue.tables()
    files = delivered(definition.id, frequency, folder)
    tables = [known[name] for name in sorted({file.table for file in files} & known.keys())]
    for selection in definition.sources:
        candidates = [
            edition
            for table in tables
            if table.subject == selection.subject
            and (edition := _edition(_figures(definition, table, files, region, first, last)))
        ]
        if candidates:
            figures, used, aside = max(candidates, key=lambda chosen: len(chosen[0]))
            return figures.table(), tuple(register[n] for n in used), tuple(register[n] for n in aside)
    return None


def _figures(
    definition: Indicator, table: Table, files: Iterable[Delivered], region: str, first: int | None, last: int | None
) -> dict[Delivered, Figures]:
    """What each file of one table says of a region, in the years asked for; files that say nothing left out.

    A percentage or an index of predecessors cannot be added: only the region's own figures count.
    """
    borders = table.borders if definition.is_count else "current"
    sums = region == regions.NEDERLAND and definition.unit == "persons"
    found = {}
    for file in files:
        if file.table == table.id:
            summed = sums and borders != "current" and not file.of(region)
            figures = _whole_country(file) if summed else _in_territory(file, borders, region)
            figures = figures if first is last is None else figures.between(first or 0, last or 9999)
            if figures:
                found[file] = figures
    return found


def _edition(per_file: dict[Delivered, Figures]) -> tuple[Figures, list[str], list[str]] | None:
    """One table's series: the file that covers most of the asked years, completed by files that agree with it.

    Editions of a table differ a little because the publisher revises. A file that contradicts the chosen one is set
    aside whole, so that a series never jumps because half of it is from another edition.
    """
    if not per_file:
        return None
    order = sorted(per_file, key=lambda file: (-len(per_file[file]), -file.vintage.timestamp(), file.source))
    figures, used, aside = per_file[order[0]], [order[0].source], []
    for file in order[1:]:
        other = per_file[file]
        _, here, there = np.intersect1d(figures.period, other.period, assume_unique=True, return_indices=True)
        if np.array_equal(figures.value[here], other.value[there], equal_nan=True):
            both = joined([figures, other[~np.isin(other.period, figures.period)]])
            figures = both[np.argsort(both.period)]
            used.append(file.source)
        else:
            aside.append(file.source)
    return figures, used, aside


def _in_territory(file: Delivered, borders: str, region: str) -> Figures:
    """One file's figures for today's region, with their origin."""
    own, formed = file.of(region), regions.first_year(region)
    if formed is None:
        return own
    if borders == "current":
        return replace(own, origin=np.where(own.years < formed, BACK_CAST, OWN).astype(object))
    return joined([*_before(file, region, formed), own.between(formed, 9999)])


def _before(file: Delivered, region: str, formed: int) -> Iterator[Figures]:
    """Figures of what the region was made of before it was formed, for each run of years with the same borders."""
    for first, last, made_of in _made_of(region, int(file.figures.years.min()), formed):
        parts = [file.of(whole).between(first, last) for whole in made_of.wholes]
        needed = dict.fromkeys(range(first, last + 1), len(parts))
        yield _sum(parts, SUMMED_IN_PART if made_of.parts else SUMMED, needed)


@cache
def _made_of(region: str, since: int, formed: int) -> tuple[tuple[int, int, Territory], ...]:
    """Runs of years with the same borders before a region was formed: first, last, and what stood for it."""
    runs = groupby(range(since, formed), key=lambda year: regions.territory(region, year))
    years = ((made_of, tuple(run)) for made_of, run in runs)
    return tuple((run[0], run[-1], made_of) for made_of, run in years)


def _whole_country(file: Delivered) -> Figures:
    """The sum of all municipalities there were in each year."""
    parts = [file.of(code) for code in regions.regions().municipalities]
    return _sum(parts, SUMMED, regions.regions().counts)


def _sum(parts: list[Figures], origin: str, needed: dict[int, int]) -> Figures:
    """Figures added over regions, for the periods in which none of them is absent.

    Parameters
    ----------
    needed : dict
        By year, how many regions there have to be.
    """
    rows = joined(parts)
    period, at = np.unique(rows.period, return_inverse=True)
    value = np.bincount(at, rows.value, len(period)).astype(float)  # one without a value leaves the sum without
    hidden, open_ = (np.bincount(at, rows.status == mark, len(period)) > 0 for mark in ("suppressed", "provisional"))
    none = np.isnan(value)
    status = np.select([none & hidden, none, open_], ["suppressed", "missing", "provisional"], "final").astype(object)
    unknown = np.full(len(period), np.nan)
    summed = Figures(period, value, status, unknown, unknown, np.full(len(period), origin, object))
    whole = np.bincount(at, minlength=len(period)) == [needed.get(year, 0) for year in summed.years.tolist()]
    return summed[whole]
