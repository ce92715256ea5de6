"""Comparing two editions of a report: figures, verdicts, subjects and the files behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from .. import paths, regions
from ..errors import DataError
from . import inputs
from .changed import Changes, Figure, Group, Moved
from .edition import Edition
from .figures import DECIMALS, Entry, Pair, Pairs, differs, differs_visibly, gaps, leading


def compare(old: Edition | None, new: Edition) -> Changes:
    """Compare two editions of a report.

    Raises
    ------
    DataError
        When they are about two municipalities.
    """
    if old is None:
        return Changes(None, new)
    _must_be_about_one(old, new)
    pairs = Pairs(old.results, new.results)
    by_files = _resting_on_other_files(old, new)
    other_code = _differ(old, new, "code", "versions")
    visible = [pair for pair in pairs.both if pair[1]["id"] in pairs.shown and differs_visibly(*pair)]
    if (
        not other_code
    ):  # what rests on the same files as before then follows from other figures, such as a count of them
        visible = [pair for pair in visible if by_files(pair)]
    told = [pair for pair in pairs.newer if pair[1]["id"] in pairs.shown and pair[1]["unit"] in DECIMALS]
    seen = {pair[1]["id"] for pair in visible}
    silent = [pair for pair in pairs.both if differs(*pair) and pair[1]["id"] not in seen]
    lacked, lacking = gaps(old.results), gaps(new.results)
    before, after = _chapters(old), _chapters(new)
    return Changes(
        old,
        new,
        revised=_figures(pair for pair in visible if by_files(pair)),
        recalculated=_figures(pair for pair in visible if not by_files(pair)),
        new_period=_figures(told),
        moved=_moved(pairs.judged),
        added=_groups(record for record in pairs.added if record["id"] in pairs.shown),
        removed=_groups(record for record in pairs.removed if record["id"] in pairs.shown),
        lacking=tuple(subject for subject in lacking if subject not in lacked),
        answered=tuple(subject for subject in lacked if subject not in lacking),
        closed=tuple(title for id, title in before.items() if id not in after),
        opened=tuple(title for id, title in after.items() if id not in before),
        files=inputs.compare(old, new),
        rest=len(silent) + len(pairs.newer) - len(told),
        other_code=other_code,
    )


def _must_be_about_one(old: Edition, new: Edition) -> None:
    if old.municipality != new.municipality:
        names = f"{regions.name(old.municipality)} en {regions.name(new.municipality)}"
        problem = f"deze rapporten gaan over twee gemeenten, {names}. Die zijn geen edities van elkaar."
        raise DataError(paths.shown(new.folder), problem, "Geef twee rapporten over dezelfde gemeente.")


def _resting_on_other_files(old: Edition, new: Edition) -> Callable[[Pair], bool]:
    """Tell whether a number rests on other files than before.

    Of a file that is not public no checksum is known; then it is the file when nothing else can explain the change.
    """
    before, after = ({one["name"]: one["sha256"] for one in edition.manifest["inputs"]} for edition in (old, new))
    nothing_else = not _differ(old, new, "code", "versions", "parameters")

    def told(pair: Pair) -> bool:
        here = {name: before.get(name) for name in pair[0]["source"]}
        there = {name: after.get(name) for name in pair[1]["source"]}
        return here != there or (None in here.values() and nothing_else)

    return told


def _differ(old: Edition, new: Edition, *parts: str) -> bool:
    return any(old.manifest.get(part) != new.manifest.get(part) for part in parts)


def _figures(pairs: Iterable[Pair]) -> tuple[Figure, ...]:
    """A number that stands in three chapters is told once."""
    return tuple(dict.fromkeys(_figure(old, new) for old, new in pairs))


def _figure(old: Entry, new: Entry) -> Figure:
    shared = {name: new[name] for name in ("label", "region", "unit", "baseline", "period")}
    return Figure(**shared, new=new["value"], old_period=old["period"], old=old["value"])


def _moved(pairs: list[Pair]) -> tuple[Moved, ...]:
    """Verdicts that changed, on the same period or on the next; not those on a part of what was judged."""
    judged = [(old, new) for old, new in pairs if old["verdict"] and new["verdict"]]
    whole = leading(new for _, new in judged)
    return tuple(
        dict.fromkeys(
            Moved(new["label"], new["region"], new["period"], old["verdict"], new["verdict"])
            for old, new in judged
            if old["verdict"] != new["verdict"] and new["id"] in whole
        )
    )


def _groups(records: Iterable[Entry]) -> tuple[Group, ...]:
    """How many different numbers there are under each label."""
    shared = "label", "region", "unit", "period", "baseline", "value"
    once = dict.fromkeys(tuple(record[name] for name in shared) for record in records)
    counted = Counter((label, region) for label, region, *_ in once)
    return tuple(Group(label, region, count) for (label, region), count in counted.items())


def _chapters(edition: Edition) -> dict[str, str]:
    chapters = edition.manifest.get("chapters", [])
    return {one["id"]: one.get("title", one["id"]) for one in chapters if one["page"]}
