"""The colours of a page: its custom properties in the light and the dark scheme, and the contrast between them.

Contrast as WCAG 2.2 defines it (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio): 4.5 for text (1.4.3), 3 for the
lines and marks that one needs to read a chart or to see the focus (1.4.11).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import tinycss2
from tinycss2.color4 import parse_color

TEXT, MARK = 4.5, 3.0
READ = {  # background -> the text that stands on it
    "paper": ("ink", "soft", "link", "accent", "theirs-ink"),
    "wash": ("ink", "soft", "link"),
    "warn": ("warn-ink",),
    "band": ("ink", "soft"),
    "map-more": ("ink",),
    "map-less": ("ink",),
    "map-unsure": ("ink",),
}
SEEN = {"paper": ("accent", "theirs"), "wash": ("accent",), "band": ("accent", "theirs")}
SCHEMES = {"light": "licht", "dark": "donker"}
_LINEAR = 0.04045  # below this part of full strength a screen is linear (sRGB)
_SET = re.compile(r"--([\w-]+)\s*:")
_USED = re.compile(r"var\(--([\w-]+)")


@dataclass(frozen=True)
class Faint:
    """Two colours that are too alike: their names, the scheme, the contrast and what it should be."""

    front: str
    back: str
    scheme: str
    ratio: float
    wanted: float


@lru_cache
def faint(css: str) -> tuple[Faint, ...]:
    """The pairs of colours in a style sheet that do not differ enough."""
    return tuple(
        Faint(front, back, scheme, ratio, wanted)
        for scheme, known in colours(css).items()
        for wanted, pairs in ((TEXT, READ), (MARK, SEEN))
        for back, fronts in pairs.items()
        for front in fronts
        if front in known and back in known and (ratio := contrast(known[front], known[back])) < wanted
    )


def undefined(page: str) -> list[str]:
    """Custom properties that a page uses and sets nowhere; what stands in for them follows no scheme."""
    return sorted(set(_USED.findall(page)) - set(_SET.findall(page)))


def colours(css: str) -> dict[str, dict[str, Any]]:
    """The custom properties that are colours, by name, in the light and the dark scheme.

    Returns
    -------
    dict
        ``{"light": {name: colour}, "dark": {name: colour}}``; what the dark scheme does not change is as in the light.
    """
    schemes: dict[str, list[Any]] = {"light": [], "dark": []}
    for condition, rules in _rules(_parsed(css)):
        if not condition:
            schemes["light"] += rules
        elif re.search(r"prefers-color-scheme\s*:\s*dark", condition):
            schemes["dark"] += rules
    light, dark = ({name: c for name, v in _properties(s) if (c := parse_color(v))} for s in schemes.values())
    return {"light": light, "dark": light | dark}


def contrast(one: Any, other: Any) -> float:
    """Contrast ratio of two colours, 1 (the same) to 21 (black on white)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: Any) -> float:
    red, green, blue = (c / 12.92 if c <= _LINEAR else ((c + 0.055) / 1.055) ** 2.4 for c in colour.coordinates)
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def _parsed(css: str) -> list[Any]:
    return list(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True))


def _rules(nodes: Iterable[Any], condition: str = "") -> Iterator[tuple[str, list[Any]]]:
    """The rules for ``:root``, each with the condition of the ``@media`` around it."""
    for node in nodes:
        if node.type == "qualified-rule" and tinycss2.serialize(node.prelude).strip() == ":root":
            yield condition, [node]
        elif node.type == "at-rule" and node.lower_at_keyword == "media" and node.content:
            inside = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            yield from _rules(inside, tinycss2.serialize(node.prelude))


def _properties(rules: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for rule in rules:
        for declared in tinycss2.parse_blocks_contents(rule.content):
            if declared.type == "declaration" and declared.name.startswith("--"):
                yield declared.name.removeprefix("--"), tinycss2.serialize(declared.value).strip()


@lru_cache
def addresses(css: str) -> tuple[str, ...]:
    """What a style sheet or an attribute would load: every ``url()``, and ``@import`` itself."""
    return tuple(_addresses(tinycss2.parse_component_value_list(css, skip_comments=True)))


def _addresses(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if value.type == "url":
            yield value.value
        elif value.type == "at-keyword" and value.lower_value == "import":
            yield "@import"
        elif value.type == "function" and value.lower_name in {"url", "image-set"}:
            yield from (part.value for part in value.arguments if part.type in {"string", "url"})
        yield from _addresses(getattr(value, "content", None) or [])
