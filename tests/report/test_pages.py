"""The first page of a report: which key messages it has, and where it says what changed."""

from __future__ import annotations

from dataclasses import replace

import nbformat
import pytest
from markupsafe import Markup

from analysis.display import registration
from analysis.policy.key_messages import KeyMessages, key_messages
from analysis.policy.theme_overview import theme_overview
from analysis.report import pages
from analysis.report.edition import read_edition
from analysis.report.edition_changes import compare
from analysis.report.page import Content, Page
from analysis.report.records import ReportChapter
from analysis.store.results import html
from made_up_editions import report

assert registration  # a result can only show itself once the display layer is there
FIRST = [ReportChapter("kern", "Kernboodschappen", "index.html", nbformat.v4.new_notebook(), None, [])]


@pytest.fixture(scope="module")
def messages(processed):
    chosen = key_messages(theme_overview("GM1969", 2019, 2022, processed), "GM1969", 2019, processed)
    assert isinstance(chosen, KeyMessages)
    return chosen


def contents(messages):
    body = Markup("<h1>Kernboodschappen</h1>\n<p>Wat moet de raad weten?</p>\n") + Markup(html(messages))
    return {"kern": Content("Kernboodschappen", body)}


def test_a_key_message_is_known_by_what_it_is_about(messages):
    found = pages.key_messages(FIRST, contents(messages))
    assert len(found) == len(messages.messages) == 5
    (vote,) = (title for about, title in found.items() if about.startswith("06_inwonerstemming.html"))
    assert vote.startswith("Verkeersveiligheid kreeg de meeste stemmen")
    without = pages.key_messages(FIRST, contents(replace(messages, messages=messages.messages[1:])))
    assert [*without.items()] == [*found.items()][1:]
    assert pages.key_messages([], {}) == {}


def test_what_changed_stands_above_the_messages(messages, tmp_path):
    about = {"chapters": [{"id": "kern", "title": "Kernboodschappen", "page": "index.html", "reason": None}]}
    old, new = (
        read_edition(report(tmp_path / name, **about, messages=told))
        for name, told in (("oud", {}), ("nieuw", {"a": "Meer inbraken"}))
    )
    page = pages.first_page(Page("Veiligheid", "2022"), FIRST, contents(messages), compare(old, new))
    assert page.index("Wat moet de raad weten?") < page.index("Meer inbraken") < page.index('<ol class="key">')
    same = pages.first_page(Page("Veiligheid", "2022"), FIRST, contents(messages), compare(new, new))
    assert "Sinds de editie van" not in same and same.count("wijzigingen.html") == 1
