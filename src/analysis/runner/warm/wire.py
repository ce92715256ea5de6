"""What the two ends say to each other: lines of JSON over a socket that belongs to one kernel.

The starter sends a `Request`. It hears ``{"pid": …}`` once the kernel is there, or ``{"outdated": true}`` when the
warm process no longer holds what is on disk, and later ``{"code": …}``, the exit code. It says `FAREWELL` when it has
cleared up after the kernel. A line that breaks without one means that the starter is gone: the warm process clears up.
"""

from __future__ import annotations

import json
import socket
from dataclasses import asdict, dataclass
from typing import Any

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
