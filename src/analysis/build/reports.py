"""The reports of municipalities: making those that are outdated, and the page that lists them all.

A baseline is a copy of the observations that a report was published from; an unattended run compares new data with it.
"""

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
from ..report import edition, editions
from ..report.forms import Forms
from ..store import fingerprints
from . import cache, dependencies, exports, workspace
from .cache import ReportCache
from .chapters import Chapter, Parameters, chapters
from .dependencies import Inputs

_TEMPLATES = dependencies.PACKAGE / "report" / "templates"
_REPORT_MODULE, _OVERVIEW_MODULES = "analysis.build.making", ("analysis.report.pages", "analysis.report.editions")
_NAME, _OVERVIEW, _DATA = "rapport", "overzicht", "gegevens"
_FORMS = "gevraagde vormen"
BASELINE_FILES = ("observations.parquet", "sources.json")  # the figures, and which file each comes from
_BASELINE = "gepubliceerd"
_FORMAT = {"vorm": "2"}  # raise when observations or their sources are written in another format
Progress = Callable[[Parameters, Chapter, str], None]
REPORTS_AT_ONCE = 2  # while the pages of one report are written, chapters of the next run


@dataclass(frozen=True)
class Report:
    """A published report.

    Parameters
    ----------
    folder : Path
        Its files.
    absent, incomplete : tuple of str
        Dutch sentences about what could not be made (chapters, PDFs), and chapters that could not answer everything.
    new : bool
        Whether it was published just now.
    """

    folder: Path
    absent: tuple[str, ...]
    incomplete: tuple[str, ...]
    new: bool = False


def make_reports(
    asked: Sequence[Parameters],
    processed: Path,
    out: Path,
    pool: Executor,
    progress: Progress,
    keep_going: bool,
    max_editions: int | None = None,
    forms: Forms = Forms.COUNCIL,
) -> list[Report | Exception]:
    """Make the reports of many municipalities.

    Parameters
    ----------
    asked : sequence of Parameters
        The reports to make.
    processed, out, pool, progress, max_editions, forms
        As for `make_report`.
    keep_going : bool
        Whether a report that fails leaves the others to be made.

    Returns
    -------
    list of Report or Exception
        In the order asked; with ``keep_going`` the error of each report that failed, in its place.

    Raises
    ------
    Exception
        Without ``keep_going`` the first error. Running chapters are killed, and finished ones stay cached.
    """
    with ThreadPoolExecutor(REPORTS_AT_ONCE) as executor:
        futures = [
            executor.submit(make_report, parameters, processed, out, pool, progress, max_editions, forms)
            for parameters in asked
        ]
        try:
            for future in as_completed(futures):
                _outcome(future, keep_going)
        except BaseException:
            _stop(futures, pool)
            raise
        outcomes = [_outcome(future, keep_going) for future in futures]
    _write_overview(out, asked, outcomes)
    return outcomes


def _write_overview(out: Path, asked: Sequence[Parameters], outcomes: Sequence[Report | Exception]) -> None:
    """Write the page that lists all reports, and one for each municipality, unless they are up to date."""
    failed = [
        report.municipality for report, outcome in zip(asked, outcomes, strict=True) if isinstance(outcome, Exception)
    ]
    if overview_outdated(out, failed) != []:
        from ..report import pages as index

        index.write_overview(out, failed)
        editions.write_municipalities(out)
        record_overview(out, failed)


def _outcome(future: Future[Report], keep_going: bool) -> Report | Exception:
    try:
        return future.result()
    except Exception as error:
        if not keep_going:
            raise
        return error


def _stop(futures: Sequence[Future[Report]], pool: Executor) -> None:
    from . import execution

    for future in futures:
        future.cancel()
    pool.shutdown(wait=False, cancel_futures=True)
    execution.stop()


def make_report(
    parameters: Parameters,
    processed: Path,
    out: Path,
    pool: Executor,
    progress: Progress,
    max_editions: int | None = None,
    forms: Forms = Forms.COUNCIL,
) -> Report:
    """Make and publish the report of one municipality, unless it is up to date.

    Parameters
    ----------
    parameters : Parameters
        The municipality and the years.
    processed : Path
        The processed data; the chapters read nothing else.
    out : Path
        Reports are published in ``out/<municipality>/<window>``.
    pool : Executor
        Runs the chapters, as many at once as it has workers.
    progress : callable
        Called with the parameters, a chapter and its state: see `making.make_chapters`.
    max_editions : int, optional
        How many earlier editions are kept; by default all.
    forms : Forms
        The forms in which the report is made.

    Returns
    -------
    Report
        The published report.

    Raises
    ------
    ChapterError
        When a chapter fails or a page breaks a rule of `report.checks`; the previous report stays as it was.
    """
    all_chapters, notify = chapters(), partial(progress, parameters)
    target = workspace.published(out, parameters)
    report_cache = ReportCache(parameters, processed, workspace.chapters(out, parameters), forms)
    report = up_to_date_report(report_cache, target, all_chapters)
    if report:
        for chapter in all_chapters:
            notify(chapter, "actueel")
    else:
        report = _publish(report_cache, target, all_chapters, pool, notify, max_editions)
    save_baseline(processed, report_cache.folder)
    exports.record_published(processed)
    return report


