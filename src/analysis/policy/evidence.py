"""What statements are held against: the figures, documents and votes of one municipality, each asked for once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar, cast

from .. import regions
from ..documents import KINDS, Document
from ..loading import load
from ..observations import Source
from ..series import OWN, SUMMED_IN_PART, Missing, Series
from ..statistics.votes import RankIntervals, ranks
from ..votes import Voting, voting
from .papers import document

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
