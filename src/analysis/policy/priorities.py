"""From analysis to priorities: what figures, partners and voters say about each theme, beside what was chosen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from .. import catalogue
from ..documents import Partners, Priorities
from ..documents.policy import Listed, ListName, Remark, Theme
from ..observations import Source
from ..results import Record, Result
from ..series import Missing, Series
from ..statistics.counts import Change
from ..statistics.overview import Overview, overview
from ..statistics.verdicts import Verdict
from ..statistics.votes import RankIntervals
from .evidence import Evidence
from .findings import SETTLED


class Place(NamedTuple):
    """The place of a theme of the card by votes, with its interval."""

    label: str
    rank: int
    lower: int
    upper: int


@dataclass(frozen=True)
class Row:
    """What is known about one theme.

    Parameters
    ----------
    changes : tuple of Change
        One for each of its indicators that has figures; p-values are corrected for all indicators of all themes.
    missing : tuple of str
        Labels of its indicators without figures in both years.
    places : tuple of Place
        Of the themes on the vote card that belong to it.
    remarks : tuple of Remark
        What partners say; empty when nobody has said anything yet.
    """

    id: str
    theme: Theme
    changes: tuple[Change, ...]
    missing: tuple[str, ...]
    places: tuple[Place, ...]
    remarks: tuple[Remark, ...]

    @property
    def settled(self) -> list[Change]:
        """Changes by more than chance."""
        return [one for one in self.changes if one.verdict in SETTLED]

    @property
    def direction(self) -> Literal["up", "down", "mixed", "equal"] | None:
        """Which way the figures of the theme went by more than chance; ``None`` where that cannot be tested."""
        ways = {one.direction for one in self.settled}
        if not ways:
            return "equal" if any(one.verdict is Verdict.CHANCE for one in self.changes) else None
        return "mixed" if len(ways) > 1 else ways.pop()

    @property
    def added(self) -> int:
        """Registrations more (or fewer) in the last year than in the first, where that is more than chance."""
        return sum(one.after - one.before for one in self.settled)

    @property
    def best(self) -> int | None:
        """The highest place of its themes on the card; ``None`` when it has none there."""
        return min((place.rank for place in self.places), default=None)

    @property
    def directions(self) -> Counter[str]:
        """How many partners see more, less, the same, or cannot say."""
        return Counter(remark.direction for remark in self.remarks)


@dataclass(frozen=True)
class Matrix(Result):
    """All themes, with the overview their changes come from and the lists of the documents (see `choices`)."""

    rows: tuple[Row, ...]
    lists: dict[ListName, Listed]
    overview: Overview
    places: RankIntervals | Missing
    municipality: str
    sources: tuple[Source, ...]

    def records(self) -> list[Record]:
        """Every change, the places by votes, and the number of remarks."""
        found = self.overview.records()
        if isinstance(self.places, RankIntervals):
            found += [one for one in self.places.records() if one.id.startswith("rank.")]
        remarks = [self._record(f"remarks.{row.id}", row.theme.label, len(row.remarks), "remarks") for row in self.rows]
        return found + remarks

    def _record(self, id: str, label: str, value: float, unit: str) -> Record:
        names = tuple(source.name for source in self.sources)
        return Record(id, label, self.municipality, "", value, unit, source=names)


def priorities(municipality: str, first_year: int, last_year: int, folder: Path | None = None) -> Matrix | Missing:
    """Hold the themes of a municipality against its figures, partners and voters.

    Parameters
    ----------
    first_year, last_year : int
        The years whose figures are compared.

    Returns
    -------
    Matrix or Missing
        ``Missing`` when the municipality has no list of themes.
    """
    known = Evidence(municipality, folder)
    listed, told = known.document(Priorities), known.document(Partners)
    if isinstance(listed, Missing):
        return listed
    document, source = listed
    remarks = () if isinstance(told, Missing) else told[0].remarks
    sources = (source,) if isinstance(told, Missing) else (source, told[1])
    ids = tuple(dict.fromkeys(id for theme in document.themes.values() for id in theme.indicators))
    compared = overview([_counts(known, id) for id in ids], first_year, last_year)
    rows = tuple(_row(id, theme, compared, known.places, remarks) for id, theme in document.themes.items())
    return Matrix(rows, document.lists, compared, known.places, municipality, sources)


def _counts(known: Evidence, id: str) -> Series | Missing:
    """An indicator of a theme; an index or percentage has no counts to compare."""
    series = known.series(id)
    if isinstance(series, Missing) or series.indicator.is_count:
        return series
    return Missing(series.indicator.label, f"{series.indicator.label.capitalize()} is geen telling.")


def _row(
    id: str, theme: Theme, compared: Overview, places: RankIntervals | Missing, remarks: tuple[Remark, ...]
) -> Row:
    changes = {one.series.indicator.id: one for one in compared.changes}
    return Row(
        id, theme,
        tuple(changes[one] for one in theme.indicators if one in changes),
        tuple(catalogue.indicator(one).label for one in theme.indicators if one not in changes),
        _places(theme, places), tuple(one for one in remarks if one.theme == id),
    )  # fmt: skip


def _places(theme: Theme, found: RankIntervals | Missing) -> tuple[Place, ...]:
    """Where the themes of the card that belong to a theme ended."""
    if isinstance(found, Missing):
        return ()
    table = found.table[found.table["theme"].isin(theme.votes)]
    labels = found.tally.labels
    return tuple(Place(labels[one.theme], int(one.rank), int(one.lower), int(one.upper)) for one in table.itertuples())
