"""`analysis.refresh.unattended`: what is published, kept and notified. All figures are made up."""

import json
import os
import re
import shutil
import signal
import sys
import time
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

import report_command
from analysis import errors
from analysis.build import chapters, execution, exports, publishing, reports, workspace
from analysis.build.workspace import locked
from analysis.errors import DataError
from analysis.fetch import download, wanted
from analysis.fetch.download import FetchResult
from analysis.fetch.releases import FetchFailure
from analysis.ingest import data_package
from analysis.refresh import notification, unattended
from analysis.refresh.settings import NAME, read
from analysis.report.edition import verify
from analysis.report.records import file_checksums
from analysis.store import fingerprints, observations, raw_sources
from analysis.store.raw_sources import Unfetched
from made_up_chapter import write
from made_up_editions import run_here
from made_up_refresh import SOURCE, YEARS, Stage, release

pytestmark = pytest.mark.slow

DOWN = DataError("opendata", "de uitgever antwoordt niet.", "Probeer het later opnieuw.")


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A stage whose chapters run in this process, without kernels."""
    stage = Stage(tmp_path)
    write(tmp_path, SOURCE)
    monkeypatch.setattr(download, "fetch", stage.fetch)
    monkeypatch.setattr(reports, "chapters", lambda: chapters.chapters(tmp_path))
    monkeypatch.setattr(execution, "run", run_here)
    monkeypatch.setattr(chapters, "prestart_kernel", lambda: None)
    monkeypatch.setenv("VEILIGHEID_CHROMIUM", "geen")
    return stage


def hook(folder: Path, code: int = 0) -> dict[str, object]:
    """Return settings with a command that appends outcome and text to a file."""
    script = f"import os, sys; open(r'{folder / 'gemeld'}', 'a').write(os.environ['VEILIGHEID_UITKOMST'] + ' ' + "
    return {"command": [sys.executable, "-c", f"{script}sys.stdin.buffer.read().decode()); sys.exit({code})"]}


def notified(stage) -> str:
    path = stage.folder / "gemeld"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def test_what_is_new_is_published_told_and_summarised(stage):
    stage.settings(notify=hook(stage.folder))
    first = stage.refresh()
    assert (first.word, first.code) == ("gelukt", 0)
    assert "Dit is de eerste editie." in first.text and notified(stage) == f"gelukt {first.text}"
    stage.revise(2022, 81)
    second = stage.refresh()
    assert (
        "1 bijgesteld cijfer" in second.text
        and "woninginbraken, Westerkwartier, 2022, Proef: van 80 naar 81" in second.text
    )
    assert f"Westerkwartier 2019–2022: {stage.out}/GM1969/2019-2022/index.html" in second.text
    stage.settings(address="https://veiligheid.voorbeeld.nl")
    stage.revise(2022, 82)
    assert "2019–2022: https://veiligheid.voorbeeld.nl/GM1969/2019-2022/index.html\n" in stage.refresh().text
    assert len(stage.earlier) == 2 and verify(stage.target).passed


def test_nothing_new_is_not_published_and_not_told_unless_asked(stage):
    stage.settings(notify=hook(stage.folder))
    stage.refresh()
    before, heard = file_checksums(stage.out), notified(stage)
    outcome = stage.refresh()
    assert (outcome.word, outcome.code) == ("ongewijzigd", 0)
    assert "niets nieuws" in outcome.text and "Er is niets gepubliceerd" in outcome.text
    assert file_checksums(stage.out) == before and notified(stage) == heard
    stage.settings(notify=hook(stage.folder) | {"when": ["ongewijzigd"]})
    stage.refresh()
    assert notified(stage).startswith(heard) and "ongewijzigd Veiligheidsanalyse" in notified(stage)


def test_a_summary_names_what_the_publishers_had():
    assert "CBS, woningen: van 14 oktober 2026" in notification.new_releases(
        FetchResult((release("woningen", "2026-10-14"),), 1)
    )


def test_a_fetch_that_fails_publishes_nothing_and_is_told(stage):
    stage.settings(notify=hook(stage.folder))
    stage.refresh()
    before = file_checksums(stage.out)
    stage.offered = DOWN
    outcome = stage.refresh()
    assert (outcome.word, outcome.code) == ("mislukt", errors.WRONG)
    assert "de uitgever antwoordt niet" in outcome.text and file_checksums(stage.out) == before
    assert "mislukt Veiligheidsanalyse" in notified(stage)


def lacking() -> FetchFailure:
    """Return the failure of a table that its publisher no longer has, and of which we have an older release."""
    source = next(source for source in wanted.all_sources() if source.id == "misdrijven_per_jaar")
    record = Unfetched(source.id, source.title, source.publisher, date(2026, 11, 30), date(2026, 10, 15))
    return FetchFailure(source, DataError("tabel 47013NED", "deze tabel staat niet in de catalogus.", "Kijk."), record)


def test_a_table_that_is_no_more_keeps_nothing_else_from_being_published_and_both_say_so(stage):
    stage.settings(notify=hook(stage.folder))
    (stage.raw / data_package.NAME).write_text('{"resources": []}')
    stage.refresh()
    stage.failed = (lacking(),)
    stage.revise(2022, 81)
    outcome = stage.refresh()
    assert (outcome.word, outcome.code) == ("mislukt", errors.PARTLY)
    sentence = "(Politie) is sinds 30 november 2026 niet op te halen. De cijfers daarvan zijn die van 15 oktober 2026."
    assert [sentence in said for said in (outcome.text, notified(stage), stage.page)] == [True] * 3
    assert "staat niet in de catalogus" in outcome.text and "van 80 naar 81" in outcome.text
    again = stage.refresh()  # nothing else is new: somebody has to look still
    assert (again.word, again.code) == ("mislukt", errors.PARTLY) and "Er is niets gepubliceerd" in again.text
    stage.failed = ()
    assert stage.refresh().word == "gelukt" and sentence not in stage.page


def test_what_could_not_be_fetched_is_told_whatever_else_is_wrong(stage):
    (stage.raw / data_package.NAME).write_text('{"resources": []}')
    stage.refresh()
    stage.failed = (lacking(),)
    stage.revise(2022, 180)
    outcome = stage.refresh()
    assert outcome.code == errors.UNMADE and "van 80 naar 180" in outcome.text and "niet op te halen" in outcome.text


def test_figures_that_moved_too_far_wait_for_someone_to_look(stage):
    stage.settings(notify=hook(stage.folder))
    stage.refresh()
    before = file_checksums(stage.out)
    stage.revise(2022, 180)
    for _ in range(2):  # the second time nothing is new, and still nobody looked
        outcome = stage.refresh()
        assert (outcome.word, outcome.code) == ("mislukt", errors.UNMADE)
        words = ("woninginbraken", "Westerkwartier", "2022", "van 80 naar 180", "politie.csv", "--accept")
        assert [word for word in words if word not in outcome.text] == []
        assert file_checksums(stage.out) == before
    assert notified(stage).count("mislukt") == 4  # the word for the command, and in the text
    stage.revise(2021, 800)  # meanwhile there is something new, which nobody looked at
    accepted = stage.refresh(accept=True)
    assert accepted.word == "gelukt" and "180" in stage.page and "800" not in stage.page
    assert "Met --accept toegestaan" in accepted.text and "van 80 naar 180" in accepted.text
    assert "uitgevers" not in accepted.text  # they were not asked
    assert stage.refresh().word == "mislukt"  # the new thing
    assert stage.refresh(accept=True).word == "gelukt"
    assert stage.refresh().word == "ongewijzigd"


def test_a_report_is_held_beside_what_it_said_itself(stage):
    """Publishing another report in the same folder does not accept the figures of this one."""
    stage.offered |= {(code, year): count for code, count in (("GM0014", 90), ("GM0363", 5000)) for year in YEARS}
    stage.settings(municipalities=["GM1969", "GM0014"])
    stage.refresh()
    stage.revise(2022, 800)
    stage.settings(municipalities=["GM0014"])
    assert stage.refresh().word == "gelukt"
    stage.settings(municipalities=["GM1969"])
    outcome = stage.refresh()
    assert outcome.word == "mislukt" and "van 80 naar 800" in outcome.text


def test_other_years_of_the_same_municipality_are_no_way_around(stage):
    """Once a year the period is moved, which must not hide a change."""
    stage.refresh()
    stage.revise(2022, 180)
    stage.settings(first_year=2020)
    outcome = stage.refresh()
    assert outcome.word == "mislukt" and "van 80 naar 180" in outcome.text and not stage.target.exists()


def test_a_report_of_which_the_figures_are_lost_waits_for_someone_to_look(stage):
    stage.refresh()
    shutil.rmtree(workspace.work(stage.out))
    stage.revise(2022, 180)
    outcome = stage.refresh()
    assert outcome.word == "mislukt" and "zijn er niet meer" in outcome.text and "180" not in stage.page
    assert stage.refresh(accept=True).word == "gelukt" and "180" in stage.page


@pytest.mark.parametrize("name", ["observations.parquet", "sources.json", "stand.json", "_SHA256SUMS"])
def test_what_was_published_from_is_made_again_while_the_data_of_then_are_still_there(stage, name, caplog):
    stage.refresh()
    (stage.basis / name).write_text("stuk")
    stage.revise(2022, 180)
    outcome = stage.refresh()
    assert outcome.word == "mislukt" and "van 80 naar 180" in outcome.text
    assert f"Opnieuw gemaakt: {stage.basis} (" in caplog.text
    caplog.clear()
    (stage.basis / name).write_text("stuk")  # now the data are those of the revision: nothing to make it from
    assert "zijn er niet meer" in stage.refresh().text
    assert not caplog.messages


def test_figures_that_an_older_version_wrote_otherwise_are_lost(stage):
    stage.refresh()
    sources = stage.basis / "sources.json"
    sources.write_text(sources.read_text(encoding="utf-8").replace('"name":', '"oud": 1, "name":'), encoding="utf-8")
    stamp = json.loads((stage.basis / "stand.json").read_text(encoding="utf-8"))
    (stage.basis / "stand.json").write_text(json.dumps(stamp | {"inputs": {"vorm": "anders"}}), encoding="utf-8")
    fingerprints.write(stage.basis)
    stage.revise(2022, 180)
    assert "zijn er niet meer" in stage.refresh().text
    assert stage.refresh(accept=True).word == "gelukt"


def test_the_form_of_what_is_kept_has_a_number():
    """When this fails, raise the number in `reports._FORMAT`: data kept by older versions can no longer be read."""
    columns = "indicator region period frequency value unit status lower upper source vintage"
    about = "name path table publisher sha256 size synthetic vintage licence replaces public before unsure"
    assert (" ".join(observations.COLUMNS), " ".join(field.name for field in fields(raw_sources.Source))) == (
        columns,
        about,
    )
    assert reports._FORMAT == {"vorm": "2"}


def test_what_was_published_before_something_went_wrong_is_told(stage, monkeypatch):
    stage.refresh()
    stage.revise(2022, 81)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(reports, "save_baseline", full)
    outcome = stage.refresh()
    assert (outcome.word, outcome.code) == ("mislukt", errors.WRONG) and "81" in stage.page
    assert "van 80 naar 81" in outcome.text


def test_what_was_published_before_a_stop_is_told(stage, monkeypatch):
    stage.refresh()
    stage.revise(2022, 81)
    made = reports.make_reports

    def stopped(*asked, **how):
        made(*asked, **how)
        raise KeyboardInterrupt

    monkeypatch.setattr(reports, "make_reports", stopped)
    outcome = stage.refresh()
    assert (outcome.word, outcome.code) == ("mislukt", errors.INTERRUPTED)
    assert "Afgebroken" in outcome.text and "van 80 naar 81" in outcome.text


def test_accepted_is_not_published(stage, monkeypatch):
    """Figures that were accepted are not published when a chapter fails."""

    def broken(task):
        raise errors.ChapterError("Hoofdstuk 'Proef', cel 3: mis.")

    stage.refresh()
    stage.revise(2022, 180)
    assert stage.refresh().word == "mislukt"
    monkeypatch.setattr(execution, "run", broken)
    outcome = stage.refresh(accept=True)
    assert outcome.word == "mislukt" and "Met --accept toegestaan" in outcome.text and "180" not in stage.page


def test_of_two_that_fail_the_gravest_code_counts(stage, monkeypatch):
    def broken(work, *_):
        raise OSError(28, "No space left") if work.parameters.municipality == "GM0014" else errors.ChapterError("mis.")

    from analysis.build import making

    monkeypatch.setattr(making, "publish_report", broken)
    stage.settings(municipalities=["GM0014", "GM1969"])
    outcome = stage.refresh()
    assert outcome.code == errors.WRONG and outcome.text.index("Groningen") < outcome.text.index("Westerkwartier")


def test_a_summary_that_cannot_be_written_is_told(stage, capsys):
    path = stage.settings()
    (stage.folder / notification.NAME).mkdir()
    assert report_command.command("refresh", "--settings", path) == errors.UNTOLD
    assert f"{notification.NAME} is niet te schrijven" in capsys.readouterr().err


def test_a_name_that_is_no_text_keeps_nothing_from_being_told(stage):
    stage.settings(notify=hook(stage.folder))
    (stage.raw / os.fsdecode(b"caf\xe9.csv")).write_text("")
    assert stage.refresh().word == "mislukt"
    assert "caf\\xe9.csv" in notified(stage)


def test_what_was_accepted_is_not_held_again(stage, monkeypatch):
    """After a kill between publishing and recording that, accepting once more is enough."""
    stage.refresh()
    stage.revise(2022, 180)
    with monkeypatch.context() as patch:
        patch.setattr(reports, "save_baseline", lambda *_: None)
        assert stage.refresh().word == "mislukt"
        stage.refresh(accept=True)
    assert stage.refresh().word == "mislukt"
    stage.refresh(accept=True)
    assert stage.refresh().word == "ongewijzigd"


def test_a_damaged_export_publishes_nothing(stage):
    stage.refresh()
    before = file_checksums(stage.out)
    (stage.raw / "leeg.csv").write_text("", encoding="utf-8")
    outcome = stage.refresh()
    assert outcome.code == errors.WRONG and "leeg.csv" in outcome.text
    assert file_checksums(stage.out) == before


def test_a_notification_says_where_something_is_wrong_and_no_figure_or_word_that_stands_there(stage):
    """Recipients of a mail may not see small counts of voters, or a delivery that is not public."""
    stage.settings(notify=hook(stage.folder))
    stage.refresh()
    (stage.raw / "beleid").mkdir()
    card = "titel: x\ngemeente: GM1969\nkeuzes: 1\ndorpen: {Marum: 10}\nthemas: [Verkeer, Drugs]\n"
    (stage.raw / "beleid" / "vote_card.yml").write_text(card, encoding="utf-8")
    (stage.raw / "E33_levering.csv").write_text(
        "Gemeente;Gemeentecode;Incidentcode;Omschrijving;Jaar;Aantal\nWesterkwartier;GM1969;E33;verward;2019;3,7x\n"
    )
    outcome = stage.refresh()
    assert outcome.word == "mislukt" and "E33_levering.csv, regel 2" in outcome.text
    assert not re.search("3,7|verward", outcome.text + notified(stage)) and "'veiligheid report'" in notified(stage)


def test_a_name_does_not_command_whoever_reads_the_mail_or_the_log(stage):
    stage.settings(notify=hook(stage.folder))
    (stage.raw / "\x1b[2J\x9b\u202eleeg.csv").write_text("", encoding="utf-8")
    outcome = stage.refresh()
    written = (stage.folder / notification.NAME).read_text(encoding="utf-8")
    assert "leeg.csv" in outcome.text and not set(outcome.text + notified(stage) + written) & set("\x1b\x9b\u202e")


def test_what_nobody_foresaw_is_told_without_its_words(stage, monkeypatch, capsys):
    """A library may quote, in its error message, the value that it could not handle."""

    figure = "3 stemmen"

    def broken(*_, **__):
        raise ValueError(figure)

    monkeypatch.setattr(exports, "read", broken)
    outcome = stage.refresh()
    assert outcome.code == errors.UNMADE and "ValueError" in outcome.text
    assert figure not in outcome.text + capsys.readouterr().err


def test_a_chapter_that_fails_is_told_without_what_it_was_busy_with(stage, monkeypatch):
    def broken(task):
        raise errors.ChapterError("Hoofdstuk 06_stemming, cel 3: ValueError: in 'Marum' 4 stemmen.")

    monkeypatch.setattr(execution, "run", broken)
    outcome = stage.refresh()
    assert "06_stemming, cel 3" in outcome.text and not re.search("Marum|4 stemmen", outcome.text)


def test_no_chapter_inherits_the_password_of_the_mail(stage, monkeypatch):
    seen = []

    def look(task):
        seen.append(os.environ.get("PROEF_WACHTWOORD"))
        return run_here(task)

    monkeypatch.setattr(execution, "run", look)
    monkeypatch.setenv("PROEF_WACHTWOORD", "geheim")
    code = "import os, sys; sys.exit(os.environ['PROEF_WACHTWOORD'] != 'geheim')"
    stage.settings(notify={"command": [sys.executable, "-c", code], "command_variables": ["PROEF_WACHTWOORD"]})
    assert stage.refresh().word == "gelukt" and seen == [None]


def test_a_chapter_that_fails_keeps_what_was_published(stage, monkeypatch):
    stage.refresh()
    page, basis_before = stage.page, file_checksums(stage.basis)
    stage.revise(2022, 81)

    def broken(task):
        raise errors.ChapterError("Hoofdstuk 'Proef', cel 3: mis.")

    monkeypatch.setattr(execution, "run", broken)
    outcome = stage.refresh()
    assert (outcome.word, outcome.code) == ("mislukt", errors.UNMADE)
    assert "cel 3" in outcome.text and stage.page == page
    assert file_checksums(stage.basis) == basis_before


def test_of_several_reports_one_that_fails_keeps_no_other_from_being_published(stage, monkeypatch):
    def broken(task):
        if task.values["municipality"] == "GM0014":
            raise errors.ChapterError("Hoofdstuk 'Proef', cel 3: mis.")
        return run_here(task)

    monkeypatch.setattr(execution, "run", broken)
    stage.settings(municipalities=["GM0014", "GM1969"])
    outcome = stage.refresh()
    assert (outcome.word, outcome.code) == ("mislukt", errors.UNMADE)
    assert "cel 3" in outcome.text and "Westerkwartier 2019–2022: " in outcome.text
    assert (stage.out / "GM1969").exists() and not list((stage.out / "GM0014").glob("*"))


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (OSError(28, "No space left on device"), errors.WRONG, "de schijf is vol"),
        (ZeroDivisionError("x"), errors.UNMADE, "ZeroDivisionError"),
    ],
)
def test_whatever_is_wrong_with_one_report_the_others_are_published(stage, monkeypatch, capsys, error, code, said):
    from analysis.build import making

    publish = making.publish_report

    def broken(work, *rest):
        if work.parameters.municipality == "GM0014":
            raise error
        return publish(work, *rest)

    monkeypatch.setattr(making, "publish_report", broken)
    stage.settings(municipalities=["GM0014", "GM1969"])
    outcome = stage.refresh()
    assert (outcome.word, outcome.code) == ("mislukt", code)
    assert "Groningen 2019–2022: " in outcome.text and said in outcome.text
    assert "Westerkwartier 2019–2022: " in outcome.text and (stage.out / "GM1969" / "2019-2022").exists()
    assert ("Traceback" in capsys.readouterr().err) is (code == errors.UNMADE)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP])
def test_a_refresh_that_is_stopped_tells_so(stage, monkeypatch, capsys, how):
    path = stage.settings(notify=hook(stage.folder))
    stage.refresh()
    before = file_checksums(stage.out)

    def stopped(*_, **__):
        os.kill(os.getpid(), how)
        time.sleep(60)

    monkeypatch.setattr(download, "fetch", stopped)
    handlers = {signum: signal.signal(signum, signal.SIG_DFL) for signum in (signal.SIGTERM, signal.SIGHUP)}
    try:
        assert report_command.command("refresh", "--settings", path) == errors.INTERRUPTED
    finally:
        for signum, handler in handlers.items():
            signal.signal(signum, handler)
    assert capsys.readouterr().err == "Afgebroken. Wat nog niet klaar was, is niet veranderd.\n"
    assert "mislukt Veiligheidsanalyse" in notified(stage) and "Afgebroken" in notified(stage)
    assert file_checksums(stage.out) == before


def test_a_mistake_of_ours_is_told_as_well(stage, monkeypatch, capsys):
    stage.settings(notify=hook(stage.folder))
    monkeypatch.setattr(unattended.exports, "read", lambda *_, **__: 1 / 0)
    outcome = stage.refresh()
    assert outcome.code == errors.UNMADE and "ZeroDivisionError" in outcome.text
    assert "mislukt" in notified(stage) and "Traceback" in capsys.readouterr().err


def test_the_oldest_editions_go_and_no_page_leads_to_them(stage):
    stage.settings(keep=2)
    for count in range(80, 85):
        stage.revise(2022, count)
        assert stage.refresh().word == "gelukt"
    assert len(stage.earlier) == 2
    page = (stage.target.parent / "index.html").read_text(encoding="utf-8")
    assert page.count('/index.html">Editie ') == 2
    assert all(f"2019-2022/{name}/" in page for name in stage.earlier)
    assert not list(stage.target.parent.glob(".*")) and stage.refresh().word == "ongewijzigd"


def test_a_run_that_overlaps_ends_at_once(stage, monkeypatch, capsys):
    stage.settings(notify=hook(stage.folder))
    monkeypatch.setattr(download, "fetch", lambda *_, **__: pytest.fail("it went on"))
    with locked(stage.out):
        assert report_command.command("refresh", "--settings", stage.folder / NAME) == errors.BUSY
    assert "Een andere opdracht is bezig in" in capsys.readouterr().err
    assert not notified(stage) and not (stage.folder / notification.NAME).exists()


def test_who_is_told_may_make_reports(stage, monkeypatch):
    def make_reports(*_):
        with locked(stage.out):
            return []

    monkeypatch.setattr(unattended.notification, "notify", make_reports)
    assert stage.refresh().word == "gelukt"


def test_a_notification_that_does_not_arrive_undoes_nothing(stage, capsys):
    path = stage.settings(notify=hook(stage.folder, code=7))
    assert report_command.command("refresh", "--settings", path) == errors.UNTOLD
    said = capsys.readouterr()
    assert "eindigde met code 7" in said.err and "gelukt" in said.out and stage.target.exists()
    stage.offered = DOWN
    assert report_command.command("refresh", "--settings", path) == errors.WRONG


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"keep": 0}, "veld 'keep': de waarde '0' past hier niet: dit getal is te klein"),
        ({"municipalities": []}, "hier hoort er minstens één"),
        ({"forms": "pdf"}, "Dit mag zijn: raad, alles."),
        ({"municipalities": ["GM9999"]}, "veld 'municipalities': 'GM9999' is geen gemeente"),
        ({"first_year": 2023}, "veld 'first_year'"),
        ({"notify": {"mail": {"host": "a", "sender": "b", "to": ["c"], "password": "x"}}}, "dit veld bestaat niet"),
        ({"notify": {"when": ["altijd"]}}, "Dit mag zijn: gelukt, mislukt, ongewijzigd"),
        ({"bases": {"cbs": "http://a"}}, "Dit mag zijn: dataderden"),
        ({"bases": {"files": "http://oov:GEHEIM@a"}}, "veld 'bases"),
        ({"bases": {"files": "ftp://a"}}, "veld 'bases"),
        ({"out": "raw/uit"}, "raw/uit ligt in de map met exports, en zou zelf als export gelezen worden"),
    ],
)
def test_a_mistake_in_the_settings_is_told_with_its_place(tmp_path, more, problem):
    with pytest.raises(DataError) as caught:
        read(Stage(tmp_path).settings(**more))
    assert "verversen.yml" in str(caught.value) and problem in str(caught.value)


def test_settings_that_are_not_there_are_told(capsys, tmp_path):
    assert report_command.command("refresh", "--settings", tmp_path / "verversen.yml") == errors.WRONG
    assert "dit bestand is er niet" in capsys.readouterr().err


def test_what_was_published_from_is_kept_whole_or_not_at_all(stage):
    stage.refresh()
    (stage.basis / "sources.json").unlink()
    assert reports.last_baseline(stage.basis.parent) is None
    stage.revise(2022, 180)
    assert stage.refresh().word == "mislukt"
    assert stage.refresh(accept=True).word == "gelukt"
    assert json.loads((stage.basis / "sources.json").read_text(encoding="utf-8"))


def test_what_a_fetch_keeps_to_itself_makes_nothing_outdated(stage):
    stage.refresh()
    (stage.raw / ".fetch").mkdir()
    (stage.raw / ".fetch" / "uitgevers.json").write_text("{}", encoding="utf-8")
    work = workspace.exports(stage.out)
    assert not exports.changes(stage.raw, workspace.documents(stage.raw), work)
    (stage.raw / "nieuw.csv").write_text("a;b", encoding="utf-8")
    assert exports.changes(stage.raw, workspace.documents(stage.raw), work).files == {"nieuw.csv": "nieuw"}


def test_forgetting_none_keeps_all(stage):
    stage.refresh()
    stage.revise(2022, 81)
    stage.refresh()
    publishing.remove_old_editions(stage.target, None)
    assert len(stage.earlier) == 1
