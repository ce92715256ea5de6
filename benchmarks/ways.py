"""Other ways of running the chapters, each a process of its own: ``python ways.py WAY FOLDER``."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_output

from analysis.build.chapters import chapters
from analysis.report.exporter import RaadsrapportExporter


def floor(notebook: NotebookNode) -> NotebookNode:
    """Run the cells as plain code in this interpreter, without a kernel."""
    names: dict[str, Any] = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [new_output("execute_result", data=shown) for shown in _results(cell.source, names)]
    return notebook


def _results(source: str, names: dict[str, Any]) -> list[dict[str, Any]]:
    *before, last = ast.parse(source).body
    exec(compile(ast.Module([*before], []), "cell", "exec"), names)
    if not isinstance(last, ast.Expr):
        exec(compile(ast.Module([last], []), "cell", "exec"), names)
        return []
    value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    return [value._repr_mimebundle_()] if hasattr(value, "_repr_mimebundle_") else []


def nbclient(notebook: NotebookNode) -> NotebookNode:
    """Run the notebook in an ordinary kernel."""
    return NotebookClient(notebook, kernel_name="python3").execute()


def ploomber(notebook: NotebookNode) -> NotebookNode:
    """Run the notebook in an IPython shell in this process, with the engine of ploomber."""
    from ploomber_engine.ipython import PloomberClient

    client: NotebookNode = PloomberClient(notebook).execute()
    return client


def main() -> None:
    """Execute every chapter and write its page."""
    way, folder = (
        {function.__name__: function for function in (floor, nbclient, ploomber)}[sys.argv[1]],
        Path(sys.argv[2]),
    )
    exporter = RaadsrapportExporter()
    for chapter in chapters():
        executed = way(nbformat.read(chapter.path, as_version=4))  # type: ignore[no-untyped-call]
        page, _ = exporter.from_notebook_node(executed)
        (folder / chapter.page).write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
