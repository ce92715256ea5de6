"""Tests of claimed ranks: themes in the order of votes, and the municipality among all municipalities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor, sqrt
from typing import Literal

import pandas as pd
from statsmodels.stats.rates import confint_poisson

from ..definitions import catalogue
from ..documents.statements import RankTest
from ..statistics.rates import municipality_rates
from ..statistics.verdicts import Verdict, alpha
from ..statistics.votes import RankIntervals
from ..store.raw_sources import Source
from ..store.results import Missing, Reason, label
from ..store.series import Series
from .evidence import Evidence
from .findings import Finding, Number, source_files

End = Literal["lowest", "highest"]


@dataclass(frozen=True)
class RankPlace:
    """A rank with its interval, counted from the end that is claimed.

    Parameters
    ----------
    position : int
        The rank itself, 1 for the first.
    best, worst : int
        The first and the last rank that it may have by chance.
    """

    position: int
    best: int
    worst: int


def verdict_on_places(places: list[RankPlace], limit: int, *, sure: bool = True, counted: bool = False) -> Verdict:
    """Return the verdict on a claim that all ranks are among the first ``limit``.

    Where the limit lies inside the interval of a rank, the order is not certain there: a reservation when the rank
    itself is within the limit. When it is not, an estimate may be there by chance, and a full count is not there.

    Parameters
    ----------
    places : list of RankPlace
        The ranks, counted from the claimed end.
    limit : int
        The last rank that bears the claim out.
    sure : bool
        Whether the ranks have an interval at all.
    counted : bool
        Whether they are ranks of full counts, and not of estimates.

    Returns
    -------
    Verdict

    Examples
    --------
    >>> str(verdict_on_places([RankPlace(1, 1, 1), RankPlace(3, 2, 4)], 3))
    'bevestigd met kanttekening'
    """
    if any((rank.position if counted else rank.best) > limit for rank in places):
        return Verdict.CONTRADICTED
    if any(rank.position > limit for rank in places):
        return Verdict.CHANCE
    firm = sure and all(rank.worst <= limit for rank in places)
    return Verdict.CONFIRMED if firm else Verdict.CONFIRMED_WITH_CAVEAT


@dataclass(frozen=True)
class Voted(Finding):
    """The ranks of some themes in the order of votes.

    Parameters
    ----------
    ranks : RankIntervals
        The order of all themes.
    places : dict of str to RankPlace
        Rank by theme id, counted from the top, or from the bottom when ``end`` is ``lowest``.
    limit : int
        The last rank that bears the claim out.
    end : {"lowest", "highest"}
        The end of the order that is claimed.
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
        """Whether all themes are within the limit; votes are a full count."""
        return verdict_on_places(list(self.places.values()), self.limit, counted=True)

    @property
    def numbers(self) -> dict[str, Number]:
        """The rank and the votes of each theme, and the number of themes and voters."""
        votes = self.ranks.table.set_index("theme")["votes"]
        numbers = {
            f"rank.{id}": Number(place.position, "rank", place.best, place.worst) for id, place in self.places.items()
        }
        numbers |= {f"votes.{id}": Number(float(votes[id]), "votes") for id in self.places}
        size = {"themes": Number(len(self.labels), "themes"), "voters": Number(self.ranks.tally.turnout, "voters")}
        return numbers | size | {"limit": Number(self.limit, "rank")}

    @property
    def sources(self) -> tuple[Source, ...]:
        """The raw files of the ballots and tallies."""
        return self.ranks.tally.files


