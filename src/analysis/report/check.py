"""Whether a page may go to the council: what a checker can see without a browser, told to who made the report.

The rules come from EN 301 549 (WCAG 2.2 AA) and from what this report promises: Dutch, complete without network and
without scripts, and never made-up figures without saying so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag

from ..display import dutch
from . import palette
from .page_rules import HEADINGS, Broken, broken
from .record import MANIFEST, RESULTS
from .template import BANNER

_LOADING = ("src", "srcset", "data", "poster", "xlink:href", "background", "action")


@dataclass(frozen=True)
class Problem:
    """Why a page may not be published, in Dutch.

    Parameters
    ----------
    page : str
        Name of the file.
    rule : str
        Which rule, in one word.
    place : str
        Where on the page.
    what, remedy : str
        What is wrong there, and what the maker can do; whole sentences.
    """

    page: str
    rule: str
    place: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.page}, {self.place}: {self.what} {self.remedy}"


def check_report(folder: Path) -> list[Problem]:
    """Check every page of a report.

    Parameters
    ----------
    folder : Path
        With the pages, ``results.json`` (which numbers are made up) and ``manifest.json`` (which page tells them).

    Returns
    -------
    list of Problem
        Empty when the report may be published.
    """
    results = json.loads((folder / RESULTS).read_text(encoding="utf-8"))
    chapters = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["chapters"]
    told = {one["page"]: one["id"] for one in chapters}
    found = []
    for page in sorted(folder.glob("*.html")):
        own = [one for one in results if told.get(page.name) in {None, one["chapter"]}]
        found += check(page, synthetic=any(one["synthetic"] for one in own))
    return found


def check(page: Path, *, synthetic: bool) -> list[Problem]:
    """Check one page.

    Parameters
    ----------
    page : Path
        Links on it are followed within its folder.
    synthetic : bool
        Whether any number on it is made up.
    """
    text = page.read_text(encoding="utf-8")
    soup = _read(page, page.stat().st_mtime_ns)
    found = [*broken(soup), *_links(soup, page), *_loaded(soup), *_banner(soup, synthetic), *_colours(soup, text)]
    return [Problem(page.name, one.rule, _place(one.element), one.what, one.remedy) for one in found]


def _place(element: Tag | None) -> str:
    """The heading above an element, and the element's own name."""
    if element is None:
        return "de hele pagina"
    heading = element if element.name in HEADINGS else element.find_previous(HEADINGS)
    above = f"onder het kopje '{heading.get_text(' ', strip=True)}'" if heading else "boven het eerste kopje"
    return f"{above}, bij <{element.name}>" + (f" '{element['id']}'" if element.get("id") else "")


def _links(soup: BeautifulSoup, page: Path) -> Iterator[Broken]:
    """Links within the report lead somewhere; what lies outside its folder may move and is not looked at."""
    for link in soup.find_all("a", href=True):
        target = urlsplit(str(link["href"]))
        if target.scheme in {"http", "https", "mailto"} or target.path.startswith("../"):
            continue
        file, place = page.parent / unquote(target.path) if target.path else page, unquote(target.fragment)
        if target.scheme or target.netloc or not file.is_file():
            what = f"De link naar '{link['href']}' leidt naar een bestand dat niet in het rapport zit."
            yield Broken("link", link, what, "Verbeter de link in het notebook of het sjabloon.")
        elif place and place not in _anchors(file, file.stat().st_mtime_ns):
            what = f"De link naar '{link['href']}' leidt naar een plek die niet bestaat."
            yield Broken("link", link, what, "Verbeter de link, of geef de plek die naam.")


@lru_cache(maxsize=64)
def _anchors(file: Path, changed: int) -> frozenset[str]:
    """The ids on a page; many links lead to the same few pages."""
    return frozenset(str(element["id"]) for element in _read(file, changed).find_all(id=True))


@lru_cache(maxsize=64)
def _read(file: Path, _changed: int) -> BeautifulSoup:
    """A page as it was at that moment: pages of a report lead to each other."""
    return BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")


def _loaded(soup: BeautifulSoup) -> Iterator[Broken]:
    """A page loads nothing: no file, font, picture or frame, neither from the network nor from the disk."""
    remedy = "Zet de inhoud in de pagina zelf. Een gewone link mag wel."
    for element in soup.find_all(True):
        loading = [element.get(name) for name in _LOADING] + ([] if element.name == "a" else [element.get("href")])
        styles = [element.string or ""] if element.name == "style" else _styled(element)
        for address in [*filter(None, loading), *(found for css in styles for found in palette.addresses(css))]:
            if not str(address).strip().startswith(("#", "data:")):
                yield Broken("buiten", element, f"De pagina laadt '{address}'.", remedy)
        if element.name in {"iframe", "object", "embed", "base"} or element.get("http-equiv") == "refresh":
            yield Broken("buiten", element, f"Er staat een element <{element.name}> op de pagina.", remedy)


def _styled(element: Tag) -> list[str]:
    return [str(value) for value in element.attrs.values() if "url(" in str(value)]


def _banner(soup: BeautifulSoup, synthetic: bool) -> Iterator[Broken]:
    """The reader sees at the top that figures are made up, and only then."""
    shown = any(BANNER in banner.get_text() for banner in soup.find_all(class_="banner"))
    if synthetic and not shown:
        what = f"De cijfers op deze pagina zijn nagemaakt, maar de balk '{BANNER}' ontbreekt."
        yield Broken("banner", None, what, "Geef de pagina die balk (Page.synthetic).")
    if shown and not synthetic:
        what = f"De balk '{BANNER}' staat boven cijfers die niet zijn nagemaakt."
        yield Broken("banner", None, what, "Haal die balk weg (Page.synthetic).")


def _colours(soup: BeautifulSoup, text: str) -> Iterator[Broken]:
    """The colours differ enough, in the light and the dark scheme."""
    css = "\n".join(style.string or "" for style in soup.find_all("style"))
    for name in palette.undefined(text):
        what = f"De kleur --{name} wordt gebruikt, maar de opmaak kent haar niet."
        yield Broken("contrast", None, what, "Zet de kleur in style.css, licht en donker.")
    for pair in palette.faint(css):
        ratio, wanted = (dutch.number(number, 1) for number in (pair.ratio, pair.wanted))
        what = f"In het {palette.SCHEMES[pair.scheme]} schema heeft --{pair.front} op --{pair.back} contrast {ratio}."
        yield Broken("contrast", None, what, f"Kies in style.css een kleur met contrast {wanted} of meer.")
