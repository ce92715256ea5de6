"""A checksum for every piece of the processed data that a chapter can ask for.

A piece holds its figures and what is known of the raw files they come from: a page shows both. What has the same
checksum gives the same page.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd  # whoever only asks for names does not wait for it

NAME = "pieces.json"


def figures(indicator: str, frequency: str) -> str:
    """The piece with all figures of an indicator at one frequency."""
    return f"cijfers {indicator} {frequency}"


def document(kind: str) -> str:
    """The piece with one of the council's documents."""
    return f"document {kind}"


def of_figures(frame: pd.DataFrame, files: Mapping[str, Any]) -> dict[str, str]:
    """Checksums of all figures.

    Parameters
    ----------
    frame : DataFrame
        Observations.
    files : mapping
        What is known of each raw file, by its name.
    """
    rows = _hashes(frame)
    places = frame.reset_index(drop=True).groupby(["indicator", "frequency"], observed=True).indices
    names = frame["source"].to_numpy(object)
    return {
        figures(indicator, frequency): checksum(rows[place].tobytes(), _known(names[place], files))
        for (indicator, frequency), place in places.items()
    }


def of_ballots(frame: pd.DataFrame, files: Mapping[str, Any]) -> str:
    """Checksum of the votes."""
    rows = _hashes(frame).tobytes() if len(frame) else b""
    return checksum(rows, _known(frame["source"] if len(frame) else (), files))


def _hashes(frame: pd.DataFrame) -> Any:
    """A number for each row, the same for the same row."""
    from pandas.util import hash_pandas_object

    return hash_pandas_object(frame, index=False).to_numpy()


def of_content(content: Any, files: Mapping[str, Any]) -> str:
    """Checksum of plain objects; each mapping in them may name its file as ``source``."""
    return checksum(b"", [content, _known(_sources(content), files)])


def checksum(data: bytes, also: Any) -> str:
    """SHA-256 of bytes and plain objects together."""
    return hashlib.sha256(data + json.dumps(also, sort_keys=True, default=str).encode()).hexdigest()


def _known(names: Iterable[str], files: Mapping[str, Any]) -> list[Any]:
    return [files.get(name) for name in sorted(set(names))]


def _sources(content: Any) -> set[str]:
    """Names of files in a mapping, or in the mappings it holds."""
    if not isinstance(content, Mapping):
        return set()
    own = {content["source"]} if isinstance(content.get("source"), str) else set()
    return own.union(*(_sources(held) for held in content.values() if isinstance(held, Mapping)))
