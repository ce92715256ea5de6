"""Every page in a real browser: axe-core, keyboard, small screen, no network.

What axe-core cannot check, such as whether a text makes sense, is not tested here.
"""

from __future__ import annotations

import os
from importlib.resources import files
from itertools import product

import nbformat
import pytest
from nbconvert import HTMLExporter

pytestmark = [pytest.mark.slow, pytest.mark.browser]

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SETTINGS = [(1280, "light"), (1280, "dark"), (320, "light"), (320, "dark")]
RUNS = [("voorbeeld", *setting) for setting in SETTINGS[1:]] + [
    ("echt", *SETTINGS[-1])
]  # the first: beside the stock export
TABS = min(4, os.cpu_count() or 1)
OPEN = "open => document.querySelectorAll('details').forEach(one => { one.open = open })"
START = """([tags, contrast]) => {
    const options = {runOnly: tags, resultTypes: ['violations'], rules: {'color-contrast': {enabled: contrast}}}
    window.found = axe.run(document, options).then(told =>
        told.violations.map(one => [one.id, one.impact, one.nodes.length, one.nodes[0].target.join(' ')]))
    return 0
}"""
LENGTHEN = """() => document.querySelectorAll('main :is(h1, h2, h3, p, li, figcaption, summary)').forEach(
    one => { one.append(' ' + 'a'.repeat(300)) })"""
WATCH = """() => {
    const reachable = [...document.querySelectorAll('a[href], summary, [tabindex="0"]')]
        .filter(one => one.checkVisibility({visibilityProperty: true}))
    window.met = []
    document.addEventListener('focusin', event => {
        const look = getComputedStyle(event.target)
        const outlined = look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2
        window.met.push([reachable.indexOf(event.target), outlined])
    })
    return reachable.map(one => one.outerHTML.slice(0, 90))
}"""


@pytest.fixture(scope="module", params=["voorbeeld", "echt"])
def folder(request):
    """A report on the sample data, and one on the real exports where these are available."""
    if request.param == "voorbeeld":
        return request.getfixturevalue("sample_report").folder
    return request.getfixturevalue("real_reports")[0] / "GM1969" / "2019-2022"


@pytest.fixture(scope="module")
def tabs(folder, chromium):
    """Tabs to check several pages at once; the report is made before the browser starts."""
    context = chromium.new_context()
    yield [context.new_page() for _ in range(TABS)]
    context.close()


def pages(folder):
    return sorted(folder.glob("*.html"))


def violations(tabs, files, width, scheme, opened):
    """Return what axe-core finds: page, rule, impact, number of elements and the first of them."""
    faults = []
    for start in range(0, len(files), len(tabs)):
        pairs = list(zip(tabs, files[start : start + len(tabs)], strict=False))
        for tab, file in pairs:
            tab.set_viewport_size({"width": width, "height": 900})
            tab.emulate_media(color_scheme=scheme)
            tab.goto(file.as_uri())
            tab.evaluate(OPEN, opened)
            tab.evaluate(AXE)
            tab.evaluate(START, [TAGS, _contrast(width, scheme, opened)])
        for tab, file in pairs:
            faults += [(file.name, *fault) for fault in tab.evaluate("window.found")]
    return faults


def _contrast(width, scheme, opened):
    """Return whether to check contrast, which is slow: each colour scheme at one width, each width in one scheme."""
    return opened and (width, scheme) in (SETTINGS[0], SETTINGS[-1])


@pytest.mark.parametrize(("folder", "width", "scheme"), RUNS, indirect=["folder"])
def test_axe_finds_nothing_on_any_page(folder, tabs, width, scheme):
    assert len(pages(folder)) > 10
    for opened in (True, False):
        assert violations(tabs, pages(folder), width, scheme, opened) == []


