"""From analysis to priorities. Figures, votes and themes are made up, except the lists of the council's own text."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args

import pytest

import made_up_council
import made_up_series
from analysis import paths
from analysis.definitions import catalogue
from analysis.display import registration
from analysis.documents.council import ListName, Partners, Priorities
from analysis.ingest import ballots
from analysis.ingest.pipeline import ingest
from analysis.policy.evidence import Evidence
from analysis.policy.plan import plan
from analysis.policy.priorities import Choices, Matrix, choices, departures, money, priorities
from analysis.store.results import Missing, html
from analysis.store.series import Series

BELEID = paths.PROJECT / "samples" / "beleid"
NBSP = "\u00a0"
assert registration  # a result can only show itself once the display layer is there


def seen(page):
    """Return the text of a page, without its markup."""
    return re.sub("<[^>]+>", "", page)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return made_up_council.processed(tmp_path_factory.mktemp("prioriteiten"))


@pytest.fixture(scope="module")
def matrix(folder):
    result = priorities("GM1969", 2019, 2022, folder)
    assert isinstance(result, Matrix)
    return result


@pytest.fixture(scope="module")
def rows(matrix):
    return {row.id: row for row in matrix.rows}


def test_the_direction_of_a_theme_is_what_is_more_than_chance(rows):
    directions = {id: row.direction for id, row in rows.items()}
    assert directions == {"inbraak": "down", "winkels": "up", "geweld": None, "verkeer": None, "contact": None}
    assert rows["winkels"].added == 100  # the one vandalism more is within chance
    assert rows["geweld"].missing == ("mishandelingen",)


@pytest.fixture
def counted(folder, monkeypatch):
    """Return the themes on other figures: ``counted({"woninginbraak": {2019: 200, 2022: 100}}, good="none")``.

    The years before 2019 were as that one.
    """

    def make(counts, peers=None, **about):
        def series(self, id):
            if id not in counts:
                return Missing(id, "Niet geteld.")
            years = dict.fromkeys(range(2012, 2019), counts[id].get(2019)) | counts[id]
            figures = made_up_series.yearly(id, "GM1969", years)
            figures = figures if peers is None else made_up_series.beside(figures, peers)
            return replace(figures, indicator=made_up_series.indicator(id, **about))

        monkeypatch.setattr(Evidence, "series", series)
        result = priorities("GM1969", 2019, 2022, folder)
        return result, {row.id: row for row in result.rows}

    return make


def test_a_figure_without_a_good_direction_moves_no_theme(counted, folder):
    """Fewer referrals may mean fewer offences or fewer checks, so the theme does not fall."""
    result, rows = counted({"woninginbraak": {2019: 200, 2022: 100}}, good="none")
    assert rows["inbraak"].direction is None and rows["inbraak"].added == 0
    page = html(result)
    assert "dalen de cijfers bij geen enkel thema" in page and "niet te zeggen of dat goed is" in page
    departed = departures(result, plan("GM1969", folder))
    assert "inbraak" not in [departure.row.id for departure in departed.of("falls_yet_chosen")]
    page = html(departed)
    assert "<b>Inbraak</b> is gekozen, maar van de cijfers is niet te zeggen wat gunstig is" in page
    assert "<b>Contact</b> is gekozen, maar met cijfers is er niets over te zeggen" in page
    assert "Bij 3 gekozen thema's geven de cijfers geen richting." in page


def test_a_figure_that_went_back_after_the_years_compared_says_so(counted, folder):
    """As burglaries did: fewer up to 2022, and in 2023 many more again."""
    result, rows = counted({"woninginbraak": {2019: 200, 2022: 100, 2023: 190}, "vernieling": {2022: 9, 2023: 99}})
    (later,) = rows["inbraak"].turned
    assert (later.first, later.last, later.direction, rows["inbraak"].direction) == (2022, 2023, "up", "down")
    assert "maar daarna ▲" in seen(html(result)) and "van 100 in 2022 naar 190 in 2023" in html(result)
    assert "Na 2022 keerde dat om bij inbraak." in html(result)
    assert "naar 190 in 2023" in html(departures(result, plan("GM1969", folder)))
    records = {record.id: record.value for record in result.records()}
    about = later.series.record_id
    assert (records[f"{about}2023"], records[f"{about}afterwards_pct"]) == (190, pytest.approx(90))


@pytest.mark.parametrize("later", [{}, {2023: 60}, {2023: 110}])
def test_going_on_or_a_chance_difference_is_no_turn(counted, later):
    _, rows = counted({"woninginbraak": {2019: 200, 2022: 100, **later}})
    assert rows["inbraak"].turned == ()


def test_a_fall_that_is_not_clear_is_shown_as_a_reservation(counted):
    """Beside all municipalities some 60 to 145 is ordinary after 100; one in five lies outside about 75 to 125."""
    everyone = made_up_series.country(range(2012, 2023))
    for after, weak in ((72, " en een aanwijzing"), (40, "")):
        result, rows = counted({"woninginbraak": {2019: 100, 2022: after}}, everyone)
        assert f"(gunstig; kanttekening: coronamaatregelen{weak})" in html(result).replace("\n", " ")
        assert rows["inbraak"].direction == "down"


def test_voters_are_given_as_places_with_their_interval(matrix, rows):
    place = rows["verkeer"].places[0]
    assert (place.label, place.rank, place.lower, place.upper) == ("Auto's", 1, 1, 1)
    assert rows["geweld"].best is None
    assert "1 (1): auto&#x27;s" in html(matrix) and "niet op de kaart" in html(matrix)


def test_a_theme_without_remarks_is_not_interpreted_yet(matrix, rows):
    assert rows["inbraak"].directions == {"more": 2}
    page = html(matrix)
    assert "2× meer" in page and "nog niet geduid" in page
    assert "Over 4 thema's hebben partners nog niets opgemerkt" in page


def test_figures_say_direction_and_whether_that_is_good_apart(matrix):
    page = seen(html(matrix))
    burglary = f"▼{NBSP}woninginbraken −50{NBSP}% (gunstig; kanttekening: coronamaatregelen en alleen eigen jaren)"
    assert burglary in page.replace("\u2212", "−")
    assert f"●{NBSP}vernielingen: toeval" in page
    assert f"●{NBSP}overvallen: te weinig" in page
    assert "mishandelingen: geen cijfers" in page


def test_without_a_vote_nothing_is_said_about_voters(tmp_path):
    raw = made_up_council.raw(tmp_path / "raw")
    (raw / "stemmen" / "briefjes.csv").unlink()
    ingest(raw, tmp_path / "processed")
    result = priorities("GM1969", 2019, 2022, tmp_path / "processed")
    assert "geen stemming" in html(result)
    assert "Van 2 thema's zijn er geen cijfers." in html(result)
    nothing = html(replace(departures(result, Missing("het plan", "Er is geen plan.")), found=()))
    assert "wijkt de keuze af van de cijfers die er zijn. Er zijn geen stemmen." in nothing
    assert not any(record.id.startswith("rank.") for record in result.records())


def test_a_double_entry_counts_once_and_what_we_do_not_know_is_said(matrix):
    result = choices(matrix)
    assert isinstance(result, Choices)
    sizes = (result.length("possible"), result.distinct("possible"), result.unknown("possible"))
    assert sizes == (5, 4, 3)
    page = html(result)
    assert "<b>5 mogelijke prioriteiten</b> (2 + 3). Dat zijn er 4, want Inbraak staat er twee keer." in page
    assert "Van 3 daarvan staat de naam niet in de beschikbare tekst." in page


def test_lists_with_nothing_on_them_have_no_number_and_no_names(matrix):
    rows = tuple(
        replace(row, theme=row.theme.model_copy(update=dict.fromkeys(get_args(ListName)))) for row in matrix.rows
    )
    page = seen(html(choices(replace(matrix, rows=rows, lists={}))))
    assert "De documenten noemen geen mogelijke prioriteit. Gekozen is er geen." in page
    assert "Over landelijke onderwerpen staat niets in onze lijst." in page


def test_not_known_to_be_on_a_list_is_not_the_same_as_not_on_it(matrix):
    page = html(choices(matrix))
    winkels = page[page.index("Winkels") :][:200]
    assert "niet bekend" in winkels  # possible: we know one of four
    assert page.count("nee") >= 2  # chosen: we know all three


def test_departures_of_the_choice(matrix, folder):
    result = departures(matrix, plan("GM1969", folder))
    assert [(departure.kind, departure.row.id) for departure in result.found] == [
        ("falls_yet_chosen", "inbraak"),
        ("rises_without_money", "winkels"),
        ("most_votes_not_chosen", "verkeer"),
        ("no_figures", "contact"),
    ]
    assert [departure.row.id for departure in result.found if departure.most] == ["winkels"]
    page = html(result)
    assert "<b>Inbraak</b> is gekozen, terwijl de cijfers dalen" in page
    assert f"Het plan heeft er €{NBSP}0 voor, wel 0,10{NBSP}fte" in page and "kwamen hier de meeste" in page
    assert "<b>Verkeer</b> staat bij de stemmers op plaats 1" in page and "Wel een strategisch thema." in page


def test_a_theme_that_rises_and_was_not_chosen_is_named(tmp_path):
    themes = made_up_council.PRIORITIES["themes"] | {"winkels": {"label": "Winkels", "indicators": ["winkeldiefstal"]}}
    folder = made_up_council.processed(tmp_path, priorities=made_up_council.PRIORITIES | {"themes": themes})
    result = departures(priorities("GM1969", 2019, 2022, folder), Missing("het plan", "Er is geen plan."))
    assert [departure.row.id for departure in result.of("rises_not_chosen")] == ["winkels"]
    assert result.of("rises_without_money") == []  # nothing is said about money without a plan


def test_a_choice_that_follows_votes_and_money_is_no_departure(tmp_path):
    """The theme with most votes is chosen here, and the plan has no line, which is not € 0, for the one that rises."""
    verkeer = made_up_council.PRIORITIES["themes"]["verkeer"] | {"chosen": "h1"}
    budget = [line for line in made_up_council.PLAN["budget"] if line["theme"] != "winkels"]
    folder = made_up_council.processed(
        tmp_path,
        priorities=made_up_council.PRIORITIES | {"themes": made_up_council.PRIORITIES["themes"] | {"verkeer": verkeer}},
        plan=made_up_council.PLAN | {"budget": budget},
    )
    result = departures(priorities("GM1969", 2019, 2022, folder), plan("GM1969", folder))
    assert not result.of("most_votes_not_chosen") and not result.of("rises_without_money")


def test_money_stands_beside_the_figures(matrix, folder):
    result = money(matrix, plan("GM1969", folder))
    assert [means.theme for means, _ in result.pairs] == ["inbraak", "winkels"]
    assert f"<b>Winkels krijgt €{NBSP}0 en 0,10{NBSP}fte</b>; daar stijgen de cijfers." in html(result)


def test_records_name_every_number_once(matrix, folder):
    results = (matrix, choices(matrix), departures(matrix, plan("GM1969", folder)))
    ids = [record.id for result in results for record in result.records()]
    assert len(ids) == len(set(ids))
    assert {"woninginbraak.change_pct", "rank.auto", "remarks.inbraak", "possible.distinct"} <= set(ids)


def test_a_measure_is_not_compared_as_a_count(folder, monkeypatch):
    """An index has no counts: the theme then has no figures here, and nothing breaks."""
    index = made_up_series.yearly("woninginbraak", "GM1969", {2019: 110.0, 2022: 90.0})
    index = replace(index, indicator=made_up_series.indicator("woninginbraak", unit="index"))
    monkeypatch.setattr(Evidence, "series", lambda self, id: index)
    result = priorities("GM1969", 2019, 2022, folder)
    assert result.rows[0].direction is None and result.rows[0].missing == ("woninginbraken",)


def test_without_a_list_of_themes_there_is_nothing(tmp_path):
    folder = made_up_council.processed(tmp_path, priorities=None, partners=None)
    result = priorities("GM1969", 2019, 2022, folder)
    assert isinstance(result, Missing) and choices(result) is result and departures(result, result) is result


def test_the_transcribed_lists_are_as_long_as_in_the_councils_text():
    """The text names 14 possible priorities (13 different ones) and chooses 5; L37, L38 and L01 give the names."""
    read = catalogue.read_yaml(BELEID / "priorities.yml", Priorities)
    possible = read.lists["possible"]
    assert possible.numbers == (3, 4, 2, 3, 2) and sum(possible.numbers) - len(possible.twice) == 13
    chosen = [theme.label for theme in read.themes.values() if theme.chosen]
    assert chosen == ["Ondermijning", "Zorg en veiligheid", "Jeugd en veiligheid", "Digitale veiligheid",
                      "Verbinding met de samenleving"]  # fmt: skip
    named = {id for id, theme in read.themes.items() if theme.possible}
    assert named == {"zorg", "hic", "inbraak", "ondermijning", "digitaal"}
    assert (sum(read.lists["nationally"].numbers), sum(read.lists["regionally"].numbers)) == (5, 4)


def test_a_theme_of_the_card_belongs_to_one_theme_at_most():
    read = catalogue.read_yaml(BELEID / "priorities.yml", Priorities)
    votes = [vote for theme in read.themes.values() for vote in theme.votes]
    card = ballots.read_vote_card(paths.RAW)
    assert len(votes) == len(set(votes)) and set(votes) <= {theme.id for theme in card.themes}


def test_the_sample_says_that_remarks_are_made_up():
    read = catalogue.read_yaml(BELEID / "partners.yml", Partners)
    assert read.remarks and all(remark.observation.startswith("Voorbeeld: ") for remark in read.remarks)
    themes = catalogue.read_yaml(BELEID / "priorities.yml", Priorities).themes
    assert {remark.theme for remark in read.remarks} <= set(themes)


def test_a_figure_that_may_not_be_shown_is_not_one_that_is_absent(matrix, rows):
    hidden = replace(rows["geweld"], hidden=("mishandelingen",))
    assert "mishandelingen: niet getoond" in html(replace(matrix, rows=(hidden,)))


def test_every_theme_says_whether_its_figures_and_votes_are_made_up(matrix, monkeypatch):
    monkeypatch.setattr(Series, "synthetic", property(lambda series: series.indicator.id != "woninginbraak"))
    table = re.search(r'id="thema-matrix".*?</table>', html(matrix), flags=re.DOTALL)[0]
    last = [row.rpartition("<td")[2] for row in table.split("<tr>")[2:]]
    kinds = dict(zip([row.id for row in matrix.rows], last, strict=True))
    assert ">echt<" in kinds["inbraak"]  # its votes are real here
    assert ">deels nagemaakt<" in kinds["winkels"] and ">nagemaakt<" in kinds["geweld"]
    assert "geen cijfer" in kinds["contact"]  # neither figures nor votes
