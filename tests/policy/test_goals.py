"""Goals of the council. Figures and goals are made up, except in tests on the council's texts and on real exports."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace

import pytest
import yaml

import made_up_council
from analysis import paths
from analysis.definitions import catalogue
from analysis.display import registration
from analysis.documents.council import Goals, Priorities
from analysis.documents.statements import Statements
from analysis.errors import DataError
from analysis.ingest.pipeline import ingest
from analysis.policy.goals import checklists, goals, lessons, lookback, measurable, promises, proposals
from analysis.policy.level_tests import GoalState
from analysis.policy.plan import plan_status
from analysis.policy.priorities import priorities
from analysis.store.results import Missing, html
from analysis.store.series import Series
from conftest import REALDATA

BELEID = paths.PROJECT / "samples" / "beleid"
COUNCIL = paths.PROJECT.parent / "shared" / "council"
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
        "D1": goal("D1", heading="Inbraak", reported={"text": "In één jaar.", "source": "IVB:2", "outcome": "gehaald"}),
        "D2": goal("D2", heading="Inbraak", reported={"text": "Er is voorgelicht.", "source": "IVB:3"}),
        "D3": goal("D3", heading="Vernieling"),
        "D4": goal("D4", heading="Vernieling", measurable="no", note="Dit is geen telling."),
        "T1": goal("D4", period="2024-2027", year=2027, measurable="in_part", note="Er is geen nulmeting."),
    },
}
COMING = {
    "D5": statement({"kind": "process", "needs": "een lijst"}, role="goal"),
    "D6": statement({"kind": "process", "needs": "een oordeel"}, role="goal"),
}
AHEAD = {
    "T1": goal(
        "D4", period="2024-2027", year=2027, measurable="in_part", note="Wat 'actief' is, staat er niet.",
        plan={"text": "nog meer", "source": "UVP:1", "difference": "toegevoegd", "statement": "D6", "note": "Nieuw."},
        proposal={"count": "Het aantal sloten", "data": "De winkel", "baseline": "het aantal over 2023"},
        checklist={"title": "De drie wegen", "source": "IVB:4", "items": [
            {"name": "Eerste weg", "source": "IVB:5", "measures": ["sloten", "brief"]},
            {"name": "Tweede weg", "source": "IVB:6", "measures": ["brief"]},
            {"name": "Derde weg", "source": "IVB:7"},
        ]},
    ),
    "T2": goal("D5", period="2024-2027", year=2027, measurable="no",
               plan={"text": "hetzelfde", "source": "UVP:2", "difference": "geen"}),
    "T3": goal("D5", period="2024-2027", year=2027, measurable="no"),
}  # fmt: skip
PAST = {
    "lookback": [
        {"heading": "Inbraak", "themes": ["inbraak"], "done": [
            {"what": "Sloten gekocht", "when": "2021", "source": "IVB:8"}, {"what": "Gepraat", "source": "IVB:9"}]},
        {"heading": "Algemeen", "done": [{"what": "Verhuisd", "when": "2022", "source": "IVB:10"}]},
    ],
    "lessons": [{"year": 2023, "title": "Opschrijven", "text": "Wat niet is opgeschreven, is weg.", "source": "UVP:3"}],
}  # fmt: skip


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


def test_the_page_first_says_how_many_were_met_missed_and_reported(review):
    page = html(review)
    summary = page.partition("<table")[0]
    assert "heeft <b>2 doelen</b>, samen 4 delen." in summary
    assert "<b>1 gehaald, 1 deels gehaald, 1 niet gehaald en 1 niet te meten</b>" in summary
    assert "van 1 de uitkomst" in summary
    assert ": gehaald); bij 1 staat iets, maar geen uitkomst; bij 2 staat niets." in summary
    assert "<b>Niet gehaald:</b></p><ul><li><b>D3. proef</b>: 101 vernielingen in 2022 tegen 100 in 2019" in summary
    assert "<b>Deels gehaald:</b></p><ul><li><b>D2. proef</b>: 2022: gehaald" in summary
    assert "weersproken" not in page.lower()
    assert re.sub(r"<details>.*?</details>", "", page).count("D3. proef") == 1  # the others are behind each goal


def test_the_parts_of_a_goal_stand_in_one_table(review):
    page = html(review)
    tables = re.findall(r"<caption[^>]*>(.*?)</caption>.*?</table>", page, flags=re.DOTALL)
    assert tables == ["Inbraak: doelen voor 2020-2023", "Vernieling: doelen voor 2020-2023"]
    assert {heading: [part.id for part in parts] for heading, parts in review.whole.items()} == {
        "Inbraak": ["D1", "D2"],
        "Vernieling": ["D3", "D4"],
    }
    assert "Gehaald. In één jaar (IVB:2)." in page and "Er is voorgelicht (IVB:3)." in page and "Niets gemeld." in page
    assert "2022: gehaald (100 woninginbraken tegen 200 in 2019); 2022: niet gehaald (200 winkeldiefstallen" in page
    assert "Niet te meten" in page and "een besluit" in page


def test_another_outcome_than_the_documents_give_is_said(tmp_path):
    reported = {"text": "Klaar.", "source": "IVB:2", "outcome": "gehaald"}
    chosen = {**GOALS, "goals": {"D1": GOALS["goals"]["D1"], "D3": goal("D3", reported=reported)}}
    review = goals("GM1969", "past", made_up_council.processed(tmp_path, statements=STATEMENTS, goals=chosen))
    assert [part.id for part in review.disputed] == ["D3"]
    assert "De cijfers van nu zeggen iets anders dan de stukken bij D3." in html(review)


@pytest.mark.parametrize(("by_paragraph", "unit"), [((), "regel"), ({"KN"}, "alinea")])
def test_the_place_of_a_goal_is_explained_by_one_of_the_document(tmp_path, by_paragraph, unit):
    chosen = {**GOALS, "goals": {"D1": {**GOALS["goals"]["D1"], "source": "KN:7"}}}
    review = goals("GM1969", "past", made_up_council.processed(tmp_path, statements=STATEMENTS, goals=chosen))
    page = html(replace(review, by_paragraph=frozenset(by_paragraph)))
    assert f"Tussen haakjes staat de vindplaats: KN:7 is {unit} 7 van de tekst van dat stuk." in page


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
    assert "Ook een gehaald doel hadden wij maar in" in html(review)
    power = next(record for record in review.records() if record.id == "D3.1.power")
    assert power.value == 100 * third.targets[0].power.chance
    assert 5 < power.value < 32


def test_goals_of_another_period_are_judged_on_being_measurable(folder):
    result = measurable(goals("GM1969", "coming", folder))
    page = html(result)
    assert "is er <b>geen enkel doel te meten</b> met cijfers; 1 deels en 0 niet." in page
    assert '<td class="words">deels</td>' in page and "Er is geen nulmeting." in page
    assert [record.value for record in result.records()] == [0, 1, 0]


@pytest.fixture(scope="module")
def ahead(tmp_path_factory):
    """Goals with everything that may be left out, in a folder of their own."""
    statements = {**STATEMENTS, "statements": STATEMENTS["statements"] | COMING}
    content = {"municipality": "GM1969", "goals": {"D1": GOALS["goals"]["D1"], **AHEAD}, **PAST}
    return made_up_council.processed(tmp_path_factory.mktemp("nieuw"), statements=statements, goals=content)


def test_the_plan_is_held_beside_the_policy(ahead):
    result = promises(goals("GM1969", "coming", ahead))
    page = html(result)
    assert "In het plan staan er 2 opnieuw: 1 met iets erbij en 1 zonder verschil." in page
    assert "<li><b>T1. proef.</b> Iets toegevoegd. Nieuw.</li>" in page
    assert "“nog meer” (UVP:1)" in page and "Staat niet in het plan." in page
    assert [record.value for record in result.records()] == [0, 0, 1, 0, 1]


def test_a_proposal_says_whose_it_is_and_that_it_is_no_policy(ahead):
    page = html(proposals(goals("GM1969", "coming", ahead)))
    assert "<b>Voorstel van de makers van deze analyse</b>. Dit is geen beleid" in page and "<b>1 van de 3</b>" in page
    assert "Het aantal sloten." in page and "De winkel. Vergelijken met: het aantal over 2023." in page


def test_points_are_counted_with_their_measures_and_states(ahead):
    review = goals("GM1969", "coming", ahead)
    result = checklists(review, plan_status("GM1969", ahead))
    page = html(result)
    assert "De drie wegen: bij <b>2 van de 3</b> staat een maatregel in het plan (Proefplan)." in page
    assert "Bij <b>1</b> is dat een eigen maatregel; bij 1 alleen een maatregel die over meer punten gaat." in page
    assert "Over hetzelfde thema, maar niet bij een van deze punten: &#x27;Lampen&#x27;." in page
    assert "Sloten (te laat); Brief (klaar)" in page and "Geen maatregel" in page
    assert "laat nog niet zien dat het doel is bereikt. De stand is van 1 augustus 2024." in page
    assert [record.value for record in result.records()] == [3, 2, 1]
    without_sheet = replace(plan_status("GM1969", ahead), progress=Missing("stand", "leeg"))
    assert "Sloten (niet ingevuld)" in html(checklists(review, without_sheet))


def test_what_was_done_stands_beside_the_goals_and_the_figures(ahead):
    review = goals("GM1969", "past", ahead)
    result = lookback(review, priorities("GM1969", 2019, 2022, ahead))
    page = html(result)
    assert "<b>3 activiteiten en gebeurtenissen</b> uit 2020-2023. Van 1 noemen zij geen datum." in page
    overview = re.search(r'id="gedaan-2020-2023".*?</table>', page, flags=re.DOTALL)[0]
    assert "Cijfers van 2019 en 2022" in overview and "1 gehaald" in overview and "Geen doel" in overview
    (row,) = result.matrix.rows[:1]
    assert row.id == "inbraak" and f"{row.changes[0].series.indicator.label} −50" in overview
    assert "Sloten gekocht" in page and "Geen datum" in page and "politie/misdrijven.csv" in page
    assert [record.value for record in result.records()] == [3, 1]
    assert "Geen cijfers." in html(lookback(review, Missing("thema's", "geen thema's")))


def test_lessons_are_told_with_their_place(ahead):
    page = html(lessons(goals("GM1969", "past", ahead)))
    assert "<b>1 les</b> uit 2023." in page and "<b>Opschrijven.</b> Wat niet is opgeschreven, is weg. (UVP:3)" in page


def test_what_may_be_left_out_is_said_to_be_absent(folder):
    coming, past = goals("GM1969", "coming", folder), goals("GM1969", "past", folder)
    counted = checklists(coming, plan_status("GM1969", folder))
    past_work = lookback(past, priorities("GM1969", 2019, 2022, folder))
    results = [promises(coming), proposals(coming), counted, past_work, lessons(past)]
    assert [html(result).startswith('<p class="note">') for result in results] == [True] * 5
    assert [result.records() for result in results] == [[]] * 5


@pytest.mark.parametrize("difference, statement", [("toegevoegd", None), ("zwaarder", "D6")])
def test_what_the_plan_adds_has_a_statement_and_nothing_else_has(tmp_path, difference, statement):
    version = {"text": "x", "source": "UVP:1", "difference": difference, "statement": statement}
    path = tmp_path / "goals.yml"
    path.write_text(yaml.safe_dump({"municipality": "GM1969", "goals": {"T": goal("D4", plan=version)}}))
    with pytest.raises(DataError, match="toegevoegd"):
        catalogue.read_yaml(path, Goals)


def test_one_period_is_the_coming_one_or_the_past_one_and_not_both(tmp_path):
    """Who starts has goals for the period of the priorities only; those are no goals of the period before."""
    parts = {"new": ("2024-2027", "past"), "old": ("2020-2023", "coming")}
    for name, (period, absent) in parts.items():
        content = {"municipality": "GM1969", "goals": {"D1": {**GOALS["goals"]["D1"], "period": period}}}
        only = made_up_council.processed(tmp_path / name, statements=STATEMENTS, goals=content)
        found = {which: goals("GM1969", which, only) for which in ("past", "coming")}
        assert isinstance(found[absent], Missing) and period in str(found.pop(absent))
        assert [review.period for review in found.values()] == [period]


def test_without_goals_of_a_period_or_at_all(folder, tmp_path):
    elsewhere = goals("GM0014", "past", folder)
    assert isinstance(elsewhere, Missing) and measurable(elsewhere) is elsewhere
    assert isinstance(goals("GM1969", "past", made_up_council.processed(tmp_path)), Missing)


def test_without_statements_goals_are_listed_but_not_tested(tmp_path):
    folder = made_up_council.processed(tmp_path, goals=GOALS)
    page = html(goals("GM1969", "past", folder))
    assert "<b>geen enkel deel gehaald en 4 niet te meten</b>" in page and "Wat zeggen de cijfers?" not in page


def transcribed():
    return catalogue.read_yaml(BELEID / "goals.yml", Goals)


def test_the_transcription_agrees_with_the_statements():
    """Every part is tested by one statement, word for word; the plan's addition by one of its own."""
    quoted = catalogue.read_yaml(BELEID / "statements.yml", Statements).statements
    parts = transcribed().goals
    for part in parts.values():
        quote = quoted[part.statement]
        assert plain(part.text) == plain(quote.quote)
        document, first, last = place(part.source)
        assert quote.document == document and first <= quote.line <= last
    added = [part.plan.statement for part in parts.values() if part.plan and part.plan.statement]
    tested = [*(part.statement for part in parts.values()), *added]
    assert sorted(tested) == sorted(id for id, statement in quoted.items() if id[0] in "DT")
    assert all(quoted[id].role == "goal" for id in tested)


