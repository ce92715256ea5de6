"""Whether a published report is still what its chapters make it, and the page that leads to all what they make it."""

from __future__ import annotations

import filecmp
import shutil
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from .. import paths
from ..report import edition
from ..store import fingerprints
from . import cache, dependencies, workspace
from .cache import ReportCache
from .chapters import Chapter, Parameters, chapters
from .dependencies import Inputs

_TEMPLATES = dependencies.PACKAGE / "report" / "templates"
_WRITING, _LEADING = "analysis.build.making", "analysis.report.pages"
_NAME, _OVERVIEW, _DATA = "rapport", "overzicht", "gegevens"


@dataclass(frozen=True)
class Report:
    """A published report.

    ``absent`` and ``incomplete`` are Dutch sentences about chapters that could not, or not fully, be made; ``new`` is
    whether it was published just now.
    """

    folder: Path
    absent: tuple[str, ...]
    incomplete: tuple[str, ...]
    new: bool = False


def why(work: ReportCache, target: Path, chapters: Sequence[Chapter]) -> list[str] | None:
    """Names of what changed since the report was published; ``None`` when it never was."""
    stamp = cache.read(_place(work))
    if stamp is None:
        return cache.damaged(_place(work)) or None
    late = [f"hoofdstuk {chapter.path.stem}" for chapter in chapters if work.outdated(chapter) != []]
    return late + stamp.outdated(_inputs(work, target, chapters, stamp.about["modules"]))


def current(work: ReportCache, target: Path, chapters: Sequence[Chapter]) -> Report | None:
    """The published report, when there is nothing to do."""
    stamp = cache.read(_place(work))
    if stamp is None or why(work, target, chapters) != []:
        return None
    return Report(target, tuple(stamp.about["absent"]), tuple(stamp.about["incomplete"]))


def remember(work: ReportCache, target: Path, chapters: Sequence[Chapter], report: Report) -> None:
    """Write down what a report was made from that has just been published."""
    used = sorted(dependencies.behind([_WRITING]))
    with cache.making(_place(work)) as fresh:
        now = _inputs(work, target, chapters, used)
        cache.stamp(fresh, now, modules=used, absent=report.absent, incomplete=report.incomplete)


def data_of(folder: Path) -> str | None:
    """The checksum of the processed data that a report was published from; ``None`` when that is not known.

    Parameters
    ----------
    folder : Path
        Where its chapters are kept.
    """
    stamp = cache.read(folder / _NAME)
    return stamp.inputs[_DATA] if stamp else None


def overview_outdated(out: Path, failed: Sequence[str] | None = None) -> list[str] | None:
    """Names of what changed since the page that leads to all reports was written; ``None`` when it never was.

    Parameters
    ----------
    failed : sequence of str, optional
        Codes of municipalities whose report could not be made, as that page says; by default those of then.
    """
    stamp = cache.read(workspace.work(out) / _OVERVIEW)
    if stamp is None:
        return None
    of_then = stamp.about["failed"]
    again = ["rapporten die mislukten"] if failed is not None and [*failed] != of_then else []
    return again + stamp.outdated(_inputs_of_overview(out, stamp.about["modules"]))


def remember_overview(out: Path, failed: Sequence[str]) -> None:
    """Write down what the page was made from that has just been written."""
    used = sorted(dependencies.behind([_LEADING]))
    with cache.making(workspace.work(out) / _OVERVIEW) as fresh:
        cache.stamp(fresh, _inputs_of_overview(out, used), modules=used, failed=[*failed])


def _inputs_of_overview(out: Path, used: Sequence[str]) -> Inputs:
    return {
        **{
            f"rapport {path.parent.relative_to(out)}": dependencies.of_file(path)
            for path in edition.published_manifests(out)
        },
        **_templates(),
        **dependencies.of_code(used),
        edition.OVERVIEW: dependencies.of_file(out / edition.OVERVIEW),
    }


def _place(work: ReportCache) -> Path:
    return work.folder / _NAME


def _inputs(work: ReportCache, target: Path, chapters: Sequence[Chapter], used: Sequence[str]) -> Inputs:
    return {
        _DATA: dependencies.of_file(work.processed / fingerprints.FINGERPRINTS),
        **{f"hoofdstuk {chapter.path.stem}": fingerprints.folder_checksum(work.place(chapter)) for chapter in chapters},
        **_templates(),
        **dependencies.of_code(used),
        "Chromium": paths.browser() or dependencies.ABSENT,
        "het gepubliceerde rapport": cache.checksum(target),
        "eerdere edities": cache.checksum(workspace.archive(target)),
    }


def _templates() -> Inputs:
    return {f"sjabloon {path.name}": dependencies.of_file(path) for path in sorted(_TEMPLATES.iterdir())}


FILES = ("observations.parquet", "sources.json")  # the figures, and which file each comes from
_BASELINE = "gepubliceerd"
_FORM = {"vorm": "2"}  # another number whenever observations or their sources are written otherwise


def keep(processed: Path, chapters: Path) -> None:
    """Keep what a report says now, beside the chapters it was made of; also when it said so already."""
    if _is_kept(here := chapters / _BASELINE) and not differ(processed, here):
        return
    _write(processed, here)


def mend(processed: Path, chapters: Path) -> None:
    """Make a damaged one again, as long as the processed data are still those that the report was published from."""
    if cache.damaged(here := chapters / _BASELINE) and cache.read(processed.parent):
        published = data_of(chapters)
        if published and published == dependencies.of_file(processed / fingerprints.FINGERPRINTS):
            _write(processed, here)


def _write(processed: Path, here: Path) -> None:
    with cache.making(here) as fresh:
        for name in FILES:
            shutil.copyfile(processed / name, fresh / name)
        cache.stamp(fresh, _FORM)


def differ(processed: Path, before: Path) -> bool:
    """Whether anything in the observations changed since a report was published from them."""
    return bool(filecmp.cmpfiles(processed, before, FILES, shallow=False)[1])


def last(chapters: Path) -> Path | None:
    """The folder with what a report was published from before, or else a report of other years on the municipality.

    Nothing before the first time, and when it was written by a version of this program that wrote otherwise.
    """
    others = sorted(chapters.parent.glob(f"*/{_BASELINE}"), key=lambda folder: folder.stat().st_mtime, reverse=True)
    return next(filter(_is_kept, (chapters / _BASELINE, *others)), None)


def _is_kept(folder: Path) -> bool:
    stamp = cache.read(folder)
    return stamp is not None and not stamp.outdated(_FORM)


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
    if overview_outdated(out, failed) != []:
        from ..report import pages as index

        index.write_overview(out, failed)
        remember_overview(out, failed)


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
    target = workspace.published(out, parameters)
    work = ReportCache(parameters, processed, workspace.chapters(out, parameters))
    if found := current(work, target, todo):
        for chapter in todo:
            progress(parameters, chapter, "actueel")
        keep(processed, work.folder)
        return found
    # jsonschema, which reads notebooks for nbformat, would on import work out a grammar of web addresses: seconds, for
    # a check that a notebook has no use for.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    from . import making  # everything that makes a report, and takes a second to import

    tell = partial(progress, parameters)
    made = making.publish(work, target, todo, pool, tell, most)
    keep(processed, work.folder)
    return made
