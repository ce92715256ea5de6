"""Warm kernels behave as ordinary kernels: imports, environment, outputs, interrupts, exit codes."""

import os
import signal
import subprocess
import sys

import pytest
from jupyter_client.manager import KernelManager

from analysis.warm_kernels import starter
from kernels_for_tests import alive, kernel, left, spec, stage, until, value

pytestmark = pytest.mark.slow

__all__ = ["stage"]


def loaded(module):
    return f"{module!r} in __import__('sys').modules"


def test_everything_is_imported_before_the_first_cell(stage):
    with kernel() as (_, client):
        assert value(client, loaded("colorsys"))
        assert not value(client, loaded("wave"))


def test_kernels_come_from_one_process_and_share_nothing_else(stage):
    spec(stage, preload=["numpy.random"])
    with kernel() as (_, first), kernel() as (_, second):
        assert value(first, "__import__('os').getppid()") == value(second, "__import__('os').getppid()")
        first.execute("mine = 1", reply=True)
        assert not value(second, "'mine' in globals()")
        for draw in ("__import__('random').random()", "float(__import__('numpy').random.random())"):
            assert value(first, draw) != value(second, draw)


def test_it_has_the_environment_the_folder_and_the_modules_of_its_notebook(stage, monkeypatch):
    (stage / "buur.py").write_text("naam = 'buur'")
    with kernel(cwd=str(stage), env=os.environ | {"PROEF": "ja"}) as (_, client):
        assert value(client, "__import__('os').environ['PROEF']") == "ja"
        assert value(client, "__import__('os').getcwd()") == str(stage)
        assert value(client, "__import__('buur').naam") == "buur"


def test_what_is_read_at_import_is_what_the_kernel_asked_for(stage):
    with kernel() as (_, plain), kernel(env=os.environ | {"PYTHONPATH": str(stage)}) as (_, with_path):
        assert value(with_path, f"{str(stage)!r} in __import__('sys').path")
        assert not value(plain, f"{str(stage)!r} in __import__('sys').path")


@pytest.mark.parametrize(
    ("source", "code"), [("import os; os._exit(3)", 3), ("import os; os.kill(os.getpid(), 9)", -signal.SIGKILL)]
)
def test_the_exit_code_is_that_of_the_kernel(stage, source, code):
    with kernel() as (manager, client):
        client.execute(source)
        process = manager.provisioner.process
        assert process.wait(timeout=30) == code
        assert not manager.is_alive()
    assert not left(stage)


def test_waiting_for_a_kernel_that_runs_has_a_limit(stage):
    with kernel() as (manager, _), pytest.raises(subprocess.TimeoutExpired):
        manager.provisioner.process.wait(timeout=0.01)


def test_a_kernel_runs_its_exit_functions(stage):
    with kernel() as (_, client):
        marker = stage / "told"
        client.execute(f"import atexit, pathlib; atexit.register(pathlib.Path({str(marker)!r}).touch)", reply=True)
    assert marker.exists()


def test_it_can_be_interrupted_and_restarted(stage):
    with kernel() as (manager, client):
        before = manager.provisioner.pid
        asked = client.execute("print(1)\nwhile True: pass")
        client.get_iopub_msg(timeout=30)
        until(lambda: client.get_iopub_msg(timeout=30)["msg_type"] == "stream")
        manager.interrupt_kernel()
        reply = client._recv_reply(asked, timeout=30)
        assert reply["content"]["ename"] == "KeyboardInterrupt"
        client.execute("here = 1", reply=True)
        manager.restart_kernel()
        client.wait_for_ready(timeout=30)
        assert manager.provisioner.pid != before and not alive(before)
        assert not value(client, "'here' in globals()")
        assert len(left(stage)) == 2  # still its folder and its connection file, and no other
    assert not left(stage)


