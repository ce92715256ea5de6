"""The implementation plan: money and hours per theme, whether its sums are right, and progress of its measures."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from ..documents.council import Measure
from ..policy.plan import Means, PlanReview, PlanSum, ProgressReview, State
from ..store.results import html
from . import dutch, provenance
from .reservations import Caveats
from .sentences import answer
from .tables import DataTable, details

UNNAMED = "niet bekend"
_UNFILLED = "Wat er is besteed, is nergens ingevuld."


@html.register
def _(review: PlanReview) -> str:
    plan, (budget, capacity, measures, *themes) = review.plan, review.sums
    wrong = [sum for sum in themes if not sum.agrees]
    sentences = [
        f"Het plan voor {plan.year} kost <b>{dutch.euros(plan.total)}</b>.",
        _checked(budget, "De regels van de begroting", dutch.euros),
        f"De maatregelen die wij kennen, kosten samen {dutch.euros(review.costs)}. In de begroting staat "
        f"{dutch.euros(review.without_measures)} zonder maatregelen.",
        _checked(measures, "Deze twee bedragen", dutch.euros),
        _themes(themes, wrong, review),
    ]
    available = (
        f"Er is <b>{dutch.fte(plan.capacity)}</b>. {_share(review, capacity)} "
        f"Daarnaast is er {dutch.fte(plan.external)} van buiten de gemeente beschikbaar."
    )
    notes = html(Caveats(plan.notes, "Wat weten we niet?"))
    measures_table = details("Alle maatregelen die wij kennen", html(_measures(review)))
    provenance_html = provenance.provenance_block(
        [review.source],
        f"het plan voor {plan.year}",
        "de begroting, de uren en alle maatregelen die wij kennen; de plaats staat bij elke maatregel",
        "optelling van de bedragen en de uren in het document",
    )
    return (
        answer(" ".join(sentences))
        + answer(available)
        + html(_means(review))
        + measures_table
        + provenance_html
        + notes
    )


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
    rows = tuple((means.label, means.kind, euros(means.amount), hours(means)) for means in review.means)
    caption = f"Geld en uren per thema, {review.plan.year}"
    return DataTable("geld-en-uren", caption, ("Thema", "Soort", "Budget", "Uren"), rows, text=("Soort",))


def _measures(review: PlanReview) -> DataTable:
    columns = ("Maatregel", "Thema", "Wie", "Termijn", "Kosten", "Plaats")
    rows = tuple(_measure(measure, review.plan.themes[measure.theme][0]) for measure in review.plan.measures.values())
    return DataTable("maatregelen", f"Maatregelen in {review.plan.title}", columns, rows, text=(*columns[:4], "Plaats"))


def _measure(measure: Measure, theme: str) -> tuple[str | None, ...]:
    owners = dutch.listed(measure.owners) or UNNAMED
    return measure.action, theme, owners, measure.deadline or UNNAMED, euros(measure.costs), measure.source


@html.register
def _(review: ProgressReview) -> str:
    number_known = len(review.states) - len(review.unknown)
    states = [f"{name} {len(review.of(name))}" for name in ("klaar", "loopt", "niet gestart", "gestopt")]
    spent = f"Voor zover ingevuld is {dutch.euros(review.spent)} besteed." if review.spent is not None else _UNFILLED
    sentence = (
        f"Op {dutch.day(review.on)} is van <b>{number_known} van de {len(review.states)} maatregelen</b> de stand "
        f"ingevuld ({', '.join(states)}). {spent}"
    )
    late = _named("Te laat", review.overdue, "Geen enkele maatregel was volgens haar eigen stand te laat.", _deadline)
    old = _named("Stand van vóór de termijn, dus niet bekend of het te laat is", review.outdated, "", _last_row)
    over = _named("Boven het budget", review.over_budget, "Geen enkele maatregel kostte meer dan begroot.", _amounts)
    unknown = _named("Geen stand ingevuld", review.unknown, "", _deadline)
    states_table = details("Stand per maatregel", html(_states(review)))
    provenance_html = provenance.provenance_block(
        [review.source, review.review.source],
        "stand van de maatregelen",
        f"van elke maatregel de nieuwste stand tot en met {dutch.day(review.on)}",
        "ingevulde bedragen opgeteld en naast de begroting gelegd; een termijn naast de dag van de eigen stand",
    )
    lists = f"<ul>{late}{old}{over}{unknown}</ul>"
    return answer(sentence) + lists + html(_spent(review)) + states_table + provenance_html


def _named(heading: str, states: list[State], otherwise: str, why: Callable[[State], str]) -> str:
    """Name the measures in a state, each with its own figures that put it there."""
    if not states:
        return f"<li>{otherwise}</li>" if otherwise else ""
    names = [escape(f"{state.measure.action} ({why(state)})") for state in states]
    return f"<li><b>{heading}</b>: {'; '.join(names)}.</li>"


def _deadline(state: State) -> str:
    return f"termijn: {state.measure.deadline or UNNAMED}"


def _last_row(state: State) -> str:
    return _deadline(state) if state.status is None else f"{_deadline(state)}, stand van {dutch.day(state.status.on)}"


def _amounts(state: State) -> str:
    return f"{dutch.euros(state.spent or 0)} besteed van {dutch.euros(state.measure.costs or 0)}"


def _states(review: ProgressReview) -> DataTable:
    columns = ("Maatregel", "Stand", "Stand van", "Termijn", "Let op", "Besteed", "Toelichting")
    rows = tuple(_state(state) for state in review.states)
    caption = f"Stand van de maatregelen op {dutch.day(review.on)}"
    return DataTable("voortgang", caption, columns, rows, text=(*columns[:5], "Toelichting"))


def _state(progress: State) -> tuple[str | None, ...]:
    possible = (
        ("te laat", progress.overdue),
        ("stand van vóór de termijn", progress.outdated),
        ("boven budget", progress.over_budget),
    )
    warnings = [word for word, holds in possible if holds]
    state, note = (
        ("niet ingevuld", "") if progress.status is None else (progress.status.state, progress.status.note or "")
    )
    spent = euros(progress.spent)
    return (
        progress.measure.action,
        state,
        None if progress.status is None else dutch.day(progress.status.on),
        progress.measure.deadline or UNNAMED,
        dutch.listed(warnings) or "niets",
        spent,
        note,
    )


def _spent(review: ProgressReview) -> DataTable:
    """Return what was spent of each budget; themes without a budget are left out."""
    with_budget = [means for means in review.review.means if means.amount]
    rows = tuple(_part(means, means.amount or 0, review.spent_on(means)) for means in with_budget)
    caption = f"Besteed per thema op {dutch.day(review.on)}, voor zover ingevuld"
    return DataTable("besteed", caption, ("Thema", "Budget", "Besteed", "Deel van het budget"), rows)


def _part(means: Means, amount: float, spent: float | None) -> tuple[str | None, ...]:
    part = None if spent is None else dutch.percent(100 * spent / amount)
    return means.label, dutch.euros(amount), euros(spent), part


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
