"""The council's documents as they were delivered, or why one is not there."""

from __future__ import annotations

from pathlib import Path

from .. import observations, regions
from ..documents import Document
from ..observations import Source
from ..series import Missing

_WORDS = {
    "statements": "uitspraken uit het beleid",
    "facts": "feiten over de documenten",
    "goals": "doelen",
    "priorities": "thema's en prioriteiten",
    "partners": "opmerkingen van partners",
    "plan": "het uitvoeringsplan",
    "voortgang": "de voortgang van het plan",
    "dashboard": "de lijst voor het dashboard",
}


def document(kind: str, municipality: str, folder: Path | None = None) -> tuple[Document, Source] | Missing:
    """One of the council's documents with its file, or why it is not there."""
    regions.must_exist(municipality)
    found = observations.document(kind, municipality, folder)
    if found is not None:
        return found
    gap = f"Van {regions.name(municipality)} is er geen bestand met {_WORDS[kind]} (beleid/{kind}) aangeleverd."
    return Missing(_WORDS[kind], gap + observations.left_out(folder, f"beleid/{kind}"))
