"""What every page has to have, one function for each rule."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from bs4 import BeautifulSoup, Tag

HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
_TEMPLATE = "Herstel het sjabloon in report/templates."
_DISPLAY = "Herstel de weergave ervan in display."
_PLACEHOLDER = re.compile(
    r"|no description.*|todo.*|<?figure.*|\W+"
    r"|(none|nan|null|undefined|image|img|chart|plot|figuur|afbeelding|plaatje|grafiek|kaart)\W*",
    flags=re.IGNORECASE | re.DOTALL,
)
_TECHNICAL = re.compile(
    r"Traceback \(most recent call last\)|\b[A-Z]\w*(?:Error|Warning|Exception): |site-packages|<ipython-"
)
_ALLOWED = {"default-src", "style-src", "img-src", "base-uri", "form-action", "'none'", "'unsafe-inline'", "data:"}


@dataclass(frozen=True)
class Broken:
    """A rule that a page breaks, and the element that does it; without one it is the page as a whole."""

    rule: str
    element: Tag | None
    what: str
    remedy: str


def broken(soup: BeautifulSoup) -> Iterator[Broken]:
    """Every rule that a page breaks, apart from those that need more than the page."""
    for rule in (language, headings, pictures, tables, ids, frame, scripts, regions, technical):
        yield from rule(soup)


def language(soup: BeautifulSoup) -> Iterator[Broken]:
    """The page says that it is Dutch."""
    if not soup.find("html", lang="nl"):
        yield Broken("taal", None, "De pagina zegt niet dat zij Nederlands is.", 'Zet lang="nl" op het element html.')


def headings(soup: BeautifulSoup) -> Iterator[Broken]:
    """One h1, no level skipped on the way down, no heading without words."""
    found = soup.find_all(HEADINGS)
    if (tops := sum(heading.name == "h1" for heading in found)) != 1:
        yield Broken("kop", None, f"Er staan {tops} koppen van niveau 1.", "Geef de pagina precies één titel (h1).")
    for above, heading in pairwise(found):
        if int(heading.name[1]) > int(above.name[1]) + 1:
            what = f"Na een kop van niveau {above.name[1]} komt er een van niveau {heading.name[1]}."
            yield Broken("kop", heading, what, "Sla geen niveau over: pas de kop in het notebook aan.")
    for heading in found:
        if not heading.get_text(strip=True):
            yield Broken("kop", heading, "Een kop heeft geen woorden.", "Geef de kop woorden of haal hem weg.")


def pictures(soup: BeautifulSoup) -> Iterator[Broken]:
    """Every picture says what is drawn, in words that were meant for it."""
    named = _by_id(soup)
    for picture in soup.find_all(["img", "svg"]):
        told = _name(picture, named)
        if picture.get("aria-hidden") == "true" or picture.find_parent(["svg"]):
            continue
        if _PLACEHOLDER.fullmatch(told) or (picture.name == "svg" and picture.get("role") != "img"):
            said = f"alleen '{told}' als beschrijving" if told else "geen beschrijving"
            yield Broken("alt", picture, f"Een plaatje heeft {said}.", "Beschrijf in één zin wat er te zien is.")


def tables(soup: BeautifulSoup) -> Iterator[Broken]:
    """Every table has a caption, and headers that say whether they belong to a row or to a column."""
    for table in soup.find_all("table"):
        caption = table.find("caption", recursive=False)
        if caption is None or not caption.get_text(strip=True):
            yield Broken(
                "bijschrift", table, "Een tabel heeft geen bijschrift.", "Maak de tabel met display.tables.Table."
            )
        cells = table.find_all("th")
        if not cells or any(cell.get("scope") not in {"col", "row", "colgroup", "rowgroup"} for cell in cells):
            what = "Een tabel zegt niet welke koppen bij een rij en welke bij een kolom horen."
            yield Broken("scope", table, what, "Maak de tabel met display.tables.Table.")


def ids(soup: BeautifulSoup) -> Iterator[Broken]:
    """No two elements have the same id."""
    for id, times in Counter(str(element["id"]) for element in soup.find_all(id=True)).items():
        if times > 1:
            yield Broken("id", soup.find(id=id), f"De naam '{id}' staat {times} keer op de pagina.", _DISPLAY)


def frame(soup: BeautifulSoup) -> Iterator[Broken]:
    """A link past the navigation, one main part, named lists of links, and a policy that lets nothing in."""
    mains, first = soup.find_all("main"), soup.find("a", href=True)
    if len(mains) != 1:
        yield Broken("oriëntatie", None, f"De pagina heeft {len(mains)} hoofddelen (main).", _TEMPLATE)
    elif first is None or first["href"] != f"#{mains[0].get('id')}":
        yield Broken("skiplink", None, "De eerste link van de pagina leidt niet naar de inhoud.", _TEMPLATE)
    named = _by_id(soup)
    for nav in soup.find_all("nav"):
        if not _name(nav, named):
            yield Broken("oriëntatie", nav, "Een lijst met links (nav) heeft geen naam.", "Geef haar een aria-label.")
    policy = " ".join(str(meta["content"]) for meta in soup.find_all("meta", {"http-equiv": "Content-Security-Policy"}))
    if "default-src 'none'" not in policy or set(policy.replace(";", " ").split()) - _ALLOWED:
        yield Broken("beleid", None, "De pagina verbiedt niet dat zij iets van buiten laadt.", _TEMPLATE)


def scripts(soup: BeautifulSoup) -> Iterator[Broken]:
    """Nothing on the page runs."""
    for element in soup.find_all(True):
        running = [name for name in element.attrs if name.startswith("on")]
        target = str(element.get("href", "")).strip().lower()
        if element.name == "script" or running or target.startswith("javascript:"):
            remedy = "Haal het script weg. Komt het uit een bronbestand? Toon die tekst dan als tekst."
            yield Broken("script", element, "Er staat een script op de pagina.", remedy)


def regions(soup: BeautifulSoup) -> Iterator[Broken]:
    """What scrolls can be reached with the Tab key and then says what it is."""
    named = _by_id(soup)
    for region in [*soup.find_all(tabindex=True), *soup.find_all(class_="scroll", tabindex=False)]:
        if region.get("tabindex") == "-1":
            continue
        if region.get("tabindex") != "0":
            yield Broken("toetsenbord", region, "Een deel dat schuift is niet met de Tab-toets te bereiken.", _DISPLAY)
        elif not (region.get("role") and _name(region, named)):
            yield Broken(
                "toetsenbord", region, "Een deel dat met de Tab-toets te bereiken is, heeft geen naam.", _DISPLAY
            )


def technical(soup: BeautifulSoup) -> Iterator[Broken]:
    """No message of Python reaches the council."""
    for text in soup.find_all(string=_TECHNICAL):
        shown = " ".join(text.split())[:60]
        remedy = "Kijk in het notebook welke cel dit toont en los de oorzaak op."
        yield Broken("foutmelding", text.parent, f"Er staat een technische melding: '{shown}'.", remedy)


def _by_id(soup: BeautifulSoup) -> dict[str, Tag]:
    return {str(element["id"]): element for element in soup.find_all(id=True)}


def _name(element: Tag, named: dict[str, Tag]) -> str:
    """The accessible name that the maker gave an element, empty when there is none."""
    pointed = [
        named[id].get_text(" ", strip=True) for id in str(element.get("aria-labelledby", "")).split() if id in named
    ]
    title = element.find("title", recursive=False)
    told = " ".join(pointed) or element.get("aria-label") or element.get("alt") or (title and title.get_text()) or ""
    return str(told).strip()
