"""The vote in words: about voters, never about residents. The ballots are made up."""

import re

import pytest

import analysis.display.registration  # noqa: F401
from analysis.display.sentences import headline
from analysis.display.vote_results import vote_chart
from analysis.statistics.votes import ranks, tally, themes_equal, villages_differ, weighted
from analysis.store.results import html
from made_up_series import ballots, tallies, voting

CAST = {
    "Leek": [["verkeer", "inbraak"]] * 40 + [["verkeer", "drugs"]] * 10,
    "Marum": [["verkeer", "drugs"]] * 25 + [["inbraak", "drugs"]] * 5,
}
THEMES = ["verkeer", "inbraak", "drugs"]


@pytest.fixture
def vote():
    return voting(ballots(CAST), THEMES, {"Leek": 100, "Marum": 50})


def text(fragment):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", fragment)).replace("\u00a0", " ")


def test_the_tally_names_voters_and_the_first_three(vote):
    shown = text(html(tally(vote)))
    assert "80 stemmers" in shown
    assert "160 stemmen" in shown
    assert "% van de stemmers" in shown
    assert headline(tally(vote)) == "Het vaakst gekozen: verkeer (94\xa0%), inbraak (56\xa0%) en drugs (50\xa0%)"


def test_the_chart_tells_the_same_in_words_and_numbers(vote):
    drawn = vote_chart(tally(vote))
    assert drawn.table.cells[0][1] == "75"
    assert re.fullmatch(r"Het vaakst gekozen: \w+ \(94.%\)\. Het minst vaak: \w+ \(\d+.%\)\.", drawn.description)
    assert {record.id for record in drawn.records()} >= {f"total.{theme}" for theme in vote.themes}


def test_differences_between_themes_and_villages_are_told_with_their_certainty(vote):
    assert "kleiner dan 0,001" in html(themes_equal(vote))
    shown = text(html(villages_differ(tally(vote))))
    assert "meer dan door toeval te verklaren" in shown
    assert "verschillend" in shown


def test_the_villages_are_in_the_page_with_the_clearest_difference_first(vote):
    shown = html(villages_differ(tally(vote)))
    before, title = shown.partition("<details")[0], re.search(r"<figcaption[^>]*>(.*?) <span", shown)[1]
    assert "<figure" in before and "<table" not in before, "the chart is in the page, the table opens"
    assert title.replace("\u00a0", " ") == "Deel van de stemmers per dorp: drugs van 20 % in Leek tot 100 % in Marum"
    drawn = re.search(r'<div class="wide">(.*?)</div>', shown, re.DOTALL)[1]
    words = re.findall(r">([^<>]+)</text>", drawn)
    assert words.index("Drugs") < words.index("Verkeer")
    assert words.count("dorpen verschillen") == text(shown).count("; dorpen verschillen") == 3
    assert "alle stemmers samen" in shown and "inwoners" not in title


def test_villages_that_agree_are_said_to_agree():
    same = voting(ballots({"Leek": [["verkeer"]] * 40, "Marum": [["verkeer"]] * 35}), THEMES)
    shown = html(villages_differ(tally(same)))
    assert "bij geen enkel thema verschillen de dorpen duidelijk" in shown
    assert "dorpen verschillen<" not in shown


def test_a_village_with_few_voters_is_not_drawn():
    mixed = {name: [[theme] for theme in THEMES] * 15 for name in ("Leek", "Marum", "Tolbert", "Zuidhorn")}
    few = voting(ballots(mixed | {"Niebert": [[theme] for theme in THEMES]}), THEMES)
    shown = html(villages_differ(tally(few)))
    drawn = "".join(re.findall(r"<svg.*?</svg>", shown, re.DOTALL))
    assert ">Zuidhorn<" in drawn and ">Niebert<" not in drawn
    assert "Van een dorp met minder dan" in shown


def test_a_card_with_one_theme_has_neither_an_order_nor_a_least():
    alone = voting(ballots({"Leek": [["inbraak"]] * 40}), ["inbraak"], {"Leek": 100})
    assert (
        text(html(ranks(alone, seed=1)))
        .strip()
        .startswith("Er staat één thema op de kaart. Een volgorde is er dus niet.")
    )
    assert "minst" not in vote_chart(tally(alone)).description


def test_villages_that_chose_alike_are_not_said_to_be_equal():
    shown = text(html(villages_differ(tally(voting(ballots(dict.fromkeys(CAST, CAST["Leek"])), THEMES)))))
    assert "niet te onderscheiden" in shown and "geen verschil" not in shown


def test_a_village_with_few_voters_is_named_without_its_choices():
    cast = {**CAST, "Ezinge": [["verkeer", "inbraak"]]}
    few = voting(ballots(cast), THEMES, {"Leek": 100, "Marum": 50, "Ezinge": 9})
    larger = voting(ballots({**cast, **dict.fromkeys(("Aduard", "Tolbert", "Zuidhorn"), CAST["Leek"])}), THEMES)
    shown = text(html(villages_differ(tally(larger))))
    assert "minder dan 30 stemmers" in shown and "afgeschermd" in shown
    assert re.search("Drugs [^A-Z]*te weinig stemmers", shown) and re.search("Drugs [^A-Z]*20 %", shown)
    assert re.search(r"(Ezinge|Marum|Leek)[^.]* tellen samen als één dorp", text(html(weighted(few))))
    assert "te weinig stemmers" in villages_differ(tally(few)).reason


def test_the_order_is_told_with_its_groups(vote):
    assert "groepen" in html(ranks(vote, seed=1))
    sheets = {name: {"verkeer": 30, "inbraak": 20, "drugs": 20} for name in CAST}
    rough = voting(tallies(sheets, dict.fromkeys(CAST, 40)), THEMES)
    assert "ruwe schatting" in html(ranks(rough, seed=1))


def test_weighting_says_whether_the_order_changes(vote):
    assert re.search("blijft de volgorde gelijk|van plaats", html(weighted(vote)))
