"""The form that a page gets when it is written, and what is made before that and has nothing of it."""

import pytest

import analysis.display.registration  # noqa: F401
from analysis.display.tables import DataTable
from analysis.report.dom import parse_part
from analysis.report.formats import with_csv_links
from analysis.report.typesetting import typeset
from analysis.store.results import html

CARDS = DataTable("soorten", "Soorten", ("Wat", "Aantal"), (("Diefstal", "36"), ("Inbraak", None)), cards=True)


def test_each_cell_of_a_card_has_the_name_of_its_column_and_a_role():
    (table,) = parse_part(typeset(html(CARDS))).iter("table")
    assert [cell.get("data-label") for cell in table.iter("td")] == ["Aantal", "Aantal"]
    roles = [element.get("role") for element in table.iter("table", "thead", "tbody", "tr", "th", "td")]
    body = ["rowgroup", *(2 * ["row", "rowheader", "cell"])]
    assert roles == ["table", "rowgroup", "row", "columnheader", "columnheader", *body]


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
    assert list(files.values()) == ["Wat;Aantal\r\nDiefstal;36\r\nInbraak;\r\n"]
    assert "data-label" not in body
