"""Facts, goals, priorities, partners, plan, progress and dashboard of the council, as typed objects."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import Field

from ..definitions.catalogue import Amount, Definition, Year
from .statements import Field5

ListName = Literal[
    "nationally", "regionally", "possible", "chosen", "strategic", "attention", "chosen_before", "strategic_before"
]
Standing = Literal["chosen", "strategic", "other"]
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


class Goal(Definition):
    """A goal as it was set, the id of the statement that tests it, and what was reported about it later.

    ``note`` explains in our words what makes it measurable or not.
    """

    text: str
    source: str
    theme: str
    period: str
    year: Year
    statement: str
    reported: str | None = None
    measurable: Literal["yes", "in_part", "no"]
    note: str | None = None


class Goals(Definition):
    """The content of ``beleid/goals.yml``."""

    municipality: str
    goals: dict[str, Goal]


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
