"""The kernel of one chapter: nobody can listen in on it, it cannot hang for ever, and it is gone afterwards."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty
from threading import Timer
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from nbclient.exceptions import DeadKernelError

from .ahead import KERNEL


class _Client(AsyncKernelClient):
    """Ready as soon as the kernel answers.

    The general client then waits for a fifth of a second in which nothing is published, and half the processors with
    it. Whoever executes cells tells messages apart by what they answer to.
    """

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until it answers, and until we hear what it publishes."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                while await self.is_alive():
                    self.kernel_info()
                    with suppress(Empty):
                        await self.get_shell_msg(timeout=1)
                        await self.get_iopub_msg(timeout=0.2)
                        return
        raise DeadKernelError("it ended, or time did, before it was ready")


class Kernel(AsyncKernelManager):
    """A kernel that remembers who talks to it: nobody else ends the lines of a kernel that was handed to papermill."""

    def client(self, **asked: Any) -> Any:
        """The one that will talk to it."""
        self.lines = super().client(**asked)
        return self.lines

    def hang_up(self) -> None:
        """End the lines and the thread that listens for a heartbeat: some ten open files for every chapter."""
        if hasattr(self, "lines"):
            self.lines.stop_channels()

    def kill(self) -> None:
        """End it when it no longer answers, so that whoever waits for it gets an error."""
        process = getattr(self.provisioner, "process", None)
        if process is not None and process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)


@contextmanager
def running(environment: Mapping[str, str], folder: Path, seconds: float) -> Iterator[Kernel]:
    """A kernel in a folder, with these variables besides our own, for so many seconds at most.

    It is started here and not by papermill, which passes no environment, has no limit on a kernel that dies while it
    starts, and does not shut down a kernel manager that was handed to it.
    """
    kernel = Kernel(kernel_name=KERNEL, client_factory=_Client)
    watchdog = Timer(seconds, kernel.kill)
    try:
        quiet = ["--HistoryManager.hist_file=:memory:", "--log-level=ERROR"]
        run_sync(kernel.start_kernel)(env=os.environ | environment, cwd=str(folder), extra_arguments=quiet)
        watchdog.start()
        yield kernel
    finally:
        watchdog.cancel()
        kernel.hang_up()
        if kernel.has_kernel:
            run_sync(kernel.shutdown_kernel)(now=True)
