"""The page rules: no problems on a page from our template, and exactly one rule named for each violation."""

import json
import re

import pytest
from markupsafe import Markup

from analysis.display.tables import DataTable, details
from analysis.report import palette
from analysis.report.checks import check, check_report
from analysis.report.page import BANNER, TEMPLATES, Content, Link, Page, render
from analysis.report.typesetting import typeset
from analysis.store.results import html

DECORATIVE = ("rule", "warn-rule")  # lines that one can do without
STYLE = (TEMPLATES / "style.css").read_text(encoding="utf-8")
FIGURES = DataTable("cijfers", "Misdrijven per jaar", ("Jaar", "Aantal"), (("2019", "1.413"), ("2022", None)))
TABLE = typeset(html(FIGURES))
DRAWING = typeset(
    '<svg role="img" aria-labelledby="lijn-t" viewBox="0 0 9 9"><title id="lijn-t">Lijngrafiek: misdrijven</title>'
    '<defs><path id="punt" d="M0 0"/></defs><use href="#punt"/><g clip-path="url(#punt)"/></svg>'
)
BODY = (
    f'<h1>Wonen</h1><h2 id="eerst">Hoeveel?</h2><p class="answer">Meer.</p><figure>{DRAWING}</figure>'
    f'{details("Cijfers", TABLE)}<h3>Hoe zeker?</h3><p>Zie <a href="index.html#eerst">het begin</a>, '
    '<a href="results.json">de getallen</a> of <a href="https://www.cbs.nl/">het CBS</a>.</p>'
)


def page(body=BODY, synthetic=True):
    chapters = (Link("Wonen", "01.html", current=True), Link("Stemming"))
    around = Page("Analyse", "2019–2022", synthetic=synthetic, chapters=chapters, home="index.html")
    return render("chapter.html.j2", page=around, content=Content("Wonen", Markup(body)))


def problems(folder, text, synthetic=True):
    for name in ("index.html", "results.json"):
        (folder / name).write_text(page(), encoding="utf-8")
    (folder / "01.html").write_text(text, encoding="utf-8")
    return check(folder / "01.html", synthetic=synthetic)


def test_a_page_from_our_template_has_no_problems(tmp_path):
    assert problems(tmp_path, page()) == []
    assert problems(tmp_path, page(synthetic=False), synthetic=False) == []


VIOLATIONS = [
    ("taal", '<html lang="nl">', '<html lang="en">'),
    ("taal", '<html lang="nl">', "<html>"),
    ("script", "<h1>Wonen</h1>", '<body onload="1"><h1>Wonen</h1>'),
    ("script", "<title id=", "<title><script>1</script></title><title id="),
    ("opbouw", "<h1>Wonen</h1>", f"<h1>Wonen</h1>{'<b>' * 3000}"),
    ("kop", "<h1>Wonen</h1>", "<p>Wonen</p>"),
    ("kop", '<h2 id="eerst">Hoeveel?</h2>', "<h1>Hoeveel?</h1>"),
    ("kop", "<h3>Hoe zeker?</h3>", "<h4>Hoe zeker?</h4>"),
    ("kop", "<h3>Hoe zeker?</h3>", "<h3> </h3>"),
    ("alt", "Lijngrafiek: misdrijven", ""),
    ("alt", "Lijngrafiek: misdrijven", "No description has been provided for this image"),
    ("alt", "Lijngrafiek: misdrijven", "None"),
    ("alt", "Lijngrafiek: misdrijven", "<Figure size 640x480 with 1 Axes>"),
    ("alt", '<title id="lijn-t">Lijngrafiek: misdrijven</title>', ""),
    ("alt", 'role="img" ', ""),
    ("alt", DRAWING, '<img src="data:image/png;base64,AAAA">'),
    ("alt", DRAWING, '<img src="data:image/png;base64,AAAA" alt="grafiek">'),
    ("bijschrift", TABLE, '<table><caption> </caption><thead><tr><th scope="col">Jaar</th></tr></thead></table>'),
    ("bijschrift", TABLE, '<table><thead><tr><th scope="col">Jaar</th></tr></thead></table>'),
    ("scope", '<th scope="row">', "<th>"),
    ("scope", TABLE, "<table><caption>Jaren</caption><tr><td>2019</td></tr></table>"),
    ("id", '<h2 id="eerst">', '<h2 id="cijfers">'),
    ("link", 'href="results.json"', 'href="getallen.json"'),
    ("link", "index.html#eerst", "index.html#laatst"),
    ("link", 'href="#inhoud"', 'href="#inhoud"></a><a href="#nergens"'),
    ("link", "https://www.cbs.nl/", "file:///home/x/y.html"),
    ("skiplink", '<a class="skip" href="#inhoud">Naar de inhoud</a>', ""),
    ("oriëntatie", '<main id="inhoud" tabindex="-1">', '<div id="inhoud">'),
    ("oriëntatie", ' aria-label="Hoofdstukken"', ""),
    ("beleid", "default-src 'none'", "default-src 'self'"),
    ("beleid", "img-src data:", "img-src data: https:"),
    ("beleid", "; base-uri 'none'", ""),
    ("beleid", "; form-action 'none'", ""),
    ("beleid", "form-action 'none'", "form-action data:"),
    ("beleid", "Content-Security-Policy", "Anders"),
    ("script", "<p>Zie", "<script>alert(1)</script><p>Zie"),
    ("script", "<p>Zie", '<p onclick="alert(1)">Zie'),
    ("buiten", "<p>Zie", '<link rel="stylesheet" href="https://example.org/a.css"><p>Zie'),
    ("buiten", "<p>Zie", '<img alt="Kaart van de wijken" src="https://example.org/a.png"><p>Zie'),
    ("buiten", "<p>Zie", '<img alt="Kaart van de wijken" src="kaart.png"><p>Zie'),
    ("buiten", "<p>Zie", '<iframe title="Kaart" srcdoc="x"></iframe><p>Zie'),
    ("buiten", 'href="#punt"', 'href="//example.org/a.svg#punt"'),
    ("buiten", "url(#punt)", "url(https://example.org/a.svg#punt)"),
    ("buiten", "<style>", "<style>@import 'https://example.org/a.css';"),
    ("buiten", "<style>", "<style>p{background:url(https://example.org/a.png)}"),
    ("toetsenbord", ' tabindex="0"', ""),
    ("toetsenbord", 'tabindex="0" aria-labelledby="cijfers"', 'tabindex="0"'),
    ("toetsenbord", 'role="region" tabindex="0"', 'role="region" tabindex="3"'),
    ("foutmelding", "Meer.", "Traceback (most recent call last): File x"),
    ("foutmelding", "Meer.", "FutureWarning: this will change"),
    ("foutmelding", "Meer.", "ValueError: min() arg is an empty sequence"),
    ("banner", f"<strong>{BANNER}.</strong>", ""),
    ("contrast", "--soft:#4a525c", "--soft:#8a929c"),
    ("contrast", "--accent:#0072b2", "--accent:#9fd4f5"),
    ("contrast", "--soft:#b4bec8", "--soft:#5a626c"),
    ("contrast", "var(--link)", "var(--blauw)"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "good", "bad"), VIOLATIONS)
