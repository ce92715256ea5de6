"""Which of the processed data and which of our modules a chapter used, so that nothing else makes it outdated.

A chapter runs in a process of its own. Whoever starts it names a file in the environment; every piece of data that is
asked for, and every module that shows a result, is written there as a line.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import singledispatch, update_wrapper
from pathlib import Path
from typing import Any, Generic, TypeVar

VARIABLE = "VEILIGHEID_ASKED"
_noted: set[tuple[str, str]] = set()

T = TypeVar("T")


def note_data(piece: str) -> None:
    """Write down that a piece of the processed data was asked for, as `observations.pieces` names it."""
    _note(f"data {piece}")


def note_module(name: str) -> None:
    """Write down that a module of ours was used."""
    _note(f"module {name}")


def read(path: Path) -> tuple[frozenset[str], frozenset[str]]:
    """The pieces of data and the modules that a process used; nothing when it used none."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    pairs = [line.split(" ", 1) for line in lines]
    pieces, modules = (frozenset(name for kind, name in pairs if kind == asked) for asked in ("data", "module"))
    return pieces, modules


class Dispatched(Generic[T]):
    """A function that every kind of result has its own version of, as `functools.singledispatch` makes them.

    Which versions ran is written down: no import leads from a result to the module that shows it.
    """

    def __init__(self, function: Callable[..., T]) -> None:
        self._versions = singledispatch(function)
        self.register, self.registry = self._versions.register, self._versions.registry
        update_wrapper(self, function)

    def __call__(self, result: Any) -> T:
        """The version for this kind of result."""
        version = self._versions.dispatch(type(result))
        note_module(version.__module__)
        return version(result)


def _note(line: str) -> None:
    target = os.environ.get(VARIABLE)
    if target and (target, line) not in _noted:
        _noted.add((target, line))
        with Path(target).open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
