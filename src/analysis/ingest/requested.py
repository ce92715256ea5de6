"""Readers of deliveries on request with agreed columns: Halt, incidents at New Year by day, and the fire brigade.

There is no open table of these figures per municipality. Halt and Waarstaatjegemeente publish rates of referrals to
Halt in two units: up to 2018 per 10.000 youths of 12 to 17 years, later per 1.000. So each row must give its unit, and
a rate is checked against its own count.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import pandas as pd

from .. import paths
from ..definitions import catalogue, periods
from ..definitions.catalogue import Table
from ..errors import DataError, DataWarning
from . import agreed_columns, grids, region_texts
from .data_package import Resource
from .table_recognition import indicators_by_code, plain
from .text_columns import LeftOut, Rejected, Unused, keep_used, parse_rows
from .tidy import FigureStatus, parse_figure, tidy

HALT_COLUMNS = {
    "region": "Gemeentecode", "period": "Jaar", "text": "Verwijzingen", "youths": "Jongeren 12-17", "rate": "Relatief",
    "unit": "Eenheid",
}  # fmt: skip
UNITS = {"per10000jongeren": 10_000, "per1000jongeren": 1_000}
TOLERANCE = 2  # largest ratio of a rate and its count; rounding stays below it, a wrong unit is a factor ten
NEW_YEAR_COLUMNS = {"region": "Gemeentecode", "period": "Datum", "category": "Soort", "text": "Aantal"}
BY_CODE = {**NEW_YEAR_COLUMNS, "category": "Incidentcode"}
TOTAL = "totaal"
EVE, DAY = (12, 31), (1, 1)  # month and day
FIRE_BRIGADE_COLUMNS = {
    "region": "Gemeentecode",
    "year": "Jaar",
    "month": "Maand",
    "category": "Soort",
    "text": "Aantal",
}
MONTHS = 12


def recognises_halt(rows: list[list[str]], resource: Resource) -> bool:
    """Whether the first rows are those of a delivery of Halt.

    Parameters
    ----------
    rows : list of list of str
        First rows of the file, as `grids.peek` returns them.
    resource : Resource
        Entry of the file in the register.

    Returns
    -------
    bool

    Examples
    --------
    >>> recognises_halt([["Gemeentecode", "Jaar", "Verwijzingen"]], Resource(name="halt", path="halt.csv"))
    True
    """
    return agreed_columns.has_columns(rows, HALT_COLUMNS["text"])


def read_halt(path: Path, resource: Resource) -> tuple[Table, pd.DataFrame]:
    """Read referrals to Halt: counts and rates.

    Parameters
    ----------
    path : Path
    resource : Resource
        Entry in the register; not used.

    Returns
    -------
    Table
        Always ``verwijzingen``.
    DataFrame
        Figures as `tidy.tidy` returns them: codes ``verwijzingen`` and ``per_1000``, the latter per 1.000 youths.

    Raises
    ------
    DataError
        When a column is missing, a cell cannot be read, or a rate contradicts its count.
    """
    cells = agreed_columns.read_columns(grids.read(path, closed=True), path, HALT_COLUMNS)
    counts = tidy(cells.assign(category="verwijzingen"), path, comma=True, code=str, region=region_texts.region)
    rates = tidy(
        cells.assign(category="per_1000", text=cells["rate"], column=HALT_COLUMNS["rate"]), path, comma=True, code=str,
        region=region_texts.region, figure=_parse_rate,
    )  # fmt: skip
    per = (
        pd.Series(parse_rows(cells, "unit", _unit_size, path, HALT_COLUMNS["unit"]), cells["line"])
        .reindex(rates["line"])
        .to_numpy()
    )
    rates["value"] = rates["value"] * 1000 / per.astype(float)
    youths = tidy(
        cells.assign(category="x", text=cells["youths"]), path, comma=True, code=str, region=region_texts.region
    )
    _check_rates(1000 * counts["value"] / youths["value"], rates, path)
    return catalogue.tables()["verwijzingen"], pd.concat([counts, rates], ignore_index=True)


def _parse_rate(text: str, comma: bool) -> FigureStatus:
    """Parse a rate and its status; unlike a count, it may have decimals."""
    value, status = parse_figure(text, comma)
    if value < 0:
        raise Rejected(f"'{text.strip()}' is negatief.", "Herstel het cijfer in de bron.")
    return value, status


def _unit_size(text: str) -> int:
    """Return the number of youths that a rate is given for."""
    size = UNITS.get(plain(text))
    if size is None:
        remedy = "Zet er 'per 10.000 jongeren' (tot en met 2018) of 'per 1.000 jongeren' bij."
        raise Rejected(f"de eenheid '{text.strip()}' is onbekend.", remedy)
    return size


def _check_rates(expected: pd.Series, rates: pd.DataFrame, path: Path) -> None:
    """Check each rate against its count, because a wrong unit makes the series jump by a factor ten."""
    ratio = rates["value"] / expected
    comparable = (rates["value"] > 0) & (expected > 0)
    wrong = rates[comparable & ((ratio > TOLERANCE) | (ratio < 1 / TOLERANCE))]
    if len(wrong):
        factor = max(ratio[wrong.index[0]], 1 / ratio[wrong.index[0]])
        problem = (
            f"aantal en cijfer per jongere verschillen een factor {factor:.0f}; de eenheid klopt waarschijnlijk niet."
        )
        remedy = "Kijk in de bron of dit per 1.000 of per 10.000 jongeren is, en herstel de kolom Eenheid."
        raise DataError(
            paths.display_path(path), problem, remedy, line=int(wrong["line"].iloc[0]), column=HALT_COLUMNS["unit"]
        )


def recognises_new_year(rows: list[list[str]], resource: Resource) -> bool:
    """Whether the first rows are those of a delivery of incidents by day.

    Parameters
    ----------
    rows : list of list of str
        First rows of the file, as `grids.peek` returns them.
    resource : Resource
        Entry of the file in the register.

    Returns
    -------
    bool
    """
    return agreed_columns.has_columns(rows, NEW_YEAR_COLUMNS["period"], NEW_YEAR_COLUMNS["text"])


def read_new_year(path: Path, resource: Resource) -> tuple[Table, pd.DataFrame]:
    """Read incidents by day, and add the sum of each New Year with both 31 December and 1 January.

    Parameters
    ----------
    path : Path
    resource : Resource
        Entry in the register; not used.

    Returns
    -------
    Table
        Always ``jaarwisseling``.
    DataFrame
        Figures as `tidy.tidy` returns them, of all kinds together (``totaal``), by day (``D``) and by New Year (``Y``,
        the year of 31 December).

    Raises
    ------
    DataError
        When a column is missing or a cell cannot be read.
    """
    grid = grids.read(path, closed=True)
    names = BY_CODE if agreed_columns.has_columns([grid.header], BY_CODE["category"]) else NEW_YEAR_COLUMNS
    cells = keep_used(agreed_columns.read_columns(grid, path, names), path, {"period": _check_month})
    rows = tidy(cells, path, comma=True, code=_incident_kind, region=region_texts.region)
    agreed_columns.refuse_other_frequencies(rows, "D", path, NEW_YEAR_COLUMNS["period"])
    days = _daily_totals(rows)
    return catalogue.tables()["jaarwisseling"], pd.concat([days, _new_years(days)], ignore_index=True)


def _check_month(text: str) -> None:
    """Leave out a day in another month than December or January; a day that cannot be read is reported elsewhere."""
    try:
        month = periods.parse(text).start.month
    except ValueError:
        return
    if month not in (EVE[0], DAY[0]):
        raise Unused(LeftOut("dagen buiten december en januari", text.strip(), known=False))


def _incident_kind(text: str) -> str:
    kind = _kind(text, "vernieling of een incidentcode")
    if plain(kind).startswith(TOTAL):
        raise Rejected(f"'{kind}' telt andere regels nog een keer mee.", "Haal de regels met een totaal weg.")
    return kind


def _daily_totals(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the sum of all kinds by day, missing when a kind in the file has no figure that day."""
    wide = rows.pivot(index=["region", "period"], columns="code", values="value")
    total = wide.sum(axis=1, skipna=False).rename("value").reset_index()
    status = total["value"].isna().map({True: "missing", False: "final"})
    return total.assign(code=TOTAL, frequency="D", status=status, line=0)[rows.columns]


