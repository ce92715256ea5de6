"""Drawing yearly series as lines: ours solid and blue, theirs dashed and orange, breaks marked, gaps left open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from html import escape
from math import nan
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..definitions import catalogue
from ..definitions.catalogue import Break
from ..definitions.periods import Period
from ..store.results import Record, Result, html
from ..store.series import OTHER_BORDERS, SUMMED_IN_PART, Missing, Series
from . import chart_notes, dutch, provenance, reservations, svg
from .chart_notes import End
from .dutch import place
from .svg import Size
from .tables import DataTable, details, slug

_LOOKS: tuple[dict[str, Any], ...] = (
    {"color": svg.OURS, "marker": "o", "linewidth": 2.6, "zorder": 3},
    {"color": svg.THEIRS, "marker": "s", "linewidth": 2, "dashes": (5, 2), "zorder": 2},
)


def draw(lines: list[Line], size: Size) -> Figure:
    """Draw one or two lines with the breaks that touch them."""
    drawing, axes = svg.figure(size)
    for line, look in zip(lines, _LOOKS, strict=False):
        years = range(line.span[0], line.span[1] + 1)
        points = [line.points.get(year, nan) for year in years]  # a gap stays a gap
        axes.plot(years, points, markersize=5, label=line.name, **look)
        _draw_open(axes, line, look)
    _frame(axes, lines, size)
    chart_notes.names(axes, [line.end for line in lines], size)
    _label_start(axes, lines)
    chart_notes.breaks(axes, marks(lines[0].series, lines[0].span), position)
    return drawing


def _frame(axes: Axes, lines: list[Line], size: Size) -> None:
    chart_notes.years(axes, *lines[0].span, size)
    axes.set_ylim(0, max(max(line.points.values()) for line in lines) * 1.18 or 1)
    chart_notes.values(axes, whole=not lines[0].per_inhabitant)
    chart_notes.below(axes, {year for line in lines for year in line.provisional}, "voorlopig")
    chart_notes.below(axes, {year for line in lines for year in line.in_part}, "deel")


def _label_start(axes: Axes, lines: list[Line]) -> None:
    """Our first value, on the side where no line is; the last one stands before the name at the end."""
    ours = lines[0]
    first, last = ours.span
    start = ours.points[first]
    under = ours.points.get(first + 1, start) > start or any(line.points.get(first, 0) > start for line in lines[1:])
    if first < last:
        look: dict[str, Any] = {"ha": "left", "va": "center", "color": svg.OURS, "fontweight": "bold"}
        at = first, start
        chart_notes.say(axes, ours.told(first), at, (-4, -13 if under else 13), **look)


def _draw_open(axes: Axes, line: Line, look: dict[str, Any]) -> None:
    """Provisional figures and figures of part of the territory are drawn open, in the shape of the line."""
    axes.plot(
        line.open_years,
        [line.points[year] for year in line.open_years],
        linestyle="",
        marker=look["marker"],
        markersize=7,
        markerfacecolor=svg.PAPER,
        markeredgecolor=look["color"],
        markeredgewidth=1.6,
        zorder=4,
    )


def position(moment: date) -> float:
    """A moment on an axis of years; a year's point stands for its whole year."""
    return moment.year + (moment.month - 1) / 12 - 0.5


_FINE = 0.5  # below this rate one decimal says nothing


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
    def in_part(self) -> list[int]:
        """Years with figures of a part of the territory."""
        return [year for year in self.points if self.series.origin(year) == SUMMED_IN_PART]

    @property
    def provisional(self) -> list[int]:
        """Years with a provisional figure."""
        return self.series.provisional(self.points)

    @property
    def open_years(self) -> list[int]:
        """Years drawn with an open point: provisional, or part of the territory."""
        return sorted({*self.in_part, *self.provisional})

    @property
    def end(self) -> End:
        """Its last point, with its value and its name."""
        last = self.span[1]
        return End(self.told(last), self.name, last, self.points[last])

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


def marks(series: Series, span: tuple[int, int]) -> list[Break]:
    """Declared breaks that fall within the years drawn, territory aside: that is told in the text."""
    first, last = date(span[0], 1, 1), date(span[1], 12, 31)
    declared = catalogue.breaks_of(series.indicator.id, series.region)
    return [b for b in declared if b.kind != "territory" and first < b.date <= last]


def in_words(shown: list[Break]) -> str:
    """The breaks as sentences."""
    return " ".join(f"Vanaf {Period(one.date, 'M').label}: {one.label}." for one in shown)


