"""What was found about places in an order and about other areas, in words."""

from __future__ import annotations

from .. import regions
from ..policy.beside import Beside, BesideMeasure
from ..policy.comparisons import Developed
from ..policy.findings import told
from ..policy.places import Place, Ranked, Voted
from ..statistics.comparison import Comparison
from ..statistics.surveys import SurveyComparison
from ..statistics.verdicts import Verdict
from . import dutch
from .caveats import reasons
from .findings import CHANCE, by_chance, figure, moved, noted, provisional, sentence_case
from .sentences import registered, registers


@told.register
def _(found: Voted) -> str:
    side = "van boven" if found.end == "highest" else "van onderen"
    each = [f"{found.labels[id].lower()} staat op plaats {_place(place)}" for id, place in found.places.items()]
    themes = dutch.counted(len(found.labels), "thema", "thema's")
    base = f"Op de lijst van {themes}, geteld {side}: {dutch.listed(each)}."
    asked = f"De uitspraak gaat uit van plaats 1 tot en met {found.limit}."
    voters = f"Dit gaat over {dutch.number(found.ranks.tally.turnout)} stemmers die zelf naar een stand kwamen."
    return " ".join([base, asked, *_unsure(found.verdict), voters])


@told.register
def _(found: Ranked) -> str:
    indicator, place = found.series.indicator, found.series.region_name
    per_1000 = f"{registers(indicator)} per 1.000 inwoners {dutch.rates([found.value])[0]} {registered(indicator)}"
    measured = f"{sentence_case(indicator.label)} in {place} in {found.year}: {figure(found.value, indicator.unit)}."
    value = f"In {found.year} {per_1000} in {place}." if indicator.is_count else measured
    side = "laag naar hoog" if found.end == "lowest" else "hoog naar laag"
    base = (
        f"{value} Van {side} is dat plaats {_place(found.place)} van {found.number} gemeenten. De uitspraak gaat uit "
        f"van plaats 1 tot en met {found.limit}."
    )
    if found.margin is None:
        return f"{base} De uitgever geeft geen marge, dus de plaats is onzeker."
    return " ".join([base, *_unsure(found.verdict)])


def _place(place: Place) -> str:
    if place.best == place.worst:
        return str(place.position)
    return f"{place.position} (met marge {place.best} tot {place.worst})"


def _unsure(verdict: Verdict) -> list[str]:
    """That the order cannot be told at the place that matters."""
    words = {
        Verdict.CONFIRMED_WITH_CAVEAT: "De marge loopt over die grens heen.",
        Verdict.CHANCE: "De marge loopt over die grens heen, dus de volgorde kan daar toeval zijn.",
    }
    return [words[verdict]] if verdict in words else []


@told.register
def _(found: Beside) -> str:
    one, indicator = found.rates, found.rates.series.indicator
    low, high = (100 * (limit - 1) for limit in (one.lower, one.upper))
    here, elsewhere = dutch.rates([one.here, one.elsewhere])
    base = (
        f"In {one.year} {registers(indicator)} per 1.000 inwoners {here} {registered(indicator)} in "
        f"{one.series.region_name} en {elsewhere} in {_elsewhere(one.other.region)}: "
        f"{dutch.more_or_less(100 * (one.ratio - 1))} ({dutch.between(low, high)})."
    )
    if found.verdict is Verdict.CHANCE:
        return f"{base} {by_chance(one.lower, one.upper, 1)}"
    return f"{base} {noted(provisional(one.series, one.year))}".rstrip()


def _elsewhere(region: str) -> str:
    """A region that contains the municipality is shown without it."""
    name = regions.name(region)
    return name if regions.is_municipality(region) else f"de rest van {name}"


@told.register
def _(found: BesideMeasure) -> str:
    unit = found.series.indicator.unit
    base = (
        f"{sentence_case(found.series.indicator.label)} in {found.year}: {figure(found.here, unit)} in "
        f"{found.series.region_name} en {figure(found.elsewhere, unit)} in {found.other.region_name}."
    )
    if found.apart is None:
        return f"{base} De uitgever geeft geen marge, dus dit kan toeval zijn."
    return base if found.apart else f"{base} De marges overlappen. {CHANCE}"


@told.register
def _(found: Developed) -> str:
    one, (ours, theirs) = found.comparison, found.series
    if isinstance(one, Comparison):
        here, elsewhere = (dutch.more_or_less(100 * (x - 1)) for x in (one.local_ratio, one.national_ratio))
        first, last, other = one.first, one.last, _elsewhere(theirs.region)
    else:
        here, elsewhere = (f"{_signed(x.difference)} punten" for x in (one.here, one.elsewhere))
        first, last, other = one.here.first, one.here.last, theirs.region_name
    base = (
        f"{sentence_case(ours.indicator.label)}, van {first} naar {last}: {here} in {ours.region_name} en "
        f"{elsewhere} in {other}."
    )
    if one.lower is None:
        return f"{base} De uitgever geeft geen marge. Daarom is niet te zeggen of dit meer is dan toeval."
    same = 1 if isinstance(one, Comparison) else 0
    end = {Verdict.CHANCE: by_chance(one.lower, one.upper, same), Verdict.CONFIRMED_WITH_CAVEAT: _reservation(one)}
    return f"{base} {end[found.verdict]}" if found.verdict in end else base


def _reservation(comparison: Comparison | SurveyComparison) -> str:
    return noted(reasons(comparison) if isinstance(comparison, Comparison) else moved(comparison.here))


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{dutch.number(value, 1)}"
