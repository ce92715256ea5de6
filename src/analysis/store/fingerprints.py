"""Whether a folder still holds what was put in it: a checksum of every file, in a list that ``sha256sum -c`` reads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd  # whoever only asks for names does not wait for it

PIECES = "pieces.json"
CHECKSUM_LIST = "_SHA256SUMS"  # whoever reads a folder as one Parquet table passes over names that begin so


def file_checksum(path: Path) -> str:
    """The sha256 of a file."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def write(folder: Path) -> None:
    """List the checksums of all files in a folder, and in those within it; nothing is put in it afterwards."""
    lines = [f"{file_checksum(folder / name)}  {name}\n" for name in _names(folder)]
    (folder / CHECKSUM_LIST).write_text("".join(lines), encoding="utf-8")


def read(folder: Path) -> dict[str, str]:
    """The checksums that were listed, by the path of each file; nothing when the list is lost or cannot be read."""
    try:
        lines = (folder / CHECKSUM_LIST).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return {}
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def damaged(folder: Path, within: str = "") -> list[str]:
    """The files that are not what was listed: changed, gone or added. Without a list, that list.

    Parameters
    ----------
    within : str
        How the path begins of the files that are looked at; by default all of them.
    """
    listed = read(folder)
    if not listed:
        return [CHECKSUM_LIST]
    names = {*listed, *_names(folder)}
    return sorted(name for name in names if name.startswith(within) and not _is_same(folder / name, listed.get(name)))


def is_whole(folder: Path, name: str) -> bool:
    """Whether one file is what was listed, whatever became of the others."""
    return _is_same(folder / name, read(folder).get(name))


def folder_checksum(folder: Path) -> str:
    """One checksum over all that was listed; a dash where nothing was."""
    path = folder / CHECKSUM_LIST
    return file_checksum(path) if path.is_file() else "–"


def _is_same(path: Path, digest: str | None) -> bool:
    try:
        return path.is_file() and file_checksum(path) == digest
    except OSError:  # a disk that cannot read it
        return False


def _names(folder: Path) -> Iterator[str]:
    """Every file but the list itself, by its path in the folder; what is hidden is nobody's work."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and name != Path(CHECKSUM_LIST) and not any(part.startswith(".") for part in name.parts):
            yield name.as_posix()


def figures_piece(indicator: str, frequency: str) -> str:
    """The piece with all figures of an indicator at one frequency."""
    return f"cijfers {indicator} {frequency}"


def document_piece(kind: str) -> str:
    """The piece with one of the council's documents."""
    return f"document {kind}"


def figure_checksums(frame: pd.DataFrame, files: Mapping[str, Any]) -> dict[str, str]:
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
        figures_piece(indicator, frequency): checksum(rows[place].tobytes(), _known(names[place], files))
        for (indicator, frequency), place in places.items()
    }


def ballots_checksum(frame: pd.DataFrame, files: Mapping[str, Any]) -> str:
    """Checksum of the votes."""
    rows = _hashes(frame).tobytes() if len(frame) else b""
    return checksum(rows, _known(frame["source"] if len(frame) else (), files))


def _hashes(frame: pd.DataFrame) -> Any:
    """A number for each row, the same for the same row."""
    from pandas.util import hash_pandas_object

    return hash_pandas_object(frame, index=False).to_numpy()


def content_checksum(content: Any, files: Mapping[str, Any]) -> str:
    """Checksum of plain objects; each mapping in them may name its file as ``source``."""
    return checksum(b"", [content, _known(_sources(content), files)])


def bytes_checksum(data: bytes) -> str:
    """Return the SHA-256 checksum of bytes as a hexadecimal string.

    Parameters
    ----------
    data : bytes
        Any content.

    Returns
    -------
    str
        64 hexadecimal digits.

    Examples
    --------
    >>> bytes_checksum(b"")[:12]
    'e3b0c44298fc'
    """
    return hashlib.sha256(data).hexdigest()


def combined_checksum(checksums: Mapping[str, str]) -> str:
    """Return one checksum over the names and checksums of several files.

    Parameters
    ----------
    checksums : mapping of str to str
        The checksum of each file by its name. The order of the names does not matter.

    Returns
    -------
    str
        64 hexadecimal digits.

    Examples
    --------
    >>> combined_checksum({"a": "1", "b": "2"}) == combined_checksum({"b": "2", "a": "1"})
    True
    """
    lines = [f"{digest} {name}" for name, digest in sorted(checksums.items())]
    return bytes_checksum("\n".join(lines).encode())


def checksum(data: bytes, also: Any) -> str:
    """SHA-256 of bytes and plain objects together."""
    return bytes_checksum(data + json.dumps(also, sort_keys=True, default=str).encode())


def _known(names: Iterable[str], files: Mapping[str, Any]) -> list[Any]:
    return [files.get(name) for name in sorted(set(names))]


def _sources(content: Any) -> set[str]:
    """Names of files in a mapping, or in the mappings it holds."""
    if not isinstance(content, Mapping):
        return set()
    own = {content["source"]} if isinstance(content.get("source"), str) else set()
    return own.union(*(_sources(held) for held in content.values() if isinstance(held, Mapping)))
