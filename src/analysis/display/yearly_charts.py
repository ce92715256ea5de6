"""Charts of yearly figures: the `Chart` result that every chart module returns, and line charts of one or two series.

Ours is a solid blue line, theirs a dashed orange one. Breaks are marked, and gaps between years stay open. What would
have been ordinary in the year that was judged is a bar behind the lines. Small counts are dots without a line.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from math import nan
from statistics import median
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..definitions import catalogue
from ..definitions.catalogue import Break
from ..definitions.periods import Period
from ..statistics.change import Change
from ..store.results import Missing, Record, Result, html
from ..store.series import OTHER_BORDERS, SUMMED_IN_PART, Series
from . import chart_notes, dutch, provenance, reservations, svg
from .chart_notes import End
from .dutch import region_name
from .sentences import headline, src
from .svg import Size
from .tables import DataTable, details, marked, slug

_COUNTS = "aantallen zoals de bron ze geeft"
_RATES = f"{_COUNTS}; per 1.000 inwoners is het aantal gedeeld door het gemiddeld aantal inwoners van dat jaar"
_AREAS = {SUMMED_IN_PART: " (deel)", OTHER_BORDERS: " (andere grenzen)"}
_OPEN = "Een open punt is een voorlopig cijfer, of een cijfer over een deel van het gebied."
BAR = 0.5  # of a year: width of the range that would have been ordinary
_BEFORE, _MARKER = 0.1, 5  # of a year before a point, and units above or below it, where its value begins
_FINE = 0.5  # below this rate one decimal is too coarse
LOOKS: tuple[dict[str, Any], ...] = (
    {"color": svg.OURS, "marker": "o", "linewidth": 2.6, "zorder": 3},
    {"color": svg.THEIRS, "marker": "s", "linewidth": 2, "dashes": (5, 2), "zorder": 2},
)


@dataclass(frozen=True, repr=False)
class Chart(Result):
    """A figure with everything for a reader who cannot see it, or who wants to check it.

    Parameters
    ----------
    id : str
        Unique on the page.
    title : str
        The finding, as a sentence.
    unit : str
    alt : str
        What is drawn, in one sentence: the form, a colon, and what of.
    description : str
        The course of the lines in words.
    image : str
        Both sizes as HTML.
    table : DataTable
        The same numbers.
    source : str
        The line below the chart.
    provenance : str
        HTML of the provenance.
    numbers : tuple of Record
    behind : tuple of object
        What is drawn: series, or results that hold them.
    """

    id: str
    title: str
    unit: str
    alt: str
    description: str
    image: str
    table: DataTable
    source: str
    provenance: str
    numbers: tuple[Record, ...] = ()
    behind: tuple[object, ...] = ()

    def __repr__(self) -> str:
        return f"{self.title}\n{self.alt}. {self.description}"

    @property
    def form(self) -> str:
        """What kind of drawing it is, in a word."""
        return self.alt.partition(":")[0]

    def records(self) -> list[Record]:
        """Return every number that is drawn."""
        return list(self.numbers)


@html.register
def _(chart: Chart) -> str:
    behind = src(f"{chart.alt}. {chart.description}") + html(chart.table) + chart.provenance
    unit = "" if chart.unit in chart.title else chart.unit
    return svg.figure_element(chart.id, chart.form, chart.title, chart.image + src(chart.source), unit) + details(
        "Cijfers en bron", behind, kind="behind", about=chart.table.caption
    )


def chart(
    series: Series | Missing,
    against: Series | Missing | None = None,
    title: str = "",
    change: Change | Missing | None = None,
) -> Chart | Series | Missing:
    """Return a chart by year: rates if the population in the same borders is known, otherwise counts.

    Parameters
    ----------
    series : Series or Missing
        Ours: the solid blue line. Yearly counts; most of them below ``small_counts.dots_below``, and they are drawn as
        dots, as counts.
    against : Series or Missing, optional
        The series to compare with: the dashed orange line, drawn only when both can be given per inhabitant.
    title : str
        The finding in a few words, see `headline`; it follows the newest figures. By default that of ``change``, and
        without it the first and the last figure.
    change : Change or Missing, optional
        The change that was judged, of this series: the range that would have been ordinary in its last year is drawn.

    Returns
    -------
    Chart, Series or Missing
        The series itself, which says its counts in a sentence, when none is above ``small_counts.words_to``: a line
        along the axis shows nothing. ``Missing`` when our series is.

    Raises
    ------
    ValueError
        When the series is not yearly, or the change is of another series.
    """
    if isinstance(series, Missing):
        return series
    if near_zero(series):
        return series
    lines = lines_of(series, against)
    ours, rated = lines[0], _rated(lines)
    expected = expected_in(ours, change)
    finding = title or (headline(change) if isinstance(change, Change) else "")
    id = slug(f"{series.indicator.id}-{series.region}")
    form = "Puntgrafiek" if ours.few else "Lijngrafiek"
    alt = f"{form}: {series.indicator.label}, {ours.unit}, {ours.span[0]}–{ours.span[1]}"
    open_points = _OPEN if any(line.open_years for line in lines) else ""
    breaks = describe_breaks(breaks_within(series, ours.span))
    hidden = " ".join(filter(None, (reservations.hidden_counts_text(line.series) for line in lines)))
    in_words = [*(line.in_words() for line in lines), expected.in_words() if expected else "", breaks]
    description = " ".join(filter(None, [*in_words, hidden, open_points]))
    sources = [s for line in lines for s in line.series.sources]
    sources += [s for line in lines for s in line.series.population_sources if rated]
    return Chart(
        id,
        f"{series.indicator.title}: {f'{_newest(lines)}; {finding}' if finding else _course(ours)}",
        ours.unit,
        alt,
        description,
        svg.inline_svg(partial(draw, lines, expected=expected), id),
        _table(f"{id}-tabel", lines),
        " ".join(filter(None, [hidden, open_points, provenance.source_line(sources)])),
        provenance.provenance_block(
            sources, series.indicator.label, provenance.selection_text(series), _RATES if rated else _COUNTS
        ),
        tuple(record for line in lines for record in line.series.records()),
        tuple(line.series for line in lines),
    )


def near_zero(series: Series) -> bool:
    """Tell whether no count is worth a drawing; a hidden one may be.

    Parameters
    ----------
    series : Series

    Returns
    -------
    bool
    """
    most = catalogue.thresholds().small_counts.words_to
    counts = [series.count(year) for year in series.years]
    return not reservations.hidden_by_year(series) and all(count is not None and count <= most for count in counts)


def _newest(lines: list[Line]) -> str:
    """Return our newest figure, and theirs beside ours of the same year."""
    ours, newest = lines[0], lines[0].span[1]
    told = f"{ours.value_text(newest)}{' per 1.000 inwoners' * ours.per_inhabitant} in {newest}"
    for line in lines[1:]:
        same = line.span[1]
        beside = "" if same == newest else f", en {ours.value_text(same)} in {same}"
        told += f"{beside} ({line.name}: {line.value_text(same)})"
    return told


def _course(line: Line) -> str:
    """Return our first and newest figure."""
    first, last = line.span
    since = f"van {line.value_text(first)} in {first} naar " if first < last else ""
    return f"{since}{line.value_text(last)} in {last}"


def _rated(lines: list[Line]) -> bool:
    """Whether any figure can be given per inhabitant."""
    return any(line.series.rate(year) is not None for line in lines for year in line.series.years)


def _table(id: str, lines: list[Line]) -> DataTable:
    """Return counts by year, and rates where known; open years and hidden counts are marked as such."""
    all_series, decimals, rated = [line.series for line in lines], lines[0].decimals or 1, _rated(lines)
    columns, made_up = ["Jaar"], {series.synthetic for series in all_series}
    one_kind = len(made_up) == 1
    for series in all_series:
        name = region_name(series.region)
        headers = [f"{name}, aantal", *[f"{name}, per 1.000 inwoners"] * rated]
        columns += headers if one_kind else [marked(header, series.synthetic) for header in headers]
    rows = []
    for year in sorted(
        {year for series in all_series for year in (*series.years, *reservations.hidden_by_year(series))}
    ):
        cells: list[str | None] = [str(year)]
        for series in all_series:
            count, rate = series.count(year), series.rate(year)
            hidden_text = reservations.hidden_by_year(series).get(year)
            cells.append(hidden_text if count is None else dutch.number(count) + _sign(series, year))
            cells += [None if rate is None else dutch.number(rate, decimals)] * rated
        rows.append(tuple(cells))
    return DataTable(
        id,
        f"{all_series[0].indicator.title} per jaar",
        tuple(columns),
        tuple(rows),
        made_up=tuple(made_up) if one_kind else (),
    )


def _sign(series: Series, year: int) -> str:
    status = series.data.loc[f"{year}-01-01", "status"]
    return " (voorlopig)" if status == "provisional" else _AREAS.get(series.origin(year), "")


@dataclass(frozen=True)
class OrdinaryRange:
    """What would have been ordinary in a year, in the unit of the chart.

    Parameters
    ----------
    year : int
    low, high : float
    decimals : int
    """

    year: int
    low: float
    high: float
    decimals: int

    def limits(self, between: str) -> str:
        """Return both ends as text."""
        return between.join(dutch.number(limit, self.decimals) for limit in (self.low, self.high))

    def in_words(self) -> str:
        """Return the range in a sentence."""
        return f"Gewoon in {self.year}: {self.limits(' tot ')}."


def expected_in(ours: Line, change: Change | Missing | None) -> OrdinaryRange | None:
    """Return the range that a judgement used, in the unit of our line.

    Parameters
    ----------
    ours : Line
    change : Change, Missing or None

    Returns
    -------
    OrdinaryRange or None
        ``None`` without a judgement, and where the year is not drawn.

    Raises
    ------
    ValueError
        When the change is of another series.
    """
    if not isinstance(change, Change):
        return None
    series = ours.series
    if (change.series.indicator.id, change.series.region) != (series.indicator.id, series.region):
        raise ValueError(f"this change is about {change.series.indicator.id} in {change.series.region}")
    if change.ordinary is None or change.last not in ours.points:
        return None
    people = series.inhabitants(change.last) if ours.per_inhabitant else None
    low, high = (1000 * limit / people if people else float(limit) for limit in change.ordinary)
    return OrdinaryRange(change.last, low, high, ours.decimals)


@dataclass(frozen=True)
class Line:
    """One line of a chart: a series in the unit of the chart.

    Parameters
    ----------
    series : Series
    points : dict
        Year -> value to draw.
    decimals : int
        Decimals of the values; 0 for counts, more for rates.
    """

    series: Series
    points: dict[int, float]
    decimals: int = 0

    @property
    def per_inhabitant(self) -> bool:
        """Whether the values are rates instead of counts."""
        return self.decimals > 0

    @property
    def few(self) -> bool:
        """Whether the counts are so small that a line would suggest a course: usually below ``dots_below``."""
        below = catalogue.thresholds().small_counts.dots_below
        return not self.per_inhabitant and median(self.points.values()) < below

    @property
    def name(self) -> str:
        """The name of the region."""
        return region_name(self.series.region)

    @property
    def unit(self) -> str:
        """The unit in words."""
        return "per 1.000 inwoners" if self.per_inhabitant else "aantal per jaar"

    @property
    def span(self) -> tuple[int, int]:
        """The first and last year drawn."""
        return min(self.points), max(self.points)

    @property
    def in_part(self) -> list[int]:
        """Years of which the figure covers part of the territory."""
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
        """The last point, with its value and its name."""
        last = self.span[1]
        return End(self.value_text(last), self.name, last, self.points[last])

    def value_text(self, year: int) -> str:
        """Return the number of one year as text."""
        return dutch.number(self.points[year], self.decimals)

    def in_words(self) -> str:
        """Describe the course of the line in a sentence."""
        return describe_course(self.name, self.points, self.decimals)


def lines_of(series: Series, against: Series | Missing | None) -> list[Line]:
    """Choose what to draw: the rates of both series, or only our counts, as counts of unequal regions do not compare.

    Parameters
    ----------
    series : Series
        Ours.
    against : Series, Missing or None

    Returns
    -------
    list of Line
        Rates when ours are known for at least two years, and the counts are not small.
    """
    counts = Line(series, {y: float(count) for y in series.years if (count := series.count(y)) is not None})
    our_rates = {year: rate for year in series.years if (rate := series.rate(year)) is not None}
    if len(our_rates) < 2 or counts.few:  # noqa: PLR2004
        return [counts]
    decimals = 1 if max(our_rates.values()) >= _FINE else 2
    lines = [Line(series, our_rates, decimals)]
    if isinstance(against, Series):
        their_rates = {y: rate for y in against.years if y in our_rates and (rate := against.rate(y)) is not None}
        lines += [Line(against, their_rates, decimals)] if len(their_rates) > 1 else []
    return lines


def describe_course(name: str, points: dict[int, float], decimals: int) -> str:
    """Describe the course of a line: start and end, with the lowest and the highest value when they are neither.

    Parameters
    ----------
    name : str
    points : dict
        Year -> value.
    decimals : int

    Returns
    -------
    str
        A sentence.

    Examples
    --------
    >>> describe_course("Leek", {2019: 4.0, 2020: 7.0, 2021: 5.0}, 0)
    'Leek: van 4 in 2019 naar 5 in 2021 (hoogste 7 in 2020).'
    """
    values = {year: dutch.number(value, decimals) for year, value in points.items()}
    first, last = min(points), max(points)
    extremes = {"laagste": min(points, key=points.__getitem__), "hoogste": max(points, key=points.__getitem__)}
    ends = values[first], values[last]
    turning_points = [f"{word} {values[year]} in {year}" for word, year in extremes.items() if values[year] not in ends]
    aside = f" ({', '.join(turning_points)})" if turning_points else ""
    return f"{name}: van {values[first]} in {first} naar {values[last]} in {last}{aside}."


def breaks_within(series: Series, span: tuple[int, int]) -> list[Break]:
    """Return the declared breaks within the years drawn, except those of territory, which are described in the text.

    Parameters
    ----------
    series : Series
    span : (int, int)
        First and last year.

    Returns
    -------
    list of Break
    """
    first, last = date(span[0], 1, 1), date(span[1], 12, 31)
    declared = catalogue.breaks_of(series.indicator.id, series.region)
    return [b for b in declared if b.kind != "territory" and first < b.date <= last]


def describe_breaks(shown: list[Break]) -> str:
    """Describe breaks in sentences.

    Parameters
    ----------
    shown : list of Break

    Returns
    -------
    str
        Empty without breaks.
    """
    return " ".join(f"Vanaf {Period(declared.date, 'M').label}: {declared.label}." for declared in shown)


def draw(lines: list[Line], size: Size, expected: OrdinaryRange | None = None) -> Figure:
    """Draw one or two lines with the breaks that touch them, and the range that would have been ordinary.

    Parameters
    ----------
    lines : list of Line
        Ours first.
    size : Size
    expected : OrdinaryRange, optional

    Returns
    -------
    Figure
    """
    drawing, axes = svg.figure(size)
    for line, look in zip(lines, LOOKS, strict=False):
        years = range(line.span[0], line.span[1] + 1)
        points = [line.points.get(year, nan) for year in years]  # no line across a gap
        without = {"linestyle": ""} if line.few else {}
        axes.plot(years, points, markersize=7 if line.few else 5, label=line.name, **look | without)
        _draw_open_points(axes, line, look)
    _frame(axes, lines, size, expected)
    chart_notes.line_names(axes, [line.end for line in lines], size)
    _label_start(axes, lines)
    if expected is not None:
        _draw_expected(axes, lines, expected)
    chart_notes.draw_breaks(axes, breaks_within(lines[0].series, lines[0].span), year_position)
    return drawing


def _draw_expected(axes: Axes, lines: list[Line], expected: OrdinaryRange) -> None:
    """Draw a range behind the lines, with its name where it is in nobody's way."""
    axes.bar(
        [expected.year],
        [expected.high - expected.low],
        bottom=expected.low,
        width=BAR,
        facecolor=svg.ORDINARY,
        edgecolor=svg.OURS,
        linewidth=0.6,
        zorder=1,
    )
    courses = [sorted(line.points.items()) for line in lines]
    words = f"gewoon: {expected.limits('–')}"
    spots = [
        chart_notes.Spot(at, height, across, up)
        for height, up in ((expected.high, 1), (expected.low, -1))
        for at, across in (
            (expected.year, "center"),
            (expected.year + BAR / 2, "right"),
            (expected.year - BAR / 2, "left"),
        )
    ]
    chart_notes.annotate_free(axes, words, spots, courses, color=svg.SOFT)


