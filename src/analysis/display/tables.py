"""A table that a screen reader can read: caption, scopes, Dutch numbers, scrollable by keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from ..results import Result, html

MISSING = "–"


@dataclass(frozen=True)
class Table(Result):
    """Rows under a caption; the first cell of a row is its header.

    Parameters
    ----------
    id : str
        Unique on the page: the scrollable region is named by the caption's id.
    cells : sequence of rows
        Text is shown as it is, never as markup; ``None`` becomes a dash with "geen cijfer" for screen readers.
    """

    id: str
    caption: str
    columns: tuple[str, ...]
    cells: tuple[tuple[str | None, ...], ...]

    def __repr__(self) -> str:
        return "\n".join([self.caption, *(" | ".join(c or MISSING for c in row) for row in self.cells)])


@html.register
def _(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    body = "".join(f"<tr>{_row(row)}</tr>" for row in table.cells)
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-labelledby="{table.id}"><table>'
        f'<caption id="{table.id}">{escape(table.caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(cells: Sequence[str | None]) -> str:
    first, *rest = cells
    return f'<th scope="row">{_cell(first)}</th>' + "".join(f"<td>{_cell(cell)}</td>" for cell in rest)


def _cell(text: str | None) -> str:
    return escape(text) if text is not None else f'<span aria-label="geen cijfer" role="img">{MISSING}</span>'


def details(summary: str, content: str) -> str:
    """Content behind a summary that opens without a script."""
    return f"<details><summary>{escape(summary)}</summary>{content}</details>"
