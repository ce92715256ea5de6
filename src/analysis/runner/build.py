"""Making a report: execute what can be made, render it, and publish it in one move."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from time import perf_counter
from typing import Any

import nbformat
from nbformat import NotebookNode

from .. import observations
from ..display import dutch
from ..errors import ChapterError
from ..report import record
from ..report.check import check_report
from ..report.figures import gaps
from ..report.pages import Made
from . import editions, writing
from .chapters import Chapter, chapters, execute, load, stop_all
from .needs import why_absent
from .parameters import Parameters


@dataclass(frozen=True)
class Report:
    """A published report.

    ``absent`` and ``incomplete`` are Dutch sentences about chapters that could not, or not fully, be made.
    """

    folder: Path
    absent: tuple[str, ...]
    incomplete: tuple[str, ...]


Progress = Callable[[Chapter, int, int], None]


def report(parameters: Parameters, processed: Path, out: Path, jobs: int, progress: Progress) -> Report:
    """Make and publish the report of one municipality.

    Parameters
    ----------
    processed : Path
        Folder with observations; the chapters read nothing else.
    out : Path
        Reports are published in ``out/<municipality>/<window>``.
    jobs : int
        How many chapters run at once.
    progress : callable
        Called with a chapter, the number of cells started and the number of cells.

    Raises
    ------
    ChapterError
        When a chapter fails or a page breaks a rule of `check`; the previous report stays as it was.
    """
    started = perf_counter()
    target = out / parameters.municipality / parameters.window
    target.parent.mkdir(parents=True, exist_ok=True)
    editions.recover(target)
    fresh = Path(mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        (fresh / "notebooks").mkdir()
        made = _execute_all(parameters, processed, fresh / "notebooks", jobs, progress)
        keep = writing.write(fresh, target, parameters, made, processed, started)
        if problems := check_report(fresh):
            raise ChapterError("\n".join(["Het rapport is niet in orde en niet gepubliceerd.", *map(str, problems)]))
        fresh.chmod(0o755)  # a temporary folder is readable by its owner only
        editions.publish(fresh, target, keep)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    absent = tuple(f"{m.title}: niet gemaakt. {m.reason}" for m in made if m.reason)
    return Report(target, absent, tuple(_gaps(made)))


def _execute_all(parameters: Parameters, processed: Path, folder: Path, jobs: int, progress: Progress) -> list[Made]:
    """Check every chapter before the first kernel starts, then run them side by side."""
    todo = chapters()
    values = {chapter.id: parameters.for_notebook(chapter.path) for chapter in todo}
    reasons = {chapter.id: why_absent(chapter, parameters, processed) for chapter in todo}
    register = observations.sources(processed)

    def one(chapter: Chapter) -> Made:
        if reason := reasons[chapter.id]:
            return Made(chapter.id, chapter.title, chapter.page, None, reason, [])
        notebook = _execute(chapter, values[chapter.id], processed, folder, progress)
        results = record.collect(notebook, chapter.id, register)
        return Made(chapter.id, chapter.title, chapter.page, notebook, None, results)

    return _side_by_side(one, todo, jobs)


def _side_by_side(one: Callable[[Chapter], Made], todo: Sequence[Chapter], jobs: int) -> list[Made]:
    """Make chapters at the same time, and give them in their order; when one fails, the others are ended."""
    with ThreadPoolExecutor(jobs) as pool:
        running = [pool.submit(one, chapter) for chapter in todo]
        try:
            for finished in as_completed(running):
                finished.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            stop_all()
            raise
        return [finished.result() for finished in running]


def _execute(
    chapter: Chapter, values: dict[str, Any], processed: Path, folder: Path, progress: Progress
) -> NotebookNode:
    """Run a chapter and keep the executed notebook, the same after every run on the same data."""
    cells, path = len(load(chapter.path).cells), folder / chapter.path.name
    executed = execute(chapter, values, processed, path, lambda cell: progress(chapter, cell, cells))
    progress(chapter, cells, cells)
    notebook = record.without_run(executed)
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call]
    return notebook


def _gaps(made: list[Made]) -> list[str]:
    """Questions that a chapter asked and the data could not answer, one sentence a chapter."""
    found = []
    for m in made:
        if subjects := gaps(m.results):
            named = dutch.listed(subjects)
            found.append(f"{m.title}: niet alles is te beantwoorden. Cijfers ontbreken van {named}.")
    return found
