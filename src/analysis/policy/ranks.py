"""Statements that give a place in an order: of themes by votes, or of the municipality among others."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from statsmodels.stats.rates import confint_poisson

from .. import catalogue
from ..documents.statements import RankTest
from ..series import Missing, Series
from ..statistics.rates import of_all
from ..statistics.verdicts import alpha
from .evidence import Evidence
from .findings import Finding
from .places import End, Place, Ranked, Voted


def test(asked: RankTest, known: Evidence) -> Iterator[Finding | Missing]:
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


def _place(row: pd.Series, number: int, end: End) -> Place:
    """A place from the top as it stands, or counted from the bottom."""
    position, best, worst = (int(row[name]) for name in ("rank", "lower", "upper"))
    if end == "highest":
        return Place(position, best, worst)
    return Place(number + 1 - position, number + 1 - worst, number + 1 - best)


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
    place = Place(*(_ahead(others, value, asked.end) + 1 for value in (figure, best, worst)))
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
    return of_all(series, people, year)["rate"].drop(series.region, errors="ignore")


def _rate_margin(series: Series, year: int) -> tuple[float, float] | None:
    """Exact Poisson interval of our own rate."""
    count, people = series.count(year), series.inhabitants(year)
    if count is None or not people:
        return None
    lower, upper = confint_poisson(count, people, method="exact-c", alpha=alpha())
    return 1000 * float(lower), 1000 * float(upper)
