"""A PNG file of every chart, for programs that do not show SVG: drawn by matplotlib, as the charts themselves are."""

from __future__ import annotations

import re
import struct
import warnings
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from zlib import compress, crc32

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgb
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path as Outline
from matplotlib.transforms import Affine2D, Transform

from ..display.svg import INK
from .forms import CHARTS

_SCALE = 2.5  # pixels in a unit: 180 to an inch
_COMPRESSION = 4
_STEP = re.compile(r"([MLCQZ])([^MLCQZ]*)", re.IGNORECASE)
_TURN = re.compile(r"(\w+)\(([^)]*)\)")
_ANCHORS = {"start": 0, "middle": 0.5, "end": 1}  # the part of a text that stands before its place
_CODES = {"M": [Outline.MOVETO], "L": [Outline.LINETO], "C": [Outline.CURVE4] * 3, "Q": [Outline.CURVE3] * 2}
_FLIP = Affine2D().scale(1, -1)  # matplotlib counts from the bottom
_DRAWN, _SILENT = {"svg", "g", "path", "use", "text"}, {"defs", "title", "desc"}


def write_images(folder: Path) -> None:
    """Write a PNG file beside every SVG file of a report that `png` can draw.

    Parameters
    ----------
    folder : Path
        The report.
    """
    for path in sorted(folder.glob(f"{CHARTS}/*.svg")):
        drawing = path.read_text(encoding="utf-8")
        if can_draw(drawing):
            with warnings.catch_warnings():  # a sign that the font lacks, such as an emoji, becomes a box
                warnings.filterwarnings("ignore", "Glyph .* missing from font")
                path.with_suffix(".png").write_bytes(png(drawing))


def can_draw(drawing: str) -> bool:
    """Return whether a drawing consists of the few elements that `png` knows.

    Parameters
    ----------
    drawing : str
        An SVG file from `chart_files.standalone`.

    Returns
    -------
    bool
    """
    return {element.tag for element in _root(drawing).iter()} <= _DRAWN | _SILENT


def _root(drawing: str) -> ET.Element:
    return ET.fromstring(re.sub(r' xmlns(:\w+)?="[^"]*"', "", drawing).replace("xlink:href", "href"))


def png(drawing: str) -> bytes:
    """Draw an SVG file as a PNG file.

    Parameters
    ----------
    drawing : str
        With the few elements that charts consist of.

    Returns
    -------
    bytes
        The same on every run.
    """
    root = _root(drawing)
    width, height = (round(float(root.attrib[name]) * _SCALE) for name in ("width", "height"))
    renderer = RendererAgg(width, height, 72 * _SCALE)  # type: ignore[no-untyped-call]
    shapes = {element.attrib["id"]: element for element in root.iter("path") if "id" in element.attrib}
    _draw(renderer, root, {}, Affine2D().scale(_SCALE), shapes)
    return _encoded(np.asarray(renderer.buffer_rgba())[:, :, :3])  # type: ignore[no-untyped-call]


def _encoded(pixels: np.ndarray[Any, np.dtype[np.uint8]]) -> bytes:
    """Return pixels as a PNG file without filters, which cost time and gain nothing on areas of one colour."""
    height, width, colours = pixels.shape
    rows = np.zeros((height, 1 + width * colours), np.uint8)  # the first byte of a row says that it has no filter
    rows[:, 1:] = pixels.reshape(height, -1)
    per_metre = round(72 * _SCALE / 0.0254)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", crc32(kind + content))
        for kind, content in (
            (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
            (b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)),
            (b"IDAT", compress(rows.tobytes(), _COMPRESSION)),
            (b"IEND", b""),
        )
    )


def _draw(
    renderer: RendererAgg, element: ET.Element, style: dict[str, str], place: Transform, shapes: dict[str, ET.Element]
) -> None:
    """Draw an element and what is in it, in the style and at the place of what it is in."""
    if element.tag in _SILENT:
        return
    style = style | dict(_declarations(element))
    place = _moved(element, place)
    if element.tag == "path":
        _draw_path(renderer, element.attrib["d"], style, place)
    elif element.tag == "use":
        shape = shapes[element.attrib["href"][1:]]
        at = Affine2D().translate(float(element.get("x", 0)), float(element.get("y", 0))) + place
        _draw_path(renderer, shape.attrib["d"], style | dict(_declarations(shape)), at)
    elif element.tag == "text":
        _draw_text(renderer, element, style, place)
    for child in element:
        _draw(renderer, child, style, place, shapes)


def _declarations(element: ET.Element) -> Iterator[tuple[str, str]]:
    for part in filter(None, element.get("style", "").split(";")):
        name, _, value = part.partition(":")
        yield name.strip(), value.strip()


def _moved(element: ET.Element, place: Transform) -> Transform:
    own: Transform = Affine2D()
    for kind, arguments in _TURN.findall(element.get("transform", "")):
        values = [float(value) for value in re.split(r"[ ,]+", arguments.strip())]
        step = Affine2D().translate(*values[:2]) if kind == "translate" else Affine2D().rotate_deg(values[0])
        own = step + own
    return own + place


def _draw_path(renderer: RendererAgg, steps: str, style: dict[str, str], place: Transform) -> None:
    fill, stroke = style.get("fill", INK), style.get("stroke", "none")
    context = renderer.new_gc()
    context.set_joinstyle(style.get("stroke-linejoin", "miter"))  # type: ignore[arg-type]
    context.set_linewidth(float(style.get("stroke-width", 1)) if stroke != "none" else 0)
    context.set_foreground(stroke if stroke != "none" else fill)
    if dashes := style.get("stroke-dasharray"):
        context.set_dashes(0, [float(length) for length in dashes.split(",")])
    upright = place + _FLIP + Affine2D().translate(0, renderer.height)
    renderer.draw_path(context, _outline(steps), upright, None if fill == "none" else to_rgb(fill))  # type: ignore[no-untyped-call]


@cache
def _outline(steps: str) -> Outline:
    corners: list[Any] = []
    codes: list[Any] = []
    for letter, numbers in _STEP.findall(steps):
        if letter in "zZ":
            corners.append(corners[-1])
            codes.append(Outline.CLOSEPOLY)
            continue
        points = np.array(numbers.replace(",", " ").split(), dtype=float).reshape(-1, 2)
        corners.extend(points)
        codes += _CODES[letter] * (len(points) // len(_CODES[letter]))
    return Outline(np.array(corners), codes)


def _draw_text(renderer: RendererAgg, element: ET.Element, style: dict[str, str], place: Transform) -> None:
    text = element.text or ""
    font = _font(float(style["font-size"].removesuffix("px")), style.get("font-weight") == "700")
    share = _ANCHORS[style.get("text-anchor", "start")]
    before = share * _width(renderer, text, font) / _SCALE if share else 0
    x, y = place.transform((float(element.get("x", 0)) - before, float(element.get("y", 0))))
    matrix = place.get_matrix()
    context = renderer.new_gc()
    context.set_foreground(style.get("fill", INK))
    angle = -float(np.degrees(np.arctan2(matrix[1, 0], matrix[0, 0])))
    renderer.draw_text(context, x, y, text, font, angle)  # type: ignore[no-untyped-call]


def _width(renderer: RendererAgg, text: str, font: FontProperties) -> float:
    return float(renderer.get_text_width_height_descent(text, font, False)[0])  # type: ignore[no-untyped-call]


@cache
def _font(size: float, bold: bool) -> FontProperties:
    return FontProperties(family="sans-serif", size=size, weight="bold" if bold else "normal")
