"""Which of our modules stand behind one, and whether they are still the same."""

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


def behind(names: Iterable[str]) -> frozenset[str]:
    """The modules that some modules import, directly or through others, and these themselves.

    Parameters
    ----------
    names : iterable of str
        Full names, ``analysis.display.yearly_charts``; what is no module of ours is left out.
    """
    graph = _graph()
    known = {name for name in names if name in graph.modules}
    return frozenset(known.union({PACKAGE.name}, *(graph.find_upstream_modules(name) for name in known)))


def all_of_them() -> dict[str, Path]:
    """The file of every module, by its full name."""
    files = (path.relative_to(PACKAGE.parent) for path in PACKAGE.rglob("*.py"))
    return {".".join(_parts(file)): PACKAGE.parent / file for file in files}


def _parts(file: Path) -> tuple[str, ...]:
    return file.parent.parts if file.name == "__init__.py" else file.with_suffix("").parts


@cache
def _graph() -> Any:
    import grimp  # only when something was made: finding out that nothing has to be is to be quick

    return grimp.build_graph(PACKAGE.name, cache_dir=None)


Inputs = dict[str, str]
ABSENT = "–"
FILE = "bestand "  # before the path of a file
_SHOWN = 3  # inputs named in a line


@dataclass(frozen=True)
class Used:
    """What a chapter turned out to use: pieces of the processed data, and our modules."""

    data: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()


def of_chapter(chapter: Chapter, parameters: Parameters, processed: Path, used: Used) -> Inputs:
    """The inputs of an executed chapter."""
    held = read_pieces(processed)
    return {
        "gemeente en jaren": json.dumps(asdict(parameters)),
        f"notebook {chapter.path.name}": of_file(chapter.path),
        **{name: held.get(name, ABSENT) for name in used.data},
        **of_code(used.modules),
    }


def of_code(names: Iterable[str]) -> Inputs:
    """Our modules, all definitions, and the packages they run on."""
    ours = {f"code {name}": _code().get(name, ABSENT) for name in names}
    return {"Python en pakketten": packages()} | _definitions() | ours


@cache
def _code() -> dict[str, str]:
    """Every module of ours, as it was when this process first asked: what is made later is made from that."""
    return {name: of_file(path) for name, path in all_of_them().items()}


@cache
def _definitions() -> Inputs:
    files = [*sorted(paths.DEFINITIONS.glob("*.yml")), *([paths.MERGERS] if paths.MERGERS.exists() else [])]
    return {f"definities {path.name}": of_file(path) for path in files}


def of_files(folder: Path, within: str = "") -> Inputs:
    """Every file in a folder and in those within it, or only in one of these; by its path in the first.

    What is hidden is nothing that anything is made from: there a fetch keeps what it is busy with.
    """
    if not (folder / within).is_dir():
        return {}
    found = {f"{FILE}{raw_files.display_name(path, folder)}": path for path in raw_files.walk(folder / within)}
    return {name: _of_export(path) for name, path in found.items()}


def _of_export(path: Path) -> str:
    """A checksum; of what is too large for a report what the system says of it, of what cannot be read nothing."""
    try:
        if path.is_file() and raw_files.is_large(path):
            about = path.stat()
            return f"{about.st_size} {about.st_mtime_ns}"
        return of_file(path)
    except OSError:
        return ABSENT


def read_pieces(processed: Path) -> dict[str, str]:
    """The checksum of each piece of the processed data."""
    path = processed / fingerprints.FINGERPRINTS
    held: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return held


@cache
def packages() -> str:
    """A checksum of Python's version and of the names and versions of all installed packages."""
    places = [place for place in sys.path if os.path.isdir(place)]
    names = sorted({name for place in places for name in os.listdir(place) if name.endswith(".dist-info")})
    return fingerprints.bytes_checksum("\n".join([sys.version, *names]).encode())


def of_file(path: Path) -> str:
    """SHA-256 of a file; of one that is not there a dash."""
    if not path.is_file():
        return ABSENT
    return fingerprints.file_checksum(path)


def listed(names: Sequence[str]) -> str:
    """Names of inputs in a line of Dutch; of many the first few, and how many more."""
    more = f" en nog {len(names) - _SHOWN}" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more}"


def changed(before: Inputs, now: Inputs) -> list[str]:
    """Names of the inputs that differ."""
    return [name for name in {**before, **now} if before.get(name) != now.get(name)]
