"""The cache of a build: damaged results are detected by their checksums and made again."""

import json
import os
import re
import shutil
import subprocess
import sys

import pandas as pd
import pytest

import report_command
from analysis.build import cache, chapters, exports, reports, status, workspace
from analysis.build.chapters import Parameters
from analysis.definitions import catalogue
from analysis.errors import DataError
from analysis.store import fingerprints, neighbourhoods, observations
from made_up_chapter import write
from made_up_exports import typed

pytestmark = pytest.mark.slow

SOURCE = "import analysis as va\nva.load('woninginbraak', municipality, first_year, last_year)"
COUNTS = {("1.1.1", "GM1969", f"{year}JJ00"): 36 for year in range(2019, 2023)}


def flip(path):
    """Change one bit in the middle."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut(path):
    os.truncate(path, path.stat().st_size // 2)


def put_a_folder_there(path):
    path.unlink()
    path.mkdir()


PIECES = ["exports", "gegevens", "01_proef", "rapport", "gepubliceerd", "overzicht"]
DAMAGE = [flip, cut, os.unlink, put_a_folder_there]


class Stage:
    """One chapter about one export, and the command that makes its report."""

    def __init__(self, folder):
        self.folder, self.raw, self.out = folder, folder / "raw", folder / "out"
        typed(self.raw / "politie.csv", COUNTS)
        write(folder, SOURCE)

    @property
    def work(self):
        return workspace.work(self.out)

    @property
    def kept(self):
        """Every file that can be made again: not the lock of a run, nor the record of what was published."""
        kept = (path for path in report_command.files(self.work) if path.name != "bezig")
        return sorted(path for path in kept if path.parent != self.work)  # a damaged record stops the run

    @property
    def pages(self):
        target = workspace.published(self.out, Parameters())
        return {path.relative_to(target): path.read_bytes() for path in report_command.files(target)}


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    return Stage(tmp_path_factory.mktemp("bewaard"))


@pytest.fixture
def report(stage, monkeypatch, caplog):
    """Run the command; what it said that it made again."""
    monkeypatch.setattr(reports, "chapters", lambda: chapters.chapters(stage.folder))
    monkeypatch.setattr(status, "chapters", lambda: chapters.chapters(stage.folder))

    def run():
        caplog.clear()
        assert report_command.command("report", "--raw", stage.raw, "--out", stage.out) == 0
        return caplog.messages

    return run


@pytest.mark.parametrize("damage", DAMAGE)
def test_whatever_happens_to_a_kept_file_the_report_is_right_and_what_was_made_again_is_said(stage, report, damage):
    report()
    before, files = stage.pages, stage.kept
    assert {path.parent.name for path in files} == set(PIECES)
    for path in files:
        damage(path)
        messages = report()
        assert stage.pages == before, path
        assert stage.kept == files and path.is_file(), path
        (piece,) = [folder for folder in (path.parent, path.parent.parent) if (folder / cache._RECORD).exists()]
        named = (
            "" if path.name == fingerprints.CHECKSUM_LIST else path.name
        )  # which of its own lines is wrong, no list can tell
        assert any(f"Opnieuw gemaakt: {piece} (" in line and named in line for line in messages), (path, messages)
    assert report() == []


def test_changed_observations_are_not_published(stage, report):
    report()
    path = exports.data_folder(workspace.exports(stage.out)) / observations.OBSERVATIONS
    frame = pd.read_parquet(path)
    frame["value"] = frame["value"].mask(frame["period"].dt.year == 2022, 7777)
    frame.to_parquet(path, index=False)
    shutil.rmtree(workspace.chapters(stage.out, Parameters()) / "01_proef")
    messages = report()
    assert any(observations.OBSERVATIONS in line for line in messages)
    assert all(b"7777" not in page and b"7.777" not in page for page in stage.pages.values())


@pytest.mark.parametrize("piece", PIECES)
def test_a_piece_that_is_lost_or_no_folder_is_made_again(stage, report, piece):
    report()
    before, (folder,) = stage.pages, [path for path in stage.work.rglob(piece) if path.is_dir()]
    shutil.rmtree(folder)
    report()
    assert stage.pages == before and folder.is_dir()
    shutil.rmtree(folder)
    folder.write_text("geen map")
    assert report()
    assert stage.pages == before and folder.is_dir()
    assert report() == []


def test_what_is_damaged_is_named_before_it_is_made_again(stage, report):
    report()
    (workspace.exports(stage.out) / "gegevens" / observations.CARD).unlink()
    flip(workspace.chapters(stage.out, Parameters()) / "01_proef" / "notebook.ipynb")
    changes = exports.changes(stage.raw, workspace.documents(stage.raw), workspace.exports(stage.out))
    lines = [*status.describe_exports(changes), *status.describe_report(Parameters(), stage.out, changes)]
    assert any("verouderd door gegevens/vote_card.json ontbreekt" in line for line in lines), lines
    assert any("01_proef: verouderd door schade aan notebook.ipynb" in line for line in lines), lines
    assert len(report()) == 2


def test_nothing_is_said_to_be_made_again_when_it_was_only_outdated(stage, report):
    report()
    typed(stage.raw / "politie.csv", COUNTS | {("1.1.1", "GM1969", "2022JJ00"): 41})
    assert report() == []
    typed(stage.raw / "politie.csv", COUNTS)
    assert report() == []


AGAIN = """
import sys
from pathlib import Path
from analysis.build import cache
with cache.replacing(Path(sys.argv[1])) as fresh:
    cache.write_record(fresh, {})
