"""The chapter with every statement: short for who reads it and for who tabs through it, and nothing is lost."""

from __future__ import annotations

import json
import re
from collections import defaultdict

import pytest

import chapters_as_pages
from analysis.display.statement_verdicts import CHAPTER
from analysis.display.tables import slug
from analysis.policy.judging import UNSETTLED
from analysis.statistics.verdicts import Verdict

pytestmark = [pytest.mark.slow, pytest.mark.browser]

WORDS, STOPS = 2_925, 40  # half the words of before, and fewer stops of the Tab key than this
TAB = "() => [document.activeElement.tagName, document.activeElement === document.body]"
OPENED = """id => {
    const found = document.getElementById(id), box = found.getBoundingClientRect()
    return found.checkVisibility({contentVisibilityAuto: true}) && box.top > -2 && box.top < innerHeight
}"""
SHUT = """() => [...document.querySelectorAll('main details')].filter(
    one => getComputedStyle(one, '::details-content').contentVisibility !== 'visible').length"""


@pytest.fixture(scope="module")
def path(sample_report):
    return sample_report.folder / f"{CHAPTER}.html"


@pytest.fixture(scope="module")
def results(sample_report):
    """The statements with what they got, from the records of the report."""
    records = json.loads((sample_report.folder / "results.json").read_text(encoding="utf-8"))
    ids = {record["id"].removeprefix("statement."): record["verdict"] for record in records}
    return {id: verdict for id, verdict in ids.items() if re.fullmatch(r"[A-Z]\d+", id)}


@pytest.fixture
def tab(path, chromium):
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.goto(path.as_uri())
    yield page
    page.close()


def visible(tree):
    """The words of the main part that are seen while everything that opens is closed."""
    main = tree.find(".//main")
    for hidden in main.xpath(".//svg | .//nav | .//*[contains(@class, 'vh')] | .//details/*[not(self::summary)]"):
        hidden.drop_tree()
    return re.findall(r"\w\S*", " ".join(main.itertext()))


def test_the_page_has_half_the_words(path):
    assert 1_000 < len(visible(chapters_as_pages.read(path.read_text(encoding="utf-8")))) <= WORDS


def test_the_tab_key_is_through_the_page_in_a_few_stops(tab):
    stops = []
    while not stops or not stops[-1][1]:
        tab.keyboard.press("Tab")
        stops.append(tab.evaluate(TAB))
        assert len(stops) <= STOPS
    assert sum(tag == "SUMMARY" for tag, _ in stops) > 3  # the disclosures are among them


def test_every_statement_stands_under_the_jump_link_of_what_it_got(path, results):
    tree = chapters_as_pages.read(path.read_text(encoding="utf-8"))
    ids = set(tree.xpath("//main//@id"))
    assert len(results) > 150
    assert {id for id in results if slug(id) not in ids} == set()
    by_verdict = defaultdict(set)
    for id, verdict in results.items():
        by_verdict[verdict].add(id)
    jumps = tree.xpath("//p[@class='answer']/a[starts-with(@href, '#')]")
    assert {str(verdict) for verdict in Verdict} <= {link.text.partition(" ")[2] for link in jumps}
    for link in jumps:
        number, _, standing = link.text.partition(" ")
        heading = tree.get_element_by_id(link.get("href")[1:])
        assert heading.text.replace("\u00ad", "").startswith(f"{standing.capitalize()}: {number} ")
        assert int(number) == len(by_verdict[standing])
        if standing not in UNSETTLED:
            assert lines_under(heading) == by_verdict[standing]


def lines_under(heading):
    listed = next(element for element in heading.itersiblings() if element.tag == "ul")
    return {re.findall(r"\(([A-Z]\d+)\)", chapters_as_pages.words(line))[0] for line in listed}


def test_a_link_to_a_statement_opens_what_it_is_in(path, chromium, results):
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    shown = [
        next(id for id, got in results.items() if got == verdict) for verdict in sorted({*results.values()} - {None})
    ]
    for id in shown:
        page.goto("about:blank")
        page.goto(f"{path.as_uri()}#{slug(id)}")
        assert page.evaluate(OPENED, slug(id)), id
    page.close()


def test_on_paper_everything_is_open(tab):
    assert tab.evaluate(SHUT) > 50  # on a screen
    tab.emulate_media(media="print")
    assert tab.evaluate(SHUT) == 0
