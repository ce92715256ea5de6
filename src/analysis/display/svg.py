"""Drawing of charts as inline SVG: colours, sizes, layout, hatching, and shortening what matplotlib writes.

Every chart is drawn at two widths, with colours that the page can replace for a dark scheme.
"""

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

Ring = np.ndarray[tuple[int, int], np.dtype[np.float64]]
# All have a contrast of at least 3:1, and differ in dash, marker, hatch or word as well (WCAG 1.4.1, 1.4.11).
INK, SOFT, GRID, PAPER = "#1b1f24", "#4a525c", "#d5dade", "#ffffff"
OURS, THEIRS, THEIRS_TEXT = "#0072b2", "#d55e00", "#a34700"
MORE, LESS, UNSURE, BAND, ORDINARY = "#f3cdb4", "#c4e0f1", "#e3e5e8", "#ebeced", "#d7e6f2"
PALETTE = {  # colour -> custom property of the page, so that a chart follows the dark scheme
    INK: "ink", SOFT: "soft", GRID: "rule", PAPER: "paper", OURS: "accent", THEIRS: "theirs", THEIRS_TEXT: "theirs-ink",
    MORE: "map-more", LESS: "map-less", UNSURE: "map-unsure", BAND: "band",
    ORDINARY: "ordinary",
}  # fmt: skip
STYLE: Any = {  # matplotlib types its settings one by one
    "svg.fonttype": "none",
    "text.parse_math": False,  # a dollar sign in a name does not start a formula
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
# Shared by all drawings: matplotlib caches the size of a text per renderer.
RULER = RendererAgg(1, 1, 72)  # type: ignore[no-untyped-call]
_EDGE = 3  # units around what is drawn
_STILL = 1  # units; a smaller change in the width of the axes cannot be seen
_PASSES = 2  # narrower axes leave more room for the names at the ends of lines
_NUMBER = re.compile(r"-?\d+\.\d+")
_GEOMETRY = ("d", "x", "y", "width", "height", "viewBox")
_USUAL = {"stroke-dashoffset:0", "opacity:1", "text-anchor:start", "stroke-linecap:square", "stroke-linejoin:miter"}
_GROUP_FROM = 3  # from this many elements on, a group with the style is shorter than a style on each


@dataclass(frozen=True)
class Size:
    """A width to draw for.

    Parameters
    ----------
    name : str
        Class of the wrapper, by which the style sheet shows one size at a time.
    width : float
        Inches of 72 units.
    font : float
        Size of text in units; at least 12 CSS pixels on the narrowest screen where this size is shown.
    years : int
        How many labels of years fit beside each other.
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
    """Return an empty figure and its axes, without pyplot's global state, so that charts can be drawn in parallel.

    Parameters
    ----------
    size : Size
    height : float
        Inches of 72 units.

    Returns
    -------
    drawing : Figure
    axes : Axes
        Without ticks, labels and frame.
    """
    drawing = Figure(figsize=(size.width, height), dpi=72)
    axes = drawing.add_axes((0.1, 0.1, 0.8, 0.8))
    axes.set_axis_off()
    return drawing, axes


def draw_at_size(draw: Callable[[Size], Figure], size: Size) -> Figure:
    """Draw a figure at one size, in the style of every chart.

    Parameters
    ----------
    draw : callable
        Takes a `Size` and returns a figure.
    size : Size

    Returns
    -------
    Figure
        The axes take all the room that the texts leave.
    """
    with rc_context(STYLE | {"font.size": size.font}):
        drawing = draw(size)
        fit(drawing)
        return drawing


def inline_svg(draw: Callable[[Size], Figure], id: str) -> str:
    """Draw both sizes as ``<svg>`` elements named by their caption; without a style sheet only the wide one is shown.

    Parameters
    ----------
    draw : callable
        Takes a `Size` and returns a figure.
    id : str
        Unique on the page; ``<id>-t`` is the caption, which the caller writes with `figure_element`.

    Returns
    -------
    str
        HTML.
    """
    hidden = {WIDE: "", NARROW: ' hidden=""'}
    return "".join(f'<div class="{size.name}"{hidden[size]}>{_element(draw, size, id)}</div>' for size in SIZES)


def figure_element(id: str, form: str, finding: str, content: str, unit: str = "") -> str:
    """Return a drawing with its caption and what belongs below it.

    A screen reader hears the finding once, as the name of the image: the caption is hidden from it, and the figure is
    named by its form, as some browsers would name it by the caption. It is a group, because a figure with a name would
    stand for all that is in it in a PDF.

    Parameters
    ----------
    id : str
        As given to `inline_svg`.
    form : str
        What kind of drawing it is, in a word.
    finding : str
    content : str
        HTML of the drawing and the lines below it.
    unit : str

    Returns
    -------
    str
        HTML.

    Examples
    --------
    >>> print(figure_element("fig", "Kaart", "Meer in Leek", "<svg/>"))  # doctest: +ELLIPSIS
    <figure role="group" aria-label="Kaart"><figcaption id="fig-t" aria-hidden="true">Meer in Leek</figcaption><svg/>...
    """
    of = f' <span class="unit">{escape(unit)}</span>' if unit else ""
    caption = f'<figcaption id="{id}-t" aria-hidden="true">{escape(finding)}{of}</figcaption>'
    return f'<figure role="group" aria-label="{escape(form)}">{caption}{content}</figure>'


def _element(draw: Callable[[Size], Figure], size: Size, id: str) -> str:
    own = f"{id}-smal" if size.narrow else id
    body = shorten(_saved(draw_at_size(draw, size), size, own), own, PALETTE, size.font, INK, PAPER)
    names = f'<svg role="img" aria-labelledby="{id}-t"'
    # Hidden, as a screen reader would read all labels one by one.
    return body.replace("<svg", names, 1).replace(">", '><g aria-hidden="true">', 1).replace("</svg>", "</g></svg>", 1)


def _saved(drawing: Figure, size: Size, salt: str) -> str:
    """Return the SVG file that matplotlib writes, with the same bytes on every run."""
    buffer = io.StringIO()
    with rc_context(STYLE | {"font.size": size.font, "svg.hashsalt": salt}):
        # Not savefig, which draws twice, the first time for a layout of its own.
        FigureCanvasSVG(drawing).print_svg(buffer, metadata={"Date": None})  # type: ignore[no-untyped-call]
    return buffer.getvalue()


def fit(drawing: Figure) -> None:
    """Set the position of the axes so that everything around them just fits on the drawing.

    matplotlib's own layout draws a chart several times to find this.

    Parameters
    ----------
    drawing : Figure
        With one pair of axes, and possibly a legend.
    """
    (axes,) = drawing.axes
    room = _room(drawing)
    axes.autoscale_view()
    for _ in range(_PASSES):
        width = axes.get_window_extent(RULER).width
        axes.set_position(_within(room, axes))
        if abs(axes.get_window_extent(RULER).width - width) < _STILL:
            break


def _room(drawing: Figure) -> Bbox:
    """Return the area of the drawing without its edges and the legend."""
    room = drawing.bbox.padded(-_EDGE)
    for legend in drawing.legends:
        box = legend.get_window_extent(RULER)
        if box.y0 > drawing.bbox.height / 2:
            room.y1 = box.y0 - 2 * _EDGE
        else:
            room.y0 = box.y1 + 2 * _EDGE
    return room


def _within(room: Bbox, axes: Axes) -> Bbox:
    """Return the position of the axes at which the texts on and around them just fit, as a fraction of the drawing."""
    axes_box = axes.get_window_extent(RULER)
    with_texts = Bbox.union([axes_box, *(text.get_window_extent(RULER) for text in axes.texts)])
    fitting = Bbox(room.get_points() - with_texts.get_points() + axes_box.get_points())
    return fitting.transformed(axes.figure.transFigure.inverted())


def hatching(rings: Sequence[Ring], angle: float, apart: float) -> Path:
    """Return hatching lines within borders; the lines continue in adjacent shapes.

    Parameters
    ----------
    rings : sequence of arrays of shape (corners, 2)
        Closed borders; an area within two of them counts as outside.
    angle : float
        Degrees counterclockwise from the east.
    apart : float
        Distance between two lines, in the coordinates of the rings.

    Returns
    -------
    Path
        Two points for each line.

    Examples
    --------
    >>> square = np.array([[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]], dtype=float)
    >>> len(hatching([square], 0, 0.5).vertices) // 2
    4
    """
    turn = np.array([[cos(radians(angle)), -sin(radians(angle))], [sin(radians(angle)), cos(radians(angle))]])
    turned = [ring @ turn for ring in rings]  # now the lines run east
    starts = np.concatenate([ring[:-1] for ring in turned])
    along = np.concatenate([np.diff(ring, axis=0) for ring in turned])
    north, rise = starts[:, 1], along[:, 1]
    levels = np.arange(np.ceil(north.min() / apart), np.floor(north.max() / apart) + 1) * apart
    # A line through a corner crosses one or both of its edges, so that every line has an even number of crossings.
    level, edge = np.nonzero((north <= levels[:, None]) != (north + rise <= levels[:, None]))
    east = starts[edge, 0] + (levels[level] - north[edge]) / rise[edge] * along[edge, 0]
    order = np.lexsort((east, level))
    ends = np.column_stack([east, levels[level]])[order] @ turn.T
    return Path(ends, np.tile([Path.MOVETO, Path.LINETO], len(ends) // 2))


def shorten(drawn: str, id: str, palette: Mapping[str, str], font: float, ink: str, paper: str) -> str:
    """Shorten a drawing to one ``<svg>`` element without superfluous ids, fonts, metadata and decimals.

    Parameters
    ----------
    drawn : str
        The SVG file that matplotlib wrote.
    id : str
        Id of the chart at this size; the remaining ids are derived from it.
    palette : mapping
        Colour as drawn -> name of the custom property of the page. The drawn colour is kept as fallback.
    font : float
        Default size of text, in units.
    ink, paper : str
        Default colour of text, and of the background.

    Returns
    -------
    str
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
        if "style" in element.attrib:  # not in text content: a colour written there is text
            element.set(
                "style", colour.sub(lambda match: f"var(--{palette[match[0]]},{match[0]})", element.attrib["style"])
            )
    return ET.tostring(root, encoding="unicode").replace(" />", "/>")


def _use_plain_names(element: ET.Element) -> None:
    """Strip name spaces from tags and attributes, and white space between elements."""
    element.tag = element.tag.rpartition("}")[2]
    element.attrib = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}
    element.attrib.pop("clip-path", None)  # no chart of ours draws outside its axes
    element.tail = None
    if not (element.text or "").strip():
        element.text = None


