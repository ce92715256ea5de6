"""The inputs of chapters and reports (data, code, definitions, packages) and their fingerprints."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .. import paths
from ..ingest import raw_files
from ..store import fingerprints
from .chapters import Chapter, Parameters

PACKAGE = Path(__file__).resolve().parents[1]
Inputs = dict[str, str]
ABSENT = "–"
FILE = "bestand "  # before the path of a file
_SHOWN = 3  # inputs named in a line


@dataclass(frozen=True)
class Used:
    """What a chapter used while it ran.

    Parameters
    ----------
    data : tuple of str
        Pieces of the processed data.
    modules : tuple of str
        Full names of our modules.
    """

    data: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()


def with_imports(names: Iterable[str]) -> frozenset[str]:
    """Return modules together with everything of ours that they import, directly or through others.

    Parameters
    ----------
    names : iterable of str
        Full names, ``analysis.display.yearly_charts``. Names that are not modules of ours are ignored.

    Returns
    -------
    frozenset of str
        Full names.
    """
    graph = _import_graph()
    modules = {name for name in names if name in graph.modules}
    return frozenset(modules.union({PACKAGE.name}, *(graph.find_upstream_modules(name) for name in modules)))


def module_files() -> dict[str, Path]:
    """Return the file of every module of ours, by its full name.

    Examples
    --------
    >>> module_files()["analysis.build.dependencies"].name
    'dependencies.py'
    """
    files = (path.relative_to(PACKAGE.parent) for path in PACKAGE.rglob("*.py"))
    return {".".join(_module_parts(file)): PACKAGE.parent / file for file in files}


def _module_parts(file: Path) -> tuple[str, ...]:
    return file.parent.parts if file.name == "__init__.py" else file.with_suffix("").parts


@cache
def _import_graph() -> Any:
    import grimp  # only when something was made: finding out that nothing has to be is to be quick

    return grimp.build_graph(PACKAGE.name, cache_dir=None)


def chapter_inputs(chapter: Chapter, parameters: Parameters, processed: Path, used: Used) -> Inputs:
    """Return the inputs of an executed chapter.

    Parameters
    ----------
    chapter : Chapter
        The chapter.
    parameters : Parameters
        The municipality and the years.
    processed : Path
        The processed data.
    used : Used
        What it used while it ran.

    Returns
    -------
    dict of str to str
        The fingerprint of each input, by its Dutch name.
    """
    checksums = read_piece_checksums(processed)
    return {
        "gemeente en jaren": json.dumps(asdict(parameters)),
        f"notebook {chapter.path.name}": file_checksum(chapter.path),
        **{name: checksums.get(name, ABSENT) for name in used.data},
        **code_inputs(used.modules),
    }


def code_inputs(names: Iterable[str]) -> Inputs:
    """Return as inputs some of our modules, all definitions, and the packages they run on.

    Parameters
    ----------
    names : iterable of str
        Full names of modules.

    Returns
    -------
    dict of str to str
        The fingerprint of each input, by its Dutch name.
    """
    ours = {f"code {name}": _module_checksums().get(name, ABSENT) for name in names}
    return {"Python en pakketten": packages_checksum()} | _definitions() | ours


@cache
def _module_checksums() -> dict[str, str]:
    """Return the checksum of every module of ours as of the first call: this process runs that version."""
    return {name: file_checksum(path) for name, path in module_files().items()}


@cache
def _definitions() -> Inputs:
    files = [*sorted(paths.DEFINITIONS.glob("*.yml")), *([paths.MERGERS] if paths.MERGERS.exists() else [])]
    return {f"definities {path.name}": file_checksum(path) for path in files}


def file_inputs(folder: Path, within: str = "") -> Inputs:
    """Return as inputs the files in a folder and its subfolders.

    Hidden files are left out: downloads in progress are kept in them.

    Parameters
    ----------
    folder : Path
        Names are relative to this folder.
    within : str
        A subfolder to limit the files to.

    Returns
    -------
    dict of str to str
        The fingerprint of each file; empty when there is no such folder.
    """
    if not (folder / within).is_dir():
        return {}
    paths_by_name = {f"{FILE}{raw_files.display_name(path, folder)}": path for path in raw_files.walk(folder / within)}
    return {name: _export_checksum(path) for name, path in paths_by_name.items()}


def _export_checksum(path: Path) -> str:
    """Return a checksum; for a file too large for a report its size and date; for an unreadable file a dash."""
    try:
        if path.is_file() and raw_files.is_large(path):
            status = path.stat()
            return f"{status.st_size} {status.st_mtime_ns}"
        return file_checksum(path)
    except OSError:
        return ABSENT


def read_piece_checksums(processed: Path) -> dict[str, str]:
    """Read the checksum of each piece of the processed data."""
    path = processed / fingerprints.FINGERPRINTS
    checksums: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return checksums


@cache
def packages_checksum() -> str:
    """Return a checksum over the version of Python and the names and versions of all installed packages."""
    folders = [folder for folder in sys.path if os.path.isdir(folder)]
    names = sorted({name for folder in folders for name in os.listdir(folder) if name.endswith(".dist-info")})
    return fingerprints.bytes_checksum("\n".join([sys.version, *names]).encode())


def file_checksum(path: Path) -> str:
    """Return the SHA-256 checksum of a file; a dash when it does not exist."""
    if not path.is_file():
        return ABSENT
    return fingerprints.file_checksum(path)


def short_list(names: Sequence[str]) -> str:
    """List names of inputs in Dutch: the first three, and the number of others.

    Parameters
    ----------
    names : sequence of str
        The names.

    Returns
    -------
    str
        Part of a line.

    Examples
    --------
    >>> short_list(["a", "b", "c", "d"])
    'a, b, c en nog 1'
    """
    remainder = f" en nog {len(names) - _SHOWN}" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{remainder}"


def changed_names(before: Inputs, now: Inputs) -> list[str]:
    """Return the names of the inputs that differ.

    Parameters
    ----------
    before, now : dict of str to str
        The fingerprint of each input, by name.

    Returns
    -------
    list of str
        Also of inputs that only one of them has.

    Examples
    --------
    >>> changed_names({"a": "1", "b": "2"}, {"b": "2", "c": "3"})
    ['a', 'c']
    """
    return [name for name in {**before, **now} if before.get(name) != now.get(name)]
