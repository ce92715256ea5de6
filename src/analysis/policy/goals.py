"""The goals of the council: what the documents report about them, and what the figures say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..documents.council import Goal, Goals
from ..store.raw_sources import Source
from ..store.results import Missing, Reason, Record, Result, label, source_names
from .evidence import Evidence
from .judging import Judged, judge
from .level_tests import GoalFigure, GoalMeasure, GoalState

_MEASURABLE = ("yes", "in_part", "no")


@dataclass(frozen=True)
class Reviewed:
    """A goal with the statement that tests it.

    Parameters
    ----------
    id : str
        Id of the goal.
    goal : Goal
        The goal as the document has it.
    judged : Judged or None
        The statement that tests it; ``None`` where there are no statements.
    """

    id: str
    goal: Goal
    judged: Judged | None

    @property
    def targets(self) -> list[GoalFigure | GoalMeasure]:
        """The figures that were compared with the goal: of more than one indicator, or of more than one year."""
        outcomes = () if self.judged is None else self.judged.outcomes
        return [outcome.finding for outcome in outcomes if isinstance(outcome.finding, GoalFigure | GoalMeasure)]

    @property
    def in_part(self) -> bool:
        """Whether another part of the goal has no figures."""
        return self.judged is not None and 0 < len(self.targets) < len(self.judged.outcomes)

    @property
    def state(self) -> GoalState:
        """What became of the goal; not measurable where no statement tests it."""
        state = None if self.judged is None else self.judged.judgement
        return state if isinstance(state, GoalState) else GoalState.NOT_MEASURABLE


@dataclass(frozen=True)
class GoalsReview(Result):
    """The goals of one period.

    Parameters
    ----------
    municipality : str
        CBS code.
    period : str
        The period, as the document writes it: ``2020-2023``.
    goals : tuple of Reviewed
        The goals, in the order of the document.
    source : Source
        The document.
    """

    municipality: str
    period: str
    goals: tuple[Reviewed, ...]
    source: Source

    @property
    def reported(self) -> list[Reviewed]:
        """Goals whose outcome is reported in the documents."""
        return [goal for goal in self.goals if goal.goal.reported is not None]

    @property
    def measured(self) -> list[Reviewed]:
        """Goals that the figures can decide on."""
        return [goal for goal in self.goals if goal.state is not GoalState.NOT_MEASURABLE]

    def of(self, state: GoalState) -> list[Reviewed]:
        """Return the goals in one of the four states."""
        return [goal for goal in self.goals if goal.state is state]

    def records(self) -> list[Record]:
        """Return how many goals there are, were reported and are in each state, and all numbers behind each."""
        counts = {"number": list(self.goals), "reported": self.reported, "measured": self.measured}
        counts |= {state.name.lower(): self.of(state) for state in GoalState}
        judged = [record for goal in self.goals if goal.judged for record in goal.judged.records()]
        names = source_names(judged, self.source.name)
        return [
            Record(
                f"{id}.{self.period}", label(f"goals.{id}"), self.municipality, self.period, len(goals), "goals",
                source=names,
            )
            for id, goals in counts.items()
        ] + judged  # fmt: skip


@dataclass(frozen=True)
class Measurability(Result):
    """Whether the goals of a period can be measured as they were written.

    Parameters
    ----------
    review : GoalsReview
        The goals.
    """

    review: GoalsReview

    def of(self, measurable: str) -> list[Reviewed]:
        """Return the goals that are measurable (``yes``), measurable ``in_part``, or not (``no``)."""
        return [goal for goal in self.review.goals if goal.goal.measurable == measurable]

    def records(self) -> list[Record]:
        """Return how many goals are measurable, measurable in part, or not."""
        region, period, names = self.review.municipality, self.review.period, (self.review.source.name,)
        return [
            Record(
                f"measurable.{period}.{measurable}", label(f"measurable.{measurable}"), region, period,
                len(self.of(measurable)), "goals", source=names,
            )
            for measurable in _MEASURABLE
        ]  # fmt: skip


def goals(municipality: str, which: Literal["past", "coming"], folder: Path | None = None) -> GoalsReview | Missing:
    """Return the goals of one period, each with what was reported and what the figures say.

    Parameters
    ----------
    municipality : str
        CBS code, ``GM1969``.
    which : {"past", "coming"}
        The first or the last period that ``goals.yml`` has goals for.
    folder : Path, optional
        Processed data, by default those of this process.

    Returns
    -------
    GoalsReview or Missing
        ``Missing`` when no goals were delivered.
    """
    delivered = Evidence(municipality, folder).document(Goals)
    if isinstance(delivered, Missing):
        return delivered
    document, source = delivered
    periods = sorted({goal.period for goal in document.goals.values()})
    if not periods:
        return Missing(label("the_goals"), Reason("no_goals", path=source.path))
    period = periods[0 if which == "past" else -1]
    of_period = {id: goal for id, goal in document.goals.items() if goal.period == period}
    judgements = judge(municipality, folder)
    by_id = {} if isinstance(judgements, Missing) else judgements.by_id
    reviewed = tuple(Reviewed(id, goal, by_id.get(goal.statement)) for id, goal in of_period.items())
    return GoalsReview(municipality, period, reviewed, source)


def measurable(review: GoalsReview | Missing) -> Measurability | Missing:
    """Return whether goals can be measured as they were written.

    Parameters
    ----------
    review : GoalsReview or Missing
        From `goals`.

    Returns
    -------
    Measurability or Missing
    """
    return review if isinstance(review, Missing) else Measurability(review)
