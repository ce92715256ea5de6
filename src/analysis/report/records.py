"""The records of a report, ``results.json`` and ``manifest.json``: every number, and what the report was made from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import TYPE_CHECKING, Any

from .. import paths
from ..store import fingerprints, raw_sources
from ..store.results import MIME, SERIES_MIME, SeriesShown, html
from .page import Link
from .superseded import as_made

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from ..store.raw_sources import Source

RESULTS, MANIFEST = "results.json", "manifest.json"
RUN = ("made", "seconds")  # what two manifests of the same report may differ in
PACKAGES = ("numpy", "pandas", "scipy", "statsmodels", "matplotlib", "papermill", "nbconvert", "veiligheidsanalyse")
_RUN_METADATA = ("papermill", "execution")  # when each cell ran, and in which folder
_CODE = ("*.py", "definitions/*", "report/templates/*")
_WITHHELD = {"sha256": None, "size": None}  # see raw_sources.Source
_UNUSED = "wel gelezen, maar niets in dit rapport berust erop"


@dataclass(frozen=True)
class ReportChapter:
    """A chapter of a report: executed, or the reason why it could not be made.

    Parameters
    ----------
    file : str
        File name of its page.
    notebook : NotebookNode or None
        The executed notebook.
    reason : str or None
        Why it could not be made, a Dutch sentence.
    results : list of dict
        Its records, from `collect`.
    """

    id: str
    title: str
    file: str
    notebook: NotebookNode | None
    reason: str | None
    results: list[dict[str, Any]]

    @property
    def synthetic(self) -> bool:
        """Whether any of its numbers is made up."""
        return any(record["synthetic"] for record in self.results)

    @property
    def series(self) -> frozenset[SeriesShown]:
        """The series that are shown on its page."""
        outputs = (
            [output for cell in self.notebook.cells for output in cell.get("outputs", [])] if self.notebook else []
        )
        return frozenset(
            SeriesShown(*shown) for output in outputs for shown in output.get("data", {}).get(SERIES_MIME, [])
        )

    @property
    def link(self) -> Link:
        """Its entry in the list of chapters."""
        return Link(self.title, self.file if self.notebook else None)


def collect(notebook: NotebookNode, chapter: str, register: dict[str, Source]) -> list[dict[str, Any]]:
    """Collect the records of an executed chapter.

    Parameters
    ----------
    notebook : NotebookNode
        The executed chapter.
    chapter : str
        Put before every id.
    register : dict of str to Source
        Sources by name, to tell which numbers rest on made-up data.

    Returns
    -------
    list of dict
        In the order of the page; a number that is shown twice is listed once.

    Raises
    ------
    ValueError
        When one id stands for two different numbers.
    """
    records: dict[str, dict[str, Any]] = {}
    for record in _records(notebook):
        id = f"{chapter}.{record['id']}"
        synthetic = any(register[name].synthetic for name in record["source"] if name in register)
        if id in records and any(records[id][when] != record[when] for when in ("baseline", "period")):
            id = f"{id}.{record['baseline']}-{record['period']}"  # the same measure over other years
        complete = record | {"id": id, "chapter": chapter, "synthetic": synthetic}
        if records.setdefault(id, complete) != complete:
            raise ValueError(f"two different numbers are called {id}")
    return list(records.values())


def _records(notebook: NotebookNode) -> Iterable[dict[str, Any]]:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            yield from output.get("data", {}).get(MIME, [])


def manifest(parameters: dict[str, Any], sources: Iterable[Source], chapters: list[dict[str, Any]]) -> dict[str, Any]:
    """Describe what a report was made from.

    Parameters
    ----------
    parameters : dict
        The parameters of the report.
    sources : iterable of Source
        The raw files that it uses.
    chapters : list of dict
        The chapters as the manifest lists them.

    Returns
    -------
    dict
        Parameters, inputs (with the checksum of public files only), versions of Python and packages, checksum of the
        code, and chapters.
    """
    return {
        "parameters": parameters,
        "inputs": [asdict(source) | ({} if source.public else _WITHHELD) for source in sources],
        "versions": {"python": python_version()} | {name: version(name) for name in PACKAGES},
        "code": code_version(),
        "chapters": chapters,
    }


def code_version() -> dict[str, str]:
    """Identify the code: its version, and one checksum over sources, definitions, templates and notebooks.

    Returns
    -------
    dict
        ``version`` and ``sha256``.
    """
    package = paths.DEFINITIONS.parent
    files = [path for pattern in _CODE for path in package.rglob(pattern) if path.is_file()]
    checksums = {path.relative_to(package).as_posix(): fingerprints.file_checksum(path) for path in files}
    checksums |= {
        f"notebooks/{path.name}": fingerprints.file_checksum(path) for path in paths.NOTEBOOKS.glob("*.ipynb")
    }
    return {"version": version("veiligheidsanalyse"), "sha256": fingerprints.combined_checksum(checksums)}


def file_checksums(folder: Path) -> dict[str, str]:
    """Return the checksum of every file in a report, except the manifest, which lists them.

    Parameters
    ----------
    folder : Path
        The report.

    Returns
    -------
    dict of str to str
        By path in the report. Of a page as it was made: a notice that there is a newer edition does not count.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    paths_by_name = {path.relative_to(folder).as_posix(): path for path in files}
    return {name: _checksum(path) for name, path in paths_by_name.items() if name != MANIFEST}


