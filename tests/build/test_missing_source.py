"""Missing or damaged sources: exactly the figures that need them are absent, and the page says so. Uses the sample."""

import json
import shutil

import pytest

import report_command
from analysis import paths
from analysis.build import chapters, making, reports
from analysis.build.chapters import Parameters
from analysis.display.finding_texts import judged_text
from analysis.ingest.pipeline import ingest
from analysis.policy.judging import judge
from analysis.statistics.verdicts import Verdict
from analysis.store.loading import load
from analysis.store.series import Series

pytestmark = pytest.mark.slow

BRON = "verkeer/01-01-2017_31-12-2023.zip"
STATEMENTS = "beleid/statements.yml"


@pytest.fixture
def raw(tmp_path):
    """The sample exports, to be spoilt."""
    return shutil.copytree(paths.RAW, tmp_path / "raw")


def spoil(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def unregister(raw, prefix):
    register = json.loads((raw / "datapackage.json").read_text(encoding="utf-8"))
    register["resources"] = [resource for resource in register["resources"] if not resource["path"].startswith(prefix)]
    (raw / "datapackage.json").write_text(json.dumps(register), encoding="utf-8")


def verdicts(processed):
    return {judged.statement.id: judged for judged in judge("GM1969", processed).judged}


def test_without_halt_only_its_statement_falls_away(raw, tmp_path, processed):
    shutil.rmtree(raw / "halt")
    unregister(raw, "halt/")
    ingest(raw, tmp_path / "processed")
    before, after = verdicts(processed), verdicts(tmp_path / "processed")
    assert after.keys() == before.keys()
    gone = {id for id in after if after[id].verdict == Verdict.NOT_TESTABLE != before[id].verdict}
    assert gone == {"K16"}
    assert "Halt" in judged_text(after["K16"])


def test_without_statements_the_figures_stand_and_the_chapter_says_why(raw, tmp_path):
    (raw / STATEMENTS).unlink()
    unregister(raw, STATEMENTS)
    ingest(raw, tmp_path / "processed")
    assert isinstance(load("woninginbraak", "GM1969", folder=tmp_path / "processed"), Series)
    assert "uitspraken" in judge("GM1969", tmp_path / "processed").reason


def test_a_damaged_file_ends_everything_unless_told_to_keep_going(raw, tmp_path, monkeypatch, capsys):
    spoil(raw / BRON)
    shown = [item for item in chapters.chapters() if item.id in ("fysiek", "statement")]
    monkeypatch.setattr(reports, "chapters", lambda: shown)
    asked = ("report", "--raw", raw, "--out", tmp_path / "out")
    assert report_command.command(*asked) == 2
    assert BRON in capsys.readouterr().err and not report_command.files(tmp_path / "out")

    assert report_command.command(*asked, "--keep-going") == 1
    assert BRON in capsys.readouterr().err
    report = tmp_path / "out" / "GM1969" / "2019-2022"
    traffic = (report / "04_fysieke_veiligheid.html").read_text(encoding="utf-8")
    assert f"Misschien stond dit in een beschadigd bestand: {BRON}" in traffic
    assert "Dit rapport is niet compleet" in traffic
    assert "alarmeringen van de brandweer" in traffic, "the rest of the chapter stands"
    records = {item["id"]: item for item in json.loads((report / "results.json").read_text(encoding="utf-8"))}
    assert records["statement.K17"]["verdict"] == "niet toetsbaar" and BRON in records["statement.K17"]["note"]
    assert records["statement.K03"]["verdict"] == "bevestigd met kanttekening"


def test_damaged_documents_votes_and_borders_are_left_out_and_told(raw, tmp_path):
    spoilt = [STATEMENTS, "beleid/dashboard.yml", "stemmen/turflijst.csv", "geo/wijken_2022_GM1969.geojson"]
    for name in spoilt:
        (raw / name).write_text("{kapot: [", encoding="utf-8")
    summary = ingest(raw, tmp_path / "processed", keep_going=True)
    assert sorted(summary.unread) == sorted(spoilt)
    for chapter in chapters.chapters():
        if chapter.id in ("statement", "dashboard", "wijken"):
            reason = making.missing_reason(chapter, Parameters(), tmp_path / "processed")
            assert reason is not None and any(name in reason for name in spoilt), chapter.id


def test_without_its_register_no_page_lets_made_up_figures_pass_for_real_ones(raw, tmp_path, monkeypatch):
    spoil(raw / "datapackage.json")
    monkeypatch.setattr(
        reports, "chapters", lambda: [chapter for chapter in chapters.chapters() if chapter.id == "fysiek"]
    )
    assert report_command.command("report", "--raw", raw, "--out", tmp_path / "out", "--keep-going") == 1
    for name in ("index.html", "04_fysieke_veiligheid.html"):
        page = (tmp_path / "out" / "GM1969" / "2019-2022" / name).read_text(encoding="utf-8")
        assert "datapackage.json is beschadigd" in page and "niet bekend welke cijfers echt zijn" in page
