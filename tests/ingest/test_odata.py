"""Tables downloaded by OData, in one zip file. All figures here are made up."""

import json
import zipfile

import pytest

from analysis.definitions import catalogue
from analysis.errors import DataError
from analysis.ingest import grids, odata
from analysis.ingest.text_columns import Texts


def packed(path, *pages, name="TypedDataSet", **other_members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, records in enumerate(pages, 1):
            archive.writestr(f"{name}-01-{number:04}.json", json.dumps({"odata.metadata": "x", "value": records}))
        for member, records in other_members.items():
            archive.writestr(f"{member}.json", json.dumps({"value": records}))
    return path


def records(start, number):
    return [{"RegioS": "GM1969", "Perioden": f"{start + at}JJ00", "Aantal_1": start + at} for at in range(number)]


@pytest.fixture
def a_megabyte(monkeypatch):
    files = catalogue.thresholds().files.model_copy(update={"max_mb": 1})
    limits = catalogue.thresholds().model_copy(update={"files": files})
    monkeypatch.setattr(catalogue, "thresholds", lambda: limits)


def test_pages_stand_below_each_other_in_text(tmp_path):
    later = [{"RegioS": "GM0014", "Perioden": "2022JJ00", "Aantal_1": None, "Nieuw_2": 1.50}]
    grid = grids.read(packed(tmp_path / "tabel.zip", records(2020, 2), [], later))
    assert grid.header == ["RegioS", "Perioden", "Aantal_1", "Nieuw_2"]
    assert grid.body.to_numpy().tolist() == [
        ["GM1969", "2020JJ00", "2020", ""],
        ["GM1969", "2021JJ00", "2021", ""],
        ["GM0014", "2022JJ00", "", "1.5"],
    ]


def test_a_table_may_be_larger_than_a_page(tmp_path, a_megabyte):
    path = packed(tmp_path / "tabel.zip", *(records(start, 9_000) for start in range(1_000, 40_000, 9_000)))
    with zipfile.ZipFile(path) as archive:
        sizes = [info.file_size for info in archive.infolist()]
    assert max(sizes) < 1024**2 < sum(sizes)
    assert len(grids.read(path).body) == 5 * 9_000


def test_a_page_that_would_fill_the_memory_is_refused(tmp_path, a_megabyte):
    path = packed(tmp_path / "tabel.zip", records(1_000, 20_000))
    with pytest.raises(
        DataError, match=r"TypedDataSet-01-0001\.json: uitgepakt is dit bestand 1 MB en de grens is 1 MB"
    ):
        grids.read(path)


def test_figures_of_odata_4_stand_side_by_side(tmp_path):
    long = [
        {"Id": at, "Measure": measure, "Value": value, "WijkenEnBuurten": "WK196900"}
        for at, (measure, value) in enumerate([("M1", 10), ("M2", None)])
    ]
    titles = [{"Identifier": "M1", "Title": "Aantal inwoners"}, {"Identifier": "M2", "Title": "Mannen"}]
    frame = odata.rows(packed(tmp_path / "tabel.zip", long, name="Observations", MeasureCodes=titles))
    assert frame.to_numpy().tolist() == [
        ["WijkenEnBuurten", "aantalinwoners_1", "mannen_2"],
        ["WK196900", "10", ""],
    ]


def test_a_list_in_the_place_of_a_figure_is_refused(tmp_path):
    path = packed(tmp_path / "tabel.zip", [{"RegioS": "GM1969", "Perioden": "2022JJ00", "Aantal_1": [1, 2]}])
    with pytest.raises(DataError, match=r"TypedDataSet-01-0001\.json: de vorm .* onbekend"):
        grids.read(path)


def test_each_distinct_text_is_kept_once():
    texts = Texts()
    for _ in range(3):
        texts.add(["b", "a", "b"])
    assert list(texts.column) == ["b", "a", "b"] * 3 and list(texts.column.categories) == ["b", "a"]
    assert list(Texts().column) == []
