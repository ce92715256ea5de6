"""Moments that come back: ``16 06:00`` of every month, ``ma 06:00`` of every week, ``06:00`` of every day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

from ..errors import DataError
from .words import Every

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
