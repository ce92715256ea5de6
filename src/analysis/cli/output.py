"""What reading exports and making reports came to, for the terminal."""

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
    from ..build.chapters import Parameters
    from ..build.reports import Report
    from ..ingest.pipeline import Summary


def reading(summary: Summary, raw: Path, documents: Path, how: str = "gelezen uit") -> None:
    """Say what reading the exports came to."""
    if documents != raw:
        dutch_typer.say(
            f"  In {paths.shown(raw)} staat geen map 'beleid'. Daarom gelden de documenten in "
            f"{paths.shown(documents / 'beleid')}, voor de gemeente waar zij over gaan."
        )
    for file, problem in summary.unread.items():
        dutch_typer.say(f"  FOUT, telt niet mee: {file}: {problem}", err=True)
    for reason, skipped in _grouped(summary.skipped.items()).items():
        dutch_typer.say(f"  Overgeslagen: {', '.join(skipped)}: {reason}")
    for file, remarks in summary.remarks.items():
        for remark in remarks:
            dutch_typer.say(f"  Let op: {file}: {remark}")
    for file, made in summary.nationwide.items():
        dutch_typer.say(f"  Landelijk: {file}: {made}")
    subjects = _grouped((code, code.partition(" ")[0]) for code in summary.left_out)
    for subject, codes in subjects.items():
        figures = dutch.counted(sum(summary.left_out[code] for code in codes), "cijfer", "cijfers")
        named = ", ".join(code.partition(" ")[2] for code in codes)
        dutch_typer.say(f"  Niet gebruikt: {figures} over {subject}. In indicators.yml ontbreekt: {named}.")
    files = dutch.counted(len(summary.read), "bestand", "bestanden")
    dutch_typer.say(f"{files} {how} {paths.shown(raw)}, {dutch.counted(summary.rows, 'waarneming', 'waarnemingen')}.")


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Names by what holds for them: sixty lines that say the same are not read."""
    found: dict[str, list[str]] = {}
    for name, reason in pairs:
        found.setdefault(reason, []).append(name)
    return found


def reports(asked: Sequence[Parameters], made: Sequence[Report | Exception]) -> int:
    """Say what became of each report; how many failed."""
    failed = 0
    for what, one in zip(asked, made, strict=True):
        if isinstance(one, Exception):
            failed += 1
            dutch_typer.say(f"{what.title}: {errors.describe(one)[0]}", err=True)
            continue
        for sentence in (*one.absent, *one.incomplete):
            dutch_typer.say(f"  {sentence}")
        dutch_typer.say(f"Rapport klaar: {paths.shown(one.folder / 'index.html')}")
    if len(made) > 1:
        dutch_typer.say(f"{len(made) - failed} van {len(made)} rapporten klaar.")
    return failed


if TYPE_CHECKING:
    from ..build.chapters import Chapter, Parameters

_DONE = ("klaar", "actueel", "ontbreekt", "gestopt", "mislukt")


class Following:
    """Counts chapters by state, over all reports of a run.

    Parameters
    ----------
    bars : rich.progress.Progress
        Where the live line stands.
    chapters : int
        How many chapters all reports have together.
    log : Path, optional
        A file to which each step is added as one line of JSON.
    """

    def __init__(self, bars: Any, chapters: int, log: Path | None) -> None:
        self._bars, self._log, self._lock = bars, log, Lock()
        self._states: dict[tuple[str, str], str] = {}
        self._task = bars.add_task("", total=chapters)

    def __call__(self, parameters: Parameters, chapter: Chapter, state: str) -> None:
        """Tell that a chapter is in a state now."""
        with self._lock:
            self._states[parameters.municipality, chapter.id] = state
            counts = Counter(self._states.values())
            failed = f", {counts['mislukt']} mislukt" if counts["mislukt"] else ""
            told = f"{regions.name(parameters.municipality)}: {counts['bezig']} bezig{failed}"
            self._bars.update(self._task, description=told, completed=sum(counts[one] for one in _DONE))
            self._write(parameters, chapter, state)

    def _write(self, parameters: Parameters, chapter: Chapter, state: str) -> None:
        if self._log is None:
            return
        moment = datetime.now().astimezone().isoformat(timespec="milliseconds")
        line = {"tijd": moment, "gemeente": parameters.municipality, "hoofdstuk": chapter.path.stem, "stand": state}
        with self._log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


@contextmanager
def following(chapters: int, log: Path | None = None) -> Iterator[Following]:
    """A live line with chapters done, running, and the time left."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("hoofdstukken, nog"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, transient=True) as bars:
        yield Following(bars, chapters, log)