def _unwrap(parent: ET.Element) -> None:
    """Remove elements that draw nothing, and groups without attributes that matter."""
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
    """Return a short new name for every id that is referred to."""
    referred = [element.attrib["href"][1:] for element in root.iter() if "href" in element.attrib]
    prefix = f"s{crc32(id.encode()):08x}"  # short, as a chart of all municipalities refers to its dot hundreds of times
    return {old: f"{prefix}-{number}" for number, old in enumerate(dict.fromkeys(referred))}


def _shorten(element: ET.Element, names: Mapping[str, str], usual: set[str]) -> None:
    """Rename or drop the id, round numbers, and drop the styles that are the default."""
    attributes = element.attrib
    id = attributes.pop("id", None)
    if id is not None and id in names:
        attributes["id"] = names[id]
    if attributes.get("transform", "").startswith(("rotate(-0 ", "rotate(0 ")):
        del attributes["transform"]
    for name in [name for name in _GEOMETRY if name in attributes]:
        attributes[name] = re.sub(r"\s*([MLCQz])\s*", r"\1", _NUMBER.sub(_rounded, attributes[name])).strip()
    if "href" in attributes:
        attributes["href"] = f"#{names[attributes['href'][1:]]}"
    if "style" in attributes:
        declarations = [re.sub(r"\s*([:,])\s*", r"\1", part.strip()) for part in attributes.pop("style").split(";")]
        kept = [part for part in declarations if part and part not in usual and not part.startswith("font-family")]
        attributes |= {"style": ";".join(kept)} if kept else {}


def _rounded(number: re.Match[str]) -> str:
    """Round to a tenth of a unit; smaller differences cannot be seen."""
    return f"{round(float(number[0]), 1) + 0:g}"


def _group(parent: ET.Element) -> None:
    """Put adjacent elements with the same style in a group that has that style."""
    kept: list[ET.Element] = []
    for (_, style), run in groupby(parent, key=lambda child: (child.tag, child.get("style"))):
        alike = list(run)
        if style and len(alike) >= _GROUP_FROM:
            for child in alike:
                del child.attrib["style"]
            group = ET.Element("g", {"style": style})
            group.extend(alike)
            alike = [group]
        kept += alike
    parent[:] = kept
