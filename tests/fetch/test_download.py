"""`analysis.fetch.download` against a server that stands in for the publishers; no test contacts a real one."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest
from filelock import FileLock

import report_command
from analysis import errors, paths
from analysis.build.chapters import Parameters
from analysis.cli import fetch_output
from analysis.definitions import catalogue
from analysis.errors import DataError
from analysis.fetch import download
from analysis.fetch.wanted import ReleaseDay, all_sources
from analysis.ingest import data_package
from analysis.ingest.pipeline import ingest
from analysis.report.changes_page import changes_text
from analysis.report.edition import read_edition
from analysis.report.edition_changes import compare
from fetching_locally import HASTY, fetch_new, fetch_result, publisher, small, stored_files
from publisher_server import Publisher, Reply

pytestmark = pytest.mark.slow

__all__ = ["publisher", "small"]  # fixtures


def test_what_comes_in_is_read_as_the_same_figures(publisher: Publisher, processed: Path, tmp_path: Path) -> None:
    with publisher.open():
        new = fetch_new(tmp_path, publisher)
    assert len(new) == len([source for source in all_sources() if not source.may_be_absent]) + 2  # years of accidents
    assert not ingest(tmp_path, tmp_path / "processed").skipped
    regions_asked = {
        "47018NED": within,
        "kerncijfers_wijken_buurten": within,
        "70072ned": anywhere,
        "85146NED": here_or_larger,
    }
    for table, is_asked in regions_asked.items():
        ours, theirs = (figures(folder, table) for folder in (tmp_path / "processed", processed))
        assert ours == {key: value for key, value in theirs.items() if is_asked(*map(str, key))} != {}


def within(indicator: str, region: str, *_: str) -> bool:
    return region[2:6] == "1969"


def anywhere(indicator: str, region: str, *_: str) -> bool:
    return region[:2] in ("GM", "PV", "RE", "NL")


def here_or_larger(indicator: str, region: str, *_: str) -> bool:
    return region == "GM1969" or region[:2] in ("PV", "RE", "NL")


def figures(processed: Path, table: str) -> dict[tuple[object, ...], object]:
    frame = pd.read_parquet(processed / "observations.parquet")
    names = [
        source["name"] for source in json.loads((processed / "sources.json").read_text()) if source["table"] == table
    ]
    frame = frame[frame["source"].isin(names) & frame["value"].notna()].drop_duplicates(KEY)
    return {tuple(row[:-1]): row[-1] for row in frame[[*KEY, "value"]].itertuples(index=False)}


KEY = ["indicator", "region", "period", "frequency"]


def test_what_is_kept_is_the_answer_of_the_publisher(small: Publisher, tmp_path: Path) -> None:
    with small.open():
        fetch_new(tmp_path, small)
        register = json.loads((tmp_path / data_package.NAME).read_text())["resources"]
        for resource in (resource for resource in register if resource["path"].endswith(".zip")):
            with ZipFile(tmp_path / resource["path"]) as packed:
                answers = {packed.read(name) for name in packed.namelist()}
            asked = resource["fetched"]["addresses"]
            assert {small.answer(address.removeprefix(small.address)) for address in asked} == answers
    assert {resource["vintage"] for resource in register} == {"2026-10-15", "2026-10-14"}
    assert all(
        resource["hash"] and resource["licenses"][0]["name"] and resource["sources"][0]["path"] for resource in register
    )


def test_what_has_not_changed_is_not_fetched(small: Publisher, tmp_path: Path) -> None:
    with small.open():
        fetch_new(tmp_path, small)
        before = stored_files(tmp_path) | {"register": (tmp_path / data_package.NAME).read_bytes()}
        small.asked.clear()
        assert fetch_new(tmp_path, small) == []
        assert small.downloads() == []
    assert stored_files(tmp_path) | {"register": (tmp_path / data_package.NAME).read_bytes()} == before


def test_a_new_edition_stands_beside_the_old_one_and_is_read(small: Publisher, tmp_path: Path) -> None:
    with small.open():
        fetch_new(tmp_path, small)
        old = stored_files(tmp_path)
        table = small.tables["47018NED"]
        table.modified = "2026-11-15T02:00:00"
        index, row = next(
            (number, row) for number, row in enumerate(table.rows) if row["WijkenEnBuurten"].startswith("WK1969")
        )
        table.rows = [*table.rows[:index], row | {table.topics[0]: 777}, *table.rows[index + 1 :]]
        assert [release.source.id for release in fetch_new(tmp_path, small)] == ["misdrijven_in_wijken_per_jaar"]
    name = "politie/misdrijven_in_wijken_per_jaar_2026-{}.zip"
    assert {*stored_files(tmp_path)} == {*old, name.format("11-15")}
    assert old.items() <= stored_files(tmp_path).items()
    summary = ingest(tmp_path, tmp_path / "processed")
    assert summary.skipped == {name.format("10-15"): "vervangen door misdrijven_in_wijken_per_jaar_2026-11-15"}
    read = figures(tmp_path / "processed", "47018NED")
    assert 777.0 in {value for (_, region, *_), value in read.items() if region == row["WijkenEnBuurten"].strip()}


def test_another_municipality_comes_beside_the_first_and_overwrites_nothing(small: Publisher, tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    with small.open():
        fetch_new(raw, small)
        old = stored_files(raw)
        ingest(raw, tmp_path / "before")
        assert len(fetch_new(raw, small, ["GM0014"])) == 2
        assert fetch_new(raw, small, ["GM1969"]) == []
    assert old.items() <= stored_files(raw).items()
    assert "politie/misdrijven_in_wijken_per_jaar_2026-10-15-2.zip" in stored_files(raw)
    ingest(raw, tmp_path / "after")
    before, after = (figures(tmp_path / name, "47018NED") for name in ("before", "after"))
    assert before.items() <= after.items()


def test_a_file_that_is_lost_is_fetched_again(small: Publisher, tmp_path: Path) -> None:
    lost = tmp_path / "politie" / "misdrijven_in_wijken_per_jaar_2026-10-15.zip"
    with small.open():
        fetch_new(tmp_path, small)
        before = stored_files(tmp_path)
        lost.unlink()
        assert [release.source.id for release in fetch_new(tmp_path, small)] == ["misdrijven_in_wijken_per_jaar"]
    assert stored_files(tmp_path) == before
    assert not ingest(tmp_path, tmp_path / "processed").skipped


def test_behind_a_proxy_that_writes_its_own_addresses(small: Publisher, tmp_path: Path) -> None:
    with small.open():
        fetch_new(tmp_path / "direct", small)
        small.proxy = small.address
        fetch_new(tmp_path / "proxy", small)
    assert {*stored_files(tmp_path / "proxy")} == {*stored_files(tmp_path / "direct")}
    assert figures_of(tmp_path / "proxy") == figures_of(tmp_path / "direct") != {}


def figures_of(raw: Path) -> dict[tuple[object, ...], object]:
    ingest(raw, raw.with_suffix(".processed"))
    return figures(raw.with_suffix(".processed"), "47018NED")


def test_a_dry_run_only_looks(small: Publisher, tmp_path: Path) -> None:
    with small.open():
        assert len(fetch_new(tmp_path, small, dry=True)) == 3
        assert small.downloads() == []
    assert stored_files(tmp_path) == {}
    assert not (tmp_path / data_package.NAME).exists()


def test_at_most_four_questions_at_a_time(publisher: Publisher, tmp_path: Path) -> None:
    with publisher.open():
        fetch_new(tmp_path, publisher)
    assert 1 < publisher.busiest <= download.AT_ONCE == 4


def test_made_up_figures_and_real_ones_do_not_share_a_folder(small: Publisher) -> None:
    before = sorted(path.name for path in paths.RAW.iterdir())
    with small.open(), pytest.raises(DataError, match="nagemaakte cijfers"):
        fetch_new(paths.RAW, small)
    assert sorted(path.name for path in paths.RAW.iterdir()) == before
    assert small.asked == []


def test_two_at_a_time_in_one_folder_do_not_go_together(small: Publisher, tmp_path: Path) -> None:
    (tmp_path / download.WORK).mkdir()
    with (
        small.open(),
        FileLock(tmp_path / download.WORK / "slot"),
        pytest.raises(DataError, match="haalt hier al gegevens op"),
    ):
        fetch_new(tmp_path, small)
    assert stored_files(tmp_path) == {}


def test_the_next_edition_is_expected_on_the_day_after_the_last() -> None:
    monthly = ReleaseDay(day=15)
    assert monthly.after(date(2026, 11, 15)) == date(2026, 12, 15)
    assert monthly.after(date(2026, 12, 16)) == date(2027, 1, 15)
    assert monthly.after(date(2026, 10, 14)) == date(2026, 11, 15)  # a day early is not a month early


def test_status_tells_what_each_has(small: Publisher, tmp_path: Path) -> None:
    with small.open():
        fetch_new(tmp_path, small)
        small.tables["47018NED"].modified = "2026-11-15T02:00:00"
        fetch_new(tmp_path, small, dry=True)
    lines = list(fetch_output.status(tmp_path, date(2026, 11, 16)))
    assert lines[1] == (
        "  misdrijven_in_wijken_per_jaar: uitgever 15 november 2026, wij 15 oktober 2026 (32 dagen oud), "
        "volgende verwacht rond 15 december 2026"
    )
    assert "uitgever 14 oktober 2026, wij 14 oktober 2026" in lines[3]
    assert lines[3].endswith("volgende onbekend")


def test_from_publisher_to_report_and_what_a_new_edition_changes(publisher: Publisher, tmp_path: Path) -> None:
    raw, processed, out = (tmp_path / name for name in ("raw", "processed", "reports"))
    table = publisher.tables["47013NED"]
    ours = ("RegioS", "GM1969"), ("Perioden", "2022JJ00"), ("SoortMisdrijf", "3.7.4 ")
    index = next(number for number, row in enumerate(table.rows) if all(row[name] == code for name, code in ours))
    with publisher.open():
        fetch_new(raw, publisher)
        ingest(raw, processed, documents=paths.RAW)
        report = report_command.report(Parameters(), processed, out)
        first = shutil.copytree(report.folder, tmp_path / "first")
        table.modified = "2026-11-15T02:00:00"
        table.rows = [*table.rows]
        table.rows[index] = table.rows[index] | {table.topics[0]: table.rows[index][table.topics[0]] + 1}
        assert {release.source.id for release in fetch_new(raw, publisher)} == {
            "misdrijven_per_jaar",
            "misdrijven_per_maand",
        }
    ingest(raw, processed, documents=paths.RAW)
    report_command.report(Parameters(), processed, out)
    changes = changes_text(compare(read_edition(first), read_edition(report.folder)))
    assert "cybercrime" in changes
    assert "misdrijven_per_jaar_2026-11-15" in changes
    assert "2022" in changes


def test_one_missing_one_dripping_and_one_poisoned_leave_the_rest_and_the_report_says_so(
    publisher: Publisher, tmp_path: Path
) -> None:
    raw, processed, out = (tmp_path / name for name in ("raw", "processed", "reports"))
    late = {"47021NED": ["overlast_per_jaar", "overlast_per_maand"], "83648NED": ["misdrijven_volgens_cbs"]}
    late["47018NED"] = ["misdrijven_in_wijken_per_jaar"]

    def poisoned(to: object, content: bytes) -> None:
        page = json.loads(content)
        to.give(json.dumps(page | {"value": page["value"][1:]}).encode())  # type: ignore[attr-defined]

    def fails(asked: str) -> Reply | None:
        if "47018NED/TypedDataSet?" in asked:
            return poisoned
        return (lambda to, content: to.slowly(content, 0.02)) if "83648NED/TypedDataSet?" in asked else None

    with publisher.open():
        fetch_new(raw, publisher)
        for table in publisher.tables.values():
            table.modified = "2026-11-15T02:00:00"
        publisher.fails, gone = fails, publisher.tables.pop("47021NED")
        result = fetch_result(raw, publisher, limits=HASTY.model_copy(update={"attempts": 1}))
        assert {failure.source.id for failure in result.failed} == {id for ids in late.values() for id in ids}
        assert len(result.new) + len(result.failed) + 3 == result.sources  # two years of accidents, and borders
        ingest(raw, processed, documents=paths.RAW)
        report_command.report(Parameters(), processed, out)
        page = next(out.rglob("index.html")).read_text(encoding="utf-8")
        for id in late:
            assert (
                f"{catalogue.tables()[id].title} (Politie)" in page or f"{catalogue.tables()[id].title} (CBS)" in page
            )
        assert page.count("niet op te halen. De cijfers daarvan zijn die van 15 oktober 2026.") == 4
        publisher.fails, publisher.tables["47021NED"] = lambda asked: None, gone
        assert {release.source.id for release in fetch_new(raw, publisher)} == {
            id for ids in late.values() for id in ids
        }
    ingest(raw, processed, documents=paths.RAW)
    report_command.report(Parameters(), processed, out)
    assert "niet op te halen" not in next(out.rglob("index.html")).read_text(encoding="utf-8")


def run_command(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Run a command; return its exit code and output."""
    return report_command.command(*arguments), "".join(capsys.readouterr())


