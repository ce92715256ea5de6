"""What a page loads, which is nothing, and whether its colours can be told apart."""

from __future__ import annotations

from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag

from ..display import dutch
from . import palette
from .page_rules import Broken

_LOADING = ("src", "srcset", "data", "poster", "xlink:href", "background", "action")


def loaded(soup: BeautifulSoup) -> Iterator[Broken]:
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


def colours(soup: BeautifulSoup, text: str) -> Iterator[Broken]:
    """The colours differ enough, in the light and the dark scheme."""
    css = "\n".join(style.string or "" for style in soup.find_all("style"))
    for name in palette.undefined(text):
        what = f"De kleur --{name} wordt gebruikt, maar de opmaak kent haar niet."
        yield Broken("contrast", None, what, "Zet de kleur in style.css, licht en donker.")
    for pair in palette.faint(css):
        ratio, wanted = (dutch.number(number, 1) for number in (pair.ratio, pair.wanted))
        what = f"In het {palette.SCHEMES[pair.scheme]} schema heeft --{pair.front} op --{pair.back} contrast {ratio}."
        yield Broken("contrast", None, what, f"Kies in style.css een kleur met contrast {wanted} of meer.")
