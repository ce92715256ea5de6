"""What a worker of a cluster does with a chapter: see `cluster`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any

from ..errors import ChapterError, DataError
from . import inputs, modules
from .execution import Executed, Task
from .inputs import Inputs

SAME = "Installeer op elke machine dezelfde versie met dezelfde pakketten, en start daarna de workers opnieuw."

Run = Callable[[Task, Callable[[], None]], Executed]
BEGINS = "veiligheid-bezig"  # the topic on which a worker tells which chapter it begins with


def standing() -> Inputs:
    """What a page is made with besides its data, as it is on disk now: our files, Python and all packages."""
    files = [path for path in sorted(modules.PACKAGE.rglob("*")) if path.is_file() and path.suffix != ".pyc"]
    ours = {path.relative_to(modules.PACKAGE).as_posix(): inputs.of_file(path) for path in files}
    return {"Python en pakketten": inputs.packages()} | ours


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

    if others := {*inputs.changed(ours, _LOADED), *inputs.changed(ours, standing())}:
        raise ChapterError(_different(get_worker().address, sorted(others)))
    return run(replace(task, processed=data.folder), partial(get_worker().log_event, BEGINS, name))


def _different(worker: str, names: list[str]) -> str:
    return message(f"worker {worker}", f"niet hetzelfde als hier: {inputs.listed(names)}.", SAME)


def message(place: str, problem: str, remedy: str) -> str:
    """What is wrong where, and what can be done, in Dutch."""
    return f"Fout in {DataError(place, problem, remedy)}"
