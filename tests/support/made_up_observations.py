"""Observations with the columns and types of the store. All figures are made up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from analysis.definitions import catalogue
from analysis.store import observations
from analysis.store.raw_sources import Source

SEED = b"not secret: of tests"
Row = tuple[Any, ...]
Cells = Mapping[tuple[str, ...], float | None]


def source(name: str, table: str = "47013NED", vintage: str | None = None) -> Source:
    """Return a made-up raw file."""
    return Source(name, f"{name}.csv", table, "Politie", "0" * 64, 1, synthetic=True, vintage=vintage)


def rows(
    name: str,
    indicator: str,
    region: str,
    counts: Mapping[int, float | None],
    frequency: str = "Y",
    unit: str = "registrations",
    vintage: pd.Timestamp | None = None,
) -> list[Row]:
    """Return rows of the file ``name`` from counts by year, ``{2021: 30, 2022: 36}``; of months only January."""
    return [
        (indicator, region, pd.Timestamp(f"{year}-01-01"), frequency, value, unit, "final", None, None, name, vintage)
        for year, value in counts.items()
    ]


def frame(*groups: Iterable[Row]) -> pd.DataFrame:
    """Return groups of rows as one frame, with the columns and types of the schema."""
    return pd.DataFrame([row for group in groups for row in group], columns=observations.COLUMNS).astype(
        observations.TYPES
    )


def table(cells: Cells, default: str = "levering") -> pd.DataFrame:
    """Return observations from ``{(indicator, region, period[, source]): count}``; ``None`` is no figure."""
    records = []
    for (indicator, region, when, *name), value in cells.items():
        unit, status = catalogue.indicator(indicator).unit, "missing" if value is None else "final"
        records.append((indicator, region, *moment(when), value, unit, status, None, None, *(name or [default]), None))
    return frame(records)


def moment(when: str) -> tuple[pd.Timestamp, str]:
    """Return start and frequency of ``2022``, ``2022-H1``, ``2022-03`` or ``2022-12-31``."""
    year, *parts = when.split("-")
    if not parts:
        return pd.Timestamp(int(year), 1, 1), "Y"
    if parts[0].startswith("H"):
        return pd.Timestamp(int(year), 6 * int(parts[0][1:]) - 5, 1), "H"
    return pd.Timestamp(when), "D" if len(parts) > 1 else "M"
