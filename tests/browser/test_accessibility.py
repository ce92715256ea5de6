"""Every page in a real browser: axe-core, keyboard, small screen, no network.

What axe-core cannot check, such as whether a text makes sense, is not tested here.
"""

from __future__ import annotations

import os
from importlib.resources import files
from itertools import product
from typing import NamedTuple

import nbformat
import pytest
from nbconvert import HTMLExporter
from tinycss2.color4 import parse_color

from analysis.report import palette

pytestmark = [pytest.mark.slow, pytest.mark.browser]

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


class Setting(NamedTuple):
    """How a page is looked at."""

    width: int = 1280
    scheme: str = "light"
    media: str = "screen"
    forced: str = "none"
    opened: bool = True


SETTINGS = [
    Setting(scheme="dark"), Setting(390), Setting(390, "dark"), Setting(320), Setting(320, "dark"),
    Setting(320, opened=False), Setting(media="print"), Setting(320, forced="active"),
]  # fmt: skip
RUNS = [("voorbeeld", setting) for setting in SETTINGS] + [("echt", Setting(320, "dark"))]
TABS = min(4, os.cpu_count() or 1)
OPEN = "open => document.querySelectorAll('details').forEach(one => { one.open = open })"
# Every rule there is, also the experimental ones. Contrast is computed below for all texts, of which axe-core leaves
# thousands undecided, and the size of what one can touch is no matter on paper.
START = """touched => {
    const off = ['color-contrast', 'color-contrast-enhanced', ...(touched ? [] : ['target-size'])]
    const rules = Object.fromEntries(axe.getRules().map(rule => [rule.ruleId, {enabled: !off.includes(rule.ruleId)}]))
    const options = {resultTypes: ['violations'], rules}
    window.found = axe.run(document, options).then(told =>
        told.violations.map(one => [one.id, one.impact, one.nodes.length, one.nodes[0].target.join(' ')]))
    return 0
}"""
LENGTHEN = """() => document.querySelectorAll('main :is(h1, h2, h3, p, li, figcaption, summary)').forEach(
    one => { one.append(' ' + 'a'.repeat(300)) })"""
TEXTS_ON = """() => {
    const found = new Map(), walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement, words = walker.currentNode.textContent.trim()
        if (!words || element.closest('.vh, style') || !element.checkVisibility({visibilityProperty: true})) continue
        const look = getComputedStyle(element)
        const front = element instanceof SVGElement ? look.fill : look.color
        let back = 'rgb(255, 255, 255)'
        for (let around = element; around; around = around.parentElement) {
            const colour = getComputedStyle(around).backgroundColor
            if (colour !== 'rgba(0, 0, 0, 0)') { back = colour; break }
        }
        found.set(front + back, [front, back, words.slice(0, 60)])
    }
    return [...found.values()]
}"""
LETTERS = """() => [...document.querySelectorAll('svg text')].filter(one => one.getClientRects().length).map(one => {
    const matrix = one.getScreenCTM()
    return parseFloat(getComputedStyle(one).fontSize) * Math.hypot(matrix.a, matrix.b)
})"""
# Words of cards on more than one line, but for those that show a hyphen where they are broken, and names of files.
BROKEN = """() => [...document.querySelectorAll('.cards tbody :is(th,td)')].flatMap(cell => {
    const walk = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), found = [], range = document.createRange()
    while (walk.nextNode()) for (const word of walk.currentNode.data.matchAll(/[^\\s\u2013-]+/g)) {
        if (/[\u00ad_\u2026/]|[.]\\w/.test(word[0])) continue
        range.setStart(walk.currentNode, word.index)
        range.setEnd(walk.currentNode, word.index + word[0].length)
        const lines = new Set([...range.getClientRects()].filter(box => box.width > 1).map(box => Math.round(box.top)))
        if (lines.size > 1) found.push(word[0])
    }
    return found
})"""
CUT = """() => [...document.querySelectorAll('.scroll')]
    .filter(one => one.scrollWidth > one.clientWidth && !one.closest('details'))
    .map(one => one.querySelector('caption').textContent)"""
UNREACHED = """() => [...document.querySelectorAll('.scroll')].filter(one => one.scrollWidth > one.clientWidth)
    .filter(one => !one.querySelector('a[href]')).map(one => one.innerText.slice(0, 60))"""
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


def show(tab, file, setting):
    tab.set_viewport_size({"width": setting.width, "height": 900})
    tab.emulate_media(color_scheme=setting.scheme, media=setting.media, forced_colors=setting.forced)
    tab.goto(file.as_uri())
    tab.evaluate(OPEN, setting.opened)


def violations(tabs, files, setting):
    """Return what axe-core finds: page, rule, impact, number of elements and the first of them."""
    faults = []
    for start in range(0, len(files), len(tabs)):
        pairs = list(zip(tabs, files[start : start + len(tabs)], strict=False))
        for tab, file in pairs:
            show(tab, file, setting)
            tab.evaluate(AXE)
            tab.evaluate(START, setting.media == "screen")
        for tab, file in pairs:
            faults += [(file.name, *fault) for fault in tab.evaluate("window.found")]
    return faults


