"""Workbooks of people and programs: nothing on a sheet is lost silently."""

from __future__ import annotations

import re
import zipfile

import openpyxl
import pytest

from analysis.errors import DataError
from analysis.ingest import grids
from analysis.ingest.pipeline import ingest
from analysis.store import observations

HEADER = ["ID", "Overlast", "RegioS", "Perioden", "GeregistreerdeOverlast_1"]
YEARS = range(2012, 2023)
ROWS = [[number, "E33   ", "GM1969", f"{year}JJ00", 50 + number] for number, year in enumerate(YEARS)]


@pytest.fixture
def path(tmp_path):
    (tmp_path / "raw").mkdir()
    return tmp_path / "raw" / "overlast.xlsx"


def save(path, *, change=None, sheets=(("Overlast", [HEADER, *ROWS]),)):
    """Write a workbook; ``change`` is called with the sheet before it is saved."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    if change:
        change(book.worksheets[0])
    book.save(path)


def rewrite(path, member, edit):
    """Change the XML of one part of a workbook, or remove the part when ``edit`` is omitted."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    content = parts.pop(member)
    if edit:
        parts[member] = edit(content)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)


SHEET = "xl/worksheets/sheet1.xml"


def counts(path):
    summary = ingest(path.parent, path.parent.parent / "processed")
    rows = observations.query("onbegrepen_gedrag", ["GM1969"], "Y", path.parent.parent / "processed")
    return list(rows.sort_values("period")["value"]), summary.remarks.get(path.name, [])


def whole():
    return [float(50 + number) for number, _ in enumerate(YEARS)]


def refused(path, *parts):
    with pytest.raises(DataError) as caught:
        ingest(path.parent, path.parent.parent / "processed")
    assert caught.value.file.endswith(path.name)
    for part in parts:
        assert part in str(caught.value)


def test_an_ordinary_workbook_is_read_without_a_word(path):
    save(path)
    assert counts(path) == (whole(), [])


@pytest.mark.parametrize("size", [b"A1:E2", b"A1:D12", b"A1", b"E2"])
def test_a_sheet_is_read_whole_whatever_size_it_says_it_has(path, size):
    save(path)
    rewrite(path, SHEET, lambda xml: re.sub(rb'<dimension ref="[^"]*"/>', b'<dimension ref="%s"/>' % size, xml))
    values, warnings_given = counts(path)
    assert values == whole()
    assert warnings_given == ["het blad 'Overlast' is groter dan het zelf zegt; het is helemaal gelezen."]


def test_a_sheet_that_says_no_size_is_read_whole(path):
    save(path)
    rewrite(path, SHEET, lambda xml: re.sub(rb"<dimension [^>]*/>", b"", xml))
    assert counts(path) == (whole(), [])


@pytest.mark.parametrize("cell", ["E5", "D5", "C2"])
def test_a_formula_without_its_result_is_refused(path, cell):
    save(path, change=lambda sheet: sheet.__setitem__(cell, "=1+1"))
    refused(path, cell, "'Overlast'", "formule", "bewaar het opnieuw")


def test_a_formula_with_its_result_is_read(path):
    save(path, change=lambda sheet: sheet.__setitem__("E5", "=50+3"))
    rewrite(path, SHEET, lambda xml: xml.replace(b"<f>50+3</f><v></v>", b"<f>50+3</f><v>53</v>").replace(
        b"<f>50+3</f><v/>", b"<f>50+3</f><v>53</v>"))  # fmt: skip
    assert counts(path) == (whole(), [])


def test_a_formula_on_a_sheet_that_is_not_read_does_not_matter(path):
    save(path, sheets=[("Overlast", [HEADER, *ROWS]), ("Som", [["Som"], ["=1+1"]])])
    values, warnings_given = counts(path)
    assert values == whole() and "het blad 'Som' is niet gelezen" in warnings_given[0]


def test_sheets_that_are_not_read_are_told_also_hidden_ones(path):
    sheets = [("Overlast", [HEADER, *ROWS]), ("Leeg", []), ("Kladblok", [["a", "b"], ["1", "2"]])]
    save(path, sheets=sheets, change=lambda sheet: setattr(sheet.parent["Kladblok"], "sheet_state", "hidden"))
    values, warnings_given = counts(path)
    assert values == whole()
    assert warnings_given == ["het blad 'Kladblok' is niet gelezen; de cijfers komen van het blad 'Overlast'."]


