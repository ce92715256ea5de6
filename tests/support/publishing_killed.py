"""Make a small report in a process that kills itself before a chosen system call of publishing."""

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
from analysis.build.workspace import locked
from analysis.report import records
from made_up_editions import run_here

# Audit events that precede a change of files; killing before an event is the same as killing after the one before.
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
CALLS = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "os.utime"}


def make(folder: Path, processed: Path, most: int | None, code: str) -> None:
    """Make a report of one chapter as the command does, pretending that the code has this checksum."""
    out, environment = folder / "out", {paths.WORK_VARIABLE: str(folder / "werk"), "VEILIGHEID_CHROMIUM": "geen"}
    with (
        mock.patch.dict(os.environ, environment),
        mock.patch.object(reports, "chapters", lambda: chapters.chapters(folder.parent)),
        mock.patch.object(execution, "run", run_here),
        mock.patch.object(records, "code_version", lambda: {"version": "1", "sha256": code}),
        mock.patch.object(dependencies, "packages_checksum", lambda: code),
        mock.patch.object(
            dependencies, "with_imports", frozenset
        ),  # finding out which of our modules are used takes a second
        locked(out, print),
        ThreadPoolExecutor(1) as pool,
    ):
        reports.make_reports([Parameters()], processed, out, pool, lambda *_: None, keep_going=False, max_editions=most)


def killed(folder: Path, processed: Path, most: int | None, code: str, at: int) -> None:
    """Make the report and be killed before call number ``at`` of publishing; list the calls before it in a file."""
    log = (folder.parent / "calls").open("w", buffering=1, encoding="utf-8")
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
        log.write(f"{event} {arguments[0]}\n")

    real, publishing.replace_report = publishing.replace_report, publish
    sys.addaudithook(hook)
    make(folder, processed, most, code)
