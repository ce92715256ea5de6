"""Which of several tables and editions give a series, and for which borders.

Police figures come in several tables, editions and borders. Exactly one of them is chosen, and every year says whether
the publisher recalculated it to today's borders or we added predecessors.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd

from . import catalogue, observations, regions
from .catalogue import Indicator, Table
from .observations import Source
from .series import BACK_CAST, OWN, SUMMED, SUMMED_IN_PART

Chosen = tuple[pd.DataFrame, tuple[Source, ...], tuple[Source, ...]]


def choose(
    definition: Indicator,
    region: str,
    first: int | None,
    last: int | None,
    frequency: str,
    folder: Path | None,
) -> Chosen | None:
    """Rows for a region from the first subject that has them, and there from the table that covers most years."""
    rows = observations.query(definition.id, _wanted(definition, region), frequency, folder)
    register = observations.sources(folder)
    rows["table"] = rows["source"].map({name: source.table for name, source in register.items()})
    known = catalogue.tables()
    for selection in definition.sources:
        candidates = [
            editions
            for table, group in rows.groupby("table")
            if known[str(table)].subject == selection.subject
            and (editions := _edition(group, _borders(definition, known[str(table)]), region, first, last)) is not None
        ]
        if candidates:
            data, used, aside = max(candidates, key=lambda chosen: len(chosen[0]))
            return data, tuple(register[n] for n in used), tuple(register[n] for n in aside)
    return None


def _borders(definition: Indicator, table: Table) -> str:
    """A percentage or an index of predecessors cannot be added: only the region's own figures count."""
    return table.borders if definition.is_count else "current"


def _wanted(definition: Indicator, region: str) -> list[str]:
    """The region, everything it was ever made of, and all municipalities where the country may be their sum."""
    if region == regions.NEDERLAND and definition.unit == "persons":
        return [region, *regions.regions().municipalities]
    years = range(min(regions.regions().counts), max(regions.regions().counts) + 1)
    return sorted({region, *(whole for year in years for whole in regions.territory(region, year).wholes)})


def _edition(
    rows: pd.DataFrame, borders: str, region: str, first: int | None, last: int | None
) -> tuple[pd.DataFrame, list[str], list[str]] | None:
    """One table's series: the file that covers most of the asked years, completed by files that agree with it.

    Editions of a table differ a little because the publisher revises. A file that contradicts the chosen one is set
    aside whole, so that a series never jumps because half of it is from another edition.
    """
    per_file = {
        str(name): in_territory
        for name, group in rows.groupby("source")
        if not (in_territory := _in_territory(group, borders, region, first, last)).empty
    }
    if not per_file:
        return None
    order = list(per_file)
    if len(order) > 1:
        vintages = rows.groupby("source")["vintage"].max().fillna(pd.Timestamp(0))
        order.sort(key=lambda name: (-len(per_file[name]), -vintages[name].timestamp(), name))
    data, used, aside = per_file[order[0]], [order[0]], []
    for name in order[1:]:
        other = per_file[name]
        shared = data.index.intersection(other.index)
        if data.loc[shared, "value"].equals(other.loc[shared, "value"]):
            data = pd.concat([data, other.loc[other.index.difference(data.index)]]).sort_index()
            used.append(name)
        else:
            aside.append(name)
    return data, used, aside


def _in_territory(rows: pd.DataFrame, borders: str, region: str, first: int | None, last: int | None) -> pd.DataFrame:
    """One file's rows as figures for today's region, with their origin."""
    years = rows["period"].dt.year
    asked = rows if first is last is None else rows[(years >= (first or 0)) & (years <= (last or 9999))]
    formed = regions.first_year(region)
    own = asked[asked["region"] == region].set_index("period")[["value", "status", "lower", "upper"]]
    if borders == "current" or (formed is None and (region != regions.NEDERLAND or len(own))):
        before = pd.DatetimeIndex(own.index).year < (formed or 0)
        return own.assign(origin=np.where(before, BACK_CAST, OWN)).sort_index()
    since = own[pd.DatetimeIndex(own.index).year >= formed] if formed else own.iloc[:0]
    earlier = asked[asked["period"].dt.year < formed] if formed else asked
    summed = [_sum(group, region, cast(pd.Timestamp, period)) for period, group in earlier.groupby("period")]
    columns = ["period", "value", "status", "origin"]
    frame = pd.DataFrame([row for row in summed if row is not None], columns=columns).set_index("period")
    return pd.concat([frame.assign(lower=np.nan, upper=np.nan), since.assign(origin=OWN)]).sort_index()


def _sum(group: pd.DataFrame, region: str, period: pd.Timestamp) -> tuple[pd.Timestamp, float, str, str] | None:
    """Figures of one period added over what the region consisted of then; nothing if one of the wholes is absent."""
    figures = group.set_index("region")
    if region == regions.NEDERLAND:
        wholes, parts = tuple(figures.index), {}
        complete = len(wholes) == regions.regions().counts.get(period.year)
    else:
        made_of = regions.territory(region, period.year)
        wholes, parts = made_of.wholes, made_of.parts
        complete = set(wholes) <= set(figures.index)
    if not complete:
        return None
    value = float(figures.loc[list(wholes), "value"].sum(skipna=False))
    marks = set(figures.loc[list(wholes), "status"])
    hidden = "suppressed" if "suppressed" in marks else "missing"
    status = hidden if np.isnan(value) else "provisional" if "provisional" in marks else "final"
    return period, value, status, SUMMED_IN_PART if parts else SUMMED
