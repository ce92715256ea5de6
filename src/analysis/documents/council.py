"""Facts, goals, priorities and what partners say."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from ..definitions.catalogue import Amount, Definition, Year
from .statements import Field5


class Fact(Definition):
    """Something that a document says elsewhere, or that a public source says: a number, a year, a date or a list.

    ``unit`` says what the number counts, as a reader knows it: ``jaar``, ``keer per jaar``.
    """

    source: str
    number: Amount | None = None
    unit: str = ""
    year: Year | None = None
    on: date | None = None
    items: tuple[str, ...] = ()


class Facts(Definition):
    """The content of ``beleid/facts.yml``: what statements about the documents themselves are held against."""

    municipality: str
    facts: dict[str, Fact]


class Goal(Definition):
    """A goal as it was set, the statement that tests it, and what was said about it afterwards.

    ``note`` tells in our words what makes it measurable or not.
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
    """One row of the matrix: what figures, partners, voters and others say about a theme, and what was chosen.

    ``indicators`` are what the figures of the theme are; ``votes`` the themes of the vote card that belong to it.
    ``nationally``, ``regionally``, ``possible`` and ``chosen`` name the place in the documents, or are absent.
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


ListName = Literal["nationally", "regionally", "possible", "chosen"]


class Listed(Definition):
    """How long a list in the documents is, whether or not we know all that is on it.

    ``numbers`` is one number, or one for each of the five fields. ``twice`` are themes that stand on it twice.
    """

    numbers: tuple[int, ...]
    source: str
    twice: tuple[str, ...] = ()


class Priorities(Definition):
    """The content of ``beleid/priorities.yml``.

    ``lists`` says of each list that a theme can be on (``nationally``, ``regionally``, ``possible``, ``chosen``) how
    long it is in the documents: where we know fewer themes, a theme that is not on it may still be.
    """

    municipality: str
    period: str
    lists: dict[ListName, Listed] = Field(default={})
    themes: dict[str, Theme]


class PartnerRemark(Definition):
    """What one partner observes about one theme; ``direction`` is what it says about the problem."""

    partner: str
    theme: str
    observation: str
    direction: Literal["more", "less", "same", "unclear"] = "unclear"
    source: str | None = None


class Partners(Definition):
    """The content of ``beleid/partners.yml``, or of the sheet ``partners.csv`` or ``.xlsx``."""

    municipality: str
    partners: dict[str, Literal["intern", "extern"]] = Field(default={})
    remarks: tuple[PartnerRemark, ...] = ()


Own = Annotated[Amount, Field(ge=0)]  # euros or hours that a plan has, or that were spent


class Measure(Definition):
    """One measure; ``deadline`` is a quarter (``Q2 2024``), a year (``2024``) or ``structureel``.

    ``costs`` are euros; not known when the plan names none, 0 when it names 0.
    """

    action: str
    theme: str
    owners: tuple[str, ...] = ()
    deadline: Annotated[str, Field(pattern=r"^((Q[1-4] )?20[0-9]{2}|structureel)$")] | None = None
    costs: Own | None = None
    source: str

    @property
    def due(self) -> date | None:
        """The last day of the deadline; nothing for what has none or goes on for ever."""
        if self.deadline is None or self.deadline == "structureel":
            return None
        year, quarter = int(self.deadline[-4:]), int(self.deadline[1]) if self.deadline[0] == "Q" else 4
        return date(year, 3 * quarter, monthrange(year, 3 * quarter)[1])


class BudgetLine(Definition):
    """One line of the budget in euros."""

    theme: str
    amount: Own
    source: str


class Hours(Definition):
    """Full-time equivalents for one theme: regular and extra for the priorities."""

    theme: str
    regular: Own | None = None
    priority: Own | None = None
    source: str


class Status(Definition):
    """How far a measure is on a day, and what was spent on it until then, in euros."""

    measure: str
    state: Literal["niet gestart", "loopt", "klaar", "gestopt"]
    on: date
    spent: Own | None = None
    note: str | None = None


class Progress(Definition):
    """The content of ``beleid/voortgang.csv`` or ``.xlsx``: the status sheet, kept apart because it changes."""

    municipality: str
    rows: tuple[Status, ...]


class Plan(Definition):
    """The content of ``beleid/plan.yml``.

    ``themes`` gives each theme its label and whether it is a ``prioriteit`` or ``strategisch``. ``capacity`` and
    ``external`` are full-time equivalents available in all, ``total`` the whole budget in euros. ``notes`` are for
    the reader: what of the plan is not in this transcription.
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
    """A number agreed beforehand, per year, with the year it holds for."""

    compare: Literal["<=", ">="]
    value: Amount
    year: Year
    source: str


class Item(Definition):
    """One indicator on the dashboard.

    ``set`` is where it comes from: the mandatory BBV set, the five safety indices, or the municipality's own list.
    ``per_1000`` is whether the set, and so the target, asks for a rate. ``owner`` is a role, never a person.
    """

    indicator: str
    field: Field5
    set: Literal["bbv", "nvi", "eigen"]
    per_1000: bool = False
    target: DashboardTarget | None = None
    owner: str | None = None


class Dashboard(Definition):
    """The content of ``beleid/dashboard.yml``.

    ``year`` and ``half`` are the edition: the half-year it reports on. ``agreed`` is where the list was agreed; absent
    as long as it is a proposal.
    """

    municipality: str
    agreed: str | None = None
    year: Year
    half: Literal[1, 2]
    items: tuple[Item, ...]
