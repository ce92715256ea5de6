"""Whether what a chapter needs is there, and why it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import asdict
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from time import perf_counter

import nbformat

from .. import paths
from ..definitions import regions
from ..documents import KINDS
from ..policy.evidence import document
from ..report import records
from ..report.edition_figures import unanswered
from ..report.records import ReportChapter
from ..store import observations
from ..store.fingerprints import document_key, figures_key
from ..store.loading import load as series
from ..store.loading import voting
from ..store.series import Missing
from . import cache, dependencies, execution, publishing, reports
from .cache import ReportCache
from .chapters import Chapter, Parameters
from .dependencies import Used
from .execution import Executed, Task
from .reports import Report


def why_absent(chapter: Chapter, parameters: Parameters, processed: Path) -> str | None:
    """Why a chapter cannot be made, if nothing it needs is there."""
    answers = [_ask(need, parameters, processed) for need in chapter.needs]
    gaps = [answer.reason for answer in answers if isinstance(answer, Missing)]
    return gaps[0] if answers and len(gaps) == len(answers) else None


def _ask(need: str, asked: Parameters, processed: Path) -> object:
    if need == "ballots":
        return voting(asked.municipality, processed)
    if need == "borders":
        return _borders(asked.municipality, processed)
    if need in KINDS:
        return document(need, asked.municipality, processed)
    return series(need, asked.municipality, asked.first_year, asked.last_year, folder=processed)


def _borders(municipality: str, processed: Path) -> object:
    """The borders within a municipality, or why there are none."""
    within = "WK" + municipality.removeprefix("GM")
    if any(code.startswith(within) for code in observations.borders(processed)):
        return municipality
    gap = f"Er zijn geen grenzen van wijken in {regions.name(municipality)} aangeleverd."
    return Missing("de grenzen", gap + observations.left_out(processed))


NOTEBOOK = "notebook.ipynb"
Tell = Callable[[Chapter, str], None]
Running = Mapping[Future[Executed], Chapter]


def make(work: ReportCache, chapters: Sequence[Chapter], pool: Executor, tell: Tell) -> Iterator[ReportChapter]:
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
    work: ReportCache, there: Sequence[Chapter], running: Running, tasks: Sequence[Task], tell: Tell
) -> Iterator[ReportChapter]:
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


def taken(work: ReportCache, chapter: Chapter) -> ReportChapter:
    """A chapter as it is kept."""
    place = work.place(chapter)
    stamp = cache.read(place)
    reason = stamp.about["reason"] if stamp else None
    if reason:
        return ReportChapter(chapter.id, chapter.title, chapter.page, None, reason, [])
    notebook = nbformat.read(place / NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]
    results = records.collect(notebook, chapter.id, observations.sources(work.processed))
    return ReportChapter(chapter.id, chapter.title, chapter.page, notebook, None, results)


def _task(work: ReportCache, chapter: Chapter) -> Task:
    """What has to be executed for a chapter.

    Raises
    ------
    DataError
        When the notebook asks for other parameters than there are.
    """
    values = work.parameters.for_notebook(chapter.path)
    source = chapter.path.read_text(encoding="utf-8")
    return Task(chapter.path.name, source, values, str(work.processed.resolve()))


def _keep(work: ReportCache, chapter: Chapter, executed: Executed) -> None:
    """Keep a chapter that was executed."""
    data = {*executed.used.data, *_needed(chapter)}
    code = {*dependencies.behind(executed.used.modules), *dependencies.behind([execution.__name__])}
    with cache.making(work.place(chapter)) as fresh:
        (fresh / NOTEBOOK).write_text(executed.notebook, encoding="utf-8")
        _stamp(work, fresh, chapter, data, code, None)


def _keep_reason(work: ReportCache, chapter: Chapter, reason: str) -> None:
    """Keep why a chapter cannot be made."""
    with cache.making(work.place(chapter)) as fresh:
        _stamp(work, fresh, chapter, {*_needed(chapter)}, {*dependencies.behind([why_absent.__module__])}, reason)


def _stamp(
    work: ReportCache, fresh: Path, chapter: Chapter, data: set[str], code: set[str], reason: str | None
) -> None:
    used = Used(tuple(sorted(data)), tuple(sorted(code)))
    cache.stamp(fresh, work.inputs(chapter, used), used=asdict(used), reason=reason)


def _tasks(work: ReportCache, chapters: Sequence[Chapter], tell: Tell) -> dict[Chapter, Task]:
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
            yield document_key(need) if need in KINDS else figures_key(need, "Y")


def publish(
    work: ReportCache, target: Path, chapters: Sequence[Chapter], pool: Executor, tell: Tell, most: int | None
) -> Report:
    """Execute what has to be, write the report and put it in the place of the one before.

    Parameters
    ----------
    target : Path
        Where the report is published.
    pool : Executor
        Where chapters run; see `making.make`.
    most : int, optional
        How many earlier editions are kept; all when it is ``None``.

    Raises
    ------
    ChapterError
        When a chapter fails or a page breaks a rule of `check`; the previous report stays as it was.
    """
    started = perf_counter()
    publishing.recover(target)
    coming = make(work, chapters, pool, tell)
    from . import writing  # what it needs takes half a second to import, while the first chapters run

    with paths.temporary_beside(target) as fresh:
        made, contents = writing.read(work, fresh, chapters, coming)
        writing.write_notebooks(fresh / "notebooks", chapters, made)
        keep = writing.write(fresh, target, work, made, contents, started, most)
        fresh.chmod(0o755)  # a temporary folder is readable by its owner only
        publishing.replace_report(fresh, target, keep)
        publishing.forget(target, most)
    absent = tuple(f"{m.title}: niet gemaakt. {m.reason}" for m in made if m.reason)
    report = Report(target, absent, tuple(_gaps(made)), new=True)
    reports.remember(work, target, chapters, report)
    return report


def _gaps(made: Sequence[ReportChapter]) -> list[str]:
    """Why each chapter could not answer all it asked, one line a chapter."""
    reasons = {m.title: unanswered(m.results) for m in made}
    return [f"{title}: niet alles is te beantwoorden. {' '.join(found)}" for title, found in reasons.items() if found]
