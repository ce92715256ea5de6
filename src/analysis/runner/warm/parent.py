"""The warm process: it imports once, then forks a kernel for everyone who asks.

Its first argument is the number of a socket, the others are modules to import. Over the socket comes one end of a
socket pair for every kernel asked for, with the files that are to be its standard output and error; `wire` tells what
is said over the pair. Only the thread that forks goes on in a fork, so this process starts none; the libraries that
bring their own (OpenBLAS, pyarrow) stop or restart them around a fork.
"""

from __future__ import annotations

import gc
import os
import selectors
import socket
import sys
from contextlib import suppress
from functools import partial
from importlib import import_module

from . import child, sources, wire
from .kernel import Kernel, adopt

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

    def __init__(self, control: socket.socket, modules: list[str], imported: sources.State) -> None:
        self.control, self.modules, self.imported = control, modules, imported
        self.open = True
        self.kernels: set[Kernel] = set()
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
        request = wire.request(line)
        warm, pid = os.getpid(), self.fork(request, line)
        if request and pid == 0:
            self.forget(outputs)
            child.become(request, line, warm)
            return request.arguments
        for handle in outputs:
            os.close(handle)
        if request and pid:
            self.watch(Kernel(pid, os.pidfd_open(pid), line, request.belongings))
        else:
            line.close()
        return None

    def fork(self, request: wire.Request | None, line: socket.socket) -> int | None:
        """Fork, unless who asked is gone, or would get code that is no longer on disk, or the system refuses."""
        if request is None:
            return None
        if sources.state(self.modules) != self.imported:
            wire.tell(line, outdated=True)
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

    def watch(self, kernel: Kernel) -> None:
        """Wait for its end, and for what its starter says."""
        self.kernels.add(kernel)
        self.waiting.register(kernel.handle or 0, selectors.EVENT_READ, partial(self.ended, kernel))
        self.waiting.register(kernel.line, selectors.EVENT_READ, partial(self.heard, kernel))

    def ended(self, kernel: Kernel) -> None:
        """A kernel ended; its starter may still have to clear up."""
        if kernel.handle is not None:
            self.waiting.unregister(kernel.handle)
            kernel.end({other.pid for other in self.kernels - {kernel} if other.handle is not None})

    def heard(self, kernel: Kernel) -> None:
        """The starter said that it cleared up, or its line broke."""
        if kernel not in self.kernels:  # released since the system told us
            return
        if _said(kernel.line) == wire.FAREWELL:
            kernel.belongings = []
        else:
            self.release(kernel)

    def release(self, kernel: Kernel) -> None:
        """Nobody needs a kernel any more."""
        self.ended(kernel)
        self.waiting.unregister(kernel.line)
        self.kernels.discard(kernel)
        kernel.release()


def _said(line: socket.socket) -> bytes:
    try:
        return line.recv(len(wire.FAREWELL))
    except OSError:
        return b""


def main() -> None:
    """Import, then serve. What cannot be imported is left to the notebook, where its error is seen."""
    control, *modules = sys.argv[1:]
    imported = sources.state(modules)
    for name in (*_EVERY_KERNEL, *modules):
        with suppress(Exception):
            import_module(name)
    gc.collect()
    gc.freeze()  # what is imported stays in memory that all forks share
    adopt()
    arguments = Warm(socket.socket(fileno=int(control)), modules, imported).serve()
    if arguments is not None:
        child.leave(child.run(arguments))
