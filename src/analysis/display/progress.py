"""How far the plan is: what is late, what costs too much, and what nobody filled in."""

from __future__ import annotations

from html import escape

from ..policy.plan import Means
from ..policy.progress import ProgressReview, State
from ..results import html
from . import dutch, origin
from .plan import UNNAMED, euros
from .sentences import answer
from .tables import Table, details

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
    trail = origin.trail(
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


def _states(review: ProgressReview) -> Table:
    columns = ("Maatregel", "Stand", "Termijn", "Let op", "Besteed", "Toelichting")
    rows = tuple(_state(one) for one in review.states)
    caption = f"Stand van de maatregelen op {dutch.day(review.on)}"
    return Table("voortgang", caption, columns, rows, text=(*columns[:4], "Toelichting"))


def _state(one: State) -> tuple[str | None, ...]:
    look = [word for word, holds in (("te laat", one.overdue), ("boven budget", one.over_budget)) if holds]
    state, note = ("niet ingevuld", "") if one.status is None else (one.status.state, one.status.note or "")
    spent = euros(one.spent)
    return one.measure.action, state, one.measure.deadline or UNNAMED, dutch.listed(look) or "niets", spent, note


def _spent(review: ProgressReview) -> Table:
    """Only themes with a budget: of nothing there is no part."""
    rows = tuple(_part(one, one.amount, review.spent_on(one)) for one in review.review.means if one.amount)
    caption = f"Besteed per thema op {dutch.day(review.on)}, voor zover ingevuld"
    return Table("besteed", caption, ("Thema", "Budget", "Besteed", "Deel van het budget"), rows)


def _part(means: Means, amount: float, spent: float | None) -> tuple[str | None, ...]:
    part = None if spent is None else dutch.percent(100 * spent / amount)
    return means.label, dutch.euros(amount), euros(spent), part
