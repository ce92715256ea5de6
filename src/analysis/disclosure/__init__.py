"""Disclosure control: suppress small counts that are not public, and whatever would give them away.

Primary suppression hides a protected figure that is small (`primary`). Someone who has a total and all parts but one
can compute the last part, so secondary suppression hides more figures until no hidden one can be derived from what is
shown (`secondary`). Levels of figures that are finer than may be kept are hidden completely. All this happens before
anything is computed from the figures, so that no result can reveal a hidden one.

References
----------
.. [1] Hundepool, A., Domingo-Ferrer, J., Franconi, L., Giessing, S., Schulte Nordholt, E., Spicer, K. and de Wolf,
   P.-P. (2012). *Statistical Disclosure Control*. Wiley.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..definitions import catalogue
from ..store.raw_sources import HiddenLevel, Source
from . import primary, secondary

_KEY = ["indicator", "region", "period", "frequency"]


@dataclass(frozen=True, eq=False)
class Protected:
    """Observations from which no protected figure can be derived.

    Parameters
    ----------
    observations : DataFrame
        The same rows. A suppressed figure has no value and status ``suppressed``. Where it is hidden for being small,
        ``lower`` and ``upper`` are the bounds of its value (0 and 4 for ``<5``); zeros are hidden too, otherwise ``<5``
        would mean that something happened. Where it is hidden to protect another figure, or with its whole level, both
        are NaN. So they are for protected figures of police units and landsdelen, whose composition is not known here.
    levels : list of HiddenLevel
        Levels of which all figures are hidden.
    """

    observations: pd.DataFrame
    levels: list[HiddenLevel]


def protect(frame: pd.DataFrame, sources: Iterable[Source]) -> Protected:
    """Suppress figures that are small and protected, and figures that would give them away.

    Parameters
    ----------
    frame : DataFrame
        All observations, with the types of their schema.
    sources : iterable of Source
        The files they come from.

    Returns
    -------
    Protected
    """
    tables = catalogue.tables()
    files = {source.name: source for source in sources if source.table in tables}  # files with votes have no table
    too_fine, levels = primary.too_fine(frame)
    protected, limit = primary.protected_rows(frame, files), primary.limits(frame)
    small = protected & (frame["value"] < limit) & ~too_fine
    hidden = too_fine | (protected & primary.has_unknown_parts(frame) & frame["value"].notna())
    if small.any():
        kept = frame.assign(value=frame["value"].mask(hidden))[~too_fine]
        more, given_up = secondary.suppress(kept, files, protected[~too_fine], limit[~too_fine], small[~too_fine])
        hidden |= more.reindex(frame.index, fill_value=False)
        levels += given_up
        small &= ~primary.in_levels(frame, given_up)
    if hidden.any():
        frame = frame.assign(
            value=frame["value"].mask(hidden),
            status=_suppressed(frame["status"], hidden),
            lower=frame["lower"].mask(hidden, 0.0).where(~hidden | small),
            upper=frame["upper"].mask(hidden, limit - 1.0).where(~hidden | small),
        )
    return Protected(_hide_rates(frame, files), levels)


def _hide_rates(frame: pd.DataFrame, files: dict[str, Source]) -> pd.DataFrame:
    """Hide rates from tables that are not public, unless their count is shown: a rate gives its count away."""
    tables = catalogue.tables()
    derived = {item.id: item.derived_from for item in catalogue.indicators().values() if item.derived_from}
    not_public = {name for name, file in files.items() if not tables[file.table].public}
    rate = frame["indicator"].isin(derived) & frame["source"].isin(not_public) & frame["value"].notna()
    if not rate.any():
        return frame
    base = frame.loc[rate, _KEY].assign(indicator=frame.loc[rate, "indicator"].astype(str).map(derived))
    counts = frame[frame["indicator"].isin(set(derived.values())) & frame["value"].notna()]
    shown = set(counts[_KEY].astype(str).itertuples(index=False, name=None))
    hidden = pd.Series(False, frame.index)
    hidden[rate] = [key not in shown for key in base.astype(str).itertuples(index=False, name=None)]
    blank = {name: frame[name].mask(hidden, np.nan) for name in ("value", "lower", "upper")}
    return frame.assign(status=_suppressed(frame["status"], hidden), **blank)


def _suppressed(status: pd.Series, hidden: pd.Series) -> pd.Series:
    categories = status.cat.categories.union(["suppressed"])
    return status.cat.set_categories(categories).mask(hidden, "suppressed")
