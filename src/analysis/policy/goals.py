"""The goals of the council: what the documents report about them, what the figures say, and what was done for them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..documents.council import ChecklistItem, Goal, Goals, Lesson, Measure, PastWork, Priorities
from ..store.raw_sources import Source
from ..store.results import Missing, Reason, Record, Result, label, source_names
from .evidence import Evidence, by_paragraph
from .judging import Judged, judge
from .level_tests import GoalFigure, GoalMeasure, GoalState
from .plan import MeasureState, PlanReview, PlanStatus, ProgressReview
from .priorities import Matrix, ThemeRow

_MEASURABLE = ("yes", "in_part", "no")
_DIFFERENCES = ("zwaarder", "smaller", "toegevoegd", "woord", "geen")


@dataclass(frozen=True)
class Reviewed:
    """A part of a goal with the statement that tests it.

    Parameters
    ----------
    id : str
        Id of the part.
    goal : Goal
        The part as the document has it.
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

    @property
    def outcome(self) -> GoalState | None:
        """The outcome that the documents report; ``None`` where they report none."""
        reported = self.goal.reported
        return None if reported is None or reported.outcome is None else GoalState(reported.outcome)


@dataclass(frozen=True)
class GoalsReview(Result):
    """The goals of one period, in their parts.

    Parameters
    ----------
    municipality : str
        CBS code.
    period : str
        The period, as the document writes it: ``2020-2023``.
    goals : tuple of Reviewed
        The parts, in the order of the document.
    document : Goals
        The document itself.
    source : Source
        Its file.
    by_paragraph : frozenset of str
        Short names of the documents of which a place is a paragraph.
    """

    municipality: str
    period: str
    goals: tuple[Reviewed, ...]
    document: Goals
    source: Source
    by_paragraph: frozenset[str] = frozenset()

    @property
    def whole(self) -> dict[str, tuple[Reviewed, ...]]:
        """The parts of each goal, by its heading in the document; an empty one for parts without a heading."""
        headings = dict.fromkeys(part.goal.heading or "" for part in self.goals)
        return {
            heading: tuple(part for part in self.goals if (part.goal.heading or "") == heading) for heading in headings
        }

    @property
    def reported(self) -> list[Reviewed]:
        """Parts whose outcome is reported in the documents."""
        return [part for part in self.goals if part.outcome is not None]

    @property
    def mentioned(self) -> list[Reviewed]:
        """Parts of which the documents tell something, and not the outcome."""
        return [part for part in self.goals if part.goal.reported is not None and part.outcome is None]

    @property
    def silent(self) -> list[Reviewed]:
        """Parts of which the documents tell nothing."""
        return [part for part in self.goals if part.goal.reported is None]

    @property
    def measured(self) -> list[Reviewed]:
        """Parts that the figures can decide on."""
        return [part for part in self.goals if part.state is not GoalState.NOT_MEASURABLE]

    @property
    def disputed(self) -> list[Reviewed]:
        """Parts of which the figures give another outcome than the documents."""
        return [part for part in self.measured if part.outcome not in (None, part.state)]

    def of(self, state: GoalState) -> list[Reviewed]:
        """Return the parts in one of the four states."""
        return [part for part in self.goals if part.state is state]

    def records(self) -> list[Record]:
        """Return how many goals and parts there are, were reported and are in each state, and their own numbers."""
        counts = {
            "whole": len(self.whole), "number": len(self.goals), "reported": len(self.reported),
            "mentioned": len(self.mentioned), "silent": len(self.silent), "measured": len(self.measured),
        }  # fmt: skip
        counts |= {state.name.lower(): len(self.of(state)) for state in GoalState}
        judged = [record for part in self.goals if part.judged for record in part.judged.records()]
        names = source_names(judged, self.source.name)
        return [
            self.record(f"{id}.{self.period}", label(f"goals.{id}"), number, names) for id, number in counts.items()
        ] + judged

    def record(self, id: str, name: str, number: int, names: tuple[str, ...] = ()) -> Record:
        """Return the record of a number of goals, by default one counted in the document alone."""
        source = names or (self.source.name,)
        return Record(id, name, self.municipality, self.period, number, "goals", source=source)


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
        return [
            self.review.record(
                f"measurable.{self.review.period}.{degree}", label(f"measurable.{degree}"), len(self.of(degree))
            )
            for degree in _MEASURABLE
        ]


