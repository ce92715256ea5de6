"""The chapters there are, and what each needs; quick to find out, without the libraries that read notebooks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from .. import paths
from ..errors import DataError


@dataclass(frozen=True)
class Chapter:
    """A notebook of the report.

    Parameters
    ----------
    id : str
        Stands before the id of every number in it, ``woon``.
    needs : tuple of str
        Indicators, documents (``statements``), ``ballots`` or ``borders`` of which at least one must be there; empty
        when it needs nothing.
    """

    path: Path
    id: str
    title: str
    needs: tuple[str, ...]

    @property
    def page(self) -> str:
        """File name of its page."""
        return f"{self.path.stem}.html"


def chapters(folder: Path = paths.NOTEBOOKS) -> list[Chapter]:
    """Every chapter, in the order of its number."""
    return [_chapter(path) for path in sorted(folder.glob("[0-9][0-9]_*.ipynb"))]


def _chapter(path: Path) -> Chapter:
    written = json.loads(path.read_text(encoding="utf-8"))
    about = written["metadata"].get("veiligheid", {})
    if "id" not in about:
        problem = "in de metadata van dit notebook ontbreekt 'veiligheid.id'."
        raise DataError(paths.shown(path), problem, 'Voeg toe aan de metadata: "veiligheid": {"id": "…", "needs": []}.')
    texts = ("".join(cell["source"]) for cell in written["cells"] if cell["cell_type"] == "markdown")
    title = next(texts, path.stem).partition("\n")[0]
    return Chapter(path, about["id"], title.lstrip("# "), tuple(about.get("needs", ())))