@pytest.mark.parametrize(("folder", "setting"), RUNS, indirect=["folder"])
def test_axe_finds_nothing_on_any_page(folder, tabs, setting):
    assert len(pages(folder)) > 10
    assert violations(tabs, pages(folder), setting) == []


@pytest.mark.parametrize(("media", "scheme"), [("screen", "light"), ("screen", "dark"), ("print", "light")])
def test_every_text_differs_enough_from_what_it_stands_on(folder, tabs, media, scheme):
    """A drawing stands on the colour of its own element; what is drawn behind words in it, `palette.READ` has."""
    tab, found = tabs[0], {}
    for page in pages(folder):
        show(tab, page, Setting(scheme=scheme, media=media))
        found |= {(front, back): (page.name, words) for front, back, words in tab.evaluate(TEXTS_ON)}
    assert len(found) > 3
    low = {pair: where for pair, where in found.items() if palette.contrast(*map(parse_color, pair)) < palette.TEXT}
    assert low == {}


def test_a_blind_reader_hears_each_finding_once(folder, tabs):
    """The accessibility tree of the first chapter: titles of charts, answers and captions of tables."""
    (page,) = folder.glob("01_*.html")
    tab = tabs[0]
    show(tab, page, Setting(320, opened=False))
    heard = [(role, name) for role, name in nodes(tab) if role in {"StaticText", "image"}]
    captions = tab.evaluate("[...document.querySelectorAll('figcaption')].map(one => one.textContent)")
    said = [name for _, name in heard if any(caption.strip() in name for caption in captions)]
    assert len(captions) > 3 and sorted(said) == sorted(name for role, name in heard if role == "image")
    answers = tab.evaluate("[...document.querySelectorAll('.answer')].map(one => one.textContent)")
    aloud = "".join(name for _, name in heard)
    assert len(answers) > 3 and {answer: aloud.count(start(answer)) for answer in answers} == dict.fromkeys(answers, 1)
    show(tab, page, Setting(320))
    tables = tab.evaluate("[...document.querySelectorAll('caption')].map(one => one.textContent)")
    assert len(tables) > 3 and sorted(name for role, name in nodes(tab) if role == "table") == sorted(tables)


def start(answer):
    """Return what an answer begins with, before anything that a screen reader skips."""
    return answer.partition("●")[0].partition("▲")[0].partition("▼")[0].rstrip()


def nodes(tab):
    """Return role and name of what a screen reader meets, in its order."""
    session = tab.context.new_cdp_session(tab)
    found = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in found if not node["ignored"]]


@pytest.mark.parametrize("width", [1280, 320])
def test_no_table_of_a_chapter_is_a_tab_stop_and_those_that_scroll_are_reached(folder, tabs, width):
    tab = tabs[0]
    for page in folder.glob("[0-9]*.html"):
        show(tab, page, Setting(width))
        assert tab.evaluate("document.querySelectorAll('[tabindex=\"0\"]').length") == 0, page.name
        assert tab.evaluate(UNREACHED) == [], page.name


def test_no_word_of_a_card_is_broken_without_a_hyphen(folder, tabs):
    for page in pages(folder):
        show(tabs[0], page, Setting(320))
        assert tabs[0].evaluate(BROKEN) == [], page.name


def test_a_laptop_shows_every_column_of_a_table_that_is_not_folded_away(folder, tabs):
    for page in pages(folder):
        show(tabs[0], page, Setting(1280, opened=False))
        assert tabs[0].evaluate(CUT) == [], page.name


def test_letters_of_charts_are_twelve_pixels_on_a_phone(folder, tabs):
    tab, sizes = tabs[0], {}
    for page in folder.glob("[0-9]*.html"):
        show(tab, page, Setting(320))
        sizes[page.name] = tab.evaluate(LETTERS)
    assert sum(map(len, sizes.values())) > 100
    assert {name: min(found) for name, found in sizes.items() if found and min(found) < 12} == {}


def test_axe_finds_much_in_the_stock_export_of_the_same_notebooks(folder, tabs, tmp_path, record_property):
    """Three chapters show it; that our own pages have nothing in any of them, a test of all pages shows."""
    chosen = sorted((folder / "notebooks").glob("[0-9]*.ipynb"))[1:4]
    for path in chosen:
        text, _ = HTMLExporter().from_notebook_node(nbformat.read(path, 4))
        (tmp_path / f"{path.stem}.html").write_text(text, encoding="utf-8")
    ours = [folder / f"{path.stem}.html" for path in chosen]
    measured = [violations(tabs, files, Setting()) for files in (ours, pages(tmp_path))]
    texts = [f"{len(faults)} overtredingen op {sum(fault[3] for fault in faults)} plekken" for faults in measured]
    version = tabs[0].evaluate("axe.version")
    record_property(
        "measured", f"axe-core {version}, {folder.parts[-3]}: onze drie pagina's {texts[0]}; nbconvert zelf {texts[1]}."
    )
    assert measured[0] == []
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
    assert "image-alt" in {fault[1] for fault in violations([tab], [bad], Setting(320))}
    assert tab.evaluate("document.scrollingElement.scrollWidth") > 320
    tab.goto(bad.as_uri())
    tab.evaluate(WATCH)
    tab.keyboard.press("Tab")
    assert tab.evaluate("window.met") == [[0, False]]
    tab.close()
