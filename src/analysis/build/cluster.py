"""Running chapters on a Dask cluster: what a worker does with a chapter, and the cluster as an executor."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any
from uuid import uuid4

from ..errors import ChapterError, DataError
from . import dependencies
from .dependencies import Inputs
from .execution import Executed, Task

SAME_VERSION = "Installeer op elke machine dezelfde versie met dezelfde pakketten, en start daarna de workers opnieuw."

Run = Callable[[Task, Callable[[], None]], Executed]
BEGINS = "veiligheid-bezig"  # the topic on which a worker tells which chapter it begins with
CONNECT_SECONDS = 10  # for the scheduler to answer, and for a first worker to be there


def installed_code() -> Inputs:
    """Return what a page is made with besides its data, as it is on disk now: our files, Python and all packages.

    Returns
    -------
    dict of str to str
        The checksum of each file of ours, by path, and one over Python and packages.
    """
    files = [path for path in sorted(dependencies.PACKAGE.rglob("*")) if path.is_file() and path.suffix != ".pyc"]
    checksums = {path.relative_to(dependencies.PACKAGE).as_posix(): dependencies.file_checksum(path) for path in files}
    return {"Python en pakketten": dependencies.packages_checksum()} | checksums


_LOADED = installed_code()  # a worker lives long: the code on disk may have changed since it was imported
_UNPACKING = Lock()  # a worker may run several chapters at once


class WorkerData:
    """The processed data, unpacked on a worker for as long as Dask keeps this object.

    All chapters on the worker share it. Dask may drop it while the worker has no chapter.

    Parameters
    ----------
    files : dict of str to bytes
        Contents by name.
    """

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files

    def __reduce__(self) -> Any:
        return WorkerData, (self.files,)

    @property
    def folder(self) -> str:
        """The folder on this worker that holds the data."""
        with _UNPACKING:
            return self._unpacked.name

    @cached_property
    def _unpacked(self) -> TemporaryDirectory[str]:
        from distributed import get_worker

        # In a folder that Dask itself clears after a worker that was killed.
        folder = TemporaryDirectory(dir=get_worker().local_directory, prefix="gegevens-")
        for name, content in self.files.items():
            Path(folder.name, name).write_bytes(content)
        return folder


def run_on_worker(run: Run, task: Task, data: WorkerData, expected: Inputs, name: str) -> Executed:
    """Run a chapter on a worker, if its code and packages are those of the client.

    Parameters
    ----------
    run : callable
        Runs the chapter.
    task : Task
        The chapter.
    data : WorkerData
        The processed data.
    expected : dict
        From `installed_code` on the client.
    name : str
        The message in which the worker reports that it begins.

    Returns
    -------
    Executed
        The executed chapter.

    Raises
    ------
    ChapterError
        When it fails, or code or packages differ.
    """
    from distributed import get_worker

    if differences := {
        *dependencies.changed_names(expected, _LOADED),
        *dependencies.changed_names(expected, installed_code()),
    }:
        raise ChapterError(_different(get_worker().address, sorted(differences)))
    return run(replace(task, processed=data.folder), partial(get_worker().log_event, BEGINS, name))


def _different(worker: str, names: list[str]) -> str:
    return error_text(f"worker {worker}", f"niet hetzelfde als hier: {dependencies.short_list(names)}.", SAME_VERSION)


def error_text(place: str, problem: str, remedy: str) -> str:
    """Return an error with its remedy, in Dutch.

    Parameters
    ----------
    place : str
        Where it went wrong.
    problem, remedy : str
        What is wrong, and what can be done.

    Returns
    -------
    str
        Two lines.
    """
    return f"Fout in {DataError(place, problem, remedy)}"


class Pool(Executor):
    """A Dask cluster as an executor of chapters, see `making.make_chapters`.

    A chapter that already runs there cannot be stopped from here. When another chapter fails, it runs to its end and
    its result is not used.

    Parameters
    ----------
    client : distributed.Client
        The connection to the cluster.
    """

    def __init__(self, client: Any) -> None:
        self._client, self._chapters = client, client.get_executor(pure=False)
        self._ours = installed_code()
        self._sent: dict[str, Any] = {}
        self._begins: dict[str, Callable[[], None]] = {}
        client.subscribe_topic(BEGINS, self._begun)

    def _begun(self, event: tuple[float, str]) -> None:
        """Handle a worker's report that it begins with a chapter. It may be another command's, or a second attempt."""
        self._begins.pop(event[1], lambda: None)()

    def submit(self, run: Run, task: Task, begins: Callable[[], None]) -> Future[Executed]:  # type: ignore[override]
        """Run a chapter on a worker.

        Parameters
        ----------
        run : callable
            Runs the chapter.
        task : Task
            The chapter; the data in its folder are sent to the worker.
        begins : callable
            Called when the worker begins.

        Returns
        -------
        Future
            Of the executed chapter.
        """
        if task.processed not in self._sent:
            files = {path.name: path.read_bytes() for path in Path(task.processed).iterdir()}
            self._sent[task.processed] = self._client.submit(WorkerData, files)  # made again when its worker is lost
        self._begins[name := uuid4().hex] = begins
        future: Future[Executed] = self._chapters.submit(
            run_on_worker, run, task, self._sent[task.processed], self._ours, name
        )
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Accept no more chapters, and wait for those that run if asked."""
        self._chapters.shutdown(wait=wait)


@contextmanager
def pool(address: str) -> Iterator[Pool]:
    """Connect to a cluster to run chapters on.

    Parameters
    ----------
    address : str
        Of its scheduler, ``tcp://server:8786``.

    Yields
    ------
    Pool
        The executor.

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
        raise ChapterError(error_text("--cluster", "het pakket 'distributed' is er niet.", remedy)) from error
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # the user is told in Dutch
    with _connected(Client, address) as client:
        try:
            yield Pool(client)
        except (CancelledError, CommClosedError, KilledWorker) as error:
            problem = f"het cluster kon de hoofdstukken niet afmaken ({type(error).__name__}: {error})."
            remedy = "Kijk in het logboek van het cluster. Geef de opdracht daarna opnieuw: wat klaar was, blijft."
            raise ChapterError(error_text(address, problem, remedy)) from error


@contextmanager
def _connected(client: Any, address: str) -> Iterator[Any]:
    try:
        connection = client(address, timeout=CONNECT_SECONDS)
    except Exception as error:  # what answers may be anything, and Dask stumbles over that in any way
        remedy = "Controleer het adres, en of u er vanaf deze machine bij kunt. Starten gaat met: dask scheduler."
        raise ChapterError(error_text(address, "hier antwoordt geen scheduler van Dask.", remedy)) from error
    with connection:
        try:
            connection.wait_for_workers(1, timeout=CONNECT_SECONDS)
        except TimeoutError as error:
            remedy = f"Start er een: dask worker {address}."
            raise ChapterError(error_text(address, "dit cluster heeft geen workers.", remedy)) from error
        try:
            connection.run(exec, f"import {__name__}")  # data sent to a worker that cannot read them end up in its log
        except ImportError as error:
            raise ChapterError(error_text(address, f"op een worker ontbreekt iets ({error}).", SAME_VERSION)) from error
        yield connection
