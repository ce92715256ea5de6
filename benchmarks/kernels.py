"""Time until a kernel has drawn its first chart and until it has ended: warm compared with ordinary kernels.

Run as ``python benchmarks/kernels.py [--times 10]``; the processed data must be there.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from time import perf_counter

from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager

CELL = """
import analysis as va
crime, country = va.load("misdrijven_totaal", "GM1969"), va.load("misdrijven_totaal", "NL00")
va.chart(crime, against=country, title=va.headline(va.change(crime, 2019, 2022)))
"""


@dataclass
class Timed:
    """Seconds that each stage of a kernel took."""

    ready: float
    chart: float
    gone: float

    @property
    def whole(self) -> float:
        """All stages together."""
        return self.ready + self.chart + self.gone


def once(name: str) -> Timed:
    """Start a kernel, draw a chart in it, shut it down; return the times."""
    moments = [perf_counter()]
    manager = KernelManager(kernel_name=name, transport_encryption="required")
    manager.start_kernel()
    client: BlockingKernelClient = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    moments.append(perf_counter())
    reply = client.execute(CELL, reply=True, timeout=60)
    assert reply["content"]["status"] == "ok", reply["content"]
    moments.append(perf_counter())
    client.stop_channels()
    manager.shutdown_kernel()
    moments.append(perf_counter())
    return Timed(*(after - before for before, after in pairwise(moments)))


def main() -> None:
    """Print medians of both kinds of kernel, which are started in turn."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--times", type=int, default=10)
    times = arguments.parse_args().times
    names = ("veiligheid", "python3")
    once(names[0])  # the warm process imports
    taken: dict[str, list[Timed]] = {name: [] for name in names}
    for _ in range(times):
        for name in names:
            taken[name].append(once(name))
    print(f"{'seconds':12}{'warm':>8}{'ordinary':>10}{'ratio':>8}   ({os.cpu_count()} cores, median of {times})")
    for what in ("ready", "chart", "gone", "whole"):
        warm, ordinary = (median(getattr(timed, what) for timed in taken[name]) for name in names)
        print(f"{what:12}{warm:8.3f}{ordinary:10.3f}{ordinary / warm:8.1f}")


if __name__ == "__main__":
    main()
