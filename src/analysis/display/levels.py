"""What was found about levels, goals and the lowest or highest year, in words."""

from __future__ import annotations

from ..policy.extremes import Extreme
from ..policy.findings import told
from ..policy.levels import Level, Measured
from ..policy.targets import Target
from ..statistics.verdicts import Verdict
from . import dutch
from .findings import caveat, figure, provisional, registrations, sentence_case
from .sentences import registered, registers

_WORDS = {"<": "minder dan", "<=": "hoogstens", "=": "precies", ">=": "minstens", ">": "meer dan"}


@told.register
def _(found: Level) -> str:
    label, place = registered(found.series.indicator), found.series.region_name
    said = "" if found.compare == "=" else f"{_WORDS[found.compare]} "
    claimed = f"in het document staat {said}{dutch.number(found.claimed)}"
    base = f"In {place} {registers(found.series.indicator)} {_between(found)} {label} in {found.year}; {claimed}."
    if not found.bounds.exact:
        known = "is niet bekend" if found.bounds.upper is None else "is alleen als geheel bekend"
        return f"{base} Het cijfer van {dutch.listed(found.bounds.parts)} {known}."
    if found.verdict is Verdict.CONFIRMED_WITH_CAVEAT and found.bounds.lower != found.claimed:
        return f"{base} Zo'n klein verschil kan komen doordat de uitgever cijfers bijwerkt of afrondt."
    early = provisional(found.series, found.year)
    return f"{base} Kanttekening: {early[0]}." if early else base


def _between(found: Level) -> str:
    lower, upper = dutch.number(found.bounds.lower), found.bounds.upper
    if found.bounds.exact:
        return lower
    return f"minstens {lower}" if upper is None else f"tussen {lower} en {dutch.number(upper)}"


@told.register
def _(found: Measured) -> str:
    unit = found.series.indicator.unit
    base = f"{sentence_case(found.series.indicator.label)} in {found.series.region_name} in {found.year}"
    told = f"{base}: {figure(found.value, unit)}; in het document staat {_WORDS[found.compare]} "
    told += f"{figure(found.claimed, unit)}."
    if found.margin is None:
        return f"{told} De uitgever geeft geen marge."
    low, high = (figure(limit, unit) for limit in found.margin)
    return f"{told} Met de marge erbij ligt het tussen {low} en {high}."


@told.register
def _(found: Target) -> str:
    place = found.series.region_name
    base = f"In {place} {registrations(found.count.lower, found.series.indicator)} in {found.year}"
    met = f"Het doel is {'' if found.met else 'niet '}gehaald."
    goal = f"{base}; het doel was {_WORDS[found.compare]} {_goal(found)}."
    return " ".join([goal, met, *_meaning(found), *_power(found)])


def _goal(found: Target) -> str:
    """The number that had to be reached, and where it comes from."""
    lower, upper = found.goal
    number = dutch.number(lower, 0 if float(lower).is_integer() else 1)
    if lower != upper:
        number = f"{number} (of iets meer: een deel van het gebied van {found.base} ontbreekt)"
    if found.base is None:
        return number
    part = "" if found.factor == 1 else f"{dutch.percent(100 * found.factor)} van "
    return f"{number} ({part}het aantal van {found.base})"


def _meaning(found: Target) -> list[str]:
    if found.change is None:
        return []
    if found.by_chance:
        return [f"Het verschil met {found.base} kan toeval zijn."]
    return [one for one in [caveat(found.change)] if one]


def _power(found: Target) -> list[str]:
    """How likely it was that a goal of this size could have been seen."""
    if found.power is None:
        return []
    return [f"De kans dat het halen van zo'n doel in de cijfers opvalt, is {dutch.percent(100 * found.power.chance)}."]


@told.register
def _(found: Extreme) -> str:
    least = "laagste" if found.extreme == "lowest" else "hoogste"
    count, other = found.counts[found.year].lower, dutch.number(found.counts[found.rival].lower)
    ours = registrations(count, found.series.indicator)
    base = f"In {found.series.region_name} {ours} in {found.year} en {other} in {found.rival}."
    span = f"van de {len(found.counts)} jaren"
    if found.beaten:
        return f"{base} {found.year} was dus niet het {least} {span}."
    if found.tied:
        return f"{base} {found.year} deelt de {least} plaats {span}."
    return f"{base} {found.year} was het {least} {span}.{_doubt(found)}"


def _doubt(found: Extreme) -> str:
    if found.change is None or found.change.verdict is Verdict.CONFIRMED:
        return ""
    names = caveat(found.change) if found.change.verdict is Verdict.CONFIRMED_WITH_CAVEAT else ""
    return f" {names}" if names else f" Het verschil met {found.rival} kan toeval zijn."
