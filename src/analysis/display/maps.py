"""Drawing wijken: classes told apart by hatching and colour, each wijk with its own number."""

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
from ..store.results import html
from ..store.series import Missing
from . import dutch, provenance, svg
from .sentences import answer, src
from .svg import Ring, Size
from .tables import DataTable, slug
from .yearly_charts import Chart

MORE, LESS, SAME, UNKNOWN = "meer dan verwacht", "minder dan verwacht", "geen duidelijk verschil", "geen oordeel"
_LATITUDE = 52.2  # the middle of the country
_WIDTH = 0.97  # part of the drawing that the map takes
_FINE = 0.4  # units that a border may lie off: too little to see
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
    """A geometry in degrees on a flat map: a degree east is shorter than one north."""
    shape = shapely.force_2d(shapely.geometry.shape(geometry))
    return shapely.transform(shape, lambda points: points * (cos(radians(_LATITUDE)), 1))


def _borders(shape: BaseGeometry) -> list[Ring]:
    """The borders around a shape and around what it leaves out, each closed; these run the other way round."""
    polygons = [shapely.geometry.polygon.orient(part) for part in shapely.get_parts(shape) if part.area]
    return [shapely.get_coordinates(ring) for part in polygons for ring in (part.exterior, *part.interiors)]


def _patch(name: str, rings: Sequence[Ring], unit: float) -> PathPatch:
    """Borders in the look of a class, hatching and all, where a unit of the drawing has this size."""
    colour, angles, apart = _LOOKS[name]
    borders = [Path(ring, closed=True) for ring in rings]
    hatches = [svg.lines(rings, angle, apart * unit) for angle in angles if rings]
    return PathPatch(Path.make_compound_path(*borders, *hatches), facecolor=colour, edgecolor=svg.INK, linewidth=0.9)


def _name(axes: Axes, shape: BaseGeometry, area: Area) -> None:
    """The number of a wijk, with an arrow when it stands out, where its largest part has most room."""
    largest = max(shapely.get_parts(shape), key=lambda part: float(part.area))
    east, north = shapely.get_coordinates(shapely.maximum_inscribed_circle(largest))[0]
    box = {"boxstyle": "round,pad=0.1", "facecolor": svg.PAPER, "edgecolor": "none"}
    text = f"{own_number(area)}{_ARROWS.get(kind(area), '')}"
    axes.text(east, north, text, ha="center", va="center", color=svg.INK, bbox=box)


def _legend(drawing: Figure, present: list[str], size: Size) -> None:
    shown = [name for name in _LOOKS if name in present]
    told = [f"{name} {_ARROWS.get(name, '')}".strip() for name in shown]
    keys = {_patch(name, [], 1): HandlerPatch(partial(_key, name)) for name in shown}
    drawing.legend(list(keys), told, loc="lower left", ncols=1 if size.narrow else 2, handler_map=keys)


def _key(name: str, *, width: float, height: float, ydescent: float, **_: Any) -> PathPatch:
    """The box in the legend, drawn as a wijk is."""
    ring = np.array([[0, 0], [width, 0], [width, height], [0, height], [0, 0]]) - [0, ydescent]
    return _patch(name, [ring], 1)


_MOST_NAMES = 3


@html.register
def _(areas: Areas) -> str:
    about, years = escape(areas.indicator.label), f"{areas.first} tot en met {areas.last}"
    place = escape(regions.name(areas.municipality))
    apart = [f"{escape(one.name)} ({kind(one).partition(' ')[0]})" for one in areas.areas if one in areas.apart]
    judged = sum(one.verdict != Verdict.NOT_TESTABLE for one in areas.areas)
    told = f"{_enough(judged, len(areas.areas), place)} genoeg {about} om te vergelijken ({years})."
    found = (
        f"Anders dan de rest, meer dan door toeval: <b>{dutch.listed(apart)}</b>."
        if apart
        else "Geen van die wijken wijkt meer af van de rest dan door toeval te verklaren is." * bool(judged)
    )
    enough = catalogue.thresholds().small_counts.interval_from
    how = src(
        f"Verwacht is: evenveel per inwoner als in alle wijken samen{_people_of(areas)}. Een wijk krijgt een oordeel "
        f"als er minstens {enough} verwacht zijn. Rekening is gehouden met hoe sterk de jaren van een wijk schommelen "
        f"({_noise(areas.dispersion)}) en met het aantal wijken (methode van Holm)."
    )
    trail = _trail(areas, f"{areas.indicator.label}: wijken naast elkaar")
    return answer(f"{told} {found}".strip()) + how + trail


def _people_of(areas: Areas) -> str:
    """Which inhabitants were counted, where that is of another time than the registrations."""
    if areas.lived is None or areas.first <= areas.lived <= areas.last + 1:
        return ""
    return f", met de inwoners van {areas.lived}"


