"""Cost of the main path at real size: fetch every table of ``sources.yml``, then make the report.

A server on this machine has made-up tables as large as those of the publishers, for Westerkwartier, for Amsterdam, and
for both in one folder. Each command is a process of its own. Memory is that of the command and of all processes it
starts, with shared memory counted once. Run nothing else at the same time.

Run as ``python benchmarks/main_path.py``; one municipality with ``--municipality GM1969``.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from tempfile import TemporaryDirectory

import psutil

from analysis import paths

sys.path.insert(0, str(paths.PROJECT / "tests" / "support"))
import publisher_server
from nationwide import Cost
from publisher_server import Publisher
from real_size_tables import AMSTERDAM, WESTERKWARTIER, Town, World

TOWNS = {town.code: town for town in (WESTERKWARTIER, AMSTERDAM)}
YEARS = ("--from-year", "2019", "--to-year", "2025")
publisher_server.PAGE = 10_000  # as CBS does


def measured(command: list[str | Path], work: Path) -> Cost:
    """Run a command of ours to its end; return its cost."""
    clock, before, most = time.perf_counter(), getrusage(RUSAGE_CHILDREN), 0
    program = Path(sys.executable).with_name("veiligheid")
    with (work / "log").open("w+") as log:
        process = subprocess.Popen(
            [program, *command], env=os.environ | {paths.WORK_VARIABLE: str(work)}, stdout=log, stderr=log
        )
        while process.poll() is None:
            most = max(most, _used(process.pid))
            time.sleep(0.2)
        seconds, after = time.perf_counter() - clock, getrusage(RUSAGE_CHILDREN)
        log.seek(0)
        assert process.returncode == 0, log.read()
    return Cost(seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, most / 1e9)


def _used(pid: int) -> int:
    """Return the memory of a process and all its descendants, in bytes."""
    total = 0
    with suppress(psutil.Error):
        root = psutil.Process(pid)
        for process in (root, *root.children(recursive=True)):
            with suppress(psutil.Error):
                memory = process.memory_full_info()
                total += getattr(memory, "pss", memory.uss)  # without shared memory where the system is not Linux
    return total


def main_path(towns: Sequence[Town], folder: Path) -> None:
    """Fetch into one folder and make the reports; print a line for each of the two."""
    world, codes = World(towns), [town.code for town in towns]
    raw, work, served = folder / "raw", folder / "work", folder / "served"
    for needed in (work, served):
        needed.mkdir(parents=True)
    chosen = [f"--municipality={code}" for code in codes]
    with Publisher(world.tables(), world.files(served)).open() as publisher:
        bases = [f"--base-url={name}={address}" for name, address in publisher.bases.items()]
        cost = measured(["fetch", *chosen, "--raw", raw, *bases], work)
        print(f"{'+'.join(codes):14} fetch {len(publisher.asked):9} {cost}", flush=True)
    out = folder / "reports"
    cost = measured(["report", *chosen, *YEARS, "--raw", raw, "--out", out], work)
    assert all((out / code / "2019-2025" / "index.html").is_file() for code in codes)
    print(f"{'+'.join(codes):14} report {'':8} {cost}", flush=True)


def main() -> None:
    """Print the table: each municipality, then both in one folder."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--municipality", choices=TOWNS)
    chosen = arguments.parse_args().municipality
    print(f"{'':14} {'requests':>15} {'clock s':>9} {'processor s':>12} {'GB':>6}")
    for towns in [[TOWNS[chosen]]] if chosen else [*([town] for town in TOWNS.values()), list(TOWNS.values())]:
        with TemporaryDirectory(prefix="bench-") as name:
            main_path(towns, Path(name))


if __name__ == "__main__":
    main()
