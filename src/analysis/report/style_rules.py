"""What a page loads, which is nothing, and whether its colours can be told apart."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.etree import _Element as Element

from ..display import dutch
from . import palette
from .page_rules import Broken

_LOADING = ("src", "srcset", "data", "poster", "xlink:href", "background", "action", "href")


def loaded(page: Element) -> Iterator[Broken]:
    """A page loads nothing: no file, font, picture or frame, neither from the network nor from the disk."""
    remedy = "Zet de inhoud in de pagina zelf. Een gewone link mag wel."
    for element in page.iter("*"):
        attributes = dict(element.attrib)
        loading = [attributes[name] for name in _LOADING if name in attributes and (element.tag, name) != ("a", "href")]
        styles = [element.text or ""] if element.tag == "style" else _styled(attributes)
        for address in [*filter(None, loading), *(found for css in styles for found in palette.addresses(css))]:
            if not address.strip().startswith(("#", "data:")):
                yield Broken("buiten", element, f"De pagina laadt '{address}'.", remedy)
        if element.tag in {"iframe", "object", "embed", "base"} or attributes.get("http-equiv") == "refresh":
            yield Broken("buiten", element, f"Er staat een element <{element.tag}> op de pagina.", remedy)


def _styled(attributes: dict[str, str]) -> list[str]:
    return [value for value in attributes.values() if "url(" in value]


def colours(page: Element, text: str) -> Iterator[Broken]:
    """The colours differ enough, in the light and the dark scheme."""
    css = "\n".join(style.text or "" for style in page.iter("style"))
    for name in palette.undefined(text):
        what = f"De kleur --{name} wordt gebruikt, maar de opmaak kent haar niet."
        yield Broken("contrast", None, what, "Zet de kleur in style.css, licht en donker.")
    for pair in palette.faint(css):
        ratio, wanted = (dutch.number(number, 1) for number in (pair.ratio, pair.wanted))
        what = f"In het {palette.SCHEMES[pair.scheme]} schema heeft --{pair.front} op --{pair.back} contrast {ratio}."
        yield Broken("contrast", None, what, f"Kies in style.css een kleur met contrast {wanted} of meer.")
