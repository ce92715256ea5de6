"""The text of a Word file: its paragraphs and rows of tables in the order of the document.

Everything that Word shows in the body counts, also in content controls, tracked insertions, text boxes, nested tables,
footnotes and endnotes. What was deleted or moved away does not count. Headers, footers and comments are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

CELL = " | "  # between the cells of a row of a table
_HEADING_STYLES, _LIST_STYLES = ("heading", "kop", "title", "titel"), ("list", "lijst")  # of Word, and of Word in Dutch
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_PARAGRAPH, _TABLE, _ROW, _CELL, _BOX = (f"{_WORD}{name}" for name in ("p", "tbl", "tr", "tc", "txbxContent"))
_NOTES = {f"{_WORD}{kind}Reference": f"{kind}s" for kind in ("footnote", "endnote")}
# What does not show; a fallback has the same text again, for programs that do not know the first choice.
_SKIPPED = {f"{_WORD}{name}" for name in ("del", "moveFrom", "pPr", "rPr")} | {f"{_COMPATIBILITY}Fallback"}
_SPACES = {f"{_WORD}{name}": " " for name in ("tab", "ptab", "br", "cr")}
_SIGNS = _SPACES | {f"{_WORD}noBreakHyphen": "-"}
_TEXTS = (f"{_WORD}t", f"{_MATH}t")


class WordLine(NamedTuple):
    """A paragraph, or a row of a table, and whether it is a heading."""

    text: str
    heading: bool = False


def word_lines(path: Path) -> list[WordLine]:
    """Read a Word file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    list of WordLine
        Text boxes, notes and nested tables stand below the paragraph or row that holds them.
    """
    import docx

    document = docx.Document(str(path))
    return list(_Reading(document).lines(document.element.body))


class _Reading:
    """Going through one document; ``document`` is that of python-docx."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._notes = {reference: _notes(document, part) for reference, part in _NOTES.items()}

    def lines(self, container: Any) -> Iterator[WordLine]:
        """Yield the lines of a body, text box or note."""
        for block in _outermost(container, _PARAGRAPH, _TABLE):
            if block.tag == _TABLE:
                yield from self._rows(block)
            else:
                yield self._paragraph(block)
                yield from self._attached(block)

    def _paragraph(self, element: Any) -> WordLine:
        from docx.text.paragraph import Paragraph

        style = Paragraph(element, self._document).style
        name = ((style and style.name) or "").lower()
        sign = "- " if name.startswith(_LIST_STYLES) or element.xpath("./w:pPr/w:numPr") else ""
        return WordLine(sign + _text(element), name.startswith(_HEADING_STYLES))

    def _attached(self, paragraph: Any) -> Iterator[WordLine]:
        """Yield the lines of the text boxes and notes of a paragraph."""
        for element in _outermost(paragraph, _BOX, *_NOTES):
            note = element if element.tag == _BOX else self._notes[element.tag].get(element.get(f"{_WORD}id"))
            if note is not None:
                yield from self.lines(note)

    def _rows(self, table: Any) -> Iterator[WordLine]:
        """Yield the rows of a table, each with what stands in its cells besides plain paragraphs below it.

        A cell that is merged over columns counts once; one that is merged over rows has its text in each of them.
        """
        above: dict[int, str] = {}
        for row in _outermost(table, _ROW):
            column = row.grid_before
            texts: list[str] = []
            below: list[WordLine] = []
            for cell in _outermost(row, _CELL):
                blocks = list(_outermost(cell, _PARAGRAPH, _TABLE))
                own = " ".join(filter(None, (_text(block) for block in blocks if block.tag == _PARAGRAPH)))
                above[column] = above.get(column, "") if cell.vMerge == "continue" else own
                texts.append(above[column])
                column += cell.grid_span
                for block in blocks:
                    below += self._rows(block) if block.tag == _TABLE else self._attached(block)
            yield WordLine(CELL.join(texts))
            yield from below


def _notes(document: Any, part: str) -> dict[str, Any]:
    """Return the footnotes or endnotes by number."""
    from docx.oxml import parse_xml

    related = document.part.rels.values()
    blobs = [relation.target_part.blob for relation in related if relation.reltype.endswith(f"/{part}")]
    return {note.get(f"{_WORD}id"): note for blob in blobs for note in parse_xml(blob)}


def _outermost(element: Any, *tags: str) -> Iterator[Any]:
    """Yield the outermost elements of a kind within another, in order."""
    for child in element:
        if child.tag in tags:
            yield child
        elif child.tag not in _SKIPPED:
            yield from _outermost(child, *tags)


def _text(paragraph: Any) -> str:
    """Return the text of a paragraph with single spaces, without that of its text boxes."""
    found = _outermost(paragraph, *_TEXTS, *_SIGNS, _BOX)
    pieces = ((element.text or "") if element.tag in _TEXTS else _SIGNS.get(element.tag, "") for element in found)
    return " ".join("".join(pieces).split())
