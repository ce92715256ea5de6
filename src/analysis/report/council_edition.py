"""What enters the council's edition (``raadsversie.pdf``): parts made of blocks, chosen from the pages by a rule.

The choice is data (``templates/raadsversie.yml``). Every text and figure is taken from a page of the report, so the
edition cannot say anything that the pages do not say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache
from urllib.parse import quote

from lxml import etree
from lxml.etree import _Element as Element
from markupsafe import Markup
from pydantic import Field

from ..definitions.catalogue import Definition, read_yaml
from ..display.tables import KINDS
from .dom import cell_text, elements_with_class, inner_html, outer_html, parse_part, visible_text
from .page import TEMPLATES, Content

_FIRST, _FIGURES, _QUESTIONS = 0, 1, 2  # importance of the blocks of a part: the last is left out first
_MANY_COLUMNS = 8  # a table with more has less room between them
_FONTS = "font-family:system-ui,'Segoe UI',Roboto,Arial,sans-serif;"  # a drawing in an image inherits none
_WARNING = "Let op"  # begins the heading of a note with reservations; another explains how to read a page
_POINTERS = {"deze", "dit"}  # begin the heading of several figures: such a reservation says itself which
_OWN_SUBJECT = re.compile(r"[^.:]+: [A-Z]")
_HALO = "text{paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}"  # as on a page: lines stop at it
_HIDDEN = re.compile(r"\s*(Oordeel|Doel): ")
_SVG = "http://www.w3.org/2000/svg"
SPARKLINE = "spark"  # the class of a drawing without words, which takes its colours from the style sheet


class ChapterPart(Definition):
    """A chapter in the council's edition: its answers, some figures, and tables by the id of their caption."""

    chapter: str
    pages: int = Field(ge=1)
    figures: int = Field(0, ge=0)
    wide: bool = False
    tables: tuple[str, ...] = ()
    whole: bool = False


class ReservationsPart(Definition):
    """The reservations of all chapters, under a title."""

    reservations: str
    pages: int = Field(ge=1)
    tables: tuple[str, ...] = ()


class SectionPart(Definition):
    """One section, found by its heading in whichever chapter has it."""

    section: str
    pages: int = Field(ge=1)


class Choice(Definition):
    """The content of ``raadsversie.yml``: the parts in their order, and the grades from strong to weak."""

    strongest: tuple[str, ...]
    parts: tuple[ChapterPart | ReservationsPart | SectionPart, ...]


@dataclass(frozen=True)
class Block:
    """A piece of a part that is printed whole or left out.

    Parameters
    ----------
    html : Markup
        What is printed.
    importance : int
        The block with the highest number is left out first; those with 0 stay.
    """

    html: Markup
    importance: int = _FIRST


@dataclass(frozen=True)
class PrintedPart:
    """A part of the edition.

    Parameters
    ----------
    id : str
        Its anchor.
    title : str
        Its heading, running head and entry in the contents.
    pages : int
        How many pages it may fill.
    blocks : tuple of Block
        In the order of the page.
    chapter : str
        The title of the chapter that it comes from; empty when it comes from more or all of them.
    complete : bool
        Whether nothing was left out of what it comes from.
    columns : int
        How many columns its blocks stand in.
    """

    id: str
    title: str
    pages: int
    blocks: tuple[Block, ...]
    chapter: str = ""
    complete: bool = True
    columns: int = 1

    @property
    def least(self) -> int | None:
        """The index of the least important block; ``None`` when every block has to stay."""
        least = max(range(len(self.blocks)), key=lambda index: (self.blocks[index].importance, index), default=None)
        return None if least is None or self.blocks[least].importance == _FIRST else least

    def without(self, least: int) -> PrintedPart:
        """Leave out a block."""
        return replace(self, blocks=(*self.blocks[:least], *self.blocks[least + 1 :]), complete=False)


@cache
def choice() -> Choice:
    """Read what an analyst chose for the council's edition."""
    return read_yaml(TEMPLATES / "raadsversie.yml", Choice)


