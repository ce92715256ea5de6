"""Matplotlib's SVG made small for inside a page: short numbers, few ids, colours as custom properties of the page."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from itertools import groupby
from zlib import crc32

_NUMBER = re.compile(r"-?\d+\.\d+")
_GEOMETRY = ("d", "x", "y", "width", "height", "viewBox")
_USUAL = {"stroke-dashoffset:0", "opacity:1", "text-anchor:start", "stroke-linecap:square", "stroke-linejoin:miter"}
_FEW = 3  # from here on a group with one style is shorter than the style on each


def svg(drawn: str, id: str, palette: Mapping[str, str], font: float, ink: str, paper: str) -> str:
    """A drawing as one ``<svg>`` element without the ids, fonts, metadata and decimals that nobody needs.

    Parameters
    ----------
    drawn : str
        What matplotlib saved.
    id : str
        Of the chart at this size; every remaining id follows from it.
    palette : mapping
        Colour as drawn -> name of the custom property of the page; the drawn colour holds where the page has none.
    font, ink, paper
        Size and colour of text that has no other, and what it stands on.
    """
    root = ET.fromstring(drawn[drawn.index("<svg") :])
    for element in root.iter():
        _use_plain_names(element)
    root.attrib = {"viewBox": root.attrib["viewBox"]}
    _unwrap(root)
    names = _names(root, id)
    for element in root.iter():
        _shorten(element, names, _USUAL | {f"font-size:{font:g}px", f"fill:{ink}"})
    _group(root)
    root.set("style", f"background:{paper};fill:{ink};font-size:{font:g}px;stroke-linejoin:round")
    colour = re.compile("|".join(palette))
    for element in root.iter():
        if "style" in element.attrib:  # a colour in a text is a text
            element.set(
                "style", colour.sub(lambda found: f"var(--{palette[found[0]]},{found[0]})", element.attrib["style"])
            )
    return ET.tostring(root, encoding="unicode").replace(" />", "/>")


def _use_plain_names(element: ET.Element) -> None:
    """Tags and attributes as HTML knows them, without name spaces, and no white space between elements."""
    element.tag = element.tag.rpartition("}")[2]
    element.attrib = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}
    element.attrib.pop("clip-path", None)  # no chart of ours draws outside its axes
    element.tail = None
    if not (element.text or "").strip():
        element.text = None


def _unwrap(parent: ET.Element) -> None:
    """Take away what draws nothing, and groups that say nothing about what they hold."""
    kept: list[ET.Element] = []
    for child in parent:
        _unwrap(child)
        blank = child.tag == "path" and child.get("style", "").replace(" ", "") == "fill:none"
        if child.tag == "g" and not set(child.attrib) - {"id"}:
            kept += list(child)
        elif not (
            blank or child.tag in {"metadata", "style", "clipPath"} or (child.tag in {"g", "defs"} and not len(child))
        ):
            kept.append(child)
    parent[:] = kept


def _names(root: ET.Element, id: str) -> dict[str, str]:
    """A short name for every id that something refers to."""
    found = [element.attrib["href"][1:] for element in root.iter() if "href" in element.attrib]
    short = f"s{crc32(id.encode()):08x}"  # a chart of all municipalities refers to its dot hundreds of times
    return {old: f"{short}-{number}" for number, old in enumerate(dict.fromkeys(found))}


def _shorten(element: ET.Element, names: Mapping[str, str], usual: set[str]) -> None:
    """Rename ids or drop them, round numbers, leave out the style that every part has."""
    held = element.attrib
    old = held.pop("id", None)
    if old is not None and old in names:
        held["id"] = names[old]
    if held.get("transform", "").startswith(("rotate(-0 ", "rotate(0 ")):
        del held["transform"]
    for name in [name for name in _GEOMETRY if name in held]:
        held[name] = re.sub(r"\s*([MLCQz])\s*", r"\1", _NUMBER.sub(_rounded, held[name])).strip()
    if "href" in held:
        held["href"] = f"#{names[held['href'][1:]]}"
    if "style" in held:
        told = [re.sub(r"\s*([:,])\s*", r"\1", part.strip()) for part in held.pop("style").split(";")]
        kept = [part for part in told if part and part not in usual and not part.startswith("font-family")]
        held |= {"style": ";".join(kept)} if kept else {}


def _rounded(number: re.Match[str]) -> str:
    """A tenth of a unit is less than a reader can see."""
    return f"{round(float(number[0]), 1) + 0:g}"


def _group(parent: ET.Element) -> None:
    """Say a style once for the elements beside each other that share it."""
    kept: list[ET.Element] = []
    for (_, style), run in groupby(parent, key=lambda child: (child.tag, child.get("style"))):
        alike = list(run)
        if style and len(alike) >= _FEW:
            for child in alike:
                del child.attrib["style"]
            group = ET.Element("g", {"style": style})
            group.extend(alike)
            alike = [group]
        kept += alike
    parent[:] = kept
