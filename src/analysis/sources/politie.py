"""Police codes, also where an export holds titles instead: titles of crimes start with their code, others do not."""

from __future__ import annotations

import re

from .rejected import Left, Rejected, Unused, accepts

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


def code(text: str) -> str:
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
    return accepts(code, text)