def council_parts(chapters: Sequence[tuple[str, Content]], chosen: Choice) -> list[PrintedPart]:
    """Compose the parts of the council's edition.

    Parameters
    ----------
    chapters : sequence of (str, Content)
        The chapters that were made, by id, in the order of the report.
    chosen : Choice
        From `choice`.

    Returns
    -------
    list of PrintedPart
        Without those of which the chapter or section was not made, and those with nothing to say.
    """
    bodies = [(id, content, parse_part(content.body)) for id, content in chapters]
    taken = [_take_section(part.section, bodies) for part in chosen.parts if isinstance(part, SectionPart)]
    sections = dict(filter(None, taken))
    found = {id: (content, body) for id, content, body in bodies}
    parts = []
    for part in chosen.parts:
        if isinstance(part, SectionPart):
            if part.section in sections:
                parts.append(_part(part.section, part.section, part.pages, sections[part.section]))
        elif isinstance(part, ReservationsPart):
            parts.append(_reservations(part, bodies))
        elif part.chapter in found:
            content, body = found[part.chapter]
            made_up = [Block(Markup('<p class="src">') + content.made_up + Markup("</p>"))] if content.made_up else []
            blocks = _whole(body) if part.whole else _questions(part, body, chosen.strongest)
            made = _part(part.chapter, content.title, part.pages, [*made_up, *blocks], content.title)
            parts.append(replace(made, complete=part.whole))
    return [part for part in parts if part.blocks]


def _part(id: str, title: str, pages: int, blocks: Iterable[Block], chapter: str = "") -> PrintedPart:
    slug = re.sub(r"[^a-z0-9]+", "-", id.lower()).strip("-")
    return PrintedPart(f"deel-{slug}", title, pages, tuple(blocks), chapter)


def _sections(body: Element) -> list[list[Element]]:
    """Group the elements of a chapter: what stands above the first question, and each question with its answers."""
    sections: list[list[Element]] = [[]]
    for element in body.iterchildren("*"):
        if element.tag == "h1":
            continue
        if element.tag == "h2":
            sections.append([])
        sections[-1].append(element)
    return sections


def _take_section(title: str, bodies: Iterable[tuple[str, Content, Element]]) -> tuple[str, list[Block]] | None:
    """Take a section out of the chapter that has it, so that it is printed once."""
    for _, _, body in bodies:
        for section in _sections(body)[1:]:
            if visible_text(section[0]) == title:
                for element in section:
                    body.remove(element)
                shown = [printed for element in section[1:] if (printed := _printed(element))]
                return title, [Block(html, index) for index, html in enumerate(shown)]
    return None


def _whole(body: Element) -> Iterator[Block]:
    """Yield everything on the page of a chapter that is not folded away; the last is the least important."""
    importance = _FIRST
    for element in body.iterchildren("*"):
        if element.tag != "h1" and (html := _printed(element)):
            yield Block(html, importance)
            importance += 1


def _questions(part: ChapterPart, body: Element, strongest: Sequence[str]) -> Iterator[Block]:
    """Yield what a chapter is about, its figures in a row, and its questions with their answers and tables."""
    introduction, *questions = _sections(body)
    yield from (Block(html) for element in introduction if element.tag == "p" and (html := _printed(element)))
    ranked = sorted(questions, key=lambda question: _rank(question, strongest))  # stable: the order of the chapter
    firsts = [figures[0] for question in ranked if (figures := list(_figures(question)))]
    shown = firsts[: part.figures]
    rows = [[figure] for figure in shown] if part.wide else [shown] if shown else []
    yield from (Block(_figure_row(row), _FIGURES) for row in rows)
    for question in questions:
        if html := _answered(question):
            yield Block(html, _QUESTIONS + ranked.index(question))
        for id in part.tables:
            yield from (Block(_table(table), _FIGURES) for table in _tables(question, id))


