"""Statements that there were waves: months far above what is ordinary."""

from __future__ import annotations

from dataclasses import dataclass

from ..observations import Source
from ..series import Missing
from ..statistics.monitoring import ControlChart, control_chart
from ..statistics.verdicts import Verdict
from .evidence import Evidence
from .findings import Finding, Number, files


@dataclass(frozen=True)
class Peaks(Finding):
    """The months of some years between their control limits."""

    chart: ControlChart

    @property
    def verdict(self) -> Verdict:
        """A month above the limit is a wave; without one, what people saw may be the ups and downs of chance."""
        return Verdict.CONFIRMED if self.chart.signals else Verdict.CHANCE

    @property
    def region(self) -> str:
        """Where was counted."""
        return self.chart.series.region

    @property
    def numbers(self) -> dict[str, Number]:
        """How many months stand out, among how many."""
        return {"peaks": Number(len(self.chart.signals), "months"), "months": Number(len(self.chart.months), "months")}

    @property
    def sources(self) -> tuple[Source, ...]:
        """Of the series."""
        return files(self.chart.series)


def find(indicator: str, region: str | None, years: tuple[int, int], known: Evidence) -> Finding | Missing:
    """Look for waves in the months of some years."""
    found = control_chart(known.series(indicator, region, "M"), *years)
    return found if isinstance(found, Missing) else Peaks(found)
