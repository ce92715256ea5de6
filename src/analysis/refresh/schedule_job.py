"""What can be chosen on the command line; it imports nothing, so that help answers at once."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from pathlib import Path

from .. import paths
from ..errors import DataError
from ..store import fingerprints


class Every(StrEnum):
    """How often."""

    MONTHLY = "monthly"
    WEEKLY = "weekly"
    DAILY = "daily"


class Kind(StrEnum):
    """What starts commands at set times."""

    SYSTEMD = "systemd"
    CRON = "cron"
    TASKS = "taken"
    CI = "ci"


DAYS = ("ma", "di", "wo", "do", "vr", "za", "zo")
_LAST = 28  # every month has this day
_FORMS = {
    Every.MONTHLY: (rf"(?P<day>0?[1-9]|1\d|2[0-{_LAST % 10}]) (?P<time>\S+)", "16 06:00"),
    Every.WEEKLY: (rf"(?P<day>{'|'.join(DAYS)}) (?P<time>\S+)", "ma 06:00"),
    Every.DAILY: (r"(?P<time>\S+)", "06:00"),
}
_MEANT = {
    Every.MONTHLY: f"een dag van 1 tot en met {_LAST} en een tijd",
    Every.WEEKLY: f"een dag ({', '.join(DAYS)}) en een tijd",
    Every.DAILY: "een tijd",
}
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True)
class Moment:
    """A time of the day, on a day of every month (from 1), on a day of every week (Monday is 1), or on every day."""

    every: Every
    time: time
    day: int | None = None


def parse(every: Every, at: str | None) -> Moment:
    """Read a moment as it was typed; without one it is early, and when publishers have had their day.

    Raises
    ------
    DataError
        When it does not fit how often.
    """
    form, example = _FORMS[every]
    found = re.fullmatch(form, example if at is None else at.strip().casefold())
    if not found or not _TIME.fullmatch(found["time"]):
        problem = f"'{at}' past niet bij --every {every}: daar hoort {_MEANT[every]}."
        raise DataError("--at", problem, f'Schrijf bijvoorbeeld: --every {every} --at "{example}".')
    day = found.groupdict().get("day")
    number = None if day is None else DAYS.index(day) + 1 if day in DAYS else int(day)
    return Moment(every, time.fromisoformat(found["time"]), number)


_REMEDY = "Verhelp dit en geef de opdracht nog eens, of doe het met de hand: zonder --install ziet u waar het om gaat."


def run(command: Sequence[str], content: str | None = None) -> str:
    """What a program answers.

    Parameters
    ----------
    content : str, optional
        What it is given to read.

    Raises
    ------
    DataError
        With what it says, when it cannot do it.
    """
    try:
        done = subprocess.run(command, input=content, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        problem, remedy = "dit programma is er niet.", "Kies met --kind iets anders: systemd, cron, taken of ci."
        raise DataError(command[0], problem, remedy) from None
    if done.returncode:
        problem = f"dit lukte niet: {(done.stderr or done.stdout).strip()}"
        raise DataError(" ".join(command), problem, _REMEDY)
    return done.stdout


@dataclass(frozen=True)
class Job:
    """One refresh.

    Parameters
    ----------
    program, settings : Path
        Both in full: whoever starts it stands in another folder.
    environment : dict
        Variables by name. What starts it looks for programs in fewer places than a terminal does.
    """

    program: Path
    settings: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its own name, so that each file of settings has one entry."""
        return named(str(self.settings))

    @property
    def command(self) -> list[str]:
        """The program and its arguments."""
        return [str(self.program), "refresh", "--settings", str(self.settings)]

    @property
    def log(self) -> Path:
        """Where what it says is kept, if whoever starts it does not."""
        return self.settings.with_suffix(".log")


def named(settings: str) -> str:
    """The name of what refreshes with these settings."""
    return f"veiligheid-{fingerprints.bytes_checksum(settings.encode())[:8]}"


def job(settings: Path) -> Job:
    """The refresh with these settings, as it would run from here.

    Raises
    ------
    DataError
        When a path holds a line break, which no entry can.
    """
    program = Path(sys.argv[0])
    if not program.is_file():
        program = Path(sys.executable).with_name("veiligheid")
    known = {paths.WORK_VARIABLE: str(paths.work().absolute())}
    if chromium := paths.browser():
        known[paths.BROWSER_VARIABLE] = os.path.abspath(chromium)
    found = Job(program.absolute(), settings.resolve(), known)
    for text in (*found.command, *found.environment.values()):
        if not text.isprintable():
            raise DataError(repr(text), "in dit pad staat een teken dat niet kan.", "Geef de map een andere naam.")
    return found
