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
from . import axis, dutch, svg
from .axis import End
from .places import place

_FINE = 0.5  # below this rate one decimal says nothing
_LOOKS: tuple[dict[str, Any], ...] = (
    {"color": svg.OURS, "marker": "o", "linewidth": 2.6, "zorder": 3},
    {"color": svg.THEIRS, "marker": "s", "linewidth": 2, "dashes": (5, 2), "zorder": 2},
)


@dataclass(frozen=True)
class Line:
    """One line of a chart: a series in the unit of the chart."""

    series: Series
    points: dict[int, float]
    decimals: int = 0

    @property
    def per_inhabitant(self) -> bool:
        """Whether these are rates; counts have no decimals."""
        return self.decimals > 0

    @property
    def name(self) -> str:
        """What it is about."""
        return place(self.series.region)

    @property
    def unit(self) -> str:
        """The unit in words."""
        return "per 1.000 inwoners" if self.per_inhabitant else "aantal per jaar"

    @property
    def span(self) -> tuple[int, int]:
        """First and last year drawn."""
        return min(self.points), max(self.points)

    @property
    def open_years(self) -> list[int]:
        """Years drawn with an open point: provisional, or part of the territory."""
        part = [year for year in self.points if self.series.origin(year) == SUMMED_IN_PART]
        return sorted({*part, *self.series.provisional(self.points)})

    @property
    def end(self) -> End:
        """Its last point, with its value and its name."""
        last = self.span[1]
        return End(f"{self.told(last)} {self.name}", last, self.points[last])

    def told(self, year: int) -> str:
        """The number of one year."""
        return dutch.number(self.points[year], self.decimals)

    def in_words(self) -> str:
        """How it runs, as a sentence."""
        return course(self.name, self.points, self.decimals)


def course(name: str, points: dict[int, float], decimals: int) -> str:
    """Start and end as a sentence, with the lowest and the highest where they are neither."""
    told = {year: dutch.number(value, decimals) for year, value in points.items()}
    first, last = min(points), max(points)
    extremes = {"laagste": min(points, key=points.__getitem__), "hoogste": max(points, key=points.__getitem__)}
    ends = told[first], told[last]
    between = [f"{word} {told[year]} in {year}" for word, year in extremes.items() if told[year] not in ends]
    aside = f" ({', '.join(between)})" if between else ""
    return f"{name}: van {told[first]} in {first} naar {told[last]} in {last}{aside}."


def lines_of(series: Series, against: Series | Missing | None) -> list[Line]:
    """Rates of both where they exist; otherwise our counts alone, because counts of unequal places do not compare."""
    ours = {year: rate for year in series.years if (rate := series.rate(year)) is not None}
    if len(ours) < 2:  # noqa: PLR2004
        return [Line(series, {y: float(count) for y in series.years if (count := series.count(y)) is not None})]
    decimals = 1 if max(ours.values()) >= _FINE else 2
    lines = [Line(series, ours, decimals)]
    if isinstance(against, Series):
        theirs = {y: rate for y in against.years if y in ours and (rate := against.rate(y)) is not None}
        lines += [Line(against, theirs, decimals)] if len(theirs) > 1 else []
    return lines


def marks(line: Line) -> list[Break]:
    """Declared breaks that fall within what is drawn, territory aside: that is told in the text."""
    first, last = date(line.span[0], 1, 1), date(line.span[1], 12, 31)
    declared = catalogue.breaks_of(line.series.indicator.id, line.series.region)
    return [b for b in declared if b.kind != "territory" and first < b.date <= last]


def draw(lines: list[Line]) -> Figure:
    """Draw one or two lines with the breaks that touch them."""
    drawing, axes = svg.figure()
    for mark in marks(lines[0]):
        axis.mark(axes, mark, _position, height=0.99 if mark.until else 0.92)
    for line, look in zip(lines, _LOOKS, strict=False):
        years = range(line.span[0], line.span[1] + 1)
        axes.plot(years, [line.points.get(year, nan) for year in years], markersize=5, **look)  # a gap stays a gap
        _draw_open(axes, line, look["color"])
    _frame(axes, lines)
    axis.names(axes, [line.end for line in lines])
    _label_start(axes, lines[0])
    return drawing


def _frame(axes: Axes, lines: list[Line]) -> None:
    first, last = lines[0].span
    axes.set_xticks(range(first, last + 1))
    axes.set_ylim(0, max(max(line.points.values()) for line in lines) * 1.18 or 1)
    axis.values(axes, whole=not lines[0].per_inhabitant)


def _label_start(axes: Axes, line: Line) -> None:
    """Our first value; the last one stands before the name at the end."""
    first, last = line.span
    if first < last:
        look: dict[str, Any] = {"ha": "center", "color": svg.OURS, "fontweight": "bold"}
        axes.annotate(line.told(first), (first, line.points[first]), (0, 8), textcoords="offset points", **look)


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


def _position(moment: date) -> float:
    """A moment on an axis of years; a year's point stands for its whole year."""
    return moment.year + (moment.month - 1) / 12 - 0.5
