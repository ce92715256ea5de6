"""A small notebook that can be a chapter of a report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

PARAMETERS = 'municipality: str = "GM1969"  # gemeente\nfirst_year: int = 2019  # van\nlast_year: int = 2022  # tot'


def write(
    folder: Path,
    *sources: str,
    parameters: str = PARAMETERS,
    about: dict[str, Any] | None = None,
    stem: str = "01_proef",
) -> Path:
    """Write a chapter with these code cells and return its path; the first is the fourth cell of the notebook."""
    cells = [
        new_markdown_cell("# Proef\n\n## Eerste vraag"),
        new_code_cell(parameters, metadata={"tags": ["parameters"]}),
        new_markdown_cell("## Tweede vraag"),
        *(new_code_cell(source) for source in sources),
    ]
    notebook = new_notebook(cells=cells, metadata={"veiligheid": about or {"id": stem[3:], "needs": []}})
    notebook.metadata["kernelspec"] = {"name": "veiligheid", "display_name": "Veiligheidsanalyse", "language": "python"}
    path = folder / f"{stem}.ipynb"
    nbformat.write(notebook, path)
    return path
