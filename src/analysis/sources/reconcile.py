"""Two exports of one table may differ a little, because publishers revise; not more than that."""

from __future__ import annotations

import pandas as pd

from .. import catalogue, regions
from ..errors import DataError
from ..observations import Source
from ..periods import Period
from .package import NAME

KEY = ["indicator", "region", "period", "frequency"]


class Contradiction(DataError):
    """Two exports of one table that cannot both be right; ``older`` is the one that was made first."""

    older: Source


def editions(frame: pd.DataFrame, sources: dict[str, Source]) -> None:
    """Check that exports of the same table agree.

    Parameters
    ----------
    frame : DataFrame
        Observations of all files.
    sources : dict of str to Source
        The files by name.

    Raises
    ------
    Contradiction
        When two files differ by more than ``thresholds.revision.max_relative`` on the same figure; the figure with
        the largest difference is named.
    """
    tables = frame["source"].map({name: source.table for name, source in sources.items()})
    known = frame[[*KEY, "source", "value"]].assign(table=tables)[frame["value"].notna()]
    shared = known[known.duplicated(["table", *KEY], keep=False)]
    if shared.empty:
        return
    values = shared.groupby(["table", *KEY], observed=True)["value"]
    lowest, highest = values.transform("min"), values.transform("max")
    difference = ((highest - lowest) / highest.where(highest > 0)).fillna(0)
    if difference.max() > catalogue.thresholds().revision.max_relative:
        worst = shared.loc[difference.idxmax()]
        same = shared[(shared[["table", *KEY]] == worst[["table", *KEY]]).all(axis=1)].sort_values("value")
        raise _disagreement(same.iloc[0], same.iloc[-1], sources)


def _disagreement(one: pd.Series, other: pd.Series, sources: dict[str, Source]) -> Contradiction:
    what = catalogue.indicator(one["indicator"])
    where, when = regions.name(one["region"]), Period(one["period"].date(), one["frequency"]).label
    about = f"{what.label} in {where}, {when}"
    files = (sources[one["source"]], sources[other["source"]])
    open_ = what.sensitive == "no" and all(file.public for file in files)
    # This message may be mailed or kept in a log, so it holds no count that a page would hide.
    shown = [f"{row['value']:.0f} in " if open_ else "" for row in (one, other)]
    first, second = (f"{number}{_named(file)}" for number, file in zip(shown, files, strict=True))
    newest = max((sources[one["source"]], sources[other["source"]]), key=lambda source: source.vintage or "")
    oldest = sources[other["source"]] if newest.name == one["source"] else sources[one["source"]]
    found = Contradiction(
        newest.path,
        f"twee exports van {newest.table} spreken elkaar tegen over {about}: {first} en {second}.",
        f'Haal een van beide weg, of zet in {NAME} bij \'{newest.name}\': "replaces": "{oldest.name}".',
    )
    found.older = oldest
    return found


def _named(source: Source) -> str:
    return f"{source.path} (export van {source.vintage or 'onbekende datum'})"