def _new_years(days: pd.DataFrame) -> pd.DataFrame:
    """Return the sum of 31 December and 1 January, where both are known."""
    moment = days["period"].dt
    dates = list(zip(moment.month, moment.day, strict=True))
    held = days.assign(year=moment.year - [int(date == DAY) for date in dates], date=dates).dropna(subset="value")
    both = held[held["date"].isin([EVE, DAY])].groupby(["code", "region", "year"])["value"].agg(["size", "sum"])
    winters = days.assign(year=moment.year - (moment.month == DAY[0])).groupby(["code", "region", "year"]).ngroups
    if lacking := winters - int((both["size"] == len([EVE, DAY])).sum()):
        problem = f"jaarwisselingen zonder het cijfer van 31 december of 1 januari, die dus niet tellen: {lacking}."
        warnings.warn(DataWarning(problem), stacklevel=2)
    return _complete_years(both, len([EVE, DAY]), days.columns)


def recognises_fire_brigade(rows: list[list[str]], resource: Resource) -> bool:
    """Whether the first rows are those of a delivery of the fire brigade.

    Many senders give kinds with a count and a year. Without the column for the year or for the month, the file is only
    recognised by kinds that the fire brigade counts; the error of `read_fire_brigade` then names the column.

    Parameters
    ----------
    rows : list of list of str
        First rows of the file, as `grids.peek` returns them.
    resource : Resource
        Entry of the file in the register.

    Returns
    -------
    bool
    """
    names = FIRE_BRIGADE_COLUMNS
    if not agreed_columns.has_columns(rows, names["category"], names["text"]):
        return False
    moments = [agreed_columns.has_columns(rows, names[part]) for part in ("year", "month")]
    return all(moments) or (any(moments) and _has_alarm(rows))


