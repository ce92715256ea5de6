"""Every client of Jupyter uses warm kernels unmodified."""

import json
import os
import socket
import subprocess
import sys
import urllib.request
from functools import partial

import nbformat
import papermill
import pytest
from jupyter_client.blocking import BlockingKernelClient
from nbclient import NotebookClient

from kernels_for_tests import NAME, alive, left, stage, until, value

pytestmark = pytest.mark.slow

__all__ = ["stage"]

WARM = "import os, sys\nprint('colorsys' in sys.modules and os.getppid())"


def notebook(*sources):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": {"name": NAME, "display_name": "Proef"}})


def parent(executed):
    return int(executed.cells[-1].outputs[0].text)


def test_papermill(stage):
    nbformat.write(notebook(WARM), stage / "n.ipynb")
    executed = papermill.execute_notebook(
        str(stage / "n.ipynb"), str(stage / "uit.ipynb"), kernel_name=NAME, progress_bar=False
    )
    assert parent(executed) not in {0, os.getpid()}
    assert not left(stage)


def test_nbclient_has_charts_as_in_an_ordinary_kernel(stage):
    draw = "import matplotlib.pyplot as plt\n_ = plt.plot([1, 2])"
    executed = NotebookClient(notebook(draw, WARM), timeout=60).execute()
    assert "image/png" in executed.cells[0].outputs[0].data
    assert parent(executed) not in {0, os.getpid()}
    assert not left(stage)


def test_nbval(stage):
    executed = notebook("import sys\n'colorsys' in sys.modules")
    executed.cells[0].outputs = [
        nbformat.v4.new_output("execute_result", {"text/plain": "True"}, execution_count=1),
    ]
    executed.cells[0].execution_count = 1
    nbformat.write(executed, stage / "n.ipynb")
    command = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval", f"--nbval-kernel-name={NAME}", "n.ipynb"]
    ran = subprocess.run([sys.executable, *command], cwd=stage, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "1 passed" in ran.stdout
    assert not left(stage)


@pytest.fixture
def server(stage):
    """Start a Jupyter server, as JupyterLab does; yield a function that calls its REST interface."""
    command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--ServerApp.token=geheim", "--allow-root",
               "--ServerApp.port=0", f"--ServerApp.root_dir={stage}"]  # fmt: skip
    with subprocess.Popen(command, cwd=stage, stderr=subprocess.DEVNULL) as process:
        try:
            until(lambda: address(stage), seconds=120)
            yield partial(call, address(stage))
        finally:
            process.terminate()


def address(stage):
    """Return the address of the server, or None while it does not listen: it writes the address to a file before."""
    try:
        about = json.loads(next((stage / "runtime").glob("jpserver-*.json")).read_text())
        socket.create_connection((about["hostname"], about["port"]), timeout=5).close()
    except (StopIteration, ValueError, OSError):
        return None
    return about["url"]


def call(address, method, path, **body):
    """Return the answer of a server about its kernels."""
    request = urllib.request.Request(
        f"{address}api/kernels{path}",
        json.dumps(body).encode(),
        {"Authorization": "token geheim", "Content-Type": "application/json"},
        method=method,
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read() or "null")


def test_a_server_starts_interrupts_restarts_and_shuts_down(stage, server):
    started = server("POST", "", name=NAME)
    client = BlockingKernelClient(connection_file=str(stage / "runtime" / f"kernel-{started['id']}.json"))
    client.load_connection_file()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    first = value(client, "__import__('os').getpid()")
    assert value(client, "'colorsys' in __import__('sys').modules")
    asked = client.execute("print(1)\nwhile True: pass")
    until(lambda: client.get_iopub_msg(timeout=60)["msg_type"] == "stream")
    server("POST", f"/{started['id']}/interrupt")
    assert client._recv_reply(asked, timeout=60)["content"]["ename"] == "KeyboardInterrupt"
    server("POST", f"/{started['id']}/restart")
    client.wait_for_ready(timeout=60)
    assert value(client, "__import__('os').getpid()") != first and not alive(first)
    second = value(client, "__import__('os').getpid()")
    client.stop_channels()
    server("DELETE", f"/{started['id']}")
    assert server("GET", "") == []
    until(lambda: not alive(second))
    assert not left(stage)
