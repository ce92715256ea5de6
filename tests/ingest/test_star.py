"""Road accidents as GeoJSON. All figures here are made up, except in the real file of Alkmaar."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from analysis.errors import DataError, DataWarning
from analysis.ingest import grids, star
from analysis.ingest.data_package import Resource
from analysis.ingest.pipeline import ingest
from analysis.ingest.text_columns import Unregistered
from conftest import REALDATA

ALKMAAR = REALDATA / "verkeer" / "star_ongevallen_alkmaar_2021_2026.geojson"


def accident(outcome: str, year: object = 2022, municipality: str = "Westerkwartier") -> dict[str, object]:
    return {"gemeente": municipality, "jaar_ongeval": year, "verkeersongeval_afloop": outcome}


def location(count: object, severity: str, year: object = 2022) -> dict[str, object]:
    return {"year": year, "severity": severity, "count": count}


def write(folder: Path, properties: list[dict[str, object]], **beside: object) -> Path:
    features = [{"type": "Feature", "geometry": None, "properties": item} for item in properties]
    path = folder / "ongevallen.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", **beside, "features": features}), "utf-8")
    return path


def read(path: Path, **fields) -> pd.DataFrame:
    resource = Resource(name="star", path=path.name, **fields)
    assert star.recognises(grids.peek(path), resource)
    table, rows = star.read(path, resource)
    assert table.id == "STAR" and set(rows["frequency"]) <= {"Y"}
    return rows


SERVICE = [accident("Letsel"), accident("Dood"), accident("Uitsluitend materiele schade"), accident("Letsel", 2023)]


def test_the_service_counts_each_accident_by_outcome(tmp_path):
    rows = read(write(tmp_path, SERVICE))
    counts = rows[rows["period"].dt.year == 2022].set_index("code")["value"].to_dict()
    assert counts == {"totaal": 3, "letsel": 2, "UMS": 1, "DOD": 1}


def test_a_derived_file_gives_only_the_total_because_it_has_the_worst_outcome_of_a_place(tmp_path):
    path = write(tmp_path, [location(3, "letsel"), location(1, "materieel")])
    rows = read(path, selection={"RegioS": "GM0361"})
    assert rows[["code", "region", "value"]].to_numpy().tolist() == [["totaal", "GM0361", 4]]


def test_a_year_that_the_file_covers_in_part_is_no_year(tmp_path):
    properties = [location(1, "letsel", year) for year in (2021, 2022, 2023)]
    path = write(tmp_path, properties, metadata={"dataRange": "20210301 - 20230403"})
    with pytest.warns(DataWarning, match=r"\(2021, 2023\) en niet tellen: 2"):
        assert list(read(path, selection={"RegioS": "GM0361"})["period"].dt.year) == [2022]


def test_the_same_accident_counts_once_and_that_is_said(tmp_path):
    path = write(tmp_path, SERVICE)
    content = json.loads(path.read_text("utf-8"))
    for number, feature in enumerate(content["features"]):
        feature["id"] = f"ongeval.{number}"
    path.write_text(json.dumps(content | {"features": content["features"] + content["features"][:2]}), "utf-8")
    with pytest.warns(DataWarning, match="één keer tellen: 2"):
        rows = read(path)
    assert rows[(rows["code"] == "totaal") & (rows["period"].dt.year == 2022)]["value"].tolist() == [3]
    content["features"][1]["id"] = "ongeval.0"
    path.write_text(json.dumps(content), "utf-8")
    with pytest.raises(DataError, match="onderdeel 2 staat er eerder ook in, met andere gegevens"):
        read(path)


def test_a_place_and_year_of_a_derived_file_count_once(tmp_path):
    path = write(tmp_path, [location(3, "letsel"), location(3, "letsel")])
    content = json.loads(path.read_text("utf-8"))
    for feature in content["features"]:
        feature["geometry"] = {"type": "Point", "coordinates": [6.4, 53.2]}
    path.write_text(json.dumps(content), "utf-8")
    with pytest.warns(DataWarning, match="één keer tellen: 1"):
        assert read(path, selection={"RegioS": "GM0361"})["value"].tolist() == [3]


def test_without_a_municipality_it_is_refused_or_left_aside_with_the_remedy(tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    write(raw, [location(3, "letsel")])
    with pytest.raises(Unregistered, match='"selection"'):
        read(raw / "ongevallen.geojson")
    (raw / "levering_E33_2016_2017.csv").write_text("Leek;GM0022;50;60\n", "utf-8")
    summary = ingest(raw, tmp_path / "processed")
    assert "datapackage.json" in summary.skipped["ongevallen.geojson"]
    (raw / "datapackage.json").write_text('{"resources": []}', "utf-8")
    with pytest.raises(DataError, match="welke gemeente"):
        ingest(raw, tmp_path / "processed")


@pytest.mark.parametrize(
    ("properties", "parts"),
    [
        ([accident("Gewond")], ["verkeersongeval_afloop", "Gewond"]),
        ([accident("Letsel", None)], ["jaar_ongeval", "None"]),
        ([accident("Letsel", municipality="Nergens")], ["gemeente", "Nergens"]),
        ([location("veel", "letsel")], ["count", "veel"]),
    ],
)
def test_bad_properties_are_named(tmp_path, properties, parts):
    with pytest.raises(DataError) as caught:
        read(write(tmp_path, properties), selection={"RegioS": "GM0361"})
    for part in ("ongevallen.geojson", *parts):
        assert part in str(caught.value)


@pytest.mark.parametrize("keep", [-3, 90])
def test_a_file_that_breaks_off_is_refused(tmp_path, keep):
    path = write(tmp_path, SERVICE)
    path.write_text(path.read_text("utf-8")[:keep], "utf-8")
    with pytest.raises(DataError, match="afgekapt of beschadigd"):
        read(path)


@pytest.mark.realdata
def test_the_real_file_has_one_outcome_for_each_place_and_year():
    rows = read(ALKMAAR, selection={"RegioS": "GM0361"})
    assert set(rows["code"]) == {"totaal"} and sorted(rows["period"].dt.year) == [2021, 2022, 2023, 2024, 2025]
    features = json.loads(ALKMAAR.read_text("utf-8"))["features"]
    seen = {(*feature["geometry"]["coordinates"], feature["properties"]["year"]) for feature in features}
    assert len(seen) == len(features) == 5085
