"""Maps of wijken: the drawing of classes that differ in hatching and colour.

Each wijk carries the number that CBS gave it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from math import cos, radians
from typing import Any

import numpy as np
import shapely
import shapely.geometry
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend_handler import HandlerPatch
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from shapely.geometry.base import BaseGeometry

from ..statistics.small_areas import Area, Areas
from ..store.results import Missing, Reason
from . import provenance, svg
from .area_charts import (
    ARROWS,
    LESS,
    MORE,
    SAME,
    UNKNOWN,
    areas_provenance,
    finding,
    heading,
    in_words,
    kind,
    own_number,
)
from .svg import Ring, Size
from .tables import DataTable, slug
from .yearly_charts import Chart

_LATITUDE = 52.2  # the middle of the country
_NUMBERED = re.compile(r"^Wijk \d+ ?")
_WIDTH = 0.97  # part of the drawing that the map takes
_FINE = 0.4  # units that a simplified border may deviate: too little to see
_LOOKS: dict[str, tuple[str, tuple[int, ...], float]] = {  # colour, degrees that lines rise, units between them
    MORE: (svg.MORE, (45,), 6),
    LESS: (svg.LESS, (0,), 6),
    SAME: (svg.PAPER, (), 6),
    UNKNOWN: (svg.UNSURE, (45, -45), 8.5),  # further apart: crossed lines look dark, and this class must not stand out
}


def area_map(areas: Areas | Missing, title: str = "") -> Chart | Missing:
    """Return a map of the wijken, with a table of the class of each; `area_charts.area_chart` has the numbers.

    Parameters
    ----------
    areas : Areas or Missing
    title : str
        The finding; by default composed from the result.

    Returns
    -------
    Chart or Missing
        ``Missing`` when the result is, or when no borders were delivered.
    """
    if isinstance(areas, Missing):
        return areas
    borders = areas.wijken.borders
    drawn = [area for area in areas.areas if area.code in borders]
    if not drawn:
        return Missing(areas.indicator.label, Reason("no_map"))
    shapes = {area: borders[area.code]["geometry"] for area in drawn}
    id = slug(f"kaart-{areas.indicator.id}")
    years = f"{areas.first}–{areas.last}"
    title = title or f"{areas.indicator.title} per wijk, {years}: {finding(drawn)}"
    alt = f"Kaart: {areas.indicator.label} per wijk, {years}"
    description = in_words(drawn)
    return Chart(
        id, title, "vergeleken met alle wijken samen",
        alt, description, svg.inline_svg(partial(draw, shapes), id),
        _table(f"{id}-tabel", areas, drawn), provenance.source_line(areas.sources),
        areas_provenance(areas, f"{areas.indicator.label} op de kaart"),
        tuple(areas.records()), (areas,),
    )  # fmt: skip


def _table(id: str, areas: Areas, drawn: list[Area]) -> DataTable:
    rows = tuple((heading(area), kind(area)) for area in drawn)
    caption = f"De wijken op de kaart: {areas.indicator.label}, {areas.first} tot en met {areas.last}"
    made_up = (any(series.synthetic for series in areas.wijken.counts.values()),)
    return DataTable(id, caption, ("Wijk", "Oordeel"), rows, text=("Oordeel",), made_up=made_up)


def draw(geometries: dict[Area, dict[str, Any]], size: Size) -> Figure:
    """Draw wijken, with a legend of the classes that occur.

    Parameters
    ----------
    geometries : dict
        Area -> GeoJSON geometry in degrees.
    size : Size

    Returns
    -------
    Figure
    """
    shapes = {area: _flat(geometry) for area, geometry in geometries.items()}
    west, south, east, north = shapely.total_bounds(list(shapes.values()))
    scale = _WIDTH * size.width / (east - west)  # inches that a degree takes
    unit = 1 / 72 / scale  # degrees
    drawing, axes = svg.figure(size, float(np.clip(scale * (north - south), 1.5, 7)) + (1.2 if size.narrow else 0.7))
    for area, shape in shapes.items():
        axes.add_patch(_patch(kind(area), _borders(shape.simplify(_FINE * unit)), unit))
    axes.set_aspect("equal")
    axes.margins(0.01)
    axes.autoscale_view()
    axes.apply_aspect()
    for area, shape in shapes.items():
        _name(axes, shape, area)
    _legend(drawing, [kind(area) for area in shapes], size)
    return drawing


def _flat(geometry: dict[str, Any]) -> BaseGeometry:
    """Project a geometry in degrees on a flat map, where a degree east is shorter than one north."""
    shape = shapely.force_2d(shapely.geometry.shape(geometry))
    return shapely.transform(shape, lambda points: points * (cos(radians(_LATITUDE)), 1))


def _borders(shape: BaseGeometry) -> list[Ring]:
    """Return the closed borders of a shape and of its holes; those of holes run the other way round."""
    polygons = [shapely.geometry.polygon.orient(part) for part in shapely.get_parts(shape) if part.area]
    return [shapely.get_coordinates(ring) for part in polygons for ring in (part.exterior, *part.interiors)]


def _patch(name: str, rings: Sequence[Ring], unit: float) -> PathPatch:
    """Return borders in the colour and hatching of a class; ``unit`` is the size of a unit of the drawing."""
    colour, angles, apart = _LOOKS[name]
    borders = [Path(ring, closed=True) for ring in rings]
    hatches = [svg.hatching(rings, angle, apart * unit) for angle in angles if rings]
    return PathPatch(Path.make_compound_path(*borders, *hatches), facecolor=colour, edgecolor=svg.INK, linewidth=0.9)


def _name(axes: Axes, shape: BaseGeometry, area: Area) -> None:
    """Write the name of a wijk where its largest part has most room, or its number where the name does not fit.

    An arrow says that it stands out.
    """
    largest = max(shapely.get_parts(shape), key=lambda part: float(part.area))
    east, north = shapely.get_coordinates(shapely.maximum_inscribed_circle(largest))[0]
    box = {"boxstyle": "round,pad=0.1", "facecolor": svg.PAPER, "edgecolor": "none"}
    arrow = ARROWS.get(kind(area), "")
    label = axes.text(east, north, "", ha="center", va="center", color=svg.INK, bbox=box)
    for words in (_NUMBERED.sub("", area.name), own_number(area)):
        label.set_text(f"{words}{arrow}")
        taken = label.get_window_extent(svg.RULER).transformed(axes.transData.inverted())
        if words and shape.contains(shapely.box(taken.x0, taken.y0, taken.x1, taken.y1)):
            break


def _legend(drawing: Figure, present: list[str], size: Size) -> None:
    shown = [name for name in _LOOKS if name in present]
    labels = [f"{name} {ARROWS.get(name, '')}".strip() for name in shown]
    keys = {_patch(name, [], 1): HandlerPatch(partial(_key, name)) for name in shown}
    drawing.legend(list(keys), labels, loc="lower left", ncols=1 if size.narrow else 2, handler_map=keys)


def _key(name: str, *, width: float, height: float, ydescent: float, **_: Any) -> PathPatch:
    """Draw the box in the legend as a wijk is drawn."""
    ring = np.array([[0, 0], [width, 0], [width, height], [0, height], [0, 0]]) - [0, ydescent]
    return _patch(name, [ring], 1)
