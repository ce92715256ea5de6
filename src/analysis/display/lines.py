"""Drawing yearly series as lines: ours solid and blue, theirs dashed and orange, breaks marked, gaps left open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import nan
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .. import catalogue
from ..catalogue import Break
from ..series import SUMMED_IN_PART, Missing, Series
from . import dutch, svg

_WHOLE_TICKS = 5  # an axis that runs further than this has whole numbers beside it
_LOOKS: tuple[dict[str, Any], ...] = (
    {"color": svg.OURS, "marker": "o", "linewidth": 2.6, "zorder": 3},
    {"color": svg.THEIRS, "marker": "s", "linewidth": 2, "dashes": (5, 2), "zorder": 2},
)


@dataclass(frozen=True)
class Line:
    """One line of a chart: a series in the unit of the chart."""

    series: Series
    points: dict[int, float]
    per_inhabitant: bool

    @property
    def unit(self) -> str:
        """The unit in words."""
        return "per 1.000 inwoners" if self.per_inhabitant else "aantal per jaar"

    @property
    def decimals(self) -> int:
        """How precisely its numbers are told."""
        return 1 if self.per_inhabitant else 0

    @property
    def span(self) -> tuple[int, int]:
        """First and last year drawn."""
        return min(self.points), max(self.points)

    @property
    def open_years(self) -> list[int]:
        """Years drawn with an open point: provisional, or part of the territory."""
        part = [year for year in self.points if self.series.origin(year) == SUMMED_IN_PART]
        return sorted({*part, *self.series.provisional(self.points)})

    def in_words(self) -> str:
        """Start, extremes and end as a sentence."""
        years = list(self.points)
        low, high = min(years, key=self.points.__getitem__), max(years, key=self.points.__getitem__)
        told = {year: dutch.number(self.points[year], self.decimals) for year in (years[0], low, high, years[-1])}
        return (
            f"{self.series.region_name} begint op {told[years[0]]} in {years[0]}, heeft {told[low]} als laagste "
            f"waarde ({low}) en {told[high]} als hoogste ({high}), en eindigt op {told[years[-1]]} in {years[-1]}."
        )


def lines_of(series: Series, against: Series | Missing | None) -> list[Line]:
    """Rates of both where they exist; otherwise our counts alone, because counts of unequal places do not compare."""
    ours = {year: rate for year in series.years if (rate := series.rate(year)) is not None}
    if len(ours) < 2:  # noqa: PLR2004
        return [
            Line(
                series,
                {year: float(count) for year in series.years if (count := series.count(year)) is not None},
                False,
            )
        ]
    lines = [Line(series, ours, True)]
    if isinstance(against, Series):
        theirs = {y: rate for y in against.years if y in ours and (rate := against.rate(y)) is not None}
        lines += [Line(against, theirs, True)] if len(theirs) > 1 else []
    return lines


def marks(line: Line) -> list[Break]:
    """Declared breaks that fall within what is drawn, territory aside: that is told in the text."""
    first, last = date(line.span[0], 1, 1), date(line.span[1], 12, 31)
    about = line.series.indicator.id, line.series.region
    found = [b for b in catalogue.breaks().values() if b.touches(*about)]
    return [b for b in found if b.kind != "territory" and first < b.date <= last]


def draw(lines: list[Line]) -> Figure:
    """Draw one or two lines with the breaks that touch them."""
    drawing, axes = svg.figure()
    for mark in marks(lines[0]):
        _draw_mark(axes, mark)
    for line, look in zip(lines, _LOOKS, strict=False):
        years = range(line.span[0], line.span[1] + 1)
        axes.plot(years, [line.points.get(year, nan) for year in years], markersize=5, **look)  # a gap stays a gap
        _draw_open(axes, line, look["color"])
    _frame(axes, lines)
    _label_ends(axes, lines)
    _label_values(axes, lines[0])
    return drawing


def _frame(axes: Axes, lines: list[Line]) -> None:
    first, last = lines[0].span
    axes.set_xticks(range(first, last + 1))
    axes.set_ylim(0, max(max(line.points.values()) for line in lines) * 1.18 or 1)
    decimals = lines[0].decimals if axes.get_ylim()[1] <= _WHOLE_TICKS else 0
    axes.yaxis.set_major_formatter(lambda value, _: dutch.number(value, decimals))
    axes.grid(axis="y", color=svg.GRID, linewidth=0.8)


def _label_values(axes: Axes, line: Line) -> None:
    """Our first and last value."""
    look: dict[str, Any] = {"ha": "center", "color": svg.OURS, "fontweight": "bold"}
    for year in sorted(set(line.span)):
        text = dutch.number(line.points[year], line.decimals)
        axes.annotate(text, (year, line.points[year]), (0, 8), textcoords="offset points", **look)


def _draw_open(axes: Axes, line: Line, colour: str) -> None:
    """Provisional figures and figures of part of the territory are drawn open."""
    axes.plot(
        line.open_years,
        [line.points[year] for year in line.open_years],
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
        textcoords="offset points",
        va="top",
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
