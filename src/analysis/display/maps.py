"""Maps of wijken: three classes told apart by hatching and by number, with the table as the alternative."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from math import cos, radians
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from .. import observations, regions
from ..results import html
from ..series import Missing
from ..statistics.areas import Area, Areas
from ..statistics.verdicts import Verdict
from . import dutch, origin, svg
from .charts import Chart
from .sentences import answer, src
from .tables import Table

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


@html.register
def _(areas: Areas) -> str:
    about, years = escape(areas.indicator.label), f"{areas.first} tot en met {areas.last}"
    place = escape(regions.name(areas.municipality))
    apart = [f"{escape(one.name)} ({kind(one).partition(' ')[0]})" for one in areas.areas if one in areas.apart]
    judged = sum(one.verdict != Verdict.NOT_TESTABLE for one in areas.areas)
    told = f"Van de {len(areas.areas)} wijken in {place} hebben er {judged} genoeg {about} om te vergelijken ({years})."
    found = (
        f"Anders dan de rest, meer dan door toeval: <b>{dutch.listed(apart)}</b>."
        if apart
        else ("Geen van die wijken wijkt meer af van de rest dan door toeval te verklaren is.")
    )
    return answer(f"{told} {found}") + src(
        "Verwacht is: evenveel per inwoner als in alle wijken samen. Rekening is gehouden met hoe sterk de jaren van "
        f"een wijk schommelen ({dutch.number(areas.dispersion, 1)} keer toeval) en met het aantal wijken (Holm)."
    )


def kind(area: Area) -> str:
    """The class of a wijk in words."""
    if area.verdict == Verdict.NOT_TESTABLE or area.ratio is None:
        return UNKNOWN
    return SAME if area.verdict == Verdict.CHANCE else MORE if area.ratio > 1 else LESS


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
    held = observations.borders()
    drawn = [(number, one) for number, one in enumerate(areas.areas, start=1) if one.code in held]
    if not drawn:
        return Missing(areas.indicator.label, "Er zijn geen grenzen van wijken aangeleverd. Daarom is er geen kaart.")
    shapes = {one.code: [_flat(ring) for ring in _rings(held[one.code]["geometry"])] for _, one in drawn}
    drawing, axes = svg.figure(height=_height(shapes.values()))
    for number, one in drawn:
        _draw(axes, shapes[one.code], number, kind(one))
    axes.set_axis_off()
    axes.set_aspect("equal")
    axes.autoscale_view()
    _legend(axes, [kind(one) for _, one in drawn])
    id = f"kaart-{areas.indicator.id}".replace("_", "-")
    years = f"{areas.first}–{areas.last}"
    alt = f"Kaart: {areas.indicator.label} per wijk, {years}, in drie klassen"
    classes = {name: sum(kind(one) == name for _, one in drawn) for name in (MORE, LESS, SAME, UNKNOWN)}
    description = "; ".join(f"{name}: {count} wijken" for name, count in classes.items() if count)
    register = observations.sources()
    border = [register[name] for name in {held[one.code]["source"] for _, one in drawn}]
    sources = [*areas.sources, *border]
    return Chart(
        id, title or f"{areas.indicator.label.capitalize()} per wijk, {years}", "vergeleken met alle wijken samen",
        alt, f"{description}. De nummers staan in de tabel.", svg.inline(drawing, id, alt, description),
        _table(f"{id}-tabel", areas), origin.source_line(sources),
        origin.trail(
            sources, f"{areas.indicator.label} per wijk",
            f"wijken van {regions.name(areas.municipality)} ({areas.municipality}), {years}",
            "aantal gedeeld door het aantal dat past bij het aantal inwoners (indirecte standaardisatie)",
        ),
        tuple(areas.records()),
    )  # fmt: skip


def _flat(ring: Ring) -> Ring:
    """Degrees on a flat map: a degree east is shorter than one north."""
    flat = np.asarray(ring, dtype=float)[:, :2]
    return np.column_stack([flat[:, 0] * cos(radians(_LATITUDE)), flat[:, 1]])


def _height(shapes: Iterable[list[Ring]]) -> float:
    """Inches that the map needs at the width of a chart, with room for the legend."""
    points = np.concatenate([ring for rings in shapes for ring in rings])
    width, height = np.ptp(points, axis=0)
    return float(np.clip(_WIDTH * height / width, 1.5, _WIDTH)) + 0.7


def _draw(axes: Axes, rings: list[Ring], number: int, name: str) -> None:
    """One wijk with its number in the middle of its largest part."""
    for ring in rings:
        axes.add_patch(Polygon(ring, closed=True, edgecolor=svg.INK, linewidth=0.9, **_LOOKS[name]))
    largest = max(rings, key=lambda ring: float(np.ptp(ring, axis=0).prod()))
    middle = largest[:-1].mean(axis=0)
    box = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.9}
    axes.annotate(str(number), tuple(middle), ha="center", va="center", fontsize=9.5, color=svg.INK, bbox=box)


def _rings(geometry: dict[str, Any]) -> Iterable[Ring]:
    """Outer rings of a polygon or of each part of a multipolygon."""
    parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return (part[0] for part in parts)


def _legend(axes: Axes, present: list[str]) -> None:
    shown = [name for name in _LOOKS if name in present]
    handles = [Polygon([(0, 0)] * 3, edgecolor=svg.INK, linewidth=0.9, **_LOOKS[name]) for name in shown]
    axes.legend(handles, shown, loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=2, frameon=False)


def _table(id: str, areas: Areas) -> Table:
    columns = ("Wijk", "Nummer", "Inwoners", "Aantal", "Verwacht", "Verhouding (marge 95 %)", "Oordeel")
    rows = tuple(
        (
            one.name, str(number), _number(one.inhabitants), _number(one.count), _number(one.expected),
            _ratio(one), kind(one),
        )
        for number, one in enumerate(areas.areas, start=1)
    )  # fmt: skip
    caption = f"{areas.indicator.label.capitalize()} per wijk, {areas.first} tot en met {areas.last} samen"
    return Table(id, caption, columns, rows, text=("Oordeel",))


def _number(value: float | None) -> str | None:
    return None if value is None else dutch.number(value)


def _ratio(one: Area) -> str | None:
    if one.ratio is None or one.lower is None or one.upper is None:
        return None
    ratio, lower, upper = (dutch.number(value, 2) for value in (one.ratio, one.lower, one.upper))
    return f"{ratio} ({lower} tot {upper})"
