"""Deliveries on request: a sheet or CSV file with agreed column names, in any order and with others beside them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from .. import paths
from ..errors import DataError
from .files import AGAIN
from .grids import Grid
from .recognise import plain

_FREQUENCIES = {"M": "maand", "D": "dag"}


def has(rows: list[list[str]], *names: str) -> bool:
    """Whether the header in the first rows holds all these columns."""
    return bool(rows) and set(map(plain, names)) <= set(map(plain, rows[0]))


def columns(grid: Grid, path: Path, names: Mapping[str, str]) -> pd.DataFrame:
    """The agreed columns of a delivery.

    Parameters
    ----------
    grid : Grid
        The whole file.
    path : Path
        The file, for messages.
    names : mapping
        Our names and those in the header.

    Returns
    -------
    DataFrame
        Text columns by our names, and ``line``.

    Raises
    ------
    DataError
        For a column that is absent, or a header without rows.
    """
    if grid.body.empty:
        raise DataError(paths.shown(path), "er staan geen cijfers in, alleen de kolomkoppen.", AGAIN)
    found = {plain(name): place for place, name in enumerate(grid.header)}
    for name in names.values():
        if plain(name) not in found:
            remedy = f"Vraag de levering opnieuw aan met de kolommen {', '.join(names.values())}."
            raise DataError(paths.shown(path), "deze kolom ontbreekt.", remedy, line=1, column=name)
    chosen = {target: found[plain(name)] for target, name in names.items()}
    return grid.body[list(chosen.values())].set_axis(list(chosen), axis=1).assign(line=grid.body.index)


def only(rows: pd.DataFrame, frequency: str, path: Path, column: str) -> None:
    """Refuse rows of another frequency, such as a year between the months: it would be counted twice.

    Raises
    ------
    DataError
        Naming the first line.
    """
    other = rows[rows["frequency"] != frequency]
    if len(other):
        problem = f"hier hoort een {_FREQUENCIES[frequency]} te staan."
        remedy = f"Vul de {_FREQUENCIES[frequency]} in, of haal de regel weg als die een langere periode samenvat."
        raise DataError(paths.shown(path), problem, remedy, line=int(other["line"].iloc[0]), column=column)
