"""Killed before and after every system call of publishing: a whole report stays, and the next command ends the work.

All figures are made up.
"""

from __future__ import annotations

import multiprocessing
import shutil
import signal
import sys
from pathlib import Path

import pytest

import publishing_killed
from analysis import paths
from analysis.build import workspace
from analysis.build.chapters import Parameters
from analysis.ingest.pipeline import ingest
from analysis.report.edition import verify
from analysis.report.editions import archive
from analysis.report.records import file_checksums
from made_up_chapter import write
from made_up_exports import typed

NEVER = -1
# By the figures in them: the editions that stood there, and what is published, with most earlier ones and which code.
ROUNDS = {
    "another edition is put away": ((36,), (41, None, "1")),
    "the same pages by another program take its place": ((36,), (36, None, "2")),
    "another edition, and the oldest is forgotten": ((36, 41), (50, 1, "1")),
}
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="no fork here"),
]


class Place:
    """A folder with reports, and processed data for each figure."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.project = folder, folder / "project"
        write(folder, "import analysis as va\nva.load('woninginbraak', municipality, first_year, last_year)")
        for figure in (36, 41, 50):
            grid = {("1.1.1", "GM1969", f"{year}JJ00"): figure for year in (2019, 2022)}
            typed(folder / f"raw-{figure}" / "politie.csv", grid)
            ingest(folder / f"raw-{figure}", folder / f"processed-{figure}")

    def publish(self, figure: int, most: int | None = None, code: str = "1") -> None:
        """Publish, in this process."""
        publishing_killed.make(self.project, self.folder / f"processed-{figure}", most, code)

    def killed(self, at: int, figure: int, most: int | None = None, code: str = "1") -> int | None:
        """Publish in a process that is killed before a call by its number; how it ended."""
        arguments = (self.project, self.folder / f"processed-{figure}", most, code, at)
        process = multiprocessing.get_context("fork").Process(target=publishing_killed.killed, args=arguments)
        process.start()
        process.join()
        return process.exitcode

    @property
    def calls(self) -> list[str]:
        return (self.folder / "calls").read_text(encoding="utf-8").splitlines()

    @property
    def target(self) -> Path:
        return workspace.published(self.project / "out", Parameters())

    @property
    def overview(self) -> Path:
        return self.project / "out" / "index.html"

    @property
    def earlier(self) -> list[Path]:
        return sorted(archive(self.target).glob("*/"))


class Killed:
    """Publishing that is killed at every call in turn, each time from the same stage."""

    def __init__(self, folder: Path, name: str) -> None:
        before, self.new = ROUNDS[name]
        self.place, self.stage = Place(folder), folder / "stage"
        for figure in before:
            self.place.publish(figure)
        self.old = file_checksums(self.place.target)
        assert self.place.killed(0, *self.new) == -signal.SIGKILL  # with the chapter done, as at every other call
        shutil.copytree(self.place.project, self.stage)
        assert self.place.killed(NEVER, *self.new) == 0
        self.fresh, self.calls = file_checksums(self.place.target), self.place.calls
        self.archive = [*map(file_checksums, self.place.earlier)]

    def at(self, call: int) -> None:
        """Be killed before a call."""
        shutil.rmtree(self.place.project)
        shutil.copytree(self.stage, self.place.project)
        assert self.place.killed(call, *self.new) == -signal.SIGKILL

    def ended(self) -> None:
        """The next command ends the work, and leaves nothing behind."""
        self.place.publish(*self.new)
        assert file_checksums(self.place.target) == self.fresh
        assert [*map(file_checksums, self.place.earlier)] == self.archive
        assert "GM1969/2019-2022/index.html" in self.place.overview.read_text(encoding="utf-8")
        assert not list(self.place.project.rglob(".*"))


@pytest.mark.skipif(sys.platform != "linux", reason="folders are exchanged in two steps here")
@pytest.mark.parametrize("name", ROUNDS)
def test_a_whole_report_stays_wherever_publishing_is_killed(tmp_path, name):
    killed = Killed(tmp_path, name)
    assert len(killed.calls) >= 30
    for number, call in enumerate(killed.calls):
        killed.at(number)
        published = file_checksums(killed.place.target)
        assert verify(killed.place.target).passed and published in (killed.old, killed.fresh), call
        assert not killed.archive or killed.old in [published, *map(file_checksums, killed.place.earlier)], call
        killed.ended()


@pytest.mark.parametrize("name", [*ROUNDS][:2])
def test_where_folders_cannot_be_exchanged_the_next_command_brings_a_report_back(tmp_path, monkeypatch, name):
    monkeypatch.setattr(paths, "exchange", lambda *_: False)
    killed = Killed(tmp_path, name)
    for number, call in enumerate(killed.calls):
        if call.startswith("os.rename"):
            killed.at(number)
            killed.ended()


def test_an_overview_that_is_gone_or_changed_is_made_again(tmp_path):
    place = Place(tmp_path)
    place.publish(36)
    before = place.overview.read_bytes()
    for spoil in (place.overview.unlink, lambda: place.overview.write_bytes(b"weg")):
        spoil()
        place.publish(36)
        assert place.overview.read_bytes() == before
