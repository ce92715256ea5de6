"""Which pieces of the processed data hold something from which raw file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from ..ingest.pipeline import Summary
from ..store import fingerprints, observations
from . import cache, dependencies
from .dependencies import Inputs


def pieces_by_file(processed: Path) -> dict[str, list[str]]:
    """The names of the pieces that hold something from each raw file, by the path of the file."""
    paths = {name: source.path for name, source in observations.sources(processed).items()}
    found: dict[str, set[str]] = {path: {observations.UNREAD} for path in observations.unread(processed)}
    for path in observations.remarks(processed):
        found.setdefault(path, set()).add(observations.REMARKS)
    for piece, name in _pairs(processed):
        found.setdefault(paths[name], set()).add(piece)
    return {path: sorted(held) for path, held in sorted(found.items())}


def _pairs(processed: Path) -> Iterator[tuple[str, str]]:
    """Each piece with the name of a source it rests on."""
    columns = ["indicator", "frequency", "source"]
    figures = pd.read_parquet(processed / observations.OBSERVATIONS, columns=columns).drop_duplicates()
    for indicator, frequency, name in figures.itertuples(index=False):
        yield fingerprints.figures_key(indicator, frequency), name
    for name in pd.read_parquet(processed / observations.BALLOTS, columns=["source"])["source"].unique():
        yield observations.BALLOTS, name
    for kind, held in _held(processed, observations.DOCUMENTS).items():
        yield fingerprints.document_key(kind), held["source"]
    for border in _held(processed, observations.BORDERS).values():
        yield observations.BORDERS, border["source"]
    if card := _held(processed, observations.CARD):
        yield observations.CARD, card["source"]


def _held(processed: Path, name: str) -> dict[str, Any]:
    return json.loads((processed / name).read_text(encoding="utf-8")) or {}


_READING = "analysis.ingest.pipeline"
_DATA = "gegevens"
_COUNCIL = "beleid"


@dataclass(frozen=True)
class ExportChanges:
    """What changed since the exports were read.

    Parameters
    ----------
    files : dict
        The raw files by path: ``gewijzigd``, ``nieuw`` or ``weg``.
    other : tuple of str
        Names of the inputs that are no raw file.
    held : dict
        The pieces of the processed data that hold something from those files, by path. What is in a new file, and
        what a changed one does to the hiding of small counts elsewhere, is not known until they are read.
    """

    files: dict[str, str] = field(default_factory=dict)
    other: tuple[str, ...] = ()
    held: dict[str, frozenset[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.files or self.other)


def read(
    raw: Path, documents: Path, place: Path, keep_going: bool, first: Callable[[], None] | None = None
) -> tuple[Path, Summary, bool]:
    """Read the exports, unless what was read before is still what they say.

    Parameters
    ----------
    raw, documents : Path
        The exports, and the folder whose ``beleid`` holds the council's documents.
    place : Path
        Where the processed data are kept.
    keep_going : bool
        See `sources.ingest.ingest`.
    first : callable, optional
        Called before reading begins, if it does: what can go on beside it.

    Returns
    -------
    Path, Summary, bool
        The folder with the processed data, what reading them came to, and whether they were read just now.
    """
    found = changes(raw, documents, place, keep_going)
    if outdated := found is None or bool(found):
        if first:
            first()
        _read(raw, documents, place, keep_going)
    return data(place), _summary(place), outdated


def data(place: Path) -> Path:
    """The folder with the processed data; it may not be there yet."""
    return place / _DATA


def changes(raw: Path, documents: Path, place: Path, keep_going: bool = False) -> ExportChanges | None:
    """What changed since the exports were read, without reading them; ``None`` when they never were."""
    stamp = cache.read(place)
    if stamp is None:
        damaged = cache.damaged(place)
        return ExportChanges(other=tuple(damaged)) if damaged else None
    now = _inputs(raw, documents, keep_going, stamp.about["modules"])
    outdated = stamp.outdated(now)
    names = {name.removeprefix(dependencies.FILE): name for name in outdated if name.startswith(dependencies.FILE)}
    files = {path: _how(name, stamp.inputs, now) for path, name in names.items()}
    held = {path: frozenset(stamp.about["files"].get(path, ())) for path in files}
    return ExportChanges(files, tuple(name for name in outdated if name not in names.values()), held)


def _how(name: str, before: Inputs, now: Inputs) -> str:
    if name not in now:
        return "weg"
    return "gewijzigd" if name in before else "nieuw"


def _read(raw: Path, documents: Path, place: Path, keep_going: bool) -> None:
    from ..ingest.pipeline import ingest
    from . import dependencies

    used = sorted(dependencies.behind([_READING]))
    before = _inputs(raw, documents, keep_going, used)
    with cache.making(place) as fresh:
        summary = ingest(raw, fresh / _DATA, documents=documents, keep_going=keep_going, whole_country=False)
        cache.stamp(fresh, before, modules=used, summary=asdict(summary), files=pieces_by_file(fresh / _DATA))


def _inputs(raw: Path, documents: Path, keep_going: bool, used: list[str]) -> Inputs:
    council = dependencies.of_files(
        documents, _COUNCIL
    )  # with the exports it may be a link, which is not followed there
    return {"--keep-going": str(keep_going)} | dependencies.of_files(raw) | council | dependencies.of_code(used)


def _summary(place: Path) -> Summary:
    stamp = cache.read(place)
    assert stamp is not None  # it has just been looked at
    return Summary(**stamp.about["summary"])
