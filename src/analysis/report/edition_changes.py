"""The differences between two editions of a report: numbers, verdicts, subjects, chapters and raw files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from .. import paths
from ..definitions import regions
from ..errors import DataError
from . import edition
from .edition import ChangedInput, Edition
from .edition_figures import DECIMALS, Entry, Pair, Pairs, differs, differs_visibly, gaps, leading_ids, without_parts

MESSAGES = "messages"  # in the manifest: the key messages, by what each is about
C = TypeVar("C", bound="Figure | VerdictChange")
Titles = dict[str, str]  # of chapters that were made, by id
Subjects = tuple[tuple[str, str], ...]  # each with the title of its chapter
_OTHER, _SAME, _UNKNOWN = _CAUSES = ("other files", "the same files", "unknown")


@dataclass(frozen=True)
class Figure:
    """A number in two editions.

    Parameters
    ----------
    old_period : str
        Differs from ``period`` when the number is about a new period.
    chapters : tuple of str
        Titles of the chapters that show it.
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
class VerdictChange:
    """A verdict that changed; ``old`` and ``new`` are values of `Verdict`."""

    label: str
    region: str
    baseline: str | None
    period: str
    old: str
    new: str
    chapters: tuple[str, ...]


@dataclass(frozen=True)
class ChangeGroup:
    """Numbers with one label in one chapter that only one of the editions has.

    Parameters
    ----------
    figures : int
        How many different numbers.
    periods : tuple of str
        The periods they are about.
    """

    label: str
    region: str
    chapter: str
    figures: int
    periods: tuple[str, ...]


@dataclass(frozen=True)
class EditionChanges:
    """All differences between two editions.

    Parameters
    ----------
    old : Edition or None
        ``None`` for the first edition, when there is nothing to compare.
    new : Edition
        The later edition.
    revised, recalculated, unclear : tuple of Figure
        Same period, another value: from other files; from the same files; from files that are not public, where two
        editions cannot tell whether they are the same.
    new_period : tuple of Figure
        Numbers of a period that the old edition did not have, that differ from the last one.
    steady : int
        How many numbers of such a period are the same as the last one.
    moved : tuple of VerdictChange
        Verdicts that changed.
    messages_added, messages_removed : tuple of str
        Key messages that only the new edition has, and only the old one.
    added, removed : tuple of ChangeGroup
        Numbers that only the new edition has, and only the old one.
    lacking, answered : tuple of (str, str)
        Subjects, with the chapter: those without figures since the old edition, and those with figures since then.
    closed, opened : tuple of str
        Chapters that were dropped, and that are new.
    files : tuple of ChangedInput
        Raw files that changed.
    rest : int
        How many other numbers changed: derived numbers, or by less than is shown.
    other_code : bool
        Whether the program or its packages changed.
    unpublic : bool
        Whether both rest on a file that is not public, so that a change of its contents cannot be seen.
    """

    old: Edition | None
    new: Edition
    revised: tuple[Figure, ...] = ()
    recalculated: tuple[Figure, ...] = ()
    unclear: tuple[Figure, ...] = ()
    new_period: tuple[Figure, ...] = ()
    steady: int = 0
    moved: tuple[VerdictChange, ...] = ()
    messages_added: tuple[str, ...] = ()
    messages_removed: tuple[str, ...] = ()
    added: tuple[ChangeGroup, ...] = ()
    removed: tuple[ChangeGroup, ...] = ()
    lacking: Subjects = ()
    answered: Subjects = ()
    closed: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    files: tuple[ChangedInput, ...] = ()
    rest: int = 0
    other_code: bool = False
    unpublic: bool = False


