"""The warm process: imports modules, forks kernels on request, and cleans up after each of them.

`KernelServer` is the warm process, `ForkedKernel` a kernel as the warm process sees it, and the functions from
`become_kernel` on are what a fork runs.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import logging
import os
import selectors
import shutil
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Container
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path

import psutil
from ipykernel.kernelapp import IPKernelApp

from . import protocol
from .protocol import Request

_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG in <sys/prctl.h>
_ADOPTS = 36  # PR_SET_CHILD_SUBREAPER in <sys/prctl.h>
_SYSTEM = ctypes.CDLL(None)
_NO_POLLING = "--IPKernelApp.parent_handle=1"  # it ends with the warm process anyway, and asks for no console
# What a kernel imports while it starts, besides what comes with `ipykernel.kernelapp`.
_EVERY_KERNEL = (
    "IPython.core.completerlib",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "encodings.idna",
    "faulthandler",
    "ipykernel.debugger",
    "sqlite3",
    "tornado.platform.asyncio",
    "tornado.queues",
)


class KernelServer:
    """The warm process: serves requests for kernels until no starter can ask any more and no kernel is left.

    Parameters
    ----------
    control : socket
        On which a request arrives, as file descriptors: a connection, standard output, standard error.
    modules : list of str
        What has been imported.
    imported : PackageState
        State of their packages before they were imported.
    """

    def __init__(self, control: socket.socket, modules: list[str], imported: protocol.PackageState) -> None:
        self.control, self.modules, self.imported = control, modules, imported
        self.open = True
        self.kernels: set[ForkedKernel] = set()
        self.waiting = selectors.DefaultSelector()
        self.waiting.register(control, selectors.EVENT_READ, self.on_control)

    def serve(self) -> list[str] | None:
        """Fork and reap kernels.

        Returns
        -------
        list of str or None
            In a fork, the arguments of the kernel it is to become; ``None`` in the warm process, at its end.
        """
        while self.open or self.kernels:
            for key, _ in self.waiting.select():
                arguments: list[str] | None = key.data()
                if arguments is not None:
                    return arguments
        return None

    def on_control(self) -> list[str] | None:
        """Handle a request, or the end of all starters, on the control socket."""
        _, handles, _, _ = socket.recv_fds(self.control, 1, 3)
        if handles:
            connection, *outputs = handles
            return self.start(socket.socket(fileno=connection), outputs)
        self.open = False
        self.waiting.unregister(self.control)
        return None

    def start(self, connection: socket.socket, outputs: list[int]) -> list[str] | None:
        """Answer a request.

        Parameters
        ----------
        connection : socket
            To the starter.
        outputs : list of int
            File descriptors of standard output and error for the kernel.

        Returns
        -------
        list of str or None
            In the fork, its arguments; in the warm process ``None``.
        """
        request = protocol.receive_request(connection)
        warm, pid = os.getpid(), self.fork(request, connection)
        if request and pid == 0:
            self.drop_inherited(outputs)
            become_kernel(request, connection, warm)
            return request.arguments
        for handle in outputs:
            os.close(handle)
        if request and pid:
            self.watch(ForkedKernel(pid, os.pidfd_open(pid), connection, request.belongings))
        else:
            connection.close()
        return None

    def fork(self, request: protocol.Request | None, connection: socket.socket) -> int | None:
        """Fork, and return what `os.fork` returned.

        Returns
        -------
        int or None
            ``None`` when the starter is gone, when what was imported has changed on disk, or when the system refuses.
        """
        if request is None:
            return None
        if protocol.package_state(self.modules) != self.imported:
            protocol.send(connection, outdated=True)
            return None
        with suppress(OSError):
            return os.fork()
        return None

    def drop_inherited(self, outputs: list[int]) -> None:
        """Install the outputs of a fork, and close in it what belongs to the warm process and to other kernels."""
        for standard, handle in enumerate(outputs, start=1):
            os.dup2(handle, standard)
            os.close(handle)
        self.waiting.close()
        self.control.close()
        for kernel in self.kernels:
            kernel.close_inherited()

    def watch(self, kernel: ForkedKernel) -> None:
        """Wait for the end of a kernel and for messages of its starter."""
        self.kernels.add(kernel)
        self.waiting.register(kernel.handle or 0, selectors.EVENT_READ, partial(self.on_end, kernel))
        self.waiting.register(kernel.connection, selectors.EVENT_READ, partial(self.on_message, kernel))

    def on_end(self, kernel: ForkedKernel) -> None:
        """Handle the end of a kernel; its starter may still have to remove its files."""
        if kernel.handle is not None:
            self.waiting.unregister(kernel.handle)
            kernel.end({other.pid for other in self.kernels - {kernel} if other.handle is not None})

    def on_message(self, kernel: ForkedKernel) -> None:
        """Handle a message of the starter: it has removed the files of the kernel, or its connection is closed."""
        if kernel not in self.kernels:  # released in the same round of events
            return
        if _read(kernel.connection) == protocol.FAREWELL:
            kernel.belongings = []
        else:
            self.release(kernel)

    def release(self, kernel: ForkedKernel) -> None:
        """End a kernel that no starter needs any more, and remove its files."""
        self.on_end(kernel)
        self.waiting.unregister(kernel.connection)
        self.kernels.discard(kernel)
        kernel.release()


@dataclass(eq=False)
class ForkedKernel:
    """A forked kernel as the warm process sees it, until its starter releases it.

    Parameters
    ----------
    pid : int
        Process number.
    handle : int or None
        File descriptor of the process, readable once it has ended; ``None`` after that was handled.
    connection : socket
        To the starter.
    belongings : list of str
        Files and folders to remove when the starter dies without having done so.
    """

    pid: int
    handle: int | None
    connection: socket.socket
    belongings: list[str]

    def end(self, others: Container[int]) -> None:
        """End the kernel, if it runs, and everything it started; send the exit code to the starter.

        Parameters
        ----------
        others : container of int
            Process numbers of the kernels that go on.
        """
        if self.handle is None:
            return
        _kill(self.pid)  # a process that has ended keeps its number until it is waited for
        _, status = os.waitpid(self.pid, 0)
        os.close(self.handle)
        self.handle = None
        _end_orphans(others)
        protocol.send(self.connection, code=os.waitstatus_to_exitcode(status))

    def release(self) -> None:
        """Close the connection and remove the files that the starter left."""
        self.connection.close()
        for path in self.belongings:
            shutil.rmtree(path, ignore_errors=True)
            with suppress(OSError):
                Path(path).unlink()

    def close_inherited(self) -> None:
        """Close, in a fork that is another kernel, the file descriptors of this one."""
        self.connection.close()
        if self.handle is not None:
            os.close(self.handle)


def _read(connection: socket.socket) -> bytes:
    try:
        return connection.recv(len(protocol.FAREWELL))
    except OSError:
        return b""


def _kill(pid: int) -> None:
    """Kill a kernel and its process group; right after the fork it has no group of its own yet."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _end_orphans(kernels: Container[int]) -> None:
    """Kill what an ended kernel had started in sessions of their own, which its signal did not reach.

    A kernel adopts the orphans among its descendants, and the warm process adopts those of an ended kernel. So every
    child of the warm process that is not a kernel is such an orphan, and so is what becomes its child in turn.
    """
    spared: set[int] = set()  # processes of another user
    while orphans := [
        child for child in psutil.Process().children() if child.pid not in kernels and child.pid not in spared
    ]:
        for orphan in orphans:
            try:
                orphan.kill()
            except psutil.AccessDenied:
                spared.add(orphan.pid)
            else:
                os.waitpid(orphan.pid, 0)


