"""The lines of ``veiligheid status``: what is outdated and why, in Dutch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from . import cache, dependencies, exports, reports, workspace
from .cache import ReportCache
from .chapters import Chapter, Parameters, chapters
from .exports import ExportChanges

_UNKNOWN = "  Wat dit verandert, is pas zeker als 'veiligheid report' de exports opnieuw leest."


def describe_exports(changes: ExportChanges | None) -> Iterator[str]:
    """Yield whether the processed data are up to date with the raw exports, and a line for each file that changed.

    Parameters
    ----------
    changes : ExportChanges or None
        What changed since the exports were read; ``None`` when they never were.

    Yields
    ------
    str
        Lines for the terminal.

    Examples
    --------
    >>> list(describe_exports(None))
    ['Gegevens uit de exports: nog niet gemaakt']
    """
    yield f"Gegevens uit de exports: {_state(None if changes is None else [*_file_count(changes), *changes.other])}"
    if changes:
        yield from (f"  {change}: {path}" for path, change in changes.files.items())
        yield _UNKNOWN


def describe_report(parameters: Parameters, out: Path, changes: ExportChanges | None) -> Iterator[str]:
    """Yield a line for every chapter of a report and one for the report itself.

    The report is compared with the data as they were last read. When a file changed since then, chapters that use its
    figures are said to be possibly outdated.

    Parameters
    ----------
    parameters : Parameters
        The municipality and the years.
    out : Path
        The folder of reports.
    changes : ExportChanges, optional
        What changed since the exports were read.

    Yields
    ------
    str
        Lines for the terminal.
    """
    processed = exports.data_folder(workspace.exports(out))
    cached = workspace.chapters(out, parameters)
    report_cache = ReportCache(parameters, processed, cached, reports.published_forms(cached))
    all_chapters = chapters()
    changes = changes or ExportChanges()
    used_files: set[str] = set()
    for chapter in all_chapters:
        files = _changed_files_used(report_cache, chapter, changes)
        used_files.update(files)
        yield f"  {chapter.path.stem}: {_state_given_changes(report_cache.outdated(chapter), files, changes)}"
    target = workspace.published(out, parameters)
    state = _state_given_changes(
        reports.outdated_inputs(report_cache, target, all_chapters), sorted(used_files), changes
    )
    yield f"  rapport {parameters.municipality} {parameters.window}: {state}"


def describe_overview(out: Path) -> str:
    """Return a line on the page that lists all reports in a folder."""
    return f"Overzicht van de rapporten: {_state(reports.overview_outdated(out))}"


def _changed_files_used(report_cache: ReportCache, chapter: Chapter, changes: ExportChanges) -> list[str]:
    """Return the changed files that a chapter uses figures from."""
    record = cache.read_record(report_cache.folder_of(chapter))
    used = record.about["used"]["data"] if record else ()
    return [path for path, pieces in changes.pieces.items() if not pieces.isdisjoint(used)]


def _state_given_changes(outdated: Sequence[str] | None, changed_files: Sequence[str], changes: ExportChanges) -> str:
    """Return whether something is up to date, with the uncertainty that unread exports bring."""
    if outdated == [] and changed_files:
        return f"kan verouderd raken door {dependencies.short_list(changed_files)}"
    return _state(outdated) + (", voor zover nu te zien is" if outdated == [] and changes else "")


def _file_count(changes: ExportChanges) -> list[str]:
    files = len(changes.files)
    return [f"{files} bestand{'en' * (files > 1)}"] if files else []


def _state(outdated: Sequence[str] | None) -> str:
    if outdated is None:
        return "nog niet gemaakt"
    return f"verouderd door {dependencies.short_list(outdated)}" if outdated else "actueel"
