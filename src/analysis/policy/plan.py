"""The implementation plan: whether its sums are right, and what it puts into each theme."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

from ..documents.council import Measure, Plan, Progress, Status
from ..store import observations
from ..store.raw_sources import Source
from ..store.results import Record, Result
from ..store.series import Missing
from .evidence import Evidence


@dataclass(frozen=True)
class PlanSum:
    """A sum in the plan beside what we add up: ``theme`` is a theme of the plan, or ``None`` for the whole."""

    kind: Literal["budget", "hours", "measures", "costs"]
    theme: str | None
    added: float
    stated: float

    @property
    def agrees(self) -> bool:
        """Whether they are the same to the cent; amounts are added as decimals, so nothing is lost in rounding."""
        return self.added == self.stated


@dataclass(frozen=True)
class Means:
    """What the plan puts into a theme; ``None`` where the plan has no line for it, which is not 0.

    Parameters
    ----------
    amount : float or None
        Euros in the budget.
    costs : float or None
        Euros of the measures we know.
    regular, priority : float or None
        Full-time equivalents, regular and extra because the theme is a priority.
    """

    theme: str
    label: str
    kind: Literal["prioriteit", "strategisch", "overig"]
    measures: dict[str, Measure]
    amount: float | None
    costs: float | None
    regular: float | None
    priority: float | None

    @property
    def hours(self) -> float | None:
        """All full-time equivalents together."""
        return total([self.regular, self.priority])


@dataclass(frozen=True)
class PlanReview(Result):
    """The plan, theme by theme, with its sums checked."""

    plan: Plan
    source: Source

    @property
    def means(self) -> tuple[Means, ...]:
        """What goes into each theme, in the order of the plan."""
        return tuple(self._means(theme) for theme in self.plan.themes)

    @property
    def sums(self) -> tuple[PlanSum, ...]:
        """Every sum that can be checked: budget, hours, and the known costs of each theme that has a budget."""
        plan = self.plan
        budget = PlanSum("budget", None, total(line.amount for line in plan.budget) or 0, plan.total)
        hours = PlanSum("hours", None, total([self.regular, self.priority]) or 0, plan.capacity)
        measures = PlanSum("measures", None, total([self.costs, self.without_measures]) or 0, plan.total)
        themes = [
            PlanSum("costs", one.theme, one.costs, one.amount)
            for one in self.means
            if one.costs is not None and one.amount is not None
        ]
        return (budget, hours, measures, *themes)

    @property
    def costs(self) -> float:
        """Euros of all measures we know."""
        return total(one.costs for one in self.plan.measures.values()) or 0

    @property
    def without_measures(self) -> float:
        """Euros in the budget for what has no measures with costs, such as the unforeseen."""
        return total(one.amount for one in self.means if one.costs is None) or 0

    @property
    def regular(self) -> float:
        """Regular full-time equivalents."""
        return total(line.regular for line in self.plan.hours) or 0

    @property
    def priority(self) -> float:
        """Full-time equivalents reserved for the priorities."""
        return total(line.priority for line in self.plan.hours) or 0

    def records(self) -> list[Record]:
        """Budget and hours, whole and by theme."""
        whole = [
            self._record("budget", "begroting", self.sums[0].added, "euro"),
            self._record("costs", "kosten van de maatregelen", self.costs, "euro"),
            self._record("fte.regular", "reguliere uren", self.regular, "fte"),
            self._record("fte.priority", "uren voor prioriteiten", self.priority, "fte"),
            self._record("fte.external", "externe uren", self.plan.external, "fte"),
        ]
        amounts = [
            self._record(f"budget.{one.theme}", f"begroting van {one.label}", one.amount, "euro") for one in self.means
        ]
        hours = [self._record(f"fte.{one.theme}", f"uren voor {one.label}", one.hours, "fte") for one in self.means]
        return [one for one in whole + amounts + hours if one.value is not None]

    def _means(self, theme: str) -> Means:
        label, kind = self.plan.themes[theme]
        measures = {id: one for id, one in self.plan.measures.items() if one.theme == theme}
        hours = [line for line in self.plan.hours if line.theme == theme]
        return Means(
            theme, label, kind, measures,
            total(line.amount for line in self.plan.budget if line.theme == theme),
            total(one.costs for one in measures.values()),
            total(line.regular for line in hours), total(line.priority for line in hours),
        )  # fmt: skip

    def _record(self, id: str, label: str, value: float | None, unit: str) -> Record:
        return Record(id, label, self.plan.municipality, str(self.plan.year), value, unit, source=(self.source.name,))


def plan(municipality: str, folder: Path | None = None) -> PlanReview | Missing:
    """The plan of a municipality.

    Returns
    -------
    PlanReview or Missing
        ``Missing`` when none was delivered.
    """
    found = Evidence(municipality, folder).document(Plan)
    return found if isinstance(found, Missing) else PlanReview(*found)


def total(amounts: Iterable[float | None]) -> float | None:
    """Add amounts exactly; what is not known is left out, and nothing known gives ``None``."""
    known = [Decimal(str(amount)) for amount in amounts if amount is not None]
    return float(sum(known)) if known else None


@dataclass(frozen=True)
class State:
    """A measure with its newest row in the sheet; ``on`` is the newest day in the whole sheet, never today."""

    id: str
    measure: Measure
    status: Status | None
    on: date

    @property
    def expired(self) -> bool:
        """Whether the deadline has passed."""
        return self.measure.due is not None and self.measure.due < self.on

    @property
    def overdue(self) -> bool:
        """Whether it should have been ready; what was stopped is not late, and what nobody filled in is not known."""
        return self.expired and self.status is not None and self.status.state in ("niet gestart", "loopt")

    @property
    def over_budget(self) -> bool:
        """Whether more was spent than the plan has for it, where both are known."""
        spent, costs = self.spent, self.measure.costs
        return spent is not None and costs is not None and spent > costs

    @property
    def spent(self) -> float | None:
        """Euros spent, ``None`` where nobody filled it in."""
        return None if self.status is None else self.status.spent


@dataclass(frozen=True)
class ProgressReview(Result):
    """All measures of the plan with their status."""

    review: PlanReview
    states: tuple[State, ...]
    on: date
    source: Source

    @property
    def overdue(self) -> list[State]:
        """Measures that should have been ready."""
        return [one for one in self.states if one.overdue]

    @property
    def over_budget(self) -> list[State]:
        """Measures that cost more than the plan has for them."""
        return [one for one in self.states if one.over_budget]

    @property
    def unknown(self) -> list[State]:
        """Measures that are not in the sheet."""
        return [one for one in self.states if one.status is None]

    def of(self, state: str) -> list[State]:
        """Measures in a state."""
        return [one for one in self.states if one.status is not None and one.status.state == state]

    @property
    def spent(self) -> float | None:
        """Euros spent on all measures together, as far as filled in."""
        return total(one.spent for one in self.states)

    def spent_on(self, means: Means) -> float | None:
        """Euros spent on the measures of a theme, as far as filled in."""
        return total(one.spent for one in self.states if one.id in means.measures)

    def records(self) -> list[Record]:
        """How many measures are overdue, over budget and not filled in; euros spent, whole and by theme."""
        counts = {
            "overdue": ("maatregelen die te laat zijn", self.overdue),
            "over_budget": ("maatregelen boven budget", self.over_budget),
            "unknown": ("maatregelen waarvan geen stand is ingevuld", self.unknown),
        }
        found = [self._record(id, label, len(states), "measures") for id, (label, states) in counts.items()]
        spent = [self._record("spent", "besteed aan de maatregelen", self.spent, "euro")]
        themes = [
            self._record(f"spent.{one.theme}", f"besteed aan {one.label}", self.spent_on(one), "euro")
            for one in self.review.means
        ]
        return found + [one for one in spent + themes if one.value is not None]

    def _record(self, id: str, label: str, value: float | None, unit: str) -> Record:
        names = (self.source.name, self.review.source.name)
        where = self.review.plan.municipality
        return Record(f"progress.{id}", label, where, self.on.isoformat(), value, unit, source=names)


def progress(municipality: str, folder: Path | None = None) -> ProgressReview | Missing:
    """How far the plan of a municipality is.

    Returns
    -------
    ProgressReview or Missing
        ``Missing`` when there is no plan, or nobody filled in the status sheet yet.
    """
    review = plan(municipality, folder)
    if isinstance(review, Missing):
        return review
    sheet = Evidence(municipality, folder).document(Progress)
    if isinstance(sheet, Missing) or not sheet[0].rows:
        gap = "Er is nog geen voortgang ingevuld (beleid/voortgang.csv of voortgang.xlsx)."
        return Missing("de voortgang", gap + observations.left_out(folder, "beleid/voortgang"))
    rows = sorted(sheet[0].rows, key=lambda row: row.on)
    newest = {row.measure: row for row in rows}
    on = rows[-1].on
    states = tuple(State(id, one, newest.get(id), on) for id, one in review.plan.measures.items())
    return ProgressReview(review, states, on, sheet[1])
