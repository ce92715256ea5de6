"""The formats of a report: anchors, CSV tables, one file, PDFs and zip file. All content is made up."""

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import replace
from urllib.parse import unquote
from zipfile import ZipFile

import pytest
from lxml.html import fragment_fromstring
from markupsafe import Markup, escape

import analysis.display.registration  # noqa: F401 (registers how results are shown)
from analysis import paths
from analysis.display.tables import DataTable
from analysis.report import formats
from analysis.report.council_pages import CouncilEdition
from analysis.report.dom import outline
from analysis.report.formats import with_csv_links
from analysis.report.forms import COUNCIL_PACKAGE, COUNCIL_PDF, WHOLE_PDF, Forms
from analysis.report.page import Content, Link, Page
from analysis.store.results import html
from pdf_structure import problems

pytestmark = pytest.mark.slow

CELLS = (
    ("2019", "1.234", "−57 %", None),
    ("=HYPERLINK(1)", "+1.234.567,5", "@SUM(A1)", "+cmd"),
    ('zegt "nee"; <b>', "12 tot 13", "2,5", "-"),
)
TABLE = html(DataTable("proef", "Proef <1>", ("Jaar", "Aantal", "Verschil", "Leeg"), CELLS, ("Jaar",)))
BODY = Markup(f"<h1>Eén</h1><h2>Is het zo?</h2>{TABLE}")
EDITION = CouncilEdition([("woon", Content("Wonen", Markup("<h1>Wonen</h1><p>Waarover?</p>")))])


def rows(text):
    return list(csv.reader(text.splitlines(), delimiter=";"))


def test_every_question_gets_an_anchor_of_its_own():
    body, sections = outline(Markup("<h2>Is het zo?</h2><h2>Is &lt;dat&gt; één?</h2><h2>Is het zo?</h2>"))
    assert [section.id for section in sections] == ["vraag-is-het-zo", "vraag-is-dat-n", "vraag-is-het-zo-2"]
    assert all(f'<h2 id="{section.id}">{section.title}</h2>' in body for section in sections)


def test_a_table_is_a_csv_file_with_the_numbers_that_are_shown():
    body, files = with_csv_links(BODY, "woon", synthetic=False)
    assert list(files) == ["tables/woon-proef.csv"]
    assert 'href="tables/woon-proef.csv" download>Tabel als CSV<span class="vh">: Proef &lt;1&gt;</span></a>' in body
    head, first, second, third = rows(files["tables/woon-proef.csv"])
    assert head == ["Jaar", "Aantal", "Verschil", "Leeg"]
    assert first == ["2019", "1234", "-57 %", ""]
    assert second[1] == "1234567,5"
    assert third[:3] == ['zegt "nee"; <b>', "12 tot 13", "2,5"]


def test_nothing_in_a_csv_file_runs_in_a_spreadsheet():
    _, files = with_csv_links(BODY, "woon", synthetic=False)
    _, _, second, third = rows(files["tables/woon-proef.csv"])
    assert (second[0], second[2], second[3], third[3]) == ("'=HYPERLINK(1)", "'@SUM(A1)", "'+cmd", "'-")


def test_files_with_made_up_numbers_say_so_in_their_name():
    assert list(with_csv_links(BODY, "woon", synthetic=True)[1]) == ["tables/voorbeelddata-woon-proef.csv"]


SECOND = Markup(
    '<h1>Twee</h1><h2 id="vraag-is-het-zo">Is het zo?</h2><p><a href="01_een.html#vraag-is-het-zo">terug</a> '
    '<a href="01_een.html">heel</a> <a href="https://www.cbs.nl/a.html">buiten</a></p>'
    '<svg aria-labelledby="t d"><title id="t">x</title><desc id="d">y</desc><g id="g"/><use xlink:href="#g"/>'
    '<path clip-path="url(#g)"/></svg>'
)


