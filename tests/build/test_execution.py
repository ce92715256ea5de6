"""Executing a chapter: a failure names the chapter, the cell and the cause, and leaves nothing running."""

import gc
from contextlib import suppress
from datetime import date

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from analysis.build import chapters, execution
from analysis.build.chapters import Parameters
from analysis.build.execution import Task
from analysis.errors import ChapterError, DataError
from analysis.warm_kernels import starter
from analysis.warm_kernels.starter import KernelProcess
from kernels_for_tests import handles, until
from made_up_chapter import PARAMETERS, write

pytestmark = pytest.mark.slow


def run(folder, *sources):
    write(folder, *sources)
    (chapter,) = chapters.chapters(folder)
    values = Parameters().for_notebook(chapter.path)
    done = execution.run(Task(chapter.path.name, chapter.path.read_text(encoding="utf-8"), values, str(folder)))
    return nbformat.reads(done.notebook, as_version=4)


def kernels():
    """Kernels that this process started and that still run."""
    return {kernel.pid for kernel in KernelProcess.every if kernel.poll() is None}


def test_a_chapter_runs_with_its_parameters_and_leaves_no_kernel(tmp_path):
    before = kernels()
    notebook = run(tmp_path, "print(municipality, first_year + 1)")
    assert notebook.cells[-1].outputs[0].text == "GM1969 2020\n"
    assert kernels() <= before


def test_a_chapter_runs_in_the_process_that_was_got_ready_for_it(tmp_path):
    starter.end_all()
    chapters.prestart_kernel()
    (ready,) = starter._PROCESSES
    notebook = run(tmp_path, "import os\nprint(os.getppid())")
    assert int(notebook.cells[-1].outputs[0].text) == ready.process.pid


SPOIL = """
import os, shutil
from pathlib import Path
print(sorted(os.listdir()), Path("spoor.txt").write_text("van een hoofdstuk"))
shutil.rmtree(os.getcwd())
"""


@pytest.mark.parametrize("forks", [True, False], ids=["warm", "ordinary"])
def test_a_chapter_runs_in_an_empty_folder_and_spoils_nothing(tmp_path, monkeypatch, forks):
    monkeypatch.setattr(starter, "CAN_FORK", forks)
    own = tmp_path / "van de analist"
    own.mkdir()
    (own / "cijfers.csv").write_text("1")
    monkeypatch.chdir(own)
    notebook = run(tmp_path, SPOIL)
    assert notebook.cells[-1].outputs[0].text == "[] 17\n"
    assert [path.name for path in own.iterdir()] == ["cijfers.csv"]


def test_chapters_in_a_row_leave_no_open_files(tmp_path):
    run(tmp_path, "1")
    gc.collect()
    before = handles()
    for source in ("1", "1 / 0", "import os; os._exit(1)"):
        with suppress(ChapterError):
            run(tmp_path, source)
    gc.collect()
    until(lambda: handles() <= before)


@pytest.mark.parametrize(
    ("source", "cause"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("import os\nos._exit(1)", "de kernel is onverwacht gestopt"),
        ("import sys\nsys.exit(0)", "de cel stopt het notebook"),
        ("import sys\nsys.exit('klaar')", "de cel stopt het notebook"),
        ("quit()", "de cel stopt het notebook"),
        ("exit()", "de cel stopt het notebook"),
        ("exit", "de cel stopt het notebook"),
        ("import os\nos.kill(os.getpid(), 15)", "de kernel is onverwacht gestopt"),
        ("while True: pass", "langer dan 6 seconden"),
    ],
)
@pytest.mark.parametrize("more", [("b = 2",), ()], ids=["more follows", "it is the last"])
def test_a_failure_names_chapter_cell_and_cause(tmp_path, monkeypatch, source, cause, more):
    monkeypatch.setattr(execution, "CELL_SECONDS", 6)
    before = kernels()
    with pytest.raises(ChapterError) as caught:
        run(tmp_path, "a = 1", source, *more)
    message = str(caught.value)
    assert "01_proef, cel 5" in message
    assert "Tweede vraag" in message
    assert cause in message
    assert kernels() <= before


def test_a_kernel_that_never_answers_is_ended_by_the_clock(tmp_path, monkeypatch):
    monkeypatch.setattr(execution, "CHAPTER_SECONDS", 3)
    monkeypatch.setattr(execution, "CELL_SECONDS", 600)
    with pytest.raises(ChapterError, match="cel 4"):
        run(tmp_path, "import time\ntime.sleep(600)")


@pytest.mark.parametrize(
    ("parameters", "problem"),
    [
        (PARAMETERS.replace("first_year", "firstyear"), "onbekende parameter 'firstyear'"),
        (PARAMETERS.rpartition("\n")[0], "mist de parameter 'last_year'"),
        (PARAMETERS.replace("int = 2019", 'str = "2019"'), "heeft type str, maar moet int zijn"),
    ],
)
def test_parameters_are_checked_by_name_and_type(tmp_path, parameters, problem):
    path = write(tmp_path, "1", parameters=parameters)
    with pytest.raises(DataError, match=problem):
        Parameters().for_notebook(path)


