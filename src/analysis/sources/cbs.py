"""CBS crime codes, also where an export holds titles: these start with the code's digits, all but two of them."""

from __future__ import annotations

import re

from .rejected import Left, Rejected, Unused

SUBJECT = "misdrijven_cbs"
TOTAL = "T001161"

_CODE = re.compile(rf"{TOTAL}|CRI[0-9]{{4}}")
_TITLE = re.compile(
    r"([0-9]{1,4}|[0-9]\.[0-9]) [^\W\d]"
)  # "1 Vermogensmisdrijven", "2211 Openlijk geweld", "6.3 Drugsmisdrijf"

# As in the code list of 83648NED.
_TITLES = {"misdrijven, totaal": TOTAL, "36 mensenhandel en 244 mensensmokkel": "CRI3624"}


def code(text: str) -> str:
    """The code in a cell of SoortMisdrijf in a table of CBS.

    Parameters
    ----------
    text : str
        ``"CRI3100"``, ``"31 Mishandeling"``, ``"Misdrijven, totaal"``. The police's own ``"1.1.1 Diefstal"`` and
        ``"Totaal misdrijven"`` are something else.

    Raises
    ------
    Unused
        When no code or title of CBS is known by this text.
    Rejected
        When there is no text.
    """
    cleaned = text.strip()
    if _CODE.fullmatch(cleaned):
        return cleaned
    if found := _TITLES.get(cleaned.casefold()):
        return found
    if match := _TITLE.match(cleaned):
        return f"CRI{match[1].replace('.', ''):0<4}"
    if cleaned:
        raise Unused(Left("soorten misdrijf die niet van het CBS bekend zijn", cleaned, known=False))
    raise Rejected("de soort misdrijf ontbreekt.", "Kies bij het exporteren voor codes.")
