"""Admission of raw files: special files, unprintable names, and files that would fill the memory."""

from __future__ import annotations

import json
import os
import struct
import zipfile
from pathlib import Path

import pytest

import bounded_command
import made_up_exports
from analysis.build import dependencies
from analysis.cli import output
from analysis.errors import DataError, printable
from analysis.ingest import Summary, dispatch, raw_files
from analysis.ingest.pipeline import ingest
from analysis.store import observations

pytestmark = pytest.mark.slow

OVERLAST = '"ID";"Overlast";"RegioS";"Perioden";"GeregistreerdeOverlast_1"'
DOCUMENT = Path("beleid/facts.yml")
HUGE = 20 * 1024**3


@pytest.fixture
def raw(tmp_path):
    """Return a folder with one valid file."""
    folder = tmp_path / "raw"
    rows = [f'{n};"E33   ";"GM1969";"{2012 + n}JJ00";{100 + n}' for n in range(10)]
    made_up_exports.write(folder / "47021NED_a.csv", [OVERLAST, *rows])
    (folder / "beleid").mkdir()
    return folder


def refused(tmp_path, raw, file, *parts, left_out=None, drop_rights=False):
    """Expect the command to refuse the file, and to leave out only that file with ``keep_going``."""
    bounded_command.refused(bounded_command.ingest(tmp_path, raw, drop_rights=drop_rights), file, *parts)
    outcome = bounded_command.ingest(tmp_path, raw, "--keep-going", drop_rights=drop_rights)
    assert outcome.code == 1 and "Traceback" not in outcome.text, outcome
    assert list(observations.unread(tmp_path / "p")) == [left_out or file]
    assert len(observations.everything(tmp_path / "p")) == 10


@pytest.mark.parametrize("name", ["x.csv", "x.xlsx", "x.geojson", "datapackage.json", DOCUMENT.as_posix()])
@pytest.mark.parametrize("kind", ["pipe", "device", "nowhere", "circle"])
def test_what_is_no_ordinary_file_is_refused(tmp_path, raw, name, kind):
    path = raw / name
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to({"device": "/dev/zero", "nowhere": raw / "weg", "circle": path}[kind])
    refused(tmp_path, raw, name)


@pytest.mark.parametrize("name", ["47021NED_b.csv", "x.xlsx", "x.json", "x.zip", "datapackage.json", "beleid/plan.yml"])
def test_a_file_that_is_huge_but_empty_is_refused_at_once(tmp_path, raw, name):
    with (raw / name).open("wb") as file:
        file.write(f"{OVERLAST}\n".encode())
        file.truncate(HUGE)
    refused(tmp_path, raw, name, "MB en de grens is")


def test_a_linked_folder_is_named_and_a_linked_file_is_read(tmp_path, raw):
    elsewhere = made_up_exports.write(tmp_path / "elders" / "b.csv", [OVERLAST, '0;"E33   ";"GM0014";"2012JJ00";5'])
    (raw / "b.csv").symlink_to(elsewhere)
    ingest(raw, tmp_path / "q", documents=raw)
    assert len(observations.everything(tmp_path / "q")) == 11
    (raw / "b.csv").unlink()
    (raw / "politie").symlink_to(elsewhere.parent)
    refused(tmp_path, raw, "politie", "een koppeling naar een andere map")


