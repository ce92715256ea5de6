"""What is outdated, and why: in Dutch, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from . import cache, dependencies, exports, reports, workspace
from .cache import ReportCache
from .chapters import Chapter, Parameters, chapters
from .exports import ExportChanges

_UNKNOWN = "  Wat dit verandert, is pas zeker als 'veiligheid report' de exports opnieuw leest."


def of_exports(changes: ExportChanges | None) -> Iterator[str]:
    """Whether the processed data are still what the raw exports say, and a line for each file that changed."""
    yield f"Gegevens uit de exports: {_told(None if changes is None else [*_counted(changes), *changes.other])}"
    if changes:
        yield from (f"  {how}: {path}" for path, how in changes.files.items())
        yield _UNKNOWN


def of_report(parameters: Parameters, out: Path, changes: ExportChanges | None) -> Iterator[str]:
    """A line for every chapter of a report and one for the report itself.

    It is held against the data as they were last read. That a chapter asked for figures from a file that changed since
    then says that it may become outdated, not that it will.

    Parameters
    ----------
    changes : Changes, optional
        What changed since the exports were read.
    """
    processed = exports.data(workspace.exports(out))
    work = ReportCache(parameters, processed, workspace.chapters(out, parameters))
    todo = chapters()
    changes = changes or ExportChanges()
    asked: set[str] = set()
    for chapter in todo:
        files = _asked(work, chapter, changes)
        asked.update(files)
        yield f"  {chapter.path.stem}: {_judged(work.outdated(chapter), files, changes)}"
    target = workspace.published(out, parameters)
    told = _judged(reports.why(work, target, todo), sorted(asked), changes)
    yield f"  rapport {parameters.municipality} {parameters.window}: {told}"


def of_overview(out: Path) -> str:
    """A line for the page that leads to all reports."""
    return f"Overzicht van de rapporten: {_told(reports.overview_outdated(out))}"


def _asked(work: ReportCache, chapter: Chapter, changes: ExportChanges) -> list[str]:
    """The changed files that a chapter asked for figures from."""
    stamp = cache.read(work.place(chapter))
    used = stamp.about["used"]["data"] if stamp else ()
    return [path for path, pieces in changes.held.items() if not pieces.isdisjoint(used)]


def _judged(outdated: Sequence[str] | None, asked: Sequence[str], changes: ExportChanges) -> str:
    """Whether something is up to date; what cannot be known before the exports are read, is not claimed."""
    if outdated == [] and asked:
        return f"kan verouderd raken door {dependencies.listed(asked)}"
    return _told(outdated) + (", voor zover nu te zien is" if outdated == [] and changes else "")


def _counted(changes: ExportChanges) -> list[str]:
    files = len(changes.files)
    return [f"{files} bestand{'en' * (files > 1)}"] if files else []


def _told(outdated: Sequence[str] | None) -> str:
    if outdated is None:
        return "nog niet gemaakt"
    return f"verouderd door {dependencies.listed(outdated)}" if outdated else "actueel"