def _rank(question: Sequence[Element], strongest: Sequence[str]) -> int:
    """Return how strong the verdict on a question is, 0 for the strongest."""
    verdicts = [span for element in _above_subheading(question) for span in elements_with_class(element, "verdict")]
    words = [_HIDDEN.sub("", visible_text(verdict)).lstrip("▲▼● ") for verdict in verdicts]
    ranks = [rank for rank, grade in enumerate(strongest) for word in words if word.startswith(grade)]
    return min(ranks, default=len(strongest))


def _above_subheading(question: Sequence[Element]) -> Iterator[Element]:
    for element in question:
        if element.tag == "h3":
            return
        yield element


def _answered(question: Sequence[Element]) -> Markup:
    """Return a question with the text above its first subheading; empty when there is no answer in it."""
    shown = [element for element in _above_subheading(question) if _is_text(element)]
    if not any({"answer", "note"} & {*element.get("class", "").split()} for element in shown):
        return Markup("")
    return Markup("").join(_printed(element) for element in shown)


def _is_text(element: Element) -> bool:
    """Return whether an element is running text: no reservation, and no list that explains a grade."""
    if element.tag in {"ul", "ol"}:
        return "src" not in element.get("class", "").split()
    return element.tag in {"h2", "p"}


def _figures(question: Iterable[Element]) -> Iterator[Element]:
    return (figure for element in question for figure in element.iter("figure"))


def _tables(question: Iterable[Element], id: str) -> Iterator[Element]:
    for element in question:
        for caption in element.iter("caption"):
            if caption.get("id") == id:
                yield caption.getparent()


def _reservations(part: ReservationsPart, bodies: Iterable[tuple[str, Content, Element]]) -> PrintedPart:
    """Gather the reservations of all chapters, each under the first chapter that makes it."""
    seen: set[str] = set()
    groups = []
    for _, content, body in bodies:
        items = [item for note in elements_with_class(body, "note") for item in _items(note)]
        new = {visible_text(item): words for item, words in reversed(items) if visible_text(item) not in seen}
        seen |= new.keys()
        groups.append((content.title, list(reversed(new.values()))))
    for id in part.tables:
        found = [table for _, _, body in bodies for table in _tables([body], id)]
        groups += [(visible_text(table.find("caption")), _rows(table)) for table in found]
    blocks = [block for title, items in groups for block in _list(title, items)]
    return replace(_part(part.reservations, part.reservations, part.pages, blocks), columns=2)


def _items(note: Element) -> Iterator[tuple[Element, Markup]]:
    """Yield the items of a note, each with what it is about, which its heading says; none of how to read a page."""
    heading = note.find("h3")
    about = "" if heading is None else visible_text(heading)
    if about and not about.startswith(_WARNING):
        return
    subject = about.removeprefix(_WARNING).removeprefix(" bij ").strip()
    for item in note.iter("li"):
        named = not subject or subject.split()[0] in _POINTERS or _OWN_SUBJECT.match(visible_text(item))
        yield item, Markup("") + ("" if named else f"{subject[0].upper()}{subject[1:]}: ") + _inner(item)


def _list(title: str, items: Sequence[Markup]) -> Iterator[Block]:
    """Yield a block for each item of a list; the first has its heading."""
    for index, item in enumerate(items):
        heading = Markup("") if index else Markup("<h2>") + title + Markup("</h2>")
        yield Block(heading + Markup("<ul><li>") + item + Markup("</li></ul>"), index)


def _rows(table: Element) -> list[Markup]:
    """Return the rows of a table as items of a list, for a column in which a table does not fit."""
    rows = [list(row.iter("th", "td")) for body in table.iter("tbody") for row in body.iter("tr")]
    return [
        Markup("<b>") + _inner(first) + Markup("</b> ") + Markup(" – ").join(map(_inner, filter(cell_text, cells)))
        for first, *cells in rows
    ]


def _inner(element: Element) -> Markup:
    element = deepcopy(element)
    _clean(element)
    return inner_html(element)


