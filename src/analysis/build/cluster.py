"""What a worker of a cluster does with a chapter: see `cluster`."""

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

SAME = "Installeer op elke machine dezelfde versie met dezelfde pakketten, en start daarna de workers opnieuw."

Run = Callable[[Task, Callable[[], None]], Executed]
BEGINS = "veiligheid-bezig"  # the topic on which a worker tells which chapter it begins with


def standing() -> Inputs:
    """What a page is made with besides its data, as it is on disk now: our files, Python and all packages."""
    files = [path for path in sorted(dependencies.PACKAGE.rglob("*")) if path.is_file() and path.suffix != ".pyc"]
    ours = {path.relative_to(dependencies.PACKAGE).as_posix(): dependencies.of_file(path) for path in files}
    return {"Python en pakketten": dependencies.packages()} | ours


_LOADED = standing()  # a worker lives long: what it has imported may not be what is on disk by now
_UNPACKING = Lock()  # a worker may run several chapters at once


class Data:
    """The processed data, unpacked on a worker for as long as Dask keeps them there, and then cleared.

    All its chapters share them. A worker that has none at the moment may have to let go of them.

    Parameters
    ----------
    files : dict
        Contents by name.
    """

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files

    def __reduce__(self) -> Any:
        return Data, (self.files,)

    @property
    def folder(self) -> str:
        """Where they stand on this worker."""
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


def there(run: Run, task: Task, data: Data, ours: Inputs, name: str) -> Executed:
    """On a worker: run a chapter, if it would be the same as where it was asked for.

    Parameters
    ----------
    name : str
        Under which it tells that it begins.

    Raises
    ------
    ChapterError
        When it fails, or code or packages differ.
    """
    from distributed import get_worker

    if others := {*dependencies.changed(ours, _LOADED), *dependencies.changed(ours, standing())}:
        raise ChapterError(_different(get_worker().address, sorted(others)))
    return run(replace(task, processed=data.folder), partial(get_worker().log_event, BEGINS, name))


def _different(worker: str, names: list[str]) -> str:
    return message(f"worker {worker}", f"niet hetzelfde als hier: {dependencies.listed(names)}.", SAME)


def message(place: str, problem: str, remedy: str) -> str:
    """What is wrong where, and what can be done, in Dutch."""
    return f"Fout in {DataError(place, problem, remedy)}"


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
            line.run(exec, f"import {__name__}")  # data sent to a worker that cannot read them end up in its log
        except ImportError as error:
            raise ChapterError(message(address, f"op een worker ontbreekt iets ({error}).", SAME)) from error
        yield line
