"""The whole report in one file: every chapter below the other, with headings one level down and ids of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from .ids import renamed
from .page import Content, Page
from .template import render

NAME = "veiligheidsanalyse.html"
_HEADING = re.compile(r"(</?h)([1-5])\b")
_PAGE = re.compile(r'href="([^"#/:]+\.html)(?:#([^"]*))?"')
_REGION = re.compile(r'(role="region"[^>]* aria-labelledby=")')
_FILE = re.compile(r'<p class="csv">.*?</p>', flags=re.DOTALL)


@dataclass(frozen=True)
class Part:
    """A chapter, or another page, of the report, and what stands on it."""

    page: str
    content: Content

    @property
    def id(self) -> str:
        """The anchor of the chapter in the whole report."""
        return self.page.removesuffix(".html")


def whole(page: Page, chapters: Sequence[Part]) -> str:
    """Put all chapters in one page that needs no other file.

    Parameters
    ----------
    page : Page
        What surrounds it; its list of chapters becomes a list of anchors.
    chapters : sequence of Part
        In the order of the report.
    """
    known = {chapter.page: chapter.id for chapter in chapters}
    links = tuple(replace(link, href=f"#{known[link.href]}" if link.href else None) for link in page.chapters)
    bodies = [(chapter.id, moved(chapter, known)) for chapter in chapters]
    return render("whole.html.j2", page=replace(page, chapters=links, home=None, forms=()), chapters=bodies)


def moved(chapter: Part, known: dict[str, str]) -> Markup:
    """The content of a chapter as a part of a larger page.

    Links to other chapters become anchors; those to its CSV files go.
    """
    body = _FILE.sub("", chapter.content.body)
    body = _HEADING.sub(lambda found: f"{found[1]}{int(found[2]) + 1}", body)
    body = renamed(body, lambda name: f"{chapter.id}-{name}")
    title = f"{chapter.id}-titel"
    body = body.replace("<h2>", f'<h2 id="{title}">', 1)
    body = _REGION.sub(rf"\g<1>{title} ", body)  # two chapters may have tables of the same name
    return Markup(_PAGE.sub(lambda found: _anchored(found, known), body))


def _anchored(found: re.Match[str], known: dict[str, str]) -> str:
    """A link to a chapter as a link within the one file; any other as it is."""
    page, place = found[1], found[2]
    if page not in known:
        return found[0]
    return f'href="#{known[page]}-{place}"' if place else f'href="#{known[page]}"'
