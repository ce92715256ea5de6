"""Making a report: executing outdated chapters, publishing the result, and why a chapter cannot be made."""

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
from ..store.results import Missing, Reason, label
from . import cache, dependencies, execution, publishing, reports
from .cache import ReportCache
from .chapters import Chapter, Parameters
from .dependencies import Used
from .execution import Executed, Task
from .reports import Report

NOTEBOOK = "notebook.ipynb"
Notify = Callable[[Chapter, str], None]
Running = Mapping[Future[Executed], Chapter]


def publish_report(
    report_cache: ReportCache,
    target: Path,
    chapters: Sequence[Chapter],
    pool: Executor,
    notify: Notify,
    max_editions: int | None,
) -> Report:
    """Execute the outdated chapters, write the report and publish it.

    Parameters
    ----------
    report_cache : ReportCache
        The cached chapters.
    target : Path
        Where the report is published.
    chapters : sequence of Chapter
        In the order of the report.
    pool : Executor
        Runs the chapters; see `make_chapters`.
    notify : callable
        Called with a chapter and its state; see `make_chapters`.
    max_editions : int, optional
        How many earlier editions are kept; all when it is ``None``.

    Returns
    -------
    Report
        The published report.

    Raises
    ------
    ChapterError
        When a chapter fails or a page breaks a rule of `report.checks`; the previous report stays as it was.
    """
    started = perf_counter()
    publishing.recover(target)
    finished = make_chapters(report_cache, chapters, pool, notify)
    from . import writing  # what it needs takes half a second to import, while the first chapters run

    with paths.temporary_beside(target) as fresh:
        made, contents = writing.read_chapters(report_cache, fresh, chapters, finished)
        writing.write_notebooks(fresh / "notebooks", chapters, made)
        keep, no_pdf = writing.write_report(fresh, target, report_cache, made, contents, started)
        fresh.chmod(0o755)  # a temporary folder is readable by its owner only
        publishing.replace_report(fresh, target, keep)
        publishing.remove_old_editions(target, max_editions)
        publishing.mark_earlier(target)
    absent = tuple(f"{chapter.title}: niet gemaakt. {chapter.reason}" for chapter in made if chapter.reason)
    absent += (no_pdf,) if no_pdf else ()
    report = Report(target, absent, tuple(_incomplete(made)), new=True)
    reports.record_report(report_cache, target, chapters, report)
    return report


def _incomplete(made: Sequence[ReportChapter]) -> list[str]:
    """Return why chapters could not answer every question, one line for each chapter."""
    reasons = {chapter.title: unanswered(chapter.results) for chapter in made}
    return [
        f"{title}: niet alles is te beantwoorden. {' '.join(sentences)}"
        for title, sentences in reasons.items()
        if sentences
    ]


def missing_reason(chapter: Chapter, parameters: Parameters, processed: Path) -> str | None:
    """Return why a chapter cannot be made, if nothing that it needs is there.

    Parameters
    ----------
    chapter : Chapter
        The chapter.
    parameters : Parameters
        The municipality and the years.
    processed : Path
        The processed data.

    Returns
    -------
    str or None
        A Dutch sentence; ``None`` when the chapter can be made.
    """
    answers = [_answer_need(need, parameters, processed) for need in chapter.needs]
    gaps = [answer.reason for answer in answers if isinstance(answer, Missing)]
    return gaps[0] if answers and len(gaps) == len(answers) else None


def _answer_need(need: str, parameters: Parameters, processed: Path) -> object:
    if need == "ballots":
        return voting(parameters.municipality, processed)
    if need == "borders":
        return _borders(parameters.municipality, processed)
    if need in KINDS:
        return document(need, parameters.municipality, processed)
    return series(need, parameters.municipality, parameters.first_year, parameters.last_year, folder=processed)


def _borders(municipality: str, processed: Path) -> object:
    """Return the municipality when there are borders within it, or why there are none."""
    prefix = "WK" + municipality.removeprefix("GM")
    if any(code.startswith(prefix) for code in observations.borders(processed)):
        return municipality
    reason = Reason("no_borders", region=regions.name(municipality), left_out=observations.left_out(processed))
    return Missing(label("the_borders"), reason)


def make_chapters(
    report_cache: ReportCache, chapters: Sequence[Chapter], pool: Executor, notify: Notify
) -> Iterator[ReportChapter]:
    """Execute the outdated chapters, and yield every chapter as soon as it is finished.

    Parameters
    ----------
    report_cache : ReportCache
        The cached chapters.
    chapters : sequence of Chapter
        In the order of the report.
    pool : Executor
        Runs the chapters, through the interface of `concurrent.futures`: threads here, or a cluster elsewhere.
    notify : callable
        Called with a chapter and its state, in Dutch: ``actueel``, ``ontbreekt``, ``wacht``, ``bezig``, ``klaar``,
        ``gestopt`` or ``mislukt``.

    Returns
    -------
    iterator of ReportChapter
        The chapters that are up to date first.

    Raises
    ------
    ChapterError
        By the returned iterator, for the first chapter that fails. Chapters that finished stay cached, so that the next
        run continues from there.
    """
    tasks = _tasks(report_cache, chapters, notify)
    running: dict[Future[Executed], Chapter] = {}
    for chapter, task in tasks.items():
        notify(chapter, "wacht")
        future = pool.submit(_run, task, partial(notify, chapter, "bezig"))
        future.add_done_callback(partial(_notify_end, notify, chapter))
        running[future] = chapter
    up_to_date = [chapter for chapter in chapters if chapter not in tasks]
    return _completed(report_cache, up_to_date, running, [*tasks.values()], notify)


