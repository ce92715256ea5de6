"""What was found about places in an order, and how far chance can move them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor
from typing import Literal

import pandas as pd
from statsmodels.stats.rates import confint_poisson

from ..definitions import catalogue
from ..documents.statements import RankTest
from ..statistics.rates import municipality_rates
from ..statistics.verdicts import Verdict, alpha
from ..statistics.votes import RankIntervals
from ..store.raw_sources import Source
from ..store.series import Missing, Series
from .evidence import Evidence
from .findings import Finding, Number, files

End = Literal["lowest", "highest"]


@dataclass(frozen=True)
class RankPlace:
    """A place in an order, counted from the end that is claimed, with the places it may have by chance."""

    position: int
    best: int
    worst: int


def of_places(places: list[RankPlace], limit: int, *, sure: bool = True) -> Verdict:
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
    places: dict[str, RankPlace]
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
    place: RankPlace
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


def judge_rank(asked: RankTest, known: Evidence) -> Iterator[Finding | Missing]:
    """Find the places that are claimed."""
    if asked.among == "themes":
        yield _themes(asked, known)
    elif asked.indicator is not None and asked.year is not None:
        series = known.series(asked.indicator)
        yield series if isinstance(series, Missing) else _among(asked, series, asked.year, known)


def _themes(asked: RankTest, known: Evidence) -> Finding | Missing:
    ranks = known.places
    if isinstance(ranks, Missing):
        return ranks
    labels = {label.casefold(): id for id, label in ranks.tally.labels.items()} | {id: id for id in ranks.tally.labels}
    unknown = [theme for theme in asked.themes if theme.casefold() not in labels]
    if unknown:
        return Missing("de stemming", f"Het thema '{unknown[0]}' staat niet op de stemkaart.")
    rows = ranks.table.set_index("theme")
    chosen = {
        id: _place(rows.loc[id], len(rows), asked.end) for theme in asked.themes for id in [labels[theme.casefold()]]
    }
    return Voted(ranks, chosen, asked.places or len(chosen), asked.end)


def _place(row: pd.Series, number: int, end: End) -> RankPlace:
    """A place from the top as it stands, or counted from the bottom."""
    position, best, worst = (int(row[name]) for name in ("rank", "lower", "upper"))
    if end == "highest":
        return RankPlace(position, best, worst)
    return RankPlace(number + 1 - position, number + 1 - worst, number + 1 - best)


def _among(asked: RankTest, series: Series, year: int, known: Evidence) -> Finding | Missing:
    figure = series.rate(year) if series.indicator.is_count else series.value(year)
    if figure is None:
        return series.no_figure(year)
    margin = _rate_margin(series, year) if series.indicator.is_count else series.margin(year)
    others = _others(series, year, known)
    fewest = catalogue.thresholds().verdict.peers_from
    if others is None or len(others) < fewest:
        about = f"{series.indicator.label} in {year}"
        return Missing(series.indicator.label, f"Er zijn te weinig andere gemeenten met een cijfer over {about}.")
    low, high = margin or (figure, figure)
    best, worst = (low, high) if asked.end == "lowest" else (high, low)
    place = RankPlace(*(_ahead(others, value, asked.end) + 1 for value in (figure, best, worst)))
    share = 0.5 if asked.share is None else asked.share
    return Ranked(series, year, figure, margin, place, len(others) + 1, share, asked.end)


def _ahead(others: pd.Series, value: float, end: End) -> int:
    return int((others < value).sum() if end == "lowest" else (others > value).sum())


def _others(series: Series, year: int, known: Evidence) -> pd.Series | None:
    """The figures of all other municipalities, counts per 1.000 inhabitants."""
    everyone = series.peers
    if everyone is None or year not in everyone:
        return None
    if not series.indicator.is_count:
        return everyone[year].dropna().drop(series.region, errors="ignore")
    people = known.series("bevolking_gemiddeld")
    if isinstance(people, Missing):
        return None
    return municipality_rates(series, people, year)["rate"].drop(series.region, errors="ignore")


def _rate_margin(series: Series, year: int) -> tuple[float, float] | None:
    """Exact Poisson interval of our own rate."""
    count, people = series.count(year), series.inhabitants(year)
    if count is None or not people:
        return None
    lower, upper = confint_poisson(count, people, method="exact-c", alpha=alpha())
    return 1000 * float(lower), 1000 * float(upper)
