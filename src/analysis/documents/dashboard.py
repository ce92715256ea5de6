"""What the half-yearly dashboard shows, agreed beforehand."""

from __future__ import annotations

from typing import Literal

from ..catalogue import Amount, Definition, Year
from .statements import Field5


class Target(Definition):
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
    target: Target | None = None
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
