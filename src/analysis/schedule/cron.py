"""A line in the user's crontab. Other lines are not touched: ours ends with its name, which a shell takes as remark."""

from __future__ import annotations

import shlex
import shutil

from ..errors import DataError
from .job import Job
from .running import run
from .times import Moment
from .words import Every


def there() -> bool:
    """Whether this computer has cron."""
    return shutil.which("crontab") is not None


def entry(job: Job, moment: Moment) -> str:
    """The line. To cron a percent sign is a line break, wherever it stands, unless a backslash stands before it."""
    day = "*" if moment.day is None else str(moment.day)
    days = f"{day} * *" if moment.every is Every.MONTHLY else f"* * {day}"
    known = [f"{name}={shlex.quote(value)}" for name, value in job.environment.items()]
    told = f">> {shlex.quote(str(job.log))} 2>&1"  # many computers have no mail for cron to write to
    command = " ".join([*known, shlex.join(job.command), told, _mark(job)]).replace("%", r"\%")
    return f"{moment.time.minute} {moment.time.hour} {days} {command}\n"


def install(job: Job, moment: Moment) -> str:
    """Put the line in the crontab, in the place of the one that was there for the same settings."""
    _write([*_others(job, _lines()), entry(job, moment)])
    return f"Klaargezet in de crontab. Wat er gebeurt, komt in {job.log}."


def remove(job: Job) -> str:
    """Take the line out of the crontab."""
    lines = _lines()
    others = _others(job, lines)
    if others == lines:
        return "In de crontab stond deze opdracht niet."
    _write(others)
    return "Weggehaald uit de crontab."


def _lines() -> list[str]:
    """The lines that are there; someone without a crontab has none, but what cannot be read may well hold some."""
    try:
        text = run(["crontab", "-l"])
    except DataError as error:
        if "no crontab" not in error.problem:
            raise
        return []
    # not `splitlines`, which takes other characters for line ends too
    return [f"{line}\n" for line in text.removesuffix("\n").split("\n")] if text else []


def _others(job: Job, lines: list[str]) -> list[str]:
    return [line for line in lines if not line.endswith(f"{_mark(job)}\n")]


def _write(lines: list[str]) -> None:
    run(["crontab", "-"], "".join(lines))


def _mark(job: Job) -> str:
    return f"# {job.name}"
