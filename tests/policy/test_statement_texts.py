"""The transcription of the council's documents: complete, word for word, and with tests that can be done."""

import csv
import re
from functools import cache

import pytest

from analysis import paths
from analysis.definitions import catalogue
from analysis.definitions.catalogue import read_yaml
from analysis.documents.council import Facts, Plan
from analysis.documents.statements import Statements

TEXTS = paths.PROJECT / "samples" / "beleid"
PUBLISHED = paths.PROJECT.parent / "shared" / "docs" / "statements.csv"
BUILT_IN = {"villages", "themes", "max_choices", "predecessors", "chosen", "possible"}
NUMBERS = {"K": 31, "D": 13, "V": 9, "L": 44, "T": 18, "U": 43}
IDS = [f"{kind}{number:02}" for kind, last in NUMBERS.items() for number in range(1, last + 1)]


@cache
def texts():
    return read_yaml(TEXTS / "statements.yml", Statements)


@cache
def facts():
    return read_yaml(TEXTS / "facts.yml", Facts)


def asked(*kinds):
    return [(statement.id, test) for statement in texts().all() for test in statement.tests if test.kind in kinds]


def test_every_statement_is_there_once():
    assert list(texts().statements) == IDS
    assert len(IDS) == 139 + 7 + 12  # one for every part of a goal


def test_quotes_are_those_of_the_documents():
    if not PUBLISHED.exists():
        pytest.skip("De lijst met uitspraken staat niet op deze machine.")
    with PUBLISHED.open(encoding="utf-8", newline="") as lines:
        published = {
            row["id"]: (row["document"], int(row["line"]), row["section"], row["quote"])
            for row in csv.DictReader(lines)
        }
    published["L38"] = ("IVB", 852, *published["L38"][2:])  # line 312 has the word as well, in a list of other things
    ours = {
        statement.id: (statement.document, statement.line, statement.section, statement.quote)
        for statement in texts().all()
        if statement.id in published
    }
    assert ours == published


@pytest.mark.parametrize("id", IDS)
def test_a_statement_has_a_claim_of_our_own_and_is_tested_in_one_place(id):
    statement = texts().statements[id]
    assert statement.quote.strip()
    assert statement.claim.endswith(".")
    assert statement.claim != statement.quote
    assert bool(statement.tests) != bool(statement.same_as)
    assert statement.document in texts().documents


def test_what_is_tested_elsewhere_is_really_tested_there():
    targets = [statement.same_as for statement in texts().all() if statement.same_as]
    assert targets
    assert all(texts().statements[target].tests for target in targets)


def test_every_list_or_number_is_held_against_something_known_and_every_fact_is_used():
    names = {test.of for _, test in asked("set", "count")}
    assert names - BUILT_IN == set(facts().facts)
    assert not BUILT_IN & set(facts().facts)


def test_a_fact_comes_from_another_place_than_the_statement():
    pairs = [(texts().statements[id], facts().facts.get(test.of)) for id, test in asked("set", "count")]
    for statement, fact in pairs:
        assert fact is None or f"{statement.document}:{statement.line}" not in re.findall(r"\w+:\d+", fact.source)


@pytest.mark.parametrize("name", list(read_yaml(TEXTS / "facts.yml", Facts).facts))
def test_a_fact_says_something_and_where_it_is_from(name):
    fact = facts().facts[name]
    assert fact.source
    assert [fact.number is not None, fact.year is not None, bool(fact.items)].count(True) == 1


def test_figures_that_are_asked_for_exist():
    kinds = ("change", "level", "rank", "comparison", "extreme", "target")
    names = {test.indicator for _, test in asked(*kinds) if test.indicator}
    assert names <= catalogue.indicators().keys()


def test_sums_are_asked_of_themes_in_the_plan():
    themes = read_yaml(TEXTS / "plan.yml", Plan).themes
    assert {test.theme for _, test in asked("sum")} - {None} <= themes.keys()


def test_themes_of_the_vote_are_on_the_card():
    card = (paths.RAW / "beleid" / "vote_card.yml").read_text(encoding="utf-8")
    for id, test in asked("rank"):
        assert (test.among == "themes") == bool(test.themes), id
        assert all(f"id: {theme}\n" in card for theme in test.themes), id


def test_what_is_needed_reads_on_in_a_sentence():
    for id, test in asked("process"):
        assert test.needs[0].islower(), id
        assert not test.needs.endswith("."), id


def test_a_change_runs_forward():
    for id, test in asked("change", "comparison", "extreme"):
        assert test.first is None or test.first < test.last, id


@pytest.mark.parametrize(
    ("id", "indicators"),
    [("K28", ["jeugdoverlast"]), ("K30", ["onbegrepen_gedrag"]), ("K31", ["cybercrime"])],
)
def test_a_sentence_about_the_municipality_is_tested_on_the_municipality_alone(id, indicators):
    """These claims say less than similar ones: nothing about the country, and no percentage."""
    tests = texts().statements[id].tests
    assert [test.indicator for test in tests] == indicators
    assert all(test.kind == "change" and test.region is None and test.percent is None for test in tests)


def test_one_theme_with_many_votes_is_about_that_theme():
    (test,) = texts().statements["V08"].tests
    assert (test.themes, test.end, test.places) == (("verkeersveiligheid",), "highest", 3)


def test_an_index_that_is_100_everywhere_in_2012_is_no_level_to_compare_places_by():
    """A low index only shows a large improvement (Nationale Veiligheidsindices); K07 names the index and warns."""
    assert not [id for id, test in asked("comparison") if test.indicator.startswith("nvi_") and test.first is None]
    (process,) = texts().statements["L44"].tests
    assert process.kind == "process"
    assert any("100 in 2012" in caution for caution in texts().statements["K07"].cautions)


@pytest.mark.parametrize(
    "words", ["gebied van nu", "opgeteld", "tellen wij de oude", "niet van toeval te onderscheiden"]
)
def test_what_the_figures_decide_is_not_typed(words):
    for id, statement in texts().statements.items():
        assert words not in " ".join(statement.cautions), id
    assert words not in (TEXTS / "goals.yml").read_text(encoding="utf-8")


def test_key_messages_and_remarks_point_at_statements():
    assert set(texts().key_messages) <= set(IDS)
    assert len(texts().remarks) == 17
    for remark in texts().remarks:
        assert remark.places
        assert set(remark.statements) <= set(IDS)
        assert all(re.fullmatch(r"(IVB|UVP):\d+", place) for place in remark.places), remark.text
