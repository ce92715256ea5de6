"""The implementation plan: measures, money and hours; and how far the measures are."""

from __future__ import annotations

from datetime import date
from typing import Literal

from ..catalogue import Definition


class Measure(Definition):
    """One measure; ``deadline`` is a quarter (``Q2 2024``), a year (``2024``) or ``structureel``."""

    action: str
    theme: str
    owners: tuple[str, ...] = ()
    deadline: str | None = None
    costs: float | None = None
    source: str


class BudgetLine(Definition):
    """One line of the budget in euros."""

    theme: str
    amount: float
    source: str


class Hours(Definition):
    """Full-time equivalents for one theme: regular and extra for the priorities."""

    theme: str
    regular: float | None = None
    priority: float | None = None
    source: str


class Progress(Definition):
    """A row of the status sheet: how far a measure is on a day, and what was spent on it."""

    measure: str
    state: Literal["niet gestart", "loopt", "klaar", "gestopt"]
    on: date
    spent: float | None = None
    note: str | None = None


class Plan(Definition):
    """The content of ``beleid/plan.yml``, with the rows of ``beleid/voortgang.csv`` or ``.xlsx`` as ``progress``.

    ``themes`` gives each theme its label and whether it is a ``prioriteit`` or ``strategisch``. ``capacity`` and
    ``external`` are full-time equivalents available in all, ``total`` the whole budget in euros.
    """

    municipality: str
    year: int
    title: str
    themes: dict[str, tuple[str, Literal["prioriteit", "strategisch", "overig"]]]
    measures: dict[str, Measure]
    budget: tuple[BudgetLine, ...]
    hours: tuple[Hours, ...]
    total: float
    capacity: float
    external: float
    progress: tuple[Progress, ...] = ()
