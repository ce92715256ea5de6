"""What a reader must know before believing a figure, gathered from the definitions and from the figure itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from .. import regions
from ..results import Result, html
from ..series import BACK_CAST, SUMMED, SUMMED_IN_PART, Missing, Series
from ..statistics.comparison import Comparison
from ..statistics.counts import Change
from ..statistics.surveys import SurveyChange
from ..statistics.trends import Trend
from ..statistics.verdicts import same_territory
from . import dutch

USUAL = "een verschuiving die vaker voorkomt bij gemeenten van deze omvang"
ALIKE = "geen ander verschil dan bij de andere gemeenten van deze omvang samen"
UNMEASURED = "een gewone schommeling die niet te meten is"
_ORIGINS = (BACK_CAST, SUMMED, SUMMED_IN_PART)


@dataclass(frozen=True)
class Caveats(Result):
    """Sentences under a heading, in the same place in every section."""

    sentences: tuple[str, ...]
    heading: str = "Wat weten we niet?"


@html.register
def _(caveats: Caveats) -> str:
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in caveats.sentences)
    heading = f"<h3>{escape(caveats.heading)}</h3>" if caveats.heading else ""
    return f'<div class="note" role="note">{heading}<ul>{items}</ul></div>' if items else ""


def caveats(*results: Series | Change | Trend | Comparison | SurveyChange | Missing) -> Caveats:
    """Gather what limits some results: breaks, borders, small or missing figures, other editions.

    Parameters
    ----------
    *results : Series, Change, Trend, Comparison, SurveyChange or Missing
        Whatever was shown; what is missing has already said so itself.
    """
    there = [one for one in results if not isinstance(one, Missing)]
    shown = list(dict.fromkeys(one if isinstance(one, Series) else one.series for one in there))
    touching = [one.breaks for one in there if not isinstance(one, Series)]
    found = [
        *(one.text for breaks in touching for one in breaks),
        *territory(*shown),
        *(sentence for one in shown for sentence in _provisional(one)),
        *(sentence for one in shown for sentence in one.indicator.caveats),
        *(sentence for one in shown for sentence in _rounded(one)),
        *(sentence for one in shown for sentence in _editions(one)),
    ]
    return Caveats(tuple(dict.fromkeys(found)))


def reasons(result: Change | Comparison) -> list[str]:
    """Why a verdict carries a reservation, each in a few words; the verdict itself is computed from the same."""
    found = [one.label for one in result.breaks]
    if early := result.series.provisional(result.years):
        found.append(f"voorlopig cijfer over {dutch.listed([str(year) for year in early])}")
    if not same_territory(result.series, result.years):
        found.append("cijfers die niet over precies hetzelfde gebied gaan")
    if isinstance(result, Change) and result.peers and not result.peers.outside:
        found.append(ALIKE if result.peers.beyond_shifts else USUAL)
    return found if result.measured else [*found, UNMEASURED]


def borders(*series: Series | Missing) -> Caveats:
    """Only what is to be said about the territory of some series."""
    found = territory(*(one for one in series if isinstance(one, Series)))
    return Caveats(tuple(found) or ("De grenzen zijn sinds 2012 niet veranderd.",), heading="")


def territory(*series: Series) -> list[str]:
    """How figures from before a herindeling came to stand for today's municipality, once for all that were made alike.

    Parameters
    ----------
    *series : Series
        Nothing is said about those in unchanged borders.
    """
    made: dict[tuple[str, str], list[str]] = {}
    besides: list[str] = []
    for one in series:
        if (merger := regions.merger(one.region)) is None:
            continue
        formed = f"{one.region_name} heeft zijn huidige grenzen sinds {dutch.day(merger.since)}."
        for how in _made(one, merger):
            made.setdefault((formed, how), []).append(one.indicator.label)
        besides += [*_absent(one, merger), *_without_population(one)]
    told = [
        f"{formed} De cijfers over {dutch.listed([*dict.fromkeys(labels)])} van {how}"
        for (formed, how), labels in made.items()
    ]
    return list(dict.fromkeys(told + besides))


def _made(series: Series, merger: regions.Merger) -> Iterator[str]:
    """For which years the publisher recalculated the figures, and for which we added predecessors."""
    years = {origin: [year for year in series.years if series.origin(year) == origin] for origin in _ORIGINS}
    if recalculated := years[BACK_CAST]:
        yield f"{_span(recalculated)} heeft de uitgever omgerekend naar die grenzen."
    if summed := sorted(years[SUMMED] + years[SUMMED_IN_PART]):
        yield f"{_span(summed)} zijn de som van {dutch.listed([regions.name(code) for code in merger.wholes])}."


def _absent(series: Series, merger: regions.Merger) -> Iterator[str]:
    """Which part of a neighbour is not in the sum."""
    if any(series.origin(year) == SUMMED_IN_PART for year in series.years):
        parts = dutch.listed([f"{regions.name(code)} ({part})" for code, part in merger.part_of.items()])
        yield f"Het deel van {parts} dat ook naar {series.region_name} ging, ontbreekt in die som."


def _without_population(series: Series) -> Iterator[str]:
    unknown = [year for year in series.years if series.inhabitants(year) is None]
    if unknown and len(unknown) < len(series.years):
        when = _span(unknown)
        yield f"Voor {when} is het aantal inwoners binnen deze grenzen niet bekend. Per inwoner rekenen kan dan niet."


def _provisional(series: Series) -> Iterable[str]:
    """Years that the publisher may still change."""
    if early := series.provisional(series.years):
        yield f"De cijfers over {series.indicator.label} van {_span(early)} zijn voorlopig."


def _rounded(series: Series) -> Iterable[str]:
    """Counts that the publisher rounds."""
    if (to := series.indicator.rounded_to) > 1:
        about = f"De bron rondt het aantal {series.indicator.label} af op een veelvoud van {to}"
        yield f"{about}. Een klein verschil kan door het afronden komen; de marge houdt daar rekening mee."


def _editions(series: Series) -> Iterable[str]:
    """Other exports of the same figures that differ a little."""
    if series.set_aside:
        files = dutch.listed([source.path for source in series.set_aside])
        about = f"{series.indicator.label} in {series.region_name}"
        yield f"Over {about} staan iets andere cijfers in {files}. Uitgevers werken hun cijfers bij."


def _span(years: list[int]) -> str:
    """Years in words, as a range where they follow each other."""
    if len(years) > 1 and years[-1] - years[0] == len(years) - 1:
        return f"{years[0]} tot en met {years[-1]}"
    return dutch.listed([str(year) for year in years])
