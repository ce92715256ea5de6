"""Reports of one municipality or many: what is up to date stays, and the rest is made."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path

from . import places, reports
from .chapters import Chapter, chapters
from .parameters import Parameters
from .reports import Report
from .work import Work

Progress = Callable[[Parameters, Chapter, str], None]


def report(parameters: Parameters, processed: Path, out: Path, pool: Executor, progress: Progress) -> Report:
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

    Raises
    ------
    ChapterError
        When a chapter fails or a page breaks a rule of `check`; the previous report stays as it was.
    """
    todo = chapters()
    target = places.published(out, parameters)
    work = Work(parameters, processed, places.chapters(out, parameters))
    if found := reports.current(work, target, todo):
        return found
    from . import publishing  # everything that makes a report, and takes seconds to import

    return publishing.publish(work, target, todo, pool, lambda chapter, state: progress(parameters, chapter, state))
