"""Goals of the council. Figures and goals are made up, except in the test on real exports."""

from __future__ import annotations

import re
import shutil

import pytest

import made_up_council
from analysis import paths
from analysis.definitions import catalogue
from analysis.display import registration
from analysis.documents.council import Goals, Priorities
from analysis.documents.statements import Statements
from analysis.ingest.pipeline import ingest
from analysis.policy.goals import goals, measurable
from analysis.policy.level_tests import GoalState
from analysis.store.results import Missing, html
from analysis.store.series import Series
from conftest import REALDATA

BELEID = paths.PROJECT / "samples" / "beleid"
assert registration  # a result can only show itself once the display layer is there


def statement(*tests, **fields):
    about = {"document": "IVB", "line": 1, "section": "h1", "quote": "proef", "claim": "proef", "group": "doelen"}
    return {**about, "tests": list(tests), **fields}


def target(indicator, compare="<", **fields):
    return {"kind": "target", "indicator": indicator, "year": 2022, "compare": compare, "base": 2019, **fields}


def goal(id, **fields):
    about = {"text": f"doel {id}", "source": "IVB:1", "theme": "inbraak", "period": "2020-2023", "year": 2022}
    return {**about, "statement": id, "measurable": "yes", **fields}


STATEMENTS = {
    "municipality": "GM1969",
    "documents": {"IVB": "proef"},
    "key_messages": [],
    "statements": {
        "D1": statement(target("woninginbraak")),
        "D2": statement(target("woninginbraak"), target("winkeldiefstal")),
        "D3": statement(target("vernieling", "<=", factor=0.8)),
        "D4": statement({"kind": "process", "needs": "een besluit"}, role="goal"),
    },
}
HALF = statement(target("woninginbraak"), target("wapenhandel"))  # of the second there are no figures
GOALS = {
    "municipality": "GM1969",
    "goals": {
        "D1": goal("D1", reported="Gehaald (IVB:2)."),
        "D2": goal("D2"),
        "D3": goal("D3"),
        "D4": goal("D4", measurable="no", note="Dit is geen telling."),
        "T1": goal("D4", period="2024-2027", year=2027, measurable="in_part", note="Er is geen nulmeting."),
    },
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return made_up_council.processed(tmp_path_factory.mktemp("doelen"), statements=STATEMENTS, goals=GOALS)


@pytest.fixture(scope="module")
def review(folder):
    return goals("GM1969", "past", folder)


def test_a_goal_has_one_of_four_states(review):
    states = {"D1": "gehaald", "D2": "deels gehaald", "D3": "niet gehaald", "D4": "niet te meten"}
    assert {goal.id: str(goal.state) for goal in review.goals} == states
    assert [[figure.met for figure in goal.targets] for goal in review.goals] == [[True], [True, False], [False], []]
    records = {record.id: record.value for record in review.records()}
    assert [records[f"{id}.2020-2023"] for id in ("met", "partly", "not_met", "not_measurable")] == [1, 1, 1, 1]
    words = {str(record.verdict) for record in review.records() if record.verdict}
    assert words <= {str(state) for state in GoalState}  # no verdict on a claim


def test_the_page_counts_what_was_reported_tested_and_met(review):
    page = html(review)
    assert "<b>4 doelen</b>. Van 1 meldt het document zelf of het is gehaald." in page
    counts = "1 gehaald, 1 deels gehaald, 1 niet gehaald en 1 niet te meten"
    assert f"Met de cijfers die er nu zijn: {counts}." in page
    assert "2022: gehaald (100 woninginbraken tegen 200 in 2019); 2022: niet gehaald (200 winkeldiefstallen" in page
    assert "Niets gemeld." in page and "Niet te meten" in page and "een besluit" in page
    assert "weersproken" not in page.lower()


def test_goals_name_the_documents_and_the_figures(review):
    trail = html(review).partition('<details class="origin">')[2]
    assert all(file in trail for file in ("beleid/goals.yml", "beleid/statements.yml", "politie/misdrijven.csv"))


def test_a_goal_of_which_a_part_is_not_testable_is_not_met(tmp_path):
    asked = {**STATEMENTS, "statements": {"D1": HALF, "D2": STATEMENTS["statements"]["D2"]}}
    chosen = {**GOALS, "goals": {id: GOALS["goals"][id] for id in ("D1", "D2")}}
    review = goals("GM1969", "past", made_up_council.processed(tmp_path, statements=asked, goals=chosen))
    page = html(review)
    assert [str(goal.state) for goal in review.goals] == ["niet te meten", "deels gehaald"]
    assert "2022: gehaald (100 woninginbraken tegen 200 in 2019); een ander deel is niet te meten" in page


def test_a_goal_with_a_size_tells_whether_it_could_have_been_seen(review):
    """From 100, a fifth less would be seen in 32 % of the cases if counts were Poisson; they vary more."""
    third = review.goals[2]
    assert third.targets[0].power is not None
    assert "De kans dat het halen van zo" in html(review)
    power = next(record for record in review.records() if record.id == "D3.1.power")
    assert power.value == 100 * third.targets[0].power.chance
    assert 5 < power.value < 32


def test_goals_of_another_period_are_judged_on_being_measurable(folder):
    result = measurable(goals("GM1969", "coming", folder))
    page = html(result)
    assert "<b>1 doel</b>. Zoals het er staat, te meten met cijfers: geen doel; deels: 1 doel; niet: geen doel." in page
    assert '<td class="words">deels</td>' in page and "Er is geen nulmeting." in page
    assert [record.value for record in result.records()] == [0, 1, 0]


def test_without_goals_of_a_period_or_at_all(folder, tmp_path):
    elsewhere = goals("GM0014", "past", folder)
    assert isinstance(elsewhere, Missing) and measurable(elsewhere) is elsewhere
    assert isinstance(goals("GM1969", "past", made_up_council.processed(tmp_path)), Missing)


def test_without_statements_goals_are_listed_but_not_tested(tmp_path):
    folder = made_up_council.processed(tmp_path, goals=GOALS)
    page = html(goals("GM1969", "past", folder))
    assert "4 niet te meten." in page and page.count("Geen cijfers.") == 4


def test_the_transcription_agrees_with_the_statements_and_themes():
    """The twelve goals of the council's text, word for word as the statements quote them."""
    read = catalogue.read_yaml(BELEID / "goals.yml", Goals).goals
    quoted = catalogue.read_yaml(BELEID / "statements.yml", Statements).statements
    themes = catalogue.read_yaml(BELEID / "priorities.yml", Priorities).themes
    assert list(read) == [*(f"D0{n}" for n in range(1, 7)), *(f"T0{n}" for n in range(1, 7))]
    for id, goal in read.items():
        quote = quoted[goal.statement].quote.strip("“”")
        assert (goal.statement, goal.text, goal.source) == (id, quote, f"{quoted[id].document}:{quoted[id].line}")
        assert goal.theme in themes
    assert [id for id, goal in read.items() if goal.reported] == ["D03"]


@pytest.mark.realdata
def test_fewer_burglaries_than_2018_holds_for_2022_and_not_for_2023(tmp_path):
    """Police figures of Westerkwartier: 76 in 2018, 36 in 2022, 91 in 2023."""
    raw = tmp_path / "raw"
    (raw / "beleid").mkdir(parents=True)
    shutil.copy(REALDATA / "politie" / "47018NED_TypedDataSet_rebuilt.csv", raw)
    for kind in ("goals", "statements"):
        shutil.copy(BELEID / f"{kind}.yml", raw / "beleid")
    ingest(raw, tmp_path / "processed")
    result = {goal.id: goal for goal in goals("GM1969", "past", tmp_path / "processed").goals}
    assert [(figure.year, figure.count.lower, figure.met) for figure in result["D04"].targets] == [
        (2022, 36, True),
        (2023, 91, False),
    ]
    assert result["D04"].state is GoalState.NOT_MET  # the last year decides
    page = html(goals("GM1969", "past", tmp_path / "processed"))
    assert "2022: gehaald (36 woninginbraken tegen 76 in 2018); 2023: niet gehaald (91 woninginbraken tegen 76" in page


def test_every_goal_says_whether_its_figures_are_made_up(review, monkeypatch):
    monkeypatch.setattr(Series, "synthetic", property(lambda series: series.indicator.id != "woninginbraak"))
    table = re.search(r'id="doelen-2020-2023".*?</table>', html(review), flags=re.DOTALL)[0]
    last = [row.rpartition("<td")[2] for row in table.split("<tr>")[2:]]
    expected = [">echt<", ">deels nagemaakt<", ">nagemaakt<", "geen cijfer"]  # the last goal has no figures
    assert all(kind in cell for kind, cell in zip(expected, last, strict=True))
