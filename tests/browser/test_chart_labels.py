"""The texts of every chart of a report, measured in a browser: none is cut, too small, or over another or a marker."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.browser]

WIDTHS = (1280, 320)
SMALLEST = 12  # CSS pixels
MEASURE = """() => [...document.querySelectorAll('figure svg')].flatMap(drawing => {
    const room = drawing.getBoundingClientRect(), name = drawing.getAttribute('aria-labelledby')
    if (!room.width) return []  // the drawing for another width
    const texts = [...drawing.querySelectorAll('text')].filter(text => text.textContent.trim())
        .map(text => ({text: text.textContent.trim(), box: text.getBoundingClientRect(),
                       size: parseFloat(getComputedStyle(text).fontSize) * room.width / drawing.viewBox.baseVal.width}))
    const dots = [...drawing.querySelectorAll('use')].map(dot => dot.getBoundingClientRect())
    const faults = []
    texts.forEach(({text, box, size}, at) => {
        const beside = box.left < room.left - 1 || box.right > room.right + 1
        if (beside || box.top < room.top - 1 || box.bottom > room.bottom + 1) faults.push([name, 'cut', text])
        if (size < SMALLEST - 0.05) faults.push([name, 'small', text])
        texts.slice(at + 1).forEach(other => {
            const wide = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left)
            const tall = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top)
            // A box is taller than its letters: a quarter may be shared.
            const over = wide > 1 && tall > Math.min(box.height, other.box.height) / 4
            if (over) faults.push([name, 'over', text, other.text])
        })
        // A marker may touch the room around letters, not the letters; in a cloud of points a name may.
        for (const dot of /^(trechter|regelkaart)/.test(name) ? [] : dots) {
            const wide = Math.min(box.right, dot.right) - Math.max(box.left, dot.left)
            const low = box.bottom - box.height / 4, high = box.top + box.height / 4
            if (wide > 1 && Math.min(low, dot.bottom) - Math.max(high, dot.top) > 1) faults.push([name, 'marker', text])
        }
    })
    return [[name, texts.length, faults]]
})""".replace("SMALLEST", str(SMALLEST))
BAD = """<figure style="margin:0;width:300px">
<svg aria-labelledby="slecht" viewBox="0 0 300 100" style="font-size:13px">
<text x="10" y="20">een tekst</text><text x="30" y="22">erover</text><text x="280" y="60">afgesneden</text>
<text x="10" y="90" style="font-size:9px">klein</text>
<circle id="stip" r="4"/><text x="200" y="40">6,2</text><use href="#stip" x="208" y="35"/></svg></figure>"""


@pytest.fixture(scope="module", params=["voorbeeld", "echt", "echt, groot"])
def folder(request):
    """A report on the sample data, and two on the real exports where these are available."""
    if request.param == "voorbeeld":
        return request.getfixturevalue("sample_report").folder
    municipality = "GM1969" if request.param == "echt" else "GM0363"
    return request.getfixturevalue("real_reports")[0] / municipality / "2019-2022"


@pytest.mark.parametrize("width", WIDTHS)
def test_no_text_of_a_chart_is_cut_too_small_or_over_another_or_a_marker(folder, chromium, width):
    tab = chromium.new_page(viewport={"width": width, "height": 900})
    charts, faults = 0, []
    for page in sorted(folder.glob("[01]*.html")):
        tab.goto(page.as_uri())
        tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        measured = tab.evaluate(MEASURE)
        charts += sum(1 for _, texts, _ in measured if texts)
        faults += [(page.stem, *fault) for _, _, found in measured for fault in found]
    tab.close()
    assert not faults
    assert charts >= 5, "there is something to measure"


def test_what_is_wrong_is_seen(chromium):
    tab = chromium.new_page(viewport={"width": 1280, "height": 900})
    tab.set_content(BAD)
    ((_, texts, faults),) = tab.evaluate(MEASURE)
    tab.close()
    assert texts == 5
    assert [fault[1:] for fault in faults] == [
        ["over", "een tekst", "erover"],
        ["cut", "afgesneden"],
        ["small", "klein"],
        ["marker", "6,2"],
    ]
