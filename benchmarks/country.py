"""Cost of the report of one more municipality, and an estimate for the whole country.

Makes reports of forty municipalities in one run and compares the later ones with the earlier: a cost that grows with
every report would make a whole country impossible. The sample has figures of sixty municipalities, but documents, votes
and borders of one. So the others get fewer chapters, and the time for all chapters is extrapolated from those that ran.
Processor time is that of the whole machine: run nothing else at the same time.

Run as ``python benchmarks/country.py [--reports 40]``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import psutil

from analysis import paths
from analysis.build.chapters import chapters
from analysis.definitions import regions
from analysis.ingest.pipeline import ingest
from analysis.store.observations import regions_within

FIRST = 5  # earlier reports also include imports and reading the exports
OURS = "GM1969"  # of which the sample has everything


class Moment(NamedTuple):
    """When a report was published, in seconds by the clock and of the processors; and its number of chapters."""

    clock: float
    worked: float
    chapters: int


def municipalities_with_figures(reports: int) -> list[str]:
    """Return codes of municipalities with figures, ours first."""
    with TemporaryDirectory() as name:
        ingest(paths.RAW, Path(name) / "processed")
        codes = regions_within("woninginbraak", "GM", Path(name) / "processed")
    others = [code for code in codes if code in regions.current_municipalities() and code != OURS]
    assert len(others) >= reports - 1, f"the sample has {len(others)} other municipalities with figures"
    return [OURS, *others][:reports]


def processor_seconds() -> float:
    """Return the seconds that the processors have worked since the machine started."""
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system)


def publication_moments(codes: Sequence[str], folder: Path) -> list[Moment]:
    """Make the reports in one run; return when each of them was published."""
    out, clock, worked = folder / "reports", time.perf_counter(), processor_seconds()
    options = [word for code in codes for word in ("--municipality", code)]
    process = subprocess.Popen(
        [Path(sys.executable).with_name("veiligheid"), "report", *options, "--out", out],
        env=os.environ | {paths.WORK_VARIABLE: str(folder / "work")},
        stdout=subprocess.DEVNULL,
    )
    seen: dict[Path, Moment] = {}
    running = True
    while running:
        running = process.poll() is None  # then look once more
        for path in set(out.glob("GM*/2*/manifest.json")) - seen.keys():
            made = json.loads(path.read_text(encoding="utf-8"))["chapters"]
            shown = sum(chapter["reason"] is None for chapter in made)
            seen[path] = Moment(time.perf_counter() - clock, processor_seconds() - worked, shown)
        time.sleep(0.1)
    assert process.returncode == 0 and len(seen) == len(codes), process.returncode
    return sorted(seen.values())


def per_report(moments: Sequence[Moment]) -> tuple[float, float, float]:
    """Return the mean seconds by the clock and of the processors, and chapters, of the reports after the first."""
    first, last, count = moments[0], moments[-1], len(moments) - 1
    return (
        (last.clock - first.clock) / count,
        (last.worked - first.worked) / count,
        sum(moment.chapters for moment in moments[1:]) / count,
    )


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--reports", type=int, default=40)
    reports = arguments.parse_args().reports
    with TemporaryDirectory(prefix="bench-") as name:
        moments = publication_moments(municipalities_with_figures(reports), Path(name))
    half = (FIRST + reports) // 2
    parts = [per_report(moments[FIRST - 1 : half]), per_report(moments[half - 1 :])]
    print(f"{'seconds for each report':32}{'clock':>9}{'processors':>12}{'chapters':>10}")
    for title, part in zip((f"from the {FIRST}th to the {half}th", f"to the {reports}th"), parts, strict=True):
        print(f"{title:32}{part[0]:9.2f}{part[1]:12.2f}{part[2]:10.1f}")
    print(f"{'the later against the earlier':32}{parts[1][0] / parts[0][0]:9.2f}{parts[1][1] / parts[0][1]:12.2f}")
    seconds, _, shown = per_report(moments[FIRST - 1 :])
    every, all_chapters = len(regions.current_municipalities()), len(chapters())
    for title, factor in (("the chapters they have", 1.0), (f"{all_chapters} chapters each", all_chapters / shown)):
        whole = moments[FIRST - 1].clock + (every - FIRST) * seconds * factor
        print(f"all {every} municipalities, with {title}: {whole / 60:.0f} minutes")


if __name__ == "__main__":
    main()
