"""Run ``veiligheid report`` in a process of its own, and kill it with everything it started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from analysis import paths

_SMALL = (
    "from pathlib import Path; from analysis.build import chapters, reports; "
    "reports.chapters = lambda: chapters.chapters(Path({!r})); from analysis.cli.app import main; main()"
)
_PATIENCE = 300  # seconds: the machine may be busy


class Run:
    """A run on the chapters and exports in a folder; everything it writes is in that folder too."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.out, self.temporary = folder, folder / "out", folder / "tmp"
        self.temporary.mkdir(exist_ok=True)
        folders = {paths.WORK_VARIABLE: "werk", "TMPDIR": "tmp", "VEILIGHEID_CHROMIUM": "geen", "IPYTHONDIR": "ipython"}
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                _SMALL.format(str(folder)),
                "report",
                "--raw",
                str(folder / "raw"),
                "--out",
                self.out,
            ],
            env=os.environ | {variable: str(folder / name) for variable, name in folders.items()},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ended(self) -> int:
        """Wait until it ends by itself; return the exit code."""
        self.process.communicate(timeout=_PATIENCE)
        return self.process.returncode

    def kill(self, moment: Callable[[], bool]) -> None:
        """Kill it and all its processes as soon as ``moment`` returns true, or at its end."""
        until = time.monotonic() + _PATIENCE
        while self.process.poll() is None and not moment():
            assert time.monotonic() < until, "the moment never came"
            time.sleep(0.001)
        self.process.kill()
        while left := self._processes():
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self.process.communicate()

    def _processes(self) -> set[int]:
        mark = f"={self.folder / 'werk'}".encode()
        return {int(path.parent.name) for path in Path("/proc").glob("[0-9]*/environ") if mark in _read(path)}


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