def _frame(axes: Axes, lines: list[Line], size: Size, expected: OrdinaryRange | None) -> None:
    """Draw axes, labels and the marks for provisional and partial years."""
    chart_notes.year_labels(axes, *lines[0].span, size)
    highest = max([*(max(line.points.values()) for line in lines), expected.high if expected else 0])
    axes.set_ylim(0, highest * 1.18 or 1)
    chart_notes.value_axis(axes, whole=not lines[0].per_inhabitant)
    chart_notes.mark_ranges(axes, {year for line in lines for year in line.provisional}, "voorlopig")
    chart_notes.mark_ranges(axes, {year for line in lines for year in line.in_part}, "deel")


def _label_start(axes: Axes, lines: list[Line]) -> None:
    """Write our first value where no line and no marker is; the last value stands before the name at the end.

    That is just above or below our first point, or else above or below our line in the years that the words reach to,
    or all lines.
    """
    ours = lines[0]
    first, last = ours.span
    if first == last:
        return
    own, every = (
        [line.points[year] for line in some for year in (first, first + 1) if year in line.points]
        for some in (lines[:1], lines)
    )
    spots = [
        chart_notes.Spot(first - _BEFORE, height, "left", up, _MARKER)
        for lowest, highest in ((own[0], own[0]), (min(own), max(own)), (min(every), max(every)))
        for height, up in ((highest, 1), (lowest, -1))
    ]
    courses = [sorted(line.points.items()) for line in lines]
    look: dict[str, Any] = {"color": svg.OURS, "fontweight": "bold"}
    chart_notes.annotate_free(axes, ours.value_text(first), spots, courses, **look)


def _draw_open_points(axes: Axes, line: Line, look: dict[str, Any]) -> None:
    """Draw provisional figures, and figures of part of the territory, as open points in the shape of the line."""
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


def year_position(moment: date) -> float:
    """Return the position of a date on an axis of years, on which the point of a year stands for the whole year.

    Parameters
    ----------
    moment : date

    Returns
    -------
    float

    Examples
    --------
    >>> year_position(date(2020, 7, 1))
    2020.0
    """
    return moment.year + (moment.month - 1) / 12 - 0.5
