"""Crime and nuisance codes of CBS and of the police, from codes or titles in an export.

Titles of CBS start with the digits of the code, except the two in `_CBS_TITLES`.
"""

from __future__ import annotations

import re

from .text_columns import LeftOut, Rejected, Unused, accepts

SUBJECT = "misdrijven_cbs"
TOTAL = "T001161"

_CBS_CODE = re.compile(rf"{TOTAL}|CRI[0-9]{{4}}")
_TITLE = re.compile(
    r"([0-9]{1,4}|[0-9]\.[0-9]) [^\W\d]"
)  # "1 Vermogensmisdrijven", "2211 Openlijk geweld", "6.3 Drugsmisdrijf"

# As in the code list of 83648NED.
_CBS_TITLES = {"misdrijven, totaal": TOTAL, "36 mensenhandel en 244 mensensmokkel": "CRI3624"}


_POLICE_CODE = re.compile(r"([0-9]\.[0-9]\.[0-9]{1,2}|[A-Z][0-9]{2,4})(?!\w)")

# Titles without a code, as in the code lists of the police for SoortMisdrijf and Overlast.
_POLICE_TITLES = {
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


def cbs_code(text: str) -> str:
    """Return the code in a cell of SoortMisdrijf in a table of CBS.

    Parameters
    ----------
    text : str
        ``"CRI3100"``, ``"31 Mishandeling"``, ``"Misdrijven, totaal"``. The titles of the police (``"1.1.1 Diefstal"``,
        ``"Totaal misdrijven"``) are not accepted.

    Raises
    ------
    Unused
        When the text is not a code or title of CBS.
    Rejected
        When there is no text.

    Examples
    --------
    >>> cbs_code("31 Mishandeling"), cbs_code("Misdrijven, totaal")
    ('CRI3100', 'T001161')
    """
    cleaned = text.strip()
    if _CBS_CODE.fullmatch(cleaned):
        return cleaned
    if code := _CBS_TITLES.get(cleaned.casefold()):
        return code
    if match := _TITLE.match(cleaned):
        return f"CRI{match[1].replace('.', ''):0<4}"
    if cleaned:
        raise Unused(LeftOut("soorten misdrijf die niet van het CBS bekend zijn", cleaned, known=False))
    raise Rejected("de soort misdrijf ontbreekt.", "Kies bij het exporteren voor codes.")


def police_code(text: str) -> str:
    """Return the code in a cell of SoortMisdrijf or Overlast in a table of the police.

    Parameters
    ----------
    text : str
        ``"1.1.1 "``, ``"1.1.1 Diefstal/inbraak woning"``, ``"Totaal misdrijven"``, ``"E33   "``.

    Raises
    ------
    Unused
        When the text is not a code or title of the police.
    Rejected
        When there is no text.

    Examples
    --------
    >>> police_code("1.1.1 Diefstal/inbraak woning"), police_code("Totaal misdrijven")
    ('1.1.1', '0.0.0')
    """
    cleaned = text.strip()
    if match := _POLICE_CODE.match(cleaned):
        return match[1]
    if code := _POLICE_TITLES.get(cleaned.casefold()):
        return code
    if cleaned:
        raise Unused(LeftOut("soorten die niet van de politie bekend zijn", cleaned, known=False))
    raise Rejected("de soort misdrijf of overlast ontbreekt.", "Kies bij het exporteren voor codes.")


def is_code(text: str) -> bool:
    """Whether a text is a code or title of the police; CBS uses the same dimension with other categories.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool

    Examples
    --------
    >>> is_code("1.1.1 Diefstal/inbraak woning"), is_code("31 Mishandeling")
    (True, False)
    """
    return accepts(police_code, text)
