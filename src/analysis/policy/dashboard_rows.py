"""One row of the dashboard: a half-year, or the latest year where there are no months, with target and revision."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .. import observations
from ..catalogue import Indicator
from ..documents import Dashboard
from ..documents.dashboard import Item, Target
from ..observations import Source, cited
from ..results import Record
from ..series import Missing, Series
from ..statistics.comparable import span
from ..statistics.halfyears import HalfYear
from ..statistics.rolling import Rolling


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

    target: Target
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
class Row:
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
    now = monthly.data["value"].reindex(span(year, half))
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
