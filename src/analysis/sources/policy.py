"""The council's documents, transcribed in ``beleid/*.yml``; partners and progress may come as a sheet instead."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from .. import catalogue
from ..documents import KINDS, Document
from . import package, references, sheets, votecard
from .harvest import Harvest

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
        With file, entry and field when a document does not fit its type, or names something that does not exist.
    """
    register = harvest.register if root == harvest.raw else package.read(root)
    found: dict[str, Document] = {}
    names, files = {}, {}
    for kind in KINDS:
        path = sheets.find(root / FOLDER, kind)
        if path is None:
            continue
        resource = register.resource(path.relative_to(root).as_posix())
        if resource.path in harvest.unread or (resource.synthetic and root != harvest.raw):
            continue
        content = harvest.attempt(resource.path, partial(_read, path, kind, found))
        if content is not None:
            source = package.describe(root, resource, table="beleidsdocument", publisher=MUNICIPALITY)
            harvest.sources.append(source)
            found[kind], names[kind], files[kind] = content, source.name, path
    card = votecard.read(harvest.raw) if (harvest.raw / votecard.PATH).exists() else None
    references.check(found, files, card)
    return {
        kind: {"content": content.model_dump(mode="json"), "source": names[kind]} for kind, content in found.items()
    }


def _read(path: Path, kind: str, found: dict[str, Document]) -> Document:
    is_sheet = path.suffix in sheets.SUFFIXES
    return sheets.read(path, kind, found) if is_sheet else catalogue.read_yaml(path, KINDS[kind])
