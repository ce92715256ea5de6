"""What a reader takes along (a workbook, images of charts, a Word document) says what the pages say."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import struct
from datetime import date
from itertools import zip_longest
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import docx
import numpy as np
import openpyxl
import pytest
from docx.oxml.ns import qn
from markupsafe import Markup
from matplotlib.font_manager import FontProperties
from matplotlib.image import imread

import analysis.display.registration  # noqa: F401 (registers how results are shown)
from analysis.display import svg
from analysis.display.tables import DataTable
from analysis.report.chart_files import wide_drawing, with_chart_links
from analysis.report.chart_images import can_draw, png, write_images
from analysis.report.dom import parse, parse_part, visible_text
from analysis.report.formats import with_csv_links
from analysis.report.page import BANNER, Content, Link, Page
from analysis.report.summary_document import summary_document, write_document
from analysis.report.workbook import CONTENTS, HEAD, sheets, workbook
from analysis.store.results import html

CELLS = (
    ("2019", "1.234", "−57 %", None),
    ("=HYPERLINK(1)", "€ 1.500,50", "@SUM(A1)", "#N/A"),
    ("0012", "te weinig", "+2,5", "-"),
)
TABLE = html(DataTable("proef", "Proef: [1]/2", ("Jaar", "Aantal", "Verschil", "Leeg"), CELLS, ("Jaar",)))
NOTES = (
    '<p class="src">Let op: klein.</p><details class="origin"><summary>Waar</summary><dl><dt>Bestanden</dt><dd><ul>'
    "<li>Politie, a.csv</li></ul></dd><dt>Methode</dt><dd>geteld</dd></dl></details><h2>Anders</h2><p class='src'>x</p>"
)


def book_of(body, *, synthetic=False, day=None):
    linked, _ = with_csv_links(Markup(body), "woon", synthetic=synthetic)
    return workbook("Rapport 2019–2022", list(sheets(Content("Wonen", linked))), day)


def document_of(body, made_up=""):
    content = Content("Kern", Markup(body), made_up=made_up)
    return docx.Document(io.BytesIO(summary_document(content, "Rapport 2022", None)))


def read(document):
    return openpyxl.load_workbook(io.BytesIO(document))


def read_date(document):
    """Return the date by which the programs' own libraries know the document."""
    try:
        return read(document).properties.created.date()
    except OSError:  # no workbook
        return docx.Document(io.BytesIO(document)).core_properties.created.date()


def chart(id, unit="per 1.000"):
    drawing = (
        f'<svg role="img" aria-labelledby="{id}-t" viewBox="0 0 518.4 259.2" style="background:var(--paper,#ffffff);'
        f'fill:var(--ink,#1b1f24);font-size:11px;stroke-linejoin:round"><title id="{id}-t">Lijn</title>'
        '<g aria-hidden="true"><path d="M20 240L500 20" style="fill:none;stroke:var(--accent,#0072b2);stroke-width:2"/>'
        '<text x="500" y="20" style="fill:var(--accent,#0072b2)">36</text></g></svg>'
    )
    return (
        f'<figure><figcaption>Inbraken: 36 in 2022 <span class="unit">{unit}</span></figcaption>'
        f'<div class="wide">{drawing}</div>'
        '<p class="src">Bron: Politie, tabel (nagemaakt).</p></figure>'
    )


def test_a_sheet_has_numbers_as_numbers_and_text_that_is_no_formula():
    sheet = read(book_of(f"<h2>Is het zo?</h2>{TABLE}{NOTES}")).worksheets[1]
    table = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEAD)]
    assert table == [
        ["Jaar", "Aantal", "Verschil", "Leeg"],
        [2019, 1234, -0.57, None],
        ["=HYPERLINK(1)", 1500.5, "@SUM(A1)", "#N/A"],
        ["0012", "te weinig", 2.5, "-"],
    ]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    risky = sheet.cell(HEAD + 2, 1)
    assert risky.quotePrefix and not sheet.cell(HEAD + 3, 1).quotePrefix
    assert [cell.number_format for cell in sheet[HEAD + 1][:3]] == ["0", "#,##0", "0 %"]
    assert {cell.alignment.horizontal for row in sheet.iter_rows(min_row=HEAD, min_col=2) for cell in row} == {"right"}
    assert {row[0].alignment.horizontal for row in sheet.iter_rows(min_row=HEAD)} == {"left"}


