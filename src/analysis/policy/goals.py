"""The goals that were set: what the documents report about them, and what the figures say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..documents.council import Goal, Goals
from ..statistics.verdicts import Verdict
from ..store.raw_sources import Source
from ..store.results import Record, Result, source_names
from ..store.series import Missing
from .evidence import Evidence
from .judging import Judged, judge
from .level_tests import GoalFigure

_MEASURABLE = {"yes": "meetbare doelen", "in_part": "deels meetbare doelen", "no": "niet meetbare doelen"}


@dataclass(frozen=True)
class Reviewed:
    """A goal with the statement that tests it; ``judged`` is absent where there are no statements."""

    id: str
    goal: Goal
    judged: Judged | None

    @property
    def targets(self) -> list[GoalFigure]:
        """Every figure that could be held against the goal: of more than one indicator, or of more than one year."""
        outcomes = () if self.judged is None else self.judged.outcomes
        return [one.finding for one in outcomes if isinstance(one.finding, GoalFigure)]

    @property
    def met(self) -> bool | None:
        """Whether every figure reached the goal; ``None`` when that is not known of all of them."""
        if not all(one.met for one in self.targets):
            return False
        known = bool(self.targets) and self.verdict is not Verdict.NOT_TESTABLE
        return True if known else None

    @property
    def verdict(self) -> Verdict:
        """What the figures say about the claim that the goal was reached."""
        return Verdict.NOT_TESTABLE if self.judged is None else self.judged.verdict


@dataclass(frozen=True)
class GoalsReview(Result):
    """The goals of one period."""

    municipality: str
    period: str
    goals: tuple[Reviewed, ...]
    source: Source

    @property
    def reported(self) -> list[Reviewed]:
        """Goals whose outcome the documents tell."""
        return [one for one in self.goals if one.goal.reported is not None]

    @property
    def tested(self) -> list[Reviewed]:
        """Goals of which the figures say whether they were reached."""
        return [one for one in self.goals if one.met is not None]

    def records(self) -> list[Record]:
        """How many goals there are, were reported and could be tested, and all numbers behind each."""
        counts = {
            "number": ("doelen", self.goals),
            "reported": ("doelen waarvan de documenten de uitkomst melden", self.reported),
            "tested": ("doelen waarvan de cijfers zeggen of ze gehaald zijn", self.tested),
        }
        judged = [record for one in self.goals if one.judged for record in one.judged.records()]
        names = source_names(judged, self.source.name)
        return [
            Record(f"{id}.{self.period}", label, self.municipality, self.period, len(goals), "goals", source=names)
            for id, (label, goals) in counts.items()
        ] + judged


@dataclass(frozen=True)
class Measurability(Result):
    """Whether the goals of a period can be measured as they were written."""

    review: GoalsReview

    def of(self, measurable: str) -> list[Reviewed]:
        """Goals that are measurable (``yes``), ``in_part``, or not (``no``)."""
        return [one for one in self.review.goals if one.goal.measurable == measurable]

    def records(self) -> list[Record]:
        """How many goals are measurable, in part, or not."""
        where, period, names = self.review.municipality, self.review.period, (self.review.source.name,)
        return [
            Record(f"measurable.{period}.{one}", label, where, period, len(self.of(one)), "goals", source=names)
            for one, label in _MEASURABLE.items()
        ]


def goals(municipality: str, which: Literal["past", "coming"], folder: Path | None = None) -> GoalsReview | Missing:
    """The goals of one period, each with what was reported and what the figures say.

    Parameters
    ----------
    which : {"past", "coming"}
        The first or the last period that ``goals.yml`` has goals for.

    Returns
    -------
    GoalsReview or Missing
        ``Missing`` when no goals were delivered.
    """
    found = Evidence(municipality, folder).document(Goals)
    if isinstance(found, Missing):
        return found
    document, source = found
    periods = sorted({goal.period for goal in document.goals.values()})
    if not periods:
        return Missing("de doelen", f"In {source.path} staan geen doelen.")
    period = periods[0 if which == "past" else -1]
    asked = {id: goal for id, goal in document.goals.items() if goal.period == period}
    judgements = judge(municipality, folder)
    by_id = {} if isinstance(judgements, Missing) else judgements.by_id
    reviewed = tuple(Reviewed(id, goal, by_id.get(goal.statement)) for id, goal in asked.items())
    return GoalsReview(municipality, period, reviewed, source)


def measurable(review: GoalsReview | Missing) -> Measurability | Missing:
    """Whether goals can be measured, from `goals`."""
    return review if isinstance(review, Missing) else Measurability(review)
