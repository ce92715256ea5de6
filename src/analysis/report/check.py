"""Whether a page may go to the council: what a checker can see without a browser, told to who made the report.

The rules come from EN 301 549 (WCAG 2.2 AA) and from what this report promises: Dutch, complete without network and
without scripts, and never made-up figures without saying so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from . import links, tree
from .links import Links
from .page_rules import Broken, broken
from .record import MANIFEST, RESULTS
from .style_rules import colours, loaded
from .template import BANNER

_TOO_DEEP = Broken(
    "opbouw",
    None,
    "De pagina is niet tot het einde te lezen: er staan duizenden elementen in elkaar.",
    "Sluit elk element in het notebook of het sjabloon.",
)


@dataclass(frozen=True)
class Problem:
    """Why a page may not be published, in Dutch.

    Parameters
    ----------
    page : str
        Name of the file.
    rule : str
        Which rule, in one word.
    place : str
        Where on the page.
    what, remedy : str
        What is wrong there, and what the maker can do; whole sentences.
    """

    page: str
    rule: str
    place: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.page}, {self.place}: {self.what} {self.remedy}"


def check_report(folder: Path) -> list[Problem]:
    """Check every page of a report.

    Parameters
    ----------
    folder : Path
        With the pages, ``results.json`` (which numbers are made up) and ``manifest.json`` (which page tells them).

    Returns
    -------
    list of Problem
        Empty when the report may be published.
    """
    results = json.loads((folder / RESULTS).read_text(encoding="utf-8"))
    chapters = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["chapters"]
    told = {one["page"]: one["id"] for one in chapters}
    found = []
    for page in sorted(folder.glob("*.html")):
        own = [one for one in results if told.get(page.name) in {None, one["chapter"]}]
        found += check(page, synthetic=any(one["synthetic"] for one in own))
    return found


def read_through(folder: Path) -> None:
    """Judge each page there is by itself, so that `check_report` has only the rest to do.

    Whoever makes a report has time for this while something else is going on.
    """
    for page in folder.glob("*.html"):
        _seen(page, page.stat().st_mtime_ns)


def check(page: Path, *, synthetic: bool) -> list[Problem]:
    """Check one page.

    Parameters
    ----------
    page : Path
        Links on it are followed within its folder.
    synthetic : bool
        Whether any number on it is made up.
    """
    seen = _seen(page, page.stat().st_mtime_ns)
    leading = (Problem(page.name, "link", *one) for one in links.dead(page, seen.links, _anchors))
    return [*seen.problems, *leading, *_banner(page.name, seen.banner, synthetic)]


@dataclass(frozen=True)
class _Seen:
    """A page judged by itself. It is kept instead of the page, which as a tree takes a hundred times its size."""

    problems: tuple[Problem, ...]
    banner: bool
    links: Links


@lru_cache(maxsize=64)
def _seen(page: Path, _changed: int) -> _Seen:
    text = page.read_text(encoding="utf-8")
    read, complete = tree.read(text)
    named, above = tree.by_id(read), tree.headings(read)
    found = [*([] if complete else [_TOO_DEEP]), *broken(read, named), *loaded(read), *colours(read, text)]
    problems = (Problem(page.name, one.rule, tree.place(one.element, above), one.what, one.remedy) for one in found)
    banner = any(BANNER in tree.words(banner) for banner in tree.of_class(read, "banner"))
    return _Seen(tuple(problems), banner, links.links(read, named, above))


def _anchors(page: Path) -> frozenset[str]:
    return _seen(page, page.stat().st_mtime_ns).links.anchors


def _banner(page: str, shown: bool, synthetic: bool) -> Iterator[Problem]:
    """The reader sees at the top that figures are made up, and only then."""
    if synthetic and not shown:
        what = f"De cijfers op deze pagina zijn nagemaakt, maar de balk '{BANNER}' ontbreekt."
        yield Problem(page, "banner", tree.WHOLE, what, "Geef de pagina die balk (Page.synthetic).")
    if shown and not synthetic:
        what = f"De balk '{BANNER}' staat boven cijfers die niet zijn nagemaakt."
        yield Problem(page, "banner", tree.WHOLE, what, "Haal die balk weg (Page.synthetic).")
