"""Whether what was imported is still what stands on disk."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

State = frozenset[tuple[str, int]]


def state(modules: Iterable[str]) -> State:
    """When the packages that hold these modules were last changed, file by file.

    Of what is installed, only the folder is looked at: installing or removing a package changes it. A package that
    stands elsewhere is one that somebody works on: every file of it counts.
    """
    installed = {Path(folder) for folder in sys.path if folder.endswith("-packages")}
    found = {path for name in modules for path in _places(name.partition(".")[0])}
    edited = {path for path in found if path.parent not in installed}
    return frozenset((str(path), _changed(path)) for path in installed | {file for p in edited for file in _files(p)})


def _places(package: str) -> list[Path]:
    """The folders of a package; the file of a module that is none."""
    spec = find_spec(package)
    if spec is None:
        return []
    if spec.submodule_search_locations:
        return [Path(folder) for folder in spec.submodule_search_locations]
    return [Path(spec.origin)] if spec.has_location and spec.origin else []


def _files(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
    for folder, inside, files in os.walk(place):
        inside[:] = [name for name in inside if name != "__pycache__"]
        yield from (Path(folder, name) for name in files)


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:  # gone is a change too
        return 0
