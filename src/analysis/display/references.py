"""References to the lines of a policy document, spelled out for who does not know its abbreviation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from . import dutch


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
    return f"{name}, regel {dutch.listed(re.findall(r':([-0-9]+)', found[0]))}"
