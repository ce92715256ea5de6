"""Borders of municipalities, wijken and buurten as GeoJSON, for the maps.

CBS and Kadaster publish them; the properties ``statcode``, ``statnaam`` and ``gmCode`` are those of the ready-made
files by year. Coordinates must be longitude and latitude.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .. import paths, regions
from ..errors import DataError
from . import geojson, places
from .files import AGAIN
from .rejected import Rejected

CODE, NAME, MUNICIPALITY = "statcode", "statnaam", "gmCode"
WEST, SOUTH, EAST, NORTH = 3.0, 50.5, 7.5, 53.8  # the European Netherlands, in degrees
_REGION = re.compile(r"(GM|WK|BU)\w+")


def recognises(rows: list[list[str]]) -> bool:
    """Whether a first feature has the properties of a region."""
    return bool(rows) and {CODE, NAME} <= set(rows[0])


def read(path: Path, source: str) -> dict[str, dict[str, Any]]:
    """Read the borders in one file.

    Parameters
    ----------
    path : Path
        A file that `recognises` recognised.
    source : str
        Name of the resource.

    Returns
    -------
    dict
        By CBS code: ``name``, ``municipality`` (code), ``geometry`` (GeoJSON) and ``source``.

    Raises
    ------
    DataError
        For a feature without code or name, an unknown or double region, and a geometry that is no area in degrees
        within the Netherlands.
    """
    found: dict[str, dict[str, Any]] = {}
    for number, feature in enumerate(geojson.read(path)["features"], start=1):
        properties, shown = feature["properties"], paths.shown(path)
        code, name = (str(properties.get(key) or "").strip() for key in (CODE, NAME))
        place = f"onderdeel {number} ({code or 'zonder code'})"
        if not name or not _REGION.fullmatch(code):
            problem = f"{place}: hier horen de code en de naam van een gemeente, wijk of buurt te staan."
            raise DataError(shown, problem, AGAIN, field=NAME if code else CODE)
        if code in found:
            raise DataError(shown, f"{place}: deze regio staat er twee keer in.", AGAIN, field=CODE)
        region = _known(code, shown, place)
        if region is None:
            continue
        if not _within(feature.get("geometry")):
            remedy = "Kies bij het downloaden voor vlakken in graden (WGS 84), niet voor RD-coördinaten."
            raise DataError(shown, f"{place}: dit is geen vlak in graden binnen Nederland.", remedy, field="geometry")
        municipality = regions.around(code)
        if (other := properties.get(MUNICIPALITY) or municipality) != municipality:
            problem = f"{place}: deze code is van {municipality}, maar als gemeente staat er '{other}'."
            raise DataError(shown, problem, AGAIN, field=MUNICIPALITY)
        found[region] = {
            "name": name, "municipality": municipality, "geometry": feature["geometry"], "source": source
        }  # fmt: skip
    return found


def _known(code: str, shown: str, place: str) -> str | None:
    try:
        return places.region_or_none(code)
    except Rejected as error:
        raise DataError(shown, f"{place}: {error.problem}", error.remedy, field=CODE) from None


def _within(geometry: Any) -> bool:
    """Whether this is an area of which every corner lies in the Netherlands."""
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        return False
    corners = list(_corners(geometry.get("coordinates")))
    return bool(corners) and all(WEST <= x <= EAST and SOUTH <= y <= NORTH for x, y in corners)


def _corners(coordinates: Any) -> Iterator[tuple[float, float]]:
    """Every position in nested lists; anything else counts as one far away."""
    if isinstance(coordinates, list) and coordinates and all(isinstance(one, list) for one in coordinates):
        for one in coordinates:
            yield from _corners(one)
    elif isinstance(coordinates, list) and len(coordinates) > 1 and all(type(x) in (int, float) for x in coordinates):
        yield float(coordinates[0]), float(coordinates[1])
    else:
        yield float("nan"), float("nan")
