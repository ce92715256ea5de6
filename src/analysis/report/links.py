"""Where the links of a page lead: to a file of the report, and there to a place that exists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml.etree import _Element as Element

from .tree import place


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
