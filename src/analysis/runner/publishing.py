"""Making a report from its chapters, and publishing it in one move."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path
from time import perf_counter

from .. import paths
from ..report.figures import unanswered
from ..report.made import Made
from . import editions, making, reports
from .chapters import Chapter
from .making import Tell
from .reports import Report
from .work import Work


def publish(
    work: Work, target: Path, chapters: Sequence[Chapter], pool: Executor, tell: Tell, most: int | None
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
    editions.recover(target)
    coming = making.make(work, chapters, pool, tell)
    from . import writing  # what it needs takes half a second to import, while the first chapters run

    with paths.beside(target) as fresh:
        made, contents = writing.read(work, fresh, chapters, coming)
        writing.write_notebooks(fresh / "notebooks", chapters, made)
        keep = writing.write(fresh, target, work, made, contents, started, most)
        fresh.chmod(0o755)  # a temporary folder is readable by its owner only
        editions.publish(fresh, target, keep)
        editions.forget(target, most)
    absent = tuple(f"{m.title}: niet gemaakt. {m.reason}" for m in made if m.reason)
    report = Report(target, absent, tuple(_gaps(made)), new=True)
    reports.remember(work, target, chapters, report)
    return report


def _gaps(made: Sequence[Made]) -> list[str]:
    """Why each chapter could not answer all it asked, one line a chapter."""
    reasons = {m.title: unanswered(m.results) for m in made}
    return [f"{title}: niet alles is te beantwoorden. {' '.join(found)}" for title, found in reasons.items() if found]