def test_a_chapter_without_a_kernel_is_refused(tmp_path):
    path = write(tmp_path, "1")
    path.write_text(path.read_text(encoding="utf-8").replace('"kernelspec"', '"anders"'), encoding="utf-8")
    with pytest.raises(DataError, match="noemt geen kernel"):
        Parameters().for_notebook(path)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        (("GM9999", 2019, 2022), "is geen gemeente"),
        (("GM1969", 2022, 2019), "ligt na het laatste"),
        (("GM1969", 2001, 2019), "kunnen niet"),
        (("GM1969", 2019, 2019), "allebei 2019"),
        (("GM1969", 2019, date.today().year + 1), "kunnen niet"),  # of a year that has not begun there are no figures
    ],
)
def test_impossible_parameters_are_refused(values, problem):
    with pytest.raises(DataError, match=problem):
        Parameters(*values)


CHECK = "import analysis as va\nmunicipality, first_year, last_year = va.checked(municipality, first_year, last_year)"


def by_hand(folder, values):
    """The code cells of a chapter that papermill was given these parameters for, without our runner's own check."""
    path = write(folder, CHECK, "print(municipality, first_year, last_year)")
    task = Task(path.name, path.read_text(encoding="utf-8"), values, str(folder))
    return nbformat.reads(execution.run(task).notebook, as_version=4).cells[-1].outputs[0].text


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"municipality": "Westerkwartier"}, "GM1969 2019 2022"),
        ({"municipality": "gm1969"}, "GM1969 2019 2022"),
        ({"municipality": 1969}, "GM1969 2019 2022"),
        ({"municipality": 14, "first_year": "2018"}, "GM0014 2018 2022"),
        ({"municipality": "Den Haag"}, "GM0518 2019 2022"),
        ({"municipality": "leek", "first_year": 2013, "last_year": 2018}, "GM0022 2013 2018"),
    ],
)
def test_a_notebook_takes_every_spelling_of_a_municipality(tmp_path, values, message):
    assert by_hand(tmp_path, values) == message + "\n"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"municipality": "Westerkwartir"}, "veld 'municipality': 'Westerkwartir' is geen gemeente.*GM1969 voor"),
        ({"municipality": "Nuenen"}, "GM0820 voor Nuenen, Gerwen en Nederwetten"),
        ({"municipality": "NL00"}, "'NL00' is geen gemeente"),
        ({"municipality": None}, "'None' is geen gemeente"),
        ({"municipality": "Leek"}, r"Leek \(GM0022\) bestaat na 2018 niet meer.*GM1969 \(Westerkwartier\)"),
        ({"municipality": "Maasdonk"}, r"GM0796 \('s-Hertogenbosch\) of GM0828 \(Oss\)"),
        ({"first_year": 2023}, "veld 'first_year': het eerste jaar .2023. ligt na het laatste"),
        ({"first_year": 2022}, "allebei 2022"),
        ({"first_year": 19}, "kunnen niet"),
        ({"last_year": "volgend jaar"}, "veld 'last_year': 'volgend jaar' is geen jaar"),
        ({"last_year": "٢٠٢٢"}, "is geen jaar"),
        ({"last_year": 2022.5}, "'2022.5' is geen jaar"),
        ({"last_year": True}, "'True' is geen jaar"),
        ({"gemeente": "Groningen"}, "veld 'gemeente': deze parameter heeft het notebook niet"),
    ],
)
def test_a_notebook_refuses_what_cannot_be_asked(tmp_path, values, message):
    with pytest.raises(ChapterError, match=f"(?s)cel 4.*{message}"):
        by_hand(tmp_path, values)


def test_a_notebook_tells_bad_input_in_two_lines(tmp_path):
    """As nbclient runs it and Lab shows it: without papermill, and without the lines of code behind it."""
    path = write(tmp_path, CHECK, parameters=PARAMETERS.replace("GM1969", "Nergens"))
    notebook = nbformat.read(path, as_version=4)
    with pytest.raises(CellExecutionError):
        NotebookClient(notebook, kernel_name="veiligheid").execute()
    (output,) = notebook.cells[-1].outputs
    problem, remedy = output.traceback
    assert problem == "Fout in de parameters, veld 'municipality': 'Nergens' is geen gemeente."
    assert remedy.startswith("Wat kunt u doen? Gebruik de CBS-code of de naam van een gemeente")


def test_a_notebook_without_id_is_refused(tmp_path):
    write(tmp_path, "1", about={"needs": []})
    with pytest.raises(DataError, match=r"veiligheid\.id"):
        chapters.chapters(tmp_path)
