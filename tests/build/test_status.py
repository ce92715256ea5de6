"""The lines of `veiligheid status` before anything is read again. All figures are made up."""

import os
from dataclasses import asdict

import pytest

from analysis.build import cache, chapters, dependencies, exports, status, workspace
from analysis.build.cache import ReportCache
from analysis.build.chapters import Parameters
from analysis.build.dependencies import Used
from made_up_chapter import write
from made_up_exports import typed

pytestmark = pytest.mark.slow

HOMES, BIKES = "01_woning", "02_fiets"
CODES = {HOMES: "1.1.1", BIKES: "1.2.3"}
ASKED = {HOMES: "cijfers woninginbraak Y", BIKES: "cijfers fietsdiefstal Y"}


class Stage:
    """Two chapters that were made from the figures of two files."""

    def __init__(self, folder):
        self.raw, self.out = folder / "raw", folder / "out"
        for stem in CODES:
            self.export(stem, 36)
            write(folder, stem=stem)
        self.processed, *_ = exports.read(self.raw, self.raw, workspace.exports(self.out), False)
        work = ReportCache(Parameters(), self.processed, workspace.chapters(self.out, Parameters()))
        for chapter in chapters.chapters(folder):
            used = Used((ASKED[chapter.path.stem],))
            with cache.replacing(work.folder_of(chapter)) as fresh:
                cache.write_record(fresh, work.inputs(chapter, used), used=asdict(used))

    def export(self, stem, last):
        typed(self.raw / f"{stem}.csv", {(CODES[stem], "GM1969", f"{year}JJ00"): last for year in (2019, 2022)})

    def lines(self):
        """What is said, by what it is about."""
        changes = exports.changes(self.raw, self.raw, workspace.exports(self.out))
        lines = [*status.describe_exports(changes), *status.describe_report(Parameters(), self.out, changes)]
        return dict(line.strip().split(": ", 1) for line in lines if ": " in line)


@pytest.fixture
def stage(tmp_path, monkeypatch):
    monkeypatch.setattr(status, "chapters", lambda: chapters.chapters(tmp_path))
    return Stage(tmp_path)


def test_a_file_that_was_only_touched_makes_nothing_outdated(stage):
    os.utime(stage.raw / f"{HOMES}.csv", (0, 0))
    states = stage.lines()
    assert states.pop("rapport GM1969 2019-2022") == "nog niet gemaakt"
    assert states == {"Gegevens uit de exports": "actueel", HOMES: "actueel", BIKES: "actueel"}


def test_a_changed_file_is_named_with_the_chapters_that_asked_for_its_figures(stage):
    stage.export(HOMES, 41)
    states = stage.lines()
    assert (states["Gegevens uit de exports"], states["gewijzigd"]) == ("verouderd door 1 bestand", f"{HOMES}.csv")
    assert states[HOMES] == f"kan verouderd raken door {HOMES}.csv"
    assert states[BIKES] == "actueel, voor zover nu te zien is"


def test_files_that_are_new_or_gone_are_named(stage):
    (stage.raw / f"{HOMES}.csv").rename(stage.raw / "nieuw.csv")
    states = stage.lines()
    assert (states["weg"], states["nieuw"]) == (f"{HOMES}.csv", "nieuw.csv")
    assert states[HOMES] == f"kan verouderd raken door {HOMES}.csv"


def test_the_councils_documents_elsewhere_are_files_too(stage, tmp_path):
    (tmp_path / "beleid").mkdir()
    (tmp_path / "beleid" / "goals.yml").write_text("goals: []")
    changes = exports.changes(stage.raw, tmp_path, workspace.exports(stage.out))
    assert changes.files == {"beleid/goals.yml": "nieuw"}


def test_definitions_make_the_data_outdated_without_a_file(stage, monkeypatch):
    monkeypatch.setattr("analysis.build.dependencies._definitions", lambda: {"definities breaks.yml": "anders"})
    changes = exports.changes(stage.raw, stage.raw, workspace.exports(stage.out))
    assert "definities breaks.yml" in changes.other and not changes.files
    assert next(status.describe_exports(changes)).startswith("Gegevens uit de exports: verouderd door definities")


def test_before_the_first_report_nothing_is_claimed(tmp_path):
    changes = exports.changes(tmp_path, tmp_path, workspace.exports(tmp_path / "out"))
    assert list(status.describe_exports(changes)) == ["Gegevens uit de exports: nog niet gemaakt"]


def test_every_piece_of_data_is_led_back_to_its_files(processed):
    from analysis.build.exports import pieces_by_file
    from analysis.store import fingerprints, observations

    pieces = pieces_by_file(processed)
    led_back = {piece for held in pieces.values() for piece in held}
    every = set(dependencies.read_piece_checksums(processed)) - {
        observations.SOURCES,
        observations.UNREAD,
        observations.REMARKS,
        observations.HIDDEN_LEVELS,
        observations.UNFETCHED,
    }
    assert every <= led_back
    assert fingerprints.document_key("goals") in pieces["beleid/goals.yml"]
    assert observations.BALLOTS in pieces["stemmen/stembriefjes_zuidhorn_leek_marum.csv"]
