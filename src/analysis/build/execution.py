"""The kernel of one chapter: nobody can listen in on it, it cannot hang for ever, and it is gone afterwards."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import signal
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from tempfile import TemporaryDirectory
from threading import Timer
from typing import Any

import nbformat
import papermill
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from .. import paths
from ..errors import ChapterError
from ..report.records import without_run
from ..store import usage
from .chapters import KERNEL
from .dependencies import Used


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


class ChapterKernel(AsyncKernelManager):
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
def running(environment: Mapping[str, str], folder: Path, seconds: float) -> Iterator[ChapterKernel]:
    """A kernel in a folder, with these variables besides our own, for so many seconds at most.

    It is started here and not by papermill, which passes no environment, has no limit on a kernel that dies while it
    starts, and does not shut down a kernel manager that was handed to it.
    """
    kernel = ChapterKernel(kernel_name=KERNEL, client_factory=_Client)
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


logging.getLogger("papermill").setLevel(logging.CRITICAL)  # what goes wrong in a chapter is told in Dutch

CELL_SECONDS = 120  # the slowest cell takes seconds; a cell that takes minutes hangs
CHAPTER_SECONDS = 600  # papermill itself waits for ever for a kernel that does not answer


@dataclass(frozen=True)
class Task:
    """A chapter to execute; it can be sent to another machine.

    Parameters
    ----------
    file : str
        Name of the notebook; ``source`` is its text.
    values : dict
        Its parameters.
    processed : str
        The folder with the processed data.
    """

    file: str
    source: str
    values: dict[str, str | int]
    processed: str


@dataclass(frozen=True)
class Executed:
    """A chapter that ran from its first cell to its last: the notebook as text, and what it turned out to use."""

    notebook: str
    used: Used


_RUNNING: dict[ChapterKernel, Task] = {}
_ASKED, _OWN = "asked", "map"  # what a chapter asked for; the folder it runs in, so that it finds and spoils nothing


class _Quit(Exception):
    """A cell that asked to end the notebook."""


def run(task: Task) -> Executed:
    """Run a chapter.

    Raises
    ------
    ChapterError
        Whatever goes wrong. Papermill marks every cell completed after a dead kernel or a time-out, so we keep
        track ourselves of the cell that was running.
    """
    with TemporaryDirectory(prefix="hoofdstuk-") as name:
        folder = Path(name)
        (folder / task.file).write_text(task.source, encoding="utf-8")
        (folder / _OWN).mkdir()
        notebook = _executed(task, folder)
        data, modules = usage.read(folder / _ASKED)
    text: str = nbformat.writes(without_run(notebook))  # type: ignore[no-untyped-call]
    return Executed(text, Used(tuple(sorted(data)), tuple(sorted(modules))))


def _executed(task: Task, folder: Path) -> NotebookNode:
    running = 0

    def started(cell: NotebookNode, cell_index: int) -> None:
        nonlocal running
        running = cell_index

    def ended(cell: NotebookNode, cell_index: int, execute_reply: dict[str, Any]) -> None:
        """Neither asking to quit nor `SystemExit` is an error for papermill, and the kernel goes on for a moment."""
        reply = execute_reply["content"]
        if reply.get("ename") == "SystemExit" or any(one["source"] == "ask_exit" for one in reply.get("payload", ())):
            raise _Quit

    try:
        with _kernel(task, folder) as kernel:
            executed: NotebookNode = papermill.execute_notebook(
                str(folder / task.file),
                None,
                parameters=task.values,
                km=kernel,
                execution_timeout=CELL_SECONDS,
                on_cell_execute=started,
                on_cell_executed=ended,
                request_save_on_cell_execute=False,
                progress_bar=False,
            )
    except Exception as error:
        raise _failure(task, getattr(error, "cell_index", running), _cause(error)) from error
    return executed


def _cause(error: Exception) -> str:
    """What went wrong, in words for the terminal."""
    if isinstance(error, PapermillExecutionError):
        return f"{error.ename}: {error.evalue}"
    if isinstance(error, _Quit):
        return "de cel stopt het notebook, met quit, exit of sys.exit"
    if isinstance(error, CellTimeoutError):
        return f"de cel duurde langer dan {CELL_SECONDS} seconden"
    if isinstance(error, DeadKernelError):
        return f"de kernel is onverwacht gestopt, of het hoofdstuk duurde langer dan {CHAPTER_SECONDS} seconden"
    return f"{type(error).__name__}: {error}"


def stop(tasks: Collection[Task] | None = None) -> None:
    """End the kernels of some tasks, or of all: when one chapter fails, the others need not be waited for."""
    for kernel, task in list(_RUNNING.items()):
        if tasks is None or task in tasks:
            kernel.kill()


@contextmanager
def _kernel(task: Task, folder: Path) -> Iterator[ChapterKernel]:
    """A kernel in an empty folder, that can be stopped from outside and writes down what it is asked for."""
    environment = {paths.PROCESSED_VARIABLE: task.processed, usage.VARIABLE: str(folder / _ASKED)}
    with running(environment, folder / _OWN, CHAPTER_SECONDS) as kernel:
        _RUNNING[kernel] = task
        try:
            yield kernel
        finally:
            del _RUNNING[kernel]


def _failure(task: Task, index: int, cause: str) -> ChapterError:
    """Name the cell by its number in the notebook as written, and by the question above it."""
    cells: list[dict[str, Any]] = json.loads(task.source)["cells"]
    declared = [i for i, cell in enumerate(cells) if "parameters" in cell["metadata"].get("tags", [])]
    index -= bool(declared and index > declared[0])  # papermill puts a cell with the values after this one
    above = ["".join(cell["source"]) for cell in cells[: index + 1] if cell["cell_type"] == "markdown"]
    headings = re.findall(r"^#+ (.+)$", "\n".join(above), flags=re.MULTILINE)
    under = f" (onder '{headings[-1]}')" if headings else ""
    return ChapterError(f"Hoofdstuk {Path(task.file).stem}, cel {index + 1}{under}: {cause.rstrip('.')}.")
