"""Columns of text cells, in which few texts stand on many rows: every distinct text is read once."""

from __future__ import annotations

import warnings
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import Any, Generic, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import paths
from ..errors import DataError, DataWarning
from .rejected import Left, Rejected, Unregistered, Unused

T = TypeVar("T")
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
