"""Changes in words: a sentence with the three questions of a critical reader, overviews of changes, and scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ..definitions import catalogue, regions
from ..definitions.periods import Period
from ..statistics import percentage
from ..statistics.change import Change, LeastOrdinaryStep, Overview
from ..statistics.ordinary import Grade
from ..statistics.scenarios import Power, Scenario, scenarios
from ..statistics.verdicts import alpha, hints_by_chance
from ..store.results import html
from . import dutch
from .provenance import result_provenance
from .reservations import short_text
from .sentences import (
    answer,
    chip,
    elsewhere,
    how_sure,
    ordinary_text,
    outside_before,
    registered,
    registers,
    reservation_note,
    src,
    still_text,
)
from .tables import DataTable, details

_YES_OR_NO = {
    Grade.CLEAR: "Ja, duidelijk.",
    Grade.HINT: "Misschien: het ligt aan de rand van wat gewoon is.",
    Grade.ORDINARY: "Dat is niet aangetoond.",
    Grade.TOO_FEW: "Dat is met zo weinig registraties niet te zeggen.",
}
_ELSEWHERE = {
    Grade.CLEAR: "ja, duidelijk",
    Grade.HINT: "misschien",
    Grade.ORDINARY: "niet aangetoond",
    Grade.TOO_FEW: "te weinig om te zeggen",
}
_UNSHOWN = {Grade.ORDINARY: "<b>geen duidelijke verandering</b>", Grade.TOO_FEW: "te weinig om te zeggen"}
_NAMED, _HINTS = 6, 3  # up to this many kinds are named in a sentence, more are counted
_BREAKS = {"registration": "de registratiewijziging", "law": "de wetswijziging"}


@html.register
def _(change: Change) -> str:
    indicator, region = change.series.indicator, escape(change.series.region_name)
    sentence = (
        f"In {change.last} {escape(registers(indicator))} in {region} "
        f"<b>{dutch.number(change.after)} {escape(registered(indicator, change.after))}</b>, tegen "
        f"{dutch.number(change.before)} in {change.first}{_how_much(change)}."
    )
    return _answer_with_questions(change, sentence)


def _answer_with_questions(change: Change, sentence: str, *notes: str) -> str:
    """Return a sentence with its grade and how it went elsewhere, and behind it the answers to the three questions."""
    grade, region = chip(change.grade, change.direction), change.series.region_name
    beside = f" {escape(told)}" if (told := beside_elsewhere(change)) else ""
    about = f"{change.series.indicator.label} in {region}, {change.first} en {change.last}"
    behind = (*notes, _questions(change), src(_per_inhabitant(change)), *map(html, scenarios(change)))
    return answer(f"{sentence} {grade}{beside}{reservation_note(change)}") + how_sure(change, about, *behind)


def beside_elsewhere(change: Change) -> str:
    """Say how it went in the rest of the country, and whether that is a difference.

    Parameters
    ----------
    change : Change

    Returns
    -------
    str
        One or two sentences; empty where nothing is known of other municipalities.
    """
    if change.rest is None or change.rest.percentage is None:
        return "" if change.grade_elsewhere in (None, Grade.TOO_FEW) else _difference(change)
    theirs, together = change.rest.percentage, change.direction == change.rest.direction
    moved = f"{'steeg' if theirs > 0 else 'daalde'} het{' ook' * together} ({dutch.percent(abs(theirs))})"
    told = f"In {_where(change)} {moved if round(theirs) else 'bleef het bijna gelijk'}."
    shown = change.grade_elsewhere is not None and change.grade_elsewhere.shown
    return told if together and not shown else f"{told} {_difference(change)}"


def _where(change: Change) -> str:
    """Return whose counts are told beside a change."""
    number = None if change.rest is None else change.rest.municipalities
    if number is None or (change.judgement is not None and change.judgement.whole_country):
        return "de rest van Nederland"
    return f"{dutch.number(number)} andere gemeenten samen"


def _difference(change: Change) -> str:
    """Say whether it went otherwise than elsewhere; whose counts these are is told before it, where they are known."""
    grade, told = change.grade_elsewhere, change.rest is not None and change.rest.percentage is not None
    if grade is None:
        return "Of dat verschil toeval is, is niet te zeggen."
    if not grade.shown:
        return f"Een verschil {'daarmee' if told else f'met {elsewhere(change)}'} is niet aangetoond."
    sure = "duidelijk" if grade is Grade.CLEAR else "misschien"
    return f"Hier ging het {sure} anders{'' if told else f' dan in {elsewhere(change)}'}."


def _how_much(change: Change) -> str:
    """Return the change in percent, if the counts are large enough for one without a range."""
    return f": <b>{dutch.more_or_less(change.percentage or 0)}</b>" if change.small == "full" else ""


def _small_change(change: Change) -> str:
    """Return a percentage that needs its range beside it, or why there is none; the answer itself has the others."""
    if change.small == "full":
        return "."
    if change.percentage is not None:
        return f": {dutch.more_or_less(change.percentage)}."
    if min(change.before, change.after) < catalogue.thresholds().small_counts.interval_from:
        return ". Bij zulke kleine aantallen geven wij geen percentage."
    return ". Bij zo'n aantal hoort een percentage met een grens, en die is met zo weinig jaren niet te berekenen."


def _per_inhabitant(change: Change) -> str:
    """Return the change per inhabitant, if the population of the same area is known and the counts are large enough.

    Rates below 1 get no percentage: a reader who works it out from the rounded figures finds another one.
    """
    rates = [change.series.rate(year) for year in change.years]
    before, after = dutch.rates([rate or 0 for rate in rates])
    pct = None if change.small == "counts_only" else percentage(change.rate_ratio)
    # A rare event among many inhabitants has a rate that rounds to zero.
    if pct is None or any(round(rate or 0, 1) == 0 for rate in rates):
        return ""
    much = f": {dutch.more_or_less(pct)}" if min(rate or 0 for rate in rates) >= 1 else ""
    return f"Per 1.000 inwoners waren het er {before} in {change.first} en {after} in {change.last}{much}."


def _questions(change: Change) -> str:
    """Return the three questions with their answers, as a list."""
    answers = [
        ("Veranderde het aantal?", _changed(change)),
        ("Is dat meer dan een gewone schommeling?", _shown(change)),
    ]
    if regions.is_municipality(change.series.region):
        answers.append((f"Ging het anders dan in {elsewhere(change)}?", _elsewhere(change)))
    items = "".join(f"<li><b>{question}</b> {escape(reply)}</li>" for question, reply in answers)
    return f'<ul class="src">{items}</ul>'


def _changed(change: Change) -> str:
    if not change.changed:
        return f"Nee, in beide jaren {dutch.number(change.before)}."
    sentence = f"Ja, van {dutch.number(change.before)} naar {dutch.number(change.after)}{_small_change(change)}"
    good = change.series.indicator.good
    if not change.grade.shown:
        return sentence
    if good == "none":
        return f"{sentence} Of dat gunstig is, is niet te zeggen."
    return f"{sentence} Dat is {'gunstig' if (good == 'higher') == (change.direction == 'up') else 'ongunstig'}."


def _shown(change: Change) -> str:
    if change.judgement is None:
        return "Dat is niet te zeggen: er zijn te weinig eerdere cijfers om te weten wat gewoon is."
    reply = _YES_OR_NO[change.grade]
    low, high = change.ordinary or (change.after, change.after)
    if change.grade is Grade.HINT and not low <= change.after <= high:
        reply = "Misschien: het ligt buiten wat gewoon is, maar wij kennen alleen de eigen jaren."
    elif not change.judged_by_all:
        reply = f"{reply} Dat is alleen gemeten aan de eigen jaren."
    return " ".join(filter(None, [reply, still_text(change), ordinary_text(change)]))


def _elsewhere(change: Change) -> str:
    if change.judgement is None:
        return "Dat is niet te zeggen: er zijn te weinig eerdere cijfers."
    if change.judgement.elsewhere is None or change.grade_elsewhere is None:
        return "Dat is niet te zeggen: er zijn te weinig cijfers van andere gemeenten."
    low, high = (dutch.number(count) for count in change.judgement.elsewhere.range())
    alike = f"Ging het zoals daar, dan was een aantal van {low} tot {high} gewoon geweest."
    reply = f"{_YES_OR_NO[change.grade_elsewhere]} {alike}"
    if not outside_before(change, change.judgement.elsewhere):
        return reply
    return f"{reply} Het aantal ligt daarbuiten, maar de stap van {change.first} naar {change.last} is niet anders."


@html.register
def _(scenario: Scenario) -> str:
    declared_break = scenario.without
    name = (
        f"{_BREAKS.get(declared_break.kind, escape(declared_break.label))} van {Period(declared_break.date, 'M').label}"
    )
    low, high = dutch.signed_percent(scenario.lower_pct), dutch.signed_percent(scenario.upper_pct)
    margin = " tot ".join(dutch.signed_percent(limit) for limit in scenario.margin_pct)
    range_text = f"Zonder {name}: {low} tot {high} (marge {dutch.coverage()}: {margin})."
    return src(f"{range_text} Dit is een rekenvoorbeeld, geen schatting.")


@html.register
def _(power: Power) -> str:
    noun, region = escape(registered(power.series.indicator, power.before)), escape(power.series.region_name)
    before, registers_text = f"{dutch.number(power.before)} {noun}", escape(registers(power.series.indicator))
    goal = dutch.more_or_less(power.goal_pct)
    change = "daling" if power.goal_pct < 0 else "stijging"
    seen = f"{dutch.number(100 * power.chance)} van de 100 gevallen"
    sentence = (
        f"In {power.first} {registers_text} in {region} {before}. Is {goal} in {power.last} echt gehaald, dan zien wij "
        f"die {change} in <b>{seen}</b> terug in de cijfers."
    )
    return answer(sentence) + src(_needed(power)) + result_provenance(power)


def _needed(power: Power) -> str:
    if power.needed is None or power.needed_pct is None:
        return "Bij zo weinig registraties valt geen enkele daling op: ook nul is dan een gewone schommeling."
    fall = dutch.percent(-power.needed_pct)
    enough = f"Pas vanaf {fall} minder ({dutch.number(power.needed)} of lager)"
    return f"{enough} is een daling meer dan een gewone schommeling."


@html.register
def _(least: LeastOrdinaryStep) -> str:
    steps = dutch.counted(least.compared, "stap", "stappen")
    change = least.change
    note = (
        f"Dit is de minst gewone van {steps}. Verandert er niets, dan heet van zoveel stappen toch één duidelijk in "
        f"hoogstens {_one_stands_out(least)} van de 100 gevallen."
    )
    noun = escape(registered(change.series.indicator, change.after))
    sentence = (
        f"De opvallendste van {steps} van jaar op jaar: <b>{dutch.number(change.after)} {noun}</b> in {change.last}, "
        f"tegen {dutch.number(change.before)} in {change.first}"
        f"{_how_much(change)}."
    )
    return _answer_with_questions(change, sentence, src(note))


def _one_stands_out(least: LeastOrdinaryStep) -> str:
    """Return in how many of 100 cases one of so many steps is called clear if nothing changes."""
    return dutch.number(100 * (1 - (1 - alpha()) ** least.compared))


@html.register
def _(overview: Overview) -> str:
    if not overview.registered:
        return html(overview.missing[0]) if overview.missing else ""
    sentence = f"{_how_many_changed(overview)}."
    by_chance = dutch.number(100 * alpha())
    warning = (
        "Wie veel vergelijkt, vindt altijd wel iets dat door toeval opvalt. Van 100 cijfers waaraan niets veranderde, "
        f"heten er hoogstens {by_chance} duidelijk veranderd. {_by_chance(overview)}"
    )
    table = html(_kinds(overview)) + src(" ".join([*_steps(overview), *_without(overview)])) + src(warning)
    behind = table + result_provenance(overview)
    kinds = dutch.counted(len(overview.registered), "soort", "soorten")
    name = f"Cijfers{_about(overview)} ({kinds})" if _about(overview) else f"Alle {kinds}"
    return answer(sentence) + details(name, behind)


def _by_chance(overview: Overview) -> str:
    """Say how many would be clear by chance; by its own years alone a change never is."""
    own_years = [not change.judged_by_all for change in overview.registered if change.grade is not Grade.TOO_FEW]
    number = own_years.count(False)
    expected = dutch.number(number * alpha(), 1)
    kinds = dutch.counted(number, "soort", "soorten")
    hints = dutch.number(hints_by_chance(own_years), 1)
    return (
        f"Verandert er niets, dan is hier door toeval gemiddeld hoogstens {expected} duidelijk (van {kinds} met "
        f"cijfers van andere gemeenten), en is er bij {hints} een aanwijzing."
    )


def _how_many_changed(overview: Overview) -> str:
    """Say how many kinds changed clearly, and which; of which there is a hint, and of which nothing can be said."""
    years, changed, hints = f"{overview.first}–{overview.last}", overview.changed, overview.hints
    hinted = [escape(_hinted(hints))] if hints else []
    if changed:
        verb = "veranderden" if len(changed) > 1 else "veranderde"
        kinds = dutch.counted(len(overview.registered), "soort", "soorten")
        names = escape("; ".join(_named(change) for change in changed))
        return "; ".join([f"Van {kinds} {verb} er <b>{len(changed)} duidelijk</b> ({years}): {names}", *hinted])
    unshown: dict[str, list[Change]] = {}
    for change in overview.registered:
        if not change.grade.shown:
            unshown.setdefault(_UNSHOWN[change.grade], []).append(change)
    text = "; ".join([*(f"{escape(_few_named(of))}: {told}" for told, of in unshown.items()), *hinted])
    return f"{dutch.capitalised(text)} ({years})"


def _hinted(hints: Sequence[Change]) -> str:
    """Say of which kinds there is a hint, and which way, or of how many."""
    if len(hints) > _HINTS:
        return f"bij {dutch.counted(len(hints), 'soort', 'soorten')} is er een aanwijzing"
    more = {"up": "meer", "down": "minder", "equal": "evenveel"}
    named = [f"{change.series.indicator.topic} ({more[change.direction]})" for change in hints]
    return f"bij {dutch.listed(named)} is er een aanwijzing"


def _few_named(changes: Sequence[Change]) -> str:
    """Name a few kinds, or count them when there are more."""
    if len(changes) > _NAMED:
        return dutch.counted(len(changes), "soort", "soorten")
    return ", ".join(change.series.indicator.topic for change in changes)  # a topic may have an "en" of its own


def _named(change: Change) -> str:
    """Return a kind with its change: in percent if the counts are large enough, otherwise as two counts."""
    label = change.series.indicator.topic
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
    last, beside = str(overview.last), "Anders dan elders?"
    columns = ("Wat", str(overview.first), last, "Verschil", f"Gewoon in {last}", "Oordeel", beside)
    region = overview.changes[0].series.region_name
    changes = sorted(overview.registered, key=lambda change: -change.after)
    rows, made_up = tuple(map(_row, changes)), tuple(change.series.synthetic for change in changes)
    caption = f"Registraties{_about(overview)} in {overview.first} en {overview.last}, {region}"
    id = f"{overview.name}-{overview.first}-{overview.last}"
    return DataTable(id, caption, columns, rows, text=("Oordeel", beside), made_up=made_up)


def _row(change: Change) -> tuple[str | None, ...]:
    return (
        change.series.indicator.label,
        dutch.number(change.before),
        dutch.number(change.after),
        dutch.signed_percent(change.percentage) if change.percentage is not None else "te weinig",
        None if change.ordinary is None else " tot ".join(dutch.number(count) for count in change.ordinary),
        str(change.grade),
        None if change.grade_elsewhere is None else _ELSEWHERE[change.grade_elsewhere],
    )


def _steps(overview: Overview) -> list[str]:
    """Explain an ordinary movement beside a count outside what is ordinary."""
    outside = [
        change.series.indicator.label
        for change in overview.registered
        if change.judgement is not None and outside_before(change, change.judgement.unchanged)
    ]
    explained = f"het aantal in {overview.last} ligt buiten wat gewoon is, maar de stap van {overview.first} is gewoon"
    return [f"Bij {dutch.listed(outside)}: {explained}."] if outside else []


def _without(overview: Overview) -> list[str]:
    """Name the kinds that are not in the table, and why."""
    none = [change.series.indicator.label for change in overview.changes if change not in overview.registered]
    absent = sorted(missing.subject for missing in overview.missing if not missing.hidden)
    return [
        *([f"Geen enkele registratie in beide jaren: {dutch.listed(none)}."] if none else []),
        *([f"Geen cijfer over een van beide jaren: {dutch.listed(absent)}."] if absent else []),
        *sorted(missing.reason for missing in overview.missing if missing.hidden),
    ]
