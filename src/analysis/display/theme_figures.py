"""What the figures of a theme did, in a few words: direction, good news or not, reservations, and what came after."""

from __future__ import annotations

from ..policy.themes import Row
from ..statistics.counts import Change
from ..statistics.verdicts import Verdict
from . import dutch
from .overview import cautions
from .sentences import ARROWS


def figures(row: Row) -> str:
    """What the figures of a theme did, each with its direction and whether that is good news."""
    later = {one.series.indicator.id: one for one in row.turned}
    told = [_figure(one) + _after(later.get(one.series.indicator.id)) for one in row.changes]
    told += [f"{label}: {'niet getoond' if label in row.hidden else 'geen cijfers'}" for label in row.missing]
    return "; ".join(told) or "geen cijfers bij dit thema"


def _figure(change: Change) -> str:
    label = change.series.indicator.label
    if change.verdict is Verdict.NOT_TESTABLE:
        return f"{ARROWS['equal']}{dutch.NBSP}{label}: te weinig"
    if not change.verdict.settled:
        return f"{ARROWS['equal']}{dutch.NBSP}{label}: toeval"
    pct = change.percentage
    much = f"van {change.before} naar {change.after}" if pct is None else dutch.signed_percent(pct)
    names = dutch.listed(cautions(change))
    caution = f"; kanttekening: {names}" if names else ""
    return f"{ARROWS[change.direction]}{dutch.NBSP}{label} {much} ({meaning(change)}{caution})"


def _after(later: Change | None) -> str:
    """What a figure did after the years compared, when that was the opposite."""
    if later is None:
        return ""
    counts = f"{dutch.number(later.before)} in {later.first} naar {dutch.number(later.after)} in {later.last}"
    return f", maar daarna {ARROWS[later.direction]}{dutch.NBSP}van {counts}"


def meaning(change: Change) -> str:
    """Whether a change is good news; for some figures that cannot be said."""
    good = {"lower": "down", "higher": "up"}.get(change.series.indicator.good)
    return "niet te zeggen of dat goed is" if good is None else "gunstig" if change.direction == good else "ongunstig"
