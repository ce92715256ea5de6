"""The observations that a report was last published from, kept to see what moved when there are new ones."""

from __future__ import annotations

import filecmp
import shutil
from pathlib import Path

from .. import pieces
from . import inputs, kept, reports

FILES = ("observations.parquet", "sources.json")  # the figures, and which file each comes from
_NAME = "gepubliceerd"
_FORM = {"vorm": "2"}  # another number whenever observations or their sources are written otherwise


def keep(processed: Path, chapters: Path) -> None:
    """Keep what a report says now, beside the chapters it was made of; also when it said so already."""
    if _is_kept(here := chapters / _NAME) and not differ(processed, here):
        return
    _write(processed, here)


def mend(processed: Path, chapters: Path) -> None:
    """Make a damaged one again, as long as the processed data are still those that the report was published from."""
    if kept.damaged(here := chapters / _NAME) and kept.read(processed.parent):
        published = reports.data_of(chapters)
        if published and published == inputs.of_file(processed / pieces.NAME):
            _write(processed, here)


def _write(processed: Path, here: Path) -> None:
    with kept.making(here) as fresh:
        for name in FILES:
            shutil.copyfile(processed / name, fresh / name)
        kept.stamp(fresh, _FORM)


def differ(processed: Path, before: Path) -> bool:
    """Whether anything in the observations changed since a report was published from them."""
    return bool(filecmp.cmpfiles(processed, before, FILES, shallow=False)[1])


def last(chapters: Path) -> Path | None:
    """The folder with what a report was published from before, or else a report of other years on the municipality.

    Nothing before the first time, and when it was written by a version of this program that wrote otherwise.
    """
    others = sorted(chapters.parent.glob(f"*/{_NAME}"), key=lambda folder: folder.stat().st_mtime, reverse=True)
    return next(filter(_is_kept, (chapters / _NAME, *others)), None)


def _is_kept(folder: Path) -> bool:
    stamp = kept.read(folder)
    return stamp is not None and not stamp.outdated(_FORM)
