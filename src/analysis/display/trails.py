"""Where an answer in words comes from: the trail of every result that is a sentence about figures and not a chart."""

from __future__ import annotations

from ..asked import Dispatched
from ..observations import Source
from ..periods import Period
from ..results import Result
from ..series import Series
from ..statistics.checks import SumCheck
from ..statistics.comparison import Comparison
from ..statistics.counts import Change
from ..statistics.overview import Overview
from ..statistics.power import Power
from ..statistics.surveys import SurveyChange, SurveyComparison
from ..statistics.trends import Trend
from . import dutch, origin
from .places import place

_MONTHS = "Ook gebruikt: de cijfers per maand"
_TWO_COUNTS = "twee aantallen naast elkaar; de marge volgt uit toeval"
_MONTHS_TOO = " en uit hoe sterk de maanden schommelen"
_TREND = (
    "een lijn door de maandcijfers, met een eigen niveau per kalendermaand; schommelen de maanden sterker, dan is de "
    "marge ruimer (quasi-Poissonregressie)"
)
_RATIO = "de verandering hier gedeeld door die in de rest van Nederland, met marge (95 %)"
_SURVEY = "cijfers van de bron; de marge van het verschil volgt uit de marges die de bron geeft"


@Dispatched
def trail(result: Result) -> str:
    """Where the numbers of a result come from, behind a summary that names what it is about."""
    raise NotImplementedError(type(result).__name__)


def _about(series: Series, when: str) -> str:
    return f"{series.indicator.label} in {place(series.region)}, {when}"


def _also(selected: str, *besides: str) -> str:
    return " ".join([selected if selected.endswith(".") else f"{selected}.", *(f"{one}." for one in besides)])


@trail.register
def _(series: Series) -> str:
    moments = [Period(moment.date(), series.frequency).label for moment in series.data["value"].dropna().index[[0, -1]]]
    about = _about(series, " tot en met ".join(dict.fromkeys(moments)))
    return origin.trail(series.sources, about, origin.selection(series), "aantallen zoals de bron ze geeft")


@trail.register
def _(change: Change) -> str:
    about = _about(change.series, f"{change.first} en {change.last}")
    peers = [] if change.peers is None else [f"Vergeleken met {change.peers.number} andere gemeenten in dezelfde jaren"]
    selection = _also(origin.selection(change.series, change.years), *[_MONTHS] * bool(change.noise.months), *peers)
    return origin.trail(files(change), about, selection, method(change))


def method(*changes: Change) -> str:
    """How counts of two years were compared; months tell how much they vary, where there are any."""
    return _TWO_COUNTS + _MONTHS_TOO * any(one.noise.months for one in changes)


def files(change: Change) -> tuple[Source, ...]:
    """The counts, and what they were held against: their months, the population and the other municipalities."""
    series = change.series
    peers = () if change.peers is None else series.peer_sources
    return (*_with_months(series, bool(change.noise.months)), *series.population_sources, *peers)


@trail.register
def _(overview: Overview) -> str:
    used = [source for one in overview.changes for source in files(one)]
    series = overview.changes[0].series
    years = f"{overview.first} en {overview.last}"
    kinds = f"alle soorten in de tabel, {place(series.region)} ({series.region}), {years}"
    about = f"{'alle soorten' if overview.name == 'overview' else overview.name}, {years}"
    months = [_MONTHS] * any(one.noise.months for one in overview.changes)
    peers = ["Vergeleken met andere gemeenten in dezelfde jaren"] * any(one.peers for one in overview.changes)
    times = dutch.counted(overview.family, "vergelijking", "vergelijkingen")
    how = f"{method(*overview.changes)}; oordeel gecorrigeerd voor {times} (methode van Holm)"
    return origin.trail(used, about, _also(kinds, *months, *peers), how)


@trail.register
def _(trend: Trend) -> str:
    series = trend.series
    used = series.sources + (series.population_sources if trend.per_inhabitant else ())
    about = _about(series, f"trend van {trend.first} tot en met {trend.last}")
    return origin.trail(used, about, _span(series, trend.first, trend.last), _TREND)


@trail.register
def _(comparison: Comparison) -> str:
    ours, theirs, months = comparison.series, comparison.national, comparison.kind == "change"
    when = f"{comparison.first} tot en met {comparison.last}, naast de rest van Nederland"
    selection = _also(_span(ours, comparison.first, comparison.last), f"Hetzelfde voor {place(theirs.region)}")
    return origin.trail(comparison.used, _about(ours, when), selection, _RATIO if months else f"{_TREND}; {_RATIO}")


@trail.register
def _(power: Power) -> str:
    about = _about(power.series, f"kans om het doel van {power.last} te zien")
    method = "kans dat een vergelijking van beide jaren dit verschil laat zien, gerekend met het aantal van het begin"
    used = _with_months(power.series, months=True)
    return origin.trail(used, about, origin.selection(power.series, [power.first]), method)


@trail.register
def _(check: SumCheck) -> str:
    series = check.total
    about = f"optelling van {series.indicator.label} in {place(series.region)}"
    selection = _also(
        origin.selection(series, list(check.table.index)),
        f"Ook de {dutch.counted(check.details, 'soort', 'soorten')} zelf",
    )
    return origin.trail(check.sources, about, selection, "optelling van de soorten, naast het totaal van de bron")


@trail.register
def _(change: SurveyChange) -> str:
    years = change.first, change.last
    about = _about(change.series, f"{change.first} en {change.last}")
    return origin.trail(change.series.sources, about, origin.selection(change.series, years), _SURVEY)


@trail.register
def _(comparison: SurveyComparison) -> str:
    here, elsewhere = comparison.here, comparison.elsewhere
    about = _about(here.series, f"naast {place(elsewhere.series.region)}, {here.first} en {here.last}")
    used = here.series.sources + elsewhere.series.sources
    selection = _also(
        origin.selection(here.series, (here.first, here.last)), f"Hetzelfde voor {place(elsewhere.series.region)}"
    )
    return origin.trail(used, about, selection, _SURVEY)


def _with_months(series: Series, months: bool) -> tuple[Source, ...]:
    return series.sources + (series.month_sources if months else ())


def _span(series: Series, first: int, last: int) -> str:
    return origin.selection(series, range(first, last + 1))
