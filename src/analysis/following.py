"""What a run tells while it works: a live line for whoever watches, a line of JSON for each step for machines."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from . import regions

if TYPE_CHECKING:
    from .runner.chapters import Chapter
    from .runner.parameters import Parameters

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
