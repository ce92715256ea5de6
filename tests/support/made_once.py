"""Slow fixtures that tests only read: made by the first test process that needs them, shared by the others."""

from __future__ import annotations

import fcntl
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import report_command


def make_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Any]) -> Any:
    """Return what ``make`` returned for a folder of its own, in whichever process of this test run called it."""
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    pickled = shared / f"{name}.pickle"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not pickled.exists():
            pickled.write_bytes(pickle.dumps(make(shared / name)))
        return pickle.loads(pickled.read_bytes())


def real_report(raw: Path, out: Path, *codes: str) -> tuple[Path, str]:
    """Make reports through the command line, as a user does; return the folder and the output."""
    chosen = [part for code in codes for part in ("--municipality", code)]
    command = ["from analysis.cli.app import main; main()", "report", "--raw", str(raw), "--out", str(out), *chosen]
    environment = os.environ | report_command.WITHOUT_PDF
    ran = subprocess.run([sys.executable, "-c", *command], env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return out, ran.stdout
