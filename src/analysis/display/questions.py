"""A change as the council reads it: one sentence, and below it the three questions a critical reader asks."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from ..definitions import catalogue, regions
from ..definitions.periods import Period
from ..statistics import percentage
from ..statistics.change import Change, Overview
from ..statistics.peers import PeerRange
from ..statistics.scenarios import Power, Scenario, scenarios
from ..store.results import html
from . import dutch
from .provenance import result_provenance
from .sentences import alone, answer, chip, registered, registers, reservation, src
from .tables import DataTable, details

_BREAKS = {"registration": "de registratiewijziging", "law": "de wetswijziging"}


@html.register
def _(change: Change) -> str:
    indicator, place = change.series.indicator, escape(change.series.region_name)
    told = (
        f"In {change.last} {escape(registers(indicator))} in {place} "
        f"<b>{dutch.number(change.after)} {escape(registered(indicator, change.after))}</b>, tegen "
        f"{dutch.number(change.before)} in {change.first}{_how_much(change)}."
    )
    verdict = chip(change.verdict, change.direction)
    whole = answer(f"{told} {_per_inhabitant(change)}{verdict}") + reservation(change) + alone(change)
    return (
        whole
        + questions(change)
        + "".join(html(scenario) for scenario in scenarios(change))
        + result_provenance(change)
    )


def _how_much(change: Change) -> str:
    """The change in percent with its interval, or why there is none."""
    pct, low, high = change.percentage, change.lower_percentage, change.upper_percentage
    if pct is None or low is None or high is None:
        return ". Bij zulke kleine aantallen geven wij geen percentage"
    return f": <b>{dutch.more_or_less(pct)}</b> ({dutch.between(low, high)})"


def _per_inhabitant(change: Change) -> str:
    """The same per inhabitant, where the population of the same area is known and the counts are not too small."""
    rates = [change.series.rate(year) for year in change.years]
    before, after = dutch.rates([rate or 0 for rate in rates])
    pct = None if change.small == "counts_only" else percentage(change.rate_ratio)
    if pct is None or any(
        round(rate or 0, 1) == 0 for rate in rates
    ):  # a rare event among many inhabitants rounds to nothing
        return ""
    return (
        f"Per 1.000 inwoners waren het er {before} in {change.first} en {after} in {change.last}: "
        f"{dutch.more_or_less(pct)}. "
    )


def questions(change: Change) -> str:
    """The three questions with their answers, as a list."""
    asked = [("Veranderde het aantal?", _changed(change)), ("Is dat meer dan toeval?", _beyond_chance(change))]
    if regions.is_municipality(change.series.region):
        asked.append(("Is dat ongewoon voor een gemeente van deze omvang?", " ".join(_unusual(change))))
    items = "".join(f"<li><b>{question}</b> {escape(told)}</li>" for question, told in asked)
    return f'<ul class="src">{items}</ul>'


def _changed(change: Change) -> str:
    if not change.changed:
        return f"Nee, in beide jaren {dutch.number(change.before)}."
    told = f"Ja, van {dutch.number(change.before)} naar {dutch.number(change.after)}."
    good = change.series.indicator.good
    if not change.beyond_chance:
        return told
    if good == "none":
        return f"{told} Of dat gunstig is, is niet te zeggen."
    return f"{told} Dat is {'gunstig' if (good == 'higher') == (change.direction == 'up') else 'ongunstig'}."


def _beyond_chance(change: Change) -> str:
    if change.beyond_chance is None:
        return "Dat is met zo weinig registraties niet te zeggen."
    told = "Ja." if change.beyond_chance else "Nee."
    if not change.noise.months:
        return f"{told} Er zijn te weinig maandcijfers, dus de marge gaat alleen over puur toeval."
    rules = catalogue.thresholds().verdict
    if change.dispersion < rules.ordinary:
        return f"{told} Binnen het jaar verschillen de maanden niet meer van elkaar dan door puur toeval."
    times = f"{dutch.number(change.dispersion, 1)} keer zo sterk als"
    more = "veel sterker dan" if change.dispersion > rules.waves else times
    return f"{told} Binnen het jaar verschillen de maanden {more} door puur toeval. De marge is daarom ruimer."


def _unusual(change: Change) -> Iterator[str]:
    peers = change.peers
    if peers is None:
        yield "Die vraag is niet te stellen: er zijn te weinig andere gemeenten van deze omvang met cijfers."
        return
    alike = "Nee. Groter dan gewone schommelingen, maar niet anders dan bij de andere gemeenten samen."
    usual = "Nee. Zulke verschuivingen komen vaker voor bij gemeenten van deze omvang."
    yield "Ja." if peers.outside else alike if peers.beyond_shifts else usual
    yield _together(peers)
    if change.percentage is not None:
        lower, upper = percentage(peers.lower) or 0.0, percentage(peers.upper) or 0.0
        yield f"Gemeten aan hun verschillen is onze marge {dutch.between(lower, upper)}."


def _together(peers: PeerRange) -> str:
    """What the peers did, and how many they are."""
    them = f"Bij {peers.number} andere gemeenten van deze omvang samen"
    if peers.percentage is None:
        return f"{them} zijn er te weinig registraties voor een percentage."
    return f"{them} waren er {dutch.more_or_less(peers.percentage)} registraties."


@html.register
def _(scenario: Scenario) -> str:
    one = scenario.without
    what = f"{_BREAKS.get(one.kind, escape(one.label))} van {Period(one.date, 'M').label}"
    low, high = dutch.signed_percent(scenario.lower_pct), dutch.signed_percent(scenario.upper_pct)
    margin = " tot ".join(dutch.signed_percent(limit) for limit in scenario.margin_pct)
    return src(f"Zonder {what}: {low} tot {high} (marge {margin}). Dit is een rekenvoorbeeld, geen schatting.")


@html.register
def _(power: Power) -> str:
    what, place = escape(registered(power.series.indicator, power.before)), escape(power.series.region_name)
    before, by = f"{dutch.number(power.before)} {what}", escape(registers(power.series.indicator))
    goal = dutch.more_or_less(power.goal_pct)
    change = "daling" if power.goal_pct < 0 else "stijging"
    told = (
        f"In {power.first} {by} in {place} {before}. Is {goal} in {power.last} echt "
        f"gehaald, dan is de kans <b>{dutch.percent(100 * power.chance)}</b> dat die {change} in de cijfers opvalt."
    )
    return answer(told) + src(_needed(power)) + result_provenance(power)


def _needed(power: Power) -> str:
    if power.needed is None or power.needed_pct is None:
        return "Bij zo weinig registraties valt geen enkele daling op: ook nul kan dan toeval zijn."
    fall = dutch.percent(-power.needed_pct)
    return f"Pas vanaf {fall} minder ({dutch.number(power.needed)} of lager) is een daling meer dan toeval."


@html.register
def _(overview: Overview) -> str:
    if not overview.tested:
        return html(overview.missing[0]) if overview.missing else ""
    kinds = dutch.counted(overview.tested, "soort", "soorten")
    named = f"Over {overview.name} zijn er van {kinds} registraties" if _about(overview) else ""
    there = named or f"Van {kinds} zijn er registraties"
    told = f"{there} in {overview.first} of {overview.last}. {_how_many_changed(overview)}."
    times = dutch.counted(overview.family, "vergelijking", "vergelijkingen")
    correction = (
        "Wie veel vergelijkt, vindt altijd wel iets dat door toeval opvalt. Het oordeel is daarvoor gecorrigeerd "
        f"(methode van Holm, {times}). De marge geldt per soort en is niet gecorrigeerd. "
        "Daarom kan het oordeel 'toeval' zijn, ook als nul buiten de marge ligt."
    )
    table = src(correction) + html(_kinds(overview)) + src(_without(overview))
    return answer(told) + details(f"Alle soorten registraties{_about(overview)}", table) + result_provenance(overview)


def _how_many_changed(overview: Overview) -> str:
    """How many kinds changed by more than chance, and which."""
    changed, more = overview.changed, "meer dan door toeval te verklaren is"
    named = f" ({escape('; '.join(_named(one) for one in changed))})" if changed else ""
    if overview.tested == 1:
        return f"Die veranderde <b>{'' if changed else 'niet '}{more}</b>{named}"
    verb = "veranderden" if len(changed) > 1 else "veranderde"
    return f"Daarvan {verb} <b>{_kinds_changed(len(changed))}</b> {more}{named}"


def _named(one: Change) -> str:
    """A kind with its change; a percentage without its margin only where counts are large enough."""
    label = one.series.indicator.label
    much = dutch.signed_percent(one.percentage or 0) if one.small == "full" else f"van {one.before} naar {one.after}"
    labels = cautions(one)
    return f"{label} {much}, met kanttekening: {dutch.listed(labels)}" if labels else f"{label} {much}"


def cautions(one: Change) -> list[str]:
    """The reservations of a change, each in a word or two."""
    labels = [each.label for each in one.breaks]
    labels += ["voorlopig cijfer"] * bool(one.series.provisional(one.years))
    return labels + ["niet ongewoon"] * (one.unusual is False) + ["schommeling niet te meten"] * (not one.measured)


def _kinds_changed(number: int) -> str:
    return dutch.counted(number, "soort", "soorten") if number else "geen enkele soort"


def _about(overview: Overview) -> str:
    """What a named overview is about: a page may have more than one."""
    return "" if overview.name == "overview" else f" over {overview.name}"


def _kinds(overview: Overview) -> DataTable:
    columns = ("Wat", str(overview.first), str(overview.last), "Verschil", "Marge (95 %)", "Oordeel")
    place = overview.changes[0].series.region_name
    tested = [one for one in overview.changes if one.p_value is not None]
    rows = tuple(_row(one) for one in sorted(tested, key=lambda one: -one.after))
    caption = f"Registraties{_about(overview)} in {overview.first} en {overview.last}, {place}"
    return DataTable(f"{overview.name}-{overview.first}-{overview.last}", caption, columns, rows, text=("Oordeel",))


def _without(overview: Overview) -> str:
    """Kinds that are not in the table, and why."""
    none = [one.series.indicator.label for one in overview.changes if one.p_value is None]
    absent = sorted(one.subject for one in overview.missing if not one.hidden)
    return " ".join(
        [
            *([f"Geen enkele registratie in beide jaren: {dutch.listed(none)}."] if none else []),
            *([f"Geen cijfer over een van beide jaren: {dutch.listed(absent)}."] if absent else []),
            *sorted(one.reason for one in overview.missing if one.hidden),
        ]
    )


def _row(one: Change) -> tuple[str | None, ...]:
    pct, low, high = one.percentage, one.lower_percentage, one.upper_percentage
    shown = pct is not None and low is not None and high is not None
    return (
        one.series.indicator.label,
        dutch.number(one.before),
        dutch.number(one.after),
        dutch.signed_percent(pct) if pct is not None else "te weinig",
        f"{dutch.signed_percent(low or 0)} tot {dutch.signed_percent(high or 0)}" if shown else None,
        str(one.verdict),
    )
