"""Road accidents in a zip file. All figures here are made up."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pandas as pd
import pytest

from analysis.definitions import catalogue
from analysis.errors import DataError
from analysis.ingest import bron, grids
from analysis.ingest.data_package import Resource
from analysis.ingest.pipeline import ingest

HEAD = "VKL_NUMMER,JAAR_VKL,MND_NUMMER,AP3_CODE,ANTL_SLA,ANTL_DOD,GME_ID,GME_NAAM,DATUM_VKL"
ROWS = [
    "1,2022,1,UMS,,,1969,Westerkwartier,",
    "2,2022,1,LET,2,,1969,Westerkwartier,",
    "3,2022,2,DOD,3,2,1969,Westerkwartier,",
    "4,2022,2,UMS,,,37,Stadskanaal,",
    "5,2018,3,LET,1,,22,Leek,",
]
MEMBER = "02 TOTNL J-N-J-N/Ongevallengegevens/ongevallen.txt"


def pack(folder: Path, rows: list[str] = ROWS, head: str = HEAD, member: str = MEMBER) -> Path:
    path = folder / "01-01-2018_31-12-2022.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Ongevallengegevens/partijen.txt", "PTJ_ID\r\n")
        archive.writestr(member, "".join(f"{line}\r\n" for line in [head, *rows]).encode("latin-1"))
    return path


def read(path: Path) -> pd.DataFrame:
    resource = Resource(name="bron", path=path.name)
    assert bron.recognises(grids.peek(path), resource)
    table, rows = bron.read(path, resource)
    assert table.id == "BRON"
    return rows


def yearly(rows: pd.DataFrame, region: str, year: int) -> dict[str, float]:
    chosen = rows[(rows["frequency"] == "Y") & (rows["region"] == region) & (rows["period"].dt.year == year)]
    return dict(zip(chosen["code"], chosen["value"], strict=True))


def refused(path: Path, *parts: str) -> None:
    with pytest.raises(DataError) as caught:
        read(path)
    for part in (path.name, *parts):
        assert part in str(caught.value)


def test_accidents_are_counted_by_outcome_and_people_apart(tmp_path):
    rows = read(pack(tmp_path))
    westerkwartier = {"totaal": 3, "letsel": 2, "UMS": 1, "DOD": 1, "doden": 2, "slachtoffers": 5}
    assert yearly(rows, "GM1969", 2022) == westerkwartier
    assert yearly(rows, "GM0022", 2018)["slachtoffers"] == 1


def test_an_outcome_that_did_not_occur_is_zero_but_an_absent_municipality_is_missing(tmp_path):
    rows = read(pack(tmp_path))
    assert yearly(rows, "GM0037", 2022) == {"totaal": 1, "letsel": 0, "UMS": 1, "DOD": 0, "doden": 0, "slachtoffers": 0}
    assert yearly(rows, "GM0037", 2018) == {} and "NL00" not in set(rows["region"])


def test_months_add_up_to_the_year_and_an_empty_month_is_zero(tmp_path):
    rows = read(pack(tmp_path))
    months = rows[(rows["frequency"] == "M") & (rows["region"] == "GM0037") & (rows["code"] == "totaal")]
    assert months.set_index(months["period"].dt.month)["value"].to_dict() == {1: 0, 2: 1}
    per_month = rows[rows["frequency"] == "M"].groupby(["region", "code", rows["period"].dt.year])["value"].sum()
    for (region, code, year), value in per_month.items():
        assert yearly(rows, region, year)[code] == value


def test_without_months_or_people_there_are_none(tmp_path):
    rows = read(pack(tmp_path, ["1,2022,,DOD,,,1969,Westerkwartier,", "2,2022,3,LET,1,,1969,Westerkwartier,"]))
    assert set(rows["frequency"]) == {"Y"}
    assert yearly(rows, "GM1969", 2022) == {"totaal": 2, "letsel": 2, "UMS": 0, "DOD": 1}


def test_the_country_is_there_when_the_file_covers_it(tmp_path):
    codes = [code for code in catalogue_municipalities() if code != "GM1969"][:301]
    rows = [f"{n},2022,1,UMS,,,{code[2:]},," for n, code in enumerate(codes)] + ["x,2022,1,LET,1,,,,"]
    assert yearly(read(pack(tmp_path, rows)), "NL00", 2022)["totaal"] == 302
    assert "NL00" not in set(read(pack(tmp_path, rows[:300]))["region"])


def catalogue_municipalities() -> list[str]:
    from analysis.definitions import regions

    return sorted(set(regions.regions().municipalities) - set(regions.regions().unassigned))


@pytest.mark.parametrize(
    ("row", "parts"),
    [
        ("9,2022,1,XXX,,,1969,,", ["regel 7", "AP3_CODE", "XXX"]),
        ("9,vorig,1,UMS,,,1969,,", ["regel 7", "JAAR_VKL", "vorig"]),
        ("9,2022,13,UMS,,,1969,,", ["regel 7", "MND_NUMMER", "13"]),
        ("9,2022,1,DOD,1,twee,1969,,", ["regel 7", "ANTL_DOD", "twee"]),
        ("9,2022,1,UMS,,,9999,,", ["regel 7", "GME_ID", "GM9999"]),
        ("9,2022,1,UMS,,,1969,Leek,", ["regel 7", "Westerkwartier", "Leek"]),
        ("1,2022,1,UMS,,,1969,,", ["regel 7", "twee keer"]),
        ("9,2022,1,UM", ["regel 7", "4 velden", "9"]),
    ],
)
def test_bad_rows_are_named_with_their_line(tmp_path, row, parts):
    refused(pack(tmp_path, [*ROWS, row]), "ongevallen.txt", *parts)


def test_a_missing_column_is_named(tmp_path):
    refused(pack(tmp_path, head=HEAD.replace("AP3_CODE", "AFLOOP")), "regel 1", "AP3_CODE")


def test_an_empty_file_is_refused(tmp_path):
    refused(pack(tmp_path, []), "geen ongevallen")


def test_a_zip_file_that_breaks_off_is_refused(tmp_path):
    path = pack(tmp_path)
    path.write_bytes(path.read_bytes()[:-40])
    refused(path, "beschadigd", "Haal het bestand opnieuw op")


def test_a_zip_file_with_changed_content_is_refused(tmp_path):
    path = tmp_path / "bron.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(MEMBER, "\n".join([HEAD, *ROWS, ""]))
    path.write_bytes(path.read_bytes().replace(b"1,2022,1,UMS", b"1,2022,1,LET"))
    refused(path, "beschadigd")


@pytest.fixture
def small_limits(monkeypatch):
    """Set limits of 1 MB per file, 5 MB unpacked, and a ratio of 200."""
    files = catalogue.thresholds().files.model_copy(update={"max_mb": 1, "max_unpacked_mb": 5, "max_ratio": 200})
    limits = catalogue.thresholds().model_copy(update={"files": files})
    monkeypatch.setattr(catalogue, "thresholds", lambda: limits)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path, small_limits):
    path = pack(tmp_path, ["0" * 2_000_000])
    assert path.stat().st_size < 20_000
    refused(path, "keer zo groot", "boven 1 MB is 200 de grens")


def test_a_zip_file_that_is_no_bomb_may_be_larger(tmp_path, small_limits):
    rows = [f"{number},2022,1,UMS,,,1969,," for number in range(60_000)]
    path = pack(tmp_path, rows)
    with zipfile.ZipFile(path) as archive:
        assert sum(info.file_size for info in archive.infolist()) > 1024**2
    assert yearly(read(path), "GM1969", 2022)["totaal"] == len(rows)


def test_however_well_it_is_packed_there_is_an_end(tmp_path, small_limits):
    rows = [f"{number},2022,1,UMS,,,1969,," for number in range(300_000)]
    refused(pack(tmp_path, rows), "uitgepakt", "de grens is 5 MB", "minder jaren")


def test_a_zip_file_with_other_things_is_left_aside(tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    pack(raw)
    with zipfile.ZipFile(raw / "ander.zip", "w") as archive:
        archive.writestr("../../buiten.txt", "x")
    summary = ingest(raw, tmp_path / "processed")
    assert summary.read == ("01-01-2018_31-12-2022.zip",) and set(summary.skipped) == {"ander.zip"}
    assert not list(tmp_path.rglob("buiten.txt"))
