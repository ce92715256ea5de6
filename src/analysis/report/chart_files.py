"""Every chart as an SVG and a PNG file of its own, with its title and source in the image, for a slide or a document.

The files are made from the charts on the pages, so the two cannot disagree.
"""

from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from zlib import compress, crc32

import numpy as np
from lxml import etree
from lxml.etree import _Element as Element
from markupsafe import Markup, escape
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgb
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path as Outline
from matplotlib.transforms import Affine2D, Transform

from ..display.svg import INK, NARROW, PAPER, RULER, SOFT
from ..display.tables import MADE_UP
from .archives import plain
from .dom import elements_with_class, inner_html, parse_part
from .page import BANNER, Content

FOLDER = "charts"
_SCALE = 2.5  # pixels in a unit: 180 to an inch
_EDGE = 12  # units around the chart
_TITLE, _SMALL = 14, 10  # sizes of text, in units
_COMPRESSION = 4
_LINE = 1.3  # height of a line, times the size of its text
_VARIABLE = re.compile(r"var\(--[\w-]+,\s*(#\w+)\)")
_STEP = re.compile(r"([MLCQZ])([^MLCQZ]*)", re.IGNORECASE)
_TURN = re.compile(r"(\w+)\(([^)]*)\)")
_ANCHORS = {"start": 0, "middle": 0.5, "end": 1}  # the part of a text that stands before its place
_CODES = {"M": [Outline.MOVETO], "L": [Outline.LINETO], "C": [Outline.CURVE4] * 3, "Q": [Outline.CURVE3] * 2}
_DRAWN, _SILENT = {"svg", "g", "path", "use", "text"}, {"defs", "title", "desc"}
_FLIP = Affine2D().scale(1, -1)  # matplotlib counts from the bottom


@dataclass(frozen=True)
class ChartText:
    """What stands around a chart: its title, unit and source, and that its figures are made up."""

    title: str
    unit: str
    description: str
    source: str
    made_up: bool


def write_charts(folder: Path, content: Content, chapter: str, *, synthetic: bool) -> Content:
    """Write the charts of a chapter as SVG files; `write_images` makes a PNG of each.

    Parameters
    ----------
    folder : Path
        The report.
    content : Content
        The chapter.
    chapter : str
        The first part of the file names.
    synthetic : bool
        Whether the chapter has made-up figures. The file of a chart with such a source then says so, in its name and in
        the image.

    Returns
    -------
    Content
        The chapter with links to the files under each chart.
    """
    body, files = with_chart_links(content.body, chapter, synthetic=synthetic)
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return replace(content, body=body)


def with_chart_links(body: Markup, chapter: str, *, synthetic: bool) -> tuple[Markup, dict[str, str]]:
    """Put links to its files under every chart of a chapter.

    Parameters
    ----------
    body : Markup
        The content of the chapter.
    chapter : str
        The first part of the file names.
    synthetic : bool
        See `write_charts`.

    Returns
    -------
    Markup, dict of str to str
        The content with the links, and the text of each SVG file by its path in the report.
    """
    part, files = parse_part(body), {}
    for number, figure in enumerate(part.iter("figure"), 1):
        drawing = wide_drawing(figure)
        if drawing is None:
            continue
        text = chart_text(figure, synthetic=synthetic)
        name = _file_name(figure, drawing) or f"grafiek-{number}"
        path = f"{FOLDER}/{'voorbeelddata-' if text.made_up else ''}{chapter}-{name}.svg"
        files[path] = standalone(drawing, text)
        figure.append(_links(path, text.title))
    return (inner_html(part), files) if files else (body, files)


def wide_drawing(figure: Element) -> Element | None:
    """Return the drawing of a figure for a wide page, ``None`` where an author drew something else.

    It is the first one that does not stand in a box for narrow pages, or in a table.
    """
    drawing = next((svg for svg in figure.iter("svg") if not any(map(_is_elsewhere, _upward(svg)))), None)
    if drawing is None or {element.tag for element in drawing.iter("*")} - _DRAWN - _SILENT:
        return None
    return drawing if "viewBox" in drawing.attrib else None


def _upward(element: Element) -> Iterator[Element]:
    yield element
    yield from element.iterancestors()


def _is_elsewhere(element: Element) -> bool:
    return element.tag == "table" or NARROW.name in element.get("class", "").split()


def _file_name(figure: Element, drawing: Element) -> str:
    """Return what the page calls a chart: the id of the drawing or its figure, or of what names the drawing."""
    label = drawing.get("aria-labelledby", "").partition(" ")[0]
    return drawing.get("id") or figure.get("id") or label.removesuffix("-t")


def _links(path: str, title: str) -> Element:
    hidden = f'<span class="vh">: {escape(title)}</span>'
    image = path.removesuffix("svg") + "png"
    return parse_part(
        f'<p class="csv"><a href="{image}" download>Grafiek als PNG{hidden}</a> '
        f'<a href="{path}" download>Grafiek als SVG{hidden}</a></p>'
    )[0]


