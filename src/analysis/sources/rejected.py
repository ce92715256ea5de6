"""What a reader cannot take or has no use for: told by a parser that knows no file or line."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..errors import DataError


class Rejected(ValueError):
    """Bad text with a Dutch problem and remedy; the reader adds the file, the line and the column."""

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem, self.remedy = problem, remedy
        super().__init__(problem)


class Left(NamedTuple):
    """Why a row is left out: what its text is, in Dutch, to follow on "cijfers over"; the text; whether we know it."""

    what: str
    text: str
    known: bool = True


class Unused(ValueError):
    """A text that stands for something we have no use for or do not know; its rows are left out and counted."""

    def __init__(self, left: Left) -> None:
        self.left = left
        super().__init__(f"{left.what}: {left.text}")


class Unregistered(DataError):
    """A file of ours that lacks what only a register can tell, such as the municipality.

    In a folder with a register that is a mistake; in a folder without one the file is left aside, with the remedy.
    """


def accepts(parse: Callable[[str], object], text: str) -> bool:
    """Whether a parser can use a text."""
    try:
        parse(text)
    except (Rejected, Unused):
        return False
    return True
