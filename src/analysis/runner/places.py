"""Where reports stand, those before them, and what is kept to make them from."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from .. import paths
from ..errors import DataError
from .parameters import Parameters


def must_lie_apart(raw: Path, made: Path, where: str, field: str | None = None) -> None:
    """Refuse to make something within the folder with exports: it would be read as an export itself.

    Raises
    ------
    DataError
        At ``where`` it was asked, an option or a file with settings.
    """
    if made.resolve().is_relative_to(raw.resolve()):
        problem = f"{paths.shown(made)} ligt in de map met exports, en zou zelf als export gelezen worden."
        raise DataError(where, problem, "Kies een andere map.", field=field)


def published(out: Path, parameters: Parameters) -> Path:
    """The folder of the published report."""
    return out / parameters.municipality / parameters.window


def archive(target: Path) -> Path:
    """The folder with the editions before a published report."""
    return target.parent / "edities" / target.name


def work(out: Path) -> Path:
    """The folder with everything kept for the reports in a folder; each folder of reports has its own."""
    known = out.resolve()
    return paths.work() / f"{known.name}-{sha256(str(known).encode()).hexdigest()[:12]}"


def chapters(out: Path, parameters: Parameters) -> Path:
    """The folder with the chapters of a report as they were last made."""
    return work(out) / parameters.municipality / parameters.window


def exports(out: Path) -> Path:
    """The folder with the processed data of all reports."""
    return work(out) / "exports"


def documents(raw: Path) -> Path:
    """The folder with the council's documents: with the exports, or else where the analyst keeps hers."""
    return raw if (raw / "beleid").is_dir() else paths.RAW
