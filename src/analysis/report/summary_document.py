"""The first page of a report as a Word document, in Word's own styles, so that the template of a college applies."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from lxml.etree import _Element as Element

from .archives import CONTROL, MAKER, reproducible
from .chart_files import chart_text, png, standalone, wide_drawing
from .dom import elements_with_class, outer_html, parse, parse_part
from .page import BANNER

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

DOCUMENT = "samenvatting.docx"
LANGUAGE = "nl-NL"
_IMAGE_CENTIMETRES = 16  # the width of the text on A4 with the margins of Word
_MARGIN, _PAGE = 2.5, (21.0, 29.7)  # centimetres: A4
_STYLES = {
    "h1": "Title", "h2": "Heading 1", "h3": "Heading 2", "h4": "Heading 3", "h5": "Heading 4", "p": "Normal",
    "dt": "Normal", "dd": "Normal", "figcaption": "Caption", "blockquote": "Quote",
}  # fmt: skip
_LISTS = {"ul": "List Bullet", "ol": "List Number"}
_STRONG, _ITALIC = {"b", "strong", "th", "dt"}, {"i", "em"}
_LEFT_OUT = {"origin", "csv", "skip", "next", "forms"}  # links, and what only makes sense on a page
_SILENT = {"svg", "script", "style", "template", "nav", "summary"}
_INLINE = {"a", "b", "strong", "i", "em", "span", "abbr", "sub", "sup", "q", "small", "bdi", "time", "code"}
_SPACE = re.compile(r"[ \t\r\n\f]+")  # what a browser shows as one space; a space that does not break stays


@dataclass(frozen=True)
class Run:
    """A piece of text in one look."""

    text: str
    bold: bool = False
    italic: bool = False


def summary_document(page: str, title: str, day: date | None, *, synthetic: bool) -> bytes:
    """Return the first page as a Word document.

    Parameters
    ----------
    page : str
        The HTML of the first page.
    title : str
        Of the report, with its years.
    day : date, optional
        The date of the newest figures, which the document carries.
    synthetic : bool
        Whether anything in the report is made up.

    Returns
    -------
    bytes
        The same on every run.
    """
    import docx  # takes a while, and a report that is up to date does without

    document = docx.Document()
    _set_properties(document, title)
    main = parse_part(outer_html(parse(page)[0].find(".//main")))
    _add_blocks(document, main, "Normal")
    if synthetic:
        _insert_warning(document)
    out = io.BytesIO()
    document.save(out)
    return reproducible(out.getvalue(), day)


def _set_properties(document: Document, title: str) -> None:
    """Set title, author, language and paper; the template of python-docx is an American one."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm

    about = document.core_properties
    about.title, about.author, about.language = title, MAKER, LANGUAGE
    about.last_modified_by, about.comments, about.keywords, about.revision = MAKER, "", "", 1
    defaults = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    language = defaults.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        defaults.append(language)
    for name in ("w:val", "w:eastAsia"):
        language.set(qn(name), LANGUAGE)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(_PAGE[0]), Cm(_PAGE[1])
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(_MARGIN)


def _insert_warning(document: Document) -> None:
    """Say under the title that there are made-up figures."""
    title = document.paragraphs[0]
    warning = document.add_paragraph(style="Normal")
    warning.add_run(f"{BANNER}.").bold = True
    title._p.addnext(warning._p)


def _add_blocks(document: Document, parent: Element, style: str) -> None:
    """Add what is in an element: paragraphs, lists, tables and charts, each in the style of Word."""
    runs: list[Run] = [Run(parent.text or "")]
    for child in parent:
        if not isinstance(child.tag, str) or _LEFT_OUT & set(child.get("class", "").split()):
            runs.append(Run(child.tail or ""))
        elif child.tag in _INLINE:
            runs += [*_runs(child), Run(child.tail or "")]
        else:
            _add_paragraph(document, runs, style)
            _add_block(document, child)
            runs = [Run(child.tail or "")]
    _add_paragraph(document, runs, style)


def _add_block(document: Document, element: Element) -> None:
    special: dict[str, Callable[[Document, Element], None]] = {"table": _add_table, "figure": _add_chart}
    if element.tag in special:
        special[element.tag](document, element)
    elif element.tag in _LISTS:
        _add_list(document, element)
    elif element.tag in _STYLES and not _only_links(element):
        kind = "Subtitle" if "lead" in element.get("class", "").split() else _STYLES[element.tag]
        _add_paragraph(document, list(_runs(element)), kind)
    elif element.tag not in {*_STYLES, *_SILENT}:
        _add_blocks(document, element, "Normal")