"""


def test_the_terminal_shows_what_is_made_again(tmp_path):
    (tmp_path / "stuk").mkdir()
    command = [sys.executable, "-c", AGAIN, str(tmp_path / "stuk")]
    messages = [subprocess.run(command, capture_output=True, text=True, check=True).stderr for _ in range(2)]
    assert messages == [f"  Opnieuw gemaakt: {tmp_path / 'stuk'} (_SHA256SUMS ontbreekt)\n", ""]


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_processed_data_are_refused_by_whoever_reads_them(tmp_path, damage):
    typed(tmp_path / "raw" / "politie.csv", COUNTS)
    readers = {
        observations.OBSERVATIONS: observations.everything,
        observations.BALLOTS: observations.ballots,
        observations.SOURCES: observations.sources,
        observations.CARD: observations.vote_card,
        observations.DOCUMENTS: lambda folder: observations.document("statements", "GM1969", folder),
        observations.BORDERS: observations.borders,
        observations.UNREAD: observations.unread,
    }
    for name, read in readers.items():
        processed = tmp_path / name
        exports.read(tmp_path / "raw", tmp_path / "raw", processed, False)
        folder = exports.data_folder(processed)
        read(folder)
        damage(folder / name)
        os.utime(folder, (0, 0))
        with pytest.raises(DataError, match=rf"(?s){re.escape(name)}.*veiligheid ingest"):
            read(folder)


def test_a_list_of_checksums_is_one_that_everyone_can_check(tmp_path):
    (tmp_path / "map").mkdir()
    (tmp_path / "map" / "a.txt").write_text("een")
    fingerprints.write(tmp_path)
    assert re.fullmatch(r"[0-9a-f]{64}  map/a\.txt\n", (tmp_path / fingerprints.CHECKSUM_LIST).read_text())
    assert fingerprints.damaged(tmp_path) == []
    (tmp_path / "map" / "b.txt").write_text("erbij")
    assert fingerprints.damaged(tmp_path) == ["map/b.txt"]


@pytest.mark.parametrize("line", ["\0", "x  \0", "x", "x  ../buiten", f"x  {'a' * 5000}", "\udcff"])
def test_a_list_of_checksums_may_hold_anything(tmp_path, line):
    (tmp_path / fingerprints.CHECKSUM_LIST).write_bytes(line.encode(errors="surrogateescape"))
    assert fingerprints.damaged(tmp_path)


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("name", ["_source.json", "gemeente=GM1969/part-0.parquet", fingerprints.CHECKSUM_LIST])
def test_damaged_figures_of_the_whole_country_are_refused(tmp_path, damage, name):
    table = next(candidate for candidate in neighbourhoods.tables() if "M" in candidate.frequencies)
    indicator = next(
        id
        for (subject, _), id in catalogue.indicator_of().items()
        if subject == table.subject and id in catalogue.indicators()
    )
    folder = neighbourhoods.folder(table, tmp_path)
    (folder / "gemeente=GM1969").mkdir(parents=True)
    figures = pd.DataFrame(
        {
            "indicator": pd.Categorical([indicator]),
            "region": ["GM1969"],
            "period": [pd.Timestamp("2022-01-01").date()],
            "value": [3.0],
            "status": pd.Categorical(["final"]),
        }
    )
    figures.to_parquet(folder / "gemeente=GM1969" / "part-0.parquet", index=False)
    (folder / neighbourhoods.SOURCE).write_text(json.dumps({"name": "proef"}))
    fingerprints.write(folder)
    assert neighbourhoods.series(indicator, "GM1969", tmp_path)["value"].tolist() == [3.0]
    damage(folder / name)
    with pytest.raises(DataError, match="beschadigd" if name == fingerprints.CHECKSUM_LIST else re.escape(name)):
        neighbourhoods.series(indicator, "GM1969", tmp_path)
