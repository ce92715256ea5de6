"""Reports of one municipality or many: what is up to date stays, and the rest is made."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from functools import partial
from pathlib import Path

from . import basis, places, reports
from .chapters import Chapter, chapters
from .parameters import Parameters
from .reports import Report
from .work import Work

Progress = Callable[[Parameters, Chapter, str], None]
AT_ONCE = 2  # while the pages of one report are written, chapters of the next run


def reports_of(
    asked: Sequence[Parameters],
    processed: Path,
    out: Path,
    pool: Executor,
    progress: Progress,
    keep_going: bool,
    most: int | None = None,
) -> list[Report | Exception]:
    """Make the reports of many municipalities; the arguments are those of `report`.

    Returns
    -------
    list of Report or Exception
        In the order asked. Whoever keeps going gets what went wrong with each report that failed in its place.

    Raises
    ------
    Exception
        Unless we keep going: the first there is. What runs is ended, and what was done is kept.
    """
    with ThreadPoolExecutor(AT_ONCE) as side_by_side:
        running = [side_by_side.submit(report, one, processed, out, pool, progress, most) for one in asked]
        try:
            for done in as_completed(running):
                _outcome(done, keep_going)
        except BaseException:
            _stop(running, pool)
            raise
        made = [_outcome(one, keep_going) for one in running]
    _lead_to(out, asked, made)
    return made


def _lead_to(out: Path, asked: Sequence[Parameters], made: Sequence[Report | Exception]) -> None:
    """Write the page with all reports, unless it is as it was."""
    failed = [one.municipality for one, made in zip(asked, made, strict=True) if isinstance(made, Exception)]
    if reports.overview_outdated(out, failed) != []:
        from ..report import all as index

        index.write_all(out, failed)
        reports.remember_overview(out, failed)


def _outcome(done: Future[Report], keep_going: bool) -> Report | Exception:
    try:
        return done.result()
    except Exception as error:
        if not keep_going:
            raise
        return error


def _stop(running: Sequence[Future[Report]], pool: Executor) -> None:
    from . import execution

    for one in running:
        one.cancel()
    pool.shutdown(wait=False, cancel_futures=True)
    execution.stop()


def report(
    parameters: Parameters,
    processed: Path,
    out: Path,
    pool: Executor,
    progress: Progress,
    most: int | None = None,
) -> Report:
    """Make and publish the report of one municipality, unless it is up to date.

    Parameters
    ----------
    processed : Path
        Folder with observations; the chapters read nothing else.
    out : Path
        Reports are published in ``out/<municipality>/<window>``.
    pool : Executor
        Where chapters run, as many at once as it has places for.
    progress : callable
        Called with parameters, a chapter and its state: see `making.make`.
    most : int, optional
        How many earlier editions are kept; by default all.

    Raises
    ------
    ChapterError
        When a chapter fails or a page breaks a rule of `check`; the previous report stays as it was.
    """
    todo = chapters()
    target = places.published(out, parameters)
    work = Work(parameters, processed, places.chapters(out, parameters))
    if found := reports.current(work, target, todo):
        for chapter in todo:
            progress(parameters, chapter, "actueel")
        basis.keep(processed, work.folder)
        return found
    # jsonschema, which reads notebooks for nbformat, would on import work out a grammar of web addresses: seconds, for
    # a check that a notebook has no use for.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    from . import publishing  # everything that makes a report, and takes a second to import

    tell = partial(progress, parameters)
    made = publishing.publish(work, target, todo, pool, tell, most)
    basis.keep(processed, work.folder)
    return made