def test_every_goal_has_its_parts_and_each_new_one_a_proposal():
    parts = transcribed().goals
    themes = catalogue.read_yaml(BELEID / "priorities.yml", Priorities).themes
    past = {id: part for id, part in parts.items() if part.period == "2020-2023"}
    coming = {id: part for id, part in parts.items() if part.period == "2024-2027"}
    assert [*past] == [f"{letter}{n}" for letter, last in (("O", 4), ("J", 3), ("V", 3), ("S", 3))
                       for n in range(1, last + 1)]  # fmt: skip
    assert [*coming] == [f"G{n}" for n in range(1, 18)]
    assert {part.year for part in past.values()} == {2023} and {part.year for part in coming.values()} == {2027}
    assert len({part.heading for part in past.values()}) == 4 and len({part.heading for part in coming.values()}) == 5
    assert all(part.theme in themes and part.note for part in parts.values())
    assert all(part.plan and part.proposal for part in coming.values())
    assert [id for id, part in past.items() if part.reported and part.reported.outcome] == ["S2"]
    differences = {id: part.plan.difference for id, part in coming.items()}
    assert [id for id, kind in differences.items() if kind in ("zwaarder", "smaller", "toegevoegd")] == [
        "G1",
        "G12",
        "G15",
    ]


def test_what_was_done_and_learnt_is_there():
    document = transcribed()
    goal_headings = {part.heading for part in document.goals.values() if part.period == "2020-2023"}
    assert goal_headings < {work.heading for work in document.lookback}
    assert len(document.lessons) == 4 and len(points()) == 4
    places = [done.source for work in document.lookback for done in work.done]
    assert len(set(places)) == len(places)