@pytest.fixture
def chapters():
    first = Content("Eén", outline(with_csv_links(BODY, "een", synthetic=False)[0])[0])
    return [formats.Part("01_een.html", first), formats.Part("02_twee.html", Content("Twee", SECOND))]


@pytest.fixture
def page():
    links = (Link("Eén", "01_een.html"), Link("Twee", "02_twee.html"), Link("Drie"))
    return Page("Proefrapport", "2019–2022", chapters=links, home="index.html")


def test_one_file_holds_every_chapter_one_level_down(chapters, page):
    made = formats.single_page(page, chapters)
    assert re.findall(r"<(h\d)", made) == ["h1", "h2", "h3", "h2", "h3"]
    assert made.count("Is het zo?") == 2
    assert '<section id="02_twee" class="chapter">' in made
    assert '<a href="#02_twee">Twee</a>' in made
    assert "Drie (geen gegevens)" in made


def test_ids_in_one_file_are_unique_and_all_that_is_named_is_there(chapters, page):
    made = formats.single_page(page, chapters)
    ids = re.findall(r'\bid="([^"]+)"', made)
    assert len(ids) == len(set(ids))
    named = re.findall(r'(?:href="|url\()#([^")]+)', made)
    named += [id for names in re.findall(r'aria-(?:labelledby|describedby)="([^"]+)"', made) for id in names.split()]
    assert set(named) <= set(ids)
    assert 'role="region" tabindex="0" aria-labelledby="01_een-titel 01_een-proef"' in made
    assert {"01_een-vraag-is-het-zo", "02_twee-g", "02_twee-t", "01_een-proef"} <= set(named)


def test_one_file_needs_no_other(chapters, page):
    made = formats.single_page(page, chapters)
    assert set(re.findall(r'href="([^"#]+)"', made)) == {"https://www.cbs.nl/a.html"}


def test_what_looks_like_a_reference_in_a_text_stays_as_it_is(page):
    text = '<a id="x" href="#x">h2</a> url(#x)'
    content = Content("Eén", Markup(f'<p id="x">{escape(text)}</p>'))
    moved = fragment_fromstring(formats.embedded(formats.Part("01_een.html", content), {}))
    assert (moved.get("id"), moved.text_content()) == ("01_een-x", text)


def test_names_with_accents_still_lead_somewhere():
    table = html(DataTable("súdwest", "Súdwest", ("Jaar",), (("2022",),)))
    links = Markup('<a href="#súdwest">tabel</a> <a href="02_één.html#súdwest">daar</a>')
    body, files = with_csv_links(outline(links + Markup(table))[0], "één", synthetic=False)
    assert list(files) == ["tables/één-súdwest.csv"]
    anchors = {"01_één.html": "01_één", "02_één.html": "02_één"}
    moved = formats.embedded(formats.Part("01_één.html", Content("Eén", body)), anchors)
    assert re.findall(r'\bid="([^"]*)"', moved) == ["01_één-súdwest"]
    assert [unquote(href) for href in re.findall(r'href="([^"]*)"', moved)] == ["#01_één-súdwest", "#02_één-súdwest"]


@pytest.fixture
def report(tmp_path):
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "a.csv").write_text("a;b\n", "utf-8")
    (tmp_path / "results.json").write_text("[]", "utf-8")
    return tmp_path


def test_the_parcel_holds_the_report_and_is_the_same_each_time(report, chapters, page, monkeypatch):
    monkeypatch.setattr(paths, "browser", lambda: None)
    formats.write_formats(report, page, chapters, EDITION, Forms.COUNCIL, list)
    names = [
        "LEESMIJ.txt", "results.json", "samenvatting.docx", "tabellen.xlsx", "tables/a.csv", "veiligheidsanalyse.html",
    ]  # fmt: skip
    with ZipFile(report / COUNCIL_PACKAGE) as made:
        assert made.namelist() == names
        note = made.read("LEESMIJ.txt").decode("utf-8-sig")
    assert note.startswith("Proefrapport 2019–2022")
    assert all(name.partition("/")[0] in note for name in names[1:])
    before = hashlib.sha256((report / COUNCIL_PACKAGE).read_bytes()).hexdigest()
    formats.write_formats(report, page, chapters, EDITION, Forms.COUNCIL, list)
    assert hashlib.sha256((report / COUNCIL_PACKAGE).read_bytes()).hexdigest() == before


