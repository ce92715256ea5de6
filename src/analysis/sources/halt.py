"""Referrals to Halt per municipality and year, as Halt and Waarstaatjegemeente deliver them on request.

There is no open table of them per municipality. Publications changed their unit: up to 2018 per 10.000 youths of 12 to
17 years, later per 1.000. So each row says its unit, and a rate is held against its own count.
"""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd

from .. import catalogue, paths
from ..catalogue import Table
from ..errors import DataError
from . import grids, headed, places
from .columns import each
from .package import Resource
from .recognise import plain
from .rejected import Rejected
from .tidy import absent, number, tidy

NAMES = {
    "region": "Gemeentecode", "period": "Jaar", "text": "Verwijzingen", "youths": "Jongeren 12-17", "rate": "Relatief",
    "unit": "Eenheid",
}  # fmt: skip
UNITS = {"per10000jongeren": 10_000, "per1000jongeren": 1_000}
TOLERANCE = 2  # rounding explains less than a factor two, a wrong unit is a factor ten


def recognises(rows: list[list[str]], resource: Resource) -> bool:
    """Whether the first rows are those of a delivery of Halt."""
    return headed.has(rows, NAMES["text"])


def read(path: Path, resource: Resource) -> tuple[Table, pd.DataFrame]:
    """Read counts and rates.

    Returns
    -------
    Table
        Always ``verwijzingen``.
    DataFrame
        Figures as `tidy.tidy` returns them: codes ``verwijzingen`` and ``per_1000``, the latter per 1.000 youths.

    Raises
    ------
    DataError
        When a column is absent, a cell cannot be read, or a rate contradicts its count.
    """
    cells = headed.columns(grids.read(path, closed=True), path, NAMES)
    counts = tidy(cells.assign(category="verwijzingen"), path, comma=True, code=str, region=places.region)
    rates = tidy(
        cells.assign(category="per_1000", text=cells["rate"], column=NAMES["rate"]), path, comma=True, code=str,
        region=places.region, figure=_rate,
    )  # fmt: skip
    per = pd.Series(each(cells, "unit", _unit, path, NAMES["unit"]), cells["line"]).reindex(rates["line"]).to_numpy()
    rates["value"] = rates["value"] * 1000 / per.astype(float)
    youths = tidy(cells.assign(category="x", text=cells["youths"]), path, comma=True, code=str, region=places.region)
    _agree(1000 * counts["value"] / youths["value"], rates, path)
    return catalogue.tables()["verwijzingen"], pd.concat([counts, rates], ignore_index=True)


def _rate(text: str, comma: bool) -> tuple[float, str]:
    if reason := absent(text.strip(), comma):
        return math.nan, reason
    value = number(text.strip(), comma)
    if value < 0:
        raise Rejected(f"'{text.strip()}' is negatief.", "Herstel het cijfer in de bron.")
    return value, "final"


def _unit(text: str) -> int:
    found = UNITS.get(plain(text))
    if found is None:
        remedy = "Zet er 'per 10.000 jongeren' (tot en met 2018) of 'per 1.000 jongeren' bij."
        raise Rejected(f"de eenheid '{text.strip()}' is onbekend.", remedy)
    return found


def _agree(expected: pd.Series, rates: pd.DataFrame, path: Path) -> None:
    """Hold each rate against its count: with a wrong unit the series would jump by a factor ten."""
    ratio = rates["value"] / expected
    known = (rates["value"] > 0) & (expected > 0)
    wrong = rates[known & ((ratio > TOLERANCE) | (ratio < 1 / TOLERANCE))]
    if len(wrong):
        factor = max(ratio[wrong.index[0]], 1 / ratio[wrong.index[0]])
        problem = (
            f"aantal en cijfer per jongere verschillen een factor {factor:.0f}; de eenheid klopt waarschijnlijk niet."
        )
        remedy = "Kijk in de bron of dit per 1.000 of per 10.000 jongeren is, en herstel de kolom Eenheid."
        raise DataError(paths.shown(path), problem, remedy, line=int(wrong["line"].iloc[0]), column=NAMES["unit"])
