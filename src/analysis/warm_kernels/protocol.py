"""A folder for the sockets of a kernel that nobody else can enter."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

_LONGEST = 103  # characters in the address of a Unix socket; Linux takes four more
_SOCKET = "s"
_NUMBER = "-65535"  # Jupyter appends the number of a socket


def private() -> str | None:
    """Make such a folder; ``None`` where the system has none, or only with a name too long for a socket."""
    if os.name != "posix":
        return None
    folder = mkdtemp(prefix="kernel-")  # mode 0700
    if len(os.fsencode(address(folder) + _NUMBER)) <= _LONGEST:
        return folder
    shutil.rmtree(folder)
    return None


def address(folder: str) -> str:
    """What Jupyter calls the ip of a kernel whose sockets stand in this folder."""
    return os.path.join(folder, _SOCKET)


FAREWELL = b"farewell\n"


@dataclass(frozen=True)
class Request:
    """A kernel that is asked for.

    Parameters
    ----------
    arguments : list of str
        Of ``ipykernel_launcher``.
    environment : dict
        All of its environment.
    cwd : str
        Its working folder.
    belongings : list of str
        Files and folders of this kernel that may not outlive its starter.
    """

    arguments: list[str]
    environment: dict[str, str]
    cwd: str
    belongings: list[str]

    def encoded(self) -> bytes:
        """As a line."""
        return json.dumps(asdict(self)).encode() + b"\n"


def tell(line: socket.socket, **message: Any) -> None:
    """Say something to whoever may still listen."""
    try:
        line.sendall(json.dumps(message).encode() + b"\n")
    except OSError:  # nobody does; what is heard next from the other end is that it closed
        return


def request(line: socket.socket) -> Request | None:
    """What is asked for; ``None`` when whoever asked is gone already."""
    received = b""
    while not received.endswith(b"\n"):
        more = line.recv(1 << 16)
        if not more:
            return None
        received += more
    return Request(**json.loads(received))


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
