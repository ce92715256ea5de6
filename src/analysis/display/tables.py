"""A table that a screen reader can read: caption, scopes, Dutch numbers, scrollable by keyboard."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from ..store.results import Result, html

MISSING = "–"
_SIGN = re.compile("[●▲▼]")
_UNSEEN = '<span class="vh">geen cijfer</span>'


@dataclass(frozen=True)
class DataTable(Result):
    """Rows under a caption; the first cell of a row is its header.

    Parameters
    ----------
    id : str
        Unique on the page: the scrollable region is named by the caption. Made fit for an address by `slug`.
    cells : sequence of rows
        Text is shown as it is, never as markup; ``None`` becomes a dash with "geen cijfer" for screen readers.
    text : tuple of str
        Columns that hold words and not numbers.
    """

    id: str
    caption: str
    columns: tuple[str, ...]
    cells: tuple[tuple[str | None, ...], ...]
    text: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "\n".join([self.caption, *(" | ".join(c or MISSING for c in row) for row in self.cells)])


@html.register
def _(table: DataTable) -> str:
    looks = [' class="words"' if column in table.text else "" for column in table.columns]
    head = "".join(
        f'<th scope="col"{look}>{escape(name)}</th>' for name, look in zip(table.columns, looks, strict=True)
    )
    body = "".join(f"<tr>{_row(row, looks)}</tr>" for row in table.cells)
    id = slug(table.id)
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-labelledby="{id}"><table>'
        f'<caption id="{id}">{escape(table.caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(cells: Sequence[str | None], looks: Sequence[str]) -> str:
    first, *rest = cells
    told = "".join(f"<td{look}>{_cell(cell)}</td>" for cell, look in zip(rest, looks[1:], strict=True))
    return f'<th scope="row">{_cell(first)}</th>{told}'


def _cell(text: str | None) -> str:
    return signs(text) if text is not None else f'<span aria-hidden="true">{MISSING}</span>{_UNSEEN}'


def signs(text: str) -> str:
    """Text as markup; a sign for a direction is not read aloud, for the words beside it say the same."""
    return _SIGN.sub(r'<span aria-hidden="true">\g<0></span>', escape(text))


def slug(name: str) -> str:
    """A name as an id that an address can point at: lower case, and a dash for all but letters and digits."""
    return re.sub(r"[\W_]+", "-", name.lower())


def details(summary: str, content: str, kind: str = "") -> str:
    """Content behind a summary that opens without a script; ``kind`` is a class for the style sheet."""
    look = f' class="{kind}"' if kind else ""
    return f"<details{look}><summary>{escape(summary)}</summary>{content}</details>"
