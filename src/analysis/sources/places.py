"""Which region a text in an export stands for, and which rows belong to no region that we keep."""

from __future__ import annotations

import re

from .. import regions
from .rejected import Rejected

_CODE = re.compile(r"(NL|PV|RE)\d\d|GM\d{4}|WK\d{4}\w{2}|BU\d{4}\w{4}")
# The groupings of StatLine: landsdeel, COROP, agglomeration, veiligheidsregio, GGD, court district and so on.
_KIND = "LD|CR|CP|AM|VR|GG|JZ|KK|RM|AR|RP|TR|ZK|SG|SD|WG|ES|RB|UW"
_GROUPING = re.compile(rf"({_KIND})\d{{2,4}}|.* \(({_KIND}|PV|RE)\)")  # LD01, "Oost-Groningen (CR)"
_UNASSIGNED = re.compile(r"(niet in te delen|(gemeente|wijk|buurt) onbekend|buitenland)", re.IGNORECASE)
_REMEDY = "Controleer de naam of code. Is het een nieuwe gemeente, voeg haar dan toe aan regions.yml."


def region(text: str) -> str | None:
    """The region of a code or a label.

    Parameters
    ----------
    text : str
        ``"NL01  "``, ``"GM1969"``, ``"WK196904  "``, ``"Westerkwartier"``, ``"Groningen (PV)"``.

    Returns
    -------
    str or None
        ``None`` for what is no region of ours: unassigned, abroad, and groupings such as landsdelen.

    Raises
    ------
    Rejected
        For an unknown municipality or a malformed code.
    """
    cleaned = text.strip()
    known = regions.code(cleaned)
    if known in regions.regions().unassigned or _UNASSIGNED.match(cleaned):
        return None
    if known is None or not _CODE.fullmatch(known):
        if _GROUPING.fullmatch(cleaned):
            return None
        raise Rejected(f"de regio '{cleaned}' is onbekend.", _REMEDY)
    return _existing(known)


def coded_region(text: str) -> str | None:
    """The region of a code in a table of wijken and buurten, where names are not unique: Leek is also a buurt."""
    if not _CODE.fullmatch(text.strip()):
        problem = f"'{text.strip()}' is geen code van een gemeente, wijk of buurt."
        raise Rejected(problem, "Namen van wijken en buurten zijn niet uniek. Kies bij het exporteren voor codes.")
    return region(text)


def _existing(code: str) -> str | None:
    """A well-formed code, if it or the municipality it lies in exists."""
    known = regions.regions()
    within = regions.around(code)
    if within in known.unassigned:
        return None
    if within not in regions.numbered():
        raise Rejected(f"de regio '{code}' is onbekend.", _REMEDY)
    return code
