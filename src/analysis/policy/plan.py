"""The implementation plan: its sums, money and hours per theme, progress, partners, and who is told what and when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Literal

from ..documents.council import NOT_FILLED_IN, Measure, Plan, Progress, Reporting, ReportingMoment, Status
from ..store import observations
from ..store.raw_sources import Source
from ..store.results import Missing, Reason, Record, Result, label
from .evidence import Evidence, by_paragraph


@dataclass(frozen=True)
class PlanSum:
    """A sum that the plan states, beside what its rows add up to.

    Parameters
    ----------
    kind : {"budget", "hours", "measures", "costs"}
        What was added.
    theme : str or None
        A theme of the plan, or ``None`` for the whole plan.
    added, stated : float
        The sum of the rows and the sum in the plan, in euros or full-time equivalents.
    """

    kind: Literal["budget", "hours", "measures", "costs"]
    theme: str | None
    added: float
    stated: float

    @property
    def agrees(self) -> bool:
        """Whether both are the same to the cent; amounts are added as decimals, so rounding loses nothing."""
        return self.added == self.stated


@dataclass(frozen=True)
class Means:
    """What the plan puts into a theme; ``None`` where the plan has no line for it, which is not 0.

    Parameters
    ----------
    theme, label : str
        Id and name of the theme.
    kind : {"prioriteit", "strategisch", "overig"}
        The place of the theme in the plan.
    measures : dict of str to Measure
        The measures by id.
    amount : float or None
        Euros in the budget.
    costs : float or None
        Euros of the measures; ``None`` when none has an amount.
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
    """The plan, theme by theme, with its sums checked.

    Parameters
    ----------
    plan : Plan
        The document.
    source : Source
        Its file.
    by_paragraph : frozenset of str
        Short names of the documents of which a place is a paragraph.
    """

    plan: Plan
    source: Source
    by_paragraph: frozenset[str] = frozenset()

    @property
    def means(self) -> tuple[Means, ...]:
        """What goes into each theme, in the order of the plan."""
        return tuple(self._means(theme) for theme in self.plan.themes)

    @property
    def sums(self) -> tuple[PlanSum, ...]:
        """Every sum that can be checked: budget, hours, measures, and the costs of each theme with a budget."""
        plan = self.plan
        budget = PlanSum("budget", None, total(line.amount for line in plan.budget) or 0, plan.total)
        hours = PlanSum("hours", None, total([self.regular, self.priority]) or 0, plan.capacity)
        measures = PlanSum("measures", None, total([self.costs, self.without_measures]) or 0, plan.total)
        themes = [
            PlanSum("costs", means.theme, means.costs, means.amount)
            for means in self.means
            if means.costs is not None and means.amount is not None
        ]
        return (budget, hours, measures, *themes)

    @property
    def costs(self) -> float:
        """Euros of all measures together."""
        return total(measure.amount for measure in self.plan.measures.values()) or 0

    @property
    def unfilled(self) -> list[Measure]:
        """Measures whose cell for the costs is empty in the plan."""
        return [measure for measure in self.plan.measures.values() if measure.costs == NOT_FILLED_IN]

    @property
    def without_costs(self) -> list[Measure]:
        """Measures of which we do not know the costs."""
        return [measure for measure in self.plan.measures.values() if measure.costs is None]

    @property
    def without_measures(self) -> float:
        """Euros in the budget for what has no measures with costs, such as the unforeseen."""
        return total(means.amount for means in self.means if means.costs is None) or 0

    @property
    def regular(self) -> float:
        """Regular full-time equivalents."""
        return total(line.regular for line in self.plan.hours) or 0

    @property
    def priority(self) -> float:
        """Full-time equivalents reserved for the priorities."""
        return total(line.priority for line in self.plan.hours) or 0

    def records(self) -> list[Record]:
        """Return the budget and the hours, of the whole plan and by theme."""
        whole = [
            self._record("budget", label("budget"), self.sums[0].added, "euro"),
            self._record("costs", label("costs"), self.costs, "euro"),
            self._record("fte.regular", label("fte.regular"), self.regular, "fte"),
            self._record("fte.priority", label("fte.priority"), self.priority, "fte"),
            self._record("fte.external", label("fte.external"), self.plan.external, "fte"),
        ]
        amounts = [
            self._record(f"budget.{means.theme}", label("budget_of", theme=means.label), means.amount, "euro")
            for means in self.means
        ]
        hours = [
            self._record(f"fte.{means.theme}", label("hours_for", theme=means.label), means.hours, "fte")
            for means in self.means
        ]
        return [number for number in whole + amounts + hours if number.value is not None]

    def _means(self, theme: str) -> Means:
        label, kind = self.plan.themes[theme]
        measures = {id: measure for id, measure in self.plan.measures.items() if measure.theme == theme}
        hours = [line for line in self.plan.hours if line.theme == theme]
        return Means(
            theme, label, kind, measures,
            total(line.amount for line in self.plan.budget if line.theme == theme),
            total(measure.amount for measure in measures.values()),
            total(line.regular for line in hours), total(line.priority for line in hours),
        )  # fmt: skip

    def _record(self, id: str, label: str, value: float | None, unit: str) -> Record:
        return Record(id, label, self.plan.municipality, str(self.plan.year), value, unit, source=(self.source.name,))