def points():
    return next(part.checklist for part in transcribed().goals.values() if part.checklist).items


def place(source):
    """Return document, first and last line of a place such as ``IVB:606-607``."""
    document, first, last = re.fullmatch(r"(\w+):(\d+)(?:-(\d+))?", source).groups()
    return document, int(first), int(last or first)


def plain(text):
    """Return a text without line breaks and quotation marks, which are no part of it."""
    return " ".join(re.sub("[“”]", "", text).split())


def passage(source):
    document, first, last = place(source)
    path = COUNCIL / f"{document}.txt"
    if not path.exists():
        pytest.skip("De teksten van de raadsstukken staan niet op deze machine.")
    return plain(" ".join(path.read_text(encoding="utf-8").split("\n")[first - 1 : last]))


@pytest.mark.parametrize("id", transcribed().goals)
def test_every_part_is_at_its_place_in_the_texts(id):
    part = transcribed().goals[id]
    for version in filter(None, (part, part.plan)):
        assert plain(version.text) in passage(version.source)


def test_every_dash_below_the_goals_of_the_plan_is_a_part():
    passage("UVP:1")  # skips where the texts are not
    lines = (COUNCIL / "UVP.txt").read_text(encoding="utf-8").split("\n")
    headings = [number for number, line in enumerate(lines, 1) if "Gemeentelijke doelen voor 2027" in line]
    parts = [place(part.plan.source) for part in transcribed().goals.values() if part.plan]
    for heading in headings:
        end = next(number for number in range(heading, len(lines)) if lines[number].startswith("Wat gaan we doen in"))
        dashes = [number + 1 for number in range(heading, end) if lines[number].startswith("- ")]
        assert dashes == [first for document, first, _ in parts if document == "UVP" and heading < first <= end]
    assert len(headings) == len({part.heading for part in transcribed().goals.values() if part.plan})


