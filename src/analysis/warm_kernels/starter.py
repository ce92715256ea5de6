"""The starter's side: its warm processes, and a forked kernel as if it were a `subprocess.Popen`."""

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

CAN_FORK = sys.platform == "linux" and hasattr(os, "pidfd_open")
Key = tuple[tuple[str, ...], tuple[str, ...], frozenset[tuple[str, str]]]  # interpreter, modules, environment

_GONE = -signal.SIGKILL  # exit code of a kernel whose warm process died: it was killed too
_READ_AT_IMPORT = re.compile(r"PYTHON|MPL|.*_NUM_THREADS$")  # variables that matter when modules are imported
_ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_AS_IN_A_KERNEL = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # a kernel sets it before it imports anything
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # else the debugger, imported with a kernel, warns about frozen modules
}
_NOT_FROM_HERE = "import sys; sys.path[:] = filter(None, sys.path)"  # no imports from the working folder
_CODE = f"{_NOT_FROM_HERE}; from {__package__}.server import main; main()"


class Outdated(Exception):
    """The warm process has imported something that has changed on disk."""


class KernelProcess:
    """A forked kernel, with the methods of `subprocess.Popen` that Jupyter uses.

    The kernel ends when this object is garbage-collected.

    Parameters
    ----------
    connection : socket
        To the warm process.
    """

    stdin = stdout = stderr = None
    every: ClassVar[WeakSet[KernelProcess]] = WeakSet()

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self.connection = connection
        self.pid = 0
        self.returncode: int | None = None
        self.every.add(self)

    async def start(self, request: protocol.Request) -> None:
        """Send the request and wait until the kernel has been forked.

        Parameters
        ----------
        request : Request
            What the kernel is to be.

        Raises
        ------
        Outdated
            When another warm process is needed.
        ConnectionError
            When the warm process ended or could not fork.
        """
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(self.connection, request.encoded())
        self._process(await loop.sock_recv(self.connection, 1 << 12))
        if not self.pid:
            raise ConnectionError("the warm process could not fork a kernel")

    def poll(self) -> int | None:
        """Return the exit code, or ``None`` while it runs."""
        if self.returncode is None:
            with suppress(BlockingIOError):
                self._process(self._receive())
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended; return its exit code.

        Parameters
        ----------
        timeout : float, optional
            Seconds.

        Raises
        ------
        subprocess.TimeoutExpired
            When it still runs after that time.
        """
        if self.returncode is None:
            poller = select.poll()
            poller.register(self.connection, select.POLLIN)
            poller.poll(None if timeout is None else timeout * 1000)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired(f"kernel {self.pid}", timeout or 0)
        return code

    def send_signal(self, signum: int) -> None:
        """Signal its process group, unless it has ended: another process may have its number by now."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signum)

    def kill(self) -> None:
        """Kill it."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def release(self) -> None:
        """Say that its files have been removed, so that the warm process need not do so."""
        with suppress(OSError):
            self.connection.send(protocol.FAREWELL)
        self.poll()
        self.connection.close()

    def _receive(self) -> bytes:
        try:
            return self.connection.recv(1 << 12)
        except ConnectionError:
            return b""

    def _process(self, received: bytes) -> None:
        """Process messages of the warm process; when it is gone, so is the kernel."""
        message: dict[str, Any] = {} if received else {"code": _GONE}
        for line in received.splitlines():
            message |= json.loads(line)
        if "outdated" in message:
            raise Outdated
        self.pid = message.get("pid", self.pid)
        self.returncode = message.get("code", self.returncode)


class WarmProcess:
    """A process that has imported modules and forks kernels.

    Parameters
    ----------
    key : tuple
        Interpreter with options, modules to import, and the environment variables that matter to them.
    environment : dict
        Its whole environment.
    """

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

    async def fork(self, request: protocol.Request, outputs: Sequence[int]) -> KernelProcess:
        """Fork a kernel.

        Parameters
        ----------
        request : Request
            What the kernel is to be.
        outputs : sequence of int
            File descriptors of its standard output and error.

        Raises
        ------
        Outdated, ConnectionError
            As `KernelProcess.start`.
        """
        ours, theirs = socket.socketpair()
        kernel = KernelProcess(ours)
        with theirs:
            socket.send_fds(self.control, [b"k"], [theirs.fileno(), *outputs])
        await kernel.start(request)
        self.served = True
        return kernel

    def close(self) -> None:
        """Ask for no more kernels: it ends with its last one."""
        self.control.close()

    def end(self) -> None:
        """Wait until it has ended; terminate it when it never forked a kernel, for it may still be importing."""
        self.close()
        if not self.served:
            self.process.terminate()
        self.process.wait()


_PROCESSES: list[WarmProcess] = []
_LOCK = Lock()  # chapters start kernels from several threads


async def fork_kernel(
    command: Sequence[str], modules: Sequence[str], request: protocol.Request, outputs: Sequence[int]
) -> KernelProcess:
    """Fork a kernel from a warm process; from a new one when the last died or is outdated.

    Parameters
    ----------
    command : sequence of str
        Interpreter with its options.
    modules : sequence of str
        What the warm process is to import.
    request : Request
        What the kernel is to be.
    outputs : sequence of int
        File descriptors of the standard output and error of the kernel.

    Returns
    -------
    KernelProcess
        Running.

    Raises
    ------
    ConnectionError
        When no warm process could fork a kernel.
    """
    for _ in range(2):
        process = warm_process(command, modules, request.environment)
        try:
            return await process.fork(request, outputs)
        except (Outdated, ConnectionError):
            process.close()
    raise ConnectionError("the warm process ended before it could fork a kernel")


def warm_process(command: Sequence[str], modules: Sequence[str], environment: dict[str, str]) -> WarmProcess:
    """Return the warm process for an interpreter, modules and environment; start one when there is none.

    Parameters
    ----------
    command : sequence of str
        Interpreter with its options.
    modules : sequence of str
        What it is to import.
    environment : dict
        Variables by name; only those that matter at import distinguish warm processes.
    """
    relevant = frozenset(variable for variable in environment.items() if _READ_AT_IMPORT.match(variable[0]))
    key = tuple(command), tuple(modules), relevant
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
    for kernel in list(KernelProcess.every):
        kernel.connection.close()
    for process in _PROCESSES:
        process.end()
    _PROCESSES.clear()


def _close_inherited() -> None:
    """Close, in a fork of the starter, what would keep the starter's kernels alive."""
    global _LOCK  # noqa: PLW0603
    _LOCK = Lock()  # another thread may have held it
    for kernel in list(KernelProcess.every):
        kernel.connection.close()
    for process in _PROCESSES:
        process.close()
    _PROCESSES.clear()


if CAN_FORK:
    os.register_at_fork(after_in_child=_close_inherited)
