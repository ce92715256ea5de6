"""Facts, goals, priorities and what partners say."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from ..catalogue import Amount, Definition, Year
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


class Remark(Definition):
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
    remarks: tuple[Remark, ...] = ()
