"""HTML pages as element trees: parsing, ids, headings and links."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import etree
from lxml.etree import XPath
from lxml.etree import _Element as Element
from markupsafe import Markup, escape

HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
WHOLE = "de hele pagina"
SOFT_HYPHEN = "\u00ad"  # where a browser may break a word
_APART = "\ue000"  # stands in no text: where a part of a cell begins
_SPECIAL_TAGS = ("html", "head", "body", "title", "textarea", "iframe", "noembed", "noframes", "xmp", "plaintext")
_TAG = re.compile(rf"(</?)({'|'.join(_SPECIAL_TAGS)})(?=[\s/>])", flags=re.IGNORECASE)
_SHOWN = XPath("descendant::text()[not(ancestor::script | ancestor::style | ancestor::template)]", smart_strings=False)
_NAMES = {"id", "aria-labelledby", "aria-describedby"}
_POINTER = re.compile(r"(?<=url\(#)[^)]+")


def parse(text: str) -> tuple[Element, bool]:
    """Parse a page, keeping every element and attribute that is written on it.

    The parser drops a second ``<body>`` and treats the content of ``<title>`` as text, but a browser runs an ``onload``
    of the former, and a script in the latter within a drawing. Such tags therefore carry another name while parsing.
    The parser stops at elements that are nested thousands deep.

    Parameters
    ----------
    text : str
        The HTML of the page.

    Returns
    -------
    Element, bool
        The root element, and whether the page could be parsed to its end.

    Examples
    --------
    >>> page, complete = parse('<html lang="nl"><h1 id="titel">Wonen</h1></html>')
    >>> complete, [visible_text(heading) for heading in page.iter("h1")]
    (True, ['Wonen'])
    """
    parser = etree.HTMLParser(huge_tree=True)
    page = etree.fromstring("<page>" + _TAG.sub(r"\1x-\2", text), parser)  # so that an empty page is one as well
    for element in page.iter(*(f"x-{tag}" for tag in _SPECIAL_TAGS)):
        element.tag = element.tag.removeprefix("x-")
    return page, not parser.error_log.filter_from_fatals()


def parse_part(html: str) -> Element:
    """Parse a part of a page, such as the content of a chapter.

    Parameters
    ----------
    html : str
        The HTML of the part.

    Returns
    -------
    Element
        The element that holds the part; `inner_html` returns it as HTML. Where elements are nested thousands deep it is
        cut off, at a depth at which `parse` cannot read the page around it either.
    """
    body = parse(str(html))[0].find("body")  # text in a Markup would be escaped
    etree.strip_tags(body, "page")
    for drawing in body.iterfind(".//svg[@viewbox]"):  # HTML ignores case, but a drawing copied to a file does not
        drawing.set("viewBox", drawing.attrib.pop("viewbox"))
    return body


def inner_html(element: Element) -> Markup:
    """Return the HTML within an element.

    Parameters
    ----------
    element : Element
        The element, from `parse_part`.

    Returns
    -------
    Markup
        Without the tags of the element itself.

    Examples
    --------
    >>> print(inner_html(parse_part("a &amp; <p><b>b</p>c")))
    a &amp; <p><b>b</b></p>c
    """
    children = (outer_html(child) + escape(child.tail or "") for child in element)
    return escape(element.text or "") + Markup("").join(children)


def outer_html(element: Element) -> Markup:
    """Return an element as HTML, with its own tags."""
    return Markup(etree.tostring(element, encoding="unicode", method="html", with_tail=False))


def elements_by_id(page: Element) -> dict[str, list[Element]]:
    """Group the elements of a page by their id; there should be one of each.

    Parameters
    ----------
    page : Element
        The root of the page.

    Returns
    -------
    dict of str to list of Element
        In the order of the page.
    """
    named: dict[str, list[Element]] = {}
    for element in page.iter("*"):
        if "id" in element.attrib:
            named.setdefault(element.get("id"), []).append(element)
    return named


def heading_above(page: Element) -> dict[Element, Element | None]:
    """Return the heading above each element, ``None`` where there is none; a heading counts as its own.

    Parameters
    ----------
    page : Element
        The root of the page.

    Returns
    -------
    dict of Element to Element or None
        Every element of the page.
    """
    above, heading = {}, None
    for element in page.iter("*"):
        above[element] = heading = element if element.tag in HEADINGS else heading
    return above


def location(element: Element | None, above: Mapping[Element, Element | None]) -> str:
    """Describe in Dutch where an element stands: the heading above it and the element's own name.

    Parameters
    ----------
    element : Element or None
        ``None`` is the page as a whole.
    above : mapping
        The heading above each element, from `heading_above`.

    Returns
    -------
    str
        Part of a sentence.
    """
    if element is None:
        return WHOLE
    heading = above[element]
    under = "boven het eerste kopje" if heading is None else f"onder het kopje '{visible_text(heading)}'"
    return f"{under}, bij <{element.tag}>" + (f" '{element.get('id')}'" if element.get("id") else "")


def elements_with_class(element: Element, name: str) -> Iterator[Element]:
    """Yield the descendants of an element that have a CSS class."""
    return (descendant for descendant in element.iterdescendants("*") if name in descendant.get("class", "").split())


def visible_text(element: Element) -> str:
    """Return the text that can be read in an element, with single spaces between its parts and without soft hyphens."""
    return " ".join(filter(None, (text.strip() for text in _SHOWN(element)))).replace(SOFT_HYPHEN, "")


def cell_text(cell: Element) -> str:
    """Return what a file for another program holds of a cell: what is seen, and of a drawing what it shows.

    A part with a look of its own, which a page sets apart, comes after a semicolon. What only a screen reader hears
    explains a dash or repeats what is seen, but for that beside a drawing.

    Parameters
    ----------
    cell : Element

    Returns
    -------
    str
        Empty for the dash of an empty cell.

    Examples
    --------
    >>> cell_text(parse_part('<table><tr><td>€ 0 <span class="ind">0,95 fte</span></td></tr></table>').find(".//td"))
    '€ 0; 0,95 fte'
    """
    if next(elements_with_class(cell, "vh"), None) is not None and cell.find("svg") is None:
        return ""
    cell = deepcopy(cell)
    for apart in elements_with_class(cell, "ind"):
        apart.text = f"{_APART}{apart.text or ''}"
    words = " ".join("".join(cell.itertext()).replace(SOFT_HYPHEN, "").split())
    return re.sub(rf"\s*{_APART}\s*", "; ", words).removeprefix("; ")


def drop_legends(part: Element) -> None:
    """Drop what explains the drawings in a table (class ``drawn``), for a file that has the words of a drawing instead.

    Parameters
    ----------
    part : Element
        Changed in place.

    Examples
    --------
    >>> part = parse_part('<p><span class="drawn">Vlak: gewoon.</span> Nagemaakt: alles.</p>')
    >>> drop_legends(part)
    >>> visible_text(part)
    'Nagemaakt: alles.'
    """
    for legend in list(elements_with_class(part, "drawn")):
        legend.tag = "drawn"
    etree.strip_elements(part, "drawn", with_tail=False)


def rename_ids(part: Element, new: Mapping[str, str]) -> None:
    """Rename the ids in a part of a page, and every reference to them.

    Parameters
    ----------
    part : Element
        From `parse_part`.
    new : mapping of str to str
        The new id for each old one; other ids keep their name.

    Examples
    --------
    >>> part = parse_part('<p id="a">x</p><a href="#a">y</a>')
    >>> rename_ids(part, {"a": "deel-a"})
    >>> print(inner_html(part))
    <p id="deel-a">x</p><a href="#deel-a">y</a>
    """
    for element in part.iter("*"):
        for name, value in element.attrib.items():
            if name in _NAMES:
                element.set(name, " ".join(new.get(id, id) for id in value.split()))
            elif name in {"href", "xlink:href"} and value.startswith("#"):
                element.set(name, "#" + new.get(unquote(value[1:]), value[1:]))
            elif "url(#" in value:
                element.set(name, _POINTER.sub(lambda match: new.get(match[0], match[0]), value))


def with_unique_ids(parts: Iterable[Markup]) -> Iterator[Markup]:
    """Yield the parts of one page, with a number behind the ids of a part when an earlier part has one of them.

    Parameters
    ----------
    parts : iterable of Markup
        In the order of the page.

    Yields
    ------
    Markup
        Each part with ids that no other part has.
    """
    taken: set[str] = set()
    for html in parts:
        part = parse_part(html)
        own_ids = set(elements_by_id(part))
        suffix = next(suffix for suffix in _suffixes() if taken.isdisjoint(id + suffix for id in own_ids))
        if suffix:
            rename_ids(part, {id: id + suffix for id in own_ids})
        yield inner_html(part) if suffix else html  # an element may be opened in one cell and closed in another
        taken |= {id + suffix for id in own_ids}


def _suffixes() -> Iterator[str]:
    yield ""
    yield from (f"-{number}" for number in count(2))


@dataclass(frozen=True)
class Links:
    """What a page links to, and what can be linked to on it.

    Parameters
    ----------
    targets : dict of str to str
        Each address on the page, with the location of its first link.
    anchors : frozenset of str
        All ids on the page.
    """

    targets: dict[str, str]
    anchors: frozenset[str]


def collect_links(page: Element, anchors: Iterable[str], above: Mapping[Element, Element | None]) -> Links:
    """Collect the links of a page. Addresses outside the report's folder are left out: they may change.

    Parameters
    ----------
    page : Element
        The root of the page.
    anchors : iterable of str
        All ids on the page.
    above : mapping
        The heading above each element, from `heading_above`.

    Returns
    -------
    Links
        Every address within the report.
    """
    first: dict[str, Element] = {}
    for link in page.iter("a"):
        if "href" in link.attrib:
            first.setdefault(link.get("href"), link)
    targets = {address: location(link, above) for address, link in first.items() if _within(address)}
    return Links(targets, frozenset(anchors))


def _within(address: str) -> bool:
    target = urlsplit(address)
    return target.scheme not in {"http", "https", "mailto"} and not target.path.startswith("../")


def dead_links(page: Path, links: Links, anchors: Callable[[Path], frozenset[str]]) -> Iterator[tuple[str, str, str]]:
    """Yield the links that lead nowhere.

    Parameters
    ----------
    page : Path
        Links on it are followed within its folder.
    links : Links
        From `collect_links`.
    anchors : callable
        Returns the ids on another page of the report.

    Yields
    ------
    str, str, str
        The location of the link, what is wrong with it, and what to do.
    """
    for address, location in links.targets.items():
        target = urlsplit(address)
        file, anchor = page.parent / unquote(target.path) if target.path else page, unquote(target.fragment)
        if target.scheme or target.netloc or not file.is_file():
            what = f"De link naar '{address}' leidt naar een bestand dat niet in het rapport zit."
            yield location, what, "Verbeter de link in het notebook of het sjabloon."
        elif anchor and anchor not in anchors(file):
            what = f"De link naar '{address}' leidt naar een plek die niet bestaat."
            yield location, what, "Verbeter de link, of geef de plek die naam."


@dataclass(frozen=True)
class Section:
    """A question on a page, and its anchor."""

    id: str
    title: Markup


def outline(body: Markup) -> tuple[Markup, tuple[Section, ...]]:
    """Give every question of a chapter an anchor.

    Parameters
    ----------
    body : Markup
        With ``<h2>`` headings that have no id yet.

    Returns
    -------
    Markup, tuple of Section
        The same body with ids, and the questions in their order.

    Examples
    --------
    >>> body, sections = outline(Markup("<h2>Is het zo?</h2>"))
    >>> str(body), sections[0].id
    ('<h2 id="vraag-is-het-zo">Is het zo?</h2>', 'vraag-is-het-zo')
    """
    part = parse_part(body)
    questions = [heading for heading in part.iter("h2") if "id" not in heading.attrib]
    sections = tuple(_sections(map(inner_html, questions)))
    for question, section in zip(questions, sections, strict=True):
        question.set("id", section.id)
    return inner_html(part), sections


def _sections(titles: Iterable[Markup]) -> Iterator[Section]:
    """Make an id from the words of each title, with a number when a page asks the same question twice."""
    seen: dict[str, int] = {}
    for title in titles:
        slug = "vraag-" + re.sub(r"[^a-z0-9]+", "-", title.striptags().lower()).strip("-")
        seen[slug] = seen.get(slug, 0) + 1
        yield Section(slug if seen[slug] == 1 else f"{slug}-{seen[slug]}", title)
