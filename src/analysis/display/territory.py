"""What a reader must know about the area of figures: how those from before a herindeling came to stand for today's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from .. import regions
from ..series import BACK_CAST, OTHER_BORDERS, OWN, SUMMED, SUMMED_IN_PART, Series
from . import dutch

_ORIGINS = (BACK_CAST, OTHER_BORDERS, SUMMED, SUMMED_IN_PART)
_SUM = "zijn de som van"


def territory(*series: Series) -> list[str]:
    """How figures from before a herindeling came to stand for today's municipality, once for all that were made alike.

    Parameters
    ----------
    *series : Series
        Nothing is said about those in unchanged borders.
    """
    made: dict[str, dict[str, list[str]]] = {}
    absent: list[str] = []
    earlier: list[str] = []
    unknown: list[str] = []
    without: set[int] = set()
    for one in series:
        if one.unsure:
            unknown.append(f"{one.unsure} Daarom is er geen cijfer per inwoner.")
        if one.before != date.max:
            about = f"{one.indicator.label} in {one.region_name}"
            earlier.append(f"De cijfers over {about} staan in de grenzen van vóór {dutch.day(one.before)}.")
        if (merger := regions.merger(one.region, one.before)) is None:
            continue
        formed = f"{one.region_name} heeft zijn huidige grenzen sinds {dutch.day(merger.since)}."
        for how in _made(one, merger):
            made.setdefault(formed, {}).setdefault(how, []).append(one.indicator.label)
        absent += [*_absent(one, merger), *_lacking(one), *_halfway(one, merger)]
        without.update(_without_population(one))
    told = []
    for formed, ways in made.items():
        ordered = sorted(ways.items(), key=lambda way: _SUM in way[0])  # what is absent from a sum is said after it
        first, *rest = [f"De cijfers over {dutch.listed([*dict.fromkeys(of)])} van {how}" for how, of in ordered]
        told += [f"{formed} {first}", *rest]
    if without:
        when = span(sorted(without))
        unknown.append(
            f"Van {when} is het aantal inwoners binnen deze grenzen niet bekend. Per inwoner rekenen kan dan niet."
        )
    return list(dict.fromkeys(told + absent + earlier + unknown))


def _made(series: Series, merger: regions.Merger) -> Iterator[str]:
    """For which years the publisher recalculated the figures, and for which we added predecessors."""
    years = {origin: [year for year in series.years if series.origin(year) == origin] for origin in _ORIGINS}
    if recalculated := years[BACK_CAST]:
        yield f"{span(recalculated)} heeft de uitgever omgerekend naar die grenzen."
    if then := years[OTHER_BORDERS]:
        yield f"{span(then)} gaan over de grenzen van toen."
    if summed := sorted(years[SUMMED] + years[SUMMED_IN_PART]):
        yield f"{span(summed)} {_SUM} {dutch.listed([regions.name(code) for code in merger.wholes])}."


def _absent(series: Series, merger: regions.Merger) -> Iterator[str]:
    """Which part of a neighbour is not in the sum."""
    if any(series.origin(year) == SUMMED_IN_PART for year in series.years):
        parts = dutch.listed([f"{regions.name(code)} ({part})" for code, part in merger.part_of.items()])
        yield f"Het deel van {parts} dat ook naar {series.region_name} ging, zit daar niet bij."


def _lacking(series: Series) -> Iterator[str]:
    """Which predecessors have no figure, and whose figures stand under the new municipality already."""
    by_codes: dict[tuple[str, ...], list[int]] = {}
    for year, codes in series.lacking.items():
        by_codes.setdefault(codes, []).append(year)
    for codes, years in by_codes.items():
        names = dutch.listed([regions.name(code) for code in codes])
        yield f"Van {span(years)} is er geen som over {series.indicator.label}: van {names} zijn er geen cijfers."


def _halfway(series: Series, merger: regions.Merger) -> Iterator[str]:
    """That the figure of the year of a herindeling stands under the new municipality."""
    year = merger.since.year
    if merger.since > date(year, 1, 1) and year in series.years and series.origin(year) == OWN:
        gone = dutch.listed([regions.name(code) for code in merger.gone])
        yield (
            f"Het cijfer over {series.indicator.label} van {year} staat onder {series.region_name}. Van {gone}, tot "
            f"{dutch.day(merger.since)} een eigen gemeente, is er dat jaar geen cijfer."
        )


def _without_population(series: Series) -> list[int]:
    """The years that have a figure and no number of inhabitants, where other years have both."""
    unknown = [year for year in series.years if series.inhabitants(year) is None]
    return [] if series.unsure or len(unknown) == len(series.years) else unknown


def span(years: list[int]) -> str:
    """Years in words, as a range where more than two follow each other."""
    if len(years) > 2 and years[-1] - years[0] == len(years) - 1:  # noqa: PLR2004
        return f"{years[0]} tot en met {years[-1]}"
    return dutch.listed([str(year) for year in years])
