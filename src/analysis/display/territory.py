"""What a reader must know about the area of figures: how those from before a herindeling came to stand for today's."""

from __future__ import annotations

from collections.abc import Iterator

from .. import regions
from ..series import BACK_CAST, SUMMED, SUMMED_IN_PART, Series
from . import dutch

_ORIGINS = (BACK_CAST, SUMMED, SUMMED_IN_PART)


def territory(*series: Series) -> list[str]:
    """How figures from before a herindeling came to stand for today's municipality, once for all that were made alike.

    Parameters
    ----------
    *series : Series
        Nothing is said about those in unchanged borders.
    """
    made: dict[str, dict[str, list[str]]] = {}
    absent: list[str] = []
    unknown: list[str] = []
    for one in series:
        if (merger := regions.merger(one.region)) is None:
            continue
        formed = f"{one.region_name} heeft zijn huidige grenzen sinds {dutch.day(merger.since)}."
        for how in _made(one, merger):
            made.setdefault(formed, {}).setdefault(how, []).append(one.indicator.label)
        absent += _absent(one, merger)
        unknown += _without_population(one)
    told = []
    for formed, ways in made.items():
        first, *rest = [f"De cijfers over {dutch.listed([*dict.fromkeys(of)])} van {how}" for how, of in ways.items()]
        told += [f"{formed} {first}", *rest]
    return list(dict.fromkeys(told + absent + unknown))


def _made(series: Series, merger: regions.Merger) -> Iterator[str]:
    """For which years the publisher recalculated the figures, and for which we added predecessors."""
    years = {origin: [year for year in series.years if series.origin(year) == origin] for origin in _ORIGINS}
    if recalculated := years[BACK_CAST]:
        yield f"{span(recalculated)} heeft de uitgever omgerekend naar die grenzen."
    if summed := sorted(years[SUMMED] + years[SUMMED_IN_PART]):
        yield f"{span(summed)} zijn de som van {dutch.listed([regions.name(code) for code in merger.wholes])}."


def _absent(series: Series, merger: regions.Merger) -> Iterator[str]:
    """Which part of a neighbour is not in the sum."""
    if any(series.origin(year) == SUMMED_IN_PART for year in series.years):
        parts = dutch.listed([f"{regions.name(code)} ({part})" for code, part in merger.part_of.items()])
        yield f"Het deel van {parts} dat ook naar {series.region_name} ging, ontbreekt in die som."


def _without_population(series: Series) -> Iterator[str]:
    unknown = [year for year in series.years if series.inhabitants(year) is None]
    if unknown and len(unknown) < len(series.years):
        when = span(unknown)
        yield f"Voor {when} is het aantal inwoners binnen deze grenzen niet bekend. Per inwoner rekenen kan dan niet."


def span(years: list[int]) -> str:
    """Years in words, as a range where they follow each other."""
    if len(years) > 1 and years[-1] - years[0] == len(years) - 1:
        return f"{years[0]} tot en met {years[-1]}"
    return dutch.listed([str(year) for year in years])
