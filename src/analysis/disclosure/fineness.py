"""Levels of figures, such as each month of each buurt, of which nothing is kept at all.

Of a sensitive indicator ``indicators.yml`` says how fine its figures may be. What is finer is hidden whole, before
anything is worked out: one level less is one thing less to work out from. An indicator that counts a sensitive one
among others gives it away to whoever takes off the rest, so nothing of it is kept below the municipality.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from .. import catalogue, regions
from ..catalogue import FREQUENCIES
from ..observations import HiddenLevel
from .figures import containers
from .protected import is_below

Level = tuple[str, str]  # the kind of region, as its code begins, and a frequency
_REGIONS = (*reversed(regions.BELOW), "GM", "PV")  # the finest first


def levels(frame: pd.DataFrame) -> pd.Series:
    """The level of each observation."""
    kinds = frame["region"].cat.categories.str[:2].to_numpy(object)[frame["region"].cat.codes]
    return pd.Series(list(zip(kinds, frame["frequency"].astype(object), strict=True)), frame.index, dtype=object)


def finest_first(found: Iterable[Level]) -> list[Level]:
    """Levels in such an order that all that a level is made of comes before it."""
    return sorted(found, key=_coarseness)


def _coarseness(level: Level) -> tuple[int, int]:
    kind, frequency = level
    return _REGIONS.index(kind) if kind in _REGIONS else len(_REGIONS), -FREQUENCIES.index(frequency)


def too_fine(frame: pd.DataFrame) -> tuple[pd.Series, list[HiddenLevel]]:
    """Observations that are finer than may be kept, and the levels that are hidden with them.

    Parameters
    ----------
    frame : DataFrame
        All observations, in the types of their schema.

    Returns
    -------
    Series of bool
        Indexed as the frame.
    list of HiddenLevel
        Only those at which there were figures.
    """
    hidden, told = pd.Series(False, frame.index), []
    below = frame[is_below(frame) & frame["value"].notna()]
    for indicator in _sensitive():
        own = below[below["indicator"] == indicator.id]
        fine = own[np.array([not indicator.keeps(*level) for level in levels(own)], dtype=bool)]
        over = below[below["indicator"].isin(_all_over(indicator.id))] if len(fine) else fine
        hidden[fine.index.union(over.index)] = True
        told += named(fine, "finer") + named(over, "total")
    return hidden, list(dict.fromkeys(told))


def within(frame: pd.DataFrame, hidden: Iterable[HiddenLevel]) -> pd.Series:
    """Which observations are at one of these levels."""
    told = {(one.indicator, (one.kind, one.frequency)) for one in hidden}
    pairs = zip(frame["indicator"].astype(object), levels(frame), strict=True) if told else ()
    return pd.Series([pair in told for pair in pairs] if told else False, frame.index, dtype=bool)


def named(rows: pd.DataFrame, reason: str) -> list[HiddenLevel]:
    """The levels that some observations are at."""
    pairs = zip(rows["indicator"].astype(str), levels(rows), strict=True)
    return [HiddenLevel(indicator, kind, frequency, reason) for indicator, (kind, frequency) in sorted(set(pairs))]


def _sensitive() -> Iterator[catalogue.Indicator]:
    return (one for one in catalogue.indicators().values() if one.sensitive != "no")


def _all_over(indicator: str) -> set[str]:
    """Everything that counts an indicator among others, also by way of another one."""
    above = set(containers().get(indicator, ()))
    return above.union(*map(_all_over, above))
