"""Checksums of files and data, which decide whether something is damaged or outdated.

The checksums of the files in a folder are kept in a list that ``sha256sum -c`` can read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd  # slow to import, and only used in annotations

FINGERPRINTS = "pieces.json"  # checksums of the processed data, by key
CHECKSUM_LIST = "_SHA256SUMS"  # readers of a partitioned Parquet table skip names that begin with an underscore


def file_checksum(path: Path) -> str:
    """Return the SHA-256 checksum of a file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str
        64 hexadecimal digits.

    Raises
    ------
    OSError
        When the file cannot be read.
    """
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def write(folder: Path) -> None:
    """List the checksums of all files in a folder and its subfolders; call it when the folder is complete.

    Parameters
    ----------
    folder : Path
        The list is written into it as `CHECKSUM_LIST`.
    """
    lines = [f"{file_checksum(folder / name)}  {name}\n" for name in _names(folder)]
    (folder / CHECKSUM_LIST).write_text("".join(lines), encoding="utf-8")


def read(folder: Path) -> dict[str, str]:
    """Read the list of checksums of a folder.

    Parameters
    ----------
    folder : Path
        A folder for which `write` was called.

    Returns
    -------
    dict of str to str
        Checksum by path within the folder; empty when the list is lost or cannot be read.
    """
    try:
        lines = (folder / CHECKSUM_LIST).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return {}
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def damaged(folder: Path, within: str = "") -> list[str]:
    """Return the files that differ from the list: changed, removed or added.

    Parameters
    ----------
    folder : Path
        A folder for which `write` was called.
    within : str
        Only files whose path begins like this are checked; by default all.

    Returns
    -------
    list of str
        Paths within the folder. When there is no list, the list itself.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as name:
    ...     folder = Path(name)
    ...     size = (folder / "a.txt").write_text("1")
    ...     write(folder)
    ...     size = (folder / "a.txt").write_text("2")
    ...     damaged(folder)
    ['a.txt']
    """
    listed = read(folder)
    if not listed:
        return [CHECKSUM_LIST]
    names = {*listed, *_names(folder)}
    return sorted(name for name in names if name.startswith(within) and not _is_same(folder / name, listed.get(name)))


def is_whole(folder: Path, name: str) -> bool:
    """Tell whether one file still has the checksum in the list, whatever happened to the others.

    Parameters
    ----------
    folder : Path
        A folder for which `write` was called.
    name : str
        Path of the file within the folder.

    Returns
    -------
    bool
    """
    return _is_same(folder / name, read(folder).get(name))


def folder_checksum(folder: Path) -> str:
    """Return one checksum over all files in the list of a folder.

    Parameters
    ----------
    folder : Path
        A folder for which `write` was called.

    Returns
    -------
    str
        64 hexadecimal digits; a dash when there is no list.
    """
    path = folder / CHECKSUM_LIST
    return file_checksum(path) if path.is_file() else "–"


def _is_same(path: Path, digest: str | None) -> bool:
    try:
        return path.is_file() and file_checksum(path) == digest
    except OSError:  # a disk with a defect
        return False


def _names(folder: Path) -> Iterator[str]:
    """Yield the path of every file in a folder except the list itself and hidden files."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and name != Path(CHECKSUM_LIST) and not any(part.startswith(".") for part in name.parts):
            yield name.as_posix()


def figures_key(indicator: str, frequency: str) -> str:
    """Return the key for all figures of an indicator at one frequency.

    Parameters
    ----------
    indicator : str
        Id from ``indicators.yml``.
    frequency : str
        ``Y``, ``H``, ``Q``, ``M`` or ``D``.

    Returns
    -------
    str

    Examples
    --------
    >>> figures_key("burenruzie", "Y")
    'cijfers burenruzie Y'
    """
    return f"cijfers {indicator} {frequency}"


def document_key(kind: str) -> str:
    """Return the key for one of the council's documents.

    Parameters
    ----------
    kind : str
        A key of `documents.KINDS`.

    Returns
    -------
    str

    Examples
    --------
    >>> document_key("goals")
    'document goals'
    """
    return f"document {kind}"


def figure_checksums(frame: pd.DataFrame, files: Mapping[str, Any]) -> dict[str, str]:
    """Compute a checksum for each indicator and frequency.

    Parameters
    ----------
    frame : DataFrame
        Observations.
    files : mapping
        The entry of each raw file in the register, by name.

    Returns
    -------
    dict of str to str
        Checksums by `figures_key`.
    """
    rows = _hashes(frame)
    positions = frame.reset_index(drop=True).groupby(["indicator", "frequency"], observed=True).indices
    names = frame["source"].to_numpy(object)
    return {
        figures_key(indicator, frequency): checksum(rows[at].tobytes(), _entries(names[at], files))
        for (indicator, frequency), at in positions.items()
    }


def ballots_checksum(frame: pd.DataFrame, files: Mapping[str, Any]) -> str:
    """Return a checksum of the votes.

    Parameters
    ----------
    frame : DataFrame
        Votes, with the name of the raw file in ``source``; may be empty.
    files : mapping
        The entry of each raw file in the register, by name.

    Returns
    -------
    str
    """
    rows = _hashes(frame).tobytes() if len(frame) else b""
    return checksum(rows, _entries(frame["source"] if len(frame) else (), files))


def _hashes(frame: pd.DataFrame) -> Any:
    """Return a number for each row; equal rows have equal numbers."""
    from pandas.util import hash_pandas_object

    return hash_pandas_object(frame, index=False).to_numpy()


def content_checksum(content: Any, files: Mapping[str, Any]) -> str:
    """Return a checksum of plain objects and of the raw files they come from.

    Parameters
    ----------
    content : object
        Mappings, lists and plain values; each mapping may name its raw file as ``source``.
    files : mapping
        The entry of each raw file in the register, by name.

    Returns
    -------
    str
    """
    return checksum(b"", [content, _entries(_sources(content), files)])


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
    """Return the SHA-256 checksum of bytes and plain objects together.

    Parameters
    ----------
    data : bytes
        Any content.
    also : object
        Mappings, lists and plain values.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    return bytes_checksum(data + json.dumps(also, sort_keys=True, default=str).encode())


def _entries(names: Iterable[str], files: Mapping[str, Any]) -> list[Any]:
    return [files.get(name) for name in sorted(set(names))]


def _sources(content: Any) -> set[str]:
    """Return the names of raw files in a mapping and in the mappings within it."""
    if not isinstance(content, Mapping):
        return set()
    own = {content["source"]} if isinstance(content.get("source"), str) else set()
    return own.union(*(_sources(value) for value in content.values() if isinstance(value, Mapping)))