def test_without_a_browser_the_report_says_that_there_is_no_pdf(report, chapters, page, monkeypatch):
    monkeypatch.setenv(paths.BROWSER_VARIABLE, "bestaat-niet")
    made = formats.write_formats(report, page, chapters, EDITION, Forms.COUNCIL, list)
    assert made.no_pdf.startswith("Er is geen PDF gemaakt: Chromium is niet gevonden.")
    assert [link.href for link in made.formats] == [
        "veiligheidsanalyse.html",
        "samenvatting.docx",
        "tabellen.xlsx",
        "raadspakket.zip",
    ]
    assert not (report / COUNCIL_PDF).exists()


def test_a_browser_that_fails_leaves_no_pdf(report, chapters, page, monkeypatch):
    monkeypatch.setenv(paths.BROWSER_VARIABLE, "false")
    assert "gaf een fout" in formats.write_formats(report, page, chapters, EDITION, Forms.COUNCIL, list).no_pdf
    assert not (report / COUNCIL_PDF).exists()


@pytest.mark.skipif(paths.browser() is None, reason="there is no Chromium")
def test_the_whole_as_a_pdf_is_made_when_asked_for(report, chapters, page):
    made = formats.write_formats(report, page, chapters, EDITION, Forms.COUNCIL, list)
    assert [link.href for link in made.formats] == [
        "raadsversie.pdf", "veiligheidsanalyse.html", "samenvatting.docx", "tabellen.xlsx", "raadspakket.zip",
    ]  # fmt: skip
    assert made.no_pdf is None and not (report / WHOLE_PDF).exists()
    made = formats.write_formats(report, page, chapters, EDITION, Forms.ALL, list)
    assert "veiligheidsanalyse.pdf" in [link.href for link in made.formats]
    with ZipFile(report / COUNCIL_PACKAGE) as package:
        assert {"raadsversie.pdf", "veiligheidsanalyse.pdf"} <= {*package.namelist()}
    assert problems(report / WHOLE_PDF) == []


def test_the_annex_has_no_long_tables_and_says_so(page):
    rows = "".join(f"<tr><th>{year}</th><td>1</td></tr>" for year in range(40))
    table = "<details><summary>Cijfers</summary><table><tbody>{}</tbody></table></details>"
    body = Markup("<h1>Eén</h1>" + table.format(rows) + table.format("<tr><th>2022</th><td>1</td></tr>"))
    made = formats.single_page(replace(page, chapters=()), [formats.Part("01_een.html", Content("Eén", body))])
    assert made.count('<details class="screen">') == 1 and made.count("<details>") == 1
    assert "Controlegetallen, lijsten van bestanden en de langste tabellen staan op de pagina’s" in made


def test_a_table_of_real_figures_is_not_called_sample_data():
    rows = (("2022", "36"), ("2023", "91"))
    real = DataTable("inbraken", "Inbraken", ("Jaar", "Aantal"), rows, made_up=(False,))
    both = DataTable("soorten", "Soorten", ("Wat", "Aantal"), rows, made_up=(True, False))
    _, files = with_csv_links(Markup(html(real) + html(both)), "woon", synthetic=True)
    assert files == {
        "tables/woon-inbraken.csv": "Jaar;Aantal\r\n2022;36\r\n2023;91\r\n",
        "tables/voorbeelddata-woon-soorten.csv": "Wat;Aantal;Soort gegevens\r\n2022;36;nagemaakt\r\n2023;91;echt\r\n",
    }
