"""What a reader must know about the area of figures: how those from before a herindeling came to stand for today's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from html import escape

import pandas as pd

from ..definitions import catalogue, regions
from ..definitions.catalogue import Break, Indicator
from ..definitions.periods import Period
from ..statistics.change import Change
from ..statistics.comparison import Comparison
from ..statistics.survey import SurveyChange
from ..statistics.trend import Trend
from ..statistics.verdicts import same_territory
from ..store.raw_sources import HiddenLevels
from ..store.results import Result, html
from ..store.series import BACK_CAST, OTHER_BORDERS, OWN, SUMMED, SUMMED_IN_PART, Missing, Series
from . import dutch
from .provenance import provenance_block
from .tables import DataTable

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


USUAL = "een verschuiving die vaker voorkomt bij gemeenten van deze omvang"
ALIKE = "niet te onderscheiden van het verschil bij de andere gemeenten van deze omvang samen"
UNMEASURED = "een gewone schommeling die niet te meten is"
Told = Series | Change | Trend | Comparison | SurveyChange


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


def caveats(*results: Told | Missing) -> Caveats:
    """Gather what limits only these results: breaks, small or missing figures, other editions.

    What holds for more figures on a page is said once, see `shared_caveats`.

    Parameters
    ----------
    *results : Series, Change, Trend, Comparison, SurveyChange or Missing
        Whatever was shown; what is missing has already said so itself.
    """
    shown = _series(results)
    found = [
        *(one.text for one in _breaks(results) if not _shared(one)),
        *(sentence for one in shown for sentence in _provisional(one)),
        *_of_indicators(list({one.indicator.id: one.indicator for one in shown}.values())),
        *(sentence for one in shown for sentence in _rounded(one)),
        *(sentence for one in shown for sentence in _editions(one)),
    ]
    return Caveats(tuple(dict.fromkeys(found)))


def shared_caveats(*results: Told | Missing) -> Caveats:
    """What limits more of the figures on a page, each once: exceptional periods, borders, unknown population.

    Parameters
    ----------
    *results : Series, Change, Trend, Comparison, SurveyChange or Missing
        Everything that was shown on the page.
    """
    periods = [one.text for one in _breaks(results) if _shared(one)]
    found = tuple(dict.fromkeys([*periods, *territory(*_series(results))]))
    return Caveats(found or ("Zulke kanttekeningen zijn er niet.",), heading="")


def _of_indicators(shown: list[Indicator]) -> list[str]:
    """What limits each indicator; what does not hold for all of them names the one that it is about."""
    about: dict[str, list[Indicator]] = {}
    for one in shown:
        for sentence in one.caveats:
            about.setdefault(sentence, []).append(one)
    return [
        sentence if len(of) == len(shown) else f"Over {dutch.listed([one.label for one in of])}: {sentence}"
        for sentence, of in about.items()
    ]


def _series(results: Iterable[Told | Missing]) -> list[Series]:
    there = [one for one in results if not isinstance(one, Missing)]
    return list(dict.fromkeys(one if isinstance(one, Series) else one.series for one in there))


def _breaks(results: Iterable[Told | Missing]) -> list[Break]:
    """The breaks that touch a comparison of years; a series alone compares none."""
    return [each for one in results if not isinstance(one, Series | Missing) for each in one.breaks]


def _shared(one: Break) -> bool:
    """Whether it is a period that changed many figures, and not how one of them is registered."""
    return one.kind == "period" and (one.indicators == "all" or len(one.indicators) > 1)


def borders(*series: Series | Missing) -> Caveats:
    """Only what is to be said about the territory of some series."""
    there = _series(series)
    told = territory(*there) or [_unmoved(one) for one in there] or ["Er zijn geen cijfers om dit bij te zeggen."]
    return Caveats(tuple(dict.fromkeys(told)), heading="")


def _unmoved(series: Series) -> str:
    """Of figures that all are about one territory."""
    if regions.merger(series.region) is None:
        return "De grenzen zijn sinds 2012 niet veranderd."
    return "De cijfers gaan over de grenzen van nu."


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


def _provisional(series: Series) -> Iterable[str]:
    """Years that the publisher may still change."""
    if early := series.provisional(series.years):
        yield f"De cijfers over {series.indicator.label} van {span(early)} zijn voorlopig."


def _rounded(series: Series) -> Iterable[str]:
    """Counts that the publisher rounds."""
    if (to := series.indicator.rounded_to) > 1:
        about = f"De bron rondt het aantal {series.indicator.label} af op een veelvoud van {to}"
        yield f"{about}. Een klein verschil kan door het afronden komen; de marge houdt daar rekening mee."


def _editions(series: Series) -> Iterable[str]:
    """Other exports of the same figures that differ a little, or may stand in other borders."""
    about, region = f"{series.indicator.label} in {series.region_name}", series.region
    ours = {one.before.get(region) for one in series.sources}
    alike = [one for one in series.set_aside if one.before.get(region) in ours and region not in one.unsure]
    if alike:
        files = dutch.listed([one.path for one in alike])
        yield f"Over {about} staan iets andere cijfers in {files}. Uitgevers werken hun cijfers bij."
    if others := [one.path for one in series.set_aside if one not in alike]:
        files = dutch.listed(others)
        yield f"Ook {files} geeft cijfers over {about}. Die kunnen over een ander gebied gaan en tellen niet mee."


WITHHELD = "afgeschermd"
_NAMED = 12  # more hidden periods than this are only counted
_PLACES = {"BU": "buurt", "WK": "wijk", "GM": "gemeente", "PV": "provincie", "NL": "land"}
_LENGTHS = {"D": "dag", "M": "maand", "Q": "kwartaal", "H": "halfjaar", "Y": "jaar"}
_REASONS = {
    "finer": "gevoelig, en fijner dan wij bewaren",
    "total": "hiermee is een gevoelig cijfer te berekenen",
    "work": "te veel kleine aantallen om na te gaan wat te berekenen is",
}


def mark(upper: float | None) -> str:
    """``<5`` for a figure that is hidden for being small; one hidden to protect another can be any number.

    Parameters
    ----------
    upper : float or None
        The largest number it can be, as observations have it; NaN or ``None`` where nothing is said of that.
    """
    return WITHHELD if upper is None or pd.isna(upper) else f"<{dutch.number(upper + 1)}"


def marks(series: Series) -> dict[pd.Timestamp, str]:
    """What stands for every hidden figure of a series, by period."""
    hidden = series.data[series.data["status"] == "suppressed"]
    return {moment: mark(upper) for moment, upper in zip(hidden.index, hidden["upper"], strict=True)}


def yearly(series: Series) -> dict[int, str]:
    """The same by year, for a yearly series."""
    return {moment.year: shown for moment, shown in marks(series).items()}


def told(series: Series) -> str:
    """Which figures are hidden and why, as sentences; empty where nothing is."""
    found = marks(series)
    small = sorted({shown for shown in found.values() if shown != WITHHELD})
    why = [f"Kleine aantallen die gevoelig zijn of niet openbaar, tonen wij niet ({one})." for one in small]
    if WITHHELD in found.values():
        other = (
            "geeft de bron het aantal niet, zou een klein aantal anders te berekenen zijn, of tonen wij zulke fijne "
            "cijfers in het geheel niet."
        )
        why.append(f"Waar '{WITHHELD}' staat, {other}")
    if not found:
        return ""
    named = dutch.listed([Period(moment.date(), series.frequency).label for moment in found])
    when = named if len(found) <= _NAMED else f"{len(found)} perioden"
    return f"{' '.join(why)} Bij {series.region_name} gaat het om {when}."


@html.register
def _(levels: HiddenLevels) -> str:
    if not levels.found:
        return "<p>Er zijn geen cijfers weggelaten omdat zij te fijn zijn.</p>"
    where: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for one in levels.found:
        level = f"per {_PLACES.get(one.kind, one.kind)} en {_LENGTHS[one.frequency]}"
        where[catalogue.indicator(one.indicator).title, _REASONS[one.reason]].append(level)
    rows = tuple((title, dutch.listed(levels), reason) for (title, reason), levels in where.items())
    columns = ("Onderwerp", "Niet getoond", "Waarom")
    table = DataTable("niet-getoond", "Cijfers die wij in hun geheel niet tonen", columns, rows, text=columns)
    selection = (
        "de bestanden van dit rapport; hoe fijn een gevoelig cijfer mag zijn, staat in definitions/indicators.yml"
    )
    return html(table) + provenance_block((), "wat wij niet tonen", selection, "verborgen bij het inlezen")
