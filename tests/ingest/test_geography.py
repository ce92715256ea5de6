"""Borders in GeoJSON: made-up shapes, and the real files where they lie beside the checkout."""

from __future__ import annotations

import json
from math import cos, pi, sin
from pathlib import Path
from typing import Any

import pytest

import bounded_command
import made_up_exports
from analysis.errors import DataError
from analysis.ingest import geography, grids
from analysis.ingest.dispatch import Unforeseen
from analysis.ingest.pipeline import ingest
from analysis.store import observations
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
    assert geography.recognises_borders(grids.peek(path))
    borders = geography.read_borders(path, "wijken")
    assert borders["WK196904"] == {
        "name": "Wijk 04 Leek", "municipality": "GM1969", "geometry": SQUARE, "source": "wijken"
    }  # fmt: skip
    assert borders["GM1969"]["municipality"] == "GM1969"


@pytest.mark.parametrize(
    ("feature", "parts"),
    [
        (region(None), ["onderdeel 2", "veld 'statcode'"]),
        (region("PV20"), ["onderdeel 2 (PV20)", "gemeente, wijk of buurt"]),
        (region("GM1969", ""), ["onderdeel 2 (GM1969)", "veld 'statnaam'"]),
        (region("GM1969", "Wijk \u202e04"), ["onderdeel 2 (GM1969)", "tekens die geen tekst zijn", "veld 'statnaam'"]),
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
        geography.read_borders(path, "grenzen")
    for part in ("grenzen.geojson", *parts):
        assert part in str(caught.value)


def test_a_web_page_is_no_border(tmp_path):
    with pytest.raises(DataError, match="webpagina"):
        grids.peek(made_up_exports.write(tmp_path / "grenzen.geojson", ["<html>"]))


def round_border(points: int, size: float) -> dict[str, Any]:
    around = [2 * pi * n / points for n in range(points)]
    ring = [[6.3 + size * sin(angle), 53.2 + size * cos(angle)] for angle in around]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def test_points_that_no_map_shows_are_left_out_and_the_shape_stays(tmp_path):
    detailed = round_border(200_000, 0.05)
    path = write(tmp_path / "grenzen.geojson", region("GM1969", geometry=detailed), region("GM0014"))
    borders = geography.read_borders(path, "x")
    (ring,) = borders["GM1969"]["geometry"]["coordinates"]
    assert len(ring) <= geography.MOST_POINTS and ring[0] == ring[-1] == detailed["coordinates"][0][0]
    for axis, middle in ((0, 6.3), (1, 53.2)):
        assert max(point[axis] for point in ring) == pytest.approx(middle + 0.05, abs=geography.FINE)
        assert min(point[axis] for point in ring) == pytest.approx(middle - 0.05, abs=geography.FINE)
    assert borders["GM0014"]["geometry"] == SQUARE


def test_a_border_that_stays_too_detailed_is_refused(tmp_path):
    jagged = [[6.1 + (n % 2) / 100, 53.1 + n / 1e6] for n in range(geography.MOST_POINTS + 10)]
    path = write(tmp_path / "g.geojson", region("GM1969", geometry={"type": "Polygon", "coordinates": [jagged]}))
    with pytest.raises(DataError, match=r"onderdeel 1 \(GM1969\): deze grens heeft 20010 punten"):
        geography.read_borders(path, "x")


@pytest.mark.slow
def test_a_border_with_a_million_points_is_read_within_bounds(tmp_path):
    raw = tmp_path / "raw"
    write(raw / "g.geojson", region("WK196901", geometry=round_border(1_000_000, 0.001)))
    outcome = bounded_command.ingest(tmp_path, raw)
    assert outcome.code == 0 and outcome.memory < bounded_command.MEMORY, outcome


def with_geometry(coordinates: Any) -> str:
    return json.dumps({"features": [region("GM1969", geometry={"type": "Polygon", "coordinates": coordinates})]})


FIRST = '{"features": [{"properties": {"statcode": "GM1969", "statnaam": "x"'
NESTED: Any = [6.1, 53.1]
for _ in range(900):
    NESTED = [NESTED]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ('{"a": {"features": [{"properties": {"statcode": "GM1969", "statnaam": "x"}}]}}', ["geen GeoJSON"]),
        ('[{"features": [{"properties": {"statcode": "GM1969", "statnaam": "x"}}]}]', ["geen GeoJSON"]),
        ('{"features": [{"properties": {"statcode": "GM1969", "statnaam": "\\ud800"}}]}', ["half teken"]),
        (with_geometry(NESTED), ["geen vlak"]),
        (with_geometry({"a": 1}), ["geen vlak"]),
        (with_geometry([["ab"]]), ["geen vlak"]),
        (json.dumps({"features": [region("GM1969"), *[{"properties": {}}]]}), ["onderdeel 2"]),
        (FIRST + '}, "geometry": ' + "[" * 99_999, ["genest"]),
        (FIRST + ', "n": ' + "9" * 5000 + "}}]}", ["cijfers"]),
        (json.dumps({"features": [region("WK196904", gmCode="GM0014")]}), ["GM1969", "gmCode"]),
    ],
)  # fmt: skip
def test_geojson_that_is_odd_is_refused_by_name(tmp_path, text, parts):
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "g.geojson").write_text(text, "utf-8")
    with pytest.raises(DataError) as caught:
        ingest(raw, tmp_path / "p", documents=raw)
    assert not isinstance(caught.value, Unforeseen)
    for part in ("g.geojson", *parts):
        assert part in str(caught.value)


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
    other_files = {"bomen.geojson": '{"boom": 1}', "lijst.geojson": '["boom"]'}
    for name, properties in other_files.items():
        (tmp_path / "raw" / name).write_text(f'{{"features": [{{"properties": {properties}}}]}}', "utf-8")
    assert ingest(tmp_path / "raw", tmp_path / "processed").skipped.keys() == {"leeg.geojson", *other_files}


@pytest.mark.realdata
def test_the_real_borders_are_read():
    wijken = geography.read_borders(REALDATA / "geo" / "wijken_2022_GM1969.geojson", "wijken")
    assert len(wijken) == 18 and {border["municipality"] for border in wijken.values()} == {"GM1969"}
    assert len(geography.read_borders(REALDATA / "geo" / "gemeenten_2024.geojson", "gemeenten")) == 342