def test_axe_finds_much_in_the_stock_export_of_the_same_notebooks(folder, tabs, tmp_path, record_property):
    for path in sorted((folder / "notebooks").glob("*.ipynb")):
        text, _ = HTMLExporter().from_notebook_node(nbformat.read(path, 4))
        (tmp_path / f"{path.stem}.html").write_text(text, encoding="utf-8")
    measured = [violations(tabs, files, 1280, "light", opened=True) for files in (pages(folder), pages(tmp_path))]
    texts = [f"{len(faults)} overtredingen op {sum(fault[3] for fault in faults)} plekken" for faults in measured]
    version = tabs[0].evaluate("axe.version")
    record_property(
        "measured", f"axe-core {version}, {folder.parts[-3]}: onze pagina's {texts[0]}; nbconvert zelf {texts[1]}."
    )
    assert measured[0] == violations(tabs, pages(folder), 1280, "light", opened=False) == []
    assert measured[1]


@pytest.mark.parametrize("opened", [True, False], ids=["open", "dicht"])
def test_nothing_is_wider_than_a_phone(folder, tabs, opened):
    tab = tabs[0]
    tab.set_viewport_size({"width": 320, "height": 640})
    for page in pages(folder):
        tab.goto(page.as_uri())
        tab.evaluate(OPEN, opened)
        assert tab.evaluate("document.scrollingElement.scrollWidth") <= 320, page.name


def test_a_long_word_in_a_text_of_others_does_not_widen_a_page(folder, tabs):
    """Such as an address in a partner's remark, or the name of a wijk."""
    tab = tabs[0]
    tab.set_viewport_size({"width": 320, "height": 640})
    for page in pages(folder):
        tab.goto(page.as_uri())
        tab.evaluate(OPEN, True)
        tab.evaluate(LENGTHEN)
        assert tab.evaluate("document.scrollingElement.scrollWidth") <= 320, page.name


def test_a_page_is_complete_without_network_and_scripts(folder, chromium):
    shown = {}
    for scripts in (True, False):
        context = chromium.new_context(java_script_enabled=scripts, offline=True)
        tab, asked = context.new_page(), []
        tab.on("request", lambda request, asked=asked: asked.append(request.url))
        for page in pages(folder):
            tab.goto(page.as_uri())
            shown.setdefault(page.name, []).append(tab.inner_text("body"))
        assert asked == [page.as_uri() for page in pages(folder)]
        context.close()
    assert all(with_scripts == without and len(without) > 200 for with_scripts, without in shown.values())


@pytest.mark.parametrize("width", [1280, 320])
def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(folder, tabs, width):
    tab = tabs[0]
    tab.set_viewport_size({"width": width, "height": 900})
    for page, opened in product(pages(folder), (True, False)):
        tab.goto(page.as_uri())
        tab.evaluate(OPEN, opened)
        reachable = tab.evaluate(WATCH)
        for _ in reachable:
            tab.keyboard.press("Tab")
        met = tab.evaluate("window.met")
        assert [index for index, _ in met] == list(range(len(reachable))), page.name
        assert [reachable[index] for index, outlined in met if not outlined] == [], page.name


def test_these_tests_can_fail(chromium, tmp_path):
    """A page with one fault of each kind: an image without alt text, too wide, invisible focus."""
    bad, tab = tmp_path / "slecht.html", chromium.new_page()
    bad.write_text(
        '<!doctype html><html lang="nl"><title>Slecht</title><style>a:focus{outline:none}</style><main><h1>Slecht</h1>'
        '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><p style="width:900px"><a href="#x">Ver</a></p></main>'
    )
    assert "image-alt" in {fault[1] for fault in violations([tab], [bad], 320, "light", opened=True)}
    assert tab.evaluate("document.scrollingElement.scrollWidth") > 320
    tab.goto(bad.as_uri())
    tab.evaluate(WATCH)
    tab.keyboard.press("Tab")
    assert tab.evaluate("window.met") == [[0, False]]
    tab.close()
