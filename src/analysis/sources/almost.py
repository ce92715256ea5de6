"""Files that would be ours if they were whole: told as a mistake, where another table is only left aside."""

from __future__ import annotations

import json
import re
from pathlib import Path

from .. import paths, regions
from ..errors import DataError
from . import files, politie
from .delivery import HEADED
from .files import AGAIN
from .layouts import in_columns, is_period
from .recognise import LABELS, PERIODS, dimension, plain, topics

_DELIVERY = {plain(name): name for name in (*HEADED.values(), "Gemeente", "Omschrijving")}
_TALLY = ("dorp", "thema", "stemmen", "stemmers")
_CHOICE = re.compile(r"(thema|stem|keuze)[0-9]+")
_TOP = 15  # rows in which a header is looked for
_LAST_PERIOD = re.compile(r"[0-9]{4}(?:\*{1,2}|(?:JJ|KW|MM)[0-9]{2}| [1-4]e kwartaal| [a-z]+)?\*{0,2}$")
_ENOUGH = 3  # names in common, of six in a delivery and four in a tally: no other table has so many


def refuse(path: Path, rows: list[list[str]]) -> None:
    """Refuse a file that lacks what it would be recognised by.

    Raises
    ------
    DataError
        Naming what is missing.
    """
    header = [plain(name) for name in rows[0]] if rows else []
    _refuse_spread(path, rows[0] if rows else [])
    missing = _delivery(header) or _votes(header) or _police(rows)
    if any(_is_header(row) for row in rows[1:_TOP]):
        problem = "de kolomkoppen staan niet op de eerste regel."
        raise DataError(paths.shown(path), problem, "Haal de regels erboven weg en bewaar het bestand opnieuw.")
    if missing:
        column, kind = missing
        raise DataError(paths.shown(path), f"dit lijkt een {kind}, maar '{column}' ontbreekt.", AGAIN, column=column)
    if path.suffix.lower() == ".xls":
        raise DataError(paths.shown(path), "dit is een oud Excelbestand.", "Bewaar het als .xlsx of .csv.")
    if path.suffix.lower() == ".json" and not _is_other_json(path):
        problem = "dit bestand is niet te lezen als uitvoer van OData, of het is afgebroken."
        raise DataError(paths.shown(path), problem, AGAIN)


def _refuse_spread(path: Path, header: list[str]) -> None:
    """Refuse a list of ours in which each period or region has a column of its own."""
    named = {dimension(name) for name in header}
    measured = any(topic in plain(name) for topic in topics() for name in header)
    if named == {None} or not (measured or named & {"SoortMisdrijf", "Overlast"}):
        return
    others = [name.strip() for name in header if not dimension(name)]
    spread = {
        PERIODS: [name for name in others if (found := _LAST_PERIOD.search(name)) and is_period(found[0])],
        LABELS["RegioS"]: [name for name in others if regions.code(name)],
    }
    for label, columns in spread.items():
        if columns:
            problem = f"'{label}' staat in de kolomkoppen, zoals '{columns[0]}': elke waarde heeft een eigen kolom."
            remedy = (
                f"Zet '{label}' onder elkaar: kies bij het exporteren alleen 'Onderwerp' in de kolommen en bewaar als "
                f"'CSV met labels' (lijst). Of maak in Excel één kolom '{label}' en één kolom met het onderwerp."
            )
            raise DataError(paths.shown(path), problem, remedy, line=1, column=columns[0])


def _is_other_json(path: Path) -> bool:
    """Whether this is whole, and not what a publisher answers instead of figures."""
    try:
        content = json.loads(files.text(path))
    except (ValueError, RecursionError):
        return False
    return not (isinstance(content, dict) and any("odata" in name or name == "error" for name in content))


def _is_header(row: list[str]) -> bool:
    """Whether a row below the first is the header of a table that we read."""
    header = [plain(name) for name in row]
    return in_columns(row) or _delivery(header) is not None or _votes(header) is not None


def _delivery(header: list[str]) -> tuple[str, str] | None:
    if len(set(header) & _DELIVERY.keys()) < _ENOUGH:
        return None
    return next((name for name in HEADED.values() if plain(name) not in header), "Aantal"), "levering van de politie"


def _votes(header: list[str]) -> tuple[str, str] | None:
    if any(map(_CHOICE.fullmatch, header)):
        return "stemmer of dorp", "lijst van stembriefjes"
    found = set(header) & set(_TALLY)
    return (
        (next((name for name in _TALLY if name not in found), "stemmen"), "turflijst")
        if len(found) >= _ENOUGH
        else None
    )


def _police(rows: list[list[str]]) -> tuple[str, str] | None:
    """A police category and periods, with police codes or no row at all, but without the counts."""
    found = {dimension(name): place for place, name in enumerate(rows[0])} if rows else {}
    place = found.get("SoortMisdrijf", found.get("Overlast"))
    if place is None or PERIODS not in found:
        return None
    if len(rows) > 1 and not politie.is_code("".join(rows[1][place : place + 1])):
        return None
    kind = LABELS.get("SoortMisdrijf" if "SoortMisdrijf" in found else "Overlast", "Overlast")
    return "het aantal registraties", f"politietabel ({kind.lower()})"
