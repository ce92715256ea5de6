"""Police deliveries to a municipality: counts by incident code, with or without a header.

A delivery without a header carries no names. What it counts and for which years must be said by the register, or by
the file's name.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pandas as pd

from .. import paths
from ..definitions import catalogue, regions
from ..definitions.catalogue import Table
from ..errors import DataError
from . import agreed_columns, grids, region_texts
from .data_package import NAME, Resource
from .text_columns import Rejected
from .tidy import absent, number, tidy

HEADED = {"region": "Gemeentecode", "category": "Incidentcode", "period": "Jaar", "text": "Aantal"}
GROWTH = 1.20  # no municipality grows more from one year to the next, unless its borders changed
_MUNICIPALITY = re.compile(r"GM[0-9]{4}")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_CODE_IN_NAME = re.compile(r"(?<![A-Za-z0-9])[A-Z][0-9]{2,3}(?![A-Za-z0-9])")
_YEARS_IN_NAME = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})[_-]((?:19|20)[0-9]{2})(?![0-9])")


def recognises(rows: list[list[str]], resource: Resource) -> bool:
    """Whether the first rows are those of a delivery."""
    first = rows[0] if rows else []
    return agreed_columns.has(rows, HEADED["category"]) or _is_local(first) or _is_national(rows)


def read(path: Path, resource: Resource) -> tuple[Table, pd.DataFrame]:
    """Read a delivery.

    ``indicator_code`` and ``years`` in the register give meaning to a file without a header.

    Returns
    -------
    Table
        Always ``levering``.
    DataFrame
        Figures as `tidy.tidy` returns them.

    Raises
    ------
    DataError
        When the meaning is nowhere to be found, or the file holds something that cannot be read.
    """
    # Files without a header are made by hand and often end without a last line end; the others never do.
    grid = grids.read(path, closed=agreed_columns.has(grids.below_titles(grids.peek(path)), HEADED["category"]))
    if agreed_columns.has([grid.header], HEADED["category"]):
        cells = agreed_columns.columns(grid, path, HEADED)
    elif _is_local(grid.header):
        cells = _local(grid.rows, path, resource)
    else:
        cells = pd.DataFrame({"region": regions.NEDERLAND, "period": grid.rows[0], "text": grid.rows[1]})
        cells = cells.assign(category=_meaning(path, resource), line=cells.index)
    figures = tidy(cells, path, comma=True, code=_code, region=region_texts.region)
    agreed_columns.no_days(figures, path)
    if _is_local(grid.header):
        _check_rates(grid.rows, path, _years(path, resource))
    return catalogue.tables()["levering"], figures


def _is_local(first: list[str]) -> bool:
    """``Leek;GM0022;36;65;43;…``."""
    return len(first) > 1 and bool(_MUNICIPALITY.fullmatch(first[1].strip()))


def _is_national(rows: list[list[str]]) -> bool:
    """``2011;39974``."""
    pairs = [row for row in rows if row]
    return bool(pairs) and all(len(row[1:]) == 1 and _YEAR.fullmatch(row[0].strip()) for row in pairs)


def _local(rows: pd.DataFrame, path: Path, resource: Resource) -> pd.DataFrame:
    """Name, code, a count for each year and perhaps a rate for each year."""
    code, years = _meaning(path, resource), _years(path, resource)
    width = rows.shape[1] - 2
    if width not in (len(years), 2 * len(years)):
        problem = f"er staan {width} kolommen met cijfers in; bij {years[0]}–{years[-1]} horen er {len(years)}"
        remedy = f"Controleer de jaren in de bestandsnaam, of 'years' in {NAME}."
        raise DataError(paths.shown(path), f"{problem} (of twee keer zoveel).", remedy)
    agreed_columns.same(pd.DataFrame({"region": rows[1], "name": rows[0], "line": rows.index}), path)
    per_year = [
        pd.DataFrame({"region": rows[1], "period": str(year), "text": rows[2 + place], "line": rows.index})
        for place, year in enumerate(years)
    ]
    return pd.concat(per_year, ignore_index=True).assign(category=code)


def _meaning(path: Path, resource: Resource) -> str:
    found = _CODE_IN_NAME.search(path.stem)
    if resource.indicator_code or found:
        return resource.indicator_code or (found[0] if found else "")
    raise _unclear(path, "welke incidentcode", '"indicator_code": "E33"')


def _years(path: Path, resource: Resource) -> range:
    found = _YEARS_IN_NAME.search(path.stem)
    first, last = resource.years or (map(int, found.groups()) if found else (1, 0))
    if first <= last:
        return range(first, last + 1)
    raise _unclear(path, "welke jaren", '"years": [2013, 2017]')


def _unclear(path: Path, what: str, field: str) -> DataError:
    return DataError(
        paths.shown(path),
        f"dit bestand heeft geen kolomnamen en zegt nergens over {what} het gaat.",
        f"Zet in {NAME} bij dit bestand {field}, of noem het bestand zoals 'levering_E33_gemeenten_2013_2017.csv'.",
    )


def _check_rates(rows: pd.DataFrame, path: Path, years: range) -> None:
    """Count and rate together give a population; if that jumps, a number was not read as it was meant."""
    for line, cells in rows.iterrows():
        pairs = zip(years, cells.iloc[2 : 2 + len(years)], cells.iloc[2 + len(years) :], strict=False)
        try:
            known = [(year, *bounds) for year, count, rate in pairs if (bounds := _population(count, rate))]
        except Rejected as error:
            raise DataError(paths.shown(path), error.problem, error.remedy, line=int(str(line))) from None
        for (first, low, high), (second, lower, higher) in pairwise(known):
            if max(low, lower) > GROWTH * min(high, higher) and not _merged(cells.iloc[1].strip(), first, second):
                problem = "aantal en aantal per 1.000 inwoners passen niet bij elkaar"
                where = f"de bevolking zou tussen {first} en {second} verspringen"
                remedy = "Staan er punten of komma's verkeerd? Vraag het bestand opnieuw aan en bewaar het ongewijzigd."
                raise DataError(paths.shown(path), f"{problem}: {where}.", remedy, line=int(str(line)))


def _merged(municipality: str, first: int, second: int) -> bool:
    """Whether borders changed in between; police rates sometimes have the new population a year early."""
    since = (merger.since.year for merger in regions.regions().mergers if merger.into == municipality)
    return any(first < year <= second + 1 for year in since)


def _population(count: str, rate: str) -> tuple[float, float] | None:
    """Between which numbers of inhabitants count and (rounded) rate point; nothing where one of them is absent."""
    if absent(count.strip(), comma=True) or absent(rate.strip(), comma=True):
        return None
    registered, per_1000 = number(count.strip(), comma=True), number(rate.strip(), comma=True)
    rounding = 0.5 * 10.0 ** -len(rate.strip().partition(",")[2])
    if registered == 0 or per_1000 <= rounding:
        return None
    return 1000 * registered / (per_1000 + rounding), 1000 * registered / (per_1000 - rounding)


def _code(text: str) -> str:
    if not text.strip():
        raise Rejected("de incidentcode ontbreekt.", "Vul de code in waaronder de politie dit telt, zoals E33.")
    return text.strip()
