"""A forked kernel as its starter sees it: as if it were a `subprocess.Popen`."""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import socket
import subprocess
from contextlib import suppress
from typing import Any, ClassVar
from weakref import WeakSet

from . import wire

_GONE = -signal.SIGKILL  # a kernel ends with the warm process


class Outdated(Exception):
    """The warm process no longer holds what is on disk."""


class Forked:
    """A kernel, with the methods of `subprocess.Popen` that Jupyter uses.

    Parameters
    ----------
    line : socket
        To the warm process. The kernel lives no longer than this object.
    """

    stdin = stdout = stderr = None
    every: ClassVar[WeakSet[Forked]] = WeakSet()

    def __init__(self, line: socket.socket) -> None:
        line.setblocking(False)
        self.line = line
        self.pid = 0
        self.returncode: int | None = None
        self.every.add(self)

    async def born(self, request: wire.Request) -> None:
        """Ask for it and wait until it is there.

        Raises
        ------
        Outdated
            When another warm process is needed.
        ConnectionError
            When the warm process ended or could not fork.
        """
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(self.line, request.encoded())
        self._hear(await loop.sock_recv(self.line, 1 << 12))
        if not self.pid:
            raise ConnectionError("the warm process could not fork a kernel")

    def poll(self) -> int | None:
        """The exit code, ``None`` while it runs."""
        if self.returncode is None:
            with suppress(BlockingIOError):
                self._hear(self._receive())
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it ended.

        Raises
        ------
        subprocess.TimeoutExpired
            When it still runs after so many seconds.
        """
        if self.returncode is None:
            waiting = select.poll()
            waiting.register(self.line, select.POLLIN)
            waiting.poll(None if timeout is None else timeout * 1000)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired(f"kernel {self.pid}", timeout or 0)
        return code

    def send_signal(self, signum: int) -> None:
        """Signal it with whatever it started, unless it ended: its number may be another's by now."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signum)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def release(self) -> None:
        """Its files are cleared: the warm process need not do so."""
        with suppress(OSError):
            self.line.send(wire.FAREWELL)
        self.poll()
        self.line.close()

    def _receive(self) -> bytes:
        try:
            return self.line.recv(1 << 12)
        except ConnectionError:
            return b""

    def _hear(self, said: bytes) -> None:
        """Take in what the warm process said; when it is gone, so is the kernel."""
        heard: dict[str, Any] = {} if said else {"code": _GONE}
        for line in said.splitlines():
            heard |= json.loads(line)
        if "outdated" in heard:
            raise Outdated
        self.pid = heard.get("pid", self.pid)
        self.returncode = heard.get("code", self.returncode)