def sheet_of(columns, *rows):
    """Return the rows of a sheet."""
    sheet = read(book_of(html(DataTable("t", "Titel", columns, rows)))).worksheets[1]
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEAD)]


def test_a_column_that_is_empty_in_every_row_is_left_out():
    rows = ("2019", None, "5"), ("2022", None, None)
    assert sheet_of(("Jaar", "Oordeel", "Aantal"), *rows) == [["Jaar", "Aantal"], [2019, 5], [2022, None]]
    assert sheet_of(("Jaar", "Aantal")) == [["Jaar", "Aantal"]], "without rows"


def test_a_column_is_text_when_a_cell_holds_two_figures_and_numbers_when_it_holds_a_remark():
    rows = ("a", "0,5", "208 (deel)"), ("b", "6,7 (7,9)", "199")
    assert sheet_of(("Wat", "Per 1.000", "Aantal"), *rows)[1:] == [["a", "0,5", 208], ["b", "6,7 (7,9)", 199]]


def test_a_cell_says_what_a_drawing_shows_and_keeps_parts_apart():
    cells = '<td><svg></svg><span class="vh">van 3 naar 5</span></td><td>€ 0 <span class="ind">0,95 fte</span></td>'
    table = TABLE.replace("<td>1234</td>", "").partition("<tbody>")[0] + f"<tbody><tr><th>a</th>{cells}</tr></tbody>"
    linked, files = with_csv_links(Markup(f"{table}</table></div>"), "woon", synthetic=False)
    (sheet,) = sheets(Content("Wonen", linked))
    assert sheet.rows[1] == ("a", "van 3 naar 5", "€ 0; 0,95 fte")
    assert next(iter(files.values())).endswith('a;van 3 naar 5;"€ 0; 0,95 fte"\r\n')


def test_a_note_of_several_sentences_keeps_them_apart():
    note = (
        '<div class="note"><h3>Let op bij misdrijven</h3><ul><li>Zij tellen mee.</li><li>Het CBS telt.</li></ul></div>'
    )
    (sheet,) = sheets(Content("Wonen", with_csv_links(Markup(TABLE + note), "woon", synthetic=False)[0]))
    assert sheet.notes == ("Let op bij misdrijven: Zij tellen mee. Het CBS telt.",)


def test_a_sheet_says_where_its_table_comes_from_and_what_to_keep_in_mind():
    book = read(book_of(f"<h2>Is het zo?</h2>{TABLE}{NOTES}", synthetic=True))
    assert [cell.value for (cell,) in book.worksheets[1].iter_rows(max_row=6, max_col=1)] == [
        "Proef: [1]/2",
        "Wonen: Is het zo?",
        BANNER,
        "Bron: Politie, a.csv.",
        "Toelichting: Let op: klein. Methode: geteld.",
        "CSV-bestand: tables/voorbeelddata-woon-proef.csv",
    ]
    listed = [cell.value for cell in book[CONTENTS][HEAD + 1]]
    assert listed == [
        book.sheetnames[1], "Proef: [1]/2", "Wonen", "Is het zo?", BANNER, "tables/voorbeelddata-woon-proef.csv",
    ]  # fmt: skip
    assert book[CONTENTS].cell(HEAD + 1, 1).hyperlink.location == f"'{book.sheetnames[1]}'!A1"


@pytest.mark.parametrize("within", [False, True])
def test_a_sheet_has_the_description_and_source_of_the_chart_of_its_table(within):
    """The link to the CSV file stands below the box that scrolls, or in it."""
    figure = '<figure><figcaption id="f-t">Meer</figcaption><p class="src">Bron: CBS, b.csv.</p></figure>'
    behind = f'<details><summary>Cijfers</summary><p class="src">Van 1 naar 2.</p>{TABLE}</details>'
    body = str(with_csv_links(Markup(f'<p class="src">Elders.</p>{figure}{behind}'), "woon", synthetic=False)[0])
    if within:
        body = body.replace('</div><p class="csv">', '<p class="csv">').replace("</details>", "</div></details>")
    (sheet,) = sheets(Content("Wonen", Markup(body)))
    assert (sheet.sources, sheet.notes) == (("Bron: CBS, b.csv.",), ("Van 1 naar 2.",))


