"""Files that a publisher offers whole: borders and accidents."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

from .bounds import MB, TooMuch
from .patience import Passing
from .wanted import Limits


def sound(place: Path, limits: Limits) -> None:
    """Check that a file came whole: what was cut off must not be registered as if it were what the publisher has.

    Raises
    ------
    TooMuch
        When it is larger than we read, unpacked.
    Passing
        When it is empty, a web page, or damaged; the next answer may be better.
    """
    read, limit = (_zip, "file_mb") if place.suffix == ".zip" else (_borders, "page_mb")
    try:
        size = read(place, getattr(limits, limit) * MB)
    except OSError:  # of our own disk
        raise
    except Exception:  # whatever a library makes of it, it is not what we asked for
        raise Passing("geeft een bestand dat leeg, afgekapt of een webpagina is, of dat niet te lezen is") from None
    if size > getattr(limits, limit) * MB:
        raise TooMuch(f"dit bestand is uitgepakt groter dan {getattr(limits, limit):g} MB", limit)


def _zip(place: Path, most: float) -> int:
    """The size of what is in a zip file, all of which can be read unless it is larger than that."""
    with ZipFile(place) as packed:
        size = sum(one.file_size for one in packed.infolist())
        if not packed.namelist() or (size <= most and packed.testzip() is not None):
            raise ValueError
        return size


def _borders(place: Path, most: float) -> int:
    """The size of borders, which are a list of regions unless it is larger than that."""
    size = place.stat().st_size
    if size <= most:
        features = json.loads(place.read_bytes())["features"]
        if not features or not all(one["properties"] and one["geometry"] for one in features):
            raise ValueError
    return size