def adopt_orphans() -> None:
    """Make descendants that lose their parent children of this process, and not of the first one of the system."""
    _SYSTEM.prctl(_ADOPTS, 1)


def become_kernel(request: Request, connection: socket.socket, warm: int) -> None:
    """Detach a fork from the warm process and report its process number.

    Parameters
    ----------
    request : Request
        What the kernel is to be.
    connection : socket
        To the starter; closed afterwards.
    warm : int
        Process number of the warm process.
    """
    os.setsid()
    adopt_orphans()
    _SYSTEM.prctl(_DIES_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != warm:  # it died before the line above
        os._exit(1)
    os.chdir(request.cwd)
    os.environ.clear()
    os.environ.update(request.environment)
    time.tzset()
    sys.argv = ["ipykernel_launcher", *request.arguments]
    _seed()
    protocol.send(connection, pid=os.getpid())
    connection.close()


def run_kernel(arguments: list[str]) -> int:
    """Run a kernel until it is shut down.

    Parameters
    ----------
    arguments : list of str
        Of ``ipykernel_launcher``.

    Returns
    -------
    int
        Exit code.
    """
    logging.getLogger(IPKernelApp.__name__).addFilter(_is_worth_logging)
    try:
        IPKernelApp.launch_instance([*arguments, _NO_POLLING])
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def exit_process(code: int) -> None:
    """End as an interpreter does, but leave freeing the memory to the system, which is faster than Python."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)


def _is_worth_logging(record: logging.LogRecord) -> bool:
    """Return whether to log a record: Jupyter interrupts before shutdown, and an interrupt of no cell is no error."""
    return "KeyboardInterrupt caught in kernel" not in record.getMessage()


def _seed() -> None:
    """Seed NumPy's random numbers in a fork, as Python itself does for `random`."""
    if numpy := sys.modules.get("numpy.random"):
        numpy.seed()


def main() -> None:
    """Import modules, then serve; a module that cannot be imported gives its error in the notebook."""
    control, *modules = sys.argv[1:]
    imported = protocol.package_state(modules)
    for name in (*_EVERY_KERNEL, *modules):
        with suppress(Exception):
            import_module(name)
    gc.collect()
    gc.freeze()  # keeps what was imported in memory that all forks share
    adopt_orphans()
    arguments = KernelServer(socket.socket(fileno=int(control)), modules, imported).serve()
    if arguments is not None:
        exit_process(run_kernel(arguments))
