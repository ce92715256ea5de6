"""What was made before, with what it was made from: a folder for each output, whole or made again."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import checksums, paths
from ..report.record import over
from .inputs import Inputs, changed, listed, of_files

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
    if checksums.damaged(folder):
        return None
    try:
        return Stamp(**json.loads((folder / _STAMP).read_text(encoding="utf-8")))
    except TypeError:  # another version of this program wrote it otherwise
        return None


def damaged(folder: Path) -> list[str]:
    """What is wrong with an output, by file, in Dutch; nothing when it was never made, or is as it was made."""
    names = checksums.damaged(folder) if folder.exists() else []
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
    checksums.write(folder)


def checksum(folder: Path) -> str:
    """A checksum over the names and contents of all files in a folder."""
    return over(of_files(folder))
