"""Reader of road accidents as GeoJSON: the map service of Rijkswaterstaat (STAR), and files derived from it.

The map service has a feature for each accident, with municipality and outcome. Derived files have a feature for each
location and year, with the number of accidents and only their *worst* outcome. The number of accidents with that
outcome is unknown, so only the total is taken from a derived file.
"""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import pandas as pd

from .. import paths
from ..definitions import catalogue
from ..definitions.catalogue import Table
from ..errors import DataError, DataWarning
from . import accident_counts, geography, region_texts
from .data_package import NAME, Resource
from .raw_files import AGAIN
from .text_columns import Rejected, Unregistered, parse_rows

SERVICE = {"place": "gemeente", "year": "jaar_ongeval", "outcome": "verkeersongeval_afloop"}
DERIVED = {"year": "year", "outcome": "severity", "number": "count"}
_OUTCOMES = {
    "uitsluitend materiele schade": "UMS",
    "uitsluitend materiële schade": "UMS",
    "letsel": "LET",
    "dood": "DOD",
}
_RANGE = re.compile(r"([0-9]{4})([0-9]{4}) - ([0-9]{4})([0-9]{4})")  # "20210101 - 20260403"


def recognises(rows: list[list[str]], resource: Resource) -> bool:
    """Whether the first feature has the properties of an accident.

    Parameters
    ----------
    rows : list of list of str
        First rows of the file, as `grids.peek` returns them.
    resource : Resource
        Entry of the file in the register.

    Returns
    -------
    bool

    Examples
    --------
    >>> recognises([["year", "severity", "count"]], Resource(name="star", path="star.geojson"))
    True
    """
    properties = set(rows[0]) if rows else set()
    return properties >= set(SERVICE.values()) or properties >= set(DERIVED.values())


def read(path: Path, resource: Resource) -> tuple[Table, pd.DataFrame]:
    """Read accidents from GeoJSON.

    Parameters
    ----------
    path : Path
    resource : Resource
        Its ``selection`` gives the municipality of a derived file.

    Returns
    -------
    Table
        Always ``STAR``.
    DataFrame
        Figures as `accident_counts.count_accidents` returns them; of a derived file only ``totaal``.

    Raises
    ------
    Unregistered
        When the municipality of a derived file is not given.
    DataError
        When the file is damaged or a property cannot be read.
    """
    content = geography.read_features(path)
    properties = [feature["properties"] for feature in _drop_repeats(content["features"], path)]
    if all(set(SERVICE.values()) <= set(feature_properties) for feature_properties in properties):
        return catalogue.tables()["STAR"], accident_counts.count_accidents(_service_accidents(properties, path))
    accidents = _derived_accidents(properties, path, _municipality(path, resource))
    whole = accidents["year"].isin(_whole_years(content, accidents["year"]))
    if not whole.all():
        years = ", ".join(map(str, sorted(set(accidents["year"][~whole]))))
        left_out = int(accidents["number"][~whole].sum())
        problem = (
            f"ongevallen in jaren die het bestand maar voor een deel beslaat ({years}) en niet tellen: {left_out}."
        )
        warnings.warn(DataWarning(problem), stacklevel=2)
    counted = accident_counts.count_accidents(accidents[whole])
    return catalogue.tables()["STAR"], counted[counted["code"] == "totaal"]


def _drop_repeats(features: list[dict[str, Any]], path: Path) -> list[dict[str, Any]]:
    """Drop repeated features with a warning; refuse a repeated feature with other properties."""
    by_identity: dict[str, dict[str, Any]] = {}
    for number, feature in enumerate(features):
        first = by_identity.setdefault(_identity(feature, number), feature)
        if first != feature:
            problem = f"onderdeel {number + 1} staat er eerder ook in, met andere gegevens."
            raise DataError(paths.display_path(path), problem, AGAIN)
    if repeated := len(features) - len(by_identity):
        problem = f"ongevallen die meer dan één keer in het bestand staan en één keer tellen: {repeated}."
        warnings.warn(DataWarning(problem), stacklevel=2)
    return list(by_identity.values())


def _identity(feature: dict[str, Any], number: int) -> str:
    """Return a unique key of a feature: the id of the publisher, or in a derived file the location and the year."""
    properties = feature["properties"]
    if feature.get("id") is not None:
        return f"id {feature['id']}"
    if feature.get("geometry") and set(DERIVED.values()) <= set(properties):
        return f"place {feature['geometry']} {properties[DERIVED['year']]}"
    return f"number {number}"


def _cells(properties: list[dict[str, Any]], names: dict[str, str]) -> pd.DataFrame:
    texts = [{ours: str(feature.get(name, "")).strip() for ours, name in names.items()} for feature in properties]
    return pd.DataFrame(texts).assign(line=0)  # features have no line of their own


def _service_accidents(properties: list[dict[str, Any]], path: Path) -> pd.DataFrame:
    cells = _cells(properties, SERVICE)
    return pd.DataFrame(
        {
            "region": parse_rows(cells, "place", region_texts.region_or_none, path, SERVICE["place"]),
            "year": parse_rows(cells, "year", accident_counts.parse_year, path, SERVICE["year"]).astype(int),
            "month": 0,
            "outcome": parse_rows(cells, "outcome", _outcome, path, SERVICE["outcome"]),
            "number": 1,
        }
    )


def _derived_accidents(properties: list[dict[str, Any]], path: Path, municipality: str) -> pd.DataFrame:
    cells = _cells(properties, DERIVED)
    number = parse_rows(cells, "number", _number, path, DERIVED["number"]).astype(float)
    year = parse_rows(cells, "year", accident_counts.parse_year, path, DERIVED["year"]).astype(int)
    return pd.DataFrame({"region": municipality, "year": year, "month": 0, "outcome": "UMS", "number": number})


def _municipality(path: Path, resource: Resource) -> str:
    given = resource.selection.get("RegioS")
    municipality = region_texts.region_or_none(given) if given is not None else None
    if municipality is None:
        problem = "dit zijn ongevallen, maar het bestand zegt niet van welke gemeente."
        remedy = f'Zet in {NAME} bij dit bestand "selection": {{"RegioS": "GM1969"}}, met de code van de gemeente.'
        raise Unregistered(paths.display_path(path), problem, remedy)
    return municipality


def _whole_years(content: dict[str, Any], years: pd.Series) -> list[int]:
    """Return the years that the file covers completely, or all years when it does not give a date range."""
    match = _RANGE.fullmatch(str((content.get("metadata") or {}).get("dataRange", "")))
    if match is None:
        return sorted(set(years))
    first, last = int(match[1]) + (match[2] != "0101"), int(match[3]) - (match[4] != "1231")
    return [year for year in sorted(set(years)) if first <= year <= last]


def _number(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,5}", text):
        raise Rejected(f"'{text}' is geen aantal ongevallen.", AGAIN)
    return int(text)


def _outcome(text: str) -> str:
    outcome = _OUTCOMES.get(text.casefold())
    if outcome is None:
        raise Rejected(f"de afloop '{text}' is onbekend.", f"Bekend zijn: {', '.join(_OUTCOMES)}. {AGAIN}")
    return outcome
