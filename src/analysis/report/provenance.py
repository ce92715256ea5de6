"""The raw files that a report was made from: those that something in its chapters rests on, and no others.

A chapter cannot know what the others used while it runs. So the list of files that a chapter asks for is shown anew
when all of them are there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import asdict, replace
from typing import Any

from ..display import register
from ..observations import Source
from ..results import MIME, html
from . import record
from .made import Made

_UNUSED = "wel gelezen, maar niets in dit rapport berust erop"


def lists_files(made: Made) -> bool:
    """Whether a chapter shows the list of files."""
    return any(_is_list(result["id"]) for result in made.results)


def used(made: Iterable[Made], sources: Mapping[str, Source]) -> dict[str, Source]:
    """The files that a number, a verdict, a map or a name in any chapter rests on."""
    names = {name for m in made for result in m.results if not _is_list(result["id"]) for name in result["source"]}
    return {name: source for name, source in sources.items() if name in names}


def with_files(made: Made, used: Mapping[str, Source], others: Sequence[Source], remarks: Mapping[str, Any]) -> Made:
    """A chapter whose list of files holds only those that the report uses.

    Parameters
    ----------
    others : sequence of Source
        Files that were read and not used.
    remarks : mapping
        What was not used of the files in the folder, by path: see `observations.remarks`.
    """
    unused = {source.path: [*remarks.get(source.path, ()), _UNUSED] for source in others}
    listed = register.Register(tuple(used.values()), dict(sorted((dict(remarks) | unused).items())), of_report=True)
    notebook = deepcopy(made.notebook)
    assert notebook is not None  # a chapter that was not made has no results
    for output in (output for cell in notebook.cells for output in cell.get("outputs", ())):
        data = output.get("data", {})
        if any(_is_list(one["id"]) for one in data.get(MIME, ())):
            data |= {"text/plain": repr(listed), "text/html": html(listed), MIME: _records(listed)}
    return replace(made, notebook=notebook, results=record.collect(notebook, made.id, dict(used)))


def _records(listed: register.Register) -> list[dict[str, Any]]:
    return [asdict(one) | {"source": list(one.source)} for one in listed.records()]  # as JSON has it


def _is_list(id: str) -> bool:
    return id.endswith(register.ID)
