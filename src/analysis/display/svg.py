"""Matplotlib figures as inline SVG, drawn twice: for a screen or paper, and narrower for a phone."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from . import layout, slim

# All at least 3:1 on their background, told apart by dash, marker, hatch or word as well (WCAG 1.4.1, 1.4.11).
INK, SOFT, GRID, PAPER = "#1b1f24", "#4a525c", "#d5dade", "#ffffff"
OURS, THEIRS, THEIRS_TEXT = "#0072b2", "#d55e00", "#a34700"
MORE, LESS, UNSURE, BAND = "#f3cdb4", "#c4e0f1", "#e3e5e8", "#ebeced"
PALETTE = {  # a custom property of the page for each, so that a chart follows the dark scheme
    INK: "ink", SOFT: "soft", GRID: "rule", PAPER: "paper", OURS: "accent", THEIRS: "theirs", THEIRS_TEXT: "theirs-ink",
    MORE: "map-more", LESS: "map-less", UNSURE: "map-unsure", BAND: "band",
}  # fmt: skip

STYLE: Any = {  # matplotlib types its settings one by one
    "svg.fonttype": "none",
    "text.parse_math": False,  # a dollar sign in a name is no formula
    "text.color": INK,
    "font.family": "sans-serif",
    "figure.facecolor": "none",
    "axes.xmargin": 0.08,
    "legend.borderaxespad": 0,
    "legend.frameon": False,
    "legend.handleheight": 1,
    "legend.handlelength": 2.2,
    "legend.fontsize": "medium",
}


@dataclass(frozen=True)
class Size:
    """A width to draw for.

    Parameters
    ----------
    name : str
        The class of its wrapper, by which the style sheet shows one size at a time.
    width : float
        Inches of 72 units.
    font : float
        Units; at least 12 CSS pixels on the narrowest screen where this size is shown.
    years : int
        Labels of years that fit beside each other.
    """

    name: str
    width: float
    font: float
    years: int

    @property
    def narrow(self) -> bool:
        """Whether names stand above the lines instead of beside them."""
        return self.name == "narrow"


WIDE = Size("wide", 7.2, 11, 10)
NARROW = Size("narrow", 3.9, 12, 5)
SIZES = (WIDE, NARROW)


def figure(size: Size, height: float = 3.6) -> tuple[Figure, Axes]:
    """A figure without pyplot's global state, so that charts can be drawn side by side."""
    drawing = Figure(figsize=(size.width, height), dpi=72)
    axes = drawing.add_axes((0.1, 0.1, 0.8, 0.8))
    axes.set_axis_off()
    return drawing, axes


def drawn(draw: Callable[[Size], Figure], size: Size) -> Figure:
    """The figure at one size, in the style of every chart."""
    with rc_context(STYLE | {"font.size": size.font}):
        drawing = draw(size)
        layout.fit(drawing)
        return drawing


def inline(draw: Callable[[Size], Figure], id: str, alt: str) -> str:
    """Both sizes as ``<svg>`` elements named by their alt text; without a style sheet only the wide one is seen.

    Parameters
    ----------
    draw : callable
        Draws the figure at the size it is given.
    id : str
        Unique on the page; ``<id>-d`` is the element with the long description, which the caller writes.
    alt : str
        What is drawn, in one sentence.
    """
    hidden = {WIDE: "", NARROW: ' hidden=""'}
    return "".join(f'<div class="{size.name}"{hidden[size]}>{_element(draw, size, id, alt)}</div>' for size in SIZES)


def _element(draw: Callable[[Size], Figure], size: Size, id: str, alt: str) -> str:
    own = f"{id}-smal" if size.narrow else id
    body = slim.svg(_saved(drawn(draw, size), size, own), own, PALETTE, size.font, INK, PAPER)
    names = f'<svg role="img" aria-labelledby="{own}-t" aria-describedby="{id}-d"'
    opening = f'><title id="{own}-t">{escape(alt)}</title><g aria-hidden="true">'  # else its words are read one by one
    return body.replace("<svg", names, 1).replace(">", opening, 1).replace("</svg>", "</g></svg>", 1)


def _saved(drawing: Figure, size: Size, salt: str) -> str:
    """As matplotlib writes it, with the same bytes on every run."""
    buffer = io.StringIO()
    with rc_context(STYLE | {"font.size": size.font, "svg.hashsalt": salt}):
        # Once: savefig draws twice, the first time for a layout of its own.
        FigureCanvasSVG(drawing).print_svg(buffer, metadata={"Date": None})  # type: ignore[no-untyped-call]
    return buffer.getvalue()
