"""The figures of a theme in words: which moved and how, and the files that they come from."""

from __future__ import annotations

from collections import Counter

from ..policy.priorities import Matrix, ThemeRow
from ..statistics.change import Change
from ..store.raw_sources import Source
from ..store.results import Missing
from . import dutch, provenance
from .reservations import short_text
from .sentences import ARROWS
from .tables import kinds_within


def _shown(change: Change) -> bool:
    return change.verdict.settled


def figures(row: ThemeRow) -> str:
    """Describe what the figures of a theme did, each with its direction, grade and whether that is good news.

    Parameters
    ----------
    row : ThemeRow

    Returns
    -------
    str
    """
    later = {change.series.indicator.id: change for change in row.turned}
    parts = [_figure(change) + _after(later.get(change.series.indicator.id)) for change in row.changes]
    parts += [f"{label}: {'niet getoond' if label in row.hidden else 'geen cijfers'}" for label in row.missing]
    return "; ".join(parts) or "geen cijfers bij dit thema"


def moved(row: ThemeRow) -> str:
    """Describe the figures of a theme that moved, and count the others by grade.

    Parameters
    ----------
    row : ThemeRow

    Returns
    -------
    str
    """
    later = {change.series.indicator.id: change for change in row.turned}
    moved = [
        _figure(change, short=True) + _after(later.get(change.series.indicator.id))
        for change in row.changes
        if _shown(change)
    ]
    grades = Counter(str(change.grade) for change in row.changes if not _shown(change))
    grades |= Counter({"niet getoond": len(row.hidden), "geen cijfers": len(row.missing) - len(row.hidden)})
    rest = [f"{number}× {grade}" for grade, number in grades.items() if number]
    return "; ".join([*moved, *rest]) or "geen cijfers"


def figure_kinds(row: ThemeRow) -> frozenset[bool]:
    """Return whether the figures of a theme are made up.

    Parameters
    ----------
    row : ThemeRow

    Returns
    -------
    frozenset of bool
        See `kinds_within`.
    """
    return kinds_within(row.changes)


def _figure(change: Change, *, short: bool = False) -> str:
    label = change.series.indicator.label
    if not _shown(change):
        return f"{ARROWS['equal']}{dutch.NBSP}{label}: {change.grade}"
    counts = f"van {change.before} naar {change.after}"
    difference = dutch.signed_percent(change.percentage or 0) if change.small == "full" else counts
    names = dutch.listed([short_text(item) for item in change.reservations if item.kind != "hint"])
    reservations = f"{', met kanttekening' if short else f'; kanttekening: {names}'}" if names else ""
    words = f"{change.grade}, {_good_or_bad(change)}{reservations}"
    return f"{ARROWS[change.direction]}{dutch.NBSP}{label} {difference} ({words})"


def _after(later: Change | None) -> str:
    """Describe what a figure did after the years compared, when that was the opposite."""
    if later is None:
        return ""
    counts = f"{dutch.number(later.before)} in {later.first} naar {dutch.number(later.after)} in {later.last}"
    return f", maar daarna {ARROWS[later.direction]}{dutch.NBSP}van {counts}"


def _good_or_bad(change: Change) -> str:
    """Return whether a change is good news, which for some figures is unknown."""
    good = {"lower": "down", "higher": "up"}.get(change.series.indicator.good)
    return "niet te zeggen of dat goed is" if good is None else "gunstig" if change.direction == good else "ongunstig"


def matrix_files(matrix: Matrix) -> list[Source]:
    """Return the files of the themes: documents, figures with everything they were compared with, votes and plan.

    Parameters
    ----------
    matrix : Matrix

    Returns
    -------
    list of Source
    """
    figures = [source for change in matrix.overview.changes for source in provenance.change_files(change)]
    votes = () if isinstance(matrix.places, Missing) else matrix.places.tally.files
    planned = [] if isinstance(matrix.plan, Missing) else [matrix.plan.source]
    return [*matrix.sources, *figures, *votes, *planned]
