"""Dutch formats: numbers, percentages, money, dates, lists, and the names of regions and documents."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from math import isfinite

from ..definitions import catalogue, regions
from ..definitions.periods import MONTHS
from ..documents.texts import Place, places

NBSP = "\u00a0"  # keeps a number and its unit on one line
MINUS = "\u2212"


def number(value: float, decimals: int = 0) -> str:
    """Format a number with a decimal comma and dots between thousands.

    Parameters
    ----------
    value : float
        A finite number.
    decimals : int
        Digits after the comma.

    Returns
    -------
    str
        A number that rounds to zero has no minus sign.

    Raises
    ------
    ValueError
        When the value is infinite or NaN. A caller that may have no number must check that first.

    Examples
    --------
    >>> number(1234.5, 1)
    '1.234,5'
    >>> number(-0.2)
    '0'
    """
    if not isfinite(value):
        raise ValueError(f"a page shows no number that is {value}")
    text = f"{abs(value):,.{decimals}f}".translate(str.maketrans(",.", ".,"))
    negative = value < 0 and any(digit in text for digit in "123456789")
    return f"{MINUS}{text}" if negative else text


def plain(value: float) -> str:
    """Format a number from a document with the decimals it has, at most six.

    Parameters
    ----------
    value : float
        A finite number.

    Returns
    -------
    str

    Examples
    --------
    >>> plain(2.5), plain(3.0)
    ('2,5', '3')
    """
    return number(value, len(f"{value:.6f}".rstrip("0").partition(".")[2]))


def rates(values: Sequence[float]) -> list[str]:
    """Format rates that stand beside each other, all with the same number of decimals.

    One decimal, or two when one would hide or distort a difference: when unequal rates would look equal, and when a
    rate is below 1.

    Parameters
    ----------
    values : sequence of float
        At least one rate, such as a number per 1.000 inhabitants.

    Returns
    -------
    list of str

    Examples
    --------
    >>> rates([3.8, 6.1])
    ['3,8', '6,1']
    >>> rates([0.148, 0.153])
    ['0,15', '0,15']
    """
    short = [number(value, 1) for value in values]
    one_decimal_suffices = len(set(short)) == len(set(values)) and min(values) >= 1
    return short if one_decimal_suffices else [number(value, 2) for value in values]


def percent(value: float, decimals: int = 0) -> str:
    """Format a percentage: ``63.2`` becomes ``63 %``, with a non-breaking space.

    Parameters
    ----------
    value : float
        In percent, not a fraction.
    decimals : int

    Returns
    -------
    str

    Examples
    --------
    >>> percent(63.2).replace(NBSP, " ")
    '63 %'
    """
    return f"{number(value, decimals)}{NBSP}%"


def coverage() -> str:
    """Return how much of the cases the margins hold that we compute ourselves; those of publishers may differ.

    Returns
    -------
    str
        As ``alpha`` in ``thresholds.yml`` has it.

    Examples
    --------
    >>> coverage()
    '95 %'
    """
    return f"{plain(100 * (1 - catalogue.thresholds().verdict.alpha))} %"


def signed_percent(value: float, decimals: int = 0) -> str:
    """Format a percentage with its sign: ``63.2`` becomes ``+63 %`` and ``-57.1`` becomes ``−57 %``.

    Parameters
    ----------
    value : float
        In percent, not a fraction.
    decimals : int

    Returns
    -------
    str
        A percentage that rounds to zero has no sign.

    Examples
    --------
    >>> signed_percent(63.2).replace(NBSP, " ")
    '+63 %'
    """
    text = percent(value, decimals)
    rounded_away = not any(digit in text for digit in "123456789")
    return text if rounded_away or text.startswith(MINUS) else f"+{text}"


def more_or_less(value: float) -> str:
    """Word a change in percent: ``63 % meer``, ``57 % minder`` or ``vrijwel evenveel``.

    Parameters
    ----------
    value : float
        In percent.

    Returns
    -------
    str

    Examples
    --------
    >>> more_or_less(-57.1).replace(NBSP, " ")
    '57 % minder'
    >>> more_or_less(0.3)
    'vrijwel evenveel'
    """
    if not round(value):
        return "vrijwel evenveel"
    return f"{percent(abs(value))} {'meer' if value > 0 else 'minder'}"


def between(lower: float, upper: float) -> str:
    """Word an interval of percentages, which may contain zero.

    Parameters
    ----------
    lower, upper : float
        In percent.

    Returns
    -------
    str

    Examples
    --------
    >>> between(-4, 11).replace(NBSP, " ")
    'tussen 4 % minder en 11 % meer'
    """
    if lower >= 0 and upper >= 0:
        return f"tussen {percent(lower)} en {percent(upper)} meer"
    if lower <= 0 and upper <= 0:
        return f"tussen {percent(-upper)} en {percent(-lower)} minder"
    return f"tussen {percent(-lower)} minder en {percent(upper)} meer"


def counted(count: int, singular: str, plural: str) -> str:
    """Write a count with its noun.

    Parameters
    ----------
    count : int
        Zero becomes "geen", with the singular.
    singular, plural : str

    Returns
    -------
    str

    Examples
    --------
    >>> [counted(count, "soort", "soorten") for count in (0, 1, 3)]
    ['geen soort', '1 soort', '3 soorten']
    """
    return f"{count or 'geen'} {singular}" if count < 2 else f"{number(count)} {plural}"  # noqa: PLR2004


def euros(value: float) -> str:
    """Format an amount of money; cents only where there are any.

    Parameters
    ----------
    value : float
        In euros.

    Returns
    -------
    str

    Examples
    --------
    >>> euros(75000).replace(NBSP, " ")
    '€ 75.000'
    """
    return f"€{NBSP}{number(value, 0 if float(value).is_integer() else 2)}"


def fte(value: float) -> str:
    """Format full-time equivalents with two decimals, as a budget writes them.

    Parameters
    ----------
    value : float

    Returns
    -------
    str

    Examples
    --------
    >>> fte(0.8).replace(NBSP, " ")
    '0,80 fte'
    """
    return f"{number(value, 2)}{NBSP}fte"


def day(value: date) -> str:
    """Write a date in full.

    Parameters
    ----------
    value : date

    Returns
    -------
    str

    Examples
    --------
    >>> day(date(2026, 11, 22))
    '22 november 2026'
    """
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def day_range(first: date, last: date) -> str:
    """Write one day, or the first and the last of several.

    Parameters
    ----------
    first, last : date

    Returns
    -------
    str

    Examples
    --------
    >>> day_range(date(2024, 7, 15), date(2024, 9, 10))
    '15 juli tot en met 10 september 2024'
    >>> day_range(date(2024, 7, 15), date(2024, 7, 15))
    '15 juli 2024'
    """
    begin = day(first).removesuffix(f" {first.year}") if first.year == last.year else day(first)
    return day(last) if first == last else f"{begin} tot en met {day(last)}"


def spans(years: Sequence[int]) -> str:
    """List years, with consecutive ones as a range.

    Parameters
    ----------
    years : sequence of int
        In order.

    Returns
    -------
    str

    Examples
    --------
    >>> spans([2016, 2017, 2018, 2019, 2022])
    '2016–2019 en 2022'
    """
    starts = [year for year in years if year - 1 not in years]
    ends = [year for year in years if year + 1 not in years]
    ranges = zip(starts, ends, strict=True)
    return listed([str(first) if first == last else f"{first}–{last}" for first, last in ranges])


def listed(words: Sequence[str]) -> str:
    """Join words with commas, and with "en" before the last.

    Parameters
    ----------
    words : sequence of str

    Returns
    -------
    str
        Empty without words.

    Examples
    --------
    >>> listed(["Leek", "Marum", "Zuidhorn"])
    'Leek, Marum en Zuidhorn'
    """
    return " en ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def region_name(region: str) -> str:
    """Return the name of a region; a province that shares its name with a municipality is marked as a province.

    Parameters
    ----------
    region : str
        Code of the region.

    Returns
    -------
    str

    Examples
    --------
    >>> region_name("PV20"), region_name("GM0014")
    ('Groningen (provincie)', 'Groningen')
    """
    name = regions.name(region)
    is_ambiguous = region.startswith("PV") and name in regions.regions().municipalities.values()
    return f"{name} (provincie)" if is_ambiguous else name


def place_unit(place: Place, by_paragraph: Collection[str]) -> str:
    """Return what the number of a place counts.

    Parameters
    ----------
    place : Place
    by_paragraph : collection of str
        Short names of the documents of which a place is a paragraph.

    Returns
    -------
    str

    Examples
    --------
    >>> place_unit(Place("KN", 8, 8), ()), place_unit(Place("KN", 8, 8), ["KN"])
    ('regel', 'alinea')
    """
    return "bladzijde" if place.paged else "alinea" if place.document in by_paragraph else "regel"


def explained_place(sources: Iterable[str], by_paragraph: Collection[str]) -> str:
    """Explain places in documents by the first of them.

    Parameters
    ----------
    sources : iterable of str
        Texts that name places.
    by_paragraph : collection of str
        Short names of the documents of which a place is a paragraph.

    Returns
    -------
    str
        Empty when they name none.

    Examples
    --------
    >>> explained_place(["hoofdstuk 1", "KN:8-9"], ["KN"])
    'KN:8 is alinea 8 van de tekst van dat stuk'
    """
    first = next((place for source in sources for place in places(source)), None)
    if first is None:
        return ""
    shown = first._replace(last=first.first)
    return f"{shown} is {place_unit(shown, by_paragraph)} {shown.first} van de tekst van dat stuk"


def capitalised(text: str) -> str:
    """Return a text with a capital at its start; other capitals stay, unlike with `str.capitalize`.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> capitalised("jeugd volgens het CBS")
    'Jeugd volgens het CBS'
    """
    return text[:1].upper() + text[1:]


def expand_references(text: str, documents: Mapping[str, str], by_paragraph: Collection[str]) -> str:
    """Replace references such as ``IVB:544`` by the name of the document and its lines.

    Parameters
    ----------
    text : str
    documents : mapping
        Abbreviation -> name of the document; references to documents that are not in it stay as they are.
    by_paragraph : collection of str
        Abbreviations of the documents of which a place is a paragraph.

    Returns
    -------
    str

    Examples
    --------
    >>> expand_references("Zie IVB:544 en IVB:582.", {"IVB": "Integraal Veiligheidsbeleid"}, ())
    'Zie Integraal Veiligheidsbeleid, regel 544 en 582.'
    >>> expand_references("UVP:p12", {"UVP": "Uitvoeringsplan"}, ())
    'Uitvoeringsplan, bladzijde 12'
    """
    for abbreviation, name in documents.items():
        reference = rf"\b{re.escape(abbreviation)}:p?\d+(?:-\d+)?"
        text = re.sub(
            rf"{reference}(?:(?:, | en ){reference})*", partial(_name_and_lines, abbreviation, name, by_paragraph), text
        )
    return text


def _name_and_lines(abbreviation: str, name: str, by_paragraph: Collection[str], references: re.Match[str]) -> str:
    unit = place_unit(Place(abbreviation, 0, 0, ":p" in references[0]), by_paragraph)
    return f"{name}, {unit} {listed(re.findall(r':p?([-0-9]+)', references[0]))}"