def plan(municipality: str, folder: Path | None = None) -> PlanReview | Missing:
    """Return the plan of a municipality with its sums checked.

    Parameters
    ----------
    municipality : str
        CBS code, ``GM1969``.
    folder : Path, optional
        Processed data, by default those of this process.

    Returns
    -------
    PlanReview or Missing
        ``Missing`` when no plan was delivered.
    """
    delivered = Evidence(municipality, folder).document(Plan)
    if isinstance(delivered, Missing):
        return delivered
    return PlanReview(*delivered, by_paragraph(municipality, folder))


def total(amounts: Iterable[float | None]) -> float | None:
    """Add amounts exactly, leaving out those that are not known.

    Parameters
    ----------
    amounts : iterable of float or None
        Euros or full-time equivalents.

    Returns
    -------
    float or None
        ``None`` when no amount is known.

    Examples
    --------
    >>> total([0.1, 0.2, None]), total([None])
    (0.3, None)
    """
    decimals = [Decimal(str(amount)) for amount in amounts if amount is not None]
    return float(sum(decimals)) if decimals else None


_UNFINISHED = ("niet gestart", "loopt")


class MeasureState(StrEnum):
    """How far a measure is, by its own row and deadline; the least far comes first."""

    OVERDUE = "te laat"
    OUTDATED = "stand van vóór de termijn"
    UNKNOWN = "niet ingevuld"
    NOT_STARTED = "niet gestart"
    STOPPED = "gestopt"
    RUNNING = "loopt"
    DONE_LATE = "klaar, na de termijn"
    DONE = "klaar"


@dataclass(frozen=True)
class State:
    """A measure with its newest row in the status sheet.

    Parameters
    ----------
    id : str
        Id of the measure.
    measure : Measure
        The measure as the plan has it.
    status : Status or None
        Its newest row; ``None`` when it is not in the sheet.
    on : date
        The newest day in the whole sheet, never today.
    earlier : tuple of Status
        Its older rows.
    """

    id: str
    measure: Measure
    status: Status | None
    on: date
    earlier: tuple[Status, ...] = ()

    @property
    def open(self) -> bool:
        """Whether it still had to be finished on the day of its own row; without a row nothing is known."""
        return self.status is not None and self.status.state in _UNFINISHED

    @property
    def overdue(self) -> bool:
        """Whether it was not ready after its deadline, by its own row; a stopped measure is not late."""
        return self.status is not None and self._late(self.status)

    def _late(self, row: Status) -> bool:
        return row.state in _UNFINISHED and _passed(self.measure.due, row.on)

    @property
    def done_late(self) -> bool:
        """Whether it is ready, and an older row says that it was not after its deadline."""
        return self.status is not None and self.status.state == "klaar" and any(map(self._late, self.earlier))

    @property
    def done_some_day(self) -> bool:
        """Whether it is ready by a row of after its deadline, and no row says whether it was in time."""
        done = self.status is not None and self.status.state == "klaar" and _passed(self.measure.due, self.status.on)
        in_time = any(row.state == "klaar" and not _passed(self.measure.due, row.on) for row in self.earlier)
        return done and not self.done_late and not in_time

    @property
    def outdated(self) -> bool:
        """Whether its own row is older than its deadline, and the sheet is not: whether it is late is not known."""
        return self.open and not self.overdue and _passed(self.measure.due, self.on)

    @property
    def state(self) -> MeasureState:
        """How far it is, judged by its own row and deadline."""
        if self.status is None:
            return MeasureState.UNKNOWN
        if self.overdue:
            return MeasureState.OVERDUE
        if self.done_late:
            return MeasureState.DONE_LATE
        return MeasureState.OUTDATED if self.outdated else MeasureState(self.status.state)

    @property
    def over_budget(self) -> bool:
        """Whether more was spent than the plan has for it, where both are known."""
        spent, amount = self.spent, self.measure.amount
        return spent is not None and amount is not None and spent > amount

    @property
    def spent(self) -> float | None:
        """Euros spent; ``None`` where that was not filled in."""
        return None if self.status is None else self.status.spent