def test_every_road_is_a_point_and_every_numbered_lesson_is_there():
    roads = passage("IVB:303-317")
    assert roads.count(" - ") == len(points()) and all(item.name in passage(item.source) for item in points())
    lines = (COUNCIL / "UVP.txt").read_text(encoding="utf-8").split("\n")
    headings = ("3. Terugblik 2023", "4. Prioriteiten IVB")
    start, end = (next(n for n, line in enumerate(lines) if heading in line) for heading in headings)
    numbered = [n + 1 for n in range(start + 1, end) if re.match(r"\s*[1-9]\. ", lines[n])]
    assert numbered == [place(lesson.source)[1] for lesson in transcribed().lessons]


def test_dates_of_what_was_done_are_those_of_the_texts():
    for work in transcribed().lookback:
        for done in work.done:
            years = re.findall(r"\b20\d\d\b", done.when or "")
            assert all(year in passage(done.source) for year in years), done.what


def test_quotes_within_what_was_reported_and_learnt_are_literal():
    document = transcribed()
    told = [part.reported for part in document.goals.values() if part.reported]
    for item in [*told, *document.lessons]:
        for quote in re.findall(r"'([^']+)'", item.text):
            assert quote.lower() in passage(item.source).lower(), quote


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
    assert [(figure.year, figure.count.lower, figure.met) for figure in result["S3"].targets] == [
        (2022, 36, True),
        (2023, 91, False),
    ]
    assert result["S3"].state is GoalState.NOT_MET  # the last year decides
    page = html(goals("GM1969", "past", tmp_path / "processed"))
    assert "2022: gehaald (36 woninginbraken tegen 76 in 2018); 2023: niet gehaald (91 woninginbraken tegen 76" in page


def test_every_part_says_whether_its_figures_are_made_up(review, monkeypatch):
    monkeypatch.setattr(Series, "synthetic", property(lambda series: series.indicator.id != "woninginbraak"))
    page = html(review)
    tables = re.findall(r'id="doelen-2020-2023-\w+".*?</table>', page, flags=re.DOTALL)
    last = [row.rpartition("<td")[2] for table in tables for row in table.split("<tr>")[2:]]
    expected = [">echt<", ">deels nagemaakt<", ">nagemaakt<", "geen cijfer"]  # the last goal has no figures
    assert all(kind in cell for kind, cell in zip(expected, last, strict=True))
