"""Percentages, grades and indices with their margins: what a survey gives instead of counts."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from .. import paths
from ..errors import DataError
from .raw_files import AGAIN
from .text_columns import Rejected, useful
from .tidy import KEY, Figure, absent, number, tidy

VALUE, LOWER, UPPER = "value", "lower", "upper"
_RANGES = {"percent": (0, 100), "grade": (1, 10), "index": (1, 1000)}
_NAMES = {"percent": "percentage", "grade": "rapportcijfer", "index": "index waarin 2012 op 100 staat"}


def measures(cells: pd.DataFrame, path: Path, *, comma: bool, region: Callable[[str], str]) -> pd.DataFrame:
    """Read cells of values and margins.

    Parameters
    ----------
    cells : DataFrame
        As for `tidy.tidy`, with two more text columns: ``unit`` (``percent``, ``grade`` or ``index``) and ``margin``
        (``value``, ``lower`` or ``upper``).
    path, comma, region
        As for `tidy.tidy`.

    Returns
    -------
    DataFrame
        As `tidy.tidy` returns, with ``lower`` and ``upper``: NaN where the publisher gives no margin.

    Raises
    ------
    DataError
        For a text that cannot be read, a value outside the range of its unit, and a value outside its own margins.
    """
    cells = useful(cells, path, {"region": region})
    read = {
        margin: pd.concat(
            tidy(part, path, comma=comma, code=str, region=region, figure=measure(str(unit)))
            for unit, part in cells[cells["margin"] == margin].groupby("unit")
        ).reset_index(drop=True)
        for margin in (VALUE, LOWER, UPPER)
        if (cells["margin"] == margin).any()
    }
    if VALUE not in read:
        raise DataError(paths.shown(path), "er staan geen waarden in, alleen marges of niets.", AGAIN)
    rows = read.pop(VALUE)
    for margin, bounds in read.items():
        rows = rows.join(bounds.set_index(KEY)["value"].rename(margin), on=KEY)
    rows = rows.reindex(columns=list(dict.fromkeys([*rows.columns, LOWER, UPPER])))
    _inside(rows, path)
    return rows


def measure(unit: str) -> Figure:
    """A parser of a percentage, grade or index and its status: decimals are right here, in a count they are not.

    A value outside the range of its unit points to a decimal mark that was lost on the way.
    """
    lowest, highest = _RANGES[unit]

    def parse(text: str, comma: bool) -> tuple[float, str]:
        cleaned = text.strip()
        if reason := absent(cleaned, comma):
            return math.nan, reason
        value = number(cleaned, comma)
        if not lowest <= value <= highest:
            problem = f"'{cleaned}' is geen {_NAMES[unit]}: dat ligt tussen {lowest} en {highest}."
            remedy = "Is een punt of komma veranderd bij het bewaren? Gebruik de export zoals gedownload."
            raise Rejected(problem, remedy)
        return value, "final"

    return parse


def _inside(rows: pd.DataFrame, path: Path) -> None:
    """A value lies between its own margins, or a row or column was taken for another."""
    outside = rows[(rows[LOWER] > rows["value"]) | (rows[UPPER] < rows["value"])]
    if not outside.empty:
        wrong = outside.iloc[0]
        problem = f"de waarde voor {wrong['code']}, {wrong['region']}, {wrong['period'].year} ligt buiten haar marge."
        raise DataError(paths.shown(path), problem, AGAIN, line=int(wrong["line"]) or None)
