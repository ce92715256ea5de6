"""Usage tracking: which processed data and which of our modules a chapter used, and so what makes it outdated.

A chapter runs in its own process. The process that starts it names a file in the environment; each key of the data that
the chapter reads, and each module that displays a result, is added to that file as a line.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import singledispatch, update_wrapper
from pathlib import Path
from typing import Any, Generic, TypeVar

T = TypeVar("T")

VARIABLE = "VEILIGHEID_ASKED"
_noted: set[tuple[str, str]] = set()  # file and line, so that each line is written once


def note_data(key: str) -> None:
    """Note that a part of the processed data was read.

    Parameters
    ----------
    key : str
        Name of the part, see `fingerprints.figures_key`.
    """
    _note(f"data {key}")


def note_module(name: str) -> None:
    """Note that one of our modules was used.

    Parameters
    ----------
    name : str
        Full name of the module.
    """
    _note(f"module {name}")


def read(path: Path) -> tuple[frozenset[str], frozenset[str]]:
    """Read what a process used.

    Parameters
    ----------
    path : Path
        The file that the process was given; it need not exist.

    Returns
    -------
    keys : frozenset of str
        Parts of the processed data, as given to `note_data`.
    modules : frozenset of str
        Names of modules.

    Examples
    --------
    >>> read(Path("bestaat-niet"))
    (frozenset(), frozenset())
    """
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    pairs = [line.split(" ", 1) for line in lines]
    keys, modules = (frozenset(name for kind, name in pairs if kind == wanted) for wanted in ("data", "module"))
    return keys, modules


class Dispatched(Generic[T]):
    """A function with one version for each type of result, as `functools.singledispatch` makes them.

    The module of each version that runs is noted: no import leads from a result to the module that displays it.

    Parameters
    ----------
    function : callable
        The version for results whose type has none; its name and docstring are kept.

    Examples
    --------
    >>> @Dispatched
    ... def worded(result):
    ...     return "?"
    >>> @worded.register
    ... def _(result: int):
    ...     return "a number"
    >>> worded(3), worded("x")
    ('a number', '?')
    """

    def __init__(self, function: Callable[..., T]) -> None:
        self._versions = singledispatch(function)
        self.register, self.registry = self._versions.register, self._versions.registry
        update_wrapper(self, function)

    def __call__(self, result: Any) -> T:
        """Call the version for the type of a result."""
        version = self._versions.dispatch(type(result))
        note_module(version.__module__)
        return version(result)


def _note(line: str) -> None:
    target = os.environ.get(VARIABLE)
    if target and (target, line) not in _noted:
        _noted.add((target, line))
        with Path(target).open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
