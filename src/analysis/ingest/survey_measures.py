"""Percentages, grades and indices of surveys, with their margins."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from .. import paths
from ..errors import DataError
from .raw_files import AGAIN
from .text_columns import Rejected, keep_used
from .tidy import KEY, Figure, FigureStatus, parse_figure, tidy

VALUE, LOWER, UPPER = "value", "lower", "upper"
_RANGES = {"percent": (0, 100), "grade": (1, 10), "index": (1, 1000)}
_NAMES = {"percent": "percentage", "grade": "rapportcijfer", "index": "index waarin 2012 op 100 staat"}


def read_measures(cells: pd.DataFrame, path: Path, *, comma: bool, region: Callable[[str], str]) -> pd.DataFrame:
    """Convert cells with values and margins to figures.

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
        Figures as `tidy.tidy` returns them, with ``lower`` and ``upper``, the bounds of the 95% interval in the unit
        of the value; NaN where the publisher gives no margin.

    Raises
    ------
    DataError
        When a text cannot be read, or a value lies outside the range of its unit or outside its own margins.
    """
    cells = keep_used(cells, path, {"region": region})
    read = {
        margin: pd.concat(
            tidy(part, path, comma=comma, code=str, region=region, figure=measure_parser(str(unit)))
            for unit, part in cells[cells["margin"] == margin].groupby("unit")
        ).reset_index(drop=True)
        for margin in (VALUE, LOWER, UPPER)
        if (cells["margin"] == margin).any()
    }
    if VALUE not in read:
        raise DataError(paths.display_path(path), "er staan geen waarden in, alleen marges of niets.", AGAIN)
    rows = read.pop(VALUE)
    for margin, bounds in read.items():
        rows = rows.join(bounds.set_index(KEY)["value"].rename(margin), on=KEY)
    rows = rows.reindex(columns=list(dict.fromkeys([*rows.columns, LOWER, UPPER])))
    _check_margins(rows, path)
    return rows


def measure_parser(unit: str) -> Figure:
    """Return a parser of a percentage, grade or index and its status, which may have decimals.

    A value outside the range of its unit is rejected, because a decimal comma was probably lost.

    Parameters
    ----------
    unit : str
        ``percent`` (0 to 100), ``grade`` (1 to 10) or ``index`` (1 to 1000).

    Returns
    -------
    callable
        As parameter ``figure`` of `tidy.tidy`.

    Examples
    --------
    >>> measure_parser("grade")("7,4", True)
    (7.4, 'final')
    """
    lowest, highest = _RANGES[unit]

    def parse(text: str, comma: bool) -> FigureStatus:
        value, status = parse_figure(text, comma)
        if value < lowest or value > highest:
            problem = f"'{text.strip()}' is geen {_NAMES[unit]}: dat ligt tussen {lowest} en {highest}."
            remedy = "Is een punt of komma veranderd bij het bewaren? Gebruik de export zoals gedownload."
            raise Rejected(problem, remedy)
        return value, status

    return parse


def _check_margins(rows: pd.DataFrame, path: Path) -> None:
    """Refuse a value outside its own margins, because a row or column was probably mistaken for another."""
    outside = rows[(rows[LOWER] > rows["value"]) | (rows[UPPER] < rows["value"])]
    if not outside.empty:
        wrong = outside.iloc[0]
        problem = f"de waarde voor {wrong['code']}, {wrong['region']}, {wrong['period'].year} ligt buiten haar marge."
        raise DataError(paths.display_path(path), problem, AGAIN, line=int(wrong["line"]) or None)