def test_its_outputs_go_where_those_of_an_ordinary_kernel_go(stage):
    say = "import sys; print('op de console', file=sys.__stdout__, flush=True)"
    with (stage / "uit").open("w") as out, kernel(stdout=out) as (_, client):
        client.execute(say, reply=True)
        assert value(client, "__import__('os').getppid()") != os.getpid()
    assert (stage / "uit").read_text() == "op de console\n"


def test_an_interrupt_that_hits_no_cell_is_no_error(stage):
    log = "import logging; [logging.getLogger('IPKernelApp').error(said) for said in {}]"
    with (stage / "fout").open("w") as err, kernel(stderr=err) as (_, client):
        client.execute(log.format(["KeyboardInterrupt caught in kernel.", "iets anders"]), reply=True)
    assert (stage / "fout").read_text() == "[IPKernelApp] ERROR | iets anders\n"


def test_whoever_wants_a_pipe_gets_an_ordinary_kernel(stage):
    with kernel(stdout=subprocess.PIPE) as (_, client):
        assert value(client, "__import__('os').getppid()") == os.getpid()


def test_where_fork_is_missing_a_kernel_starts_the_ordinary_way(stage, monkeypatch):
    monkeypatch.setattr(starter, "CAN_FORK", False)
    with kernel() as (manager, client):
        assert value(client, "__import__('os').getppid()") == os.getpid()
        assert manager.transport == "ipc"
        manager.restart_kernel()
        client.wait_for_ready(timeout=60)
        assert value(client, "1 + 1") == 2
    assert not left(stage)


@pytest.mark.parametrize(("module", "fork"), [("stuk", True), ("dodelijk", False)])
def test_a_module_that_cannot_be_imported_does_not_keep_a_kernel_from_starting(stage, monkeypatch, module, fork):
    (stage / "stuk.py").write_text("1 / 0")
    (stage / "dodelijk.py").write_text("import os; os._exit(1)")
    monkeypatch.setenv("PYTHONPATH", str(stage), prepend=os.pathsep)
    spec(stage, preload=[module])
    with kernel() as (_, client):
        assert (value(client, "__import__('os').getppid()") != os.getpid()) is fork


def test_after_an_edit_the_next_kernel_has_the_new_code(stage, monkeypatch):
    package = stage / "eigen"
    package.mkdir()
    (package / "__init__.py").write_text("from .deel import antwoord")
    (package / "deel.py").write_text("antwoord = 1")
    monkeypatch.setenv("PYTHONPATH", str(stage), prepend=os.pathsep)
    spec(stage, preload=["eigen"])
    with kernel() as (_, old):
        first = value(old, "__import__('os').getppid()")
        assert value(old, "__import__('eigen').antwoord") == 1
        (package / "deel.py").write_text("antwoord = 22")
        with kernel() as (_, new):
            assert value(new, "__import__('eigen').antwoord") == 22
            assert value(old, "__import__('eigen').antwoord") == 1
    until(lambda: not alive(first))


def test_the_kernelspec_of_the_project_is_found_and_has_everything_imported_and_read(stage):
    manager = KernelManager(kernel_name="veiligheid")
    manager._launch_args = {}
    assert manager.format_kernel_cmd()[:3] == [sys.executable, "-m", "ipykernel_launcher"]
    assert manager.kernel_spec.display_name == "Veiligheidsanalyse"
    preload = manager.kernel_spec.metadata["kernel_provisioner"]["config"]["preload"]
    code = (
        f"import sys, importlib; [importlib.import_module(m) for m in {preload}]; before = set(sys.modules)\n"
        "from analysis import paths; paths.DEFINITIONS = None  # read already\n"
        "import analysis as va; [getattr(va, name) for name in va.__all__]\n"
        "from analysis.definitions import catalogue, regions\n"
        "catalogue.indicator_of(), catalogue.breaks_of('overlast', 'GM1969')\n"
        "catalogue.tables(), catalogue.thresholds(), regions.name('GM1969')\n"
        "sys.exit(str(set(sys.modules) - before) if set(sys.modules) - before else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
