"""Columns of text cells that come block by block; what went by in earlier blocks is remembered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .. import paths
from ..errors import DataError
from .rejected import Rejected

T = TypeVar("T")
Numbers = NDArray[np.int32]


class Vocabulary(Generic[T]):
    """What the texts of one column stand for, numbered in order of appearance.

    Parameters
    ----------
    parse : callable
        Parser of a text; texts with the same answer get the same number.
    path : Path
        The file, for messages.
    shown : str
        What the column is called in a message.
    """

    def __init__(self, parse: Callable[[str], T], path: Path, shown: str) -> None:
        self._parse, self._path, self._shown = parse, path, shown
        self._texts: dict[str, int] = {}
        self._answers: dict[T, int] = {}

    def numbers(self, column: pa.DictionaryArray, line: int) -> Numbers:
        """The number of the answer on each row.

        Parameters
        ----------
        column : DictionaryArray
            Texts of one block.
        line : int
            The line in the file of its first row.

        Raises
        ------
        DataError
            For the first text that the parser rejects, with its line.
        """
        rows = column.indices.to_numpy()
        for place, text in enumerate(column.dictionary.to_pylist()):
            if text not in self._texts:
                try:
                    self._texts[text] = self._answers.setdefault(self._parse(text), len(self._answers))
                except Rejected as error:
                    at, name = line + int(np.argmax(rows == place)), paths.shown(self._path)
                    raise DataError(name, error.problem, error.remedy, line=at, column=self._shown) from None
        here: Numbers = np.array([self._texts[text] for text in column.dictionary.to_pylist()], dtype=np.int32)
        numbers: Numbers = here[rows]
        return numbers

    @property
    def answers(self) -> list[T]:
        """Every answer so far, by its number."""
        return list(self._answers)

    def spread(self, part: Callable[[T], Any], kind: Any) -> NDArray[Any]:
        """A part of every answer, by its number."""
        return np.array([part(answer) for answer in self._answers], dtype=kind)


class Once:
    """Which figures went by: one byte for each cell of the table, in whatever order it is written."""

    def __init__(self) -> None:
        self._seen: dict[int, NDArray[np.bool_]] = {}

    def again(self, codes: Numbers, regions: Numbers, periods: Numbers) -> int | None:
        """The first row of a block whose figure went by before, in this block or an earlier one."""
        for code in np.flatnonzero(np.bincount(codes)).tolist():
            rows = np.flatnonzero(codes == code)
            where = regions[rows], periods[rows]
            seen = self._room(code, *(int(numbers.max(initial=0)) + 1 for numbers in where))
            before, count = seen[where], np.count_nonzero(seen)
            seen[where] = True
            if np.count_nonzero(seen) - count < len(rows):
                first = np.unique(regions[rows].astype(np.int64) * seen.shape[1] + periods[rows], return_index=True)[1]
                before[np.setdiff1d(np.arange(len(rows)), first)] = True
                return int(rows[np.argmax(before)])
        return None

    def _room(self, code: int, regions: int, periods: int) -> NDArray[np.bool_]:
        """What went by of a code, with room for so many regions and periods."""
        seen = self._seen.get(code, np.zeros((0, 0), dtype=bool))
        more = [(0, max(0, wanted - there)) for wanted, there in zip((regions, periods), seen.shape, strict=True)]
        self._seen[code] = np.pad(seen, more) if any(extra for _, extra in more) else seen
        return self._seen[code]
