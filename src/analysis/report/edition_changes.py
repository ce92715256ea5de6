"""What can differ between two editions of a report: numbers, verdicts, subjects, chapters and files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from .. import paths
from ..definitions import regions
from ..errors import DataError
from . import edition
from .edition import Edition, Input
from .edition_figures import DECIMALS, Entry, Pair, Pairs, differs, differs_visibly, gaps, leading, uncovered


@dataclass(frozen=True)
class Figure:
    """A number in two editions, with the titles of the chapters it stands in.

    ``old_period`` is another than ``period`` when it is about a new period.
    """

    label: str
    region: str
    unit: str
    baseline: str | None
    period: str
    new: float | None
    old_period: str
    old: float | None
    chapters: tuple[str, ...]


@dataclass(frozen=True)
class FigureMoved:
    """A verdict that became another; both are words of `Verdict`."""

    label: str
    region: str
    baseline: str | None
    period: str
    old: str
    new: str
    chapters: tuple[str, ...]


@dataclass(frozen=True)
class ChangeGroup:
    """Numbers with one label in one chapter that are in one edition only, and the periods they are about."""

    label: str
    region: str
    chapter: str
    figures: int
    periods: tuple[str, ...]


@dataclass(frozen=True)
class EditionChanges:
    """Everything that differs.

    Parameters
    ----------
    old : Edition or None
        ``None`` for the first edition; then there is nothing to compare.
    revised, recalculated, unclear : tuple of Figure
        Same period, other value: from other files; from the same files; from files that are not public, of which two
        editions cannot tell whether they are the same.
    new_period : tuple of Figure
        A number of a period that the old edition did not have.
    lacking, answered : tuple of (str, str)
        Subjects with the chapter in which figures of them are missing since, and in which all are there since.
    closed, opened : tuple of str
        Chapters that are no longer there, and that are new.
    rest : int
        All other numbers that changed: derived ones, or by less than is shown.
    unpublic : bool
        Whether both rest on a file that is not public: whether its contents changed cannot be seen here.
    """

    old: Edition | None
    new: Edition
    revised: tuple[Figure, ...] = ()
    recalculated: tuple[Figure, ...] = ()
    unclear: tuple[Figure, ...] = ()
    new_period: tuple[Figure, ...] = ()
    moved: tuple[FigureMoved, ...] = ()
    added: tuple[ChangeGroup, ...] = ()
    removed: tuple[ChangeGroup, ...] = ()
    lacking: tuple[tuple[str, str], ...] = ()
    answered: tuple[tuple[str, str], ...] = ()
    closed: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    files: tuple[Input, ...] = ()
    rest: int = 0
    other_code: bool = False
    unpublic: bool = False


C = TypeVar("C", bound=Figure | FigureMoved)
Titles = dict[str, str]  # of chapters that were made, by id
_OTHER, _SAME, _UNKNOWN = _CAUSES = ("other files", "the same files", "unknown")


def compare(old: Edition | None, new: Edition) -> EditionChanges:
    """Compare two editions of a report.

    Raises
    ------
    DataError
        When they are about two municipalities.
    """
    if old is None:
        return EditionChanges(None, new)
    _must_be_about_one(old, new)
    pairs = Pairs(old.results, new.results)
    cause, other_code = _Cause(old, new), _differ(old, new, "code", "versions")
    visible = _visible(pairs)
    if not other_code:
        # What rests on the same files as before then follows from other figures, such as a count of them.
        visible = [pair for pair in visible if cause(pair) != _SAME]
    told = [pair for pair in pairs.newer if pair[1]["id"] in pairs.shown and pair[1]["unit"] in DECIMALS]
    seen = {pair[1]["id"] for pair in visible}
    silent = [pair for pair in pairs.both if differs(*pair) and pair[1]["id"] not in seen]
    before, after = _chapters(old), _chapters(new)
    both = before.keys() & after.keys()  # what a chapter lacks is no news when it was not there before
    lacked, lacking = gaps(old.results, both), gaps(new.results, both)
    closed = {id: title for id, title in before.items() if id not in after}
    opened = {id: title for id, title in after.items() if id not in before}
    by_cause = {one: _figures((pair for pair in visible if cause(pair) == one), after) for one in _CAUSES}
    return EditionChanges(
        old,
        new,
        revised=by_cause[_OTHER],
        recalculated=by_cause[_SAME],
        unclear=by_cause[_UNKNOWN],
        new_period=_figures(told, after),
        moved=_moved(pairs.judged, after),
        added=_groups((one for one in pairs.added if one["id"] in pairs.shown and one["chapter"] not in opened), after),
        removed=_groups(
            (one for one in pairs.removed if one["id"] in pairs.shown and one["chapter"] not in closed), before
        ),
        lacking=tuple((label, after[id]) for label, id in lacking if (label, id) not in lacked),
        answered=tuple((label, after[id]) for label, id in lacked if (label, id) not in lacking),
        closed=tuple(closed.values()),
        opened=tuple(opened.values()),
        files=edition.compare(old, new),
        rest=len(silent) + len(pairs.newer) - len(told),
        other_code=other_code,
        unpublic=cause.unpublic,
    )


def _visible(pairs: Pairs) -> list[Pair]:
    """Numbers that a reader sees to be another, without those that another one tells of."""
    visible = [pair for pair in pairs.both if differs_visibly(*pair)]
    parts = {new["id"] for _, new in uncovered(visible)}
    return [pair for pair in visible if pair[1]["id"] in pairs.shown | parts]


def _must_be_about_one(old: Edition, new: Edition) -> None:
    if old.municipality != new.municipality:
        names = f"{regions.name(old.municipality)} en {regions.name(new.municipality)}"
        problem = f"deze rapporten gaan over twee gemeenten, {names}. Die zijn geen edities van elkaar."
        raise DataError(paths.shown(new.folder), problem, "Geef twee rapporten over dezelfde gemeente.")


class _Cause:
    """Which files a number rests on in two editions: others, the same, or that cannot be told.

    Of a file that is not public no checksum is known. When nothing else can explain the change it is another file.

    Attributes
    ----------
    unpublic : bool
        Whether there is a file in both of which it cannot be told.
    """

    def __init__(self, old: Edition, new: Edition) -> None:
        self._before, self._after = ({one["name"]: one for one in edition.manifest["inputs"]} for edition in (old, new))
        self._nothing_else = not _differ(old, new, "code", "versions", "parameters")
        self.unpublic = any(self._same(name) is None for name in self._before)

    def __call__(self, pair: Pair) -> str:
        names = [set(one["source"]) for one in pair]
        same = [self._same(name) for name in names[1]]
        if names[0] != names[1] or False in same:
            return _OTHER
        return (_OTHER if self._nothing_else else _UNKNOWN) if None in same else _SAME

    def _same(self, name: str) -> bool | None:
        """Whether a file is the same in both editions, as far as they know."""
        old, new = self._before.get(name), self._after.get(name)
        if old is None or new is None:
            return False
        if any(old[about] != new[about] for about in ("path", "vintage")):
            return False
        return None if None in (old["sha256"], new["sha256"]) else old["sha256"] == new["sha256"]


def _differ(old: Edition, new: Edition, *parts: str) -> bool:
    return any(old.manifest.get(part) != new.manifest.get(part) for part in parts)


def _figures(pairs: Iterable[Pair], chapters: Titles) -> tuple[Figure, ...]:
    """A number that stands in three chapters is told once."""
    return _once(_figure(old, new, chapters) for old, new in pairs)


def _figure(old: Entry, new: Entry, chapters: Titles) -> Figure:
    shared = {name: new[name] for name in ("label", "region", "unit", "baseline", "period")}
    return Figure(
        **shared, new=new["value"], old_period=old["period"], old=old["value"], chapters=_titles(new, chapters)
    )


def _moved(pairs: list[Pair], chapters: Titles) -> tuple[FigureMoved, ...]:
    """Verdicts that changed, on the same period or on the next; not those on a part of what was judged."""
    judged = [(old, new) for old, new in pairs if old["verdict"] and new["verdict"]]
    whole = leading(new for _, new in judged)
    return _once(
        FigureMoved(
            **{name: new[name] for name in ("label", "region", "baseline", "period")},
            old=old["verdict"],
            new=new["verdict"],
            chapters=_titles(new, chapters),
        )
        for old, new in judged
        if old["verdict"] != new["verdict"] and new["id"] in whole
    )


def _once(changed: Iterable[C]) -> tuple[C, ...]:
    """Put together what differs in nothing but the chapter."""
    found: dict[C, tuple[str, ...]] = {}
    for entry in changed:
        alike = replace(entry, chapters=())
        found[alike] = (*found.get(alike, ()), *entry.chapters)
    return tuple(replace(entry, chapters=tuple(dict.fromkeys(titles))) for entry, titles in found.items())


def _groups(records: Iterable[Entry], chapters: Titles) -> tuple[ChangeGroup, ...]:
    """How many different numbers there are under each label in each chapter, and of which periods."""
    shared = "label", "region", "unit", "period", "baseline", "value"
    once: dict[tuple[str, str, str], dict[tuple[Any, ...], str]] = {}
    for record in records:
        chapter = " ".join(_titles(record, chapters))
        group = once.setdefault((record["label"], record["region"], chapter), {})
        group[tuple(record[name] for name in shared)] = record["period"]
    return tuple(ChangeGroup(*key, len(group), tuple(sorted({*group.values()}))) for key, group in once.items())


def _titles(record: Entry, chapters: Titles) -> tuple[str, ...]:
    title = chapters.get(record["chapter"])
    return (title,) if title else ()


def _chapters(edition: Edition) -> Titles:
    chapters = edition.manifest.get("chapters", [])
    return {one["id"]: one.get("title", one["id"]) for one in chapters if one["page"]}