def _run(task: Task, begins: Callable[[], None]) -> Executed:
    """Report that a chapter begins, which only the pool knows, and run it."""
    begins()
    return execution.run(task)


def _notify_end(notify: Notify, chapter: Chapter, future: Future[Executed]) -> None:
    """Report that a chapter ended before the pool begins the next one; which one failed first is reported later."""
    if not future.cancelled():
        notify(chapter, "gestopt" if future.exception() else "klaar")


def _completed(
    report_cache: ReportCache, up_to_date: Sequence[Chapter], running: Running, tasks: Sequence[Task], notify: Notify
) -> Iterator[ReportChapter]:
    ended: SimpleQueue[Future[Executed]] = SimpleQueue()  # `as_completed` never hears of what a pool cancelled itself
    try:
        yield from (cached_chapter(report_cache, chapter) for chapter in up_to_date)
        for future in running:
            future.add_done_callback(ended.put)
        for finished in (ended.get() for _ in running):
            if finished.exception():
                notify(running[finished], "mislukt")
            _cache_executed(report_cache, running[finished], finished.result())
            yield cached_chapter(report_cache, running[finished])
    except BaseException:
        for future in running:
            future.cancel()
        execution.stop(tasks)
        raise


def cached_chapter(report_cache: ReportCache, chapter: Chapter) -> ReportChapter:
    """Return a chapter from the cache."""
    folder = report_cache.folder_of(chapter)
    record = cache.read_record(folder)
    reason = record.about["reason"] if record else None
    if reason:
        return ReportChapter(chapter.id, chapter.title, chapter.page, None, reason, [])
    notebook = nbformat.read(folder / NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]
    results = records.collect(notebook, chapter.id, observations.sources(report_cache.processed))
    return ReportChapter(chapter.id, chapter.title, chapter.page, notebook, None, results)


def _task(report_cache: ReportCache, chapter: Chapter) -> Task:
    """Return what has to be executed for a chapter.

    Raises
    ------
    DataError
        When the notebook declares other parameters than there are.
    """
    values = report_cache.parameters.for_notebook(chapter.path)
    source = chapter.path.read_text(encoding="utf-8")
    return Task(chapter.path.name, source, values, str(report_cache.processed.resolve()))


def _cache_executed(report_cache: ReportCache, chapter: Chapter, executed: Executed) -> None:
    """Cache an executed chapter."""
    data = {*executed.used.data, *_needed_pieces(chapter)}
    code = {*dependencies.with_imports(executed.used.modules), *dependencies.with_imports([execution.__name__])}
    with cache.replacing(report_cache.folder_of(chapter)) as fresh:
        (fresh / NOTEBOOK).write_text(executed.notebook, encoding="utf-8")
        _write_record(report_cache, fresh, chapter, data, code, None)


def _cache_reason(report_cache: ReportCache, chapter: Chapter, reason: str) -> None:
    """Cache why a chapter cannot be made."""
    with cache.replacing(report_cache.folder_of(chapter)) as fresh:
        _write_record(
            report_cache,
            fresh,
            chapter,
            {*_needed_pieces(chapter)},
            {*dependencies.with_imports([missing_reason.__module__])},
            reason,
        )


def _write_record(
    report_cache: ReportCache, fresh: Path, chapter: Chapter, data: set[str], code: set[str], reason: str | None
) -> None:
    used = Used(tuple(sorted(data)), tuple(sorted(code)))
    cache.write_record(fresh, report_cache.inputs(chapter, used), used=asdict(used), reason=reason)


def _tasks(report_cache: ReportCache, chapters: Sequence[Chapter], notify: Notify) -> dict[Chapter, Task]:
    """Return the tasks of outdated chapters, having checked every chapter before the first one runs."""
    tasks = {}
    for chapter in chapters:
        if report_cache.outdated(chapter) == []:
            notify(chapter, "actueel")
        elif reason := missing_reason(chapter, report_cache.parameters, report_cache.processed):
            _cache_reason(report_cache, chapter, reason)
            notify(chapter, "ontbreekt")
        else:
            tasks[chapter] = _task(report_cache, chapter)
    return tasks


def _needed_pieces(chapter: Chapter) -> Iterator[str]:
    """Yield the pieces of data that decide whether a chapter can be made at all."""
    yield observations.UNREAD
    for need in chapter.needs:
        if need == "ballots":
            yield from (observations.BALLOTS, observations.CARD)
        elif need == "borders":
            yield observations.BORDERS
        else:
            yield document_key(need) if need in KINDS else figures_key(need, "Y")
