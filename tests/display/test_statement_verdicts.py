"""Chapters about statements: verdicts, reservations, key messages, what was not testable. All documents are made up."""

from __future__ import annotations

import html as markup
import re
from dataclasses import replace
from typing import get_args

import nbformat
import pytest

import analysis as va
import analysis.display.registration
from analysis import paths
from analysis.build import making
from analysis.build.chapters import Parameters, chapters
from analysis.display.dutch import expand_references
from analysis.display.finding_texts import judged_text, outcome_text
from analysis.display.statement_cards import MEANINGS, ONE_AND_MORE, SUBJECTS, territory_sentences
from analysis.display.tables import slug
from analysis.documents import TABLE
from analysis.documents.statements import Statement
from analysis.policy.judging import ExpectationState, OrganisationState
from analysis.policy.level_tests import GoalState
from analysis.policy.plan import MeasureState
from analysis.statistics.verdicts import Verdict
from analysis.store.raw_sources import Source
from analysis.store.results import Missing, html
from analysis.store.series import Series
from made_up_statements import FACTS, HOME, PLAN, added, change, document, grid, level, statement, target

STATEMENTS = {
    "K1": statement(change("up", 2016, 2018, percent=100), quote="Het <b> steeg", cautions=["Let op & pas op."]),
    "K2": statement(level(100, 2013), level(100, 2020)),
    "K10": statement(level(100, 2013), level(190, 2018)),
    "K3": statement(target(2018, 2016), group="doelen"),
    "K4": statement(same_as="K1"),
    "K5": statement({"kind": "process", "needs": "een lijst van overleggen"}, group="organisatie"),
    "K6": statement(added("budget", None, 0.4), group="middelen"),
    "K7": statement({"kind": "set", "of": "namen", "items": ["Rood", "Groen"]}, group="keuzes"),
    "R1": statement({"kind": "set", "of": "namen", "items": ["Rood", "Geel"]}, group="keuzes", role="remark"),
    "R2": statement({"kind": "set", "of": "namen", "items": ["Blauw", "Geel"]}, group="keuzes", role="remark"),
    "T1": statement({"kind": "process", "needs": "een afspraak"}, group="doelen", role="goal"),
    "M1": statement({"kind": "process", "needs": "een besluit"}, group="doelen", measures=["x"]),
    "K8": statement({"kind": "count", "of": "jaren", "number": 3}, group="keuzes"),
    "K9": statement(change("up", indicator="wapenhandel"), cautions=["Let op: minder controles."]),
}
COUNTS = {**dict.fromkeys(range(2009, 2017), 100), 2018: 200}  # enough years to know what is ordinary
REMARK = {"text": "Twee namen voor één team.", "places": ["IVB:1", "UVP:2"], "statements": ["R1", "R2"]}


@pytest.fixture
def judgements(judged):
    documents = {
        "statements": document(STATEMENTS, remarks=[REMARK]),
        "facts": FACTS,
    }
    return judged(STATEMENTS, grid(COUNTS), plan=PLAN, **documents)


def words(fragment):
    return re.sub(r"\s+", " ", markup.unescape(re.sub(r"<[^>]+>", " ", fragment))).strip()


def test_verdicts_that_rest_on_made_up_figures_are_counted(judgements, monkeypatch):
    assert "nagemaakt" not in html(judgements)
    monkeypatch.setattr(Series, "synthetic", property(lambda series: True))
    monkeypatch.setattr(Source, "synthetic", property(lambda source: source.table != TABLE), raising=False)
    page = html(judgements) + html(va.untestable(judgements))
    tables = {id: words(table) for id, table in re.findall(r'<caption id="(.*?)">(.*?)</table>', page, flags=re.DOTALL)}
    assert "Aantal Met nagemaakte cijfers Bevestigd 0 0 Bevestigd met kanttekening 2 2" in tables["oordelen"]
    assert "Weersproken 4 1 Niet toetsbaar 3 1" in tables["oordelen"]  # of the others documents decide
    assert "Niet gehaald 1 1 Niet te meten 1 0" in tables["doelen"]
    of_part, without = tables["niet-toetsbaar-cijfers"].split("K2")[1].split("K9")
    assert of_part.endswith("IVB:1 nagemaakt ") and without.endswith("IVB:1 – geen cijfer")


