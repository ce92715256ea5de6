"""Sheets that people fill in by hand: remarks of partners, and progress of the plan.

`read` returns a sheet as a document. `SheetRow` reads words, dates and amounts, and refuses a wrong cell with its line
and column.
"""

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

SUFFIXES = (".csv", ".xlsx")
KINDS_OF_PARTNER = ("intern", "extern")
DIRECTIONS = {"meer": "more", "minder": "less", "gelijk": "same", "onduidelijk": "unclear", "": "unclear"}
STATES = ("niet gestart", "loopt", "klaar", "gestopt")
_DAY = re.compile(
    r"(?P<day>[0-9]{1,2})-(?P<month>[0-9]{1,2})-(?P<year>[0-9]{4})|(?P<iso>[0-9]{4}-[0-9]{2}-[0-9]{2})( 00:00:00)?"
)
_EUROS = re.compile(r"(?:€ ?)?(?P<whole>[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+)(?:[,.](?P<cents>[0-9]{1,2}|-))?")


@dataclass(frozen=True)
class SheetRow:
    """The cells of one line of a sheet.

    Parameters
    ----------
    cells : dict of str to str
        Text by column name.
    path : Path
        The file.
    line : int
        Line or row number in the file.
    """

    cells: dict[str, str]
    path: Path
    line: int

    def text(self, column: str) -> str:
        """Return the text of a cell that must be filled in."""
        return self.cells[column] or self.refuse(column, "dit veld is leeg.", "Vul het in, of haal de regel weg.")

    def one_of(self, column: str, choices: Mapping[str, str]) -> str:
        """Return the value that the word in a cell stands for, ignoring capitals."""
        values = {word.casefold(): value for word, value in choices.items()}
        text = self.cells[column]
        known = ", ".join(filter(None, choices))
        remedy = f"Kies uit: {known}." if known else "Haal de regel weg: hier is nog niets om uit te kiezen."
        return values.get(text.casefold()) or self.refuse(column, f"'{text}' is hier niet bekend.", remedy)

    def word(self, column: str, words: Iterable[str]) -> str:
        """Return the word in a cell, which must be one of ``words``."""
        return self.one_of(column, {word: word for word in words})

    def day(self, column: str) -> date:
        """Return the date in a cell, written by people (``1-7-2024``) or by Excel (``2024-07-01 00:00:00``)."""
        match = _DAY.fullmatch(self.text(column))
        try:
            if match and match["iso"]:
                return date.fromisoformat(match["iso"])
            if match:
                return date(int(match["year"]), int(match["month"]), int(match["day"]))
        except ValueError:
            pass
        problem = f"'{self.cells[column]}' is geen datum."
        self.refuse(column, problem, "Schrijf dag, maand en jaar, zoals 1-7-2024.")

    def euros(self, column: str) -> float | None:
        """Return the amount in a cell in euros, None if empty; a dot before three digits separates thousands."""
        if not self.cells[column]:
            return None
        match = _EUROS.fullmatch(self.cells[column])
        if not match:
            problem = f"'{self.cells[column]}' is geen bedrag van 0 of meer."
            self.refuse(column, problem, "Schrijf het bedrag in euro's, zoals 1.250,50.")
        cents = (match["cents"] or "0").replace("-", "0")
        amount = float(f"{match['whole'].replace('.', '')}.{cents}")
        if amount > (largest := catalogue.thresholds().plausible.largest_amount):
            problem = f"dit bedrag is groter dan {largest:.0f} euro."
            self.refuse(column, problem, "Schrijf het bedrag in euro's, zoals 1.250,50.")
        return amount

    def refuse(self, column: str, problem: str, remedy: str) -> NoReturn:
        """Raise a `DataError` about a cell."""
        raise DataError(paths.display_path(self.path), problem, remedy, line=self.line, column=column)


def sheet_rows(path: Path, columns: tuple[str, ...]) -> Iterator[SheetRow]:
    """Yield every line of a sheet with these columns, in any order and possibly among others.

    Parameters
    ----------
    path : Path
        CSV file or workbook.
    columns : tuple of str
        The names of the columns.

    Raises
    ------
    DataError
        When a column is missing, or a cell holds characters that are not text.
    """
    grid = grids.read(path)
    remedy = f"De kolommen zijn: {', '.join(columns)}."
    positions = {name: agreed_columns.column_number(grid, path, name, remedy) for name in columns}
    grids.warn_unused(grid.unused(positions.values()))
    for line, cells in zip(grid.body.index, grid.body.to_numpy().tolist(), strict=True):
        row = SheetRow({name: str(cells[positions[name]]).strip() for name in columns}, path, int(line))
        for name, text in row.cells.items():
            if printable(text) != text:
                row.refuse(name, "hier staan tekens in die geen tekst zijn.", "Typ de tekst opnieuw.")
        yield row


