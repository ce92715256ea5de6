"""HTML tables that a screen reader can read, and small pieces of markup: ids, signs, collapsible details.

A table has a caption, scopes and Dutch numbers, and can be scrolled by keyboard.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

from ..store.results import Result, html, series_within

MISSING = "–"
KINDS, REAL, MADE_UP, PARTLY = "Soort gegevens", "echt", "nagemaakt", "deels nagemaakt"
FIGURES = "data-figures"  # of a table: all its figures are real
_CARDS_FROM = 4  # columns
_WORDS = {(): None, (False,): REAL, (True,): MADE_UP, (False, True): PARTLY}
_SIGN = re.compile("[●▲▼]")
_NO_FIGURE = '<span class="vh">geen cijfer</span>'


@dataclass(frozen=True)
class DataTable(Result):
    """Rows under a caption; the first cell of a row is its header.

    A phone shows each row as a card when words stand in more columns than it has room for: the header of the row, and
    under it every cell beside the name of its column. Numbers stay below each other, and are scrolled.

    Any other table is shown as cards by its class alone: write ``<table class="cards">`` with one header for each
    column in its ``<thead>`` and no cells that span several; a row with only the name of the rows below it is
    ``<tr class="group"><th scope="rowgroup" colspan="…">``. What a card needs is added when the page is written, see
    `report.typesetting`.

    Parameters
    ----------
    id : str
        Unique on the page: the scrollable region is named by the caption. `slug` makes it fit for an address.
    caption : str
    columns : tuple of str
        Headers of the columns.
    cells : tuple of rows
        Text is shown as it is, never as markup; ``None`` becomes a dash with "geen cijfer" for screen readers.
    text : tuple of str
        Columns that hold words instead of numbers.
    made_up : tuple of bool or frozenset of bool
        Whether the figures of each row are made up; one for all rows is enough. A set for a row of more than one series
        or of none, see `kinds_within`. If any are, a last column says of every row which it is, on the page and so in
        the CSV file. Empty for a table without figures of series, or one that says it in its headers because it has
        both (see `marked`).
    pictures : tuple of str
        A drawing for the first cell of each row, as HTML that a screen reader passes over: the cells hold its numbers.
    anchors : tuple of tuple of str
        Of each row, the ids by which links find it; empty for rows that nothing links to.
    cards : bool
        Whether a phone shows cards although the table holds numbers only: of rows that are read one by one.

    Examples
    --------
    >>> DataTable("misdrijven", "Misdrijven", ("Jaar", "Aantal"), (("2022", "36"), ("2023", None)))
    Misdrijven
    2022 | 36
    2023 | –
    """

    id: str
    caption: str
    columns: tuple[str, ...]
    cells: tuple[tuple[str | None, ...], ...]
    text: tuple[str, ...] = ()
    made_up: tuple[bool | frozenset[bool], ...] = ()
    pictures: tuple[str, ...] = ()
    anchors: tuple[tuple[str, ...], ...] = ()
    cards: bool = False

    def __repr__(self) -> str:
        return "\n".join([self.caption, *(" | ".join(c or MISSING for c in row) for row in self.cells)])


@html.register
def _(table: DataTable) -> str:
    table = _with_kinds(table)
    looks = [' class="words"' if column in table.text else "" for column in table.columns]
    head = "".join(
        f'<th scope="col"{look}>{escape(name)}</th>' for name, look in zip(table.columns, looks, strict=True)
    )
    pictures = table.pictures or ("",) * len(table.cells)
    anchors = table.anchors or ((),) * len(table.cells)
    body = "".join(
        f"<tr>{_row(row, looks, picture, ids)}</tr>"
        for row, picture, ids in zip(table.cells, pictures, anchors, strict=True)
    )
    id = slug(table.id)
    real = f' {FIGURES}="{REAL}"' if any(_words(kinds) for kinds in table.made_up) else ""
    look = ' class="cards"' if table.cards or (table.text and len(table.columns) >= _CARDS_FROM) else ""
    return (
        f'<div class="scroll"><table{look}{real}>'
        f'<caption id="{id}">{escape(table.caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _with_kinds(table: DataTable) -> DataTable:
    """Return a table with a last column that says whether figures are real, if any are not."""
    if {_words(kinds) for kinds in table.made_up} <= {None, REAL}:
        return table
    kinds = table.made_up * len(table.cells) if len(table.made_up) == 1 else table.made_up
    cells = tuple((*row, _words(made_up)) for row, made_up in zip(table.cells, kinds, strict=True))
    columns, text = (*table.columns, KINDS), (*table.text, KINDS)
    return replace(table, columns=columns, cells=cells, text=text, made_up=())


def _words(made_up: bool | frozenset[bool]) -> str | None:
    return _WORDS[tuple(sorted(made_up if isinstance(made_up, frozenset) else {made_up}))]


def kinds_within(*shown: object) -> frozenset[bool]:
    """Return whether the series within what a row shows are made up: both, one of the two, or nothing without series.

    Parameters
    ----------
    *shown : object
        Results, or what they are made of.

    Returns
    -------
    frozenset of bool

    Examples
    --------
    >>> kinds_within("no series", 36)
    frozenset()
    """
    return frozenset(series.synthetic for series in series_within(shown))


def marked(header: str, made_up: bool) -> str:
    """Return the header of a column of figures, which says so when they are made up.

    Parameters
    ----------
    header : str
    made_up : bool

    Returns
    -------
    str

    Examples
    --------
    >>> marked("Nederland, aantal", made_up=True)
    'Nederland, aantal (nagemaakt)'
    """
    return f"{header} ({MADE_UP})" if made_up else header


def _row(cells: Sequence[str | None], looks: Sequence[str], picture: str, anchors: Sequence[str]) -> str:
    first, *rest = cells
    named = "".join(f'<span id="{slug(anchor)}"></span>' for anchor in anchors)
    cells_after_header = "".join(f"<td{look}>{_cell(cell)}</td>" for cell, look in zip(rest, looks[1:], strict=True))
    return f'<th scope="row">{named}{_cell(first)}{picture}</th>{cells_after_header}'


def _cell(text: str | None) -> str:
    return signs(text) if text is not None else f'<span aria-hidden="true">{MISSING}</span>{_NO_FIGURE}'


def signs(text: str) -> str:
    """Escape text for HTML, and hide the signs for a direction from screen readers.

    Parameters
    ----------
    text : str
        The words beside a sign must say the same as the sign.

    Returns
    -------
    str
        HTML.

    Examples
    --------
    >>> signs("▲ meer")
    '<span aria-hidden="true">▲</span> meer'
    """
    return _SIGN.sub(r'<span aria-hidden="true">\g<0></span>', escape(text))


def slug(name: str) -> str:
    """Turn a name into an id that fits in an address: lower case, with a dash for everything but letters and digits.

    Parameters
    ----------
    name : str

    Returns
    -------
    str

    Examples
    --------
    >>> slug("kaart-burenruzie 2022")
    'kaart-burenruzie-2022'
    """
    return re.sub(r"[\W_]+", "-", name.lower())


def details(summary: str, content: str, kind: str = "", about: str = "") -> str:
    """Wrap content in a ``<details>`` element that opens without a script.

    Parameters
    ----------
    summary : str
        Text of the line that stays visible; unique on the page, with ``about``.
    content : str
        HTML.
    kind : str
        Class for the style sheet.
    about : str
        What only a screen reader says behind the line: it lists the lines of a page without what stands around them.

    Returns
    -------
    str
        HTML.

    Examples
    --------
    >>> details("Meer", "<p>tekst</p>")
    '<details><summary>Meer</summary><p>tekst</p></details>'
    """
    look, name = f' class="{kind}"' if kind else "", f'<span class="vh"> ({escape(about)})</span>' if about else ""
    return f"<details{look}><summary>{escape(summary)}{name}</summary>{content}</details>"
