"""Warm kernels side by side, and protected from other users."""

import asyncio
import os
import stat
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from jupyter_client.manager import start_new_async_kernel

from analysis.warm_kernels import protocol, starter
from kernels_for_tests import NAME, kernel, left, stage, value

pytestmark = pytest.mark.slow

__all__ = ["stage"]


def test_nobody_else_can_reach_its_sockets(stage):
    with kernel() as (manager, _):
        folder = Path(manager.ip).parent
        assert manager.transport == "ipc"
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {path.name for path in folder.iterdir()} == {f"s-{port}" for port in manager.ports}
        assert stat.S_IMODE(Path(manager.connection_file).stat().st_mode) & 0o077 == 0


def test_where_a_name_is_too_long_for_a_socket_tcp_is_encrypted(stage, monkeypatch):
    long = stage / ("lang" * 25)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    with kernel() as (manager, client):
        assert manager.transport == "tcp" and manager.curve_secretkey
        assert value(client, "__import__('os').getppid()") != os.getpid()
    assert not left(stage) and not list(long.iterdir())


@pytest.mark.parametrize(("spare", "fits"), [(0, True), (-1, False)])
def test_the_longest_name_that_fits(stage, monkeypatch, spare, fits):
    length = 103 - len("/kernel-12345678/s-65535") - spare
    folder = str(stage) + "/" + "x" * (length - len(str(stage)) - 1)
    os.mkdir(folder)
    monkeypatch.setattr(tempfile, "tempdir", folder)
    assert (protocol.private_folder() is not None) is fits


def test_threads_may_start_kernels_at_once(stage):
    def start(number):
        with kernel() as (_, client):
            return value(client, f"({number}, __import__('os').getppid())")

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(start, range(8)))
    assert [number for number, _ in answers] == list(range(8))
    assert len({warm for _, warm in answers}) == 1
    assert not left(stage)


def test_threads_that_come_first_make_one_warm_process_together(monkeypatch):
    class Slow:
        usable = True

        def __init__(self, key, environment):
            self.key, self.process = key, self
            time.sleep(0.1)

        def poll(self):
            return None

    monkeypatch.setattr(starter, "WarmProcess", Slow)
    monkeypatch.setattr(starter, "_PROCESSES", [])
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(lambda _: starter.warm_process((), (), {}), range(4)))) == 1


def test_tasks_may_start_kernels_at_once(stage):
    async def start():
        manager, client = await start_new_async_kernel(kernel_name=NAME)
        pid = manager.provisioner.pid
        client.stop_channels()
        await manager.shutdown_kernel()
        return pid

    async def several():
        return await asyncio.gather(*(start() for _ in range(4)))

    assert len(set(asyncio.run(several()))) == 4
    assert not left(stage)


def test_the_loop_goes_on_while_the_warm_process_imports(stage):
    async def start():
        ticks = 0

        async def tick():
            nonlocal ticks
            while True:
                await asyncio.sleep(0.01)
                ticks += 1

        ticking = asyncio.create_task(tick())
        manager, client = await start_new_async_kernel(kernel_name=NAME)
        ticking.cancel()
        client.stop_channels()
        await manager.shutdown_kernel(now=True)
        return ticks

    assert asyncio.run(start()) > 5
