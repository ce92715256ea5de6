"""The council's documents as they were delivered, or why one is not there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar, cast

from ..definitions import regions
from ..documents import KINDS, Document
from ..documents.council import PartnerRemark, Partners, Priorities
from ..statistics.votes import RankIntervals, Tally, ranks, tally
from ..store import observations
from ..store.loading import load, voting
from ..store.raw_sources import Source, cited
from ..store.results import Record, Result
from ..store.series import OWN, SUMMED_IN_PART, Missing, Series, Voting

_WORDS = {
    "statements": "uitspraken uit het beleid",
    "facts": "feiten over de documenten",
    "goals": "doelen",
    "priorities": "thema's en prioriteiten",
    "partners": "opmerkingen van partners",
    "plan": "het uitvoeringsplan",
    "voortgang": "de voortgang van het plan",
    "dashboard": "de lijst voor het dashboard",
}


def document(kind: str, municipality: str, folder: Path | None = None) -> tuple[Document, Source] | Missing:
    """One of the council's documents with its file, or why it is not there."""
    regions.must_exist(municipality)
    found = observations.document(kind, municipality, folder)
    if found is not None:
        return found
    gap = f"Van {regions.name(municipality)} is er geen bestand met {_WORDS[kind]} (beleid/{kind}) aangeleverd."
    return Missing(_WORDS[kind], gap + observations.left_out(folder, f"beleid/{kind}"))


@dataclass(frozen=True)
class Voices(Result):
    """Remarks of partners on the themes of one field, and how often voters chose those themes.

    Parameters
    ----------
    remarks : tuple of Remark
        Empty when nobody has said anything yet.
    labels : dict of str to str
        Label of each theme of the field.
    chosen : tuple of Record
        Share of the voters (percent) who chose a theme of the card that belongs to the field.
    sources, votes : tuple of Source
        The documents with the remarks and themes, and the ballots and tallies.
    """

    remarks: tuple[PartnerRemark, ...]
    labels: dict[str, str]
    chosen: tuple[Record, ...]
    municipality: str
    sources: tuple[Source, ...]
    votes: tuple[Source, ...]

    def records(self) -> list[Record]:
        """How many remarks there are, if any."""
        names, number = cited(self.sources), len(self.remarks)
        return [Record("voices.remarks", "opmerkingen van partners", "", "", number, "count", source=names)][:number]


def voices(municipality: str, field: str, folder: Path | None = None) -> Voices | Missing:
    """What partners and voters say about one of the five fields.

    Returns
    -------
    Voices or Missing
        ``Missing`` when the municipality has no list of themes.
    """
    listed = document("priorities", municipality, folder)
    if isinstance(listed, Missing):
        return listed
    priorities, source = listed
    assert isinstance(priorities, Priorities)
    themes = {id: theme for id, theme in priorities.themes.items() if theme.field == field}
    told = observations.document("partners", municipality, folder)
    partners, used = (told[0], [source, told[1]]) if told else (None, [source])
    counted = tally(voting(municipality, folder))
    remarks = partners.remarks if isinstance(partners, Partners) else ()
    return Voices(
        tuple(remark for remark in remarks if remark.theme in themes),
        {id: theme.label for id, theme in themes.items()},
        _chosen({vote for theme in themes.values() for vote in theme.votes}, municipality, counted),
        municipality,
        tuple(used),
        () if isinstance(counted, Missing) else counted.files,
    )


def _chosen(themes: set[str], municipality: str, counted: Tally | Missing) -> tuple[Record, ...]:
    if isinstance(counted, Missing):
        return ()
    names = cited(counted.files)
    return tuple(
        Record(
            f"voices.{row.theme}", counted.labels[row.theme], municipality, "", 100 * row.share, "percent_of_voters",
            lower=100 * row.lower, upper=100 * row.upper, source=names,
        )
        for row in counted.table.itertuples()
        if row.theme in themes
    )  # fmt: skip


T = TypeVar("T", bound=Document)
_NAMES: dict[type, str] = {kind: name for name, kind in KINDS.items()}
_SEED = 1  # the same as in the chapter about the vote, so that both tell the same ranks


@dataclass(frozen=True)
class Bounds:
    """What a yearly count may be: one number, or more where the figures miss a part of the area.

    ``upper`` is ``None`` when nothing is known about the part.
    """

    lower: int
    upper: int | None
    parts: tuple[str, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether it is one number."""
        return self.lower == self.upper


@dataclass(frozen=True)
class Evidence:
    """Everything known about a municipality.

    Parameters
    ----------
    municipality : str
        CBS code.
    folder : Path, optional
        Processed data, by default those of this process.
    """

    municipality: str
    folder: Path | None = None

    @cached_property
    def _loaded(self) -> dict[tuple[str, str, str], Series | Missing]:
        return {}

    def series(self, indicator: str, region: str | None = None, frequency: str = "Y") -> Series | Missing:
        """All years of an indicator, of the municipality unless another region is given."""
        key = (indicator, region or self.municipality, frequency)
        if key not in self._loaded:
            self._loaded[key] = load(key[0], key[1], frequency=frequency, folder=self.folder)
        return self._loaded[key]

    def bounds(self, series: Series, year: int) -> Bounds | Missing:
        """Between which limits the count of a year lies.

        A sum over predecessors may miss the part of a neighbour that went over as well. The true count then lies
        between that sum and the sum with the whole of the neighbour.
        """
        count = series.count(year)
        if count is None:
            return series.no_figure(year)
        if series.origin(year) != SUMMED_IN_PART:
            return Bounds(count, count)
        parts = regions.territory(series.region, year).parts
        found = [self.series(series.indicator.id, part) for part in parts]
        extra = [self._of_part(one, year) for one in found]
        upper = None if None in extra else count + sum(one or 0 for one in extra)
        return Bounds(count, upper, tuple(f"{regions.name(code)} ({part})" for code, part in parts.items()))

    def _of_part(self, part: Series | Missing, year: int) -> int | None:
        """The whole of a neighbour, only when it is its own figure of that year."""
        return part.count(year) if isinstance(part, Series) and part.origin(year) == OWN else None

    def document(self, kind: type[T]) -> tuple[T, Source] | Missing:
        """One of the council's documents, with its file."""
        found = document(_NAMES[kind], self.municipality, self.folder)
        return found if isinstance(found, Missing) else cast(tuple[T, Source], found)

    @cached_property
    def voting(self) -> Voting | Missing:
        """The votes at the stands."""
        return voting(self.municipality, self.folder)

    @cached_property
    def places(self) -> RankIntervals | Missing:
        """The order of the themes by votes."""
        return ranks(self.voting, seed=_SEED)
