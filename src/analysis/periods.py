"""Codes and labels of periods, and the dates they stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd  # whoever only asks for a label does not wait for it

MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip

_LENGTH = {"Y": 12, "H": 6, "Q": 3, "M": 1, "D": 1}  # months a period lasts; a day is told by its date
_CODE = re.compile(r"^(?P<year>[0-9]{4})(?P<kind>JJ|KW|MM)(?P<number>[0-9]{2})$")
_KIND = {"JJ": "Y", "KW": "Q", "MM": "M"}
_YEAR = re.compile(r"^[0-9]{4}$")
_MONTH = re.compile(rf"^(?P<year>[0-9]{{4}}) (?P<month>{'|'.join(MONTHS)})$")
_DAY = re.compile(
    r"^(?:(?P<iso>[0-9]{4}-[0-9]{2}-[0-9]{2})(?: 00:00:00)?"
    r"|(?P<day>[0-9]{1,2})-(?P<month>[0-9]{1,2})-(?P<year>[0-9]{4}))$"
)
_PART = re.compile(r"^(?P<year>[0-9]{4}) (?P<number>[1-4])e (?P<kind>kwartaal|halfjaar)$")


@dataclass(frozen=True, order=True)
class Period:
    """A year, half-year, quarter, month or day.

    Parameters
    ----------
    start : date
        First day.
    frequency : str
        ``Y``, ``H``, ``Q``, ``M`` or ``D``.
    provisional : bool
        Whether the publisher marked it (``2024*`` provisional, ``2024**`` revised provisional).
    """

    start: date
    frequency: str
    provisional: bool = False

    @property
    def label(self) -> str:
        """The period in Dutch: ``2022``, ``2022 1e halfjaar``, ``maart 2020``, ``31 december 2020``."""
        number = (self.start.month - 1) // _LENGTH[self.frequency] + 1
        return {
            "Y": f"{self.start.year}",
            "H": f"{self.start.year} {number}e halfjaar",
            "Q": f"{self.start.year} {number}e kwartaal",
            "M": f"{MONTHS[self.start.month - 1]} {self.start.year}",
            "D": f"{self.start.day} {MONTHS[self.start.month - 1]} {self.start.year}",
        }[self.frequency]


@lru_cache(maxsize=4096)
def parse(text: str) -> Period:
    """Read a StatLine period, code or label, or a date.

    Parameters
    ----------
    text : str
        For example ``2022MM01``, ``2022JJ00``, ``2021KW01``, ``2022``, ``2024*``, ``2022 januari``, ``31-12-2020``.

    Returns
    -------
    Period

    Raises
    ------
    ValueError
        When the text is no period.
    """
    cleaned = " ".join(text.strip().rstrip("*").split())  # the police has "2014  februari"
    provisional = text.strip().endswith("*")
    try:
        if found := _DAY.match(cleaned):
            return Period(_day(found), "D", provisional)
        year, frequency, number = _parts(cleaned)
        start = date(year, (number - 1) * _LENGTH[frequency] + 1, 1)
    except ValueError:
        raise ValueError(f"'{text}' is geen periode") from None
    return Period(start, frequency, provisional)


def _day(found: re.Match[str]) -> date:
    if found["iso"]:
        return date.fromisoformat(found["iso"])
    return date(int(found["year"]), int(found["month"]), int(found["day"]))


def _parts(text: str) -> tuple[int, str, int]:
    """Year, frequency and number within the year (1 for a year)."""
    if match := _CODE.match(text):
        frequency = _KIND[match["kind"]]
        return int(match["year"]), frequency, 1 if frequency == "Y" else int(match["number"])
    if _YEAR.match(text):
        return int(text), "Y", 1
    if match := _MONTH.match(text.lower()):
        return int(match["year"]), "M", MONTHS.index(match["month"]) + 1
    if match := _PART.match(text.lower()):
        return int(match["year"]), "Q" if match["kind"] == "kwartaal" else "H", int(match["number"])
    raise ValueError(f"'{text}' is geen periode")


def ends(starts: pd.Series, frequencies: pd.Series) -> pd.Series:
    """The day after the last day of each period, given its first day and its frequency."""
    months = starts.to_numpy().astype("datetime64[M]") + frequencies.map(_LENGTH).to_numpy(dtype="timedelta64[M]")
    days = starts.to_numpy().astype("datetime64[D]") + 1
    after = starts.astype("datetime64[s]")
    after[:] = months
    return after.mask(frequencies == "D", days.astype("datetime64[s]"))
