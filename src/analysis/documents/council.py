"""Facts, goals, priorities, partners, plan, progress and dashboard of the council, as typed objects."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ..definitions.catalogue import Amount, Definition, Year
from .statements import Field5

ListName = Literal["nationally", "regionally", "possible", "chosen"]
Own = Annotated[Amount, Field(ge=0)]  # euros or hours that are planned or spent


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
    """One row of the priority matrix: what figures, partners, voters and others say about a theme, and what was chosen.

    ``indicators`` are the figures of the theme, ``votes`` the themes of the vote card that belong to it.
    ``nationally``, ``regionally``, ``possible`` and ``chosen`` say where the documents list the theme; absent where
    they do not.
    """

    label: str
    field: Field5 | None = None
    indicators: tuple[str, ...] = ()
    votes: tuple[str, ...] = ()
    nationally: str | None = None
    regionally: str | None = None
    possible: str | None = None
    chosen: str | None = None
    note: str | None = None


class Listed(Definition):
    """The length of a list in the documents, whether or not all its themes are known.

    ``numbers`` is one number, or one for each of the five fields. ``twice`` are themes that are listed twice.
    """

    numbers: tuple[int, ...]
    source: str
    twice: tuple[str, ...] = ()


class Priorities(Definition):
    """The content of ``beleid/priorities.yml``.

    ``lists`` gives the length of each list that a theme can be on (``nationally``, ``regionally``, ``possible``,
    ``chosen``). Where fewer themes are known than the list has, any other theme may be on it too.
    """

    municipality: str
    period: str
    lists: dict[ListName, Listed] = Field(default={})
    themes: dict[str, Theme]


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

    ``deadline`` is a quarter (``Q2 2024``), a year (``2024``) or ``structureel``. ``costs`` are euros: ``None`` when
    the plan gives none, 0 when the plan says 0.
    """

    action: str
    theme: str
    owners: tuple[str, ...] = ()
    deadline: Annotated[str, Field(pattern=r"^((Q[1-4] )?20[0-9]{2}|structureel)$")] | None = None
    costs: Own | None = None
    source: str

    @property
    def due(self) -> date | None:
        """The last day of the deadline; ``None`` without a deadline, or for a measure that continues."""
        if self.deadline is None or self.deadline == "structureel":
            return None
        year, quarter = int(self.deadline[-4:]), int(self.deadline[1]) if self.deadline[0] == "Q" else 4
        return date(year, 3 * quarter, monthrange(year, 3 * quarter)[1])


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
    tell the reader which parts of the plan are not in this transcription.
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


class DashboardTarget(Definition):
    """A target that was agreed in advance, with the year for which it holds."""

    compare: Literal["<=", ">="]
    value: Amount
    year: Year
    source: str


class Item(Definition):
    """One indicator on the dashboard.

    ``set`` is its origin: the mandatory BBV set, the five safety indices, or the municipality's own list. ``per_1000``
    is whether that set, and therefore the target, uses a rate. ``owner`` is a role, never a person.
    """

    indicator: str
    field: Field5
    set: Literal["bbv", "nvi", "eigen"]
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
