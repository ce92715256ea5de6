"""What was made before, with what it was made from: a folder for each output, whole or made again."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import paths
from ..store import fingerprints
from . import dependencies
from .chapters import Chapter, Parameters
from .dependencies import Inputs, Used, changed, listed, of_files

_STAMP = "stand.json"
_LOG = logging.getLogger(__name__)  # unless told otherwise, Python writes a warning to the terminal as it is


@dataclass(frozen=True)
class Stamp:
    """What stands beside an output.

    Parameters
    ----------
    inputs : dict
        What it was made from.
    about : dict
        Anything else to remember of it.
    """

    inputs: Inputs = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)

    def outdated(self, now: Inputs) -> list[str]:
        """The names of inputs that are not what they were."""
        return changed(self.inputs, now)


def read(folder: Path) -> Stamp | None:
    """The stamp of an output; nothing when it was never made, or when any file of it is not what was made."""
    if fingerprints.damaged(folder):
        return None
    try:
        return Stamp(**json.loads((folder / _STAMP).read_text(encoding="utf-8")))
    except TypeError:  # another version of this program wrote it otherwise
        return None


def damaged(folder: Path) -> list[str]:
    """What is wrong with an output, by file, in Dutch; nothing when it was never made, or is as it was made."""
    names = fingerprints.damaged(folder) if folder.exists() else []
    return [f"schade aan {name}" if (folder / name).exists() else f"{name} ontbreekt" for name in names]


@contextmanager
def making(folder: Path) -> Iterator[Path]:
    """A folder to make an output in; when all went well it takes the place of the one before.

    `stamp` it at the end. When the one before was damaged, the terminal says that it was made again.
    """
    with paths.replacing(folder) as fresh:
        yield fresh
        before = damaged(folder)
    if before:
        _LOG.warning("  Opnieuw gemaakt: %s (%s)", paths.shown(folder), listed(before))


def stamp(folder: Path, inputs: Inputs, **about: Any) -> None:
    """Say what the output in a folder was made from, and list the checksums of all that stands there by now."""
    content = json.dumps({"inputs": inputs, "about": about}, ensure_ascii=False, indent=1)
    (folder / _STAMP).write_text(content, encoding="utf-8")
    fingerprints.write(folder)


def checksum(folder: Path) -> str:
    """A checksum over the names and contents of all files in a folder."""
    return fingerprints.combined_checksum(of_files(folder))


@dataclass(frozen=True)
class ReportCache:
    """The chapters of one report: where they are kept, and what they are made from."""

    parameters: Parameters
    processed: Path
    folder: Path

    def place(self, chapter: Chapter) -> Path:
        """The folder of a chapter."""
        return self.folder / chapter.path.stem

    def inputs(self, chapter: Chapter, used: Used) -> Inputs:
        """What a chapter is made from, as it is now."""
        return dependencies.of_chapter(chapter, self.parameters, self.processed, used)

    def outdated(self, chapter: Chapter) -> list[str] | None:
        """Names of the inputs that changed since the chapter was made; ``None`` when it never was."""
        stamp = read(self.place(chapter))
        if stamp is None:
            return damaged(self.place(chapter)) or None
        return stamp.outdated(self.inputs(chapter, Used(**stamp.about["used"])))
