"""Maps of wijken: the answer in words, and the drawing of classes that differ in hatching and colour.

Each wijk carries the number that CBS gave it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from html import escape
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

from ..definitions import catalogue, regions
from ..statistics.small_areas import Area, Areas
from ..statistics.verdicts import Verdict
from ..store.results import Missing, Reason, html
from . import dutch, provenance, svg
from .sentences import answer, src
from .svg import Ring, Size
from .tables import DataTable, slug
from .yearly_charts import Chart

MORE, LESS, SAME, UNKNOWN = "meer dan verwacht", "minder dan verwacht", "geen duidelijk verschil", "geen oordeel"
_LATITUDE = 52.2  # the middle of the country
_WIDTH = 0.97  # part of the drawing that the map takes
_FINE = 0.4  # units that a simplified border may deviate: too little to see
_MOST_NAMES = 3  # a title counts more wijken than this instead of naming them
_ARROWS = {MORE: "▲", LESS: "▼"}
_LOOKS: dict[str, tuple[str, tuple[int, ...], float]] = {  # colour, degrees that lines rise, units between them
    MORE: (svg.MORE, (45,), 6),
    LESS: (svg.LESS, (0,), 6),
    SAME: (svg.PAPER, (), 6),
    UNKNOWN: (svg.UNSURE, (45, -45), 8.5),  # further apart: crossed lines look dark, and this class must not stand out
}


@html.register
def _(areas: Areas) -> str:
    subject, years = escape(areas.indicator.label), f"{areas.first} tot en met {areas.last}"
    region = escape(regions.name(areas.municipality))
    apart = [f"{escape(area.name)} ({kind(area).partition(' ')[0]})" for area in areas.areas if area in areas.apart]
    judged = sum(area.verdict != Verdict.NOT_TESTABLE for area in areas.areas)
    sentence = f"Over {subject} {_comparable(judged, len(areas.areas), region)} te vergelijken ({years})."
    finding = (
        f"Anders dan de rest, meer dan door toeval: <b>{dutch.listed(apart)}</b>."
        if apart
        else "Bij geen van die wijken is een verschil met de rest aangetoond." * bool(judged)
    )
    least = catalogue.thresholds().small_counts.interval_from
    method = src(
        f"Verwacht is: evenveel per inwoner als in alle wijken samen{_people_of(areas)}. Een wijk krijgt een oordeel "
        f"als er minstens {least} verwacht zijn. Een uitschieter is voor een deel toeval. De geschatte verhouding ligt "
        f"daarom dichter bij 1 dan het aantal gedeeld door wat verwacht is: hoe minder er verwacht is en hoe minder de "
        f"wijken verschillen, hoe dichterbij. Ligt 1 binnen de marge, dan is het verschil niet duidelijk. Rekening is "
        f"gehouden met hoe sterk de jaren van een wijk schommelen ({_noise(areas.dispersion)})."
    )
    provenance_html = _areas_provenance(areas, f"{areas.indicator.label}: wijken naast elkaar")
    return answer(f"{sentence} {finding}".strip()) + method + provenance_html


def _people_of(areas: Areas) -> str:
    """Say of which year the inhabitants are, when that is not a year of the registrations."""
    if areas.lived is None or areas.first <= areas.lived <= areas.last + 1:
        return ""
    return f", met de inwoners van {areas.lived}"


def _comparable(judged: int, wijken: int, region: str) -> str:
    """Say how many wijken get a verdict; the caller completes the sentence."""
    if wijken == 1:
        return f"is de enige wijk in {region}{' niet' * (not judged)}"
    if judged == wijken:
        return f"zijn alle {wijken} wijken in {region}"
    return f"{'is' if judged < 2 else 'zijn'} {judged or 'geen'} van de {wijken} wijken in {region}"  # noqa: PLR2004


def _areas_provenance(areas: Areas, about: str) -> str:
    selection = f"wijken van {regions.name(areas.municipality)} ({areas.municipality}), {areas.first}–{areas.last}"
    method = (
        "aantal naast het aantal dat past bij het aantal inwoners (indirecte standaardisatie); de verhouding wordt "
        "geschat met een model dat ook gebruikt hoe sterk alle wijken samen verschillen (gamma-Poissonmodel)"
    )
    return provenance.provenance_block(areas.sources, about, selection, method)


def _noise(dispersion: float) -> str:
    if dispersion < catalogue.thresholds().verdict.alike:
        return "niet meer dan door toeval"
    return f"{dutch.number(dispersion, 1)} keer zo sterk als door toeval"


def area_map(areas: Areas | Missing, title: str = "") -> Chart | Missing:
    """Return a map of the wijken with a table of the same numbers.

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
    title = title or f"{areas.indicator.title} per wijk, {years}: {_finding(drawn)}"
    alt = f"Kaart: {areas.indicator.label} per wijk, {years}"
    description = _in_words(drawn)
    return Chart(
        id, title, "vergeleken met alle wijken samen",
        alt, description, svg.inline_svg(partial(draw, shapes), id),
        _table(f"{id}-tabel", areas), provenance.source_line(areas.sources),
        _areas_provenance(areas, f"{areas.indicator.label} per wijk"),
        tuple(areas.records()), (areas,),
    )  # fmt: skip


