"""Matplotlib figures as inline SVG: the same bytes on every run, text as text, ids unique on the page."""

from __future__ import annotations

import io
import re
from html import escape
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

# All at least 3:1 on white, and told apart without colour by dash and marker (WCAG 1.4.1, 1.4.11).
INK, SOFT, GRID = "#1b1f24", "#4a525c", "#d5dade"
OURS, THEIRS, THEIRS_TEXT = "#0072b2", "#d55e00", "#a34700"

STYLE: Any = {  # matplotlib types its settings one by one
    "svg.fonttype": "none",
    "text.parse_math": False,  # a dollar sign in a name is no formula
    "font.family": "sans-serif",
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.edgecolor": SOFT,
    "axes.axisbelow": True,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
}


def figure(width: float = 7.2, height: float = 3.6) -> tuple[Figure, Axes]:
    """A figure without pyplot's global state, so that charts can be drawn side by side."""
    with rc_context(STYLE):
        drawing = Figure(figsize=(width, height), layout="constrained")
        return drawing, drawing.subplots()


def inline(drawing: Figure, id: str, alt: str, description: str) -> str:
    """The figure as an ``<svg>`` element that announces itself by its alt text and description."""
    buffer = io.StringIO()
    for text in drawing.findobj(Text):
        text.set_parse_math(False)  # the style came too late for what a chart wrote after `figure`
    with rc_context(STYLE | {"svg.hashsalt": id}):
        drawing.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    drawn = buffer.getvalue()
    body = drawn[drawn.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{id}-", body)
    body = re.sub(r"\s*\n\s*", " ", body)
    named = f'<title id="{id}-t">{escape(alt)}</title><desc id="{id}-d">{escape(description)}</desc>'
    size = re.compile(r'<svg [^>]*?(viewBox="[^"]*")[^>]*>')
    names = f'role="img" aria-labelledby="{id}-t" aria-describedby="{id}-d"'
    opening = rf'<svg {names} xmlns:xlink="http://www.w3.org/1999/xlink" \1>'
    return size.sub(opening, body, count=1).replace(">", f">{named}", 1)
