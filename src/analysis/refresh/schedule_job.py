"""What a schedule consists of: how often, when, and which command; running the programs that set it up.

Imports nothing heavy, because the command line needs its choices for the help text.
"""

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
    """How often a command runs."""

    MONTHLY = "monthly"
    WEEKLY = "weekly"
    DAILY = "daily"


class Kind(StrEnum):
    """Kinds of scheduler."""

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
_REMEDY = "Verhelp dit en geef de opdracht nog eens, of doe het met de hand: zonder --install ziet u waar het om gaat."


@dataclass(frozen=True)
class Moment:
    """When a command runs.

    Parameters
    ----------
    every : Every
        How often.
    time : datetime.time
        Time of the day.
    day : int, optional
        Day of the month (from 1) or of the week (Monday is 1); ``None`` for every day.
    """

    every: Every
    time: time
    day: int | None = None


def parse_moment(every: Every, at: str | None) -> Moment:
    """Read a moment as it was typed.

    Parameters
    ----------
    every : Every
        How often.
    at : str, optional
        Such as ``16 06:00``, ``ma 06:00`` or ``06:00``. By default early in the morning; monthly on the sixteenth,
        the day after most publishers update.

    Returns
    -------
    Moment
        When to run.

    Raises
    ------
    DataError
        When ``at`` does not fit ``every``.

    Examples
    --------
    >>> parse_moment(Every.WEEKLY, "ma 06:30").day
    1
    """
    form, example = _FORMS[every]
    match = re.fullmatch(form, example if at is None else at.strip().casefold())
    if not match or not _TIME.fullmatch(match["time"]):
        problem = f"'{at}' past niet bij --every {every}: daar hoort {_MEANT[every]}."
        raise DataError("--at", problem, f'Schrijf bijvoorbeeld: --every {every} --at "{example}".')
    day = match.groupdict().get("day")
    number = None if day is None else DAYS.index(day) + 1 if day in DAYS else int(day)
    return Moment(every, time.fromisoformat(match["time"]), number)


def run_program(command: Sequence[str], content: str | None = None) -> str:
    """Run a program and return its standard output.

    Parameters
    ----------
    command : sequence of str
        Program and arguments.
    content : str, optional
        Its standard input.

    Returns
    -------
    str
        Standard output.

    Raises
    ------
    DataError
        When it does not exist or fails; with what it wrote.
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
    """The command that refreshes the reports of one settings file.

    Parameters
    ----------
    program, settings : Path
        Absolute paths: a scheduler runs in another folder.
    environment : dict
        Variables by name. A scheduler looks for programs in fewer folders than a terminal does.
    """

    program: Path
    settings: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name of its entry, unique for the settings file."""
        return job_name(str(self.settings))

    @property
    def command(self) -> list[str]:
        """Program and arguments."""
        return [str(self.program), "refresh", "--settings", str(self.settings)]

    @property
    def log(self) -> Path:
        """File for its output, where the scheduler does not keep that."""
        return self.settings.with_suffix(".log")


def job_name(settings: str) -> str:
    """Return the name of the entry for a settings file.

    Examples
    --------
    >>> job_name("/data/verversen.yml")
    'veiligheid-781d4842'
    """
    return f"veiligheid-{fingerprints.bytes_checksum(settings.encode())[:8]}"


def refresh_job(settings: Path) -> Job:
    """Return the job for a settings file, with the program and the variables of this process.

    Parameters
    ----------
    settings : Path
        The file; need not exist.

    Returns
    -------
    Job
        With absolute paths.

    Raises
    ------
    DataError
        When a path holds a line break, which no schedule can hold.
    """
    program = Path(sys.argv[0])
    if not program.is_file():
        program = Path(sys.executable).with_name("veiligheid")
    environment = {paths.WORK_VARIABLE: str(paths.work().absolute())}
    if chromium := paths.browser():
        environment[paths.BROWSER_VARIABLE] = os.path.abspath(chromium)
    job = Job(program.absolute(), settings.resolve(), environment)
    for text in (*job.command, *job.environment.values()):
        if not text.isprintable():
            raise DataError(repr(text), "in dit pad staat een teken dat niet kan.", "Geef de map een andere naam.")
    return job
