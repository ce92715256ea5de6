"""Whether a published report is still what its chapters make it, and the page that leads to all what they make it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import checksums, pieces
from ..report import edition
from ..report.chromium import browser
from . import inputs, kept, modules, places
from .chapters import Chapter
from .inputs import Inputs
from .work import Work

_TEMPLATES = modules.PACKAGE / "report" / "templates"
_WRITING, _LEADING = "analysis.runner.publishing", "analysis.report.all"
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


def why(work: Work, target: Path, chapters: Sequence[Chapter]) -> list[str] | None:
    """Names of what changed since the report was published; ``None`` when it never was."""
    stamp = kept.read(_place(work))
    if stamp is None:
        return kept.damaged(_place(work)) or None
    late = [f"hoofdstuk {chapter.path.stem}" for chapter in chapters if work.outdated(chapter) != []]
    return late + stamp.outdated(_inputs(work, target, chapters, stamp.about["modules"]))


def current(work: Work, target: Path, chapters: Sequence[Chapter]) -> Report | None:
    """The published report, when there is nothing to do."""
    stamp = kept.read(_place(work))
    if stamp is None or why(work, target, chapters) != []:
        return None
    return Report(target, tuple(stamp.about["absent"]), tuple(stamp.about["incomplete"]))


def remember(work: Work, target: Path, chapters: Sequence[Chapter], report: Report) -> None:
    """Write down what a report was made from that has just been published."""
    used = sorted(modules.behind([_WRITING]))
    with kept.making(_place(work)) as fresh:
        now = _inputs(work, target, chapters, used)
        kept.stamp(fresh, now, modules=used, absent=report.absent, incomplete=report.incomplete)


def data_of(folder: Path) -> str | None:
    """The checksum of the processed data that a report was published from; ``None`` when that is not known.

    Parameters
    ----------
    folder : Path
        Where its chapters are kept.
    """
    stamp = kept.read(folder / _NAME)
    return stamp.inputs[_DATA] if stamp else None


def overview_outdated(out: Path, failed: Sequence[str] | None = None) -> list[str] | None:
    """Names of what changed since the page that leads to all reports was written; ``None`` when it never was.

    Parameters
    ----------
    failed : sequence of str, optional
        Codes of municipalities whose report could not be made, as that page says; by default those of then.
    """
    stamp = kept.read(places.work(out) / _OVERVIEW)
    if stamp is None:
        return None
    of_then = stamp.about["failed"]
    again = ["rapporten die mislukten"] if failed is not None and [*failed] != of_then else []
    return again + stamp.outdated(_inputs_of_overview(out, stamp.about["modules"]))


def remember_overview(out: Path, failed: Sequence[str]) -> None:
    """Write down what the page was made from that has just been written."""
    used = sorted(modules.behind([_LEADING]))
    with kept.making(places.work(out) / _OVERVIEW) as fresh:
        kept.stamp(fresh, _inputs_of_overview(out, used), modules=used, failed=[*failed])


def _inputs_of_overview(out: Path, used: Sequence[str]) -> Inputs:
    return {
        **{f"rapport {path.parent.relative_to(out)}": inputs.of_file(path) for path in edition.published(out)},
        **_templates(),
        **inputs.of_code(used),
        edition.OVERVIEW: inputs.of_file(out / edition.OVERVIEW),
    }


def _place(work: Work) -> Path:
    return work.folder / _NAME


def _inputs(work: Work, target: Path, chapters: Sequence[Chapter], used: Sequence[str]) -> Inputs:
    return {
        _DATA: inputs.of_file(work.processed / pieces.NAME),
        **{f"hoofdstuk {chapter.path.stem}": checksums.seal(work.place(chapter)) for chapter in chapters},
        **_templates(),
        **inputs.of_code(used),
        "Chromium": browser() or inputs.ABSENT,
        "het gepubliceerde rapport": kept.checksum(target),
        "eerdere edities": kept.checksum(places.archive(target)),
    }


def _templates() -> Inputs:
    return {f"sjabloon {path.name}": inputs.of_file(path) for path in sorted(_TEMPLATES.iterdir())}
