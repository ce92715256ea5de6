"""Drawing survey results and indices: points with their margins, never joined across a redesign."""

from __future__ import annotations

from math import nan
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..series import Series
from . import axis, dutch, notes, svg
from .axis import End
from .line_drawing import position
from .lines import marks
from .places import place
from .svg import Size

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
    axis.under(axes, {year: str(year) for year in years[:: -(-len(years) // size.years)]})
    axes.margins(x=0.14, y=0.2)
    axis.values(axes)
    notes.below(axes, {year for one in shown for year in one.provisional(years)}, "voorlopig")
    axis.names(axes, [_end(one) for one, _ in zip(shown, _LOOKS, strict=False)], size)
    notes.breaks(axes, marks(shown[0], (years[0], years[-1])), position)
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
        moved = axis.moved(axes, axes.transData, -aside if look is _LOOKS[0] else aside)
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
