"""The messages of the first page: which are chosen, in which order, and what a municipality may overrule."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from analysis.display import dutch, first_page, registration
from analysis.display.questions import beside_elsewhere
from analysis.documents.statements import KeyMessageChoice, Statements
from analysis.policy import key_messages as rule
from analysis.policy.evidence import Evidence
from analysis.policy.key_messages import KeyMessages, Movement, _favourites, key_messages, message_id
from analysis.policy.level_tests import GoalState
from analysis.policy.theme_overview import ThemeOverview, theme_overview
from analysis.statistics.ordinary import Grade
from analysis.store.results import Missing, html, series_within

assert registration  # a result can only show itself once the display layer is there
HOME = "GM1969"


@pytest.fixture(scope="module")
def themes(processed):
    result = theme_overview(HOME, 2019, 2022, processed)
    assert isinstance(result, ThemeOverview)
    return result


@pytest.fixture
def overruled(monkeypatch, themes, processed):
    """The messages when ``key_messages`` in the statements holds these choices."""

    def messages(*choices):
        document = Evidence.document

        def with_choices(self, kind):
            found = document(self, kind)
            if kind is not Statements or isinstance(found, Missing):
                return found
            own = [KeyMessageChoice(reason="de raad vroeg het", **choice) for choice in choices]
            return found[0].model_copy(update={"key_messages": tuple(own)}), found[1]

        monkeypatch.setattr(Evidence, "document", with_choices)
        return key_messages(themes, HOME, 2019, processed)

    return messages


def ids(messages):
    return [message_id(message) for message in messages.messages]


def test_the_sample_has_five_messages_in_the_order_of_the_rule(overruled):
    assert ids(overruled()) == [
        "worsened.onbegrepen_gedrag", "improved.woninginbraak", "goals.2020-2023", "votes.verkeer",
        "worsened.overlast_alcohol_drugs",
    ]  # fmt: skip


def test_a_message_that_is_left_out_makes_room_and_its_reason_is_told(overruled):
    without = overruled({"omit": "worsened.onbegrepen_gedrag"}, {"omit": "votes.verkeer"})
    assert ids(without)[:4] == [
        "worsened.overlast_alcohol_drugs", "improved.woninginbraak", "goals.2020-2023", "money.zorg",
    ]  # fmt: skip
    assert len(without.messages) == 5
    for subject in ("registraties van onbegrepen gedrag", "verkeersveiligheid"):
        assert f"De gemeente liet de boodschap over {subject} weg: de raad vroeg het" in html(without)


def test_a_chosen_statement_comes_first_with_its_verdict_and_the_reason(overruled):
    chosen = overruled({"show": "K03", "asks": "Wat is hier de bedoeling?"})
    assert [one.judged.statement.id for one in chosen.chosen] == ["K03"] and len(chosen.messages) == 4
    first = re.findall("<li>.*?</li>", html(chosen))[0]
    assert "(nagemaakte cijfers)" in first and "Gekozen: de raad vroeg het. Wat is hier de bedoeling? <a" in first
    assert "Oordeel over deze uitspraak: bevestigd met kanttekening." in first
    assert {record.id for record in chosen.records()} >= {"K03"}


def test_what_moved_is_clear_by_its_own_judgement(overruled, themes):
    clear = {change.series.indicator.id for state in themes.states for change in state.telling
             if change.grade is Grade.CLEAR}  # fmt: skip
    moved = [message for message in overruled().messages if isinstance(message, Movement)]
    assert moved and all(message.subject in clear for message in moved)


@pytest.mark.parametrize("grade", [Grade.CLEAR, Grade.HINT, Grade.ORDINARY, Grade.TOO_FEW, None])
def test_a_movement_says_of_elsewhere_what_the_chapters_say(themes, monkeypatch, grade):
    change = next(change for state in themes.states for change in state.telling if change.grade is Grade.CLEAR)
    monkeypatch.setattr(type(change), "grade_elsewhere", property(lambda self: grade))
    words = first_page.text(Movement(None, change, "worsened", None))
    assert beside_elsewhere(change) in words and ": duidelijk meer (" in words
    assert ("Hier ging het" in words) is (grade in (Grade.CLEAR, Grade.HINT))


def test_the_missed_goals_are_those_of_the_chapter_about_goals(overruled, themes):
    (message,) = [one for one in overruled().messages if one.kind == "goals"]
    missed = [part.goal.theme for part in themes.past.of(GoalState.NOT_MET)]
    labels = {themes.matrix.document.themes[theme].label for theme in missed}
    assert set(message.themes) == labels
    assert first_page.title(message) == (
        f"Geen van de {len(themes.past.goals)} delen van de doelen voor 2020–2023 is aantoonbaar gehaald"
    )
    assert first_page.text(message).startswith(f"Niet gehaald ({len(missed)}): ")
    assert "(deels nagemaakte cijfers)" in html(overruled())  # three of the four rest on made-up figures


def test_a_goal_without_figures_is_not_called_one_that_nobody_can_measure(themes):
    lacking = [replace(part, judged=None) for part in themes.past.goals if part.goal.measurable == "yes"]
    assert lacking and first_page.outcomes(lacking) == {"zonder cijfers": len(lacking)}


def test_a_figure_is_told_once(overruled):
    """The money message is about the figure of the first one, which says what the plan has for its theme."""
    first = overruled().messages[0]
    assert first.figure == "onbegrepen_gedrag" and "Dit plan: € 0 en 0,95 fte." in first_page.text(first).replace(
        dutch.NBSP, " "
    )
    shown = overruled({"show": "K03"})
    assert "onbegrepen_gedrag" in {one.indicator for one in series_within(shown.chosen[0].judged)}
    assert "onbegrepen_gedrag" not in {message.figure for message in shown.messages}


def test_what_was_clear_a_year_earlier_goes_before_what_was_not(overruled, themes):
    clear = [(state, change) for state in themes.states for change in state.telling if change.grade is Grade.CLEAR]
    moved = [one for kind in ("worsened", "improved") for one in rule._movements(clear, kind)]
    assert {one.lasting for one in moved} == {True, False}
    for kind in ("worsened", "improved"):
        lasting = [one.lasting for one in moved if one.kind == kind]
        assert lasting == sorted(lasting, reverse=True)
    sudden = next(one for one in moved if not one.lasting and one.earlier is not None)
    assert f"In {sudden.earlier.last} " in first_page.text(sudden)


def test_a_chapter_that_judges_otherwise_is_named(overruled):
    message = next(one for one in overruled().messages if one.figure == "overlast_alcohol_drugs")
    assert message.compared.grade is Grade.ORDINARY and message.change.grade is Grade.CLEAR
    assert "In 2022 (115) nog: gewone schommeling." in first_page.text(message)


def test_what_became_better_everywhere_asks_another_question(overruled, monkeypatch):
    message = next(one for one in overruled().messages if one.kind == "improved")
    assert message.change.rest.direction == "down"
    assert first_page._ask(message) == rule.rule().asks["improved_as_elsewhere"]
    monkeypatch.setattr(type(message.change), "grade_elsewhere", property(lambda self: Grade.CLEAR))
    assert first_page._ask(message) == rule.rule().asks["improved"]


def test_the_page_says_from_how_many_figures_it_chose(overruled):
    found = overruled()
    assert found.judged == 8
    assert "Gekozen uit 8 cijfers; toeval maakt er gemiddeld hoogstens 0,4 duidelijk." in html(found)


def test_themes_with_as_many_votes_are_named_together(overruled, themes):
    places = themes.matrix.places
    votes = places.tally.votes.copy()
    votes.loc["vandalisme"] = votes.loc["verkeersveiligheid"]
    tally = replace(places.tally, votes=votes)
    tied = replace(themes, matrix=replace(themes.matrix, places=replace(places, tally=tally)))
    favourite = next(_favourites(tied))
    assert first_page.title(favourite) == (
        "Verkeersveiligheid kreeg de meeste stemmen, evenveel als vandalisme, en is geen prioriteit"
    )


def test_without_themes_the_messages_come_from_the_figures(processed):
    absent = theme_overview("GM0014", 2019, 2022, processed)
    assert isinstance(absent, Missing)
    messages = key_messages(absent, "GM0014", 2019, processed)
    assert isinstance(messages, Missing | KeyMessages)
    if isinstance(messages, KeyMessages):
        assert {message.kind for message in messages.messages} <= {"worsened", "improved", "level"}


def test_the_rule_asks_something_for_every_kind():
    assert {*rule.rule().order, "improved_as_elsewhere"} == {*rule.rule().asks}


def test_a_choice_is_a_statement_or_a_message_and_not_both():
    for fields in ({}, {"show": "K03", "omit": "votes.verkeer"}, {"omit": "verkeer"}):
        with pytest.raises(ValueError, match=r"show|omit"):
            KeyMessageChoice(reason="zomaar", **fields)


def test_every_choice_has_a_reason():
    with pytest.raises(ValueError, match="reason"):
        KeyMessageChoice(show="K03", reason=" ")


def test_the_level_of_crime_has_one_name():
    assert KeyMessageChoice(omit="level.misdrijven_totaal", reason="zomaar").omit == f"level.{rule.ALL_CRIME}"
    with pytest.raises(ValueError, match="omit"):
        KeyMessageChoice(omit="level.woninginbraak", reason="zomaar")


@pytest.mark.parametrize("choice", [{"show": "K03"}, {"omit": "votes.verkeer"}])
def test_a_choice_is_made_once(choice):
    twice = [{**choice, "reason": reason} for reason in ("een reden", "een andere")]
    with pytest.raises(ValueError, match=f"'{next(iter(choice.values()))}' staat twee keer"):
        Statements(municipality=HOME, documents={}, key_messages=twice, statements={})


def test_a_chosen_statement_says_that_its_figures_are_made_up(overruled):
    chosen = html(overruled({"show": "K03"}))
    assert " (nagemaakte cijfers)." in chosen
    assert "  " not in chosen
    assert "Oordeel over deze uitspraak: bevestigd." in html(overruled({"show": "U44"}))


def test_one_goal_is_one(overruled):
    (message,) = [one for one in overruled().messages if one.kind == "goals"]
    (missed, *_), (new, *_) = message.past.of(GoalState.NOT_MET), message.coming.goals
    one = replace(
        message, past=replace(message.past, goals=(missed,)), coming=replace(message.coming, goals=(new,)),
        themes=("Verkeer",),
    )  # fmt: skip
    assert first_page.title(one) == "Het doel voor 2020–2023 is niet gehaald"
    assert first_page.text(one) == (
        "Het gaat over verkeer. Het doel voor 2024–2027 is niet te meten zoals het er staat."
    )


def test_without_a_vote_no_theme_has_most(themes):
    places = themes.matrix.places
    blank = replace(places, tally=replace(places.tally, votes=0 * places.tally.votes))
    assert not [*_favourites(replace(themes, matrix=replace(themes.matrix, places=blank)))]
