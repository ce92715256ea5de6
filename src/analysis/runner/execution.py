"""Executing a chapter with papermill, in a kernel of its own, on this machine or another."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from .. import asked, paths
from ..errors import ChapterError
from ..report.record import without_run
from .inputs import Used
from .kernels import Kernel, running

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


_RUNNING: dict[Kernel, Task] = {}
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
        data, modules = asked.read(folder / _ASKED)
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
def _kernel(task: Task, folder: Path) -> Iterator[Kernel]:
    """A kernel in an empty folder, that can be stopped from outside and writes down what it is asked for."""
    environment = {paths.PROCESSED_VARIABLE: task.processed, asked.VARIABLE: str(folder / _ASKED)}
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