def _publish(
    report_cache: ReportCache,
    target: Path,
    all_chapters: Sequence[Chapter],
    pool: Executor,
    notify: Callable[[Chapter, str], None],
    max_editions: int | None,
) -> Report:
    """Make and publish a report, with modules that take a second to import."""
    # jsonschema, which reads notebooks for nbformat, would on import work out a grammar of web addresses: seconds, for
    # a check that a notebook has no use for.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    from . import making

    return making.publish_report(report_cache, target, all_chapters, pool, notify, max_editions)


def outdated_inputs(report_cache: ReportCache, target: Path, chapters: Sequence[Chapter]) -> list[str] | None:
    """Return the names of what changed since a report was published.

    Parameters
    ----------
    report_cache : ReportCache
        The cached chapters.
    target : Path
        The published report.
    chapters : sequence of Chapter
        In the order of the report.

    Returns
    -------
    list of str or None
        ``None`` when it never was published.
    """
    record = cache.read_record(_record_folder(report_cache))
    if record is None:
        return cache.damage(_record_folder(report_cache)) or None
    outdated_chapters = [
        f"hoofdstuk {chapter.path.stem}" for chapter in chapters if report_cache.outdated(chapter) != []
    ]
    return outdated_chapters + record.outdated(_inputs(report_cache, target, chapters, record.about["modules"]))


def up_to_date_report(report_cache: ReportCache, target: Path, chapters: Sequence[Chapter]) -> Report | None:
    """Return the published report when there is nothing to do.

    Parameters
    ----------
    report_cache : ReportCache
        The cached chapters.
    target : Path
        The published report.
    chapters : sequence of Chapter
        In the order of the report.

    Returns
    -------
    Report or None
        ``None`` when it is outdated or was never published.
    """
    record = cache.read_record(_record_folder(report_cache))
    if record is None or outdated_inputs(report_cache, target, chapters) != []:
        return None
    return Report(target, tuple(record.about["absent"]), tuple(record.about["incomplete"]))


def record_report(report_cache: ReportCache, target: Path, chapters: Sequence[Chapter], report: Report) -> None:
    """Record what a newly published report was made from.

    Parameters
    ----------
    report_cache : ReportCache
        The cached chapters.
    target : Path
        The published report.
    chapters : sequence of Chapter
        In the order of the report.
    report : Report
        The published report.
    """
    used = sorted(dependencies.with_imports([_REPORT_MODULE]))
    with cache.replacing(_record_folder(report_cache)) as fresh:
        now = _inputs(report_cache, target, chapters, used)
        cache.write_record(fresh, now, modules=used, absent=report.absent, incomplete=report.incomplete)


def published_forms(folder: Path) -> Forms:
    """Return the forms in which a report was last made.

    Parameters
    ----------
    folder : Path
        The folder with its cached chapters.

    Returns
    -------
    Forms
        The usual ones when it is unknown.
    """
    record = cache.read_record(folder / _NAME)
    return Forms(record.inputs.get(_FORMS, Forms.COUNCIL)) if record else Forms.COUNCIL


def published_data_checksum(folder: Path) -> str | None:
    """Return the checksum of the processed data that a report was published from.

    Parameters
    ----------
    folder : Path
        The folder with its cached chapters.

    Returns
    -------
    str or None
        ``None`` when it is unknown.
    """
    record = cache.read_record(folder / _NAME)
    return record.inputs[_DATA] if record else None


def overview_outdated(out: Path, failed: Sequence[str] | None = None) -> list[str] | None:
    """Return the names of what changed since the page that lists all reports was written.

    Parameters
    ----------
    out : Path
        The folder of reports.
    failed : sequence of str, optional
        Codes of municipalities whose report could not be made this time; by default those that the page names.

    Returns
    -------
    list of str or None
        ``None`` when the page was never written.
    """
    record = cache.read_record(workspace.work(out) / _OVERVIEW)
    if record is None:
        return None
    recorded_failures = record.about["failed"]
    failures = ["rapporten die mislukten"] if failed is not None and [*failed] != recorded_failures else []
    return failures + record.outdated(_overview_inputs(out, record.about["modules"]))


