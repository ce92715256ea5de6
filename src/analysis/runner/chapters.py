"""The chapters there are, what each needs, and executing one of them."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

import nbformat
import papermill
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from .. import paths
from ..errors import ChapterError, DataError

CELL_SECONDS = 120  # the slowest cell takes seconds; a cell that takes minutes hangs
CHAPTER_SECONDS = 600  # papermill itself waits for ever for a kernel that does not answer
_RUNNING: set[AsyncKernelManager] = set()


@dataclass(frozen=True)
class Chapter:
    """A notebook of the report.

    Parameters
    ----------
    id : str
        Stands before the id of every number in it, ``woon``.
    needs : tuple of str
        Indicators, documents (``statements``), ``ballots`` or ``borders`` of which at least one must be there; empty
        when it needs nothing.
    """

    path: Path
    id: str
    title: str
    needs: tuple[str, ...]

    @property
    def page(self) -> str:
        """File name of its page."""
        return f"{self.path.stem}.html"


def chapters(folder: Path = paths.NOTEBOOKS) -> list[Chapter]:
    """Every chapter, in the order of its number."""
    return [_chapter(path) for path in sorted(folder.glob("[0-9][0-9]_*.ipynb"))]


def load(path: Path) -> NotebookNode:
    """Read a notebook."""
    notebook: NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    return notebook


def _chapter(path: Path) -> Chapter:
    notebook = load(path)
    about = notebook.metadata.get("veiligheid", {})
    if "id" not in about:
        problem = "in de metadata van dit notebook ontbreekt 'veiligheid.id'."
        raise DataError(paths.shown(path), problem, 'Voeg toe aan de metadata: "veiligheid": {"id": "…", "needs": []}.')
    title = next((c.source for c in notebook.cells if c.cell_type == "markdown"), path.stem).partition("\n")[0]
    return Chapter(path, about["id"], title.lstrip("# "), tuple(about.get("needs", ())))


def execute(
    chapter: Chapter,
    parameters: dict[str, str | int],
    processed: Path,
    output: Path,
    on_cell: Callable[[int], None] = lambda _: None,
) -> NotebookNode:
    """Run a chapter in a kernel of its own.

    Parameters
    ----------
    processed : Path
        The processed data that the chapter reads.
    output : Path
        Where the executed notebook is written.
    on_cell : callable
        Called with the index of each cell that starts.

    Raises
    ------
    ChapterError
        Whatever goes wrong. Papermill marks every cell completed after a dead kernel or a time-out, so we keep
        track ourselves of the cell that was running.
    """
    running = 0

    def started(cell: NotebookNode, cell_index: int) -> None:
        nonlocal running
        running = cell_index
        on_cell(cell_index)

    try:
        with _kernel(processed) as kernel:
            executed: NotebookNode = papermill.execute_notebook(
                str(chapter.path),
                str(output),
                parameters=parameters,
                km=kernel,
                execution_timeout=CELL_SECONDS,
                on_cell_execute=started,
                request_save_on_cell_execute=False,
                progress_bar=False,
            )
    except Exception as error:
        raise _failure(chapter, getattr(error, "cell_index", running), _cause(error)) from error
    if any(cell.cell_type == "code" and cell.source and cell.execution_count is None for cell in executed.cells):
        raise _failure(chapter, running, "de cel stopte het notebook voordat alles was uitgevoerd")
    return executed


def _cause(error: Exception) -> str:
    """What went wrong, in words for the terminal."""
    if isinstance(error, PapermillExecutionError):
        return f"{error.ename}: {error.evalue}"
    if isinstance(error, CellTimeoutError):
        return f"de cel duurde langer dan {CELL_SECONDS} seconden"
    if isinstance(error, DeadKernelError):
        return f"de kernel is onverwacht gestopt, of het hoofdstuk duurde langer dan {CHAPTER_SECONDS} seconden"
    return f"{type(error).__name__}: {error}"


def stop_all() -> None:
    """End every kernel of this process: when one chapter fails, the others need not be waited for."""
    for kernel in list(_RUNNING):
        _kill(kernel)


@contextmanager
def _kernel(processed: Path) -> Iterator[AsyncKernelManager]:
    """A kernel that reads ``processed``, cannot be listened in on, and is gone afterwards.

    It is started here and not by papermill, which passes no environment, has no limit on a kernel that dies while it
    starts, and does not shut down a kernel manager that was handed to it.
    """
    kernel = AsyncKernelManager(kernel_name="python3", transport_encryption="required")
    watchdog = Timer(CHAPTER_SECONDS, _kill, [kernel])
    _RUNNING.add(kernel)
    try:
        environment = os.environ | {paths.PROCESSED_VARIABLE: str(processed.resolve())}
        quiet = ["--HistoryManager.hist_file=:memory:", "--log-level=ERROR"]
        run_sync(kernel.start_kernel)(env=environment, extra_arguments=quiet)
        watchdog.start()
        yield kernel
    finally:
        watchdog.cancel()
        _RUNNING.discard(kernel)
        if kernel.has_kernel:
            run_sync(kernel.shutdown_kernel)(now=True)


def _failure(chapter: Chapter, index: int, cause: str) -> ChapterError:
    """Name the cell by its number in the notebook as written, and by the question above it."""
    cells = load(chapter.path).cells
    declared = [i for i, cell in enumerate(cells) if "parameters" in cell.metadata.get("tags", [])]
    index -= bool(declared and index > declared[0])  # papermill puts a cell with the values after this one
    above = [cell.source for cell in cells[: index + 1] if cell.cell_type == "markdown"]
    headings = re.findall(r"^#+ (.+)$", "\n".join(above), flags=re.MULTILINE)
    under = f" (onder '{headings[-1]}')" if headings else ""
    return ChapterError(f"Hoofdstuk {chapter.path.stem}, cel {index + 1}{under}: {cause}.")


def _kill(kernel: AsyncKernelManager) -> None:
    """End a kernel that no longer answers, so that whoever waits for it gets an error."""
    process = getattr(kernel.provisioner, "pid", None)
    if process:
        os.kill(process, signal.SIGKILL)