def test_verdicts_are_counted_on_top(judgements):
    shown = words(html(judgements))
    told = re.sub(r"<[^>]+>", "", html(judgements))
    assert "Van 9 beweringen in de stukken zijn er 4 weersproken, 2 bevestigd met kanttekening en 3 niet t" in told
    assert "Van 2 doelen zijn er 1 niet gehaald en 1 niet te meten." in told
    assert "Daarna volgen 1 maatregel en 1 opmerking." in shown  # two statements on one difference
    assert "Bij 1 verschil gingen wij na of het toeval kan zijn." in shown  # K1, K4 and K3 ask about the same counts
    assert "gemiddeld toch minder dan één keer iets duidelijk anders" in shown
    records = {record.id: record.value for record in judgements.records()}
    sizes = ("total", "claims", "goals", "measures", "remarks", "testable", "goals.not_met")
    assert [records[f"count.{id}"] for id in sizes] == [12, 9, 2, 1, 1, 6, 1]


def test_parts_of_goals_are_called_so_and_what_only_the_plan_has_is_told(judged):
    part = {"theme": "a", "period": "2020-2023", "year": 2023, "measurable": "no", "heading": "Minder inbraken"}
    plan = {"text": "Nog minder.", "source": "UVP:2", "difference": "toegevoegd", "note": "erbij", "statement": "T2"}
    statements = {id: STATEMENTS["T1"] for id in ("T1", "T2", "T3")}
    goals = {
        "G1": part | {"text": "Minder.", "source": "IVB:1", "statement": "T1", "plan": plan},
        "G2": part | {"text": "Sneller.", "source": "IVB:2", "statement": "T3"},
    }

    def page(goals):
        documents = {"statements": document(statements), "goals": {"municipality": HOME, "goals": goals}}
        found = judged(statements, grid(COUNTS), plan=PLAN, **documents)
        return re.sub(r"<[^>]+>", "", html(found) + html(va.statements(found, "goal")))

    told = page(goals)
    assert "Van 3 delen van doelen zijn er 3 niet te meten. Daarvan staat er 1 alleen in het plan en niet in" in told
    assert "Niet te meten: 3 delen van doelen" in told and "3 delen van doelen voluit" in told
    assert "Delen van doelen per uitkomst" in told and "Delen van doelen die niet te meten zijn" in told
    whole = page({id: goal | {"heading": id} for id, goal in goals.items()})
    assert "Van 3 doelen zijn er 3 niet te meten." in whole and "elen van" not in whole.replace("Van de", "")


def test_a_goal_and_a_remark_have_no_verdict(judgements, tmp_path):
    """Nor a measure: none of the five words stands beside them, on any page or record."""
    goals, measures = (va.statements(judgements, role) for role in ("goal", "measure"))
    given = [str(judged.judgement) for judged in (*goals.judged, *measures.judged)]
    assert given == ["niet gehaald", "niet te meten", "niet ingevuld"]
    page = html(goals) + html(measures)
    assert not {str(verdict) for verdict in Verdict} & set(re.findall(r"</span>([^<]+)</span></h4>", page))
    verdicts = {record.id.partition(".")[0]: record.verdict for record in judgements.records()}
    assert verdicts["R1"] is verdicts["R2"] is None
    assert "(R1)" not in html(va.statements(judgements, "claim"))


def test_every_statement_that_could_be_tested_is_found_by_its_verdict(judgements):
    jumps = re.findall(r'href="#([\w-]+)">(\d+) ', html(judgements))
    page = "".join(html(va.statements(judgements, role)) for role in ONE_AND_MORE) + html(va.untestable(judgements))
    for verdict in (*Verdict, *GoalState):
        ids = [judged.statement.id for judged in judgements.judged if judged.judgement is verdict]
        under = re.search(rf'<h3 id="{slug(verdict)}">(.*?)(?=<h3|<details|$)', page)
        assert ((slug(verdict), str(len(ids))) in jumps, under is not None) == (bool(ids), bool(ids))
        lines = re.findall(r"\(([A-Z]\d+)\)", under[1] if under else "")
        assert sorted(lines) == (
            sorted(ids) if verdict is not GoalState.NOT_MEASURABLE else []
        )  # of those the reason is in full
    anchors = re.findall(r'<(?:h4|span) id="(\w+)"', page + html(va.remarks(judgements)))
    assert sorted(anchors) == sorted(judged.statement.id.lower() for judged in judgements.judged)


