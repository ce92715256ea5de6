"""Faults at a publisher or on the network: the fetch recovers, or says why it failed and changes nothing."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

import httpx
import pytest
import trustme

from analysis import paths
from analysis.errors import DataError
from analysis.fetch import download, http, releases, wanted
from analysis.fetch.http import HttpClient
from analysis.fetch.releases import Release
from analysis.ingest import data_package
from analysis.ingest.pipeline import ingest
from fetching_locally import HASTY, OURS, fetch_new, fetch_result, publisher, small, stored_files
from publisher_server import Publisher, Reply

pytestmark = pytest.mark.slow

__all__ = ["publisher", "small"]  # fixtures

PAGES = "47018NED/TypedDataSet?"
FAULTS: dict[str, tuple[Reply, str]] = {
    "server error": (lambda to, content: to.give(b"", status=500), "antwoordt met fout 500"),
    "too busy": (lambda to, content: to.give(b"", status=429, Retry_After="0"), "antwoordt met fout 429"),
    "cut off": (lambda to, content: to.cut(content), "verbreekt de verbinding"),
    "too slow": (lambda to, content: to.slowly(content, 0.05), "te langzaam"),
    "truncated": (lambda to, content: to.give(content[: len(content) // 2]), "afgekapt of beschadigd"),
    "unreadable": (lambda to, content: to.give(b"no gzip", Content_Encoding="gzip"), "niet te lezen"),
    "web page": (lambda to, content: to.give(b"<!doctype html><p>Storing"), "een webpagina"),
}


def failing(where: str, reply: Reply, times: int = 1_000) -> Callable[[str], Reply | None]:
    """Return a function that fails on addresses with a given text, a number of times."""
    left = [times]

    def fails(asked: str) -> Reply | None:
        left[0] -= where in asked
        return reply if where in asked and left[0] >= 0 else None

    return fails


@pytest.mark.parametrize("name", FAULTS)
def test_what_passes_is_asked_again(name: str, small: Publisher, tmp_path: Path) -> None:
    with small.open():
        fetch_new(tmp_path / "without", small)
        small.fails = failing(PAGES, FAULTS[name][0], times=2)
        fetch_new(tmp_path / "with", small)
    assert stored_files(tmp_path / "with") == stored_files(tmp_path / "without") != {}


@pytest.mark.parametrize("name", FAULTS)
def test_what_does_not_pass_is_told_and_nothing_is_touched(name: str, small: Publisher, tmp_path: Path) -> None:
    reply, message = FAULTS[name]
    refused(small, tmp_path, message, failing(PAGES, reply))


def refused(small: Publisher, raw: Path, message: str, fails: Callable[[str], Reply | None] | None = None) -> None:
    """Assert that fetching a newer release fails and leaves the older one unchanged."""
    with small.open():
        fetch_new(raw, small)
        before = stored_files(raw)
        small.tables["47018NED"].modified = "2026-11-15T02:00:00"
        small.fails = fails or small.fails
        (failed,) = fetch_result(raw, small).failed
        assert re.search(message, str(failed.error)) and "Wat kunt u doen?" in str(failed.error)
        fresh = stored_files(raw).keys() - before.keys()
        assert before.items() <= stored_files(raw).items() and not any(failed.source.id in path for path in fresh)
        assert _unfetched(raw) == [failed.source.id]
        small.fails = lambda asked: None
        fetch_new(raw, small)  # at once, when it is over
        assert _unfetched(raw) == [] and len(stored_files(raw)) == len(before) + 1


def without(small: Publisher, raw: Path, message: str) -> None:
    """Assert that in a new folder one source fails and the others are fetched."""
    with small.open():
        (failed,) = fetch_result(raw, small).failed
    assert re.search(message, str(failed.error))
    assert len(stored_files(raw)) == 2 and not any(failed.source.id in path for path in stored_files(raw))
    assert _unfetched(raw) == [failed.source.id]


def _unfetched(raw: Path) -> list[str]:
    return [record.source for record in data_package.read(raw).unfetched]


def test_a_publisher_is_asked_again_when_it_says_so(small: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(http, "sleep_using_event", lambda stopped: waited.append)
    small.fails = failing("Tables", lambda to, content: to.give(b"", status=429, Retry_After="7"), times=1)
    with small.open(), HttpClient(small.bases, HASTY.model_copy(update={"pause": 30.0})) as client:
        assert client.get("https://dataderden.cbs.nl/ODataCatalog/Tables?$filter=Identifier eq 'x'", bytes)
    assert 7.0 in waited


@pytest.mark.parametrize("waits_for", ["the answer", "asking again"])
def test_when_somebody_stops_it_nobody_waits(small: Publisher, tmp_path: Path, waits_for: str) -> None:
    """An interruption waits for no answer and no retry, and no further request is sent."""
    over, begun, waited = Event(), Event(), list[bool]()

    def late(to: object, content: bytes) -> None:
        begun.set()
        if waits_for == "the answer":
            waited.append(over.wait(20))
        to.give(b"", status=503, Retry_After="30")  # type: ignore[attr-defined]

    def fails(asked: str) -> Reply | None:
        return late if "47018NED/TableInfos" in asked else None

    def stopped(release: Release, state: str, came: int) -> None:
        if release.source.id == "inwoners_in_wijken_2024" and begun.wait(20):
            raise KeyboardInterrupt

    small.fails = fails
    limits = HASTY.model_copy(update={"seconds": 60.0, "pause": 60.0})
    with small.open(), HttpClient(small.bases, limits) as client, pytest.raises(KeyboardInterrupt):
        download.fetch(tmp_path, OURS, client, stopped)
    assert waited == []  # it hangs still
    over.set()
    assert not any("TypedDataSet" in request for request in small.asked) and stored_files(tmp_path) == {}


@pytest.mark.parametrize("moment", [None, "gisteren", 5])
@pytest.mark.parametrize("where", ["ODataCatalog", "85984NED/Properties"])
def test_an_edition_without_a_moment(small: Publisher, tmp_path: Path, where: str, moment: object) -> None:
    def odd(to: object, content: bytes) -> None:
        answer = json.loads(content)
        for record in answer.get("value", [answer]):
            record["Modified"] = moment
        to.give(json.dumps(answer).encode())  # type: ignore[attr-defined]

    refused(small, tmp_path, "in een vorm die wij niet kennen|afgekapt of beschadigd", failing(where, odd))


def test_a_catalogue_that_says_nothing_of_moments(small: Publisher, tmp_path: Path) -> None:
    silent: Reply = lambda to, content: to.give(content.replace(b"Modified", b"Changed"))  # noqa: E731
    refused(small, tmp_path, "in een vorm die wij niet kennen", failing("ODataCatalog", silent))


def test_a_description_in_another_form(small: Publisher, tmp_path: Path) -> None:
    renamed: Reply = lambda to, content: to.give(content.replace(b'"Type"', b'"Kind"'))  # noqa: E731
    refused(small, tmp_path, "beschrijft deze tabel in een vorm", failing("DataProperties", renamed))


def test_a_moment_without_a_time_zone_is_taken_in_utc() -> None:
    answer = httpx.Response(429, headers={"Retry-After": "Sat, 28 Nov 2099 12:00:00 -0000"})
    assert (http.retry_after(answer) or 0) > 10**9


def test_a_file_of_which_nobody_says_when_it_changed_is_new_only_when_it_is(
    small: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.changed = ""
    with small.open():
        fetch_new(tmp_path, small)
        before = stored_files(tmp_path)
        monkeypatch.setattr(releases, "_file_time", lambda *_: "2099-01-01")  # another day
        assert fetch_new(tmp_path, small) == [] and stored_files(tmp_path) == before
        small.files = {name: paths.RAW / "geo" / "gemeenten_2024.geojson" for name in small.files}
        assert [release.source.id for release in fetch_new(tmp_path, small)] == ["grenzen_wijken"]


def test_what_a_killed_one_had_registered_is_put_in_its_place_also_when_nobody_answers(
    small: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with small.open():
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            finish = releases.finish
            moments = [finish, _killed]
            patch.setattr(releases, "finish", lambda *where: moments.pop(0)(*where))  # noqa: PLW0108 (pops later)
            fetch_new(tmp_path, small)
        assert stored_files(tmp_path) == {}
        small.fails = lambda asked: lambda to, content: to.give(b"", status=404)
        with pytest.raises(DataError):
            fetch_new(tmp_path, small)
    assert len(stored_files(tmp_path)) == 3 and not ingest(tmp_path, tmp_path / "processed").skipped


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_of_what_was_answered_nothing_stays_once_it_is_in_its_file(small: Publisher, tmp_path: Path) -> None:
    with small.open():
        fetch_new(tmp_path, small)
    assert sorted(path.name for path in (tmp_path / download.WORK).iterdir()) == ["slot", download.STATE_FILE]


def test_a_publisher_that_asks_for_an_hour_is_not_waited_for(small: Publisher, tmp_path: Path) -> None:
    later: Reply = lambda to, content: to.give(b"", status=503, Retry_After="3600")  # noqa: E731
    refused(small, tmp_path, "vraagt om 60 minuten te wachten", failing(PAGES, later))


def test_a_next_page_that_was_there_already(small: Publisher, tmp_path: Path) -> None:
    def again(to: object, content: bytes) -> None:
        page = json.loads(content) | {"odata.nextLink": f"https://dataderden.cbs.nl{to.path}"}  # type: ignore[attr-defined]
        to.give(json.dumps(page).encode())  # type: ignore[attr-defined]

    refused(small, tmp_path, "een die er al was", failing("$skip=2000", again))


def test_a_next_page_elsewhere(small: Publisher, tmp_path: Path) -> None:
    def elsewhere(to: object, content: bytes) -> None:
        page = json.loads(content) | {"odata.nextLink": "https://elders.example/ODataFeed"}
        to.give(json.dumps(page).encode())  # type: ignore[attr-defined]

    refused(small, tmp_path, "verwijst naar een ander adres", failing(PAGES, elsewhere))


def test_fewer_figures_than_the_publisher_counts(small: Publisher, tmp_path: Path) -> None:
    refused(small, tmp_path, "zegt 99999 cijfers", failing("$count", lambda to, content: to.give(b"99999")))


def test_an_address_that_is_no_more(small: Publisher, tmp_path: Path) -> None:
    refused(small, tmp_path, "antwoordt met fout 404", failing(PAGES, lambda to, content: to.give(b"", status=404)))


def test_a_file_that_does_not_come_whole(small: Publisher, tmp_path: Path) -> None:
    halves: list[Reply] = [
        lambda to, content: to.give(b""),
        lambda to, content: to.give(content[: len(content) // 2]),
        lambda to, content: to.give(b"<!doctype html>"),
    ]
    for number, half in enumerate(halves):
        small.fails = failing("/wijk_2024", half)
        without(small, tmp_path / str(number), "leeg, afgekapt of een webpagina")


def test_a_publisher_that_does_not_tell_about_a_file_still_gives_it(small: Publisher, tmp_path: Path) -> None:
    small.fails = failing("HEAD", lambda to, content: to.give(b"", status=405))
    with small.open():
        assert len(fetch_new(tmp_path, small)) == 3
        assert fetch_new(tmp_path, small) == []


def test_a_new_edition_while_the_old_one_is_fetched(small: Publisher, tmp_path: Path) -> None:
    def newer(to: object, content: bytes) -> None:
        small.tables["47018NED"].modified = "2026-12-15T02:00:00"
        to.give(content)  # type: ignore[attr-defined]

    refused(small, tmp_path, "zette een nieuwe editie terwijl", failing(PAGES, newer))


def test_a_register_that_somebody_spoiled_is_not_made_worse(small: Publisher, tmp_path: Path) -> None:
    with small.open():
        fetch_new(tmp_path, small)
        register = tmp_path / data_package.NAME
        register.write_text(register.read_text().replace('"name": "inwoners', '"name": 1, "naam": "inwoners'))
        before = register.read_bytes()
        with pytest.raises(DataError, match=data_package.NAME):
            fetch_new(tmp_path, small, ["GM0014"])
    assert register.read_bytes() == before


def test_a_table_that_is_no_more(small: Publisher, tmp_path: Path) -> None:
    with small.open():
        fetch_new(tmp_path, small)
        before = stored_files(tmp_path)
        del small.tables["47018NED"]
        (failed,) = fetch_result(tmp_path, small).failed
    assert "tabel 47018NED: deze tabel staat niet in de catalogus" in str(failed.error)
    assert stored_files(tmp_path) == before


def test_a_topic_with_another_number(small: Publisher, tmp_path: Path) -> None:
    table = small.tables["47018NED"]
    old, new = table.topics[0], "GeregistreerdeMisdrijven_3"
    table.topics = [new]
    table.rows = [{**{name: row[name] for name in table.dimensions}, new: row[old]} for row in table.rows]
    with small.open():
        assert len(fetch_new(tmp_path, small)) == 3


def test_a_dimension_with_another_name(small: Publisher, tmp_path: Path) -> None:
    small.tables["47018NED"].dimensions = ["SoortMisdrijf", "Gebied", "Perioden"]
    small.tables["47018NED"].rows = [row | {"Gebied": row["WijkenEnBuurten"]} for row in small.tables["47018NED"].rows]
    without(small, tmp_path, "'WijkenEnBuurten' staat er niet meer in; wel: SoortM")


def test_a_topic_that_is_no_more(small: Publisher, tmp_path: Path) -> None:
    small.tables["47018NED"].topics = ["Aangiften_1"]
    without(small, tmp_path, "het onderwerp 'GeregistreerdeMisdrijven' staat er niet meer in")


def test_a_table_without_figures(small: Publisher, tmp_path: Path) -> None:
    table = small.tables["47018NED"]
    table.rows = [row for row in table.rows if "1969" not in row["WijkenEnBuurten"]]
    without(small, tmp_path, "geen cijfers voor deze gemeente")


def test_a_certificate_of_somebody_else(small: Publisher, tmp_path: Path) -> None:
    trustme.CA().issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "server.pem"))
    with (
        small.open(tmp_path / "server.pem"),
        pytest.raises(DataError, match="certificaat van deze server klopt niet"),
    ):
        fetch_new(tmp_path / "raw", small)
    assert stored_files(tmp_path / "raw") == {}
    assert small.asked == []


def test_nobody_there(small: Publisher, tmp_path: Path) -> None:
    with small.open():
        pass
    with pytest.raises(DataError, match="is niet te bereiken"):
        fetch_new(tmp_path, small)
    assert stored_files(tmp_path) == {}


def test_a_next_try_goes_on_where_the_last_one_ended(small: Publisher, tmp_path: Path) -> None:
    small.fails = failing("$skip=2000", FAULTS["server error"][0])
    with small.open():
        with pytest.raises(DataError):
            fetch_new(tmp_path, small)
        small.fails = lambda asked: None
        small.asked.clear()
        fetch_new(tmp_path, small)
    pages = [request for request in small.downloads() if PAGES in request]
    assert pages
    assert all("$skip" in request for request in pages)


RUN = """
import json, resource, sys
from analysis.fetch import download
from analysis.fetch.wanted import all_sources
from analysis.fetch.http import HttpClient
raw, bases, chosen, limit = json.loads(sys.argv[1])
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
download.all_sources = lambda: [source for source in all_sources() if source.id in chosen]
with HttpClient(bases) as web:
    from pathlib import Path
    print("begint", flush=True)
    download.fetch(Path(raw), ["GM1969"], web, lambda *_: None)
