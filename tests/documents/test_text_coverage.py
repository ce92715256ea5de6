"""Sentences with something to check, what covers them, and drafts. Only the last texts are real."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Literal, get_args, get_origin

import pytest
import yaml
from pydantic import TypeAdapter

import made_up_policy_document
from analysis import paths
from analysis.definitions import catalogue
from analysis.definitions.regions import NEDERLAND
from analysis.documents import KINDS
from analysis.documents.council import Measure, Plan
from analysis.documents.coverage import cover, idle_reviews, named_places, quotations, sentences
from analysis.documents.draft import draft
from analysis.documents.statements import Role, Test
from analysis.documents.texts import PolicyText
from analysis.ingest.council_documents import examine, place_errors, quote_errors, read_text
from conftest import REALDATA
from made_up_statements import change, document, statement

COUNCIL = REALDATA.parent / "council"


def text_of(*lines, id="IVB"):
    return PolicyText(id, lines)


def found(text):
    return {" ".join(text.content[s.span.start : s.span.end].split()): s.kinds for s in sentences(text)}


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Het aantal branden is gedaald.", "trend"),
        ("Burenruzies nemen al jaren toe.", "trend"),
        ("Er zijn zes stands geweest.", "number"),
        ("Er is € 5.000 voor.", "amount"),
        ("In Q3 2024 komt er een plan.", "date"),
        ("De gemeente heeft een van de laagste scores.", "ranking"),
        ("De raad krijgt ieder halfjaar bericht.", "rhythm"),
        ("Het beleid is vastgesteld.", "outcome"),
        ("Het doel is minder overlast.", "goal"),
    ],
)
def test_a_sentence_with_something_to_check_is_found(sentence, kind):
    assert kind in found(text_of("Wij werken samen.", sentence))[sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        "Veiligheid maken wij samen.",
        "Dit staat in het IVB 2024-2027.",
        "Zie pagina 12 en hoofdstuk 3.",
        "Zie https://voorbeeld.nl/2024/plan.",
        "Wat gaan wij doen in 2024?",
        "5.3 Zorg",
    ],
)
def test_names_numbers_of_pages_and_questions_have_nothing_to_check(sentence):
    assert not found(text_of("eerst een zin.", sentence))[sentence]


def test_sentences_go_on_over_lines_and_pages_but_not_over_items_cells_and_headings():
    text = text_of(
        "Kop van dit stuk",
        "",
        "Het aantal meldingen, o.a. van overlast, is",
        "",
        " gedaald. Dat is goed:",
        "- eerst dit",
        "  en dan dat;",
        "- ook dit.",
        "Sloten | 2024",
        "Lampen | 2025",
        "Nog een zin. Bestaat uit 3 delen.",
    )
    assert list(found(text)) == [
        "Het aantal meldingen, o.a. van overlast, is gedaald.",
        "Dat is goed:",
        "- eerst dit en dan dat;",
        "- ook dit.",
        "Sloten | 2024",
        "Lampen | 2025",
        "Nog een zin.",
        "Bestaat uit 3 delen.",
    ]


def test_what_stands_below_a_heading_about_goals_is_a_goal():
    text = text_of(
        "Doelstelling 2027", "", "- Er is contact.", "- Men kent elkaar.", "", "Wat doen wij?", "Wij bellen."
    )
    assert {sentence: "goal" in kinds for sentence, kinds in found(text).items()} == {
        "- Er is contact.": True, "- Men kent elkaar.": True, "Wij bellen.": False,
    }  # fmt: skip


def made_up(reviewed=(), **quote):
    content = statement(change("up"), document="IVB", **quote)
    return {
        "statements": KINDS["statements"].model_validate(document({"A": content}, documents={"IVB": "Beleid"})),
        "facts": KINDS["facts"].model_validate(
            {"municipality": "GM1969", "facts": {"x": {"source": "IVB:2 en IVB:1-900", "number": 3}}}
        ),
        "bekeken": KINDS["bekeken"].model_validate({"municipality": "GM1969", "reviewed": list(reviewed)}),
    }


LINES = ("Het aantal is gestegen.", "Er zijn drie plannen.", "In 2024 is er een.", "Er zijn er vier.")


def test_a_sentence_is_covered_by_a_quote_a_place_or_a_reason_and_is_else_open():
    reviewed = [{"places": "IVB:3", "reason": "een jaar zonder bewering"}]
    covered = cover(text_of(*LINES), made_up(reviewed, quote="aantal is gestegen", line=1))
    assert [(str(item.place), item.by) for item in covered] == [
        ("IVB:1", "quote"), ("IVB:2", "place"), ("IVB:3", "reviewed"), ("IVB:4", None),
    ]  # fmt: skip


def test_a_place_as_long_as_a_chapter_accounts_for_nothing():
    assert [str(place) for place in named_places(made_up(quote="x", line=1))] == ["IVB:2"]


def test_a_page_accounts_for_its_sentences_only_with_a_reason():
    text = PolicyText("IVB", LINES, (1, 1, 2, 2))
    documents = made_up([{"places": "IVB:p2", "reason": "een bladzijde zonder bewering"}], quote="x", line=1)
    facts = {"municipality": "GM1969", "facts": {"x": {"source": "IVB:p1", "number": 3}}}
    documents["facts"] = KINDS["facts"].model_validate(facts)
    assert [item.by for item in cover(text, documents)] == [None, None, "reviewed", "reviewed"]


def test_a_reason_that_is_not_needed_is_named():
    reviewed = [{"places": f"IVB:{line}", "reason": "een reden om te laten"} for line in (1, 3)]
    documents = made_up(reviewed, quote="aantal is gestegen", line=1)
    assert [str(place) for place in idle_reviews({"IVB": text_of(*LINES)}, documents)] == ["IVB:1"]


@pytest.mark.parametrize(
    ("quote", "line", "problem", "remedy"),
    [
        ("Het aantal is gedaald.", 1, "staat niet in de tekst van IVB", "IVB:1 staat: 'Het aantal is gestegen.'"),
        ("Er zijn er vier.", 2, "niet op IVB:2, maar op IVB:4", "de plaats IVB:4"),
    ],
)
def test_a_quote_that_is_not_there_is_an_error_with_the_way_out(quote, line, problem, remedy):
    documents = made_up(quote=quote, line=line)
    (error,) = quote_errors(Path("statements.yml"), documents["statements"], [text_of(*LINES)])
    assert (error.file, error.field) == ("statements.yml", "statements › A › quote")
    assert problem in error.problem and remedy in error.remedy


@pytest.mark.parametrize(
    ("text", "source", "problem"),
    [
        (text_of(*LINES), "IVB:2, IVB:9", "IVB heeft 4 regels; IVB:9 bestaat niet."),
        (text_of(*LINES, ""), "IVB:5", "IVB heeft 4 regels; IVB:5 bestaat niet."),
        (text_of(*LINES), "IVB:0", "IVB heeft 4 regels; IVB:0 bestaat niet."),
        (text_of(*LINES), "IVB:3-5", "IVB heeft 4 regels; IVB:3-5 bestaat niet."),
        (text_of(*LINES), "IVB:4-2", "van IVB:4-2 ligt het einde voor het begin."),
        (text_of(*LINES), "IVB:p1", "IVB heeft geen bladzijden maar regels; IVB:p1 bestaat niet."),
        (PolicyText("IVB", LINES, marked=()), "IVB:9", "IVB heeft 4 alinea's; IVB:9 bestaat niet."),
        (PolicyText("IVB", LINES, (1, 1, 2, 2)), "IVB:2", "IVB heeft alleen bladzijden; IVB:2 bestaat niet."),
        (PolicyText("IVB", LINES, (1, 1, 2, 2)), "IVB:p2-p3", "IVB heeft 2 bladzijden; IVB:p2-3 bestaat niet."),
    ],
)
def test_a_place_that_is_not_in_the_text_is_an_error(text, source, problem):
    facts = {"municipality": "GM1969", "facts": {"x": {"source": source, "number": 3}}}
    (error,) = place_errors(Path("facts.yml"), KINDS["facts"].model_validate(facts), [text])
    assert (error.field, error.problem) == ("facts › x › source", problem) and error.remedy


def test_places_that_were_read_must_be_in_the_text_too():
    documents = made_up([{"places": "IVB:7, IVB:2", "reason": "hier niet nodig"}], quote=LINES[0], line=1)
    (error,) = place_errors(Path("bekeken.yml"), documents["bekeken"], [text_of(*LINES)])
    assert error.field == "reviewed › 1 › places" and "IVB:7 bestaat niet" in error.problem
    assert [str(place) for place in idle_reviews({"IVB": text_of(*LINES)}, documents)] == ["IVB:2"]


def test_a_document_without_its_text_is_not_looked_up():
    assert not list(quote_errors(Path("x"), made_up(quote="niets", line=9)["statements"], [text_of("x", id="UVP")]))


# The document of the guide.

EXAMPLE = made_up_policy_document.FOLDER


def filled_in(kind):
    return catalogue.read_yaml(EXAMPLE / "beleid" / f"{kind}.yml", KINDS[kind])


def test_the_document_of_the_guide_is_the_one_that_is_made(tmp_path):
    made_up_policy_document.main(tmp_path)
    for name in ("VP.docx", "VP.txt"):
        assert read_text(tmp_path / name) == read_text(EXAMPLE / name)
    assert "verzonnen" in read_text(EXAMPLE / "VP.docx").content


@pytest.mark.parametrize("name", ["VP.docx", "VP.txt"])
def test_a_draft_has_all_claims_goals_measures_and_amounts(name):
    drafts = {kind: yaml.safe_load(text) for kind, text in draft(read_text(EXAMPLE / name), name, "GM0037").items()}
    quotes = {entry["quote"] for entry in drafts["statements"]["statements"].values()}
    assert {*made_up_policy_document.CLAIMS, *made_up_policy_document.GOALS} <= quotes
    assert [goal["text"] for goal in drafts["goals"]["goals"].values()] == list(made_up_policy_document.GOALS)
    plan = drafts["plan"]
    assert [(m["action"], m["deadline"], m["costs"]) for m in plan["measures"].values()] == [
        ("Buurtavonden over inbraak", "Q2 2024", 5000),
        ("Fietsen graveren", "structureel", 10000),
        ("Een vast jeugdoverleg", "Q4 2024", 12500),
    ]
    assert (sum(line["amount"] for line in plan["budget"]), plan["total"]) == (30000, 30000)


def test_a_draft_guesses_the_tests_that_were_filled_in():
    drafted = yaml.safe_load(draft(read_text(EXAMPLE / "VP.txt"), "VP.txt")["statements"])["statements"]
    for id, own in filled_in("statements").statements.items():
        guess, tests = drafted[id], [test.model_dump(exclude_defaults=True) for test in own.tests]
        assert (guess["quote"], guess["line"], guess["section"]) == (own.quote, own.line, own.section)
        if "te bekijken" not in str(guess["tests"]):
            assert guess["tests"] == [test | {"kind": test.get("kind", own.tests[0].kind)} for test in tests]


def test_no_draft_passes_as_a_finished_document(tmp_path):
    for kind, text in draft(read_text(EXAMPLE / "VP.txt"), "VP.txt").items():
        (tmp_path / f"{kind}.yml").write_text(text, encoding="utf-8")
        with pytest.raises(Exception, match="te bekijken"):
            catalogue.read_yaml(tmp_path / f"{kind}.yml", KINDS[kind])


def test_a_dash_is_no_costs_and_an_empty_cell_is_not_filled_in():
    lines = ("Maatregel | Wanneer | Kosten", "Sloten | 2e kwartaal 2024 | -", "Lampen | ooit | ", "", "Q3 2025")
    text = draft(PolicyText("UVP", lines), "UVP.txt")["plan"]
    measures = yaml.safe_load(text)["measures"].values()
    assert [(m["deadline"], m["costs"]) for m in measures] == [
        ("Q2 2024", "geen"), ("te bekijken", "niet ingevuld"),
    ]  # fmt: skip
    assert "UVP:5: Q3 2025" in text


def drafted(kind, *lines):
    return yaml.safe_load(draft(PolicyText("KN", lines), "KN.txt")["statements"])["statements"][kind]["tests"][0]


@pytest.mark.parametrize(
    ("goal", "guess"),
    [
        ("In 2027 zijn er ten hoogste 70 vernielingen", {"compare": "<=", "value": 70}),
        ("In 2027 zijn er niet meer dan 1.500 vernielingen", {"compare": "<=", "value": 1500}),
        ("In 2027 zijn er maximaal 70 vernielingen, minder dan in 2022", {"compare": "<=", "value": 70}),
        ("In 2027 komt het aantal vernielingen niet boven de 70", {"compare": "<=", "value": 70}),
        ("In 2027 zijn er minstens 7,5 vernielingen", {"compare": ">=", "value": 7.5}),
        ("In 2027 zijn er minimaal 70 vernielingen per 1.000 inwoners", {"compare": ">=", "value": "te bekijken"}),
        ("In 2027 zijn er hoogstens 2000 vernielingen", {"compare": "<=", "value": "te bekijken"}),
        ("In 2027 zijn er hoogstens tien vernielingen", {"compare": "<=", "value": "te bekijken"}),
        ("In 2027 zijn er niet meer dan 10% vernielingen", {"compare": "<=", "value": "te bekijken"}),
        ("In 2027 zijn er niet meer vernielingen dan in 2022", None),
        ("In 2027 is het aantal vernielingen niet hoger dan in 2022", {"compare": "<=", "base": 2022}),
        ("In 2027 zijn er minstens 20% minder vernielingen dan in 2022",
         {"compare": "<=", "base": 2022, "factor": 0.8}),
        ("In 2027 zijn er hoogstens 20% meer vernielingen dan in 2022",
         {"compare": "<=", "base": 2022, "factor": 1.2}),
        ("In 2027 is het aantal vernielingen minimaal gedaald",
         {"compare": "te bekijken", "value": "te bekijken"}),
        ("Het aantal vernielingen is in 2027 gehalveerd", {"compare": "<=", "base": "te bekijken", "factor": 0.5}),
        ("In 2027 nemen de vernielingen verder af", {"compare": "<", "base": "te bekijken"}),
        ("In 2027 zijn er minder vernielingen dan in 2022", {"compare": "<", "base": 2022}),
    ],
)  # fmt: skip
def test_a_draft_does_not_turn_a_goal_around(goal, guess):
    target = {"kind": "target", "indicator": "vernieling", "year": 2027}
    expected = {"kind": "process", "needs": "te bekijken"} if guess is None else target | guess
    assert drafted("D01", "Onze doelen", "", f"- {goal}.") == expected


@pytest.mark.parametrize(
    ("claim", "guess"),
    [
        ("Tussen 2019 en 2022 is het aantal vernielingen verdubbeld.",
         {"year": 2022, "of": {"year": 2019}, "ratio": 2}),
        ("Het aantal vernielingen is gehalveerd sinds 2019.",
         {"year": "te bekijken", "of": {"year": "te bekijken"}, "ratio": 0.5}),
        ("Tussen 2019 en 2022 is het aantal vernielingen niet verdubbeld.",
         {"year": 2022, "of": {"year": 2019}, "ratio": "te bekijken"}),
    ],
)  # fmt: skip
def test_twice_or_half_as_many_is_a_ratio(claim, guess):
    assert drafted("B01", claim) == {"kind": "ratio", "indicator": "vernieling"} | guess


@pytest.mark.parametrize(("verb", "direction"), [("nemen", "up"), ("namen", "up"), ("neemt", "up")])
def test_a_verb_in_two_parts_has_a_direction(verb, direction):
    test = drafted("B01", f"Tussen 2019 en 2022 {verb} de vernielingen sterk toe.")
    assert (test["kind"], test["direction"]) == ("change", direction)


@pytest.mark.parametrize(
    ("header", "hours"),
    [
        ("Thema | Fte regulier", {"regular": 1.5}),
        ("Thema | Reguliere uren", {"regular": "te bekijken"}),
        ("Thema | Formatie in uren (fte)", {"regular": 1.5}),
        ("Thema | Reguliere uren | Extra uren", {"regular": "te bekijken", "priority": "te bekijken"}),
        ("Thema | Fte | Fte prioriteit", {"regular": "te bekijken", "priority": "te bekijken"}),
    ],
)
def test_hours_that_may_mean_something_else_are_left_to_a_person(header, hours):
    plan = yaml.safe_load(draft(PolicyText("UVP", (header, "Jeugd | 1,5 | 120")), "UVP.txt")["plan"])
    assert plan["hours"] == [{"theme": "jeugd", **hours, "source": "UVP:2"}]


def test_of_two_columns_of_one_kind_none_overwrites_the_other():
    lines = ("Maatregel | Actie | Kosten 2023 | Kosten 2024 | Wie | Wie", "Sloten | Lampen | 100 | 200 | OM | GGD")
    (measure,) = yaml.safe_load(draft(PolicyText("UVP", lines), "UVP.txt")["plan"])["measures"].values()
    assert (measure["action"], measure["costs"], measure["owners"]) == ("Sloten", "te bekijken", ["te bekijken"])


def test_a_table_right_below_another_is_another():
    lines = ("Thema | Fte", "Jeugd | 2", "", "Maatregel | Kosten", "Sloten | 100", "", "Lampen | 200")
    plan = yaml.safe_load(draft(PolicyText("UVP", lines), "UVP.txt")["plan"])
    assert [measure["action"] for measure in plan["measures"].values()] == ["Sloten", "Lampen"]
    assert [line["theme"] for line in plan["hours"]] == ["jeugd"]


def test_a_partner_with_en_in_its_name_is_one():
    cell = "Zorg- en Veiligheidshuis Drenthe, Team Openbare Orde en Veiligheid; politie en Halt"
    text = draft(PolicyText("UVP", ("Maatregel | Wie | Kosten", f"Sloten | {cell} | 100")), "UVP.txt")["plan"]
    (measure,) = yaml.safe_load(text)["measures"].values()
    assert measure["owners"] == [
        "Zorg- en Veiligheidshuis Drenthe", "Team Openbare Orde en Veiligheid", "politie", "Halt",
    ]  # fmt: skip


def test_the_guide_says_what_is_so():
    guide = (paths.PROJECT / "docs" / "beleidsstukken.md").read_text("utf-8")
    covered = cover(
        read_text(EXAMPLE / "VP.txt"), {kind: filled_in(kind) for kind in ("statements", "goals", "plan", "bekeken")}
    )
    assert f"Alle {len(covered)} zinnen met een toetsbare bewering zijn bekeken" in guide
    assert not [item for item in covered if item.by is None]
    shown = yaml.safe_load(re.search(r"```\n(  B01:.*?)```", guide, re.S)[1])
    drafted = yaml.safe_load(draft(read_text(EXAMPLE / "VP.txt"), "VP.txt")["statements"])["statements"]
    assert shown["B01"] == drafted["B01"]


def test_the_guide_has_every_choice_that_a_person_must_make():
    guide = (paths.PROJECT / "docs" / "beleidsstukken.md").read_text("utf-8")
    examples = yaml.safe_load(re.search(r"```\n(- \{kind: .*?)```", guide, re.S)[1])
    tests = TypeAdapter(tuple[Test, ...]).validate_python(examples)
    models = get_args(get_args(Test)[0])
    assert {type(test) for test in tests} == set(models)
    assert {test.region for test in tests if getattr(test, "region", None)} == {NEDERLAND}
    chosen = {"direction", "than", "extreme", "end", "of", "compare"}
    fields = [model.model_fields[name].annotation for model in models for name in chosen & set(model.model_fields)]
    literals = [get_args(annotation) for annotation in fields if get_origin(annotation) is Literal]
    _, kinds = get_args(get_args(Plan.model_fields["themes"].annotation)[1])
    literals += [get_args(Role), get_args(kinds)]
    written = {value.strip('"') for value in re.findall(r"`([^`\n]+)`", guide)}
    assert {value for values in literals for value in values} <= written
    deadlines = re.findall(r"`((?:Q\d|20\d\d|structureel)[^`-]*)`", guide)
    assert len(deadlines) >= 4 and all(Measure(action="x", theme="x", source="x", deadline=text) for text in deadlines)


# The council's own documents, where they are.


@pytest.fixture(scope="module")
def council():
    if not COUNCIL.is_dir():
        pytest.skip("the council's documents are not beside the checkout")
    texts = {name: read_text(COUNCIL / f"{name}.txt") for name in ("IVB", "UVP")}
    return texts, examine(paths.RAW).documents


def test_every_quote_of_the_sample_stands_at_its_place_to_the_letter(council):
    texts, documents = council
    for kind in ("statements", "goals"):
        assert not list(quote_errors(Path(kind), documents[kind], texts.values()))
        assert not list(place_errors(Path(kind), documents[kind], texts.values()))
    spans = [texts[q.stated[0].document].find(q.quote, q.stated) for q in quotations(documents["statements"])]
    assert {span.forgiven for span in spans} <= {"exact", "breaks"}  # a word is broken off at a line end


def test_nearly_every_sentence_that_a_person_quoted_is_found_by_the_rules(council):
    texts, documents = council
    checkable = {id: [s.span for s in sentences(text) if s.kinds] for id, text in texts.items()}
    quoted = [(q.stated[0].document, texts[q.stated[0].document].find(q.quote, q.stated))
              for q in quotations(documents["statements"])]  # fmt: skip
    hit = [any(span.half_within(sentence) for sentence in checkable[id]) for id, span in quoted]
    assert sum(hit) / len(hit) > 0.85


def test_the_texts_of_the_council_are_not_in_the_project(council):
    texts, _ = council
    drawn = random.Random(17)
    listed = (paths.RAW / "beleid" / "bekeken.yml").read_text("utf-8")
    for text in texts.values():
        long = [s.span for s in sentences(text) if s.span.end - s.span.start > 60]
        for span in drawn.sample(long, 40):
            assert " ".join(text.content[span.start : span.end].split()) not in " ".join(listed.split())


def test_every_checkable_sentence_of_the_council_is_accounted_for(council):
    """Two hundred sentences in each document at least, so that rules that find nothing do not pass."""
    texts, documents = council
    for text in texts.values():
        covered = cover(text, documents)
        assert len(covered) > 150
        assert [str(sentence.place) for sentence in covered if sentence.by is None] == []
