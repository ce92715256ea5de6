"""The council's documents, transcribed in ``beleid/*.yml``; partners and progress may come as a sheet instead."""

from __future__ import annotations

import os
from collections.abc import Iterator
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any

from .. import catalogue
from ..documents import KINDS, TABLE, Document
from . import admission, package, references, sheets, votecard
from .harvest import Harvest
from .package import Register, Resource

FOLDER, MUNICIPALITY = "beleid", "Gemeente"


def documents(harvest: Harvest, root: Path) -> dict[str, Any]:
    """Read every document of the council.

    Parameters
    ----------
    harvest : Harvest
        The documents are added to its sources.
    root : Path
        The folder whose ``beleid`` is read. When it is not the harvest's own, documents that are made up stay out:
        they belong to the made-up exports.

    Returns
    -------
    dict
        By kind: ``content``, a plain object that fits the kind's type, and ``source``, the name of its file.

    Raises
    ------
    DataError
        With file, entry and field when a document does not fit its type, or names something that does not exist;
        whoever wants to keep going does without that document.
    """
    if os.path.lexists(root / FOLDER):
        harvest.attempt(FOLDER, partial(admission.must_be_listed, root / FOLDER))
    if FOLDER in harvest.unread:
        return {}
    register = harvest.register if root == harvest.raw else package.read(root)
    harvest.skipped |= _unknown(root)
    resources = dict(_there(harvest, root, register))
    found: dict[str, Document] = {}
    for kind, resource in resources.items():
        content = harvest.attempt(resource.path, partial(_read, root / resource.path, kind, found))
        if content is not None:
            found[kind] = content
    there = os.path.lexists(harvest.raw / votecard.PATH)
    card = harvest.attempt(votecard.PATH, partial(votecard.read, harvest.raw)) if there else None
    sound = {}
    for kind, content in found.items():
        resource = resources[kind]
        harvest.attempt(resource.path, partial(references.check, kind, root / resource.path, found, card))
        if resource.path not in harvest.unread:
            source = package.describe(root, resource, table=TABLE, publisher=MUNICIPALITY)
            harvest.sources.append(source)
            sound[kind] = {"content": content.model_dump(mode="json"), "source": source.name}
    return sound


def _there(harvest: Harvest, root: Path, register: Register) -> Iterator[tuple[str, Resource]]:
    """Every document to read, by kind."""
    for kind in KINDS:
        path = harvest.attempt(f"{FOLDER}/{kind}", partial(sheets.find, root / FOLDER, kind))
        if path is None:
            continue
        resource = register.resource(path.relative_to(root).as_posix())
        if resource.path not in harvest.unread and (root == harvest.raw or not resource.synthetic):
            yield kind, resource


def _unknown(root: Path) -> dict[str, str]:
    """Files beside the documents that are none, perhaps because a name was misspelt, with the Dutch reason."""
    known = [Path(votecard.PATH).name, *(name for kind in KINDS for name in sheets.names(kind))]
    skipped = {}
    for path in sorted((root / FOLDER).glob("[!.~]*")):
        note = path.name.casefold().startswith("readme") or path.suffix == ".md"
        if path.name not in known and not note:
            near = get_close_matches(path.name.lower(), known, n=1, cutoff=0.8)
            meant = f"; bedoelt u {near[0]}?" if near else f". Dit kan wel: {', '.join(known)}."
            skipped[admission.name(path, root)] = f"geen beleidsdocument{meant}"
    return skipped


def _read(path: Path, kind: str, found: dict[str, Document]) -> Document:
    is_sheet = path.suffix in sheets.SUFFIXES
    return sheets.read(path, kind, found) if is_sheet else catalogue.read_yaml(path, KINDS[kind])
