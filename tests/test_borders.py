"""Borders as GeoJSON: invented shapes, but for the real files beside the checkout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import exports
from analysis import observations
from analysis.errors import DataError
from analysis.sources import borders, grids
from analysis.sources.ingest import ingest
from conftest import REALDATA

SQUARE = {"type": "Polygon", "coordinates": [[[6.1, 53.1], [6.2, 53.1], [6.2, 53.2], [6.1, 53.1]]]}


def region(code: Any, name: str = "Ergens", geometry: Any = SQUARE, **more: str) -> dict[str, Any]:
    properties = {"statcode": code, "statnaam": name, **more}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def write(path: Path, *features: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), "utf-8")
    return path


def test_borders_are_told_from_accidents_and_kept_by_code(tmp_path):
    path = write(tmp_path / "wijken.geojson", region("WK196904", "Wijk 04 Leek", gmCode="GM1969"), region("GM1969"))
    assert borders.recognises(grids.peek(path))
    found = borders.read(path, "wijken")
    assert found["WK196904"] == {
        "name": "Wijk 04 Leek", "municipality": "GM1969", "geometry": SQUARE, "source": "wijken"
    }  # fmt: skip
    assert found["GM1969"]["municipality"] == "GM1969"


@pytest.mark.parametrize(
    ("feature", "parts"),
    [
        (region(None), ["onderdeel 2", "veld 'statcode'"]),
        (region("PV20"), ["onderdeel 2 (PV20)", "gemeente, wijk of buurt"]),
        (region("GM1969", ""), ["onderdeel 2 (GM1969)", "veld 'statnaam'"]),
        (region("GM9999"), ["onderdeel 2 (GM9999)", "onbekend"]),
        (region("GM0014"), ["twee keer"]),
        (region("GM1969", geometry=None), ["onderdeel 2 (GM1969)", "geen vlak"]),
        (region("GM1969", geometry={"type": "Point", "coordinates": [6.1, 53.1]}), ["geen vlak"]),
        (region("GM1969", geometry={"type": "Polygon", "coordinates": [[[220000, 580000]]]}), ["RD-coördinaten"]),
        (region("GM1969", geometry={"type": "Polygon", "coordinates": [[[53.1, 6.1]]]}), ["geen vlak"]),
        (region("GM1969", geometry={"type": "Polygon", "coordinates": [[["x", 6.1]]]}), ["geen vlak"]),
        (region("GM1969", geometry={"type": "Polygon", "coordinates": []}), ["geen vlak"]),
    ],
)
def test_bad_borders_are_named(tmp_path, feature, parts):
    path = write(tmp_path / "grenzen.geojson", region("GM0014"), feature)
    with pytest.raises(DataError) as caught:
        borders.read(path, "grenzen")
    for part in ("grenzen.geojson", *parts):
        assert part in str(caught.value)


def test_a_web_page_is_no_border(tmp_path):
    with pytest.raises(DataError, match="webpagina"):
        grids.peek(exports.write(tmp_path / "grenzen.geojson", ["<html>"]))


def test_ingest_keeps_borders_with_their_source(tmp_path):
    write(tmp_path / "raw" / "geo" / "wijken.geojson", region("WK196904", "Wijk 04 Leek"))
    summary = ingest(tmp_path / "raw", tmp_path / "processed")
    assert summary.read == ("geo/wijken.geojson",) and summary.rows == 0
    held = observations.borders(tmp_path / "processed")
    assert observations.sources(tmp_path / "processed")[held["WK196904"]["source"]].table == "gebiedsgrenzen"


def test_two_borders_of_one_region_are_refused(tmp_path):
    for name in ("a", "b"):
        write(tmp_path / "raw" / f"{name}.geojson", region("GM1969"))
    with pytest.raises(DataError, match=r"staat ook in 'a\.geojson'"):
        ingest(tmp_path / "raw", tmp_path / "processed")


def test_other_geojson_is_left_aside(tmp_path):
    write(tmp_path / "raw" / "wijken.geojson", region("WK196904"))
    write(tmp_path / "raw" / "leeg.geojson")
    (tmp_path / "raw" / "bomen.geojson").write_text('{"features": [{"properties": {"boom": 1}}]}', "utf-8")
    assert set(ingest(tmp_path / "raw", tmp_path / "processed").skipped) == {"leeg.geojson", "bomen.geojson"}


@pytest.mark.skipif(not REALDATA.is_dir(), reason="no real exports beside the checkout")
def test_the_real_borders_are_read():
    wijken = borders.read(REALDATA / "geo" / "wijken_2022_GM1969.geojson", "wijken")
    assert len(wijken) == 18 and {one["municipality"] for one in wijken.values()} == {"GM1969"}
    assert len(borders.read(REALDATA / "geo" / "gemeenten_2024.geojson", "gemeenten")) == 342