def test_tables_of_one_name_get_a_sheet_each():
    tables = "".join(html(DataTable(f"t{i}", "Eén lange titel: " + "woord " * 9, ("A",), (("1",),))) for i in range(3))
    names = read(book_of(tables)).sheetnames
    assert len(set(names)) == 4
    assert all(len(name) <= 31 for name in names)


def test_the_words_in_the_name_of_a_sheet_tell_it_from_others():
    titles = [
        "Diefstallen en inbraken bij bedrijven per jaar", "Diefstallen en inbraken bij bedrijven per maand",
        "Registraties van jeugdoverlast per jaar", "Registraties van geluidshinder: per jaar", "Doelen: hoe ver",
    ]  # fmt: skip
    tables = "".join(html(DataTable(f"t{at}", title, ("A",), (("1",),))) for at, title in enumerate(titles))
    names = [name[3:] for name in read(book_of(tables)).sheetnames[1:]]
    assert len(set(names)) == len(titles)
    assert names[0] == "Diefstallen…per jaar" and names[-1] == "Doelen hoe ver"


def test_columns_are_wide_enough_to_read_and_not_wider_than_a_screen():
    long = html(DataTable("lang", "Lang", ("Wat", "Aantal"), (("woord " * 60, "1"),)))
    widths = [size.width for size in read(book_of(long)).worksheets[1].column_dimensions.values()]
    assert all(9 <= width <= 80 for width in widths)


def test_office_files_carry_the_date_of_the_figures_and_nothing_of_the_run():
    page = Content("Rapport", Markup("<h1>Rapport</h1>"))
    for make in (
        lambda day: book_of(TABLE, day=day),
        lambda day: summary_document(page, "Rapport", day),
    ):
        first, dated = make(None), make(date(2024, 2, 15))
        assert hashlib.sha256(first).digest() == hashlib.sha256(make(None)).digest()
        with ZipFile(io.BytesIO(first)) as undated, ZipFile(io.BytesIO(dated)) as package:
            assert b"dcterms:created" not in undated.read("docProps/core.xml")
            assert package.read("docProps/core.xml").count(b"2024-02-15T00:00:00Z</dcterms:") == 2
            assert read_date(dated) == date(2024, 2, 15)
            assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_chart_is_a_file_with_its_title_and_source_in_the_image():
    body, files = with_chart_links(Markup(chart("inbraak")), "woon", synthetic=True)
    ((path, drawing),) = files.items()
    assert path == "charts/voorbeelddata-woon-inbraak.svg"
    assert f'href="{path}" download>Grafiek als SVG' in body
    root = ET.fromstring(drawing)
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == ["Inbraken: 36 in 2022", "per 1.000", "36", BANNER, "Bron: Politie, tabel (nagemaakt)."]
    assert "var(" not in drawing
    assert with_chart_links(Markup(chart("inbraak")), "woon", synthetic=False)[1].keys() == {"charts/woon-inbraak.svg"}


def test_text_that_no_such_file_may_hold_does_not_break_a_report():
    strange = Markup(
        chart("inbraak").replace("Inbraken", "In\x01braken &lt;b&gt;&nbsp;&amp;").replace(">36<", ">3\x02&nbsp;6<")
    )
    ((_, drawing),) = with_chart_links(strange, "woon", synthetic=True)[1].items()
    assert "In braken &lt;b&gt; &amp;: 36 in 2022" in drawing
    assert png(drawing)
    assert summary_document(Content("Rapport", Markup(f"<h1>a\x01b</h1>{strange}")), "Rapport", None)
    assert book_of(TABLE.replace("Proef", "Pr\x01oef"))


def test_where_a_page_may_break_a_word_nothing_stands_in_a_file():
    hyphened = TABLE.replace("te weinig", "veilig\u00adheid")
    assert read(book_of(hyphened)).worksheets[1].cell(HEAD + 3, 2).value == "veiligheid"
    assert ";veiligheid;" in next(iter(with_csv_links(Markup(hyphened), "woon", synthetic=False)[1].values()))
    assert document_of("<p>Veilig\u00adheid</p>").paragraphs[-1].text == "Veiligheid"
    drawing = with_chart_links(Markup(chart("inbraak", "per in\u00adwoner")), "woon", synthetic=False)[1]
    assert ">per inwoner<" in drawing["charts/woon-inbraak.svg"]


