"""The raw files of two editions side by side."""

from __future__ import annotations

from dataclasses import dataclass

from .edition import Edition

_Table = tuple[str, str]  # publisher and table
_File = tuple[str, str | None]  # path and date of export
_Files = dict[_Table, dict[_File, str | None]]  # with the checksum


@dataclass(frozen=True)
class File:
    """A raw file of an edition; ``altered`` when a file of that name and date had other contents before."""

    path: str
    vintage: str | None
    altered: bool = False


@dataclass(frozen=True)
class Input:
    """The raw files of one table that are not the same in both editions."""

    publisher: str
    table: str
    old: tuple[File, ...]
    new: tuple[File, ...]


def compare(old: Edition, new: Edition) -> tuple[Input, ...]:
    """The tables of which a file came, went or has other contents.

    Of files that are not public no checksum is known; of those only another name or date can be seen.
    """
    before, after = _files(old), _files(new)
    tables = dict.fromkeys((*after, *before))
    found = [Input(*at, _only(before, after, at), _only(after, before, at)) for at in tables]
    return tuple(one for one in found if one.old or one.new)


def _files(edition: Edition) -> _Files:
    found: _Files = {}
    for one in edition.manifest["inputs"]:
        found.setdefault((one["publisher"], one["table"]), {})[one["path"], one["vintage"]] = one["sha256"]
    return found


def _only(here: _Files, there: _Files, table: _Table) -> tuple[File, ...]:
    """Files of a table that are not, or not with the same contents, on the other side."""
    others = there.get(table, {})
    files = sorted(here.get(table, {}).items(), key=str)
    return tuple(File(*file, altered=file in others) for file, digest in files if not _same(file, digest, others))


def _same(file: _File, digest: str | None, others: dict[_File, str | None]) -> bool:
    return file in others and (digest is None or others[file] is None or digest == others[file])
