"""Only what is outdated is made: which input makes what outdated. All figures are made up."""

import json
import re
import subprocess
import sys
import threading
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

import analysis.display.registration  # noqa: F401 (registers how results are shown)
import report_command
from analysis import paths
from analysis.build import chapters, dependencies, execution, exports, reports, workspace
from analysis.build.chapters import Parameters
from analysis.cli.output import ChapterProgress
from analysis.errors import ChapterError
from analysis.statistics.change import change
from analysis.store import usage
from analysis.store.results import html
from made_up_chapter import write
from made_up_exports import typed
from made_up_series import yearly

pytestmark = pytest.mark.slow

HOMES, BIKES = "01_woning", "02_fiets"
CODES = {HOMES: ("1.1.1", "woninginbraak"), BIKES: ("1.2.3", "fietsdiefstal")}


class Stage:
    """Two chapters about two exports, a folder for reports, and which chapters were executed."""

    def __init__(self, folder):
        self.folder, self.raw, self.out = folder, folder / "raw", folder / "out"
        self.ran = []
        for stem, (_, indicator) in CODES.items():
            self.export(stem, 36)
            write(folder, f"import analysis as va\nva.load('{indicator}', municipality)", stem=stem)

    def export(self, stem, last):
        code = CODES[stem][0]
        typed(self.raw / f"{stem}.csv", {(code, "GM1969", f"{year}JJ00"): last for year in (2019, 2022)})

    def report(self):
        """What was executed for a report."""
        self.ran.clear()
        processed, _, _ = exports.read(self.raw, self.raw, workspace.exports(self.out), False)
        report_command.report(Parameters(), processed, self.out, 1)
        return sorted(self.ran)

    @property
    def pages(self):
        target = workspace.published(self.out, Parameters())
        return {path.relative_to(target): path.read_bytes() for path in report_command.files(target)}


@pytest.fixture
def stage(tmp_path, monkeypatch):
    spied_on, run = Stage(tmp_path), execution.run

    def spied(task):
        spied_on.ran.append(task.file.removesuffix(".ipynb"))
        return run(task)

    monkeypatch.setattr(execution, "run", spied)
    monkeypatch.setattr(reports, "chapters", lambda: chapters.chapters(tmp_path))
    monkeypatch.setenv("VEILIGHEID_CHROMIUM", "geen")
    return spied_on


def test_a_report_is_made_once(stage):
    assert stage.report() == [HOMES, BIKES]
    before = stage.pages
    assert stage.report() == []
    assert stage.pages == before


NOTHING_TO_DO = """
import sys
from pathlib import Path
from types import SimpleNamespace
folder, sys.path[:0] = Path(sys.argv[1]), [sys.argv[2]]
import report_command
from analysis.build import chapters, exports, reports, workspace
from analysis.build.chapters import Parameters
reports.chapters = lambda: chapters.chapters(folder)
raw, out = folder / "raw", folder / "out"
processed, _, read = exports.read(raw, raw, workspace.exports(out), False)
made = report_command.report(Parameters(), processed, out)
sys.exit(str([read, made.new, {"pandas", "numpy", "matplotlib", "papermill", "nbformat", "scipy"} & set(sys.modules)]))
"""


def test_without_a_pdf_whoever_ran_the_command_hears_why(stage):
    stage.report()
    processed, _, _ = exports.read(stage.raw, stage.raw, workspace.exports(stage.out), False)
    again = report_command.report(Parameters(), processed, stage.out, 1)
    assert not again.new and again.absent[-1].startswith("Er is geen PDF gemaakt: Chromium is niet gevonden.")


def test_whoever_finds_nothing_to_do_has_not_waited_for_anything_heavy(stage):
    stage.report()
    command = [sys.executable, "-c", NOTHING_TO_DO, str(stage.folder), str(Path(report_command.__file__).parent)]
    output = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    assert output.strip() == "[False, False, set()]"


def test_a_changed_export_makes_outdated_what_asked_for_its_figures(stage):
    stage.report()
    stage.export(HOMES, 41)
    assert stage.report() == [HOMES]
    assert b"41 in 2022" in stage.pages[next(name for name in stage.pages if name.name == f"{HOMES}.html")]


def test_a_file_that_nobody_asks_for_makes_nothing_outdated(stage):
    stage.report()
    (stage.raw / "README.md").write_text("een opmerking")
    assert stage.report() == []


def test_a_notebook_makes_only_itself_outdated(stage):
    stage.report()
    write(stage.folder, "import analysis as va\nva.load('fietsdiefstal', 'GM1969')", stem=BIKES)
    assert stage.report() == [BIKES]


@pytest.mark.parametrize("spoil", [lambda page: page.unlink(), lambda page: page.write_text("anders")])
def test_a_report_that_is_not_what_was_published_is_published_again(stage, spoil):
    stage.report()
    before = stage.pages
    spoil(workspace.published(stage.out, Parameters()) / "index.html")
    assert stage.report() == []
    assert stage.pages.keys() == before.keys()
    assert b"anders" not in stage.pages[next(name for name in before if name.name == "index.html")]