def _enough(judged: int, wijken: int, place: str) -> str:
    if wijken == 1:
        return f"De enige wijk in {place} heeft{' niet' * (not judged)}"
    if judged == wijken:
        return f"Alle {wijken} wijken in {place} hebben"
    return f"Van de {wijken} wijken in {place} {'heeft' if judged < 2 else 'hebben'} er {judged or 'geen'}"  # noqa: PLR2004


def _trail(areas: Areas, about: str) -> str:
    where = f"wijken van {regions.name(areas.municipality)} ({areas.municipality}), {areas.first}–{areas.last}"
    method = "aantal gedeeld door het aantal dat past bij het aantal inwoners (indirecte standaardisatie)"
    return provenance.provenance_block(areas.sources, about, where, method)


def _noise(dispersion: float) -> str:
    if dispersion < catalogue.thresholds().verdict.ordinary:
        return "niet meer dan door toeval"
    return f"{dutch.number(dispersion, 1)} keer zo sterk als door toeval"


def area_map(areas: Areas | Missing, title: str = "") -> Chart | Missing:
    """A map of the wijken with a table of the same numbers.

    Parameters
    ----------
    areas : Areas or Missing
    title : str
        The finding; by default composed from the result.

    Returns
    -------
    Chart or Missing
        ``Missing`` when no borders were delivered.
    """
    if isinstance(areas, Missing):
        return areas
    borders = areas.wijken.borders
    drawn = [area for area in areas.areas if area.code in borders]
    if not drawn:
        return Missing(areas.indicator.label, "Er zijn geen grenzen van wijken aangeleverd. Daarom is er geen kaart.")
    shapes = {area: borders[area.code]["geometry"] for area in drawn}
    id = slug(f"kaart-{areas.indicator.id}")
    years = f"{areas.first}–{areas.last}"
    title = title or f"{areas.indicator.title} per wijk, {years}: {_finding(drawn)}"
    alt = f"Kaart: {areas.indicator.label} per wijk, {years}"
    description = _in_words(drawn)
    return Chart(
        id, title, "vergeleken met alle wijken samen",
        alt, description, svg.inline(partial(draw, shapes), id, alt),
        _table(f"{id}-tabel", areas), provenance.source_line(areas.sources),
        _trail(areas, f"{areas.indicator.label} per wijk"),
        tuple(areas.records()),
    )  # fmt: skip


def _finding(drawn: list[Area]) -> str:
    """Where more or less is registered than expected: by name, or counted when the names are many."""
    kinds = {name: [one.name for one in drawn if kind(one) == name] for name in (MORE, LESS)}
    told = [
        f"{name} in {dutch.listed(found) if len(found) <= _MOST_NAMES else f'{len(found)} wijken'}"
        for name, found in kinds.items()
        if found
    ]
    if not told and all(kind(one) == UNKNOWN for one in drawn):
        return "te weinig om te vergelijken"
    return dutch.listed(told) or SAME


def _in_words(drawn: list[Area]) -> str:
    """The wijken of each class by name, or that all of them are in one."""
    names = {name: [one.name for one in drawn if kind(one) == name] for name in (MORE, LESS, SAME, UNKNOWN)}
    told = [
        f"{name.capitalize()}: {dutch.listed(found) if len(found) < len(drawn) else _all(found)}"
        for name, found in names.items()
        if found
    ]
    return ". ".join(told) + "."


def _all(wijken: list[str]) -> str:
    return f"alle {len(wijken)} wijken" if len(wijken) > 1 else wijken[0]


def _heading(one: Area) -> str:
    """The name of a wijk with its number, which many names hold already: "Wijk 04 Leek"."""
    held = {word.lstrip("0") or "0" for word in one.name.split()}
    return one.name if own_number(one) in held else f"{own_number(one)} {one.name}"


def _table(id: str, areas: Areas) -> DataTable:
    people = "Inwoners" if areas.lived is None else f"Inwoners op 1 januari {areas.lived}"
    columns = ("Wijk", people, "Aantal", "Verwacht", "Verhouding (marge 95 %)", "Oordeel")
    rows = tuple(
        (
            _heading(one), _number(one.inhabitants), _number(one.count), _number(one.expected), _ratio(one), kind(one),
        )
        for one in areas.areas
    )  # fmt: skip
    caption = f"{areas.indicator.title} per wijk, {areas.first} tot en met {areas.last} samen"
    return DataTable(id, caption, columns, rows, text=("Oordeel",))


def _number(value: float | None) -> str | None:
    return None if value is None else dutch.number(value)


def _ratio(one: Area) -> str | None:
    if one.ratio is None or one.lower is None or one.upper is None:
        return None
    ratio, lower, upper = (dutch.number(value, 2) for value in (one.ratio, one.lower, one.upper))
    return f"{ratio} ({lower}{dutch.NBSP}tot{dutch.NBSP}{upper})"  # a margin is not broken off
