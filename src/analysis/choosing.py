"""Which of several tables and editions give a series, and for which borders.

Police figures come in several tables, editions and borders. Exactly one of them is chosen, and every year says whether
the publisher recalculated it to today's borders or we added predecessors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

import numpy as np
import pandas as pd

from . import catalogue, observations, regions
from .catalogue import Indicator, Table
from .delivered import Delivered, delivered
from .observations import Source
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
    for selection in definition.sources:
        candidates = [
            edition
            for name in sorted({file.table for file in files if known[file.table].subject == selection.subject})
            if (edition := _edition(_figures(definition, known[name], files, region, first, last)))
        ]
        if candidates:
            data, used, aside = max(candidates, key=lambda chosen: len(chosen[0]))
            return data, tuple(register[n] for n in used), tuple(register[n] for n in aside)
    return None


def _figures(
    definition: Indicator, table: Table, files: Iterable[Delivered], region: str, first: int | None, last: int | None
) -> dict[Delivered, pd.DataFrame]:
    """What each file of one table says of a region, in the years asked for; files that say nothing left out.

    A percentage or an index of predecessors cannot be added: only the region's own figures count.
    """
    borders = table.borders if definition.is_count else "current"
    sums = region == regions.NEDERLAND and definition.unit == "persons"
    found = {}
    for file in files:
        if file.table == table.id:
            summed = sums and borders != "current" and file.of(region).empty
            rows = _whole_country(file) if summed else _in_territory(file, borders, region)
            rows = rows if first is last is None else _between(rows, first or 0, last or 9999)
            if not rows.empty:
                found[file] = rows
    return found


def _edition(per_file: dict[Delivered, pd.DataFrame]) -> tuple[pd.DataFrame, list[str], list[str]] | None:
    """One table's series: the file that covers most of the asked years, completed by files that agree with it.

    Editions of a table differ a little because the publisher revises. A file that contradicts the chosen one is set
    aside whole, so that a series never jumps because half of it is from another edition.
    """
    if not per_file:
        return None
    order = sorted(per_file, key=lambda file: (-len(per_file[file]), -file.vintage.timestamp(), file.source))
    data, used, aside = per_file[order[0]], [order[0].source], []
    for file in order[1:]:
        other = per_file[file]
        shared = data.index.intersection(other.index)
        if data.loc[shared, "value"].equals(other.loc[shared, "value"]):
            data = pd.concat([data, other.loc[other.index.difference(data.index)]]).sort_index()
            used.append(file.source)
        else:
            aside.append(file.source)
    return data, used, aside


def _between(rows: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    years = pd.DatetimeIndex(rows.index).year
    return rows[(years >= first) & (years <= last)]


def _in_territory(file: Delivered, borders: str, region: str) -> pd.DataFrame:
    """One file's rows as figures for today's region, with their origin."""
    own, formed = file.of(region), regions.first_year(region)
    if borders == "current" or formed is None:
        before = pd.DatetimeIndex(own.index).year < (formed or 0)
        return own.assign(origin=np.where(before, BACK_CAST, OWN))
    since = _between(own, formed, 9999).assign(origin=OWN)
    return pd.concat([*_before(file, region, formed), since])


def _before(file: Delivered, region: str, formed: int) -> Iterator[pd.DataFrame]:
    """Figures of what the region was made of before it was formed, for each run of years with the same borders."""
    years = range(pd.DatetimeIndex(file.rows.index).year.min(), formed)
    for made_of, run in groupby(years, key=lambda year: regions.territory(region, year)):
        first, *later = run
        parts = [_between(file.of(whole), first, max(later, default=first)) for whole in made_of.wholes]
        yield _sum(parts, SUMMED_IN_PART if made_of.parts else SUMMED, dict.fromkeys((first, *later), len(parts)))


def _whole_country(file: Delivered) -> pd.DataFrame:
    """The sum of all municipalities there were in each year."""
    parts = [file.of(code) for code in regions.regions().municipalities]
    return _sum(parts, SUMMED, regions.regions().counts)


def _sum(parts: list[pd.DataFrame], origin: str, needed: dict[int, int]) -> pd.DataFrame:
    """Figures added over regions, for the periods in which none of them is absent.

    Parameters
    ----------
    needed : dict
        By year, how many regions there have to be.
    """
    rows = pd.concat(parts)
    by = rows["value"].groupby(level="period")
    whole = by.size() == pd.DatetimeIndex(by.size().index).year.map(needed)
    value = by.sum(skipna=False)
    hidden, open_ = ((rows["status"] == mark).groupby(level="period").any() for mark in ("suppressed", "provisional"))
    status = np.select([value.isna() & hidden, value.isna(), open_], ["suppressed", "missing", "provisional"], "final")
    summed = pd.DataFrame({"value": value, "status": status, "lower": np.nan, "upper": np.nan, "origin": origin})
    return summed[whole]
