"""The numbers of two editions side by side: their periods, which ones belong together, and which ones differ.

A number is a record of ``results.json``; its period is text such as ``2022``, ``2023H2`` or ``2020-2022``.
"""

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
from ..store.results import label

_POINT = r"\d{4}(?:H[12]|-(?:0[1-9]|1[0-2])(?:-\d\d)?)?"
_SPAN = re.compile(rf"(?P<first>{_POINT})(?:-(?P<last>{_POINT}))?", re.ASCII)
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
_KINDS = re.compile(r"(\d+) soort(?:en)? registraties")
_SUBJECT, _NAMED = "\0", 6  # where the subject stands in a reason, and how many are named
_NUMBERS = ("value", "lower", "upper", "p_value")


@dataclass(frozen=True)
class Span:
    """A year, half-year, month or day, or everything from one of those to another.

    Parameters
    ----------
    first, last : str
        As in `Record`: ``2022``, ``2023H2``, ``2023-12``, ``2024-07-15``. Equal for a single year, half-year, month or
        day.
    """

    first: str
    last: str

    @property
    def part(self) -> str:
        """What a period of another year has in common with this one: the part of the year, or the length.

        Every single day has the same part: the state on one day can be compared with that on any other day.
        """
        if self.first != self.last:
            return f"{_kind(self.first)}–{_kind(self.last)}, {int(self.last[:4]) - int(self.first[:4])} years"
        return "day" if len(self.first) == len("2024-07-15") else f"year{_kind(self.first)}"

    @property
    def words(self) -> str:
        """In words: ``2e halfjaar van 2023``, ``december 2023``, ``2020–2022``, ``mei 2016 tot en met juni 2017``."""
        if self.first == self.last:
            return _words(self.first)
        joined = "–" if not (_kind(self.first) or _kind(self.last)) else " tot en met "
        return joined.join((_words(self.first), _words(self.last)))


def parse_period(text: str) -> Span | None:
    """Parse a period of ``results.json``.

    Parameters
    ----------
    text : str
        The period.

    Returns
    -------
    Span or None
        ``None`` when the text is not a period of ours, such as what a document calls a period.

    Examples
    --------
    >>> parse_period("2020-2022")
    Span(first='2020', last='2022')
    >>> parse_period("vanaf 2022") is None
    True
    """
    match = _SPAN.fullmatch(text)
    if match is None:
        return None
    first, last = match["first"], match["last"] or match["first"]
    return Span(first, last) if all(_exists(point) for point in (first, last)) else None


def period_words(text: str) -> str:
    """Return a period of ``results.json`` in words; text that is not a period of ours is returned unchanged.

    Parameters
    ----------
    text : str
        The period.

    Returns
    -------
    str
        Part of a Dutch sentence.

    Examples
    --------
    >>> period_words("2023H2")
    '2e halfjaar van 2023'
    """
    span = parse_period(text)
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


def gaps(records: Iterable[Entry], chapters: Container[str]) -> list[tuple[str, str]]:
    """Return the subjects without figures in some chapters.

    Parameters
    ----------
    records : iterable of dict
        Records of ``results.json``.
    chapters : container of str
        Ids of chapters.

    Returns
    -------
    list of (str, str)
        Label and id of the chapter, each pair once.
    """
    missing = (record for record in records if record["unit"] == MISSING and record["chapter"] in chapters)
    return list(dict.fromkeys((record["label"], record["chapter"]) for record in missing))


def unanswered(records: Iterable[Entry]) -> list[str]:
    """Return why questions have no answer.

    Parameters
    ----------
    records : iterable of dict
        Records of ``results.json``.

    Returns
    -------
    list of str
        Dutch sentences. Reasons that differ only in their subject are combined into one that names all subjects.

    Examples
    --------
    >>> record = {"unit": "missing", "label": "inbraak", "note": "Er zijn geen cijfers over inbraak."}
    >>> unanswered([record, record | {"label": "overlast", "note": "Er zijn geen cijfers over overlast."}])
    ['Er zijn geen cijfers over inbraak en overlast.']
    >>> kinds = [record | {"label": name, "note": f"Van {name} niet."} for name in ("2 soorten registraties",
    ...     "3 soorten registraties")]
    >>> unanswered(kinds)
    ['Van 2 en 3 soorten registraties niet.']
    """
    subjects: dict[str, dict[str, None]] = {}
    for record in records:
        if record["unit"] == MISSING:
            before, subject, after = str(record["note"]).partition(record["label"])
            subjects.setdefault(f"{before}{_SUBJECT}{after}" if subject else before, {})[record["label"]] = None
    return [reason.replace(_SUBJECT, _listed(_kinds_together([*names]))) for reason, names in subjects.items()]


