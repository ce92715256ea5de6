"""Changes in words: the three questions, whether a change is good news, and the scenario without a break."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analysis.display.registration  # noqa: F401 (registers how results are shown)
from analysis.display import dutch
from analysis.display.reservations import caveats
from analysis.display.sentences import headline
from analysis.display.tables import MADE_UP, REAL
from analysis.statistics.change import Change, change, least_ordinary_step, overview
from analysis.statistics.comparison import compare_change
from analysis.statistics.scenarios import power
from analysis.store.results import html
from made_up_series import among_others, beside, country, indicator, steady, yearly


def text(fragment):
    return re.sub(r"[\s\u00a0]+", " ", re.sub(r"<[^>]+>", " ", fragment)).strip()


def a_change(before, after, movement=1.0, region="GM1969", **fields):
    """Return a change after years that stayed the same, beside other municipalities."""
    series = replace(yearly("proef", region, steady(before, 2019, after, 2020)), indicator=indicator(**fields))
    return change(among_others(series, movement), 2019, 2020)


def of_own_years(*counts):
    """Return the change between the last two years of a region of which all years up to 2020 are known."""
    years = range(2021 - len(counts), 2021)
    return change(yearly("proef", "GM1969", dict(zip(years, counts, strict=True))), 2019, 2020)


@pytest.mark.parametrize(
    ("label", "by", "expected"),
    [
        (
            "alarmeringen van de brandweer",
            "de brandweer",
            "registreerde de brandweer in Westerkwartier 160 alarmeringen ,",
        ),
        ("verwijzingen naar Halt", "Halt", "registreerde Halt in Westerkwartier 160 verwijzingen ,"),
        ("misdrijven (CBS)", "het CBS", "registreerde het CBS in Westerkwartier 160 misdrijven ,"),
        (
            "branden bij de politie",
            "de brandweer",
            "registreerde de brandweer in Westerkwartier 160 branden bij de politie ,",
        ),
    ],
)
def test_who_registered_something_is_named_once(label, by, expected):
    assert expected in text(html(a_change(100, 160, label=label, singular=label, registered_by=by)))


def test_three_answers_stand_behind_the_sentence():
    found = a_change(100, 160)
    shown, (low, high) = text(html(found)), found.ordinary
    assert low < 100 < high < 160
    beside = "Hier ging het duidelijk anders dan in de rest van Nederland."
    assert f"60 % meer . ▲ Oordeel: duidelijk {beside} Hoe zeker is dit? " in shown
    assert "Veranderde het aantal? Ja, van 100 naar 160." in html(found).partition("<details")[2].replace("</b>", "")
    ordinary = f"Zonder verandering was een aantal van {low} tot {high} gewoon geweest."
    assert f"Is dat meer dan een gewone schommeling? Ja, duidelijk. {ordinary}" in shown
    assert shown.count(ordinary) == 1
    low, high = found.judgement.elsewhere.range()
    beside = f"Ja, duidelijk. Ging het zoals daar, dan was een aantal van {low} tot {high} gewoon geweest."
    assert f"Ging het anders dan in de rest van Nederland? {beside}" in shown
    assert "Kanttekening" not in shown


def test_a_fall_that_happens_everywhere_is_a_clear_fall_and_nothing_special():
    shown = text(html(a_change(100, 60, movement=0.6)))
    assert "▼ Oordeel: duidelijk" in shown
    assert "schommeling? Ja, duidelijk." in shown
    assert "de rest van Nederland? Dat is niet aangetoond. Ging het zoals daar" in shown


def test_staying_the_same_while_all_others_fall_is_told_as_well():
    shown = text(html(a_change(100, 100, movement=0.4)))
    assert "● Oordeel: gewone schommeling" in shown and "Nee, in beide jaren 100." in shown
    assert "de rest van Nederland? Ja, duidelijk." in shown


def test_a_hint_lies_within_the_range_and_says_so():
    """'Misschien' beside a range that holds the count would be a riddle."""
    found = a_change(100, 133)
    shown, (low, high) = text(html(found)), found.ordinary
    assert low < 133 <= high
    assert "▲ Oordeel: aanwijzing" in shown
    assert "Misschien: het ligt aan de rand van wat gewoon is. Zonder verandering was" in shown
    assert "Kanttekening" not in shown  # the verdict says it
    assert ", een aanwijzing" in headline(found)


def test_own_years_are_named_and_never_clear():
    """A year of 100 again and again, then 300: outside all that is ordinary, but no other municipality is known."""
    shown = text(html(of_own_years(100, 101, 99, 100, 102, 98, 100, 300)))
    assert "▲ Oordeel: aanwijzing" in shown
    assert "Misschien: het ligt buiten wat gewoon is, maar wij kennen alleen de eigen jaren. Zonder" in shown
    assert "Dat is niet te zeggen: er zijn te weinig cijfers van andere gemeenten." in shown
    ordinary = text(html(of_own_years(100, 101, 99, 100, 102, 98, 100, 103)))
    assert "Dat is niet aangetoond. Dat is alleen gemeten aan de eigen jaren." in ordinary


def test_what_cannot_be_asked_is_said():
    shown = text(html(change(yearly("proef", "GM1969", {2019: 100, 2020: 160}), 2019, 2020)))
    assert "● Oordeel: te weinig om te zeggen" in shown
    assert "er zijn te weinig eerdere cijfers om te weten wat gewoon is" in shown
    assert "er zijn te weinig eerdere cijfers" in shown
    assert "gunstig" not in shown
    assert "rest van Nederland" not in text(html(a_change(100, 160, region="NL00")))
    assert "met zo weinig registraties niet te zeggen" in text(html(a_change(1, 3)))


@pytest.mark.parametrize(
    ("past", "before", "after", "words"),
    [
        (100, 40, 50, "Het aantal steeg, maar is nog lager dan te verwachten was."),
        (100, 240, 200, "Het aantal daalde, maar is nog hoger dan te verwachten was."),
        (100, 40, 40, "Het aantal bleef gelijk, maar is nog lager dan te verwachten was."),
        (180, 62, 60, "Het aantal daalde, maar was al lager dan te verwachten was."),
        (100, 100, 110, ""),
        (100, 100, 200, ""),
    ],
)
def test_an_ordinary_step_to_a_count_outside_the_range_is_explained(past, before, after, words):
    years = {**dict.fromkeys(range(2011, 2019), past), 2019: before, 2020: after}
    shown = text(html(change(among_others(yearly("proef", "GM1969", years)), 2019, 2020)))
    explained = f"schommeling? Dat is niet aangetoond. {words} Zonder verandering"
    assert explained in shown if words else "Het aantal" not in shown


def test_a_small_count_has_no_percentage():
    shown = text(html(a_change(8, 9)))
    assert "Bij zulke kleine aantallen geven wij geen percentage." in shown and "%" not in shown
    assert "Zonder verandering was een aantal van" in shown


def test_a_percentage_of_a_small_start_stands_only_beside_its_range():
    """From 41: the threshold gives a percentage from 50 on, and below it never one without a range."""
    said, _, behind = html(a_change(41, 28)).partition("<details")
    assert "28 proefmeldingen , tegen 41 in 2019. " in text(said).replace(" .", ".") and "%" not in said
    assert "Ja, van 41 naar 28: 32 % minder." in text(behind) and "Zonder verandering was een aantal van" in behind
    assert "25 % minder" in text(html(a_change(100, 75)).partition("<details")[0])


def test_a_comparison_has_one_verdict_wherever_it_stands():
    years = steady(100, 2019, 150, 2020)
    beside = among_others(yearly("proef", "GM1969", years)), yearly("proef", "NL00", {2019: 9000, 2020: 9000})
    shown = text(html(compare_change(*beside, 2019, 2020)))
    assert "bevestigd" in shown
    assert "apart getoetst" not in shown and "strenger" not in shown


@pytest.mark.parametrize(
    ("before", "after", "people", "expected"),
    [
        (100, 160, 64_000, "Per 1.000 inwoners waren het er 1,6 in 2019 en 2,5 in 2020"),
        (100, 160, 25_000, "waren het er 4,0 in 2019 en 6,4 in 2020: 60 % meer."),
        (148, 153, 1_000_000, "waren het er 0,15 in 2019 en 0,15 in 2020."),  # no percentage of rounded small numbers
        (260, 440, 1_000_000, "waren het er 0,26 in 2019 en 0,44 in 2020."),  # not 0,3 and 0,4
        (9, 160, 64_000, None),
        (160, 9, 64_000, None),
        (130, 150, 17_000_000, None),  # 0,0 and 0,0
    ],
)
def test_no_rate_for_small_counts_or_one_that_rounds_to_nothing(before, after, people, expected):
    series = yearly("proef", "GM1969", {2019: before, 2020: after}, {2019: people, 2020: people})
    shown = text(html(change(among_others(series), 2019, 2020)))
    assert expected in shown if expected else "Per 1.000" not in shown


@pytest.mark.parametrize(
    ("after", "good", "word"),
    [
        (160, "lower", "Dat is ongunstig."),
        (50, "lower", "Dat is gunstig."),
        (160, "higher", "Dat is gunstig."),
        (160, "none", "Of dat gunstig is, is niet te zeggen."),
    ],
)
def test_good_news_is_a_word_apart_from_the_direction(after, good, word):
    assert word in text(html(a_change(100, after, good=good)))


def test_an_ordinary_movement_is_no_news():
    assert "gunstig" not in text(html(a_change(100, 105)))


def test_the_register_and_the_singular_are_those_of_the_indicator():
    shown = text(html(a_change(9, 1, registered_by="het WODC")))
    assert "registreerde het WODC in Westerkwartier 1 proefmelding , tegen 9" in shown


@pytest.mark.parametrize(
    ("after", "movement", "country", "told"),
    [
        (160, 1.6, 16_160, "In de rest van Nederland steeg het ook (60 %)."),
        (
            160,
            1.0,
            10_160,
            "In de rest van Nederland bleef het bijna gelijk. Hier ging het duidelijk anders.",
        ),
        (105, 0.95, 9_705, "In de rest van Nederland daalde het (4 %). Een verschil daarmee is niet aangetoond."),
    ],
)
def test_how_it_went_in_the_rest_of_the_country_is_said_and_no_stronger_than_it_was_judged(
    after, movement, country, told
):
    found = a_change(100, after, movement)
    national = replace(yearly("proef", "NL00", {2019: 10_100, 2020: country}), indicator=found.series.indicator)
    result = change(found.series, 2019, 2020, against=national)
    assert told in text(html(result))
    assert (result.grade, result.grade_elsewhere) == (found.grade, found.grade_elsewhere)


def test_a_difference_with_the_country_that_was_not_judged_is_called_unknown():
    """A rise here beside a fall there reads as a difference, and nothing is known of other municipalities."""
    years = dict(zip(range(2013, 2021), (100, 101, 99, 100, 102, 98, 100, 103), strict=True))
    national = yearly("proef", "NL00", {2019: 10_100, 2020: 9_103})
    shown = text(html(change(yearly("proef", "GM1969", years), 2019, 2020, against=national)))
    assert "daalde het (10 %). Of dat verschil toeval is, is niet te zeggen." in shown


def test_a_scenario_stands_below_the_change_it_touches():
    """242 and 395 follow from the IVB 2024-2027; the factor is that of breaks.yml."""
    series = among_others(yearly("onbegrepen_gedrag", "GM1969", {2019: 242, 2022: 395}))
    shown = text(html(change(series, 2019, 2022)))
    assert "Zonder de registratiewijziging van maart 2020: +36 % tot +46 % (marge" in shown
    assert "geen schatting" in shown


def test_rounding_is_a_caveat():
    assert "veelvoud van 5" in " ".join(caveats(a_change(100, 160, rounded_to=5)).sentences)


def test_the_power_of_a_goal_is_told():
    found = power(among_others(yearly("proef", "GM1969", dict.fromkeys(range(2014, 2021), 100))), 2020, 2023)
    shown, chance = text(html(found)), round(100 * found.chance)
    assert 0 < chance < 50 and found.needed < 80
    assert f"Is 20 % minder in 2023 echt gehaald, dan zien wij die daling in {chance} van de 100 gevallen" in shown
    needed = f"Pas vanaf {100 - found.needed} % minder ({found.needed} of lager) is een daling meer dan een gewone"
    assert needed in shown
    few = text(html(power(among_others(yearly("proef", "GM1969", dict.fromkeys(range(2014, 2021), 4))), 2020, 2023)))
    assert "valt geen enkele daling op: ook nul is dan een gewone schommeling" in few
    unknown = power(yearly("proef", "GM1969", {2020: 100}), 2020, 2023)
    assert "te weinig cijfers over proefmeldingen in Westerkwartier tot en met 2020" in text(html(unknown))


def test_every_row_of_an_overview_says_whether_its_figures_are_made_up():
    real, made_up = yearly("echt", "GM1969", steady(100, 2019, 120, 2020)), a_change(80, 90).series
    real = replace(real, sources=tuple(replace(source, synthetic=False) for source in real.sources))
    made_up = replace(made_up, sources=tuple(replace(source, synthetic=True) for source in made_up.sources))
    shown = html(overview([real, made_up], 2019, 2020))
    rows = [text(row) for row in re.findall(r"<tr.*?</tr>", shown, flags=re.DOTALL)]
    assert [(row.split()[1], row.endswith(MADE_UP)) for row in rows[1:]] == [("100", False), ("80", True)]
    assert rows[1].endswith(REAL)


def test_the_least_ordinary_step_says_of_how_many_it_is_one():
    years = among_others(yearly("proef", "GM1969", dict.fromkeys(range(2013, 2023), 100) | {2020: 300}))
    shown = text(html(least_ordinary_step(years, first=2013)))
    assert "Dit is de minst gewone van 9 stappen." in shown
    assert "De opvallendste van 9 stappen van jaar op jaar: 300 proefmeldingen in 2020, tegen 100 in 2019" in shown


@settings(max_examples=30, deadline=None)
@given(st.integers(40, 250), st.integers(40, 250), st.integers(40, 250), st.sampled_from([0.6, 1.0, 1.5]))
def test_a_count_is_said_to_lie_outside_only_where_it_does(past, before, after, movement):
    """A count at the edge of a range is within it, though the step that led to it is an ordinary one."""
    years = {**dict.fromkeys(range(2011, 2019), past), 2019: before, 2020: after}
    result = change(among_others(yearly("proef", "GM1969", years), movement), 2019, 2020)
    low, high = result.judgement.elsewhere.range()
    if "ligt daarbuiten" in text(html(result)):
        assert not low <= after <= high
    page = text(html(overview([result.series], 2019, 2020)))
    if "ligt buiten wat gewoon is" in page:
        assert not result.ordinary[0] <= after <= result.ordinary[1]


def test_who_is_judged_by_a_part_of_the_municipalities_is_told_how_it_went_there_and_not_in_the_country():
    series = replace(yearly("proef", "GM1969", steady(100, 2019, 160, 2020)), indicator=indicator())
    national = replace(yearly("proef", "NL00", {2019: 10_100, 2020: 10_160}), indicator=series.indicator)
    others = country(range(2011, 2021), {2020: 1.5}).head(200)
    told = others[[2019, 2020]].sum()
    result = change(beside(series, others), 2019, 2020, against=national)
    assert isinstance(result, Change) and result.rest is not None
    assert (result.rest.before, result.rest.after, result.rest.municipalities) == (told[2019], told[2020], 200)
    rise = dutch.percent(100 * (told[2020] / told[2019] - 1))
    assert f"In 200 andere gemeenten samen steeg het ook ({rise})." in html(result)


def test_where_the_country_has_no_figure_yet_the_other_municipalities_are_told():
    series = replace(yearly("proef", "GM1969", steady(100, 2019, 60, 2020)), indicator=indicator())
    national = replace(yearly("proef", "NL00", {2019: 10_100}), indicator=series.indicator)
    result = change(among_others(series, 0.6), 2019, 2020, against=national)
    assert "In de rest van Nederland daalde het ook (" in html(result)
    unasked = change(among_others(series, 0.6), 2019, 2020)
    assert isinstance(unasked, Change) and unasked.rest is None
