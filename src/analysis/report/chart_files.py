"""Every chart as an SVG file of its own, with its title and source in the image, for a slide or a document.

The files are made from the charts on the pages, so the two cannot disagree. `chart_images` makes a PNG of each.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import wrap

from lxml import etree
from lxml.etree import _Element as Element
from markupsafe import Markup

from ..display.tables import MADE_UP
from .archives import plain
from .dom import elements_with_class, inner_html, parse_part
from .forms import CHARTS, file_name
from .page import BANNER, Content

_NARROW = "narrow"  # the class of what is shown on a narrow page only
_INK, _PAPER = "#1b1f24", "#ffffff"  # where a drawing names no colours of the page
_EDGE = 12  # units around the chart
_TITLE, _SMALL = 14, 10  # sizes of text, in units
_LINE, _LETTER, _BOLD = 1.3, 0.6, 0.7  # height of a line, and width of a letter, times the size of the text
_VARIABLE = re.compile(r"var\(--([\w-]+),\s*(#\w+)\)")


@dataclass(frozen=True)
class ChartText:
    """What stands around a chart: its title, unit and source, and that its figures are made up."""

    title: str
    unit: str
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
        path = file_name(CHARTS, f"{chapter}-{name}.svg", made_up=text.made_up)
        files[path] = standalone(drawing, text)
        figure.append(_links(path, number))
    return (inner_html(part), files) if files else (body, files)


def wide_drawing(figure: Element) -> Element | None:
    """Return the drawing of a figure: the first one that does not stand in a box for narrow pages, or in a table."""
    drawings = (svg for svg in figure.iter("svg") if not any(map(_is_elsewhere, _upward(svg))))
    return next((drawing for drawing in drawings if "viewBox" in drawing.attrib), None)


def _upward(element: Element) -> Iterator[Element]:
    yield element
    yield from element.iterancestors()


def _is_elsewhere(element: Element) -> bool:
    return element.tag == "table" or _NARROW in element.get("class", "").split()


def _file_name(figure: Element, drawing: Element) -> str:
    """Return what the page calls a chart: the id of the drawing or its figure, or of what names the drawing."""
    label = drawing.get("aria-labelledby", "").partition(" ")[0]
    name: str = drawing.get("id") or figure.get("id") or label.removesuffix("-t")
    return name


def _links(path: str, number: int) -> Element:
    """Return the link to a file; it has a number, as a screen reader heard the title with the drawing."""
    hidden = f'<span class="vh"> (grafiek {number} van deze pagina)</span>'
    return parse_part(f'<p class="csv"><a href="{path}" download>Grafiek als SVG{hidden}</a></p>')[0]


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
    below = dict.fromkeys(_words(element) for element in elements_with_class(figure, "src"))
    source = " ".join(words for words in below if words.startswith("Bron"))
    made_up = synthetic and (not source or MADE_UP in source)
    return ChartText(title.removesuffix(unit).strip(), unit, source, made_up)


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
    written = etree.tostring(drawing, encoding="unicode", with_tail=False)
    colours: dict[str, str] = dict(_VARIABLE.findall(written))
    ink, paper = colours.get("ink", _INK), colours.get("paper", _PAPER)
    soft = colours.get("soft", ink)
    above = [*_lines(text.title, _TITLE, ink, width, bold=True), *_lines(text.unit, _SMALL, soft, width)]
    warning = BANNER if text.made_up else ""
    below = [*_lines(warning, _SMALL, ink, width, bold=True), *_lines(text.source, _SMALL, soft, width)]
    top = _EDGE + sum(size for size, _ in above) + _EDGE / 2
    bottom = top + height + sum(size for size, _ in below) + 1.5 * _EDGE
    full = width + 2 * _EDGE
    root = ET.Element("svg", {
        "xmlns": "http://www.w3.org/2000/svg", "xmlns:xlink": "http://www.w3.org/1999/xlink", "lang": "nl",
        "viewBox": f"0 0 {full:g} {bottom:g}", "width": f"{full:g}", "height": f"{bottom:g}", "role": "img",
        "style": f"fill:{ink};stroke-linejoin:round", "font-family": "'DejaVu Sans', Verdana, sans-serif",
    })  # fmt: skip
    ET.SubElement(root, "title").text = text.title
    ET.SubElement(root, "path", {"d": f"M0 0L{full:g} 0L{full:g} {bottom:g}L0 {bottom:g}z", "style": f"fill:{paper}"})
    _place(root, above, _EDGE)
    chart = ET.SubElement(root, "g", {"transform": f"translate({_EDGE} {top:g})"})
    chart.append(_plain(written))
    _place(root, below, top + height + _EDGE / 2)
    return ET.tostring(root, encoding="unicode").replace(" href=", " xlink:href=")


def _lines(text: str, size: int, colour: str, width: float, *, bold: bool = False) -> list[tuple[float, ET.Element]]:
    """Break a text into lines that fit, each with its height."""
    style = f"font-size:{size}px;fill:{colour}" + (";font-weight:700" if bold else "")
    rows = wrap(text, max(1, int(width / size / (_BOLD if bold else _LETTER))))
    elements = [ET.Element("text", {"style": style}) for _ in rows]
    for element, row in zip(elements, rows, strict=True):
        element.text = row
    return [(size * _LINE, element) for element in elements]


def _place(root: ET.Element, lines: list[tuple[float, ET.Element]], top: float) -> None:
    for height, element in lines:
        element.attrib |= {"x": f"{_EDGE}", "y": f"{top + height * 0.8:g}"}
        root.append(element)
        top += height


def _plain(drawing: str) -> ET.Element:
    """Return the content of a drawing as a group, with colours written out."""
    group = ET.fromstring(plain(_VARIABLE.sub(r"\2", drawing)))
    group.tag, style = "g", group.get("style", "")
    group.attrib = {"style": ";".join(part for part in style.split(";") if not part.startswith("background"))}
    for title in group.findall("title"):
        group.remove(title)
    return group
