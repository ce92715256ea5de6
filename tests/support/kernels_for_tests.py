"""Kernelspecs and kernels for the tests of warm kernels, each test in a folder of its own."""

import json
import os
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from jupyter_client.manager import start_new_kernel

from analysis.warm_kernels import starter

NAME = "proef"


@pytest.fixture
def stage(monkeypatch):
    """A folder for sockets, connection files and kernelspecs; its name is short enough for sockets."""
    folder = Path(tempfile.mkdtemp(prefix="w", dir="/tmp"))
    for name in ("tmp", "runtime", "ipython", "data"):
        (folder / name).mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "tmp"))
    monkeypatch.setenv("TMPDIR", str(folder / "tmp"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(folder / "runtime"))
    monkeypatch.setenv("IPYTHONDIR", str(folder / "ipython"))
    monkeypatch.setenv("JUPYTER_PATH", str(folder / "data"))
    spec(folder)
    yield folder
    starter.end_all()
    shutil.rmtree(folder)


def spec(stage, preload=("colorsys",), arguments=()):
    """Write a kernelspec that asks for warm kernels."""
    folder = stage / "data" / "kernels" / NAME
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "argv": ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}", *arguments],
        "display_name": "Proef",
        "language": "python",
        "metadata": {
            "supported_encryption": ["curve"],
            "kernel_provisioner": {"provisioner_name": "warm", "config": {"preload": list(preload)}},
        },
    }
    (folder / "kernel.json").write_text(json.dumps(content))


@contextmanager
def kernel(**asked):
    """Start a kernel; yield its manager and a client, and shut it down at the end."""
    manager, client = start_new_kernel(kernel_name=NAME, **asked)
    try:
        yield manager, client
    finally:
        client.stop_channels()
        manager.shutdown_kernel()


def value(client, expression):
    """Return the value of an expression in the kernel."""
    reply = client.execute("", user_expressions={"it": expression}, reply=True, timeout=60)
    shown = reply["content"]["user_expressions"]["it"]
    assert shown["status"] == "ok", shown
    return eval(shown["data"]["text/plain"])


def left(stage):
    """Return the files that kernels have left."""
    return [*(stage / "tmp").iterdir(), *(stage / "runtime").glob("kernel-*")]


def alive(pid):
    """Return whether a process runs and is not a zombie."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def until(done, seconds=30):
    """Wait until a condition holds; fail after some seconds."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end
        time.sleep(0.01)


def handles(pid="self"):
    """Return the number of files that a process has open."""
    return len(os.listdir(f"/proc/{pid}/fd"))
