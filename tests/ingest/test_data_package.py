"""Register of the raw files: descriptions, changed and missing files, wrong fields."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analysis.errors import DataError
from analysis.ingest import data_package
from analysis.store import fingerprints

CONTENT = b"a;b\n1;2\n"


def register(raw: Path, **fields) -> dict:
    """Write a file and its register; return its entry."""
    (raw / "politie").mkdir(exist_ok=True)
    (raw / "politie" / "x.csv").write_bytes(CONTENT)
    entry = {
        "name": "proef",
        "path": "politie/x.csv",
        "bytes": len(CONTENT),
        "hash": f"sha256:{fingerprints.file_checksum(raw / 'politie' / 'x.csv')}",
        "title": "Proefbestand",
        "publisher": "Politie",
        "vintage": "2024-02-15",
        "synthetic": True,
        "licenses": [{"name": "CC0-1.0", "title": "CC0"}],
        **fields,
    }
    (raw / data_package.NAME).write_text(json.dumps({"name": "proef", "resources": [entry]}), "utf-8")
    return entry


def refused(raw: Path, *parts: str) -> None:
    with pytest.raises(DataError) as caught:
        for resource in data_package.read(raw).resources.values():
            data_package.verify(raw, resource)
    for part in parts:
        assert part in str(caught.value)


def test_a_registered_file_is_described_by_the_register(tmp_path):
    entry = register(tmp_path, replaces="oud", selection={"RegioS": "GM1969"}, years=[2013, 2017])
    entries = data_package.read(tmp_path)
    resource = entries.resource("politie/x.csv")
    source = data_package.describe(tmp_path, resource, table="47013NED", publisher="iemand", licence="CC-BY-4.0")
    assert (source.name, source.publisher, source.licence, source.synthetic) == ("proef", "Politie", "CC0-1.0", True)
    assert (source.vintage, source.size, source.replaces) == ("2024-02-15", len(CONTENT), "oud")
    assert f"sha256:{source.sha256}" == entry["hash"]
    assert resource.selection == {"RegioS": "GM1969"} and resource.years == (2013, 2017)
    assert entries.replaced == {"oud": "proef"}


@pytest.mark.parametrize(
    ("table", "public"),
    [("47013NED", True), ("levering", False), ("alarmeringen", False), ("turflijst", False), ("stemkaart", True)],
)
def test_a_table_says_whether_its_file_is_public(tmp_path, table, public):
    register(tmp_path)
    resource = data_package.read(tmp_path).resource("politie/x.csv")
    assert data_package.describe(tmp_path, resource, table=table, publisher="iemand").public is public


@pytest.mark.parametrize(
    ("name", "vintage"),
    [
        ("47013NED_TypedDataSet_15022024_101500.csv", "2024-02-15"),
        ("47013NED_TypedDataSet_99992024_101500.csv", None),
        ("lijst.csv", None),
    ],
)
def test_without_a_register_the_name_may_still_say_the_date(tmp_path, name, vintage):
    (tmp_path / name).write_bytes(CONTENT)
    entries = data_package.read(tmp_path)
    source = data_package.describe(
        tmp_path, entries.resource(name), table="47013NED", publisher="Politie", licence="CC-BY-4.0"
    )
    assert not entries.present
    assert (source.name, source.vintage, source.synthetic) == (name, vintage, False)
    assert (source.publisher, source.licence, source.size) == ("Politie", "CC-BY-4.0", len(CONTENT))


@pytest.mark.parametrize("change", [b"a;b\n1;3\n", CONTENT + b"\n"])
def test_a_changed_file_is_refused(tmp_path, change):
    register(tmp_path)
    (tmp_path / "politie" / "x.csv").write_bytes(change)
    refused(tmp_path, "x.csv", "niet meer het bestand", "sha256")


def test_a_file_that_was_changed_on_purpose_gets_its_size_and_checksum_and_keeps_the_rest(tmp_path):
    entry = register(tmp_path, remark="blijft staan")
    assert data_package.update(tmp_path) == []
    file, before = tmp_path / "politie" / "x.csv", (tmp_path / data_package.NAME).read_bytes()
    file.write_bytes(CONTENT + b"2;3\n")
    refused(tmp_path, f"veiligheid register --raw {tmp_path}")
    assert data_package.update(tmp_path) == ["politie/x.csv"]
    content = json.loads((tmp_path / data_package.NAME).read_text("utf-8"))
    (now,) = content["resources"]
    assert now == entry | {"bytes": 12, "hash": f"sha256:{fingerprints.file_checksum(file)}"}
    assert now["hash"] != entry["hash"] and content["name"] == "proef"
    data_package.verify(tmp_path, data_package.read(tmp_path).resource("politie/x.csv"))
    file.write_bytes(CONTENT)
    assert data_package.update(tmp_path) == ["politie/x.csv"]
    assert json.loads((tmp_path / data_package.NAME).read_text("utf-8")) == json.loads(before)


def test_what_was_fetched_is_never_changed_on_purpose(tmp_path):
    register(tmp_path, fetched={"source": "x", "modified": "2024-02-15", "municipalities": [], "questions": []})
    (tmp_path / "politie" / "x.csv").write_bytes(b"a;b\n")
    assert data_package.update(tmp_path) == []
    with pytest.raises(DataError) as caught:
        data_package.verify(tmp_path, data_package.read(tmp_path).resource("politie/x.csv"))
    assert "veiligheid register" not in str(caught.value)


def test_without_a_register_there_is_nothing_to_update(tmp_path):
    with pytest.raises(DataError, match=r"geen datapackage\.json"):
        data_package.update(tmp_path)


def test_a_missing_file_is_refused(tmp_path):
    register(tmp_path)
    (tmp_path / "politie" / "x.csv").unlink()
    refused(tmp_path, "x.csv", "is er niet", "datapackage.json")


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"hash": "md5:1"}, "hash"), ({"vintage": "gisteren"}, "vintage"), ({"years": [2013]}, "years")],
)
def test_a_wrong_field_is_named(tmp_path, fields, field):
    register(tmp_path, **fields)
    refused(tmp_path, "datapackage.json", "resources › 1", field)


def test_two_files_may_not_have_one_name(tmp_path):
    entry = register(tmp_path)
    (tmp_path / data_package.NAME).write_text(json.dumps({"resources": [entry, {**entry, "path": "b.csv"}]}), "utf-8")
    refused(tmp_path, "'proef' staat er twee keer in")


def test_a_register_that_is_no_json_names_the_line(tmp_path):
    (tmp_path / data_package.NAME).write_text('{"resources": [\n{"name": "x",}\n]}', "utf-8")
    refused(tmp_path, "datapackage.json, regel 2", "geen geldige JSON")
