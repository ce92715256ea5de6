"""How many words a reader sees on each page of a report, and how many pages its PDFs have.

Run as ``python benchmarks/words.py [FOLDER]``, with the folder of a report; by default that of the samples.
A word is anything between spaces with a letter or a digit in it. What is drawn, what only a screen reader hears, and
what stands behind a closed disclosure is not counted, but the line that opens the disclosure is.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pikepdf
from lxml import html
from lxml.html import HtmlElement

from analysis.paths import PROJECT

SAMPLE = PROJECT / "reports" / "GM1969" / "2019-2022"
UNSEEN_TAGS = {"svg", "nav", "script", "style", "template"}


def main(folder: Path = SAMPLE) -> None:
    """Print the visible words of every page, and the pages of every PDF.

    Parameters
    ----------
    folder : Path
    """
    for page in sorted(folder.glob("*.html")):
        print(f"{page.name:45}{visible_words(page.read_text('utf-8')):7,} words")
    for document in sorted(folder.glob("*.pdf")):
        with pikepdf.open(document) as pdf:
            print(f"{document.name:45}{len(pdf.pages):7,} pages")


def visible_words(page: str) -> int:
    """Count the words that can be seen in the main part of a page.

    Parameters
    ----------
    page : str
        HTML, of a whole page or of a part of its main part.

    Returns
    -------
    int

    Examples
    --------
    >>> visible_words("<main><p>In 2022 waren er <b>36</b>.</p><details><summary>Meer</summary>Veel meer.</details>")
    6
    """
    return len(visible_text(page).split())


def visible_text(page: str) -> str:
    """Return the words that can be seen in the main part of a page, with a space between each two.

    Parameters
    ----------
    page : str

    Returns
    -------
    str
    """
    parsed = html.document_fromstring(page)
    main_part = parsed.find(".//main")
    words = " ".join(_texts(parsed if main_part is None else main_part)).split()
    return " ".join(word for word in words if any(letter.isalnum() for letter in word))


def visible_blocks(page: str, *tags: str) -> list[str]:
    """Return what can be seen in every element of some kinds, in the main part of a page.

    Parameters
    ----------
    page : str
    *tags : str
        ``p`` and ``li`` for paragraphs and items of lists.

    Returns
    -------
    list of str
        In the order of the page; nothing for an element without words.
    """
    seen = [element for element in html.document_fromstring(page).find(".//main").iter(*tags) if _is_shown(element)]
    return list(filter(None, (" ".join(" ".join(_texts(element)).split()) for element in seen)))


def _is_shown(element: HtmlElement) -> bool:
    above = [element, *element.iterancestors()]
    return not any(map(_is_unseen, above)) and not any(
        parent.tag == "details" and "open" not in parent.attrib and child.tag != "summary"
        for child, parent in pairwise(above)
    )


def _texts(element: HtmlElement) -> Iterator[str]:
    """Yield the visible texts in an element; those of two blocks never run together."""
    if _is_unseen(element):
        return
    closed = element.tag == "details" and "open" not in element.attrib
    children = element.findall("summary") if closed else list(element)
    if not closed:
        yield element.text or ""
    for child in children:
        yield from _texts(child)
        if not closed:
            yield child.tail or ""


def _is_unseen(element: HtmlElement) -> bool:
    if not isinstance(element.tag, str):  # a comment
        return True
    classes = element.get("class", "").split()
    return element.tag in UNSEEN_TAGS or "hidden" in element.attrib or "vh" in classes


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
