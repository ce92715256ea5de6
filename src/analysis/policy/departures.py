"""Where a choice departs from the figures or the votes. That is no mistake: a council weighs more than figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..observations import cited
from ..results import Record, Result, behind
from ..series import Missing
from .plan import Means, PlanReview
from .priorities import Matrix
from .themes import Row

Kind = Literal["falls_yet_chosen", "most_votes_not_chosen", "rises_without_money", "rises_not_chosen", "no_figures"]


@dataclass(frozen=True)
class Departure:
    """One theme for which choice and figures differ; ``means`` is what the plan puts into it, where that is known.

    ``most`` is whether no other theme has so many registrations more.
    """

    kind: Kind
    row: Row
    means: Means | None = None
    most: bool = False


@dataclass(frozen=True)
class Departures(Result):
    """Every departure, and what it was found in."""

    found: tuple[Departure, ...]
    matrix: Matrix
    plan: PlanReview | Missing

    def of(self, kind: Kind) -> list[Departure]:
        """Departures of one kind."""
        return [one for one in self.found if one.kind == kind]

    def records(self) -> list[Record]:
        """How many there are, and the money and hours of themes that rise without money."""
        planned = [] if isinstance(self.plan, Missing) else self.plan.records()
        names = behind([*self.matrix.records(), *planned], *cited(self.matrix.sources))
        label = "verschillen tussen de keuzes en wat cijfers, partners en stemmers zeggen"
        number = Record("departures", label, self.matrix.municipality, "", len(self.found), "themes", source=names)
        without = {one.row.id for one in self.of("rises_without_money")}
        return [number, *(one for one in planned if one.id.partition(".")[2] in without)]


@dataclass(frozen=True)
class Money(Result):
    """What the plan puts into each priority, beside the figures of that theme."""

    pairs: tuple[tuple[Means, Row], ...]
    matrix: Matrix
    plan: PlanReview

    def records(self) -> list[Record]:
        """Every change; the money is in the records of the plan."""
        return self.matrix.overview.records()


def departures(matrix: Matrix | Missing, plan: PlanReview | Missing) -> Departures | Missing:
    """Where the chosen priorities differ from what figures and votes say.

    Parameters
    ----------
    matrix : Matrix or Missing
        From `priorities`.
    plan : PlanReview or Missing
        From `plan`; without it, nothing is said about money.
    """
    if isinstance(matrix, Missing):
        return matrix
    means = {} if isinstance(plan, Missing) else {one.theme: one for one in plan.means}
    most = max((row.added for row in matrix.rows), default=0)
    found = []
    for row in matrix.rows:
        given = means.get(row.id)
        found += [Departure(kind, row, given, row.added == most) for kind in _kinds(row, given)]
    return Departures(tuple(found), matrix, plan)


def money(matrix: Matrix | Missing, plan: PlanReview | Missing) -> Money | Missing:
    """Put money and hours of each priority beside the figures of its theme."""
    if isinstance(plan, Missing):
        return plan
    if isinstance(matrix, Missing):
        return matrix
    rows = {row.id: row for row in matrix.rows}
    pairs = tuple((one, rows[one.theme]) for one in plan.means if one.kind == "prioriteit" and one.theme in rows)
    return Money(pairs, matrix, plan)


def _kinds(row: Row, means: Means | None) -> list[Kind]:
    chosen = row.theme.chosen is not None
    answers: dict[Kind, bool] = {
        "falls_yet_chosen": chosen and row.direction == "down",
        "most_votes_not_chosen": not chosen and row.best == 1,
        "rises_without_money": row.direction == "up" and means is not None and means.amount == 0,
        "rises_not_chosen": not chosen and row.direction == "up",
        "no_figures": chosen and row.direction is None,
    }
    return [kind for kind, holds in answers.items() if holds]
