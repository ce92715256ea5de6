"""The observations that reports were last published from, kept to see what moved when there are new ones."""

from __future__ import annotations

import shutil
from pathlib import Path

from . import kept, places

FILES = ("observations.parquet", "sources.json")  # the figures, and which file each comes from


def keep(processed: Path, out: Path) -> None:
    """Keep what was published from just now."""
    with kept.making(places.basis(out)) as fresh:
        for name in FILES:
            shutil.copyfile(processed / name, fresh / name)


def last(out: Path) -> Path | None:
    """The folder with what was published from before; nothing before the first time."""
    folder = places.basis(out)
    return folder if all((folder / name).is_file() for name in FILES) else None
