"""The observations that a report was last published from, kept to see what moved when there are new ones."""

from __future__ import annotations

import filecmp
import shutil
from pathlib import Path

from . import kept

FILES = ("observations.parquet", "sources.json")  # the figures, and which file each comes from
_NAME = "gepubliceerd"


def keep(processed: Path, chapters: Path) -> None:
    """Keep what a report says now, beside the chapters it was made of; also when it said so already."""
    before = last(chapters)
    if before and not differ(processed, before):
        return
    with kept.making(chapters / _NAME) as fresh:
        for name in FILES:
            shutil.copyfile(processed / name, fresh / name)


def differ(processed: Path, before: Path) -> bool:
    """Whether anything in the observations changed since a report was published from them."""
    return bool(filecmp.cmpfiles(processed, before, FILES, shallow=False)[1])


def last(chapters: Path) -> Path | None:
    """The folder with what a report was published from before; nothing before the first time."""
    folder = chapters / _NAME
    return folder if all((folder / name).is_file() for name in FILES) else None
