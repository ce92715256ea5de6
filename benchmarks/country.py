"""What the report of one more municipality costs, and what a whole country would.

Makes reports of forty municipalities in one run and looks at how the cost of the later ones compares with that of the
first: what grows with every report would make a country impossible. Processor time is that of the whole machine, so
let nothing else run. The sample has figures of every municipality, but documents, votes and borders of one: the others
get fewer chapters, and the table says how many.

Run as ``python benchmarks/country.py [--reports 40]``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory

import psutil

from analysis import paths, regions

FIRST = 5  # reports before this one pay for imports and for reading the exports
BIN = Path(sys.executable).parent


def chosen(reports: int) -> list[str]:
    """Codes of municipalities of now, spread over the list; the one that the sample is about comes first."""
    codes = [code for code in regions.of_now() if code != "GM1969"]
    return ["GM1969", *codes[:: len(codes) // (reports - 1)]][:reports]


def busy() -> float:
    """Seconds that the processors worked since the machine started."""
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system)


def watched(codes: list[str], folder: Path) -> list[tuple[float, float]]:
    """Seconds by the clock and of the processors at which each report was published, one after the other."""
    out, start, worked = folder / "reports", time.perf_counter(), busy()
    process = subprocess.Popen(
        [BIN / "veiligheid", "report", *(word for code in codes for word in ("--municipality", code)), "--out", out],
        env=os.environ | {paths.WORK_VARIABLE: str(folder / "work")},
        stdout=subprocess.DEVNULL,
    )
    moments: list[tuple[float, float]] = []
    while process.poll() is None:
        time.sleep(0.1)
        new = len(list(out.glob("GM*/*/manifest.json"))) - len(moments)
        moments += [(time.perf_counter() - start, busy() - worked)] * new
    assert process.returncode == 0 and len(moments) == len(codes)
    return moments


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--reports", type=int, default=40)
    codes = chosen(arguments.parse_args().reports)
    with TemporaryDirectory(prefix="bench-") as name:
        moments = watched(codes, Path(name))
        made = [json.loads(path.read_text("utf-8"))["chapters"] for path in Path(name).glob("reports/GM*/*/manifest.json")]
    half, last = (FIRST + len(codes)) // 2, len(codes)
    chapters = mean(sum(one["reason"] is None for one in report) for report in made)
    print(f"{'':34}{'clock':>9}{'processors':>12}   seconds a report ({chapters:.1f} chapters on average)")
    parts = {f"report {FIRST}–{half}": (FIRST - 1, half - 1), f"report {half + 1}–{last}": (half - 1, last - 1)}
    costs = [
        [(moments[end][kind] - moments[start][kind]) / (end - start) for kind in (0, 1)] for start, end in parts.values()
    ]
    for name, (clock, worked) in zip(parts, costs, strict=True):
        print(f"{name:34}{clock:9.2f}{worked:12.2f}")
    print(f"{'the later against the earlier':34}{costs[1][0] / costs[0][0]:9.2f}{costs[1][1] / costs[0][1]:12.2f} ×")
    every, all_of_them = len(regions.of_now()), []
    for kind in (0, 1):
        each = (moments[-1][kind] - moments[FIRST - 1][kind]) / (last - FIRST)
        all_of_them.append((moments[FIRST - 1][kind] + each * (every - FIRST)) / 60)
    print(f"{f'all {every}, in minutes':34}{all_of_them[0]:9.1f}{all_of_them[1] / (os.cpu_count() or 1):12.1f}   (processors: if never idle)")


if __name__ == "__main__":
    main()
