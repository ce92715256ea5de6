"""Changes in words: a sentence with the three questions of a critical reader, overviews of changes, and scenarios."""

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
from .reservations import short_text
from .sentences import answer, chip, registered, registers, reservation_line, single_test_line, src
from .tables import DataTable, details

_BREAKS = {"registration": "de registratiewijziging", "law": "de wetswijziging"}


@html.register
def _(change: Change) -> str:
    indicator, region = change.series.indicator, escape(change.series.region_name)
    sentence = (
        f"In {change.last} {escape(registers(indicator))} in {region} "
        f"<b>{dutch.number(change.after)} {escape(registered(indicator, change.after))}</b>, tegen "
        f"{dutch.number(change.before)} in {change.first}{_how_much(change)}."
    )
    verdict = chip(change.verdict, change.direction)
    paragraph = (
        answer(f"{sentence} {_per_inhabitant(change)}{verdict}") + reservation_line(change) + single_test_line(change)
    )
    return (
        paragraph
        + _questions(change)
        + "".join(html(scenario) for scenario in scenarios(change))
        + result_provenance(change)
    )


def _how_much(change: Change) -> str:
    """Return the change in percent with its interval, or why there is none."""
    pct, low, high = change.percentage, change.lower_percentage, change.upper_percentage
    if pct is None or low is None or high is None:
        return ". Bij zulke kleine aantallen geven wij geen percentage"
    return f": <b>{dutch.more_or_less(pct)}</b> ({dutch.between(low, high)})"


def _per_inhabitant(change: Change) -> str:
    """Return the change per inhabitant, if the population of the same area is known and the counts are large enough."""
    rates = [change.series.rate(year) for year in change.years]
    before, after = dutch.rates([rate or 0 for rate in rates])
    pct = None if change.small == "counts_only" else percentage(change.rate_ratio)
    # A rare event among many inhabitants has a rate that rounds to zero.
    if pct is None or any(round(rate or 0, 1) == 0 for rate in rates):
        return ""
    return (
        f"Per 1.000 inwoners waren het er {before} in {change.first} en {after} in {change.last}: "
        f"{dutch.more_or_less(pct)}. "
    )


def _questions(change: Change) -> str:
    """Return the three questions with their answers, as a list."""
    answers = [("Veranderde het aantal?", _changed(change)), ("Is dat meer dan toeval?", _beyond_chance(change))]
    if regions.is_municipality(change.series.region):
        answers.append(("Is dat ongewoon voor een gemeente van deze omvang?", " ".join(_unusual(change))))
    items = "".join(f"<li><b>{question}</b> {escape(reply)}</li>" for question, reply in answers)
    return f'<ul class="src">{items}</ul>'


def _changed(change: Change) -> str:
    if not change.changed:
        return f"Nee, in beide jaren {dutch.number(change.before)}."
    sentence = f"Ja, van {dutch.number(change.before)} naar {dutch.number(change.after)}."
    good = change.series.indicator.good
    if not change.beyond_chance:
        return sentence
    if good == "none":
        return f"{sentence} Of dat gunstig is, is niet te zeggen."
    return f"{sentence} Dat is {'gunstig' if (good == 'higher') == (change.direction == 'up') else 'ongunstig'}."


def _beyond_chance(change: Change) -> str:
    if change.beyond_chance is None:
        return "Dat is met zo weinig registraties niet te zeggen."
    yes_or_no = "Ja." if change.beyond_chance else "Nee."
    if not change.noise.months:
        return f"{yes_or_no} Er zijn te weinig maandcijfers, dus de marge gaat alleen over puur toeval."
    rules = catalogue.thresholds().verdict
    if change.dispersion < rules.ordinary:
        return f"{yes_or_no} Binnen het jaar verschillen de maanden niet meer van elkaar dan door puur toeval."
    times = f"{dutch.number(change.dispersion, 1)} keer zo sterk als"
    how_much = "veel sterker dan" if change.dispersion > rules.waves else times
    return f"{yes_or_no} Binnen het jaar verschillen de maanden {how_much} door puur toeval. De marge is daarom ruimer."


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
    """Say how the peers changed together, and how many they are."""
    peers_text = f"Bij {peers.number} andere gemeenten van deze omvang samen"
    if peers.percentage is None:
        return f"{peers_text} zijn er te weinig registraties voor een percentage."
    return f"{peers_text} waren er {dutch.more_or_less(peers.percentage)} registraties."


@html.register
def _(scenario: Scenario) -> str:
    declared_break = scenario.without
    name = (
        f"{_BREAKS.get(declared_break.kind, escape(declared_break.label))} van {Period(declared_break.date, 'M').label}"
    )
    low, high = dutch.signed_percent(scenario.lower_pct), dutch.signed_percent(scenario.upper_pct)
    margin = " tot ".join(dutch.signed_percent(limit) for limit in scenario.margin_pct)
    return src(f"Zonder {name}: {low} tot {high} (marge {margin}). Dit is een rekenvoorbeeld, geen schatting.")


