"""Drawing wijken: classes told apart by hatching and colour, each wijk with its own number."""

from __future__ import annotations

from collections.abc import Iterable
from math import cos, radians
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from ..statistics.areas import Area
from ..statistics.verdicts import Verdict
from . import svg

MORE, LESS, SAME, UNKNOWN = "meer dan verwacht", "minder dan verwacht", "geen duidelijk verschil", "geen oordeel"
_LATITUDE = 52.2  # the middle of the country
_WIDTH = 7.0  # inches
Ring = np.ndarray[tuple[int, int], np.dtype[np.float64]]
_LOOKS: dict[str, dict[str, Any]] = {
    MORE: {"facecolor": "#e9a27a", "hatch": "///"},
    LESS: {"facecolor": "#9cc9e6", "hatch": "..."},
    SAME: {"facecolor": "#ffffff"},
    UNKNOWN: {"facecolor": "#e3e3e3", "hatch": "xx"},
}


def kind(area: Area) -> str:
    """The class of a wijk in words."""
    if area.verdict == Verdict.NOT_TESTABLE or area.ratio is None:
        return UNKNOWN
    return SAME if area.verdict == Verdict.CHANCE else MORE if area.ratio > 1 else LESS


def own_number(one: Area) -> str:
    """The number the CBS gave the wijk, the end of its code: ``WK196904`` is 4."""
    return one.code[len("WK0000") :].lstrip("0") or "0"


def draw(geometries: dict[Area, dict[str, Any]]) -> Figure:
    """Draw wijken by their GeoJSON geometry, with a legend of the classes that occur."""
    shapes = {one: [_flat(ring) for ring in _rings(geometry)] for one, geometry in geometries.items()}
    drawing, axes = svg.figure(height=_height(shapes.values()))
    for one, rings in shapes.items():
        _draw_one(axes, rings, one)
    axes.set_axis_off()
    axes.set_aspect("equal")
    axes.autoscale_view()
    _legend(axes, [kind(one) for one in shapes])
    return drawing


def _flat(ring: Ring) -> Ring:
    """Degrees on a flat map: a degree east is shorter than one north."""
    flat = np.asarray(ring, dtype=float)[:, :2]
    return np.column_stack([flat[:, 0] * cos(radians(_LATITUDE)), flat[:, 1]])


def _height(shapes: Iterable[list[Ring]]) -> float:
    """Inches that the map needs at the width of a chart, with room for the legend."""
    points = np.concatenate([ring for rings in shapes for ring in rings])
    width, height = np.ptp(points, axis=0)
    return float(np.clip(_WIDTH * height / width, 1.5, _WIDTH)) + 0.7


def _draw_one(axes: Axes, rings: list[Ring], one: Area) -> None:
    """One wijk with its number in the middle of its largest part."""
    for ring in rings:
        axes.add_patch(Polygon(ring, closed=True, edgecolor=svg.INK, linewidth=0.9, **_LOOKS[kind(one)]))
    largest = max(rings, key=lambda ring: float(np.ptp(ring, axis=0).prod()))
    middle = largest[:-1].mean(axis=0)
    box = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.9}
    axes.annotate(own_number(one), tuple(middle), ha="center", va="center", fontsize=9.5, color=svg.INK, bbox=box)


def _rings(geometry: dict[str, Any]) -> Iterable[Ring]:
    """Outer rings of a polygon or of each part of a multipolygon."""
    parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return (part[0] for part in parts)


def _legend(axes: Axes, present: list[str]) -> None:
    shown = [name for name in _LOOKS if name in present]
    handles = [Polygon([(0, 0)] * 3, edgecolor=svg.INK, linewidth=0.9, **_LOOKS[name]) for name in shown]
    axes.legend(handles, shown, loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=2, frameon=False)
