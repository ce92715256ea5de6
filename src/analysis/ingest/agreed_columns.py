"""Deliveries on request: a sheet or CSV file with agreed column names, in any order and with others beside them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from .. import paths
from ..errors import DataError
from . import grids, region_texts
from .grids import Grid
from .raw_files import AGAIN
from .table_recognition import plain
from .text_columns import Rejected

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
    remedy = f"Vraag de levering opnieuw aan met de kolommen {', '.join(names.values())}."
    chosen = {target: place(grid, path, name, remedy) for target, name in names.items()}
    unused = grid.unused(chosen.values())
    grids.refuse_parts(unused, path)
    grids.tell_unused(unused)
    beside = [at for at, heading in enumerate(grid.header) if plain(heading) in ("gemeente", "gemeentenaam")]
    chosen |= {"name": beside[0]} if beside else {}
    cells = grid.body[list(chosen.values())].set_axis(list(chosen), axis=1).assign(line=grid.body.index)
    same(cells, path)
    return cells


def same(cells: pd.DataFrame, path: Path) -> None:
    """Refuse rows with the code of one municipality and the name of another, in columns ``region`` and ``name``.

    Raises
    ------
    DataError
        Naming the first line.
    """
    if not {"region", "name"} <= set(cells):
        return
    for code, name in cells[["region", "name"]].drop_duplicates().itertuples(index=False):
        try:
            region_texts.same(code, name)
        except Rejected as error:
            first = cells[(cells["region"] == code) & (cells["name"] == name)].iloc[0]
            line, where = int(first["line"]), paths.shown(path)
            raise DataError(where, error.problem, error.remedy, line=line or None, column="gemeente") from None


def place(grid: Grid, path: Path, name: str, remedy: str) -> int:
    """The one column with a name.

    Raises
    ------
    DataError
        When there is none, or more than one: it is not clear which of them holds.
    """
    places = [place for place, heading in enumerate(grid.header) if plain(heading) == plain(name)]
    if len(places) == 1:
        return places[0]
    problem = "deze kolom staat er meer dan één keer in." if places else "deze kolom ontbreekt."
    raise DataError(paths.shown(path), problem, remedy, line=int(grid.rows.index[0]) or None, column=name)


def no_days(rows: pd.DataFrame, path: Path) -> None:
    """Refuse days in a table of years and months: Excel makes a date of what it takes for one.

    Raises
    ------
    DataError
        Naming the first line.
    """
    days = rows[rows["frequency"] == "D"]
    if len(days):
        problem = f"hier hoort een jaar of maand te staan en er staat een dag ({days['period'].iloc[0]:%-d-%-m-%Y})."
        remedy = (
            "Heeft Excel er een datum van gemaakt? Gebruik de export zoals gedownload, of vul het jaar of de maand in."
        )
        raise DataError(paths.shown(path), problem, remedy, line=int(days["line"].iloc[0]) or None, column="perioden")


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
