"""Each theme as it stands now: its newest figures, its place among voters, money, hours, goals and what comes next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..definitions import catalogue, regions
from ..statistics.change import Change, change
from ..statistics.ordinary import expect
from ..store.results import Missing, Record, Result
from ..store.series import Series
from .evidence import Evidence
from .goals import GoalsReview, Reviewed, goals
from .plan import MeasureState, PlanStatus, State, plan_status
from .priorities import Matrix, ThemeRow, priorities, telling_of


@dataclass(frozen=True)
class ThemeState:
    """One theme as it stands now.

    Parameters
    ----------
    row : ThemeRow
        What is known about the theme over the years that the report compares.
    newest : tuple of Change
        Of each of its indicators that has figures, the change from the first of those years to the newest.
    national : Series or None
        The country's figures of the first of them; ``None`` without such figures.
    goals : tuple of Reviewed
        The parts of its past goals.
    measures : tuple of State
        Its measures with a status.
    """

    row: ThemeRow
    newest: tuple[Change, ...]
    national: Series | None
    goals: tuple[Reviewed, ...]
    measures: tuple[State, ...]

    @property
    def lead(self) -> Change | None:
        """The indicator that stands for the theme: the first in ``priorities.yml`` that has figures."""
        return self.newest[0] if self.newest else None

    @property
    def telling(self) -> list[Change]:
        """Changes of which it is known what is good, and large enough for more than counts."""
        return telling_of(self.newest)

    @property
    def rates(self) -> tuple[float, float | None] | None:
        """Registrations per 1,000 inhabitants in the newest year, ours and the country's in the same year."""
        if self.lead is None or (ours := self.lead.series.rate(self.lead.last)) is None:
            return None
        return ours, None if self.national is None else self.national.rate(self.lead.last)

    @property
    def ordinary(self) -> dict[int, tuple[int, int]]:
        """The range of counts of the lead that would be ordinary, by year, if nothing had changed since the first."""
        if self.lead is None:
            return {}
        years = range(self.lead.first + 1, self.lead.last + 1)
        found = {year: expect(self.lead.series, self.lead.first, year) for year in years}
        return {year: one.unchanged.range() for year, one in found.items() if one is not None}

    @property
    def overdue(self) -> list[State]:
        """Its measures that should have been ready."""
        return [measure for measure in self.measures if measure.state is MeasureState.OVERDUE]

    @property
    def upcoming(self) -> State | None:
        """The measure that has to be ready first; ``None`` when none has a day that still has to come."""
        dated = [one for one in self.measures if one.measure.due is not None and one.measure.due >= one.on]
        waiting = [one for one in dated if one.status is None or one.open]
        return min(waiting, key=lambda one: str(one.measure.due), default=None)


@dataclass(frozen=True)
class ThemeOverview(Result):
    """All themes as they stand now.

    Parameters
    ----------
    states : tuple of ThemeState
        Priorities first, then strategic themes, then the rest.
    matrix : Matrix
        The same themes over the years that the report compares.
    past, coming : GoalsReview or None
        The goals of the last period and of the next; ``None`` without goals.
    plan : PlanStatus or None
        The plan with its status; ``None`` without a plan.
    """

    states: tuple[ThemeState, ...]
    matrix: Matrix
    past: GoalsReview | None
    coming: GoalsReview | None
    plan: PlanStatus | None

    @property
    def shown(self) -> list[ThemeState]:
        """The priorities and the strategic themes."""
        return [state for state in self.states if state.row.standing != "other"]

    def records(self) -> list[Record]:
        """Return the newest figures of every theme, and what votes, goals and plan have of it."""
        parts = [self.past, self.plan and self.plan.review]
        newest = [record for state in self.states for one in state.newest for record in one.records()]
        levels = [
            record
            for state in self.shown
            if state.lead is not None and state.national is not None
            for record in state.national.records()
            if record.period == str(state.lead.last)
        ]
        places = [] if isinstance(self.matrix.places, Missing) else self.matrix.places.records()
        rest = [record for part in parts if part is not None for record in part.records()]
        return newest + levels + places + rest


def theme_overview(
    municipality: str, first_year: int, last_year: int, folder: Path | None = None
) -> ThemeOverview | Missing:
    """Return each theme of a municipality as it stands now.

    Figures run from the first year to the newest one of each indicator, which may be after the last year.

    Parameters
    ----------
    municipality : str
        CBS code, ``GM1969``.
    first_year, last_year : int
        The years that the report compares.
    folder : Path, optional
        Processed data, by default those of this process.

    Returns
    -------
    ThemeOverview or Missing
        ``Missing`` when the municipality has no list of themes.
    """
    matrix = priorities(municipality, first_year, last_year, folder)
    if isinstance(matrix, Missing):
        return matrix
    past, coming = _known(goals(municipality, "past", folder)), _known(goals(municipality, "coming", folder))
    status = plan_status(municipality, folder)
    plan = None if isinstance(status, Missing) else status
    evidence = Evidence(municipality, folder)
    states = tuple(_state(row, evidence, first_year, past, plan) for row in matrix.rows)
    return ThemeOverview(states, matrix, past, coming, plan)


def _known(review: GoalsReview | Missing) -> GoalsReview | None:
    return None if isinstance(review, Missing) else review


def _state(
    row: ThemeRow, evidence: Evidence, first_year: int, past: GoalsReview | None, plan: PlanStatus | None
) -> ThemeState:
    """Gather how one theme stands now."""
    newest = newest_changes(evidence, row.theme.indicators, first_year)
    national = evidence.series(newest[0].series.indicator.id, regions.NEDERLAND) if newest else None
    parts = () if past is None else tuple(part for part in past.goals if part.goal.theme == row.id)
    states = [] if plan is None or isinstance(plan.progress, Missing) else plan.progress.states
    measures = tuple(state for state in states if state.measure.theme == row.id)
    return ThemeState(row, newest, national if isinstance(national, Series) else None, parts, measures)


def newest_changes(evidence: Evidence, indicators: Iterable[str], first_year: int) -> tuple[Change, ...]:
    """Return the change of each count from a year to its newest, beside the rest of the country.

    Parameters
    ----------
    evidence : Evidence
        The figures of the municipality.
    indicators : iterable of str
        Ids of the indicators.
    first_year : int
        The year that the newest is compared with.

    Returns
    -------
    tuple of Change
        Without series that are no counts, or have no figure in that year or none after it.
    """
    series = [evidence.series(id) for id in indicators if catalogue.indicator(id).is_count]
    changes = [
        change(one, first_year, one.last_year, against=evidence.series(one.indicator.id, regions.NEDERLAND))
        for one in series
        if isinstance(one, Series) and one.last_year > first_year
    ]
    return tuple(one for one in changes if isinstance(one, Change))
