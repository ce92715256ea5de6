"""Executing a chapter with papermill, in a kernel with a time limit that is always shut down."""

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

logging.getLogger("papermill").setLevel(logging.CRITICAL)  # errors in a chapter are reported in Dutch
CELL_SECONDS = 120  # the slowest cell takes seconds; a cell that takes minutes hangs
CHAPTER_SECONDS = 600  # papermill itself waits for ever for a kernel that does not answer
_USAGE, _WORKING_FOLDER = "asked", "map"  # the record of what a chapter used; an empty folder to run in
_RUNNING: dict[ChapterKernel, Task] = {}


@dataclass(frozen=True)
class Task:
    """A chapter to execute; it can be sent to another machine.

    Parameters
    ----------
    file : str
        Name of the notebook.
    source : str
        The text of the notebook.
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
    """A chapter that ran from its first cell to its last.

    Parameters
    ----------
    notebook : str
        The executed notebook as text.
    used : Used
        The data and modules that it used.
    """

    notebook: str
    used: Used


class _Client(AsyncKernelClient):
    """A client that is ready as soon as the kernel answers.

    The general client then waits a fifth of a second for silence on the output channel, while processors are idle. That
    is unnecessary here: papermill matches messages to the cell they answer.
    """

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers, and until its published messages arrive."""
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
    """A kernel that remembers its client: papermill does not close the channels of a kernel that was handed to it."""

    def client(self, **options: Any) -> Any:
        """Create the client."""
        self.own_client = super().client(**options)
        return self.own_client

    def close_channels(self) -> None:
        """Close the channels and the heartbeat thread: some ten open files for every chapter."""
        if hasattr(self, "own_client"):
            self.own_client.stop_channels()

    def kill(self) -> None:
        """Kill a kernel that no longer answers, so that whatever waits for it gets an error."""
        process = getattr(self.provisioner, "process", None)
        if process is not None and process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)


@contextmanager
def started_kernel(environment: Mapping[str, str], folder: Path, seconds: float) -> Iterator[ChapterKernel]:
    """Start a kernel in a folder, and shut it down afterwards.

    It is started here and not by papermill, which passes no environment, has no time limit on a kernel that dies while
    it starts, and does not shut down a kernel manager that was handed to it.

    Parameters
    ----------
    environment : mapping of str to str
        Variables in addition to our own.
    folder : Path
        Its working directory.
    seconds : float
        After this time it is killed.

    Yields
    ------
    ChapterKernel
        The running kernel.
    """
    kernel = ChapterKernel(kernel_name=KERNEL, client_factory=_Client)
    watchdog = Timer(seconds, kernel.kill)
    try:
        arguments = ["--HistoryManager.hist_file=:memory:", "--log-level=ERROR"]
        run_sync(kernel.start_kernel)(env=os.environ | environment, cwd=str(folder), extra_arguments=arguments)
        watchdog.start()
        yield kernel
    finally:
        watchdog.cancel()
        kernel.close_channels()
        if kernel.has_kernel:
            run_sync(kernel.shutdown_kernel)(now=True)


class _QuitRequest(Exception):
    """A cell asked to end the notebook."""


def run(task: Task) -> Executed:
    """Run a chapter.

    Parameters
    ----------
    task : Task
        The chapter.

    Returns
    -------
    Executed
        The executed notebook, and what it used.

    Raises
    ------
    ChapterError
        For any failure. Papermill marks every cell completed after a dead kernel or a time-out, so the running cell is
        tracked here.
    """
    with TemporaryDirectory(prefix="hoofdstuk-") as name:
        folder = Path(name)
        (folder / task.file).write_text(task.source, encoding="utf-8")
        (folder / _WORKING_FOLDER).mkdir()
        notebook = _executed(task, folder)
        data, modules = usage.read(folder / _USAGE)
    text: str = nbformat.writes(without_run(notebook))  # type: ignore[no-untyped-call]
    return Executed(text, Used(tuple(sorted(data)), tuple(sorted(modules))))


def _executed(task: Task, folder: Path) -> NotebookNode:
    current_cell = 0

    def started(cell: NotebookNode, cell_index: int) -> None:
        nonlocal current_cell
        current_cell = cell_index

    def ended(cell: NotebookNode, cell_index: int, execute_reply: dict[str, Any]) -> None:
        """Stop on quit and `SystemExit`: papermill sees no error in either, and the kernel goes on for a moment."""
        reply = execute_reply["content"]
        if reply.get("ename") == "SystemExit" or any(
            payload["source"] == "ask_exit" for payload in reply.get("payload", ())
        ):
            raise _QuitRequest

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
        raise _failure(task, getattr(error, "cell_index", current_cell), _cause(error)) from error
    return executed


def _cause(error: Exception) -> str:
    """Describe an error in words for the terminal."""
    if isinstance(error, PapermillExecutionError):
        return f"{error.ename}: {error.evalue}"
    if isinstance(error, _QuitRequest):
        return "de cel stopt het notebook, met quit, exit of sys.exit"
    if isinstance(error, CellTimeoutError):
        return f"de cel duurde langer dan {CELL_SECONDS} seconden"
    if isinstance(error, DeadKernelError):
        return f"de kernel is onverwacht gestopt, of het hoofdstuk duurde langer dan {CHAPTER_SECONDS} seconden"
    return f"{type(error).__name__}: {error}"


def stop(tasks: Collection[Task] | None = None) -> None:
    """Kill the kernels of running tasks: when one chapter fails, the others need not finish.

    Parameters
    ----------
    tasks : collection of Task, optional
        By default all.
    """
    for kernel, task in list(_RUNNING.items()):
        if tasks is None or task in tasks:
            kernel.kill()


@contextmanager
def _kernel(task: Task, folder: Path) -> Iterator[ChapterKernel]:
    """Start a kernel in an empty folder that can be stopped from outside and records what it uses."""
    environment = {paths.PROCESSED_VARIABLE: task.processed, usage.VARIABLE: str(folder / _USAGE)}
    with started_kernel(environment, folder / _WORKING_FOLDER, CHAPTER_SECONDS) as kernel:
        _RUNNING[kernel] = task
        try:
            yield kernel
        finally:
            del _RUNNING[kernel]


def _failure(task: Task, index: int, cause: str) -> ChapterError:
    """Name the failing cell by its number in the notebook as written, and by the question above it."""
    cells: list[dict[str, Any]] = json.loads(task.source)["cells"]
    parameter_cells = [i for i, cell in enumerate(cells) if "parameters" in cell["metadata"].get("tags", [])]
    index -= bool(
        parameter_cells and index > parameter_cells[0]
    )  # papermill puts a cell with the values after this one
    texts = ["".join(cell["source"]) for cell in cells[: index + 1] if cell["cell_type"] == "markdown"]
    headings = re.findall(r"^#+ (.+)$", "\n".join(texts), flags=re.MULTILINE)
    location = f" (onder '{headings[-1]}')" if headings else ""
    return ChapterError(f"Hoofdstuk {Path(task.file).stem}, cel {index + 1}{location}: {cause.rstrip('.')}.")
