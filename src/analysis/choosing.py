"""Which of several tables and editions give a series, and for which borders.

Police figures come in several tables, editions and borders. Exactly one of them is chosen, and every year says whether
the publisher recalculated it to today's borders or we added predecessors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path

import numpy as np
import pandas as pd

from . import catalogue, observations, regions
from .catalogue import Indicator, Table
from .delivered import UNDATED, Delivered, Figures, delivered, joined
from .observations import Source
from .regions import Territory
from .series import BACK_CAST, OTHER_BORDERS, OWN, SUMMED, SUMMED_IN_PART


@dataclass(frozen=True)
class Chosen:
    """A series as it was chosen.

    Parameters
    ----------
    data : DataFrame
        As `Series.data`.
    used, aside : tuple of Source
        The files it comes from, and other editions that differ.
    before : date
        Its figures stand in the borders of just before this day.
    unsure : str or None
        Why those borders cannot be known.
    lacking : dict
        By year, the predecessors without a figure in these files, so that there is no sum.
    """

    data: pd.DataFrame
    used: tuple[Source, ...]
    aside: tuple[Source, ...]
    before: date
    unsure: str | None
    lacking: dict[int, tuple[str, ...]]


def choose(
    definition: Indicator,
    region: str,
    first: int | None,
    last: int | None,
    frequency: str,
    folder: Path | None,
    before: date | None = None,
) -> Chosen | None:
    """Rows for a region from the first subject that has them, and there from the table that covers most years.

    Figures in the borders of their year are those of the region as it was just before a day; by default the day that
    the files themselves know.
    """
    register, known = observations.sources(folder), catalogue.tables()
    files = delivered(definition.id, frequency, folder)
    tables = [known[name] for name in sorted({file.table for file in files} & known.keys())]
    absent: dict[int, tuple[str, ...]] = {}
    for selection in definition.sources:
        placed = [
            _figures(definition, table, files, region, first, last, register, before)
            for table in tables
            if table.subject == selection.subject
        ]
        absent |= {
            year: codes for per_file in placed for one in per_file.values() for year, codes in one.lacking.items()
        }
        unsure = frozenset(name for name, source in register.items() if region in source.unsure)
        candidates = [edition for per_file in placed if (edition := _edition(per_file, unsure))]
        if candidates:
            best = max(candidates, key=lambda edition: edition.known)
            known_by = [register[file.source] for file in best.used]
            reasons = [source.unsure[region] for source in known_by if region in source.unsure]
            lacking = {year: codes for one in best.parts for year, codes in one.lacking.items()}
            return Chosen(
                best.figures.table(), tuple(known_by), tuple(register[file.source] for file in best.aside),
                best.parts[0].before, next(iter(reasons), None), lacking,
            )  # fmt: skip
    return Chosen(joined([]).table(), (), (), date.max, None, absent) if absent else None


@dataclass(frozen=True)
class _Placed:
    """What one file says of a region: the borders it stands in, and which predecessors it lacks in which year."""

    figures: Figures
    before: date = date.max
    lacking: dict[int, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Edition:
    """One table's series, and the files that are in it or set aside."""

    figures: Figures
    used: list[Delivered]
    aside: list[Delivered]
    parts: list[_Placed]

    @property
    def known(self) -> int:
        """How many periods it covers."""
        return len(self.figures)


def _figures(
    definition: Indicator,
    table: Table,
    files: Iterable[Delivered],
    region: str,
    first: int | None,
    last: int | None,
    register: Mapping[str, Source],
    before: date | None,
) -> dict[Delivered, _Placed]:
    """What each file of one table says of a region, in the years asked for; files that say nothing left out.

    A percentage or an index of predecessors cannot be added, and parts of a province are not all known: there only
    the region's own figures count.
    """
    borders, summable = table.borders, definition.is_count and regions.is_municipality(region)
    sums = region == regions.NEDERLAND and definition.unit == "persons"
    found = {}
    for file in files:
        if file.table == table.id:
            summed = sums and borders != "current" and not file.of(region)
            told = date.fromisoformat(register[file.source].before.get(region, date.max.isoformat()))
            until = told if before is None or borders == "current" else before
            stock = definition.unit == "persons"
            if summed:
                placed = _Placed(_whole_country(file))
            elif borders == "current" or not summable:
                placed = _under_its_name(file, BACK_CAST if borders == "current" else OTHER_BORDERS, region, until)
            else:
                placed = _in_territory(file, region, until, stock)
            if first is not None or last is not None:
                placed = replace(placed, figures=placed.figures.between(first or 0, last or 9999))
            if placed.figures or placed.lacking:
                found[file] = placed
    return found