"""


def command(small: Publisher, raw: Path, limit: int | None = None) -> subprocess.Popen[str]:
    """Fetch in a process of its own, in which files can have at most ``limit`` bytes.

    It writes no bytecode (``-B``): Python would keep a file cut off at the limit, which no later process can read.
    """
    arguments = json.dumps([str(raw), small.bases, [source.id for source in wanted.all_sources()], limit])
    return subprocess.Popen(
        [sys.executable, "-B", "-c", RUN, arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_a_disk_that_is_full(small: Publisher, tmp_path: Path) -> None:
    with small.open():
        fetch_new(tmp_path / "whole", small)
        raw = tmp_path / "raw"
        run = command(small, raw, limit=20_000)
        _, errors = run.communicate(timeout=60)
        assert run.returncode == 1
        assert "OSError" in errors  # the command reports it in Dutch: see tests/cli
        assert stored_files(raw) == {}
        assert not (raw / data_package.NAME).exists()
        fetch_new(raw, small)
    assert stored_files(raw) == stored_files(tmp_path / "whole")


def test_killed_at_any_moment_the_next_run_completes_it(small: Publisher, tmp_path: Path) -> None:
    slow: Reply = lambda to, content: (time.sleep(0.05), to.give(content))[-1]  # noqa: E731
    small.fails = lambda asked: slow
    chance = random.Random(20261123)
    with small.open():
        start = time.monotonic()
        fetch_new(tmp_path / "whole", small)
        takes = time.monotonic() - start
        for number in range(6):
            raw = tmp_path / f"raw{number}"
            run = command(small, raw)
            assert run.stdout
            run.stdout.readline()
            time.sleep(chance.uniform(0, takes))
            os.kill(run.pid, signal.SIGKILL)
            run.communicate()
            verified(raw)
            fetch_new(raw, small)
            assert stored_files(raw) == stored_files(tmp_path / "whole")
            verified(raw)


def verified(raw: Path) -> None:
    """Assert that every registered file is complete, or waits to be put in place by the next run."""
    for resource in data_package.read(raw).resources.values():
        ready = raw / download.WORK / "klaar" / resource.path
        assert (raw / resource.path).exists() or ready.exists()
        if not ready.exists():
            data_package.verify(raw, resource)
