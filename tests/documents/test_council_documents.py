"""Council documents that cannot be tested are refused when they are read. All content is made up."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
import yaml
from pydantic import TypeAdapter, ValidationError

import made_up_council
import made_up_exports
from analysis import paths
from analysis.definitions import yaml_files
from analysis.definitions.regions import Later
from analysis.display import registration
from analysis.documents import KINDS
from analysis.documents.council import Hours, Plan
from analysis.documents.statements import BUILT_IN, KeyMessageChoice, Statement, Statements, Test
from analysis.errors import DataError
from analysis.fetch.wanted import ProjectSources
from analysis.ingest import council_documents
from analysis.ingest.ballots import VoteCard
from analysis.ingest.pipeline import ingest
from analysis.policy import document_tests
from analysis.policy.plan import PlanReview
from analysis.store.raw_sources import Source
from analysis.store.results import html
from made_up_statements import change, document, extreme, statement, target

assert registration  # imported because it registers the display functions of results
BESIDE = {"kind": "comparison", "indicator": "woninginbraak", "last": 2022, "than": "more_up"}
RANK = {"kind": "rank", "end": "highest"}
FILE = Source("plan", "beleid/plan.yml", "beleidsdocument", "Gemeente", "0" * 64, 1, synthetic=False)


@pytest.mark.parametrize(
    ("test", "problem"),
    [
        (change("up", 2022, 2019), "'first' (2022) hoort vóór 'last' (2019)"),
        (change("up", 2022, 2022), "'first' (2022) hoort vóór 'last' (2022)"),
        (BESIDE, "'first' ontbreekt"),
        (BESIDE | {"first": 2022}, "hoort vóór 'last'"),
        (extreme(2017), "'year' (2017) hoort te liggen tussen"),
        (extreme(2016) | {"first": 2016}, "hoort vóór 'last'"),
        (RANK | {"among": "municipalities", "indicator": "overval"}, "'indicator' en 'year'"),
        (RANK | {"among": "themes", "places": 3}, "'themes' en 'places'"),
        (RANK | {"among": "themes", "themes": ["inbraken"]}, "'themes' en 'places'"),
        (target(2022, None), "'value' of 'base'"),
        (target(2018, 2018), "'base' (2018) hoort vóór 'year'"),
    ],
)
def test_test_that_cannot_be_performed_is_refused(test, problem):
    with pytest.raises(ValidationError, match=re.escape(problem)):
        TypeAdapter(Test).validate_python(test)


@pytest.mark.parametrize("content", [statement(), statement(change("up"), same_as="B")])
def test_statement_has_either_tests_or_same_as(content):
    with pytest.raises(ValidationError, match="precies een van beide"):
        Statement.model_validate(content)


GOAL, PROCESS = target(2022), {"kind": "process", "needs": "een besluit"}


@pytest.mark.parametrize(
    ("content", "role"),
    [
        (statement(change("up")), "claim"),
        (statement(GOAL), "goal"),
        (statement(target(2022, met=False)), "claim"),  # what a document says of a goal
        (statement(PROCESS, role="goal"), "goal"),
        (statement(PROCESS, measures=["x"]), "measure"),
    ],
)
def test_the_role_of_a_statement_follows_from_its_tests(content, role):
    assert Statement.model_validate(content).role == role


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (statement(GOAL, change("up")), "een doel heeft alleen toetsen"),
        (statement(GOAL, role="claim"), "is een doel. Schrijf 'role: goal' in plaats van 'role: claim'"),
        (statement(GOAL, role="expectation"), "Schrijf 'role: goal' in plaats van 'role: expectation'"),
        (statement(PROCESS, role="measure"), "noemt maatregelen"),
        (statement(change("up"), role="remark"), "alleen toetsen 'sum'"),
    ],
)
def test_a_statement_is_tested_as_what_it_is(content, problem):
    with pytest.raises(ValidationError, match=problem):
        Statement.model_validate(content)


@pytest.mark.parametrize("remarks", [0, 2])
def test_a_difference_in_the_text_belongs_to_one_remark(remarks):
    same = statement({"kind": "set", "of": "villages", "items": ["Leek"]}, role="remark")
    listed = [{"text": "Twee namen.", "places": ["IVB:1"], "statements": ["A"]}] * remarks
    with pytest.raises(ValidationError, match="hoort bij één van de 'remarks'"):
        Statements.model_validate(document({"A": same}, remarks=listed))


def test_a_statement_that_says_the_same_as_a_goal_is_one():
    read = Statements.model_validate(document({"A": statement(GOAL), "B": statement(same_as="A")}))
    assert [same.role for same in read.all()] == ["goal", "goal"]


def documented() -> dict[str, object]:
    """Return the examples in docs/data.md by kind: the first line of each names its file."""
    blocks = re.findall(
        r"```yaml\n# (\w+)\.yml\n(.*?)```", (paths.PROJECT / "docs" / "data.md").read_text("utf-8"), re.S
    )
    return {kind: yaml.safe_load(text) for kind, text in blocks}


def test_documented_examples_are_complete_and_consistent():
    examples = documented()
    ProjectSources.model_validate(examples.pop("bronnen"))
    Later.model_validate(examples.pop("herindelingen"))
    card = VoteCard.model_validate(examples.pop("vote_card"))
    assert examples.keys() == KINDS.keys() - {"voortgang"}, "progress is a sheet"
    read = {kind: KINDS[kind].model_validate(content) for kind, content in examples.items()}
    for kind in read:
        council_documents.check_references(kind, Path(f"{kind}.yml"), read, card)


def test_documentation_has_every_kind_of_test():
    statements = documented()["statements"]["statements"].values()
    tests = [test for documented_statement in statements for test in documented_statement["tests"]]
    kinds = {model.model_fields["kind"].annotation.__args__[0] for model in get_args(get_args(Test)[0])}
    assert {test["kind"] for test in tests} == kinds


def test_built_in_lists_are_the_ones_that_policy_can_make():
    assert set(BUILT_IN) == set(document_tests.BUILT_IN)


def test_a_plan_without_hours_is_shown():
    page = html(PlanReview(Plan.model_validate(made_up_council.PLAN | {"hours": []}), FILE))
    assert "Hoe de uren zijn verdeeld, staat niet in het plan." in page and "tellen op tot 0" not in page


@pytest.mark.parametrize("column", ["regular", "priority"])
def test_hours_a_year_are_no_full_time_equivalents(column):
    line = {"theme": "jeugd", "source": "UVP:2"}
    assert Hours.model_validate(line | {column: 120}).source == "UVP:2"
    with pytest.raises(ValidationError, match=r"1500 fte voor één thema kan niet kloppen. Zijn het uren per jaar"):
        Hours.model_validate(line | {column: 1500})


def ingest_with_keep_going(folder: Path) -> tuple[dict[str, str], set[str]]:
    """Ingest with and without keep_going; return what was left out, and the council documents that were read."""
    with pytest.raises(DataError):
        ingest(folder, folder.parent / "processed")
    summary = ingest(folder, folder.parent / "processed", keep_going=True)
    return summary.unread, {Path(name).stem for name in summary.read if name.startswith("beleid/")}


@pytest.mark.parametrize(
    ("name", "spoil", "gone"),
    [
        ("beleid/statements.yml", "woninginbrak", "bestaat niet"),
        ("beleid/priorities.yml", "winkeltje", "bestaat niet"),
        ("beleid/vote_card.yml", "title: x", "ontbreekt"),
    ],
)
def test_keep_going_leaves_out_an_invalid_document(tmp_path, name, spoil, gone):
    statements = document({"A": statement(change("up"))})
    raw = made_up_council.raw(tmp_path / "raw", statements=statements)
    path = raw / name
    text = path.read_text(encoding="utf-8")
    wrong = text.replace("woninginbraak", spoil).replace("- winkel\n", f"- {spoil}\n")
    path.write_text(spoil if "title" in spoil else wrong, encoding="utf-8")
    unread, read = ingest_with_keep_going(raw)
    assert gone in unread[name]
    assert Path(name).stem not in read
    assert {"plan", "partners"} <= read


def test_keep_going_leaves_out_two_files_of_one_kind(tmp_path):
    raw = made_up_council.raw(tmp_path / "raw")
    made_up_exports.write(raw / "beleid" / "partners.csv", ["partner;soort;thema;opmerking;richting;bron"])
    unread, read = ingest_with_keep_going(raw)
    assert "welk bestand geldt" in unread["beleid/partners"]
    assert "plan" in read and "partners" not in read


def test_keep_going_leaves_out_the_older_of_two_contradicting_exports(tmp_path):
    for name, count in (("47018NED_TypedDataSet_01012023_101500", 100), ("47018NED_TypedDataSet_01012024_101500", 150)):
        made_up_exports.typed(tmp_path / "raw" / f"{name}.csv", {("1.1.1", "GM1969", "2022JJ00"): count})
    unread, _ = ingest_with_keep_going(tmp_path / "raw")
    (left,) = unread
    assert "01012023" in left and "spreken elkaar tegen" in unread[left]


@pytest.mark.parametrize("id", ["votes", "votes.", "level.woninginbraak", "verkeer", "stemmen.verkeer"])
def test_a_message_that_cannot_be_left_out_is_told_with_what_can(id):
    choice = {"omit": id, "reason": "zomaar"}
    with pytest.raises(ValidationError) as caught:
        KeyMessageChoice.model_validate(choice)
    message = str(yaml_files.in_dutch(Path("statements.yml"), caught.value))
    assert f"'{id}' is geen boodschap" in message and "bij votes of money een thema (votes.verkeer)" in message
    assert "worsened of improved een indicator" in message and "goals een periode" in message
