"""From analysis to priorities. Figures, votes and themes are made up, except the lists of the council's own text.

Tests that hold those lists against the text need it beside the checkout, and are skipped where it is not.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

import made_up_council
import made_up_series
from analysis import paths
from analysis.definitions import catalogue
from analysis.display import priority_tables, registration
from analysis.display.svg import NARROW, WIDE, draw_at_size
from analysis.documents.council import Partners, Priorities
from analysis.ingest import ballots
from analysis.ingest.pipeline import ingest
from analysis.policy.document_tests import look_up
from analysis.policy.evidence import Evidence
from analysis.policy.plan import Means
from analysis.policy.priorities import Choices, Matrix, choices, departures, money, priorities
from analysis.store.results import Missing, html
from analysis.store.series import Series

BELEID = paths.PROJECT / "samples" / "beleid"
TEXTS = paths.PROJECT.parent / "shared" / "council"
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


def test_the_direction_of_a_theme_is_what_is_more_than_chance(rows, matrix):
    directions = {id: row.direction for id, row in rows.items()}
    assert directions == {"inbraak": "down", "winkels": "up", "geweld": None, "verkeer": None, "contact": None}
    assert [row.id for row in matrix.rows] == ["inbraak", "winkels", "contact", "verkeer", "geweld"]
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
    assert rows["inbraak"].other_direction == "down"
    page = html(result)
    assert "bij geen enkele en dalen ze bij geen enkele" in page and "niet te zeggen of dat goed is" in page
    departed = departures(result)
    assert "inbraak" not in [departure.row.id for departure in departed.of("falls_yet_chosen")]
    page = html(departed)
    assert "<b>Inbraak</b> is gekozen, maar van de cijfers is niet te zeggen wat gunstig is" in page
    assert "<b>Contact</b> is gekozen, maar met cijfers is er niets over te zeggen" in page


def test_a_figure_that_went_back_after_the_years_compared_says_so(counted, folder):
    """As burglaries did: fewer up to 2022, and in 2023 many more again."""
    result, rows = counted({"woninginbraak": {2019: 200, 2022: 100, 2023: 190}, "vernieling": {2022: 9, 2023: 99}})
    (later,) = rows["inbraak"].turned
    assert (later.first, later.last, later.direction, rows["inbraak"].direction) == (2022, 2023, "up", "down")
    assert "maar daarna ▲" in seen(html(result)) and "van 100 in 2022 naar 190 in 2023" in html(result)
    assert "Na 2022 keerde de richting om bij inbraak." in html(result)
    assert "naar 190 in 2023" in html(departures(result))
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
    for after, grade in ((72, "aanwijzing"), (40, "duidelijk")):
        result, rows = counted({"woninginbraak": {2019: 100, 2022: after}}, everyone)
        assert f"({grade}, gunstig, met kanttekening)" in html(result)  # in the table beside all other columns
        assert f"({grade}, gunstig; kanttekening: coronamaatregelen)" in html(result)
        assert rows["inbraak"].direction == "down"


def test_voters_are_given_as_places_with_their_interval(matrix, rows):
    place = rows["verkeer"].places[0]
    assert (place.label, place.rank, place.lower, place.upper) == ("Auto's", 1, 1, 1)
    assert rows["geweld"].best is None
    assert "1 (1): auto&#x27;s" in html(matrix) and "niet op de kaart" in html(matrix)


def test_a_theme_without_remarks_is_not_interpreted_yet(matrix, rows):
    assert rows["inbraak"].directions == {"more": 2}
    page = html(matrix)
    assert "2× meer" in page and page.count("nog niet geduid") == 4


def test_figures_say_direction_and_whether_that_is_good_apart(matrix):
    page = seen(html(matrix))
    burglary = (
        f"▼{NBSP}woninginbraken −50{NBSP}% (aanwijzing, gunstig; kanttekening: coronamaatregelen en alleen eigen jaren)"
    )
    assert burglary in page.replace("\u2212", "−")
    assert f"●{NBSP}vernielingen: gewone schommeling" in page
    assert f"●{NBSP}overvallen: te weinig om te zeggen" in page
    assert "mishandelingen: geen cijfers" in page
    assert "1× te weinig om te zeggen; 1× geen cijfers" in page  # in the table beside all other columns


def test_without_a_vote_nothing_is_said_about_voters(tmp_path):
    raw = made_up_council.raw(tmp_path / "raw")
    (raw / "stemmen" / "briefjes.csv").unlink()
    ingest(raw, tmp_path / "processed")
    result = priorities("GM1969", 2019, 2022, tmp_path / "processed")
    assert "geen stemming" in html(result)
    assert "stemmers kozen" not in html(result)
    drawn = draw_at_size(lambda size: priority_tables.draw(result, size), WIDE)
    assert "stemmers" not in [text.get_text() for text in drawn.axes[0].texts]
    nothing = html(replace(departures(result), found=()))
    assert "wijkt de keuze af van de cijfers die er zijn. Er zijn geen stemmen." in nothing
    assert not any(record.id.startswith("rank.") for record in result.records())


def test_a_double_entry_counts_once(matrix):
    result = choices(matrix)
    assert isinstance(result, Choices)
    assert (len(result.entries("possible")), len(result.distinct("possible"))) == (5, 4)
    page = html(result)
    assert "<b>5 mogelijke prioriteiten</b> (2 + 3). Dat zijn er 4, want Inbraak staat er twee keer." in page


def test_what_is_on_a_list_of_others_and_what_was_a_priority_before_is_said(matrix):
    page = html(choices(matrix))
    assert "Van 2 landelijke onderwerpen hoort er 1 bij een prioriteit; Spionage bij geen enkel thema hier." in page
    assert (
        "Vergeleken met de prioriteiten 2020-2023: verkeer is geen prioriteit meer en winkels en contact zijn nieuw."
        in page
    )
    assert "regionale" not in page  # that list is not in the file


def test_every_entry_is_shown_by_its_name_and_place(matrix):
    page = seen(html(choices(matrix)).replace("<td", " <td"))
    entries = [entry for listed in matrix.document.lists.values() for entry in listed.entries]
    assert all(entry.name in page for entry in entries)
    assert "Spionage Landelijke agenda h2 geen nee" in page


def test_without_lists_nothing_is_chosen_and_no_list_is_named(matrix):
    bare = matrix.document.model_copy(update={"lists": {}})
    rows = tuple(replace(row, standing="other", listed={}) for row in matrix.rows)
    result = replace(matrix, rows=rows, document=bare)
    assert "De gemeente koos geen prioriteiten." in html(result)
    assert "geen lijsten met onderwerpen" in html(choices(result))
    drawn = draw_at_size(lambda size: priority_tables.draw(result, size), WIDE)
    assert "mogelijk" not in [text.get_text() for text in drawn.axes[0].texts]


def cells(page, theme, table="thema-matrix"):
    """Return the cells of a theme in a table by the names of their columns."""
    (body,) = re.findall(rf'id="{table}".*?</table>', page, flags=re.DOTALL)
    head, *lines = body.split("<tr>")[1:]
    columns = [seen(cell) for cell in re.findall(r"<th.*?</th>", head)]
    (line,) = [line for line in lines if f">{theme}</th>" in line]
    return dict(zip(columns[1:], (seen(cell) for cell in re.findall(r"<td.*?</td>", line)), strict=True))


def test_a_theme_that_is_not_on_a_whole_list_is_not_on_it(matrix):
    page = html(matrix)
    assert "niet bekend" not in page
    verkeer = cells(page, "Verkeer")
    assert [verkeer[name] for name in ("Land", "Mogelijk", "Gekozen")] == ["nee", "ja", "nee, wel strategisch"]
    assert (verkeer["Geld"], verkeer["Uren"]) == ("niet in het plan", "niet in het plan")
    winkels = cells(page, "Winkels")
    assert (winkels["Geld"], winkels["Uren"]) == (f"€{NBSP}0", f"0,10{NBSP}fte")
    assert "Regio" not in verkeer  # a list that is not in the file


def test_the_answer_names_the_choice_the_differences_and_the_money(matrix):
    page = seen(html(matrix))
    assert "De gemeente koos 3 prioriteiten: inbraak, winkels en contact. Contact stond niet bij de 5 mogelijke" in page
    assert "Keuze en cijfers verschillen bij inbraak (gekozen, de cijfers dalen, een aanwijzing). Stemmers" in page
    assert "Stemmers kozen verkeer het vaakst; dat is geen prioriteit." in page
    assert f"Winkels, waar de meeste registraties bij kwamen, krijgt in dit plan €{NBSP}0, wel 0,10{NBSP}fte" in page
    assert f"Het meeste geld, €{NBSP}900,30, gaat naar inbraak." in page
    assert "Bij contact geven de cijfers geen richting." in page


def test_most_money_for_what_is_no_priority_is_said(matrix):
    means = Means("verkeer", "Verkeer", "strategisch", {}, 5000, None, None, None)
    rows = tuple(replace(row, means=means) if row.id == "verkeer" else row for row in matrix.rows)
    assert f"Het meeste geld, €{NBSP}5.000, gaat naar verkeer, als strategisch thema." in html(
        replace(matrix, rows=rows)
    )


def test_the_picture_has_a_row_for_each_theme_and_is_named_by_its_finding(matrix):
    page = html(matrix)
    (name,) = re.findall(r"<figcaption[^>]*>(.*?)</figcaption>", page)
    assert name.startswith("Van de 3 prioriteiten stijgen de cijfers bij winkels en dalen ze bij inbraak. <span")
    for size in (WIDE, NARROW):
        axes = draw_at_size(lambda size: priority_tables.draw(matrix, size), size).axes[0]
        texts = [text.get_text() for text in axes.texts]
        assert {row.theme.label for row in matrix.rows} <= set(texts)
        dots = sum(len(line.get_xdata()) for line in axes.lines if line.get_marker() == "o")
        on = [row for row in matrix.rows for name in ("nationally", "possible", "chosen") if row.listed[name]]
        assert dots == len(on) == 7
        assert [line.get_marker() for line in axes.lines if line.get_marker() in "^v"] == ["v", "^"]
        assert {"900", "0", "0,90", "0,10"} <= set(texts)


def test_the_lists_that_statements_are_held_against_are_the_entries(folder):
    evidence = Evidence("GM1969", folder)
    possible, chosen = look_up("possible", evidence), look_up("chosen", evidence)
    assert possible.items == ("Inbraak", "Verkeer", "Winkels", "Veilig winkelen") and possible.number == 4
    assert chosen.named("Winkels", ["winkels"]) and chosen.knows("contact")


def test_departures_of_the_choice(matrix):
    result = departures(matrix)
    assert [(departure.kind, departure.row.id) for departure in result.found] == [
        ("falls_yet_chosen", "inbraak"),
        ("rises_without_money", "winkels"),
        ("no_figures", "contact"),
        ("most_votes_not_chosen", "verkeer"),
    ]
    assert [departure.row.id for departure in result.found if departure.most] == ["winkels"]
    page = html(result)
    assert "<b>Inbraak</b> is gekozen, terwijl er een aanwijzing is dat de cijfers dalen" in page
    assert f"Het plan heeft er €{NBSP}0 voor, wel 0,10{NBSP}fte" in page and "kwamen hier de meeste" in page
    assert (
        "<b>Verkeer</b> staat bij de stemmers op plaats 1" in page
        and "In het plan is dit wel een strategisch thema. Valt onder" in page
    )


def test_as_many_themes_are_listed_as_the_sentence_above_them_says(matrix):
    result = departures(matrix)
    twice = replace(result.found[1], kind="most_votes_not_chosen")  # one theme that departs in two ways
    for found, listed in ((result.found, 3), ((*result.found, twice), 3), (result.found[2:3], 0)):
        shown = replace(result, found=found)
        against, _, undecided = html(shown).partition("Bij <b>1 gekozen thema</b> is niet te zeggen")
        assert against.count("<li>") == listed and "<b>Contact</b>" in undecided and "<b>Contact</b>" not in against
        assert f"Bij <b>{listed} thema's</b> wijkt" in against or (not listed and "Bij geen enkel thema" in against)
        assert [record.value for record in shown.records()] == [listed]


def with_chosen(*themes):
    """Return the made-up themes with other priorities."""
    chosen = {"title": "Prioriteiten", "source": "h1", "entries": [
        {"name": theme.capitalize(), "source": "h1", "theme": theme} for theme in themes
    ]}  # fmt: skip
    made_up = made_up_council.PRIORITIES
    return made_up | {"lists": made_up["lists"] | {"chosen": chosen}}


def test_a_theme_that_rises_and_was_not_chosen_is_named(tmp_path):
    folder = made_up_council.processed(tmp_path, priorities=with_chosen("inbraak", "contact"), plan=None, progress=None)
    matrix = priorities("GM1969", 2019, 2022, folder)
    result = departures(matrix)
    assert [departure.row.id for departure in result.of("rises_not_chosen")] == ["winkels"]
    assert result.of("rises_without_money") == []  # nothing is said about money without a plan
    page = html(matrix)
    assert (
        "bij winkels (niet gekozen, de cijfers stijgen, een aanwijzing)" in page
        and "Niet gekozen en toch stijgend: winkels." in page
    )
    assert "het meeste geld" not in page and cells(page, "Winkels")["Geld"] == "geen plan"


def test_a_choice_that_follows_votes_and_money_is_no_departure(tmp_path):
    """The theme with most votes is chosen here, and the plan has no line, which is not € 0, for the one that rises."""
    budget = [line for line in made_up_council.PLAN["budget"] if line["theme"] != "winkels"]
    folder = made_up_council.processed(
        tmp_path,
        priorities=with_chosen("inbraak", "winkels", "contact", "verkeer"),
        plan=made_up_council.PLAN | {"budget": budget},
    )
    matrix = priorities("GM1969", 2019, 2022, folder)
    result = departures(matrix)
    assert not result.of("most_votes_not_chosen") and not result.of("rises_without_money")
    assert cells(html(matrix), "Winkels")["Geld"] == "geen regel"


def test_money_stands_beside_the_figures(matrix, folder):
    result = money(matrix)
    assert [means.theme for means, _ in result.pairs] == ["inbraak", "winkels"]
    assert f"<b>Winkels krijgt €{NBSP}0 en 0,10{NBSP}fte</b>; daar stijgen de cijfers." in html(result)


def test_records_name_every_number_once(matrix):
    results = (matrix, choices(matrix), departures(matrix))
    ids = [record.id for result in results for record in result.records()]
    assert len(ids) == len(set(ids))
    assert {"woninginbraak.change_pct", "rank.auto", "remarks.inbraak", "possible.distinct", "budget.winkels"} <= set(
        ids
    )


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
    assert isinstance(result, Missing) and choices(result) is result and departures(result) is result


@pytest.fixture(scope="module")
def transcribed():
    return catalogue.read_yaml(BELEID / "priorities.yml", Priorities)


def test_the_transcribed_lists_belong_to_each_other_as_the_texts_say(transcribed):
    """For each priority: is it a subject of the country, of the region, and a possible priority of which field?"""
    crossed = {
        transcribed.themes[entry.theme].label: (
            bool(transcribed.entries("nationally", entry.theme)),
            bool(transcribed.entries("regionally", entry.theme)),
            tuple(dict.fromkeys(possible.field for possible in transcribed.entries("possible", entry.theme))),
        )
        for entry in transcribed.entries("chosen")
    }
    assert crossed == {
        "Ondermijning": (True, True, ("integriteit",)),
        "Zorg en veiligheid": (False, True, ("woon",)),
        "Jeugd en veiligheid": (False, False, ("jeugd",)),
        "Digitale veiligheid": (True, True, ("integriteit",)),
        "Verbinding met de samenleving": (True, True, ()),
    }
    assert all(entry.theme for entry in transcribed.entries("possible")), "each has a row in the matrix"
    for theme in ("vandalisme", "middelen"):
        assert not any(transcribed.entries(name, theme) for name in transcribed.lists)


def text_at(source):
    """Return the lines of each place in a source such as ``IVB:87, UVP:78``, joined and without white space."""
    for document, first, last in re.findall(r"\b(IVB|UVP):(\d+)(?:-(\d+))?", source):
        lines = (TEXTS / f"{document}.txt").read_text(encoding="utf-8").splitlines()
        yield bare("".join(lines[int(first) - 1 : int(last or first)]))


def bare(text):
    """Return a text without white space and capitals; the scan lost some spaces."""
    return re.sub(r"\s", "", text).casefold()


@pytest.mark.skipif(not TEXTS.is_dir(), reason="needs the council's texts beside the checkout")
def test_every_entry_stands_at_its_place_in_the_text(transcribed):
    for name, listed in transcribed.lists.items():
        assert list(text_at(listed.source)), name
        for entry in listed.entries:
            places = list(text_at(entry.source))
            assert places and all(bare(entry.name) in place for place in places), (name, entry)


@pytest.mark.skipif(not TEXTS.is_dir(), reason="needs the council's texts beside the checkout")
def test_every_bullet_of_the_lists_is_an_entry(transcribed):
    """Counted in the text: the lines with a dash after the words that begin each list."""
    lines = (TEXTS / "IVB.txt").read_text(encoding="utf-8").splitlines()
    begins = {
        "Mogelijke prioriteiten vanuit dit veiligheidsveld zijn:": "possible",
        "kwalitatieve doelstellingen geformuleerd.": "nationally",
        "met de politie afspraken over zijn gemaakt:": "regionally",
        "aandacht te besteden aan de volgende vier onderwerpen.": "chosen_before",
        "thema’s in het veiligheidsbeleid 2020-2023 beschreven. Dit betreft:": "strategic_before",
    }
    bullets = {name: [] for name in begins.values()}
    for number, line in enumerate(lines):
        if name := begins.get(line.strip()):
            bullets[name].append(len(list(_bullets(lines[number + 1 :]))))
    assert bullets["possible"] == [3, 4, 2, 3, 2]
    for name, numbers in bullets.items():
        assert sum(numbers) == len(transcribed.entries(name)), name
    fields = [entry.field for entry in transcribed.entries("possible")]
    assert [fields.count(field) for field in dict.fromkeys(fields)] == bullets["possible"]


def _bullets(lines):
    """Yield the bullets up to the first other line that is not empty."""
    for line in lines:
        if line.strip() and not line.startswith("- "):
            return
        if line.strip():
            yield line


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
