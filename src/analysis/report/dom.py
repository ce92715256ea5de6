"""A page as a tree of elements: reading it, and what all rules ask of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import etree
from lxml.etree import XPath
from lxml.etree import _Element as Element
from markupsafe import Markup

HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
WHOLE = "de hele pagina"
_KNOWN = ("html", "head", "body", "title", "textarea", "iframe", "noembed", "noframes", "xmp", "plaintext")
_TAG = re.compile(rf"(</?)({'|'.join(_KNOWN)})(?=[\s/>])", flags=re.IGNORECASE)
_SHOWN = XPath("descendant::text()[not(ancestor::script | ancestor::style | ancestor::template)]", smart_strings=False)


def read(text: str) -> tuple[Element, bool]:
    """A page with every element and attribute that is written on it, and whether it could be read to its end.

    The parser drops what a second ``<body>`` says and takes what stands in a ``<title>`` for text, but a browser runs
    an ``onload`` of the one, and a script in the other within a drawing. So they have another name while it reads.
    Elements thousands deep are where it stops.
    """
    parser = etree.HTMLParser(huge_tree=True)
    page = etree.fromstring("<page>" + _TAG.sub(r"\1x-\2", text), parser)  # so that an empty page is one as well
    for element in page.iter(*(f"x-{known}" for known in _KNOWN)):
        element.tag = element.tag.removeprefix("x-")
    return page, not parser.error_log.filter_from_fatals()


def by_id(page: Element) -> dict[str, list[Element]]:
    """The elements of a page by their id; there should be one of each."""
    named: dict[str, list[Element]] = {}
    for element in page.iter("*"):
        if "id" in element.attrib:
            named.setdefault(element.get("id"), []).append(element)
    return named


def headings(page: Element) -> dict[Element, Element | None]:
    """The heading above each element, if there is one; a heading is its own."""
    above, heading = {}, None
    for element in page.iter("*"):
        above[element] = heading = element if element.tag in HEADINGS else heading
    return above


def place(element: Element | None, above: Mapping[Element, Element | None]) -> str:
    """Where an element stands, in Dutch: the heading above it as `headings` found it, and the element's own name."""
    if element is None:
        return WHOLE
    heading = above[element]
    under = "boven het eerste kopje" if heading is None else f"onder het kopje '{words(heading)}'"
    return f"{under}, bij <{element.tag}>" + (f" '{element.get('id')}'" if element.get("id") else "")


def of_class(element: Element, name: str) -> Iterator[Element]:
    """What is of a class within an element."""
    return (one for one in element.iterdescendants("*") if name in one.get("class", "").split())


def words(element: Element) -> str:
    """What can be read in an element."""
    return " ".join(filter(None, (text.strip() for text in _SHOWN(element))))


_ID = re.compile(r'\bid="([^"]*)"')
_NAMED = re.compile(r'\b(id|aria-labelledby|aria-describedby)="([^"]*)"')
_POINTED = re.compile(r'(href="#|url\(#)([^")]+)')


def renamed(html: str, new: Callable[[str], str]) -> str:
    """Give every element another name, in whatever points at it as well.

    Parameters
    ----------
    html : str
        A part of a page, in our own markup.
    new : callable
        The new name for an old one.
    """
    named = _NAMED.sub(lambda found: f'{found[1]}="{" ".join(map(new, found[2].split()))}"', html)
    return _POINTED.sub(lambda found: found[1] + new(found[2]), named)


def distinct(parts: Iterable[Markup]) -> Iterator[Markup]:
    """The parts of one page, with a number behind the names in a part that an earlier one has as well."""
    taken: set[str] = set()
    for html in parts:
        own = set(_ID.findall(html))
        end = next(end for end in _ends() if taken.isdisjoint(id + end for id in own))
        yield _with_end(html, own, end) if end else html
        taken |= {id + end for id in own}


def _ends() -> Iterator[str]:
    yield ""
    yield from (f"-{number}" for number in count(2))


def _with_end(html: Markup, own: set[str], end: str) -> Markup:
    return Markup(renamed(html, lambda id: id + end if id in own else id))


@dataclass(frozen=True)
class Links:
    """What a page links to, and what can be linked to on it.

    Parameters
    ----------
    leads : dict
        Each address on the page, and where its first link stands.
    anchors : frozenset of str
        All ids on the page.
    """

    leads: dict[str, str]
    anchors: frozenset[str]


def links(page: Element, anchors: Iterable[str], above: Mapping[Element, Element | None]) -> Links:
    """The links of a page; what lies outside the folder of the report may move and is not looked at.

    Parameters
    ----------
    anchors : iterable of str
        All ids on the page.
    above : mapping
        The heading above each element, see `tree.headings`.
    """
    first: dict[str, Element] = {}
    for link in page.iter("a"):
        if "href" in link.attrib:
            first.setdefault(link.get("href"), link)
    leads = {address: place(link, above) for address, link in first.items() if _within(address)}
    return Links(leads, frozenset(anchors))


def _within(address: str) -> bool:
    target = urlsplit(address)
    return target.scheme not in {"http", "https", "mailto"} and not target.path.startswith("../")


def dead(page: Path, found: Links, anchors: Callable[[Path], frozenset[str]]) -> Iterator[tuple[str, str, str]]:
    """The links that lead nowhere.

    Parameters
    ----------
    page : Path
        Links on it are followed within its folder.
    anchors : callable
        The places on a page of the report.

    Yields
    ------
    str, str, str
        Where the link stands, what is wrong with it and what to do.
    """
    for address, where in found.leads.items():
        target = urlsplit(address)
        file, anchor = page.parent / unquote(target.path) if target.path else page, unquote(target.fragment)
        if target.scheme or target.netloc or not file.is_file():
            what = f"De link naar '{address}' leidt naar een bestand dat niet in het rapport zit."
            yield where, what, "Verbeter de link in het notebook of het sjabloon."
        elif anchor and anchor not in anchors(file):
            what = f"De link naar '{address}' leidt naar een plek die niet bestaat."
            yield where, what, "Verbeter de link, of geef de plek die naam."


_HEADING = re.compile(r"<h2>(.*?)</h2>", flags=re.DOTALL)


@dataclass(frozen=True)
class Section:
    """A question on a page, and where it stands."""

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
    """
    sections = tuple(_sections(_HEADING.findall(body)))
    ids = iter(section.id for section in sections)
    return Markup(_HEADING.sub(lambda found: f'<h2 id="{next(ids)}">{found[1]}</h2>', body)), sections


def _sections(titles: list[str]) -> Iterator[Section]:
    """An id from the words of a title, with a number when a page asks the same twice."""
    seen: dict[str, int] = {}
    for title in titles:
        words = Markup(title).striptags().lower()
        slug = "vraag-" + re.sub(r"[^a-z0-9]+", "-", words).strip("-")
        seen[slug] = seen.get(slug, 0) + 1
        yield Section(slug if seen[slug] == 1 else f"{slug}-{seen[slug]}", Markup(title))
