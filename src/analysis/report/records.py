"""``results.json`` and ``manifest.json``: every number of a report, and what it was made from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import Any

from nbformat import NotebookNode

from .. import paths
from ..store import fingerprints, raw_sources
from ..store.raw_sources import Source
from ..store.results import MIME, html
from .page import Link

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
    named = {path.relative_to(package).as_posix(): fingerprints.file_checksum(path) for path in files}
    named |= {f"notebooks/{path.name}": fingerprints.file_checksum(path) for path in paths.NOTEBOOKS.glob("*.ipynb")}
    return {"version": version("veiligheidsanalyse"), "sha256": fingerprints.combined_checksum(named)}


def file_checksums(folder: Path) -> dict[str, str]:
    """The checksum of every file in a report by its path there; not of the manifest, which holds them."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    named = {path.relative_to(folder).as_posix(): path for path in files}
    return {name: fingerprints.file_checksum(path) for name, path in named.items() if name != MANIFEST}


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


@dataclass(frozen=True)
class Made:
    """A chapter in a report: executed, or the reason why it is not there."""

    id: str
    title: str
    file: str
    notebook: NotebookNode | None
    reason: str | None
    results: list[dict[str, Any]]

    @property
    def synthetic(self) -> bool:
        """Whether made-up data feed it."""
        return any(record["synthetic"] for record in self.results)

    @property
    def link(self) -> Link:
        """Its place in the list of chapters."""
        return Link(self.title, self.file if self.notebook else None)


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
    listed = raw_sources.SourceList(
        tuple(used.values()), dict(sorted((dict(remarks) | unused).items())), of_report=True
    )
    notebook = deepcopy(made.notebook)
    assert notebook is not None  # a chapter that was not made has no results
    for output in (output for cell in notebook.cells for output in cell.get("outputs", ())):
        data = output.get("data", {})
        if any(_is_list(one["id"]) for one in data.get(MIME, ())):
            data |= {"text/plain": repr(listed), "text/html": html(listed), MIME: _as_json(listed)}
    return replace(made, notebook=notebook, results=collect(notebook, made.id, dict(used)))


def _as_json(listed: raw_sources.SourceList) -> list[dict[str, Any]]:
    return [asdict(one) | {"source": list(one.source)} for one in listed.records()]  # as JSON has it


def _is_list(id: str) -> bool:
    return id.endswith(raw_sources.ID)
