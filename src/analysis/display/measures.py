"""Charts of survey results and indices: points with their published margins, never joined across a redesign."""

from __future__ import annotations

from functools import partial
from math import nan
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..series import Missing, Series
from . import axis, dutch, notes, origin, svg
from .axis import End
from .charts import Chart
from .line_drawing import position
from .lines import course, in_words, marks
from .places import place
from .svg import Size
from .tables import Table

UNITS = {"percent": "%", "index": "index, 2012 = 100", "grade": "rapportcijfer", "per_1000": "per 1.000"}
_LOOKS: tuple[dict[str, Any], ...] = (
    {"color": svg.OURS, "marker": "o", "linewidth": 2.4},
    {"color": svg.THEIRS, "marker": "s", "linewidth": 2, "dashes": (5, 2)},
)
_ASIDE = 3  # units that a line with margins moves to its side
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
    id = f"{first.indicator.id}-{first.region}".lower().replace("_", "-")
    alt = f"Lijngrafiek: {label}, {unit}, {years[0]}–{years[-1]}"
    courses = [course(place(one.region), _values(one), 1) for one in there]
    description = " ".join(filter(None, [*courses, in_words(marks(first, (years[0], years[-1])))]))
    sources = [source for one in there for source in one.sources]
    return Chart(
        id, title or _finding(there), unit, alt, description,
        svg.inline(partial(_draw, there, years), id, alt),
        _table(f"{id}-tabel", there), origin.source_line(sources),
        origin.trail(sources, label, origin.selection(first), _METHOD),
        tuple(record for one in there for record in one.records()),
    )  # fmt: skip


def _finding(shown: list[Series]) -> str:
    """The latest figures, and no course: a redesign may lie between the first and the last."""
    told = [f"{_told(one, one.last_year)} in {place(one.region)} ({one.last_year})" for one in shown]
    return f"{shown[0].indicator.title}: {', '.join(told)}"


def _draw(shown: list[Series], years: list[int], size: Size) -> Figure:
    drawing, axes = svg.figure(size, 3.2)
    for one, look in zip(shown, _LOOKS, strict=False):
        _draw_line(axes, one, look, _ASIDE if len(shown) > 1 else 0)
    axes.set_xticks(years[:: -(-len(years) // size.years)])
    axes.margins(x=0.14, y=0.2)
    axis.values(axes)
    notes.below(axes, {year for one in shown for year in one.provisional(years)}, "voorlopig")
    axis.names(axes, [_end(one) for one, _ in zip(shown, _LOOKS, strict=False)], size)
    notes.breaks(axes, marks(shown[0], (years[0], years[-1])), position)
    return drawing


def _draw_line(axes: Axes, series: Series, look: dict[str, Any], aside: float) -> None:
    """A line, with the margins as bars; aside from the other line, or one margin hides the other."""
    values = _values(series)
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
        moved = axis.moved(axes, axes.transData, -aside if look is _LOOKS[0] else aside)
        line.set_transform(moved)
        bars.set_transform(moved)


def _values(series: Series) -> dict[int, float]:
    return {year: value for year in series.years if (value := series.value(year)) is not None}


def _end(series: Series) -> End:
    last = series.last_year
    return End(_told(series, last), place(series.region), last, series.value(last) or 0)


def _told(series: Series, year: int) -> str:
    return dutch.number(series.value(year) or 0, 1)


def _table(id: str, shown: list[Series]) -> Table:
    columns = ["Jaar"]
    for one in shown:
        columns += [place(one.region), f"{place(one.region)}, marge (95 %)"]
    rows = []
    for year in sorted({year for one in shown for year in one.years}):
        cells: list[str | None] = [str(year)]
        for one in shown:
            margin = one.margin(year)
            cells.append(None if one.value(year) is None else _told(one, year))
            cells.append(f"{dutch.number(margin[0], 1)} tot {dutch.number(margin[1], 1)}" if margin else None)
        rows.append(tuple(cells))
    about = shown[0].indicator
    return Table(id, f"{about.title}, {UNITS[about.unit]}", tuple(columns), tuple(rows))
