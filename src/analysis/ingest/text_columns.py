"""Parsing of text columns: each distinct text once, with errors that name the file, line and column.

A parser of one text raises `Rejected` for a text that is wrong and `Unused` for one that is of no use here.
`parse_rows`, `parse_column` and `keep_used` apply a parser to a column. `Vocabulary` and `SeenFigures` do the same for
files that are read block by block, and `Texts` stores a long column in little memory.
"""

from __future__ import annotations

import warnings
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
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

T = TypeVar("T")
Numbers = NDArray[np.int32]
Column = NDArray[np.object_]
_EXAMPLES, _EXAMPLE_LENGTH = 5, 40  # number of unused texts that a message names, and characters of each


class Rejected(ValueError):
    """A text that is wrong, with a problem and remedy in Dutch; the reader adds the file, line and column."""

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem, self.remedy = problem, remedy
        super().__init__(problem)


class LeftOut(NamedTuple):
    """Reason why a row is left out.

    Parameters
    ----------
    what : str
        What the text is, in Dutch, to follow "cijfers over".
    text : str
    known : bool
        Whether the text is recognised as something that is of no use here.
    """

    what: str
    text: str
    known: bool = True


class Unused(ValueError):
    """A text that is unknown or of no use here; its rows are left out and counted."""

    def __init__(self, left: LeftOut) -> None:
        self.left = left
        super().__init__(f"{left.what}: {left.text}")


class Unregistered(DataError):
    """A recognised file that lacks information which only the register can give, such as the municipality.

    In a folder with a register this is an error. In a folder without one the file is skipped, with the remedy.
    """


def accepts(parse: Callable[[str], object], text: str) -> bool:
    """Whether a parser accepts a text.

    Parameters
    ----------
    parse : callable
        Raises `Rejected` or `Unused` for a text that it does not accept.
    text : str
    """
    try:
        parse(text)
    except (Rejected, Unused):
        return False
    return True


class Vocabulary(Generic[T]):
    """Parsed values of the texts in one column, numbered in order of appearance.

    Parameters
    ----------
    parse : callable
        Parser of a text; texts with the same result get the same number.
    path : Path
        The file, for messages.
    heading : str
        What the column is called in a message.
    """

    def __init__(self, parse: Callable[[str], T], path: Path, heading: str) -> None:
        self._parse, self._path, self._heading = parse, path, heading
        self._texts: dict[str, int] = {}
        self._answers: dict[T, int] = {}

    def numbers(self, column: pa.DictionaryArray, line: int) -> Numbers:
        """Return the number of the parsed value on each row.

        Parameters
        ----------
        column : DictionaryArray
            Texts of one block of the file.
        line : int
            Line in the file of the first row.

        Returns
        -------
        ndarray of int32

        Raises
        ------
        DataError
            For the first text that the parser rejects, with its line.
        """
        rows = column.indices.to_numpy()
        for index, text in enumerate(column.dictionary.to_pylist()):
            if text not in self._texts:
                try:
                    self._texts[text] = self._answers.setdefault(self._parse(text), len(self._answers))
                except Rejected as error:
                    bad_line, name = line + int(np.argmax(rows == index)), paths.display_path(self._path)
                    raise DataError(name, error.problem, error.remedy, line=bad_line, column=self._heading) from None
        answer_of: Numbers = np.array([self._texts[text] for text in column.dictionary.to_pylist()], dtype=np.int32)
        numbers: Numbers = answer_of[rows]
        return numbers

    @property
    def answers(self) -> list[T]:
        """Every parsed value so far, by its number."""
        return list(self._answers)

    def spread(self, part: Callable[[T], Any], kind: Any) -> NDArray[Any]:
        """Return a property of every parsed value, by its number, as an array of type ``kind``."""
        return np.array([part(answer) for answer in self._answers], dtype=kind)


class SeenFigures:
    """Detection of repeated figures: one byte for each cell of the table, whatever the order of its rows."""

    def __init__(self) -> None:
        self._seen: dict[int, NDArray[np.bool_]] = {}

    def again(self, codes: Numbers, regions: Numbers, periods: Numbers) -> int | None:
        """Return the first row of a block whose figure was seen before, in this block or an earlier one.

        Parameters
        ----------
        codes, regions, periods : ndarray of int32
            Numbers from a `Vocabulary`, by row.

        Returns
        -------
        int or None

        Examples
        --------
        >>> seen, zeros = SeenFigures(), np.zeros(2, dtype=np.int32)
        >>> seen.again(zeros, zeros, np.array([0, 1], dtype=np.int32))
        >>> seen.again(zeros, zeros, np.array([2, 1], dtype=np.int32))
        1
        """
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
        """Return the seen cells of a code, enlarged to this number of regions and periods."""
        seen = self._seen.get(code, np.zeros((0, 0), dtype=bool))
        more = [(0, max(0, wanted - size)) for wanted, size in zip((regions, periods), seen.shape, strict=True)]
        self._seen[code] = np.pad(seen, more) if any(extra for _, extra in more) else seen
        return self._seen[code]


@dataclass(frozen=True)
class Parsed(Generic[T]):
    """A parsed column.

    Parameters
    ----------
    answers : list
        Parsed value of each distinct text.
    rows : ndarray of int
        Index into ``answers`` for each row.
    """

    answers: list[T]
    rows: NDArray[np.intp]

    def spread(self, part: Callable[[T], Any], kind: Any = object) -> NDArray[Any]:
        """Return a property of the parsed value of every row, as an array of type ``kind``."""
        parts = np.fromiter(map(part, self.answers), dtype=kind, count=len(self.answers))
        return parts[self.rows]


