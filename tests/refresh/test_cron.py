"""`veiligheid refresh` started by a real cron daemon. All figures are made up.

Cron starts commands at most once a minute, so this takes some minutes and only runs when asked for.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analysis.refresh import notification, schedulers, settings
from analysis.refresh.schedule_job import Every, Job, parse_moment
from made_up_chapter import write
from made_up_refresh import OUR_FILE, SOURCE, Stage

ASKED = "VEILIGHEID_TEST_CRON"
_PATIENCE = 150  # seconds: cron looks at its tables once a minute
_FRESH = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
# The command itself, with small chapters; in the place of the publishers stands a folder next to the exports, whose
# file is copied while nobody holds it up.
_PROGRAM = """\
#!{python}
import shutil, sys, time
from pathlib import Path

from analysis.errors import DataError
from analysis.fetch import download
from analysis.build import chapters, reports

HERE = Path(__file__).parent
reports.chapters = lambda: chapters.chapters(HERE)

def fetch(raw, *_, **__):
    (HERE / "bezig").touch()
    while (HERE / "wacht").exists():
        time.sleep(0.1)
    if (HERE / "storing").exists():
        raise DataError("opendata", "de uitgever antwoordt niet.", "Probeer het later opnieuw.")
    shutil.copyfile(HERE / "uitgever" / {file!r}, raw / {file!r})
    return []

download.fetch = fetch
from analysis.cli.app import main
main()
"""
_HOOK = 'printf "%s %s\\n" "$VEILIGHEID_UITKOMST" "$(head -n 1)" >> "$0"'


def forbidden() -> str | None:
    """Return why cron cannot be tested on this machine, or ``None``."""
    if not os.environ.get(ASKED):
        return f"takes minutes; ask for it with {ASKED}=1"
    if not (shutil.which("cron") and shutil.which("crontab")):
        return "cron is not installed"
    if os.geteuid() != 0:
        return "only root may start a cron daemon"
    return None


pytestmark = [pytest.mark.slow, pytest.mark.skipif(forbidden() is not None, reason=str(forbidden()))]


@pytest.fixture
def daemon():
    """Start a cron daemon; restore the user's crontab afterwards."""
    had = subprocess.run(["crontab", "-l"], capture_output=True, text=True, check=False)
    process = subprocess.Popen(["cron", "-f"], start_new_session=True)
    time.sleep(1)
    assert process.poll() is None, "another cron runs here"
    yield process
    back = ["crontab", "-r" if had.returncode else "-"]
    subprocess.run(back, input=had.stdout, text=True, check=True)
    os.killpg(process.pid, signal.SIGTERM)
    process.wait()


class Scene(Stage):
    """A stage whose command is started by cron, in a folder with special characters in its name."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        write(folder, SOURCE)
        self.program = folder / "veiligheid"
        self.program.write_text(_PROGRAM.format(python=sys.executable, file=OUR_FILE), encoding="utf-8")
        self.program.chmod(0o755)
        self.notified = folder / "gemeld"
        self.settings(notify={"command": ["/bin/sh", "-c", _HOOK, str(self.notified)]})
        self.offer(80)

    @property
    def job(self) -> Job:
        places = {"VEILIGHEID_WORK": str(self.folder / "werk"), "VEILIGHEID_CHROMIUM": "geen"}
        return Job(self.program, self.folder / settings.NAME, places | _FRESH)

    def offer(self, last: int) -> None:
        (self.folder / "uitgever").mkdir(exist_ok=True)
        self.had = None
        self.revise(2022, last)
        self.fetch(self.folder / "uitgever")

    def every_minute(self) -> None:
        """Install the entry, changed so that it runs every minute."""
        schedulers.install_cron(self.job, parse_moment(Every.DAILY, None))
        lines = subprocess.run(["crontab", "-l"], capture_output=True, text=True, check=True).stdout
        subprocess.run(["crontab", "-"], input=lines.replace("0 6 * * *", "* * * * *"), text=True, check=True)

    def heard(self) -> list[str]:
        """Return the outcomes that were notified so far."""
        return [line.split()[0] for line in _read(self.notified).splitlines()]

    def log(self) -> str:
        return _read(self.job.log)

    def switch(self, name: str, on: bool) -> None:
        (self.folder / name).touch() if on else (self.folder / name).unlink()


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def wait_for(what: Callable[[], Any], scene: Scene) -> None:
    until = time.monotonic() + _PATIENCE
    while not what():
        assert time.monotonic() < until, scene.log()
        time.sleep(0.2)


def test_ticks_that_publish_overlap_and_fail(daemon, tmp_path, record_property):
    folder = tmp_path / "oov & co 100% 'ja'"
    folder.mkdir()
    scene = Scene(folder)
    scene.every_minute()

    def said(what: str) -> None:
        record_property("measured", f"{time.strftime('%H:%M:%S')} {what}")

    wait_for(lambda: scene.heard() == ["gelukt"], scene)
    first = scene.page
    assert "80 in 2022" in first
    said("tick: published 80")

    scene.offer(81)
    wait_for(lambda: scene.heard() == ["gelukt", "gelukt"], scene)
    assert "81 in 2022" in scene.page and len(scene.earlier) == 1
    said("tick: published 81, the edition before it is kept")

    scene.switch("wacht", on=True)
    (folder / "bezig").unlink()
    wait_for((folder / "bezig").exists, scene)
    said("tick: held up while it fetches")
    wait_for(lambda: "Een andere opdracht is bezig in" in scene.log(), scene)
    assert scene.heard() == ["gelukt", "gelukt"]
    said("tick: refused, another one is busy")
    scene.offer(180)
    published = scene.page
    scene.switch("wacht", on=False)

    wait_for(lambda: scene.heard()[2:3] == ["mislukt"], scene)
    assert scene.page == published and "180 in 2022" not in scene.page and "van 81 naar 180" in _summary(folder)
    said("tick: 180 is implausible, nothing published, told")

    scene.switch("storing", on=True)
    heard = len(scene.heard())
    wait_for(lambda: len(scene.heard()) > heard and "antwoordt niet" in _summary(folder), scene)
    assert set(scene.heard()[2:]) == {"mislukt"} and scene.page == published
    said("tick: the publisher is down, nothing published, told")

    schedulers.remove_cron(scene.job)
    assert scene.job.name not in subprocess.run(["crontab", "-l"], capture_output=True, text=True, check=False).stdout


def _summary(folder: Path) -> str:
    return _read(folder / notification.NAME)
