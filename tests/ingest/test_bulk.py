"""Large exports of the whole country: figures as in an ordinary export, by municipality. All figures made up."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

import made_up_exports
from analysis.cli.app import main
from analysis.definitions import catalogue, regions
from analysis.errors import DataError
from analysis.ingest import Summary, statline
from analysis.ingest import bulk as reading
from analysis.ingest.data_package import Resource
from analysis.ingest.pipeline import ingest
from analysis.store import fingerprints, neighbourhoods, observations

pytestmark = pytest.mark.slow

HEAD = '"ID";"SoortMisdrijf";"WijkenEnBuurten";"Perioden";"GeregistreerdeMisdrijven_1"'
NAME = "47022NED_TypedDataSet_15022024_101500.csv"
PLACES = ("GM1969", "WK196904", "BU19690400", "BU19690401", "GM0014", "BU00140000")
MONTHS = ("2012MM01", "2012MM02", "2022MM12")
WITHHELD = ("1.4.1", "3.2.1", "3.2.2", "3.7.3")


def lines(*codes: str) -> list[str]:
    """Return a line for each code, region and month in the order of StatLine, including zeros and missing figures."""
    keys = [(code, region, month) for code in codes for region in PLACES for month in MONTHS]
    some = ("7", "0", "", '"       ."', "1425")
    texts = ["0" if code in WITHHELD else some[n % len(some)] for n, (code, *_) in enumerate(keys)]
    rows = zip(keys, texts, strict=True)
    return [f'{n};"{code:<6}";"{region:<10}";"{month}";{text}' for n, ((code, region, month), text) in enumerate(rows)]


ROWS = lines("0.0.0", "1.1.1", "1.4.1", "2.6.10", "3.7.3")


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Treat every file with a figure as large, and read it in several blocks."""
    limits = catalogue.thresholds().model_copy(
        update={"files": catalogue.thresholds().files.model_copy(update={"max_mb": 0})}
    )
    monkeypatch.setattr(catalogue, "thresholds", lambda: limits)
    monkeypatch.setattr(reading, "_BLOCK", 400)


@pytest.fixture
def raw(tmp_path) -> Path:
    made_up_exports.write(tmp_path / "raw" / NAME, [HEAD, *ROWS])
    return tmp_path / "raw"


def run(raw: Path, **options) -> Summary:
    return ingest(raw, raw.parent / "processed", **options)


def store(raw: Path) -> Path:
    return raw.parent / "processed" / "landelijk" / "47022NED"


def held(raw: Path, table: str = "47022NED") -> pd.DataFrame:
    frame = pd.read_parquet(raw.parent / "processed" / "landelijk" / table)
    keys = ["indicator", "region", "period"]
    return frame.astype({"indicator": str, "status": str}).sort_values(keys, ignore_index=True)


def ordinary(path: Path) -> pd.DataFrame:
    """Read the same file as an ordinary export, by the names of its indicators."""
    table, rows = statline.read(path, Resource(name=path.name, path=path.name))
    indicators = {code: id for (subject, code), id in catalogue.indicator_of().items() if subject == table.subject}
    rows = rows.assign(indicator=rows["code"].map(indicators)).dropna(subset="indicator")
    return rows.sort_values(["indicator", "region", "period"], ignore_index=True)


def refused(raw: Path, *parts: str) -> None:
    """Expect the ingest to stop with these words and to leave the stored figures as they were."""
    old = store(raw) / "gemeente=GM1969" / "vorige.txt"
    old.parent.mkdir(parents=True)
    old.write_text("van de vorige keer")
    with pytest.raises(DataError) as caught:
        run(raw)
    for part in parts:
        assert part in str(caught.value)
    assert [path for path in (raw.parent / "processed").rglob("*") if path.is_file()] == [old]
    assert not list(raw.parent.glob(".*"))


# What is kept