@dataclass(frozen=True)
class Promises(Result):
    """Goals as the policy words them, beside how the plan words them.

    Parameters
    ----------
    review : GoalsReview
        The goals.
    """

    review: GoalsReview

    @property
    def both(self) -> list[Reviewed]:
        """The goals that the plan words as well."""
        return [part for part in self.review.goals if part.goal.plan is not None]

    def of(self, difference: str) -> list[Reviewed]:
        """Return the goals of which the plan makes this, such as ``zwaarder``."""
        return [part for part in self.both if part.goal.plan is not None and part.goal.plan.difference == difference]

    def records(self) -> list[Record]:
        """Return in how many goals the plan differs, in each of the ways."""
        return [
            self.review.record(
                f"promised.{self.review.period}.{difference}",
                label("promised", difference=difference),
                len(self.of(difference)),
            )
            for difference in _DIFFERENCES * bool(self.both)
        ]


@dataclass(frozen=True)
class Proposals(Result):
    """What the makers of the analysis propose to count for each goal; this is no policy.

    Parameters
    ----------
    review : GoalsReview
        The goals.
    """

    review: GoalsReview

    @property
    def proposed(self) -> list[Reviewed]:
        """The goals with a proposal."""
        return [part for part in self.review.goals if part.goal.proposal is not None]

    def records(self) -> list[Record]:
        """Return the number of goals with a proposal."""
        number = len(self.proposed)
        return [self.review.record(f"proposals.{self.review.period}", label("proposals"), number)] * bool(number)


@dataclass(frozen=True)
class Checked:
    """The checklist of a goal, beside the measures of the plan.

    Parameters
    ----------
    part : Reviewed
        The goal.
    title : str
        What the list is about.
    items : tuple of ChecklistItem
        Its points.
    measures : dict of str to Measure
        The measures of the plan for the theme of the goal and those on the list, by id.
    states : dict of str to MeasureState
        How far each is by the status sheet; empty where there is none.
    """

    part: Reviewed
    title: str
    items: tuple[ChecklistItem, ...]
    measures: dict[str, Measure]
    states: dict[str, MeasureState]

    @property
    def covered(self) -> list[ChecklistItem]:
        """Points with a measure in the plan."""
        return [item for item in self.items if item.measures]

    @property
    def own(self) -> list[ChecklistItem]:
        """Points with a measure that is on no other point."""
        return [item for item in self.items if any(len(self._points(measure)) == 1 for measure in item.measures)]

    @property
    def elsewhere(self) -> list[Measure]:
        """Measures for the theme of the goal that are on no point."""
        return [measure for id, measure in self.measures.items() if not self._points(id)]

    def _points(self, measure: str) -> list[ChecklistItem]:
        return [item for item in self.items if measure in item.measures]


@dataclass(frozen=True)
class Checklists(Result):
    """The goals of a period that have points which can be counted.

    Parameters
    ----------
    review : GoalsReview
        The goals.
    plan : PlanReview
        The plan.
    progress : ProgressReview or Missing
        The status of its measures.
    """

    review: GoalsReview
    plan: PlanReview
    progress: ProgressReview | Missing

    @property
    def checked(self) -> list[Checked]:
        """The checklist of every goal that has one."""
        states = {} if isinstance(self.progress, Missing) else {state.id: state.state for state in self.progress.states}
        return [
            Checked(part, part.goal.checklist.title, part.goal.checklist.items, self._measures(part.goal), states)
            for part in self.review.goals
            if part.goal.checklist is not None
        ]

    def _measures(self, goal: Goal) -> dict[str, Measure]:
        listed = {measure for item in (goal.checklist.items if goal.checklist else ()) for measure in item.measures}
        measures = self.plan.plan.measures
        return {id: measure for id, measure in measures.items() if id in listed or measure.theme == goal.theme}

    def records(self) -> list[Record]:
        """Return the number of points of each goal, and of how many there is a measure."""
        names = (self.review.source.name, self.plan.source.name)
        return [
            self.review.record(f"checklist.{checked.part.id}.{id}", label(f"checklist.{id}"), number, names)
            for checked in self.checked
            for id, number in (
                ("points", len(checked.items)), ("covered", len(checked.covered)), ("own", len(checked.own)),
            )
        ]  # fmt: skip