def test_the_table_may_stand_behind_a_sheet_with_words(path):
    save(path, sheets=[("Toelichting", [["Geleverd door de politie"]]), ("Overlast", [HEADER, *ROWS])])
    values, warnings_given = counts(path)
    assert values == whole() and warnings_given[0].startswith("het blad 'Toelichting' is niet gelezen")


def test_a_table_that_goes_on_on_another_sheet_is_refused(path):
    save(path, sheets=[("2012-2017", [HEADER, *ROWS[:6]]), ("2018-2022", [HEADER, *ROWS[6:]])])
    refused(path, "'2012-2017'", "'2018-2022'", "dezelfde kolommen")


def test_hidden_rows_count_and_are_told(path):
    def hide(sheet):
        for row in range(4, 9):
            sheet.row_dimensions[row].hidden = True

    save(path, change=hide)
    values, warnings_given = counts(path)
    assert values == whole() and "verborgen" in warnings_given[0]


@pytest.mark.parametrize("cells", ["C3:C6", "E3:E4", "A2:E3"])
def test_cells_merged_over_rows_are_refused(path, cells):
    save(path, change=lambda sheet: sheet.merge_cells(cells))
    refused(path, cells.split(":")[0], "samengevoegd", "Hef de samenvoeging op")


def test_empty_rows_and_columns_around_and_within_do_not_matter(path):
    def move(sheet):
        sheet.insert_rows(1, 3)
        sheet.insert_rows(9, 2)
        sheet.insert_cols(1, 2)

    save(path, change=move)
    assert counts(path) == (whole(), [])


@pytest.mark.parametrize(
    ("member", "edit"),
    [
        (SHEET, lambda xml: xml.replace(b"<v>53</v>", b"<v>abc</v>")),
        (SHEET, lambda xml: xml[: len(xml) // 2]),
        (SHEET, lambda xml: b""),
        (SHEET, lambda xml: re.sub(rb'<c r="E5"', b'<c r="5E"', xml)),
        (SHEET, lambda xml: re.sub(rb'<row r="5"', b'<row r="vijf"', xml)),
        (SHEET, None),
        ("xl/workbook.xml", lambda xml: b"garbage!"),
        ("xl/workbook.xml", None),
        ("xl/workbook.xml", lambda xml: re.sub(rb"<sheet [^>]*/>", b"", xml)),
        ("xl/styles.xml", lambda xml: b"<styleSheet"),
        ("xl/_rels/workbook.xml.rels", lambda xml: xml.replace(b"sheet1", b"sheet9")),
        ("[Content_Types].xml", lambda xml: b"<Types/>"),
    ],
)
def test_a_damaged_workbook_is_refused_in_words(path, member, edit):
    save(path)
    rewrite(path, member, edit)
    refused(path, "Excel", "bewaar het")


def test_a_sheet_with_more_rows_than_excel_has_is_refused(path):
    save(path)
    rewrite(path, SHEET, lambda xml: xml.replace(b'<row r="12"', b'<row r="99999999999"'))
    refused(path, "te groot", "1048576 rijen")


def test_a_sheet_with_more_cells_than_fit_is_refused(path):
    save(path)
    wide = b'<row r="%d"><c r="ZZZ%d"><v>1</v></c></row>'
    many = b"".join(wide % (row, row) for row in range(100, 800))
    rewrite(path, SHEET, lambda xml: xml.replace(b"</sheetData>", many + b"</sheetData>"))
    refused(path, "te groot")


@pytest.mark.parametrize(
    ("value", "text"),
    [(1425, "1425"), (1425.0, "1425"), (1.425, "1.4250"), (78.9, "78.9"), (1e5, "100000"), (7.42992e5, "742992")],
)
def test_a_number_keeps_its_digits_and_is_never_taken_for_dutch_thousands(path, value, text):
    save(path, sheets=[("Blad", [HEADER, [0, "E33", "GM1969", "2022JJ00", value]])])
    assert grids.read(path).body.iloc[0, 4] == text


def test_a_number_shown_as_a_percentage_is_no_bare_number(path):
    save(path, change=lambda sheet: (sheet.__setitem__("E5", 0.12), setattr(sheet["E5"], "number_format", "0%")))
    refused(path, "'12%' is geen getal")


def test_a_merged_title_is_no_harm(path):
    def title(sheet):
        sheet.insert_rows(1, 2)
        sheet["A1"] = "Overlast in Westerkwartier"
        sheet.merge_cells("A1:E2")

    save(path, change=title)
    assert counts(path)[0] == whole()
