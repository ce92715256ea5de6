"""The provenance of a number, in every chapter of a report and for every kind of result."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import chapters_as_pages
import made_up_series
from analysis import policy
from analysis.display import provenance, registration, tables
from analysis.display.finding_texts import finding_text
from analysis.display.provenance import _METHODS
from analysis.policy.change_tests import Changed
from analysis.policy.findings import Finding
from analysis.report.page import TEMPLATES
from analysis.statistics.change import change, overview
from analysis.store.raw_sources import Source
from analysis.store.results import html

pytestmark = pytest.mark.slow

assert registration and policy  # a result can only show itself once the display layer is there
STYLE = TEMPLATES / "style.css"
LAB = Path(sys.prefix) / "share" / "jupyter" / "nbconvert" / "templates" / "lab" / "static" / "index.css"
YEARS = {2018: 100, 2019: 200, 2020: 150, 2021: 140, 2022: 300}
SERIES = made_up_series.yearly("proef", "GM1969", YEARS)


def details(fragment):
    """The provenance blocks in a fragment, by name."""
    blocks = chapters_as_pages.read(f"<div>{fragment}</div>").xpath("//details[@class='origin']")
    return {
        chapters_as_pages.words(block.find("summary")): chapters_as_pages.words(block.find("dl")) for block in blocks
    }


def sections(tree):
    """Every heading below the title of the page, with what stands between it and the next."""
    parts, current = [], []
    for element in tree.find(".//main").iter("h2", "h3", "table", "details", "p"):
        if element.tag in ("h2", "h3"):
            current = [element]
            parts.append(current)
        elif current:
            current.append(element)
    return parts


def is_origin(element):
    return element.tag == "details" and element.get("class") == "origin"


@pytest.fixture(scope="module", params=["voorbeeld", "echt"])
def report(request):
    if request.param == "voorbeeld":
        return request.getfixturevalue("sample_report").folder
    return request.getfixturevalue("real_reports")[0] / "GM1969" / "2019-2022"


@pytest.fixture(params=[chapter.stem for chapter in chapters_as_pages.CHAPTERS])
def page(request, report):
    path = report / f"{request.param}.html"
    if not path.exists():
        pytest.skip("no such chapter: what it needs was not delivered")
    return path.read_text(encoding="utf-8")


def test_every_table_is_followed_by_where_it_comes_from(page):
    for heading, *content in sections(chapters_as_pages.read(page)):
        positions = [position for position, element in enumerate(content) if element.tag == "table"]
        for position in positions:
            assert any(map(is_origin, content[position:])), (
                f"{chapters_as_pages.words(heading)}: {chapters_as_pages.words(content[position])[:80]}"
            )


def test_every_answer_with_a_number_has_its_provenance_under_the_same_heading(page):
    for heading, *content in sections(chapters_as_pages.read(page)):
        answers = [chapters_as_pages.words(element) for element in content if element.get("class") == "answer"]
        if any(re.search(r"\d", answer) for answer in answers):
            assert any(map(is_origin, content)), f"{chapters_as_pages.words(heading)}: {answers[0]}"


def test_everything_that_opens_and_every_scrolling_table_has_a_name_of_its_own(page):
    tree = chapters_as_pages.read(page)
    names = [chapters_as_pages.words(summary) for summary in tree.iter("summary")]
    assert sorted(set(names)) == sorted(names)
    captions = [chapters_as_pages.words(caption) for caption in tree.iter("caption")]
    assert sorted(set(captions)) == sorted(captions)
    assert not [region for region in tree.find_class("scroll") if region.find(".//a[@href]") is None]
    ids = tree.xpath("//@id")
    assert sorted(set(ids)) == sorted(ids)


def test_provenance_is_complete_and_a_page_stays_small(page):
    for block in filter(is_origin, chapters_as_pages.read(page).iter("details")):
        terms = [chapters_as_pages.words(term) for term in block.iter("dt")]
        assert terms[-2:] == ["Selectie", "Methode"]
        files = len(block.findall(".//li")) or len(block.findall(".//dd")) - 2  # several files are in a list
        assert terms[:-2] == ([] if not files else ["Bestand"] if files == 1 else ["Bestanden"])
        assert all(chapters_as_pages.words(description) for description in block.iter("dd"))
    assert len(page.encode()) < 400_000


def test_a_file_is_named_with_publisher_date_and_checksum():
    file = Source("x", "politie/x.csv", "t", "Politie", "ab" * 32, 1, synthetic=True, vintage="2024-02-15", public=True)
    (description,) = details(provenance.provenance_block([file, file], "proef", "alles", "tellen")).values()
    assert description.count("politie/x.csv (nagemaakt)") == 1
    expected = "Politie, 15 februari 2024: politie/x.csv (nagemaakt). Controlegetal: sha256 abababababab…"
    assert description.startswith(f"Bestand{expected}")  # the term, then its description
    assert "alles" in description and "tellen" in description
    inside = replace(file, public=False, synthetic=False, vintage=None)
    (description,) = details(provenance.provenance_block([inside], "proef", "alles", "tellen")).values()
    assert "nagemaakt" not in description and "abab" not in description
    assert "Politie, datum niet vastgelegd: politie/x.csv. Controlegetal: niet openbaar" in description


def test_a_change_says_what_it_was_held_against():
    result = change(made_up_series.among_others(SERIES), 2019, 2022)
    ((name, description),) = details(html(result)).items()
    assert name == "Waar komt dit vandaan? (proefmeldingen in Westerkwartier, 2019 en 2022)"
    assert "politie/anderen.csv" in description and "politie/proef.csv" in description
    assert "Ook gebruikt: dezelfde cijfers van alle gemeenten." in description
    assert "wat gewoon is, volgt uit de eigen laatste jaren, de rest van Nederland, en hoe ver gemeenten" in description


def test_a_change_of_the_country_is_not_held_against_the_rest_of_it():
    country = made_up_series.among_others(made_up_series.yearly("proef", "NL00", YEARS))
    (description,) = details(html(change(country, 2019, 2022))).values()
    assert "politie/anderen.csv" not in description
    assert "rest van Nederland" not in description


def test_a_change_that_is_held_against_its_own_years_names_no_other_files():
    years = {**dict.fromkeys(range(2013, 2019), 240), **YEARS}
    (description,) = details(html(change(made_up_series.yearly("proef", "GM1969", years), 2019, 2022))).values()
    assert "volgt uit hoe ongelijk de stappen tussen de eigen eerdere jaren waren" in description
    (unjudged,) = details(html(change(SERIES, 2019, 2022))).values()
    assert unjudged.endswith("Methodetwee aantallen")
    assert not any("anderen" in text or "alle gemeenten" in text for text in (description, unjudged))


def test_an_overview_names_the_files_of_all_its_kinds():
    from_cbs = replace(SERIES, sources=(Source("b", "cbs/b.csv", "t", "CBS", "2" * 64, 1, synthetic=False),))
    (description,) = details(html(overview([SERIES, from_cbs], 2019, 2022))).values()
    assert "cbs/b.csv" in description and "politie/proef.csv" in description


@pytest.mark.parametrize("kind", [kind for kind in finding_text.registry if kind not in (object, Finding, Changed)])
def test_every_kind_of_finding_has_a_method(kind):
    assert _METHODS[kind]


def test_only_the_years_that_were_used_are_selected():
    assert provenance.brief_selection(SERIES, (2019, 2022)).endswith("Westerkwartier (GM1969), 2019 en 2022")
    assert provenance.brief_selection(SERIES).endswith("2018–2022")


def test_a_result_without_provenance_of_its_own_is_an_error():
    with pytest.raises(NotImplementedError):
        provenance.result_provenance(tables.DataTable("a", "b", (), ()))


def test_an_empty_cell_says_so_once_and_an_id_is_fit_for_an_address():
    table = chapters_as_pages.read(html(tables.DataTable('Doelen "2024 > x"', "Titel", ("A", "B"), (("een", None),))))
    assert chapters_as_pages.words(table.xpath("//td")[0]) == "–geen cijfer"
    assert table.xpath("//td/*[@aria-hidden='true']")[0].text == "–"
    (id,) = table.xpath("//caption/@id")
    assert re.fullmatch(r"[\w-]+", id)


NAMES = ["politie/a.csv", "politie/b.csv", "cbs/c.csv"]


def several():
    """Provenance with three files."""
    files = [Source(name, name, "47013NED", "Politie", "0" * 64, 1, synthetic=False, public=True) for name in NAMES]
    return provenance.provenance_block(
        files, "proef", "misdrijven (code 0.0.0), Westerkwartier (GM1969), 2019 en 2022", "geteld"
    )


def test_a_term_has_one_description_in_which_all_files_are_listed():
    listing = chapters_as_pages.read(f"<div>{several()}</div>").find(".//dl")
    assert [part.tag for part in listing] == ["dt", "dd"] * 3
    files = [item.text.partition(". Controlegetal")[0].rpartition(": ") for item in listing.iter("li")]
    assert [name for _, _, name in files] == NAMES
    assert all("47013NED (Geregistreerde misdrijven" in described for described, _, _ in files)  # the table, once here


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("styled", ["page", "lab"])
def test_a_description_stands_beside_or_under_its_own_term(chromium, width, styled):
    """Also in JupyterLab, whose style sheet knows terms with one description only."""
    style = (STYLE if styled == "page" else LAB).read_text(encoding="utf-8")
    body = f'<style>{style}</style><main><div class="jp-OutputArea-output">{several()}</div></main>'
    page = chromium.new_page(viewport={"width": width, "height": 900})
    page.set_content(body.replace("<details", "<details open"))
    boxes = [part.bounding_box() for part in page.query_selector_all("dl > *")]
    page.close()
    for term, description, following in zip(boxes[::2], boxes[1::2], [*boxes[2::2], None], strict=True):
        beside = abs(term["y"] - description["y"]) < 8 and term["x"] < description["x"]
        under = term["y"] < description["y"] and abs(term["x"] - description["x"]) < 8
        assert beside or under
        assert following is None or following["y"] >= description["y"] + description["height"] - 1
