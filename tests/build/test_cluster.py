"""Running chapters on a Dask cluster of real processes. All figures are made up."""

import json
import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path

import pytest

import report_command
from analysis.build import chapters, cluster, execution, exports, making, reports, workspace
from analysis.build.chapters import Parameters
from analysis.cli import app
from analysis.errors import ChapterError
from kernels_for_tests import alive, until
from made_up_chapter import write
from made_up_exports import typed

pytestmark = [pytest.mark.slow, pytest.mark.cluster]

LONG = 100  # seconds: a worker imports everything, where much else may run
STEMS = ["01_een", "02_twee", "03_drie", "04_vier"]
GO = "verder"
# Else Dask takes data from a worker that has no chapter at the moment, and sends them again with the next one.
KEEP_DATA = {"DASK_DISTRIBUTED__SCHEDULER__ACTIVE_MEMORY_MANAGER__START": "False"}
WAITING = """
import os, pathlib, time
folder = pathlib.Path({folder!r})
(folder / f"{stem}-{{municipality}}-{{os.getpid()}}.bezig").write_text(os.environ["VEILIGHEID_PROCESSED"])
while not (folder / "verder").exists():
    time.sleep(0.05)
"""
SHOWING = "import analysis as va\nva.load('woninginbraak', municipality)"


class Dasks:
    """A scheduler and workers that do one chapter at a time, each a process that leaves its files in one folder."""

    def __init__(self, folder):
        self.folder, self.known = folder, folder / "scheduler.json"
        self.scheduler = self.start("scheduler", "--host", "127.0.0.1", "--port", "0")
        self.workers = []
        until(lambda: self.known.exists() and self.known.read_text().endswith("}"), LONG)  # and written to its end
        self.address = json.loads(self.known.read_text())["address"]

    def start(self, role, *arguments):
        ours = str(Path(cluster.__file__).parents[2])
        environment = os.environ | {"PYTHONPATH": ours, "TMPDIR": str(self.folder)} | KEEP_DATA
        common = ["--scheduler-file", self.known, "--no-dashboard"]
        command = [sys.executable, "-m", f"distributed.cli.dask_{role}", *map(str, [*common, *arguments])]
        return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)

    def complete(self, count):
        """See to it that there are so many workers, and that the scheduler knows them."""
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        while len(self.workers) < count:
            arguments = ("--no-nanny", "--nthreads", "1", "--local-directory", self.folder)
            self.workers.append(self.start("worker", *arguments))
        from distributed import Client

        with Client(self.address, timeout=LONG) as client:
            client.wait_for_workers(count, timeout=LONG)
        return self

    def end(self):
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@contextmanager
def _dasks(folder):
    pytest.importorskip("distributed")
    dasks = Dasks(folder)
    try:
        yield dasks
    finally:
        dasks.end()


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    with _dasks(tmp_path_factory.mktemp("dask")) as dasks:
        yield dasks


@pytest.fixture
def dasks(both):
    return both.complete(2)


class Stage:
    """Chapters that wait for a file before they go on, and the reports they are for."""

    def __init__(self, folder):
        self.folder = folder
        typed(folder / "raw" / "a.csv", {("1.1.1", "GM1969", f"{year}JJ00"): 36 for year in (2019, 2022)})
        for stem in STEMS:
            write(folder, WAITING.format(folder=str(folder), stem=stem), SHOWING, stem=stem)

    def processed(self, out):
        raw = self.folder / "raw"
        return exports.read(raw, raw, workspace.exports(self.folder / out), False)[0]

    def tasks(self):
        """The chapters, without a report that they are for."""
        processed, values = self.processed("daar"), asdict(Parameters())
        texts = {stem: (self.folder / f"{stem}.ipynb").read_text() for stem in STEMS}
        return [execution.Task(f"{stem}.ipynb", text, values, str(processed)) for stem, text in texts.items()]

    def reports(self, out, pool, *codes):
        """Make reports, of our municipality unless others are named."""
        processed = self.processed(out)
        asked = [Parameters(code) for code in codes or ["GM1969"]]
        return reports.make_reports(asked, processed, self.folder / out, pool, lambda *_: None, False)

    @contextmanager
    def beside(self, pool):
        """Make a report while the test goes on; whatever happens, chapters wait no longer afterwards."""
        with ThreadPoolExecutor(1) as aside:
            try:
                yield aside.submit(self.reports, "daar", pool)
            finally:
                self.go()

    def pages(self, out):
        """Every file of a report; when it was made and in how long differs."""
        target = workspace.published(self.folder / out, Parameters())
        names = {path.relative_to(target): path.read_bytes() for path in report_command.files(target)}
        manifest = json.loads(names.pop(Path("manifest.json")))
        return names, manifest.keys()

    def go(self):
        (self.folder / GO).touch()

    @property
    def busy(self):
        """The kernels that ran a chapter, with where the data stood."""
        return {int(path.stem.rpartition("-")[2]): path.read_text() for path in self.folder.glob("*.bezig")}


@pytest.fixture
def stage(tmp_path, monkeypatch):
    monkeypatch.setattr(reports, "chapters", lambda: chapters.chapters(tmp_path))
    monkeypatch.setenv("VEILIGHEID_CHROMIUM", "geen")
    return Stage(tmp_path)