class _Numbers(dict[Any, int]):
    """Numbers of distinct values, assigned when a value is first looked up."""

    def __missing__(self, value: Any) -> int:
        self[value] = len(self)
        return self[value]


class Texts:
    """A text column under construction; each distinct text is stored once, so memory hardly grows with the rows.

    Parameters
    ----------
    text : callable
        Conversion of a distinct value to text.

    Examples
    --------
    >>> texts = Texts()
    >>> texts.add([1, 2, 1])
    >>> list(texts.column)
    ['1', '2', '1']
    """

    def __init__(self, text: Callable[[Any], str] = str) -> None:
        self._text, self._numbers, self._rows = text, _Numbers(), array("i")

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, values: Iterable[Any]) -> None:
        """Append values."""
        self._rows.extend(map(self._numbers.__getitem__, values))

    @property
    def column(self) -> pd.Categorical:
        """The values so far, as a categorical of texts."""
        numbers, texts = pd.factorize(np.array([self._text(value) for value in self._numbers], dtype=object))
        rows = numbers[np.array(self._rows)] if len(numbers) else numbers
        return pd.Categorical.from_codes(rows, pd.Index(texts, dtype="str"))


def parse_column(cells: pd.DataFrame, column: str, parse: Callable[[str], T], path: Path, heading: str) -> Parsed[T]:
    """Parse each distinct text of a column once.

    Parameters
    ----------
    cells : DataFrame
        With that column and ``line``, the line in the file. If there is a column ``column``, it holds the heading of
        each ``text``.
    column : str
        Name of the column to parse.
    parse : callable
        Parser of a text.
    path : Path
        The file, for messages.
    heading : str
        Name of the column in messages.

    Returns
    -------
    Parsed

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
            own_heading = str(first["column"]) if column == "text" and "column" in cells else heading
            line, file = int(first["line"]), paths.display_path(path)
            raise DataError(file, error.problem, error.remedy, line=line or None, column=own_heading) from None
    return Parsed(answers, rows)


def keep_used(cells: pd.DataFrame, path: Path, parsers: Mapping[str, Callable[[str], object]]) -> pd.DataFrame:
    """Keep the rows whose texts are all used; other rows are counted in a warning.

    Parameters
    ----------
    cells : DataFrame
        Text columns.
    path : Path
        The file, for messages.
    parsers : mapping of str to callable
        A parser for each column to check. A text that a parser rejects is kept, so that `parse_column` reports it.

    Returns
    -------
    DataFrame

    Raises
    ------
    DataError
        When no row is left, because a misspelled name may be the cause.
    """
    left = Counter[LeftOut]()
    for column, parse in parsers.items():
        rows, texts = pd.factorize(cells[column])
        reasons = [_reason_left_out(parse, text) for text in texts]
        if any(reasons):
            left.update(reason for row in rows if (reason := reasons[row]))
            cells = cells[np.array([reason is None for reason in reasons])[rows]]
    if left and cells.empty:
        problem = f"er staan alleen cijfers in die dit programma niet gebruikt: {describe_left_out(left)}."
        kind = Unregistered if all(reason.known for reason in left) else DataError
        raise kind(paths.display_path(path), problem, "Controleer de namen en codes, of haal het bestand uit de map.")
    if left:
        warnings.warn(DataWarning(f"niet gebruikt: {describe_left_out(left)}."), stacklevel=2)
    return cells


def _reason_left_out(parse: Callable[[str], object], text: str) -> LeftOut | None:
    try:
        parse(text)
    except Unused as error:
        return error.left
    except Rejected:
        pass
    return None


def describe_left_out(left: Mapping[LeftOut, int]) -> str:
    """Describe in Dutch how many figures were left out, and what they are about.

    Parameters
    ----------
    left : mapping of LeftOut to int
        Number of figures by reason.

    Examples
    --------
    >>> describe_left_out({LeftOut("gebieden die onbekend zijn", "Utopia"): 2})
    '2 cijfers over gebieden die onbekend zijn (Utopia)'
    """
    texts: dict[str, list[str]] = {}
    numbers = Counter[str]()
    for reason, rows in left.items():
        texts.setdefault(reason.what, []).append(reason.text)
        numbers[reason.what] += rows
    counts = {kind: f"{rows} cijfer{'s' if rows > 1 else ''}" for kind, rows in numbers.items()}
    return "; ".join(f"{rows} over {kind} ({_shortened(texts[kind])})" for kind, rows in counts.items())


def _shortened(texts: list[str]) -> str:
    return examples([shorten(text, _EXAMPLE_LENGTH, placeholder="…") for text in texts], _EXAMPLES)


def examples(texts: Sequence[str], most: int) -> str:
    """List the first texts in Dutch, and how many others there are.

    Parameters
    ----------
    texts : sequence of str
    most : int
        How many are listed.

    Returns
    -------
    str

    Examples
    --------
    >>> examples(["2022", "2023", "2024"], most=2)
    '2022, 2023 en nog 1'
    """
    return ", ".join(texts[:most]) + (f" en nog {len(texts) - most}" if len(texts) > most else "")


def parse_rows(cells: pd.DataFrame, column: str, parse: Callable[[str], T], path: Path, heading: str) -> Column:
    """Parse each distinct text of a column once and return the parsed value of every row.

    The parameters and errors are those of `parse_column`.

    Examples
    --------
    >>> cells = pd.DataFrame({"jaar": ["2020", "2021", "2020"], "line": [2, 3, 4]})
    >>> parse_rows(cells, "jaar", int, Path("x.csv"), "jaar").tolist()
    [2020, 2021, 2020]
    """
    return parse_column(cells, column, parse, path, heading).spread(lambda answer: answer)
