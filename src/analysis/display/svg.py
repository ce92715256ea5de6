"""Room for the axes between the words around them; matplotlib's own layout draws a chart several times to find it."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from math import cos, radians, sin
from typing import Any
from zlib import crc32

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.path import Path
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


Ring = np.ndarray[tuple[int, int], np.dtype[np.float64]]


def lines(rings: Sequence[Ring], angle: float, apart: float) -> Path:
    """Lines within borders; they run on in shapes beside each other.

    Parameters
    ----------
    rings : sequence of arrays
        Closed borders; what lies within two of them is outside again.
    angle : float
        Degrees that a line rises from the east.
    apart : float
        Distance between two lines, in the coordinates of the rings.
    """
    turn = np.array([[cos(radians(angle)), -sin(radians(angle))], [sin(radians(angle)), cos(radians(angle))]])
    turned = [ring @ turn for ring in rings]  # so that the lines run east
    starts = np.concatenate([ring[:-1] for ring in turned])
    along = np.concatenate([np.diff(ring, axis=0) for ring in turned])
    north, rise = starts[:, 1], along[:, 1]
    levels = np.arange(np.ceil(north.min() / apart), np.floor(north.max() / apart) + 1) * apart
    # A line through a corner crosses one of its two edges, or both: the crossings of a line are always even.
    level, edge = np.nonzero((north <= levels[:, None]) != (north + rise <= levels[:, None]))
    east = starts[edge, 0] + (levels[level] - north[edge]) / rise[edge] * along[edge, 0]
    order = np.lexsort((east, level))
    ends = np.column_stack([east, levels[level]])[order] @ turn.T
    return Path(ends, np.tile([Path.MOVETO, Path.LINETO], len(ends) // 2))


_NUMBER = re.compile(r"-?\d+\.\d+")
_GEOMETRY = ("d", "x", "y", "width", "height", "viewBox")
_USUAL = {"stroke-dashoffset:0", "opacity:1", "text-anchor:start", "stroke-linecap:square", "stroke-linejoin:miter"}
_FEW = 3  # from here on a group with one style is shorter than the style on each


def svg(drawn: str, id: str, palette: Mapping[str, str], font: float, ink: str, paper: str) -> str:
    """A drawing as one ``<svg>`` element without the ids, fonts, metadata and decimals that nobody needs.

    Parameters
    ----------
    drawn : str
        What matplotlib saved.
    id : str
        Of the chart at this size; every remaining id follows from it.
    palette : mapping
        Colour as drawn -> name of the custom property of the page; the drawn colour holds where the page has none.
    font, ink, paper
        Size and colour of text that has no other, and what it stands on.
    """
    root = ET.fromstring(drawn[drawn.index("<svg") :])
    for element in root.iter():
        _use_plain_names(element)
    root.attrib = {"viewBox": root.attrib["viewBox"]}
    _unwrap(root)
    names = _names(root, id)
    for element in root.iter():
        _shorten(element, names, _USUAL | {f"font-size:{font:g}px", f"fill:{ink}"})
    _group(root)
    root.set("style", f"background:{paper};fill:{ink};font-size:{font:g}px;stroke-linejoin:round")
    colour = re.compile("|".join(palette))
    for element in root.iter():
        if "style" in element.attrib:  # a colour in a text is a text
            element.set(
                "style", colour.sub(lambda found: f"var(--{palette[found[0]]},{found[0]})", element.attrib["style"])
            )
    return ET.tostring(root, encoding="unicode").replace(" />", "/>")


def _use_plain_names(element: ET.Element) -> None:
    """Tags and attributes as HTML knows them, without name spaces, and no white space between elements."""
    element.tag = element.tag.rpartition("}")[2]
    element.attrib = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}
    element.attrib.pop("clip-path", None)  # no chart of ours draws outside its axes
    element.tail = None
    if not (element.text or "").strip():
        element.text = None


def _unwrap(parent: ET.Element) -> None:
    """Take away what draws nothing, and groups that say nothing about what they hold."""
    kept: list[ET.Element] = []
    for child in parent:
        _unwrap(child)
        blank = child.tag == "path" and child.get("style", "").replace(" ", "") == "fill:none"
        if child.tag == "g" and not set(child.attrib) - {"id"}:
            kept += list(child)
        elif not (
            blank or child.tag in {"metadata", "style", "clipPath"} or (child.tag in {"g", "defs"} and not len(child))
        ):
            kept.append(child)
    parent[:] = kept


def _names(root: ET.Element, id: str) -> dict[str, str]:
    """A short name for every id that something refers to."""
    found = [element.attrib["href"][1:] for element in root.iter() if "href" in element.attrib]
    short = f"s{crc32(id.encode()):08x}"  # a chart of all municipalities refers to its dot hundreds of times
    return {old: f"{short}-{number}" for number, old in enumerate(dict.fromkeys(found))}


def _shorten(element: ET.Element, names: Mapping[str, str], usual: set[str]) -> None:
    """Rename ids or drop them, round numbers, leave out the style that every part has."""
    held = element.attrib
    old = held.pop("id", None)
    if old is not None and old in names:
        held["id"] = names[old]
    if held.get("transform", "").startswith(("rotate(-0 ", "rotate(0 ")):
        del held["transform"]
    for name in [name for name in _GEOMETRY if name in held]:
        held[name] = re.sub(r"\s*([MLCQz])\s*", r"\1", _NUMBER.sub(_rounded, held[name])).strip()
    if "href" in held:
        held["href"] = f"#{names[held['href'][1:]]}"
    if "style" in held:
        told = [re.sub(r"\s*([:,])\s*", r"\1", part.strip()) for part in held.pop("style").split(";")]
        kept = [part for part in told if part and part not in usual and not part.startswith("font-family")]
        held |= {"style": ";".join(kept)} if kept else {}


def _rounded(number: re.Match[str]) -> str:
    """A tenth of a unit is less than a reader can see."""
    return f"{round(float(number[0]), 1) + 0:g}"


def _group(parent: ET.Element) -> None:
    """Say a style once for the elements beside each other that share it."""
    kept: list[ET.Element] = []
    for (_, style), run in groupby(parent, key=lambda child: (child.tag, child.get("style"))):
        alike = list(run)
        if style and len(alike) >= _FEW:
            for child in alike:
                del child.attrib["style"]
            group = ET.Element("g", {"style": style})
            group.extend(alike)
            alike = [group]
        kept += alike
    parent[:] = kept


# All at least 3:1 on their background, told apart by dash, marker, hatch or word as well (WCAG 1.4.1, 1.4.11).
INK, SOFT, GRID, PAPER = "#1b1f24", "#4a525c", "#d5dade", "#ffffff"
OURS, THEIRS, THEIRS_TEXT = "#0072b2", "#d55e00", "#a34700"
MORE, LESS, UNSURE, BAND = "#f3cdb4", "#c4e0f1", "#e3e5e8", "#ebeced"
PALETTE = {  # a custom property of the page for each, so that a chart follows the dark scheme
    INK: "ink", SOFT: "soft", GRID: "rule", PAPER: "paper", OURS: "accent", THEIRS: "theirs", THEIRS_TEXT: "theirs-ink",
    MORE: "map-more", LESS: "map-less", UNSURE: "map-unsure", BAND: "band",
}  # fmt: skip

STYLE: Any = {  # matplotlib types its settings one by one
    "svg.fonttype": "none",
    "text.parse_math": False,  # a dollar sign in a name is no formula
    "text.color": INK,
    "font.family": "sans-serif",
    "figure.facecolor": "none",
    "axes.xmargin": 0.08,
    "legend.borderaxespad": 0,
    "legend.frameon": False,
    "legend.handleheight": 1,
    "legend.handlelength": 2.2,
    "legend.fontsize": "medium",
}


@dataclass(frozen=True)
class Size:
    """A width to draw for.

    Parameters
    ----------
    name : str
        The class of its wrapper, by which the style sheet shows one size at a time.
    width : float
        Inches of 72 units.
    font : float
        Units; at least 12 CSS pixels on the narrowest screen where this size is shown.
    years : int
        Labels of years that fit beside each other.
    """

    name: str
    width: float
    font: float
    years: int

    @property
    def narrow(self) -> bool:
        """Whether names stand above the lines instead of beside them."""
        return self.name == "narrow"


WIDE = Size("wide", 7.2, 11, 10)
NARROW = Size("narrow", 3.9, 12, 5)
SIZES = (WIDE, NARROW)


def figure(size: Size, height: float = 3.6) -> tuple[Figure, Axes]:
    """A figure without pyplot's global state, so that charts can be drawn side by side."""
    drawing = Figure(figsize=(size.width, height), dpi=72)
    axes = drawing.add_axes((0.1, 0.1, 0.8, 0.8))
    axes.set_axis_off()
    return drawing, axes


