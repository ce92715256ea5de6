"""The last step before a page is written: what belongs to its form and not to what it says.

`base.html.j2` puts the body of every page through `typeset`: one form for years, amounts, minus signs, spaces and
quotes, words that can be broken, tables that a phone can show and a keyboard can reach. Whatever is made from the
content of a chapter itself, such as CSV files, is made before this step and has nothing of it. A browser's search finds
words with and without soft hyphens, and straight quotes where there are curly ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise

import pyphen
from lxml.etree import Element, XPath
from lxml.etree import _Element as PageElement
from markupsafe import Markup

from ..definitions import catalogue
from ..display.dutch import MINUS, NBSP
from .dom import SOFT_HYPHEN, elements_with_class, inner_html, parse_part, visible_text

CARDS, LABEL = "cards", "data-label"
_ROLES = {"thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell"}
_HEADER_ROLES = {"col": "columnheader", "row": "rowheader", "rowgroup": "rowheader"}
_TEXTS = XPath(".//text()[not(ancestor::style | ancestor::script | ancestor::code | ancestor::pre)]")
_PROSE = XPath(".//text()[not(ancestor::style | ancestor::script | ancestor::code | ancestor::pre | ancestor::svg)]")
_NARROW = XPath("(.//th | .//td | .//h1 | .//h2 | .//h3)//text()[not(ancestor::svg)]")
_LAST = XPath(".//tr/td[last()]//text()[not(ancestor::svg)]")
_QUOTED = re.compile("(“[^”]*”)")  # the words of others
_UNITS = re.compile(r"(?<=\d) (?=(?:%|‰|fte\b|km\b))|(?<=€) (?=\d)")
_FORMS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<![\w-])((?:19|20)\d\d)-((?:19|20)\d\d)(?![\w-])"), r"\1–\2"),
    (re.compile(r"(?<=\d)(?=%)|(?<=€)(?=\d)"), NBSP),
    (re.compile(r"(?<![\w)–€-])-(?=\d)"), MINUS),
    (re.compile(r"'(?=[stn]\b|\d\d\b)"), "’"),  # 's-Gravenhage, '90
    (re.compile(r"(?<![\w.,;:!?)%’”])'(?=[\w“(])"), "‘"),
    (re.compile("'"), "’"),
)
_LONG = re.compile(r"(?<![\w./@-])[^\W\d_]{10,}(?![\w/@]|\.\w)")  # no part of an address or the name of a file
_LEAST = 2  # letters between two places where a word may break
_ENDS = 3  # letters before the first and after the last of them


def typeset(html: str) -> Markup:
    """Return a part of a page as it is written.

    Parameters
    ----------
    html : str
        The HTML of the part.

    Returns
    -------
    Markup
        The same part, with the form that every page has.

    Examples
    --------
    >>> print(typeset("<p>Van '2019-2022' is 5 % bekend.</p>").replace(NBSP, "~"))
    <p>Van ‘2019–2022’ is 5~% bekend.</p>
    """
    part = parse_part(html)
    _give_form(part)
    _rewrite(_NARROW(part), hyphenated)
    for table in part.iter("table"):
        if CARDS in table.get("class", "").split():
            make_cards(table)
    for region in elements_with_class(part, "scroll"):
        make_reachable(region)
    return inner_html(part)


def printed(html: str) -> Markup:
    """Return a part of a printed page: with the form of its texts, and without what only a screen needs.

    Words in the last column of a table can be broken: it has the room that is left, and what prints knows no Dutch.

    Parameters
    ----------
    html : str

    Returns
    -------
    Markup

    Examples
    --------
    >>> print(printed("<p>Thema's van 2019-2022</p>"))
    <p>Thema’s van 2019–2022</p>
    """
    part = parse_part(html)
    _give_form(part)
    _rewrite(_LAST(part), hyphenated)
    return inner_html(part)


def _give_form(part: PageElement) -> None:
    """Give every text its one form, and say which words are not Dutch."""
    _rewrite(_TEXTS(part), one_form)
    _mark_foreign(_PROSE(part))


def _rewrite(texts: list[str], form: Callable[[str], str]) -> None:
    for text in texts:
        if (new := form(text)) != text:
            parent = text.getparent()  # type: ignore[attr-defined]  # lxml's own kind of text
            setattr(parent, "tail" if text.is_tail else "text", new)  # type: ignore[attr-defined]


def one_form(text: str) -> str:
    """Give years, amounts, minus signs, spaces and quotes their one form; a quote between “ ” keeps its own.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> one_form("thema's van 2020-2023: -5% (€ 10.000)").replace(NBSP, "~")
    'thema’s van 2020–2023: −5~% (€~10.000)'
    >>> one_form("“2020-2023: 63%”")
    '“2020-2023: 63%”'
    """
    parts = _QUOTED.split(_UNITS.sub(NBSP, text))
    for index in range(0, len(parts), 2):
        for pattern, form in _FORMS:
            parts[index] = pattern.sub(form, parts[index])
    return "".join(parts)


def _mark_foreign(texts: list[str]) -> None:
    """Put what is not Dutch in an element that says in which language it is."""
    for text in texts:
        first, *rest = _foreign().split(text)
        if not rest:
            continue
        parent = text.getparent()  # type: ignore[attr-defined]
        spans = []
        for words, after in zip(rest[::2], rest[1::2], strict=True):
            span = Element("span", lang=_languages()[words.lower()])
            span.text, span.tail = words, after
            spans.append(span)
        if text.is_tail:  # type: ignore[attr-defined]
            parent.tail, holder = first, parent.getparent()
            place = holder.index(parent) + 1
        else:
            parent.text, holder, place = first, parent, 0
        holder[place:place] = spans


@cache
def _languages() -> dict[str, str]:
    """Return the language of each foreign name, in lower case."""
    return {name.lower(): code for code, names in catalogue.wording().foreign.items() for name in names}


@cache
def _foreign() -> re.Pattern[str]:
    longest_first = sorted(_languages(), key=lambda name: (-len(name), name))
    return re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, longest_first))})(?![\w-])", re.IGNORECASE)


def hyphenated(text: str) -> str:
    """Put soft hyphens in long words, for a browser that knows no Dutch.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> hyphenated("De veiligheidsanalyse").replace(SOFT_HYPHEN, "|")
    'De vei|lig|heids|ana|lyse'
    """
    return _LONG.sub(lambda word: _broken(word[0]), text)


@cache
def _broken(word: str) -> str:
    places = [0, *(place for place in _patterns().positions(word) if not place.data), len(word)]
    apart = [place for before, place, after in _around(places) if min(place - before, after - place) >= _LEAST]
    return SOFT_HYPHEN.join(word[start:end] for start, end in pairwise([0, *apart, len(word)]))


def _around(places: list[int]) -> list[tuple[int, int, int]]:
    return list(zip(places, places[1:], places[2:], strict=False))


@cache
def _patterns() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="nl_NL", left=_ENDS, right=_ENDS)


def make_reachable(region: PageElement) -> None:
    """Let the keyboard reach what may scroll: by the link within it, or else by a tab stop of its own.

    Arrow keys scroll what is around the element with the focus. So a table with a link to its file needs no second tab
    stop, which would be there on a wide screen as well, where nothing scrolls. Chapters in one file may have tables of
    the same name, so the name of the chapter comes first.

    Parameters
    ----------
    region : Element
        Holds a table with a caption.

    Examples
    --------
    >>> region = parse_part('<div><table><caption id="soorten">Soorten</caption></table></div>')[0]
    >>> make_reachable(region)
    >>> region.attrib
    {'role': 'region', 'tabindex': '0', 'aria-labelledby': 'soorten'}
    """
    caption = region.find("table/caption[@id]")
    if region.find(".//a[@href]") is None and caption is not None:
        titles = [section.find("h2[@id]") for section in region.iterancestors("section")]
        names = [element.get("id") for element in (*titles, caption) if element is not None]
        region.attrib.update({"role": "region", "tabindex": "0", "aria-labelledby": " ".join(names)})


def make_cards(table: PageElement) -> None:
    """Let a phone show each row of a table as a card.

    The style sheet lays out rows as blocks, at which a browser no longer takes them for a table. The roles say that
    they still are one, so that a screen reader names column and row of each cell at every width.

    Parameters
    ----------
    table : Element
        With class ``cards``, a header for each column in its ``<thead>``, and no cells that span several. A row of
        class ``group`` has one header, the name of the rows below it.

    Examples
    --------
    >>> table = parse_part(
    ...     '<table class="cards"><thead><tr><th scope="col">Wat</th><th scope="col">Aantal</th></tr></thead>'
    ...     '<tbody><tr><th scope="row">Diefstal</th><td>36</td></tr></tbody></table>'
    ... )[0]
    >>> make_cards(table)
    >>> [cell.attrib for cell in table.iter("td")]
    [{'data-label': 'Aantal', 'role': 'cell'}]
    """
    labels = [hyphenated(visible_text(header)) for header in table.iterfind("thead/tr/th")]
    for row in table.iterfind("tbody/tr"):
        if row.get("class") == "group":
            continue
        for label, cell in zip(labels, row, strict=True):
            if cell.tag == "td":
                cell.set(LABEL, label)
    table.set("role", "table")
    for element in table.iter("thead", "tbody", "tr", "td", "th"):
        element.set("role", _HEADER_ROLES[element.get("scope")] if element.tag == "th" else _ROLES[element.tag])
