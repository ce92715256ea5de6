"""A page as a tree of elements: reading it, and what all rules ask of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml import etree
from lxml.etree import XPath
from lxml.etree import _Element as Element

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