def _passed(due: date | None, day: date) -> bool:
    return due is not None and due < day


@dataclass(frozen=True)
class ProgressReview(Result):
    """All measures of the plan with their status.

    Parameters
    ----------
    review : PlanReview
        The plan.
    states : tuple of State
        The measures, in the order of the plan.
    on : date
        The newest day in the status sheet.
    source : Source
        The status sheet.
    """

    review: PlanReview
    states: tuple[State, ...]
    on: date
    source: Source

    @property
    def overdue(self) -> list[State]:
        """Measures that should have been ready."""
        return [state for state in self.states if state.overdue]

    @property
    def outdated(self) -> list[State]:
        """Measures whose deadline passed after their last row."""
        return [state for state in self.states if state.outdated]

    def days(self, measures: Container[str] | None = None) -> tuple[date, date]:
        """Return the oldest and the newest day of the rows that tell how far these measures are, or all of them."""
        about = (state for state in self.states if measures is None or state.id in measures)
        days = [state.status.on for state in about if state.status is not None]
        return min(days, default=self.on), max(days, default=self.on)

    @property
    def done_some_day(self) -> list[State]:
        """Measures that are ready, of which it is not known whether they were in time."""
        return [state for state in self.states if state.done_some_day]

    @property
    def over_budget(self) -> list[State]:
        """Measures that cost more than the plan has for them."""
        return [state for state in self.states if state.over_budget]

    @property
    def unknown(self) -> list[State]:
        """Measures that are not in the sheet."""
        return [state for state in self.states if state.status is None]

    @property
    def unknown_past_due(self) -> list[State]:
        """Measures that are not in the sheet, whose deadline passed."""
        return [state for state in self.unknown if _passed(state.measure.due, self.on)]

    @property
    def spent(self) -> float | None:
        """Euros spent on all measures together, as far as filled in."""
        return total(state.spent for state in self.states)

    def spent_on(self, means: Means) -> float | None:
        """Return the euros spent on the measures of a theme, as far as filled in."""
        return total(state.spent for state in self.states if state.id in means.measures)

    def records(self) -> list[Record]:
        """Return how many measures are overdue, over budget and not filled in, and the euros spent."""
        counts = {
            "overdue": self.overdue,
            "outdated": self.outdated,
            "over_budget": self.over_budget,
            "unknown": self.unknown,
        }
        records = [self._record(id, label(f"measures.{id}"), len(states), "measures") for id, states in counts.items()]
        spent = [self._record("spent", label("spent"), self.spent, "euro")]
        themes = [
            self._record(f"spent.{means.theme}", label("spent_on", theme=means.label), self.spent_on(means), "euro")
            for means in self.review.means
        ]
        return records + [number for number in spent + themes if number.value is not None]

    def _record(self, id: str, label: str, value: float | None, unit: str) -> Record:
        names = (self.source.name, self.review.source.name)
        region = self.review.plan.municipality
        return Record(f"progress.{id}", label, region, self.on.isoformat(), value, unit, source=names)