def record_overview(out: Path, failed: Sequence[str]) -> None:
    """Record what the page that lists all reports was made from.

    Parameters
    ----------
    out : Path
        The folder of reports.
    failed : sequence of str
        Codes of municipalities whose report could not be made.
    """
    used = sorted(dependencies.with_imports(_OVERVIEW_MODULES))
    with cache.replacing(workspace.work(out) / _OVERVIEW) as fresh:
        cache.write_record(fresh, _overview_inputs(out, used), modules=used, failed=[*failed])


def _overview_inputs(out: Path, used: Sequence[str]) -> Inputs:
    return {
        **{
            f"rapport {path.parent.relative_to(out)}": dependencies.file_checksum(path)
            for path in edition.published_manifests(out)
        },
        **_templates(),
        **dependencies.code_inputs(used),
        "eerdere edities": ", ".join(str(path.relative_to(out)) for path in editions.all_archived(out)),
        edition.OVERVIEW: dependencies.file_checksum(out / edition.OVERVIEW),
        **{str(path.relative_to(out)): dependencies.file_checksum(path) for path in editions.municipality_pages(out)},
    }


def _record_folder(report_cache: ReportCache) -> Path:
    return report_cache.folder / _NAME


def _inputs(report_cache: ReportCache, target: Path, chapters: Sequence[Chapter], used: Sequence[str]) -> Inputs:
    return {
        _DATA: dependencies.file_checksum(report_cache.processed / fingerprints.FINGERPRINTS),
        **{
            f"hoofdstuk {chapter.path.stem}": fingerprints.folder_checksum(report_cache.folder_of(chapter))
            for chapter in chapters
        },
        **_templates(),
        **dependencies.code_inputs(used),
        _FORMS: report_cache.forms.value,
        "Chromium": paths.browser() or dependencies.ABSENT,
        "het gepubliceerde rapport": cache.folder_checksum(target),
        "eerdere edities": fingerprints.combined_checksum(
            {path.name: cache.folder_checksum(path) for path in editions.archive(target).glob("*/")}
        ),
    }


def _templates() -> Inputs:
    return {f"sjabloon {path.name}": dependencies.file_checksum(path) for path in sorted(_TEMPLATES.iterdir())}


def save_baseline(processed: Path, chapters: Path) -> None:
    """Save the observations that a report was published from beside its cached chapters.

    Parameters
    ----------
    processed : Path
        The processed data.
    chapters : Path
        The folder with the cached chapters.
    """
    if _is_valid_baseline(baseline := chapters / _BASELINE) and not observations_differ(processed, baseline):
        return
    _write_baseline(processed, baseline)


def repair_baseline(processed: Path, chapters: Path) -> None:
    """Write a damaged baseline again, as long as the processed data are those that the report was published from.

    Parameters
    ----------
    processed : Path
        The processed data.
    chapters : Path
        The folder with the cached chapters.
    """
    if cache.damage(baseline := chapters / _BASELINE) and cache.read_record(processed.parent):
        checksum = published_data_checksum(chapters)
        if checksum and checksum == dependencies.file_checksum(processed / fingerprints.FINGERPRINTS):
            _write_baseline(processed, baseline)


def _write_baseline(processed: Path, baseline: Path) -> None:
    with cache.replacing(baseline) as fresh:
        for name in BASELINE_FILES:
            shutil.copyfile(processed / name, fresh / name)
        cache.write_record(fresh, _FORMAT)


def observations_differ(processed: Path, baseline: Path) -> bool:
    """Return whether the observations changed since a report was published.

    Parameters
    ----------
    processed : Path
        The processed data.
    baseline : Path
        From `last_baseline`.

    Returns
    -------
    bool
        Whether the contents of any file differ.
    """
    return bool(filecmp.cmpfiles(processed, baseline, BASELINE_FILES, shallow=False)[1])


def last_baseline(chapters: Path) -> Path | None:
    """Return the baseline of a report, or else the latest of a report on the same municipality and other years.

    Parameters
    ----------
    chapters : Path
        The folder with the cached chapters of the report.

    Returns
    -------
    Path or None
        ``None`` before the first report, and when another version of this program wrote it in another format.
    """
    baselines = sorted(chapters.parent.glob(f"*/{_BASELINE}"), key=lambda folder: folder.stat().st_mtime, reverse=True)
    return next(filter(_is_valid_baseline, (chapters / _BASELINE, *baselines)), None)


def _is_valid_baseline(folder: Path) -> bool:
    record = cache.read_record(folder)
    return record is not None and not record.outdated(_FORMAT)
