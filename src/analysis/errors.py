"""The one way to say that input is wrong: which file, where in it, what, and what to do about it."""

from __future__ import annotations

from pathlib import Path


class DataError(Exception):
    """Bad input, told in Dutch to the person who can mend it.

    Parameters
    ----------
    file : Path or str
        The file at fault, as the user knows it.
    problem : str
        What is wrong, one Dutch sentence without the place.
    remedy : str
        What the user can do, one or two Dutch sentences.
    line : int, optional
        Line in the file, counted from 1.
    column : str, optional
        Column name, or the entry and field of a YAML file.
    """

    def __init__(
        self,
        file: Path | str,
        problem: str,
        remedy: str,
        *,
        line: int | None = None,
        column: str | None = None,
    ) -> None:
        self.file, self.problem, self.remedy, self.line, self.column = (
            str(file),
            problem,
            remedy,
            line,
            column,
        )
        super().__init__(str(self))

    @property
    def place(self) -> str:
        """The file with line and column, as far as known."""
        parts = [self.file]
        if self.line is not None:
            parts.append(f"regel {self.line}")
        if self.column is not None:
            parts.append(f"kolom '{self.column}'")
        return ", ".join(parts)

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}\nWat kunt u doen? {self.remedy}"
