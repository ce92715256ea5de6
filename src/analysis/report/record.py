"""``results.json`` and ``manifest.json``: every number of a report, and what it was made from."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import TYPE_CHECKING, Any

from .. import checksums, paths
from ..results import MIME

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from ..observations import Source

RESULTS, MANIFEST = "results.json", "manifest.json"
RUN = ("made", "seconds")  # what two manifests of the same report may differ in
PACKAGES = ("numpy", "pandas", "scipy", "statsmodels", "matplotlib", "papermill", "nbconvert", "veiligheidsanalyse")
_TRACES = ("papermill", "execution")  # when each cell ran, and in which folder
_CODE = ("*.py", "definitions/*", "report/templates/*")
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
        "versions": {"python": python_version()} | {name: version(name) for name in PACKAGES},
        "code": code(),
        "chapters": chapters,
    }


def code() -> dict[str, str]:
    """Which code this is: its version, and one checksum over sources, definitions, templates and notebooks."""
    package = paths.DEFINITIONS.parent
    files = [path for pattern in _CODE for path in package.rglob(pattern) if path.is_file()]
    named = {path.relative_to(package).as_posix(): checksums.of_file(path) for path in files}
    named |= {f"notebooks/{path.name}": checksums.of_file(path) for path in paths.NOTEBOOKS.glob("*.ipynb")}
    return {"version": version("veiligheidsanalyse"), "sha256": over(named)}


def fingerprints(folder: Path) -> dict[str, str]:
    """The checksum of every file in a report by its path there; not of the manifest, which holds them."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    named = {path.relative_to(folder).as_posix(): path for path in files}
    return {name: checksums.of_file(path) for name, path in named.items() if name != MANIFEST}


def without_run(notebook: NotebookNode) -> NotebookNode:
    """An executed notebook without what another run would do differently: times, folders and the id of a new cell."""
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        for trace in _TRACES:
            cell.metadata.pop(trace, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"
    return notebook


def write_json(path: Path, content: Any) -> None:
    """Write one of the records."""
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def over(named: dict[str, str]) -> str:
    """One checksum over files: their names with the checksum of each."""
    return sha256("\n".join(f"{digest} {name}" for name, digest in sorted(named.items())).encode()).hexdigest()
