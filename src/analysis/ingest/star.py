"""Road accidents as GeoJSON: the map service of Rijkswaterstaat (STAR), and what others made of it.

The map service has a feature for each accident, with municipality and outcome. Derived files have a feature for each
place and year, with the number of accidents and only the *worst* outcome there. How many of those accidents had that
outcome cannot be known, so of a derived file only the total is counted.
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
from .text_columns import Rejected, Unregistered, each

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
    """Whether a first feature has the properties of an accident."""
    found = set(rows[0]) if rows else set()
    return found >= set(SERVICE.values()) or found >= set(DERIVED.values())


def read(path: Path, resource: Resource) -> tuple[Table, pd.DataFrame]:
    """Read accidents from GeoJSON.

    Of a derived file ``selection`` in the register says the municipality.

    Returns
    -------
    Table
        Always ``STAR``.
    DataFrame
        Figures as `ongevallen.figures` returns them; of a derived file only ``totaal``.

    Raises
    ------
    Unregistered
        When nothing says which municipality it is.
    DataError
        When the file is damaged or a property cannot be read.
    """
    content = geography.read_features(path)
    properties = [feature["properties"] for feature in _each_once(content["features"], path)]
    if all(set(SERVICE.values()) <= set(one) for one in properties):
        return catalogue.tables()["STAR"], accident_counts.figures(_service(properties, path))
    accidents = _derived(properties, path, _municipality(path, resource))
    whole = accidents["year"].isin(_whole_years(content, accidents["year"]))
    if not whole.all():
        years = ", ".join(map(str, sorted(set(accidents["year"][~whole]))))
        left_out = int(accidents["number"][~whole].sum())
        problem = (
            f"ongevallen in jaren die het bestand maar voor een deel beslaat ({years}) en niet tellen: {left_out}."
        )
        warnings.warn(DataWarning(problem), stacklevel=2)
    counted = accident_counts.figures(accidents[whole])
    return catalogue.tables()["STAR"], counted[counted["code"] == "totaal"]


def _each_once(features: list[dict[str, Any]], path: Path) -> list[dict[str, Any]]:
    """Count a feature once that stands in the file more than once, and say so; refuse it when it differs."""
    by_identity: dict[str, dict[str, Any]] = {}
    for number, feature in enumerate(features):
        first = by_identity.setdefault(_identity(feature, number), feature)
        if first != feature:
            problem = f"onderdeel {number + 1} staat er eerder ook in, met andere gegevens."
            raise DataError(paths.shown(path), problem, AGAIN)
    if again := len(features) - len(by_identity):
        problem = f"ongevallen die meer dan één keer in het bestand staan en één keer tellen: {again}."
        warnings.warn(DataWarning(problem), stacklevel=2)
    return list(by_identity.values())


def _identity(feature: dict[str, Any], number: int) -> str:
    """What no two features share: the publisher's id, in a derived file the place and the year."""
    properties = feature["properties"]
    if feature.get("id") is not None:
        return f"id {feature['id']}"
    if feature.get("geometry") and set(DERIVED.values()) <= set(properties):
        return f"place {feature['geometry']} {properties[DERIVED['year']]}"
    return f"number {number}"


def _cells(properties: list[dict[str, Any]], names: dict[str, str]) -> pd.DataFrame:
    texts = [{ours: str(one.get(name, "")).strip() for ours, name in names.items()} for one in properties]
    return pd.DataFrame(texts).assign(line=0)  # features have no line of their own


def _service(properties: list[dict[str, Any]], path: Path) -> pd.DataFrame:
    cells = _cells(properties, SERVICE)
    return pd.DataFrame(
        {
            "region": each(cells, "place", region_texts.region_or_none, path, SERVICE["place"]),
            "year": each(cells, "year", accident_counts.year, path, SERVICE["year"]).astype(int),
            "month": 0,
            "outcome": each(cells, "outcome", _outcome, path, SERVICE["outcome"]),
            "number": 1,
        }
    )


def _derived(properties: list[dict[str, Any]], path: Path, municipality: str) -> pd.DataFrame:
    cells = _cells(properties, DERIVED)
    number = each(cells, "number", _number, path, DERIVED["number"]).astype(float)
    year = each(cells, "year", accident_counts.year, path, DERIVED["year"]).astype(int)
    return pd.DataFrame({"region": municipality, "year": year, "month": 0, "outcome": "UMS", "number": number})


def _municipality(path: Path, resource: Resource) -> str:
    named = (
        region_texts.region_or_none(resource.selection.get("RegioS", "onbekend"))
        if "RegioS" in resource.selection
        else None
    )
    if named is None:
        problem = "dit zijn ongevallen, maar het bestand zegt niet van welke gemeente."
        remedy = f'Zet in {NAME} bij dit bestand "selection": {{"RegioS": "GM1969"}}, met de code van de gemeente.'
        raise Unregistered(paths.shown(path), problem, remedy)
    return named


def _whole_years(content: dict[str, Any], years: pd.Series) -> list[int]:
    """The years that the file covers from the first to the last day, where it says what it covers."""
    found = _RANGE.fullmatch(str((content.get("metadata") or {}).get("dataRange", "")))
    if found is None:
        return sorted(set(years))
    first, last = int(found[1]) + (found[2] != "0101"), int(found[3]) - (found[4] != "1231")
    return [year for year in sorted(set(years)) if first <= year <= last]


def _number(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,5}", text):
        raise Rejected(f"'{text}' is geen aantal ongevallen.", AGAIN)
    return int(text)


def _outcome(text: str) -> str:
    found = _OUTCOMES.get(text.casefold())
    if found is None:
        raise Rejected(f"de afloop '{text}' is onbekend.", f"Bekend zijn: {', '.join(_OUTCOMES)}. {AGAIN}")
    return found