def compare(old: Edition | None, new: Edition) -> EditionChanges:
    """Compare two editions of a report.

    Parameters
    ----------
    old : Edition or None
        The earlier edition; ``None`` when there is none.
    new : Edition
        The later edition.

    Returns
    -------
    EditionChanges
        All differences.

    Raises
    ------
    DataError
        When they are about different municipalities.
    """
    if old is None:
        return EditionChanges(None, new)
    _require_same_municipality(old, new)
    pairs, cause = Pairs(old.results, new.results), _Cause(old, new)
    other_code = _differ(old, new, "code", "versions")
    visible = _visible(pairs)
    if not other_code:
        # What rests on the same files as before then follows from other figures, such as a count of them.
        visible = [pair for pair in visible if cause(pair) != _SAME]
    newer = [pair for pair in pairs.newer if pair[1]["id"] in pairs.shown and pair[1]["unit"] in DECIMALS]
    new_periods = [pair for pair in newer if differs_visibly(*pair)]
    before, after = _chapters(old), _chapters(new)
    closed, opened = _titles_only_in(before, after), _titles_only_in(after, before)
    lacking, answered = _changed_gaps(old, new, before, after)
    by_cause = {name: _figures((pair for pair in visible if cause(pair) == name), after) for name in _CAUSES}
    return EditionChanges(
        old,
        new,
        revised=by_cause[_OTHER],
        recalculated=by_cause[_SAME],
        unclear=by_cause[_UNKNOWN],
        new_period=_figures(new_periods, after),
        steady=len(_figures((pair for pair in newer if not differs_visibly(*pair)), after)),
        moved=_verdict_changes(pairs.judged, after),
        messages_added=_messages_only_in(new, old),
        messages_removed=_messages_only_in(old, new),
        added=_groups(_leading(pairs.added, pairs, opened), after),
        removed=_groups(_leading(pairs.removed, pairs, closed), before),
        lacking=lacking,
        answered=answered,
        closed=tuple(closed.values()),
        opened=tuple(opened.values()),
        files=edition.compare_inputs(old, new),
        rest=_count_invisible(pairs, visible) + sum(1 for pair in pairs.newer if pair not in newer and differs(*pair)),
        other_code=other_code,
        unpublic=cause.unpublic,
    )


def _visible(pairs: Pairs) -> list[Pair]:
    """Return the pairs that differ to a reader, without those that another number already shows."""
    visible = [pair for pair in pairs.both if differs_visibly(*pair)]
    parts = {new["id"] for _, new in without_parts(visible)}
    return [pair for pair in visible if pair[1]["id"] in pairs.shown | parts]


def _count_invisible(pairs: Pairs, visible: Iterable[Pair]) -> int:
    """Count the numbers that changed, except those that a reader sees change."""
    visible_ids = {new["id"] for _, new in visible}
    return sum(1 for pair in pairs.both if differs(*pair) and pair[1]["id"] not in visible_ids)


def _titles_only_in(chapters: Titles, others: Titles) -> Titles:
    return {id: title for id, title in chapters.items() if id not in others}


def _messages_only_in(edition: Edition, other: Edition) -> tuple[str, ...]:
    """Return the key messages that only one edition has; none when it is not known which ones the other had."""
    messages, others = (one.manifest.get(MESSAGES) or {} for one in (edition, other))
    known = None not in (edition.manifest.get(MESSAGES), other.manifest.get(MESSAGES))
    return tuple(title for about, title in messages.items() if about not in others) if known else ()


def _changed_gaps(old: Edition, new: Edition, before: Titles, after: Titles) -> tuple[Subjects, Subjects]:
    """Return the subjects without figures since the old edition, and those with figures since then.

    What a chapter lacks is no news when the chapter was not there before.
    """
    shared = before.keys() & after.keys()
    lacked, lacking = gaps(old.results, shared), gaps(new.results, shared)
    return (
        tuple((label, after[id]) for label, id in lacking if (label, id) not in lacked),
        tuple((label, after[id]) for label, id in lacked if (label, id) not in lacking),
    )


def _leading(records: Iterable[Entry], pairs: Pairs, skipped: Titles) -> Iterator[Entry]:
    """Yield the records that mean something by themselves, except in chapters that are reported as a whole."""
    return (record for record in records if record["id"] in pairs.shown and record["chapter"] not in skipped)


def _require_same_municipality(old: Edition, new: Edition) -> None:
    if old.municipality != new.municipality:
        names = f"{regions.name(old.municipality)} en {regions.name(new.municipality)}"
        problem = f"deze rapporten gaan over twee gemeenten, {names}. Die zijn geen edities van elkaar."
        raise DataError(paths.display_path(new.folder), problem, "Geef twee rapporten over dezelfde gemeente.")


