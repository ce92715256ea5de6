"""Chapters on a Dask cluster that is there already.

A worker gets the processed data with its first chapter, so it needs no folder of ours. What it must have is the same
code, the same packages and the same Python: a page from other code would be wrong without anyone noticing. Chapters of
a worker that is lost run on another. Results come back here, and only this machine writes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from ..errors import ChapterError
from . import worker
from .execution import Executed, Task
from .worker import BEGINS, SAME, Data, Run, message, standing, there

CONNECT_SECONDS = 10  # for the scheduler to answer, and for a first worker to be there


class Pool(Executor):
    """A cluster as `making.make` knows it.

    A chapter that already runs there cannot be ended from here: when another one fails, it ends by itself and what it
    made is not used.

    Parameters
    ----------
    client : distributed.Client
        The line to the cluster.
    """

    def __init__(self, client: Any) -> None:
        self._client, self._chapters = client, client.get_executor(pure=False)
        self._ours = standing()
        self._sent: dict[str, Any] = {}
        self._begins: dict[str, Callable[[], None]] = {}
        client.subscribe_topic(BEGINS, self._begun)

    def _begun(self, event: tuple[float, str]) -> None:
        """A worker begins with a chapter: of this command or another, and perhaps again after one was lost."""
        self._begins.pop(event[1], lambda: None)()

    def submit(self, run: Run, task: Task, begins: Callable[[], None]) -> Future[Executed]:  # type: ignore[override]
        """Run a chapter on a worker, on the data in its folder here; hear when it begins."""
        if task.processed not in self._sent:
            files = {path.name: path.read_bytes() for path in Path(task.processed).iterdir()}
            self._sent[task.processed] = self._client.submit(Data, files)  # made again when its worker is lost
        self._begins[name := uuid4().hex] = begins
        done: Future[Executed] = self._chapters.submit(there, run, task, self._sent[task.processed], self._ours, name)
        return done

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more chapters, and let go of those that are not done unless we wait."""
        self._chapters.shutdown(wait=wait)


@contextmanager
def pool(address: str) -> Iterator[Pool]:
    """A cluster to run chapters on.

    Parameters
    ----------
    address : str
        Of its scheduler, ``tcp://server:8786``.

    Raises
    ------
    ChapterError
        When it cannot be reached, has no workers, or is lost while chapters run.
    """
    try:
        from distributed import Client, KilledWorker
        from distributed.comm import CommClosedError
    except ModuleNotFoundError as error:
        remedy = "Installeer het met: pip install -e '.[cluster]'. Dat moet ook op de machines van het cluster."
        raise ChapterError(message("--cluster", "het pakket 'distributed' is er niet.", remedy)) from error
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # the user is told in Dutch
    with _connected(Client, address) as client:
        try:
            yield Pool(client)
        except (CancelledError, CommClosedError, KilledWorker) as error:
            problem = f"het cluster kon de hoofdstukken niet afmaken ({type(error).__name__}: {error})."
            remedy = "Kijk in het logboek van het cluster. Geef de opdracht daarna opnieuw: wat klaar was, blijft."
            raise ChapterError(message(address, problem, remedy)) from error


@contextmanager
def _connected(client: Any, address: str) -> Iterator[Any]:
    try:
        line = client(address, timeout=CONNECT_SECONDS)
    except Exception as error:  # what answers may be anything, and Dask stumbles over that in any way
        remedy = "Controleer het adres, en of u er vanaf deze machine bij kunt. Starten gaat met: dask scheduler."
        raise ChapterError(message(address, "hier antwoordt geen scheduler van Dask.", remedy)) from error
    with line:
        try:
            line.wait_for_workers(1, timeout=CONNECT_SECONDS)
        except TimeoutError as error:
            remedy = f"Start er een: dask worker {address}."
            raise ChapterError(message(address, "dit cluster heeft geen workers.", remedy)) from error
        try:
            line.run(exec, f"import {worker.__name__}")  # data sent to a worker that cannot read them end up in its log
        except ImportError as error:
            raise ChapterError(message(address, f"op een worker ontbreekt iets ({error}).", SAME)) from error
        yield line
