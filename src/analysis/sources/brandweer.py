"""Alarms of the fire brigade per municipality and month, as a veiligheidsregio delivers them on request.

There is no open table of them per municipality since 2019. A row says how often a kind occurred; ``alarmering`` is
every alarm, the other kinds are part of it.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from .. import catalogue
from ..catalogue import Table
from . import grids, headed, places
from .package import Resource
from .rejected import Rejected
from .tidy import tidy

NAMES = {"region": "Gemeentecode", "year": "Jaar", "month": "Maand", "category": "Soort", "text": "Aantal"}
MONTHS = 12


def recognises(rows: list[list[str]], resource: Resource) -> bool:
    """Whether the first rows are those of a delivery of the fire brigade; also when a column is absent."""
    kinds = headed.has(rows, NAMES["category"], NAMES["text"])
    return kinds and (headed.has(rows, NAMES["month"]) or headed.has(rows, NAMES["year"]))


def read(path: Path, resource: Resource) -> tuple[Table, pd.DataFrame]:
    """Read months, and add years of which every month is there.

    Returns
    -------
    Table
        Always ``alarmeringen``.
    DataFrame
        Figures as `tidy.tidy` returns them; codes are the kinds of the file in small letters.

    Raises
    ------
    DataError
        When a column is absent or a cell cannot be read.
    """
    cells = headed.columns(grids.read(path, closed=True), path, NAMES)
    months = cells["month"].str.strip().str.lower()
    numbered = "MM" + months.str.zfill(2)
    cells["period"] = cells["year"].str.strip() + numbered.where(months.str.fullmatch(r"[0-9]{1,2}"), " " + months)
    rows = tidy(cells, path, comma=True, code=_kind, region=places.region)
    headed.only(rows, "M", path, NAMES["month"])
    return catalogue.tables()["alarmeringen"], pd.concat([rows, _years(rows)], ignore_index=True)


def _kind(text: str) -> str:
    kind = text.strip().lower()
    if not kind:
        raise Rejected("de soort ontbreekt.", "Vul in wat geteld is, zoals alarmering, woningbrand of grote_brand.")
    return kind


def _years(rows: pd.DataFrame) -> pd.DataFrame:
    """Sums of twelve known months; eleven months are no year."""
    known = rows.dropna(subset="value")
    year = known["period"].dt.year.rename("year")
    per_year = known.groupby(["code", "region", year])["value"].agg(["size", "sum"]).reset_index()
    whole = per_year[per_year["size"] == MONTHS].rename(columns={"sum": "value"})
    period = pd.to_datetime(whole["year"].astype(str)).astype("datetime64[s]")
    return whole.assign(period=period, frequency="Y", status="final", line=0)[rows.columns]