def progress(municipality: str, folder: Path | None = None) -> ProgressReview | Missing:
    """Return the progress of the plan of a municipality.

    Parameters
    ----------
    municipality : str
        CBS code, ``GM1969``.
    folder : Path, optional
        Processed data, by default those of this process.

    Returns
    -------
    ProgressReview or Missing
        ``Missing`` when there is no plan, or the status sheet was not filled in yet.
    """
    review = plan(municipality, folder)
    if isinstance(review, Missing):
        return review
    sheet = Evidence(municipality, folder).document(Progress)
    if isinstance(sheet, Missing) or not sheet[0].rows:
        reason = Reason("no_progress", left_out=observations.left_out(folder, "beleid/voortgang"))
        return Missing(label("the_progress"), reason)
    rows = sorted(sheet[0].rows, key=lambda row: row.on)
    newest = {row.measure: row for row in rows}
    on = rows[-1].on
    states = tuple(
        State(id, measure, newest.get(id), on, earlier=tuple(row for row in rows if row.measure == id)[:-1])
        for id, measure in review.plan.measures.items()
    )
    return ProgressReview(review, states, on, sheet[1])


@dataclass(frozen=True)
class Occasion:
    """The next time that a moment comes.

    Parameters
    ----------
    moment : ReportingMoment
        What is reported or discussed.
    due : date
        The last day on which it has to happen.
    """

    moment: ReportingMoment
    due: date


@dataclass(frozen=True)
class Calendar(Result):
    """Who is told what, and by which day, counted from one day.

    Parameters
    ----------
    reporting : Reporting
        The document.
    start : date or None
        The day it counts from, never today; ``None`` when there is no plan, and then no moment has a day.
    source : Source
        The file of the document.
    counted_from : Source or None
        The file with that day.
    by_progress : bool
        Whether that file is the status sheet, and the day its newest; otherwise it is the first day of the plan's year.
    by_paragraph : frozenset of str
        Short names of the documents of which a place is a paragraph.
    """

    reporting: Reporting
    start: date | None
    source: Source
    counted_from: Source | None
    by_progress: bool
    by_paragraph: frozenset[str] = frozenset()

    @property
    def upcoming(self) -> tuple[Occasion, ...]:
        """The next time of every moment with a rule for its day, in order of time."""
        dated = [(moment, self._next(moment)) for moment in self.reporting.moments.values()]
        occasions = [Occasion(moment, due) for moment, due in dated if due is not None]
        return tuple(sorted(occasions, key=lambda occasion: occasion.due))

    @property
    def undated(self) -> tuple[ReportingMoment, ...]:
        """Moments for which neither a document nor a law gives a day."""
        return tuple(moment for moment in self.reporting.moments.values() if self._next(moment) is None)

    def _next(self, moment: ReportingMoment) -> date | None:
        return None if self.start is None else moment.next_from(self.start)

    def records(self) -> list[Record]:
        """Return how many moments there are, and how many have no day."""
        numbers = {"moments": len(self.reporting.moments), "undated": len(self.undated)}
        day = "" if self.start is None else self.start.isoformat()
        sources = (self.source.name, *([self.counted_from.name] if self.counted_from else []))
        region = self.reporting.municipality
        return [
            Record(f"calendar.{id}", label(f"calendar.{id}"), region, day, number, "moments", source=sources)
            for id, number in numbers.items()
        ]


def calendar(municipality: str, folder: Path | None = None) -> Calendar | Missing:
    """Return who is told what, and the next day of each moment.

    It counts from the newest day in the status sheet, and without one from the first day of the year of the plan.

    Parameters
    ----------
    municipality : str
        CBS code, ``GM1969``.
    folder : Path, optional
        Processed data, by default those of this process.

    Returns
    -------
    Calendar or Missing
        ``Missing`` when nobody wrote down who is told what.
    """
    delivered = Evidence(municipality, folder).document(Reporting)
    if isinstance(delivered, Missing):
        return delivered
    reporting, source = delivered
    reached, review = progress(municipality, folder), plan(municipality, folder)
    paragraphs = by_paragraph(municipality, folder)
    if isinstance(reached, ProgressReview):
        return Calendar(reporting, reached.on, source, reached.source, by_progress=True, by_paragraph=paragraphs)
    if isinstance(review, PlanReview):
        first = date(review.plan.year, 1, 1)
        return Calendar(reporting, first, source, review.source, by_progress=False, by_paragraph=paragraphs)
    return Calendar(reporting, None, source, None, by_progress=False, by_paragraph=paragraphs)


