"""The pages of a report: a chapter each, what changed since the previous edition, and the first page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import changes_text, exporter, forms
from .changed import Changes
from .changes_text import Earlier
from .made import Made
from .outline import outline
from .page import Content, Link, Page
from .template import render

INDEX, CHANGES = "index.html", "wijzigingen.html"
Contents = Mapping[str, Content]  # what stands on the page of each chapter that was made, by its id


def read(folder: Path, made: Made) -> Content | None:
    """What stands on the page of a chapter, if it was made; its tables are written beside it."""
    if made.notebook is None:
        return None
    return forms.write_sheets(folder, exporter.read(made.notebook), made.id, synthetic=made.synthetic)


def write_chapters(folder: Path, page: Page, made: Sequence[Made], contents: Contents) -> None:
    """Write a page for every chapter that was made."""
    shown = [m for m in made if m.notebook]
    for index, m in enumerate(shown):
        around = replace(_around(page, shown, index), sections=contents[m.id].sections)
        _write(folder / m.file, "chapter.html.j2", page=around, content=contents[m.id])


def write_changes(folder: Path, page: Page, changes: Changes, earlier: Sequence[Earlier]) -> Content:
    """Write the page that tells what changed, with the way to earlier editions; what stands on it."""
    body, sections = outline(changes_text.changes_html(changes, earlier))
    content = Content(changes_text.TITLE, body, sections=sections)
    _write(folder / CHANGES, "chapter.html.j2", page=replace(page, home=INDEX), content=content)
    return content


def write_index(folder: Path, page: Page, made: Sequence[Made], contents: Contents, changes: Changes) -> None:
    """Write the first page: the highlights, the chapters, and whether anything changed."""
    overview = [
        {"id": m.id, "href": m.link.href, "title": m.title, "reason": m.reason,
         "highlights": contents[m.id].highlights if m.notebook else ()}
        for m in made
    ]  # fmt: skip
    told = changes_text.summary(changes)
    _write(
        folder / INDEX,
        "index.html.j2",
        page=page,
        chapters=overview,
        changes=told,
        changes_page=CHANGES,
        changes_title=changes_text.TITLE,
    )


def _around(page: Page, shown: Sequence[Made], index: int) -> Page:
    """The frame of one chapter: where it stands among the others, and whether its own numbers are made up."""
    here = shown[index]
    chapters = tuple(Link(link.title, link.href, current=link.href == here.file) for link in page.chapters)
    previous = shown[index - 1].link if index else None
    following = shown[index + 1].link if index + 1 < len(shown) else None
    return replace(page, synthetic=here.synthetic, chapters=chapters, previous=previous, next=following, home=INDEX)


def _write(path: Path, template: str, **context: Any) -> None:
    path.write_text(render(template, **context), encoding="utf-8")
