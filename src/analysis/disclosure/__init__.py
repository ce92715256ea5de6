"""Disclosure control: suppress small counts that are not public, and whatever would give them away.

Primary suppression hides a protected figure that is small (`primary`). Someone who has a total and all parts but one
can compute the last part, so secondary suppression hides more figures until no hidden one can be derived from what is
shown (`secondary`). Levels of figures that are finer than may be kept are hidden completely. All this happens before
anything is computed from the figures, so that no result can reveal a hidden one.

What earlier editions showed cannot be taken back. `Protected` therefore comes with a table of everything released so
far, with the true values of what is hidden. Whoever publishes keeps it in a private place and gives it to the next run.

References
----------
.. [1] Hundepool, A., Domingo-Ferrer, J., Franconi, L., Giessing, S., Schulte Nordholt, E., Spicer, K. and de Wolf,
   P.-P. (2012). *Statistical Disclosure Control*. Wiley.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import pandas as pd

from ..definitions import catalogue
from ..store.raw_sources import HiddenLevel, Source
from . import primary, secondary
from .secondary import Marks

_KEY = ["indicator", "region", "period", "frequency"]
_FIGURE = [*_KEY, "value", "source", "table"]
_TEXTS = ["indicator", "region", "frequency", "source"]
_CHECKSUM = 12  # characters


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
    released : DataFrame
        What is released by these observations or was before, with true values: ``indicator``, ``region``, ``period``,
        ``frequency``, ``value``, ``source`` with a checksum of what the file held, ``table``, and whether it is
        ``hidden``. Only figures that could give a protected one away. Never publish this.
    """

    observations: pd.DataFrame
    levels: list[HiddenLevel]
    released: pd.DataFrame


def protect(
    frame: pd.DataFrame, sources: Iterable[Source], *, seed: bytes, released: pd.DataFrame | None = None
) -> Protected:
    """Suppress figures that are small and protected, and figures that would give them away.

    Parameters
    ----------
    frame : DataFrame
        All observations, with the types of their schema.
    sources : iterable of Source
        The files they come from.
    seed : bytes
        Secret that picks among figures that could be hidden; at most 64 bytes. The same seed gives the same choice.
    released : DataFrame, optional
        What earlier editions released, see `Protected`.

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
    kept = frame.assign(value=frame["value"].mask(hidden))[~too_fine]
    near = _near_protected(kept, protected[~too_fine])
    labels = _labels(near)
    before = _usable(released, labels)
    rows, all_files = _with_earlier(kept, before), files | _earlier_files(before)
    marks = _marks(rows, all_files, small, before)
    if marks.small.any():
        more, given_up = secondary.suppress(rows, all_files, marks, seed)
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
    now = _all_released(near.assign(hidden=hidden[near.index]), labels, files, released)
    return Protected(_hide_rates(frame, files), levels, now)


def _labels(frame: pd.DataFrame) -> dict[str, str]:
    """Return the name of each source with a checksum of its figures: a file with other figures is another file."""
    sums = pd.util.hash_pandas_object(frame[[*_KEY, "value"]], index=False)
    by_source = sums.groupby(frame["source"], observed=True).agg(lambda rows: _checksum(rows.sort_values()))
    return {str(source): f"{source} {checksum}" for source, checksum in by_source.items()}


def _checksum(hashes: pd.Series) -> str:
    return sha256(hashes.to_numpy().tobytes()).hexdigest()[:_CHECKSUM]


def _usable(released: pd.DataFrame | None, labels: dict[str, str]) -> pd.DataFrame | None:
    """Return what was released and still means something; a file that did not change keeps its own name."""
    if released is None or released.empty:
        return None
    known = released["indicator"].isin(catalogue.indicators()) & released["table"].isin(catalogue.tables())
    names = {label: source for source, label in labels.items()}
    return released[known].assign(source=released["source"].map(lambda label: names.get(label, label)))


def _earlier_files(before: pd.DataFrame | None) -> dict[str, Source]:
    """Return the files of earlier editions; only their name and table are known."""
    pairs = () if before is None else before[["source", "table"]].drop_duplicates().itertuples(index=False)
    return {name: Source(name, "", table, "", "", 0, synthetic=False) for name, table in pairs}


def _with_earlier(kept: pd.DataFrame, before: pd.DataFrame | None) -> pd.DataFrame:
    """Return the observations, followed by what earlier editions released."""
    if before is None:
        return kept
    start = int(kept.index.max()) + 1 if len(kept) else 0
    before = before.set_index(pd.RangeIndex(start, start + len(before)))
    columns = [*_KEY, "value", "source"]
    joined = pd.concat([kept[columns].astype(dict.fromkeys(_TEXTS, str)), before[columns]])
    return joined.astype(dict.fromkeys(_TEXTS, "category"))


def _marks(rows: pd.DataFrame, files: dict[str, Source], small: pd.Series, before: pd.DataFrame | None) -> Marks:
    """Return the marks of observations and earlier releases; what was hidden before stays hidden."""
    earlier = 0 if before is None else len(before)
    hidden_before = pd.Series(False, rows.index)
    if before is not None:
        hidden_before.iloc[len(rows) - earlier :] = before["hidden"].to_numpy()
    shown = pd.Series(np.arange(len(rows)) >= len(rows) - earlier, rows.index) & ~hidden_before
    must = small.reindex(rows.index, fill_value=False) | hidden_before
    return Marks(primary.protected_rows(rows, files), primary.limits(rows), must, shown)


def _near_protected(kept: pd.DataFrame, protected: pd.Series) -> pd.DataFrame:
    """Return the observations that could give a protected one away."""
    about = set().union(*primary.families(kept.loc[protected, "indicator"].unique()))
    return kept[kept["indicator"].isin(about) & primary.near_protected(kept, protected)]


def _all_released(
    now: pd.DataFrame, labels: dict[str, str], files: dict[str, Source], released: pd.DataFrame | None
) -> pd.DataFrame:
    """Return what is released now or was before; what was shown once is not hidden."""
    texts = now.astype(dict.fromkeys(_TEXTS, str))
    names = texts["source"]
    new = texts.assign(source=names.map(labels), table=[files[name].table for name in names])[[*_FIGURE, "hidden"]]
    both = new if released is None else pd.concat([released, new])
    return both.sort_values("hidden", kind="stable").drop_duplicates(_FIGURE).reset_index(drop=True)


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
