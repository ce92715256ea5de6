"""Names of elements on a page: each stands once, though a result is shown twice or chapters share a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import count

from markupsafe import Markup

_ID = re.compile(r'\bid="([^"]*)"')
_NAMED = re.compile(r'\b(id|aria-labelledby|aria-describedby)="([^"]*)"')
_POINTED = re.compile(r'(href="#|url\(#)([^")]+)')


def renamed(html: str, new: Callable[[str], str]) -> str:
    """Give every element another name, in whatever points at it as well.

    Parameters
    ----------
    html : str
        A part of a page, in our own markup.
    new : callable
        The new name for an old one.
    """
    named = _NAMED.sub(lambda found: f'{found[1]}="{" ".join(map(new, found[2].split()))}"', html)
    return _POINTED.sub(lambda found: found[1] + new(found[2]), named)


def distinct(parts: Iterable[Markup]) -> Iterator[Markup]:
    """The parts of one page, with a number behind the names in a part that an earlier one has as well."""
    taken: set[str] = set()
    for html in parts:
        own = set(_ID.findall(html))
        end = next(end for end in _ends() if taken.isdisjoint(id + end for id in own))
        yield _with_end(html, own, end) if end else html
        taken |= {id + end for id in own}


def _ends() -> Iterator[str]:
    yield ""
    yield from (f"-{number}" for number in count(2))


def _with_end(html: Markup, own: set[str], end: str) -> Markup:
    return Markup(renamed(html, lambda id: id + end if id in own else id))
