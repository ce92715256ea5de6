"""A small report that is made in a process of its own, which kills itself at a chosen system call of publishing."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest import mock

from analysis import paths
from analysis.build import chapters, dependencies, execution, publishing, reports
from analysis.build.chapters import Parameters
from analysis.build.workspace import alone
from analysis.report import records
from made_up_editions import run_here

# What changes files, as an audit hook hears of it just before: before one of these is after the one before it.
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
CALLS = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "os.utime"}


def make(folder: Path, processed: Path, most: int | None, code: str) -> None:
    """Make the report of one chapter as the command does, by a program with this checksum."""
    out, where = folder / "out", {paths.WORK_VARIABLE: str(folder / "werk"), "VEILIGHEID_CHROMIUM": "geen"}
    with (
        mock.patch.dict(os.environ, where),
        mock.patch.object(reports, "chapters", lambda: chapters.chapters(folder.parent)),
        mock.patch.object(execution, "run", run_here),
        mock.patch.object(records, "code_version", lambda: {"version": "1", "sha256": code}),
        mock.patch.object(dependencies, "packages", lambda: code),
        mock.patch.object(
            dependencies, "behind", frozenset
        ),  # which of our modules are used takes a second to find out
        alone(out, print),
        ThreadPoolExecutor(1) as pool,
    ):
        reports.reports_of([Parameters()], processed, out, pool, lambda *_: None, keep_going=False, most=most)


def killed(folder: Path, processed: Path, most: int | None, code: str, at: int) -> None:
    """Make the report, and be killed before a call of publishing by its number; those before it are listed."""
    heard = (folder.parent / "calls").open("w", buffering=1, encoding="utf-8")
    calls: list[str] = []
    busy = False

    def publish(fresh: Path, target: Path, keep: Path | None) -> None:
        nonlocal busy
        busy = True
        real(fresh, target, keep)

    def hook(event: str, arguments: Sequence[Any]) -> None:
        if not busy or event not in CALLS or (event == "open" and not arguments[2] & _WRITING):
            return
        if len(calls) == at:
            os.kill(os.getpid(), signal.SIGKILL)
        calls.append(event)
        heard.write(f"{event} {arguments[0]}\n")

    real, publishing.replace_report = publishing.replace_report, publish
    sys.addaudithook(hook)
    make(folder, processed, most, code)