def _checksum(path: Path) -> str:
    if path.suffix == ".html":
        return fingerprints.bytes_checksum(as_made(path.read_bytes()))
    return fingerprints.file_checksum(path)


def without_run(notebook: NotebookNode) -> NotebookNode:
    """Remove from an executed notebook what differs between runs: times, folders and the id of the parameter cell.

    Parameters
    ----------
    notebook : NotebookNode
        Changed in place.

    Returns
    -------
    NotebookNode
        The same notebook.
    """
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        for key in _RUN_METADATA:
            cell.metadata.pop(key, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"
    return notebook


def write_json(path: Path, content: Any) -> None:
    """Write a record as JSON.

    Parameters
    ----------
    path : Path
        The file.
    content : object
        Anything that JSON can hold.
    """
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def lists_files(made: ReportChapter) -> bool:
    """Return whether a chapter shows the list of raw files."""
    return any(_is_file_list(result["id"]) for result in made.results)


def used_sources(made: Iterable[ReportChapter], sources: Mapping[str, Source]) -> dict[str, Source]:
    """Return the raw files that a number, a verdict, a map or a name in any chapter rests on.

    Parameters
    ----------
    made : iterable of ReportChapter
        The chapters of the report.
    sources : mapping of str to Source
        All files that were read, by name.

    Returns
    -------
    dict of str to Source
        By name, in the order of ``sources``.
    """
    names = {
        name
        for chapter in made
        for result in chapter.results
        if not _is_file_list(result["id"])
        for name in result["source"]
    }
    return {name: source for name, source in sources.items() if name in names}


def with_files(
    made: ReportChapter, used: Mapping[str, Source], others: Sequence[Source], remarks: Mapping[str, Any]
) -> ReportChapter:
    """Limit the list of files in a chapter to those that the report uses.

    Parameters
    ----------
    made : ReportChapter
        The chapter with the list.
    used : mapping of str to Source
        The files that the report uses, by name.
    others : sequence of Source
        Files that were read and not used.
    remarks : mapping
        What was not used of the files in the folder, by path: see `observations.remarks`.

    Returns
    -------
    ReportChapter
        A copy with the shorter list and its records.
    """
    from ..display import accountability  # noqa: F401 (registers how the list of files is shown)

    unused = {source.path: [*remarks.get(source.path, ()), _UNUSED] for source in others}
    source_list = raw_sources.SourceList(
        tuple(used.values()), dict(sorted((dict(remarks) | unused).items())), of_report=True
    )
    notebook = deepcopy(made.notebook)
    assert notebook is not None  # a chapter that was not made has no results
    for output in (output for cell in notebook.cells for output in cell.get("outputs", ())):
        data = output.get("data", {})
        if any(_is_file_list(record["id"]) for record in data.get(MIME, ())):
            data |= {"text/plain": repr(source_list), "text/html": html(source_list), MIME: _as_json(source_list)}
    return replace(made, notebook=notebook, results=collect(notebook, made.id, dict(used)))


def _as_json(source_list: raw_sources.SourceList) -> list[dict[str, Any]]:
    return [asdict(record) | {"source": list(record.source)} for record in source_list.records()]  # as JSON has it


def _is_file_list(id: str) -> bool:
    return id.endswith(raw_sources.ID)
