"""What every page has to have, one function for each rule."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from pathlib import Path

from lxml.etree import _Element as Element

from ..display import dutch
from . import dom, palette
from .dom import HEADINGS, Links, of_class, words
from .page import BANNER
from .records import MANIFEST, RESULTS

_TEMPLATE = "Herstel het sjabloon in report/templates."
_DISPLAY = "Herstel de weergave ervan in display."
_TABLE = "Toon geen DataFrame, maar een DataTable met een bijschrift (from analysis.display.tables import DataTable)."
_PLACEHOLDER = re.compile(
    r"|no description.*|todo.*|<?figure.*|\W+"
    r"|(none|nan|null|undefined|image|img|chart|plot|figuur|afbeelding|plaatje|grafiek|kaart)\W*",
    flags=re.IGNORECASE | re.DOTALL,
)
_TECHNICAL = re.compile(
    r"Traceback \(most recent call last\)|\b[A-Z]\w*(?:Error|Warning|Exception): |site-packages|<ipython-"
)
_CLOSED = ("default-src", "base-uri", "form-action")  # the last two are not covered by the first
_ALLOWED = {"default-src", "style-src", "img-src", "base-uri", "form-action", "'none'", "'unsafe-inline'", "data:"}


@dataclass(frozen=True)
class Broken:
    """A rule that a page breaks, and the element that does it; without one it is the page as a whole."""

    rule: str
    element: Element | None
    what: str
    remedy: str


def broken(page: Element, named: dict[str, list[Element]]) -> Iterator[Broken]:
    """Every rule that a page breaks, apart from those that need more than the page and its names, see `tree.by_id`."""
    return chain(
        language(page), headings(page), pictures(page, named), tables(page), ids(named), frame(page, named),
        scripts(page), regions(page, named), technical(page),
    )  # fmt: skip


def language(page: Element) -> Iterator[Broken]:
    """The page says that it is Dutch."""
    if all(html.get("lang") != "nl" for html in page.iter("html")):
        yield Broken("taal", None, "De pagina zegt niet dat zij Nederlands is.", 'Zet lang="nl" op het element html.')


def headings(page: Element) -> Iterator[Broken]:
    """One h1, no level skipped on the way down, no heading without words."""
    found = list(page.iter(*HEADINGS))
    if (tops := sum(heading.tag == "h1" for heading in found)) != 1:
        yield Broken("kop", None, f"Er staan {tops} koppen van niveau 1.", "Geef de pagina precies één titel (h1).")
    for above, heading in pairwise(found):
        if int(heading.tag[1]) > int(above.tag[1]) + 1:
            what = f"Na een kop van niveau {above.tag[1]} komt er een van niveau {heading.tag[1]}."
            yield Broken("kop", heading, what, "Sla geen niveau over: pas de kop in het notebook aan.")
    for heading in found:
        if not words(heading):
            yield Broken("kop", heading, "Een kop heeft geen woorden.", "Geef de kop woorden of haal hem weg.")


def pictures(page: Element, named: dict[str, list[Element]]) -> Iterator[Broken]:
    """Every picture says what is drawn, in words that were meant for it."""
    for picture in page.iter("img", "svg"):
        told = _name(picture, named)
        if picture.get("aria-hidden") == "true" or next(picture.iterancestors("svg"), None) is not None:
            continue
        if _PLACEHOLDER.fullmatch(told) or (picture.tag == "svg" and picture.get("role") != "img"):
            said = f"alleen '{told}' als beschrijving" if told else "geen beschrijving"
            yield Broken("alt", picture, f"Een plaatje heeft {said}.", "Beschrijf in één zin wat er te zien is.")


def tables(page: Element) -> Iterator[Broken]:
    """Every table has a caption, and headers that say whether they belong to a row or to a column."""
    for table in page.iter("table"):
        caption = table.find("caption")
        if caption is None or not words(caption):
            yield Broken("bijschrift", table, "Een tabel heeft geen bijschrift.", _TABLE)
        cells = list(table.iter("th"))
        if not cells or any(cell.get("scope") not in {"col", "row", "colgroup", "rowgroup"} for cell in cells):
            what = "Een tabel zegt niet welke koppen bij een rij en welke bij een kolom horen."
            yield Broken("scope", table, what, _TABLE)


def ids(named: dict[str, list[Element]]) -> Iterator[Broken]:
    """No two elements have the same id."""
    for id, elements in named.items():
        if len(elements) > 1:
            yield Broken("id", elements[0], f"De naam '{id}' staat {len(elements)} keer op de pagina.", _DISPLAY)


def frame(page: Element, named: dict[str, list[Element]]) -> Iterator[Broken]:
    """A link past the navigation, one main part, named lists of links, and a policy that lets nothing in."""
    mains, first = list(page.iter("main")), next((link for link in page.iter("a") if "href" in link.attrib), None)
    if len(mains) != 1:
        yield Broken("oriëntatie", None, f"De pagina heeft {len(mains)} hoofddelen (main).", _TEMPLATE)
    elif first is None or first.get("href") != f"#{mains[0].get('id')}":
        yield Broken("skiplink", None, "De eerste link van de pagina leidt niet naar de inhoud.", _TEMPLATE)
    for nav in page.iter("nav"):
        if not _name(nav, named):
            yield Broken("oriëntatie", nav, "Een lijst met links (nav) heeft geen naam.", "Geef haar een aria-label.")
    metas = (meta for meta in page.iter("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    policy = " ".join(meta.get("content", "") for meta in metas)
    if not all(f"{rule} 'none'" in policy for rule in _CLOSED) or set(policy.replace(";", " ").split()) - _ALLOWED:
        problem = "De pagina verbiedt niet dat zij iets van buiten laadt, of iets naar buiten stuurt."
        yield Broken("beleid", None, problem, _TEMPLATE)


def scripts(page: Element) -> Iterator[Broken]:
    """Nothing on the page runs."""
    for element in page.iter("*"):
        running = [name for name in element.attrib if name.startswith("on")]
        target = element.get("href", "").strip().lower()
        if element.tag == "script" or running or target.startswith("javascript:"):
            remedy = "Haal het script weg. Komt het uit een bronbestand? Toon die tekst dan als tekst."
            yield Broken("script", element, "Er staat een script op de pagina.", remedy)


def regions(page: Element, named: dict[str, list[Element]]) -> Iterator[Broken]:
    """What scrolls can be reached with the Tab key and then says what it is."""
    reached = [element for element in page.iter("*") if "tabindex" in element.attrib]
    for region in [*reached, *(element for element in of_class(page, "scroll") if "tabindex" not in element.attrib)]:
        if region.get("tabindex") == "-1":
            continue
        if region.get("tabindex") != "0":
            yield Broken("toetsenbord", region, "Een deel dat schuift is niet met de Tab-toets te bereiken.", _DISPLAY)
        elif not (region.get("role") and _name(region, named)):
            yield Broken(
                "toetsenbord", region, "Een deel dat met de Tab-toets te bereiken is, heeft geen naam.", _DISPLAY
            )


def technical(page: Element) -> Iterator[Broken]:
    """No message of Python reaches the council, not even in a comment."""
    for found in page.xpath("//text() | //comment()"):
        text = found if isinstance(found, str) else found.text
        if _TECHNICAL.search(text):
            before = found.getparent()  # of text behind an element that element, see lxml
            inside = before.getparent() if getattr(found, "is_tail", False) else before
            shown = " ".join(text.split())[:60]
            remedy = "Kijk in het notebook welke cel dit toont en los de oorzaak op."
            yield Broken("foutmelding", inside, f"Er staat een technische melding: '{shown}'.", remedy)


def _name(element: Element, named: dict[str, list[Element]]) -> str:
    """The accessible name that the maker gave an element, empty when there is none."""
    pointed = [words(named[id][-1]) for id in element.get("aria-labelledby", "").split() if id in named]
    titles = [words(title) for title in element.findall("title")[:1]]
    told = " ".join(pointed) or element.get("aria-label") or element.get("alt") or " ".join(titles)
    return str(told).strip()


_LOADING = ("src", "srcset", "data", "poster", "xlink:href", "background", "action", "href")


def loaded(page: Element) -> Iterator[Broken]:
    """A page loads nothing: no file, font, picture or frame, neither from the network nor from the disk."""
    remedy = "Zet de inhoud in de pagina zelf. Een gewone link mag wel."
    for element in page.iter("*"):
        attributes = dict(element.attrib)
        loading = [attributes[name] for name in _LOADING if name in attributes and (element.tag, name) != ("a", "href")]
        styles = [element.text or ""] if element.tag == "style" else _styled(attributes)
        for address in [*filter(None, loading), *(found for css in styles for found in palette.addresses(css))]:
            if not address.strip().startswith(("#", "data:")):
                yield Broken("buiten", element, f"De pagina laadt '{address}'.", remedy)
        if element.tag in {"iframe", "object", "embed", "base"} or attributes.get("http-equiv") == "refresh":
            yield Broken("buiten", element, f"Er staat een element <{element.tag}> op de pagina.", remedy)


def _styled(attributes: dict[str, str]) -> list[str]:
    return [value for value in attributes.values() if "url(" in value]


def colours(page: Element, text: str) -> Iterator[Broken]:
    """The colours differ enough, in the light and the dark scheme."""
    css = "\n".join(style.text or "" for style in page.iter("style"))
    for name in palette.undefined(text):
        what = f"De kleur --{name} wordt gebruikt, maar de opmaak kent haar niet."
        yield Broken("contrast", None, what, "Zet de kleur in style.css, licht en donker.")
    for pair in palette.faint(css):
        ratio, wanted = (dutch.number(number, 1) for number in (pair.ratio, pair.wanted))
        what = f"In het {palette.SCHEMES[pair.scheme]} schema heeft --{pair.front} op --{pair.back} contrast {ratio}."
        yield Broken("contrast", None, what, f"Kies in style.css een kleur met contrast {wanted} of meer.")


_TOO_DEEP = Broken(
    "opbouw",
    None,
    "De pagina is niet tot het einde te lezen: er staan duizenden elementen in elkaar.",
    "Sluit elk element in het notebook of het sjabloon.",
)


@dataclass(frozen=True)
class PageProblem:
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


def check_report(folder: Path) -> list[PageProblem]:
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


def check(page: Path, *, synthetic: bool) -> list[PageProblem]:
    """Check one page.

    Parameters
    ----------
    page : Path
        Links on it are followed within its folder.
    synthetic : bool
        Whether any number on it is made up.
    """
    seen = _seen(page, page.stat().st_mtime_ns)
    leading = (PageProblem(page.name, "link", *one) for one in dom.dead(page, seen.links, _anchors))
    return [*seen.problems, *leading, *_banner(page.name, seen.banner, synthetic)]


@dataclass(frozen=True)
class _Seen:
    """A page judged by itself. It is kept instead of the page, which as a tree takes a hundred times its size."""

    problems: tuple[PageProblem, ...]
    banner: bool
    links: Links


@lru_cache(maxsize=64)
def _seen(page: Path, _changed: int) -> _Seen:
    text = page.read_text(encoding="utf-8")
    read, complete = dom.read(text)
    named, above = dom.by_id(read), dom.headings(read)
    found = [*([] if complete else [_TOO_DEEP]), *broken(read, named), *loaded(read), *colours(read, text)]
    problems = (PageProblem(page.name, one.rule, dom.place(one.element, above), one.what, one.remedy) for one in found)
    banner = any(BANNER in dom.words(banner) for banner in dom.of_class(read, "banner"))
    return _Seen(tuple(problems), banner, dom.links(read, named, above))


def _anchors(page: Path) -> frozenset[str]:
    return _seen(page, page.stat().st_mtime_ns).links.anchors


def _banner(page: str, shown: bool, synthetic: bool) -> Iterator[PageProblem]:
    """The reader sees at the top that figures are made up, and only then."""
    if synthetic and not shown:
        what = f"De cijfers op deze pagina zijn nagemaakt, maar de balk '{BANNER}' ontbreekt."
        yield PageProblem(page, "banner", dom.WHOLE, what, "Geef de pagina die balk (Page.synthetic).")
    if shown and not synthetic:
        what = f"De balk '{BANNER}' staat boven cijfers die niet zijn nagemaakt."
        yield PageProblem(page, "banner", dom.WHOLE, what, "Haal die balk weg (Page.synthetic).")