def test_the_figures_are_those_of_an_ordinary_export(raw):
    run(raw)
    kept, expected = held(raw), ordinary(raw / NAME)
    assert len(kept) == len(ROWS)
    for column in ("indicator", "region", "value", "status"):
        pd.testing.assert_series_equal(kept[column], expected[column], check_dtype=False)
    assert list(pd.to_datetime(kept["period"])) == list(expected["period"])
    assert {"final", "missing", "suppressed"} == set(kept["status"])


@pytest.mark.parametrize("order", ["region", "period", "backwards"])
def test_the_order_of_the_lines_does_not_matter(raw, order):
    run(raw)
    before = held(raw)
    fields = {"region": 2, "period": 3}
    turned = ROWS[::-1] if order == "backwards" else sorted(ROWS, key=lambda row: row.split(";")[fields[order]])
    made_up_exports.write(raw / NAME, [HEAD, *turned])
    run(raw)
    pd.testing.assert_frame_equal(held(raw), before)


def test_a_withheld_zero_has_no_value_and_another_zero_stays_zero(raw):
    run(raw)
    frame = held(raw)
    withheld = frame[frame["indicator"].isin(["zedenmisdrijf", catalogue.indicator_of()["misdrijven", "3.7.3"]])]
    assert set(withheld["status"]) == {"suppressed"} and withheld["value"].isna().all()
    assert (frame.loc[frame["indicator"] == "woninginbraak", "value"] == 0).any()


def test_months_in_a_code_list_that_marks_them_are_provisional(raw):
    made_up_exports.write(raw / "Perioden.csv", ["Key,Title,Description,Status", "2022MM12,2022 december,,Voorlopig"])
    run(raw, keep_going=True)
    frame = held(raw)
    early = frame["period"].astype(str) == "2022-12-01"
    assert set(frame.loc[early & frame["value"].notna(), "status"]) == {"provisional"}
    assert "provisional" not in set(frame.loc[~early, "status"])


def test_every_municipality_stands_apart_with_where_its_figures_come_from(raw):
    run(raw)
    assert sorted(path.name for path in store(raw).iterdir()) == [
        fingerprints.CHECKSUM_LIST, "_source.json", "gemeente=GM0014", "gemeente=GM1969",
    ]  # fmt: skip
    source = json.loads((store(raw) / "_source.json").read_text("utf-8"))
    assert (source["name"], source["vintage"]) == (NAME, "2024-02-15")
    assert source["sha256"] == fingerprints.file_checksum(raw / NAME)


def test_nothing_is_left_of_an_earlier_export(raw):
    run(raw)
    made_up_exports.write(raw / NAME, [HEAD, *(row for row in ROWS if "0014" not in row)])
    run(raw)
    assert set(held(raw)["region"]) == set(PLACES[:4])


def test_yearly_figures_are_a_table_of_their_own(raw):
    made_up_exports.write(raw / "jaren.csv", [HEAD, *(row.replace("MM01", "JJ00") for row in ROWS if "MM01" in row)])
    run(raw)
    assert set(held(raw, "47018NED")["indicator"]) == set(held(raw)["indicator"])
    series = neighbourhoods.series("woninginbraak", "WK196904", raw.parent / "processed", frequency="Y")
    assert list(series["period"]) == [pd.Timestamp("2012-01-01")]


def test_codes_without_an_indicator_and_places_that_are_none_stay_out(raw):
    unknown = '90;"9.9.9 ";"GM1969    ";"2012MM01";1'
    unassigned = '91;"0.0.0 ";"GM0000    ";"2012MM01";1'
    made_up_exports.write(raw / NAME, [HEAD, *ROWS, unknown, unassigned, unassigned.replace("GM0000", "GM0998")])
    assert run(raw).left_out == {"misdrijven 9.9.9": 1}
    assert len(held(raw)) == len(ROWS)


def test_more_municipalities_than_files_may_be_open(raw):
    codes = list(regions.region_numbers())[:300]
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
    made_up_exports.write(raw / NAME, [HEAD, *(f'1;"1.1.1 ";"{code:<10}";"2012MM01";1' for code in codes)])
    try:
        run(raw)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert set(held(raw)["region"]) == {*codes}