def test_a_run_that_failed_goes_on_where_it_was(stage):
    write(stage.folder, "1 / 0", stem=BIKES)
    with pytest.raises(ChapterError):
        stage.report()
    assert not workspace.published(stage.out, Parameters()).exists()
    write(stage.folder, "import analysis as va\nva.load('fietsdiefstal', municipality)", stem=BIKES)
    assert stage.report() == [BIKES]
    assert len(stage.pages) > 5


def test_packages_definitions_and_code_are_inputs(monkeypatch):
    inputs = dependencies.code_inputs(["analysis.display.yearly_charts"])
    assert {"Python en pakketten", "definities breaks.yml", "code analysis.display.yearly_charts"} <= inputs.keys()
    assert dependencies.changed_names(inputs, inputs | {"definities breaks.yml": "anders"}) == ["definities breaks.yml"]
    monkeypatch.setattr("sys.version", "4")
    dependencies.packages_checksum.cache_clear()
    assert dependencies.changed_names(inputs, dependencies.code_inputs(["analysis.display.yearly_charts"])) == [
        "Python en pakketten"
    ]
    dependencies.packages_checksum.cache_clear()


def test_modules_are_followed_through_their_imports():
    assert "analysis.display.svg" in dependencies.with_imports(["analysis.display.yearly_charts"])
    assert "analysis.display.yearly_charts" not in dependencies.with_imports(["analysis.policy.judging"])
    assert dependencies.with_imports(["numpy"]) == {"analysis"}
    assert (
        dependencies.module_files()["analysis.display"]
        == paths.PROJECT / "src" / "analysis" / "display" / "__init__.py"
    )


def test_what_shows_a_result_is_written_down(tmp_path, monkeypatch):
    monkeypatch.setenv(usage.VARIABLE, str(tmp_path / "asked"))
    html(change(yearly("proef", "GM1969", {2019: 242, 2022: 395}), 2019, 2022))
    data, used = usage.read(tmp_path / "asked")
    assert {"analysis.display.questions", "analysis.display.provenance"} == used
    assert not data


def test_exactly_the_chapters_that_draw_rest_on_what_draws(sample_report):
    """On the sample: a change in drawing makes a chapter outdated when its page has a drawing, and only then."""
    folder = sample_report.folder
    work = workspace.chapters(folder.parents[1], Parameters())
    for chapter in chapters.chapters():
        stamp = json.loads((work / chapter.path.stem / "stand.json").read_text(encoding="utf-8"))
        draws = '<svg role="img"' in (folder / chapter.page).read_text(encoding="utf-8")
        assert ("code analysis.display.svg" in stamp["inputs"]) == draws, chapter.path.stem


def many(stage, *codes, keep_going=False):
    processed, _, _ = exports.read(stage.raw, stage.raw, workspace.exports(stage.out), False)
    asked = [Parameters(code) for code in codes]
    with ThreadPoolExecutor(2) as pool:
        return reports.make_reports(asked, processed, stage.out, pool, lambda *_: None, keep_going)


def test_of_many_reports_one_that_fails_stops_the_rest_or_only_itself(stage):
    write(stage.folder, "1 / (municipality != 'GM0014')\nNone", stem=BIKES)
    with pytest.raises(ChapterError, match="ZeroDivisionError"):
        many(stage, "GM0014", "GM1969")
    first, second, third = many(stage, "GM1969", "GM0014", "GM0074", keep_going=True)
    assert isinstance(second, ChapterError) and not (stage.out / "GM0014" / "2019-2022").exists()
    assert first.folder == stage.out / "GM1969" / "2019-2022"
    assert (third.folder / "index.html").exists()
    assert execution._RUNNING == {}


@pytest.mark.parametrize("at_once", [1, 2])
def test_no_more_chapters_are_said_to_be_busy_than_run_at_once(stage, monkeypatch, at_once):
    """As the terminal counts them, of two reports that are made side by side."""
    said = []
    bars = SimpleNamespace(add_task=lambda *_, **__: 0, update=lambda *_, description, **__: said.append(description))
    processed, _, _ = exports.read(stage.raw, stage.raw, workspace.exports(stage.out), False)
    asked = [Parameters(code) for code in ("GM0014", "GM1969")]
    with ThreadPoolExecutor(at_once) as pool:
        show = ChapterProgress(bars, 4, stage.folder / "log.jsonl")
        reports.make_reports(asked, processed, stage.out, pool, show, False)
    busy = [int(re.search(r"(\d+) bezig", line)[1]) for line in said]
    assert max(busy) == at_once and busy[-1] == 0
    steps = [json.loads(line) for line in (stage.folder / "log.jsonl").read_text().splitlines()]
    assert [step["stand"] for step in steps if step["gemeente"] == "GM1969" and step["hoofdstuk"] == HOMES] == [
        "wacht",
        "bezig",
        "klaar",
    ]


class Stopped(Executor):
    """A pool that is shut down before it got to any chapter."""

    def submit(self, run, task, begins):
        never = Future()
        never.cancel()
        return never


def test_a_report_whose_chapters_are_cancelled_elsewhere_does_not_wait_for_them(stage):
    processed, _, _ = exports.read(stage.raw, stage.raw, workspace.exports(stage.out), False)
    ended = threading.Event()

    def report():
        with pytest.raises(CancelledError):
            reports.make_report(Parameters(), processed, stage.out, Stopped(), lambda *_: None)
        ended.set()

    threading.Thread(target=report, daemon=True).start()
    assert ended.wait(30)
