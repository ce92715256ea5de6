"""Columns of text cells, in which few texts stand on many rows: every distinct text is read once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import paths
from ..errors import DataError
from .rejected import Rejected

T = TypeVar("T")
Column = NDArray[np.object_]


@dataclass(frozen=True)
class Parsed(Generic[T]):
    """A column whose distinct texts were read: what each came to, and which of those each row holds."""

    answers: list[T]
    rows: NDArray[np.intp]

    def spread(self, part: Callable[[T], Any], kind: Any = object) -> NDArray[Any]:
        """A part of the answer of every row, as an array of that kind."""
        found = np.fromiter(map(part, self.answers), dtype=kind, count=len(self.answers))
        return found[self.rows]


def parsed(cells: pd.DataFrame, column: str, parse: Callable[[str], T], path: Path, shown: str) -> Parsed[T]:
    """Parse each distinct text of a column once.

    Parameters
    ----------
    cells : DataFrame
        With that ``column`` and the ``line`` each text stood on; a ``column`` of that name, if any, is the heading
        over a ``text``.
    shown : str
        What the column is called in a message.

    Raises
    ------
    DataError
        For the first text that the parser rejects, with its line.
    """
    rows, texts = pd.factorize(cells[column])
    answers = []
    for number, text in enumerate(texts):
        try:
            answers.append(parse(text))
        except Rejected as error:
            first = cells.iloc[int(np.argmax(rows == number))]
            heading = str(first["column"]) if column == "text" and "column" in cells else shown
            line, place = int(first["line"]), paths.shown(path)
            raise DataError(place, error.problem, error.remedy, line=line or None, column=heading) from None
    return Parsed(answers, rows)


def each(cells: pd.DataFrame, column: str, parse: Callable[[str], T], path: Path, shown: str) -> Column:
    """As `parsed`, but the whole answer of every row."""
    return parsed(cells, column, parse, path, shown).spread(lambda answer: answer)
