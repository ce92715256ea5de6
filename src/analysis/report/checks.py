"""Rules that every page of a report has to meet, one function for each rule.

`check_report` applies all of them before a report is published. A page that breaks a rule is not published.
"""

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
from .dom import HEADINGS, Links, elements_with_class, visible_text
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
_LOADING = ("src", "srcset", "data", "poster", "xlink:href", "background", "action", "href")


@dataclass(frozen=True)
class RuleViolation:
    """A rule that a page breaks.

    Parameters
    ----------
    rule : str
        The rule in one Dutch word, such as ``kop``.
    element : Element or None
        The element that breaks it; ``None`` for the page as a whole.
    what, remedy : str
        What is wrong and how to correct it: whole Dutch sentences.
    """

    rule: str
    element: Element | None
    what: str
    remedy: str


_TOO_DEEP = RuleViolation(
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
        File name of the page.
    rule : str
        The rule in one word.
    location : str
        Where on the page.
    what, remedy : str
        What is wrong there, and what the author can do; whole sentences.
    """

    page: str
    rule: str
    location: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.page}, {self.location}: {self.what} {self.remedy}"


def check_report(folder: Path) -> list[PageProblem]:
    """Check every page of a report.

    Parameters
    ----------
    folder : Path
        Holds the pages, ``results.json`` (which numbers are made up) and ``manifest.json`` (which page shows them).

    Returns
    -------
    list of PageProblem
        Empty when the report may be published.
    """
    results = json.loads((folder / RESULTS).read_text(encoding="utf-8"))
    chapters = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["chapters"]
    chapter_ids = {chapter["page"]: chapter["id"] for chapter in chapters}
    problems = []
    for page in sorted(folder.glob("*.html")):
        own_results = [result for result in results if chapter_ids.get(page.name) in {None, result["chapter"]}]
        problems += check(page, synthetic=any(result["synthetic"] for result in own_results))
    return problems


def inspect_pages(folder: Path) -> None:
    """Inspect each page in a folder on its own and cache the outcome, so that `check_report` has less left to do.

    Meant for time in which the processor is otherwise idle, such as while the PDF is printed.

    Parameters
    ----------
    folder : Path
        The report.
    """
    for page in folder.glob("*.html"):
        _inspected(page, page.stat().st_mtime_ns)


def check(page: Path, *, synthetic: bool) -> list[PageProblem]:
    """Check one page.

    Parameters
    ----------
    page : Path
        Links on it are followed within its folder.
    synthetic : bool
        Whether any number on it is made up.

    Returns
    -------
    list of PageProblem
        Empty when the page meets every rule.
    """
    inspected = _inspected(page, page.stat().st_mtime_ns)
    dead_links = (
        PageProblem(page.name, "link", *dead_link) for dead_link in dom.dead_links(page, inspected.links, _anchors)
    )
    return [*inspected.problems, *dead_links, *_banner(page.name, inspected.banner, synthetic)]


def page_violations(page: Element, named: dict[str, list[Element]]) -> Iterator[RuleViolation]:
    """Yield the violations that can be found on the page alone.

    Parameters
    ----------
    page : Element
        The page, from `dom.parse`.
    named : dict of str to list of Element
        Its elements by id, from `dom.elements_by_id`.

    Yields
    ------
    RuleViolation
        In the order of the rules.
    """
    return chain(
        language(page), headings(page), pictures(page, named), tables(page), ids(named), frame(page, named),
        scripts(page), scrollable_regions(page, named), technical(page),
    )  # fmt: skip


def language(page: Element) -> Iterator[RuleViolation]:
    """Check that the page declares itself Dutch."""
    if all(html.get("lang") != "nl" for html in page.iter("html")):
        yield RuleViolation(
            "taal", None, "De pagina zegt niet dat zij Nederlands is.", 'Zet lang="nl" op het element html.'
        )


def headings(page: Element) -> Iterator[RuleViolation]:
    """Check that there is one h1, that no level is skipped on the way down, and that no heading is empty."""
    all_headings = list(page.iter(*HEADINGS))
    if (tops := sum(heading.tag == "h1" for heading in all_headings)) != 1:
        yield RuleViolation(
            "kop", None, f"Er staan {tops} koppen van niveau 1.", "Geef de pagina precies één titel (h1)."
        )
    for previous, heading in pairwise(all_headings):
        if int(heading.tag[1]) > int(previous.tag[1]) + 1:
            what = f"Na een kop van niveau {previous.tag[1]} komt er een van niveau {heading.tag[1]}."
            yield RuleViolation("kop", heading, what, "Sla geen niveau over: pas de kop in het notebook aan.")
    for heading in all_headings:
        if not visible_text(heading):
            yield RuleViolation("kop", heading, "Een kop heeft geen woorden.", "Geef de kop woorden of haal hem weg.")


def pictures(page: Element, named: dict[str, list[Element]]) -> Iterator[RuleViolation]:
    """Check that every picture has a description written for it, and not a placeholder."""
    for picture in page.iter("img", "svg"):
        name = _accessible_name(picture, named)
        if picture.get("aria-hidden") == "true" or next(picture.iterancestors("svg"), None) is not None:
            continue
        if _PLACEHOLDER.fullmatch(name) or (picture.tag == "svg" and picture.get("role") != "img"):
            description = f"alleen '{name}' als beschrijving" if name else "geen beschrijving"
            yield RuleViolation(
                "alt", picture, f"Een plaatje heeft {description}.", "Beschrijf in één zin wat er te zien is."
            )


def tables(page: Element) -> Iterator[RuleViolation]:
    """Check that every table has a caption, and headers with a scope."""
    for table in page.iter("table"):
        caption = table.find("caption")
        if caption is None or not visible_text(caption):
            yield RuleViolation("bijschrift", table, "Een tabel heeft geen bijschrift.", _TABLE)
        cells = list(table.iter("th"))
        if not cells or any(cell.get("scope") not in {"col", "row", "colgroup", "rowgroup"} for cell in cells):
            problem = "Een tabel zegt niet welke koppen bij een rij en welke bij een kolom horen."
            yield RuleViolation("scope", table, problem, _TABLE)


def ids(named: dict[str, list[Element]]) -> Iterator[RuleViolation]:
    """Check that no two elements have the same id."""
    for id, elements in named.items():
        if len(elements) > 1:
            yield RuleViolation("id", elements[0], f"De naam '{id}' staat {len(elements)} keer op de pagina.", _DISPLAY)


def frame(page: Element, named: dict[str, list[Element]]) -> Iterator[RuleViolation]:
    """Check the skip link, the main element, the names of navigation lists and the content security policy."""
    mains, first = list(page.iter("main")), next((link for link in page.iter("a") if "href" in link.attrib), None)
    if len(mains) != 1:
        yield RuleViolation("oriëntatie", None, f"De pagina heeft {len(mains)} hoofddelen (main).", _TEMPLATE)
    elif first is None or first.get("href") != f"#{mains[0].get('id')}":
        yield RuleViolation("skiplink", None, "De eerste link van de pagina leidt niet naar de inhoud.", _TEMPLATE)
    for nav in page.iter("nav"):
        if not _accessible_name(nav, named):
            yield RuleViolation(
                "oriëntatie", nav, "Een lijst met links (nav) heeft geen naam.", "Geef haar een aria-label."
            )
    metas = (meta for meta in page.iter("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    policy = " ".join(meta.get("content", "") for meta in metas)
    if not all(f"{rule} 'none'" in policy for rule in _CLOSED) or set(policy.replace(";", " ").split()) - _ALLOWED:
        problem = "De pagina verbiedt niet dat zij iets van buiten laadt, of iets naar buiten stuurt."
        yield RuleViolation("beleid", None, problem, _TEMPLATE)


def scripts(page: Element) -> Iterator[RuleViolation]:
    """Check that nothing on the page runs."""
    for element in page.iter("*"):
        running = [name for name in element.attrib if name.startswith("on")]
        target = element.get("href", "").strip().lower()
        if element.tag == "script" or running or target.startswith("javascript:"):
            remedy = "Haal het script weg. Komt het uit een bronbestand? Toon die tekst dan als tekst."
            yield RuleViolation("script", element, "Er staat een script op de pagina.", remedy)


def scrollable_regions(page: Element, named: dict[str, list[Element]]) -> Iterator[RuleViolation]:
    """Check that every region that scrolls can be reached with the Tab key, and has a name if it is a stop itself."""
    stops = [element for element in page.iter("*") if "tabindex" in element.attrib]
    scrolling = [element for element in elements_with_class(page, "scroll") if "tabindex" not in element.attrib]
    for region in [*stops, *(element for element in scrolling if element.find(".//a[@href]") is None)]:
        if region.get("tabindex") == "-1":
            continue
        if region.get("tabindex") != "0":
            yield RuleViolation(
                "toetsenbord", region, "Een deel dat schuift is niet met de Tab-toets te bereiken.", _DISPLAY
            )
        elif not (region.get("role") and _accessible_name(region, named)):
            yield RuleViolation(
                "toetsenbord", region, "Een deel dat met de Tab-toets te bereiken is, heeft geen naam.", _DISPLAY
            )


def technical(page: Element) -> Iterator[RuleViolation]:
    """Check that no Python message reaches the council, not even in a comment."""
    for node in page.xpath("//text() | //comment()"):
        text = node if isinstance(node, str) else node.text
        if _TECHNICAL.search(text):
            parent = node.getparent()  # of text behind an element that element, see lxml
            element = parent.getparent() if getattr(node, "is_tail", False) else parent
            shown = " ".join(text.split())[:60]
            remedy = "Kijk in het notebook welke cel dit toont en los de oorzaak op."
            yield RuleViolation("foutmelding", element, f"Er staat een technische melding: '{shown}'.", remedy)


def _accessible_name(element: Element, named: dict[str, list[Element]]) -> str:
    """Return the accessible name that was written for an element; empty when there is none."""
    labels = [visible_text(named[id][-1]) for id in element.get("aria-labelledby", "").split() if id in named]
    titles = [visible_text(title) for title in element.findall("title")[:1]]
    name = " ".join(labels) or element.get("aria-label") or element.get("alt") or " ".join(titles)
    return str(name).strip()


def loaded(page: Element) -> Iterator[RuleViolation]:
    """Check that the page loads nothing (file, font, picture or frame), from the network or from the disk."""
    remedy = "Zet de inhoud in de pagina zelf. Een gewone link mag wel."
    for element in page.iter("*"):
        attributes = dict(element.attrib)
        loading = [attributes[name] for name in _LOADING if name in attributes and (element.tag, name) != ("a", "href")]
        styles = [element.text or ""] if element.tag == "style" else _styled(attributes)
        for address in [*filter(None, loading), *(url for css in styles for url in palette.addresses(css))]:
            if not address.strip().startswith(("#", "data:")):
                yield RuleViolation("buiten", element, f"De pagina laadt '{address}'.", remedy)
        if element.tag in {"iframe", "object", "embed", "base"} or attributes.get("http-equiv") == "refresh":
            yield RuleViolation("buiten", element, f"Er staat een element <{element.tag}> op de pagina.", remedy)


def _styled(attributes: dict[str, str]) -> list[str]:
    return [value for value in attributes.values() if "url(" in value]


def colours(page: Element, text: str) -> Iterator[RuleViolation]:
    """Check that colours differ enough, in the light and the dark scheme."""
    css = "\n".join(style.text or "" for style in page.iter("style"))
    for name in palette.undefined(text):
        what = f"De kleur --{name} wordt gebruikt, maar de opmaak kent haar niet."
        yield RuleViolation("contrast", None, what, "Zet de kleur in style.css, licht en donker.")
    for pair in palette.low_contrast(css):
        ratio, wanted = (dutch.number(number, 1) for number in (pair.ratio, pair.wanted))
        what = f"In het {palette.SCHEMES[pair.scheme]} schema heeft --{pair.front} op --{pair.back} contrast {ratio}."
        yield RuleViolation("contrast", None, what, f"Kies in style.css een kleur met contrast {wanted} of meer.")


@dataclass(frozen=True)
class _InspectedPage:
    """The outcome of inspecting one page. The element tree takes a hundred times the page's size and is not kept."""

    problems: tuple[PageProblem, ...]
    banner: bool
    links: Links


@lru_cache(maxsize=64)
def _inspected(page: Path, _modified: int) -> _InspectedPage:
    text = page.read_text(encoding="utf-8")
    tree, complete = dom.parse(text)
    elements_by_id, heading_above = dom.elements_by_id(tree), dom.heading_above(tree)
    violations = [
        *([] if complete else [_TOO_DEEP]),
        *page_violations(tree, elements_by_id),
        *loaded(tree),
        *colours(tree, text),
    ]
    problems = (
        PageProblem(
            page.name, violation.rule, dom.location(violation.element, heading_above), violation.what, violation.remedy
        )
        for violation in violations
    )
    banner = any(BANNER in dom.visible_text(banner) for banner in dom.elements_with_class(tree, "banner"))
    return _InspectedPage(tuple(problems), banner, dom.collect_links(tree, elements_by_id, heading_above))


def _anchors(page: Path) -> frozenset[str]:
    return _inspected(page, page.stat().st_mtime_ns).links.anchors


def _banner(page: str, has_banner: bool, synthetic: bool) -> Iterator[PageProblem]:
    """Check that the page says at the top that its figures are made up when they are, and only then."""
    if synthetic and not has_banner:
        what = f"De cijfers op deze pagina zijn nagemaakt, maar de balk '{BANNER}' ontbreekt."
        yield PageProblem(page, "banner", dom.WHOLE, what, "Geef de pagina die balk (Page.synthetic).")
    if has_banner and not synthetic:
        what = f"De balk '{BANNER}' staat boven cijfers die niet zijn nagemaakt."
        yield PageProblem(page, "banner", dom.WHOLE, what, "Haal die balk weg (Page.synthetic).")
