"""What can differ between two editions of a report: numbers, verdicts, subjects, chapters and files."""

from __future__ import annotations

from dataclasses import dataclass

from .edition import Edition
from .inputs import Input


@dataclass(frozen=True)
class Figure:
    """A number in two editions; ``old_period`` is another than ``period`` when it is about a new period."""

    label: str
    region: str
    unit: str
    baseline: str | None
    period: str
    new: float | None
    old_period: str
    old: float | None


@dataclass(frozen=True)
class Moved:
    """A verdict that became another; both are words of `Verdict`."""

    label: str
    region: str
    period: str
    old: str
    new: str


@dataclass(frozen=True)
class Group:
    """Numbers with one label that are in one edition only."""

    label: str
    region: str
    figures: int


@dataclass(frozen=True)
class Changes:
    """Everything that differs.

    Parameters
    ----------
    old : Edition or None
        ``None`` for the first edition; then there is nothing to compare.
    revised : tuple of Figure
        Same period, other value, from other files.
    recalculated : tuple of Figure
        Same period, other value, though its files are the same: the calculation changed.
    new_period : tuple of Figure
        A number of a period that the old edition did not have.
    lacking, answered : tuple of str
        Subjects that have no figures any more, and that have them since.
    closed, opened : tuple of str
        Chapters that are no longer there, and that are new.
    rest : int
        Numbers that changed because these did: derived, or by less than is shown.
    """

    old: Edition | None
    new: Edition
    revised: tuple[Figure, ...] = ()
    recalculated: tuple[Figure, ...] = ()
    new_period: tuple[Figure, ...] = ()
    moved: tuple[Moved, ...] = ()
    added: tuple[Group, ...] = ()
    removed: tuple[Group, ...] = ()
    lacking: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    files: tuple[Input, ...] = ()
    rest: int = 0
    other_code: bool = False
