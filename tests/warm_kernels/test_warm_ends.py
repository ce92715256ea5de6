"""The end of warm kernels: whichever process dies, no process and no file stays behind."""

import gc
import os
import signal
import subprocess
import sys

import pytest

from kernels_for_tests import NAME, alive, handles, kernel, left, stage, until, value
from torture import STARTER_KILLED, TORTURES, Notebook

pytestmark = pytest.mark.slow

__all__ = ["stage"]

STARTER = f"""
import sys, time
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name={NAME!r})
client.execute("import os, subprocess; child = subprocess.Popen(['sleep', '60'])", reply=True)
process = manager.provisioner.process
print(process.pid, open(f"/proc/{{process.pid}}/stat").read().rpartition(")")[2].split()[1], flush=True)
"""


@pytest.mark.parametrize("torture", [*TORTURES, STARTER_KILLED], ids=lambda torture: torture.name)
def test_every_end_has_its_code_and_message_and_leaves_nothing(stage, torture):
    right, remains, said = torture.once(Notebook(NAME))
    assert right, said
    assert remains == (0, 0, 0)


ENDS = ["time.sleep(60)", "raise SystemExit(0)", "import os; os._exit(0)"]


@pytest.mark.parametrize("end", ENDS)
def test_a_starter_that_ends_without_clearing_up_takes_all_along(stage, end):
    with subprocess.Popen([sys.executable, "-c", STARTER + end], stdout=subprocess.PIPE, text=True) as starter:
        pids = [int(pid) for pid in starter.stdout.readline().split()]
        if end == ENDS[0]:
            starter.terminate()
        until(lambda: not left(stage) and not alive(pids[0]))
        starter.kill()
    until(lambda: not any(alive(pid) for pid in pids))


def test_a_kernel_takes_along_what_it_started(stage):
    with kernel() as (_, client):
        client.execute("import subprocess; child = subprocess.Popen(['sleep', '60'])", reply=True)
        child = value(client, "child.pid")
        client.execute("import os; os._exit(1)")
        until(lambda: not alive(child))


ESCAPES = """
import os, subprocess, sys, time
subprocess.Popen(["sleep", "120", "{mark}"], start_new_session=True)
subprocess.Popen(["sh", "-c", "(setsid sh -c 'sleep 121 {mark}; true' &) &"])
if not os.fork():
    os.setsid()
    if os.fork():
        os._exit(0)
    os.execvp("sleep", ["sleep", "122", "{mark}"])
time.sleep(0.3)
"""
WAYS_OUT = {"shut down": "", "crashed": "os._exit(1)", "killed": "os.kill(os.getpid(), 9)", "restarted": ""}


@pytest.mark.parametrize("way", WAYS_OUT)
def test_a_kernel_takes_along_what_left_its_session_and_nothing_of_another(stage, way):
    ours, theirs = f"1{os.getpid()}.1", f"1{os.getpid()}.2"  # seconds more to sleep, to know them by
    with kernel() as (_, other):
        other.execute(ESCAPES.format(mark=theirs), reply=True)
        with kernel() as (manager, client):
            client.execute(ESCAPES.format(mark=ours), reply=True)
            until(lambda: len(running(ours)) == len(running(theirs)) >= 4)
            client.execute(WAYS_OUT[way])
            if way == "restarted":
                manager.restart_kernel()
            elif WAYS_OUT[way]:
                until(lambda: manager.provisioner.process.poll() is not None)
                assert not running(ours)
        assert not running(ours) and len(running(theirs)) >= 4
    assert not running(theirs)


def test_what_left_the_session_of_a_kernel_ends_with_the_starter(stage):
    mark = f"1{os.getpid()}.3"
    escapes = f"client.execute({ESCAPES.format(mark=mark)!r}, reply=True); print('ready', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", STARTER + escapes], stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout.readline() and starter.stdout.readline() == "ready\n"
        until(lambda: len(running(mark)) >= 4)
        starter.kill()
    until(lambda: not running(mark))


def running(mark):
    """Return the processes with this mark on their command line."""
    listed = subprocess.run(["pgrep", "-f", f"sleep 12. {mark}"], capture_output=True, text=True, check=False)
    return listed.stdout.split()


def test_after_the_warm_process_died_there_is_a_new_one(stage):
    with kernel() as (manager, client):
        warm = value(client, "__import__('os').getppid()")
        os.kill(warm, signal.SIGKILL)
        assert manager.provisioner.process.wait(timeout=30) == -signal.SIGKILL
        until(lambda: not alive(manager.provisioner.pid))
    with kernel() as (_, client):
        assert value(client, "__import__('os').getppid()") not in {warm, os.getpid()}
    assert not left(stage)


def test_no_signal_reaches_a_number_that_may_be_of_another_by_now(stage, monkeypatch):
    with kernel() as (manager, client):
        process = manager.provisioner.process
        client.execute("import os; os._exit(0)")
        until(lambda: process.poll() is not None)
        monkeypatch.setattr(os, "killpg", lambda *_: pytest.fail("signalled"))
        manager.interrupt_kernel()
        process.kill()


def test_a_fork_of_the_starter_keeps_no_kernel_alive(stage):
    with kernel() as (manager, client):
        warm = value(client, "__import__('os').getppid()")
        process = manager.provisioner.process
        fork = os.fork()
        if not fork:
            os._exit(process.connection.fileno() != -1)
        assert os.waitpid(fork, 0)[1] == 0
        assert alive(warm) and value(client, "1") == 1


def test_kernels_in_a_row_leave_no_open_files(stage):
    with kernel() as (_, client):
        warm = value(client, "__import__('os').getppid()")
    gc.collect()
    before = handles(), handles(warm)
    for _ in range(5):
        with kernel() as (_, client):
            assert value(client, "__import__('os').getppid()") == warm
    gc.collect()
    until(lambda: handles(warm) <= before[1] and handles() <= before[0])