@dataclass(frozen=True)
class Lookback(Result):
    """What was done in a period, beside what the figures say.

    Parameters
    ----------
    review : GoalsReview
        The goals of that period.
    matrix : Matrix or Missing
        The themes with their figures.
    """

    review: GoalsReview
    matrix: Matrix | Missing

    @property
    def work(self) -> tuple[PastWork, ...]:
        """What was done, by heading of the document."""
        return self.review.document.lookback

    @property
    def undated(self) -> int:
        """How much of it has no date in the documents."""
        return sum(done.when is None for work in self.work for done in work.done)

    def rows(self, work: PastWork) -> list[ThemeRow]:
        """Return the themes whose figures belong to a heading."""
        return [] if isinstance(self.matrix, Missing) else [row for row in self.matrix.rows if row.id in work.themes]

    def records(self) -> list[Record]:
        """Return how much was done, and of how much of it the date is not known; the themes have the figures."""
        number = sum(len(work.done) for work in self.work)
        return [
            self.review.record(f"lookback.{id}.{self.review.period}", label(f"lookback.{id}"), value)
            for id, value in (("done", number), ("undated", self.undated))
        ] * bool(number)


@dataclass(frozen=True)
class Lessons(Result):
    """The lessons that the documents draw.

    Parameters
    ----------
    review : GoalsReview
        The goals of the period before.
    """

    review: GoalsReview

    @property
    def lessons(self) -> tuple[Lesson, ...]:
        """The lessons, in the order of the document."""
        return self.review.document.lessons

    def records(self) -> list[Record]:
        """Return the number of lessons."""
        return [self.review.record("lessons", label("lessons"), len(self.lessons))] * bool(self.lessons)


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
    if len(periods) == 1 and (which == "past") is (period == _priorities_period(municipality, folder)):
        return Missing(label("the_goals"), Reason(f"no_{which}_goals", path=source.path, period=period))
    of_period = {id: goal for id, goal in document.goals.items() if goal.period == period}
    judgements = judge(municipality, folder)
    by_id = {} if isinstance(judgements, Missing) else judgements.by_id
    reviewed = tuple(Reviewed(id, goal, by_id.get(goal.statement)) for id, goal in of_period.items())
    return GoalsReview(municipality, period, reviewed, document, source, by_paragraph(municipality, folder))


def _priorities_period(municipality: str, folder: Path | None) -> str | None:
    """Return the period that the priorities are for, which is the coming one."""
    delivered = Evidence(municipality, folder).document(Priorities)
    return None if isinstance(delivered, Missing) else delivered[0].period


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


def promises(review: GoalsReview | Missing) -> Promises | Missing:
    """Return goals as the policy words them, beside how the plan words them.

    Parameters
    ----------
    review : GoalsReview or Missing
        From `goals`.

    Returns
    -------
    Promises or Missing
    """
    return review if isinstance(review, Missing) else Promises(review)


def proposals(review: GoalsReview | Missing) -> Proposals | Missing:
    """Return what could be counted for each goal, proposed by the makers of the analysis.

    Parameters
    ----------
    review : GoalsReview or Missing
        From `goals`.

    Returns
    -------
    Proposals or Missing
    """
    return review if isinstance(review, Missing) else Proposals(review)


def checklists(review: GoalsReview | Missing, status: PlanStatus | Missing) -> Checklists | Missing:
    """Return the goals whose points can be counted, beside the measures of the plan.

    Parameters
    ----------
    review : GoalsReview or Missing
        From `goals`.
    status : PlanStatus or Missing
        From `plan_status`; without a status sheet, nothing is said about how far measures are.

    Returns
    -------
    Checklists or Missing
        ``Missing`` when there are no goals, or there is no plan.
    """
    if isinstance(review, Missing):
        return review
    return status if isinstance(status, Missing) else Checklists(review, status.review, status.progress)


def lookback(review: GoalsReview | Missing, matrix: Matrix | Missing) -> Lookback | Missing:
    """Return what was done in a period, beside what the figures say.

    Parameters
    ----------
    review : GoalsReview or Missing
        From `goals`.
    matrix : Matrix or Missing
        From `priorities`; without it, there are no figures beside it.

    Returns
    -------
    Lookback or Missing
    """
    return review if isinstance(review, Missing) else Lookback(review, matrix)


def lessons(review: GoalsReview | Missing) -> Lessons | Missing:
    """Return the lessons that the documents draw.

    Parameters
    ----------
    review : GoalsReview or Missing
        From `goals`.

    Returns
    -------
    Lessons or Missing
    """
    return review if isinstance(review, Missing) else Lessons(review)
