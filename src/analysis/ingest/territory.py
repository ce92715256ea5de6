"""In which borders the figures of a file stand: a count may only be divided by inhabitants of the same territory.

A table that the publisher recalculates stands in the borders of the day it was made, and no file says which day that
was. It shows in the codes that a table has and lacks, in sums beside those of another table, and in dates. Where none
of these tells, the rate is withheld with the reason.
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
_TOLD = 0.02  # of the sum: less than this is what two tables differ by in any case


def divided(frame: pd.DataFrame, sources: Iterable[Source]) -> list[Source]:
    """The files with what is known of their borders.

    Parameters
    ----------
    frame : DataFrame
        Observations of all files.
    """
    known = frame[frame["value"].notna() & frame["region"].str.startswith(("GM", "PV")) & (frame["frequency"] != "D")]
    rows = known.assign(year=known["period"].dt.year)[["source", "indicator", "region", "frequency", "year", "value"]]
    files = [
        _File(source, catalogue.tables()[source.table].borders, part)
        for source in sources
        if source.table in catalogue.tables() and len(part := rows[rows["source"] == source.name])
    ]
    found = {source.name: source for source in _Folder(files).judged()}
    return [found.get(source.name, source) for source in sources]


@dataclass(frozen=True, eq=False)
class _File:
    """The figures of one file about municipalities and provinces; ``borders`` as in ``tables.yml``."""

    source: Source
    borders: str
    rows: pd.DataFrame

    @cached_property
    def regions(self) -> frozenset[str]:
        return frozenset(self.rows["region"])

    @cached_property
    def codes(self) -> frozenset[str]:
        """Its municipalities."""
        return frozenset(code for code in self.regions if code.startswith("GM"))

    @cached_property
    def counted(self) -> frozenset[str]:
        """The codes of which something was ever counted: a zero may stand for a municipality that is no more."""
        return frozenset(self.rows["region"][self.rows["value"] > 0])

    @cached_property
    def last(self) -> int:
        return int(self.rows["year"].max())

    @property
    def made(self) -> date | None:
        return date.fromisoformat(self.source.vintage) if self.source.vintage else None

    def sums(self, codes: Iterable[str]) -> pd.Series:
        """What some municipalities have together, by indicator, frequency and year in which all of them are there."""
        wanted = list(codes)
        keys = ["indicator", "frequency", "year"]
        part = self.rows[self.rows["region"].isin(wanted)].groupby(keys, observed=True)
        whole = part["region"].nunique() == len(wanted)
        return part["value"].sum()[whole]


class _Folder:
    """All files together: what one says of borders may be seen in another."""

    def __init__(self, files: list[_File]) -> None:
        self._files = files
        self._current = [file for file in files if file.borders == "current"]
        people = [file.rows[file.rows["indicator"] == POPULATION] for file in files]
        rows = pd.concat(people) if people else pd.DataFrame({"region": [], "year": []}, dtype=object)
        self._people = rows[rows["region"].str.startswith("GM")]
        self._mergers = sorted((*regions.regions().mergers, *regions.province_shifts()), key=lambda one: one.since)

    def judged(self) -> list[Source]:
        """Every file with the borders of its regions."""
        unknown = self._vanished()
        judged = [self._judged(file, unknown) for file in self._files]
        known = list(zip(self._files, judged, strict=True))
        return [self._as_beside(file, source, known) for file, source in known]

    def _judged(self, file: _File, unknown: dict[str, str]) -> Source:
        before: dict[str, str] = {}
        unsure: dict[str, str] = {}
        for merger in self._mergers:
            code = merger.into
            if code not in file.regions or not merger.lives_on or code in before:
                continue
            after = self._reached(merger) if file.borders != "current" else self._after(file, merger)
            if after is None:
                unsure[code] = _unsure(merger)
            elif not after:
                before[code] = merger.since.isoformat()
        if file.borders == "current" and self._is_open(file):
            unsure |= {code: reason for code, reason in unknown.items() if code in file.codes}
        return replace(file.source, before=before, unsure=unsure)

    def _as_beside(self, file: _File, source: Source, known: list[tuple[_File, Source]]) -> Source:
        """A file that does not tell has the borders of one of the same table that does and gives the same figures."""
        before, unsure = dict(source.before), dict(source.unsure)
        for code in source.unsure:
            told = [one for other, one in known if code not in one.unsure and _agree(file, other, code)]
            if told:
                del unsure[code]
                before |= {code: told[0].before[code]} if code in told[0].before else {}
        return replace(source, before=before, unsure=unsure)

    def _reached(self, merger: Merger) -> bool:
        """Whether figures in the borders of their year count as those of after a herindeling."""
        own = [file.last for file in self._files if file.borders != "current"]
        return merger.since <= regions.regions().known_until or merger.since.year <= max(own)

    def _after(self, file: _File, merger: Merger) -> bool | None:
        """Whether a recalculated file stands in the borders of after a herindeling; nothing when nothing tells."""
        former = {*merger.gone, *merger.part_of}
        if former & file.counted:
            return False
        beside = [told for other in self._files if (told := _beside(file, other, merger)) is not None]
        if beside:
            return beside[0]
        if file.last >= merger.since.year + (merger.since > date(merger.since.year, 1, 1)):
            return True
        if file.made and (file.made < merger.since or file.made.year > merger.since.year):
            return file.made > merger.since
        populated = self._populated(merger.since.year - 1)
        return (
            True if former and former <= populated and not populated - self._merged(file.codes) - file.codes else None
        )

    def _populated(self, year: int) -> set[str]:
        """The municipalities with inhabitants in the last year up to this one that anything is known of."""
        known = self._people[self._people["year"] <= year]
        return set(known["region"][known["year"] == known["year"].max()])

    def _merged(self, codes: Iterable[str]) -> set[str]:
        """What went into some municipalities."""
        mergers = [merger for merger in regions.regions().mergers if merger.into in codes]
        return {code for merger in mergers for code in (*merger.gone, *merger.part_of)}

    def _is_open(self, file: _File) -> bool:
        """Whether a file may be in borders that the definitions do not know yet."""
        return file.made is None or file.made > regions.regions().known_until

    def _vanished(self) -> dict[str, str]:
        """Municipalities that may have grown by one that has inhabitants but stands in no recalculated table."""
        shown = {code for file in self._current for code in file.codes}
        populated = self._populated(date.max.year)
        lacking = populated - shown - self._merged(shown)
        if not lacking or len(lacking) > len(shown & populated):
            return {}  # a table about some municipalities only
        nearby = {regions.province(code): code for code in sorted(lacking)}
        return {
            code: _vanished_text(nearby[regions.province(code)]) for code in shown if regions.province(code) in nearby
        }


def _beside(file: _File, other: _File, merger: Merger) -> bool | None:
    """Whether figures are those of all that merged, seen beside a table that has each of them apart."""
    if other is file or not merger.gone or not {merger.into, *merger.gone} <= other.counted:
        return None
    sums = {"here": file.sums([merger.into]), "alone": other.sums([merger.into]), "gone": other.sums(merger.gone)}
    both = pd.concat(sums, axis=1).dropna()
    here, alone, gone = (float(both[name].sum()) for name in sums)
    if both.empty or gone <= _TOLD * alone:
        return None
    return abs(here - alone - gone) < abs(here - alone)


def _agree(file: _File, other: _File, code: str) -> bool:
    """Whether two files of one table give a region the same, in figures large enough to show another territory."""
    if other is file or other.source.table != file.source.table or code not in other.regions:
        return False
    both = pd.concat({"ours": file.sums([code]), "theirs": other.sums([code])}, axis=1).dropna()
    ours, theirs = (float(both[name].sum()) for name in ("ours", "theirs"))
    return theirs >= 1 / _TOLD and abs(ours - theirs) <= _TOLD * theirs


def _unsure(merger: Merger) -> str:
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
