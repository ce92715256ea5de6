"""Recognition of a publisher's table by its dimensions and its measure, in any spelling."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache

from ..definitions import catalogue
from ..definitions.catalogue import Table

PERIODS = "Perioden"
LABELS = {"SoortMisdrijf": "Soort misdrijf", "RegioS": "Regio's", "WijkenEnBuurten": "Wijken en buurten"}
_ALSO = {"regio": "RegioS", "jaar": PERIODS}  # names in downloads of old tables of CBS
_UNIT = re.compile(r" \([^()]*\)$")  # "Geregistreerde misdrijven (aantal)"
_NUMBER = re.compile(r"_[0-9]+$")  # "GeregistreerdeMisdrijven_1"; the number differs between releases
_TYPOS = {"geregisteerdemisdrijven": "geregistreerdemisdrijven"}  # a spelling error in StatLine for years


def plain(name: str) -> str:
    """Return a name in small letters without spaces and punctuation, to compare spellings.

    Parameters
    ----------
    name : str

    Returns
    -------
    str

    Examples
    --------
    >>> plain("Regio's") == plain("RegioS")
    True
    """
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def topic(header: str) -> str:
    """Return the plain name of a measure: without its number, or the last part of its path without its unit.

    Parameters
    ----------
    header : str
        Heading of a column.

    Returns
    -------
    str

    Examples
    --------
    >>> topic("GeregistreerdeMisdrijven_1"), topic("Misdrijven/Geregistreerde misdrijven (aantal)")
    ('geregistreerdemisdrijven', 'geregistreerdemisdrijven')
    """
    last = _UNIT.sub("", header.strip()).rsplit("/", 1)[-1]
    name = plain(_NUMBER.sub("", last.strip()))
    return _TYPOS.get(name, name)


def unit(header: str) -> str:
    """Return the unit in brackets after a measure in a list; empty when there is none.

    Parameters
    ----------
    header : str
        Heading of a column.

    Returns
    -------
    str

    Examples
    --------
    >>> unit("Geregistreerde misdrijven (aantal)")
    'aantal'
    """
    match = _UNIT.search(header.strip())
    return match[0].strip(" ()") if match else ""


def has_decimal_comma(header: Iterable[str]) -> bool:
    """Whether a table writes numbers the Dutch way; a data set, whose measures are numbered, has a decimal point.

    Parameters
    ----------
    header : iterable of str
        Headings of the columns.

    Returns
    -------
    bool

    Examples
    --------
    >>> has_decimal_comma(["Perioden", "GeregistreerdeMisdrijven_1"])
    False
    >>> has_decimal_comma(["Perioden", "Geregistreerde misdrijven (aantal)"])
    True
    """
    return not any(map(_NUMBER.search, header))


@cache
def _dimensions() -> dict[str, str]:
    names = {name for table in _statline() for name in dimensions(table)}
    return {plain(name): name for name in names} | _ALSO


@cache
def topics() -> frozenset[str]:
    """Return the plain names of all measures in ``tables.yml``."""
    return frozenset(plain(table.topic) for table in _statline() if table.topic)


def _statline() -> list[Table]:
    """Return the tables of StatLine, whose ids start with a digit."""
    return [table for table in catalogue.tables().values() if table.id[:1].isdigit()]


def all_dimensions() -> frozenset[str]:
    """Return the names of the dimensions of all tables, as in ``tables.yml``."""
    return frozenset(_dimensions().values())


def totals(name: str) -> set[str]:
    """Return the codes for the total of a dimension, in all tables.

    Parameters
    ----------
    name : str
        Name of the dimension, as in ``tables.yml``.
    """
    return {table.totals[name] for table in _statline() if name in table.totals}


def dimension(header: str) -> str | None:
    """Return the name of a dimension as in ``tables.yml``; ``None`` for any other heading.

    Parameters
    ----------
    header : str
        Heading of a column.

    Returns
    -------
    str or None

    Examples
    --------
    >>> dimension("Regio's"), dimension("Geregistreerde misdrijven (aantal)")
    ('RegioS', None)
    """
    return _dimensions().get(plain(header))


def dimensions(table: Table) -> list[str]:
    """Return the dimensions that a table must have: code, region, period, and those that are read as a total only.

    Parameters
    ----------
    table : Table

    Returns
    -------
    list of str
    """
    return [name for name in (table.category, table.region, PERIODS, *table.totals) if name]


def indicators_by_code(subject: str) -> dict[str, str]:
    """Return the ids of the indicators of a subject, by the code of the publisher.

    Parameters
    ----------
    subject : str
        Subject of a table in ``tables.yml``.

    Returns
    -------
    dict of str to str

    Examples
    --------
    >>> indicators_by_code("overlast")["E33"]
    'onbegrepen_gedrag'
    """
    return {code: id for (about, code), id in catalogue.indicator_of().items() if about == subject}


def candidates(measures: Collection[str], present: Collection[str]) -> list[Table]:
    """Return the tables with one of these measures that share most dimensions.

    More than one table may be returned, because the police has the same table for years and for months.

    Parameters
    ----------
    measures : collection of str
        Plain names of measures.
    present : collection of str
        Names of the dimensions in a file, as in ``tables.yml``.
    """
    tables = [table for table in _statline() if table.topic and plain(table.topic) in measures]
    shared = {table.id: len(set(dimensions(table)) & set(present)) for table in tables}
    return [table for table in tables if shared[table.id] == max(shared.values())]