# How it is told


def test_the_terminal_says_what_was_kept_and_where(raw, monkeypatch, capsys):
    commanded(raw, monkeypatch)
    said = capsys.readouterr().out
    assert f"Landelijk: {NAME}: {len(ROWS)} cijfers per wijk en buurt uit 47022NED" in said and "landelijk" in said


def commanded(raw, monkeypatch):
    """Run the ingest command, which must succeed."""
    command = ["veiligheid", "ingest", "--raw", str(raw), "--processed", str(raw.parent / "processed")]
    monkeypatch.setattr(sys, "argv", command)
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code


def test_a_report_leaves_it_aside_and_says_so(raw):
    with pytest.raises(DataError, match="staan niet in een rapport"):
        run(raw, whole_country=False)
    assert not store(raw).exists()


def test_two_files_of_one_table_are_refused(raw):
    made_up_exports.write(raw / "tweede.csv", [HEAD, *ROWS])
    refused(raw, "tweede.csv", "47022NED", NAME)


# Beside the observations


@pytest.fixture
def beside(tmp_path, monkeypatch) -> Path:
    """Return a folder with an ordinary export."""
    made_up_exports.typed(tmp_path / "ander" / "misdrijven.csv", {("1.1.1", "GM1969", "2022JJ00"): 36})
    monkeypatch.setattr(reading.raw_files, "is_large", lambda path: path.name == NAME)
    return tmp_path / "ander"


def test_an_ingest_without_such_a_file_leaves_it_where_it_is(raw, beside):
    run(raw)
    before = held(raw)
    files = {path.stat().st_ino for path in store(raw).rglob("*.parquet")}
    run(beside)
    pd.testing.assert_frame_equal(held(raw), before)
    assert {path.stat().st_ino for path in store(raw).rglob("*.parquet")} == files  # not copied: it may be gigabytes
    assert len(observations.everything(raw.parent / "processed")) == 1


def test_an_ingest_with_nothing_else_leaves_the_observations_where_they_are(raw, beside):
    run(beside)
    run(raw)
    assert len(observations.everything(raw.parent / "processed")) == 1 and len(held(raw)) == len(ROWS)


def test_when_another_file_is_wrong_nothing_is_replaced(raw, beside):
    made_up_exports.write(raw / "fout.csv", ["<html>"])
    refused(raw, "fout.csv", "webpagina")


def test_a_damaged_one_can_be_left_out(raw, beside):
    made_up_exports.write(raw / NAME, [HEAD, *ROWS, "1;2"])
    made_up_exports.typed(raw / "misdrijven.csv", {("1.1.1", "GM1969", "2022JJ00"): 36})
    summary = run(raw, keep_going=True)
    assert "2 velden" in summary.unread[NAME] and summary.rows == 1 and not summary.nationwide
    assert observations.unread(raw.parent / "processed").keys() == {NAME}


# What is refused


