"""How far the measures of the plan are, on the newest day that the status sheet tells of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from .. import observations
from ..documents import Progress
from ..documents.plan import Measure, Status
from ..observations import Source
from ..results import Record, Result
from ..series import Missing
from .evidence import Evidence
from .plan import Means, PlanReview, plan, total


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
