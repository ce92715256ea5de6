"""Each theme as it stands now: newest figures, goals, measures, and the row on the first page."""

from __future__ import annotations

import re

import pytest

from analysis.display import registration
from analysis.policy.goals import goals
from analysis.policy.level_tests import GoalState
from analysis.policy.theme_overview import theme_overview
from analysis.statistics.change import change
from analysis.store.results import html

assert registration  # a result can only show itself once the display layer is there


@pytest.fixture(scope="module")
def themes(processed):
    return theme_overview("GM1969", 2019, 2022, processed)


@pytest.fixture(scope="module")
def states(themes):
    return {state.row.id: state for state in themes.states}


def test_figures_run_to_the_newest_year_with_the_judgement_of_those_years(states):
    lead = states["zorg"].lead
    assert (lead.first, lead.last) == (2019, lead.series.last_year) and lead.last > 2022
    assert lead.grade is change(lead.series, 2019, lead.last).grade


def test_the_band_ends_in_the_range_of_the_judgement(states):
    lead = states["zorg"].lead
    assert states["zorg"].ordinary[lead.last] == lead.ordinary
    assert min(states["zorg"].ordinary) == 2020


def test_the_country_is_of_the_same_year_or_absent(states):
    ours, theirs = states["zorg"].rates
    assert theirs == states["zorg"].national.rate(states["zorg"].lead.last) and ours != theirs


def test_the_goals_of_a_theme_are_those_of_the_past_period(states, processed):
    past = goals("GM1969", "past", processed)
    for id, state in states.items():
        assert len(state.goals) == sum(part.goal.theme == id for part in past.goals)
    assert [part.state for part in states["verkeer"].goals].count(GoalState.NOT_MET) == 2


def test_what_is_late_goes_before_what_comes_next(themes, states):
    row = row_of(themes, "Zorg en veiligheid")
    assert "te laat: AVE-model" in row[-1] and states["zorg"].upcoming is not None
    assert row_of(themes, "Jaarwisseling en vuurwerk")[-1].startswith("31 december 2024: ")


def test_a_theme_without_figures_has_a_row_all_the_same(themes):
    row = row_of(themes, "Crisisbeheersing")
    assert row[0] == "–geen cijfer" and "€\u00a010.000 0,20\u00a0fte" in row


def test_priorities_and_strategic_themes_each_have_a_row_and_others_none(themes):
    page = html(themes)
    shown = [state.row.theme.label for state in themes.states if state.row.standing != "other"]
    assert page.count('scope="row"') == len(shown) == len(themes.shown) < len(themes.states)


def test_made_up_figures_are_marked(themes):
    assert "registraties van onbegrepen gedrag (nagemaakt)" in html(themes)
    assert "woninginbraken</span>" in html(themes)


def row_of(themes, label):
    """The cells of a theme, without markup."""
    (row,) = [row for row in re.findall(r"<tr>.*?</tr>", html(themes)) if f">{label} <" in row]
    return [re.sub("<[^>]+>", "", cell) for cell in re.findall("<td>(.*?)</td>", row)]