def test_every_standing_has_a_place():
    standings = {*Verdict, *GoalState, *MeasureState, *OrganisationState, *ExpectationState}
    assert set(MEANINGS) == standings


NAMES = {"kind": "set", "of": "namen", "items": ["Rood", "Blauw"]}
NOT_CLAIMED = {
    "O1": statement(NAMES, group="organisatie", role="organisation"),
    "O2": statement({**NAMES, "items": ["Rood"]}, group="organisatie", role="organisation"),
    "O3": statement({"kind": "process", "needs": "een verslag"}, group="organisatie", role="organisation"),
    "E1": statement(change("up", 2016, 2018), role="expectation"),
    "E2": statement(change("up", 2016, 2027), role="expectation"),
}


def test_what_the_organisation_does_and_what_was_expected_get_words_of_their_own(judged, tmp_path):
    documents = {"facts": FACTS, "statements": document(NOT_CLAIMED)}
    judgements = judged(NOT_CLAIMED, grid(COUNTS), **documents)
    shown, page = words(html(judgements)), html(judgements)
    assert "Daarna volgen 3 uitspraken over de organisatie en 2 verwachtingen." in shown
    assert not {str(verdict) for verdict in Verdict} & set(re.findall(r"<td>(.*?)</td>", page.lower()))
    besides = html(va.statements(judgements, "organisation", "expectation"))
    heads = [words(head) for head in re.findall(r"<h3.*?</h3>", besides.partition("<details>")[0])]
    assert heads == [
        "Stukken verschillen: 1 uitspraak over de organisatie",  # what goes against the documents comes first
        "Staat zo in de stukken: 1 uitspraak over de organisatie",
        "Niet na te gaan: 1 uitspraak over de organisatie",
        "Kwam uit: 1 verwachting",
        "Nog niet te zeggen: 1 verwachting",
    ]
    assert re.findall(r'<h4 id="(\w+)"', besides) == ["o1", "o2", "e1", "e2"]
    assert '<span id="o3"></span>' in besides and "een verslag" in besides
    assert "Stukken: staat zo in de stukken" in words(besides)
    records = {record.id: record for record in judgements.records()}
    assert records["O2"].verdict is OrganisationState.DIFFERS
    assert records["E2"].verdict is ExpectationState.OPEN
    sizes = ("organisation.agrees", "organisation.differs", "expectations.came_true", "expectations.open", "claims")
    assert [records[f"count.{id}"].value for id in sizes] == [1, 1, 1, 1, 0]


def test_parts_that_gave_different_things_are_told_apart(judgements):
    """One word for a statement of which one part holds and the other does not would hide both."""
    shown = words(html(va.statements(judgements, "claim")))
    assert "Van de 2 delen: 1 keer bevestigd en 1 keer weersproken. Elk deel moet kloppen." in shown  # K10
    assert shown.count("Van de 2 delen") == 1


def test_a_place_in_a_document_is_told_with_the_name_of_the_document():
    documents = {"IVB": "Het beleid", "UVP": "Het plan"}
    assert (
        expand_references("Bron: IVB:5, IVB:6 en IVB:60-61 en UVP:7.", documents, ())
        == "Bron: Het beleid, regel 5, 6 en 60-61 en Het plan, regel 7."
    )
    assert expand_references("Bron: XYZ:5.", documents, ()) == "Bron: XYZ:5."


def test_a_place_in_a_word_file_is_a_paragraph(judgements):
    assert expand_references("IVB:5 en UVP:p7", {"IVB": "Het beleid"}, {"IVB"}) == "Het beleid, alinea 5 en UVP:p7"
    shown = words(html(va.statements(replace(judgements, by_paragraph=frozenset({"IVB"})), "claim")))
    assert "Het beleid, h1, alinea 1 (K1)" in shown and "regel 1" not in shown


def test_a_statement_is_shown_with_its_words_place_verdict_and_cautions(judgements):
    page = html(va.statements(judgements, "claim"))
    shown = words(page)
    assert "Het &lt;b&gt; steeg" in page
    assert "Het beleid, h1, regel 1 (K1)" in shown
    assert "Let op & pas op." in shown
    assert "Dezelfde bewering als K1." in shown
    assert "100 % meer" in shown.replace("\u00a0", " ")
    assert "K9" not in shown  # not testable: that has a place of its own
    assert re.findall(r'<h4 id="([^"]+)"', page) == ["k1", "k10", "k4", "k7", "k8", "k6"]  # by subject


