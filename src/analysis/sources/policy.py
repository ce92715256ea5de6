"""The council's documents, transcribed in ``beleid/*.yml``; partners and progress may come as a sheet instead."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .. import catalogue
from ..catalogue import Definition
from ..documents import KINDS
from ..observations import Source
from . import package
from .package import Register

FOLDER, MUNICIPALITY = "beleid", "Gemeente"


def documents(raw: Path, register: Register, sources: list[Source]) -> dict[str, Any]:
    """Read every document of the council in a folder of raw exports.

    Parameters
    ----------
    raw : Path
        Its folder ``beleid`` is read.
    register : Register
        What is known of the files.
    sources : list of Source
        The files that were read are added.

    Returns
    -------
    dict
        By kind: ``content``, a plain object that fits the kind's type, and ``source``, the name of its file.

    Raises
    ------
    DataError
        With file, entry and field when a document does not fit its type.
    """
    found = {}
    for kind, type in KINDS.items():
        path = raw / FOLDER / f"{kind}.yml"
        if path.exists():
            content: Definition = catalogue.read_yaml(path, type)
            source = _source(path, raw, register)
            sources.append(source)
            found[kind] = {"content": content.model_dump(mode="json"), "source": source.name}
    return found


def _source(path: Path, raw: Path, register: Register) -> Source:
    resource = register.resource(path.relative_to(raw).as_posix())
    return package.describe(raw, resource, table="beleidsdocument", publisher=MUNICIPALITY)
