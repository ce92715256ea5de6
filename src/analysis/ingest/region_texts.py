"""Which region a text in an export stands for, and which rows belong to no region that we keep."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache

from ..definitions import regions
from .table_recognition import plain
from .text_columns import Left, Rejected, Unused

_CODE = re.compile(r"(NL|PV|RE)[0-9][0-9]|GM[0-9]{4}|WK[0-9]{4}[0-9A-Za-z]{2}|BU[0-9]{4}[0-9A-Za-z]{4}")
# The groupings of StatLine: landsdeel, COROP, agglomeration, veiligheidsregio, police and court district and so on.
_KIND = "LD|CR|CP|AM|VR|GG|JZ|KK|RM|AR|RP|TR|ZK|SG|SD|WG|ES|RB|UW|PD|BT|PO|TG|RA|GA|LG"
_GROUPING = re.compile(rf"({_KIND})[0-9]{{2,4}}|LDG4|.* \(({_KIND}|PV|RE)\)")  # LD01, "Oost-Groningen (CR)"
_OURS = re.compile(
    r"(NL|PV|RE|GM|WK|BU)[0-9]\w*|[0-9]+", re.IGNORECASE
)  # a code of a region that we keep, or what is left of one
_UNASSIGNED = re.compile(r"(niet in te delen|(gemeente|wijk|buurt) onbekend|buitenland)", re.IGNORECASE)
_SMALL = re.compile(r"\((wijk|buurt|soort onbekend)\)$")
MUNICIPAL = " (gemeente)"
_REMEDY = "Controleer de naam of code."
_SOON = 100  # codes that may be handed out before this program knows them
_ALIKE = 0.9  # how alike a name is to that of a municipality to be taken for a slip of the pen

# What the rows are that are left out, to follow on "cijfers over".
UNASSIGNED = "registraties zonder gemeente"
GROUPING = "een andere indeling van het land"
FORMER = "gemeenten die vóór 2012 zijn opgeheven"
NEWER = "gemeenten die dit programma nog niet kent (zie Herindelingen in docs/data.md)"
UNKNOWN = "gebieden die onbekend zijn"
UNCODED = "wijken en buurten zonder code (hun namen zijn niet uniek)"


def region(text: str) -> str:
    """The region of a code or a label.

    Parameters
    ----------
    text : str
        ``"NL01  "``, ``"GM1969"``, ``"WK196904  "``, ``"Westerkwartier"``, ``"Groningen (PV)"``.

    Raises
    ------
    Unused
        For what is no region of ours: unassigned, abroad, groupings such as landsdelen, and what we do not know, such
        as municipalities from before our figures begin.
    Rejected
        For a malformed code, and for almost the name of a municipality: its figures would go missing.
    """
    cleaned = text.strip()
    known = regions.code(cleaned)
    if known in regions.regions().unassigned or _UNASSIGNED.match(cleaned):
        raise Unused(Left(UNASSIGNED, cleaned))
    if known is None or not _CODE.fullmatch(known):
        if _GROUPING.fullmatch(cleaned):
            raise Unused(Left(GROUPING, cleaned))
        meant = _meant(cleaned)
        if cleaned and not meant and not _OURS.fullmatch(cleaned):
            raise Unused(Left(UNKNOWN, cleaned, known=False))
        remedy = f"{_REMEDY} Bedoelt u {meant}?" if meant else _REMEDY
        raise Rejected(f"de regio '{cleaned}' is onbekend.", remedy)
    return _existing(known)


def region_or_none(text: str) -> str | None:
    """The region of a code or a label; nothing for what we have no use for, where the row counts all the same.

    Raises
    ------
    Rejected
        For what we do not know either.
    """
    try:
        return region(text)
    except Unused as error:
        if error.left.known:
            return None
        raise Rejected(f"de regio '{text.strip()}' is onbekend.", _REMEDY) from None


def coded_region(text: str) -> str:
    """The region of a code in a table of wijken and buurten, where names are not unique: Leek is also a buurt."""
    cleaned = text.strip()
    if _UNASSIGNED.match(cleaned):
        raise Unused(Left(UNASSIGNED, cleaned))
    if cleaned.endswith(MUNICIPAL):
        return region(cleaned if regions.code(cleaned) else cleaned.removesuffix(MUNICIPAL))
    if _SMALL.search(cleaned):
        raise Unused(Left(UNCODED, cleaned))
    if not _CODE.fullmatch(cleaned):
        problem = f"'{cleaned}' is geen code van een gemeente, wijk of buurt."
        raise Rejected(problem, "Namen van wijken en buurten zijn niet uniek. Kies bij het exporteren voor codes.")
    return region(text)


def same(code: str, name: str) -> None:
    """Refuse a code of a municipality, or of a wijk or buurt in it, beside the name of another one.

    Raises
    ------
    Rejected
        When the figures are of either: it is not clear of which.
    """
    within, other = regions.municipality_of(code.strip()), regions.code(name)
    known = regions.is_municipality(within) and other is not None and regions.is_municipality(other)
    renamed = any(m.into == within and m.wholes == (other,) and not m.part_of for m in regions.regions().mergers)
    if known and other != within and not renamed and plain(name) != plain(regions.name(within)):
        problem = f"{code.strip()} is {regions.name(within)}, maar er staat '{name.strip()}'."
        raise Rejected(problem, "Herstel de code of de naam.")


def labelled(text: str, kind: str) -> str:
    """The label in a table of wijken and buurten with the kind of region that stands beside it, unless it is a code.

    Names are not unique there: what it is must stand in the label, as StatLine writes it after a municipality.
    """
    if _CODE.fullmatch(text.strip()) or _UNASSIGNED.match(text.strip()) or text.strip().endswith(MUNICIPAL):
        return text
    return f"{text.strip()} ({plain(kind) or 'soort onbekend'})"


def _existing(code: str) -> str:
    """A well-formed code, if it or the municipality it lies in exists."""
    within = regions.municipality_of(code)
    if within in regions.regions().unassigned:
        raise Unused(Left(UNASSIGNED, code))
    if within in regions.region_numbers():
        return code
    newest = int(max(regions.regions().municipalities)[2:])  # codes of municipalities are handed out in order
    if within.startswith("GM") and int(within[2:]) <= newest + _SOON:
        raise Unused(Left(FORMER if int(within[2:]) < newest else NEWER, code))
    raise Rejected(f"de regio '{code}' is onbekend.", _REMEDY)


@cache
def _meant(text: str) -> str | None:
    """The municipality of which this is almost the name."""
    names = {name.casefold(): name for name in regions.regions().municipalities.values()}
    near = get_close_matches(text.casefold(), list(names), n=1, cutoff=_ALIKE)
    return names[near[0]] if near else None
