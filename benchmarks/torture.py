"""Stress test of warm kernels: end a notebook badly in every way, and check exit code, message and leftovers.

Each time a command executes a notebook on a warm kernel, in a folder of its own: first with the command of Jupyter,
then as a chapter of a report, where an earlier report exists. The processes that the command started are recognised by
the name of this folder in their environment.

Run as ``python benchmarks/torture.py [--times 20]``.
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
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp

import nbformat

from analysis import paths

GIGABYTE = 1 << 30
LIMIT = 3 * GIGABYTE  # of address space: enough for all imports
SECONDS = 5  # that a cell may take
PATIENCE = 120
_LIMITED = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({LIMIT}, {LIMIT}))"
_READY = "import os, pathlib, time; pathlib.Path(os.environ['TORTURE']).write_text(str(os.getppid()))"
_PARAMETERS = "municipality: str = 'GM1969'  # a\nfirst_year: int = 2019  # b\nlast_year: int = 2022  # c"
_PLACES = {"TMPDIR": "tmp", "JUPYTER_RUNTIME_DIR": "runtime", "IPYTHONDIR": "ipython", "TORTURE": "warm"}


@dataclass
class Notebook:
    """A command that executes one notebook."""

    kernel: str = "veiligheid"
    folder: Path = field(default_factory=lambda: Path(mkdtemp(prefix="t")))
    seen: set[int] = field(default_factory=set)

    def start(self, source: str) -> None:
        """Start the command with a cell to execute."""
        asked = f"--timeout={SECONDS}", f"--kernel_name={self.kernel}"
        self.run(source, "from nbclient.cli import main; main()", *asked, "01_notebook.ipynb")

    def run(self, source: str, program: str, *arguments: str) -> None:
        """Run a program on a notebook with this cell, in a process group and with a memory limit of its own."""
        cells = [nbformat.v4.new_code_cell(code) for code in (_PARAMETERS, _READY, source)]
        cells[0].metadata["tags"] = ["parameters"]
        cells.insert(0, nbformat.v4.new_markdown_cell("# Proef"))
        kernel = {"name": self.kernel, "display_name": self.kernel, "language": "python"}
        about = {"kernelspec": kernel, "veiligheid": {"id": "proef", "needs": []}}
        notebook = nbformat.v4.new_notebook(cells=cells, metadata=about)
        nbformat.write(notebook, self.folder / "01_notebook.ipynb")
        (self.folder / "tmp").mkdir(exist_ok=True)
        places = {name: str(self.folder / place) for name, place in _PLACES.items()}
        self.process = subprocess.Popen(
            [sys.executable, "-c", f"{_LIMITED}; {program}", *arguments],
            cwd=self.folder,
            env=os.environ | places | {paths.WORK_VARIABLE: str(self.folder / "work"), "VEILIGHEID_CHROMIUM": "geen"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def warm(self) -> int:
        """Wait until the notebook runs; return the number of the warm process."""
        marker = self.folder / "warm"
        _until(lambda: bool(_read(marker)) or self.process.poll() is not None)
        self.seen = self.processes()
        time.sleep(0.2)  # until the second cell runs
        return int(marker.read_text())

    def processes(self) -> set[int]:
        """Return the processes that this command started and that still run."""
        mark = str(self.folder).encode()
        return {int(path.parent.name) for path in Path("/proc").glob("[0-9]*/environ") if mark in _read(path)}

    def zombies(self) -> set[int]:
        """Return the processes that ended without being waited for, except those left to the system (process 1)."""
        stats = {pid: _read(Path(f"/proc/{pid}/stat")) for pid in self.seen}
        return {pid for pid, stat in stats.items() if b") Z " in stat and b") Z 1 " not in stat}

    def left(self) -> tuple[int, int, int]:
        """Return the number of processes, zombies, and files and sockets that are left after at most ten seconds."""
        _until(lambda: not self.processes() | self.zombies(), seconds=10)
        files = [*(self.folder / "tmp").rglob("*"), *(self.folder / "runtime").rglob("kernel-*")]
        return len(self.processes()), len(self.zombies()), len(files)

    def intact(self) -> bool:
        """Return whether an earlier result is unchanged; a notebook has none."""
        return True


@dataclass
class Report(Notebook):
    """The command that makes a report, here of one chapter, where an earlier report stands."""

    before: dict[Path, bytes] = field(default_factory=dict)

    def start(self, source: str) -> None:
        """Publish an earlier report, then start the command again with this cell."""
        shutil.copytree(paths.RAW / "halt", self.folder / "raw")
        self._report("41")
        _, said = self.process.communicate(timeout=PATIENCE)
        assert self.process.returncode == 0, said
        (self.folder / "warm").unlink()
        self.before = self._published()
        self._report(source)

    def intact(self) -> bool:
        """Return whether the earlier report is unchanged, byte for byte, and nothing was added."""
        return len(self.before) > 1 and self._published() == self.before

    def _report(self, source: str) -> None:
        program = (
            "from pathlib import Path; from analysis.build import chapters, execution, reports; "
            f"execution.CELL_SECONDS = {SECONDS}; reports.chapters = lambda: chapters.chapters(Path('.')); "
            "from analysis.cli.app import main; main()"
        )
        self.run(source, program, "report", "--raw", "raw", "--out", "out")

    def _published(self) -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in (self.folder / "out").rglob("*") if path.is_file()}


@dataclass(frozen=True)
class Torture:
    """A way to end a notebook badly, with the exit code and a part of the message that each command should give."""

    name: str
    source: str
    notebook: tuple[int, str]
    report: tuple[int, str]
    harm: Callable[[Notebook, int], None] = lambda command, warm: None

    def once(self, command: Notebook) -> tuple[bool, tuple[int, int, int], str]:
        """Do it once; return whether it ended as it should, what was left, and the output of the command."""
        command.start(self.source)
        self.harm(command, command.warm())
        _, said = command.process.communicate(timeout=PATIENCE)
        code, message = self.report if isinstance(command, Report) else self.notebook
        right = command.process.returncode == code and message in said and command.intact()
        left = command.left()
        shutil.rmtree(command.folder)
        return right, left, f"{command.process.returncode}: {said[-1000:]}"


def _kill_warm(command: Notebook, warm: int) -> None:
    os.kill(warm, signal.SIGKILL)


def _interrupt(command: Notebook, warm: int) -> None:
    os.killpg(command.process.pid, signal.SIGINT)


def _kill_starter(command: Notebook, warm: int) -> None:
    command.process.kill()


_STOPPED = "de kernel is onverwacht gestopt"
_SLEEP = "time.sleep(60)"
_LEAVES = "import subprocess; subprocess.Popen(['setsid', 'sleep', '60']); time.sleep(0.5); os._exit(1)"
TORTURES = (
    Torture("cell exits", "os._exit(1)", (1, "DeadKernelError"), (1, _STOPPED)),
    Torture("child in its own session", _LEAVES, (1, "DeadKernelError"), (1, _STOPPED)),
    Torture("2 GB over the limit", f"bytearray({LIMIT + 2 * GIGABYTE})", (1, "MemoryError"), (1, "MemoryError")),
    Torture("cell takes too long", "while True: pass", (1, "CellTimeoutError"), (1, f"langer dan {SECONDS} seconden")),
    Torture("warm process killed", _SLEEP, (1, "DeadKernelError"), (1, _STOPPED), _kill_warm),
    Torture("Ctrl-C", _SLEEP, (1, ""), (130, "Afgebroken"), _interrupt),
)
# What a killed report leaves is cleared by the next one: see `tests/build/test_workspace.py`.
STARTER_KILLED = Torture("starter killed", _SLEEP, (-signal.SIGKILL, ""), (-signal.SIGKILL, ""), _kill_starter)


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
    """Print the table; return 1 when something went wrong."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--times", type=int, default=20)
    times, wrong = arguments.parse_args().times, 0
    print(f"{'':32}{'right':>8}{'processes':>11}{'zombies':>9}{'files':>7}")
    for kind in (Notebook, Report):
        for torture in (*TORTURES, *[STARTER_KILLED] * (kind is Notebook)):
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                ends = list(pool.map(lambda _, torture=torture, kind=kind: torture.once(kind()), range(times)))
            right = sum(ended_right for ended_right, _, _ in ends)
            left = [sum(counts) for counts in zip(*(counts for _, counts, _ in ends), strict=True)]
            wrong += times - right + sum(left)
            name, share = f"{kind.__name__.lower()}: {torture.name}", f"{right}/{times}"
            print(f"{name:32}{share:>8}{left[0]:>11}{left[1]:>9}{left[2]:>7}", flush=True)
            if right < times:
                print(next(output for ended_right, _, output in ends if not ended_right), file=sys.stderr)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
