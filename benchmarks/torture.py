"""Everything that can end a notebook badly, again and again: the right exit code and message, and nothing left behind.

Each time, a command of its own executes a notebook on a warm kernel, in a folder of its own. What that command starts
is known by the name of this folder in its environment.

Run as ``python benchmarks/torture.py [--times 20] [--kernel veiligheid]``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp

import nbformat

GIGABYTE = 1 << 30
LIMIT = 2 * GIGABYTE  # of address space: enough for all that is imported
PATIENCE = 60
_LIMITED = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({LIMIT}, {LIMIT}))"
_EXECUTE = f"{_LIMITED}; from nbclient.cli import main; main()"
_READY = "import os, pathlib, time; pathlib.Path('warm').write_text(str(os.getppid()))"


@dataclass
class Command:
    """A command that executes one notebook."""

    kernel: str
    source: str
    folder: Path = field(default_factory=lambda: Path(mkdtemp(prefix="t")))
    seen: set[int] = field(default_factory=set)

    def start(self) -> None:
        """Start it, in a process group and with a memory limit of its own."""
        cells = [nbformat.v4.new_code_cell(source) for source in (_READY, self.source)]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), self.folder / "n.ipynb")
        places = {"TMPDIR": "tmp", "JUPYTER_RUNTIME_DIR": "runtime", "IPYTHONDIR": "ipython"}
        environment = os.environ | {name: str(self.folder / place) for name, place in places.items()}
        (self.folder / "tmp").mkdir()
        self.process = subprocess.Popen(
            [sys.executable, "-c", _EXECUTE, "--timeout=5", f"--kernel_name={self.kernel}", "n.ipynb"],
            cwd=self.folder,
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def warm(self) -> int:
        """Wait until the notebook runs; the number of the warm process."""
        told = self.folder / "warm"
        _until(lambda: bool(_read(told)) or self.process.poll() is not None)
        self.seen = self.processes()
        time.sleep(0.2)  # until the second cell runs
        return int(told.read_text())

    def processes(self) -> set[int]:
        """Those that this command started and that have not ended."""
        mark = str(self.folder).encode()
        return {int(one.parent.name) for one in Path("/proc").glob("[0-9]*/environ") if mark in _read(one)}

    def zombies(self) -> set[int]:
        """Those that ended and that nobody has waited for."""
        return {pid for pid in self.seen if b") Z " in _read(Path(f"/proc/{pid}/stat"))}

    def left(self) -> tuple[int, int, int]:
        """How many processes, zombies, and files and sockets are left, after some patience."""
        _until(lambda: not self.processes() | self.zombies(), seconds=10)
        files = [*(self.folder / "tmp").rglob("*"), *(self.folder / "runtime").rglob("kernel-*")]
        return len(self.processes()), len(self.zombies()), len(files)


@dataclass(frozen=True)
class Torture:
    """What the notebook does, what is done to it, and how the command should then end."""

    name: str
    source: str
    code: int
    message: str
    harm: Callable[[Command, int], None] = lambda command, warm: None

    def once(self, kernel: str) -> tuple[bool, tuple[int, int, int], str]:
        """Whether code and message were right; what was left; what the command said."""
        command = Command(kernel, self.source)
        command.start()
        self.harm(command, command.warm())
        _, said = command.process.communicate(timeout=PATIENCE)
        right = command.process.returncode == self.code and self.message in said
        left = command.left()
        shutil.rmtree(command.folder)
        return right, left, f"{command.process.returncode}: {said[-1000:]}"


def _kill_warm(command: Command, warm: int) -> None:
    os.kill(warm, signal.SIGKILL)


def _kill_starter(command: Command, warm: int) -> None:
    command.process.kill()


def _interrupt(command: Command, warm: int) -> None:
    os.killpg(command.process.pid, signal.SIGINT)


TORTURES = (
    Torture("cell exits", "os._exit(1)", 1, "DeadKernelError"),
    Torture("2 GB over the limit", "bytearray(2 << 30)", 1, "MemoryError"),
    Torture("cell takes too long", "while True: pass", 1, "CellTimeoutError"),
    Torture("warm process killed", "time.sleep(60)", 1, "DeadKernelError", _kill_warm),
    Torture("Ctrl-C", "time.sleep(60)", 1, "", _interrupt),
    Torture("starter killed", "time.sleep(60)", -signal.SIGKILL, "", _kill_starter),
)


def _until(done: Callable[[], bool], seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not done() and time.monotonic() < end:
        time.sleep(0.02)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # ended since
        return b""


def main() -> int:
    """Print the table; 1 when something went wrong."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--times", type=int, default=20)
    arguments.add_argument("--kernel", default="veiligheid")
    asked = arguments.parse_args()
    wrong = 0
    print(f"{'':22}{'right':>8}{'processes':>11}{'zombies':>9}{'files':>7}")
    for torture in TORTURES:
        ends = [torture.once(asked.kernel) for _ in range(asked.times)]
        right = sum(one for one, _, _ in ends)
        left = [sum(counts) for counts in zip(*(counts for _, counts, _ in ends), strict=True)]
        wrong += asked.times - right + sum(left)
        share = f"{right}/{asked.times}"
        print(f"{torture.name:22}{share:>8}{left[0]:>11}{left[1]:>9}{left[2]:>7}", flush=True)
        if right < asked.times:
            print(next(said for one, _, said in ends if not one), file=sys.stderr)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
