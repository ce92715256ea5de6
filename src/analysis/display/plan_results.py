"""The implementation plan: what is late, spent and next; money and hours; who takes part and who is told what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from html import escape

from ..documents.council import BudgetLine, Hours, Measure, Plan, ReportingMoment
from ..policy.plan import (
    Calendar,
    Means,
    Occasion,
    PlanPartners,
    PlanReview,
    PlanStatus,
    PlanSum,
    ProgressReview,
    State,
    partner_spellings,
)
from ..store.results import Missing, html
from . import dutch, provenance
from .reservations import Caveats
from .sentences import answer
from .tables import DataTable, details

UNNAMED = "niet bekend"
_UNFILLED = "Wat er is besteed, is nergens ingevuld."
_NOT_NAMED = "niet genoemd"
_RULES = {"halfjaarlijks": "elk halfjaar, dus vóór het einde ervan", "jaarlijks": "elk jaar, dus vóór het einde ervan"}


@html.register
def _(status: PlanStatus) -> str:
    review, progress = status.review, status.progress
    number = len(status.review.plan.measures)
    every_one = html(_measures(status)) + html(_explanations(status))
    measures = details(f"Alle {number} maatregelen: stand, termijn, kosten en uitvoerders", every_one)
    if isinstance(progress, Missing):
        return (
            answer(escape(f"{progress.reason} {_next(status)}".strip()))
            + measures
            + _plan_provenance(review, "de maatregelen")
        )
    sentences = [_late(progress), _money_spent(progress), escape(_next(status))]
    return (
        answer(" ".join(filter(None, sentences)))
        + _remarks(progress)
        + html(_spent(progress))
        + measures
        + _status_provenance(progress)
    )


def _late(progress: ProgressReview) -> str:
    days, late, made_up = progress.days(), progress.overdue, progress.source.synthetic
    on_one_day = len({*days}) == 1 and not made_up
    when = "Op" if on_one_day else f"Volgens de {'nagemaakte ' * made_up}stand van"
    when += f" {dutch.day_range(*days)}"
    if not late:
        return f"{when} was <b>geen enkele maatregel te laat</b>, voor zover de stand is ingevuld."
    number = dutch.counted(len(late), "maatregel", "maatregelen")
    verb = "is" if len(late) == 1 else "zijn"
    return f"{when} {verb} <b>{number} te laat</b>: {_named(late, _deadline_and_costs)}."


def _money_spent(progress: ProgressReview) -> str:
    """Say what was spent of how much."""
    if progress.spent is None:
        return _UNFILLED
    filled, made_up = sum(state.spent is not None for state in progress.states), progress.source.synthetic
    return (
        f"Van de {dutch.euros(progress.review.plan.total)} is <b>{dutch.euros(progress.spent)}</b> besteed"
        f"{' (nagemaakt)' * made_up}, voor zover ingevuld (bij {filled} van de {len(progress.states)} maatregelen)."
    )


def _next(status: PlanStatus) -> str:
    """Say which deadline and which moment come first, in plain text."""
    deadline = [
        f"de termijn van {dutch.listed([_quoted(measure) for measure in status.next_measures])}, op {dutch.day(due)}"
        for due in {measure.due for measure in status.next_measures}
        if due is not None
    ]
    whats = [_quote(occasion.moment.what) for occasion in status.next_moments]
    moment = [f"{dutch.listed(whats)}, uiterlijk op {dutch.day(status.next_moments[0].due)}"] if whats else []
    return f"Wat nu komt: {'; daarna '.join(deadline + moment)}." if deadline or moment else ""


def _quoted(measure: Measure) -> str:
    return _quote(measure.action)


def _quote(text: str) -> str:
    return f"'{text}'"


def _named(states: Sequence[State], why: Callable[[State], str]) -> str:
    """Name measures, each with its own figures that put it there."""
    return escape(dutch.listed([f"{_quoted(state.measure)} ({why(state)})" for state in states]))


def _remarks(progress: ProgressReview) -> str:
    """List the measures that cost too much and those of which it is not known how far they are."""
    number = dutch.counted(len(progress.unknown), "maatregel", "maatregelen")
    passed = f" Voorbij is de termijn van {_named(progress.unknown_past_due, _deadline)}."
    possible = {
        f"Meer besteed dan begroot: {_named(progress.over_budget, _amounts)}.": progress.over_budget,
        f"Stand van vóór de termijn, dus niet te zeggen of het te laat is: {_named(progress.outdated, _last_row)}.":
            progress.outdated,
        "Klaar volgens een stand van na de termijn, dus niet te zeggen of het op tijd klaar was: "
        f"{_named(progress.done_some_day, _last_row)}.": progress.done_some_day,
        f"Van {number} is geen stand ingevuld.{passed if progress.unknown_past_due else ''}": progress.unknown,
    }  # fmt: skip
    lines = "".join(f"<li>{line}</li>" for line, holds in possible.items() if holds)
    return f"<ul>{lines}</ul>" if lines else ""


def _deadline(state: State) -> str:
    return f"termijn: {state.measure.deadline or UNNAMED}"


def _deadline_and_costs(state: State) -> str:
    return f"{_deadline(state)}, kosten: {_costs(state.measure)}"


def _last_row(state: State) -> str:
    return _deadline(state) if state.status is None else f"{_deadline(state)}, stand van {dutch.day(state.status.on)}"


def _amounts(state: State) -> str:
    return f"{dutch.euros(state.spent or 0)} besteed van {dutch.euros(state.measure.amount or 0)}"


def _measures(status: PlanStatus) -> DataTable:
    """Return all measures by theme; who takes part comes last, because that column is the widest."""
    columns = ("Maatregel", "Thema", "Stand", "Termijn", "Kosten", "Wie")
    rows = tuple(
        _measure(measure, means.label, status.state_of(id))
        for means in status.review.means
        for id, measure in means.measures.items()
    )
    progress = status.progress
    day = "" if isinstance(progress, Missing) else f", stand van {dutch.day_range(*progress.days())}"
    caption = f"De {len(rows)} maatregelen van het plan{day}"
    return DataTable("maatregelen", caption, columns, rows, text=(*columns[:4], "Wie"))


def _measure(measure: Measure, theme: str, state: State | None) -> tuple[str | None, ...]:
    return (
        measure.action,
        theme,
        "niet ingevuld" if state is None else f"{state.state}{', boven budget' * state.over_budget}",
        measure.deadline or UNNAMED,
        _costs(measure),
        dutch.listed(measure.owners) or UNNAMED,
    )


def _costs(measure: Measure) -> str:
    if isinstance(measure.costs, str):
        return measure.costs
    return UNNAMED if measure.costs is None else dutch.euros(measure.costs)


def _explanations(status: PlanStatus) -> DataTable:
    columns = ("Maatregel", "Besteed", "Stand van", "Toelichting bij de stand", "Hoe", "Paragraaf", "Plaats")
    rows = tuple(
        _explanation(measure, status.state_of(id))
        for means in status.review.means
        for id, measure in means.measures.items()
    )
    return DataTable("uitleg-maatregelen", f"Maatregelen in {status.review.plan.title}", columns, rows, columns[2:])


def _explanation(measure: Measure, state: State | None) -> tuple[str | None, ...]:
    row = None if state is None else state.status
    spent, day, note = (None, None, "") if row is None else (euros(row.spent), _day(row.on), row.note or "")
    return measure.action, spent, day, note, measure.how or "", measure.section or "", measure.source


def _day(day: date) -> str:
    """Return a date for a cell of a table, with the day and its month on one line; a card of a phone is too narrow."""
    return dutch.day(day).replace(" ", dutch.NBSP, 1)


def _status_provenance(progress: ProgressReview) -> str:
    return provenance.provenance_block(
        [progress.source, progress.review.source],
        "stand van de maatregelen",
        "alle maatregelen, en van elke maatregel de nieuwste stand tot en met "
        f"{dutch.day(progress.on)}{_places(progress.review)}",
        "ingevulde bedragen opgeteld en naast de begroting gelegd; een termijn naast de dag van de eigen stand",
    )


def _plan_provenance(review: PlanReview, about: str) -> str:
    return provenance.provenance_block(
        [review.source],
        about,
        f"de begroting, de uren en alle maatregelen{_places(review)}",
        "optelling van bedragen, uren en maatregelen in het document",
    )


def _places(review: PlanReview) -> str:
    plan = review.plan
    return _explained([*plan.measures.values(), *plan.budget, *plan.hours], review.by_paragraph)


def _explained(entries: Iterable[Measure | BudgetLine | Hours | ReportingMoment], by_paragraph: frozenset[str]) -> str:
    """Return the explanation of places as the end of a sentence; empty when the entries have none."""
    explained = dutch.explained_place((entry.source for entry in entries), by_paragraph)
    return f"; {explained}" if explained else ""


@html.register
def _(review: PlanReview) -> str:
    plan, (budget, capacity, measures, *themes) = review.plan, review.sums
    sentences = [
        f"Het plan voor {plan.year} kost <b>{dutch.euros(plan.total)}</b>.",
        _checked(budget, "De regels van de begroting", dutch.euros),
        f"De {len(plan.measures)} maatregelen kosten samen {dutch.euros(review.costs)}; "
        f"{dutch.euros(review.without_measures)} staat zonder maatregel in de begroting.",
        _checked(measures, "Deze twee bedragen", dutch.euros),
        _themes(themes, [sum for sum in themes if not sum.agrees], review),
        _without_amount(review),
    ]
    available = (
        f"Er is <b>{dutch.fte(plan.capacity)}</b>. {_share(review, capacity)} "
        f"Daarnaast is er {dutch.fte(plan.external)} van buiten de gemeente beschikbaar."
    )
    notes = html(Caveats(plan.notes, "Goed om te weten"))
    return (
        answer(" ".join(filter(None, sentences)))
        + answer(available)
        + details("Geld en uren per thema", html(_means(review)))
        + _plan_provenance(review, f"het plan voor {plan.year}")
        + notes
    )


def _without_amount(review: PlanReview) -> str:
    """Say which measures have no amount, in the plan or in our transcription of it."""
    unfilled = [_quoted(measure) for measure in review.unfilled]
    unknown = [_quoted(measure) for measure in review.without_costs]
    empty = f"In het plan is geen bedrag ingevuld bij {dutch.listed(unfilled)}." if unfilled else ""
    not_known = f"De kosten zijn niet bekend van {dutch.listed(unknown)}." if unknown else ""
    return escape(" ".join(filter(None, [empty, not_known])))


def _checked(sum: PlanSum, rows: str, write: Callable[[float], str]) -> str:
    added, stated = write(sum.added), write(sum.stated)
    if sum.agrees:
        return f"{rows} tellen op tot {added}: dat klopt."
    return f"{rows} tellen op tot {added} en <b>niet</b> tot {stated}."


def _themes(themes: list[PlanSum], wrong: list[PlanSum], review: PlanReview) -> str:
    """Say whether the measures of each theme add up to its line in the budget."""
    if not themes:
        return "Geen enkel thema heeft kosten en een budget."
    if not wrong:
        every = f"alle {len(themes)} thema's" if len(themes) > 1 else "het ene thema"
        return f"Ook bij {every} met kosten en een budget kloppen de bedragen."
    labels = [escape(review.plan.themes[sum.theme or ""][0].lower()) for sum in wrong]
    return f"Bij {dutch.listed(labels)} zijn de kosten van de maatregelen <b>niet</b> gelijk aan het budget."


def _share(review: PlanReview, capacity: PlanSum) -> str:
    whole = review.regular + review.priority
    if not whole:
        return "Hoe de uren zijn verdeeld, staat niet in het plan."
    regular, priority = (dutch.percent(100 * hours / whole) for hours in (review.regular, review.priority))
    return (
        f"{_checked(capacity, 'De uren', dutch.fte)} Daarvan is {dutch.fte(review.regular)} regulier ({regular}) en "
        f"{dutch.fte(review.priority)} extra voor de prioriteiten ({priority})."
    )


def _means(review: PlanReview) -> DataTable:
    rows = tuple(
        (
            means.label, means.kind, euros(means.amount), euros(means.costs),
            *(None if part is None else dutch.fte(part) for part in (means.regular, means.priority, means.hours)),
        )
        for means in review.means
    )  # fmt: skip
    caption = f"Geld en uren per thema, {review.plan.year}"
    columns = ("Thema", "Soort", "Budget", "Kosten van de maatregelen", "Regulier", "Extra", "Uren samen")
    return DataTable("geld-en-uren", caption, columns, rows, text=("Soort",))


def _spent(review: ProgressReview) -> DataTable:
    """Return what was spent of each budget; themes without a budget are left out."""
    with_budget = [means for means in review.review.means if means.amount]
    rows = tuple(_part(means, means.amount or 0, review.spent_on(means)) for means in with_budget)
    caption = f"Besteed per thema, stand van {dutch.day_range(*review.days())}, voor zover ingevuld"
    return DataTable("besteed", caption, ("Thema", "Budget", "Besteed", "Deel van het budget"), rows, cards=True)


def _part(means: Means, amount: float, spent: float | None) -> tuple[str | None, ...]:
    part = None if spent is None else dutch.percent(100 * spent / amount)
    return means.label, dutch.euros(amount), euros(spent), part


@html.register
def _(calendar: Calendar) -> str:
    moments = calendar.reporting.moments.values()
    sources = [calendar.source, *([calendar.counted_from] if calendar.counted_from else [])]
    provenance_html = provenance.provenance_block(
        sources,
        "momenten van overleg en verantwoording",
        f"alle momenten in het bestand{_explained(moments, calendar.by_paragraph)}",
        "halfjaarlijks: uiterlijk 30 juni en 31 december; jaarlijks: uiterlijk 31 december; een andere dag als een wet "
        "of een besluit die noemt",
    )
    undated = details("Momenten zonder vaste dag", html(_undated(calendar))) if calendar.undated else ""
    upcoming = html(_upcoming(calendar)) if calendar.upcoming else ""
    return answer(escape(_counted_from(calendar))) + upcoming + undated + provenance_html


def _counted_from(calendar: Calendar) -> str:
    """Say what comes first, from which day that is counted, and of how many moments no day is known."""
    number = dutch.counted(len(calendar.undated), "moment", "momenten")
    undated = f"Van {number} staat nergens een dag." if calendar.undated else ""
    if calendar.start is None or not calendar.upcoming:
        return undated
    first = calendar.upcoming[0]
    day = dutch.day(calendar.start)
    what = "de nieuwste stand van een maatregel" if calendar.by_progress else "de eerste dag van het jaar van het plan"
    return (
        f"Het eerste moment is {_quote(first.moment.what)}, uiterlijk op {dutch.day(first.due)}. "
        f"Wij rekenen vanaf {day}: {what}. {undated}"
    ).strip()


def _upcoming(calendar: Calendar) -> DataTable:
    columns = ("Wat", "Uiterlijk", "Voor wie of met wie", "Waarom die dag", "Plaats")
    rows = tuple(_occasion(occasion) for occasion in calendar.upcoming)
    return DataTable("volgende-momenten", "Volgende momenten", columns, rows, text=columns)


def _occasion(occasion: Occasion) -> tuple[str, ...]:
    moment = occasion.moment
    why = moment.last_day.source if moment.last_day else _RULES.get(moment.rhythm or "", "")
    return moment.what, _day(occasion.due), dutch.listed(moment.to) or _NOT_NAMED, why, moment.source


def _rhythm(moment: ReportingMoment) -> str:
    return "planning en control" if moment.rhythm == "P&C" else moment.rhythm or _NOT_NAMED


def _undated(calendar: Calendar) -> DataTable:
    columns = ("Wat", "Voor wie of met wie", "Ritme", "Plaats")
    rows = tuple(_without_day(moment) for moment in calendar.undated)
    return DataTable("momenten-zonder-dag", "Momenten zonder vaste dag", columns, rows, text=columns)


def _without_day(moment: ReportingMoment) -> tuple[str, ...]:
    return moment.what, dutch.listed(moment.to) or _NOT_NAMED, _rhythm(moment), moment.source


@html.register
def _(partners: PlanPartners) -> str:
    plan, by_partner = partners.review.plan, partners.measures
    if not by_partner:
        return answer("Bij geen enkele maatregel staat wie meedoet.")
    most, *others = by_partner.items()
    after = f", daarna {others[0][0]} (bij {len(others[0][1])})" if others else ""
    nobody = dutch.counted(len(partners.without_owners), "maatregel", "maatregelen")
    sentence = (
        f"Bij de {len(plan.measures)} maatregelen {_are_named(len(by_partner))}. Het vaakst staat er {most[0]} "
        f"(bij {len(most[1])}){after}."
    )
    unnamed = f" Bij {nobody} staat niemand." if partners.without_owners else ""
    provenance_html = _plan_provenance(partners.review, "partners in het plan")
    return (
        answer(escape(sentence + unnamed)) + details("Alle partners", html(_partner_table(partners))) + provenance_html
    )


def _are_named(number: int) -> str:
    names = dutch.counted(number, "naam", "namen")
    return f"{'staat' if number == 1 else 'staan'} {names}, van teams van de gemeente en van partners daarbuiten"


def _partner_table(partners: PlanPartners) -> DataTable:
    rows = tuple(
        (name, str(len(measures)), "; ".join(measure.action for measure in measures))
        for name, measures in partners.measures.items()
    )
    caption = f"Wie doet mee aan welke maatregelen in {partners.review.plan.title}?"
    return DataTable("partners-in-het-plan", caption, ("Partner", "Maatregelen", "Welke"), rows, text=("Welke",))


def repeated_partners(plan: Plan) -> Iterator[str]:
    """Yield the partners that the plan writes in several ways, as Dutch sentences.

    Parameters
    ----------
    plan : Plan

    Yields
    ------
    str
    """
    for spellings in partner_spellings(plan):
        if len(spellings) > 1:
            names = dutch.listed([_quote(name) for name in spellings])
            yield f"In plan.yml is {names} dezelfde partner. Schrijf de naam overal hetzelfde."


def euros(amount: float | None) -> str | None:
    """Return an amount for a cell of a table.

    Parameters
    ----------
    amount : float or None
        In euros.

    Returns
    -------
    str or None

    Examples
    --------
    >>> euros(None) is None
    True
    """
    return None if amount is None else dutch.euros(amount)


def hours(means: Means) -> str | None:
    """Return the hours of a theme for a cell of a table.

    Parameters
    ----------
    means : Means

    Returns
    -------
    str or None
    """
    return None if means.hours is None else dutch.fte(means.hours)
