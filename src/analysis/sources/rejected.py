"""What a reader cannot take: a text, said by a parser that knows no file or line, or a file that lacks its meaning."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import DataError


class Rejected(ValueError):
    """Bad text with a Dutch problem and remedy; the reader adds the file, the line and the column."""

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem, self.remedy = problem, remedy
        super().__init__(problem)


class Unregistered(DataError):
    """A file of ours that lacks what only a register can tell, such as the municipality.

    In a folder with a register that is a mistake; in a folder without one the file is left aside, with the remedy.
    """


def accepts(parse: Callable[[str], object], text: str) -> bool:
    """Whether a parser can take a text."""
    try:
        parse(text)
    except Rejected:
        return False
    return True
