"""From analysis to priorities: what figures, partners and voters say about each theme, beside what was chosen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..documents import Partners, Priorities
from ..documents.policy import Listed, ListName
from ..observations import Source, cited
from ..results import Record, Result
from ..series import Missing, Series
from ..statistics.overview import Overview, overview
from ..statistics.votes import RankIntervals
from .evidence import Evidence
from .themes import Row, afterwards, row


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
        found = self.overview.records() + [
            one for row in self.rows for later in row.turned for one in afterwards(later)
        ]
        if isinstance(self.places, RankIntervals):
            found += [one for one in self.places.records() if one.id.startswith("rank.")]
        remarks = [
            self._record(f"remarks.{row.id}", f"opmerkingen over {row.theme.label}", len(row.remarks), "remarks")
            for row in self.rows
        ]
        return found + remarks

    def _record(self, id: str, label: str, value: float, unit: str) -> Record:
        names = cited(self.sources)
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
    rows = tuple(row(id, theme, compared, known.places, remarks) for id, theme in document.themes.items())
    return Matrix(rows, document.lists, compared, known.places, municipality, sources)


def _counts(known: Evidence, id: str) -> Series | Missing:
    """An indicator of a theme; an index or percentage has no counts to compare."""
    series = known.series(id)
    if isinstance(series, Missing) or series.indicator.is_count:
        return series
    return Missing(series.indicator.label, f"{series.indicator.title} is geen telling.")
