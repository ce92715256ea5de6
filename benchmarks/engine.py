"""Cost of a cold report compared with other ways of running the same notebooks, all measured in one run.

Run as ``make bench``. Every way starts from the raw sample exports and ends with a page for each chapter. Ours makes
more: the first page, the single page, a PDF, the council package, the records and the check of every page. Only ratios
are meaningful: machines differ, and one machine differs from minute to minute. So ours runs before and after each other
way, which is compared with the mean of the two.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from analysis import paths
from analysis.build.chapters import chapters

BIN = Path(sys.executable).parent
PLOOMBER = "ploomber-engine, in one process"


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, and peak memory of all processes together with shared memory counted once."""

    seconds: float
    gigabytes: float


def command(*arguments: str | Path, folder: Path, **variables: str) -> None:
    """Run a command on the processed data in a folder."""
    folders = {paths.PROCESSED_VARIABLE: folder / "processed", paths.WORK_VARIABLE: folder / "work"}
    environment = os.environ | {name: str(path) for name, path in folders.items()} | variables
    subprocess.run(
        [str(argument) for argument in arguments], check=True, capture_output=True, env=environment, cwd=folder
    )


def ingested(folder: Path) -> None:
    """Ingest the raw exports, as every way has to."""
    command(BIN / "veiligheid", "ingest", "--processed", folder / "processed", folder=folder)


def by_commands(folder: Path, notebook: Path) -> None:
    """Make one chapter with the commands of papermill and nbconvert."""
    done = folder / notebook.name
    command(BIN / "papermill", "-k", "python3", notebook, done, folder=folder)
    command(BIN / "jupyter", "nbconvert", "--to", "html", done, folder=folder)


def loop(folder: Path) -> None:
    """Make the chapters one after the other."""
    ingested(folder)
    for chapter in chapters():
        by_commands(folder, chapter.path)


def side_by_side(folder: Path) -> None:
    """Make as many chapters at once as there are processors."""
    ingested(folder)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda chapter: by_commands(folder, chapter.path), chapters()))


def script(name: str) -> Callable[[Path], None]:
    """Return a way that is a function of ``ways.py``, run in a process of its own."""

    def run(folder: Path) -> None:
        ingested(folder)
        command(sys.executable, Path(__file__).with_name("ways.py"), name, folder, folder=folder)

    return run


def ours(folder: Path) -> None:
    """Make the report with our command."""
    command(BIN / "veiligheid", "report", "--out", folder / "reports", folder=folder)


def without_pdf(folder: Path) -> None:
    """Make the report with our command without Chromium, so without the PDF that no other way makes."""
    absent = {paths.BROWSER_VARIABLE: str(folder / "absent")}
    command(BIN / "veiligheid", "report", "--out", folder / "reports", folder=folder, **absent)


def measured(way: Callable[[Path], None]) -> Cost:
    """Return the cost of a way, in a folder of its own."""
    with TemporaryDirectory(prefix="bench-") as name:
        done, peak = threading.Event(), [0.0]
        watch = threading.Thread(target=_watch, args=(done, peak))
        watch.start()
        start = time.perf_counter()
        try:
            way(Path(name))
        finally:
            seconds = time.perf_counter() - start
            done.set()
            watch.join()
    return Cost(seconds, peak[0])


def _watch(done: threading.Event, peak: list[float]) -> None:
    benchmark = psutil.Process()
    while not done.wait(0.5):
        peak[0] = max(peak[0], sum(_memory(child) for child in benchmark.children(recursive=True)) / 1e6)


def _memory(process: psutil.Process) -> int:
    """Return the memory of a process in kB, from the sum that the system keeps, which is cheap to read."""
    try:
        lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it ended meanwhile
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def main() -> None:
    """Print a line for each way, with its time as a multiple of ours."""
    ways = {
        "one interpreter, the same cells as plain code, then HTML (the floor)": script("floor"),
        "nbclient, a kernel for each notebook": script("nbclient"),
        PLOOMBER: script("ploomber"),
        "papermill + nbconvert, as many at once as processors": side_by_side,
        "papermill + nbconvert, a command line each, in a loop": loop,
        "veiligheid report where there is no Chromium, so without the PDF": without_pdf,
    }
    if find_spec("ploomber_engine") is None:
        ways.pop(PLOOMBER)
        print("ploomber-engine is not installed and not measured.")
    ran = [measured(ours)]
    for name, way in ways.items():
        cost = measured(way)
        ran.append(measured(ours))
        beside = (ran[-2].seconds + ran[-1].seconds) / 2
        print(f"{name:68} {cost.seconds:7.1f} s {cost.gigabytes:5.2f} GB {cost.seconds / beside:6.2f} ×", flush=True)
    seconds, memory = sorted(cost.seconds for cost in ran), max(cost.gigabytes for cost in ran)
    print(f"{'veiligheid report, with everything it makes':68} {seconds[0]:.1f}–{seconds[-1]:.1f} s {memory:5.2f} GB")


if __name__ == "__main__":
    main()
