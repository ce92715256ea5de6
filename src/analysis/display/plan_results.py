"""The implementation plan as the council reads it: money and hours per theme, and whether its sums are right."""

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


@html.register
def _(review: PlanReview) -> str:
    plan, (budget, capacity, measures, *themes) = review.plan, review.sums
    wrong = [one for one in themes if not one.agrees]
    told = [
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
    listed = details("Alle maatregelen die wij kennen", html(_measures(review)))
    trail = provenance.provenance_block(
        [review.source],
        f"het plan voor {plan.year}",
        "de begroting, de uren en alle maatregelen die wij kennen; de plaats staat bij elke maatregel",
        "optelling van de bedragen en de uren in het document",
    )
    return answer(" ".join(told)) + answer(available) + html(_means(review)) + listed + trail + notes


def _checked(sum: PlanSum, what: str, write: Callable[[float], str]) -> str:
    added, stated = write(sum.added), write(sum.stated)
    if sum.agrees:
        return f"{what} tellen op tot {added}: dat klopt."
    return f"{what} tellen op tot {added} en <b>niet</b> tot {stated}."


def _themes(themes: list[PlanSum], wrong: list[PlanSum], review: PlanReview) -> str:
    """Whether the measures of each theme add up to its line in the budget."""
    if not themes:
        return "Geen enkel thema heeft kosten en een budget."
    if not wrong:
        every = f"alle {len(themes)} thema's" if len(themes) > 1 else "het ene thema"
        return f"Ook bij {every} met kosten en een budget kloppen de bedragen."
    labels = [escape(review.plan.themes[one.theme or ""][0].lower()) for one in wrong]
    return f"Bij {dutch.listed(labels)} zijn de kosten van de maatregelen <b>niet</b> gelijk aan het budget."


def _share(review: PlanReview, capacity: PlanSum) -> str:
    whole = review.regular + review.priority
    if not whole:
        return "Hoe de uren zijn verdeeld, staat niet in het plan."
    regular, priority = (dutch.percent(100 * one / whole) for one in (review.regular, review.priority))
    return (
        f"{_checked(capacity, 'De uren', dutch.fte)} Daarvan is {dutch.fte(review.regular)} regulier ({regular}) en "
        f"{dutch.fte(review.priority)} extra voor de prioriteiten ({priority})."
    )


def euros(amount: float | None) -> str | None:
    """An amount, or nothing for a cell without one."""
    return None if amount is None else dutch.euros(amount)


def hours(means: Means) -> str | None:
    """Hours of a theme, or nothing for a cell without any."""
    return None if means.hours is None else dutch.fte(means.hours)


def _means(review: PlanReview) -> DataTable:
    rows = tuple((one.label, one.kind, euros(one.amount), hours(one)) for one in review.means)
    caption = f"Geld en uren per thema, {review.plan.year}"
    return DataTable("geld-en-uren", caption, ("Thema", "Soort", "Budget", "Uren"), rows, text=("Soort",))


def _measures(review: PlanReview) -> DataTable:
    columns = ("Maatregel", "Thema", "Wie", "Termijn", "Kosten", "Plaats")
    rows = tuple(_measure(one, review.plan.themes[one.theme][0]) for one in review.plan.measures.values())
    return DataTable("maatregelen", f"Maatregelen in {review.plan.title}", columns, rows, text=(*columns[:4], "Plaats"))


def _measure(one: Measure, theme: str) -> tuple[str | None, ...]:
    owners = dutch.listed(one.owners) or UNNAMED
    return one.action, theme, owners, one.deadline or UNNAMED, euros(one.costs), one.source


_UNFILLED = "Wat er is besteed, is nergens ingevuld."


@html.register
def _(review: ProgressReview) -> str:
    known = len(review.states) - len(review.unknown)
    states = [f"{name} {len(review.of(name))}" for name in ("klaar", "loopt", "niet gestart", "gestopt")]
    spent = f"Voor zover ingevuld is {dutch.euros(review.spent)} besteed." if review.spent is not None else _UNFILLED
    told = (
        f"Op {dutch.day(review.on)} is van <b>{known} van de {len(review.states)} maatregelen</b> de stand ingevuld "
        f"({', '.join(states)}). {spent}"
    )
    late = _named("Te laat", review.overdue, "Van geen enkele maatregel met een ingevulde stand is de termijn voorbij.")
    over = _named("Boven het budget", review.over_budget, "Geen enkele maatregel kostte meer dan begroot.")
    unknown = _named("Geen stand ingevuld", review.unknown, "")
    listed = details("Stand per maatregel", html(_states(review)))
    trail = provenance.provenance_block(
        [review.source, review.review.source],
        "stand van de maatregelen",
        f"van elke maatregel de nieuwste stand tot en met {dutch.day(review.on)}",
        "ingevulde bedragen opgeteld en naast de begroting gelegd; een termijn naast de nieuwste dag in het bestand",
    )
    return answer(told) + f"<ul>{late}{over}{unknown}</ul>" + html(_spent(review)) + listed + trail


def _named(what: str, states: list[State], otherwise: str) -> str:
    if not states:
        return f"<li>{otherwise}</li>" if otherwise else ""
    names = "; ".join(escape(f"{one.measure.action} ({_why(one)})") for one in states)
    return f"<li><b>{what}</b>: {names}.</li>"


def _why(state: State) -> str:
    """The deadline, and the money where that is too much."""
    if state.over_budget and state.spent is not None and state.measure.costs is not None:
        return f"{dutch.euros(state.spent)} besteed van {dutch.euros(state.measure.costs)}"
    return f"termijn: {state.measure.deadline or UNNAMED}"


def _states(review: ProgressReview) -> DataTable:
    columns = ("Maatregel", "Stand", "Termijn", "Let op", "Besteed", "Toelichting")
    rows = tuple(_state(one) for one in review.states)
    caption = f"Stand van de maatregelen op {dutch.day(review.on)}"
    return DataTable("voortgang", caption, columns, rows, text=(*columns[:4], "Toelichting"))


def _state(one: State) -> tuple[str | None, ...]:
    look = [word for word, holds in (("te laat", one.overdue), ("boven budget", one.over_budget)) if holds]
    state, note = ("niet ingevuld", "") if one.status is None else (one.status.state, one.status.note or "")
    spent = euros(one.spent)
    return one.measure.action, state, one.measure.deadline or UNNAMED, dutch.listed(look) or "niets", spent, note


def _spent(review: ProgressReview) -> DataTable:
    """Only themes with a budget: of nothing there is no part."""
    rows = tuple(_part(one, one.amount, review.spent_on(one)) for one in review.review.means if one.amount)
    caption = f"Besteed per thema op {dutch.day(review.on)}, voor zover ingevuld"
    return DataTable("besteed", caption, ("Thema", "Budget", "Besteed", "Deel van het budget"), rows)


def _part(means: Means, amount: float, spent: float | None) -> tuple[str | None, ...]:
    part = None if spent is None else dutch.percent(100 * spent / amount)
    return means.label, dutch.euros(amount), euros(spent), part
