"""Which figures are protected, and from which number on a protected figure may be shown."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from .. import catalogue, regions
from ..catalogue import Indicator, Table
from ..observations import Source

_ELSEWHERE = ("RE", "LD")  # police units and landsdelen: nothing here says which provinces they consist of


def is_open(table: Table, indicator: Indicator, frequency: str, below: bool) -> bool:
    """Whether anyone can look up this figure at its publisher, and we do not protect it all the same.

    Parameters
    ----------
    table : Table
        The table the figure comes from.
    below : bool
        Whether its region is smaller than a municipality.

    Returns
    -------
    bool
        Also true for a figure of a delivery when a public table holds that indicator at that level.
    """
    if indicator.sensitive == "always" or (below and indicator.sensitive == "below_municipality"):
        return False
    return table.public or any(
        _publishes(other, selection.code, frequency, below)
        for selection in indicator.sources
        for other in catalogue.tables().values()
        if other.public and other.subject == selection.subject
    )


def _publishes(table: Table, code: str, frequency: str, below: bool) -> bool:
    withheld = table.withheld.codes(frequency)
    return frequency in table.frequencies and code not in withheld and (not below or table.region == "WijkenEnBuurten")


def rows(frame: pd.DataFrame, sources: Mapping[str, Source]) -> pd.Series:
    """Which observations are protected: counts that are not open; missing ones too, for they complete a sum.

    Parameters
    ----------
    frame : DataFrame
        Observations in the types of their schema.
    sources : mapping of str to Source
        Every file by name.

    Returns
    -------
    pandas.Series of bool
        Indexed as the frame.
    """
    tables = {name: catalogue.tables()[source.table] for name, source in sources.items()}
    columns = [frame[name].cat for name in ("source", "indicator", "frequency")]
    below = is_below(frame)
    code = below.to_numpy(dtype=np.int64)
    for column in columns:
        code = code * len(column.categories) + column.codes.to_numpy()
    places, kinds = pd.factorize(code)
    first = np.empty(len(kinds), dtype=np.int64)
    first[places[::-1]] = np.arange(len(places))[::-1]
    told = zip(
        *(column.categories.take(column.codes.iloc[first]) for column in columns), below.iloc[first], strict=True
    )
    answers = [
        catalogue.indicator(indicator).is_count
        and not is_open(tables[source], catalogue.indicator(indicator), frequency, under)
        for source, indicator, frequency, under in told
    ]
    return pd.Series(np.array(answers, dtype=bool)[places], frame.index)


def is_below(frame: pd.DataFrame) -> pd.Series:
    """Which observations are of a region smaller than a municipality."""
    return _of(frame, regions.BELOW)


def is_elsewhere(frame: pd.DataFrame) -> pd.Series:
    """Which observations are of a region of which we do not know what it holds, so not what it gives away."""
    return _of(frame, _ELSEWHERE)


def _of(frame: pd.DataFrame, levels: tuple[str, ...]) -> pd.Series:
    there = frame["region"].cat.categories.str.startswith(levels)
    return pd.Series(np.asarray(there, dtype=bool)[frame["region"].cat.codes], frame.index)


def limits(frame: pd.DataFrame) -> pd.Series:
    """From which number on each figure may be shown, were it protected."""
    rule = catalogue.thresholds().disclosure
    fine = is_below(frame) | (frame["frequency"] != "Y")
    return fine.map({True: rule.finer, False: rule.year_of_municipality})
