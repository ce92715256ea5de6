"""Publishing repeatedly: which editions are kept, and what a report is compared with. All figures are made up."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import report_command
from analysis.build import chapters, execution, publishing, reports
from analysis.build.chapters import Parameters
from analysis.errors import DataError
from analysis.ingest.pipeline import ingest
from analysis.report import pages as overview
from analysis.report import superseded
from analysis.report.checks import check
from analysis.report.dom import parse
from analysis.report.edition import read_edition, sentence, verify
from analysis.report.edition_changes import compare
from analysis.report.editions import archive, write_municipalities
from analysis.report.records import MANIFEST, RESULTS, file_checksums, write_json
from made_up_chapter import write
from made_up_editions import figure, manifest, run_here
from made_up_exports import typed

pytestmark = pytest.mark.slow

ONE, TWO = figure("woon.x.2022", 1), figure("woon.x.2022", 2)


@pytest.fixture
def target(tmp_path):
    return tmp_path / "GM1969" / "2019-2022"


def publish(target: Path, *results, at="2026-11-22T17:46:05+01:00", code="1") -> publishing.History:
    """Make a report in two steps, as a build does: what it says, and then what came before."""
    fresh = target.parent / ".fresh"
    fresh.mkdir(parents=True)
    write_json(fresh / RESULTS, list(results))
    publishing.recover(target)
    history = publishing.find_history(fresh, target)
    (fresh / "wijzigingen.html").write_text(f"<header>\n{history.name}</header>", encoding="utf-8")
    about = {
        "parameters": {"municipality": "GM1969", "first_year": 2019, "last_year": 2022},
        "inputs": [],
        "code": code,
    }
    sealed = {"files": file_checksums(fresh), publishing.COMPARED_WITH: history.name, "made": at, "seconds": 1}
    write_json(fresh / MANIFEST, about | sealed)
    publishing.replace_report(fresh, target, history.keep)
    publishing.mark_earlier(target)
    shutil.rmtree(fresh, ignore_errors=True)
    return history


def kept(target: Path) -> list[str]:
    return sorted(path.name for path in (target.parent / "edities" / target.name).glob("*"))


def everything(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def as_published(folder: Path) -> dict[str, bytes]:
    """Every file by its name, as it was before the edition was put away."""
    return {path.name: superseded.as_made(content) for path, content in everything(folder).items()}


def test_the_first_edition_stands_alone(target):
    assert publish(target, ONE) == publishing.History()
    assert not (target.parent / "edities").exists()


def test_making_the_same_report_again_changes_nothing(target):
    publish(target, ONE)
    before = everything(target.parent)
    publish(target, ONE, at="2026-11-23T09:00:00+01:00")
    assert everything(target.parent) == before


def test_an_edition_that_says_something_else_is_kept(target):
    publish(target, ONE)
    before = as_published(target)
    history = publish(target, TWO, at="2026-12-01T09:00:00+01:00")
    assert (history.name, kept(target)) == ("2026-11-22T1746", ["2026-11-22T1746"])
    folder = target.parent / "edities" / target.name / "2026-11-22T1746"
    assert as_published(folder) == before
    assert "Dit is een eerdere editie" in (folder / "wijzigingen.html").read_text(encoding="utf-8")
    assert "eerdere" not in (target / "wijzigingen.html").read_text(encoding="utf-8")


def test_a_notice_of_a_newer_edition_is_no_change_but_any_other_is(target):
    publish(target, ONE)
    seal = sentence(verify(target)).rpartition("Controlegetal")[2]
    publish(target, TWO, at="2026-12-01T09:00:00+01:00")
    (folder,) = archive(target).iterdir()
    told = sentence(verify(folder))
    assert verify(folder).passed and told.endswith(seal)
    page = folder / "wijzigingen.html"
    marked = page.read_bytes()
    for other in (marked.replace(b"eerdere editie", b"oude editie"), marked * 2, marked.replace(b"</header>", b"")):
        page.write_bytes(other)
        assert verify(folder).report.changed == ("wijzigingen.html",)
    page.write_bytes(marked)
    assert compare(read_edition(folder), read_edition(target)).revised


def test_an_edition_that_becomes_the_newest_again_no_longer_says_that_there_is_a_newer_one(target):
    publish(target, ONE)
    before = as_published(target)
    publish(target, TWO, at="2026-12-01T09:00:00+01:00")
    shutil.rmtree(target)
    publishing.recover(target)
    assert {path.name: content for path, content in everything(target).items()} == before


def test_making_the_second_edition_again_finds_the_same_comparison(target):
    publish(target, ONE)
    publish(target, TWO, at="2026-12-01T09:00:00+01:00")
    before = everything(target.parent)
    history = publish(target, TWO, at="2026-12-02T09:00:00+01:00")
    assert (history.name, history.keep) == ("2026-11-22T1746", None)
    assert everything(target.parent) == before


def test_going_back_to_what_was_said_before_is_a_new_edition(target):
    for day, record in enumerate((ONE, TWO, ONE), start=1):
        history = publish(target, record, at=f"2026-12-0{day}T09:00:00+01:00")
    assert history.name == "2026-12-02T0900"
    assert kept(target) == ["2026-12-01T0900", "2026-12-02T0900"]


def test_a_clock_that_went_back_does_not_change_what_is_compared(target):
    for day, record in ((5, ONE), (1, TWO), (3, ONE)):
        publish(target, record, at=f"2026-12-0{day}T09:00:00+01:00")
    before = everything(target.parent)
    assert publish(target, ONE, at="2026-12-04T09:00:00+01:00").name == "2026-12-01T0900"
    assert everything(target.parent) == before


def test_the_same_pages_from_other_code_take_the_place_of_the_old_ones(target):
    publish(target, ONE)
    publish(target, ONE, code="2")
    assert not kept(target) and manifest(target)["code"] == "2"


def test_two_editions_of_one_minute_are_both_kept(target):
    for record in (ONE, TWO, ONE):
        publish(target, record)
    assert kept(target) == ["2026-11-22T1746", "2026-11-22T1746-2"]


def test_another_window_is_another_report(target):
    publish(target, ONE)
    assert publish(target.with_name("2020-2023"), TWO) == publishing.History()


def test_an_edition_that_somebody_threw_away_is_no_obstacle(target):
    publish(target, ONE)
    publish(target, TWO, at="2026-12-01T09:00:00+01:00")
    shutil.rmtree(target.parent / "edities")
    assert publish(target, TWO, at="2026-12-02T09:00:00+01:00").previous is None
    assert not kept(target)


def test_what_is_no_report_is_put_aside_and_not_compared_with(target):
    target.mkdir(parents=True)
    (target / "aantekening.txt").write_text("van mij", encoding="utf-8")
    assert publish(target, ONE).previous is None
    (name,) = kept(target)
    assert (target.parent / "edities" / target.name / name / "aantekening.txt").exists()
    assert publish(target, ONE).previous is None


@pytest.mark.parametrize("damage", ["{", "[{}]", '[{"id": "van vroeger"}]'])
def test_a_damaged_edition_is_kept_and_does_not_stop_the_next_one(target, damage):
    publish(target, ONE)
    (target / RESULTS).write_text(damage, encoding="utf-8")
    assert publish(target, TWO).previous is None
    assert len(kept(target)) == 1


def test_a_new_edition_that_was_not_exchanged_yet_was_never_published(target, monkeypatch):
    publish(target, ONE)
    before = everything(target)

    def killed(*_):
        raise SystemExit

    with monkeypatch.context() as patched, pytest.raises(SystemExit):
        patched.setattr(publishing.paths, "exchange", killed)
        publish(target, TWO)
    assert kept(target) == ["2026-11-22T1746"] and everything(target) == before
    publishing.recover(target)
    assert not kept(target) and everything(target) == before
    assert publish(target, TWO).name == "2026-11-22T1746" and kept(target) == ["2026-11-22T1746"]


def test_an_edition_is_never_put_away_under_the_name_of_the_one_it_was_compared_with(target):
    """That name tells what was never published, also when somebody threw the edition itself away."""
    publish(target, ONE)
    publish(target, TWO)
    shutil.rmtree(target.parent / "edities")
    publish(target, ONE)
    publishing.recover(target)
    assert kept(target) == ["2026-11-22T1746-2"]


def test_editions_change_places_without_a_way_to_exchange_them(target, monkeypatch):
    monkeypatch.setattr(publishing.paths, "exchange", lambda *_: False)
    for record, code in ((ONE, "1"), (TWO, "1"), (TWO, "2")):
        publish(target, record, code=code)
    assert kept(target) == ["2026-11-22T1746"] and manifest(target)["code"] == "2"
    assert not list(target.parent.glob(".*"))


def test_a_run_that_is_killed_between_two_editions_leaves_one_of_them(target, monkeypatch):
    """After the old edition was put away and before the new one was there, where they cannot be exchanged."""
    monkeypatch.setattr(publishing.paths, "exchange", lambda *_: False)
    publish(target, ONE)
    before = {path.name: content for path, content in everything(target).items()}
    rename = Path.rename

    def cut(self, place):
        if self.name == ".fresh":
            raise SystemExit  # nothing after this runs in a killed process, so undo what the code undoes
        return rename(self, place)

    monkeypatch.setattr(Path, "rename", cut)
    with pytest.raises(SystemExit):
        publish(target, TWO)
    assert {path.name: content for path, content in everything(target).items()} == before
    monkeypatch.undo()
    rename(target, target.parent / "edities" / target.name / "2026-11-22T1746")
    publishing.recover(target)
    assert {path.name: content for path, content in everything(target).items()} == before
    shutil.rmtree(target.parent / ".fresh")
    assert publish(target, TWO).name == "2026-11-22T1746"


SOURCE = "import analysis as va\nva.load('woninginbraak', municipality, first_year, last_year)"
CHANGE = "va.change(va.load('woninginbraak', municipality), first_year, last_year)"


def test_two_vintages_made_twice_each(tmp_path, monkeypatch):
    """The whole way: each page of a report is the same after the second run on the same exports."""
    write(tmp_path, SOURCE, CHANGE)
    monkeypatch.setattr(reports, "chapters", lambda: chapters.chapters(tmp_path))
    monkeypatch.setattr(execution, "run", run_here)
    out = tmp_path / "reports"
    pages = [made(tmp_path, out, last) for last in (36, 36, 41, 41)]
    assert pages[0] == pages[1] and pages[2] == pages[3]
    first, second = (files["wijzigingen.html"].decode() for files in pages[::2])
    assert "Dit is de eerste editie." in first
    assert "1 bijgesteld cijfer" in second and re.search("<td[^>]*>36</td><td[^>]*>41</td>", second)
    assert "politie.csv" in second
    (earlier,) = (out / "GM1969" / "edities" / "2019-2022").glob("*/")
    assert {name: superseded.as_made((earlier / name).read_bytes()) for name in pages[0]} == pages[0]
    assert all(b"Dit is een eerdere editie" in page.read_bytes() for page in earlier.glob("*.html"))
    overview.write_overview(out)
    write_municipalities(out)
    for folder in (earlier, out / "GM1969" / "2019-2022"):
        assert 'href="../index.html"' in (folder / "index.html").read_text(encoding="utf-8")
        assert not [link for page in folder.glob("*.html") for link in dead(page)]
    for page in (out / "GM1969").rglob("index.html"):
        assert check(page, synthetic=b"Met nagemaakte cijfers" in page.read_bytes()) == []
    for folder in (earlier, out / "GM1969" / "2019-2022"):
        assert verify(folder, tmp_path / "raw" if folder != earlier else None).passed
    assert not list((out / "GM1969").glob(".*"))


def dead(page: Path) -> Iterator[str]:
    """Yield the links of a page that lead to no file."""
    for link in parse(page.read_text(encoding="utf-8"))[0].iter("a"):
        file = link.get("href").partition("#")[0]
        if file and not file.startswith("http") and not (page.parent / file).is_file():
            yield file


def made(tmp_path: Path, out: Path, last: int) -> dict[str, bytes]:
    """Every file of the report on an export that ends with this figure, but the manifest."""
    processed = tmp_path / f"processed-{last}"
    grid = {("1.1.1", "GM1969", f"{year}JJ00"): 80 for year in (2019, 2020, 2021)} | {
        ("1.1.1", "GM1969", "2022JJ00"): last
    }
    typed(tmp_path / "raw" / "politie.csv", grid)
    ingest(tmp_path / "raw", processed)
    folder = report_command.report(Parameters(), processed, out).folder
    return {name: (folder / name).read_bytes() for name in manifest(folder)["files"]}


def test_an_edition_whose_figures_were_changed_is_no_comparison(target, caplog):
    publish(target, ONE)
    write_json(target / RESULTS, [TWO])
    history = publish(target, ONE, at="2026-12-01T09:00:00+01:00")
    assert history.previous is None and history.keep is not None
    assert f"Opnieuw gemaakt: {target} (wat er stond, was veranderd" in caplog.text
    caplog.clear()
    assert publish(target, TWO, at="2026-12-02T09:00:00+01:00").name == "2026-12-01T0900"
    assert not caplog.messages


def test_figures_that_were_changed_are_told_to_whoever_compares(target):
    publish(target, ONE)
    write_json(target / RESULTS, [TWO])
    with pytest.raises(DataError, match=r"results\.json: dit bestand is niet meer het bestand dat in manifest\.json"):
        _ = read_edition(target).results


DAMAGED = ["", "{", "[]", '{"parameters": {}, "inputs": []}', '{"parameters": 1, "inputs": 2}']
ASKED = '{"municipality": "GM0014", "first_year": 2019, "last_year": 2022}'


@pytest.mark.parametrize("wrong", ['"made": "gisteren"', '"made": []', '"files": [1]', '"inputs": [1]', '"inputs": {}'])
def test_a_manifest_with_something_else_in_it_is_told(tmp_path, wrong):
    (tmp_path / MANIFEST).write_text(f'{{"parameters": {ASKED}, "inputs": [], {wrong}}}')
    with pytest.raises(DataError, match="geen manifest van een rapport"):
        read_edition(tmp_path)


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_report_keeps_no_other_from_the_overview(tmp_path, caplog, damage):
    for code in ("GM0014", "GM1969"):
        (folder := tmp_path / code / "2019-2022").mkdir(parents=True)
        about = {"parameters": {"municipality": code, "first_year": 2019, "last_year": 2022}, "inputs": []}
        write_json(folder / MANIFEST, about | {"chapters": []})
    (tmp_path / "GM0014" / "2019-2022" / MANIFEST).write_text(damage)
    overview.write_overview(tmp_path)
    page = (tmp_path / "index.html").read_text(encoding="utf-8").replace("\u00ad", "")
    assert "Westerkwartier 2019–2022</a>" in page and "niet bijgewerkt: Groningen." in page
    assert f"Niet in het overzicht, want beschadigd: {tmp_path / 'GM0014' / '2019-2022' / MANIFEST}" in caplog.text
