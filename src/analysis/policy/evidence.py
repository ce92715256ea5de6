"""What statements are tested with: the series, documents and votes of a municipality, and remarks of partners."""

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
from ..store.raw_sources import Source, unique_names
from ..store.results import Missing, Reason, Record, Result, label
from ..store.series import OWN, SUMMED_IN_PART, Series, Voting

_NAMES: dict[type, str] = {kind: name for name, kind in KINDS.items()}
_SEED = 1  # the same as in the chapter about the vote, so that both give the same ranks
T = TypeVar("T", bound=Document)


def document(kind: str, municipality: str, folder: Path | None = None) -> tuple[Document, Source] | Missing:
    """Return one of the council's documents with its file.

    Parameters
    ----------
    kind : str
        Name of the document, such as ``statements``, ``goals`` or ``plan``.
    municipality : str
        CBS code, ``GM1969``.
    folder : Path, optional
        Processed data, by default those of this process.

    Returns
    -------
    tuple of Document and Source, or Missing
        ``Missing`` when the document was not delivered.
    """
    regions.must_exist(municipality)
    delivered = observations.document(kind, municipality, folder)
    if delivered is not None:
        return delivered
    name, left_out = label(f"document.{kind}"), observations.left_out(folder, f"beleid/{kind}")
    reason = Reason("no_document", region=regions.name(municipality), document=name, kind=kind, left_out=left_out)
    return Missing(name, reason)


def by_paragraph(municipality: str, folder: Path | None = None) -> frozenset[str]:
    """Return the short names of the documents of which a place is a paragraph, because their text is a Word file.

    Parameters
    ----------
    municipality : str
        CBS code, ``GM1969``.
    folder : Path, optional
        Processed data, by default those of this process.

    Returns
    -------
    frozenset of str
        Without documents whose text was not delivered.
    """
    checked = observations.checked_texts(municipality, folder)
    return frozenset() if checked is None else checked.by_paragraph


@dataclass(frozen=True)
class Voices(Result):
    """Remarks of partners on the themes of one field, and how often voters chose those themes.

    Parameters
    ----------
    remarks : tuple of PartnerRemark
        Empty when there are no remarks yet.
    labels : dict of str to str
        Theme id to label, for the themes of the field.
    chosen : tuple of Record
        Share of the voters (percent) who chose a theme of the card that belongs to the field.
    municipality : str
        CBS code.
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
        """Return the number of remarks, if there are any."""
        names, number = unique_names(self.sources), len(self.remarks)
        return [Record("voices.remarks", label("document.partners"), "", "", number, "count", source=names)][:number]


def voices(municipality: str, field: str, folder: Path | None = None) -> Voices | Missing:
    """Return what partners and voters say about one of the five fields.

    Parameters
    ----------
    municipality : str
        CBS code, ``GM1969``.
    field : str
        Id of the field, such as ``woon``.
    folder : Path, optional
        Processed data, by default those of this process.

    Returns
    -------
    Voices or Missing
        ``Missing`` when the municipality has no list of themes.
    """
    list_of_themes = document("priorities", municipality, folder)
    if isinstance(list_of_themes, Missing):
        return list_of_themes
    priorities, source = list_of_themes
    assert isinstance(priorities, Priorities)
    themes = {id: theme for id, theme in priorities.themes.items() if theme.field == field}
    delivered = observations.document("partners", municipality, folder)
    partners, sources = (delivered[0], [source, delivered[1]]) if delivered else (None, [source])
    votes = tally(voting(municipality, folder))
    remarks = partners.remarks if isinstance(partners, Partners) else ()
    return Voices(
        tuple(remark for remark in remarks if remark.theme in themes),
        {id: theme.label for id, theme in themes.items()},
        _chosen({vote for theme in themes.values() for vote in theme.votes}, municipality, votes),
        municipality,
        tuple(sources),
        () if isinstance(votes, Missing) else votes.files,
    )


def _chosen(themes: set[str], municipality: str, votes: Tally | Missing) -> tuple[Record, ...]:
    """Return the share of the voters who chose each of these themes of the card."""
    if isinstance(votes, Missing):
        return ()
    names = unique_names(votes.files)
    return tuple(
        Record(
            f"voices.{row.theme}", votes.labels[row.theme], municipality, "", 100 * row.share, "percent_of_voters",
            lower=100 * row.lower, upper=100 * row.upper, source=names,
        )
        for row in votes.table.itertuples()
        if row.theme in themes
    )  # fmt: skip


@dataclass(frozen=True)
class Bounds:
    """The limits of a yearly count: one number, or more where the figures miss a part of the area.

    Parameters
    ----------
    lower : int
        The count without the missing part.
    upper : int or None
        The count with the whole of it; ``None`` when nothing is known about the part.
    parts : tuple of str
        Names of the missing parts.
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
    """The figures, documents and votes of a municipality, each loaded when first asked for.

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
        """Return all years of an indicator, of the municipality unless another region is given.

        Parameters
        ----------
        indicator : str
            Id of the indicator.
        region : str, optional
            CBS code of another region.
        frequency : {"Y", "M"}
            Yearly or monthly figures.

        Returns
        -------
        Series or Missing
        """
        key = (indicator, region or self.municipality, frequency)
        if key not in self._loaded:
            self._loaded[key] = load(key[0], key[1], frequency=frequency, folder=self.folder)
        return self._loaded[key]

    def bounds(self, series: Series, year: int) -> Bounds | Missing:
        """Return the limits that the count of a year lies between.

        A sum over predecessors may miss the part of a neighbour that was added as well. The true count then lies
        between that sum and the sum with the whole of the neighbour.

        Parameters
        ----------
        series : Series
            Yearly counts.
        year : int
            The year of the count.

        Returns
        -------
        Bounds or Missing
            ``Missing`` when the year has no figure.
        """
        count = series.count(year)
        if count is None:
            return series.no_figure(year)
        if series.origin(year) != SUMMED_IN_PART:
            return Bounds(count, count)
        parts = regions.territory(series.region, year).parts
        neighbours = [self.series(series.indicator.id, part) for part in parts]
        extra = [self._whole_count(neighbour, year) for neighbour in neighbours]
        upper = None if None in extra else count + sum(number or 0 for number in extra)
        return Bounds(count, upper, tuple(f"{regions.name(code)} ({part})" for code, part in parts.items()))

    def _whole_count(self, part: Series | Missing, year: int) -> int | None:
        """Return the count of a whole neighbour, if it is its own figure of that year."""
        return part.count(year) if isinstance(part, Series) and part.origin(year) == OWN else None

    def document(self, kind: type[T]) -> tuple[T, Source] | Missing:
        """Return one of the council's documents with its file; ``Missing`` when it was not delivered."""
        delivered = document(_NAMES[kind], self.municipality, self.folder)
        return delivered if isinstance(delivered, Missing) else cast(tuple[T, Source], delivered)

    @cached_property
    def voting(self) -> Voting | Missing:
        """The votes at the village stands."""
        return voting(self.municipality, self.folder)

    @cached_property
    def theme_ranks(self) -> RankIntervals | Missing:
        """The order of the themes by votes."""
        return ranks(self.voting, seed=_SEED)