def find_file(folder: Path, kind: str) -> Path | None:
    """Return the file of a kind of document: its YAML, or the sheet for a kind that has one.

    Parameters
    ----------
    folder : Path
        The folder ``beleid``.
    kind : str
        Such as ``plan`` or ``partners``.

    Returns
    -------
    Path or None
        ``None`` when there is no file.

    Raises
    ------
    DataError
        When there is more than one file, because it is unclear which one counts.
    """
    existing = [path for name in file_names(kind) if os.path.lexists(path := folder / name)]
    if len(existing) > 1:
        problem = f"hiernaast staat ook {existing[1].name}; het is niet duidelijk welk bestand geldt."
        raise DataError(paths.display_path(existing[0]), problem, "Bewaar een van de twee en haal het andere weg.")
    return existing[0] if existing else None


def file_names(kind: str) -> list[str]:
    """Return the possible file names of a kind of document.

    Parameters
    ----------
    kind : str
        Such as ``plan``.

    Returns
    -------
    list of str

    Examples
    --------
    >>> file_names("plan"), file_names("partners")
    (['plan.yml'], ['partners.yml', 'partners.csv', 'partners.xlsx'])
    """
    suffixes = (".yml", *SUFFIXES) if kind in _READERS else (".yml",)
    return [f"{kind}{suffix}" for suffix in suffixes]


def read(path: Path, kind: str, documents: Mapping[str, Document]) -> Document:
    """Read a sheet as a document.

    Parameters
    ----------
    path : Path
        CSV file or workbook.
    kind : str
        ``partners`` or ``voortgang``.
    documents : mapping
        The documents already read, by kind.

    Returns
    -------
    Document
        `Partners` or `Progress`.

    Raises
    ------
    DataError
        When the document that the sheet belongs to is missing, a column is missing, or a cell is wrong; with the line
        and the column.
    """
    belongs_to, reader = _READERS[kind]
    if belongs_to not in documents:
        problem = f"dit blad hoort bij {belongs_to}.yml, maar dat document is er niet."
        raise DataError(paths.display_path(path), problem, f"Zet {belongs_to}.yml in dezelfde map.")
    raw_files.admit(path, path.parent)
    raw_files.guard(path)
    return reader(path, documents[belongs_to])


def _partners(path: Path, priorities: Priorities) -> Partners:
    """Read remarks of partners; a line without a remark names a partner who has not commented yet."""
    themes = {theme.label: id for id, theme in priorities.themes.items()} | {id: id for id in priorities.themes}
    partners: dict[str, str] = {}
    remarks = []
    for row in sheet_rows(path, ("partner", "soort", "thema", "opmerking", "richting", "bron")):
        name = row.text("partner")
        kind = row.word("soort", KINDS_OF_PARTNER)
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
    """Read the status of measures; a measure may have lines for several dates."""
    seen: set[tuple[str, date]] = set()
    rows = []
    for row in sheet_rows(path, ("maatregel", "stand", "datum", "besteed", "toelichting")):
        measure, day = row.word("maatregel", plan.measures), row.day("datum")
        if (measure, day) in seen:
            row.refuse("maatregel", f"'{measure}' staat voor deze datum al hierboven.", "Bewaar één van de regels.")
        if day > date.today():
            row.refuse("datum", f"{day:%-d-%-m-%Y} moet nog komen.", "Vul de dag in waarop de stand bekend was.")
        seen.add((measure, day))
        state = row.word("stand", STATES)
        note = row.cells["toelichting"] or None
        rows.append({"measure": measure, "state": state, "on": day, "spent": row.euros("besteed"), "note": note})
    return Progress.model_validate({"municipality": plan.municipality, "rows": rows})


_READERS: dict[str, tuple[str, Callable[[Path, Any], Document]]] = {
    "partners": ("priorities", _partners),
    "voortgang": ("plan", _progress),
}
BELONGS_TO = {kind: document for kind, (document, _) in _READERS.items()}  # the document that a sheet is read with
