"""The processed data of a folder of raw exports: read anew only when something changed, and what changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ..sources.summary import Summary
from . import inputs, kept
from .inputs import Inputs

_READING = "analysis.sources.ingest"
_DATA = "gegevens"
_COUNCIL = "beleid"


@dataclass(frozen=True)
class Changes:
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


def changes(raw: Path, documents: Path, place: Path, keep_going: bool = False) -> Changes | None:
    """What changed since the exports were read, without reading them; ``None`` when they never were."""
    stamp = kept.read(place)
    if stamp is None:
        damaged = kept.damaged(place)
        return Changes(other=tuple(damaged)) if damaged else None
    now = _inputs(raw, documents, keep_going, stamp.about["modules"])
    outdated = stamp.outdated(now)
    names = {name.removeprefix(inputs.FILE): name for name in outdated if name.startswith(inputs.FILE)}
    files = {path: _how(name, stamp.inputs, now) for path, name in names.items()}
    held = {path: frozenset(stamp.about["files"].get(path, ())) for path in files}
    return Changes(files, tuple(name for name in outdated if name not in names.values()), held)


def _how(name: str, before: Inputs, now: Inputs) -> str:
    if name not in now:
        return "weg"
    return "gewijzigd" if name in before else "nieuw"


def _read(raw: Path, documents: Path, place: Path, keep_going: bool) -> None:
    from ..sources.ingest import ingest
    from . import modules, origins

    used = sorted(modules.behind([_READING]))
    before = _inputs(raw, documents, keep_going, used)
    with kept.making(place) as fresh:
        summary = ingest(raw, fresh / _DATA, documents=documents, keep_going=keep_going, whole_country=False)
        kept.stamp(fresh, before, modules=used, summary=asdict(summary), files=origins.pieces_by_file(fresh / _DATA))


def _inputs(raw: Path, documents: Path, keep_going: bool, used: list[str]) -> Inputs:
    council = inputs.of_files(documents, _COUNCIL)  # with the exports it may be a link, which is not followed there
    return {"--keep-going": str(keep_going)} | inputs.of_files(raw) | council | inputs.of_code(used)


def _summary(place: Path) -> Summary:
    stamp = kept.read(place)
    assert stamp is not None  # it has just been looked at
    return Summary(**stamp.about["summary"])