@pytest.mark.parametrize("name", ["sub/b.csv", "sub", "datapackage.json", DOCUMENT.as_posix(), "beleid"])
def test_what_may_not_be_read_is_named(tmp_path, raw, name):
    made_up_exports.write(raw / "sub" / "b.csv", [OVERLAST, '0;"E33   ";"GM0014";"2012JJ00";5'])
    (raw / "sub" / "b.csv").chmod(0o600)
    if name not in ("sub", "sub/b.csv"):
        (raw / "sub" / "b.csv").unlink()
    path = raw / name
    if not path.exists():
        path.write_text("{}")
    path.chmod(0)
    try:
        refused(tmp_path, raw, name, drop_rights=True)
        if name == "sub":
            path.chmod(0o400)  # can be listed, but nothing in it can be opened
            refused(tmp_path, raw, "sub/b.csv", drop_rights=True)
    finally:
        path.chmod(0o700)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"a\xff.csv", r"a\xff.csv"),
        (b"a\x1b[2J\x07.csv", r"a\x1b[2J\x07.csv"),
        (b"a\nFout in b.csv", r"a\nFout in b.csv"),
        ("a\u202ecsv.exe.csv".encode(), r"a\u202ecsv.exe.csv"),
        (b"sub\x1b/b.csv", r"sub\x1b/b.csv"),
    ],
)
def test_a_name_that_is_no_text_is_refused_and_shown_written_out(tmp_path, raw, name, shown):
    path = os.path.join(os.fsencode(raw), name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    Path(os.fsdecode(path)).write_text(f"{OVERLAST}\n", "utf-8")
    refused(tmp_path, raw, shown, "geen tekst")


def test_what_a_file_holds_never_reaches_the_terminal_as_a_command():
    assert printable("a\x1b[31m\x9b1m\ud800\udcff\u2066é\xa0\tb\n") == "a\\x1b[31m\\x9b1m\\ud800\\xff\\u2066é\xa0\tb\n"
    message = str(DataError("f\x1b", "p\x1b", "r\x1b", column="k\x1b", field="v\x1b"))
    assert "\x1b" not in message and message.count(r"\x1b") == 5


def workbook(path, sheet, members=1):
    """Write a zip file with the directory of a workbook."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(members):
            with archive.open(f"xl/worksheets/sheet{number}.xml", "w") as file:
                for part in sheet:
                    file.write(part)


def test_a_workbook_of_spaces_is_refused_before_it_is_unpacked(tmp_path, raw):
    workbook(raw / "x.xlsx", [b" " * 2**20] * 1024)
    refused(tmp_path, raw, "x.xlsx", "uitgepakt is dit")
    workbook(raw / "x.xlsx", [os.urandom(2**20)] * 60)
    refused(tmp_path, raw, "x.xlsx", "uitgepakt is deze werkmap 60 MB")


@pytest.mark.parametrize("name", ["x.xlsx", "x.zip"])
def test_a_zip_file_with_members_without_end_is_refused(tmp_path, raw, name):
    workbook(raw / name, [], members=80_000)
    refused(tmp_path, raw, name, "veel meer bestanden")


def test_what_a_reader_did_not_foresee_is_told_and_its_cause_is_chained(tmp_path, raw, monkeypatch):
    def fails(rows, resource):
        raise KeyError("Type")

    monkeypatch.setattr(dispatch, "READERS", (dispatch.Reader(fails, dispatch.statline.read),))
    with pytest.raises(DataError, match=r"47021NED_a\.csv: dit is niet te lezen als CSV \(KeyError\)") as caught:
        ingest(raw, tmp_path / "q", documents=raw)
    assert isinstance(caught.value.__cause__, KeyError)


def test_a_full_disk_is_not_the_fault_of_a_file(tmp_path, raw, monkeypatch):
    def fails(rows, resource):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(dispatch, "READERS", (dispatch.Reader(fails, dispatch.statline.read),))
    with pytest.raises(OSError, match="No space"):
        ingest(raw, tmp_path / "q", documents=raw, keep_going=True)


def test_the_walk_is_in_a_fixed_order_and_leaves_out_what_is_hidden(tmp_path):
    for name in ("b/2.csv", "b/1.csv", "a.csv", ".fetch/x.json", "~$a.xlsx", "c/.d/x"):
        made_up_exports.write(tmp_path / name, [])
    assert [path.relative_to(tmp_path).as_posix() for path in raw_files.walk(tmp_path)] == [
        "a.csv",
        "b/1.csv",
        "b/2.csv",
    ]


@pytest.mark.parametrize(
    ("resources", "part"),
    [
        ([{"name": "a", "path": "../x.csv"}], "buiten de map"),
        ([{"name": "a", "path": "/etc/passwd"}], "buiten de map"),
        ([{"name": "a", "path": "b/../../x.csv"}], "buiten de map"),
        ([{"name": "a", "path": "a.csv"}, {"name": "b", "path": "./a.csv"}], "'a.csv' staat er twee keer in"),
        ([{"name": "a\x1b", "path": "a.csv"}], "geen tekst"),
        ([{"name": "a", "path": "47021NED_a.csv", "years": [1, 999999999]}], "te klein"),
        ([{"name": "\ud800", "path": "a.csv"}], "half teken"),
    ],
)
def test_a_register_names_only_files_in_its_folder_and_each_once(tmp_path, raw, resources, part):
    (raw / "datapackage.json").write_text(json.dumps({"resources": resources}), "utf-8")
    refused(tmp_path, raw, "datapackage.json", part)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 50_000, "9" * 5000, '{"resources": NaN}', "[]", '"', "{}"])
def test_a_register_that_is_no_register_is_refused(tmp_path, raw, text):
    (raw / "datapackage.json").write_text(text, "utf-8")
    refused(tmp_path, raw, "datapackage.json")


@pytest.mark.parametrize("name", ["x.csv", "x.txt"])
@pytest.mark.parametrize("line", [1, 3])
def test_a_table_of_a_million_columns_is_refused(tmp_path, raw, name, line):
    wide = ";".join(["GeregistreerdeOverlast_1"] * 500_000)
    row = '0;"E33   ";"GM0014";"2012JJ00";5'
    made_up_exports.write(raw / name, [wide] if line == 1 else [OVERLAST, row, wide])
    refused(tmp_path, raw, name, f"regel {line}", "langer dan 60000 tekens")


def test_a_hole_in_an_export_of_the_whole_country_is_refused_before_it_is_read(tmp_path, raw):
    head = '"ID";"SoortMisdrijf";"WijkenEnBuurten";"Perioden";"GeregistreerdeMisdrijven_1"'
    rows = [f'{n};"1.1.1 ";"BU1969040{n}";"2022MM01";3' for n in range(3)]
    for end in ("", '9;"1.1.1 ";"BU19690409";"2022MM01";3\n'):
        path = made_up_exports.write(raw / "47022NED.csv", [head, *rows])
        with path.open("r+b") as file:
            file.truncate(HUGE)
            file.seek(0, 2)
            file.write(end.encode())
        refused(tmp_path, raw, "47022NED.csv", "langer dan 60000 tekens")


@pytest.mark.parametrize(
    "text",
    [
        '{"odata.metadata": "x", "value": [{"SoortMisdrijf": "1.1.1 ", "Perioden": ' + "[" * 99_999,
        '{"odata.metadata": "x", "value": [{"Overlast": "E33   ", "Perioden": "2022JJ00"}, 1]}',
        '{"odata.metadata": "x", "value": [{"Overlast": "E33   ", "Perioden": "2022JJ00"}, [[[]]]]}',
    ],
)
def test_odata_that_is_odd_is_refused(tmp_path, raw, text):
    (raw / "x.json").write_text(text, "utf-8")
    refused(tmp_path, raw, "x.json")


def test_a_zip_file_whose_members_begin_before_it_does_is_refused(tmp_path, raw):
    with zipfile.ZipFile(raw / "x.zip", "w") as archive:
        archive.writestr("ongevallen.txt", "x")
    content = bytearray((raw / "x.zip").read_bytes())
    end = content.rfind(b"PK\x05\x06")
    struct.pack_into("<I", content, end + 16, 2**31 - 1)
    (raw / "x.zip").write_bytes(content)
    refused(tmp_path, raw, "x.zip", "beschadigd")


def test_words_from_a_file_reach_the_terminal_written_out(capsys):
    skipped, left_out, unread = {"a\x1b[2J.csv": "x\x1b"}, {"overlast \x9b": 1}, {"b": "\x1b]0;x\x07"}
    remarks = {"c": ["\x1b["]}
    summary = Summary((), skipped, remarks=remarks, rows=0, votes=0, left_out=left_out, unread=unread, nationwide={})
    output.print_ingest(summary, Path("raw"), Path("raw"))
    said = "".join(capsys.readouterr())
    assert "\x1b" not in said and "\x9b" not in said and "\x07" not in said and r"a\x1b[2J.csv" in said


def test_files_and_codes_with_one_reason_share_a_line(capsys):
    skipped = {"b.csv": "codelijst", "a.csv": "te oud", "c.csv": "codelijst"}
    left_out = {"overlast E1": 3, "misdrijven 9.9.9": 2, "overlast E2": 4}
    summary = Summary(("x",), skipped, remarks={}, rows=1, votes=0, left_out=left_out, unread={}, nationwide={})
    output.print_ingest(summary, Path("raw"), Path("anders"))
    assert capsys.readouterr().out.splitlines() == [
        "  In raw staat geen map 'beleid'. Daarom gelden de documenten in anders/beleid, voor de gemeente waar zij "
        "over gaan.",
        "  Overgeslagen: b.csv, c.csv: codelijst",
        "  Overgeslagen: a.csv: te oud",
        "  Niet gebruikt: 7 cijfers over overlast. In indicators.yml ontbreekt: E1, E2.",
        "  Niet gebruikt: 2 cijfers over misdrijven. In indicators.yml ontbreekt: 9.9.9.",
        "1 bestand gelezen uit raw, 1 waarneming.",
    ]


def test_what_was_read_is_known_without_opening_what_no_reader_may(tmp_path, raw):
    os.mkfifo(raw / "pijp.csv")
    (raw / "nul.csv").symlink_to("/dev/zero")
    with (raw / "groot.csv").open("wb") as file:
        file.truncate(HUGE)
    (raw / "a\udcff.csv").write_text("x")
    files = dependencies.file_inputs(raw)
    assert files["bestand pijp.csv"] == files["bestand nul.csv"] == dependencies.ABSENT
    assert files["bestand groot.csv"].startswith(str(HUGE)) and r"bestand a\xff.csv" in files
    json.dumps(files, ensure_ascii=False).encode()
