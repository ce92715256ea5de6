"""Output of reading exports and making reports: summaries, live progress, and a log of steps."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from .. import errors, paths
from ..definitions import regions
from ..display import dutch
from . import dutch_typer

if TYPE_CHECKING:
    from ..build.chapters import Chapter, Parameters
    from ..build.reports import Report
    from ..ingest import Summary

_DONE = ("klaar", "actueel", "ontbreekt", "gestopt", "mislukt")


def print_ingest(summary: Summary, raw: Path, documents: Path, how: str = "gelezen uit") -> None:
    """Print what reading the exports resulted in.

    Parameters
    ----------
    summary : Summary
        Of the ingest.
    raw, documents : Path
        Folder with exports; folder that holds the council's documents.
    how : str
        Dutch words between the number of files and the folder.
    """
    if documents != raw:
        dutch_typer.say(
            f"  In {paths.display_path(raw)} staat geen map 'beleid'. Daarom gelden de documenten in "
            f"{paths.display_path(documents / 'beleid')}, voor de gemeente waar zij over gaan."
        )
    for file, problem in summary.unread.items():
        dutch_typer.say(f"  FOUT, telt niet mee: {file}: {problem}", err=True)
    for reason, skipped in _by_reason(summary.skipped.items()).items():
        dutch_typer.say(f"  Overgeslagen: {', '.join(skipped)}: {reason}")
    for file, remarks in summary.remarks.items():
        for remark in remarks:
            dutch_typer.say(f"  Let op: {file}: {remark}")
    for file, made in summary.nationwide.items():
        dutch_typer.say(f"  Landelijk: {file}: {made}")
    subjects = _by_reason((code, code.partition(" ")[0]) for code in summary.left_out)
    for subject, codes in subjects.items():
        figures = dutch.counted(sum(summary.left_out[code] for code in codes), "cijfer", "cijfers")
        names = ", ".join(code.partition(" ")[2] for code in codes)
        dutch_typer.say(f"  Niet gebruikt: {figures} over {subject}. In indicators.yml ontbreekt: {names}.")
    files = dutch.counted(len(summary.read), "bestand", "bestanden")
    dutch_typer.say(
        f"{files} {how} {paths.display_path(raw)}, {dutch.counted(summary.rows, 'waarneming', 'waarnemingen')}."
    )


def _by_reason(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Group names by reason, so that the same reason is not printed sixty times."""
    names: dict[str, list[str]] = {}
    for name, reason in pairs:
        names.setdefault(reason, []).append(name)
    return names


def print_reports(parameters: Sequence[Parameters], results: Sequence[Report | Exception]) -> int:
    """Print the result of each report.

    Parameters
    ----------
    parameters : sequence of Parameters
        Of each report.
    results : sequence of Report or Exception
        In the same order.

    Returns
    -------
    int
        How many failed.
    """
    failed = 0
    for wanted, result in zip(parameters, results, strict=True):
        if isinstance(result, Exception):
            failed += 1
            dutch_typer.say(f"{wanted.title}: {errors.describe(result)[0]}", err=True)
            continue
        for sentence in (*result.absent, *result.incomplete):
            dutch_typer.say(f"  {sentence}")
        dutch_typer.say(f"Rapport klaar: {paths.display_path(result.folder / 'index.html')}")
    if len(results) > 1:
        dutch_typer.say(f"{len(results) - failed} van {len(results)} rapporten klaar.")
    return failed


class ChapterProgress:
    """Count of chapters by state, over all reports of a run, shown as a live line.

    Parameters
    ----------
    bars : rich.progress.Progress
        Where the line is shown.
    chapters : int
        Number of chapters of all reports together.
    log : Path, optional
        File to which each step is appended as a line of JSON.
    """

    def __init__(self, bars: Any, chapters: int, log: Path | None) -> None:
        self._bars, self._log, self._lock = bars, log, Lock()
        self._states: dict[tuple[str, str], str] = {}
        self._task = bars.add_task("", total=chapters)

    def __call__(self, parameters: Parameters, chapter: Chapter, state: str) -> None:
        """Record that a chapter has a new state; may be called from several threads."""
        with self._lock:
            self._states[parameters.municipality, chapter.id] = state
            counts = Counter(self._states.values())
            failed = f", {counts['mislukt']} mislukt" if counts["mislukt"] else ""
            description = f"{regions.name(parameters.municipality)}: {counts['bezig']} bezig{failed}"
            completed = sum(counts[done] for done in _DONE)
            self._bars.update(self._task, description=description, completed=completed)
            self._append(parameters, chapter, state)

    def _append(self, parameters: Parameters, chapter: Chapter, state: str) -> None:
        if self._log is None:
            return
        moment = datetime.now().astimezone().isoformat(timespec="milliseconds")
        line = {"tijd": moment, "gemeente": parameters.municipality, "hoofdstuk": chapter.path.stem, "stand": state}
        with self._log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


@contextmanager
def show_progress(chapters: int, log: Path | None = None) -> Iterator[ChapterProgress]:
    """Show a live line with the chapters done, those running, and the time left.

    Parameters
    ----------
    chapters : int
        Number of chapters of all reports together.
    log : Path, optional
        File to which each step is appended as a line of JSON.

    Yields
    ------
    ChapterProgress
        To call with each new state of a chapter.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("hoofdstukken, nog"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, transient=True) as bars:
        yield ChapterProgress(bars, chapters, log)