def _printed(element: Element) -> Markup:
    """Return what is printed of an element of a page: nothing of what is folded away, a note or a file to download."""
    classes = {*element.get("class", "").split()}
    if element.tag == "details" or {"csv", "places"} & classes or (element.tag == "div" and "note" in classes):
        return Markup("")
    if element.tag == "figure":
        return _figure(element, "wide")
    if "scroll" in classes:
        return Markup("").join(map(_table, element.iter("table")))
    if element.tag == "p" and (links := element.findall("a")) and visible_text(element) == visible_text(links[0]):
        return Markup("")  # only a way to another page
    element = deepcopy(element)
    element.tail = None
    _clean(element)
    return outer_html(element)


def _clean(element: Element) -> None:
    """Drop what paper has no use for: links, ids, folded parts; drawings with words in them become images."""
    for folded in [*element.findall(".//details"), *element.findall(".//a[@class='why']")]:
        folded.tag = "folded"
    etree.strip_elements(element, "folded", with_tail=False)
    etree.strip_tags(element, "a")
    for drawing in list(element.iter("svg")):
        if drawing.get("class") != SPARKLINE:
            drawing.getparent().replace(drawing, _image(drawing))
    for descendant in element.iter("*"):
        for name in ("id", "tabindex", "aria-labelledby", "aria-describedby", "role"):
            descendant.attrib.pop(name, None)


def _table(table: Element) -> Markup:
    table = deepcopy(table)
    table.tail = None
    _clean(table)
    _without_equal_kinds(table)
    if len(table.findall(".//thead//th")) > _MANY_COLUMNS:
        table.set("class", "dense")
    return outer_html(table)


def _without_equal_kinds(table: Element) -> None:
    """Say in the caption of a table what kind of figures it has, when the last column says the same in every row."""
    caption, rows = table.find("caption"), list(table.iter("tr"))
    kinds = {visible_text(row[-1]) for row in rows[1:]}
    if rows and caption is not None and visible_text(rows[0][-1]) == KINDS and len(kinds) == 1:
        caption.append(etree.fromstring(f"<span> ({kinds.pop()})</span>"))
        for row in rows:
            row.remove(row[-1])


def _figure_row(figures: Sequence[Element]) -> Markup:
    """Return figures beside each other in the drawing for a phone, or one alone in the wide drawing."""
    kind = "wide" if len(figures) == 1 else "narrow"
    return Markup('<div class="row">') + Markup("").join(_figure(figure, kind) for figure in figures) + Markup("</div>")


def _figure(figure: Element, kind: str) -> Markup:
    """Return a figure with one of its drawings, its title and its source."""
    drawings = [svg for holder in elements_with_class(figure, kind) for svg in holder.iter("svg")]
    drawing = (drawings or list(figure.iter("svg")))[0]
    caption, sources = figure.find("figcaption"), figure.findall("p[@class='src']")[-1:]
    title = Markup('<p class="caption">') + _inner(caption) + Markup("</p>") if caption is not None else ""
    source = Markup("").join(map(_printed, sources))
    image = _image(drawing, "" if caption is None else visible_text(caption))
    return Markup('<div class="figure">') + title + outer_html(image) + source + Markup("</div>")


def _image(drawing: Element, finding: str = "") -> Element:
    """Return a drawing as an image, which Chromium prints as one figure with what it shows as alternative text.

    Of a drawing in the page it prints every letter apart, outside the figure.
    """
    standalone = deepcopy(drawing)
    standalone.tail = None
    standalone.set("xmlns", _SVG)
    standalone.set("style", _FONTS + standalone.get("style", ""))
    _, _, width, height = standalone.get("viewBox").split()
    standalone.set("width", width)
    standalone.set("height", height)
    look = etree.Element("style")
    look.text = _HALO
    standalone.insert(0, look)
    text = etree.tostring(standalone, encoding="unicode")
    image = etree.Element("img", alt=finding, src="data:image/svg+xml," + quote(text))
    image.tail = drawing.tail
    return image
