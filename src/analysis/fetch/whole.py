"""Files that a publisher offers whole: borders and accidents."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from .patience import Passing


def sound(place: Path) -> None:
    """Check that a file came whole: what was cut off must not be registered as if it were what the publisher has.

    Raises
    ------
    Passing
        When it is empty, a web page, or damaged; the next answer may be better.
    """
    if not (_is_zip(place) if place.suffix == ".zip" else _is_borders(place)):
        raise Passing("geeft een bestand dat leeg, afgekapt of een webpagina is")


def _is_zip(place: Path) -> bool:
    try:
        with ZipFile(place) as packed:
            return bool(packed.namelist()) and packed.testzip() is None
    except (BadZipFile, EOFError, NotImplementedError, zlib.error):
        return False


def _is_borders(place: Path) -> bool:
    try:
        return bool(json.loads(place.read_bytes())["features"])
    except (ValueError, KeyError, TypeError):
        return False
