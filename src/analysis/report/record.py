"""``results.json`` and ``manifest.json``: every number of a report, and what it was made from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

from nbformat import NotebookNode

from ..observations import Source
from ..results import MIME

PACKAGES = ("numpy", "pandas", "scipy", "statsmodels", "matplotlib", "papermill", "nbconvert", "veiligheidsanalyse")
_INSIDE = {"sha256": None, "size": None}  # see observations.Source


def collect(notebook: NotebookNode, chapter: str, register: dict[str, Source]) -> list[dict[str, Any]]:
    """Take the records out of an executed chapter.

    Parameters
    ----------
    chapter : str
        Put before every id.
    register : dict
        Sources by name, to say which numbers rest on made-up data.

    Returns
    -------
    list of dict
        In the order of the page; a number shown twice stands here once.

    Raises
    ------
    ValueError
        When one id stands for two different numbers.
    """
    found: dict[str, dict[str, Any]] = {}
    for record in _records(notebook):
        id = f"{chapter}.{record['id']}"
        synthetic = any(register[name].synthetic for name in record["source"] if name in register)
        if id in found and found[id]["baseline"] != record["baseline"]:
            id = f"{id}.{record['baseline']}-{record['period']}"  # the same measure over other years
        complete = record | {"id": id, "chapter": chapter, "synthetic": synthetic}
        if found.setdefault(id, complete) != complete:
            raise ValueError(f"two different numbers are called {id}")
    return list(found.values())


def _records(notebook: NotebookNode) -> Iterable[dict[str, Any]]:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            yield from output.get("data", {}).get(MIME, [])


def manifest(parameters: dict[str, Any], sources: Iterable[Source], chapters: list[dict[str, Any]]) -> dict[str, Any]:
    """What a report was made from: inputs by checksum (of public files only), parameters, and versions of the code."""
    return {
        "parameters": parameters,
        "inputs": [asdict(source) | ({} if source.public else _INSIDE) for source in sources],
        "versions": {name: version(name) for name in PACKAGES},
        "chapters": chapters,
    }
