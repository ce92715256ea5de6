"""Whether a folder still holds what was put in it: a checksum of every file, in a list that ``sha256sum -c`` reads."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import file_digest
from pathlib import Path

NAME = "_SHA256SUMS"  # whoever reads a folder as one Parquet table passes over names that begin so


def of_file(path: Path) -> str:
    """The sha256 of a file."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def write(folder: Path) -> None:
    """List the checksums of all files in a folder, and in those within it; nothing is put in it afterwards."""
    lines = [f"{of_file(folder / name)}  {name}\n" for name in _names(folder)]
    (folder / NAME).write_text("".join(lines), encoding="utf-8")


def read(folder: Path) -> dict[str, str]:
    """The checksums that were listed, by the path of each file; nothing when the list is lost or cannot be read."""
    try:
        lines = (folder / NAME).read_text(encoding="utf-8").splitlines()
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
        return [NAME]
    names = {*listed, *_names(folder)}
    return sorted(name for name in names if name.startswith(within) and not _is_same(folder / name, listed.get(name)))


def is_whole(folder: Path, name: str) -> bool:
    """Whether one file is what was listed, whatever became of the others."""
    return _is_same(folder / name, read(folder).get(name))


def seal(folder: Path) -> str:
    """One checksum over all that was listed; a dash where nothing was."""
    path = folder / NAME
    return of_file(path) if path.is_file() else "–"


def _is_same(path: Path, digest: str | None) -> bool:
    try:
        return path.is_file() and of_file(path) == digest
    except OSError:  # a disk that cannot read it
        return False


def _names(folder: Path) -> Iterator[str]:
    """Every file but the list itself, by its path in the folder; what is hidden is nobody's work."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and name != Path(NAME) and not any(part.startswith(".") for part in name.parts):
            yield name.as_posix()
