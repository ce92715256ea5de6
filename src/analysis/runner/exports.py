"""The processed data of a folder of raw exports: read anew only when something changed."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from ..sources.summary import Summary
from . import inputs, kept
from .inputs import Inputs

_READING = "analysis.sources.ingest"
_DATA = "gegevens"


def read(raw: Path, documents: Path, place: Path, keep_going: bool) -> tuple[Path, Summary, bool]:
    """Read the exports, unless what was read before is still what they say.

    Parameters
    ----------
    raw, documents : Path
        The exports, and the folder whose ``beleid`` holds the council's documents.
    place : Path
        Where the processed data are kept.
    keep_going : bool
        See `sources.ingest.ingest`.

    Returns
    -------
    Path, Summary, bool
        The folder with the processed data, what reading them came to, and whether they were read just now.
    """
    outdated = why(raw, documents, place, keep_going)
    if outdated != []:
        _read(raw, documents, place, keep_going)
    return data(place), _summary(place), outdated != []


def data(place: Path) -> Path:
    """The folder with the processed data; it may not be there yet."""
    return place / _DATA


def why(raw: Path, documents: Path, place: Path, keep_going: bool) -> list[str] | None:
    """Names of the inputs that changed since the exports were read; ``None`` when they never were."""
    stamp = kept.read(place)
    return None if stamp is None else stamp.outdated(_inputs(raw, documents, keep_going, stamp.about["modules"]))


def _read(raw: Path, documents: Path, place: Path, keep_going: bool) -> None:
    from ..sources.ingest import ingest
    from . import modules

    used = sorted(modules.behind([_READING]))
    before = _inputs(raw, documents, keep_going, used)
    with kept.making(place) as fresh:
        summary = ingest(raw, fresh / _DATA, documents=documents, keep_going=keep_going)
        kept.stamp(fresh, before, modules=used, summary=asdict(summary))


def _inputs(raw: Path, documents: Path, keep_going: bool, used: list[str]) -> Inputs:
    council = inputs.of_files(documents / "beleid") if documents != raw else {}
    return {"--keep-going": str(keep_going)} | inputs.of_files(raw) | council | inputs.of_code(used)


def _summary(place: Path) -> Summary:
    stamp = kept.read(place)
    assert stamp is not None  # it has just been looked at
    return Summary(**stamp.about["summary"])
