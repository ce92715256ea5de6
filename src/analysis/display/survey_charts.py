"""Survey results and indices: sentences about their changes, and charts of points with their margins.

Points are not joined across a redesign of the survey.
"""

from __future__ import annotations

from functools import partial
from html import escape
from math import nan
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..definitions.catalogue import Indicator
from ..statistics.survey import SurveyChange, SurveyComparison
from ..store.results import Missing, html
from ..store.series import Series
from . import chart_notes, dutch, provenance, svg
from .chart_notes import End
from .dutch import region_name
from .provenance import result_provenance
from .sentences import answer, chip, src
from .svg import Size
from .tables import DataTable, marked, slug
from .yearly_charts import Chart, breaks_within, describe_breaks, describe_course, year_position

UNITS = {"percent": "%", "index": "index, 2012 = 100", "grade": "rapportcijfer", "per_1000": "per 1.000"}
_METHOD = "de waarde zoals de uitgever die geeft, met de marge (95 %) als de uitgever die geeft"
_POINTS = {"percent": "procentpunt", "index": "punt", "grade": "punt"}
_NO_MARGIN = "De bron geeft geen marges. Of het verschil toeval is, is daarom niet te toetsen."
_LOOKS: tuple[dict[str, Any], ...] = (
    {"color": svg.OURS, "marker": "o", "linewidth": 2.4},
    {"color": svg.THEIRS, "marker": "s", "linewidth": 2, "dashes": (5, 2)},
)
_ASIDE = 3  # units that a line with margins is shifted sideways


@html.register
def _(change: SurveyChange) -> str:
    indicator, region = change.series.indicator, escape(region_name(change.series.region))
    before, after = _value(indicator, change.before), _value(indicator, change.after)
    sentence = (
        f"{escape(indicator.title)} in {region}: <b>{after}</b> in {change.last}, tegen {before} in "
        f"{change.first}: {_points(indicator, change.difference)}."
    )
    margin = src(_margin(change.lower, change.upper))
    return (
        answer(f"{sentence} {chip(change.verdict, _direction(change.difference))}") + margin + result_provenance(change)
    )


@html.register
def _(comparison: SurveyComparison) -> str:
    ours, theirs = comparison.here, comparison.elsewhere
    indicator = ours.series.indicator
    sentence = (
        f"{escape(indicator.title)}, van {ours.first} tot {ours.last}: in "
        f"{escape(region_name(ours.series.region))} <b>{_points(indicator, ours.difference)}</b> en in "
        f"{escape(region_name(theirs.series.region))} <b>{_points(indicator, theirs.difference)}</b>."
    )
    difference = f"Het verschil daartussen is {dutch.number(comparison.difference, 1)}."
    margin = src(f"{difference} {_margin(comparison.lower, comparison.upper)}")
    return (
        answer(f"{sentence} {chip(comparison.verdict, _direction(comparison.difference))}")
        + margin
        + result_provenance(comparison)
    )


def _value(indicator: Indicator, value: float) -> str:
    return dutch.percent(value, 1) if indicator.unit == "percent" else dutch.number(value, 1)


def _points(indicator: Indicator, difference: float) -> str:
    if not round(difference, 1):
        return "vrijwel gelijk"
    number = dutch.number(abs(difference), 1)
    return f"{number} {_POINTS[indicator.unit]} {'hoger' if difference > 0 else 'lager'}"


def _margin(lower: float | None, upper: float | None) -> str:
    if lower is None or upper is None:
        return _NO_MARGIN
    return f"De marge van het verschil loopt van {dutch.number(lower, 1)} tot {dutch.number(upper, 1)}."


def _direction(difference: float) -> str:
    return "up" if difference > 0 else "down" if difference < 0 else "equal"


def measure_chart(*series: Series | Missing, title: str = "") -> Chart | Missing:
    """Return a chart of one survey result or index in one or two regions.

    Parameters
    ----------
    *series : Series or Missing
        Ours first; what is missing is left out.
    title : str
        The finding; by default the latest figure of each region.

    Returns
    -------
    Chart or Missing
        ``Missing`` when all series are.
    """
    shown = [item for item in series if isinstance(item, Series)]
    if not shown:
        return next(item for item in series if isinstance(item, Missing))
    first = shown[0]
    label, unit = first.indicator.label, UNITS[first.indicator.unit]
    years = sorted({year for item in shown for year in item.years})
    id = slug(f"{first.indicator.id}-{first.region}")
    alt = f"Lijngrafiek: {label}, {unit}, {years[0]}–{years[-1]}"
    sources = [source for item in shown for source in item.sources]
    return Chart(
        id, title or _finding(shown), unit, alt, _in_words(shown, years),
        svg.inline_svg(partial(draw, shown, years), id),
        _table(f"{id}-tabel", shown), provenance.source_line(sources),
        provenance.provenance_block(sources, label, provenance.selection_text(first), _METHOD),
        tuple(record for item in shown for record in item.records()), tuple(shown),
    )  # fmt: skip