def chart_text(figure: Element, *, synthetic: bool) -> ChartText:
    """Return what stands around the chart of a figure.

    Parameters
    ----------
    figure : Element
        The ``<figure>`` element on the page.
    synthetic : bool
        Whether there are made-up figures on that page.

    Returns
    -------
    ChartText
    """
    caption = figure.find("figcaption")
    units = list(elements_with_class(figure, "unit"))
    title = _words(caption) if caption is not None else ""
    unit = _words(units[0]) if units else ""
    below = {_words(element): element for element in elements_with_class(figure, "src")}
    described = [words for words, element in below.items() if element.get("id", "").endswith("-d")]
    sources = [words for words, element in below.items() if words.startswith("Bron")]
    source = " ".join(sources)
    made_up = synthetic and (not source or MADE_UP in source)
    return ChartText(title.removesuffix(unit).strip(), unit, " ".join(described), source, made_up)


def _words(element: Element) -> str:
    return " ".join(plain("".join(element.itertext())).split())


def standalone(drawing: Element, text: ChartText) -> str:
    """Return a chart as an SVG file that needs no page around it.

    Parameters
    ----------
    drawing : Element
        The ``<svg>`` element on the page.
    text : ChartText
        What stands above and below it.

    Returns
    -------
    str
        Colours and names are written out, as other programs know no style sheet.
    """
    _, _, width, height = map(float, drawing.attrib["viewBox"].split())
    above = [*_lines(text.title, _TITLE, INK, width, bold=True), *_lines(text.unit, _SMALL, SOFT, width)]
    warning = BANNER if text.made_up else ""
    below = [*_lines(warning, _SMALL, INK, width, bold=True), *_lines(text.source, _SMALL, SOFT, width)]
    top = _EDGE + sum(size for size, _ in above) + _EDGE / 2
    bottom = top + height + sum(size for size, _ in below) + 1.5 * _EDGE
    full = width + 2 * _EDGE
    root = ET.Element("svg", {
        "xmlns": "http://www.w3.org/2000/svg", "xmlns:xlink": "http://www.w3.org/1999/xlink", "lang": "nl",
        "viewBox": f"0 0 {full:g} {bottom:g}", "width": f"{full:g}", "height": f"{bottom:g}", "role": "img",
        "style": f"fill:{INK};stroke-linejoin:round", "font-family": "'DejaVu Sans', Verdana, sans-serif",
    })  # fmt: skip
    ET.SubElement(root, "title").text = text.title
    ET.SubElement(root, "desc").text = text.description
    ET.SubElement(root, "path", {"d": f"M0 0L{full:g} 0L{full:g} {bottom:g}L0 {bottom:g}z", "style": f"fill:{PAPER}"})
    _place(root, above, _EDGE)
    chart = ET.SubElement(root, "g", {"transform": f"translate({_EDGE} {top:g})"})
    chart.append(_plain(drawing))
    _place(root, below, top + height + _EDGE / 2)
    return ET.tostring(root, encoding="unicode").replace(" href=", " xlink:href=")


def _lines(text: str, size: int, colour: str, width: float, *, bold: bool = False) -> list[tuple[float, ET.Element]]:
    """Break a text into lines that fit, each with its height."""
    style = f"font-size:{size}px;fill:{colour}" + (";font-weight:700" if bold else "")
    rows: list[str] = []
    left, space = 0.0, _word_width("n", size, bold)
    for word in text.split():
        long = _word_width(word, size, bold)
        if rows and long + space <= left:
            rows[-1], left = f"{rows[-1]} {word}", left - long - space
        else:
            rows, left = [*rows, word], width - long
    elements = [ET.Element("text", {"style": style}) for _ in rows]
    for element, row in zip(elements, rows, strict=True):
        element.text = row
    return [(size * _LINE, element) for element in elements]


@cache
def _word_width(word: str, size: int, bold: bool) -> float:
    """Return the width of a word: measuring every line that a word might fit on takes ten times as long."""
    return _width(RULER, word, _font(size, bold))


def _place(root: ET.Element, lines: list[tuple[float, ET.Element]], top: float) -> None:
    for height, element in lines:
        element.attrib |= {"x": f"{_EDGE}", "y": f"{top + height * 0.8:g}"}
        root.append(element)
        top += height


def _plain(drawing: Element) -> ET.Element:
    """Return the content of a drawing as a group, with colours written out."""
    written = etree.tostring(drawing, encoding="unicode", with_tail=False)
    group = ET.fromstring(plain(_VARIABLE.sub(r"\1", written)))
    group.tag, style = "g", group.get("style", "")
    group.attrib = {"style": ";".join(part for part in style.split(";") if not part.startswith("background"))}
    for title in group.findall("title"):
        group.remove(title)
    return group


def write_images(folder: Path) -> None:
    """Write a PNG file beside every SVG file of a report.

    Parameters
    ----------
    folder : Path
        The report.
    """
    for path in sorted(folder.glob(f"{FOLDER}/*.svg")):
        path.with_suffix(".png").write_bytes(png(path.read_text(encoding="utf-8")))


def png(drawing: str) -> bytes:
    """Draw an SVG file from `standalone` as a PNG file.

    Parameters
    ----------
    drawing : str
        With the few elements that charts consist of.

    Returns
    -------
    bytes
        The same on every run.
    """
    root = ET.fromstring(re.sub(r' xmlns(:\w+)?="[^"]*"', "", drawing).replace("xlink:href", "href"))
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
