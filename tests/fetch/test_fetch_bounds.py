"""Limits of a fetch: endless, huge, malformed and unexpected answers end with an error in Dutch."""

from __future__ import annotations

import asyncio
import gzip
import io
import itertools
import json
import re
import shutil
import socket
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from analysis.errors import DataError
from analysis.fetch import download, http, wanted
from analysis.fetch.http import MB, HttpClient, LimitExceeded, TransientError
from analysis.fetch.wanted import WantedFile
from analysis.ingest import data_package
from fetching_locally import HASTY, OURS, fetch_new, fetch_result, publisher, quiet, small, stored_files
from publisher_server import Publisher, Reply

pytestmark = pytest.mark.slow

__all__ = ["publisher", "small"]  # fixtures

TIGHT = HASTY.model_copy(update={"attempts": 1, "seconds": 0.5, "page_mb": 2.0, "file_mb": 4.0})
SOMETHING = "https://dataderden.cbs.nl/iets"
PAGES = "47018NED/TypedDataSet?"


@contextmanager
def answering(write: Callable[[socket.socket], None]) -> Iterator[str]:
    """Start a server that handles each connection with ``write``; yield its address."""

    def serve(server: socket.socket) -> None:
        while True:
            try:
                line, _ = server.accept()
            except OSError:
                return
            with line:
                try:
                    line.recv(65536)
                    write(line)
                except OSError:
                    pass

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=serve, args=(server,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def dripping(before: bytes, part: bytes) -> Callable[[socket.socket], None]:
    """Return a handler that sends a part every 50 ms and never ends."""

    def write(line: socket.socket) -> None:
        line.sendall(before)
        for _ in range(600):
            line.sendall(part)
            time.sleep(0.05)

    return write


def flooding(before: bytes, part: bytes) -> Callable[[socket.socket], None]:
    """Return a handler that sends as fast as it can and never ends."""

    def write(line: socket.socket) -> None:
        line.sendall(before)
        for _ in itertools.count():
            line.sendall(part)

    return write


HEAD = b"HTTP/1.1 200 OK\r\n"
PACKED = HEAD + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n"
BOMB = gzip.compress(b" " * 64 * MB)
EMPTY_BLOCK = b"\x00\x00\x00\xff\xff"  # a block of nothing: packed it is five bytes, unpacked none
ENDLESS = {
    "headers": (dripping(HEAD, b"X: 1\r\n"), "niet op tijd"),
    "a body": (dripping(HEAD + b"\r\n", b"1"), "te langzaam"),
    "a flood": (flooding(HEAD + b"\r\n", b"1" * 65536), "groter dan"),
    "a flood in gzip": (flooding(PACKED, gzip.compress(b"")[:10] + EMPTY_BLOCK * 10_000), "groter dan|niet te lezen"),
    "a bomb": (lambda line: line.sendall(PACKED + BOMB), "groter dan"),
    "a bomb in a bomb": (
        lambda line: line.sendall(PACKED.replace(b"gzip", b"gzip, gzip") + gzip.compress(BOMB)),
        "niet te lezen",
    ),
    "other packing": (lambda line: line.sendall(PACKED.replace(b"gzip", b"deflate") + zlib.compress(b"1")), "te lezen"),
    "half of a package": (lambda line: line.sendall(PACKED + gzip.compress(b"1")[:-9]), "afgekapt|te lezen"),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_an_answer_has_an_end(name: str, tmp_path: Path) -> None:
    write, message = ENDLESS[name]
    with answering(write) as address, HttpClient({"dataderden": address}, TIGHT) as client:
        for ask in (
            lambda: client.get(SOMETHING, bytes),
            lambda: client.save(SOMETHING, tmp_path / "x", lambda _: None),
        ):
            with pytest.raises(DataError, match=message):
                ask()
    assert not (tmp_path / "x").exists() or (tmp_path / "x").stat().st_size < 5 * MB


def test_a_run_has_an_end(small: Publisher, tmp_path: Path) -> None:
    """Time and bytes are limited for the whole run, and sources fetched before the limit are kept."""
    limits = HASTY.model_copy(update={"run_mb": 0.0001})
    with small.open(), pytest.raises(DataError, match="alles samen is groter dan"):
        fetch_result(tmp_path / "large", small, limits=limits)
    limits = HASTY.model_copy(update={"run_minutes": 0.1, "seconds": 60.0, "attempts": 1})
    slow: Reply = lambda to, content: to.slowly(content, 0.05)  # noqa: E731
    small.fails = lambda asked: slow if PAGES in asked else None
    with small.open():
        result = fetch_result(tmp_path / "slow", small, limits=limits)
    assert [failure.source.id for failure in result.failed] == ["misdrijven_in_wijken_per_jaar"]
    assert len(stored_files(tmp_path / "slow")) == 2


def test_pages_have_an_end(small: Publisher, tmp_path: Path) -> None:
    """Pages that always link to a next one: empty pages, and pages with more figures than counted."""

    def endless(empty: bool) -> Reply:
        numbers = itertools.count()

        def reply(to: object, content: bytes) -> None:
            page = json.loads(content)
            page["odata.nextLink"] = f"https://dataderden.cbs.nl{to.path.split('&skip')[0]}&skip{next(numbers)}=1"  # type: ignore[attr-defined]
            to.give(json.dumps(page | ({"value": []} if empty else {})).encode())  # type: ignore[attr-defined]

        return reply

    for empty in (True, False):
        reply = endless(empty)
        small.fails = lambda asked, reply=reply: reply if PAGES in asked else None  # type: ignore[misc]
        small.asked.clear()
        with small.open():
            assert len(fetch_result(tmp_path / str(empty), small).failed) == 1
        assert len([request for request in small.asked if PAGES in request]) < 10


def zipped(content: bytes, name: str = "a.txt") -> bytes:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def test_a_file_that_unpacks_to_too_much(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped(b" " * 5 * MB))
    (tmp_path / "a.geojson").write_bytes(b'{"features": [' + b" " * 3 * MB)
    for name in ("a.zip", "a.geojson"):
        with pytest.raises(LimitExceeded, match="uitgepakt groter"):
            download.check_file(tmp_path / name, TIGHT)


PLAIN = zipped(b"hallo")
ODD_FILES = {
    "empty.zip": b"",
    "encrypted.zip": PLAIN.replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01").replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"
    ),
    "name.zip": zipped(b"hallo", "é.txt").replace("é".encode(), b"\xff\xfe"),
    "method.zip": PLAIN.replace(b"\x08\x00", b"\x63\x00"),
    "cut.zip": PLAIN[:-10],
    "deep.geojson": b'{"features":' + b"[" * 200_000,
    "nested.geojson": b'{"features":[[[[1]]]]}',
    "number.geojson": b'{"features":1}',
    "text.geojson": b'{"features":["a","b"]}',
    "list.geojson": b"[1,2]",
    "bytes.geojson": b"\xff\xfe\x00",
}


@pytest.mark.parametrize("name", ODD_FILES)
def test_an_odd_file_is_not_taken_for_one(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(ODD_FILES[name])
    with pytest.raises(TransientError, match="niet te lezen"):
        download.check_file(tmp_path / name, TIGHT)


def body(content: bytes, **headers: str) -> Reply:
    return lambda to, _: to.give(content, **headers)


def status(number: int, **headers: str) -> Reply:
    return lambda to, _: to.give(b"", status=number, **headers)


def linked(where: object) -> Reply:
    def reply(to: object, content: bytes) -> None:
        page = json.loads(content) | {"odata.nextLink": where, "@odata.nextLink": where}
        to.give(json.dumps(page).encode())  # type: ignore[attr-defined]

    return reply


JSONS = [
    "null", "1", '"a"', "[]", "{}", "[[]]", "[" * 200_000, '{"value":' * 100_000, '{"value": null}', '{"value": 1}',
    '{"value": [1]}', '{"value": [[]]}', '{"value": [null]}', '{"value": {}}', '{"value": []}', '{"value": [{}]}',
    '{"value": [{"Key": null}]}', '{"value": [{"Key": ["a"], "Type": {}, "Identifier": [], "Modified": []}]}',
    '{"value": [{"Type": "Topic"}]}', '{"value": [{"Identifier": 1, "Title": 2}]}', '{"Modified": null}',
    '{"Modified": {}}', '{"Modified": "9999999-01-01"}', '{"value": [{"Identifier": "47018NED", "Modified": 1}]}',
    '{"value": [{"Identifier": "47018NED", "Modified": "0000-00-00"}]}', '{"value": [{"a": NaN}]}', "\x00", "\ud800",
    "9" * 5_000, "-1", "1e9", "٣", "1_000", " 7 ", '{"value": [{"WijkenEnBuurten": ["BU1969"], "Perioden": 2022}]}',
    '{"value": [{"WijkenEnBuurten": {"a": 1}, "Perioden": null, "Measure": []}]}', "<html>", "\ufeff", "",
]  # fmt: skip
LINKS = ["http://[::1", "\u0000", "http://a\u0000b/", "javascript:alert(1)", "file:///etc/passwd", "//", "http://", 1,
         ["a"], {}, "", "?" * 70_000, "\ud800", "http://127.0.0.1:99999/", "ftp://dataderden.cbs.nl/", "\x1b[31m",
         "https://dataderden.cbs.nl@elders.example/"]  # fmt: skip
ODD: list[Reply] = [
    *(body(text.encode("utf-8", "surrogatepass")) for text in JSONS),
    body(b"\xff\xfe"), body(b"\x1f\x8b"), body(b"{}", Content_Encoding="br"), body(b"{}", Content_Encoding="\xb2"),
    *map(linked, LINKS),
    *(status(503, Retry_After=after) for after in ("\xb2", "9" * 400, "-1", "1.5", "Sat, 99 Nov 2099", "\x1b[2J", " ")),
    *(status(number) for number in (201, 204, 206, 304, 400, 401, 403, 404, 410, 418, 451, 500, 511, 599)),
    *(status(302, Location=where) for where in ("http://[::1", "file:///etc/passwd", "", "http://", "x://y", "\x01")),
    body(b"{}", Last_Modified="Mon, 99 Foo"), body(b"{}", Set_Cookie="\xb2=;;="), body(b"{}", X="a" * 60_000),
]  # fmt: skip
THREE, FOUR, FILE = "misdrijven_in_wijken_per_jaar", "inwoners_in_wijken_2024", "grenzen_wijken"
WHERE = {
    "ODataCatalog": THREE, "DataProperties": THREE, "47018NED/Perioden": THREE, "$count": THREE, PAGES: THREE,
    "85984NED/Properties": FOUR, "Dimensions": FOUR, "MeasureCodes": FOUR, "Observations?": FOUR,
    "HEAD": FILE, "GET /wijk_2024": FILE,
}  # fmt: skip


@pytest.mark.parametrize("where", WHERE)
def test_an_odd_answer_is_told_or_read_and_nothing_else(
    where: str, small: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next run, with correct answers again, fetches everything."""
    source = next(source for source in wanted.all_sources() if source.id == WHERE[where])
    monkeypatch.setattr(download, "all_sources", lambda: [source])
    with small.open(), HttpClient(small.bases, TIGHT.model_copy(update={"seconds": 10.0})) as client:
        for number, reply in enumerate(ODD[list(WHERE).index(where) % 3 :: 3]):  # all of them would take too long
            raw = tmp_path / str(number % 10)  # in each folder stands what many before it left
            small.fails = lambda asked, reply=reply: reply if where in f"GET {asked}" else None  # type: ignore[misc]
            try:
                download.fetch(raw, OURS, client, quiet)
            except DataError as error:
                assert "Wat kunt u doen?" in str(error) and not stored_files(raw)
            else:
                shutil.rmtree(raw)
        small.fails = lambda asked: None
        for raw in tmp_path.iterdir():
            download.fetch(raw, OURS, client, quiet)
            assert len(stored_files(raw)) == 1


def another_region(page: dict[str, object], rows: list[dict[str, object]]) -> None:
    for row in rows:
        row["WijkenEnBuurten"] = str(row["WijkenEnBuurten"]).replace("1969", "0363")


def another_period(page: dict[str, object], rows: list[dict[str, object]]) -> None:
    rows[-1]["Perioden"] = "1999JJ00"


def another_topic(page: dict[str, object], rows: list[dict[str, object]]) -> None:
    for row in rows:
        row["Iets_1"] = row.pop("GeregistreerdeMisdrijven_1")


def one_twice(page: dict[str, object], rows: list[dict[str, object]]) -> None:
    rows[-1] = rows[0]


def no_code(page: dict[str, object], rows: list[dict[str, object]]) -> None:
    del rows[-1]["WijkenEnBuurten"]


@pytest.mark.parametrize("change", [another_region, another_period, another_topic, one_twice, no_code])
def test_what_came_is_held_against_what_was_asked(
    change: Callable[[dict[str, object], list[dict[str, object]]], None], small: Publisher, tmp_path: Path
) -> None:
    """The number of figures is right, but they are not those that were asked for."""

    def changed(to: object, content: bytes) -> None:
        page = json.loads(content)
        change(page, page["value"])
        to.give(json.dumps(page).encode())  # type: ignore[attr-defined]

    small.fails = lambda asked: changed if PAGES in asked else None
    with small.open():
        (failed,) = fetch_result(tmp_path, small).failed
        assert re.search("waar niet om gevraagd is|ontbreekt het onderwerp|kwam twee keer", failed.error.problem)
        small.fails = lambda asked: None
        assert [release.source.id for release in fetch_new(tmp_path, small)] == ["misdrijven_in_wijken_per_jaar"]


def poisoned(to: object, content: bytes) -> None:
    page = json.loads(content)
    to.give(json.dumps(page | {"value": page["value"][1:]}).encode())  # type: ignore[attr-defined]


def test_after_a_fault_the_next_run_succeeds_at_once(publisher: Publisher, tmp_path: Path) -> None:
    """Every table lacks figures; none of the answers that are kept spoils the next run."""
    publisher.fails = lambda asked: poisoned if "TypedDataSet?" in asked else None
    with publisher.open():
        result = fetch_result(tmp_path, publisher)
        assert (
            len(result.failed)
            == len([failure for failure in result.failed if "en geeft er" in str(failure.error)])
            == 8
        )
        publisher.fails = lambda asked: None
        assert len(fetch_new(tmp_path, publisher)) == 8


def test_what_was_kept_of_a_killed_run_is_asked_anew_when_it_does_not_fit(small: Publisher, tmp_path: Path) -> None:
    """The first pages came from a faulty server, which then stopped answering; they must not be used again."""

    def first_poisoned(asked: str) -> Reply | None:
        if "$skip=2000" in asked:
            return status(500)
        return poisoned if PAGES in asked else None

    small.fails = first_poisoned
    with small.open():
        assert len(fetch_result(tmp_path, small).failed) == 1
        assert list((tmp_path / download.WORK).glob("*/TypedDataSet*.json"))
        small.fails = lambda asked: None
        assert len(fetch_new(tmp_path, small)) == 1


@pytest.mark.parametrize("damage", [b"", b'{"value": []}', None])
def test_what_is_kept_and_damaged_is_asked_again(small: Publisher, tmp_path: Path, damage: bytes | None) -> None:
    with small.open():
        fetch_new(tmp_path / "whole", small)
        small.fails = lambda asked: status(500) if "$skip=2000" in asked else None
        fetch_result(tmp_path / "raw", small)
        for path in (tmp_path / "raw" / download.WORK).glob("*/*.json"):
            path.write_bytes(path.read_bytes().replace(b"1969", b"1970") if damage is None else damage)
        small.fails = lambda asked: None
        fetch_new(tmp_path / "raw", small)
    assert stored_files(tmp_path / "raw") == stored_files(tmp_path / "whole")


def test_files_of_years_are_those_that_the_publisher_has(publisher: Publisher, tmp_path: Path) -> None:
    with publisher.open():
        fetch_new(tmp_path, publisher)
        publisher.files["01-01-2024_31-12-2024.zip"] = publisher.files["01-01-2023_31-12-2023.zip"]
        assert [release.source.id for release in fetch_new(tmp_path, publisher)] == ["ongevallen_2024"]
        del publisher.files["01-01-2022_31-12-2022.zip"]
        assert fetch_new(tmp_path, publisher) == []
    names = {release.fetched.source for release in data_package.read(tmp_path).resources.values() if release.fetched}
    assert {name for name in names if "ongevallen" in name} == {f"ongevallen_{year}" for year in (2022, 2023, 2024)}


def test_a_year_in_an_address_says_since_when() -> None:
    about = {"title": "x", "folder": "x", "publisher": "x", "licence": "x"}
    for wrong in ({"address": "https://x/{jaar}"}, {"address": "https://x/y", "since": 2019}):
        with pytest.raises(ValueError, match="horen bij elkaar"):
            WantedFile.model_validate(about | wrong)


@pytest.mark.parametrize("trouble", ["hangs", "fails"])
def test_who_stops_does_not_wait_for_a_connection_that_will_not_close(monkeypatch, trouble):
    async def closing() -> None:
        if trouble == "fails":
            raise RuntimeError("de verbinding is in gebruik")
        await asyncio.Event().wait()

    monkeypatch.setattr(http, "_CLOSE_SECONDS", 0.1)
    ended = Event()

    def use() -> None:
        with HttpClient(limits=TIGHT) as client:
            monkeypatch.setattr(client._client, "aclose", closing)
        ended.set()

    Thread(target=use, daemon=True).start()
    assert ended.wait(30)