def _has_alarm(rows: list[list[str]]) -> bool:
    """Whether one of the first rows is of a kind that the fire brigade counts."""
    column = [plain(name) for name in rows[0]].index(plain(FIRE_BRIGADE_COLUMNS["category"]))
    kinds = {row[column].strip().lower() for row in rows[1:] if len(row) > column}
    return not kinds.isdisjoint(indicators_by_code(catalogue.tables()["alarmeringen"].subject))


def read_fire_brigade(path: Path, resource: Resource) -> tuple[Table, pd.DataFrame]:
    """Read alarms of the fire brigade by month, and add years of which every month is known.

    Parameters
    ----------
    path : Path
    resource : Resource
        Entry in the register; not used.

    Returns
    -------
    Table
        Always ``alarmeringen``.
    DataFrame
        Figures as `tidy.tidy` returns them; codes are the kinds in the file in small letters.

    Raises
    ------
    DataError
        When a column is missing or a cell cannot be read.
    """
    cells = agreed_columns.read_columns(grids.read(path, closed=True), path, FIRE_BRIGADE_COLUMNS)
    months = cells["month"].str.strip().str.lower()
    numbered = "MM" + months.str.zfill(2)
    cells["period"] = cells["year"].str.strip() + numbered.where(months.str.fullmatch(r"[0-9]{1,2}"), " " + months)
    rows = tidy(cells, path, comma=True, code=_alarm_kind, region=region_texts.region)
    agreed_columns.refuse_other_frequencies(rows, "M", path, FIRE_BRIGADE_COLUMNS["month"])
    return catalogue.tables()["alarmeringen"], pd.concat([rows, _years(rows)], ignore_index=True)


def _alarm_kind(text: str) -> str:
    return _kind(text, "alarmering, woningbrand of grote_brand")


def _kind(text: str, examples: str) -> str:
    """Return what was counted, in small letters."""
    kind = text.strip().lower()
    if not kind:
        raise Rejected("de soort ontbreekt.", f"Vul in wat geteld is, zoals {examples}.")
    return kind


def _years(months: pd.DataFrame) -> pd.DataFrame:
    """Return sums by year, for years with twelve known months."""
    figures = months.dropna(subset="value")
    year = figures["period"].dt.year.rename("year")
    sums = figures.groupby(["code", "region", year])["value"].agg(["size", "sum"])
    return _complete_years(sums, MONTHS, months.columns)


def _complete_years(sums: pd.DataFrame, size: int, columns: pd.Index) -> pd.DataFrame:
    """Return sums by code, region and year as figures, where the sum is of this many figures."""
    complete = sums[sums["size"] == size].reset_index().rename(columns={"sum": "value"})
    period = pd.to_datetime(complete["year"].astype(str)).astype("datetime64[s]")
    return complete.assign(period=period, frequency="Y", status="final", line=0)[columns]
