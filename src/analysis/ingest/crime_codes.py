"""CBS crime codes, also where an export holds titles: these start with the code's digits, all but two of them."""

from __future__ import annotations

import re

from .text_columns import Left, Rejected, Unused, accepts

SUBJECT = "misdrijven_cbs"
TOTAL = "T001161"

_CBS_CODE = re.compile(rf"{TOTAL}|CRI[0-9]{{4}}")
_TITLE = re.compile(
    r"([0-9]{1,4}|[0-9]\.[0-9]) [^\W\d]"
)  # "1 Vermogensmisdrijven", "2211 Openlijk geweld", "6.3 Drugsmisdrijf"

# As in the code list of 83648NED.
_CBS_TITLES = {"misdrijven, totaal": TOTAL, "36 mensenhandel en 244 mensensmokkel": "CRI3624"}


def cbs_code(text: str) -> str:
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
    if _CBS_CODE.fullmatch(cleaned):
        return cleaned
    if found := _CBS_TITLES.get(cleaned.casefold()):
        return found
    if match := _TITLE.match(cleaned):
        return f"CRI{match[1].replace('.', ''):0<4}"
    if cleaned:
        raise Unused(Left("soorten misdrijf die niet van het CBS bekend zijn", cleaned, known=False))
    raise Rejected("de soort misdrijf ontbreekt.", "Kies bij het exporteren voor codes.")


_CODE = re.compile(r"([0-9]\.[0-9]\.[0-9]{1,2}|[A-Z][0-9]{2,4})(?!\w)")

# Titles without a code, as in the police's own code lists of SoortMisdrijf and Overlast.
_TITLES = {
    "totaal misdrijven": "0.0.0",
    "totaal registraties overlast": "0.0.0",
    "overlast door verward persoon": "E33",
    "melding overlast jeugd": "E35",
    "overlast ivm alcohol/ drugs": "E38",
    "overlast ivm alcohol/drugs": "E38",
    "overlast zwervers": "E41",
    "openbare dronkenschap": "F010",
    "geluidshinder horeca": "M061",
    "geluidshinder evenement": "M062",
    "geluidshinder overig": "M22",
}


def police_code(text: str) -> str:
    """The code in a cell of SoortMisdrijf or Overlast.

    Parameters
    ----------
    text : str
        ``"1.1.1 "``, ``"1.1.1 Diefstal/inbraak woning"``, ``"Totaal misdrijven"``, ``"E33   "``.

    Raises
    ------
    Unused
        When no police code or title is known by this text.
    Rejected
        When there is no text.
    """
    cleaned = text.strip()
    if match := _CODE.match(cleaned):
        return match[1]
    if found := _TITLES.get(cleaned.casefold()):
        return found
    if cleaned:
        raise Unused(Left("soorten die niet van de politie bekend zijn", cleaned, known=False))
    raise Rejected("de soort misdrijf of overlast ontbreekt.", "Kies bij het exporteren voor codes.")


def is_code(text: str) -> bool:
    """Whether a text is a police code or title; CBS uses the same dimension with other categories."""
    return accepts(police_code, text)
