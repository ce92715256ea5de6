"""What starter and warm process share: messages, a private folder for sockets, and the state of imported packages."""

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

FAREWELL = b"farewell\n"  # from the starter: it has removed the files of the kernel
PackageState = frozenset[tuple[str, int]]  # path and time of change, in nanoseconds

_LONGEST = 103  # characters in the address of a Unix socket; Linux allows four more
_SOCKET = "s"
_NUMBER = "-65535"  # Jupyter appends the number of a socket


def private_folder() -> str | None:
    """Create a folder for the sockets of a kernel that no other user can enter.

    Returns
    -------
    str or None
        ``None`` where the system has no Unix sockets, or where the name would be too long for one.
    """
    if os.name != "posix":
        return None
    folder = mkdtemp(prefix="kernel-")  # mode 0700
    if len(os.fsencode(socket_address(folder) + _NUMBER)) <= _LONGEST:
        return folder
    shutil.rmtree(folder)
    return None


def socket_address(folder: str) -> str:
    """Return what Jupyter calls the ip of a kernel with its sockets in this folder.

    Examples
    --------
    >>> socket_address("/tmp/kernel-a")
    '/tmp/kernel-a/s'
    """
    return os.path.join(folder, _SOCKET)


@dataclass(frozen=True)
class Request:
    """Request for a kernel.

    Parameters
    ----------
    arguments : list of str
        Arguments for ``ipykernel_launcher``.
    environment : dict
        Its whole environment.
    cwd : str
        Its working folder.
    belongings : list of str
        Files and folders of the kernel, to remove when its starter dies.
    """

    arguments: list[str]
    environment: dict[str, str]
    cwd: str
    belongings: list[str]

    def encoded(self) -> bytes:
        r"""Return the request as one line of JSON.

        Examples
        --------
        >>> Request([], {}, "/", []).encoded()
        b'{"arguments": [], "environment": {}, "cwd": "/", "belongings": []}\n'
        """
        return json.dumps(asdict(self)).encode() + b"\n"


def send(connection: socket.socket, **message: Any) -> None:
    """Send a message as one line of JSON; do nothing when the other end is gone.

    Parameters
    ----------
    connection : socket
        To the other process.
    **message
        Values by name.
    """
    try:
        connection.sendall(json.dumps(message).encode() + b"\n")
    except OSError:  # reading from this connection will tell that it was closed
        return


def receive_request(connection: socket.socket) -> Request | None:
    """Read a request.

    Returns
    -------
    Request or None
        ``None`` when the starter is already gone.
    """
    received = b""
    while not received.endswith(b"\n"):
        part = connection.recv(1 << 16)
        if not part:
            return None
        received += part
    return Request(**json.loads(received))


def package_state(modules: Iterable[str]) -> PackageState:
    """Return when the packages that hold these modules were last changed.

    Of installed packages only the folder they are installed in counts: installing or removing a package changes it.
    Of packages elsewhere, which are under development, every file counts.

    Parameters
    ----------
    modules : iterable of str
        Full names.

    Returns
    -------
    frozenset of (str, int)
        Path and time of change in nanoseconds, 0 for a file that is gone.
    """
    installed = {Path(folder) for folder in sys.path if folder.endswith("-packages")}
    locations = {path for name in modules for path in _locations(name.partition(".")[0])}
    developed = {path for path in locations if path.parent not in installed}
    files = {file for path in developed for file in _files(path)}
    return frozenset((str(path), _time_of_change(path)) for path in installed | files)


def _locations(package: str) -> list[Path]:
    """Return the folders of a package, or the file of a single module."""
    spec = find_spec(package)
    if spec is None:
        return []
    if spec.submodule_search_locations:
        return [Path(folder) for folder in spec.submodule_search_locations]
    return [Path(spec.origin)] if spec.has_location and spec.origin else []


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    for folder, inside, files in os.walk(path):
        inside[:] = [name for name in inside if name != "__pycache__"]
        yield from (Path(folder, name) for name in files)


def _time_of_change(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:  # a file that disappears is a change too
        return 0