@pytest.mark.parametrize(
    ("figure", "name"),
    [
        ('<figure><svg id="f" viewBox="0 0 1 1"><g/></svg></figure>', "f"),
        ('<figure id="f"><svg viewBox="0 0 1 1"><g/></svg></figure>', "f"),
        ('<figure><svg aria-labelledby="f-t" viewBox="0 0 1 1"><g/></svg></figure>', "f"),
        ('<figure><svg class="narrow" viewBox="0 0 1 1"/><svg id="f" viewBox="0 0 1 1"><g/></svg></figure>', "f"),
        ('<figure><div class="narrow"><svg id="n" viewBox="0 0 1 1"><g/></svg></div>'
         '<svg viewBox="0 0 1 1"><g/></svg></figure>', "grafiek-1"),
    ],
)  # fmt: skip
def test_a_chart_is_the_drawing_of_a_figure_that_is_not_for_narrow_pages(figure, name):
    assert list(with_chart_links(Markup(figure), "woon", synthetic=False)[1]) == [f"charts/woon-{name}.svg"]


def test_a_drawing_in_a_table_is_no_chart():
    table = Markup("<figure><table><tr><td><svg viewBox='0 0 1 1'><g/></svg></td></tr></table></figure>")
    assert with_chart_links(table, "woon", synthetic=False)[1] == {}


def test_the_png_shows_the_lines_of_the_svg():
    ((_, drawing),) = with_chart_links(Markup(chart("inbraak")), "woon", synthetic=True)[1].items()
    image = png(drawing)
    assert image == png(drawing)
    assert struct.unpack(">II", image[16:24])[0] == round(542.4 * 2.5)
    pixels = np.rint(imread(io.BytesIO(image)) * 255).astype(int)
    ours = (pixels[:, :, :3] == [0, 0x72, 0xB2]).all(axis=2)
    assert ours.sum() > 2000
    assert (pixels[0, :, :3] == 255).all()


def test_a_drawing_that_matplotlib_did_not_make_is_a_file_but_no_image(tmp_path):
    own = Markup('<figure><svg viewBox="0 0 1 1" id="a"><circle r="1"/></svg></figure>')
    ((_, drawing),) = with_chart_links(own, "woon", synthetic=False)[1].items()
    assert "<circle" in drawing and not can_draw(drawing)
    (tmp_path / "charts").mkdir()
    ((_, other),) = with_chart_links(Markup(chart("inbraak")), "woon", synthetic=False)[1].items()
    for name, text in (("eigen", drawing), ("inbraak", other)):
        (tmp_path / "charts" / f"{name}.svg").write_text(text, encoding="utf-8")
    write_images(tmp_path)
    assert [path.name for path in tmp_path.glob("charts/*.png")] == ["inbraak.png"]


@pytest.mark.filterwarnings("error")
def test_a_sign_that_the_font_lacks_is_no_warning(tmp_path):
    shown = Markup(chart("inbraak").replace('">36<', ';text-anchor:end">\N{POLICE CARS REVOLVING LIGHT} 36<'))
    ((_, drawing),) = with_chart_links(shown, "woon", synthetic=False)[1].items()
    assert "\N{POLICE CARS REVOLVING LIGHT}" in drawing
    (tmp_path / "charts").mkdir()
    (tmp_path / "charts" / "zwaailicht.svg").write_text(drawing, encoding="utf-8")
    write_images(tmp_path)
    assert [*tmp_path.glob("charts/*.png")]


@pytest.mark.parametrize("word", ["Woninginbraken", "Súdwest-Fryslân 2019–2022", "iiii"])
def test_lines_above_and_below_a_chart_stay_within_it(word):
    long = f"{word} " * 30
    figure = Markup(chart("inbraak", long).replace("Inbraken", long).replace("Politie", long))
    ((_, drawing),) = with_chart_links(figure, "woon", synthetic=True)[1].items()
    root = ET.fromstring(drawing)
    for text in root.findall("{http://www.w3.org/2000/svg}text"):
        style = dict(part.split(":") for part in text.get("style").split(";"))
        font = FontProperties(size=float(style["font-size"][:-2]), weight=int(style.get("font-weight", 400)))
        width = svg.RULER.get_text_width_height_descent(text.text, font, False)[0]
        assert float(text.get("x")) + width < float(root.get("width")), text.text


