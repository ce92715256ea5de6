"""Making a report as the command does, without its command line."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from analysis.runner import build
from analysis.runner.parameters import Parameters
from analysis.runner.reports import Report


def report(parameters: Parameters, processed: Path, out: Path, jobs: int = 2) -> Report:
    """Make and publish a report."""
    with ThreadPoolExecutor(jobs) as pool:
        return build.report(parameters, processed, out, pool, lambda *_: None)


def files(folder: Path) -> list[Path]:
    """Every file under a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]
