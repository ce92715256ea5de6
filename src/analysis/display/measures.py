"""Charts of survey results and indices: points with their published margins, never joined across a redesign."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..series import Missing, Series
from . import axis, dutch, origin, svg
from .axis import End
from .charts import Chart
from .lines import course
from .places import place
from .tables import Table

UNITS = {"percent": "%", "index": "index, 2012 = 100", "grade": "rapportcijfer", "per_1000": "per 1.000"}
_LOOKS: tuple[dict[str, Any], ...] = (
    {"color": svg.OURS, "marker": "o", "linewidth": 2.4},
    {"color": svg.THEIRS, "marker": "s", "linewidth": 2, "dashes": (5, 2)},
)
_METHOD = "de waarde zoals de uitgever die geeft, met de marge (95 %) als de uitgever die geeft"


def measure_chart(*series: Series | Missing, title: str = "") -> Chart | Missing:
    """A chart of one survey result or index in one or two places.

    Parameters
    ----------
    *series : Series or Missing
        Ours first; what is missing is left out.
    title : str
        The finding; by default the name of the indicator.

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
    description = " ".join(course(place(one.region), _values(one), 1) for one in there)
    sources = [source for one in there for source in one.sources]
    return Chart(
        id, title or first.indicator.title, unit, alt, description,
        svg.inline(_draw(there, years), id, alt, description),
        _table(f"{id}-tabel", there), origin.source_line(sources),
        origin.trail(sources, label, origin.selection(first), _METHOD),
        tuple(record for one in there for record in one.records()),
    )  # fmt: skip


def _draw(shown: list[Series], years: list[int]) -> Figure:
    drawing, axes = svg.figure(height=3.2)
    for one, look in zip(shown, _LOOKS, strict=False):
        _draw_line(axes, one, look)
    axes.set_xticks(years)
    axes.margins(x=0.14, y=0.2)
    axis.values(axes)
    axis.names(axes, [_end(one) for one, _ in zip(shown, _LOOKS, strict=False)])
    return drawing


def _draw_line(axes: Axes, series: Series, look: dict[str, Any]) -> None:
    """A line, with the margins as bars."""
    values = _values(series)
    axes.plot(list(values), list(values.values()), markersize=6, **look)
    margins = {year: margin for year in values if (margin := series.margin(year)) is not None}
    axes.vlines(
        list(margins), [low for low, _ in margins.values()], [high for _, high in margins.values()],
        color=look["color"], linewidth=1.4,
    )  # fmt: skip


def _values(series: Series) -> dict[int, float]:
    return {year: value for year in series.years if (value := series.value(year)) is not None}


def _end(series: Series) -> End:
    last = series.last_year
    return End(f"{_told(series, last)} {place(series.region)}", last, series.value(last) or 0)


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
