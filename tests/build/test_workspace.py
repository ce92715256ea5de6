"""One command at a time, and no remains of a killed one. All figures are made up."""

import threading

import pytest

import report_command
from analysis import paths
from analysis.build import workspace
from analysis.build.chapters import Parameters
from analysis.build.workspace import locked
from analysis.errors import DataError
from killed_command import Run
from made_up_chapter import write
from made_up_exports import typed

pytestmark = pytest.mark.slow


def listing(folder):
    """Everything that stands somewhere, by its path."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def export(raw, last):
    typed(raw / "a.csv", {("1.1.1", "GM1969", f"{year}JJ00"): last for year in (2019, 2022)})


def contents(folder):
    return {path: path.read_bytes() for path in report_command.files(folder)}


def test_a_second_command_waits_until_the_first_is_done(tmp_path):
    order, waits = [], threading.Event()

    def second():
        with locked(tmp_path, lambda message: (order.append(message), waits.set())):
            order.append("tweede")

    with locked(tmp_path, order.append):
        thread = threading.Thread(target=second)
        thread.start()
        assert waits.wait(10)
        order.append("eerste klaar")
    thread.join(10)
    assert [event.partition(" is bezig")[0] for event in order] == ["Een andere opdracht", "eerste klaar", "tweede"]


def test_commands_for_other_folders_need_not_wait(tmp_path):
    with locked(tmp_path / "a", pytest.fail), locked(tmp_path / "b", pytest.fail):
        assert workspace.work(tmp_path / "a") != workspace.work(tmp_path / "b")


def test_what_is_kept_is_not_handed_on_with_the_reports(tmp_path):
    with locked(tmp_path, pytest.fail):
        assert workspace.work(tmp_path).stat().st_mode & 0o777 == 0o700
    assert not workspace.chapters(tmp_path, Parameters()).is_relative_to(tmp_path)
    assert listing(tmp_path) == []


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"{own}/veiligheid-", b"{own}/veiligheid-analyse"])
def test_only_a_temporary_folder_of_ours_is_cleared_whatever_a_note_says(tmp_path, content):
    own = tmp_path / "veiligheid-analyse" / "cijfers.csv"
    own.parent.mkdir()
    own.write_text("van de analist")
    with locked(tmp_path / "out", pytest.fail):
        pass
    (workspace.work(tmp_path / "out") / "tijdelijk").write_bytes(content.replace(b"{own}", bytes(tmp_path)))
    with locked(tmp_path / "out", pytest.fail):
        assert own.exists()


def test_the_secret_of_a_machine_is_made_once_and_is_private(tmp_path, monkeypatch):
    monkeypatch.setenv(paths.WORK_VARIABLE, str(tmp_path / "werk"))
    first = workspace.seed()
    (path,) = (tmp_path / "werk").iterdir()
    assert workspace.seed() == first and len(first) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv(paths.WORK_VARIABLE, str(tmp_path / "elders"))
    assert workspace.seed() != first
    path.write_text("abc", encoding="utf-8")
    monkeypatch.setenv(paths.WORK_VARIABLE, str(tmp_path / "werk"))
    with pytest.raises(DataError, match="beschadigd"):
        workspace.seed()


def undated(folder):
    """What stands in a folder, without the editions: their names are moments."""
    return [path for path in listing(folder) if "/edities" not in path]


def test_what_a_killed_run_left_is_gone_after_the_next(tmp_path):
    """Killed with everything it started: while it reads the exports, and while it writes the report."""
    write(tmp_path, "import analysis as va\nva.load('woninginbraak', municipality)")
    export(tmp_path / "raw", 36)
    assert Run(tmp_path).ended() == 0
    before, target = undated(tmp_path), workspace.published(tmp_path / "out", Parameters())
    report = contents(target)
    export(tmp_path / "raw", 41)
    for half_done in ("werk/*/.exports.????????", "out/GM1969/.2019-2022.????????"):
        Run(tmp_path).kill(lambda pattern=half_done: any(tmp_path.glob(pattern)))
        assert any(tmp_path.glob(half_done)) and any(tmp_path.glob("tmp/*"))
        assert contents(target) == report
    assert Run(tmp_path).ended() == 0
    assert undated(tmp_path) == before
    assert b"41 in 2022" in (target / "01_proef.html").read_bytes()
