"""Small published reports without chapters: results, manifest and one page. All figures are made up."""

from __future__ import annotations

import ast
import json
import os
from pathlib import Path
from typing import Any
from unittest import mock

import nbformat
from nbformat.v4 import new_output

from analysis import paths
from analysis.build.dependencies import Used
from analysis.build.execution import Executed, Task
from analysis.report.records import MANIFEST, RESULTS, file_checksums, write_json

ABOUT = {"municipality": "GM1969", "first_year": 2019, "last_year": 2022}


def figure(id: str, value: float | None, **about: Any) -> dict[str, Any]:
    """Return a number as in ``results.json``; its period is the last part of its id, if that is a year."""
    last = id.rpartition(".")[2]
    base = {
        "id": id, "label": "woninginbraken", "chapter": id.partition(".")[0], "region": "GM1969",
        "period": last if last.isdigit() else "2022", "baseline": None, "value": value, "unit": "registrations",
        "lower": None, "upper": None, "p_value": None, "verdict": None, "source": ["a"], "note": None,
        "synthetic": False,
    }  # fmt: skip
    return base | about


def raw(name: str = "a", **about: Any) -> dict[str, Any]:
    """Return a raw file as in ``manifest.json``."""
    base = {
        "name": name, "path": f"politie/{name}.csv", "table": "47018NED", "publisher": "Politie", "sha256": f"{name}0",
        "size": 1, "synthetic": False, "vintage": "2024-02-15", "licence": None, "replaces": None, "public": True,
    }  # fmt: skip
    return base | about


def report(folder: Path, *results: dict[str, Any], inputs: list[dict[str, Any]] | None = None, **about: Any) -> Path:
    """Write a report with these numbers, one page and a manifest with their checksums; return its folder."""
    folder.mkdir(parents=True)
    write_json(folder / RESULTS, list(results))
    (folder / "index.html").write_text("<p>rapport</p>", encoding="utf-8")
    base = {
        "parameters": ABOUT, "inputs": [raw()] if inputs is None else inputs, "versions": {}, "code": {"sha256": "1"},
        "chapters": [{"id": "woon", "title": "Wonen", "page": "01.html", "reason": None}],
        "files": file_checksums(folder), "made": "2026-11-22T17:46:05+01:00", "seconds": 1.0,
    }  # fmt: skip
    write_json(folder / MANIFEST, base | about)
    return folder


def manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest of a report."""
    content: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return content


def run_here(task: Task) -> Executed:
    """Run a chapter in this process instead of in a kernel."""
    notebook = nbformat.reads(task.source, as_version=4)
    names: dict[str, Any] = dict(task.values)
    with mock.patch.dict(os.environ, {paths.PROCESSED_VARIABLE: task.processed}):
        for cell in notebook.cells:
            if cell.cell_type == "code" and "parameters" not in cell.metadata.get("tags", []):
                *before, last = ast.parse(cell.source).body
                exec(compile(ast.Module(before, []), "cell", "exec"), names)
                data = eval(compile(ast.Expression(last.value), "cell", "eval"), names)._repr_mimebundle_()
                cell.outputs = [new_output("execute_result", data, execution_count=1)]
    return Executed(nbformat.writes(notebook), Used(("cijfers woninginbraak Y",)))
