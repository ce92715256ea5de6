"""The page made of an executed notebook, and the records collected from it."""

import re
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import nbformat
import pytest
from lxml.html import fragment_fromstring
from markupsafe import Markup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import analysis.display.registration  # noqa: F401
from analysis.report.checks import check
from analysis.report.exporter import RaadsrapportExporter, page_content
from analysis.report.formats import write_tables
from analysis.report.page import BANNER, Content, Link, Page, banner_text, render
from analysis.report.records import collect, manifest
from analysis.statistics.change import change
from made_up_series import SOURCE, yearly


def shown(result):
    return new_output("display_data", data=result._repr_mimebundle_())


def notebook(*outputs):
    code = new_code_cell("geheim = 1", outputs=list(outputs))
    return new_notebook(cells=[new_markdown_cell("# Titel & co\n\n## Een vraag?"), code])


RISE = change(yearly("proef", "GM1969", {2019: 242, 2022: 395}), 2019, 2022)


def test_a_page_is_dutch_and_holds_answers_but_no_code():
    page, _ = RaadsrapportExporter().from_notebook_node(notebook(shown(RISE)))
    assert '<html lang="nl">' in page
    assert page.count("<h1") == 1
    assert "395 proefmeldingen" in page
    assert "geheim" not in page
    assert "Titel &amp; co" in page


def test_a_page_loads_nothing_from_outside():
    page, _ = RaadsrapportExporter().from_notebook_node(notebook(shown(RISE)))
    assert not re.search(r"<(script|link|img|iframe)\b", page)
    assert not re.search(r"url\((?!#)", page)
    assert "default-src 'none'" in page


def test_a_result_that_is_shown_twice_has_names_of_its_own():
    """An analyst may show a chart again under another question; each name on a page stands once."""
    drawing = '<svg aria-labelledby="a"><title id="a">Lijn</title><use href="#b"/></svg><path id="b" mask="url(#b)"/>'
    chart = new_output("display_data", data={"text/html": drawing + '<a href="#vraag-een-vraag">Terug</a>'})
    again = [new_code_cell("chart", outputs=[chart]) for _ in range(2)]
    body = page_content(new_notebook(cells=[*notebook(chart).cells, *again])).body
    assert re.findall(r'id="([ab][^"]*)"', body) == ["a", "b", "a-2", "b-2", "a-3", "b-3"]
    assert re.findall(r'(?:labelledby="|url\(#|href="#)([^")]*)', body.split("</a>")[1]) == [
        "a-2",
        "b-2",
        "b-2",
        "vraag-een-vraag",
    ]


def test_an_element_may_be_opened_in_one_cell_and_closed_in_another():
    cells = [new_markdown_cell(text) for text in ("# Titel", "<details>", "Meer", "</details>", "Minder")]
    body = fragment_fromstring(page_content(new_notebook(cells=cells)).body, create_parent=True)
    assert [body.find("details").text_content().strip(), body.find("p").text] == ["Meer", "Minder"]


def test_a_drawing_keeps_the_names_that_a_file_of_its_own_needs():
    chart = new_output("display_data", data={"text/html": '<svg viewBox="0 0 9 9"><path d="M0 0"/></svg>'})
    assert '<svg viewBox="0 0 9 9"><path d="M0 0"></path></svg>' in page_content(notebook(chart)).body


@pytest.mark.parametrize(
    ("rule", "markup"),
    [
        ("script", '<body onload="1">'),
        ("script", "<svg><title><script>1</script></title></svg>"),
        ("opbouw", "<b>" * 3000 + "weg"),
        ("bijschrift", '<div class="scroll"><table><tr><td>1</td></tr></table></div>'),
    ],
)
def test_what_is_wrong_in_a_cell_reaches_the_checks(tmp_path, rule, markup):
    wrong = new_output("display_data", data={"text/html": markup})
    content = write_tables(tmp_path, page_content(notebook(wrong)), "woon", synthetic=False)
    (tmp_path / "01.html").write_text(render("chapter.html.j2", page=Page(), content=content), encoding="utf-8")
    assert rule in {problem.rule for problem in check(tmp_path / "01.html", synthetic=False)}


def test_warnings_and_prints_stay_out():
    stray = new_output("stream", name="stderr", text="FutureWarning: x")
    page, _ = RaadsrapportExporter().from_notebook_node(notebook(stray, shown(RISE)))
    assert "FutureWarning" not in page


