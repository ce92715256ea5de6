"""Columns of deliveries on request: a sheet or CSV file with agreed column names, in any order and among others."""

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


def has_columns(rows: list[list[str]], *names: str) -> bool:
    """Whether the header in the first row holds all these columns.

    Parameters
    ----------
    rows : list of list of str
        First rows of the file, as `grids.peek` returns them.
    *names : str
        Headings; capitals, spaces and punctuation are ignored.

    Returns
    -------
    bool

    Examples
    --------
    >>> has_columns([["Gemeentecode", "Jaar", "Aantal"]], "jaar", "aantal")
    True
    """
    return bool(rows) and set(map(plain, names)) <= set(map(plain, rows[0]))


def read_columns(grid: Grid, path: Path, names: Mapping[str, str]) -> pd.DataFrame:
    """Return the agreed columns of a delivery.

    Parameters
    ----------
    grid : Grid
        The whole file.
    path : Path
        The file, for messages.
    names : mapping
        The name of each column in the result, and its name in the header.

    Returns
    -------
    DataFrame
        Text columns, and ``line``; also ``name`` when the file has a column with names of municipalities.

    Raises
    ------
    DataError
        When a column is missing, when there are no rows below the header, or when a code contradicts its name.
    """
    if grid.body.empty:
        raise DataError(paths.display_path(path), "er staan geen cijfers in, alleen de kolomkoppen.", AGAIN)
    remedy = f"Vraag de levering opnieuw aan met de kolommen {', '.join(names.values())}."
    chosen = {target: column_number(grid, path, name, remedy) for target, name in names.items()}
    unused = grid.unused(chosen.values())
    grids.refuse_parts(unused, path)
    grids.warn_unused(unused)
    name_columns = [
        column for column, heading in enumerate(grid.header) if plain(heading) in ("gemeente", "gemeentenaam")
    ]
    chosen |= {"name": name_columns[0]} if name_columns else {}
    cells = grid.body[list(chosen.values())].set_axis(list(chosen), axis=1).assign(line=grid.body.index)
    check_names(cells, path)
    return cells


def check_names(cells: pd.DataFrame, path: Path) -> None:
    """Refuse rows with the code of one municipality and the name of another.

    Parameters
    ----------
    cells : DataFrame
        With text columns ``region`` and ``name``, and ``line``. Without one of the first two, nothing is checked.
    path : Path
        The file, for messages.

    Raises
    ------
    DataError
        Naming the first line.
    """
    if not {"region", "name"} <= set(cells):
        return
    for code, name in cells[["region", "name"]].drop_duplicates().itertuples(index=False):
        try:
            region_texts.check_name(code, name)
        except Rejected as error:
            first = cells[(cells["region"] == code) & (cells["name"] == name)].iloc[0]
            line, file = int(first["line"]), paths.display_path(path)
            raise DataError(file, error.problem, error.remedy, line=line or None, column="gemeente") from None


def column_number(grid: Grid, path: Path, name: str, remedy: str) -> int:
    """Return the number of the column with a name.

    Parameters
    ----------
    grid : Grid
        The whole file.
    path : Path
        The file, for messages.
    name : str
        Heading of the column; capitals, spaces and punctuation are ignored.
    remedy : str
        Remedy of the error, in Dutch.

    Raises
    ------
    DataError
        When no column has the name, or more than one.
    """
    columns = [column for column, heading in enumerate(grid.header) if plain(heading) == plain(name)]
    if len(columns) == 1:
        return columns[0]
    problem = "deze kolom staat er meer dan één keer in." if columns else "deze kolom ontbreekt."
    raise DataError(paths.display_path(path), problem, remedy, line=int(grid.rows.index[0]) or None, column=name)


def refuse_days(rows: pd.DataFrame, path: Path) -> None:
    """Refuse days in a table of years and months, because Excel turns some periods into dates.

    Parameters
    ----------
    rows : DataFrame
        Figures as `tidy.tidy` returns them.
    path : Path
        The file, for messages.

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
        raise DataError(
            paths.display_path(path), problem, remedy, line=int(days["line"].iloc[0]) or None, column="perioden"
        )


def refuse_other_frequencies(rows: pd.DataFrame, frequency: str, path: Path, column: str) -> None:
    """Refuse rows of another frequency, such as a year among months, which would be counted twice.

    Parameters
    ----------
    rows : DataFrame
        Figures as `tidy.tidy` returns them.
    frequency : str
        ``M`` or ``D``.
    path : Path
        The file, for messages.
    column : str
        Heading of the column with periods, for messages.

    Raises
    ------
    DataError
        Naming the first line.
    """
    wrong = rows[rows["frequency"] != frequency]
    if len(wrong):
        problem = f"hier hoort een {_FREQUENCIES[frequency]} te staan."
        remedy = f"Vul de {_FREQUENCIES[frequency]} in, of haal de regel weg als die een langere periode samenvat."
        raise DataError(paths.display_path(path), problem, remedy, line=int(wrong["line"].iloc[0]), column=column)
