"""The questions of a chapter: an anchor at each, and the list of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

_HEADING = re.compile(r"<h2>(.*?)</h2>", flags=re.DOTALL)


@dataclass(frozen=True)
class Section:
    """A question on a page, and where it stands."""

    id: str
    title: Markup


def outline(body: Markup) -> tuple[Markup, tuple[Section, ...]]:
    """Give every question of a chapter an anchor.

    Parameters
    ----------
    body : Markup
        With ``<h2>`` headings that have no id yet.

    Returns
    -------
    Markup, tuple of Section
        The same body with ids, and the questions in their order.
    """
    sections = tuple(_sections(_HEADING.findall(body)))
    ids = iter(section.id for section in sections)
    return Markup(_HEADING.sub(lambda found: f'<h2 id="{next(ids)}">{found[1]}</h2>', body)), sections


def _sections(titles: list[str]) -> Iterator[Section]:
    """An id from the words of a title, with a number when a page asks the same twice."""
    seen: dict[str, int] = {}
    for title in titles:
        words = Markup(title).striptags().lower()
        slug = "vraag-" + re.sub(r"[^a-z0-9]+", "-", words).strip("-")
        seen[slug] = seen.get(slug, 0) + 1
        yield Section(slug if seen[slug] == 1 else f"{slug}-{seen[slug]}", Markup(title))
