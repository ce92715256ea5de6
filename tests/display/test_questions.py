"""Changes in words: the three questions, whether a change is good news, and the scenario without a break."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest

import analysis.display.registration  # noqa: F401 (registers how results are shown)
from analysis.display.reservations import caveats
from analysis.display.sentences import headline
from analysis.statistics.change import change
from analysis.statistics.comparison import compare_change
from analysis.statistics.scenarios import power
from analysis.store.results import html
from made_up_series import indicator, monthly, yearly


def text(fragment):
    return re.sub(r"[\s\u00a0]+", " ", re.sub(r"<[^>]+>", " ", fragment)).strip()


def a_change(before, after, months=None, ratios=None, region="GM1969", **fields):
    series = replace(yearly("proef", region, {2019: before, 2020: after}), indicator=indicator(**fields))
    by_month = None if months is None else monthly("proef", region, 2019, months)
    rows = {f"GM9{n:03}": [100, 100 * ratio] for n, ratio in enumerate(ratios or [])}
    peers = pd.DataFrame.from_dict(rows, orient="index", columns=[2019, 2020]) if ratios else None
    return change(replace(series, find_months=lambda: by_month, find_peers=lambda: peers), 2019, 2020)


@pytest.mark.parametrize(
    ("label", "by", "expected"),
    [
        (
            "alarmeringen van de brandweer",
            "de brandweer",
            "registreerde de brandweer in Westerkwartier 160 alarmeringen ,",
        ),
        ("verwijzingen naar Halt", "Halt", "registreerde Halt in Westerkwartier 160 verwijzingen ,"),
        ("misdrijven (CBS)", "de politie volgens het CBS", "volgens het CBS in Westerkwartier 160 misdrijven ,"),
        (
            "branden bij de politie",
            "de brandweer",
            "registreerde de brandweer in Westerkwartier 160 branden bij de politie ,",
        ),
    ],
)
def test_who_registered_something_is_named_once(label, by, expected):
    assert expected in text(html(a_change(100, 160, label=label, singular=label, registered_by=by)))


def test_three_answers_stand_below_the_sentence():
    usual = a_change(100, 160, [8, 9] * 6 + [13, 14] * 6, [0.4, 1, 1.6] * 5)
    shown = text(html(usual))
    assert "Kanttekening: een verschuiving die vaker voorkomt bij gemeenten van deze omvang." in shown
    assert "Veranderde het aantal? Ja, van 100 naar 160." in shown
    assert "Is dat meer dan toeval? Ja. Binnen het jaar verschillen de maanden niet meer van elkaar dan door" in shown
    assert "Is dat ongewoon voor een gemeente van deze omvang? Nee. Zulke verschuivingen komen vaker voor" in shown
    assert "Bij 15 andere gemeenten van deze omvang samen waren er vrijwel evenveel registraties." in shown
    assert "Gemeten aan hun verschillen is onze marge tussen" in shown
    assert "niet ongewoon" in headline(usual)


def test_what_cannot_be_asked_is_said():
    shown = text(html(a_change(100, 160)))
    assert "Er zijn te weinig maandcijfers" in shown
    assert "Die vraag is niet te stellen" in shown
    assert "Kanttekening: een gewone schommeling die niet te meten is." in shown
    assert "ongewoon" not in text(html(a_change(100, 160, region="NL00")))
    assert "met zo weinig registraties niet te zeggen" in text(html(a_change(1, 3)))


def test_a_change_that_the_peers_share_is_not_called_special():
    shown = text(html(a_change(100, 65, ratios=[0.6, 0.65, 0.7] * 5)))
    assert "Nee. Groter dan gewone schommelingen, maar niet anders dan bij de andere gemeenten samen." in shown
    assert "Bij 15 andere gemeenten van deze omvang samen waren er 35 % minder registraties." in shown
    assert (
        "Kanttekening: niet te onderscheiden van het verschil bij de andere gemeenten van deze omvang samen." in shown
    )


def test_a_small_count_tells_what_the_peers_did_as_well():
    shown = text(html(replace_peers(a_change(8, 9), 0.1)))
    assert "Bij 15 andere gemeenten van deze omvang samen waren er 10 % meer registraties." in shown
    few = text(html(replace_peers(a_change(2, 3), 0.02)))
    assert "zijn er te weinig registraties voor een percentage" in few
    assert "%" not in few


def replace_peers(small, size):
    """The same change among 15 municipalities with 100 and 110 registrations, made that much smaller."""
    rows = {f"GM9{n:03}": [size * 100, size * 110] for n in range(15)}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=[2019, 2020])
    return change(replace(small.series, find_peers=lambda: table), 2019, 2020)


@pytest.mark.parametrize(
    ("high", "words"),
    [
        (4.3, "niet meer van elkaar dan door puur toeval"),  # 1,0 keer
        (12, "keer zo sterk als door puur toeval"),
        (16, "veel sterker dan door puur toeval"),
    ],
)
def test_how_much_months_differ_is_told_in_words_that_fit(high, words):
    total = 12 * 40
    first, second = [40 + high, 40 - high] * 6, [40 - high, 40 + high] * 6
    shown = text(html(a_change(total, total, first + second)))
    assert words in shown
    assert ("De marge is daarom ruimer" in shown) == (high != 4.3)


def test_what_is_tested_alone_says_so():
    near, far = text(html(a_change(100, 140))), text(html(a_change(100, 160)))
    assert "bevestigd" in near and "bevestigd" in far
    assert "Dit is één vraag, apart getoetst." in near
    assert "apart getoetst" not in far
    assert "apart getoetst" not in text(html(a_change(100, 105)))
    years = yearly("proef", "GM1969", {2019: 100, 2020: 150}), yearly("proef", "NL00", {2019: 9000, 2020: 9900})
    beside = text(html(compare_change(*years, 2019, 2020)))
    assert "apart getoetst" in beside
    assert "Kanttekening: een gewone schommeling die niet te meten is." in beside


@pytest.mark.parametrize(
    ("before", "after", "people", "expected"),
    [
        (100, 160, 64_000, "Per 1.000 inwoners waren het er 1,6 in 2019 en 2,5 in 2020"),
        (148, 153, 1_000_000, "waren het er 0,15 in 2019 en 0,15 in 2020: 3 % meer"),
        (260, 440, 1_000_000, "waren het er 0,26 in 2019 en 0,44 in 2020: 69 % meer"),  # not 0,3 and 0,4
        (9, 160, 64_000, None),
        (160, 9, 64_000, None),
        (130, 150, 17_000_000, None),  # 0,0 and 0,0
    ],
)
def test_no_rate_for_small_counts_or_one_that_rounds_to_nothing(before, after, people, expected):
    series = yearly("proef", "GM1969", {2019: before, 2020: after}, {2019: people, 2020: people})
    shown = text(html(change(series, 2019, 2020)))
    assert expected in shown if expected else "Per 1.000" not in shown


def test_an_unusual_change_and_one_within_chance():
    special = a_change(100, 160, ratios=[0.9, 1, 1.1] * 5)
    assert "van deze omvang? Ja. Bij 15" in text(html(special))
    assert "Kanttekening" not in text(html(special))
    assert "ongewoon" not in headline(special)
    waves = text(html(a_change(120, 180, [2, 18] * 6 + [3, 27] * 3 + [27, 3] * 3)))
    assert re.search(r"meer dan toeval\? Nee\. Binnen het jaar verschillen de maanden \d,\d keer zo sterk", waves)
    assert "in beide jaren 100" in text(html(a_change(100, 100)))


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


def test_within_chance_there_is_no_news():
    assert "gunstig" not in text(html(a_change(100, 105)))


def test_the_register_and_the_singular_are_those_of_the_indicator():
    shown = text(html(a_change(9, 1, registered_by="het WODC")))
    assert "registreerde het WODC in Westerkwartier 1 proefmelding , tegen 9" in shown


def test_a_scenario_stands_below_the_change_it_touches():
    """242 and 395 follow from the IVB 2024-2027; the factor is that of breaks.yml."""
    shown = text(html(change(yearly("onbegrepen_gedrag", "GM1969", {2019: 242, 2022: 395}), 2019, 2022)))
    assert "Zonder de registratiewijziging van maart 2020: +36 % tot +46 % (marge +16 % tot +71 %)" in shown
    assert "geen schatting" in shown


def test_rounding_is_a_caveat():
    assert "veelvoud van 5" in " ".join(caveats(a_change(100, 160, rounded_to=5)).sentences)


def test_the_power_of_a_goal_is_told():
    shown = text(html(power(yearly("proef", "GM1969", {2020: 100}), 2020, 2023)))
    assert "Is 20 % minder in 2023 echt gehaald, dan is de kans 32 % dat die daling in de cijfers opvalt." in shown
    assert "Pas vanaf 26 % minder (74 of lager)" in shown
    assert "ook nul kan dan toeval zijn" in text(html(power(yearly("proef", "GM1969", {2020: 4}), 2020, 2023)))
