"""Small counts that are not public: hidden before anything is made of them, so that nothing made of them can tell.

A figure is hidden when it is protected and small (``protected``). Whoever has a total and all parts but one can work
out the last part; so more figures are hidden until no hidden one can be worked out from what is shown (``secondary``).
Of what is finer than may be kept, nothing is shown at all (``fineness``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..definitions import catalogue
from ..store.raw_sources import HiddenLevel, Source
from . import primary, secondary

KEY = ["indicator", "region", "period", "frequency"]


@dataclass(frozen=True, eq=False)
class Protected:
    """Observations of which nothing can be worked out that must not be known.

    Parameters
    ----------
    observations : DataFrame
        The same rows. A hidden figure has no value and status ``suppressed``. Where it is hidden for being small,
        ``lower`` and ``upper`` say between which numbers it lies (0 and 4 for ``<5``); a zero is among them, or else
        ``<5`` would mean that something happened. Where it is hidden to protect another, or with its whole level, both
        are NaN; so are protected figures of police units and landsdelen, whose sums we do not know.
    levels : list of HiddenLevel
        Levels of which all figures are hidden.
    """

    observations: pd.DataFrame
    levels: list[HiddenLevel]


def protect(frame: pd.DataFrame, sources: Iterable[Source]) -> Protected:
    """Hide what is small and protected, and what would give it away.

    Parameters
    ----------
    frame : DataFrame
        All observations, in the types of their schema.
    sources : iterable of Source
        The files they come from.
    """
    known = catalogue.tables()  # votes come from files without a table, and are no observations
    files = {source.name: source for source in sources if source.table in known}
    whole, levels = primary.too_fine(frame)
    guarded, limit = primary.rows(frame, files), primary.limits(frame)
    small = guarded & (frame["value"] < limit) & ~whole
    hidden = whole | (guarded & primary.is_elsewhere(frame) & frame["value"].notna())
    if small.any():
        left = frame.assign(value=frame["value"].mask(hidden))[~whole]
        more, given_up = secondary.complete(left, files, guarded[~whole], limit[~whole], small[~whole])
        hidden |= more.reindex(frame.index, fill_value=False)
        levels += given_up
        small &= ~primary.within(frame, given_up)
    if hidden.any():
        frame = frame.assign(
            value=frame["value"].mask(hidden),
            status=_suppressed(frame["status"], hidden),
            lower=frame["lower"].mask(hidden, 0.0).where(~hidden | small),
            upper=frame["upper"].mask(hidden, limit - 1.0).where(~hidden | small),
        )
    return Protected(_rates(frame, files), levels)


def _rates(frame: pd.DataFrame, files: dict[str, Source]) -> pd.DataFrame:
    """A rate gives its count away: of what is not public, it is shown only where that count is shown."""
    known = catalogue.tables()
    derived = {one.id: one.derived_from for one in catalogue.indicators().values() if one.derived_from}
    delivered = {name for name, file in files.items() if not known[file.table].public}
    rate = frame["indicator"].isin(derived) & frame["source"].isin(delivered) & frame["value"].notna()
    if not rate.any():
        return frame
    base = frame.loc[rate, KEY].assign(indicator=frame.loc[rate, "indicator"].astype(str).map(derived))
    counts = frame[frame["indicator"].isin(set(derived.values())) & frame["value"].notna()]
    shown = set(counts[KEY].astype(str).itertuples(index=False, name=None))
    hidden = pd.Series(False, frame.index)
    hidden[rate] = [key not in shown for key in base.astype(str).itertuples(index=False, name=None)]
    blank = {name: frame[name].mask(hidden, np.nan) for name in ("value", "lower", "upper")}
    return frame.assign(status=_suppressed(frame["status"], hidden), **blank)


def _suppressed(status: pd.Series, hidden: pd.Series) -> pd.Series:
    known = status.cat.categories.union(["suppressed"])
    return status.cat.set_categories(known).mask(hidden, "suppressed")