class _Cause:
    """Tells which files a number rests on in two editions: other files, the same files, or unknown.

    Files that are not public have no checksum. When nothing else can explain a change, they count as other files.

    Attributes
    ----------
    unpublic : bool
        Whether both editions have a file of which this cannot be known.
    """

    def __init__(self, old: Edition, new: Edition) -> None:
        self._before, self._after = (
            {source["name"]: source for source in edition.manifest["inputs"]} for edition in (old, new)
        )
        self._nothing_else = not _differ(old, new, "code", "versions", "parameters")
        self.unpublic = any(self._same(name) is None for name in self._before)

    def __call__(self, pair: Pair) -> str:
        names = [set(record["source"]) for record in pair]
        same = [self._same(name) for name in names[1]]
        if names[0] != names[1] or False in same:
            return _OTHER
        return (_OTHER if self._nothing_else else _UNKNOWN) if None in same else _SAME

    def _same(self, name: str) -> bool | None:
        """Return whether a file is the same in both editions; ``None`` when that is unknown."""
        old, new = self._before.get(name), self._after.get(name)
        if old is None or new is None:
            return False
        if any(old[about] != new[about] for about in ("path", "vintage")):
            return False
        return None if None in (old["sha256"], new["sha256"]) else old["sha256"] == new["sha256"]


def _differ(old: Edition, new: Edition, *parts: str) -> bool:
    return any(old.manifest.get(part) != new.manifest.get(part) for part in parts)


def _figures(pairs: Iterable[Pair], chapters: Titles) -> tuple[Figure, ...]:
    """Make figures of pairs; a number that three chapters show becomes one figure."""
    return _merge_chapters(_figure(old, new, chapters) for old, new in pairs)


def _figure(old: Entry, new: Entry, chapters: Titles) -> Figure:
    shared = {name: new[name] for name in ("label", "region", "unit", "baseline", "period")}
    return Figure(
        **shared, new=new["value"], old_period=old["period"], old=old["value"], chapters=_titles(new, chapters)
    )


def _verdict_changes(pairs: list[Pair], chapters: Titles) -> tuple[VerdictChange, ...]:
    """Return the verdicts that changed, on the same or the next period, without those on parts of a judged number."""
    judged = [(old, new) for old, new in pairs if old["verdict"] and new["verdict"]]
    leading = leading_ids(new for _, new in judged)
    return _merge_chapters(
        VerdictChange(
            **{name: new[name] for name in ("label", "region", "baseline", "period")},
            old=old["verdict"],
            new=new["verdict"],
            chapters=_titles(new, chapters),
        )
        for old, new in judged
        if old["verdict"] != new["verdict"] and new["id"] in leading
    )


def _merge_chapters(changed: Iterable[C]) -> tuple[C, ...]:
    """Merge entries that differ in nothing but their chapters."""
    merged: dict[C, tuple[str, ...]] = {}
    for entry in changed:
        without_chapters = replace(entry, chapters=())
        merged[without_chapters] = (*merged.get(without_chapters, ()), *entry.chapters)
    return tuple(replace(entry, chapters=tuple(dict.fromkeys(titles))) for entry, titles in merged.items())


def _groups(records: Iterable[Entry], chapters: Titles) -> tuple[ChangeGroup, ...]:
    """Count the different numbers under each label in each chapter, and list their periods."""
    fields = "label", "region", "unit", "period", "baseline", "value"
    groups: dict[tuple[str, str, str], dict[tuple[Any, ...], str]] = {}
    for record in records:
        chapter = " ".join(_titles(record, chapters))
        group = groups.setdefault((record["label"], record["region"], chapter), {})
        group[tuple(record[name] for name in fields)] = record["period"]
    return tuple(ChangeGroup(*key, len(group), tuple(sorted({*group.values()}))) for key, group in groups.items())


def _titles(record: Entry, chapters: Titles) -> tuple[str, ...]:
    title = chapters.get(record["chapter"])
    return (title,) if title else ()


def _chapters(edition: Edition) -> Titles:
    chapters = edition.manifest.get("chapters", [])
    return {chapter["id"]: chapter.get("title", chapter["id"]) for chapter in chapters if chapter["page"]}
