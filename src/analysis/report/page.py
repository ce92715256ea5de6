"""Our own templates: the frame of every page, filled with what is on it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from .dom import Section

BANNER = "Voorbeelddata – geen echte cijfers"  # above every page that made-up figures feed
TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, **context: Any) -> str:
    """Fill one of our templates; a name the template asks for and does not get is an error."""
    return _environment().get_template(template).render(**context)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["banner"] = BANNER
    environment.filters["first_answer"] = first_answer
    return environment


def first_answer(highlights: Iterable[Markup]) -> Markup:
    """The sentence that says most about a chapter: the first answer among its highlights, or why there is none."""
    told = "".join(highlights)
    found = re.search(r'<p class="answer">.*?</p>', told, flags=re.DOTALL) or re.search(
        r'<p class="note">.*?</p>', told, flags=re.DOTALL
    )
    return Markup(found[0]) if found else Markup("")


@dataclass(frozen=True)
class Link:
    """A chapter in the list of chapters; without ``href`` when its page could not be made."""

    title: str
    href: str | None = None
    current: bool = False


@dataclass(frozen=True)
class Page:
    """What surrounds a chapter's own content.

    Parameters
    ----------
    unread, unfetched : tuple of str
        Files that were left out, and sentences about sources that could not be fetched.
    unregistered : bool
        Whether the register is among those left out: only that says which figures are made up.
    sections : tuple of Section
        The questions on this page, under its place in the list of chapters.
    forms : tuple of Link
        The other forms of the whole report, on its first page; ``no_pdf`` says why one of them is not there.
    """

    title: str = "Veiligheidsanalyse"
    subtitle: str = ""
    synthetic: bool = False
    unread: tuple[str, ...] = ()
    unfetched: tuple[str, ...] = ()
    unregistered: bool = False
    chapters: tuple[Link, ...] = ()
    previous: Link | None = None
    next: Link | None = None
    home: str | None = None
    sections: tuple[Section, ...] = ()
    forms: tuple[Link, ...] = ()
    no_pdf: str | None = None


@dataclass(frozen=True)
class Content:
    """The inside of a page: its title and the HTML of its cells."""

    title: str
    body: Markup
    highlights: tuple[Markup, ...] = ()
    sections: tuple[Section, ...] = ()
