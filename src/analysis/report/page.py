"""The HTML templates, and the content that each page is filled with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from .dom import Section
from .typesetting import printed, typeset

BANNER = "Met nagemaakte cijfers"  # above every page that made-up figures feed
_NOT_IN_CSS = re.compile(r'["\\<\n\r\f]')
TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, **context: Any) -> str:
    """Fill one of the templates.

    Parameters
    ----------
    template : str
        File name in ``report/templates``.
    **context
        Values for the names in the template.

    Returns
    -------
    str
        The HTML of the page.

    Raises
    ------
    jinja2.UndefinedError
        When the template uses a name that was not given.
    """
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
    environment.filters["css_string"] = css_string
    environment.filters["typeset"] = typeset
    environment.filters["printed"] = printed
    return environment


def css_string(text: str) -> Markup:
    r"""Return a text as a string in a style sheet.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    Markup
        With quotes around it; what would end the string, or the style sheet, is written as a code.

    Examples
    --------
    >>> print(css_string('"s</style>'))
    "\22 s\3c /style>"
    """
    return Markup('"') + Markup(_NOT_IN_CSS.sub(lambda match: f"\\{ord(match[0]):x} ", text)) + Markup('"')


@dataclass(frozen=True)
class Link:
    """An entry in the list of chapters; ``href`` is ``None`` when the page could not be made."""

    title: str
    href: str | None = None
    current: bool = False


def banner_text(made_up: int, number: int, where: str = "Op deze pagina") -> str:
    """Say how many series of a page are made up.

    Parameters
    ----------
    made_up : int
        Number of made-up series.
    number : int
        Number of all series.
    where : str
        ``Op deze pagina`` or ``In dit rapport``.

    Returns
    -------
    str
        A sentence; one series counts once, in how many places it is shown.

    Examples
    --------
    >>> banner_text(5, 12)
    'Op deze pagina zijn 5 van de 12 reeksen nagemaakt.'
    >>> banner_text(1, 12, "In dit rapport")
    'In dit rapport is 1 van de 12 reeksen nagemaakt.'
    """
    if not made_up:
        return f"{where} berust niet alles op echte cijfers."
    if made_up == number:
        return (
            f"{where} is de enige reeks nagemaakt." if number == 1 else f"{where} zijn alle {number} reeksen nagemaakt."
        )
    return f"{where} {'is' if made_up == 1 else 'zijn'} {made_up} van de {number} reeksen nagemaakt."


@dataclass(frozen=True)
class Page:
    """The frame around the content of a page.

    Parameters
    ----------
    synthetic : bool
        Whether anything on the page is made up.
    made_up : str
        How much of it is, a Dutch sentence from `banner_text`.
    unread, unfetched : tuple of str
        Files that were left out, and sentences about sources that could not be fetched.
    unregistered : bool
        Whether the register is among the files left out: it alone says which figures are made up.
    sections : tuple of Section
        The questions on this page, shown under its entry in the list of chapters.
    formats : tuple of Link
        The other formats of the whole report, shown on the first page.
    no_pdf : str, optional
        Why there is no PDF, a Dutch sentence.
    """

    title: str = "Veiligheidsanalyse"
    subtitle: str = ""
    synthetic: bool = False
    made_up: str = ""
    unread: tuple[str, ...] = ()
    unfetched: tuple[str, ...] = ()
    unregistered: bool = False
    chapters: tuple[Link, ...] = ()
    previous: Link | None = None
    next: Link | None = None
    home: str | None = None
    sections: tuple[Section, ...] = ()
    formats: tuple[Link, ...] = ()
    no_pdf: str | None = None


@dataclass(frozen=True)
class Content:
    """The content of a page: its title, the HTML of its cells, and what the banner says of made-up figures."""

    title: str
    body: Markup
    sections: tuple[Section, ...] = ()
    made_up: str = ""