def test_chapters_of_a_lost_worker_run_elsewhere(stage, dasks):
    with cluster.pool(dasks.address) as pool, stage.beside(pool) as made:
        until(lambda: len(stage.busy) == 2, LONG)
        dasks.workers[0].send_signal(signal.SIGKILL)
        until(lambda: sum(map(alive, stage.busy)) == 1, LONG)
        stage.go()
        made.result()
    assert len(stage.busy) == len(STEMS) + 1  # the one that was lost ran twice
    until(lambda: not any(map(alive, stage.busy)), LONG)
    with ThreadPoolExecutor(2) as local:
        stage.reports("hier", local)
    assert stage.pages("daar") == stage.pages("hier")


def test_a_worker_unpacks_the_data_once_and_clears_them(stage, dasks):
    stage.go()
    with cluster.pool(dasks.address) as pool:
        begun = []
        done = [pool.submit(making._run, task, partial(begun.append, task.file)) for task in stage.tasks()]
        assert all("36 in 2022" in future.result().notebook for future in done)
    assert sorted(begun) == sorted(f"{stem}.ipynb" for stem in STEMS)
    folders = {Path(name) for name in stage.busy.values()}
    assert 1 <= len(folders) <= 2
    assert all(folder.is_relative_to(dasks.folder) for folder in folders)
    until(lambda: not any(folder.exists() for folder in folders), LONG)


def test_other_code_is_refused(stage, dasks, monkeypatch):
    checksums = cluster.installed_code()
    monkeypatch.setattr(cluster, "installed_code", lambda: checksums | {"display/charts.py": "anders"})
    refused = r"worker tcp://.+ niet hetzelfde als hier: display/charts\.py\."
    with pytest.raises(ChapterError, match=refused), cluster.pool(dasks.address) as pool:
        stage.reports("daar", pool)
    assert not stage.busy
    assert not workspace.published(stage.folder / "daar", Parameters()).exists()


def test_workers_that_lack_our_package_get_no_data(dasks, monkeypatch):
    monkeypatch.setattr(cluster, "__name__", "analysis.build.nergens")
    lacking = r"op een worker ontbreekt iets \(No module named 'analysis\.build\.nergens'\)"
    with pytest.raises(ChapterError, match=lacking), cluster.pool(dasks.address):
        pass


def test_a_chapter_that_fails_does_not_wait_for_those_of_another_report(stage, dasks):
    for stem in STEMS[1:]:
        (stage.folder / f"{stem}.ipynb").unlink()
    waiting = WAITING.format(folder=str(stage.folder), stem=STEMS[0])
    write(stage.folder, "1 / (municipality != 'GM0014')", waiting, stem=STEMS[0])
    failed = "Hoofdstuk 01_een, cel 4 .*ZeroDivisionError"
    try:
        with pytest.raises(ChapterError, match=failed), cluster.pool(dasks.address) as pool:
            stage.reports("daar", pool, "GM0014", "GM1969")
        assert all(map(alive, stage.busy))  # nobody waited until it was ended
        assert not workspace.published(stage.folder / "daar", Parameters()).exists()
    finally:
        stage.go()


def report(monkeypatch, capsys, *arguments):
    """What the command says when it fails."""
    monkeypatch.setattr(sys, "argv", ["veiligheid", "report", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        app.main()
    assert ended.value.code == 1
    return capsys.readouterr().err


def test_without_the_package_the_remedy_is_told(monkeypatch, capsys, tmp_path):
    monkeypatch.setitem(sys.modules, "distributed", None)
    printed = report(monkeypatch, capsys, "--out", tmp_path, "--cluster", "tcp://127.0.0.1:8786")
    assert "het pakket 'distributed' is er niet" in printed and "[cluster]" in printed


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nergens", "kip://a:1"])
def test_where_no_scheduler_answers_that_is_told(monkeypatch, capsys, tmp_path, address):
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    printed = report(monkeypatch, capsys, "--out", tmp_path, "--cluster", address)
    assert f"Fout in {address}: hier antwoordt geen scheduler" in printed


def test_where_something_else_answers_that_is_told(monkeypatch, capsys, tmp_path):
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0)) as other, ThreadPoolExecutor(1) as aside:
        aside.submit(lambda: other.accept()[0].sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 9))
        address = f"tcp://127.0.0.1:{other.getsockname()[1]}"
        printed = report(monkeypatch, capsys, "--out", tmp_path, "--cluster", address)
    assert f"Fout in {address}: hier antwoordt geen scheduler" in printed


def test_a_cluster_without_workers_is_told(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    with _dasks(tmp_path) as dasks:
        printed = report(monkeypatch, capsys, "--out", tmp_path, "--cluster", dasks.address)
    assert "dit cluster heeft geen workers" in printed


def test_a_scheduler_that_is_lost_is_told(stage, dasks):
    lost = f"Fout in {dasks.address}: het cluster kon de hoofdstukken niet afmaken"
    with pytest.raises(ChapterError, match=lost), cluster.pool(dasks.address) as pool, stage.beside(pool) as made:
        until(lambda: stage.busy, LONG)
        dasks.scheduler.kill()
        made.result()
    until(lambda: not any(map(alive, stage.busy)), LONG)
