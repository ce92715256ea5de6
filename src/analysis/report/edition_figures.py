"""The period of a number as ``results.json`` writes it: what it can be held beside, and how a reader says it."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..definitions.periods import MONTHS
from ..display import dutch

_POINT = r"\d{4}(?:H[12]|-(?:0[1-9]|1[0-2])(?:-\d\d)?)?"
_SPAN = re.compile(rf"(?P<first>{_POINT})(?:-(?P<last>{_POINT}))?", re.ASCII)


@dataclass(frozen=True)
class Span:
    """A year, half-year, month or day, or all from one of those up to another.

    Parameters
    ----------
    first, last : str
        As `Record` writes them: ``2022``, ``2023H2``, ``2023-12``, ``2024-07-15``; the same when it is one of them.
    """

    first: str
    last: str

    @property
    def part(self) -> str:
        """What a period of another year shares with this one: which part of the year it is, or how long it is.

        A state on a day can stand beside that on any other day.
        """
        if self.first != self.last:
            return f"{_kind(self.first)}–{_kind(self.last)}, {int(self.last[:4]) - int(self.first[:4])} years"
        return "day" if len(self.first) == len("2024-07-15") else f"year{_kind(self.first)}"

    @property
    def words(self) -> str:
        """As said: ``2e halfjaar van 2023``, ``december 2023``, ``2020–2022``, ``mei 2016 tot en met juni 2017``."""
        if self.first == self.last:
            return _words(self.first)
        joined = "–" if not (_kind(self.first) or _kind(self.last)) else " tot en met "
        return joined.join((_words(self.first), _words(self.last)))


def parse(text: str) -> Span | None:
    """Read a period of ``results.json``; ``None`` when it is none of them, such as what a document calls a period."""
    written = _SPAN.fullmatch(text)
    if written is None:
        return None
    first, last = written["first"], written["last"] or written["first"]
    return Span(first, last) if all(_exists(point) for point in (first, last)) else None


def words(text: str) -> str:
    """A period of ``results.json`` as a reader says it; what is no period of ours as it was written."""
    span = parse(text)
    return span.words if span else text


def _kind(point: str) -> str:
    return point[len("2022") :]


def _exists(point: str) -> bool:
    try:
        return len(point) < len("2024-07-15") or date.fromisoformat(point) is not None
    except ValueError:
        return False


def _words(point: str) -> str:
    year, kind = point[: len("2022")], _kind(point)
    if kind.startswith("H"):
        return f"{kind[1]}e halfjaar van {year}"
    if len(point) == len("2024-07-15"):
        return dutch.day(date.fromisoformat(point))
    return f"{MONTHS[int(kind[1:]) - 1]} {year}" if kind else year


Entry = dict[str, Any]  # a record of results.json
Pair = tuple[Entry, Entry]  # a number in the old and in the new edition
Identity = tuple[Any, ...]

MISSING = "missing"
_NO_FIGURE = (MISSING, "files")  # how many files a report was made from: which ones is told by themselves
# The units a reader knows, with the decimals they are compared and shown in. Ratios, ranks of fit and the like are
# steps of a calculation: they change because these do.
DECIMALS = {
    "registrations": 0, "votes": 0, "voters": 0, "rank": 0, "goals": 0, "kinds": 0, "months": 0,
    "indicators": 0, "measures": 0, "municipalities": 0, "themes": 0, "remarks": 0,
    "percent": 1, "per_1000": 1, "index": 1, "grade": 1, "euro": 2, "fte": 2,
}  # fmt: skip
_COUNTS = ("registrations", "votes", "voters")  # no calculation but a sum
_SUBJECT, _NAMED = "\0", 6  # where the subject stands in a reason, and how many are named
_NUMBERS = ("value", "lower", "upper", "p_value")


def gaps(records: Iterable[Entry], chapters: Container[str]) -> list[tuple[str, str]]:
    """Subjects of which figures are missing in these chapters, each once with the chapter."""
    absent = (one for one in records if one["unit"] == MISSING and one["chapter"] in chapters)
    return list(dict.fromkeys((one["label"], one["chapter"]) for one in absent))


def unanswered(records: Iterable[Entry]) -> list[str]:
    """Why questions have no answer: each reason once, with all subjects that it holds for.

    The reasons are sentences; those that differ only by their subject become one.
    """
    subjects: dict[str, dict[str, None]] = {}
    for one in records:
        if one["unit"] == MISSING:
            before, subject, after = str(one["note"]).partition(one["label"])
            subjects.setdefault(f"{before}{_SUBJECT}{after}" if subject else before, {})[one["label"]] = None
    return [reason.replace(_SUBJECT, _listed([*names])) for reason, names in subjects.items()]


def _listed(names: list[str]) -> str:
    """All of a few subjects; of many the first, and how many there are besides."""
    rest = len(names) - _NAMED
    return dutch.listed(names if rest <= 1 else [*names[:_NAMED], f"{rest} andere onderwerpen"])


def series(record: Entry) -> str:
    """What a number is a value of: its id without years and months."""
    return ".".join(part for part in record["id"].split(".") if not parse(part))


def by_identity(records: Iterable[Entry]) -> dict[Identity, Entry]:
    """Numbers by what they stand for: series, period, baseline and unit; what is missing is no number."""
    times: Counter[Identity] = Counter()
    found: dict[Identity, Entry] = {}
    for record in records:
        if record["unit"] not in _NO_FIGURE:
            key = (series(record), record["period"], record["baseline"], record["unit"])
            found[(*key, times[key])] = record
            times[key] += 1
    return found


def leading(records: Iterable[Entry]) -> set[str]:
    """Ids of the numbers that say something by themselves.

    The others are parts: they stand under a number with the same label about the same region, such as the two counts
    under a statement or the margin of a change.
    """
    listed = list(records)
    heads = {_head(record): record for record in listed}
    return {record["id"] for record in listed if not any(key in heads for key in _above(record))}


def uncovered(visible: Iterable[Pair]) -> Iterator[Pair]:
    """Leave out, of numbers that visibly changed, the parts of another one that did, and derived ones.

    A count of other months than the number above it changes by itself, and nothing else tells so.
    """
    listed = list(visible)
    changed = {_head(new) for _, new in listed}
    for old, new in listed:
        if new["unit"] in _COUNTS and not any(key in changed for key in _above(new)):
            yield old, new


def _head(record: Entry) -> Identity:
    return series(record), record["label"], record["region"]


def _above(record: Entry) -> Iterator[Identity]:
    """What a number would be a part of, were it there."""
    parts = series(record).split(".")
    return ((".".join(parts[:length]), record["label"], record["region"]) for length in range(2, len(parts)))


class Pairs:
    """The numbers of two editions.

    Attributes
    ----------
    both : list of (dict, dict)
        What stands for the same thing in both, old and new.
    newer : list of (dict, dict)
        Numbers of a later period than the old edition had, each beside the last one it has of the same series; that
        one is not removed when it is no longer there.
    judged : list of (dict, dict)
        Numbers with a verdict: of the same thing, or else the last ones of the same series.
    added, removed : list of dict
        Numbers that only one of the editions has.
    shown : set of str
        Ids of the numbers that say something by themselves.
    """

    def __init__(self, old: Sequence[Entry], new: Sequence[Entry]) -> None:
        before, after = by_identity(old), by_identity(new)
        last = {_measure(record): record for record in _by_period(before.values())}
        fresh = [record for key, record in after.items() if key not in before]
        gone = [record for key, record in before.items() if key not in after]
        later = [one for one in fresh if _measure(one) in last and one["period"] > last[_measure(one)]["period"]]
        self.both = [(before[key], record) for key, record in after.items() if key in before]
        self.newer = [(last[_measure(record)], record) for record in later]
        told = {id(record) for pair in self.newer for record in pair}
        self.judged = self.both + _judged(gone, fresh)
        self.added = _alone([one for one in fresh if id(one) not in told], before.values())
        self.removed = _alone([one for one in gone if id(one) not in told], after.values())
        self.shown = leading(old) | leading(new)


def _judged(gone: list[Entry], fresh: list[Entry]) -> list[Pair]:
    """A statement that can no longer be tested has no period and unit any more, but it is the same statement."""
    before = {series(record): record for record in _by_period(gone) if record["verdict"]}
    after = {series(record): record for record in _by_period(fresh) if record["verdict"]}
    return [(before[key], record) for key, record in after.items() if key in before]


def _alone(here: Iterable[Entry], there: Iterable[Entry]) -> list[Entry]:
    """Leave out what only changed its unit: that is a verdict that moved."""
    units = {series(record): record["unit"] for record in there}
    return [record for record in here if units.get(series(record), record["unit"]) == record["unit"]]


def _by_period(records: Iterable[Entry]) -> list[Entry]:
    return sorted(records, key=lambda record: str(record["period"]))


def _measure(record: Entry) -> Identity:
    """What a number of another period has to share to stand beside it: a half-year is no year, nor the other half."""
    span = parse(record["period"])
    return series(record), record["unit"], span.part if span else record["period"]


def differs(old: Entry, new: Entry) -> bool:
    """Whether anything about a number changed beyond the noise of a computer."""
    return any(not _same(old[name], new[name]) for name in _NUMBERS)


def differs_visibly(old: Entry, new: Entry) -> bool:
    """Whether a reader sees the change: in a unit she knows, after rounding."""
    decimals = DECIMALS.get(new["unit"])
    if decimals is None or None in (old["value"], new["value"]):
        return decimals is not None and old["value"] != new["value"]
    return bool(round(old["value"], decimals) != round(new["value"], decimals))


def _same(old: float | None, new: float | None) -> bool:
    if old is None or new is None:
        return old is new
    return math.isclose(old, new, rel_tol=1e-9, abs_tol=1e-12)