def test_the_frame_names_the_current_chapter_and_the_absent_one():
    page = Page("Analyse", "2019–2022", synthetic=True, home="index.html", chapters=(
        Link("Wonen", "01.html", current=True), Link("Stemming")))  # fmt: skip
    text, _ = RaadsrapportExporter().from_notebook_node(notebook(), resources={"page": page})
    assert 'aria-current="page">Wonen' in text
    assert "Stemming (geen gegevens)" in text
    assert BANNER in text


def test_the_first_page_holds_its_chapter_whole_and_says_which_chapter_is_absent():
    page = render(
        "index.html.j2",
        changes_page="wijzigingen.html",
        editions="../index.html",
        page=Page("Analyse", "2019–2022"),
        body=Markup("<h1>Kernboodschappen</h1><ol><li>Eerste.</li></ol>"),
        absent=[SimpleNamespace(title="Stemming", reason="Er zijn geen stembriefjes.")],
    )
    assert page.count("<li>Eerste.</li>") == page.count("<h1>") == 1
    assert "Stemming is niet gemaakt. Er zijn geen stembriefjes." in page


def test_without_a_chapter_for_it_the_first_page_still_has_a_heading():
    frame = Page("Analyse", "2019–2022")
    page = render("index.html.j2", changes_page="", editions="", page=frame, body=None, absent=[])
    assert "<h1>Analyse</h1>" in page


def test_records_get_chapter_and_origin_and_stand_once():
    records = collect(notebook(shown(RISE), shown(RISE)), "woon", {SOURCE.name: SOURCE})
    names = ["2019", "2022", "change_pct"]
    assert [record["id"] for record in records] == [f"woon.proef.{name}" for name in names]
    assert all(record["synthetic"] and record["chapter"] == "woon" for record in records)
    assert records[-1]["value"] == pytest.approx(63.2, abs=0.1)


def test_the_same_measure_over_other_years_gets_its_own_id():
    series = yearly("proef", "GM1969", {2017: 137, 2019: 242, 2022: 395})
    both = notebook(shown(change(series, 2019, 2022)), shown(change(series, 2017, 2022)))
    ids = [record["id"] for record in collect(both, "woon", {})]
    assert "woon.proef.change_pct" in ids
    assert "woon.proef.change_pct.2017-2022" in ids


def test_two_numbers_under_one_id_are_an_error():
    different = change(yearly("proef", "GM1969", {2019: 242, 2022: 400}), 2019, 2022)
    with pytest.raises(ValueError, match=r"woon\.proef\.2022"):
        collect(notebook(shown(RISE), shown(different)), "woon", {})


def test_the_manifest_names_inputs_and_versions():
    inside = replace(SOURCE, name="levering", public=False)
    record = manifest({"municipality": "GM1969"}, [SOURCE, inside], [])
    assert [(source["name"], source["public"], source["sha256"], source["size"]) for source in record["inputs"]] == [
        ("proefbestand", True, SOURCE.sha256, SOURCE.size), ("levering", False, None, None),
    ]  # fmt: skip
    assert record["versions"]["pandas"].startswith("3.")


def test_nbconvert_knows_the_exporter_by_name(tmp_path):
    nbformat.write(notebook(shown(RISE)), tmp_path / "n.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--to", "raadsrapport", str(tmp_path / "n.ipynb")]
    subprocess.run(command, check=True, capture_output=True)
    assert '<html lang="nl">' in (tmp_path / "n.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("made_up", "number", "sentence"),
    [
        (5, 12, "Op deze pagina zijn 5 van de 12 reeksen nagemaakt."),
        (1, 12, "Op deze pagina is 1 van de 12 reeksen nagemaakt."),
        (12, 12, "Op deze pagina zijn alle 12 reeksen nagemaakt."),
        (1, 1, "Op deze pagina is de enige reeks nagemaakt."),
        (0, 3, "Op deze pagina berust niet alles op echte cijfers."),
    ],
)
def test_the_banner_counts_series(made_up, number, sentence):
    assert banner_text(made_up, number) == sentence
    page = Page("Analyse", "2019–2022", synthetic=True, made_up=sentence)
    assert f"<strong>{BANNER}.</strong> {sentence}" in render(
        "chapter.html.j2", page=page, content=Content("x", Markup())
    )
    real = Page("Analyse", "2019–2022")
    assert BANNER not in render("chapter.html.j2", page=real, content=Content("x", Markup()))
