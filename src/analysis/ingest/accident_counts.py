"""Registered road accidents, one by one, counted per municipality and period.

An accident stands under its worst outcome: ``DOD`` (somebody died), ``LET`` (somebody was injured) or ``UMS`` (only
material damage). Accidents with injury here are those with injured *or* dead people, as CBS and SWOV count them.
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
COUNTRY_FROM = 300  # municipalities in one year: there are between 342 and 415, and in hardly any nothing happens


def figures(accidents: pd.DataFrame) -> pd.DataFrame:
    """Count accidents per municipality, year and month.

    These files are registers: every accident that the police registered in the years they cover is in them. So for a
    municipality that is in the file, an outcome that does not occur in a year was registered 0 times. A municipality
    that is not in the file at all stays missing.

    Parameters
    ----------
    accidents : DataFrame
        Columns ``region`` (CBS code, or none where it is unknown), ``year``, ``month`` (0 when unknown), ``outcome``,
        ``number`` (of accidents), and perhaps ``dead`` and ``victims`` (people, NaN when unknown).

    Returns
    -------
    DataFrame
        Columns ``code``, ``region``, ``period``, ``frequency``, ``value``, ``status``. Codes are ``totaal``,
        ``letsel``, ``UMS``, ``DOD``, and ``doden`` and ``slachtoffers`` for years in which the file tells how many. The
        country is there for years with more than `COUNTRY_FROM` municipalities; months for years of which every
        accident has one.
    """
    placed = accidents.dropna(subset="region")
    many = placed.groupby("year")["region"].nunique()
    country = accidents[accidents["year"].isin(many.index[many > COUNTRY_FROM])].assign(region=NEDERLAND)
    every = pd.concat([placed, country])
    dated = accidents.groupby("year")["month"].min()
    by_month = _counted(every[every["year"].isin(dated.index[dated > 0])])
    by_year = _counted(every.assign(month=1))
    return pd.concat([by_year.assign(frequency="Y"), by_month.assign(frequency="M")], ignore_index=True)


def year(text: str) -> int:
    """A year as these files write it.

    Raises
    ------
    Rejected
        When it is none.
    """
    if not re.fullmatch(r"(?:19|20)[0-9]{2}", text):
        raise Rejected(f"'{text}' is geen jaar.", AGAIN)
    check_year(int(text))
    return int(text)


def _counted(rows: pd.DataFrame) -> pd.DataFrame:
    counts = {outcome: rows["number"].where(rows["outcome"] == outcome, 0) for outcome in OUTCOMES}
    summed = rows[KEYS].assign(**counts).groupby(KEYS).sum().reindex(_covered(rows), fill_value=0)
    summed["letsel"] = summed["DOD"] + summed["LET"]
    summed["totaal"] = summed["letsel"] + summed["UMS"]
    columns = [summed[code] for code in ("totaal", "letsel", "UMS", "DOD")]
    people = {"dead": ("doden", ["DOD"]), "victims": ("slachtoffers", ["DOD", "LET"])}
    for column, (code, outcomes) in people.items():
        if column in rows:
            columns.append(_people(rows, column, outcomes).reindex(summed.index).rename(code))
    wide = pd.concat(columns, axis=1).reset_index()
    long = wide.melt(KEYS, var_name="code", value_name="value").dropna(subset="value")
    period = pd.to_datetime(long[["year", "month"]].assign(day=1)).astype("datetime64[s]")
    return long.assign(period=period, status="final")[["code", "region", "period", "value", "status"]]


def _covered(rows: pd.DataFrame) -> pd.MultiIndex:
    """Each region with every month of its years that occurs in the file; another month may lie outside the file."""
    grid = rows[["region", "year"]].drop_duplicates().merge(rows[["year", "month"]].drop_duplicates())
    return pd.MultiIndex.from_frame(grid[KEYS])


def _people(rows: pd.DataFrame, column: str, outcomes: list[str]) -> pd.Series:
    """Dead or victims; nothing for years in which the file does not tell them for every accident that had some."""
    unknown = rows["year"][rows["outcome"].isin(outcomes) & rows[column].isna()]
    told = rows[~rows["year"].isin(unknown)]
    summed: pd.Series = told[column].fillna(0).groupby([told[key] for key in KEYS]).sum()
    return summed.reindex(_covered(told), fill_value=0)