def _finding(shown: list[Series]) -> str:
    """Return the latest figures, not the change: a redesign may lie between the first year and the last."""
    latest = [
        f"{_value_text(series, series.last_year)} in {region_name(series.region)} ({series.last_year})"
        for series in shown
    ]
    return f"{shown[0].indicator.title}: {', '.join(latest)}"


def _in_words(shown: list[Series], years: list[int]) -> str:
    """Describe the course of every line, and the breaks that touch ours."""
    courses = [describe_course(region_name(series.region), _published_values(series), 1) for series in shown]
    return " ".join(filter(None, [*courses, describe_breaks(breaks_within(shown[0], (years[0], years[-1])))]))


def _table(id: str, shown: list[Series]) -> DataTable:
    columns, made_up = ["Jaar"], {series.synthetic for series in shown}
    one_kind = len(made_up) == 1
    for series in shown:
        headers = region_name(series.region), f"{region_name(series.region)}, marge (95 %)"
        columns += headers if one_kind else [marked(header, series.synthetic) for header in headers]
    rows = []
    for year in sorted({year for series in shown for year in series.years}):
        cells: list[str | None] = [str(year)]
        for series in shown:
            margin = series.margin(year)
            cells.append(None if series.value(year) is None else _value_text(series, year))
            cells.append(f"{dutch.number(margin[0], 1)} tot {dutch.number(margin[1], 1)}" if margin else None)
        rows.append(tuple(cells))
    about = shown[0].indicator
    return DataTable(
        id,
        f"{about.title}, {UNITS[about.unit]}",
        tuple(columns),
        tuple(rows),
        made_up=tuple(made_up) if one_kind else (),
    )


def _published_values(series: Series) -> dict[int, float]:
    """Return the published value of every year that has one."""
    return {year: value for year in series.years if (value := series.value(year)) is not None}


def _value_text(series: Series, year: int) -> str:
    """Return a value as it stands in the chart and in its table."""
    return dutch.number(series.value(year) or 0, 1)


def draw(shown: list[Series], years: list[int], size: Size) -> Figure:
    """Draw one or two series with their margins, their provisional years and the breaks that touch them.

    Parameters
    ----------
    shown : list of Series
        Ours first.
    years : list of int
        Every year that one of them has.
    size : Size

    Returns
    -------
    Figure
    """
    drawing, axes = svg.figure(size, 3.2)
    for series, look in zip(shown, _LOOKS, strict=False):
        _draw_line(axes, series, look, _ASIDE if len(shown) > 1 else 0)
    chart_notes.labels_below(axes, {year: str(year) for year in years[:: -(-len(years) // size.years)]})
    axes.margins(x=0.14, y=0.2)
    chart_notes.value_axis(axes)
    chart_notes.mark_ranges(axes, {year for series in shown for year in series.provisional(years)}, "voorlopig")
    chart_notes.line_names(axes, [_end(series) for series, _ in zip(shown, _LOOKS, strict=False)], size)
    chart_notes.draw_breaks(axes, breaks_within(shown[0], (years[0], years[-1])), year_position)
    return drawing


def _draw_line(axes: Axes, series: Series, look: dict[str, Any], aside: float) -> None:
    """Draw a line with its margins as bars, shifted a little when there are two, so that no margin hides another."""
    values = _published_values(series)
    breaks = {
        year_position(declared.date): nan
        for declared in breaks_within(series, (min(values), max(values)))
        if declared.kind == "registration"
    }
    points = dict(sorted((values | breaks).items()))  # no line across a redesign
    (line,) = axes.plot(list(points), list(points.values()), markersize=6, label=region_name(series.region), **look)
    margins = {year: margin for year in values if (margin := series.margin(year)) is not None}
    bars = axes.vlines(
        list(margins), [low for low, _ in margins.values()], [high for _, high in margins.values()],
        color=look["color"], linewidth=1.4,
    )  # fmt: skip
    if aside and margins:
        moved = chart_notes.offset(axes, axes.transData, -aside if look is _LOOKS[0] else aside)
        line.set_transform(moved)
        bars.set_transform(moved)


def _end(series: Series) -> End:
    last = series.last_year
    return End(_value_text(series, last), region_name(series.region), last, series.value(last) or 0)
