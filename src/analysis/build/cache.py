"""The cache of a build: results in folders, each with a record of the inputs that it was made from."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import paths
from ..report.forms import Forms
from ..store import fingerprints
from . import dependencies
from .chapters import Chapter, Parameters
from .dependencies import Inputs, Used, changed_names, file_inputs, short_list

_RECORD = "stand.json"
_LOG = logging.getLogger(__name__)  # without configuration, Python writes a warning to the terminal unchanged


@dataclass(frozen=True)
class CacheRecord:
    """What is recorded beside a cached result.

    Parameters
    ----------
    inputs : dict
        The fingerprint of each input, by name.
    about : dict
        Anything else to remember of it.

    Examples
    --------
    >>> CacheRecord({"a": "1", "b": "2"}).outdated({"a": "1", "b": "3"})
    ['b']
    """

    inputs: Inputs = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)

    def outdated(self, now: Inputs) -> list[str]:
        """Return the names of the inputs that changed."""
        return changed_names(self.inputs, now)


def read_record(folder: Path) -> CacheRecord | None:
    """Read the record of a cached result.

    Parameters
    ----------
    folder : Path
        The folder of the result.

    Returns
    -------
    CacheRecord or None
        ``None`` when the result was never made, or when one of its files is not what was written.
    """
    if fingerprints.damaged(folder):
        return None
    try:
        return CacheRecord(**json.loads((folder / _RECORD).read_text(encoding="utf-8")))
    except TypeError:  # another version of this program wrote it otherwise
        return None


def damage(folder: Path) -> list[str]:
    """Describe the damage to a cached result, in Dutch.

    Parameters
    ----------
    folder : Path
        The folder of the result.

    Returns
    -------
    list of str
        One entry for each file; empty when the result was never made or is intact.
    """
    names = fingerprints.damaged(folder) if folder.exists() else []
    return [f"schade aan {name}" if (folder / name).exists() else f"{name} ontbreekt" for name in names]


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """Make a result in a temporary folder, and put it in place of the previous one if that succeeds.

    Call `write_record` at the end. If the previous result was damaged, the terminal says that it was made again.

    Parameters
    ----------
    folder : Path
        The folder of the result.

    Yields
    ------
    Path
        The temporary folder.
    """
    with paths.replacing(folder) as fresh:
        yield fresh
        problems = damage(folder)
    if problems:
        _LOG.warning("  Opnieuw gemaakt: %s (%s)", paths.display_path(folder), short_list(problems))


def write_record(folder: Path, inputs: Inputs, **about: Any) -> None:
    """Record the inputs of the result in a folder, and the checksums of its files.

    Parameters
    ----------
    folder : Path
        The folder of the result, with all its files.
    inputs : dict
        The fingerprint of each input, by name.
    **about
        Anything else to remember, as JSON can hold it.
    """
    content = json.dumps({"inputs": inputs, "about": about}, ensure_ascii=False, indent=1)
    (folder / _RECORD).write_text(content, encoding="utf-8")
    fingerprints.write(folder)


def folder_checksum(folder: Path) -> str:
    """Return a checksum over the names and contents of all files in a folder."""
    return fingerprints.combined_checksum(file_inputs(folder))


@dataclass(frozen=True)
class ReportCache:
    """The cached chapters of one report.

    Parameters
    ----------
    parameters : Parameters
        The municipality and the years.
    processed : Path
        The processed data that the chapters read.
    folder : Path
        Holds a folder for each chapter.
    forms : Forms
        The forms in which the report is made of them.
    """

    parameters: Parameters
    processed: Path
    folder: Path
    forms: Forms = Forms.COUNCIL

    def folder_of(self, chapter: Chapter) -> Path:
        """Return the folder of a chapter."""
        return self.folder / chapter.path.stem

    def inputs(self, chapter: Chapter, used: Used) -> Inputs:
        """Return the current inputs of a chapter that uses certain data and modules."""
        return dependencies.chapter_inputs(chapter, self.parameters, self.processed, used)

    def outdated(self, chapter: Chapter) -> list[str] | None:
        """Return the names of the inputs that changed since a chapter was made; ``None`` when it never was."""
        record = read_record(self.folder_of(chapter))
        if record is None:
            return damage(self.folder_of(chapter)) or None
        return record.outdated(self.inputs(chapter, Used(**record.about["used"])))
