"""The form that a page gets when it is written, and what is made before that and has nothing of it."""

from dataclasses import replace

import pytest

import analysis.display.registration  # noqa: F401
from analysis.display.tables import DataTable
from analysis.report.dom import parse_part
from analysis.report.formats import with_csv_links
from analysis.report.typesetting import printed, typeset
from analysis.store.results import html

COLUMNS = ("Wat", "Aantal", "Vorig jaar", "Oordeel")
ROWS = (("Diefstal", "36", None, "gewoon"), ("Inbraak", "2", "3", "te weinig"))
CARDS = DataTable("soorten", "Soorten", COLUMNS, ROWS, ("Oordeel",))


def test_each_cell_of_a_card_has_the_name_of_its_column_and_a_role():
    (table,) = parse_part(typeset(html(CARDS))).iter("table")
    assert [cell.get("data-label") for cell in table.iter("td")] == [*COLUMNS[1:], *COLUMNS[1:]]
    roles = [element.get("role") for element in table.iter("table", "thead", "tbody", "tr", "th", "td")]
    body = ["rowgroup", *(2 * ["row", "rowheader", *(3 * ["cell"])])]
    assert roles == ["table", "rowgroup", "row", *(4 * ["columnheader"]), *body]


def test_numbers_and_tables_of_few_columns_stay_rows():
    numbers = replace(CARDS, text=())
    few = replace(CARDS, columns=COLUMNS[1:], cells=tuple(row[1:] for row in CARDS.cells))
    assert "cards" in html(CARDS) and "cards" not in html(numbers) + html(few)


def test_on_paper_a_long_word_in_the_last_column_is_broken_with_a_hyphen():
    rows = "<tr><th>Veiligheidsanalyse</th><td>Ondermijningstafel</td></tr>"
    assert (
        printed(f"<table>{rows}</table>").count("\u00ad") == typeset("<h2>Ondermijningstafel</h2>").count("\u00ad") > 0
    )


def test_words_of_ten_letters_can_be_broken_in_a_card():
    assert "\u00ad" in typeset("<table><tr><td>schommeling;</td></tr></table>")


def test_a_group_of_cards_has_a_name_above_it():
    group = '<tbody><tr class="group"><th scope="rowgroup" colspan="2">Diefstallen</th></tr>'
    (table,) = parse_part(typeset(html(CARDS).replace("<tbody>", group))).iter("table")
    assert [header.get("role") for header in table.iterfind("tbody/tr/th")] == ["rowheader"] * 3


def test_a_table_with_a_cell_too_many_cannot_be_cards():
    crooked = html(CARDS).replace("<td>36</td>", "<td>36</td><td>37</td>")
    with pytest.raises(ValueError, match="longer"):
        typeset(crooked)


def test_the_csv_file_is_made_of_the_table_as_it_was():
    body, files = with_csv_links(html(CARDS), "proef", synthetic=False)
    assert list(files.values()) == ["Wat;Aantal;Vorig jaar;Oordeel\r\nDiefstal;36;;gewoon\r\nInbraak;2;3;te weinig\r\n"]
    assert "data-label" not in body


def test_what_is_not_dutch_says_in_which_language_it_is():
    said = typeset(
        "<p>Fryslân telt <b>5</b> high impact crimes; Noardeast-Fryslân 2.</p><svg><text>Fryslân</text></svg>"
    )
    assert '<p><span lang="fy">Fryslân</span> telt <b>5</b> <span lang="en">high impact crimes</span>; ' in said
    assert '<span lang="fy">Noardeast-Fryslân</span> 2.</p>' in said
    assert "<text>Fryslân</text>" in said


def test_only_what_scrolls_without_a_link_is_a_tab_stop():
    """A wide table is reached by the link to its file, which stands in what scrolls."""
    alone = parse_part(typeset(html(CARDS)))
    assert [stop.get("aria-labelledby") for stop in alone.iterfind(".//*[@tabindex='0']")] == ["soorten"]
    with_link = parse_part(typeset(with_csv_links(html(CARDS), "proef", synthetic=False)[0]))
    assert with_link.find(".//*[@tabindex]") is None
    assert with_link.find("div[@class='scroll']/p/a[@href]") is not None
