"""What can differ between two editions of a report: numbers, verdicts, subjects, chapters and files."""

from __future__ import annotations

from dataclasses import dataclass

from .edition import Edition
from .inputs import Input


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
class Moved:
    """A verdict that became another; both are words of `Verdict`."""

    label: str
    region: str
    baseline: str | None
    period: str
    old: str
    new: str
    chapters: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """Numbers with one label in one chapter that are in one edition only, and the periods they are about."""

    label: str
    region: str
    chapter: str
    figures: int
    periods: tuple[str, ...]


@dataclass(frozen=True)
class Changes:
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
    moved: tuple[Moved, ...] = ()
    added: tuple[Group, ...] = ()
    removed: tuple[Group, ...] = ()
    lacking: tuple[tuple[str, str], ...] = ()
    answered: tuple[tuple[str, str], ...] = ()
    closed: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    files: tuple[Input, ...] = ()
    rest: int = 0
    other_code: bool = False
    unpublic: bool = False