@dataclass(frozen=True)
class Ranked(Finding):
    """The rank of the municipality among all municipalities with a figure; nothing about the others.

    Parameters
    ----------
    series : Series
        The figures of the municipality.
    year : int
        The year that is ranked.
    value : float
        The figure: for a count the rate per 1.000 inhabitants.
    margin : tuple of float or None
        Its interval; ``None`` where none is published.
    place : RankPlace
        The rank, counted from the claimed end.
    number : int
        Number of municipalities, this one included.
    share : float
        The part of the municipalities that is claimed, 0.25 for the lowest or highest quarter.
    end : {"lowest", "highest"}
        The end of the order that is claimed.
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
        """The last rank that bears the claim out."""
        return floor(self.share * self.number)

    @property
    def verdict(self) -> Verdict:
        """Whether the rank is within the limit; without a margin with a reservation."""
        counted = self.series.indicator.is_count
        return verdict_on_places([self.place], self.limit, sure=self.margin is not None, counted=counted)

    @property
    def region(self) -> str:
        """CBS code of the municipality."""
        return self.series.region

    @property
    def numbers(self) -> dict[str, Number]:
        """The rank with its interval, the number of municipalities, and the figure."""
        unit = "per_1000" if self.series.indicator.is_count else self.series.indicator.unit
        return {
            "rank": Number(self.place.position, "rank", self.place.best, self.place.worst),
            "number": Number(self.number, "municipalities"),
            "limit": Number(self.limit, "rank"),
            str(self.year): Number(self.value, unit, *(self.margin or (None, None))),
        }

    @property
    def sources(self) -> tuple[Source, ...]:
        """The raw files of the series."""
        return source_files(self.series)


def judge_rank(test: RankTest, evidence: Evidence) -> Iterator[Finding | Missing]:
    """Test a claimed rank of themes or of the municipality.

    Parameters
    ----------
    test : RankTest
        The claim: themes or an indicator, and the part of the order they should be in.
    evidence : Evidence
        The figures and votes of the municipality.

    Yields
    ------
    Voted, Ranked or Missing
        ``Missing`` when there are no votes or figures, or too few municipalities (`thresholds.yml`).
    """
    if test.among == "themes":
        yield _themes(test, evidence)
    elif test.indicator is not None and test.year is not None:
        series = evidence.series(test.indicator)
        yield series if isinstance(series, Missing) else _among(test, series, test.year, evidence)


def _themes(test: RankTest, evidence: Evidence) -> Finding | Missing:
    """Return the ranks of the claimed themes, by id or label."""
    ranks = evidence.theme_ranks
    if isinstance(ranks, Missing):
        return ranks
    labels = {label.casefold(): id for id, label in ranks.tally.labels.items()} | {id: id for id in ranks.tally.labels}
    unknown = [theme for theme in test.themes if theme.casefold() not in labels]
    if unknown:
        return Missing(label("the_vote"), Reason("theme_not_on_card", theme=unknown[0]))
    rows = ranks.table.set_index("theme")
    chosen = {
        id: _place(rows.loc[id], len(rows), test.end) for theme in test.themes for id in [labels[theme.casefold()]]
    }
    return Voted(ranks, chosen, test.places or len(chosen), test.end)


def _place(row: pd.Series, number: int, end: End) -> RankPlace:
    """Return a rank as it is, counted from the top, or counted from the bottom."""
    position, best, worst = (int(row[name]) for name in ("rank", "lower", "upper"))
    if end == "highest":
        return RankPlace(position, best, worst)
    return RankPlace(number + 1 - position, number + 1 - worst, number + 1 - best)


def _among(test: RankTest, series: Series, year: int, evidence: Evidence) -> Finding | Missing:
    """Return the rank of the municipality among all with a figure in that year.

    The others have a margin too, which is taken to be as wide as ours: one is before or after us for certain only when
    it lies outside our margin times the square root of two, that of a difference.
    """
    figure = series.rate(year) if series.indicator.is_count else series.value(year)
    if figure is None:
        return series.no_figure(year)
    margin = _rate_margin(series, year) if series.indicator.is_count else series.margin(year)
    others = _others(series, year, evidence)
    fewest = catalogue.thresholds().verdict.peers_from
    if others is None or len(others) < fewest:
        name = series.indicator.label
        return Missing(name, Reason("too_few_others", label=name, year=year))
    low, high = (figure + sqrt(2) * (limit - figure) for limit in margin or (figure, figure))
    best, worst = (low, high) if test.end == "lowest" else (high, low)
    rank = RankPlace(*(_ahead(others, value, test.end) + 1 for value in (figure, best, worst)))
    share = 0.5 if test.share is None else test.share
    return Ranked(series, year, figure, margin, rank, len(others) + 1, share, test.end)


def _ahead(others: pd.Series, value: float, end: End) -> int:
    """Return the number of municipalities that come before a value."""
    return int((others < value).sum() if end == "lowest" else (others > value).sum())


def _others(series: Series, year: int, evidence: Evidence) -> pd.Series | None:
    """Return the figures of all other municipalities; counts per 1.000 inhabitants."""
    panel = series.peers
    if panel is None or year not in panel.years:
        return None
    if not series.indicator.is_count:
        return panel.frame[year].dropna().drop(series.region, errors="ignore")
    people = evidence.series("bevolking_gemiddeld")
    if isinstance(people, Missing):
        return None
    return municipality_rates(series, people, year)["rate"].drop(series.region, errors="ignore")


def _rate_margin(series: Series, year: int) -> tuple[float, float] | None:
    """Return the exact Poisson interval of our own rate per 1.000 inhabitants.

    References
    ----------
    Garwood, F. (1936). Fiducial limits for the Poisson distribution. Biometrika, 28(3/4), 437–442.
    """
    count, people = series.count(year), series.inhabitants(year)
    if count is None or not people:
        return None
    lower, upper = confint_poisson(count, people, method="exact-c", alpha=alpha())
    return 1000 * float(lower), 1000 * float(upper)
