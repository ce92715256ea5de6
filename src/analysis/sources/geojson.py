"""GeoJSON: places with properties, as map services and open data sites deliver them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from .. import paths, reading
from ..errors import DataError
from . import files

_FEATURES = re.compile(r'"features"\s*:\s*\[\s*')


def first(path: Path) -> dict[str, Any]:
    """The properties of the first feature, empty where there is none; the rest of the file is not read.

    Raises
    ------
    DataError
        When the file is a web page, or breaks off in the first feature.
    """
    files.sample(path)  # refuses a web page
    content = files.text(path)
    found = _FEATURES.search(content)
    if found is None or content[found.end() : found.end() + 1] == "]":
        return {}
    try:
        feature, _ = json.JSONDecoder().raw_decode(content, found.end())
    except (ValueError, RecursionError):
        return dict(_checked(path, content)["features"][0]["properties"])  # says what is wrong with it
    properties = feature.get("properties") if isinstance(feature, dict) else None
    return properties if isinstance(properties, dict) else {}


def read(path: Path) -> dict[str, Any]:
    """A whole file: ``features``, each with ``properties`` and ``geometry``, and what the publisher put beside them.

    Raises
    ------
    DataError
        When the file is cut off, or a feature is no feature.
    """
    return _checked(path, files.text(path))


def _checked(path: Path, text: str) -> dict[str, Any]:
    content = reading.json_content(path, text)
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list):
        raise DataError(paths.shown(path), "dit is geen GeoJSON: de lijst 'features' ontbreekt.", files.AGAIN)
    for number, feature in enumerate(features, start=1):
        if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
            raise DataError(paths.shown(path), f"onderdeel {number} heeft geen 'properties'.", files.AGAIN)
    return dict(content)
