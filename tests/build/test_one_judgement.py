"""One number has one judgement: on every page, in every table and record of a report, on sample and real figures."""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from analysis import paths
from analysis.definitions.catalogue import read_yaml
from analysis.documents.statements import Statements
from analysis.policy.judging import ExpectationState
from analysis.statistics.ordinary import Grade
from analysis.statistics.verdicts import Verdict

pytestmark = pytest.mark.slow

# What a claim or an expectation may be called, by the grade of the change that it is about; the wrong direction is
# always contradicted, or did not come true.
WRONG = {Verdict.CONTRADICTED, ExpectationState.CAME_FALSE}
ALLOWED = {
    Grade.CLEAR: {Verdict.CONFIRMED, Verdict.CONFIRMED_WITH_CAVEAT, ExpectationState.CAME_TRUE} | WRONG,
    Grade.HINT: {Verdict.CONFIRMED_WITH_CAVEAT, ExpectationState.CAME_TRUE} | WRONG,
    Grade.ORDINARY: {Verdict.CHANCE, ExpectationState.CHANCE} | WRONG,
    Grade.TOO_FEW: {Verdict.NOT_TESTABLE, ExpectationState.OPEN} | WRONG,
}


@pytest.fixture(params=["sample", pytest.param("GM1969", marks=pytest.mark.realdata),
                        pytest.param("GM0363", marks=pytest.mark.realdata)])  # fmt: skip
def report(request) -> Path:
    """Return the folder of a report."""
    if request.param == "sample":
        return request.getfixturevalue("sample_report").folder
    out, _ = request.getfixturevalue("real_reports")
    return next(path.parent for path in Path(out).rglob("results.json") if request.param in path.parts)


@pytest.fixture
def records(report):
    return json.loads((report / "results.json").read_text(encoding="utf-8"))


def judgements(records):
    """Return the p-values and grades of every change, by indicator with region and both years."""
    found = defaultdict(set)
    for record in records:
        subject = re.fullmatch(r"\w+\.(.+)\.change_pct(\..*)?", record["id"])
        if subject and record["verdict"] in list(Grade):
            years = record["baseline"], record["period"]
            found[subject[1], record["region"], *years].add((record["p_value"], record["verdict"], record["value"]))
    return found


def test_every_record_of_a_change_has_the_same_judgement(records):
    found = judgements(records)
    assert len(found) > 10
    assert {question: given for question, given in found.items() if len(given) > 1} == {}


def test_every_claim_about_a_change_follows_its_grade(records):
    """A claim is about the change with the same range and number expected, in the same region and years."""
    grades, claims = {}, 0
    for record in records:
        if record["id"].endswith(".ordinary.unchanged"):
            change = record["id"].replace(".ordinary.unchanged", ".change_pct")
            same = next((other for other in records if other["id"] == change), None)
            if same and (same["baseline"], same["period"]) == (record["baseline"], record["period"]):
                place = record["region"], record["baseline"], record["period"]
                grades[*place, record["value"], record["lower"], record["upper"]] = Grade(same["verdict"])
    verdicts = {record["id"]: record["verdict"] for record in records}
    for record in records:
        if claim := re.fullmatch(r"(\w+\.\w+\.\d+)\.ordinary", record["id"]):
            about = ("region", "baseline", "period", "value", "lower", "upper")
            grade = grades.get(tuple(record[name] for name in about))
            if grade is not None and verdicts.get(claim[1]) is not None:
                claims += 1
                assert verdicts[claim[1]] in ALLOWED[grade], (record["id"], grade)
    assert claims or not any("statement." in id for id in verdicts)


def test_what_is_no_claim_is_contradicted_on_no_page(records):
    """Goals, measures, what the organisation agreed and what was expected have words of their own."""
    document = read_yaml(paths.PROJECT / "samples" / "beleid" / "statements.yml", Statements)
    roles = {statement.id: statement.role for statement in document.all()}
    told = [(record, re.fullmatch(r"\w+\.([A-Z]\d\d)(\.\d+)?", record["id"])) for record in records]
    given = [(roles[id[1]], record["verdict"]) for record, id in told if id and id[1] in roles and record["verdict"]]
    assert {role for role, verdict in given if verdict in set(Verdict)} <= {"claim"}
    assert not given or {"claim", "goal", "organisation"} <= {role for role, _ in given}


def test_every_row_of_an_overview_has_that_judgement(report, records):
    by_label = defaultdict(set)
    for record in records:
        if re.search(r"\.change_pct(\.|$)", record["id"]) and record["verdict"]:  # not of the rest of the country
            by_label[record["label"], record["baseline"], record["period"]].add(record["verdict"])
    rows = 0
    for page in report.glob("*.html"):
        for table in BeautifulSoup(page.read_text(encoding="utf-8").replace("\u00ad", ""), "html.parser").select(
            "table"
        ):
            years = re.search(
                r"^Registraties.* in (\d{4}) en (\d{4})", table.caption.get_text() if table.caption else ""
            )
            if not years:
                continue
            for row in table.select("tbody tr"):
                cells = [cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])]
                grade = next(cell for cell in cells if cell in list(Grade))
                if known := by_label.get((cells[0], years[1], years[2])):
                    rows += 1
                    assert {grade} == known, (page.name, cells)
    assert rows > 10


def test_every_file_with_figures_has_that_judgement(report, records):
    """The grades in CSV files are those of the records; no file has one of its own."""
    given = {record["verdict"] for record in records}
    graded = 0
    for file in (report / "tables").rglob("*.csv"):
        with file.open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.reader(lines, delimiter=";"):
                found = set(row) & set(Grade)
                graded += len(found)
                assert found <= given, (file.name, row)
    assert graded > 10
