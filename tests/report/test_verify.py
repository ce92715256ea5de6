"""Verifying whether a report is unchanged."""

import hashlib
import re

import pytest

from analysis.errors import DataError
from analysis.report.edition import sentence, verify
from analysis.report.records import MANIFEST, RESULTS, code_version, without_run
from made_up_editions import figure, raw, report


@pytest.fixture
def made(tmp_path):
    return report(tmp_path / "rapport", figure("woon.woninginbraak.2022", 36))


def test_a_report_that_nobody_touched_is_whole(made):
    verification = verify(made)
    assert verification.passed
    text = sentence(verification)
    assert "\n" not in text
    assert text.startswith("Het rapport is heel (2 bestanden). Westerkwartier 2019–2022, gemaakt op 22 november 2026")
    assert "uit 1 bronbestand (Politie 1, laatste export 15 februari 2024)" in text
    assert hashlib.sha256((made / MANIFEST).read_bytes()).hexdigest()[:12] in text


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lambda folder: (folder / "index.html").write_text("anders"), "veranderd: index.html."),
        (lambda folder: (folder / "index.html").unlink(), "ontbreekt: index.html."),
        (lambda folder: (folder / RESULTS).unlink(), "ontbreekt: results.json."),
        (lambda folder: (folder / RESULTS).write_text("{"), "veranderd: results.json."),
        (lambda folder: (folder / "extra.html").write_text(""), "toegevoegd: extra.html."),
    ],
)
def test_what_was_done_to_a_report_is_named(made, harm, message):
    harm(made)
    verification = verify(made)
    assert not verification.passed
    assert sentence(verification).startswith(f"Het rapport is NIET heel: {message}")


def test_raw_files_are_compared_when_asked(tmp_path):
    digest = hashlib.sha256(b"a;b").hexdigest()
    inputs = [raw("a", sha256=digest), raw("b", sha256=None, public=False)]
    folder, exports = report(tmp_path / "rapport", inputs=inputs), tmp_path / "raw"
    for name in "abc":  # nobody used c
        (exports / "politie").mkdir(parents=True, exist_ok=True)
        (exports / "politie" / f"{name}.csv").write_bytes(b"a;b")
    assert "1 bronbestand, nog dezelfde; niet te vergelijken, want niet openbaar: 1." in sentence(
        verify(folder, exports)
    )
    (exports / "politie" / "a.csv").write_bytes(b"a;c")
    (exports / "politie" / "b.csv").unlink()
    verification = verify(folder, exports)
    assert verification.report.same and not verification.passed
    assert "NIET dezelfde: ontbreekt: politie/b.csv; veranderd: politie/a.csv." in sentence(verification)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "dit is geen rapport: manifest.json ontbreekt"),
        ("{", "beschadigd en niet te lezen"),
        ("[]", "dit is geen manifest van een rapport"),
        (
            '{"parameters": {"municipality": "GM1969", "first_year": 2019, "last_year": 2022}, "inputs": []}',
            "staan geen controlegetallen",
        ),
    ],
)
def test_what_is_no_report_is_told(tmp_path, content, problem):
    if content is not None:
        (tmp_path / MANIFEST).write_text(content)
    with pytest.raises(DataError, match=problem):
        verify(tmp_path)


def test_a_folder_that_is_not_there_is_told(made, tmp_path):
    with pytest.raises(DataError, match="deze map bestaat niet"):
        verify(tmp_path / "weg")
    with pytest.raises(DataError, match="deze map bestaat niet"):
        verify(made, tmp_path / "weg")


def test_the_code_has_one_checksum_that_changes_with_a_notebook(tmp_path, monkeypatch):
    from analysis import paths

    before = code_version()
    assert re.fullmatch("[0-9a-f]{64}", before["sha256"]) and code_version() == before
    (tmp_path / "01_proef.ipynb").write_text("{}")
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path)
    assert code_version()["sha256"] != before["sha256"]


def test_an_executed_notebook_tells_nothing_of_its_run():
    from nbformat.v4 import new_code_cell, new_notebook

    cell = new_code_cell(
        "1", metadata={"tags": ["injected-parameters"], "execution": {"x": "1"}, "papermill": {"y": 2}}
    )
    notebook = without_run(new_notebook(cells=[cell], metadata={"papermill": {"output_path": "/ergens"}}))
    assert "papermill" not in notebook.metadata
    assert notebook.cells[0].metadata == {"tags": ["injected-parameters"]}
    assert notebook.cells[0]["id"] == "injected-parameters"
