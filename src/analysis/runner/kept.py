"""What was made before, with what it was made from: a folder for each output, complete or not there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from .. import paths
from ..report.record import over
from .inputs import Inputs, changed, of_files

_STAMP = "stand.json"


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
    """The stamp of an output; nothing when it was never made, or its stamp cannot be read."""
    try:
        return Stamp(**json.loads((folder / _STAMP).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


@contextmanager
def making(folder: Path) -> Iterator[Path]:
    """A folder to make an output in; when all went well it takes the place of the one before.

    `stamp` it before the end.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        yield fresh
        paths.replace_folder(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def stamp(folder: Path, inputs: Inputs, **about: Any) -> None:
    """Say what the output in a folder was made from."""
    content = json.dumps({"inputs": inputs, "about": about}, ensure_ascii=False, indent=1)
    (folder / _STAMP).write_text(content, encoding="utf-8")


def checksum(folder: Path) -> str:
    """A checksum over the names and contents of all files in a folder."""
    return over(of_files(folder))
