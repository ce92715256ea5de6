"""The first page of a report as a Word document, in Word's own styles, so that the template of a college applies."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml.etree import _Element as Element

from .archives import MAKER, plain, reproducible
from .chart_files import chart_text, standalone, wide_drawing
from .dom import HEADINGS, drop_legends, parse_part
from .forms import DOCUMENT
from .page import Content, Page
from .typesetting import one_form, printed

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

LANGUAGE = "nl-NL"
_CELL, _BOLD = 3, 1.2  # in letters: what is around the text of a cell, and the width of a bold one
_SMALL = 9  # points: letters in a table with many columns
_IMAGE_CENTIMETRES = 16  # the width of the text on A4 with the margins of Word
_UPRIGHT_COLUMNS = 6  # a table with more columns is on a page of its own that lies on its side
_MARGIN, _PAGE = 2.5, (21.0, 29.7)  # centimetres: A4
_STYLES = {
    "h1": "Heading 1", "h2": "Heading 2", "h3": "Heading 3", "h4": "Heading 4", "h5": "Heading 5", "p": "Normal",
    "dt": "Normal", "dd": "Normal", "figcaption": "Caption", "blockquote": "Quote",
}  # fmt: skip
_LISTS = {"ul": "List Bullet", "ol": "List Number"}
_STRONG, _ITALIC = {"b", "strong", "th", "dt"}, {"i", "em"}
_LEFT_OUT = {"origin", "csv", "skip", "next", "forms"}  # links, and what only makes sense on a page
_SILENT = {"svg", "script", "style", "template", "nav", "summary", "colgroup"}
_INLINE = {"a", "b", "strong", "i", "em", "span", "abbr", "sub", "sup", "q", "small", "bdi", "time", "code"}
_SPACE = re.compile(r"[ \t\r\n\f]+")  # what a browser shows as one space; a space that does not break stays


@dataclass(frozen=True)
class Run:
    """A piece of text in one look."""

    text: str
    bold: bool = False
    italic: bool = False


_NEW_LINE = Run("\n")


def write_document(folder: Path, page: Page, file: str, content: Content, day: date | None) -> None:
    """Write the first chapter, which holds the key messages, as a Word document.

    Parameters
    ----------
    folder : Path
        The report.
    page : Page
        The frame of the whole report.
    file : str
        The page of the first chapter that was made. Nothing is written when that is not the first chapter.
    content : Content
        What stands on it.
    day : date, optional
        The date of the newest figures, which the document carries.
    """
    if page.chapters and page.chapters[0].href == file:
        (folder / DOCUMENT).write_bytes(summary_document(content, f"{page.title} {page.subtitle}", day))


def summary_document(content: Content, title: str, day: date | None) -> bytes:
    """Return the key messages as a Word document.

    Parameters
    ----------
    content : Content
        The first chapter; that it has made-up figures is said under the title.
    title : str
        Of the report, with its years.
    day : date, optional
        The date of the newest figures, which the document carries.

    Returns
    -------
    bytes
        The same on every run.
    """
    import docx  # takes a while, and a report that is up to date does without

    document = docx.Document()
    _set_properties(document, title)
    _add_paragraph(document, [Run(one_form(title))], "Title")
    _add_paragraph(document, [Run(one_form(content.made_up), bold=True)], "Normal")
    body = parse_part(printed(content.body))
    drop_legends(body)
    _add_blocks(document, body, "Normal")
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


def _add_blocks(document: Document, parent: Element, style: str) -> None:
    """Add what is in an element: paragraphs, lists, tables and charts, each in the style of Word."""
    runs: list[Run] = [Run(parent.text or "")]
    for child in parent:
        if not isinstance(child.tag, str) or _LEFT_OUT & set(child.get("class", "").split()) or _leads_on(child):
            runs.append(Run(child.tail or ""))
        elif child.tag in _INLINE:
            runs += [*_runs(child), Run(child.tail or "")]
        else:
            _add_paragraph(document, runs, style)
            _add_block(document, child)
            runs = [Run(child.tail or "")]
    _add_paragraph(document, runs, style)


def _add_block(document: Document, element: Element) -> None:
    if element.tag in HEADINGS:
        _turn_page(document, element)
    special: dict[str, Callable[[Document, Element], None]] = {"table": _add_table, "figure": _add_figure}
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


def _runs(element: Element, bold: bool = False, italic: bool = False, *, in_cell: bool = False) -> Iterator[Run]:
    """Yield the text of an element in pieces of one look, with the name of each drawing in its place.

    In a cell, a part with a look of its own stands on a line of its own, unless there is a space before it, and what
    only a screen reader hears is left out: it explains a dash. Beside a drawing it stays, as it says what is drawn.
    """
    bold = bold or element.tag in _STRONG or "verdict" in element.get("class", "").split()
    italic = italic or element.tag in _ITALIC
    yield Run(element.text or "", bold, italic)
    for child in element:
        if child.tag == "svg":
            yield Run(_name(child), bold, italic)
        elif isinstance(child.tag, str) and not _is_left_out(child, in_cell):
            if in_cell and child.get("class") and not (_before(child) or " ")[-1].isspace():
                yield _NEW_LINE
            yield from _runs(child, bold, italic, in_cell=in_cell)
        yield Run(child.tail or "", bold, italic)


def _is_left_out(child: Element, in_cell: bool) -> bool:
    if in_cell:
        return "vh" in child.get("class", "").split() and child.getparent().find("svg") is None
    return _leads_on(child)


def _leads_on(element: Element) -> bool:
    """Return whether this is a link that ends a text, to lead to another page, which a document on its own cannot."""
    if element.tag != "a" or element.getnext() is not None or (element.tail or "").strip():
        return False
    return bool(_text(element.getparent()).removesuffix(_text(element)))


def _before(child: Element) -> str:
    """Return the text right before an element; of another element all its text."""
    previous = child.getprevious()
    if previous is None:
        return child.getparent().text or ""
    return previous.tail or "".join(previous.itertext())


def _add_paragraph(document: Document, runs: list[Run], style: str) -> None:
    """Add a paragraph, unless nothing is in it; white space is as in a browser."""
    if "".join(run.text for run in runs).strip():
        _fill(document.add_paragraph(style=style), runs)


def _fill(paragraph: Paragraph, runs: list[Run]) -> None:
    written = ""
    for run in runs:
        if run is _NEW_LINE:
            if written:
                paragraph.add_run().add_break()
                written += " "
            continue
        text = _SPACE.sub(" ", plain(run.text))
        text = text.lstrip(" ") if not written or written.endswith(" ") else text
        if text:
            added = paragraph.add_run(text)
            added.bold, added.italic = run.bold or None, run.italic or None
            written += text
    if written.endswith(" "):
        paragraph.runs[-1].text = paragraph.runs[-1].text.rstrip(" ")


def _add_figure(document: Document, figure: Element) -> None:
    """Add a chart as an image that holds its title and source, with what a screen reader says of it."""
    from docx.shared import Cm

    from .chart_images import can_draw, png  # imports matplotlib, which a first page without a chart does without

    drawing, text = wide_drawing(figure), chart_text(figure, synthetic=True)
    if drawing is None or not can_draw(alone := standalone(drawing, text)):
        _add_blocks(document, figure, "Normal")
        return
    picture: Any = document.add_picture(io.BytesIO(png(alone)), width=Cm(_IMAGE_CENTIMETRES))
    described = dict.fromkeys([text.title, _name(drawing)])  # the name may be the title
    picture._inline.docPr.set("descr", " ".join(filter(None, described)))
    picture._inline.docPr.set("title", text.title)
    for table in figure.iter("table"):
        _add_table(document, table)


def _name(drawing: Element) -> str:
    """Return the name that a screen reader gives a drawing, if it has one of its own."""
    title = drawing.find("title")
    return drawing.get("aria-label") or ("" if title is None else _text(title))


def _add_table(document: Document, table: Element) -> None:
    """Add a table whose first row is repeated on every page, under its caption."""
    from docx.oxml import OxmlElement

    rows = [list(row.iter("th", "td")) for row in table.iter("tr")]
    caption = table.find("caption")
    if caption is not None:
        _add_paragraph(document, list(_runs(caption)), "Caption")
        document.paragraphs[-1].paragraph_format.keep_with_next = True
    made = document.add_table(len(rows), _width(table), style="Table Grid")
    for cells, row in zip(rows, made.rows, strict=True):
        _fill_row(row.cells, cells)
    _set_widths(made)
    if rows:
        made.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _set_widths(made: Any) -> None:
    """Give each column the room that its longest word asks for, and keep each row on one page.

    A table on a page that lies on its side has smaller letters, so that no word is broken.
    """
    from docx.oxml import OxmlElement
    from docx.shared import Pt

    room: dict[int, float] = {}
    for row in made.rows:
        for number, cell in enumerate(row.cells):
            if sum(one._tc is cell._tc for one in row.cells) == 1:  # not the name of a group
                longest = max(map(len, _SPACE.split(cell.text)))
                bold = any(run.bold for run in cell.paragraphs[0].runs)
                room[number] = max(room.get(number, 0), _CELL + longest * (_BOLD if bold else 1))
    whole = sum(column.width for column in made.columns)
    for number, column in enumerate(made.columns):
        column.width = int(whole * room.get(number, _CELL) / sum(room.values()))
        for cell in column.cells:
            cell.width = column.width
            for run in cell.paragraphs[0].runs if len(made.columns) > _UPRIGHT_COLUMNS else ():
                run.font.size = Pt(_SMALL)
    for row in made.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _width(table: Element) -> int:
    """Return the number of columns of a table."""
    return max((sum(map(_span, row.iter("th", "td"))) for row in table.iter("tr")), default=1)


def _span(cell: Element) -> int:
    return int(cell.get("colspan", 1))


def _fill_row(targets: Sequence[Any], cells: list[Element]) -> None:
    place = 0
    for cell in cells:
        target = targets[place]
        if _span(cell) > 1:
            target = target.merge(targets[place + _span(cell) - 1])
        _fill(target.paragraphs[0], list(_runs(cell, in_cell=True)))
        if cell.get("scope") in {"rowgroup", "colgroup"}:  # the name of the rows below it
            target.paragraphs[0].paragraph_format.keep_with_next = True
        place += _span(cell)


def _turn_page(document: Document, heading: Element) -> None:
    """Go on on a page that lies on its side where a wide table follows a heading, and on one that stands otherwise."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm

    below = takewhile(lambda element: element.tag not in HEADINGS, heading.itersiblings("*"))
    wide = any(_width(table) > _UPRIGHT_COLUMNS for element in below for table in element.iter("table"))
    orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    if document.sections[-1].orientation != orientation:
        section = document.add_section()
        section.orientation = orientation
        width, height = reversed(_PAGE) if wide else _PAGE
        section.page_width, section.page_height = Cm(width), Cm(height)