def drawn(draw: Callable[[Size], Figure], size: Size) -> Figure:
    """The figure at one size, in the style of every chart."""
    with rc_context(STYLE | {"font.size": size.font}):
        drawing = draw(size)
        fit(drawing)
        return drawing


def inline(draw: Callable[[Size], Figure], id: str, alt: str) -> str:
    """Both sizes as ``<svg>`` elements named by their alt text; without a style sheet only the wide one is seen.

    Parameters
    ----------
    draw : callable
        Draws the figure at the size it is given.
    id : str
        Unique on the page; ``<id>-d`` is the element with the long description, which the caller writes.
    alt : str
        What is drawn, in one sentence.
    """
    hidden = {WIDE: "", NARROW: ' hidden=""'}
    return "".join(f'<div class="{size.name}"{hidden[size]}>{_element(draw, size, id, alt)}</div>' for size in SIZES)


def _element(draw: Callable[[Size], Figure], size: Size, id: str, alt: str) -> str:
    own = f"{id}-smal" if size.narrow else id
    body = svg(_saved(drawn(draw, size), size, own), own, PALETTE, size.font, INK, PAPER)
    names = f'<svg role="img" aria-labelledby="{own}-t" aria-describedby="{id}-d"'
    opening = f'><title id="{own}-t">{escape(alt)}</title><g aria-hidden="true">'  # else its words are read one by one
    return body.replace("<svg", names, 1).replace(">", opening, 1).replace("</svg>", "</g></svg>", 1)


def _saved(drawing: Figure, size: Size, salt: str) -> str:
    """As matplotlib writes it, with the same bytes on every run."""
    buffer = io.StringIO()
    with rc_context(STYLE | {"font.size": size.font, "svg.hashsalt": salt}):
        # Once: savefig draws twice, the first time for a layout of its own.
        FigureCanvasSVG(drawing).print_svg(buffer, metadata={"Date": None})  # type: ignore[no-untyped-call]
    return buffer.getvalue()
