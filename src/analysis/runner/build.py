"""Making a report: execute what can be made, render it, and publish it in one move."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from tempfile import mkdtemp
from time import perf_counter
from typing import Any

import nbformat
from nbformat import NotebookNode

from .. import observations, regions
from ..display import dutch
from ..errors import ChapterError
from ..report import forms, pages, record
from ..report.changes import compare
from ..report.check import check_report
from ..report.edition import Edition
from ..report.exporter import Page
from ..report.figures import gaps
from ..report.pages import Made
from ..report.record import collect
from ..report.whole import Part
from . import editions
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
        keep = _write(fresh, target, parameters, made, processed, started)
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
        cells = len(load(chapter.path).cells)

        def show(cell: int) -> None:
            progress(chapter, cell, cells)

        notebook = _execute(chapter, values[chapter.id], processed, folder, show)
        show(cells)
        results = collect(notebook, chapter.id, register)
        return Made(chapter.id, chapter.title, chapter.page, notebook, None, results)

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
    chapter: Chapter, values: dict[str, Any], processed: Path, folder: Path, show: Callable[[int], None]
) -> NotebookNode:
    """Run a chapter and keep the executed notebook, the same after every run on the same data."""
    path = folder / chapter.path.name
    notebook = record.without_run(execute(chapter, values, processed, path, show))
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


def _write(
    folder: Path, target: Path, parameters: Parameters, made: list[Made], processed: Path, started: float
) -> Path | None:
    """Write pages and records from the executed notebooks; where the published report is to be put away.

    First what the report says by itself, then what changed since the edition before it, and the manifest last.
    """
    results = [one for m in made for one in m.results]
    page = _page(parameters, made, processed)
    contents = pages.write_chapters(folder, page, made)
    record.write_json(folder / record.RESULTS, results)
    about = _manifest(parameters, made, processed)
    before = editions.history(folder, target)
    changes = compare(before.previous, Edition(folder, about))
    whole = replace(page, synthetic=any(one["synthetic"] for one in results))
    told = pages.write_changes(folder, whole, changes, before.earlier)
    parts = [Part(m.file, contents[m.id]) for m in made if m.notebook] + [Part(pages.CHANGES, told)]
    whole = forms.write_forms(folder, whole, parts, _newest(processed))
    pages.write_index(folder, whole, made, contents, changes)
    moment = datetime.now().astimezone().isoformat(timespec="seconds")
    run = {"made": moment, "seconds": round(perf_counter() - started, 2)}
    sealed = {editions.BEFORE: before.name, "files": record.fingerprints(folder)}
    record.write_json(folder / record.MANIFEST, about | sealed | run)
    return before.keep


def _newest(processed: Path) -> date | None:
    """The date of the newest file: figures cannot be newer."""
    dates = [source.vintage for source in observations.sources(processed).values() if source.vintage]
    return date.fromisoformat(max(dates)) if dates else None


def _page(parameters: Parameters, made: list[Made], processed: Path) -> Page:
    """What surrounds every page."""
    title = f"Veiligheidsanalyse {regions.name(parameters.municipality)}"
    years = f"{parameters.first_year}–{parameters.last_year}"
    unread = tuple(observations.unread(processed))
    return Page(title, years, unread=unread, chapters=tuple(m.link for m in made))


def _manifest(parameters: Parameters, made: list[Made], processed: Path) -> dict[str, Any]:
    """What the report was made from, without its files and the run that made it."""
    chapters = [{"id": m.id, "title": m.title, "page": m.link.href, "reason": m.reason} for m in made]
    sources = observations.sources(processed).values()
    return record.manifest(asdict(parameters), sources, chapters) | {"unread": observations.unread(processed)}
