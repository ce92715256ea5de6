"""The dashboard: half-years or latest years of the agreed indicators, with signals, targets and revisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..definitions import catalogue, regions
from ..definitions.catalogue import Indicator
from ..documents.council import Dashboard, DashboardTarget, Item, Priorities, Standing, Theme
from ..statistics.control_chart import ControlChart, control_chart
from ..statistics.half_years import MONTHS, HalfYear, Rolling, Signal, half_year, half_year_months, rolling
from ..store import loading, observations
from ..store.raw_sources import Source, unique_names
from ..store.results import Missing, Reason, Record, Result, label, source_names
from ..store.series import Series
from .findings import holds_within_limits
from .level_tests import GoalState

STANDS_OUT = (Signal.SIGNAL, Signal.NOTICE)


@dataclass(frozen=True)
class Years:
    """The latest year of a yearly figure up to the edition, and the one before.

    Parameters
    ----------
    series : Series
        The yearly figures.
    last : int
        The latest year with a figure, published or hidden.
    previous : int or None
        The year with a figure before that; it may be two years earlier.
    """

    series: Series
    last: int
    previous: int | None

    def records(self) -> list[Record]:
        """Return both figures; a hidden one stays hidden."""
        about, names = self.series.indicator, unique_names(self.series.sources)
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
    """How the half-year of the previous edition was revised since.

    Parameters
    ----------
    year, half : int
        The half-year.
    before, now : int
        Registrations in an earlier export, and as known now.
    source : Source
        The earlier export.
    """

    year: int
    half: int
    before: int
    now: int
    source: Source


@dataclass(frozen=True)
class SoFar:
    """The figure that a target is compared with.

    Parameters
    ----------
    target : DashboardTarget
        The target.
    value : float or None
        The figure of its year, or of the part of it that is known.
    complete : bool
        Whether the figure is of the whole year.
    margin : tuple of float or None
        The published limits of a survey figure.
    """

    target: DashboardTarget
    value: float | None
    complete: bool
    margin: tuple[float, float] | None = None

    @property
    def state(self) -> GoalState | None:
        """Whether the target is reached; ``None`` while that is open.

        Half a year can miss a maximum, or reach a minimum, but not the other way round. A margin on both sides of the
        target makes it impossible to say.
        """
        if self.value is None:
            return None
        goal, limits = (self.target.value,) * 2, self.margin or (self.value, self.value)
        within = holds_within_limits(self.target.compare, limits, goal)
        if within is None:
            return GoalState.NOT_MEASURABLE
        settled = self.complete or within == (self.target.compare == ">=")
        return (GoalState.MET if within else GoalState.NOT_MET) if settled else None


@dataclass(frozen=True)
class DashboardRow:
    """One indicator on the dashboard.

    Parameters
    ----------
    item : Item
        The indicator as agreed, with owner and target.
    indicator : Indicator
        Its definition.
    theme : str or None
        Id of the theme it belongs to; ``None`` for none.
    half : HalfYear or Missing
        The half-year; only counts by month have one.
    rolling : Rolling or Missing
        The twelve months up to the end of the half-year.
    years : Years or None
        Yearly figures, only where there is no half-year.
    target : SoFar or None
        The figure beside the target, where there is one.
    revision : Revision or None
        How the previous half-year was revised, where an earlier export is known.
    """

    item: Item
    indicator: Indicator
    theme: str | None
    half: HalfYear | Missing
    rolling: Rolling | Missing
    years: Years | None
    target: SoFar | None
    revision: Revision | None

    def records(self) -> list[Record]:
        """Return the numbers of the row, or why there are none."""
        if self.years is not None:
            return self.years.records()
        if isinstance(self.half, Missing):
            return self.half.records()
        return [*self.half.records(), *(self.rolling.records() if isinstance(self.rolling, Rolling) else [])]


def latest_years(yearly: Series | Missing, edition: int) -> Years | None:
    """Return the last two years up to an edition that have a figure, published or hidden.

    Parameters
    ----------
    yearly : Series or Missing
        Yearly figures.
    edition : int
        The year of the edition.

    Returns
    -------
    Years or None
        ``None`` when there is no figure up to that year.
    """
    if isinstance(yearly, Missing):
        return None
    years = [year for year in yearly.data.index.year if year <= edition and _is_known(yearly, year)]
    return Years(yearly, years[-1], years[-2] if len(years) > 1 else None) if years else None


def _is_known(series: Series, year: int) -> bool:
    return series.value(year) is not None or series.hidden(year)


def target_so_far(
    item: Item, document: Dashboard, half: HalfYear | Missing, rolling: Rolling | Missing, yearly: Series | Missing
) -> SoFar | None:
    """Return the figure that a target is compared with: of its year, or of what is known of that year.

    Parameters
    ----------
    item : Item
        The indicator with its target.
    document : Dashboard
        The edition.
    half : HalfYear or Missing
        The half-year of the edition.
    rolling : Rolling or Missing
        The twelve months up to its end.
    yearly : Series or Missing
        The yearly figures.

    Returns
    -------
    SoFar or None
        ``None`` when there is no target.
    """
    if item.target is None:
        return None
    year = item.target.year
    if isinstance(yearly, Series) and year <= document.year:
        figure = yearly.rate(year) if item.per_1000 and yearly.indicator.is_count else yearly.value(year)
        if figure is not None:
            margin = None if yearly.indicator.is_count else yearly.margin(year)
            return SoFar(item.target, figure, complete=True, margin=margin)
    if year == document.year and document.half == 2 and isinstance(rolling, Rolling):  # noqa: PLR2004
        return SoFar(item.target, rolling.rate if item.per_1000 else rolling.total, complete=True)
    part = half.count if isinstance(half, HalfYear) and year == document.year and not item.per_1000 else None
    return SoFar(item.target, part, complete=False)


def revision(monthly: Series | Missing, document: Dashboard, folder: Path | None) -> Revision | None:
    """Compare the half-year of the previous edition with the latest earlier export of the same table.

    Parameters
    ----------
    monthly : Series or Missing
        Monthly counts as known now.
    document : Dashboard
        The edition.
    folder : Path or None
        Processed data, by default those of this process.

    Returns
    -------
    Revision or None
        ``None`` when no earlier export has the whole half-year.
    """
    if isinstance(monthly, Missing):
        return None
    year, half = (document.year, 1) if document.half == 2 else (document.year - 1, 2)  # noqa: PLR2004
    now = monthly.data["value"].reindex(half_year_months(year, half))
    older = _earlier_exports(monthly, folder)
    rows = observations.query(monthly.indicator.id, [monthly.region], "M", folder)
    rows = rows[rows["source"].isin(older) & rows["period"].isin(now.index)]
    totals = rows.groupby("source")["value"].agg(lambda months: months.sum() if months.count() == len(now) else None)
    complete = totals.dropna()
    if complete.empty or now.isna().any():
        return None
    latest = max(complete.index, key=lambda name: older[name].vintage or "")
    return Revision(year, half, int(complete[latest]), int(now.sum()), older[latest])


def _earlier_exports(series: Series, folder: Path | None) -> dict[str, Source]:
    """Return the files of the same table that are older than every file the series comes from, by name."""
    tables, dates = {source.table for source in series.sources}, [source.vintage for source in series.sources]
    first = min((date for date in dates if date), default="")
    files = observations.sources(folder)
    return {
        name: file for name, file in files.items() if file.table in tables and file.vintage and file.vintage < first
    }


@dataclass(frozen=True)
class DashboardResult(Result):
    """One edition of the dashboard.

    Parameters
    ----------
    document : Dashboard
        What was agreed: the indicators, their owners and targets, and the half-year of this edition.
    source : Source
        The file of that document.
    rows : tuple of DashboardRow
        One for every indicator, in the order of the themes; those of no theme come last.
    priorities : Priorities or None
        The themes and the lists that say which of them are a priority; ``None`` when there is no such document.
    """

    document: Dashboard
    source: Source
    rows: tuple[DashboardRow, ...]
    priorities: Priorities | None

    def __repr__(self) -> str:
        document = self.document
        return f"DashboardResult({document.municipality}, {document.year}H{document.half}, {len(self.rows)} rows)"

    @property
    def region_name(self) -> str:
        """Name of the municipality."""
        return regions.name(self.document.municipality)

    @property
    def mandatory(self) -> list[DashboardRow]:
        """The indicators of the set that every budget must have (BBV)."""
        return [row for row in self.rows if row.item.set == "bbv"]

    def standing(self, row: DashboardRow) -> Standing:
        """Return whether the theme of an indicator is a priority, a strategic theme, or neither."""
        return "other" if self.priorities is None or row.theme is None else self.priorities.standing(row.theme)

    def of(self, standing: Standing) -> list[DashboardRow]:
        """Return the indicators of priorities, of strategic themes, or of the rest."""
        return [row for row in self.rows if self.standing(row) == standing]

    def theme(self, row: DashboardRow) -> Theme | None:
        """Return the theme of an indicator."""
        return self.priorities.themes[row.theme] if self.priorities and row.theme else None

    def without_indicator(self, standing: Standing) -> list[Theme]:
        """Return the themes with this standing that no indicator belongs to."""
        if self.priorities is None:
            return []
        shown = {row.theme for row in self.rows}
        ids = [id for id in self.priorities.ordered if self.priorities.standing(id) == standing]
        return [self.priorities.themes[id] for id in ids if id not in shown]

    def with_signal(self, *signals: Signal) -> list[HalfYear]:
        """Return the half-years with one of these outcomes."""
        return [row.half for row in self.rows if isinstance(row.half, HalfYear) and row.half.signal in signals]

    @property
    def judged(self) -> list[HalfYear]:
        """The half-years that the rule could judge."""
        return self.with_signal(Signal.NONE, *STANDS_OUT)

    @property
    def by_chance(self) -> float:
        """Number of half-years that stand out on average if nothing changed anywhere, at the measured rate."""
        return catalogue.thresholds().signals.false_notice * len(self.judged)

    def records(self) -> list[Record]:
        """Return how many indicators stand out, how many would by chance, and the numbers of every row."""
        counts: dict[str, tuple[str, float]] = {
            signal.name.lower(): (label("with_signal", signal=signal), len(self.with_signal(signal)))
            for signal in Signal
        }
        counts |= {"by_chance": (label("signals_by_chance"), self.by_chance)}
        rows = [record for row in self.rows for record in row.records()]
        edition, names = f"{self.document.year}H{self.document.half}", source_names(rows, self.source.name)
        region = self.document.municipality
        return [
            Record(f"signals.{edition}.{id}", name, region, edition, float(value), "indicators", source=names)
            for id, (name, value) in counts.items()
        ] + rows


@dataclass(frozen=True)
class SignalCharts(Result):
    """The control charts of the indicators that stand out on a dashboard.

    Parameters
    ----------
    dashboard : DashboardResult
        The dashboard.
    charts : tuple of ControlChart or Missing
        One for each half-year that stands out.
    elsewhere : tuple of HalfYear
        The half-years that stand out and whose chart is elsewhere on the page.
    """

    dashboard: DashboardResult
    charts: tuple[ControlChart | Missing, ...]
    elsewhere: tuple[HalfYear, ...] = ()

    def records(self) -> list[Record]:
        """Return the numbers of every chart."""
        return [record for chart in self.charts for record in chart.records()]


def dashboard(municipality: str, folder: Path | None = None) -> DashboardResult | Missing:
    """Return the edition of the dashboard that ``beleid/dashboard.yml`` asks for.

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
        return Missing(label("the_dashboard"), Reason("no_dashboard", region=about))
    document, source = agreed
    assert isinstance(document, Dashboard)
    themes = observations.document("priorities", municipality, folder)
    priorities = themes[0] if themes is not None and isinstance(themes[0], Priorities) else None
    rows = [_row(item, document, priorities, folder) for item in document.items]
    order = {id: number for number, id in enumerate(priorities.ordered if priorities else ())}
    rows.sort(key=lambda row: order.get(row.theme or "", len(order)))
    return DashboardResult(document, source, tuple(rows), priorities)


