"""The half-yearly Dashboard OOV: agreed indicators, each by the same rule that was fixed beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from .. import catalogue, loading, observations, regions
from ..documents import Dashboard
from ..documents.dashboard import Item
from ..observations import Source
from ..results import Record, Result, behind
from ..series import Missing, Series
from ..statistics.comparable import MONTHS
from ..statistics.halfyears import HalfYear, Signal, half_year
from ..statistics.monitoring import ControlChart, control_chart
from ..statistics.rolling import rolling
from .dashboard_rows import Row, revision, so_far, years_until

STANDS_OUT = (Signal.SIGNAL, Signal.NOTICE)


@dataclass(frozen=True)
class DashboardResult(Result):
    """One edition of the dashboard.

    Parameters
    ----------
    document : Dashboard
        What was agreed: the indicators, their owners and targets, and which half-year this is.
    source : Source
        The file it stands in.
    rows : tuple of Row
        One for every indicator, in the order of the document.
    """

    document: Dashboard
    source: Source
    rows: tuple[Row, ...]

    def __repr__(self) -> str:
        document = self.document
        return f"DashboardResult({document.municipality}, {document.year}H{document.half}, {len(self.rows)} rows)"

    @property
    def region_name(self) -> str:
        """Name of the municipality."""
        return regions.name(self.document.municipality)

    def with_signal(self, *signals: Signal) -> list[HalfYear]:
        """The half-years with one of these outcomes."""
        return [row.half for row in self.rows if isinstance(row.half, HalfYear) and row.half.signal in signals]

    @property
    def judged(self) -> list[HalfYear]:
        """The half-years that the rule says something about."""
        return self.with_signal(Signal.NONE, *STANDS_OUT)

    @property
    def by_chance(self) -> float:
        """How many of those would stand out if nothing had changed anywhere, on average."""
        return (1 - catalogue.thresholds().signals.notice) * len(self.judged)

    def records(self) -> list[Record]:
        """How many indicators stand out, how many would by chance, and the numbers of every row."""
        counts: dict[str, tuple[str, float]] = {
            signal.name.lower(): (f"indicatoren met '{signal}'", len(self.with_signal(signal))) for signal in Signal
        }
        counts |= {"by_chance": ("signalen die door toeval te verwachten zijn", self.by_chance)}
        rows = [record for row in self.rows for record in row.records()]
        edition, names = f"{self.document.year}H{self.document.half}", behind(rows, self.source.name)
        where = self.document.municipality
        return [
            Record(f"signals.{edition}.{id}", label, where, edition, float(value), "indicators", source=names)
            for id, (label, value) in counts.items()
        ] + rows


@dataclass(frozen=True)
class SignalCharts(Result):
    """The control charts of the indicators that stand out on a dashboard."""

    dashboard: DashboardResult
    charts: tuple[ControlChart | Missing, ...]

    def records(self) -> list[Record]:
        """The numbers of every chart."""
        return [record for chart in self.charts for record in chart.records()]


def dashboard(municipality: str, folder: Path | None = None) -> DashboardResult | Missing:
    """Make the edition of the dashboard that ``beleid/dashboard.yml`` asks for.

    Parameters
    ----------
    municipality : str
        CBS code, ``GM1969``.
    folder : Path, optional
        Processed data, by default those of this process.

    Returns
    -------
    DashboardResult or Missing
        ``Missing`` when the municipality has no dashboard.

    Raises
    ------
    DataError
        When the document names an indicator that does not exist.
    """
    agreed = observations.document("dashboard", municipality, folder)
    if agreed is None:
        about = regions.name(municipality)
        return Missing("het dashboard", f"Voor {about} is geen dashboard afgesproken: beleid/dashboard.yml is er niet.")
    document, source = agreed
    assert isinstance(document, Dashboard)
    return DashboardResult(document, source, tuple(_row(item, document, folder) for item in document.items))


def _row(item: Item, document: Dashboard, folder: Path | None) -> Row:
    monthly = loading.load(item.indicator, document.municipality, frequency="M", folder=folder)
    yearly = loading.load(item.indicator, document.municipality, folder=folder)
    half = half_year(_absent(monthly, yearly), document.year, document.half)
    last = rolling(monthly, date(document.year, MONTHS * document.half, 1))
    return Row(
        item,
        catalogue.indicator(item.indicator),
        half,
        last,
        years_until(yearly, document.year) if isinstance(half, Missing) else None,
        so_far(item, document, half, last, yearly),
        revision(monthly, document, folder),
    )


def _absent(monthly: Series | Missing, yearly: Series | Missing) -> Series | Missing:
    """The months, or that there are no figures at all: then it is not their months that lack."""
    return yearly if isinstance(monthly, Missing) and isinstance(yearly, Missing) else monthly


def signal_charts(dashboard: DashboardResult | Missing) -> SignalCharts | Missing:
    """Look at the months of the indicators that stand out, up to the year of the edition."""
    if isinstance(dashboard, Missing):
        return dashboard
    halves = dashboard.with_signal(*STANDS_OUT)
    charts = tuple(control_chart(half.series, last_year=dashboard.document.year) for half in halves)
    return SignalCharts(dashboard, charts)
