"""Make a report: by the function behind the command, or by the command itself."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest import mock

import pytest

from analysis.build import reports
from analysis.build.chapters import Parameters
from analysis.build.reports import Report
from analysis.cli import app
from analysis.paths import BROWSER_VARIABLE

WITHOUT_PDF = {BROWSER_VARIABLE: "geen"}  # a PDF takes half as long as all chapters


def report(parameters: Parameters, processed: Path, out: Path, jobs: int = 2, pdf: bool = False) -> Report:
    """Make and publish a report."""
    with mock.patch.dict(os.environ, {} if pdf else WITHOUT_PDF), ThreadPoolExecutor(jobs) as pool:
        return reports.make_report(parameters, processed, out, pool, lambda *_: None)


def command(*arguments: object) -> int:
    """Run the command ``veiligheid`` in this process, without a PDF; return its exit code."""
    with (
        mock.patch.dict(os.environ, WITHOUT_PDF),
        mock.patch.object(sys, "argv", ["veiligheid", *map(str, arguments)]),
        pytest.raises(SystemExit) as ended,
    ):
        app.main()
    return int(ended.value.code or 0)


def files(folder: Path) -> list[Path]:
    """Return every file under a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]