def _only_links(element: Element) -> bool:
    """Return whether a paragraph only leads to another page, which a document on its own cannot."""
    return element.tag == "p" and _text(element) == "".join(map(_text, element.iter("a"))) != ""


def _text(element: Element) -> str:
    return _SPACE.sub(" ", "".join(element.itertext())).strip()


def _add_list(document: Document, element: Element) -> None:
    """Add a list; what follows the first paragraph of an item continues it, and a numbered list begins at one."""
    style, number = _LISTS[element.tag], None
    if element.tag == "ol":
        number = _new_numbering(document)
    for item in element.iterfind("li"):
        before = len(document.paragraphs)
        _add_blocks(document, item, style)
        for place, paragraph in enumerate(document.paragraphs[before:]):
            if place == 0:
                paragraph.style = style
                if number is not None:
                    paragraph._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = number
            elif paragraph.style is not None and paragraph.style.name == "Normal":
                paragraph.style = "List Continue"


def _new_numbering(document: Document) -> int:
    """Return the number of a new numbered list in the look of the style, which would go on from the last one."""
    from docx.oxml.ns import qn

    numbering = document.part.numbering_part.element
    own = document.styles[_LISTS["ol"]].element.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}").val
    added = numbering.add_num(numbering.num_having_numId(own).abstractNumId.val)
    added.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(added.numId)


def _runs(element: Element, bold: bool = False, italic: bool = False) -> Iterator[Run]:
    """Yield the text of an element in pieces of one look."""
    bold = bold or element.tag in _STRONG or "verdict" in element.get("class", "").split()
    italic = italic or element.tag in _ITALIC
    yield Run(element.text or "", bold, italic)
    for child in element:
        if isinstance(child.tag, str):
            yield from _runs(child, bold, italic)
        yield Run(child.tail or "", bold, italic)


def _add_paragraph(document: Document, runs: list[Run], style: str) -> None:
    """Add a paragraph, unless nothing is in it; white space is as in a browser."""
    if "".join(run.text for run in runs).strip():
        _fill(document.add_paragraph(style=style), runs)


def _fill(paragraph: Paragraph, runs: list[Run]) -> None:
    written = ""
    for run in runs:
        text = _SPACE.sub(" ", CONTROL.sub(" ", run.text))
        text = text.lstrip(" ") if not written or written.endswith(" ") else text
        if text:
            added = paragraph.add_run(text)
            added.bold, added.italic = run.bold or None, run.italic or None
            written += text
    if written.endswith(" "):
        paragraph.runs[-1].text = paragraph.runs[-1].text.rstrip(" ")


def _add_chart(document: Document, figure: Element) -> None:
    """Add a chart as an image that holds its title and source, with what a screen reader says of it."""
    from docx.shared import Cm

    drawing = wide_drawing(figure)
    if drawing is None:
        _add_blocks(document, figure, "Normal")
        return
    text = chart_text(figure, synthetic=True)
    picture: Any = document.add_picture(io.BytesIO(png(standalone(drawing, text))), width=Cm(_IMAGE_CENTIMETRES))
    name = drawing.find("title")
    described = [text.title, "".join(name.itertext()) if name is not None else "", text.description]
    picture._inline.docPr.set("descr", " ".join(filter(None, described)))
    picture._inline.docPr.set("title", text.title)
    for table in figure.iter("table"):
        _add_table(document, table)


def _add_table(document: Document, table: Element) -> None:
    """Add a table whose first row is repeated on every page, under its caption."""
    from docx.oxml import OxmlElement

    rows = [list(row.iter("th", "td")) for row in table.iter("tr")]
    caption = table.find("caption")
    if caption is not None:
        _add_paragraph(document, list(_runs(caption)), "Caption")
    made = document.add_table(len(rows), max(map(len, rows), default=1), style="Table Grid")
    for cells, row in zip(rows, made.rows, strict=True):
        for cell, target in zip(cells, row.cells, strict=False):
            shown = [Run("–")] if list(elements_with_class(cell, "vh")) else list(_runs(cell))
            _fill(target.paragraphs[0], shown)
    if rows:
        made.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