_COUNTS = "aantallen zoals de bron ze geeft"
_RATES = f"{_COUNTS}; per 1.000 inwoners is het aantal gedeeld door het gemiddeld aantal inwoners van dat jaar"
_AREAS = {SUMMED_IN_PART: " (deel)", OTHER_BORDERS: " (andere grenzen)"}
_OPEN = "Een open punt is een voorlopig cijfer, of een cijfer over een deel van het gebied."


@dataclass(frozen=True, repr=False)
class Chart(Result):
    """A figure with everything a reader needs who cannot see it, or does not believe it."""

    id: str
    title: str
    unit: str
    alt: str
    description: str
    image: str
    table: DataTable
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
    told = f'<p class="src" id="{chart.id}-d">{escape(chart.description)}</p>'
    return (
        f'<figure><figcaption>{escape(chart.title)} <span class="unit">{escape(chart.unit)}</span></figcaption>'
        f'{chart.image}{told}<p class="src">{escape(chart.source)}</p></figure>'
        f"{details(f'Cijfers: {chart.table.caption}', html(chart.table))}{chart.trail}"
    )


def chart(series: Series | Missing, against: Series | Missing | None = None, title: str = "") -> Chart | Missing:
    """A line chart by year; per 1.000 inhabitants where population in the same borders is known, else in counts.

    Parameters
    ----------
    series : Series or Missing
        Ours: the solid blue line. Yearly counts.
    against : Series, optional
        What it is held against: the dashed orange line, drawn only when both can be given per inhabitant.
    title : str
        The finding, as a sentence; by default the first and the last figure.

    Raises
    ------
    ValueError
        When the series is not yearly.
    """
    if isinstance(series, Missing):
        return series
    lines = lines_of(series, against)
    ours, rated = lines[0], _rated(lines)
    id = slug(f"{series.indicator.id}-{series.region}")
    alt = f"Lijngrafiek: {series.indicator.label}, {ours.unit}, {ours.span[0]}–{ours.span[1]}"
    open_points = _OPEN if any(line.open_years for line in lines) else ""
    breaks = in_words(marks(series, ours.span))
    hidden = " ".join(filter(None, (reservations.told(line.series) for line in lines)))
    description = " ".join(filter(None, [*(line.in_words() for line in lines), breaks, hidden, open_points]))
    sources = [s for line in lines for s in line.series.sources]
    sources += [s for line in lines for s in line.series.population_sources if rated]
    return Chart(
        id,
        title or _finding(ours),
        ours.unit,
        alt,
        description,
        svg.inline(partial(draw, lines), id, alt),
        _table(f"{id}-tabel", lines),
        " ".join(filter(None, [hidden, open_points, provenance.source_line(sources)])),
        provenance.provenance_block(
            sources, series.indicator.label, provenance.selection_text(series), _RATES if rated else _COUNTS
        ),
        tuple(record for line in lines for record in line.series.records()),
    )


def _finding(line: Line) -> str:
    first, last = line.span
    since = f"van {line.told(first)} in {first} naar " if first < last else ""
    return f"{line.series.indicator.title}: {since}{line.told(last)} in {last}"


def _rated(lines: list[Line]) -> bool:
    """Whether any figure can be given per inhabitant."""
    return any(line.series.rate(year) is not None for line in lines for year in line.series.years)


def _table(id: str, lines: list[Line]) -> DataTable:
    """Counts by year, and rates where there are any; open years marked as in the chart; a hidden count says so."""
    shown, decimals, rated = [line.series for line in lines], lines[0].decimals or 1, _rated(lines)
    columns = ["Jaar"]
    for series in shown:
        name = place(series.region)
        columns += [f"{name}, aantal", *[f"{name}, per 1.000 inwoners"] * rated]
    rows = []
    for year in sorted({year for series in shown for year in (*series.years, *reservations.yearly(series))}):
        cells: list[str | None] = [str(year)]
        for series in shown:
            count, rate = series.count(year), series.rate(year)
            hidden = reservations.yearly(series).get(year)
            cells.append(hidden if count is None else dutch.number(count) + _sign(series, year))
            cells += [None if rate is None else dutch.number(rate, decimals)] * rated
        rows.append(tuple(cells))
    return DataTable(id, f"{shown[0].indicator.title} per jaar", tuple(columns), tuple(rows))


def _sign(series: Series, year: int) -> str:
    status = series.data.loc[f"{year}-01-01", "status"]
    return " (voorlopig)" if status == "provisional" else _AREAS.get(series.origin(year), "")
