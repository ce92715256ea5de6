"""The declared breaks, as a list a reader can go through."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from .. import catalogue
from ..catalogue import Break
from ..periods import MONTHS
from ..results import Result, html


@dataclass(frozen=True)
class Breaks(Result):
    """Breaks in order of date."""

    found: tuple[Break, ...]


@html.register
def _(breaks: Breaks) -> str:
    items = "".join(
        f"<li><b>{MONTHS[one.date.month - 1].capitalize()} {one.date.year}: {escape(one.label)}.</b> "
        f"{escape(one.text)} <span class='src'>Bron: {escape(one.source)}.</span></li>"
        for one in breaks.found
    )
    return f"<ul>{items}</ul>"


def breaks(municipality: str) -> Breaks:
    """Every break that can touch a figure of this municipality."""
    here = [b for b in catalogue.breaks().values() if b.regions is None or municipality in b.regions]
    return Breaks(tuple(sorted(here, key=lambda one: one.date)))
