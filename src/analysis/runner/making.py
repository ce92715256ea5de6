"""Making chapters: those that are up to date are taken as they are, the others are executed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import asdict
from functools import partial
from pathlib import Path
from queue import SimpleQueue

import nbformat

from .. import observations
from ..documents import KINDS
from ..pieces import document, figures
from ..report import record
from ..report.made import Made
from . import execution, kept, modules
from .chapters import Chapter
from .execution import Executed, Task
from .inputs import Used
from .needs import why_absent
from .work import Work

NOTEBOOK = "notebook.ipynb"
Tell = Callable[[Chapter, str], None]
Running = Mapping[Future[Executed], Chapter]


def make(work: Work, chapters: Sequence[Chapter], pool: Executor, tell: Tell) -> Iterator[Made]:
    """Let run what is outdated, and give every chapter as soon as it is there.

    Parameters
    ----------
    pool : Executor
        Where chapters run. What is asked of it is `concurrent.futures`: threads here, or a cluster elsewhere.
    tell : callable
        Called with a chapter and its state, in Dutch: ``actueel``, ``ontbreekt``, ``wacht``, ``bezig``, ``klaar``,
        ``gestopt`` or ``mislukt``.

    Raises
    ------
    ChapterError
        By the chapter that is given, when it is the first that fails; chapters that were done are kept, so that the
        next run goes on from there.
    """
    todo = _tasks(work, chapters, tell)
    running: dict[Future[Executed], Chapter] = {}
    for chapter, task in todo.items():
        tell(chapter, "wacht")
        done = pool.submit(_run, task, partial(tell, chapter, "bezig"))
        done.add_done_callback(partial(_tell_end, tell, chapter))
        running[done] = chapter
    there = [chapter for chapter in chapters if chapter not in todo]
    return _as_they_come(work, there, running, [*todo.values()], tell)


def _run(task: Task, begins: Callable[[], None]) -> Executed:
    """In the pool: tell that a chapter begins, which only who runs it knows, and run it."""
    begins()
    return execution.run(task)


def _tell_end(tell: Tell, chapter: Chapter, done: Future[Executed]) -> None:
    """Tell that a chapter ended, before the pool begins with the next one; which one failed first, is told later."""
    if not done.cancelled():
        tell(chapter, "gestopt" if done.exception() else "klaar")


def _as_they_come(
    work: Work, there: Sequence[Chapter], running: Running, tasks: Sequence[Task], tell: Tell
) -> Iterator[Made]:
    ended: SimpleQueue[Future[Executed]] = SimpleQueue()  # `as_completed` never hears of what a pool cancelled itself
    try:
        yield from (taken(work, chapter) for chapter in there)
        for one in running:
            one.add_done_callback(ended.put)
        for done in (ended.get() for _ in running):
            if done.exception():
                tell(running[done], "mislukt")
            _keep(work, running[done], done.result())
            yield taken(work, running[done])
    except BaseException:
        for one in running:
            one.cancel()
        execution.stop(tasks)
        raise


def taken(work: Work, chapter: Chapter) -> Made:
    """A chapter as it is kept."""
    place = work.place(chapter)
    stamp = kept.read(place)
    reason = stamp.about["reason"] if stamp else None
    if reason:
        return Made(chapter.id, chapter.title, chapter.page, None, reason, [])
    notebook = nbformat.read(place / NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]
    results = record.collect(notebook, chapter.id, observations.sources(work.processed))
    return Made(chapter.id, chapter.title, chapter.page, notebook, None, results)


def _task(work: Work, chapter: Chapter) -> Task:
    """What has to be executed for a chapter.

    Raises
    ------
    DataError
        When the notebook asks for other parameters than there are.
    """
    values = work.parameters.for_notebook(chapter.path)
    source = chapter.path.read_text(encoding="utf-8")
    return Task(chapter.path.name, source, values, str(work.processed.resolve()))


def _keep(work: Work, chapter: Chapter, executed: Executed) -> None:
    """Keep a chapter that was executed."""
    data = {*executed.used.data, *_needed(chapter)}
    code = {*modules.behind(executed.used.modules), *modules.behind([execution.__name__])}
    with kept.making(work.place(chapter)) as fresh:
        (fresh / NOTEBOOK).write_text(executed.notebook, encoding="utf-8")
        _stamp(work, fresh, chapter, data, code, None)


def _keep_reason(work: Work, chapter: Chapter, reason: str) -> None:
    """Keep why a chapter cannot be made."""
    with kept.making(work.place(chapter)) as fresh:
        _stamp(work, fresh, chapter, {*_needed(chapter)}, {*modules.behind([why_absent.__module__])}, reason)


def _stamp(work: Work, fresh: Path, chapter: Chapter, data: set[str], code: set[str], reason: str | None) -> None:
    used = Used(tuple(sorted(data)), tuple(sorted(code)))
    kept.stamp(fresh, work.inputs(chapter, used), used=asdict(used), reason=reason)


def _tasks(work: Work, chapters: Sequence[Chapter], tell: Tell) -> dict[Chapter, Task]:
    """Check every chapter before the first one runs."""
    found = {}
    for chapter in chapters:
        if work.outdated(chapter) == []:
            tell(chapter, "actueel")
        elif reason := why_absent(chapter, work.parameters, work.processed):
            _keep_reason(work, chapter, reason)
            tell(chapter, "ontbreekt")
        else:
            found[chapter] = _task(work, chapter)
    return found


def _needed(chapter: Chapter) -> Iterator[str]:
    """The pieces of data that decide whether a chapter can be made at all."""
    yield observations.UNREAD
    for need in chapter.needs:
        if need == "ballots":
            yield from (observations.BALLOTS, observations.CARD)
        elif need == "borders":
            yield observations.BORDERS
        else:
            yield document(need) if need in KINDS else figures(need, "Y")
