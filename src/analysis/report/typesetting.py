"""The last step before a page is written: what belongs to its form and not to what it says.

`base.html.j2` puts the main part of every page through `typeset`. Whatever is made from the content of a chapter
itself, such as CSV files, is made before this step and has nothing of it.
"""

from __future__ import annotations

from lxml.etree import _Element as Element
from markupsafe import Markup

from .dom import elements_with_class, inner_html, parse_part, visible_text

CARDS, LABEL = "cards", "data-label"
_ROLES = {"thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell"}
_HEADER_ROLES = {"col": "columnheader", "row": "rowheader", "rowgroup": "rowheader"}


def typeset(html: str) -> Markup:
    """Return a part of a page as it is written.

    Parameters
    ----------
    html : str
        The HTML of the part.

    Returns
    -------
    Markup
        The same part, in which a phone shows wide tables as cards and the keyboard reaches what scrolls.

    Examples
    --------
    >>> print(typeset("<p>Niets te doen.</p>"))
    <p>Niets te doen.</p>
    """
    part = parse_part(html)
    for table in part.iter("table"):
        if CARDS in table.get("class", "").split():
            make_cards(table)
    for region in elements_with_class(part, "scroll"):
        make_reachable(region)
    return inner_html(part)


def make_reachable(region: Element) -> None:
    """Let the keyboard reach what may scroll: by the link within it, or else by a tab stop of its own.

    Arrow keys scroll what is around the element with the focus. So a table with a link to its file needs no second tab
    stop, which would be there on a wide screen as well, where nothing scrolls.

    Parameters
    ----------
    region : Element
        Holds a table with a caption.

    Examples
    --------
    >>> region = parse_part('<div><table><caption id="soorten">Soorten</caption></table></div>')[0]
    >>> make_reachable(region)
    >>> region.attrib
    {'role': 'group', 'tabindex': '0', 'aria-labelledby': 'soorten'}
    """
    caption = region.find("table/caption[@id]")
    if region.find(".//a[@href]") is None and caption is not None:
        region.attrib.update({"role": "group", "tabindex": "0", "aria-labelledby": caption.get("id")})


def make_cards(table: Element) -> None:
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
    labels = [visible_text(header) for header in table.iterfind("thead/tr/th")]
    for row in table.iterfind("tbody/tr"):
        if row.get("class") == "group":
            continue
        for label, cell in zip(labels, row, strict=True):
            if cell.tag == "td":
                cell.set(LABEL, label)
    table.set("role", "table")
    for element in table.iter("thead", "tbody", "tr", "td", "th"):
        element.set("role", _HEADER_ROLES[element.get("scope")] if element.tag == "th" else _ROLES[element.tag])
