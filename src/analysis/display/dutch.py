"""The name of a region as a reader sees it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from math import isfinite

from ..definitions import regions
from ..definitions.periods import MONTHS


def place(region: str) -> str:
    """The name of a region; a province that shares its name with a municipality says so.

    Parameters
    ----------
    region : str
        ``"PV20"`` is "Groningen (provincie)", ``"GM0014"`` is "Groningen".
    """
    name = regions.name(region)
    shared = region.startswith("PV") and name in regions.regions().municipalities.values()
    return f"{name} (provincie)" if shared else name


def spelled(text: str, documents: Mapping[str, str]) -> str:
    """``IVB:544 en IVB:582`` as ``Integraal Veiligheidsbeleid, regel 544 en 582``.

    Parameters
    ----------
    documents : mapping
        Abbreviation -> name of the document; a reference to another one stays as it is.
    """
    for short, name in documents.items():
        one = rf"\b{re.escape(short)}:\d+(?:-\d+)?"
        text = re.sub(rf"{one}(?:(?:, | en ){one})*", partial(_named, name), text)
    return text


def _named(name: str, found: re.Match[str]) -> str:
    return f"{name}, regel {listed(re.findall(r':([-0-9]+)', found[0]))}"


NBSP = "\u00a0"  # keeps a number and its unit on one line
MINUS = "\u2212"


def number(value: float, decimals: int = 0) -> str:
    """``1234.5`` with one decimal is ``1.234,5``.

    Raises
    ------
    ValueError
        For what is no number on a page, such as ``nan``: whoever may have none asks for that before.
    """
    if not isfinite(value):
        raise ValueError(f"a page shows no number that is {value}")
    text = f"{abs(value):,.{decimals}f}".translate(str.maketrans(",.", ".,"))
    negative = value < 0 and any(digit in text for digit in "123456789")
    return f"{MINUS}{text}" if negative else text


def plain(value: float) -> str:
    """A number with the decimals it has, such as one from a document: ``2.5`` is ``2,5`` and ``3.0`` is ``3``."""
    return number(value, len(f"{value:.6f}".rstrip("0").partition(".")[2]))


def rates(values: Sequence[float]) -> list[str]:
    """Rates beside each other with one decimal, or with two where one tells their difference wrongly.

    That is where they would seem the same, and below 1: ``0.148`` and ``0.153`` are no ``0,1`` and ``0,2``.
    """
    short = [number(value, 1) for value in values]
    told = len(set(short)) == len(set(values)) and min(values) >= 1
    return short if told else [number(value, 2) for value in values]


def percent(value: float, decimals: int = 0) -> str:
    """``63.2`` is ``63 %``."""
    return f"{number(value, decimals)}{NBSP}%"


def counted(count: int, one: str, more: str) -> str:
    """``1 soort``, ``3 soorten``, ``geen soort``."""
    return f"{count or 'geen'} {one}" if count < 2 else f"{number(count)} {more}"  # noqa: PLR2004


def euros(value: float) -> str:
    """``75000`` is ``€ 75.000``; cents only where there are any."""
    return f"€{NBSP}{number(value, 0 if float(value).is_integer() else 2)}"


def fte(value: float) -> str:
    """``0.8`` is ``0,80 fte``: full-time equivalents, as a budget writes them."""
    return f"{number(value, 2)}{NBSP}fte"


def signed_percent(value: float, decimals: int = 0) -> str:
    """``63.2`` is ``+63 %``, ``-57.1`` is ``−57 %``."""
    text = percent(value, decimals)
    rounded_away = not any(digit in text for digit in "123456789")
    return text if rounded_away or text.startswith(MINUS) else f"+{text}"


def more_or_less(value: float) -> str:
    """A change in words: ``63 % meer``, ``57 % minder``, ``vrijwel evenveel``."""
    if not round(value):
        return "vrijwel evenveel"
    return f"{percent(abs(value))} {'meer' if value > 0 else 'minder'}"


def between(lower: float, upper: float) -> str:
    """An interval of percentages in words, on both sides of zero where it must be."""
    if lower >= 0 and upper >= 0:
        return f"tussen {percent(lower)} en {percent(upper)} meer"
    if lower <= 0 and upper <= 0:
        return f"tussen {percent(-upper)} en {percent(-lower)} minder"
    return f"tussen {percent(-lower)} minder en {percent(upper)} meer"


def day(value: date) -> str:
    """``22 november 2026``."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def spans(years: Sequence[int]) -> str:
    """Years in order, with those that follow each other together: ``2016–2019 en 2022``."""
    starts = [year for year in years if year - 1 not in years]
    ends = [year for year in years if year + 1 not in years]
    both = zip(starts, ends, strict=True)
    return listed([str(first) if first == last else f"{first}–{last}" for first, last in both])


def listed(words: Sequence[str]) -> str:
    """``Leek, Marum en Zuidhorn``."""
    return " en ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