def test_a_violation_breaks_exactly_its_own_rule(tmp_path, rule, good, bad):
    text = page()
    assert good in text
    violations = problems(tmp_path, text.replace(good, bad, 1))
    assert {problem.rule for problem in violations} == {rule}
    assert all(re.fullmatch(r"01\.html, [^:]+: .+\. .+\.", str(problem)) for problem in violations), violations


def test_the_remedy_for_a_table_without_caption_names_a_class_that_can_be_imported(tmp_path):
    (problem, *_) = problems(tmp_path, page().replace(TABLE, "<table><tr><td>2019</td></tr></table>"))
    statement = re.search(r"\((from \S+ import DataTable)\)", problem.remedy)[1]
    exec(statement, imported := {})
    assert imported["DataTable"] is DataTable


def test_a_banner_above_real_figures_is_a_problem_too(tmp_path):
    (problem,) = problems(tmp_path, page(), synthetic=False)
    assert problem.rule == "banner"
    assert "niet zijn nagemaakt" in problem.what


def test_a_problem_says_where_it_is(tmp_path):
    (problem,) = problems(tmp_path, page().replace('<th scope="row">', "<th>"))
    assert problem.location == "onder het kopje 'Hoeveel?', bij <table>"
    assert problem.page == "01.html"


def test_contrast_is_told_for_the_scheme_where_it_fails(tmp_path):
    (problem, *_) = problems(tmp_path, page().replace("--soft:#b4bec8", "--soft:#5a626c"))
    assert "donker" in problem.what
    assert re.search(r"contrast \d,\d\.", problem.what)


def test_contrast_is_that_of_wcag():
    """Black on white is 21; #767676 is the lightest grey with 4.5 on white."""
    css = ":root{--a:#000;--b:#fff;--c:#767676;--d:#777}"
    colours = palette.colours(css)["light"]
    assert palette.contrast(colours["a"], colours["b"]) == pytest.approx(21)
    assert palette.contrast(colours["c"], colours["b"]) > 4.5 > palette.contrast(colours["d"], colours["b"])


def test_every_colour_of_our_style_sheet_has_a_contrast_to_meet():
    pairs = [*palette.READ.items(), *palette.SEEN.items()]
    checked = {*DECORATIVE, *(name for back, fronts in pairs for name in (back, *fronts))}
    assert set(palette.colours(STYLE)["light"]) <= checked


def report(folder, banner, records):
    for name, shown in {"01.html": banner, "02.html": banner, "index.html": True}.items():
        (folder / name).write_text(page("<h1>Wonen</h1>", synthetic=shown), encoding="utf-8")
    chapters = [{"id": "woon", "page": "01.html"}, {"id": "jeugd", "page": "02.html"}, {"id": "stem", "page": None}]
    (folder / "manifest.json").write_text(json.dumps({"chapters": chapters}), encoding="utf-8")
    (folder / "results.json").write_text(json.dumps(records), encoding="utf-8")
    return check_report(folder)


def test_each_page_of_a_report_warns_for_its_own_made_up_numbers(tmp_path):
    made_up = [{"chapter": "woon", "synthetic": True}, {"chapter": "jeugd", "synthetic": True}]
    assert report(tmp_path, True, made_up) == []
    mixed = [made_up[0], {"chapter": "jeugd", "synthetic": False}]
    assert [(problem.page, problem.rule) for problem in report(tmp_path, True, mixed)] == [("02.html", "banner")]
    assert [(problem.page, problem.rule) for problem in report(tmp_path, False, mixed)] == [("01.html", "banner")]
