"""The warm processes of this process: one for every set of modules and for what is read when they are imported."""

from __future__ import annotations

import atexit
import os
import re
import socket
import subprocess
import sys
from collections.abc import Sequence
from threading import Lock

from . import wire
from .forked import Forked, Outdated

CAN_FORK = sys.platform == "linux" and hasattr(os, "pidfd_open")
_READ_AT_IMPORT = re.compile(r"PYTHON|MPL|.*_NUM_THREADS$")
_ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_AS_IN_A_KERNEL = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # a kernel sets it before it imports anything
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # the debugger, imported with a kernel, would warn about frozen modules
}
_NOT_FROM_HERE = "import sys; sys.path[:] = filter(None, sys.path)"
_CODE = f"{_NOT_FROM_HERE}; from {__package__}.parent import main; main()"

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

    async def fork(self, request: wire.Request, outputs: Sequence[int]) -> Forked:
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


async def fork(command: Sequence[str], modules: Sequence[str], request: wire.Request, outputs: Sequence[int]) -> Forked:
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
