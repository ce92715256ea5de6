"""What a reader cannot take or has no use for: told by a parser that knows no file or line."""

from __future__ import annotations

import warnings
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from .. import paths
from ..errors import DataError, DataWarning


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


Column = NDArray[np.object_]
_NAMED, _LONG = 5, 40  # texts that are named of those without use, and characters of each


@dataclass(frozen=True)
class Parsed(Generic[T]):
    """A column whose distinct texts were read: what each came to, and which of those each row holds."""

    answers: list[T]
    rows: NDArray[np.intp]

    def spread(self, part: Callable[[T], Any], kind: Any = object) -> NDArray[Any]:
        """A part of the answer of every row, as an array of that kind."""
        found = np.fromiter(map(part, self.answers), dtype=kind, count=len(self.answers))
        return found[self.rows]


class _Numbers(dict[Any, int]):
    """The number of each distinct value, given out when it is first met."""

    def __missing__(self, value: Any) -> int:
        self[value] = len(self)
        return self[value]


class Texts:
    """A column while it is read: each distinct text is kept once, so memory hardly grows with the number of rows.

    Parameters
    ----------
    text : callable
        How a distinct value is written as text.
    """

    def __init__(self, text: Callable[[Any], str] = str) -> None:
        self._text, self._numbers, self._rows = text, _Numbers(), array("i")

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, values: Iterable[Any]) -> None:
        """Put values below those that are there."""
        self._rows.extend(map(self._numbers.__getitem__, values))

    @property
    def column(self) -> pd.Categorical:
        """What was read so far."""
        known, texts = pd.factorize(np.array([self._text(value) for value in self._numbers], dtype=object))
        rows = known[np.array(self._rows)] if len(known) else known
        return pd.Categorical.from_codes(rows, pd.Index(texts, dtype="str"))


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


def useful(cells: pd.DataFrame, path: Path, parsers: Mapping[str, Callable[[str], object]]) -> pd.DataFrame:
    """The rows of which we have a use for every text; what is left out is counted and told.

    Parameters
    ----------
    parsers : mapping
        A parser for each column to look at; what a parser rejects stays, to be told by `parsed`.

    Raises
    ------
    DataError
        When no row is left: a misspelled name may be the cause.
    """
    left = Counter[Left]()
    for column, parse in parsers.items():
        rows, texts = pd.factorize(cells[column])
        reasons = [_unused(parse, text) for text in texts]
        if any(reasons):
            left.update(reason for row in rows if (reason := reasons[row]))
            cells = cells[np.array([reason is None for reason in reasons])[rows]]
    if left and cells.empty:
        problem = f"er staan alleen cijfers in die dit programma niet gebruikt: {told(left)}."
        kind = Unregistered if all(one.known for one in left) else DataError
        raise kind(paths.shown(path), problem, "Controleer de namen en codes, of haal het bestand uit de map.")
    if left:
        warnings.warn(DataWarning(f"niet gebruikt: {told(left)}."), stacklevel=2)
    return cells


def _unused(parse: Callable[[str], object], text: str) -> Left | None:
    try:
        parse(text)
    except Unused as error:
        return error.left
    except Rejected:
        pass
    return None


def told(left: Mapping[Left, int]) -> str:
    """How many figures were left out, and about what, in Dutch."""
    texts: dict[str, list[str]] = {}
    numbers = Counter[str]()
    for one, number in left.items():
        texts.setdefault(one.what, []).append(one.text)
        numbers[one.what] += number
    counted = {what: f"{number} cijfer{'s' if number > 1 else ''}" for what, number in numbers.items()}
    return "; ".join(f"{number} over {what} ({_some(texts[what])})" for what, number in counted.items())


def _some(texts: list[str]) -> str:
    more = f" en nog {len(texts) - _NAMED}" if len(texts) > _NAMED else ""
    return ", ".join(shorten(text, _LONG, placeholder="…") for text in texts[:_NAMED]) + more


def each(cells: pd.DataFrame, column: str, parse: Callable[[str], T], path: Path, shown: str) -> Column:
    """As `parsed`, but the whole answer of every row."""
    return parsed(cells, column, parse, path, shown).spread(lambda answer: answer)
