"""GeoJSON files, and the borders of municipalities, wijken and buurten in them.

`first_properties` and `read_features` read any GeoJSON file. `read_borders` reads borders of CBS and Kadaster, without
points that no map can show.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .. import paths
from ..definitions import regions, yaml_files
from ..errors import DataError, printable
from . import raw_files, region_texts
from .raw_files import AGAIN
from .text_columns import Rejected

CODE, NAME, MUNICIPALITY = "statcode", "statnaam", "gmCode"
WEST, SOUTH, EAST, NORTH = 3.0, 50.5, 7.5, 53.8  # the European Netherlands, in degrees (WGS 84)
FINE = 0.00002  # degrees, some two metres: not visible on a map of the smallest municipality
MOST_POINTS = 20_000  # in one border, after thinning; the borders of CBS and Kadaster have some hundreds
_REGION = re.compile(r"(GM|WK|BU)\w+")
_FEATURES = re.compile(r'"features"\s*:\s*\[\s*')


def first_properties(path: Path) -> dict[str, Any]:
    """Return the properties of the first feature, without parsing the rest of the file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    dict
        Empty when there is no feature.

    Raises
    ------
    DataError
        When the file is a web page, or breaks off in the first feature.
    """
    raw_files.sample(path)  # refuses a web page
    content = raw_files.text(path)
    match = _FEATURES.search(content)
    if match is None or content[match.end() : match.end() + 1] == "]":
        return {}
    try:
        feature, _ = json.JSONDecoder().raw_decode(content, match.end())
    except (ValueError, RecursionError):
        return dict(_checked(path, content)["features"][0]["properties"])  # raises the right error
    properties = feature.get("properties") if isinstance(feature, dict) else None
    return properties if isinstance(properties, dict) else {}


def read_features(path: Path) -> dict[str, Any]:
    """Read a whole file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    dict
        ``features``, each with ``properties`` and ``geometry``, and any other members of the file.

    Raises
    ------
    DataError
        When the file is cut off, or a feature has no properties.
    """
    return _checked(path, raw_files.text(path))


def _checked(path: Path, text: str) -> dict[str, Any]:
    content = yaml_files.json_content(path, text)
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list):
        raise DataError(
            paths.display_path(path), "dit is geen GeoJSON: de lijst 'features' ontbreekt.", raw_files.AGAIN
        )
    for number, feature in enumerate(features, start=1):
        if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
            raise DataError(paths.display_path(path), f"onderdeel {number} heeft geen 'properties'.", raw_files.AGAIN)
    return dict(content)


def recognises_borders(rows: list[list[str]]) -> bool:
    """Whether the first feature has the properties of a region.

    Parameters
    ----------
    rows : list of list of str
        First rows of the file, as `grids.peek` returns them.

    Returns
    -------
    bool

    Examples
    --------
    >>> recognises_borders([["statcode", "statnaam", "gmCode"], ["GM1969", "Westerkwartier", "GM1969"]])
    True
    """
    return bool(rows) and {CODE, NAME} <= set(rows[0])


def read_borders(path: Path, source: str) -> dict[str, dict[str, Any]]:
    """Read the borders in one file.

    Parameters
    ----------
    path : Path
        A file that `recognises_borders` recognised.
    source : str
        Name of the resource.

    Returns
    -------
    dict
        By CBS code: ``name``, ``municipality`` (code), ``geometry`` (GeoJSON) and ``source``.

    Raises
    ------
    DataError
        When a feature has no code or name, a region is unknown or occurs twice, or a geometry is not an area in degrees
        (WGS 84) within the Netherlands.
    """
    borders: dict[str, dict[str, Any]] = {}
    for number, feature in enumerate(read_features(path)["features"], start=1):
        properties, file = feature["properties"], paths.display_path(path)
        code, name = (str(properties.get(key) or "").strip() for key in (CODE, NAME))
        where = f"onderdeel {number} ({code or 'zonder code'})"
        if not name or not _REGION.fullmatch(code):
            problem = f"{where}: hier horen de code en de naam van een gemeente, wijk of buurt te staan."
            raise DataError(file, problem, AGAIN, field=NAME if code else CODE)
        if printable(name) != name:
            raise DataError(file, f"{where}: in deze naam staan tekens die geen tekst zijn.", AGAIN, field=NAME)
        if code in borders:
            raise DataError(file, f"{where}: deze regio staat er twee keer in.", AGAIN, field=CODE)
        region = _region_code(code, file, where)
        if region is None:
            continue
        geometry = _thin(feature.get("geometry"))
        if geometry is None:
            remedy = "Kies bij het downloaden voor vlakken in graden (WGS 84), niet voor RD-coördinaten."
            raise DataError(file, f"{where}: dit is geen vlak in graden binnen Nederland.", remedy, field="geometry")
        if (points := sum(map(len, _rings(geometry)))) > MOST_POINTS:
            problem = f"{where}: deze grens heeft {points} punten en een kaart hoogstens {MOST_POINTS}."
            raise DataError(file, problem, "Kies bij het downloaden voor gegeneraliseerde grenzen.", field="geometry")
        municipality = regions.municipality_of(code)
        if (stated := properties.get(MUNICIPALITY) or municipality) != municipality:
            problem = f"{where}: deze code is van {municipality}, maar als gemeente staat er '{stated}'."
            raise DataError(file, problem, AGAIN, field=MUNICIPALITY)
        borders[region] = {"name": name, "municipality": municipality, "geometry": geometry, "source": source}
    return borders


def _region_code(code: str, file: str, where: str) -> str | None:
    try:
        return region_texts.region_or_none(code)
    except Rejected as error:
        raise DataError(file, f"{where}: {error.problem}", error.remedy, field=CODE) from None


def _thin(geometry: Any) -> dict[str, Any] | None:
    """Return an area without points that no map can show, or None if it is not an area in the Netherlands."""
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        return None
    parts: Any = geometry.get("coordinates")
    try:
        several: list[Any] = parts if geometry["type"] == "MultiPolygon" else [parts]
        thin = [[_thin_ring(ring) for ring in part] for part in several]
    except (TypeError, ValueError, LookupError):  # not numbers, or not nested as this type requires
        return None
    if not thin or not all(thin):
        return None
    return {"type": geometry["type"], "coordinates": thin if geometry["type"] == "MultiPolygon" else thin[0]}


def _thin_ring(ring: list[Any]) -> list[list[float]]:
    """Keep the first and last point, and the points in between further than `FINE` from the last one kept."""
    kept: list[list[float]] = []
    for east, north in ((point[0], point[1]) for point in ring):
        if type(east) not in (int, float) or type(north) not in (int, float):
            raise TypeError
        if not (WEST <= east <= EAST and SOUTH <= north <= NORTH):
            raise ValueError
        if not kept or abs(east - kept[-1][0]) > FINE or abs(north - kept[-1][1]) > FINE:
            kept.append([float(east), float(north)])
    if not kept:
        raise ValueError
    last = [float(ring[-1][0]), float(ring[-1][1])]
    return kept if kept[-1] == last else [*kept, last]


def _rings(geometry: dict[str, Any]) -> Iterator[list[list[float]]]:
    """Yield every ring of a polygon or multipolygon."""
    for part in [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]:
        yield from part
