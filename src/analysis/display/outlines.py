"""Drawing wijken: classes told apart by hatching and colour, each wijk with its own number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from math import cos, radians
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend_handler import HandlerPatch
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from ..statistics.areas import Area
from ..statistics.verdicts import Verdict
from . import hatching, svg
from .hatching import Ring
from .svg import Size

MORE, LESS, SAME, UNKNOWN = "meer dan verwacht", "minder dan verwacht", "geen duidelijk verschil", "geen oordeel"
_LATITUDE = 52.2  # the middle of the country
_WIDTH = 0.97  # part of the drawing that the map takes
_FINE = 0.4  # units that a border may lie off: too little to see
_GRID = 40  # points to each side
_AREA = 3  # points that a ring has at least, once around
_ARROWS = {MORE: "▲", LESS: "▼"}
_LOOKS: dict[str, tuple[str, tuple[int, ...], float]] = {  # colour, degrees that lines rise, units between them
    MORE: (svg.MORE, (45,), 6),
    LESS: (svg.LESS, (0,), 6),
    SAME: (svg.PAPER, (), 6),
    UNKNOWN: (svg.UNSURE, (45, -45), 8.5),  # crossed lines are dark soon, and this class must not stand out
}


def kind(area: Area) -> str:
    """The class of a wijk in words."""
    if area.verdict == Verdict.NOT_TESTABLE or area.ratio is None:
        return UNKNOWN
    return SAME if area.verdict == Verdict.CHANCE else MORE if area.ratio > 1 else LESS


def own_number(one: Area) -> str:
    """The number the CBS gave the wijk, the end of its code: ``WK196904`` is 4."""
    return one.code[len("WK0000") :].lstrip("0") or "0"


def draw(geometries: dict[Area, dict[str, Any]], size: Size) -> Figure:
    """Draw wijken by their GeoJSON geometry, with a legend of the classes that occur."""
    shapes = {one: [_flat(ring) for ring in _rings(geometry)] for one, geometry in geometries.items()}
    every = np.concatenate([ring for rings in shapes.values() for ring in rings])
    scale = _WIDTH * size.width / float(np.ptp(every[:, 0]))  # inches that a degree takes
    unit = 1 / 72 / scale  # degrees
    drawing, axes = svg.figure(
        size, float(np.clip(scale * np.ptp(every[:, 1]), 1.5, 7)) + (1.2 if size.narrow else 0.7)
    )
    for one, rings in shapes.items():
        seen = [simple for ring in rings if len(simple := _simplified(ring, _FINE * unit)) > _AREA]
        axes.add_patch(_patch(kind(one), seen, unit))
    axes.set_aspect("equal")
    axes.margins(0.01)
    axes.autoscale_view()
    for one, rings in shapes.items():
        _name(axes, rings, one)
    _legend(drawing, [kind(one) for one in shapes], size)
    return drawing


def _flat(ring: Ring) -> Ring:
    """Degrees on a flat map: a degree east is shorter than one north."""
    flat = np.asarray(ring, dtype=float)[:, :2]
    return np.column_stack([flat[:, 0] * cos(radians(_LATITUDE)), flat[:, 1]])


def _simplified(line: Ring, tolerance: float) -> Ring:
    """Without the corners that cannot be seen: those closer to a straight line than the tolerance (Douglas–Peucker)."""
    kept = np.zeros(len(line), dtype=bool)
    kept[[0, -1]] = True
    waiting = [(0, len(line) - 1)]  # stretches between two kept corners; a list, for a border may have thousands
    while waiting:
        first, last = waiting.pop()
        away, along = line[first : last + 1] - line[first], line[last] - line[first]
        length = float(np.hypot(*along))
        off = np.abs(away[:, 0] * along[1] - away[:, 1] * along[0]) / length if length else np.hypot(*away.T)
        far = first + int(off.argmax())
        if off[far - first] > tolerance:
            kept[far] = True
            waiting += [(first, far), (far, last)]
    return line[kept]


def _patch(name: str, rings: Sequence[Ring], unit: float) -> PathPatch:
    """Borders in the look of a class, hatching and all, where a unit of the drawing has this size."""
    colour, angles, apart = _LOOKS[name]
    borders = [Path(ring, closed=True) for ring in rings]
    hatches = [hatching.lines(rings, angle, apart * unit) for angle in angles if rings]
    return PathPatch(Path.make_compound_path(*borders, *hatches), facecolor=colour, edgecolor=svg.INK, linewidth=0.9)


def _name(axes: Axes, rings: Iterable[Ring], one: Area) -> None:
    """The number of a wijk, with an arrow when it stands out, in the middle of its largest part."""
    largest = max(rings, key=lambda ring: float(np.ptp(ring, axis=0).prod()))
    box = {"boxstyle": "round,pad=0.1", "facecolor": svg.PAPER, "edgecolor": "none"}
    text = f"{own_number(one)}{_ARROWS.get(kind(one), '')}"
    axes.text(*_inside(largest), text, ha="center", va="center", color=svg.INK, bbox=box)


def _inside(ring: Ring) -> tuple[float, float]:
    """The point of a fine grid that lies furthest within the border, so that a number stands in its own wijk."""
    east, north = np.linspace(ring.min(axis=0), ring.max(axis=0), _GRID).T
    points = np.stack(np.meshgrid(east, north), axis=-1)
    away = np.concatenate([_distances(ring, row[:, None]) for row in points])  # a row at a time, for the memory
    inside = Path(ring).contains_points(points.reshape(-1, 2))
    best = points.reshape(-1, 2)[np.where(inside, away, -1).argmax()]
    return float(best[0]), float(best[1])


def _distances(ring: Ring, points: Ring) -> Ring:
    """How far each point lies from a border."""
    start, along = ring[:-1], np.diff(ring, axis=0)
    squared = np.maximum((along**2).sum(axis=1), np.finfo(float).tiny)
    part = np.clip(((points - start) * along).sum(axis=2) / squared, 0, 1)
    nearest: Ring = np.linalg.norm(points - start - part[..., None] * along, axis=2).min(axis=1)
    return nearest


def _rings(geometry: dict[str, Any]) -> Iterable[Ring]:
    """Outer rings of a polygon or of each part of a multipolygon."""
    parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return (part[0] for part in parts)


def _legend(drawing: Figure, present: list[str], size: Size) -> None:
    shown = [name for name in _LOOKS if name in present]
    told = [f"{name} {_ARROWS.get(name, '')}".strip() for name in shown]
    keys = {_patch(name, [], 1): HandlerPatch(partial(_key, name)) for name in shown}
    drawing.legend(list(keys), told, loc="lower left", ncols=1 if size.narrow else 2, handler_map=keys)


def _key(name: str, *, width: float, height: float, ydescent: float, **_: Any) -> PathPatch:
    """The box in the legend, drawn as a wijk is."""
    ring = np.array([[0, 0], [width, 0], [width, height], [0, height], [0, 0]]) - [0, ydescent]
    return _patch(name, [ring], 1)
