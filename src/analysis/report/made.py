"""A chapter in a report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from .page import Link


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
