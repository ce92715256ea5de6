"""The implementation plan: measures, money and hours; and, apart from it, how far the measures are."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from ..catalogue import Amount, Definition, Year

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