@dataclass(frozen=True)
class PlanStatus(Result):
    """All measures of the plan: what is late, what has been spent, and what comes next.

    Parameters
    ----------
    review : PlanReview
        The plan.
    progress : ProgressReview or Missing
        How far the measures are.
    calendar : Calendar or Missing
        Who is told what, and when.
    """

    review: PlanReview
    progress: ProgressReview | Missing
    calendar: Calendar | Missing

    @property
    def next_measures(self) -> tuple[Measure, ...]:
        """The measures that must be ready first, on or after the day of the status sheet.

        What is done or stopped is left out. Without a status sheet there is no day to count from.
        """
        if isinstance(self.progress, Missing):
            return ()
        unfinished = [state.measure for state in self.progress.states if state.status is None or state.open]
        first = min((due for measure in unfinished if (due := measure.due) and due >= self.progress.on), default=None)
        return tuple(measure for measure in unfinished if first is not None and measure.due == first)

    @property
    def next_moments(self) -> tuple[Occasion, ...]:
        """The moments that come first."""
        upcoming = () if isinstance(self.calendar, Missing) else self.calendar.upcoming
        return tuple(occasion for occasion in upcoming if occasion.due == upcoming[0].due)

    def state_of(self, id: str) -> State | None:
        """Return a measure with its status; ``None`` without a status sheet."""
        if isinstance(self.progress, Missing):
            return None
        return next(state for state in self.progress.states if state.id == id)

    def records(self) -> list[Record]:
        """Return the numbers of the progress; those of the plan and the calendar are with them."""
        return self.progress.records()


def plan_status(municipality: str, folder: Path | None = None) -> PlanStatus | Missing:
    """Return the measures of the plan with how far they are, and what comes next.

    Parameters
    ----------
    municipality : str
        CBS code, ``GM1969``.
    folder : Path, optional
        Processed data, by default those of this process.

    Returns
    -------
    PlanStatus or Missing
        ``Missing`` when no plan was delivered. Without a status sheet the measures are still there.
    """
    review = plan(municipality, folder)
    if isinstance(review, Missing):
        return review
    return PlanStatus(review, progress(municipality, folder), calendar(municipality, folder))


def partner_spellings(plan: Plan) -> list[list[str]]:
    """Return the partners in the plan, each in every way that it is written, the most used first.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    list of list of str
        ``Politie`` and ``politie`` are one partner.
    """
    owners = Counter(owner for measure in plan.measures.values() for owner in measure.owners)
    spellings: dict[str, list[str]] = {}
    for owner, _ in owners.most_common():
        spellings.setdefault(owner.casefold(), []).append(owner)
    return list(spellings.values())


@dataclass(frozen=True)
class PlanPartners(Result):
    """Who takes part in which measures.

    Parameters
    ----------
    review : PlanReview
        The plan.
    """

    review: PlanReview

    @property
    def measures(self) -> dict[str, list[Measure]]:
        """The measures of each partner, in whichever capitals it is written; who takes part in most comes first."""
        every = self.review.plan.measures.values()
        taking_part = {
            spellings[0]: [measure for measure in every if not set(spellings).isdisjoint(measure.owners)]
            for spellings in partner_spellings(self.review.plan)
        }
        return dict(sorted(taking_part.items(), key=lambda item: -len(item[1])))

    @property
    def without_owners(self) -> list[Measure]:
        """Measures for which nobody is named."""
        return [measure for measure in self.review.plan.measures.values() if not measure.owners]

    def records(self) -> list[Record]:
        """Return the number of partners."""
        plan, number, names = self.review.plan, len(self.measures), (self.review.source.name,)
        year = str(plan.year)
        return [Record("partners", label("plan_partners"), plan.municipality, year, number, "partners", source=names)]


def plan_partners(municipality: str, folder: Path | None = None) -> PlanPartners | Missing:
    """Return who takes part in which measures of the plan.

    Parameters
    ----------
    municipality : str
        CBS code, ``GM1969``.
    folder : Path, optional
        Processed data, by default those of this process.

    Returns
    -------
    PlanPartners or Missing
        ``Missing`` when no plan was delivered.
    """
    review = plan(municipality, folder)
    return review if isinstance(review, Missing) else PlanPartners(review)
