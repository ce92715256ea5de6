"""Charts over the years, each with alt text, data table, source and trail composed from the same numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from matplotlib.axes import Axes

from .. import catalogue
from ..catalogue import Break
from ..results import Record, Result, html
from ..series import SUMMED_IN_PART, Missing, Series
from . import dutch, origin, svg
from .tables import Table, details

_WHOLE_TICKS = 5  # an axis that runs further than this has whole numbers beside it


@dataclass(frozen=True, repr=False)
class Chart(Result):
    """A figure with everything a reader needs who cannot see it, or does not believe it."""

    id: str
    title: str
    unit: str
    alt: str
    description: str
    image: str
    table: Table
    source: str
    trail: str
    numbers: tuple[Record, ...] = ()

    def __repr__(self) -> str:
        return f"{self.title}\n{self.alt}. {self.description}"

    def records(self) -> list[Record]:
        """Every number drawn."""
        return list(self.numbers)


@html.register
def _(chart: Chart) -> str:
    return (
        f'<figure><figcaption>{escape(chart.title)} <span class="unit">{escape(chart.unit)}</span></figcaption>'
        f"{chart.image}"
        f'<p class="src">{escape(chart.source)}</p></figure>'
        f"{details('Cijfers bij deze grafiek', html(chart.table))}{chart.trail}"
    )


def chart(series: Series | Missing, against: Series | Missing | None = None, title: str = "") -> Chart | Missing:
    """A line chart by year; per 1.000 inhabitants where population in the same borders is known, else in counts.

    Parameters
    ----------
    series : Series or Missing
        Ours: the solid blue line.
    against : Series, optional
        What it is held against: the dashed orange line, drawn only when both can be given per inhabitant.
    title : str
        The finding, as a sentence.
    """
    if isinstance(series, Missing):
        return series
    lines = _lines(series, against)
    per_inhabitant = len(lines[0].points) > 1 and lines[0].per_inhabitant
    unit = "per 1.000 inwoners" if per_inhabitant else "aantal per jaar"
    id = f"{series.indicator.id}-{series.region}".lower().replace("_", "-")
    alt = f"Lijngrafiek: {series.indicator.label}, {unit}, {min(lines[0].points)}–{max(lines[0].points)}"
    decimals = 1 if per_inhabitant else 0
    description = " ".join(line.in_words(decimals) for line in lines)
    drawing, axes = svg.figure()
    _draw(axes, lines, decimals)
    sources = [s for line in lines for s in line.series.sources]
    persons = [s for line in lines for s in line.series.population_sources if per_inhabitant]
    return Chart(
        id,
        title or series.indicator.label.capitalize(),
        unit,
        alt,
        description,
        svg.inline(drawing, id, alt, description),
        _table(f"{id}-tabel", [line.series for line in lines], unit),
        origin.source_line(sources + persons),
        origin.trail(
            sources + persons,
            origin.selection(series),
            "aantallen zoals de bron ze geeft; per 1.000 "
            "inwoners is het aantal gedeeld door het gemiddeld aantal inwoners van dat jaar",
        ),
        tuple(record for line in lines for record in line.series.records()),
    )


@dataclass(frozen=True)
class Line:
    """One line of a chart: a series in the unit of the chart."""

    series: Series
    points: dict[int, float]
    per_inhabitant: bool

    def in_words(self, decimals: int) -> str:
        """Start, extremes and end as a sentence."""
        years = list(self.points)
        low, high = min(years, key=self.points.__getitem__), max(years, key=self.points.__getitem__)
        told = {year: dutch.number(self.points[year], decimals) for year in (years[0], low, high, years[-1])}
        return (
            f"{self.series.region_name} begint op {told[years[0]]} in {years[0]}, heeft {told[low]} als laagste "
            f"waarde ({low}) en {told[high]} als hoogste ({high}), en eindigt op {told[years[-1]]} in {years[-1]}."
        )


def _lines(series: Series, against: Series | Missing | None) -> list[Line]:
    """Rates of both where they exist; otherwise our counts alone, because counts of unequal places do not compare."""
    ours = {year: rate for year in series.years if (rate := series.rate(year)) is not None}
    if len(ours) < 2:  # noqa: PLR2004
        return [Line(series, {year: float(series.count(year) or 0) for year in series.years}, False)]
    lines = [Line(series, ours, True)]
    if isinstance(against, Series):
        theirs = {y: rate for y in against.years if y in ours and (rate := against.rate(y)) is not None}
        lines += [Line(against, theirs, True)] if len(theirs) > 1 else []
    return lines


def _marks(line: Line) -> list[Break]:
    """Declared breaks that fall within what is drawn, territory aside: that is told in the text."""
    first, last = date(min(line.points), 1, 1), date(max(line.points), 12, 31)
    about = line.series.indicator.id, line.series.region
    found = [b for b in catalogue.breaks().values() if b.touches(*about)]
    return [b for b in found if b.kind != "territory" and first < b.date <= last]


def _draw(axes: Axes, lines: list[Line], decimals: int) -> None:
    for mark in _marks(lines[0]):
        _draw_mark(axes, mark)
    looks: tuple[dict[str, Any], ...] = (
        {"color": svg.OURS, "marker": "o", "linewidth": 2.6, "zorder": 3},
        {"color": svg.THEIRS, "marker": "s", "linewidth": 2, "dashes": (5, 2), "zorder": 2},
    )
    for line, look in zip(lines, looks, strict=False):
        axes.plot(list(line.points), list(line.points.values()), markersize=5, **look)
        _hollow(axes, line, look["color"])
    years = list(lines[0].points)
    axes.set_xticks(range(years[0], years[-1] + 1))
    axes.set_ylim(0, max(max(line.points.values()) for line in lines) * 1.18 or 1)
    ticks = decimals if axes.get_ylim()[1] <= _WHOLE_TICKS else 0
    axes.yaxis.set_major_formatter(lambda value, _: dutch.number(value, ticks))
    axes.grid(axis="y", color=svg.GRID, linewidth=0.8)
    _label_ends(axes, lines)
    first = years[0]
    for year in {first, years[-1]}:
        text = dutch.number(lines[0].points[year], decimals)
        axes.annotate(
            text,
            (year, lines[0].points[year]),
            (0, 8),
            textcoords="offset points",
            ha="center",
            color=svg.OURS,
            fontweight="bold",
        )


def _hollow(axes: Axes, line: Line, colour: str) -> None:
    """Provisional figures and figures of part of the territory are drawn open."""
    data = line.series.data
    open_years = [
        int(period.year)
        for period, status, made in zip(data.index, data["status"], data["origin"], strict=True)
        if period.year in line.points and (status == "provisional" or made == SUMMED_IN_PART)
    ]
    axes.plot(
        open_years,
        [line.points[year] for year in open_years],
        linestyle="",
        marker="o",
        markersize=6,
        markerfacecolor="white",
        markeredgecolor=colour,
        zorder=4,
    )


def _draw_mark(axes: Axes, mark: Break) -> None:
    """A period as a band, a moment as a dotted line; a year's point stands for its whole year."""
    start = _position(mark.date)
    if mark.until:
        axes.axvspan(start, _position(mark.until), color="#888888", alpha=0.14, linewidth=0)
    else:
        axes.axvline(start, color=svg.SOFT, linestyle=":", linewidth=1.4)
    height = 0.99 if mark.until else 0.92
    axes.annotate(
        mark.label,
        (start, height),
        (3, 0),
        xycoords=("data", "axes fraction"),
        va="top",
        textcoords="offset points",
        fontsize=9.5,
        color=svg.SOFT,
    )


