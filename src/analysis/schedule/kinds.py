"""Which of the things that keep schedules is used here."""

from __future__ import annotations

from typing import Protocol

from ..errors import DataError
from . import ci, cron, systemd, tasks
from .job import Job
from .times import Moment
from .words import Kind


class Scheduler(Protocol):
    """What keeps schedules: an entry for a job can be shown, put there and taken away. Twice is the same as once."""

    def entry(self, job: Job, moment: Moment) -> str:
        """The text of the entry."""

    def install(self, job: Job, moment: Moment) -> str:
        """Put it there; a Dutch sentence about where."""

    def remove(self, job: Job) -> str:
        """Take it away; a Dutch sentence about it."""


_KINDS: dict[Kind, Scheduler] = {Kind.SYSTEMD: systemd, Kind.CRON: cron, Kind.TASKS: tasks, Kind.CI: ci}


def chosen(kind: Kind | None) -> Scheduler:
    """The one that was asked for, or else the one that is there.

    Raises
    ------
    DataError
        When there is none.
    """
    if kind:
        return _KINDS[kind]
    for one in (tasks, systemd, cron):
        if one.there():
            return one
    problem, remedy = "op deze computer is niets gevonden dat op tijd kan starten.", f"Kies zelf: {', '.join(Kind)}."
    raise DataError("--kind", problem, remedy)
