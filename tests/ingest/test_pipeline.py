"""Ingest of a whole folder of raw exports. All figures here are made up."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest

import analysis.display.registration  # noqa: F401 (registers how results are shown)
import made_up_exports
from analysis import paths
from analysis.build.exports import pieces_by_file
from analysis.cli import output
from analysis.definitions import catalogue
from analysis.errors import DataError, DataWarning
from analysis.ingest import Summary, ballots, data_package, dispatch, statline
from analysis.ingest.pipeline import ingest
from analysis.store import fingerprints, loading, observations
from analysis.store.loading import voting
from analysis.store.results import html
from made_up_exports import DELIVERY, LOCAL
from made_up_stand import CARD, LEEK, TALLY

CRIME: made_up_exports.Grid = {("1.1.1", "GM1969", "2019JJ00"): 83, ("1.1.1", "GM1969", "2022JJ00"): 36}
MIGRATION = ['"Perioden";"Regio\'s";"Bevolking/Totaal met migratieachtergrond (aantal)"', '"2013";"Nederland";3543081']


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    made_up_exports.typed(tmp_path / "raw" / "politie" / "misdrijven.csv", CRIME)
    return tmp_path / "raw"


def run(raw: Path) -> Summary:
    return ingest(raw, raw.parent / "processed")


def refused(raw: Path, *parts: str) -> None:
    """Expect the ingest to stop with these words and to leave the processed data as they were."""
    old = raw.parent / "processed" / observations.OBSERVATIONS
    old.parent.mkdir(exist_ok=True)
    old.write_text("van de vorige keer")
    with pytest.raises(DataError) as caught:
        run(raw)
    for part in parts:
        assert part in str(caught.value)
    assert old.read_text() == "van de vorige keer"
    assert [path.name for path in old.parent.iterdir()] == [old.name]


def register(raw: Path, **custom: dict) -> None:
    """Register every file in the folder, with extra fields by the stem of its name."""
    entries = [
        {
            "name": path.stem,
            "path": path.relative_to(raw).as_posix(),
            "hash": f"sha256:{fingerprints.file_checksum(path)}",
        }
        | custom.get(path.stem, {})
        for path in sorted(raw.rglob("*.*"))
        if path.name != data_package.NAME
    ]
    (raw / data_package.NAME).write_text(json.dumps({"resources": entries}), "utf-8")


def test_a_folder_becomes_observations_with_their_source(raw):
    made_up_exports.write(raw / "politie" / "levering_E33_gemeenten_2016_2017.csv", LOCAL)
    register(raw, misdrijven={"vintage": "2024-02-15", "synthetic": True})
    summary = run(raw)
    assert summary.read == ("politie/levering_E33_gemeenten_2016_2017.csv", "politie/misdrijven.csv")
    assert (summary.rows, summary.votes, summary.skipped, summary.left_out) == (6, 0, {}, {})
    folder = raw.parent / "processed"
    rows = observations.query("woninginbraak", ["GM1969"], "Y", folder)
    assert list(rows["value"]) == [83, 36] and set(rows["unit"]) == {"registrations"}
    assert set(rows["source"]) == {"misdrijven"} and set(rows["vintage"].dt.year) == {2024}
    source = observations.sources(folder)["misdrijven"]
    assert (source.table, source.publisher, source.synthetic) == ("47013NED", "Politie", True)
    assert len(observations.query("onbegrepen_gedrag", ["GM0022", "GM0014"], "Y", folder)) == 4


def test_votes_come_along_with_the_card_as_a_source(raw):
    made_up_exports.write(raw / ballots.VOTE_CARD, [CARD])
    made_up_exports.write(raw / "stemmen" / "briefjes.csv", LEEK)
    made_up_exports.write(
        raw / "stemmen" / "turflijst.csv",
        [row.replace("Zuidhorn;Inbraken;4;5", "Zuidhorn;Inbraken;4;50") for row in TALLY],
    )
    assert run(raw).votes == 5
    folder = raw.parent / "processed"
    assert set(observations.ballots(folder)["village"]) == {"Leek", "Zuidhorn"}
    kinds = {source.table for source in observations.sources(folder).values()}
    assert kinds == {"47013NED", "stemkaart", "stembriefjes", "turflijst"}
    assert [source.table for source in voting("GM1969", folder).sources] == ["stembriefjes", "turflijst", "stemkaart"]


def test_votes_alone_are_enough(raw):
    (raw / "politie" / "misdrijven.csv").unlink()
    made_up_exports.write(raw / ballots.VOTE_CARD, [CARD])
    made_up_exports.write(raw / "turflijst.csv", TALLY)
    assert (run(raw).rows, run(raw).votes) == (0, 3)


def test_codes_without_an_indicator_are_counted_and_left_out(raw):
    made_up_exports.write(raw / "levering.csv", [DELIVERY, "Leek;GM0022;Z99;x;2018;41", "Leek;GM0022;E33;x;2018;41"])
    summary = run(raw)
    assert summary.left_out == {"incidenten Z99": 1}
    assert summary.rows == 3


def test_other_tables_are_skipped_with_a_reason_where_there_is_no_register(raw):
    made_up_exports.write(raw / "migratie.csv", MIGRATION)
    made_up_exports.write(raw / "Perioden.csv", ["Key,Title,Description,Status", "2022JJ00,2022,,Definitief"])
    made_up_exports.write(raw / "TableInfos.csv", ["ID,Title,ShortTitle,Identifier", "0,x,x,47018NED"])
    (raw / "rapport.pdf").write_bytes(b"%PDF")
    summary = run(raw)
    assert summary.read == ("politie/misdrijven.csv",)
    assert {name: reason.split(":")[0] for name, reason in summary.skipped.items()} == {
        "migratie.csv": "geen veiligheidstabel",
        "Perioden.csv": "codelijst",
        "TableInfos.csv": "codelijst",
        "rapport.pdf": "geen veiligheidstabel",
    }


def test_an_unknown_file_is_refused_where_there_is_a_register(raw):
    made_up_exports.write(raw / "migratie.csv", MIGRATION)
    register(raw)
    refused(raw, "migratie.csv", "geen veiligheidstabel", "Haal het bestand uit de map")


def test_notes_and_hidden_files_are_not_looked_at(raw):
    for name in ("README.txt", "notitie.md", ".verborgen.csv", "~$open.xlsx", "beleid/LEESMIJ.md"):
        made_up_exports.write(raw / name, ["<html>"])
    register(raw)
    assert run(raw).skipped == {}


@pytest.mark.parametrize(
    ("name", "meant"),
    [("statement.yml", "bedoelt u statements.yml?"), ("plan.yaml", "bedoelt u plan.yml?"), ("lijst.csv", "Dit kan")],
)
def test_a_document_with_a_name_we_do_not_know_is_told(raw, name, meant):
    made_up_exports.write(raw / "beleid" / name, ["x"])
    register(raw)
    reason = run(raw).skipped[f"beleid/{name}"]
    assert "geen beleidsdocument" in reason and meant in reason


@pytest.mark.parametrize(("name", "content"), [("", []), ("migratie.csv", MIGRATION)])
def test_nothing_to_read_is_refused(tmp_path, name, content):
    (tmp_path / "raw").mkdir()
    if name:
        made_up_exports.write(tmp_path / "raw" / name, content)
    reason = f"({name}: geen veiligheidstabel" if name else "geen enkel bruikbaar bestand."
    refused(tmp_path / "raw", "geen enkel bruikbaar bestand", reason)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    refused(tmp_path / "elders", "elders", "bestaat niet", "--raw")


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("leeg.csv", b"", "leeg"),
        ("fout.csv", b"\n<!DOCTYPE html><html>404</html>", "webpagina"),
        ("feed.json", b'<?xml version="1.0"?><feed/>', "webpagina of XML"),
        ("stemmen.xlsx", b"geen zip", "geen Excel-bestand"),
    ],
)
def test_failed_downloads_are_refused(raw, name, content, problem):
    (raw / name).write_bytes(content)
    refused(raw, name, problem)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(raw, monkeypatch):
    limits = catalogue.thresholds().model_copy(
        update={"files": catalogue.thresholds().files.model_copy(update={"max_mb": 1})}
    )
    monkeypatch.setattr(catalogue, "thresholds", lambda: limits)
    with (raw / "groot.csv").open("wb") as file:
        file.write(f"{made_up_exports.DELIVERY}\n".encode())
        file.truncate(2 * 1024**2)
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail("gelezen"))
    refused(raw, "groot.csv", "2 MB", "1 MB", "verdeel de export")


def test_only_the_first_part_of_a_foreign_file_is_read(raw, monkeypatch):
    made_up_exports.write(raw / "ander.csv", ["a;b", *["1;2"] * 50_000])
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda p: pytest.fail(p.name) if p.name == "ander.csv" else read(p))
    assert "ander.csv" in run(raw).skipped


# What is not used is told, in the terminal and in the report


def odd(path, resource, read=statline.read):
    warnings.warn(DataWarning("regel 3 is een noot en telt niet mee."), stacklevel=2)
    warnings.warn("a library mutters", stacklevel=2)
    return read(path, resource)


def test_what_was_not_used_is_told_in_the_terminal_and_kept_for_the_report(raw, monkeypatch, capsys):
    reader = dispatch.Reader(statline.recognises, odd)
    monkeypatch.setattr(dispatch, "READERS", (reader, *dispatch.READERS))
    made_up_exports.write(raw / "ander.csv", MIGRATION)
    summary = run(raw)
    output.print_ingest(summary, raw, raw)
    printed = capsys.readouterr().out
    assert (
        "Let op: politie/misdrijven.csv: regel 3 is een noot en telt niet mee." in printed and "mutters" not in printed
    )
    kept = observations.remarks(raw.parent / "processed")
    assert kept["politie/misdrijven.csv"] == ["regel 3 is een noot en telt niet mee."]
    assert kept["ander.csv"][0].startswith("niet gelezen: geen veiligheidstabel")
    assert observations.REMARKS in pieces_by_file(raw.parent / "processed")["ander.csv"]
    page = html(loading.register(raw.parent / "processed"))
    assert "Wat niet is gebruikt" in page and "regel 3 is een noot" in page and "ander.csv" in page


def test_codes_that_no_indicator_asks_for_are_named_in_the_report(raw):
    made_up_exports.write(raw / "b.csv", [DELIVERY, *(f"x;GM1969;X{code};x;2019;8" for code in range(10, 21))])
    run(raw)
    kept = observations.remarks(raw.parent / "processed")
    codes = "X10, X11, X12, X13, X14, X15, X16, X17 en nog 3"
    assert kept == {"b.csv": [f"niet gebruikt, want zonder indicator in indicators.yml: {codes}."]}


@pytest.mark.parametrize("name", ["readme.csv", "README_levering.csv", "readme.xls"])
def test_an_export_is_no_note_because_of_its_name(raw, name):
    made_up_exports.write(raw / name, MIGRATION)
    (raw / "README.txt").write_text("Geleverd op verzoek", "utf-8")
    (raw / "lees.md").write_text("Geleverd op verzoek", "utf-8")
    if name.endswith("xls"):
        refused(raw, name, "oud Excelbestand")
    else:
        assert list(run(raw).skipped) == [name]


def test_where_everything_was_used_the_report_has_no_list_of_what_was_not(raw):
    run(raw)
    assert observations.remarks(raw.parent / "processed") == {}
    assert "niet is gebruikt" not in html(loading.register(raw.parent / "processed"))


# Two exports of one table


def later_export(raw: Path, count: int, name: str = "later_01032024_101500.csv") -> None:
    made_up_exports.typed(
        raw / "politie" / name, {("1.1.1", "GM1969", "2022JJ00"): count, ("1.1.1", "GM1969", "2023JJ00"): 91}
    )


def test_exports_that_agree_are_both_kept(raw):
    later_export(raw, 36)
    assert run(raw).rows == 4


def test_a_small_revision_is_no_contradiction(raw):
    grid = {("0.0.0", "NL00", "2022JJ00"): 800027}
    made_up_exports.typed(raw / "a.csv", grid)
    made_up_exports.listing(raw / "b.csv", {key: 799895 for key in grid})
    assert run(raw).rows == 4


def test_exports_that_contradict_each_other_are_refused_in_words(raw):
    later_export(raw, 40)
    refused(
        raw,
        "twee exports van 47013NED",
        "woninginbraken in Westerkwartier, 2022",
        "36 in politie/misdrijven.csv (export van onbekende datum)",
        "40 in politie/later_01032024_101500.csv (export van 2024-03-01)",
        'bij \'politie/later_01032024_101500.csv\': "replaces": "politie/misdrijven.csv"',
    )


def test_the_newer_may_replace_the_older(raw):
    later_export(raw, 40, "nieuw.csv")
    register(raw, nieuw={"replaces": "misdrijven"})
    summary = run(raw)
    assert summary.read == ("politie/nieuw.csv",)
    assert summary.skipped == {"politie/misdrijven.csv": "vervangen door nieuw"}
    assert observations.remarks(raw.parent / "processed") == {}  # nothing is missing


def test_years_and_months_or_other_tables_do_not_contradict(raw):
    made_up_exports.typed(raw / "maand.csv", {("1.1.1", "GM1969", "2022MM01"): 4})
    lines = ["ID;SoortMisdrijf;WijkenEnBuurten;Perioden;GeregistreerdeMisdrijven_1", "0;1.1.1;GM1969;2022JJ00;50"]
    made_up_exports.write(raw / "wijken.csv", lines)
    assert run(raw).rows == 4


# The sample exports of the project


def test_the_sample_exports_are_read_as_they_were_made(tmp_path):
    summary = ingest(paths.RAW, tmp_path)
    assert summary.skipped == {} and summary.left_out == {}
    assert len(summary.read) == 42 and summary.rows > 100_000 and summary.votes > 1000
    reports = observations.query("onbegrepen_gedrag", ["GM1969"], "Y", tmp_path).set_index("period")["value"]
    assert [reports[f"{year}-01-01"] for year in (2017, 2019, 2022)] == [137, 242, 395]
    real = {source.path for source in observations.sources(tmp_path).values() if not source.synthetic}
    assert {Path(path).parent.name for path in real} == {"beleid", "politie", "cbs", "geo"}
    monthly = observations.query("zedenmisdrijf", ["GM1969"], "M", tmp_path)
    assert set(monthly["status"]) == {"suppressed"} and monthly["value"].isna().all()
    assert len(observations.ballots(tmp_path)["village"].unique()) == 6


@pytest.mark.parametrize(
    ("name", "lines", "problem"),
    [
        (
            "levering.csv",
            ["Gemeente;Gemeentecode;Omschrijving;Jaar;Aantal", "Leek;GM0022;x;2017;3"],
            "'Incidentcode' ontbreekt",
        ),
        ("turf.csv", ["thema;stemmen;stemmers", "inbraken;3;10"], "'dorp' ontbreekt"),
        ("briefjes.csv", ["thema_1;thema_2", "inbraken;drugs"], "'stemmer of dorp' ontbreekt"),
        (
            "politie.csv",
            ["ID;SoortMisdrijf;RegioS;Perioden", '0;"1.1.1 ";"GM1969";"2022JJ00"'],
            "'het aantal registraties' ontbreekt",
        ),
        ("fout.json", ['{"odata.error": {"code": "", "message": "storing"}}'], "niet te lezen als uitvoer van OData"),
        ("oud.xls", ["x"], "oud Excelbestand"),
    ],
)
def test_a_file_that_misses_what_it_is_known_by_is_refused(raw, name, lines, problem):
    """Skipping it would silently drop its figures."""
    made_up_exports.write(raw / name, lines)
    refused(raw, name, problem)


@pytest.mark.parametrize("region", ["MG1969", "XX99", "WESTERKWARTIJER", "Westerkwartier (GM)"])
def test_a_misspelled_region_is_never_dropped(raw, region):
    head = '"ID";"SoortMisdrijf";"RegioS";"Perioden";"GeregistreerdeMisdrijven_1"'
    made_up_exports.write(raw / "fout.csv", [head, f'0;"1.1.1 ";"{region}";"2022JJ00";3'])
    refused(raw, "fout.csv", region, "onbekend")


def test_a_delivery_that_was_cut_off_is_refused(raw):
    lines = f"{DELIVERY}\nLeek;GM0022;E14;x;2017;43"
    (raw / "levering.csv").write_text(lines[:-1], encoding="utf-8")
    refused(raw, "levering.csv", "regel 2")


def test_two_deliveries_that_disagree_are_told_without_the_counts(raw):
    """The message may be mailed, so it must hold no count that a page would hide."""
    for name, count in (("een.csv", 3), ("twee.csv", 4)):
        (raw / name).write_text(f"{DELIVERY}\nLeek;GM0022;E33;x;2017;{count}\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        ingest(raw, raw.parent / "processed")
    assert "spreken elkaar tegen over" in str(caught.value)
    assert "een.csv (export" in str(caught.value) and "twee.csv (export" in str(caught.value)
    assert ": 3 in" not in str(caught.value) and " 4 in" not in str(caught.value)
