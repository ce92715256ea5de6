"""A printed page: what PDF/UA asks of the file, and what happens without a Chromium. All content is made up."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pikepdf
import pytest

from analysis import paths
from analysis.report import printing
from analysis.report.printing import NoPdf, destinations, print_page, print_pdf
from pdf_structure import elements, problems

pytestmark = pytest.mark.slow
TEMPLATES = Path(printing.__file__).parent / "templates"
needs_chromium = pytest.mark.skipif(paths.browser() is None, reason="there is no Chromium")
PICTURE = "data:image/svg+xml," + quote(
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text y="8">A</text></svg>'
)
PAGE = """<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Proef</title>
<style>@page{size:A4;@top-left{content:"Loopkop"}}h1{width:3cm}h2{break-before:page}td{border:1px solid}</style></head>
<body><h1>Wonen en samenleven</h1>
<p><a href="#twee">Naar vraag <b>twee</b></a> <a href="https://www.cbs.nl/">CBS</a></p>
<ul><li>Een</li><li><a href="#twee">Nog eens</a></li></ul>
<img alt="Lijn: 3 in 2022" src="{PICTURE}">
<table><caption>Cijfers</caption><thead><tr><th scope="col">Jaar</th><th scope="col">Aantal</th></tr></thead>
<tbody><tr><th scope="row">2022</th><td>3</td></tr></tbody></table>
<h2 id="twee">Vraag twee</h2><p>Tekst</p></body></html>""".replace("{PICTURE}", PICTURE)


@pytest.fixture
def page(tmp_path):
    (tmp_path / "proef.html").write_text(PAGE, encoding="utf-8")
    return tmp_path / "proef.html"


@pytest.fixture
def pdf(page, tmp_path):
    target = tmp_path / "proef.pdf"
    print_pdf(page, target, date(2024, 2, 15), "Proef 2019–2022", "Over een proef.")
    return target


@needs_chromium
def test_a_finished_pdf_breaks_no_rule_of_pdf_ua_and_a_raw_one_does(page, pdf, tmp_path):
    assert problems(pdf) == []
    print_page(page, tmp_path / "rauw.pdf")
    numbers = {problem[:6] for problem in problems(tmp_path / "rauw.pdf")}
    assert {"06-002", "01-005", "28-012"} <= numbers


@needs_chromium
def test_the_tree_says_what_is_read(pdf):
    with pikepdf.open(pdf) as made:
        tree = list(elements(made))
        assert [str(e.entries.Alt) for e in tree if e.type == "Figure"] == ["Lijn: 3 in 2022"]
        assert [e.type for e in tree if e.type.startswith("H")] == ["H1", "H2"]
        assert [e.type for e in tree if e.type in {"Table", "Caption", "TH", "TD"}] == [
            "Table", "Caption", "TH", "TH", "TH", "TD",
        ]  # fmt: skip
        assert [e.type for e in tree if e.type in {"L", "LI", "LBody"}] == ["L", "LI", "LBody", "LI", "LBody"]


@needs_chromium
def test_the_file_says_what_it_is(pdf):
    with pikepdf.open(pdf) as made:
        assert str(made.docinfo["/Title"]) == "Proef 2019–2022"
        assert str(made.docinfo["/CreationDate"]) == "D:20240215000000Z"
        with made.open_metadata() as metadata:
            assert (metadata["dc:title"], metadata["dc:description"]) == ("Proef 2019–2022", "Over een proef.")
            assert metadata["pdfuaid:part"] == "1" and list(metadata["dc:language"]) == ["nl"]
        assert {str(link.Contents) for link in made.pages[0].Annots} == {"Naar vraag twee", "CBS"}
        bookmarks = made.open_outline().root
        assert [bookmark.title for bookmark in bookmarks] == ["Wonen en samenleven"]  # over three lines
        assert [bookmark.title for bookmark in bookmarks[0].children] == ["Vraag twee"]


@needs_chromium
def test_the_same_page_gives_the_same_file(page, pdf, tmp_path):
    print_pdf(page, tmp_path / "weer.pdf", date(2024, 2, 15), "Proef 2019–2022", "Over een proef.")
    assert (tmp_path / "weer.pdf").read_bytes() == pdf.read_bytes()


@needs_chromium
def test_an_anchor_is_found_where_it_was_printed(page, tmp_path):
    print_page(page, tmp_path / "rauw.pdf")
    with pikepdf.open(tmp_path / "rauw.pdf") as made:
        found = destinations(made)
    assert found["twee"][0] == 2 and 700 < found["twee"][1] < 842


@needs_chromium
def test_a_word_longer_than_a_line_goes_on_in_the_next(tmp_path):
    """A municipality may give an address as its reason; what sticks out of the page would be cut off."""
    css, heights = (TEMPLATES / "council.css").read_text(encoding="utf-8"), []
    for word in ("kort", "lang" * 200):
        text = f'<p><a href="#na">a</a> {word}</p><p id="na">na</p>'
        sheet = f'<style>@page{{size:A4}}{css}</style><div class="part">{text}</div>'
        (tmp_path / "woord.html").write_text(f'<!doctype html><html lang="nl">{sheet}', encoding="utf-8")
        print_page(tmp_path / "woord.html", tmp_path / "woord.pdf")
        with pikepdf.open(tmp_path / "woord.pdf") as made:
            heights.append(destinations(made)["na"][1])
    assert heights[0] - heights[1] > 50


@pytest.mark.parametrize(
    "program, reason",
    [("bestaat-niet", "Chromium is niet gevonden. Installeer"), ("false", "gaf een fout"), ("true", "gaf een fout")],
)
def test_without_a_working_chromium_there_is_a_reason(page, tmp_path, monkeypatch, program, reason):
    monkeypatch.setenv(paths.BROWSER_VARIABLE, program)
    with pytest.raises(NoPdf, match=reason) as caught:
        print_pdf(page, tmp_path / "geen.pdf", None, "Proef", "Over een proef.")
    assert not re.search("/|Error", str(caught.value))  # it is published
    assert not (tmp_path / "geen.pdf").exists()
