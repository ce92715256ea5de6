"""Sheets that people fill in themselves: remarks of partners and the progress of the plan, as CSV or workbook.

A sheet has the name of its kind, ``partners.xlsx`` or ``voortgang.csv``. It belongs to a document of the same council:
remarks are about the themes in ``priorities.yml``, progress is about the measures in ``plan.yml``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from .. import paths
from ..documents import Document, Partners, Plan, Priorities, Progress
from ..errors import DataError
from . import admission, cells

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
    admission.admit(path, path.parent)
    admission.guard(path)
    return reader(path, documents[belongs_to])


def _partners(path: Path, priorities: Priorities) -> Partners:
    """Remarks of partners; a line without a remark names a partner who has not said anything yet."""
    themes = {theme.label: id for id, theme in priorities.themes.items()} | {id: id for id in priorities.themes}
    partners: dict[str, str] = {}
    remarks = []
    for row in cells.rows(path, ("partner", "soort", "thema", "opmerking", "richting", "bron")):
        name = row.text("partner")
        kind = row.same("soort", KINDS_OF_PARTNER)
        if partners.setdefault(name, kind) != kind:
            row.refuse("soort", f"'{name}' staat hierboven als {partners[name]}.", "Kies overal hetzelfde.")
        if row.cells["thema"] or row.cells["opmerking"]:
            remarks.append(_remark(name, row, themes))
    content = {"municipality": priorities.municipality, "partners": partners, "remarks": remarks}
    return Partners.model_validate(content)


def _remark(partner: str, row: cells.Row, themes: Mapping[str, str]) -> dict[str, str | None]:
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
    for row in cells.rows(path, ("maatregel", "stand", "datum", "besteed", "toelichting")):
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
