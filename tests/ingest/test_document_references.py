"""Names in documents of the council: each must exist. All documents here are made up."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from analysis.documents import KINDS
from analysis.errors import DataError
from analysis.ingest import council_documents
from analysis.ingest.ballots import VoteCard
from analysis.ingest.pipeline import ingest
from made_up_exports import typed
from made_up_statements import FACTS, HOME, PLAN, added, change, document, grid, statement, target

CARD = VoteCard.model_validate(
    {
        "title": "Proef", "date_range": ["2023-05-01", "2023-05-02"], "max_choices": 6, "population_of": HOME,
        "themes": [{"id": "inbraken", "label": "Inbraken", "known": True, "source": "proef"}], "villages": [],
    }
)  # fmt: skip
SOUND = {
    "statements": document(
        {"A": statement(change("up"), added("costs", "a", 1), {"kind": "count", "of": "jaren", "number": 4}),
         "B": statement(same_as="A"),
         "D": statement(target(2022, 2019)),
         "M": statement({"kind": "process", "needs": "een besluit"}, measures=["x"])},
        key_messages=[
            {"show": "B", "reason": "de raad vroeg het"},
            {"omit": "improved.bedrijfsinbraak", "reason": "dat is al bekend"},
            {"omit": "votes.t", "reason": "de raad weet het"},
            {"omit": "goals.2020-2023", "reason": "die periode is voorbij"},
        ],
        remarks=[{"text": "Iets.", "places": ["IVB:1"], "statements": ["A"]}],
    ),
    "plan": PLAN,
    "facts": FACTS,
    "goals": {
        "municipality": HOME,
        "goals": {
            "G": {"text": "Een doel.", "source": "IVB:1", "theme": "t", "period": "2020-2023", "year": 2023,
                  "statement": "D", "measurable": "yes",
                  "plan": {"text": "Meer.", "source": "UVP:1", "difference": "toegevoegd", "statement": "D"},
                  "checklist": {"title": "L", "source": "IVB:2",
                                "items": [{"name": "P", "source": "IVB:3", "measures": ["x"]}]}},
        },
        "lookback": [{"heading": "Vroeger", "themes": ["t"], "done": [{"what": "Iets.", "source": "IVB:4"}]}],
    },
    "priorities": {
        "municipality": HOME, "period": "2024-2027",
        "lists": {"chosen": {"title": "L", "source": "h1", "entries": [{"name": "T", "source": "h1", "theme": "t"}]}},
        "themes": {"t": {"label": "T", "indicators": ["woninginbraak"], "votes": ["inbraken"]}},
    },
    "partners": {
        "municipality": HOME, "partners": {"politie": "extern"},
        "remarks": [{"partner": "politie", "theme": "t", "observation": "Iets."}],
    },
    "dashboard": {
        "municipality": HOME, "year": 2023, "half": 1,
        "items": [{"indicator": "woninginbraak", "set": "eigen", "theme": "t"}],
    },
}  # fmt: skip


def check(contents, card=CARD, unread=()):
    documents = {kind: KINDS[kind].model_validate(content) for kind, content in contents.items()}
    for kind in documents:
        council_documents.check_references(kind, Path(f"{kind}.yml"), documents, card, unread)


def refused(contents, *parts):
    """Expect these documents to be refused with these words."""
    with pytest.raises(DataError) as caught:
        check(contents)
    for part in parts:
        assert part in str(caught.value)


def test_sound_documents_pass():
    check(SOUND)


@pytest.mark.parametrize(
    ("kind", "old", "new", "field"),
    [
        ("statements", "woninginbraak", "woninginbrak", "statements › A › tests › 1 › indicator"),
        ("statements", "same_as: A", "same_as: B", "statements › B › same_as"),
        ("statements", "theme: a", "theme: c", "statements › A › tests › 2 › theme"),
        ("statements", "show: B", "show: C", "key_messages › 1 › show"),
        ("statements", "improved.bedrijfsinbraak", "improved.bedrijfsinbrak", "key_messages › 2 › omit"),
        ("statements", "votes.t", "votes.u", "key_messages › 3 › omit"),
        ("statements", "goals.2020-2023", "goals.2020-2024", "key_messages › 4 › omit"),
        ("statements", "statements:\n  - A", "statements:\n  - C", "remarks › 1 › statements"),
        ("statements", "document: IVB", "document: UVP", "statements › A › document"),
        ("statements", "last: 2022", "last: 2022\n      region: GM9999", "statements › A › tests › 1 › region"),
        ("statements", "of: jaren", "of: jareen", "statements › A › tests › 3 › of"),
        ("facts", "municipality: GM1969", "municipality: GM9999", "municipality"),
        ("goals", "theme: t", "theme: x", "goals › G › theme"),
        ("plan", "action: Y\n    source: UVP:2\n    theme: b", "action: Y\n    source: UVP:2\n    theme: c",
         "measures › y › theme"),
        ("plan", "- amount: 0.1\n  source: UVP:3\n  theme: a", "- amount: 0.1\n  source: UVP:3\n  theme: c",
         "budget › 1 › theme"),
        ("goals", "\n    statement: D", "\n    statement: C", "goals › G › statement"),
        ("goals", "\n    statement: D", "\n    statement: A", "goals › G › statement"),  # a claim, and no goal
        ("goals", "  statement: D\n      text", "  statement: A\n      text", "goals › G › plan › statement"),
        ("goals", "- x", "- xx", "goals › G › checklist › items › 1 › measures"),
        ("goals", "- t", "- tt", "lookback › 1 › themes"),
        ("statements", "- x", "- xx", "statements › M › measures"),
        ("priorities", "- woninginbraak", "- inbraak", "themes › t › indicators › 1"),
        ("priorities", "- inbraken", "- inbraak", "themes › t › votes › 1"),
        ("priorities", "theme: t", "theme: u", "lists › chosen › entries › 1 › theme"),
        ("partners", "partner: politie", "partner: pollitie", "remarks › 1 › partner"),
        ("partners", "theme: t", "theme: u", "remarks › 1 › theme"),
        ("dashboard", "woninginbraak", "woning", "items › 1 › indicator"),
        ("dashboard", "theme: t", "theme: u", "items › 1 › theme"),
    ],
)  # fmt: skip
def test_a_name_that_does_not_exist_is_told_with_its_place(kind, old, new, field):
    text = yaml.safe_dump(SOUND[kind], allow_unicode=True)
    assert old in text
    refused(SOUND | {kind: yaml.safe_load(text.replace(old, new, 1))}, f"{kind}.yml", field)


def test_the_nearest_name_is_offered():
    misspelled = document({"A": statement(change("up", indicator="woninginbrak"))})
    refused({"statements": misspelled}, "Bedoelt u: woninginbraak")


def ratio(**of):
    return {"kind": "ratio", "indicator": "woninginbraak", "year": 2022, "of": of, "ratio": 2}


def beside(region):
    return {"kind": "comparison", "indicator": "woninginbraak", "last": 2022, "than": "lower", "region": region}


@pytest.mark.parametrize(
    ("test", "field"),
    [
        (ratio(region=HOME), "tests › 2 › of › region"),
        (ratio(region=HOME) | {"per_1000": True}, "tests › 2 › of › region"),
        (beside(HOME), "tests › 2 › region"),
    ],
)
def test_a_figure_is_not_held_against_itself(test, field):
    refused({"statements": document({"A": statement(change("up"), test)})}, "statements › A", field, HOME, "NL00")


@pytest.mark.parametrize(
    "test",
    [ratio(region=HOME, year=2019), ratio(region=HOME) | {"region": "NL00"}, ratio(region="NL00"), beside("NL00")],
)
def test_another_year_or_area_is_another_figure(test):
    check({"statements": document({"A": statement(test)})})


def test_without_priorities_a_goal_has_a_theme_of_the_plan():
    contents = {kind: SOUND[kind] for kind in ("statements", "plan", "facts", "goals")}
    refused(contents, "goals.yml", "goals › G › theme", "het thema 't' bestaat niet")
    check(contents, unread=("priorities",))  # there are priorities, but nobody knows which
    check({kind: contents[kind] for kind in ("statements", "facts", "goals")})


def test_all_documents_are_of_one_municipality():
    other = {"plan": SOUND["plan"] | {"municipality": "GM0014"}}
    refused(SOUND | other, "plan.yml", "'municipality'", "GM0014 (Groningen)", "statements.yml", "GM1969 (Westerkw")


def test_votes_are_not_held_against_a_card_that_is_not_there():
    check({"priorities": SOUND["priorities"]}, None)


def test_documents_are_checked_when_they_are_read(tmp_path):
    typed(tmp_path / "raw" / "a.csv", grid({2019: 1}))
    wrong = document({"A": statement(change("up", indicator="inbraakje"))})
    (tmp_path / "raw" / "beleid").mkdir()
    (tmp_path / "raw" / "beleid" / "statements.yml").write_text(yaml.safe_dump(wrong), encoding="utf-8")
    with pytest.raises(DataError, match="de indicator 'inbraakje' bestaat niet"):
        ingest(tmp_path / "raw", tmp_path / "processed")
    assert not (tmp_path / "processed").exists()
