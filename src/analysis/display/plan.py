"""The implementation plan as the council reads it: money and hours per theme, and whether its sums are right."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from ..documents.plan import Measure
from ..policy.plan import Means, PlanReview, Sum
from ..results import html
from . import dutch, origin
from .caveats import Caveats
from .sentences import answer
from .tables import Table, details

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
    trail = origin.trail(
        [review.source],
        f"het plan voor {plan.year}",
        "de begroting, de uren en alle maatregelen die wij kennen; de plaats staat bij elke maatregel",
        "optelling van de bedragen en de uren in het document",
    )
    return answer(" ".join(told)) + answer(available) + html(_means(review)) + listed + trail + notes


def _checked(sum: Sum, what: str, write: Callable[[float], str]) -> str:
    added, stated = write(sum.added), write(sum.stated)
    if sum.agrees:
        return f"{what} tellen op tot {added}: dat klopt."
    return f"{what} tellen op tot {added} en <b>niet</b> tot {stated}."


def _themes(themes: list[Sum], wrong: list[Sum], review: PlanReview) -> str:
    """Whether the measures of each theme add up to its line in the budget."""
    if not themes:
        return "Geen enkel thema heeft kosten en een budget."
    if not wrong:
        every = f"alle {len(themes)} thema's" if len(themes) > 1 else "het ene thema"
        return f"Ook bij {every} met kosten en een budget kloppen de bedragen."
    labels = [escape(review.plan.themes[one.theme or ""][0].lower()) for one in wrong]
    return f"Bij {dutch.listed(labels)} zijn de kosten van de maatregelen <b>niet</b> gelijk aan het budget."


def _share(review: PlanReview, capacity: Sum) -> str:
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


def _means(review: PlanReview) -> Table:
    rows = tuple((one.label, one.kind, euros(one.amount), hours(one)) for one in review.means)
    caption = f"Geld en uren per thema, {review.plan.year}"
    return Table("geld-en-uren", caption, ("Thema", "Soort", "Budget", "Uren"), rows, text=("Soort",))


def _measures(review: PlanReview) -> Table:
    columns = ("Maatregel", "Thema", "Wie", "Termijn", "Kosten", "Plaats")
    rows = tuple(_measure(one, review.plan.themes[one.theme][0]) for one in review.plan.measures.values())
    return Table("maatregelen", f"Maatregelen in {review.plan.title}", columns, rows, text=(*columns[:4], "Plaats"))


def _measure(one: Measure, theme: str) -> tuple[str | None, ...]:
    owners = dutch.listed(one.owners) or UNNAMED
    return one.action, theme, owners, one.deadline or UNNAMED, euros(one.costs), one.source
