"""What a page is made of: its own content, and what surrounds that."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from .outline import Section


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
