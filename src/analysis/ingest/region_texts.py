"""Regions in exports: the CBS code of a code or name, and the rows that belong to no region that is kept."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache

from ..definitions import regions
from .table_recognition import plain
from .text_columns import LeftOut, Rejected, Unused

_CODE = re.compile(r"(NL|PV|RE)[0-9][0-9]|GM[0-9]{4}|WK[0-9]{4}[0-9A-Za-z]{2}|BU[0-9]{4}[0-9A-Za-z]{4}")
# Groupings of StatLine: landsdeel, COROP, agglomeration, veiligheidsregio, police district, court district and others.
_KIND = "LD|CR|CP|AM|VR|GG|JZ|KK|RM|AR|RP|TR|ZK|SG|SD|WG|ES|RB|UW|PD|BT|PO|TG|RA|GA|LG"
_GROUPING = re.compile(rf"({_KIND})[0-9]{{2,4}}|LDG4|.* \(({_KIND}|PV|RE)\)")  # LD01, "Oost-Groningen (CR)"
_LIKE_CODE = re.compile(
    r"(NL|PV|RE|GM|WK|BU)[0-9]\w*|[0-9]+", re.IGNORECASE
)  # a code of a region that is kept, or a damaged one
_UNASSIGNED = re.compile(r"(niet in te delen|(gemeente|wijk|buurt) onbekend|buitenland)", re.IGNORECASE)
_SMALL = re.compile(r"\((wijk|buurt|soort onbekend)\)$")
MUNICIPAL = " (gemeente)"
_REMEDY = "Controleer de naam of code."
_CODES_AHEAD = 100  # new codes of municipalities that may be issued before this program knows them
_SIMILARITY = 0.9  # similarity (0-1) at which a name counts as a misspelled municipality

# Descriptions of rows that are left out, to follow "cijfers over".
UNASSIGNED = "registraties zonder gemeente"
GROUPING = "een andere indeling van het land"
FORMER = "gemeenten die vóór 2012 zijn opgeheven"
NEWER = "gemeenten die dit programma nog niet kent (zie Herindelingen in docs/data.md)"
UNKNOWN = "gebieden die onbekend zijn"
UNCODED = "wijken en buurten zonder code (hun namen zijn niet uniek)"


def region(text: str) -> str:
    """Return the code of the region that a code or label stands for.

    Parameters
    ----------
    text : str
        ``"NL01  "``, ``"GM1969"``, ``"WK196904  "``, ``"Westerkwartier"``, ``"Groningen (PV)"``.

    Raises
    ------
    Unused
        When the region is not kept: unassigned, abroad, a grouping such as a landsdeel, or a name that resembles that
        of no municipality, such as one abolished before the figures begin. The row is left out with a warning.
    Rejected
        When the code is malformed, or the text is probably a misspelled municipality ("Westerkwatier"), whose figures
        would go missing. The file is refused.

    Examples
    --------
    >>> region("GM1969  "), region("Westerkwartier")
    ('GM1969', 'GM1969')
    """
    cleaned = text.strip()
    code = regions.code(cleaned)
    if code in regions.regions().unassigned or _UNASSIGNED.match(cleaned):
        raise Unused(LeftOut(UNASSIGNED, cleaned))
    if code is None or not _CODE.fullmatch(code):
        if _GROUPING.fullmatch(cleaned):
            raise Unused(LeftOut(GROUPING, cleaned))
        nearest = _nearest_name(cleaned)
        if cleaned and not nearest and not _LIKE_CODE.fullmatch(cleaned):
            raise Unused(LeftOut(UNKNOWN, cleaned, known=False))
        remedy = f"{_REMEDY} Bedoelt u {nearest}?" if nearest else _REMEDY
        raise Rejected(f"de regio '{cleaned}' is onbekend.", remedy)
    return _existing_code(code)


def region_or_none(text: str) -> str | None:
    """Return the code of a region, or ``None`` for a region that is not kept, where the row still counts.

    Parameters
    ----------
    text : str
        A code or name.

    Returns
    -------
    str or None

    Raises
    ------
    Rejected
        When the region is unknown.
    """
    try:
        return region(text)
    except Unused as error:
        if error.left.known:
            return None
        raise Rejected(f"de regio '{text.strip()}' is onbekend.", _REMEDY) from None


def coded_region(text: str) -> str:
    """Return the region of a code in a table of wijken and buurten, where names are not unique: Leek is also a buurt.

    Parameters
    ----------
    text : str
        A code, or a name such as ``"Leek (gemeente)"``.

    Returns
    -------
    str

    Raises
    ------
    Unused
        When the region is not kept, or is the name of a wijk or buurt.
    Rejected
        When the text is not a code, nor the name of a municipality marked as such.
    """
    cleaned = text.strip()
    if _UNASSIGNED.match(cleaned):
        raise Unused(LeftOut(UNASSIGNED, cleaned))
    if cleaned.endswith(MUNICIPAL):
        return region(cleaned if regions.code(cleaned) else cleaned.removesuffix(MUNICIPAL))
    if _SMALL.search(cleaned):
        raise Unused(LeftOut(UNCODED, cleaned))
    if not _CODE.fullmatch(cleaned):
        problem = f"'{cleaned}' is geen code van een gemeente, wijk of buurt."
        raise Rejected(problem, "Namen van wijken en buurten zijn niet uniek. Kies bij het exporteren voor codes.")
    return region(text)


def check_name(code: str, name: str) -> None:
    """Refuse the code of a municipality, or of a wijk or buurt in it, beside the name of another municipality.

    Parameters
    ----------
    code : str
        CBS code.
    name : str
        Name of a municipality; any other text is ignored.

    Raises
    ------
    Rejected
        When code and name are of different municipalities. A former name of the same territory is accepted.

    Examples
    --------
    >>> check_name("GM1969", "Westerkwartier")
    """
    within, named = regions.municipality_of(code.strip()), regions.code(name)
    both_known = regions.is_municipality(within) and named is not None and regions.is_municipality(named)
    renamed = any(m.into == within and m.wholes == (named,) and not m.part_of for m in regions.regions().mergers)
    if both_known and named != within and not renamed and plain(name) != plain(regions.name(within)):
        problem = f"{code.strip()} is {regions.name(within)}, maar er staat '{name.strip()}'."
        raise Rejected(problem, "Herstel de code of de naam.")


def label_with_kind(text: str, kind: str) -> str:
    """Return a label in a table of wijken and buurten with its kind of region added, unless it is a code.

    Names are not unique there, so the label must show the kind, as StatLine writes it after a municipality.

    Parameters
    ----------
    text : str
        A code or name.
    kind : str
        Kind of region, from another column.

    Returns
    -------
    str

    Examples
    --------
    >>> label_with_kind("Leek", "Gemeente"), label_with_kind("GM1969", "Gemeente")
    ('Leek (gemeente)', 'GM1969')
    """
    if _CODE.fullmatch(text.strip()) or _UNASSIGNED.match(text.strip()) or text.strip().endswith(MUNICIPAL):
        return text
    return f"{text.strip()} ({plain(kind) or 'soort onbekend'})"


def _existing_code(code: str) -> str:
    """Return a well-formed code if it, or the municipality around it, exists."""
    within = regions.municipality_of(code)
    if within in regions.regions().unassigned:
        raise Unused(LeftOut(UNASSIGNED, code))
    if within in regions.region_numbers():
        return code
    newest = int(max(regions.regions().municipalities)[2:])  # codes of municipalities are issued in order
    if within.startswith("GM") and int(within[2:]) <= newest + _CODES_AHEAD:
        raise Unused(LeftOut(FORMER if int(within[2:]) < newest else NEWER, code))
    raise Rejected(f"de regio '{code}' is onbekend.", _REMEDY)


@cache
def _nearest_name(text: str) -> str | None:
    """Return the municipality whose name is almost this text, if any."""
    names = {name.casefold(): name for name in regions.regions().municipalities.values()}
    matches = get_close_matches(text.casefold(), list(names), n=1, cutoff=_SIMILARITY)
    return names[matches[0]] if matches else None
