"""A fork as the warm process sees it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from . import wire


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

    def end(self) -> None:
        """See it end, by itself or by force, with whatever it started; tell the starter how it went."""
        if self.handle is None:
            return
        _kill(self.pid)  # what ended already keeps its number until it is waited for
        _, status = os.waitpid(self.pid, 0)
        os.close(self.handle)
        self.handle = None
        wire.tell(self.line, code=os.waitstatus_to_exitcode(status))

    def release(self) -> None:
        """Nobody needs it any more."""
        self.end()
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
