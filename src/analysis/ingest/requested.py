"""Referrals to Halt per municipality and year, as Halt and Waarstaatjegemeente deliver them on request.

There is no open table of them per municipality. Publications changed their unit: up to 2018 per 10.000 youths of 12 to
17 years, later per 1.000. So each row says its unit, and a rate is held against its own count.
"""

from __future__ import annotations

import math
import warnings
from pathlib import Path

import pandas as pd

from .. import paths
from ..definitions import catalogue, periods
from ..definitions.catalogue import Table
from ..errors import DataError, DataWarning
from . import agreed_columns, grids, region_texts
from .data_package import Resource
from .table_recognition import plain
from .text_columns import Left, Rejected, Unused, each, useful
from .tidy import absent, number, tidy

HALT_COLUMNS = {
    "region": "Gemeentecode", "period": "Jaar", "text": "Verwijzingen", "youths": "Jongeren 12-17", "rate": "Relatief",
    "unit": "Eenheid",
}  # fmt: skip
UNITS = {"per10000jongeren": 10_000, "per1000jongeren": 1_000}
TOLERANCE = 2  # rounding explains less than a factor two, a wrong unit is a factor ten


def recognises_halt(rows: list[list[str]], resource: Resource) -> bool:
    """Whether the first rows are those of a delivery of Halt."""
    return agreed_columns.has(rows, HALT_COLUMNS["text"])


def read_halt(path: Path, resource: Resource) -> tuple[Table, pd.DataFrame]:
    """Read counts and rates.

    Returns
    -------
    Table
        Always ``verwijzingen``.
    DataFrame
        Figures as `tidy.tidy` returns them: codes ``verwijzingen`` and ``per_1000``, the latter per 1.000 youths.

    Raises
    ------
    DataError
        When a column is absent, a cell cannot be read, or a rate contradicts its count.
    """
    cells = agreed_columns.columns(grids.read(path, closed=True), path, HALT_COLUMNS)
    counts = tidy(cells.assign(category="verwijzingen"), path, comma=True, code=str, region=region_texts.region)
    rates = tidy(
        cells.assign(category="per_1000", text=cells["rate"], column=HALT_COLUMNS["rate"]), path, comma=True, code=str,
        region=region_texts.region, figure=_rate,
    )  # fmt: skip
    per = (
        pd.Series(each(cells, "unit", _unit, path, HALT_COLUMNS["unit"]), cells["line"])
        .reindex(rates["line"])
        .to_numpy()
    )
    rates["value"] = rates["value"] * 1000 / per.astype(float)
    youths = tidy(
        cells.assign(category="x", text=cells["youths"]), path, comma=True, code=str, region=region_texts.region
    )
    _agree(1000 * counts["value"] / youths["value"], rates, path)
    return catalogue.tables()["verwijzingen"], pd.concat([counts, rates], ignore_index=True)


def _rate(text: str, comma: bool) -> tuple[float, str]:
    if reason := absent(text.strip(), comma):
        return math.nan, reason
    value = number(text.strip(), comma)
    if value < 0:
        raise Rejected(f"'{text.strip()}' is negatief.", "Herstel het cijfer in de bron.")
    return value, "final"


def _unit(text: str) -> int:
    found = UNITS.get(plain(text))
    if found is None:
        remedy = "Zet er 'per 10.000 jongeren' (tot en met 2018) of 'per 1.000 jongeren' bij."
        raise Rejected(f"de eenheid '{text.strip()}' is onbekend.", remedy)
    return found


def _agree(expected: pd.Series, rates: pd.DataFrame, path: Path) -> None:
    """Hold each rate against its count: with a wrong unit the series would jump by a factor ten."""
    ratio = rates["value"] / expected
    known = (rates["value"] > 0) & (expected > 0)
    wrong = rates[known & ((ratio > TOLERANCE) | (ratio < 1 / TOLERANCE))]
    if len(wrong):
        factor = max(ratio[wrong.index[0]], 1 / ratio[wrong.index[0]])
        problem = (
            f"aantal en cijfer per jongere verschillen een factor {factor:.0f}; de eenheid klopt waarschijnlijk niet."
        )
        remedy = "Kijk in de bron of dit per 1.000 of per 10.000 jongeren is, en herstel de kolom Eenheid."
        raise DataError(
            paths.shown(path), problem, remedy, line=int(wrong["line"].iloc[0]), column=HALT_COLUMNS["unit"]
        )


NEW_YEAR_COLUMNS = {"region": "Gemeentecode", "period": "Datum", "category": "Soort", "text": "Aantal"}
BY_CODE = {**NEW_YEAR_COLUMNS, "category": "Incidentcode"}
TOTAL = "totaal"
EVE, DAY = (12, 31), (1, 1)


def recognises_new_year(rows: list[list[str]], resource: Resource) -> bool:
    """Whether the first rows are those of a delivery by day."""
    return agreed_columns.has(rows, NEW_YEAR_COLUMNS["period"], NEW_YEAR_COLUMNS["text"])


def read_new_year(path: Path, resource: Resource) -> tuple[Table, pd.DataFrame]:
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
    names = BY_CODE if agreed_columns.has([grid.header], BY_CODE["category"]) else NEW_YEAR_COLUMNS
    cells = useful(agreed_columns.columns(grid, path, names), path, {"period": _around})
    rows = tidy(cells, path, comma=True, code=_incident_kind, region=region_texts.region)
    agreed_columns.only(rows, "D", path, NEW_YEAR_COLUMNS["period"])
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


def _incident_kind(text: str) -> str:
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


FIRE_BRIGADE_COLUMNS = {
    "region": "Gemeentecode",
    "year": "Jaar",
    "month": "Maand",
    "category": "Soort",
    "text": "Aantal",
}
MONTHS = 12


def recognises_fire_brigade(rows: list[list[str]], resource: Resource) -> bool:
    """Whether the first rows are those of a delivery of the fire brigade; also when a column is absent."""
    kinds = agreed_columns.has(rows, FIRE_BRIGADE_COLUMNS["category"], FIRE_BRIGADE_COLUMNS["text"])
    return kinds and (
        agreed_columns.has(rows, FIRE_BRIGADE_COLUMNS["month"])
        or agreed_columns.has(rows, FIRE_BRIGADE_COLUMNS["year"])
    )


def read_fire_brigade(path: Path, resource: Resource) -> tuple[Table, pd.DataFrame]:
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
    cells = agreed_columns.columns(grids.read(path, closed=True), path, FIRE_BRIGADE_COLUMNS)
    months = cells["month"].str.strip().str.lower()
    numbered = "MM" + months.str.zfill(2)
    cells["period"] = cells["year"].str.strip() + numbered.where(months.str.fullmatch(r"[0-9]{1,2}"), " " + months)
    rows = tidy(cells, path, comma=True, code=_alarm_kind, region=region_texts.region)
    agreed_columns.only(rows, "M", path, FIRE_BRIGADE_COLUMNS["month"])
    return catalogue.tables()["alarmeringen"], pd.concat([rows, _years(rows)], ignore_index=True)


def _alarm_kind(text: str) -> str:
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