def _kinds_together(names: list[str]) -> list[str]:
    """Name numbers of kinds of several questions once; they are not added up, as one kind may be in both."""
    numbers = [found[1] for name in names if (found := _KINDS.fullmatch(name))]
    if len(numbers) < 2:  # noqa: PLR2004
        return names
    together = label("many_kinds", number=dutch.listed(numbers))
    return [*(name for name in names if not _KINDS.fullmatch(name)), together]


def _listed(names: list[str]) -> str:
    """List a few subjects in full; of many the first, and the number of others."""
    remaining = len(names) - _NAMED
    return dutch.listed(names if remaining <= 1 else [*names[:_NAMED], f"{remaining} andere onderwerpen"])


def series_id(record: Entry) -> str:
    """Return the id of the series that a number belongs to: its own id without years and months.

    Examples
    --------
    >>> series_id({"id": "woon.woninginbraak.2022"})
    'woon.woninginbraak'
    """
    return ".".join(part for part in record["id"].split(".") if not parse_period(part))


def by_identity(records: Iterable[Entry]) -> dict[Identity, Entry]:
    """Index numbers by what they stand for.

    Parameters
    ----------
    records : iterable of dict
        Records of ``results.json``; those that state that a figure is missing are left out.

    Returns
    -------
    dict of tuple to dict
        The key holds series, period, baseline, unit, and how many earlier numbers share these.
    """
    occurrences: Counter[Identity] = Counter()
    numbers: dict[Identity, Entry] = {}
    for record in records:
        if record["unit"] not in _NO_FIGURE:
            key = (series_id(record), record["period"], record["baseline"], record["unit"])
            numbers[(*key, occurrences[key])] = record
            occurrences[key] += 1
    return numbers


def leading_ids(records: Iterable[Entry]) -> set[str]:
    """Return the ids of the numbers that mean something by themselves.

    The others are parts. They are listed under a number with the same label and region, such as the two counts under a
    statement, or the margin of a change.

    Parameters
    ----------
    records : iterable of dict
        Records of ``results.json``.

    Returns
    -------
    set of str
        Ids.
    """
    all_records = list(records)
    heads = {_head(record): record for record in all_records}
    return {record["id"] for record in all_records if not any(key in heads for key in _parents(record))}


def without_parts(visible: Iterable[Pair]) -> Iterator[Pair]:
    """Yield, from numbers that visibly changed, the counts that are no part of another changed number.

    A count of other months than the number above it changes by itself, and no other number shows that.

    Parameters
    ----------
    visible : iterable of (dict, dict)
        Pairs of an old and a new record.

    Yields
    ------
    dict, dict
        Pairs of an old and a new record.
    """
    pairs = list(visible)
    changed = {_head(new) for _, new in pairs}
    for old, new in pairs:
        if new["unit"] in _COUNTS and not any(key in changed for key in _parents(new)):
            yield old, new


def _head(record: Entry) -> Identity:
    return series_id(record), record["label"], record["region"]


def _parents(record: Entry) -> Iterator[Identity]:
    """Yield the identities of the numbers that this one would be a part of, if they existed."""
    segments = series_id(record).split(".")
    return ((".".join(segments[:length]), record["label"], record["region"]) for length in range(2, len(segments)))