LAST = len(ROWS) + 2  # the line of a row that is added
REFUSED = {
    "geen getal": ('1;"1.1.2 ";"GM1969    ";"2012MM01";veel', f"regel {LAST}", "'veel' is geen getal"),
    "negatief": ('1;"1.1.2 ";"GM1969    ";"2012MM01";-3', f"regel {LAST}", "negatief"),
    "geen geheel getal": ('1;"1.1.2 ";"GM1969    ";"2012MM01";1.5', f"regel {LAST}", "geen geheel getal"),
    "te kort": ('1;"1.1.2 ";"GM1969    "', f"regel {LAST}", "3 velden"),
    "te lang": ('1;"1.1.2 ";"GM1969    ";"2012MM01";1;2', f"regel {LAST}", "6 velden"),
    "aanhalingsteken": ('1;"1.1.2 ;"GM1969    ";"2012MM01";1', f"regel {LAST}", "velden"),
    "soort": ('1;"";"GM1969    ";"2012MM01";1', f"regel {LAST}", "de soort"),
    "regio": ('1;"1.1.2 ";"Leek";"2012MM01";1', f"regel {LAST}", "Leek", "codes"),
    "gemeente": ('1;"1.1.2 ";"GM9999    ";"2012MM01";1', f"regel {LAST}", "GM9999"),
    "periode": ('1;"1.1.2 ";"GM1969    ";"2012MM13";1', f"regel {LAST}", "2012MM13"),
    "jaar tussen maanden": ('1;"1.1.2 ";"GM1969    ";"2012JJ00";1', f"regel {LAST}", "door elkaar"),
    "twee keer": ('1;"0.0.0 ";"WK196904";"2012MM01";1', f"regel {LAST}", "WK196904", "januari 2012", "twee keer"),
    "gevoelig": ('1;"1.4.1 ";"BU19690402";"2012MM01";1', f"regel {LAST}", "1.4.1 is gevoelig"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_wrong_line_is_refused_with_its_place(raw, kind):
    line, *parts = REFUSED[kind]
    made_up_exports.write(raw / NAME, [HEAD, *ROWS, line])
    refused(raw, NAME, *parts, "Wat kunt u doen?")


def test_a_line_without_use_is_left_out_and_told(raw):
    added = ['1;"1.1.2 ";"GM0305    ";"2012MM01";1', '2;"kaas";"GM1969    ";"2012MM01";1']
    made_up_exports.write(raw / NAME, [HEAD, *ROWS, *added])
    remarks = run(raw).remarks[NAME]
    assert len(held(raw)) == len(ROWS)
    assert remarks == [
        "niet gebruikt: 1 cijfer over gemeenten die vóór 2012 zijn opgeheven (GM0305); "
        "1 cijfer over soorten die niet van de politie bekend zijn (kaas)."
    ]


def test_a_figure_that_is_there_twice_in_one_block_is_refused(raw, monkeypatch):
    monkeypatch.setattr(reading, "_BLOCK", 10**6)
    made_up_exports.write(raw / NAME, [HEAD, *ROWS, *lines("1.1.2"), lines("1.1.2")[4]])
    refused(raw, f"regel {LAST + len(lines('1.1.2'))}", "twee keer")


@pytest.mark.parametrize(("lost", "problem"), [(1, "midden in deze regel"), (3, "4 velden en de eerste regel 5")])
def test_a_file_that_stops_in_the_middle_of_a_line_is_refused(raw, lost, problem):
    """It stops within its last figure, or after the closing quotation mark of the cell before it."""
    whole = (raw / NAME).read_bytes()
    (raw / NAME).write_bytes(whole[:-lost])
    refused(raw, NAME, f"regel {len(ROWS) + 1}", problem)


def test_a_column_that_may_part_the_figures_is_refused(raw):
    made_up_exports.write(raw / NAME, [f'{HEAD};"Geslacht"', *(f'{row};"M"' for row in ROWS)])
    refused(raw, NAME, "Geslacht", "niet bekend")


def test_the_columns_that_the_police_adds_are_no_obstacle(raw):
    added = [f'{row};"                ";"Buurt   "' for row in ROWS]
    made_up_exports.write(raw / NAME, [f'{HEAD};"Gemeentenaam_2";"SoortRegio_3"', *added])
    run(raw)
    assert len(held(raw)) == len(ROWS)


def test_a_file_without_figures_is_refused(raw):
    made_up_exports.write(raw / NAME, [HEAD, '1;"9.9.9 ";"GM1969    ";"2012MM01";1'])
    refused(raw, NAME, "geen cijfers")


@pytest.mark.parametrize("name", ["misdrijven.csv", "overlast.csv", "ander.csv"])
def test_other_large_files_are_refused_as_before(raw, name):
    heads = {"misdrijven.csv": HEAD.replace("WijkenEnBuurten", "RegioS"), "ander.csv": '"a";"b"'}
    nuisance = HEAD.replace("SoortMisdrijf", "Overlast").replace("Misdrijven_1", "Overlast_1")
    made_up_exports.write(raw / name, [heads.get(name, nuisance), '1;"E33   ";"GM1969    ";"2012MM01";12'])
    refused(raw, name, "de grens is", "verdeel de export")


def test_no_table_is_kept_in_which_a_sensitive_figure_is_published():
    """E33 of a buurt is suppressed in the observations; the other kinds of nuisance would reveal it."""
    assert [table.id for table in neighbourhoods.tables()] == ["47018NED", "47022NED"]


# Asking


def test_a_municipality_comes_with_its_wijken_and_buurten_and_a_buurt_alone(raw):
    run(raw)
    processed = raw.parent / "processed"
    whole = neighbourhoods.series("woninginbraak", "GM1969", processed)
    assert list(whole["region"].unique()) == sorted(PLACES[:4]) and len(whole) == 4 * len(MONTHS)
    buurt = neighbourhoods.series("woninginbraak", "BU19690401", processed)
    pd.testing.assert_frame_equal(buurt, whole[whole["region"] == "BU19690401"].reset_index(drop=True))
    assert buurt["period"].is_monotonic_increasing and buurt["value"].isna().eq(buurt["status"] == "missing").all()
    assert buurt.attrs["name"] == NAME


def test_only_the_partition_of_the_municipality_is_read(raw):
    run(raw)
    for path in (store(raw) / "gemeente=GM0014").iterdir():
        path.write_bytes(b"kapot")
    assert len(neighbourhoods.series("woninginbraak", "GM1969", raw.parent / "processed"))


@pytest.mark.parametrize(
    ("indicator", "region", "words"),
    [
        ("woninginbraak", "BU19690499", "BU19690499"),
        ("woninginbraak", "GM0363", "GM0363"),
        ("inbraak", "GM1969", "Bedoelt u"),
        ("onbegrepen_gedrag", "GM1969", "geen tabel"),
    ],
)
def test_what_is_not_there_is_told(raw, indicator, region, words):
    run(raw)
    with pytest.raises(DataError, match=words):
        neighbourhoods.series(indicator, region, raw.parent / "processed")


def test_without_anything_kept_the_remedy_is_told(tmp_path):
    with pytest.raises(DataError, match="veiligheid ingest"):
        neighbourhoods.series("woninginbraak", "GM1969", tmp_path)


# Killed


def test_killed_half_way_the_old_stays_and_the_next_clears_what_is_left(raw, monkeypatch):
    run(raw)
    before = {path: path.read_bytes() for path in store(raw).rglob("*.parquet")}
    buurten = [f"BU1969{number:04}" for number in range(9000)]
    months = [f"{year}MM{month:02}" for year in range(2012, 2021) for month in range(1, 13)]
    many = (f'1;"1.1.1 ";"{buurt}";"{month}";1' for buurt in buurten for month in months)
    made_up_exports.write(raw / NAME, [HEAD, *many])
    code = (
        "import sys; from pathlib import Path;"
        "from analysis.definitions import catalogue; from analysis.ingest import bulk;"
        "from analysis.ingest.pipeline import ingest;"
        "limits = catalogue.thresholds(); files = limits.files.model_copy(update={'max_mb': 0});"
        "limits = limits.model_copy(update={'files': files});"
        "catalogue.thresholds = lambda: limits; bulk._BLOCK = 10**6;"
        "ingest(Path(sys.argv[1]), Path(sys.argv[2]))"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(raw), str(raw.parent / "processed")])
    while not list(raw.parent.glob(".processed.*/*/*.parquet")):
        assert process.poll() is None, "it ended before it could be killed"
        time.sleep(0.001)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert {path: path.read_bytes() for path in store(raw).rglob("*.parquet")} == before
    assert len(neighbourhoods.series("woninginbraak", "GM1969", raw.parent / "processed")) == 4 * len(MONTHS)
    (left_behind := raw.parent / ".ander.12345678").mkdir()
    made_up_exports.write(raw / NAME, [HEAD, *ROWS])
    commanded(raw, monkeypatch)
    assert list(raw.parent.glob(".*")) == [left_behind]  # what has another name is another's