def test_a_statement_names_the_files_it_was_held_against_and_how(judgements):
    expected = {
        "K1": ("uitspraak K1", "beleid/statements.yml", "politie/a.csv", "2016 en 2018", "twee aantallen"),
        "K3": ("uitspraak K3", "politie/a.csv", "2016 en 2018", "het cijfer naast het doel"),
        "K6": ("uitspraak K6", "beleid/plan.yml", "2 regels van het plan", "optelling van de bedragen"),
        "K7": ("uitspraak K7", "beleid/facts.yml", "UVP:9", "twee lijsten naast elkaar"),
    }
    blocks = re.findall(r'<details class="origin">.*?</details>', html(va.statements(judgements, "claim", "goal")))
    for id, parts in expected.items():
        (block,) = (words(block) for block in blocks if f"(uitspraak {id})" in block)
        assert [part for part in parts if part not in block] == [], block


def test_each_test_of_a_statement_has_a_verdict_of_its_own(judgements):
    shown = words(html(va.statements(judgements, "claim")))
    assert "(bevestigd)" in shown
    assert "(weersproken)" in shown


def test_how_older_figures_came_to_stand_for_the_municipality_follows_from_the_figures(judgements):
    """Police tables are recalculated to the borders of today; figures of 2018 are older than the municipality."""
    sentences = {id: territory_sentences(judgements.by_id[id]) for id in ("K1", "K3", "K7", "K10")}
    assert sentences["K7"] == ()
    assert sentences["K1"] == sentences["K3"]
    assert "van 2016 en 2018 heeft de uitgever omgerekend" in sentences["K1"][0]
    assert [("van 2013 heeft" in sentence, "van 2018 heeft" in sentence) for sentence in sentences["K10"]] == [
        (True, False),
        (False, True),
    ]
    assert sentences["K1"][0] in words(html(va.statements(judgements, "claim")))


def test_a_sum_over_the_municipalities_of_the_past_says_so(judged):
    names = {"GM0015": "Grootegast", "GM0022": "Leek", "GM0025": "Marum", "GM0056": "Zuidhorn"}
    rows = [f"{name};{code};E33;overlast door verward persoon;2017;20" for code, name in names.items()]
    test = target(2019, 2017, indicator="onbegrepen_gedrag")
    rows.append("Westerkwartier;GM1969;E33;overlast door verward persoon;2019;60")
    judgements = judged({"X": statement(test, group="woon")}, grid({2019: 1}), delivery=rows)
    shown = words(html(va.statements(judgements, "goal")))
    assert "van 2017 zijn de som van Grootegast, Leek, Marum en Zuidhorn" in shown
    assert "Het deel van Winsum" in shown
    assert "omgerekend" not in shown


def test_a_group_without_tested_statements_says_so(judgements):
    assert "staan niet in de stukken" in html(va.statements(judgements, "organisation"))


def test_what_is_not_testable_says_why_and_what_it_takes(judgements):
    result = va.untestable(judgements)
    shown = words(html(result))
    assert "Niet toetsbaar: 3 beweringen Bij 2 ontbreken cijfers" in shown
    assert "1 gaat over iets waar deze cijfers niets over zeggen." in shown
    goals = words(html(va.statements(judgements, "goal")))
    assert "Niet te meten: 1 doel" in goals and "een afspraak" in goals
    assert "(van 1 kon een deel wel worden getoetst)" in shown
    assert re.search(r"zoals in het stuk staat\. \(bevestigd\) .* \(niet toetsbaar\)", shown)  # K2, one of its parts
    assert "een lijst van overleggen" in shown
    assert "geen cijfers" in shown
    assert {record.id: record.value for record in result.records()}["untestable.beyond"] == 1


def test_when_every_statement_could_be_tested_nothing_else_is_said(judgements):
    tested = tuple(judged for judged in judgements.judged if judged.settled)
    shown = words(html(va.untestable(replace(judgements, judged=tested))))
    assert shown == "Wij konden alle beweringen toetsen."


def test_remarks_name_their_places(judgements):
    shown = words(html(va.remarks(judgements)))
    assert "Twee namen voor één team. IVB:1, UVP:2 R1, R2" in shown


