"""What takes a minute to make and is only looked at: made by the first test process that asks, found by the others."""

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


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Any]) -> Any:
    """What ``make`` returned for a folder of its own, in whichever process of this test run."""
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    kept = shared / f"{name}.pickle"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            kept.write_bytes(pickle.dumps(make(shared / name)))
        return pickle.loads(kept.read_bytes())


def real(raw: Path, out: Path, *codes: str) -> tuple[Path, str]:
    """Reports through the command line, as a user makes them; the folder and what the terminal said."""
    chosen = [part for code in codes for part in ("--municipality", code)]
    command = ["from analysis.cli.app import main; main()", "report", "--raw", str(raw), "--out", str(out), *chosen]
    environment = os.environ | report_command.WITHOUT_PDF
    ran = subprocess.run([sys.executable, "-c", *command], env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return out, ran.stdout
