"""What a fork of the warm process becomes: an ordinary kernel, in its own session, with its own environment."""

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
from .protocol import Request, tell

_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG in <sys/prctl.h>
_SYSTEM = ctypes.CDLL(None)
_NO_POLLING = "--IPKernelApp.parent_handle=1"  # it ends with the warm process anyway; nor does it ask for a console


def become(asked: Request, line: socket.socket, warm: int) -> None:
    """Leave the warm process behind and tell that the kernel is there.

    Parameters
    ----------
    line : socket
        To whoever asked for it; closed afterwards.
    warm : int
        The number of the warm process.
    """
    os.setsid()
    adopt()
    _SYSTEM.prctl(_DIES_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != warm:  # it was gone before it could be told
        os._exit(1)
    os.chdir(asked.cwd)
    os.environ.clear()
    os.environ.update(asked.environment)
    time.tzset()
    sys.argv = ["ipykernel_launcher", *asked.arguments]
    _seed()
    tell(line, pid=os.getpid())
    line.close()


def run(arguments: list[str]) -> int:
    """Be a kernel until it is shut down; its exit code."""
    logging.getLogger(IPKernelApp.__name__).addFilter(_tells)
    try:
        IPKernelApp.launch_instance([*arguments, _NO_POLLING])
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def leave(code: int) -> None:
    """End as an interpreter does, but let the system take back the memory: that is faster than Python is."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)


def _tells(record: logging.LogRecord) -> bool:
    """Jupyter interrupts before it shuts down: that an interrupt hit no cell is no error."""
    return "KeyboardInterrupt caught in kernel" not in record.getMessage()


def _seed() -> None:
    """Random numbers of its own, as Python itself takes care of for `random`."""
    if numpy := sys.modules.get("numpy.random"):
        numpy.seed()


_ADOPTS = 36  # PR_SET_CHILD_SUBREAPER in <sys/prctl.h>


@dataclass(eq=False)
class ForkedKernel:
    """A fork, from its birth until its starter lets go of it.

    Parameters
    ----------
    handle : int or None
        Readable once it ended; ``None`` after that was seen.
    line : socket
        To whoever asked for it.
    belongings : list of str
        Files and folders to clear when the starter dies without having done so.
    """

    pid: int
    handle: int | None
    line: socket.socket
    belongings: list[str]

    def end(self, others: Container[int]) -> None:
        """See it end, by itself or by force, with whatever it started; tell the starter how it went.

        Parameters
        ----------
        others : container of int
            The numbers of the kernels that go on.
        """
        if self.handle is None:
            return
        _kill(self.pid)  # what ended already keeps its number until it is waited for
        _, status = os.waitpid(self.pid, 0)
        os.close(self.handle)
        self.handle = None
        _end_orphans(others)
        protocol.tell(self.line, code=os.waitstatus_to_exitcode(status))

    def release(self) -> None:
        """Nobody needs it any more."""
        self.line.close()
        for path in self.belongings:
            shutil.rmtree(path, ignore_errors=True)
            with suppress(OSError):
                Path(path).unlink()

    def forget(self) -> None:
        """In a fork that is another kernel: let go of what it has inherited."""
        self.line.close()
        if self.handle is not None:
            os.close(self.handle)


def _kill(pid: int) -> None:
    """End a kernel and its group; right after its birth it has none of its own yet."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def adopt() -> None:
    """From now on, what loses its parent becomes a child of this process and not of the first one of the system."""
    _SYSTEM.prctl(_ADOPTS, 1)


def _end_orphans(kernels: Container[int]) -> None:
    """End what a kernel that ended had started in a session of its own: its signal did not reach that.

    A kernel adopts what it started, and the warm process what a kernel leaves. So all its children that are no kernels
    are such; and what these leave in turn.
    """
    spared: set[int] = set()  # ours are all but what runs as another user
    while orphans := [one for one in psutil.Process().children() if one.pid not in kernels and one.pid not in spared]:
        for orphan in orphans:
            try:
                orphan.kill()
            except psutil.AccessDenied:
                spared.add(orphan.pid)
            else:
                os.waitpid(orphan.pid, 0)


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


class Warm:
    """Answers over ``control`` until nobody can ask any more and no kernel is left."""

    def __init__(self, control: socket.socket, modules: list[str], imported: protocol.State) -> None:
        self.control, self.modules, self.imported = control, modules, imported
        self.open = True
        self.kernels: set[ForkedKernel] = set()
        self.waiting = selectors.DefaultSelector()
        self.waiting.register(control, selectors.EVENT_READ, self.asked)

    def serve(self) -> list[str] | None:
        """Fork and reap. In a fork, return the arguments of the kernel it is; in the warm process, nothing."""
        while self.open or self.kernels:
            for key, _ in self.waiting.select():
                arguments: list[str] | None = key.data()
                if arguments is not None:
                    return arguments
        return None

    def asked(self) -> list[str] | None:
        """Something came over the control socket."""
        _, handles, _, _ = socket.recv_fds(self.control, 1, 3)
        if handles:
            line, *outputs = handles
            return self.start(socket.socket(fileno=line), outputs)
        self.open = False
        self.waiting.unregister(self.control)
        return None

    def start(self, line: socket.socket, outputs: list[int]) -> list[str] | None:
        """Answer to who asks for a kernel; in a fork, return its arguments."""
        request = protocol.request(line)
        warm, pid = os.getpid(), self.fork(request, line)
        if request and pid == 0:
            self.forget(outputs)
            become(request, line, warm)
            return request.arguments
        for handle in outputs:
            os.close(handle)
        if request and pid:
            self.watch(ForkedKernel(pid, os.pidfd_open(pid), line, request.belongings))
        else:
            line.close()
        return None

    def fork(self, request: protocol.Request | None, line: socket.socket) -> int | None:
        """Fork, unless who asked is gone, or would get code that is no longer on disk, or the system refuses."""
        if request is None:
            return None
        if protocol.state(self.modules) != self.imported:
            protocol.tell(line, outdated=True)
            return None
        with suppress(OSError):
            return os.fork()
        return None

    def forget(self, outputs: list[int]) -> None:
        """In a fork: take its own outputs; let go of what belongs to the warm process and to other kernels."""
        for standard, handle in enumerate(outputs, start=1):
            os.dup2(handle, standard)
            os.close(handle)
        self.waiting.close()
        self.control.close()
        for kernel in self.kernels:
            kernel.forget()

    def watch(self, kernel: ForkedKernel) -> None:
        """Wait for its end, and for what its starter says."""
        self.kernels.add(kernel)
        self.waiting.register(kernel.handle or 0, selectors.EVENT_READ, partial(self.ended, kernel))
        self.waiting.register(kernel.line, selectors.EVENT_READ, partial(self.heard, kernel))

    def ended(self, kernel: ForkedKernel) -> None:
        """A kernel ended; its starter may still have to clear up."""
        if kernel.handle is not None:
            self.waiting.unregister(kernel.handle)
            kernel.end({other.pid for other in self.kernels - {kernel} if other.handle is not None})

    def heard(self, kernel: ForkedKernel) -> None:
        """The starter said that it cleared up, or its line broke."""
        if kernel not in self.kernels:  # released since the system told us
            return
        if _said(kernel.line) == protocol.FAREWELL:
            kernel.belongings = []
        else:
            self.release(kernel)

    def release(self, kernel: ForkedKernel) -> None:
        """Nobody needs a kernel any more."""
        self.ended(kernel)
        self.waiting.unregister(kernel.line)
        self.kernels.discard(kernel)
        kernel.release()


def _said(line: socket.socket) -> bytes:
    try:
        return line.recv(len(protocol.FAREWELL))
    except OSError:
        return b""


def main() -> None:
    """Import, then serve. What cannot be imported is left to the notebook, where its error is seen."""
    control, *modules = sys.argv[1:]
    imported = protocol.state(modules)
    for name in (*_EVERY_KERNEL, *modules):
        with suppress(Exception):
            import_module(name)
    gc.collect()
    gc.freeze()  # what is imported stays in memory that all forks share
    adopt()
    arguments = Warm(socket.socket(fileno=int(control)), modules, imported).serve()
    if arguments is not None:
        leave(run(arguments))
