"""Lines of a sheet that people filled in by hand: words, days and amounts, each refused with its line and column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NoReturn

from .. import catalogue, paths
from ..errors import DataError, printable
from . import grids, headed

_DAY = re.compile(
    r"(?P<day>[0-9]{1,2})-(?P<month>[0-9]{1,2})-(?P<year>[0-9]{4})|(?P<iso>[0-9]{4}-[0-9]{2}-[0-9]{2})( 00:00:00)?"
)
_EUROS = re.compile(r"(?:€ ?)?(?P<whole>[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+)(?:[,.](?P<cents>[0-9]{1,2}|-))?")


@dataclass(frozen=True)
class Row:
    """The cells of one line by column name, and where they stand."""

    cells: dict[str, str]
    path: Path
    line: int

    def text(self, column: str) -> str:
        """What must be filled in."""
        return self.cells[column] or self.refuse(column, "dit veld is leeg.", "Vul het in, of haal de regel weg.")

    def one_of(self, column: str, known: Mapping[str, str]) -> str:
        """The value that a word stands for, whatever its capitals."""
        values = {word.casefold(): value for word, value in known.items()}
        text = self.cells[column]
        remedy = f"Kies uit: {', '.join(filter(None, known))}."
        return values.get(text.casefold()) or self.refuse(column, f"'{text}' is hier niet bekend.", remedy)

    def same(self, column: str, words: Iterable[str]) -> str:
        """One of some words that stand for themselves."""
        return self.one_of(column, {word: word for word in words})

    def day(self, column: str) -> date:
        """A date as people or Excel write it."""
        found = _DAY.fullmatch(self.text(column))
        try:
            if found and found["iso"]:
                return date.fromisoformat(found["iso"])
            if found:
                return date(int(found["year"]), int(found["month"]), int(found["day"]))
        except ValueError:
            pass
        problem = f"'{self.cells[column]}' is geen datum."
        self.refuse(column, problem, "Schrijf dag, maand en jaar, zoals 1-7-2024.")

    def euros(self, column: str) -> float | None:
        """An amount as people write it; a dot before three digits parts thousands, an empty cell is not known."""
        if not self.cells[column]:
            return None
        found = _EUROS.fullmatch(self.cells[column])
        if not found:
            problem = f"'{self.cells[column]}' is geen bedrag van 0 of meer."
            self.refuse(column, problem, "Schrijf het bedrag in euro's, zoals 1.250,50.")
        cents = (found["cents"] or "0").replace("-", "0")
        amount = float(f"{found['whole'].replace('.', '')}.{cents}")
        if amount > (largest := catalogue.thresholds().plausible.largest_amount):
            problem = f"dit bedrag is groter dan {largest:.0f} euro."
            self.refuse(column, problem, "Schrijf het bedrag in euro's, zoals 1.250,50.")
        return amount

    def refuse(self, column: str, problem: str, remedy: str) -> NoReturn:
        """Tell what is wrong with a cell."""
        raise DataError(paths.shown(self.path), problem, remedy, line=self.line, column=column)


def rows(path: Path, columns: tuple[str, ...]) -> Iterator[Row]:
    """Every line of a sheet that has these columns, in any order and perhaps among others.

    Raises
    ------
    DataError
        When a column is missing.
    """
    grid = grids.read(path)
    remedy = f"De kolommen zijn: {', '.join(columns)}."
    places = {name: headed.place(grid, path, name, remedy) for name in columns}
    grids.tell_unused(grid.unused(places.values()))
    for line, cells in zip(grid.body.index, grid.body.to_numpy().tolist(), strict=True):
        row = Row({name: str(cells[places[name]]).strip() for name in columns}, path, int(line))
        for name, text in row.cells.items():
            if printable(text) != text:
                row.refuse(name, "hier staan tekens in die geen tekst zijn.", "Typ de tekst opnieuw.")
        yield row
