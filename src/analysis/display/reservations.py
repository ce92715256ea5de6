"""What limits figures, in sentences: breaks, provisional and rounded figures, changed borders, hidden counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
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
from ..statistics.verdicts import Reservation
from ..store.raw_sources import HiddenLevels
from ..store.results import Missing, Result, html
from ..store.series import BACK_CAST, OTHER_BORDERS, OWN, SUMMED, SUMMED_IN_PART, Series
from . import dutch
from .provenance import provenance_block
from .tables import DataTable, details

_ORIGINS = (BACK_CAST, OTHER_BORDERS, SUMMED, SUMMED_IN_PART)
_SUM = "zijn de som van"
# Every reservation in a few words, and in as few as fit in a list. A break has a label of its own in `breaks.yml`.
_KINDS = {
    "break": ("{label}", "{label}"),
    "provisional": ("voorlopig cijfer over {years}", "voorlopig cijfer"),
    "territory": ("niet precies hetzelfde gebied", "niet precies hetzelfde gebied"),
    "hint": ("een aanwijzing, nog geen duidelijk verschil", "een aanwijzing"),
    "own_years": ("alleen gemeten aan de eigen jaren", "alleen eigen jaren"),
}
Shown = Series | Change | Trend | Comparison | SurveyChange
WITHHELD = "afgeschermd"
_NAMED = 12  # up to this many hidden periods are named, more are counted
_REGION_KINDS = {"BU": "buurt", "WK": "wijk", "GM": "gemeente", "PV": "provincie", "NL": "land"}
_LENGTHS = {"D": "dag", "M": "maand", "Q": "kwartaal", "H": "halfjaar", "Y": "jaar"}
_REASONS = {
    "finer": "gevoelig, en fijner dan wij bewaren",
    "total": "hiermee is een gevoelig cijfer te berekenen",
    "work": "te veel kleine aantallen om na te gaan wat te berekenen is",
}


@dataclass(frozen=True)
class Caveats(Result):
    """Sentences under a heading that names the figures they are about.

    Parameters
    ----------
    sentences : tuple of str
    heading : str
        Empty for no heading.
    borders : tuple of str
        Sentences about the territory of the figures, which stand behind a line of their own.
    """

    sentences: tuple[str, ...]
    heading: str = ""
    borders: tuple[str, ...] = ()


@html.register
def _(caveats: Caveats) -> str:
    heading = f"<h3>{escape(caveats.heading)}</h3>" if caveats.heading else ""
    shown = f'<div class="note" role="note">{heading}{_items(caveats.sentences)}</div>' if caveats.sentences else ""
    behind = details("Over welk gebied gaan de cijfers?", _items(caveats.borders)) if caveats.borders else ""
    return shown + behind


def _items(sentences: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(sentence)}</li>' for sentence in sentences)}</ul>"


def caveats(*results: Shown | Missing, about: str = "") -> Caveats:
    """Gather what limits only these results: breaks, small or missing figures, other exports of the same figures.

    What holds for more figures on a page is said once, see `shared_caveats`.

    Parameters
    ----------
    *results : Series, Change, Trend, Comparison, SurveyChange or Missing
        What was shown; what is missing explains itself.
    about : str
        What the figures are called together in the heading; by default the subjects of the figures.

    Returns
    -------
    Caveats
    """
    shown = _series(results)
    sentences = [
        *(d.text for d in _breaks(results) if not _shared(d) and d.kind != "territory"),
        *(sentence for series in shown for sentence in _provisional(series)),
        *_indicator_caveats(list({series.indicator.id: series.indicator for series in shown}.values())),
        *(sentence for series in shown for sentence in _rounded(series)),
        *(sentence for series in shown for sentence in _other_exports(series)),
    ]
    topics = dutch.listed(list(dict.fromkeys(series.indicator.topic for series in shown)))
    return Caveats(tuple(dict.fromkeys(sentences)), f"Let op bij {about or topics}")


def shared_caveats(*results: Shown | Missing) -> Caveats:
    """Gather what limits several figures on a page, each once: exceptional periods, borders, unknown population.

    Parameters
    ----------
    *results : Series, Change, Trend, Comparison, SurveyChange or Missing
        Everything that was shown on the page.

    Returns
    -------
    Caveats
    """
    periods = tuple(dict.fromkeys(declared.text for declared in _breaks(results) if _shared(declared)))
    moved = [declared.text for declared in _breaks(results) if declared.kind == "territory"]
    about_borders = tuple(dict.fromkeys([*moved, *territory(*_series(results))]))
    return Caveats(periods or (() if about_borders else ("Zulke kanttekeningen zijn er niet.",)), borders=about_borders)


def borders(*series: Series | Missing) -> Caveats:
    """Gather only what is to be said about the territory of some series.

    Parameters
    ----------
    *series : Series or Missing

    Returns
    -------
    Caveats
    """
    present = _series(series)
    sentences = territory(*present) or [_unmoved(item) for item in present]
    sentences = sentences or ["Er zijn geen cijfers om dit bij te zeggen."]
    return Caveats(tuple(dict.fromkeys(sentences)))


def _series(results: Iterable[Shown | Missing]) -> list[Series]:
    present = [result for result in results if not isinstance(result, Missing)]
    return list(dict.fromkeys(result if isinstance(result, Series) else result.series for result in present))


def _breaks(results: Iterable[Shown | Missing]) -> list[Break]:
    """Return the breaks that touch a comparison of years; a series by itself compares none."""
    return [declared for result in results if not isinstance(result, Series | Missing) for declared in result.breaks]


def _shared(declared: Break) -> bool:
    """Whether a break is a period that changed several indicators, and not a change in how one is registered."""
    return declared.kind == "period" and (declared.indicators == "all" or len(declared.indicators) > 1)


def _indicator_caveats(shown: list[Indicator]) -> list[str]:
    """Return the caveats of the indicators; one that does not hold for all names the indicators it is about."""
    by_sentence: dict[str, list[str]] = {}
    for indicator in shown:
        for sentence in indicator.caveats:
            by_sentence.setdefault(sentence, []).append(indicator.topic)
    together: dict[str, list[str]] = {}  # what sentences are about -> those sentences
    for sentence, topics in by_sentence.items():
        together.setdefault("" if len(topics) == len(shown) else dutch.listed(topics), []).append(sentence)
    for_all = together.pop("", [])
    return [*for_all, *(f"{dutch.capitalised(about)}: {' '.join(found)}" for about, found in together.items())]


def _provisional(series: Series) -> Iterable[str]:
    """Yield which years the publisher may still change."""
    if early := series.provisional(series.years):
        yield f"De cijfers over {series.indicator.label} van {_year_range(early)} zijn voorlopig."


def _rounded(series: Series) -> Iterable[str]:
    """Yield that the publisher rounds the counts."""
    if (multiple := series.indicator.rounded_to) > 1:
        sentence = f"De bron rondt het aantal {series.indicator.label} af op een veelvoud van {multiple}"
        yield f"{sentence}. Een klein verschil kan door het afronden komen; de marge houdt daar rekening mee."


def _other_exports(series: Series) -> Iterable[str]:
    """Yield other exports of the same figures that differ a little, or may be in other borders."""
    subject, region = f"{series.indicator.label} in {series.region_name}", series.region
    our_borders = {source.before.get(region) for source in series.sources}
    alike = [
        source
        for source in series.set_aside
        if source.before.get(region) in our_borders and region not in source.unsure
    ]
    if alike:
        files = dutch.listed([source.path for source in alike])
        yield f"Over {subject} staan iets andere cijfers in {files}. Uitgevers werken hun cijfers bij."
    if paths := [source.path for source in series.set_aside if source not in alike]:
        files = dutch.listed(paths)
        yield f"Ook {files} geeft cijfers over {subject}. Die kunnen over een ander gebied gaan en tellen niet mee."


def _unmoved(series: Series) -> str:
    """Return the sentence for figures that are all about the same territory."""
    if regions.merger(series.region) is None:
        return "De grenzen zijn sinds 2012 niet veranderd."
    return "De cijfers gaan over de grenzen van nu."


def reservation_text(reservation: Reservation) -> str:
    """Return a reservation in a few words.

    Parameters
    ----------
    reservation : Reservation

    Returns
    -------
    str

    Examples
    --------
    >>> reservation_text(Reservation("provisional", years=(2023, 2024)))
    'voorlopig cijfer over 2023 en 2024'
    """
    text, _ = _KINDS[reservation.kind]
    return text.format(label=reservation.label, years=dutch.listed([str(year) for year in reservation.years]))


def short_text(reservation: Reservation) -> str:
    """Return a reservation in as few words as fit in a list of kinds.

    Parameters
    ----------
    reservation : Reservation

    Returns
    -------
    str

    Examples
    --------
    >>> short_text(Reservation("hint"))
    'een aanwijzing'
    """
    _, text = _KINDS[reservation.kind]
    return text.format(label=reservation.label)


def reservations_sentence(reservations: Sequence[Reservation]) -> str:
    """Return reservations as a sentence.

    Parameters
    ----------
    reservations : sequence of Reservation

    Returns
    -------
    str
        Empty without any.

    Examples
    --------
    >>> reservations_sentence([Reservation("break", label="corona")])
    'Kanttekening: corona.'
    """
    names = [reservation_text(reservation) for reservation in reservations]
    return f"Kanttekening: {dutch.listed(names)}." if names else ""


def territory(*series: Series) -> list[str]:
    """Explain how figures from before a herindeling represent today's municipality, once for all that were made alike.

    Parameters
    ----------
    *series : Series
        Those in unchanged borders yield nothing.

    Returns
    -------
    list of str
        Sentences.
    """
    made: dict[str, dict[str, list[str]]] = {}  # formation -> years and origin -> labels
    absent: list[str] = []
    earlier: list[str] = []
    unknown: list[str] = []
    without: set[int] = set()
    for item in series:
        if item.unsure:
            unknown.append(f"{item.unsure} Daarom is er geen cijfer per inwoner.")
        if item.before != date.max:
            subject = f"{item.indicator.label} in {item.region_name}"
            earlier.append(f"De cijfers over {subject} staan in de grenzen van vóór {dutch.day(item.before)}.")
        if (merger := regions.merger(item.region, item.before)) is None:
            continue
        formed = f"{item.region_name} heeft zijn huidige grenzen sinds {dutch.day(merger.since)}."
        for years_and_origin in _made(item, merger):
            made.setdefault(formed, {}).setdefault(years_and_origin, []).append(item.indicator.label)
        absent += [*_absent(item, merger), *_lacking(item), *_halfway(item, merger)]
        without.update(_without_population(item))
    if without:
        unknown.append(
            f"Van {_year_range(sorted(without))} is het aantal inwoners binnen deze grenzen niet bekend. Per inwoner "
            "rekenen kan dan niet."
        )
    return list(dict.fromkeys([*_how_made(made), *absent, *earlier, *unknown]))


def _how_made(made: dict[str, dict[str, list[str]]]) -> Iterator[str]:
    """Yield the sentences about recalculated and summed figures, from labels by formation, and by years and origin."""
    for formed, ways in made.items():
        ordered = sorted(ways.items(), key=lambda way: _SUM in way[0])  # what a sum lacks is said right after it
        first, *rest = [
            f"De cijfers over {dutch.listed([*dict.fromkeys(labels)])} van {years_and_origin}"
            for years_and_origin, labels in ordered
        ]
        yield from (f"{formed} {first}", *rest)


def _made(series: Series, merger: regions.Merger) -> Iterator[str]:
    """Yield for which years the publisher recalculated the figures, and for which we added up predecessors."""
    years = {origin: [year for year in series.years if series.origin(year) == origin] for origin in _ORIGINS}
    if recalculated := years[BACK_CAST]:
        yield f"{_year_range(recalculated)} heeft de uitgever omgerekend naar die grenzen."
    if then := years[OTHER_BORDERS]:
        yield f"{_year_range(then)} gaan over de grenzen van toen."
    if summed := sorted(years[SUMMED] + years[SUMMED_IN_PART]):
        yield f"{_year_range(summed)} {_SUM} {dutch.listed([regions.name(code) for code in merger.wholes])}."


def _absent(series: Series, merger: regions.Merger) -> Iterator[str]:
    """Yield which part of a neighbouring municipality is not in the sum."""
    if any(series.origin(year) == SUMMED_IN_PART for year in series.years):
        parts = dutch.listed([f"{regions.name(code)} ({part})" for code, part in merger.part_of.items()])
        yield f"Het deel van {parts} dat ook naar {series.region_name} ging, zit daar niet bij."


def _lacking(series: Series) -> Iterator[str]:
    """Yield of which predecessors there are no figures, and for which years."""
    by_codes: dict[tuple[str, ...], list[int]] = {}
    for year, codes in series.lacking.items():
        by_codes.setdefault(codes, []).append(year)
    for codes, years in by_codes.items():
        names, when = dutch.listed([regions.name(code) for code in codes]), _year_range(years)
        yield f"Van {when} is er geen som over {series.indicator.label}: van {names} zijn er geen cijfers."


def _halfway(series: Series, merger: regions.Merger) -> Iterator[str]:
    """Yield that the figure of the year of a herindeling is published under the new municipality."""
    year = merger.since.year
    if merger.since > date(year, 1, 1) and year in series.years and series.origin(year) == OWN:
        predecessors = dutch.listed([regions.name(code) for code in merger.gone])
        yield (
            f"Het cijfer over {series.indicator.label} van {year} staat onder {series.region_name}. Van "
            f"{predecessors}, tot {dutch.day(merger.since)} een eigen gemeente, is er dat jaar geen cijfer."
        )


def _without_population(series: Series) -> list[int]:
    """Return the years with a figure but without a number of inhabitants, if other years have both."""
    unknown = [year for year in series.years if series.inhabitants(year) is None]
    return [] if series.unsure or len(unknown) == len(series.years) else unknown


def _year_range(years: list[int]) -> str:
    """Write years in words, more than two consecutive ones as a range."""
    if len(years) > 2 and years[-1] - years[0] == len(years) - 1:  # noqa: PLR2004
        return f"{years[0]} tot en met {years[-1]}"
    return dutch.listed([str(year) for year in years])


def hidden_count(upper: float | None) -> str:
    """Return what stands for a hidden count: ``<5`` when it is small, else a word.

    Parameters
    ----------
    upper : float or None
        The largest value it can have. NaN or ``None`` for a count that is hidden to protect another, which can be any
        number.

    Returns
    -------
    str

    Examples
    --------
    >>> hidden_count(4), hidden_count(None)
    ('<5', 'afgeschermd')
    """
    return WITHHELD if upper is None or pd.isna(upper) else f"<{dutch.number(upper + 1)}"


def hidden_by_year(series: Series) -> dict[int, str]:
    """Return what stands for each hidden figure of a yearly series.

    Parameters
    ----------
    series : Series

    Returns
    -------
    dict
        Year -> text.
    """
    return {moment.year: shown for moment, shown in _hidden_counts(series).items()}


def hidden_counts_text(series: Series) -> str:
    """Describe which figures of a series are hidden and why.

    Parameters
    ----------
    series : Series

    Returns
    -------
    str
        Sentences; empty when nothing is hidden.
    """
    hidden = _hidden_counts(series)
    small = sorted({shown for shown in hidden.values() if shown != WITHHELD})
    reasons = [f"Kleine aantallen die gevoelig zijn of niet openbaar, tonen wij niet ({below})." for below in small]
    if WITHHELD in hidden.values():
        withheld = (
            "geeft de bron het aantal niet, zou een klein aantal anders te berekenen zijn, of tonen wij zulke fijne "
            "cijfers in het geheel niet."
        )
        reasons.append(f"Waar '{WITHHELD}' staat, {withheld}")
    if not hidden:
        return ""
    named = dutch.listed([Period(moment.date(), series.frequency).label for moment in hidden])
    periods = named if len(hidden) <= _NAMED else f"{len(hidden)} perioden"
    return f"{' '.join(reasons)} Bij {series.region_name} gaat het om {periods}."


def _hidden_counts(series: Series) -> dict[pd.Timestamp, str]:
    """Return what stands for each hidden figure of a series, by period."""
    hidden = series.data[series.data["status"] == "suppressed"]
    return {moment: hidden_count(upper) for moment, upper in zip(hidden.index, hidden["upper"], strict=True)}


@html.register
def _(levels: HiddenLevels) -> str:
    if not levels.found:
        return "<p>Er zijn geen cijfers weggelaten omdat zij te fijn zijn.</p>"
    by_subject: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for hidden in levels.found:
        level = f"per {_REGION_KINDS.get(hidden.kind, hidden.kind)} en {_LENGTHS[hidden.frequency]}"
        by_subject[catalogue.indicator(hidden.indicator).title, _REASONS[hidden.reason]].append(level)
    rows = tuple((title, dutch.listed(names), reason) for (title, reason), names in by_subject.items())
    columns = ("Onderwerp", "Niet getoond", "Waarom")
    table = DataTable("niet-getoond", "Cijfers die wij in hun geheel niet tonen", columns, rows, text=columns)
    selection = (
        "de bestanden van dit rapport; hoe fijn een gevoelig cijfer mag zijn, staat in definitions/indicators.yml"
    )
    return html(table) + provenance_block((), "wat wij niet tonen", selection, "verborgen bij het inlezen")
