"""A chapter that fails says which chapter, which cell and why, and leaves nothing running."""

import gc
from contextlib import suppress

import nbformat
import pytest

from analysis.errors import ChapterError, DataError
from analysis.runner import ahead, chapters, execution
from analysis.runner.execution import Task
from analysis.runner.parameters import Parameters
from analysis.runner.warm import starter
from analysis.runner.warm.forked import Forked
from chapter import PARAMETERS, write
from warm_kernels import handles, until


def run(folder, *sources):
    write(folder, *sources)
    (chapter,) = chapters.chapters(folder)
    values = Parameters().for_notebook(chapter.path)
    done = execution.run(Task(chapter.path.name, chapter.path.read_text(encoding="utf-8"), values, str(folder)))
    return nbformat.reads(done.notebook, as_version=4)


def kernels():
    """Kernels that this process started and that still run."""
    return {kernel.pid for kernel in Forked.every if kernel.poll() is None}


def test_a_chapter_runs_with_its_parameters_and_leaves_no_kernel(tmp_path):
    before = kernels()
    notebook = run(tmp_path, "print(municipality, first_year + 1)")
    assert notebook.cells[-1].outputs[0].text == "GM1969 2020\n"
    assert kernels() <= before


def test_a_chapter_runs_in_the_process_that_was_got_ready_for_it(tmp_path):
    starter.end_all()
    ahead.prepare()
    (ready,) = starter._PROCESSES
    notebook = run(tmp_path, "import os\nprint(os.getppid())")
    assert int(notebook.cells[-1].outputs[0].text) == ready.process.pid


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
        ("import sys\nsys.exit(0)", "de cel stopte het notebook"),
        ("while True: pass", "langer dan 6 seconden"),
    ],
)
def test_a_failure_names_chapter_cell_and_cause(tmp_path, monkeypatch, source, cause):
    monkeypatch.setattr(execution, "CELL_SECONDS", 6)
    before = kernels()
    with pytest.raises(ChapterError) as caught:
        run(tmp_path, "a = 1", source, "b = 2")
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
        (("GM9999", 2019, 2022), "geen code van een gemeente"),
        (("GM1969", 2022, 2019), "ligt na het laatste"),
        (("GM1969", 2001, 2019), "kunnen niet"),
        (("GM1969", 2019, 2019), "allebei 2019"),
    ],
)
def test_impossible_parameters_are_refused(values, problem):
    with pytest.raises(DataError, match=problem):
        Parameters(*values)


def test_a_notebook_without_id_is_refused(tmp_path):
    write(tmp_path, "1", about={"needs": []})
    with pytest.raises(DataError, match=r"veiligheid\.id"):
        chapters.chapters(tmp_path)
