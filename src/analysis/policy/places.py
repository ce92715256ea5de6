"""What was found about places in an order, and how far chance can move them."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import Literal

from ..observations import Source
from ..series import Series
from ..statistics.verdicts import Verdict
from ..statistics.votes import RankIntervals
from .findings import Finding, Number, files

End = Literal["lowest", "highest"]


@dataclass(frozen=True)
class Place:
    """A place in an order, counted from the end that is claimed, with the places it may have by chance."""

    position: int
    best: int
    worst: int


def of_places(places: list[Place], limit: int, *, sure: bool = True) -> Verdict:
    """The verdict on a claim that all places are among the first ``limit``.

    Where the limit lies inside the interval of a place, the order cannot be told there: a reservation when the place
    itself is inside, chance when it is not.
    """
    if any(place.best > limit for place in places):
        return Verdict.CONTRADICTED
    if any(place.position > limit for place in places):
        return Verdict.CHANCE
    firm = sure and all(place.worst <= limit for place in places)
    return Verdict.CONFIRMED if firm else Verdict.CONFIRMED_WITH_CAVEAT


@dataclass(frozen=True)
class Voted(Finding):
    """The places of some themes in the order of votes.

    ``places`` are counted from the top, or from the bottom when ``end`` is ``lowest``; by theme id.
    """

    ranks: RankIntervals
    places: dict[str, Place]
    limit: int
    end: End

    @property
    def labels(self) -> dict[str, str]:
        """Theme id to label."""
        return self.ranks.tally.labels

    @property
    def verdict(self) -> Verdict:
        """Whether all of them have such a place."""
        return of_places(list(self.places.values()), self.limit)

    @property
    def numbers(self) -> dict[str, Number]:
        """The place and the votes of each theme, and how many themes and voters there are."""
        votes = self.ranks.table.set_index("theme")["votes"]
        found = {f"rank.{id}": Number(one.position, "rank", one.best, one.worst) for id, one in self.places.items()}
        found |= {f"votes.{id}": Number(float(votes[id]), "votes") for id in self.places}
        size = {"themes": Number(len(self.labels), "themes"), "voters": Number(self.ranks.tally.turnout, "voters")}
        return found | size | {"limit": Number(self.limit, "rank")}

    @property
    def sources(self) -> tuple[Source, ...]:
        """Ballots and tallies."""
        return self.ranks.tally.files


@dataclass(frozen=True)
class Ranked(Finding):
    """The place of the municipality among all municipalities with a figure; nothing about the others.

    ``value`` is a rate per 1.000 inhabitants for a count; ``margin`` is ``None`` where none is published.
    """

    series: Series
    year: int
    value: float
    margin: tuple[float, float] | None
    place: Place
    number: int
    share: float
    end: End

    @property
    def limit(self) -> int:
        """The last place that still counts as such."""
        return floor(self.share * self.number)

    @property
    def verdict(self) -> Verdict:
        """Without a margin there is only the figure itself."""
        return of_places([self.place], self.limit, sure=self.margin is not None)

    @property
    def region(self) -> str:
        """The municipality."""
        return self.series.region

    @property
    def numbers(self) -> dict[str, Number]:
        """The place with its interval, among how many, and the figure."""
        unit = "per_1000" if self.series.indicator.is_count else self.series.indicator.unit
        return {
            "rank": Number(self.place.position, "rank", self.place.best, self.place.worst),
            "number": Number(self.number, "municipalities"),
            "limit": Number(self.limit, "rank"),
            str(self.year): Number(self.value, unit, *(self.margin or (None, None))),
        }

    @property
    def sources(self) -> tuple[Source, ...]:
        """Of the series."""
        return files(self.series)
