"""Facts, goals, priorities, partners, plan, progress, reporting and dashboard of the council, as typed objects."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Field, field_validator, model_validator

from ..definitions.catalogue import Amount, Definition, Year
from ..definitions.periods import MONTHS
from ..definitions.yaml_files import shortened
from .statements import Field5

ListName = Literal[
    "nationally", "regionally", "possible", "chosen", "strategic", "attention", "chosen_before", "strategic_before"
]
Standing = Literal["chosen", "strategic", "other"]
Own = Annotated[Amount, Field(ge=0)]  # euros or hours that are planned or spent
# What the cell for the costs of a measure may say instead of an amount: a dash (no extra costs), or nothing at all.
CostWord = Literal["geen", "niet ingevuld"]
NO_COSTS, NOT_FILLED_IN = get_args(CostWord)
_AND = " en "  # between two quarters
_DEADLINE = re.compile(rf"(Q[1-4]({_AND}Q[1-4])? )?20[0-9]{{2}}|structureel")
_MOST_FULL_TIME = 1000  # for one theme; a larger number counts something else, such as hours a year


class Fact(Definition):
    """A number, year, date or list from a document or a public source.

    ``unit`` says what the number counts, in the words of the page: ``jaar``, ``keer per jaar``.
    """

    source: str
    number: Amount | None = None
    unit: str = ""
    year: Year | None = None
    on: date | None = None
    items: tuple[str, ...] = ()


class Facts(Definition):
    """The content of ``beleid/facts.yml``: facts against which statements about the documents themselves are tested."""

    municipality: str
    facts: dict[str, Fact]


class Reported(Definition):
    """What the documents say about a goal afterwards; ``outcome`` only where they say whether it was reached."""

    text: str
    source: str
    outcome: Literal["gehaald", "deels gehaald", "niet gehaald"] | None = None


class PlanVersion(Definition):
    """A goal as the plan words it, and what that makes of it.

    ``statement`` is the statement that tests what the plan adds; only for a ``difference`` of ``toegevoegd``.
    """

    text: str
    source: str
    difference: Literal["zwaarder", "smaller", "toegevoegd", "woord", "geen"]
    statement: str | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _added_is_tested(self) -> Self:
        if (self.difference == "toegevoegd") != (self.statement is not None):
            raise ValueError(
                "wat het plan toevoegt ('toegevoegd'), heeft een uitspraak in 'statement', en anders niet."
            )
        return self


class Proposal(Definition):
    """How a goal could be measured, proposed by the makers of the analysis and not by the municipality."""

    count: str
    data: str
    baseline: str


class ChecklistItem(Definition):
    """One point of a checklist, with the measures of the plan that belong to it."""

    name: str
    source: str
    measures: tuple[str, ...] = ()


class Checklist(Definition):
    """The points of a goal that can be counted."""

    title: str
    source: str
    items: Annotated[tuple[ChecklistItem, ...], Field(min_length=1)]


class Goal(Definition):
    """A part of a goal as it was set, and the id of the statement that tests it.

    Parts with the same ``heading`` and ``period`` are one goal together. ``reported`` is what the documents say about
    it later, ``plan`` how the plan words it. ``note`` explains in our words what makes it measurable or not.
    """

    text: str
    source: str
    theme: str
    period: str
    year: Year
    statement: str
    measurable: Literal["yes", "in_part", "no"]
    heading: str | None = None
    reported: Reported | None = None
    note: str | None = None
    plan: PlanVersion | None = None
    proposal: Proposal | None = None
    checklist: Checklist | None = None


class Done(Definition):
    """Something that was done; ``when`` as the document dates it, absent where it does not."""

    what: str
    when: str | None = None
    source: str


class PastWork(Definition):
    """What was done in the past period under one heading; ``themes`` are those whose figures belong to it."""

    heading: str
    themes: tuple[str, ...] = ()
    done: tuple[Done, ...]


class Lesson(Definition):
    """A lesson that the documents draw from a year."""

    year: Year
    title: str
    text: str
    source: str


class Goals(Definition):
    """The content of ``beleid/goals.yml``: goals in their parts, what was done before, and lessons."""

    municipality: str
    goals: dict[str, Goal]
    lookback: tuple[PastWork, ...] = ()
    lessons: tuple[Lesson, ...] = ()


class Theme(Definition):
    """One row of the priority matrix: a theme with the figures and the themes of the vote card that belong to it.

    Which lists of the documents name it follows from `Listed.entries`.
    """

    label: str
    field: Field5 | None = None
    indicators: tuple[str, ...] = ()
    votes: tuple[str, ...] = ()
    note: str | None = None


class ListEntry(Definition):
    """One subject on a list in the documents, by the name and at the place that it has there.

    ``theme`` is the theme of the matrix that it belongs to; absent where it belongs to none. ``field`` is the field in
    which the document puts it.
    """

    name: str
    source: str
    field: Field5 | None = None
    theme: str | None = None


class Listed(Definition):
    """A whole list in the documents; ``title`` says which, ``source`` where it begins.

    A theme without an entry is not on the list in the document either.
    """

    title: str
    source: str
    entries: tuple[ListEntry, ...]


class Priorities(Definition):
    """The content of ``beleid/priorities.yml``.

    ``lists`` are those that a subject can be on: of the country and the region, the ``possible`` and ``chosen``
    priorities, the ``strategic`` themes of the plan with their points of ``attention``, and the priorities and
    strategic themes of the policy before this. A list that is not in the file is not known.
    """

    municipality: str
    period: str
    lists: dict[ListName, Listed] = Field(default={})
    themes: dict[str, Theme]

    def entries(self, name: ListName, theme: str | None = None) -> tuple[ListEntry, ...]:
        """Return the entries of a list, all of them or those of one theme; none when the list is not known."""
        every = self.lists[name].entries if name in self.lists else ()
        return tuple(entry for entry in every if theme in (None, entry.theme))

    def standing(self, theme: str) -> Standing:
        """Return what the documents made of a theme: a priority, a strategic theme, or neither."""
        if self.entries("chosen", theme):
            return "chosen"
        return "strategic" if self.entries("strategic", theme) or self.entries("attention", theme) else "other"

    @property
    def ordered(self) -> tuple[str, ...]:
        """Ids of the themes: priorities first, then strategic themes, then the rest, each as in the file."""
        return tuple(sorted(self.themes, key=lambda theme: get_args(Standing).index(self.standing(theme))))


class PartnerRemark(Definition):
    """An observation of one partner about one theme; ``direction`` is what it says about the size of the problem."""

    partner: str
    theme: str
    observation: str
    direction: Literal["more", "less", "same", "unclear"] = "unclear"
    source: str | None = None


class Partners(Definition):
    """The content of ``beleid/partners.yml``, or of the sheet ``partners.csv`` or ``partners.xlsx``."""

    municipality: str
    partners: dict[str, Literal["intern", "extern"]] = Field(default={})
    remarks: tuple[PartnerRemark, ...] = ()


class Measure(Definition):
    """One measure of the plan.

    ``how`` is in our words what is done, ``owners`` are who takes part, ``section`` is the number of the section.
    ``deadline`` is a quarter (``Q2 2024``), two quarters (``Q3 en Q4 2024``), a year (``2024``) or ``structureel``.
    ``costs`` are euros, ``geen`` where the plan has a dash and ``niet ingevuld`` where its cell is empty; ``None`` when
    we do not know.
    """

    action: str
    how: str | None = None
    theme: str
    owners: tuple[str, ...] = ()
    deadline: str | None = None
    costs: Own | CostWord | None = None
    section: str | None = None
    source: str

    @field_validator("deadline")
    @classmethod
    def _in_a_known_form(cls, deadline: str | None) -> str | None:
        if deadline is not None and not _DEADLINE.fullmatch(deadline):
            raise ValueError(
                f"'{shortened(deadline)}' is geen termijn. Dit mag: een kwartaal (Q1 2024 tot en met Q4 2024), twee "
                "kwartalen (Q3 en Q4 2024), een jaar (2024) of structureel."
            )
        return deadline

    @field_validator("costs", mode="before")
    @classmethod
    def _amount_or_word(cls, costs: Any) -> Any:
        """Refuse other words and amounts below zero here, because a union would tell each of its mistakes."""
        known = costs is None or costs in (NO_COSTS, NOT_FILLED_IN) or isinstance(costs, int | float)
        if not known:
            expected = "hier hoort een getal, zoals 5000, of 'geen' of 'niet ingevuld'"
            raise ValueError(f"{expected}; er staat '{shortened(costs)}'.")
        if isinstance(costs, int | float) and costs < 0:
            raise ValueError("dit bedrag is kleiner dan 0.")
        return costs

    @property
    def amount(self) -> float | None:
        """Its costs in euros: 0 when the plan says there are none, ``None`` without an amount."""
        if isinstance(self.costs, str):
            return 0 if self.costs == NO_COSTS else None
        return self.costs

    @property
    def due(self) -> date | None:
        """The last day of the deadline; ``None`` without a deadline, or for a measure that continues."""
        if self.deadline is None or self.deadline == "structureel":
            return None
        quarters = [int(number) for number in re.findall(r"Q([1-4])", self.deadline)]
        return _last_day(int(self.deadline[-4:]), 3 * max(quarters, default=4))


def _last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


class BudgetLine(Definition):
    """One line of the budget, in euros."""

    theme: str
    amount: Own
    source: str


class Hours(Definition):
    """Full-time equivalents for one theme: regular, and extra for the priorities."""

    theme: str
    regular: Own | None = None
    priority: Own | None = None
    source: str

    @field_validator("regular", "priority")
    @classmethod
    def _no_hours_a_year(cls, number: float | None) -> float | None:
        if number is not None and number > _MOST_FULL_TIME:
            raise ValueError(
                f"{number:g} fte voor één thema kan niet kloppen. Zijn het uren per jaar, deel ze dan door de uren van "
                "een voltijdbaan."
            )
        return number


class Status(Definition):
    """The state of a measure on a date, and what had been spent on it by then, in euros."""

    measure: str
    state: Literal["niet gestart", "loopt", "klaar", "gestopt"]
    on: date
    spent: Own | None = None
    note: str | None = None


class Progress(Definition):
    """The content of ``beleid/voortgang.csv`` or ``.xlsx``: the status of measures, apart because it changes often."""

    municipality: str
    rows: tuple[Status, ...]


class Plan(Definition):
    """The content of ``beleid/plan.yml``.

    ``themes`` gives each theme its label and whether it is a ``prioriteit`` or ``strategisch``. ``capacity`` and
    ``external`` are the full-time equivalents available in total, ``total`` is the whole budget in euros. ``notes``
    are what a reader must know about the plan.
    """

    municipality: str
    year: Year
    title: str
    themes: dict[str, tuple[str, Literal["prioriteit", "strategisch", "overig"]]]
    measures: dict[str, Measure]
    budget: tuple[BudgetLine, ...]
    hours: tuple[Hours, ...]
    total: Own
    capacity: Own
    external: Own
    notes: tuple[str, ...] = ()


class LastDay(Definition):
    """The last day of the year on which something may be delivered (``14 november``), and what says so."""

    day: str
    source: str

    @field_validator("day")
    @classmethod
    def _in_every_year(cls, text: str) -> str:
        day, _, month = text.partition(" ")
        # In a year that is no leap year, so that the day is there in every year.
        if month not in MONTHS or not day.isdecimal() or not 1 <= int(day) <= _last_day(2023, _number(month)).day:
            raise ValueError(f"'{text}' is geen dag die er elk jaar is; schrijf hem als 14 november.")
        return text

    def within(self, year: int) -> date:
        """Return this day in a year."""
        day, _, month = self.day.partition(" ")
        return date(year, _number(month), int(day))


def _number(month: str) -> int:
    return MONTHS.index(month) + 1


class ReportingMoment(Definition):
    """What is reported or discussed, with whom, and how often.

    Without ``to`` the document does not say with whom, and without ``rhythm`` not how often; ``P&C`` is the cycle of
    planning and control. ``last_day`` is for what comes once a year on another day than the last.
    """

    what: str
    to: tuple[str, ...] = ()
    rhythm: Literal["halfjaarlijks", "jaarlijks", "P&C"] | None = None
    last_day: LastDay | None = None
    source: str

    @model_validator(mode="after")
    def _once_a_year(self) -> Self:
        if self.last_day and self.rhythm in ("halfjaarlijks", None):
            raise ValueError("een moment met 'last_day' is 'jaarlijks' of 'P&C'.")
        return self

    def next_from(self, day: date) -> date | None:
        """Return the last day on which it next has to happen, on or after a day; ``None`` where no rule gives one."""
        return min((due for year in (day.year, day.year + 1) for due in self._within(year) if due >= day), default=None)

    def _within(self, year: int) -> tuple[date, ...]:
        """Return the days of a year by which it has to happen."""
        if self.last_day is not None:
            return (self.last_day.within(year),)
        months = {"halfjaarlijks": (6, 12), "jaarlijks": (12,)}
        return tuple(_last_day(year, month) for month in months.get(self.rhythm or "", ()))


class Reporting(Definition):
    """The content of ``beleid/verantwoording.yml``: who is told what, and when."""

    municipality: str
    moments: dict[str, ReportingMoment]


class DashboardTarget(Definition):
    """A target that was agreed in advance, with the year for which it holds."""

    compare: Literal["<=", ">="]
    value: Amount
    year: Year
    source: str


class Item(Definition):
    """One indicator on the dashboard.

    ``set`` is its origin: the mandatory BBV set, the five safety indices, or the municipality's own list. ``theme`` is
    only given where the themes of ``priorities.yml`` do not have the indicator. ``per_1000`` is whether that set, and
    therefore the target, uses a rate. ``owner`` is a role, never a person.
    """

    indicator: str
    set: Literal["bbv", "nvi", "eigen"]
    theme: str | None = None
    per_1000: bool = False
    target: DashboardTarget | None = None
    owner: str | None = None


class Dashboard(Definition):
    """The content of ``beleid/dashboard.yml``.

    ``year`` and ``half`` are the half-year on which this edition reports. ``agreed`` says where the list was agreed;
    absent while it is a proposal.
    """

    municipality: str
    agreed: str | None = None
    year: Year
    half: Literal[1, 2]
    items: tuple[Item, ...]