@html.register
def _(power: Power) -> str:
    noun, region = escape(registered(power.series.indicator, power.before)), escape(power.series.region_name)
    before, registers_text = f"{dutch.number(power.before)} {noun}", escape(registers(power.series.indicator))
    goal = dutch.more_or_less(power.goal_pct)
    change = "daling" if power.goal_pct < 0 else "stijging"
    sentence = (
        f"In {power.first} {registers_text} in {region} {before}. Is {goal} in {power.last} echt "
        f"gehaald, dan is de kans <b>{dutch.percent(100 * power.chance)}</b> dat die {change} in de cijfers opvalt."
    )
    return answer(sentence) + src(_needed(power)) + result_provenance(power)


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
    opening = named or f"Van {kinds} zijn er registraties"
    sentence = f"{opening} in {overview.first} of {overview.last}. {_how_many_changed(overview)}."
    times = dutch.counted(overview.family, "vergelijking", "vergelijkingen")
    correction = (
        "Wie veel vergelijkt, vindt altijd wel iets dat door toeval opvalt. Het oordeel is daarvoor gecorrigeerd "
        f"(methode van Holm, {times}). De marge geldt per soort en is niet gecorrigeerd. "
        "Daarom kan het oordeel 'toeval' zijn, ook als nul buiten de marge ligt."
    )
    table = src(correction) + html(_kinds(overview)) + src(_without(overview))
    return (
        answer(sentence) + details(f"Alle soorten registraties{_about(overview)}", table) + result_provenance(overview)
    )


def _how_many_changed(overview: Overview) -> str:
    """Say how many kinds changed by more than chance, and which."""
    changed, more = overview.changed, "meer dan door toeval te verklaren is"
    names = f" ({escape('; '.join(_named(change) for change in changed))})" if changed else ""
    if overview.tested == 1:
        return f"Die veranderde <b>{'' if changed else 'niet '}{more}</b>{names}"
    verb = "veranderden" if len(changed) > 1 else "veranderde"
    return f"Daarvan {verb} <b>{_kinds_changed(len(changed))}</b> {more}{names}"


def _kinds_changed(number: int) -> str:
    return dutch.counted(number, "soort", "soorten") if number else "geen enkele soort"


def _named(change: Change) -> str:
    """Return a kind with its change: in percent if the counts are large enough, otherwise as two counts."""
    label = change.series.indicator.label
    difference = (
        dutch.signed_percent(change.percentage or 0)
        if change.small == "full"
        else f"van {change.before} naar {change.after}"
    )
    names = dutch.listed([short_text(reservation) for reservation in change.reservations])
    return f"{label} {difference}, met kanttekening: {names}" if names else f"{label} {difference}"


def _about(overview: Overview) -> str:
    """Return the subject of an overview that has a name; a page may have several overviews."""
    return "" if overview.name == "overview" else f" over {overview.name}"


def _kinds(overview: Overview) -> DataTable:
    columns = ("Wat", str(overview.first), str(overview.last), "Verschil", f"Marge ({dutch.coverage()})", "Oordeel")
    region = overview.changes[0].series.region_name
    tested = [change for change in overview.changes if change.p_value is not None]
    rows = tuple(_row(change) for change in sorted(tested, key=lambda change: -change.after))
    caption = f"Registraties{_about(overview)} in {overview.first} en {overview.last}, {region}"
    return DataTable(f"{overview.name}-{overview.first}-{overview.last}", caption, columns, rows, text=("Oordeel",))


def _row(change: Change) -> tuple[str | None, ...]:
    pct, low, high = change.percentage, change.lower_percentage, change.upper_percentage
    has_interval = pct is not None and low is not None and high is not None
    return (
        change.series.indicator.label,
        dutch.number(change.before),
        dutch.number(change.after),
        dutch.signed_percent(pct) if pct is not None else "te weinig",
        f"{dutch.signed_percent(low or 0)} tot {dutch.signed_percent(high or 0)}" if has_interval else None,
        str(change.verdict),
    )


def _without(overview: Overview) -> str:
    """Name the kinds that are not in the table, and why."""
    none = [change.series.indicator.label for change in overview.changes if change.p_value is None]
    absent = sorted(missing.subject for missing in overview.missing if not missing.hidden)
    return " ".join(
        [
            *([f"Geen enkele registratie in beide jaren: {dutch.listed(none)}."] if none else []),
            *([f"Geen cijfer over een van beide jaren: {dutch.listed(absent)}."] if absent else []),
            *sorted(missing.reason for missing in overview.missing if missing.hidden),
        ]
    )