def _edition(per_file: dict[Delivered, _Placed], unsure: frozenset[str]) -> _Edition | None:
    """One table's series: the file that covers most of the asked years, completed by files that agree with it.

    Editions of a table differ a little because the publisher revises. A file that contradicts the chosen one is set
    aside whole, so that a series never jumps because half of it is from another edition. So is one of which the
    borders cannot be known (``unsure``) or are others; files of one day stand in the same.
    """
    per_file = {file: placed for file, placed in per_file.items() if placed.figures}
    if not per_file:
        return None

    def rank(file: Delivered) -> tuple[bool, int, float, str]:
        return file.source in unsure, -len(per_file[file].figures), -file.vintage.timestamp(), file.source

    def borders(file: Delivered) -> tuple[object, ...]:
        day = file.source if file.vintage == UNDATED else file.vintage
        return per_file[file].before, day if file.source in unsure else None

    order = sorted(per_file, key=rank)
    figures, used, aside = per_file[order[0]].figures, [order[0]], []
    for file in order[1:]:
        other = per_file[file].figures
        _, here, there = np.intersect1d(figures.period, other.period, assume_unique=True, return_indices=True)
        same = np.array_equal(figures.value[here], other.value[there], equal_nan=True)
        if same and borders(file) == borders(order[0]):
            both = joined([figures, other[~np.isin(other.period, figures.period)]])
            figures = both[np.argsort(both.period)]
            used.append(file)
        else:
            aside.append(file)
    return _Edition(figures, used, aside, [per_file[file] for file in used])


def _under_its_name(file: Delivered, origin: str, region: str, before: date) -> _Placed:
    """One file's figures that stand under the region itself; ``origin`` is of those from before it was formed."""
    own, formed = file.of(region), regions.first_year(region, before)
    if formed is None:
        return _Placed(own, before)
    return _Placed(replace(own, origin=np.where(own.years < formed, origin, OWN).astype(object)), before)


def _in_territory(file: Delivered, region: str, before: date, stock: bool) -> _Placed:
    """One file's figures for a region in its borders of just before a day, with their origin.

    Inhabitants are a stock: who lived in a predecessor that went over during a year counts for that year. What was
    registered is not: from the day of the herindeling it may stand under the new municipality.
    """
    own, formed = file.of(region), regions.first_year(region, before)
    if formed is None:
        return _Placed(own, before)
    sums: list[Figures] = []
    lacking: dict[int, tuple[str, ...]] = {}
    latest = regions.merger(region, before)
    halfway = latest.since.year if latest and latest.since.year < formed and region in latest.wholes else None
    for first, last, made_of in _made_of(region, int(file.figures.years.min()), formed, before):
        parts = {whole: file.of(whole).between(first, last) for whole in made_of.wholes}
        lacking |= _lacking(parts)
        needed = {year: len(parts) for year in range(first, last + 1)}
        if halfway in needed and not stock and halfway in parts[region].years:
            parts = {whole: _until(part, halfway, parts[region]) for whole, part in parts.items()}
            lacking.pop(halfway, None)
            needed[halfway] = 0
        summed = _sum(list(parts.values()), SUMMED_IN_PART if made_of.parts else SUMMED, needed)
        sums.append(summed if stock or halfway is None else _alone(summed, parts, region, halfway))
    return _Placed(joined([*sums, own.between(formed, 9999)]), before, lacking)


def _until(part: Figures, year: int, own: Figures) -> Figures:
    """The figures of a part without those of a year in which the region itself has none."""
    return part[(part.years != year) | np.isin(part.period, own.period)]


def _alone(summed: Figures, parts: Mapping[str, Figures], region: str, year: int) -> Figures:
    """What the region has of its own in the year of a herindeling, where no other part has a figure, is no sum."""
    others = np.concatenate([part.period for code, part in parts.items() if code != region])
    own = (summed.years == year) & ~np.isin(summed.period, others)
    return replace(summed, origin=np.where(own, OWN, summed.origin).astype(object))


def _lacking(parts: Mapping[str, Figures]) -> dict[int, tuple[str, ...]]:
    """By year, the parts without a figure, where another part has one."""
    years = {code: set(figures.years.tolist()) for code, figures in parts.items()}
    known = sorted(set().union(*years.values()))
    found = {year: tuple(code for code, there in years.items() if year not in there) for year in known}
    return {year: codes for year, codes in found.items() if codes}


@cache
def _made_of(region: str, since: int, formed: int, before: date) -> tuple[tuple[int, int, Territory], ...]:
    """Runs of years with the same borders before a region was formed: first, last, and what stood for it."""
    runs = groupby(range(since, formed), key=lambda year: regions.territory(region, year, before))
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
        By year, how many regions there have to be; 0 when those that are there are enough.
    """
    rows = joined(parts)
    period, at = np.unique(rows.period, return_inverse=True)
    value = np.bincount(at, rows.value, len(period)).astype(float)  # one without a value leaves the sum without
    hidden, open_ = (np.bincount(at, rows.status == mark, len(period)) > 0 for mark in ("suppressed", "provisional"))
    none = np.isnan(value)
    status = np.select([none & hidden, none, open_], ["suppressed", "missing", "provisional"], "final").astype(object)
    unknown = np.full(len(period), np.nan)
    summed = Figures(period, value, status, unknown, unknown, np.full(len(period), origin, object))
    wanted = np.array([needed.get(year, -1) for year in summed.years.tolist()], dtype=int)
    return summed[(np.bincount(at, minlength=len(period)) == wanted) | (wanted == 0)]
