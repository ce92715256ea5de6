"""Where reports stand, those before them, and what is kept to make them from."""

from __future__ import annotations

from pathlib import Path

from .parameters import Parameters

_WORK = ".werk"


def published(out: Path, parameters: Parameters) -> Path:
    """The folder of the published report."""
    return out / parameters.municipality / parameters.window


def archive(target: Path) -> Path:
    """The folder with the editions before a published report."""
    return target.parent / "edities" / target.name


def chapters(out: Path, parameters: Parameters) -> Path:
    """The folder with the chapters of a report as they were last made."""
    return out / _WORK / parameters.municipality / parameters.window


def exports(out: Path) -> Path:
    """The folder with the processed data of all reports."""
    return out / _WORK / "exports"
