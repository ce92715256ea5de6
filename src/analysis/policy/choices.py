"""What the documents themselves put on a list: national and regional themes, possible priorities, chosen ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from ..documents.policy import Listed, ListName
from ..observations import cited
from ..results import Record, Result
from ..series import Missing
from .priorities import Matrix
from .themes import Row

_LISTS: dict[ListName, str] = {
    "nationally": "landelijk",
    "regionally": "regionaal",
    "possible": "mogelijk",
    "chosen": "gekozen",
}


@dataclass(frozen=True)
class Choices(Result):
    """The themes with the lists they are on.

    A list may be longer in the documents than what we know of it. A theme that is not on such a list is then not
    known to be on it, which is something else than not being on it.
    """

    matrix: Matrix

    def on(self, name: ListName) -> list[Row]:
        """Themes that are on a list, as far as we know."""
        return [row for row in self.matrix.rows if self.place(row, name) is not None]

    def place(self, row: Row, name: ListName) -> str | None:
        """Where the documents have a theme on a list."""
        found: str | None = getattr(row.theme, name)
        return found

    def twice(self, name: ListName) -> list[Row]:
        """Themes that stand on a list twice."""
        return [row for row in self.matrix.rows if row.id in self._listed(name).twice]

    def numbers(self, name: ListName) -> tuple[int, ...]:
        """How long a list is in the documents, in its parts."""
        return self._listed(name).numbers

    def length(self, name: ListName) -> int:
        """How many entries a list has, double ones included."""
        return sum(self.numbers(name))

    def distinct(self, name: ListName) -> int:
        """How many different themes are on a list."""
        return self.length(name) - len(self._listed(name).twice)

    def unknown(self, name: ListName) -> int:
        """How many themes on a list are not known to us."""
        return self.distinct(name) - len(self.on(name))

    def records(self) -> list[Record]:
        """The length of each list, how many different themes are on it, and how many of those we know."""
        return [
            self._record(f"{label} op de lijst '{_LISTS[name]}'", f"{name}.{measure}", value)
            for name in get_args(ListName)
            for measure, label, value in (
                ("named", "onderwerpen", self.length(name)),
                ("distinct", "verschillende onderwerpen", self.distinct(name)),
                ("known", "onderwerpen die wij kennen", len(self.on(name))),
            )
        ]

    def _listed(self, name: ListName) -> Listed:
        """A list that the municipality does not describe is as long as what we know of it."""
        known = sum(self.place(row, name) is not None for row in self.matrix.rows)
        return self.matrix.lists.get(name) or Listed(numbers=(known,), source="")

    def _record(self, label: str, id: str, value: int) -> Record:
        names = cited(self.matrix.sources)
        return Record(id, label, self.matrix.municipality, "", value, "themes", source=names)


def choices(matrix: Matrix | Missing) -> Choices | Missing:
    """What the documents list, from `priorities`."""
    return matrix if isinstance(matrix, Missing) else Choices(matrix)
