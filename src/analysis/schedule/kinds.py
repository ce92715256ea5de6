"""Which of the things that keep schedules are used here."""

from __future__ import annotations

from dataclasses import dataclass
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
        """Take it away if it is there; a Dutch sentence about which of both it was."""


_CHOOSE = f"Kies zelf: {', '.join(Kind)}."
_AGAIN = "Verhelp wat niet lukte en geef de opdracht nog eens."
_KINDS: dict[Kind, Scheduler] = {Kind.SYSTEMD: systemd, Kind.CRON: cron, Kind.TASKS: tasks, Kind.CI: ci}


@dataclass(frozen=True)
class Present:
    """Those that this computer has: an entry goes into the first, and may have been put in any of them."""

    these: tuple[Scheduler, ...]

    def entry(self, job: Job, moment: Moment) -> str:
        """The text of the entry in the first."""
        return self._first.entry(job, moment)

    def install(self, job: Job, moment: Moment) -> str:
        """Put it in the first."""
        return self._first.install(job, moment)

    def remove(self, job: Job) -> str:
        """Take it away wherever it is: one that fails keeps it from no other.

        Raises
        ------
        DataError
            When one fails; it tells of all.
        """
        told, failed = [], False
        for one in (*self.these, ci):
            try:
                told.append(one.remove(job))
            except DataError as error:
                told.append(f"{error.place}: {error.problem}")
                failed = True
        if failed:
            raise DataError("schedule --remove", "\n  ".join(["niet alles is nagegaan of weggehaald.", *told]), _AGAIN)
        return "\n".join(told)

    @property
    def _first(self) -> Scheduler:
        if not self.these:
            raise DataError("--kind", "op deze computer is niets gevonden dat op tijd kan starten.", _CHOOSE)
        return self.these[0]


def chosen(kind: Kind | None) -> Scheduler:
    """The one that was asked for, or else what is there."""
    return _KINDS[kind] if kind else Present(tuple(one for one in (tasks, systemd, cron) if one.there()))
