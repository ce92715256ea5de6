"""Lines of a sheet that people filled in by hand: words, days and amounts, each refused with its line and column."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from .. import paths
from ..definitions import catalogue
from ..documents import Document
from ..documents.council import Partners, Plan, Priorities, Progress
from ..errors import DataError, printable
from . import agreed_columns, grids, raw_files

_DAY = re.compile(
    r"(?P<day>[0-9]{1,2})-(?P<month>[0-9]{1,2})-(?P<year>[0-9]{4})|(?P<iso>[0-9]{4}-[0-9]{2}-[0-9]{2})( 00:00:00)?"
)
_EUROS = re.compile(r"(?:€ ?)?(?P<whole>[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+)(?:[,.](?P<cents>[0-9]{1,2}|-))?")


@dataclass(frozen=True)
class SheetRow:
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


def sheet_rows(path: Path, columns: tuple[str, ...]) -> Iterator[SheetRow]:
    """Every line of a sheet that has these columns, in any order and perhaps among others.

    Raises
    ------
    DataError
        When a column is missing.
    """
    grid = grids.read(path)
    remedy = f"De kolommen zijn: {', '.join(columns)}."
    places = {name: agreed_columns.place(grid, path, name, remedy) for name in columns}
    grids.tell_unused(grid.unused(places.values()))
    for line, cells in zip(grid.body.index, grid.body.to_numpy().tolist(), strict=True):
        row = SheetRow({name: str(cells[places[name]]).strip() for name in columns}, path, int(line))
        for name, text in row.cells.items():
            if printable(text) != text:
                row.refuse(name, "hier staan tekens in die geen tekst zijn.", "Typ de tekst opnieuw.")
        yield row


SUFFIXES = (".csv", ".xlsx")
KINDS_OF_PARTNER = ("intern", "extern")
DIRECTIONS = {"meer": "more", "minder": "less", "gelijk": "same", "onduidelijk": "unclear", "": "unclear"}
STATES = ("niet gestart", "loopt", "klaar", "gestopt")


def find(folder: Path, kind: str) -> Path | None:
    """The file of a kind of document: its YAML, or the sheet for a kind that has one.

    Raises
    ------
    DataError
        When there is more than one: it is not clear which holds.
    """
    there = [path for name in names(kind) if os.path.lexists(path := folder / name)]
    if len(there) > 1:
        problem = f"hiernaast staat ook {there[1].name}; het is niet duidelijk welk bestand geldt."
        raise DataError(paths.shown(there[0]), problem, "Bewaar een van de twee en haal het andere weg.")
    return there[0] if there else None


def names(kind: str) -> list[str]:
    """What the file of a kind of document may be called."""
    suffixes = (".yml", *SUFFIXES) if kind in _READERS else (".yml",)
    return [f"{kind}{suffix}" for suffix in suffixes]


def read(path: Path, kind: str, documents: Mapping[str, Document]) -> Document:
    """Read a sheet.

    Parameters
    ----------
    documents : mapping
        The documents already read, by kind.

    Raises
    ------
    DataError
        When its document is not there, a column is missing or a cell is wrong; with line and column.
    """
    belongs_to, reader = _READERS[kind]
    if belongs_to not in documents:
        problem = f"dit blad hoort bij {belongs_to}.yml, maar dat document is er niet."
        raise DataError(paths.shown(path), problem, f"Zet {belongs_to}.yml in dezelfde map.")
    raw_files.admit(path, path.parent)
    raw_files.guard(path)
    return reader(path, documents[belongs_to])


def _partners(path: Path, priorities: Priorities) -> Partners:
    """Remarks of partners; a line without a remark names a partner who has not said anything yet."""
    themes = {theme.label: id for id, theme in priorities.themes.items()} | {id: id for id in priorities.themes}
    partners: dict[str, str] = {}
    remarks = []
    for row in sheet_rows(path, ("partner", "soort", "thema", "opmerking", "richting", "bron")):
        name = row.text("partner")
        kind = row.same("soort", KINDS_OF_PARTNER)
        if partners.setdefault(name, kind) != kind:
            row.refuse("soort", f"'{name}' staat hierboven als {partners[name]}.", "Kies overal hetzelfde.")
        if row.cells["thema"] or row.cells["opmerking"]:
            remarks.append(_remark(name, row, themes))
    content = {"municipality": priorities.municipality, "partners": partners, "remarks": remarks}
    return Partners.model_validate(content)


def _remark(partner: str, row: SheetRow, themes: Mapping[str, str]) -> dict[str, str | None]:
    return {
        "partner": partner,
        "theme": row.one_of("thema", themes),
        "observation": row.text("opmerking"),
        "direction": row.one_of("richting", DIRECTIONS),
        "source": row.cells["bron"] or None,
    }


def _progress(path: Path, plan: Plan) -> Progress:
    """The status of measures; a measure may stand there for more than one day."""
    seen: set[tuple[str, date]] = set()
    rows = []
    for row in sheet_rows(path, ("maatregel", "stand", "datum", "besteed", "toelichting")):
        measure, day = row.same("maatregel", plan.measures), row.day("datum")
        if (measure, day) in seen:
            row.refuse("maatregel", f"'{measure}' staat voor deze datum al hierboven.", "Bewaar één van de regels.")
        if day > date.today():
            row.refuse("datum", f"{day:%-d-%-m-%Y} moet nog komen.", "Vul de dag in waarop de stand bekend was.")
        seen.add((measure, day))
        state = row.same("stand", STATES)
        note = row.cells["toelichting"] or None
        rows.append({"measure": measure, "state": state, "on": day, "spent": row.euros("besteed"), "note": note})
    return Progress.model_validate({"municipality": plan.municipality, "rows": rows})


_READERS: dict[str, tuple[str, Callable[[Path, Any], Document]]] = {
    "partners": ("priorities", _partners),
    "voortgang": ("plan", _progress),
}
