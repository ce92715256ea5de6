"""Output of reading exports and making reports: summaries, live progress, and a log of steps."""

from __future__ import annotations

import json
import os
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

_TO_REVIEW = ("te bekijken", "te bekijken}", "te bekijken]")  # what a draft has where a person must look
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


def write_draft(file: Path, municipality: str | None, folder: Path) -> Iterator[str]:
    """Write drafts of the YAML documents from a document of the council.

    Parameters
    ----------
    file : Path
        The document.
    municipality : str, optional
        CBS code.
    folder : Path
        Made for the drafts.

    Yields
    ------
    str
        Dutch lines about what was written.

    Raises
    ------
    DataError
        When the document does not exist or cannot be read, or the folder exists: nothing is ever overwritten.
    """
    from ..documents.draft import draft
    from ..ingest.council_documents import read_text

    if not os.path.lexists(file):
        remedy = "Controleer de naam en de map; hoort het stuk in een andere map, geef die dan erbij."
        raise errors.DataError(paths.display_path(file), "dit bestand bestaat niet.", remedy)
    drafts = draft(read_text(file), file.name, municipality)
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        problem, remedy = (
            "dit bestaat al, en wij overschrijven niets.",
            "Haal het weg, of kies een andere map met --out.",
        )
        raise errors.DataError(paths.display_path(folder), problem, remedy) from None
    for kind, content in drafts.items():
        path = folder / f"{kind}.yml"
        path.write_text(content, encoding="utf-8")
        entries = dutch.counted(content.count("te bekijken"), "plek", "plekken")
        yield f"{paths.display_path(path)}: {entries} te bekijken."
    yield "Dit is een concept. Kijk alles na, en zet de bestanden dan in de map 'beleid'."


def document_problems(raw: Path) -> Iterator[str]:
    """Yield what is wrong, unchecked, missing, double or unlinked in the documents of the council.

    Parameters
    ----------
    raw : Path
        The folder that holds ``beleid``.

    Yields
    ------
    str
        Dutch lines.
    """
    from ..display import plan_results, text_results
    from ..documents.council import Plan
    from ..ingest.council_documents import examine

    found = examine(raw)
    yield from (f"Fout: {mistake}" for mistake in dict.fromkeys(found.mistakes))
    yield from (f"Niet gebruikt: {name}: {reason}" for name, reason in found.skipped.items())
    yield from (f"Te bekijken: {entry}" for entry in _left_to_review(raw / "beleid"))
    yield from (f"Niet nagegaan: {line}" for line in text_results.unchecked_parts(found.unread))
    yield from (f"Ontbreekt: {line}" for line in text_results.missing_parts(found.documents, found.texts, found.unread))
    yield from (f"Dubbel: {line}" for line in text_results.repeated_parts(found.documents))
    if isinstance(plan := found.documents.get("plan"), Plan):
        yield from (f"Dubbel: {line}" for line in plan_results.repeated_partners(plan))
    yield from (f"Los: {line}" for line in text_results.unlinked_parts(found.documents, found.texts, found.unread))


def _left_to_review(folder: Path) -> Iterator[str]:
    """Yield each file with the lines that a draft left to review."""
    for path in sorted(folder.glob("*.yml")):
        text = path.read_text(encoding="utf-8", errors="replace")
        lines = [str(number) for number, line in enumerate(text.splitlines(), 1) if line.rstrip().endswith(_TO_REVIEW)]
        if lines:
            yield f"{paths.display_path(path)}, regel {', '.join(lines)}."


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
