"""A text that cannot be read, said by a parser that does not know in which file or line it stood."""

from __future__ import annotations


class Rejected(ValueError):
    """Bad text with a Dutch problem and remedy; the reader adds the file, the line and the column."""

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem, self.remedy = problem, remedy
        super().__init__(problem)