class Pairs:
    """The numbers of two editions, paired.

    Parameters
    ----------
    old, new : sequence of dict
        Records of ``results.json``.

    Attributes
    ----------
    both : list of (dict, dict)
        Numbers that both editions have, old and new.
    newer : list of (dict, dict)
        Numbers of a later period than the old edition had, each with the last number of the same series in the old
        edition. That last number does not count as removed when the new edition no longer has it. The state on one day
        takes the place of that on another day, also of a later one.
    judged : list of (dict, dict)
        Numbers with a verdict: the same number, or else the last ones of the same series.
    added, removed : list of dict
        Numbers that only one of the editions has, in whatever chapter.
    shown : set of str
        Ids of the numbers that mean something by themselves.
    """

    def __init__(self, old: Sequence[Entry], new: Sequence[Entry]) -> None:
        before, after = by_identity(old), by_identity(new)
        last = {_measure(record): record for record in _by_period(before.values())}
        fresh = [record for key, record in after.items() if key not in before]
        gone = [record for key, record in before.items() if key not in after]
        later = [
            record
            for record in fresh
            if _measure(record) in last and _takes_its_place(record, last[_measure(record)], gone)
        ]
        self.both = [(before[key], record) for key, record in after.items() if key in before]
        self.newer = [(last[_measure(record)], record) for record in later]
        paired = {id(record) for pair in self.newer for record in pair}
        self.judged = self.both + _judged_pairs(gone, fresh)
        self.added = _only_here([record for record in fresh if id(record) not in paired], before.values())
        self.removed = _only_here([record for record in gone if id(record) not in paired], after.values())
        self.shown = leading_ids(old) | leading_ids(new)


def _judged_pairs(gone: list[Entry], fresh: list[Entry]) -> list[Pair]:
    """Pair verdicts of the same statement, also when it can no longer be tested and has no period and unit."""
    before = {series_id(record): record for record in _by_period(gone) if record["verdict"]}
    after = {series_id(record): record for record in _by_period(fresh) if record["verdict"]}
    return [(before[key], record) for key, record in after.items() if key in before]


def _takes_its_place(new: Entry, old: Entry, gone: Sequence[Entry]) -> bool:
    """Return whether a number is about a later period, or about another day than one that is no longer there."""
    if new["period"] > old["period"]:
        return True
    span = parse_period(new["period"])
    return span is not None and span.part == "day" and old in gone


def _only_here(records: Iterable[Entry], opposite: Iterable[Entry]) -> list[Entry]:
    """Leave out records that another chapter has in the opposite edition, and those of which only the unit changed.

    The last is a changed verdict.
    """
    others = list(opposite)
    units = {series_id(record): record["unit"] for record in others}
    elsewhere = {_without_chapter(record) for record in others}
    return [
        record
        for record in records
        if units.get(series_id(record), record["unit"]) == record["unit"] and _without_chapter(record) not in elsewhere
    ]


def _without_chapter(record: Entry) -> Identity:
    """Return what a number is about, whichever chapter shows it."""
    measure = series_id(record).partition(".")[2]
    return measure, *(record[name] for name in ("label", "region", "period", "baseline", "unit"))


def _by_period(records: Iterable[Entry]) -> list[Entry]:
    return sorted(records, key=lambda record: str(record["period"]))


def _measure(record: Entry) -> Identity:
    """Return what numbers of two periods must share to be compared: half-years only with the same half-year."""
    span = parse_period(record["period"])
    return series_id(record), record["unit"], span.part if span else record["period"]


def differs(old: Entry, new: Entry) -> bool:
    """Return whether any value of a number changed beyond rounding errors of the computer.

    Parameters
    ----------
    old, new : dict
        Records of ``results.json``.

    Returns
    -------
    bool
        ``True`` beyond a relative difference of 1e-9 and an absolute difference of 1e-12.
    """
    return any(not _same(old[name], new[name]) for name in _NUMBERS)


def differs_visibly(old: Entry, new: Entry) -> bool:
    """Return whether a reader sees a change: in a unit that readers know, after rounding.

    Parameters
    ----------
    old, new : dict
        Records of ``results.json``.

    Returns
    -------
    bool
        See `DECIMALS` for units and rounding.

    Examples
    --------
    >>> differs_visibly({"value": 63.21}, {"value": 63.24, "unit": "percent"})
    False
    """
    decimals = DECIMALS.get(new["unit"])
    if decimals is None or None in (old["value"], new["value"]):
        return decimals is not None and old["value"] != new["value"]
    return bool(round(old["value"], decimals) != round(new["value"], decimals))


def _same(old: float | None, new: float | None) -> bool:
    if old is None or new is None:
        return old is new
    return math.isclose(old, new, rel_tol=1e-9, abs_tol=1e-12)
