"""A fork as the warm process sees it."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
from collections.abc import Container
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from . import wire

_ADOPTS = 36  # PR_SET_CHILD_SUBREAPER in <sys/prctl.h>
_SYSTEM = ctypes.CDLL(None)


@dataclass(eq=False)
class Kernel:
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
        wire.tell(self.line, code=os.waitstatus_to_exitcode(status))

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
