"""A folder for the sockets of a kernel that nobody else can enter."""

from __future__ import annotations

import os
import shutil
from tempfile import mkdtemp

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
