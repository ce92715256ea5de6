"""Incidents by day around New Year, as the police delivers them on request.

Months are too coarse for a New Year: it is two days in two years. So besides the days themselves there is a figure for
each New Year, under the year in which it begins: 31 December of that year and 1 January of the next.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import pandas as pd

from .. import catalogue, periods
from ..catalogue import Table
from ..errors import DataWarning
from . import grids, headed, places
from .columns import useful
from .package import Resource
from .recognise import plain
from .rejected import Left, Rejected, Unused
from .tidy import tidy

NAMES = {"region": "Gemeentecode", "period": "Datum", "category": "Soort", "text": "Aantal"}
BY_CODE = {**NAMES, "category": "Incidentcode"}
TOTAL = "totaal"
EVE, DAY = (12, 31), (1, 1)


def recognises(rows: list[list[str]], resource: Resource) -> bool:
    """Whether the first rows are those of a delivery by day."""
    return headed.has(rows, NAMES["period"], NAMES["text"])


def read(path: Path, resource: Resource) -> tuple[Table, pd.DataFrame]:
    """Read days, and add the figure of each New Year of which both days are there.

    Returns
    -------
    Table
        Always ``jaarwisseling``.
    DataFrame
        Figures as `tidy.tidy` returns them, of all kinds together (``totaal``), by day (``D``) and by New Year (``Y``).

    Raises
    ------
    DataError
        When a column is absent or a cell cannot be read.
    """
    grid = grids.read(path, closed=True)
    names = BY_CODE if headed.has([grid.header], BY_CODE["category"]) else NAMES
    cells = useful(headed.columns(grid, path, names), path, {"period": _around})
    rows = tidy(cells, path, comma=True, code=_kind, region=places.region)
    headed.only(rows, "D", path, NAMES["period"])
    days = _totals(rows)
    return catalogue.tables()["jaarwisseling"], pd.concat([days, _new_years(days)], ignore_index=True)


def _around(text: str) -> None:
    """Nothing more is asked of a day than that it lies in one of the two months, where it can be read."""
    try:
        month = periods.parse(text).start.month
    except ValueError:
        return
    if month not in (EVE[0], DAY[0]):
        raise Unused(Left("dagen buiten december en januari", text.strip(), known=False))


def _kind(text: str) -> str:
    kind = text.strip().lower()
    if not kind:
        raise Rejected("de soort ontbreekt.", "Vul in wat geteld is, zoals vernieling of een incidentcode.")
    if plain(kind).startswith(TOTAL):
        raise Rejected(f"'{kind}' telt andere regels nog een keer mee.", "Haal de regels met een totaal weg.")
    return kind


def _totals(rows: pd.DataFrame) -> pd.DataFrame:
    """All kinds of a day together; missing when the file has a kind that is not there that day."""
    wide = rows.pivot(index=["region", "period"], columns="code", values="value")
    total = wide.sum(axis=1, skipna=False).rename("value").reset_index()
    status = total["value"].isna().map({True: "missing", False: "final"})
    return total.assign(code=TOTAL, frequency="D", status=status, line=0)[rows.columns]


def _new_years(days: pd.DataFrame) -> pd.DataFrame:
    """31 December and 1 January together, where both are known."""
    moment = days["period"].dt
    dates = list(zip(moment.month, moment.day, strict=True))
    held = days.assign(year=moment.year - [int(date == DAY) for date in dates], date=dates).dropna(subset="value")
    both = held[held["date"].isin([EVE, DAY])].groupby(["code", "region", "year"])["value"].agg(["size", "sum"])
    winters = days.assign(year=moment.year - (moment.month == DAY[0])).groupby(["code", "region", "year"]).ngroups
    if lacking := winters - int((both["size"] == len([EVE, DAY])).sum()):
        problem = f"jaarwisselingen zonder het cijfer van 31 december of 1 januari, die dus niet tellen: {lacking}."
        warnings.warn(DataWarning(problem), stacklevel=2)
    whole = both[both["size"] == len([EVE, DAY])].reset_index().rename(columns={"sum": "value"})
    period = pd.to_datetime(whole["year"].astype(str)).astype("datetime64[s]")
    return whole.assign(period=period, frequency="Y", status="final", line=0)[days.columns]
