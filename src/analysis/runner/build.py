"""Making a report: execute what can be made, render it, and publish it in one move."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import mkdtemp
from time import perf_counter
from typing import Any

from nbformat import NotebookNode

from .. import observations, paths, regions
from ..display import dutch
from ..documents import KINDS
from ..loading import load as series
from ..policy.evidence import document
from ..report import exporter
from ..report.exporter import Link, Page
from ..report.record import collect, manifest
from ..series import Missing
from ..votes import voting
from .chapters import Chapter, chapters, execute, load, stop_all
from .parameters import Parameters


@dataclass(frozen=True)
class Made:
    """A chapter in a report: executed, or the reason why it is not there."""

    chapter: Chapter
    notebook: NotebookNode | None
    reason: str | None
    results: list[dict[str, Any]]

    @property
    def link(self) -> Link:
        """Its place in the list of chapters."""
        return Link(self.chapter.title, self.chapter.page if self.notebook else None)


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
        When a chapter fails; the previous report stays as it was.
    """
    started = perf_counter()
    target = out / parameters.municipality / parameters.window
    target.parent.mkdir(parents=True, exist_ok=True)
    paths.recover_folder(target)
    fresh = Path(mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        (fresh / "notebooks").mkdir()
        made = _execute_all(parameters, processed, fresh / "notebooks", jobs, progress)
        _write(fresh, parameters, made, processed, started)
        fresh.chmod(0o755)  # a temporary folder is readable by its owner only
        paths.replace_folder(fresh, target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    absent = tuple(f"{m.chapter.title}: niet gemaakt. {m.reason}" for m in made if m.reason)
    return Report(target, absent, tuple(_gaps(made)))


def _execute_all(parameters: Parameters, processed: Path, folder: Path, jobs: int, progress: Progress) -> list[Made]:
    """Check every chapter before the first kernel starts, then run them side by side."""
    todo = chapters()
    values = {chapter.id: parameters.for_notebook(chapter.path) for chapter in todo}
    reasons = {chapter.id: why_absent(chapter, parameters, processed) for chapter in todo}
    register = observations.sources(processed)

    def one(chapter: Chapter) -> Made:
        if reason := reasons[chapter.id]:
            return Made(chapter, None, reason, [])
        cells = len(load(chapter.path).cells)

        def show(cell: int) -> None:
            progress(chapter, cell, cells)

        notebook = execute(chapter, values[chapter.id], processed, folder / chapter.path.name, show)
        show(cells)
        return Made(chapter, notebook, None, collect(notebook, chapter.id, register))

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


def _gaps(made: list[Made]) -> list[str]:
    """Questions that a chapter asked and the data could not answer, one sentence a chapter."""
    found = []
    for m in made:
        subjects = dict.fromkeys(record["label"] for record in m.results if record["unit"] == "missing")
        if subjects:
            named = dutch.listed(list(subjects))
            found.append(f"{m.chapter.title}: niet alles is te beantwoorden. Cijfers ontbreken van {named}.")
    return found


def _write(folder: Path, parameters: Parameters, made: list[Made], processed: Path, started: float) -> None:
    """Render pages and records from the executed notebooks."""
    register, unread = observations.sources(processed), observations.unread(processed)
    results = [record for m in made for record in m.results]
    page = Page(
        f"Veiligheidsanalyse {regions.name(parameters.municipality)}",
        f"{parameters.first_year}–{parameters.last_year}",
        chapters=tuple(m.link for m in made),
        unread=tuple(unread),
    )
    shown = [m for m in made if m.notebook]
    contents = {m.chapter.id: exporter.read(m.notebook) for m in made if m.notebook}
    for index, m in enumerate(shown):
        text = exporter.render("chapter.html.j2", page=_around(page, shown, index), content=contents[m.chapter.id])
        (folder / m.chapter.page).write_text(text, encoding="utf-8")
    synthetic = any(record["synthetic"] for record in results)
    overview = [
        {"id": m.chapter.id, "href": m.link.href, "title": m.chapter.title, "reason": m.reason,
         "highlights": contents[m.chapter.id].highlights if m.notebook else ()}
        for m in made
    ]  # fmt: skip
    index_page = replace(page, synthetic=synthetic)
    (folder / "index.html").write_text(
        exporter.render("index.html.j2", page=index_page, chapters=overview), encoding="utf-8"
    )
    states = [{"id": m.chapter.id, "page": m.link.href, "reason": m.reason} for m in made]
    spent = {"unread": unread, "seconds": round(perf_counter() - started, 2)}
    record = manifest(asdict(parameters), register.values(), states) | spent
    _write_json(folder / "results.json", results)
    _write_json(folder / "manifest.json", record)


def _around(page: Page, shown: list[Made], index: int) -> Page:
    """The frame of one chapter: where it stands among the others, and whether its own numbers are made up."""
    here = shown[index]
    chapters = tuple(Link(link.title, link.href, current=link.href == here.chapter.page) for link in page.chapters)
    previous = shown[index - 1].link if index else None
    following = shown[index + 1].link if index + 1 < len(shown) else None
    synthetic = any(record["synthetic"] for record in here.results)
    return replace(page, synthetic=synthetic, chapters=chapters, previous=previous, next=following, home="index.html")


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
