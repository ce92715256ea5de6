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
COUNCIL = paths.PROJECT.parent / "shared" / "council"
LISTED = {"K": 31, "D": 6, "V": 9, "L": 44, "T": 6, "U": 43}  # in the list of 139
FOUND_LATER = {"K": 2, "L": 14, "U": 9}  # in the documents themselves
IDS = list(read_yaml(TEXTS / "statements.yml", Statements).statements)


ABOUT_A_LIST = ("L16", "L37", "L38", "U28")  # what these say is that the list is there


@cache
def texts():
    return read_yaml(TEXTS / "statements.yml", Statements)


@cache
def facts():
    return read_yaml(TEXTS / "facts.yml", Facts)


def asked(*kinds):
    return [(statement.id, test) for statement in texts().all() for test in statement.tests if test.kind in kinds]


def test_every_statement_is_there_once_and_no_number_is_skipped():
    numbers = {kind: [int(id[1:]) for id in IDS if id[0] == kind] for kind in LISTED}
    for kind, last in LISTED.items():
        assert numbers[kind] == list(range(1, len(numbers[kind]) + 1)), kind
        assert len(numbers[kind]) >= last + FOUND_LATER.get(kind, 0), kind
    assert sum(map(len, numbers.values())) == len(IDS)


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
    assert {id: ours[id] for id in published} == published


def as_printed(text):
    """Return a text without white space and hyphens, which differ where lines end."""
    return re.sub(r"[\s\u00ad-]+", "", text)


def lines_of(document):
    if not COUNCIL.exists():
        pytest.skip("De raadsstukken staan niet op deze machine.")
    return (COUNCIL / f"{document}.txt").read_text(encoding="utf-8").split("\n")


def test_every_quote_starts_at_its_line():
    misplaced = []
    for statement in texts().all():
        lines = lines_of(statement.document)
        first = len(as_printed(lines[statement.line - 1]))
        passage = as_printed("".join(lines[statement.line - 1 : statement.line + 9]))
        if not 0 <= passage.find(as_printed(statement.quote)) < first:
            misplaced.append((statement.id, statement.quote))
    assert misplaced == []


def rows_of(table):
    """Return the rows of a table of checked facts about the documents, each as text with its places."""
    if not COUNCIL.exists():
        pytest.skip("De raadsstukken staan niet op deze machine.")
    facts_of_both = (COUNCIL / "facts.md").read_text(encoding="utf-8")
    section = re.search(rf"^## {table}\. .*?(?=^## |\Z)", facts_of_both, flags=re.MULTILINE | re.DOTALL)[0]
    rows = [line for line in section.splitlines() if re.search(r"\|.*(IVB|UVP):\d", line)]
    places = [re.findall(r"\b(IVB|UVP):(\d+)(?:-(\d+))?", row) for row in rows]
    return [
        (row, [(document, int(first), int(last or first)) for document, first, last in found])
        for row, found in zip(rows, places, strict=True)
    ]


def test_what_was_found_later_in_the_documents_has_a_statement():
    stated = [(statement.document, statement.line) for statement in texts().all()]
    rows = rows_of(19)
    assert len(rows) == sum(FOUND_LATER.values())
    for row, places in rows:
        document, first, last = places[0]
        assert any(own == document and first - 4 <= line <= last for own, line in stated), row


def test_what_does_not_agree_in_the_documents_has_a_remark():
    remarked = [place.partition("-")[0] for remark in texts().remarks for place in remark.places]
    rows = rows_of(17)
    assert len(rows) >= 11
    for row, places in rows:
        document, first, _ = places[0]
        assert f"{document}:{first}" in remarked, row


def test_every_place_is_a_line_of_its_document():
    files = [(TEXTS / f"{name}.yml").read_text(encoding="utf-8") for name in ("statements", "facts")]
    places = re.findall(r"\b(IVB|UVP):(\d+)(?:-(\d+))?", "\n".join(files))
    assert len(places) > 100
    for document, first, last in places:
        lines = lines_of(document)
        assert int(first) <= int(last or first) <= len(lines), (document, first, last)
        assert "".join(lines[int(first) - 1 : int(last or first)]).strip(), (document, first, last)


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
    for id, test in asked("set", "count"):
        statement, fact = texts().statements[id], facts().facts.get(test.of)
        if fact is not None and id not in ABOUT_A_LIST:
            assert not covers(fact.source, statement.document, statement.line), id


def covers(source, document, line):
    """Return whether a source names a line."""
    found = re.findall(rf"\b{document}:(\d+)(?:-(\d+))?", source)
    return any(int(first) <= line <= int(last or first) for first, last in found)


@pytest.mark.parametrize("id", ABOUT_A_LIST)
def test_a_statement_about_a_list_is_held_against_that_list(id):
    statement = texts().statements[id]
    assert statement.role == "organisation"
    for test in statement.tests:
        assert covers(facts().facts[test.of].source, statement.document, statement.line)


@pytest.mark.parametrize("name", list(read_yaml(TEXTS / "facts.yml", Facts).facts))
def test_a_fact_says_something_and_where_it_is_from(name):
    fact = facts().facts[name]
    assert fact.source
    assert [fact.number is not None, fact.year is not None, bool(fact.items)].count(True) == 1


def test_figures_that_are_asked_for_exist():
    kinds = ("change", "level", "ratio", "rank", "comparison", "extreme", "target")
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
    assert len(texts().remarks) >= 28
    for remark in texts().remarks:
        assert remark.places
        assert set(remark.statements) <= set(IDS)
        assert all(re.fullmatch(r"(IVB|UVP):\d+(-\d+)?", place) for place in remark.places), remark.text


def test_in_line_with_the_country_is_tested_as_that():
    """The document says 'in lijn met de landelijke trend' of these; that the country moved too is not the same."""
    for id in ("K14", "K18", "K24", "K25"):
        whole, beside = texts().statements[id].tests
        assert (whole.kind, beside.kind, beside.than) == ("change", "comparison", "in_line"), id


def test_only_what_is_said_to_be_so_is_a_claim():
    """What the municipality does or agreed, expects or wants cannot be contradicted by figures."""
    words = re.compile(r"\b(zal|zullen|gaan we|verwacht\w*)\b")
    roles = {id: statement.role for id, statement in texts().statements.items()}
    assert {id for id, role in roles.items() if role == "expectation"} == {"L22", "U33"}
    told = {id for id, statement in texts().statements.items() if words.search(statement.quote.lower())}
    assert {id for id in told if roles[id] == "claim"} == set()


def test_what_the_text_itself_says_needs_no_other_copy():
    for id, test in asked("process"):
        assert "tweede plek" not in test.needs, id
        assert "leesbare" not in test.needs, id
    assert [id for id, test in asked("process") if "opgemaakte versie" in test.needs] == ["L39"]  # about its pages
