"""Room for the axes between the words around them; matplotlib's own layout draws a chart several times to find it."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

# One for all drawings: the size of a text is remembered with what it was measured by.
RULER = RendererAgg(1, 1, 72)  # type: ignore[no-untyped-call]
_EDGE = 3  # units around what is drawn
_STILL = 1  # units in the width of the axes that nobody sees
_PASSES = 2  # a name at the end of a line takes less beside the axes when those become narrower


def fit(drawing: Figure) -> None:
    """Let the axes take the room that is left beside the words around them and the legend."""
    (axes,) = drawing.axes
    room = _room(drawing)
    axes.autoscale_view()
    for _ in range(_PASSES):
        width = axes.get_window_extent(RULER).width
        axes.set_position(_within(room, axes))
        if abs(axes.get_window_extent(RULER).width - width) < _STILL:
            break


def _room(drawing: Figure) -> Bbox:
    """The paper without its edges and the legend."""
    room = drawing.bbox.padded(-_EDGE)
    for legend in drawing.legends:
        box = legend.get_window_extent(RULER)
        if box.y0 > drawing.bbox.height / 2:
            room.y1 = box.y0 - 2 * _EDGE
        else:
            room.y0 = box.y1 + 2 * _EDGE
    return room


def _within(room: Bbox, axes: Axes) -> Bbox:
    """Where the axes stand when the words on and around them just fit, as part of the paper."""
    own = axes.get_window_extent(RULER)
    whole = Bbox.union([own, *(text.get_window_extent(RULER) for text in axes.texts)])
    fitting = Bbox(room.get_points() - whole.get_points() + own.get_points())
    return fitting.transformed(axes.figure.transFigure.inverted())
