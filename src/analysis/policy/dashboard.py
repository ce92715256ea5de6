"""One row of the dashboard: a half-year, or the latest year where there are no months, with target and revision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..definitions import catalogue, regions
from ..definitions.catalogue import Indicator
from ..documents.council import Dashboard, DashboardTarget, Item
from ..statistics.control_chart import ControlChart, control_chart
from ..statistics.half_years import MONTHS, HalfYear, Rolling, Signal, half_year, half_year_months, rolling
from ..store import loading, observations
from ..store.raw_sources import Source, cited
from ..store.results import Record, Result, source_names
from ..store.series import Missing, Series


@dataclass(frozen=True)
class Years:
    """The latest year of a yearly figure up to the edition, and the one before; they may be two years apart."""

    series: Series
    last: int
    previous: int | None

    def records(self) -> list[Record]:
        """Both figures; a hidden one stays hidden."""
        about, names = self.series.indicator, cited(self.series.sources)
        years = [year for year in (self.last, self.previous) if year is not None]
        return [
            Record(
                f"{self.series.record_id}{year}", about.label, self.series.region, str(year), self.series.value(year),
                about.unit, source=names,
            )
            for year in years
        ]  # fmt: skip


@dataclass(frozen=True)
class Revision:
    """What an earlier export said about the half-year of the previous edition, and what is known now."""

    year: int
    half: int
    before: int
    now: int
    source: Source


@dataclass(frozen=True)
class SoFar:
    """How a target stands: ``value`` is the figure of its year, or of the part of it that is known."""

    target: DashboardTarget
    value: float | None
    complete: bool

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; ``None`` while that is open.

        Half a year can miss a maximum, or reach a minimum, but not the other way round.
        """
        if self.value is None:
            return None
        within = self.value <= self.target.value if self.target.compare == "<=" else self.value >= self.target.value
        settled = self.complete or within == (self.target.compare == ">=")
        return within if settled else None


@dataclass(frozen=True)
class DashboardRow:
    """One indicator on the dashboard.

    Parameters
    ----------
    half : HalfYear or Missing
        Only counts by month have one.
    rolling : Rolling or Missing
        The twelve months up to the end of the half-year.
    years : Years or None
        Yearly figures, only where there is no half-year.
    """

    item: Item
    indicator: Indicator
    half: HalfYear | Missing
    rolling: Rolling | Missing
    years: Years | None
    target: SoFar | None
    revision: Revision | None

    def records(self) -> list[Record]:
        """The numbers of the row; why there are none when there are none."""
        if self.years is not None:
            return self.years.records()
        if isinstance(self.half, Missing):
            return self.half.records()
        return [*self.half.records(), *(self.rolling.records() if isinstance(self.rolling, Rolling) else [])]


def years_until(yearly: Series | Missing, edition: int) -> Years | None:
    """The last two years up to an edition that have a figure, published or hidden."""
    if isinstance(yearly, Missing):
        return None
    known = [year for year in yearly.data.index.year if year <= edition and _known(yearly, year)]
    return Years(yearly, known[-1], known[-2] if len(known) > 1 else None) if known else None


def _known(series: Series, year: int) -> bool:
    return series.value(year) is not None or series.hidden(year)


def so_far(
    item: Item, document: Dashboard, half: HalfYear | Missing, rolling: Rolling | Missing, yearly: Series | Missing
) -> SoFar | None:
    """Hold the target against the figure of its year, or against what is known of that year."""
    if item.target is None:
        return None
    year = item.target.year
    if isinstance(yearly, Series) and year <= document.year:
        figure = yearly.rate(year) if item.per_1000 and yearly.indicator.is_count else yearly.value(year)
        if figure is not None:
            return SoFar(item.target, figure, complete=True)
    if year == document.year and document.half == 2 and isinstance(rolling, Rolling):  # noqa: PLR2004
        return SoFar(item.target, rolling.rate if item.per_1000 else rolling.total, complete=True)
    part = half.count if isinstance(half, HalfYear) and year == document.year and not item.per_1000 else None
    return SoFar(item.target, part, complete=False)


def revision(monthly: Series | Missing, document: Dashboard, folder: Path | None) -> Revision | None:
    """Compare the half-year of the previous edition with what the latest earlier export of the table said of it."""
    if isinstance(monthly, Missing):
        return None
    year, half = (document.year, 1) if document.half == 2 else (document.year - 1, 2)  # noqa: PLR2004
    now = monthly.data["value"].reindex(half_year_months(year, half))
    older = _earlier_exports(monthly, folder)
    rows = observations.query(monthly.indicator.id, [monthly.region], "M", folder)
    rows = rows[rows["source"].isin(older) & rows["period"].isin(now.index)]
    totals = rows.groupby("source")["value"].agg(lambda months: months.sum() if months.count() == len(now) else None)
    known = totals.dropna()
    if known.empty or now.isna().any():
        return None
    latest = max(known.index, key=lambda name: older[name].vintage or "")
    return Revision(year, half, int(known[latest]), int(now.sum()), older[latest])


def _earlier_exports(series: Series, folder: Path | None) -> dict[str, Source]:
    """Files of the same table that are older than every file the series comes from, by name."""
    tables, dates = {source.table for source in series.sources}, [source.vintage for source in series.sources]
    first = min((date for date in dates if date), default="")
    found = observations.sources(folder)
    return {name: one for name, one in found.items() if one.table in tables and one.vintage and one.vintage < first}


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
    rows: tuple[DashboardRow, ...]

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
        edition, names = f"{self.document.year}H{self.document.half}", source_names(rows, self.source.name)
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


def _row(item: Item, document: Dashboard, folder: Path | None) -> DashboardRow:
    monthly = loading.load(item.indicator, document.municipality, frequency="M", folder=folder)
    yearly = loading.load(item.indicator, document.municipality, folder=folder)
    half = half_year(_absent(monthly, yearly), document.year, document.half)
    last = rolling(monthly, date(document.year, MONTHS * document.half, 1))
    return DashboardRow(
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