def theme_of(item: Item, priorities: Priorities | None) -> str | None:
    """Return the theme of an indicator: the one it gives itself, or the first that has it among its figures.

    Parameters
    ----------
    item : Item
        The indicator as agreed.
    priorities : Priorities or None
        The themes with their figures.

    Returns
    -------
    str or None
        ``None`` when it belongs to no theme, or there are no themes.
    """
    if priorities is None:
        return None
    having = (id for id, theme in priorities.themes.items() if item.indicator in theme.indicators)
    return item.theme or next(having, None)


def _row(item: Item, document: Dashboard, priorities: Priorities | None, folder: Path | None) -> DashboardRow:
    monthly = loading.load(item.indicator, document.municipality, frequency="M", folder=folder)
    yearly = loading.load(item.indicator, document.municipality, folder=folder)
    half = half_year(_months_or_gap(monthly, yearly), document.year, document.half)
    last = rolling(monthly, date(document.year, MONTHS * document.half, 1))
    return DashboardRow(
        item,
        catalogue.indicator(item.indicator),
        theme_of(item, priorities),
        half,
        last,
        latest_years(yearly, document.year) if isinstance(half, Missing) else None,
        target_so_far(item, document, half, last, yearly),
        revision(monthly, document, folder),
    )


def _months_or_gap(monthly: Series | Missing, yearly: Series | Missing) -> Series | Missing:
    """Return the monthly series; where both are missing, the yearly `Missing`, which is not about months alone."""
    return yearly if isinstance(monthly, Missing) and isinstance(yearly, Missing) else monthly


def signal_charts(dashboard: DashboardResult | Missing, elsewhere: Sequence[str] = ()) -> SignalCharts | Missing:
    """Return the control charts of the indicators that stand out, up to the year of the edition.

    Parameters
    ----------
    dashboard : DashboardResult or Missing
        From `dashboard`.
    elsewhere : sequence of str, optional
        Ids of indicators whose chart is on the page already.

    Returns
    -------
    SignalCharts or Missing
    """
    if isinstance(dashboard, Missing):
        return dashboard
    halves = dashboard.with_signal(*STANDS_OUT)
    known = tuple(half for half in halves if half.series.indicator.id in elsewhere)
    last = dashboard.document.year
    charts = tuple(control_chart(half.series, last_year=last) for half in halves if half not in known)
    return SignalCharts(dashboard, charts, known)
