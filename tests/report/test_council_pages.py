"""The council's edition as it is printed: its pages, contents, running heads and letters."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import nbformat
import pikepdf
import pytest
from markupsafe import Markup
from pypdf import PdfReader

from analysis import paths
from analysis.report.council_edition import Block, PrintedPart, choice
from analysis.report.council_pages import CouncilEdition, Heights, fit, write_council_pdf
from analysis.report.exporter import page_content
from analysis.report.forms import COUNCIL_PDF
from analysis.report.page import Content, Page
from pdf_structure import elements, problems

SMALLEST = 9.5  # points
EMPTY = Content("Leeg", Markup("<h1>Leeg</h1>"))
needs_chromium = pytest.mark.skipif(paths.browser() is None, reason="there is no Chromium")


def part(*heights, pages=1, columns=1):
    blocks = tuple(Block(Markup(f"<p>{index}</p>"), index) for index in range(len(heights)))
    return PrintedPart("deel", "Deel", pages, blocks, columns=columns), Heights(40, tuple(map(float, heights)))


def kept(fitted):
    return [block.importance for block in fitted.blocks]


def test_what_fits_stays_whole():
    fitted, pages = fit(*part(300, 300))
    assert (kept(fitted), pages, fitted.complete) == ([0, 1], 1, True)


def test_the_least_important_is_left_out_until_the_rest_fits():
    fitted, pages = fit(*part(100, 500, 200, 300))
    assert (kept(fitted), pages, fitted.complete) == ([0, 1], 1, False)


def test_what_is_too_high_for_its_pages_leaves_room_for_the_rest():
    fitted, pages = fit(*part(100, 1000, 200, 300))
    assert (kept(fitted), pages, fitted.complete) == ([0, 2, 3], 1, False)


def test_what_has_to_stay_stays():
    fitted, pages = fit(*part(1000, 100))
    assert (kept(fitted), pages) == ([0], 2)


def test_columns_hold_twice_as_much():
    assert kept(fit(*part(*[200] * 9))[0]) == [0, 1, 2]
    assert len(fit(*part(*[200] * 9, columns=2))[0].blocks) == 6


@pytest.fixture(scope="module")
def sample(sample_report):
    if not (sample_report.folder / COUNCIL_PDF).exists():
        pytest.skip("there is no Chromium")
    return sample_report.folder / COUNCIL_PDF


def edition(folder: Path) -> CouncilEdition:
    """The chapters of a published report."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    ids = [chapter["id"] for chapter in manifest["chapters"] if chapter["page"]]
    notebooks = dict(zip(ids, sorted((folder / "notebooks").iterdir()), strict=True))
    absent = [f"{chapter['title']}: {chapter['reason']}" for chapter in manifest["chapters"] if chapter["reason"]]
    contents = [(id, page_content(nbformat.read(path, 4))) for id, path in notebooks.items()]
    return CouncilEdition(contents, absent, date(2024, 2, 15))


def read(path):
    reader = PdfReader(path)
    return [" ".join(page.extract_text().split()) for page in reader.pages], reader


def check_pages(path):
    """Check what holds for every edition, whatever the data; return the texts of its pages."""
    texts, reader = read(path)
    listed = re.findall(r"([^\d.]+?) (\d+)(?= |$)", texts[0].partition("Inhoud ")[2].partition("Niet gemaakt")[0])
    starts = {title.strip(): int(number) for title, number in listed}
    with pikepdf.open(path) as pdf:
        found = {
            str(bookmark.title): 1 + next(n for n, page in enumerate(pdf.pages) if page.obj == bookmark.destination[0])
            for bookmark in pdf.open_outline().root[1:]
        }
    assert starts == found and len(starts) >= 3
    heading = ""
    for number, text in enumerate(texts[1:], 2):
        heading = next((title for title, start in starts.items() if start == number), heading)
        assert text.startswith(heading), number
        assert f"{number} van {len(texts)}" in text
    ends = [*sorted(starts.values())[1:], len(texts) + 1]
    limits = {
        getattr(part, "section", None) or getattr(part, "reservations", None): part.pages for part in choice().parts
    }
    for (title, start), end in zip(starts.items(), ends, strict=True):
        assert end - start <= limits.get(title, 2)
    assert smallest(reader) >= SMALLEST - 0.05
    assert problems(path) == []
    return texts


def smallest(reader):
    sizes = set()
    for page in reader.pages:

        def visit(text, matrix, text_matrix, _font, size):
            if text.strip():
                sizes.add(abs(size * text_matrix[3] * matrix[3]))

        page.extract_text(visitor_text=visit)
    return min(sizes)


@pytest.mark.slow
def test_the_edition_has_twelve_to_sixteen_pages_and_true_contents(sample):
    assert 12 <= len(check_pages(sample)) <= 16


@pytest.mark.slow
def test_each_field_has_one_page_with_its_answers_and_figures(sample):
    with pikepdf.open(sample) as pdf:
        tree = list(elements(pdf))
        pages = {page.objgen: number for number, page in enumerate(pdf.pages, 1)}
        figures = [pages[element.entries.Pg.objgen] for element in tree if element.type == "Figure"]
    texts, _ = read(sample)
    assert "thema’s" in " ".join(texts) and "thema's" not in " ".join(texts)
    for number in range(4, 9):  # after the contents and two pages of key messages
        assert 1 <= figures.count(number) <= 2
        assert "Bron:" in texts[number - 1]


@pytest.mark.slow
@pytest.mark.realdata
@needs_chromium
@pytest.mark.parametrize("code", ["GM1969", "GM0363"])
def test_real_exports_fit_too(real_reports, tmp_path, code):
    made = edition(real_reports[0] / code / "2019-2022")
    write_council_pdf(tmp_path / "r.pdf", Page("Veiligheidsanalyse", "2019–2022"), made)
    texts = check_pages(tmp_path / "r.pdf")
    assert len(texts) <= 16
    assert all(sentence.partition(":")[0] in texts[0] for sentence in made.absent)


@pytest.mark.slow
@needs_chromium
def test_the_same_content_gives_the_same_file_and_a_long_part_is_shortened(tmp_path):
    paragraphs = "".join(
        f'<h2>Vraag {n}?</h2><p class="answer">{"Antwoord op een vraag. " * 30}</p>' for n in range(40)
    )
    chapters = [("woon", Content("Wonen", Markup(f"<h1>Wonen</h1><p>Waarover?</p>{paragraphs}"))), ("jeugd", EMPTY)]
    made = CouncilEdition(chapters, ["Stemming: geen briefjes."], date(2024, 2, 15))
    files = [tmp_path / "een.pdf", tmp_path / "twee.pdf"]
    for file in files:
        write_council_pdf(file, Page('Veilig "heid" </style>', "2019–2022", synthetic=True), made)
    assert files[0].read_bytes() == files[1].read_bytes()
    texts, _ = read(files[0])
    assert len(texts) == 2 and "Meer in hoofdstuk ‘Wonen’." in texts[1] and "Vraag 0?" in texts[1]
    assert 'Veilig "heid" </style> 2019–2022' in texts[1] and "Met nagemaakte cijfers" in texts[1]
    assert "Stemming: geen briefjes." in texts[0]
    assert problems(files[0]) == []
