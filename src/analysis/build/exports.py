"""The processed data of a build: reading the raw exports when they changed, and which piece rests on which file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from .. import paths
from ..documents import TEXTS
from ..ingest import Summary
from ..store import fingerprints
from . import cache, dependencies, workspace
from .dependencies import Inputs

_READING = "analysis.ingest.pipeline"
_DATA = "gegevens"
_COUNCIL = "beleid"
_RELEASED = "uitgegeven.parquet"  # true values of hidden counts, so it stays out of what chapters read
_RECORDING = Lock()  # reports are published in several threads


@dataclass(frozen=True)
class ExportChanges:
    """What changed since the exports were read.

    Parameters
    ----------
    files : dict of str to str
        The raw files by path: ``gewijzigd``, ``nieuw`` or ``weg``.
    other : tuple of str
        Names of the inputs that are no raw file.
    pieces : dict of str to frozenset of str
        The pieces of the processed data that rest on those files, by path. The content of a new file, and the effect of
        a changed file on the suppression of small counts elsewhere, are unknown until they are read.
    """

    files: dict[str, str] = field(default_factory=dict)
    other: tuple[str, ...] = ()
    pieces: dict[str, frozenset[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.files or self.other)


def read(
    raw: Path, documents: Path, folder: Path, keep_going: bool, first: Callable[[], None] | None = None
) -> tuple[Path, Summary, bool]:
    """Read the exports, unless the processed data are still up to date.

    Parameters
    ----------
    raw, documents : Path
        The exports, and the folder whose ``beleid`` holds the council's documents.
    folder : Path
        Where the processed data are kept.
    keep_going : bool
        See `ingest.pipeline.ingest`.
    first : callable, optional
        Called before reading begins, if it does: work that can go on meanwhile.

    Returns
    -------
    Path, Summary, bool
        The folder with the processed data, the summary of reading them, and whether they were read just now.
    """
    export_changes = changes(raw, documents, folder, keep_going)
    if outdated := export_changes is None or bool(export_changes):
        if first:
            first()
        _read(raw, documents, folder, keep_going)
    return data_folder(folder), _summary(folder), outdated


def data_folder(folder: Path) -> Path:
    """Return the folder with the processed data; it may not exist yet."""
    return folder / _DATA


def changes(raw: Path, documents: Path, folder: Path, keep_going: bool = False) -> ExportChanges | None:
    """Determine what changed since the exports were read, without reading them.

    Parameters
    ----------
    raw, documents : Path
        The exports, and the folder whose ``beleid`` holds the council's documents.
    folder : Path
        Where the processed data are kept.
    keep_going : bool
        See `ingest.pipeline.ingest`.

    Returns
    -------
    ExportChanges or None
        ``None`` when the exports were never read.
    """
    record = cache.read_record(folder)
    if record is None:
        damaged = cache.damage(folder)
        return ExportChanges(other=tuple(damaged)) if damaged else None
    now = _inputs(raw, documents, keep_going, record.about["modules"])
    outdated = record.outdated(now)
    names = {name.removeprefix(dependencies.FILE): name for name in outdated if name.startswith(dependencies.FILE)}
    files = {path: _kind_of_change(name, record.inputs, now) for path, name in names.items()}
    pieces = {path: frozenset(record.about["files"].get(path, ())) for path in files}
    return ExportChanges(files, tuple(name for name in outdated if name not in names.values()), pieces)


def _kind_of_change(name: str, before: Inputs, now: Inputs) -> str:
    if name not in now:
        return "weg"
    return "gewijzigd" if name in before else "nieuw"


def _read(raw: Path, documents: Path, folder: Path, keep_going: bool) -> None:
    from ..ingest.pipeline import Secrecy, ingest

    used = sorted(dependencies.with_imports([_READING]))
    before = _inputs(raw, documents, keep_going, used)
    with cache.replacing(folder) as fresh:
        secrecy = Secrecy(workspace.seed(), _published(folder), fresh / _RELEASED)
        summary = ingest(
            raw, fresh / _DATA, documents=documents, keep_going=keep_going, whole_country=False, secrecy=secrecy
        )
        cache.write_record(fresh, before, modules=used, summary=asdict(summary), files=pieces_by_file(fresh / _DATA))


def _published(folder: Path) -> Path:
    """Return the file with what was published from the processed data in a folder."""
    return folder.with_name(_RELEASED)


def record_published(processed: Path) -> None:
    """Record that a report was published from processed data, so that later suppression takes that into account.

    Parameters
    ----------
    processed : Path
        From `read`; of other processed data nothing is recorded.
    """
    released = processed.parent / _RELEASED
    with _RECORDING:
        if released.is_file():
            paths.write(_published(processed.parent), released.read_bytes())


def _inputs(raw: Path, documents: Path, keep_going: bool, used: list[str]) -> Inputs:
    council = dependencies.file_inputs(documents, _COUNCIL)  # beside the exports it may be a link, not followed there
    return {"--keep-going": str(keep_going)} | dependencies.file_inputs(raw) | council | dependencies.code_inputs(used)


def _summary(folder: Path) -> Summary:
    record = cache.read_record(folder)
    assert record is not None  # `read` has just checked that it exists
    return Summary(**record.about["summary"])


def pieces_by_file(processed: Path) -> dict[str, list[str]]:
    """Return the pieces of the processed data that rest on each raw file.

    Parameters
    ----------
    processed : Path
        The processed data.

    Returns
    -------
    dict of str to list of str
        Names of pieces, by the path of the file.
    """
    from ..store import observations  # imports pandas, which a build with nothing to do does without

    paths_by_source = {name: source.path for name, source in observations.sources(processed).items()}
    pieces: dict[str, set[str]] = {path: {observations.UNREAD} for path in observations.unread(processed)}
    for path in observations.remarks(processed):
        pieces.setdefault(path, set()).add(observations.REMARKS)
    for piece, name in _piece_sources(processed):
        pieces.setdefault(paths_by_source[name], set()).add(piece)
    return {path: sorted(names) for path, names in sorted(pieces.items())}


def _piece_sources(processed: Path) -> Iterator[tuple[str, str]]:
    """Yield each piece with the name of a source that it rests on."""
    import pandas as pd

    from ..store import observations

    columns = ["indicator", "frequency", "source"]
    figures = pd.read_parquet(processed / observations.OBSERVATIONS, columns=columns).drop_duplicates()
    for indicator, frequency, name in figures.itertuples(index=False):
        yield fingerprints.figures_key(indicator, frequency), name
    for name in pd.read_parquet(processed / observations.BALLOTS, columns=["source"])["source"].unique():
        yield observations.BALLOTS, name
    for kind, content in _read_json(processed, observations.DOCUMENTS).items():
        files = [text["source"] for text in content["content"]["texts"].values()] if kind == TEXTS else []
        for name in files or [content["source"]]:
            yield fingerprints.document_key(kind), name
    for border in _read_json(processed, observations.BORDERS).values():
        yield observations.BORDERS, border["source"]
    if card := _read_json(processed, observations.CARD):
        yield observations.CARD, card["source"]


def _read_json(processed: Path, name: str) -> dict[str, Any]:
    return json.loads((processed / name).read_text(encoding="utf-8")) or {}
