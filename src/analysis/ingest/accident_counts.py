"""Counts of registered road accidents per municipality and period, for the readers of BRON and STAR.

An accident has its worst outcome: ``DOD`` (somebody died), ``LET`` (somebody was injured) or ``UMS`` (only material
damage). Accidents with injury (``letsel``) are those with injured *or* dead people, as CBS and SWOV count them.
"""

from __future__ import annotations

import re

import pandas as pd

from ..definitions.regions import NEDERLAND
from .raw_files import AGAIN
from .text_columns import Rejected
from .tidy import check_year

OUTCOMES = ("DOD", "LET", "UMS")
KEYS = ["region", "year", "month"]
COUNTRY_FROM = 300  # municipalities with accidents in a year, of 342 to 415, from which a file covers the country


def count_accidents(accidents: pd.DataFrame) -> pd.DataFrame:
    """Count accidents per municipality, year and month.

    The files are complete registers: they hold every accident that the police registered in the years they cover. So
    for a municipality in the file, an outcome that does not occur in a year was registered 0 times. A municipality that
    is not in the file stays missing.

    Parameters
    ----------
    accidents : DataFrame
        Columns ``region`` (CBS code, or None when unknown), ``year``, ``month`` (1 to 12, 0 when unknown), ``outcome``,
        ``number`` (of accidents), and optionally ``dead`` and ``victims`` (people, NaN when unknown).

    Returns
    -------
    DataFrame
        Columns ``code``, ``region``, ``period``, ``frequency``, ``value``, ``status``. Codes are ``totaal``,
        ``letsel``, ``UMS``, ``DOD``, and ``doden`` and ``slachtoffers`` for years in which every accident has the
        number of people. The country is included for years with more than `COUNTRY_FROM` municipalities, and months
        for years in which every accident has a month.

    Examples
    --------
    >>> accidents = pd.DataFrame({"region": ["GM1969"], "year": 2022, "month": 0, "outcome": "LET", "number": 1})
    >>> counts = count_accidents(accidents)
    >>> dict(zip(counts["code"], counts["value"].astype(int)))
    {'totaal': 1, 'letsel': 1, 'UMS': 0, 'DOD': 0}
    """
    placed = accidents.dropna(subset="region")
    many = placed.groupby("year")["region"].nunique()
    country = accidents[accidents["year"].isin(many.index[many > COUNTRY_FROM])].assign(region=NEDERLAND)
    every = pd.concat([placed, country])
    dated = accidents.groupby("year")["month"].min()
    by_month = _count_outcomes(every[every["year"].isin(dated.index[dated > 0])])
    by_year = _count_outcomes(every.assign(month=1))
    return pd.concat([by_year.assign(frequency="Y"), by_month.assign(frequency="M")], ignore_index=True)


def parse_year(text: str) -> int:
    """Parse a year of four digits.

    Parameters
    ----------
    text : str

    Returns
    -------
    int

    Raises
    ------
    Rejected
        When it is not a year, or a year that no figure can be about.

    Examples
    --------
    >>> parse_year("2022")
    2022
    """
    if not re.fullmatch(r"(?:19|20)[0-9]{2}", text):
        raise Rejected(f"'{text}' is geen jaar.", AGAIN)
    check_year(int(text))
    return int(text)


def _count_outcomes(rows: pd.DataFrame) -> pd.DataFrame:
    """Count accidents and people by code, region and month."""
    counts = {outcome: rows["number"].where(rows["outcome"] == outcome, 0) for outcome in OUTCOMES}
    summed = rows[KEYS].assign(**counts).groupby(KEYS).sum().reindex(_covered_periods(rows), fill_value=0)
    summed["letsel"] = summed["DOD"] + summed["LET"]
    summed["totaal"] = summed["letsel"] + summed["UMS"]
    columns = [summed[code] for code in ("totaal", "letsel", "UMS", "DOD")]
    people = {"dead": ("doden", ["DOD"]), "victims": ("slachtoffers", ["DOD", "LET"])}
    for column, (code, outcomes) in people.items():
        if column in rows:
            columns.append(_count_people(rows, column, outcomes).reindex(summed.index).rename(code))
    wide = pd.concat(columns, axis=1).reset_index()
    long = wide.melt(KEYS, var_name="code", value_name="value").dropna(subset="value")
    period = pd.to_datetime(long[["year", "month"]].assign(day=1)).astype("datetime64[s]")
    return long.assign(period=period, status="final")[["code", "region", "period", "value", "status"]]


def _covered_periods(rows: pd.DataFrame) -> pd.MultiIndex:
    """Return each region with the months in the file of its years; other months may be outside the file."""
    grid = rows[["region", "year"]].drop_duplicates().merge(rows[["year", "month"]].drop_duplicates())
    return pd.MultiIndex.from_frame(grid[KEYS])


def _count_people(rows: pd.DataFrame, column: str, outcomes: list[str]) -> pd.Series:
    """Sum dead or victims, without years in which the number is unknown for any accident that had some."""
    unknown = rows["year"][rows["outcome"].isin(outcomes) & rows[column].isna()]
    complete = rows[~rows["year"].isin(unknown)]
    summed: pd.Series = complete[column].fillna(0).groupby([complete[key] for key in KEYS]).sum()
    return summed.reindex(_covered_periods(complete), fill_value=0)
