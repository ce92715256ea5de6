"""Drawing survey results and indices: points with their margins, never joined across a redesign."""

from __future__ import annotations

from functools import partial
from html import escape
from math import nan
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..definitions.catalogue import Indicator
from ..statistics.survey import SurveyChange, SurveyComparison
from ..store.results import html
from ..store.series import Missing, Series
from . import chart_notes, dutch, provenance, svg
from .chart_notes import End
from .dutch import place
from .provenance import result_provenance
from .sentences import answer, chip, src
from .svg import Size
from .tables import DataTable, slug
from .yearly_charts import Chart, course, in_words, marks, position

_LOOKS: tuple[dict[str, Any], ...] = (
    {"color": svg.OURS, "marker": "o", "linewidth": 2.4},
    {"color": svg.THEIRS, "marker": "s", "linewidth": 2, "dashes": (5, 2)},
)
_ASIDE = 3  # units that a line with margins moves to its side


def draw(shown: list[Series], years: list[int], size: Size) -> Figure:
    """Draw one or two series with their margins, their provisional years and the breaks that touch them."""
    drawing, axes = svg.figure(size, 3.2)
    for one, look in zip(shown, _LOOKS, strict=False):
        _draw_line(axes, one, look, _ASIDE if len(shown) > 1 else 0)
    chart_notes.under(axes, {year: str(year) for year in years[:: -(-len(years) // size.years)]})
    axes.margins(x=0.14, y=0.2)
    chart_notes.values(axes)
    chart_notes.below(axes, {year for one in shown for year in one.provisional(years)}, "voorlopig")
    chart_notes.names(axes, [_end(one) for one, _ in zip(shown, _LOOKS, strict=False)], size)
    chart_notes.breaks(axes, marks(shown[0], (years[0], years[-1])), position)
    return drawing


def _draw_line(axes: Axes, series: Series, look: dict[str, Any], aside: float) -> None:
    """A line, with the margins as bars; aside from the other line, or one margin hides the other."""
    values = known(series)
    breaks = {
        position(one.date): nan for one in marks(series, (min(values), max(values))) if one.kind == "registration"
    }
    points = dict(sorted((values | breaks).items()))  # not joined across a redesign
    (line,) = axes.plot(list(points), list(points.values()), markersize=6, label=place(series.region), **look)
    margins = {year: margin for year in values if (margin := series.margin(year)) is not None}
    bars = axes.vlines(
        list(margins), [low for low, _ in margins.values()], [high for _, high in margins.values()],
        color=look["color"], linewidth=1.4,
    )  # fmt: skip
    if aside and margins:
        moved = chart_notes.moved(axes, axes.transData, -aside if look is _LOOKS[0] else aside)
        line.set_transform(moved)
        bars.set_transform(moved)


def known(series: Series) -> dict[int, float]:
    """The published value of every year that has one."""
    return {year: value for year in series.years if (value := series.value(year)) is not None}


def _end(series: Series) -> End:
    last = series.last_year
    return End(told(series, last), place(series.region), last, series.value(last) or 0)


def told(series: Series, year: int) -> str:
    """A value as it stands in the chart and in its table."""
    return dutch.number(series.value(year) or 0, 1)


_POINTS = {"percent": "procentpunt", "index": "punt", "grade": "punt"}
_NO_MARGIN = "De bron geeft geen marges. Of het verschil toeval is, is daarom niet te toetsen."


@html.register
def _(change: SurveyChange) -> str:
    indicator, where = change.series.indicator, escape(place(change.series.region))
    before, after = _value(indicator, change.before), _value(indicator, change.after)
    told = (
        f"{escape(indicator.title)} in {where}: <b>{after}</b> in {change.last}, tegen {before} in "
        f"{change.first}: {_points(indicator, change.difference)}."
    )
    margin = src(_margin(change.lower, change.upper))
    return answer(f"{told} {chip(change.verdict, _direction(change.difference))}") + margin + result_provenance(change)


@html.register
def _(comparison: SurveyComparison) -> str:
    here, elsewhere = comparison.here, comparison.elsewhere
    indicator = here.series.indicator
    told = (
        f"{escape(indicator.title)}, van {here.first} tot {here.last}: in "
        f"{escape(place(here.series.region))} <b>{_points(indicator, here.difference)}</b> en in "
        f"{escape(place(elsewhere.series.region))} <b>{_points(indicator, elsewhere.difference)}</b>."
    )
    apart = f"Het verschil daartussen is {dutch.number(comparison.difference, 1)}."
    margin = src(f"{apart} {_margin(comparison.lower, comparison.upper)}")
    return (
        answer(f"{told} {chip(comparison.verdict, _direction(comparison.difference))}")
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


UNITS = {"percent": "%", "index": "index, 2012 = 100", "grade": "rapportcijfer", "per_1000": "per 1.000"}
_METHOD = "de waarde zoals de uitgever die geeft, met de marge (95 %) als de uitgever die geeft"


def measure_chart(*series: Series | Missing, title: str = "") -> Chart | Missing:
    """A chart of one survey result or index in one or two places.

    Parameters
    ----------
    *series : Series or Missing
        Ours first; what is missing is left out.
    title : str
        The finding; by default the latest figure of each place.

    Returns
    -------
    Chart or Missing
        ``Missing`` when none of them is there.
    """
    there = [one for one in series if isinstance(one, Series)]
    if not there:
        return next(one for one in series if isinstance(one, Missing))
    first = there[0]
    label, unit = first.indicator.label, UNITS[first.indicator.unit]
    years = sorted({year for one in there for year in one.years})
    id = slug(f"{first.indicator.id}-{first.region}")
    alt = f"Lijngrafiek: {label}, {unit}, {years[0]}–{years[-1]}"
    sources = [source for one in there for source in one.sources]
    return Chart(
        id, title or _finding(there), unit, alt, _in_words(there, years),
        svg.inline(partial(draw, there, years), id, alt),
        _table(f"{id}-tabel", there), provenance.source_line(sources),
        provenance.provenance_block(sources, label, provenance.selection_text(first), _METHOD),
        tuple(record for one in there for record in one.records()),
    )  # fmt: skip


def _finding(shown: list[Series]) -> str:
    """The latest figures, and no course: a redesign may lie between the first and the last."""
    latest = [f"{told(one, one.last_year)} in {place(one.region)} ({one.last_year})" for one in shown]
    return f"{shown[0].indicator.title}: {', '.join(latest)}"


def _in_words(shown: list[Series], years: list[int]) -> str:
    """The course of every line, and the breaks that touch ours."""
    courses = [course(place(one.region), known(one), 1) for one in shown]
    return " ".join(filter(None, [*courses, in_words(marks(shown[0], (years[0], years[-1])))]))


def _table(id: str, shown: list[Series]) -> DataTable:
    columns = ["Jaar"]
    for one in shown:
        columns += [place(one.region), f"{place(one.region)}, marge (95 %)"]
    rows = []
    for year in sorted({year for one in shown for year in one.years}):
        cells: list[str | None] = [str(year)]
        for one in shown:
            margin = one.margin(year)
            cells.append(None if one.value(year) is None else told(one, year))
            cells.append(f"{dutch.number(margin[0], 1)} tot {dutch.number(margin[1], 1)}" if margin else None)
        rows.append(tuple(cells))
    about = shown[0].indicator
    return DataTable(id, f"{about.title}, {UNITS[about.unit]}", tuple(columns), tuple(rows))