def test_a_document_has_the_styles_of_word_so_that_a_template_applies():
    page = (
        "<h1>Kern</h1><p class='lead'>Hoe <b>zeker</b>?</p><h2>Eén</h2>"
        "<ul><li><a href='x'>A</a><p>Meer.</p></li>"
        "</ul><ol><li>a</li></ol><ol><li>b</li></ol><p><a href='x'>Lees verder</a></p>"
        f"{chart('inbraak')}{TABLE}<details class='origin'><p>weg</p></details>"
    )
    document = document_of(page, made_up=f"{BANNER}.")
    paragraphs = [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs if paragraph.text]
    assert paragraphs == [
        ("Title", "Rapport 2022"), ("Normal", f"{BANNER}."), ("Heading 1", "Kern"), ("Subtitle", "Hoe zeker?"),
        ("Heading 2", "Eén"), ("List Bullet", "A"), ("List Continue", "Meer."), ("List Number", "a"),
        ("List Number", "b"), ("Caption", "Proef: [1]/2"),
    ]  # fmt: skip
    numbers = [p._p.pPr.numPr.numId.val for p in document.paragraphs if p.style.name == "List Number"]
    assert len(set(numbers)) == 2
    assert document.inline_shapes[0]._inline.docPr.get("descr") == "Inbraken: 36 in 2022 Lijn"
    assert document.tables[0].cell(1, 1).text == "1.234"
    assert document.tables[0].rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    about = document.core_properties
    assert (about.title, about.author, about.language) == ("Rapport 2022", "Veiligheidsanalyse", "nl-NL")
    assert document.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:lang')}").get(qn("w:val")) == "nl-NL"


KEY = """<h1>Kern</h1>
<ol class="key"><li><strong>Inbraken: meer.</strong> Van 36 naar 91.
<a href="01.html">Waarom?<span class="vh"> inbraken</span></a></li></ol>
<h2>Overzicht</h2>
<div class="scroll"><table class="overview cards"><caption>Per thema</caption><thead><tr>
<th scope="col">Thema</th><th>Verloop</th><th>Nu</th><th>Verandering</th><th>Geld</th><th>Fte</th><th>Doel</th>
</tr></thead>
<tbody><tr class="group"><th colspan="7" scope="rowgroup">Prioriteiten</th></tr>
<tr><th scope="row">Zorg<span class="ind">onbegrepen gedrag</span></th>
<td><svg viewBox="0 0 1 1" aria-hidden="true"><circle r="1"/></svg><span class="vh">242 in 2019</span></td>
<td><svg viewBox="0 0 1 1" role="img" aria-label="433 in 2023"><text>433</text></svg></td>
<td><span aria-hidden="true">▲</span> +79 % <span class="ind">duidelijk</span></td>
<td><span aria-hidden="true">–</span><span class="vh">geen bedrag</span></td>
<td><b>0,95</b><span class="ind">nagemaakt</span></td>
<td><a href="08.html">niet gehaald</a></td></tr></tbody></table></div>
<h2>Verder</h2><p>Klaar.</p>"""


def test_key_messages_and_an_overview_of_themes_become_a_numbered_list_and_a_table():
    document = document_of(KEY)
    key = next(paragraph for paragraph in document.paragraphs if paragraph.style.name == "List Number")
    assert [(run.text, run.bold) for run in key.runs] == [("Inbraken: meer.", True), (" Van 36 naar 91.", None)]
    (table,) = document.tables
    assert [cell.text for cell in table.rows[2].cells] == [
        "Zorg\nonbegrepen gedrag", "242 in 2019", "433 in 2023", "▲ +79\xa0% duidelijk", "–", "0,95\nnagemaakt",
        "niet gehaald",
    ]  # fmt: skip
    assert {cell.text for cell in table.rows[1].cells} == {"Prioriteiten"}
    longest = {0: "onbegrepen", 3: "Verandering", 4: "Geld"}  # in bold
    widths = [table.columns[at].width / (3 + 1.2 * len(word)) for at, word in longest.items()]
    assert max(widths) == pytest.approx(min(widths), rel=0.01), "as wide as the longest word asks for"
    group = table.rows[1].cells[0].paragraphs[0]
    assert group.paragraph_format.keep_with_next and table.rows[2].cells[0].paragraphs[0].style.name == "Normal"
    assert not table.rows[2].cells[0].paragraphs[0].paragraph_format.keep_with_next
    assert [section.page_width > section.page_height for section in document.sections] == [False, True, False]


