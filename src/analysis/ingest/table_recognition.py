"""Recognising a publisher's table by its dimensions and its measure, however they are spelled."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from ..definitions import catalogue
from ..definitions.catalogue import Table

PERIODS = "Perioden"
LABELS = {"SoortMisdrijf": "Soort misdrijf", "RegioS": "Regio's", "WijkenEnBuurten": "Wijken en buurten"}
_ALSO = {"regio": "RegioS", "jaar": PERIODS}  # as CBS calls them in downloads of old tables
_UNIT = re.compile(r" \([^()]*\)$")  # "Geregistreerde misdrijven (aantal)"
_NUMBER = re.compile(r"_[0-9]+$")  # "GeregistreerdeMisdrijven_1"; the number differs between editions
_TYPOS = {"geregisteerdemisdrijven": "geregistreerdemisdrijven"}  # as StatLine spelled it for years


def plain(name: str) -> str:
    """A name without capitals, spaces and marks: ``Regio's`` and ``RegioS`` are the same."""
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def topic(header: str) -> str:
    """The plain name of a measure: without its number, or the last part of its path without its unit."""
    last = _UNIT.sub("", header.strip()).rsplit("/", 1)[-1]
    name = plain(_NUMBER.sub("", last.strip()))
    return _TYPOS.get(name, name)


def unit(header: str) -> str:
    """The unit behind a measure in a list, without its brackets; nothing where there is none."""
    found = _UNIT.search(header.strip())
    return found[0].strip(" ()") if found else ""


def is_numbered(header: str) -> bool:
    """Whether a measure is written as in a data set, where numbers have a decimal point."""
    return bool(_NUMBER.search(header))


@cache
def _dimensions() -> dict[str, str]:
    names = {name for table in _statline() for name in dimensions(table)}
    return {plain(name): name for name in names} | _ALSO


@cache
def topics() -> frozenset[str]:
    """The plain names of every measure that we read."""
    return frozenset(plain(table.topic) for table in _statline() if table.topic)


def _statline() -> list[Table]:
    """Tables of StatLine; a police delivery has no number."""
    return [table for table in catalogue.tables().values() if table.id[:1].isdigit()]


def all_dimensions() -> frozenset[str]:
    """The declared names of every dimension of any table."""
    return frozenset(_dimensions().values())


def totals(name: str) -> set[str]:
    """The codes of the whole of a dimension, in any table."""
    return {table.totals[name] for table in _statline() if name in table.totals}


def dimension(header: str) -> str | None:
    """The name of a dimension as declared in ``tables.yml``, ``None`` for any other header."""
    return _dimensions().get(plain(header))


def dimensions(table: Table) -> list[str]:
    """The dimensions a table must have: code, region, period, and those to be fixed on their total."""
    return [name for name in (table.category, table.region, PERIODS, *table.totals) if name]


def candidates(measures: Collection[str], found: Collection[str]) -> list[Table]:
    """The tables with one of these measures that share most dimensions; the police has some of them per period.

    Parameters
    ----------
    measures : collection of str
        Plain names.
    found : collection of str
        Declared names of the dimensions present.
    """
    named = [table for table in _statline() if table.topic and plain(table.topic) in measures]
    shared = {table.id: len(set(dimensions(table)) & set(found)) for table in named}
    return [table for table in named if shared[table.id] == max(shared.values())]