def test_a_remark_goes_when_its_places_no_longer_differ(judged):
    def names(*items):
        return statement({"kind": "set", "of": "namen", "items": list(items)}, role="remark")

    for items, number in ((("Rood", "Geel"), 1), (("Rood", "Blauw"), 0)):
        asked = {"R1": names(*items)}
        remarks = [{**REMARK, "statements": ["R1"]}]
        result = judged(asked, grid(COUNTS), facts=FACTS, statements=document(asked, remarks=remarks))
        assert len(result.remarks) == number
        assert {record.id: record.value for record in result.records()}["count.remarks"] == number


def test_a_number_says_what_it_counts_and_a_year_is_no_number_of_thousands(judged):
    facts = {"agenda": {"source": "de wet", "number": 4, "unit": "jaar"}, "nul": {"source": "de staat", "year": 2050}}
    cases = {
        "F1": statement({"kind": "count", "of": "agenda", "number": 3}),
        "F2": statement({"kind": "count", "of": "nul", "number": 2030}),
    }
    by_id = judged(cases, grid({2013: 100}), facts={"municipality": HOME, "facts": facts}).by_id
    assert judged_text(by_id["F1"]).startswith("Wij vonden 4 jaar, in het stuk staat 3 jaar.")
    assert judged_text(by_id["F2"]).startswith("Wij vonden het jaar 2050, in het stuk staat het jaar 2030.")


def test_a_verdict_stands_beside_the_number_that_decides_it(judged):
    parts = statement(level(100, 2013), level(190, 2018))  # the first holds, the second does not
    head = judged({"K": parts}, grid({2013: 100, 2018: 200})).by_id["K"].records()[0]
    assert (str(head.verdict), head.period, head.value) == ("weersproken", "2018", 200)


def test_a_sum_names_its_theme(judged):
    themes = [next(iter(PLAN["themes"])), list(PLAN["themes"])[1]]
    labels = [PLAN["themes"][theme][0] for theme in themes]
    parts = [added("costs", theme, 0) for theme in themes]
    statements = judged({"S": statement(*parts)}, grid({2013: 100}), plan=PLAN)
    findings = [outcome_text(outcome) for outcome in statements.by_id["S"].outcomes]
    assert [label in words for label, words in zip(labels, findings, strict=True)] == [True, True], findings


def test_every_number_of_an_answer_is_in_the_record(judgements, tmp_path):
    shown = [judgements, va.untestable(judgements)]
    records = [record for result in shown for record in result.records()]
    recorded = {
        round(abs(number)) for r in records for number in (r.value, r.lower, r.upper) if number is not None
    }  # fmt: skip
    for result in shown:
        for paragraph in re.findall(r'<p class="answer">(.*?)</p>', html(result), flags=re.DOTALL):
            without_years = re.sub(r"\b20\d\d\b", "", words(paragraph))
            numbers = re.findall(r"(?<![\d,.])(\d{1,3}(?:\.\d{3})*)(?![\d,]|\.\d)", without_years)
            assert {int(number.replace(".", "")) for number in numbers} <= recorded | {0}, without_years


def test_without_statements_nothing_is_shown_but_the_reason():
    gap = Missing("de uitspraken", "Er zijn geen uitspraken.")
    assert va.statements(gap, "claim") is va.untestable(gap) is va.remarks(gap) is gap


def chapter(id):
    return next(listed for listed in chapters() if listed.id == id)


def test_a_chapter_needs_the_document_of_its_own_municipality(judgements, tmp_path):
    assert making.missing_reason(chapter("statement"), Parameters(), tmp_path / "processed") is None
    assert "statements" in making.missing_reason(chapter("statement"), Parameters("GM0014"), tmp_path / "processed")


@pytest.mark.parametrize("need", ["goals", "borders", "ballots"])
def test_what_was_not_delivered_is_a_reason(judgements, tmp_path, need):
    assert making.missing_reason(replace(chapter("kern"), needs=(need,)), Parameters(), tmp_path / "processed")


def test_every_role_has_a_place_in_the_chapter_and_every_subject_a_heading():
    notebook = nbformat.read(paths.NOTEBOOKS / "07_uitspraken_getoetst.ipynb", as_version=4)
    asked = " ".join(cell.source for cell in notebook.cells if "va.statements" in cell.source)
    assert all(f'"{role}"' in asked for role in ONE_AND_MORE)
    assert set(SUBJECTS) == set(get_args(Statement.model_fields["group"].annotation))
