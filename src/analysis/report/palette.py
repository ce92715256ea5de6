"""The colours of a page: its custom properties in the light and the dark scheme, and the contrast between them.

Contrast as defined by WCAG 2.2 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio): 4.5 for text (1.4.3), 3 for the
lines and marks that a reader needs to read a chart or to see the focus (1.4.11).
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
    "ordinary": ("ink", "soft"),
    "map-more": ("ink",),
    "map-less": ("ink",),
    "map-unsure": ("ink",),
}
SEEN = {
    "paper": ("accent", "theirs"),
    "wash": ("accent",),
    "band": ("accent", "theirs"),
    "ordinary": ("accent", "theirs"),
}
SCHEMES = {"light": "licht", "dark": "donker"}
_LINEAR = 0.04045  # below this part of full strength a screen is linear (sRGB)
_SET = re.compile(r"--([\w-]+)\s*:")
_USED = re.compile(r"var\(--([\w-]+)")


@dataclass(frozen=True)
class LowContrast:
    """Two colours that are too alike.

    Parameters
    ----------
    front, back : str
        Their names.
    scheme : str
        ``light`` or ``dark``.
    ratio, wanted : float
        The contrast ratio there is, and the lowest that is allowed.
    """

    front: str
    back: str
    scheme: str
    ratio: float
    wanted: float


@lru_cache
def low_contrast(css: str) -> tuple[LowContrast, ...]:
    """Return the pairs of colours in a style sheet that do not differ enough.

    Parameters
    ----------
    css : str
        The style sheet.

    Returns
    -------
    tuple of LowContrast
        Text below a contrast ratio of 4.5, marks below 3.

    References
    ----------
    WCAG 2.2, success criteria 1.4.3 and 1.4.11, https://www.w3.org/TR/WCAG22/.

    Examples
    --------
    >>> [(pair.front, round(pair.ratio, 1)) for pair in low_contrast(":root{--paper:#fff;--ink:#999}")]
    [('ink', 2.8), ('ink', 2.8)]
    """
    return tuple(
        LowContrast(front, back, scheme, ratio, wanted)
        for scheme, colours_by_name in colours(css).items()
        for wanted, pairs in ((TEXT, READ), (MARK, SEEN))
        for back, fronts in pairs.items()
        for front in fronts
        if front in colours_by_name
        and back in colours_by_name
        and (ratio := contrast(colours_by_name[front], colours_by_name[back])) < wanted
    )


def undefined(page: str) -> list[str]:
    """Return the custom properties that a page uses and does not define; a fallback follows no scheme.

    Parameters
    ----------
    page : str
        The HTML with its style sheet.

    Returns
    -------
    list of str
        Names without dashes, in alphabetical order.

    Examples
    --------
    >>> undefined("<style>:root{--ink:#000} p{color:var(--ink);background:var(--paper)}</style>")
    ['paper']
    """
    return sorted(set(_USED.findall(page)) - set(_SET.findall(page)))


def colours(css: str) -> dict[str, dict[str, Any]]:
    """Return the custom properties that are colours, by name, in the light and the dark scheme.

    Parameters
    ----------
    css : str
        The style sheet.

    Returns
    -------
    dict
        ``{"light": {name: colour}, "dark": {name: colour}}``. What the dark scheme does not change is as in the light.
    """
    schemes: dict[str, list[Any]] = {"light": [], "dark": []}
    for condition, rules in _rules(_parsed(css)):
        if not condition:
            schemes["light"] += rules
        elif re.search(r"prefers-color-scheme\s*:\s*dark", condition):
            schemes["dark"] += rules
    light, dark = (
        {name: colour for name, value in _properties(rules_of_scheme) if (colour := parse_color(value))}
        for rules_of_scheme in schemes.values()
    )
    return {"light": light, "dark": light | dark}


def contrast(first: Any, second: Any) -> float:
    """Return the contrast ratio of two colours.

    Parameters
    ----------
    first, second : tinycss2.color4.Color
        Opaque sRGB colours.

    Returns
    -------
    float
        From 1 (the same) to 21 (black on white).

    References
    ----------
    WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio.

    Examples
    --------
    >>> round(contrast(parse_color("#000"), parse_color("#fff")), 1)
    21.0
    """
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: Any) -> float:
    red, green, blue = (
        channel / 12.92 if channel <= _LINEAR else ((channel + 0.055) / 1.055) ** 2.4 for channel in colour.coordinates
    )
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def _parsed(css: str) -> list[Any]:
    return list(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True))


def _rules(nodes: Iterable[Any], condition: str = "") -> Iterator[tuple[str, list[Any]]]:
    """Yield the rules for ``:root``, each with the condition of the ``@media`` around it."""
    for node in nodes:
        if node.type == "qualified-rule" and tinycss2.serialize(node.prelude).strip() == ":root":
            yield condition, [node]
        elif node.type == "at-rule" and node.lower_at_keyword == "media" and node.content:
            inside = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            yield from _rules(inside, tinycss2.serialize(node.prelude))


def _properties(rules: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for rule in rules:
        for declaration in tinycss2.parse_blocks_contents(rule.content):
            if declaration.type == "declaration" and declaration.name.startswith("--"):
                yield declaration.name.removeprefix("--"), tinycss2.serialize(declaration.value).strip()


@lru_cache
def addresses(css: str) -> tuple[str, ...]:
    """Return what a style sheet or an attribute would load: every ``url()``, and ``@import`` itself.

    Parameters
    ----------
    css : str
        A style sheet, or the value of a property.

    Returns
    -------
    tuple of str
        In the order of the text.

    Examples
    --------
    >>> addresses("p{background:url(a.png)}")
    ('a.png',)
    """
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