def test_the_command_tells_what_it_did(small: Publisher, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with small.open():
        asked = ["fetch", "--raw", str(tmp_path), *(f"--base-url={name}={base}" for name, base in small.bases.items())]
        dry, first, again = (run_command(capsys, *asked, *more) for more in (["--dry-run"], [], []))
    assert [code for code, _ in (dry, first, again)] == [0, 0, 0]
    assert f"{small.address}/ODataFeed/odata/47018NED/TypedDataSet?$format=json&$filter=(substring(Wijken" in dry[1]
    assert "misdrijven_in_wijken_per_jaar: Geregistreerde misdrijven; soort misdrijf, wijk, buurt" in first[1]
    assert "ongewijzigd" in again[1]


def test_the_command_tells_what_it_could_not_fetch(
    small: Publisher, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = small.tables.pop("47018NED")
    with small.open():
        asked = ["fetch", "--raw", str(tmp_path), *(f"--base-url={name}={base}" for name, base in small.bases.items())]
        code, output = run_command(capsys, *asked)
        assert code == errors.PARTLY and "2 van 3 bronnen opgehaald" in output and "1 van 3 bronnen niet" in output
        assert (
            "47018NED: deze tabel staat niet in de catalogus" in output and "Er zijn geen oudere cijfers van." in output
        )
        today = date.today()
        assert any("ophalen lukt niet sinds" in line for line in fetch_output.status(tmp_path, today))
        small.tables["47018NED"] = gone
        assert run_command(capsys, *asked)[0] == 0
        assert not any("ophalen lukt niet" in line for line in fetch_output.status(tmp_path, today))


def test_another_address_must_be_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for wrong in ("politie=http://127.0.0.1", "opendata=ftp://127.0.0.1", "opendata"):
        code, output = run_command(capsys, "fetch", "--raw", str(tmp_path / "raw"), "--base-url", wrong)
        assert code == 2
        assert "is geen uitgever met een adres" in output
    assert not (tmp_path / "raw").exists()
