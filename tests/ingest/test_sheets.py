"""Sheets that people fill in. Everything in them is made up."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

import made_up_council
import made_up_exports
from analysis.documents.council import Partners, Plan, Priorities, Progress
from analysis.errors import DataError
from analysis.ingest import sheets

READ = {
    "priorities": Priorities.model_validate(made_up_council.PRIORITIES),
    "plan": Plan.model_validate(made_up_council.PLAN),
}
REMARKS = [
    ["partner", "soort", "thema", "opmerking", "richting", "bron"],
    ["politie", "extern", "Inbraak", "minder aangiften", "Minder", "overleg"],
    ["politie", "extern", "winkels", "geen beeld", "", ""],
    ["toezicht", "intern", "", "", "", ""],
]


def workbook(path: Path, rows: list[list[object]]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def csv(path: Path, *lines: str) -> Path:
    return made_up_exports.write(path, lines)


def refused(path: Path, *parts: str) -> None:
    with pytest.raises(DataError) as caught:
        sheets.read(path, path.stem, READ)
    for part in parts:
        assert part in str(caught.value)


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_remarks_of_partners(tmp_path, suffix):
    path = tmp_path / f"partners{suffix}"
    if suffix == ".xlsx":
        workbook(path, REMARKS)
    else:
        csv(path, *(";".join(row) for row in REMARKS))
    read = sheets.read(path, "partners", READ)
    assert isinstance(read, Partners)
    assert read.municipality == "GM1969"
    assert read.partners == {"politie": "extern", "toezicht": "intern"}
    assert [(remark.theme, remark.direction, remark.source) for remark in read.remarks] == [
        ("inbraak", "less", "overleg"),
        ("winkels", "unclear", None),
    ]


def test_progress_as_people_write_it(tmp_path):
    read = sheets.read(csv(tmp_path / "voortgang.csv", *made_up_council.PROGRESS), "voortgang", READ)
    assert isinstance(read, Progress)
    assert [(row.measure, row.on, row.spent) for row in read.rows] == [
        ("sloten", date(2024, 2, 1), None),
        ("sloten", date(2024, 8, 1), 1000.5),
        ("brief", date(2024, 8, 1), 0),
        ("lampen", date(2024, 7, 1), 50),
    ]
    assert read.rows[1].note == "later dan gedacht"


def test_progress_as_excel_holds_it(tmp_path):
    """Excel holds dates and numbers as such; columns may be in any order and among others."""
    rows = [
        ["besteed", "maatregel", "wie", "stand", "datum", "toelichting"],
        [1000.5, "sloten", "Team OOV", "Loopt", date(2024, 8, 1), None],
        [700, "lampen", None, "klaar", date(2024, 8, 1), "af"],
    ]
    read = sheets.read(workbook(tmp_path / "voortgang.xlsx", rows), "voortgang", READ)
    assert isinstance(read, Progress)
    assert [(row.measure, row.state, row.on, row.spent) for row in read.rows] == [
        ("sloten", "loopt", date(2024, 8, 1), 1000.5),
        ("lampen", "klaar", date(2024, 8, 1), 700),
    ]


@pytest.mark.parametrize(
    ("text", "amount"),
    [("1.250,50", 1250.5), ("€ 1.250,-", 1250), ("1250.5", 1250.5), ("12.500", 12500), ("0", 0), ("", None)],
)
def test_amounts(tmp_path, text, amount):
    path = csv(tmp_path / "voortgang.csv", made_up_council.PROGRESS[0], f"sloten;loopt;1-8-2024;{text};")
    assert sheets.read(path, "voortgang", READ).rows[0].spent == amount


@pytest.mark.parametrize(
    ("line", "column", "problem"),
    [
        ("ramen;loopt;1-8-2024;;", "maatregel", "'ramen' is hier niet bekend"),
        ("sloten;bijna;1-8-2024;;", "stand", "niet gestart, loopt, klaar, gestopt"),
        ("sloten;loopt;31-6-2024;;", "datum", "'31-6-2024' is geen datum"),
        ("sloten;loopt;zomer;;", "datum", "zoals 1-7-2024"),
        ("sloten;loopt;;;", "datum", "dit veld is leeg"),
        ("sloten;loopt;1-8-2024;-5;", "besteed", "geen bedrag van 0 of meer"),
        ("sloten;loopt;1-8-2024;1,234,5;", "besteed", "geen bedrag"),
        ("sloten;loopt;1-8-2024;;klaar \u202eneskeow", "toelichting", "tekens in die geen tekst zijn"),
    ],
)
def test_a_wrong_cell_is_refused_with_its_place(tmp_path, line, column, problem):
    path = csv(tmp_path / "voortgang.csv", made_up_council.PROGRESS[0], "brief;klaar;1-8-2024;;", line)
    refused(path, "voortgang.csv", "regel 3", f"kolom '{column}'", problem, "Wat kunt u doen?")


def test_a_day_twice_for_one_measure_is_refused(tmp_path):
    line = "sloten;loopt;1-8-2024;;"
    refused(
        csv(tmp_path / "voortgang.csv", made_up_council.PROGRESS[0], line, line), "regel 3", "staat voor deze datum al"
    )


def test_a_missing_column_is_named(tmp_path):
    refused(csv(tmp_path / "voortgang.csv", "maatregel;stand;datum", "sloten;loopt;1-8-2024"), "kolom 'besteed'")


@pytest.mark.parametrize(
    ("row", "parts"),
    [
        ("politie;intern;inbraak;proef;;", ("regel 3", "kolom 'soort'", "staat hierboven als extern")),
        ("politie;extern;fietsen;proef;;", ("regel 3", "kolom 'thema'", "'fietsen'")),
        ("politie;extern;inbraak;;meer;", ("regel 3", "kolom 'opmerking'", "leeg")),
        ("politie;extern;inbraak;proef;erger;", ("kolom 'richting'", "meer, minder, gelijk, onduidelijk")),
    ],
)
def test_a_wrong_remark_is_refused(tmp_path, row, parts):
    head = ";".join(REMARKS[0])
    refused(csv(tmp_path / "partners.csv", head, "politie;extern;inbraak;proef;meer;", row), *parts)


def test_a_sheet_without_its_document_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"plan\.yml"):
        made_up_council.processed(tmp_path, plan=None)


def test_without_measures_there_is_nothing_to_choose_from(tmp_path):
    plan = READ["plan"].model_copy(update={"measures": {}})
    with pytest.raises(DataError, match=r"Haal de regel weg: hier is nog niets om uit te kiezen\.") as caught:
        sheets.read(csv(tmp_path / "voortgang.csv", *made_up_council.PROGRESS), "voortgang", READ | {"plan": plan})
    assert "Kies uit" not in str(caught.value)


def test_two_files_of_one_kind_are_refused(tmp_path):
    folder = made_up_council.raw(tmp_path / "raw")
    workbook(folder / "beleid" / "voortgang.xlsx", [["maatregel"]])
    with pytest.raises(DataError, match="welk bestand geldt"):
        sheets.find_file(folder / "beleid", "voortgang")


def test_only_some_kinds_have_a_sheet(tmp_path):
    csv(tmp_path / "goals.csv", "doel")
    assert sheets.find_file(tmp_path, "goals") is None