def _position(moment: date) -> float:
    return moment.year + (moment.month - 1) / 12 - 0.5


def _label_ends(axes: Axes, lines: list[Line]) -> None:
    """Names at the end of each line, moved apart where the lines end close together."""
    last = {line.series.region: list(line.points.items())[-1] for line in lines}
    heights = [height for _, height in last.values()]
    apart = 0.07 * axes.get_ylim()[1]
    close = len(heights) > 1 and abs(heights[0] - heights[1]) < apart
    for index, line in enumerate(lines):
        year, height = last[line.series.region]
        above = heights[index] == max(heights) and (index == 0 or heights[0] != heights[1])
        shift = (7 if above else -7) if close else 0
        axes.annotate(
            line.series.region_name,
            (year, height),
            (9, shift),
            textcoords="offset points",
            va="center",
            color=(svg.OURS, svg.THEIRS_TEXT)[index],
            fontweight=("bold", "normal")[index],
        )


def _table(id: str, shown: list[Series], unit: str) -> Table:
    """Counts and rates by year, open years marked as in the chart."""
    columns = ["Jaar"]
    for series in shown:
        columns += [f"{series.region_name}, aantal", f"{series.region_name}, per 1.000 inwoners"]
    rows = []
    for year in sorted({year for series in shown for year in series.years}):
        cells: list[str | None] = [str(year)]
        for series in shown:
            count, rate = series.count(year), series.rate(year)
            cells.append(None if count is None else dutch.number(count) + _sign(series, year))
            cells.append(None if rate is None else dutch.number(rate, 1))
        rows.append(tuple(cells))
    return Table(id, f"{shown[0].indicator.label.capitalize()} per jaar", tuple(columns), tuple(rows))


def _sign(series: Series, year: int) -> str:
    status = series.data.loc[f"{year}-01-01", "status"]
    return " (voorlopig)" if status == "provisional" else " (deel)" if series.origin(year) == SUMMED_IN_PART else ""
