"""The plan and its progress. Amounts are made up, except those of the transcription of the council's own plan."""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import date

import pytest

import made_up_council
from analysis import paths
from analysis.definitions import catalogue
from analysis.display import registration
from analysis.documents.council import Measure, Plan
from analysis.policy.plan import MeasureState, PlanReview, plan, progress
from analysis.store.raw_sources import Source
from analysis.store.results import Missing, html

TRANSCRIBED = paths.PROJECT / "samples" / "beleid" / "plan.yml"
FILE = Source("plan", "beleid/plan.yml", "beleidsdocument", "Gemeente", "0" * 64, 1, synthetic=False)
assert registration  # a result can only show itself once the display layer is there


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return made_up_council.processed(tmp_path_factory.mktemp("plan"))


def reviewed(**fields):
    return PlanReview(Plan.model_validate(deepcopy(made_up_council.PLAN) | fields), FILE)


def test_decimals_are_added_to_the_cent():
    """In binary 700.1 + 200.2 is not 900.3."""
    assert all(check.agrees for check in reviewed().sums)


def test_a_sum_that_is_wrong_is_said_with_both_amounts():
    wrong = reviewed(total=1100)
    assert [check.kind for check in wrong.sums if not check.agrees] == ["budget", "measures"]
    assert "tellen op tot €\u00a01.000 en <b>niet</b> tot €\u00a01.100" in html(wrong)


def test_one_theme_or_none_is_told_as_that():
    assert "Ook bij alle 2 thema's met kosten en een budget kloppen" in html(reviewed())
    only_one = [line for line in made_up_council.PLAN["budget"] if line["theme"] != "winkels"]
    assert "het ene thema met kosten" in html(reviewed(budget=only_one))


def test_costs_that_differ_from_the_budget_of_a_theme_are_named():
    budget = [
        {**line, "amount": 950.3} if line["theme"] == "inbraak" else line for line in made_up_council.PLAN["budget"]
    ]
    assert "Bij inbraak zijn de kosten van de maatregelen <b>niet</b> gelijk" in html(reviewed(budget=budget))


def test_no_line_in_the_budget_is_not_nothing():
    inbraak, winkels, onvoorzien = reviewed().means
    assert (winkels.amount, winkels.costs, winkels.hours) == (0, 0, 0.1)
    assert (onvoorzien.costs, onvoorzien.hours) == (None, None)
    assert inbraak.hours == 0.9


def test_a_page_says_what_is_not_in_the_transcription():
    page = html(reviewed())
    assert "Niet volledig." in page
    assert "niet bekend" in page  # nobody is named for these measures


@pytest.mark.parametrize(
    ("deadline", "due"),
    [("Q1 2024", date(2024, 3, 31)), ("Q2 2024", date(2024, 6, 30)), ("2024", date(2024, 12, 31)),
     ("structureel", None), (None, None)],
)  # fmt: skip
def test_the_last_day_of_a_deadline(deadline, due):
    assert Measure(action="proef", theme="proef", deadline=deadline, source="h5").due == due


def test_what_is_late_costs_too_much_or_is_not_filled_in(folder):
    review = progress("GM1969", folder)
    assert review.on == date(2024, 8, 1)  # the newest day in the sheet
    assert [state.id for state in review.overdue] == ["sloten"]
    assert [state.id for state in review.over_budget] == ["sloten"]
    assert [state.id for state in review.unknown] == ["overleg"]
    assert review.spent == 1050.5
    records = {record.id: record for record in review.records()}
    assert records["progress.spent.inbraak"].value == 1050.5
    assert records["progress.overdue"].value == 1


def test_a_deadline_holds_until_its_last_day(tmp_path):
    rows = (
        made_up_council.PROGRESS[0],
        "sloten;loopt;30-6-2024;;",
        "brief;gestopt;30-6-2024;;",
        "lampen;klaar;30-6-2024;;",
    )
    review = progress("GM1969", made_up_council.processed(tmp_path, progress=rows))
    assert review.overdue == []  # the second quarter ends that day, and what was stopped is not late
    assert "Geen enkele maatregel was volgens haar eigen stand te laat" in html(review)


def test_a_measure_is_judged_by_its_own_row_and_not_by_a_newer_one_of_another(tmp_path):
    """The second quarter ended after the only row of one measure, and before that of the other."""
    rows = (made_up_council.PROGRESS[0], "sloten;loopt;1-6-2024;;", "lampen;loopt;1-8-2024;;")
    review = progress("GM1969", made_up_council.processed(tmp_path, progress=rows))
    states = {state.id: state.state for state in review.states}
    assert states["sloten"] is MeasureState.OUTDATED
    assert review.overdue == []
    assert "Stand van vóór de termijn" in html(review) and "stand van 1 juni 2024" in html(review)


def test_each_list_names_what_put_a_measure_there(folder):
    """This measure is late and over its budget: the first list names its deadline, the second the amounts."""
    late, over = re.findall(r"<li><b>(?:Te laat|Boven het budget)</b>: (.*?)</li>", html(progress("GM1969", folder)))
    assert "termijn: Q2 2024" in late and "besteed" not in late
    assert "besteed van" in over and "termijn" not in over


def test_progress_is_shown_with_its_day(folder):
    page = html(progress("GM1969", folder))
    assert "Op 1 augustus 2024 is van <b>3 van de 4 maatregelen</b>" in page
    assert "<b>Te laat</b>: Sloten" in page and "€\u00a01.000,50 besteed van €\u00a0700,10" in page
    assert "117\u00a0%" in page


def test_without_a_sheet_the_page_says_so(tmp_path):
    folder = made_up_council.processed(tmp_path, progress=None)
    result = progress("GM1969", folder)
    assert isinstance(result, Missing) and "nog geen voortgang ingevuld" in result.reason
    assert isinstance(plan("GM1969", folder), PlanReview)


def test_the_plan_of_another_municipality_is_not_ours(folder):
    assert isinstance(plan("GM0014", folder), Missing)


def test_the_transcribed_plan_adds_up_as_the_council_published():
    """Totals as chapter 8 and the sections of the plan give them."""
    review = PlanReview(catalogue.read_yaml(TRANSCRIBED, Plan), FILE)
    assert all(check.agrees for check in review.sums)
    assert (review.plan.total, review.costs, review.without_measures) == (75000, 72500, 2500)
    assert (review.regular, review.priority, review.plan.external) == (3.2, 0.8, 0.6)
    means = {line.theme: line for line in review.means}
    assert (means["zorg"].amount, means["zorg"].hours, means["evenementen"].hours) == (0, 0.95, 0.1)
    assert sum(line.costs or 0 for line in review.means if line.kind == "prioriteit") == 40000
    assert {id: line.costs for id, line in means.items() if line.kind == "strategisch"} == {
        "jaarwisseling": 15000, "crisisbeheersing": 10000, "verkeer": 7500, "evenementen": 0, "inbraak": 0,
    }  # fmt: skip