def kind(area: Area) -> str:
    """Return the class of a wijk: `MORE`, `LESS`, `SAME` or `UNKNOWN`.

    Parameters
    ----------
    area : Area

    Returns
    -------
    str
        In Dutch, as in the legend.
    """
    if area.verdict == Verdict.NOT_TESTABLE or area.ratio is None:
        return UNKNOWN
    return SAME if area.verdict == Verdict.CHANCE else MORE if area.ratio > 1 else LESS


def _finding(drawn: list[Area]) -> str:
    """Say where more or less was registered than expected: by name, or counted when the names are many."""
    by_kind = {name: [area.name for area in drawn if kind(area) == name] for name in (MORE, LESS)}
    parts = [
        f"{name} in {dutch.listed(wijken) if len(wijken) <= _MOST_NAMES else f'{len(wijken)} wijken'}"
        for name, wijken in by_kind.items()
        if wijken
    ]
    if not parts and all(kind(area) == UNKNOWN for area in drawn):
        return "te weinig om te vergelijken"
    return dutch.listed(parts) or SAME


def _in_words(drawn: list[Area]) -> str:
    """Name the wijken of each class, or say that all of them are in one."""
    by_kind = {name: [area.name for area in drawn if kind(area) == name] for name in (MORE, LESS, SAME, UNKNOWN)}
    parts = [
        f"{name.capitalize()}: {dutch.listed(wijken) if len(wijken) < len(drawn) else _all(wijken)}"
        for name, wijken in by_kind.items()
        if wijken
    ]
    return ". ".join(parts) + "."


def _all(wijken: list[str]) -> str:
    return f"alle {len(wijken)} wijken" if len(wijken) > 1 else wijken[0]


def _table(id: str, areas: Areas) -> DataTable:
    people = "Inwoners" if areas.lived is None else f"Inwoners op 1 januari {areas.lived}"
    columns = ("Wijk", people, "Aantal", "Verwacht", f"Geschatte verhouding (marge {dutch.coverage()})", "Oordeel")
    rows = tuple(
        (
            _heading(area), _number(area.inhabitants), _number(area.count), _expected(area), _ratio(area),
            kind(area),
        )
        for area in areas.areas
    )  # fmt: skip
    caption = f"{areas.indicator.title} per wijk, {areas.first} tot en met {areas.last} samen"
    made_up = (any(series.synthetic for series in areas.wijken.counts.values()),)
    return DataTable(id, caption, columns, rows, text=("Oordeel",), made_up=made_up)


def _heading(area: Area) -> str:
    """Return the name of a wijk with its number, unless the name contains it: "Wijk 04 Leek"."""
    words = {word.lstrip("0") or "0" for word in area.name.split()}
    return area.name if _own_number(area) in words else f"{_own_number(area)} {area.name}"


def _own_number(area: Area) -> str:
    """Return the number that CBS gave the wijk, the end of its code: ``WK196904`` is 4."""
    return area.code[len("WK0000") :].lstrip("0") or "0"


def _number(value: float | None) -> str | None:
    return None if value is None else dutch.number(value)


def _ratio(area: Area) -> str | None:
    if area.ratio is None or area.lower is None or area.upper is None:
        return None
    ratio, lower, upper = (dutch.number(value, _decimals(value)) for value in (area.ratio, area.lower, area.upper))
    return f"{ratio} ({lower}{dutch.NBSP}tot{dutch.NBSP}{upper})"  # a margin is not broken off


def _expected(area: Area) -> str | None:
    """Return the number expected with a decimal: the rule that judges it is about the exact one."""
    return None if area.expected is None else dutch.number(area.expected, 1)


def _decimals(ratio: float) -> int:
    """Return so many decimals that a limit beside 1 is not printed as 1: on which side it lies is the verdict."""
    return 3 if round(ratio, 2) == 1 else 2


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
    """Write the number of a wijk where its largest part has most room, with an arrow when it stands out."""
    largest = max(shapely.get_parts(shape), key=lambda part: float(part.area))
    east, north = shapely.get_coordinates(shapely.maximum_inscribed_circle(largest))[0]
    box = {"boxstyle": "round,pad=0.1", "facecolor": svg.PAPER, "edgecolor": "none"}
    text = f"{_own_number(area)}{_ARROWS.get(kind(area), '')}"
    axes.text(east, north, text, ha="center", va="center", color=svg.INK, bbox=box)


def _legend(drawing: Figure, present: list[str], size: Size) -> None:
    shown = [name for name in _LOOKS if name in present]
    labels = [f"{name} {_ARROWS.get(name, '')}".strip() for name in shown]
    keys = {_patch(name, [], 1): HandlerPatch(partial(_key, name)) for name in shown}
    drawing.legend(list(keys), labels, loc="lower left", ncols=1 if size.narrow else 2, handler_map=keys)


def _key(name: str, *, width: float, height: float, ydescent: float, **_: Any) -> PathPatch:
    """Draw the box in the legend as a wijk is drawn."""
    ring = np.array([[0, 0], [width, 0], [width, height], [0, height], [0, 0]]) - [0, ydescent]
    return _patch(name, [ring], 1)
