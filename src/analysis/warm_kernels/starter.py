"""A forked kernel as its starter sees it: as if it were a `subprocess.Popen`."""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from threading import Lock
from typing import Any, ClassVar
from weakref import WeakSet

from . import protocol

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

    async def born(self, request: protocol.Request) -> None:
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
            self.line.send(protocol.FAREWELL)
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


CAN_FORK = sys.platform == "linux" and hasattr(os, "pidfd_open")
_READ_AT_IMPORT = re.compile(r"PYTHON|MPL|.*_NUM_THREADS$")
_ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_AS_IN_A_KERNEL = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # a kernel sets it before it imports anything
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # the debugger, imported with a kernel, would warn about frozen modules
}
_NOT_FROM_HERE = "import sys; sys.path[:] = filter(None, sys.path)"
_CODE = f"{_NOT_FROM_HERE}; from {__package__}.server import main; main()"

Key = tuple[tuple[str, ...], tuple[str, ...], frozenset[tuple[str, str]]]


class WarmProcess:
    """A process that has imported what is named in its key."""

    def __init__(self, key: Key, environment: dict[str, str]) -> None:
        interpreter, modules, _ = self.key = key
        self.served = False
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.process = subprocess.Popen(
                [*interpreter, "-c", _CODE, str(theirs.fileno()), *modules],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
                env=_ONE_THREAD | _AS_IN_A_KERNEL | environment,
            )

    @property
    def usable(self) -> bool:
        """Whether it can be asked for kernels."""
        return self.control.fileno() >= 0 and self.process.poll() is None

    async def fork(self, request: protocol.Request, outputs: Sequence[int]) -> Forked:
        """A kernel that writes to these files; see `Forked.born` for what may go wrong."""
        ours, theirs = socket.socketpair()
        kernel = Forked(ours)
        with theirs:
            socket.send_fds(self.control, [b"k"], [theirs.fileno(), *outputs])
        await kernel.born(request)
        self.served = True
        return kernel

    def close(self) -> None:
        """Ask no more: it ends with its last kernel."""
        self.control.close()

    def end(self) -> None:
        """Wait until it ended; while it still imports, there is nothing to wait for."""
        self.close()
        if not self.served:
            self.process.terminate()
        self.process.wait()


_PROCESSES: list[WarmProcess] = []
_LOCK = Lock()  # chapters start kernels from several threads


async def fork(
    command: Sequence[str], modules: Sequence[str], request: protocol.Request, outputs: Sequence[int]
) -> Forked:
    """A kernel from a warm process; a new one when the last one died or no longer holds what is on disk.

    Parameters
    ----------
    command : sequence of str
        The interpreter with its options.
    modules : sequence of str
        What the warm process is to import.
    outputs : sequence of int
        File descriptors of the standard output and error of the kernel.

    Raises
    ------
    ConnectionError
        When there is no warm process to be had.
    """
    for _ in range(2):
        process = ready(command, modules, request.environment)
        try:
            return await process.fork(request, outputs)
        except (Outdated, ConnectionError):
            process.close()
    raise ConnectionError("the warm process ended before it could fork a kernel")


def ready(command: Sequence[str], modules: Sequence[str], environment: dict[str, str]) -> WarmProcess:
    """The warm process for these arguments of `fork`; it starts to import when there was none yet."""
    read = frozenset(one for one in environment.items() if _READ_AT_IMPORT.match(one[0]))
    key = tuple(command), tuple(modules), read
    with _LOCK:
        _PROCESSES[:] = [process for process in _PROCESSES if process.process.poll() is None]
        for process in _PROCESSES:
            if process.key == key and process.usable:
                return process
        _PROCESSES.append(WarmProcess(key, environment))
        return _PROCESSES[-1]


@atexit.register
def end_all() -> None:
    """End every kernel and every warm process."""
    for kernel in list(Forked.every):
        kernel.line.close()
    for process in _PROCESSES:
        process.end()
    _PROCESSES.clear()


def _forget() -> None:
    """In a fork of the starter: what it holds open would keep kernels alive that are not its own."""
    global _LOCK  # noqa: PLW0603
    _LOCK = Lock()  # another thread may have held it
    for kernel in list(Forked.every):
        kernel.line.close()
    for process in _PROCESSES:
        process.close()
    _PROCESSES.clear()


if CAN_FORK:
    os.register_at_fork(after_in_child=_forget)
