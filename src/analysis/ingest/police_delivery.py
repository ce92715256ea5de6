"""Reader of police deliveries to a municipality: counts by incident code, with or without a header.

For a delivery without a header, the register or the file name must give the incident code and the years.
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
from .tidy import absence_status, parse_number, tidy

HEADED = {"region": "Gemeentecode", "category": "Incidentcode", "period": "Jaar", "text": "Aantal"}
MAX_GROWTH = 1.20  # largest ratio of populations of successive years, unless borders changed
_MUNICIPALITY = re.compile(r"GM[0-9]{4}")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_CODE_IN_NAME = re.compile(r"(?<![A-Za-z0-9])[A-Z][0-9]{2,3}(?![A-Za-z0-9])")
_YEARS_IN_NAME = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})[_-]((?:19|20)[0-9]{2})(?![0-9])")


def recognises(rows: list[list[str]], resource: Resource) -> bool:
    """Whether the first rows are those of a police delivery.

    Parameters
    ----------
    rows : list of list of str
        First rows of the file, as `grids.peek` returns them.
    resource : Resource
        Entry of the file in the register.

    Returns
    -------
    bool
    """
    first = rows[0] if rows else []
    return agreed_columns.has_columns(rows, HEADED["category"]) or _is_local(first) or _is_national(rows)


def read(path: Path, resource: Resource) -> tuple[Table, pd.DataFrame]:
    """Read a police delivery.

    Parameters
    ----------
    path : Path
    resource : Resource
        Its ``indicator_code`` and ``years`` give meaning to a file without a header.

    Returns
    -------
    Table
        Always ``levering``.
    DataFrame
        Figures as `tidy.tidy` returns them.

    Raises
    ------
    DataError
        When nothing gives the code or the years, when counts and rates contradict each other, or when the file holds
        a text that cannot be read.
    """
    # Files without a header are made by hand and often lack the last line end; files with a header always have it.
    grid = grids.read(path, closed=agreed_columns.has_columns(grids.below_titles(grids.peek(path)), HEADED["category"]))
    if agreed_columns.has_columns([grid.header], HEADED["category"]):
        cells = agreed_columns.read_columns(grid, path, HEADED)
    elif _is_local(grid.header):
        cells = _local_cells(grid.rows, path, resource)
    else:
        cells = pd.DataFrame({"region": regions.NEDERLAND, "period": grid.rows[0], "text": grid.rows[1]})
        cells = cells.assign(category=_incident_code(path, resource), line=cells.index)
    figures = tidy(cells, path, comma=True, code=_code, region=region_texts.region)
    agreed_columns.refuse_days(figures, path)
    if _is_local(grid.header):
        _check_rates(grid.rows, path, _years(path, resource))
    return catalogue.tables()["levering"], figures


def _is_local(first: list[str]) -> bool:
    """Whether a row is like ``Leek;GM0022;36;65;43;…``."""
    return len(first) > 1 and bool(_MUNICIPALITY.fullmatch(first[1].strip()))


def _is_national(rows: list[list[str]]) -> bool:
    """Whether rows are like ``2011;39974``."""
    pairs = [row for row in rows if row]
    return bool(pairs) and all(len(row[1:]) == 1 and _YEAR.fullmatch(row[0].strip()) for row in pairs)


def _local_cells(rows: pd.DataFrame, path: Path, resource: Resource) -> pd.DataFrame:
    """Return the cells of rows with a name, a code, a count for each year and possibly a rate for each year."""
    code, years = _incident_code(path, resource), _years(path, resource)
    width = rows.shape[1] - 2
    if width not in (len(years), 2 * len(years)):
        problem = f"er staan {width} kolommen met cijfers in; bij {years[0]}–{years[-1]} horen er {len(years)}"
        remedy = f"Controleer de jaren in de bestandsnaam, of 'years' in {NAME}."
        raise DataError(paths.display_path(path), f"{problem} (of twee keer zoveel).", remedy)
    agreed_columns.check_names(pd.DataFrame({"region": rows[1], "name": rows[0], "line": rows.index}), path)
    per_year = [
        pd.DataFrame({"region": rows[1], "period": str(year), "text": rows[2 + number], "line": rows.index})
        for number, year in enumerate(years)
    ]
    return pd.concat(per_year, ignore_index=True).assign(category=code)


def _incident_code(path: Path, resource: Resource) -> str:
    match = _CODE_IN_NAME.search(path.stem)
    if resource.indicator_code or match:
        return resource.indicator_code or (match[0] if match else "")
    raise _unclear_error(path, "welke incidentcode", '"indicator_code": "E33"')


def _years(path: Path, resource: Resource) -> range:
    match = _YEARS_IN_NAME.search(path.stem)
    first, last = resource.years or (map(int, match.groups()) if match else (1, 0))
    if first <= last:
        return range(first, last + 1)
    raise _unclear_error(path, "welke jaren", '"years": [2013, 2017]')


def _unclear_error(path: Path, what: str, field: str) -> DataError:
    return DataError(
        paths.display_path(path),
        f"dit bestand heeft geen kolomnamen en zegt nergens over {what} het gaat.",
        f"Zet in {NAME} bij dit bestand {field}, of noem het bestand zoals 'levering_E33_gemeenten_2013_2017.csv'.",
    )


def _check_rates(rows: pd.DataFrame, path: Path, years: range) -> None:
    """Refuse rows where the population that follows from count and rate jumps, because a number was misread."""
    for line, cells in rows.iterrows():
        pairs = zip(years, cells.iloc[2 : 2 + len(years)], cells.iloc[2 + len(years) :], strict=False)
        try:
            populations = [
                (year, *bounds) for year, count, rate in pairs if (bounds := _population_bounds(count, rate))
            ]
        except Rejected as error:
            raise DataError(paths.display_path(path), error.problem, error.remedy, line=int(str(line))) from None
        for (first, low, high), (second, lower, higher) in pairwise(populations):
            if max(low, lower) > MAX_GROWTH * min(high, higher) and not _merged(cells.iloc[1].strip(), first, second):
                problem = "aantal en aantal per 1.000 inwoners passen niet bij elkaar"
                where = f"de bevolking zou tussen {first} en {second} verspringen"
                remedy = "Staan er punten of komma's verkeerd? Vraag het bestand opnieuw aan en bewaar het ongewijzigd."
                raise DataError(paths.display_path(path), f"{problem}: {where}.", remedy, line=int(str(line)))


def _merged(municipality: str, first: int, second: int) -> bool:
    """Whether borders changed between two years; police rates may use the new population a year early."""
    since = (merger.since.year for merger in regions.regions().mergers if merger.into == municipality)
    return any(first < year <= second + 1 for year in since)


def _population_bounds(count: str, rate: str) -> tuple[float, float] | None:
    """Return the bounds of the population that follows from a count and a rounded rate, if both are present."""
    if absence_status(count.strip(), comma=True) or absence_status(rate.strip(), comma=True):
        return None
    registered, per_1000 = parse_number(count.strip(), comma=True), parse_number(rate.strip(), comma=True)
    rounding = 0.5 * 10.0 ** -len(rate.strip().partition(",")[2])
    if registered == 0 or per_1000 <= rounding:
        return None
    return 1000 * registered / (per_1000 + rounding), 1000 * registered / (per_1000 - rounding)


def _code(text: str) -> str:
    if not text.strip():
        raise Rejected("de incidentcode ontbreekt.", "Vul de code in waaronder de politie dit telt, zoals E33.")
    return text.strip()