def test_a_file_without_drawings_has_no_legend_of_them_and_the_document_the_quotes_of_the_pages():
    legend = '<p class="src"><span class="drawn">Vlak: gewoon.</span> Nagemaakt: thema&#39;s.</p>'
    body = f"<h1>Kern</h1>{TABLE}{legend}"
    assert document_of(body).paragraphs[-1].text == "Nagemaakt: thema’s."
    (sheet,) = sheets(Content("Kern", with_csv_links(Markup(body), "kern", synthetic=False)[0]))
    assert sheet.notes == ("Nagemaakt: thema's.",)


def test_without_key_messages_there_is_no_document(tmp_path):
    page = Page("Rapport", "2022", chapters=(Link("Kern"), Link("Wonen", "01_wonen.html")))
    write_document(tmp_path, page, "01_wonen.html", Content("Wonen", Markup("<h1>Wonen</h1>")), None)
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_the_workbook_of_the_sample_says_what_its_csv_files_say(sample_report):
    folder = sample_report.folder
    book = openpyxl.load_workbook(folder / "tabellen.xlsx")
    names = {row[5]: row[0] for row in book[CONTENTS].iter_rows(min_row=HEAD + 1, values_only=True)}
    assert set(names) == {f"tables/{path.name}" for path in folder.glob("tables/*.csv")}
    for file, name in names.items():
        with (folder / file).open(encoding="utf-8-sig", newline="") as lines:
            told = list(csv.reader(lines, delimiter=";"))
        filled = {at for row in told[1:] for at, text in enumerate(row) if text}  # a sheet has no empty columns
        told = [[text for at, text in enumerate(row) if at in filled] for row in told]
        shown = list(book[name].iter_rows(min_row=HEAD))
        assert len(shown) == len(told), file
        for cells, texts in zip(shown[1:], told[1:], strict=True):
            for cell, text in zip_longest(cells, texts, fillvalue=""):  # a row that names a group has one cell
                assert cell.value is None if text == "" else same(cell, text), (file, cell.coordinate, text)


def same(cell, text):
    if isinstance(cell.value, str):
        plain = cell.value.replace(".", "").replace("\u2212", "-").removeprefix("+")  # a number in a column of text
        return text in {cell.value, f"'{cell.value}", plain}  # a CSV file marks what would run as a formula
    number = re.sub(r" \([a-z ]+\)$", "", text).removeprefix("€ ").removesuffix(" %")
    if text.startswith("€ "):  # a CSV file keeps an amount as it is on the page
        number = number.replace(".", "")
    factor = 100 if text.endswith(" %") else 1
    return cell.value * factor == pytest.approx(float(number.replace(",", ".").replace("\u2212", "-")))


@pytest.mark.slow
def test_the_document_of_the_sample_says_what_its_key_messages_say(sample_report):
    document = docx.Document(sample_report.folder / "samenvatting.docx")
    page = next(sample_report.folder.glob("00_*.html"), sample_report.folder / "index.html")
    main = parse(page.read_text(encoding="utf-8"))[0].find(".//main")
    written = "".join("".join(paragraph.text for paragraph in document.paragraphs).split())
    shown = [*main.iter("h1", "h2", "h3"), *main.iterfind(".//p[@class='answer']"), *main.iterfind(".//ol/li/strong")]
    assert len(shown) > 5
    for element in shown:
        assert "".join(visible_text(element).split()) in written


@pytest.mark.slow
def test_every_chart_of_the_sample_has_its_files_in_the_report_the_zip_and_the_manifest(sample_report):
    folder = sample_report.folder
    pages = [parse_part(page.read_text(encoding="utf-8")) for page in folder.glob("[0-9]*.html")]
    charts = sum(wide_drawing(figure) is not None for page in pages for figure in page.iter("figure"))
    assert charts > 5
    assert len(list(folder.glob("charts/*.svg"))) == charts == len(list(folder.glob("charts/*")))
    made = {path.relative_to(folder).as_posix() for path in folder.glob("charts/*")} | {
        "tabellen.xlsx",
        "samenvatting.docx",
    }
    with ZipFile(folder / "raadspakket.zip") as package:
        assert made <= set(package.namelist())
    first_page = (folder / "index.html").read_text(encoding="utf-8")
    assert all(f'href="{name}"' in first_page for name in ("tabellen.xlsx", "samenvatting.docx", "raadspakket.zip"))
    assert made <= set(json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"])
