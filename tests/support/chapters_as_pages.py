"""Chapters as pages, executed in this process without kernels, over the processed data of a given folder."""

from __future__ import annotations

import ast
import os
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import nbformat
from lxml import html
from nbformat.v4 import new_output

from analysis import paths
from analysis.report.exporter import RaadsrapportExporter

CHAPTERS = sorted(paths.NOTEBOOKS.glob("[0-9]*.ipynb"))


@cache
def page(chapter: Path, folder: Path) -> str:
    """Return the page of a chapter over the processed data in a folder."""
    notebook = nbformat.read(chapter, as_version=4)
    with mock.patch.dict(os.environ, {paths.PROCESSED_VARIABLE: str(folder)}):
        names: dict[str, Any] = {}
        for cell in notebook.cells:
            if cell.cell_type == "code":
                result = _run(cell.source, names)
                data = {} if result is None else result._repr_mimebundle_()
                cell.outputs = [new_output("execute_result", data, execution_count=1)]
        made, _ = RaadsrapportExporter().from_notebook_node(notebook)
    return str(made)


def _run(source: str, names: dict[str, Any]) -> Any:
    """Run a cell; return the value of its last line."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names) if isinstance(last, ast.Expr) else None


def read(page: str) -> Any:
    """Parse a page."""
    return html.document_fromstring(page)


def words(element: Any) -> str:
    """Return the text of an element as it is read: with single spaces, and without soft hyphens."""
    return " ".join("".join(element.itertext()).replace("\u00ad", "").split())
