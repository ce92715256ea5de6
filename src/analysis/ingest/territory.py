"""Borders of the figures in each file: a count may only be divided by the inhabitants of the same territory.

A publisher recalculates some tables to the municipal borders of the day they are made, and no file says which day that
was. It can be inferred from the codes that a table has and lacks, from sums compared with another table, and from
dates. Where none of these decides, the source says so (``unsure``) and no rate is computed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import pandas as pd

from ..definitions import catalogue, regions
from ..definitions.periods import Period
from ..definitions.regions import Merger
from ..store.raw_sources import Source

POPULATION = "bevolking_gemiddeld"
_REMEDY = "Zet de datum van het bestand als 'vintage' in datapackage.json, of exporteer alle gemeenten."
_TOLERANCE = 0.02  # fraction of a sum; two tables of the same territory may differ by this much


def with_borders(frame: pd.DataFrame, sources: Iterable[Source]) -> list[Source]:
    """Return the sources with the borders of their figures.

    Parameters
    ----------
    frame : DataFrame
        Observations of all files: ``source``, ``indicator``, ``region``, ``period``, ``frequency`` and ``value``.
    sources : iterable of Source

    Returns
    -------
    list of Source
        With ``before`` (region code to the ISO date of a merger that its figures do not include yet) and ``unsure``
        (region code to the Dutch reason why its borders are unknown).
    """
    figures = frame[frame["value"].notna() & frame["region"].str.startswith(("GM", "PV")) & (frame["frequency"] != "D")]
    rows = figures.assign(year=figures["period"].dt.year)[
        ["source", "indicator", "region", "frequency", "year", "value"]
    ]
    files = [
        _File(source, catalogue.tables()[source.table].borders, figures_of_file)
        for source in sources
        if source.table in catalogue.tables() and len(figures_of_file := rows[rows["source"] == source.name])
    ]
    placed = {source.name: source for source in _Folder(files).judged()}
    return [placed.get(source.name, source) for source in sources]


@dataclass(frozen=True, eq=False)
class _File:
    """Figures of one file for municipalities and provinces; ``borders`` is the value in ``tables.yml``."""

    source: Source
    borders: str
    rows: pd.DataFrame

    @cached_property
    def regions(self) -> frozenset[str]:
        return frozenset(self.rows["region"])

    @cached_property
    def codes(self) -> frozenset[str]:
        """The codes of its municipalities."""
        return frozenset(code for code in self.regions if code.startswith("GM"))

    @cached_property
    def counted(self) -> frozenset[str]:
        """The codes with any figure above 0; zeros alone may stand for a municipality that no longer exists."""
        return frozenset(self.rows["region"][self.rows["value"] > 0])

    @cached_property
    def last(self) -> int:
        return int(self.rows["year"].max())

    @property
    def made(self) -> date | None:
        return date.fromisoformat(self.source.vintage) if self.source.vintage else None

    def sums(self, codes: Iterable[str]) -> pd.Series:
        """Sum the figures of municipalities by indicator, frequency and year, for years in which all have a figure."""
        municipalities = list(codes)
        keys = ["indicator", "frequency", "year"]
        groups = self.rows[self.rows["region"].isin(municipalities)].groupby(keys, observed=True)
        complete = groups["region"].nunique() == len(municipalities)
        return groups["value"].sum()[complete]


class _Folder:
    """All files of a folder, which are compared because one file may show the borders of another."""

    def __init__(self, files: list[_File]) -> None:
        self._files = files
        self._current = [file for file in files if file.borders == "current"]
        people = [file.rows[file.rows["indicator"] == POPULATION] for file in files]
        rows = pd.concat(people) if people else pd.DataFrame({"region": [], "year": []}, dtype=object)
        self._people = rows[rows["region"].str.startswith("GM")]
        self._mergers = sorted(
            (*regions.regions().mergers, *regions.province_shifts()), key=lambda merger: merger.since
        )

    def judged(self) -> list[Source]:
        """Return the source of every file with the borders of its regions."""
        unknown = self._vanished()
        judged = [self._judged(file, unknown) for file in self._files]
        pairs = list(zip(self._files, judged, strict=True))
        return [self._as_beside(file, source, pairs) for file, source in pairs]

    def _judged(self, file: _File, unknown: dict[str, str]) -> Source:
        before: dict[str, str] = {}
        unsure: dict[str, str] = {}
        for merger in self._mergers:
            code = merger.into
            if code not in file.regions or not merger.lives_on or code in before:
                continue
            after = self._reached(merger) if file.borders != "current" else self._after(file, merger)
            if after is None:
                unsure[code] = _unsure_text(merger)
            elif not after:
                before[code] = merger.since.isoformat()
        if file.borders == "current" and self._is_open(file):
            unsure |= {code: reason for code, reason in unknown.items() if code in file.codes}
        return replace(file.source, before=before, unsure=unsure)

    def _as_beside(self, file: _File, source: Source, pairs: list[tuple[_File, Source]]) -> Source:
        """Settle unsure regions by another file of the same table with known borders and the same figures."""
        before, unsure = dict(source.before), dict(source.unsure)
        for code in source.unsure:
            settled = [
                beside
                for file_beside, beside in pairs
                if code not in beside.unsure and _same_figures(file, file_beside, code)
            ]
            if settled:
                del unsure[code]
                before |= {code: settled[0].before[code]} if code in settled[0].before else {}
        return replace(source, before=before, unsure=unsure)

    def _reached(self, merger: Merger) -> bool:
        """Whether figures in the borders of their own year include those after a merger (herindeling)."""
        own = [file.last for file in self._files if file.borders != "current"]
        return merger.since <= regions.regions().known_until or merger.since.year <= max(own)

    def _after(self, file: _File, merger: Merger) -> bool | None:
        """Whether a recalculated file has the borders after a merger (herindeling), or None when that is unknown."""
        former = {*merger.gone, *merger.part_of}
        if former & file.counted:
            return False
        for file_beside in self._files:
            if (answer := _includes_former(file, file_beside, merger)) is not None:
                return answer
        if file.last >= merger.since.year + (merger.since > date(merger.since.year, 1, 1)):
            return True
        if file.made and (file.made < merger.since or file.made.year > merger.since.year):
            return file.made > merger.since
        populated = self._populated(merger.since.year - 1)
        return (
            True if former and former <= populated and not populated - self._merged(file.codes) - file.codes else None
        )

    def _populated(self, year: int) -> set[str]:
        """Return the municipalities with inhabitants in the last year with figures up to ``year``."""
        people = self._people[self._people["year"] <= year]
        return set(people["region"][people["year"] == people["year"].max()])

    def _merged(self, codes: Iterable[str]) -> set[str]:
        """Return the former municipalities that were merged, wholly or partly, into some municipalities."""
        mergers = [merger for merger in regions.regions().mergers if merger.into in codes]
        return {code for merger in mergers for code in (*merger.gone, *merger.part_of)}

    def _is_open(self, file: _File) -> bool:
        """Whether a file may have newer borders than the definitions know."""
        return file.made is None or file.made > regions.regions().known_until

    def _vanished(self) -> dict[str, str]:
        """Return municipalities that may include another one, with the Dutch reason.

        The other municipality has inhabitants, but is in no recalculated table.
        """
        shown = {code for file in self._current for code in file.codes}
        populated = self._populated(date.max.year)
        lacking = populated - shown - self._merged(shown)
        if not lacking or len(lacking) > len(shown & populated):
            return {}  # the tables cover only some municipalities
        nearby = {regions.province(code): code for code in sorted(lacking)}
        return {
            code: _vanished_text(nearby[regions.province(code)]) for code in shown if regions.province(code) in nearby
        }


def _includes_former(file: _File, beside: _File, merger: Merger) -> bool | None:
    """Whether figures include those of the merged municipalities, compared with a file that lists each of them."""
    if beside is file or not merger.gone or not {merger.into, *merger.gone} <= beside.counted:
        return None
    sums = {"here": file.sums([merger.into]), "alone": beside.sums([merger.into]), "gone": beside.sums(merger.gone)}
    both = pd.concat(sums, axis=1).dropna()
    together, alone, gone = (float(both[name].sum()) for name in sums)
    if both.empty or gone <= _TOLERANCE * alone:
        return None
    return abs(together - alone - gone) < abs(together - alone)


def _same_figures(file: _File, beside: _File, code: str) -> bool:
    """Whether two files of one table agree on a region, in sums large enough to reveal a different territory."""
    if beside is file or beside.source.table != file.source.table or code not in beside.regions:
        return False
    both = pd.concat({"ours": file.sums([code]), "theirs": beside.sums([code])}, axis=1).dropna()
    ours, theirs = (float(both[name].sum()) for name in ("ours", "theirs"))
    return theirs >= 1 / _TOLERANCE and abs(ours - theirs) <= _TOLERANCE * theirs


def _unsure_text(merger: Merger) -> str:
    day, gone = Period(merger.since, "D").label, [regions.name(code) for code in (*merger.gone, *merger.part_of)]
    into = regions.name(merger.into)
    moved = f"toen kwam {' en '.join(gone)} (of een deel daarvan) bij {into}"
    if merger.into.startswith("PV"):
        moved = f"toen gingen {' en '.join(gone)} naar een andere provincie, en schoof de grens van {into} op"
    return f"Niet bekend is of deze cijfers in de grenzen van vóór of van na {day} staan: {moved}. {_REMEDY}"


def _vanished_text(code: str) -> str:
    return (
        f"{regions.name(code)} ({code}) heeft inwoners, maar staat niet in deze tabel. Misschien is het met een andere "
        f"gemeente samengegaan en zijn deze cijfers daarnaar omgerekend. {_REMEDY} Is er een herindeling, zet die "
        "dan in herindelingen.yml."
    )
