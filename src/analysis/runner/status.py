"""What is outdated, and why: in Dutch, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from . import exports, places, reports
from .chapters import chapters
from .parameters import Parameters
from .work import Work

_SHOWN = 3  # inputs named in a line; the rest is counted


def of_exports(raw: Path, documents: Path, out: Path) -> str:
    """Whether the processed data are still what the raw exports say."""
    return f"Gegevens uit de exports: {_told(exports.why(raw, documents, places.exports(out), keep_going=False))}"


def of_report(parameters: Parameters, out: Path) -> Iterator[str]:
    """A line for every chapter of a report and one for the report itself.

    It is held against the data as they were last read: what a changed export makes outdated shows once it is read.
    """
    processed = exports.data(places.exports(out))
    work = Work(parameters, processed, places.chapters(out, parameters))
    todo = chapters()
    for chapter in todo:
        yield f"  {chapter.path.stem}: {_told(work.outdated(chapter))}"
    target = places.published(out, parameters)
    yield f"  rapport {parameters.municipality} {parameters.window}: {_told(reports.why(work, target, todo))}"


def _told(outdated: Sequence[str] | None) -> str:
    if outdated is None:
        return "nog niet gemaakt"
    if not outdated:
        return "actueel"
    more = f" en nog {len(outdated) - _SHOWN}" if len(outdated) > _SHOWN else ""
    return f"verouderd door {', '.join(outdated[:_SHOWN])}{more}"
