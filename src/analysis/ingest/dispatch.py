"""Files that would be ours if they were whole: told as a mistake, where another table is only left aside."""

from __future__ import annotations

import json
import logging
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import pandas as pd

from .. import paths
from ..definitions import catalogue, regions
from ..definitions.catalogue import Table
from ..errors import DataError, DataWarning
from ..store import observations
from ..store.raw_sources import Source
from . import (
    ballots,
    bron,
    bulk,
    crime_codes,
    data_package,
    geography,
    grids,
    kerncijfers,
    police_delivery,
    raw_files,
    requested,
    star,
    statline,
    veiligheidsindex,
    veiligheidsmonitor,
)
from .ballots import VoteCard
from .bulk import BulkExport
from .data_package import Register, Resource
from .layouts import in_columns, is_period
from .police_delivery import HEADED
from .raw_files import AGAIN
from .table_recognition import LABELS, PERIODS, dimension, plain, topics
from .text_columns import Unregistered
from .tidy import no_leaps, nonexistent, unfinished

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
        content = json.loads(raw_files.text(path))
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
    if len(rows) > 1 and not crime_codes.is_code("".join(rows[1][place : place + 1])):
        return None
    kind = LABELS.get("SoortMisdrijf" if "SoortMisdrijf" in found else "Overlast", "Overlast")
    return "het aantal registraties", f"politietabel ({kind.lower()})"


T = TypeVar("T")
_LOG = logging.getLogger(__name__)


class Reader(NamedTuple):
    """One kind of file with figures.

    Parameters
    ----------
    recognises : callable
        Whether a file is of this kind: called with its first rows and its entry in the data package.
    read : callable
        Reads a file that was recognised: called with its path and entry. It returns the table from ``tables.yml`` and
        a DataFrame with a row for each figure: ``region``, ``code`` (as in ``indicators.yml``), ``period``,
        ``frequency`` (``Y``, ``H``, ``M`` or ``D``), ``value``, ``status``, and for surveys ``lower`` and ``upper``.
        It raises nothing but `DataError`.
    """

    recognises: Callable[[list[list[str]], Resource], bool]
    read: Callable[[Path, Resource], tuple[Table, pd.DataFrame]]


# In the order in which they are tried. A police delivery comes last: files by day, or with a code on each line, look
# like one.
READERS = (
    Reader(statline.recognises, statline.read),
    Reader(veiligheidsmonitor.recognises, veiligheidsmonitor.read),
    Reader(veiligheidsindex.recognises, veiligheidsindex.read),
    Reader(kerncijfers.recognises, kerncijfers.read),
    Reader(bron.recognises, bron.read),
    Reader(star.recognises, star.read),
    Reader(requested.recognises_halt, requested.read_halt),
    Reader(requested.recognises_fire_brigade, requested.read_fire_brigade),
    Reader(requested.recognises_new_year, requested.read_new_year),
    Reader(police_delivery.recognises, police_delivery.read),
)
BORDERS = "gebiedsgrenzen"
MUNICIPALITY = "Gemeente"  # who publishes votes, unless the register says otherwise
_KINDS = {
    ".csv": "CSV", ".txt": "CSV", ".json": "OData", ".geojson": "GeoJSON", ".xlsx": "Excel-werkmap",
    ".zip": "zipbestand met een export", ".yml": "beleidsdocument",
}  # fmt: skip
_NOT_OURS = "geen veiligheidstabel: geen onderwerp uit tables.yml, geen levering en geen stemmen"


class Unforeseen(DataError):
    """A file on which a reader failed in a way that it should have foreseen; the cause is chained."""


@dataclass
class Harvest:
    """What has been read so far from the folder ``raw``.

    Parameters
    ----------
    figures : list of DataFrame
        Observations of each file.
    votes : dict of Path to DataFrame
        Rows of each file with votes.
    sources : list of Source
        Every file that was read.
    skipped : dict of str to str
        Files left out, with the Dutch reason.
    remarks : dict of str to list of str
        What readers warn about in files that were read: parts left out, and oddities, in Dutch.
    left_out : Counter
        Figures without an indicator, by subject and code.
    unasked : dict of str to list of str
        The codes without an indicator in each file.
    geometries : dict
        Borders by region, as `borders.read` returns them.
    large : dict of str to Export
        Files by name that are not read as observations, but kept for the whole country.
    keep_going : bool
        Whether a damaged file is left out instead of ending everything; ``unread`` then holds what is wrong with it.
    """

    raw: Path
    figures: list[pd.DataFrame] = field(default_factory=list)
    votes: dict[Path, pd.DataFrame] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    remarks: dict[str, list[str]] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    unasked: dict[str, list[str]] = field(default_factory=dict)
    geometries: dict[str, dict[str, Any]] = field(default_factory=dict)
    large: dict[str, BulkExport] = field(default_factory=dict)
    keep_going: bool = False
    unread: dict[str, str] = field(default_factory=dict)

    @cached_property
    def register(self) -> Register:
        """What the folder says of its files; whoever keeps going does without it when it is damaged."""
        return self.attempt(data_package.NAME, partial(data_package.read, self.raw)) or Register({}, present=False)

    def everything(self, candidates: Iterable[Path]) -> None:
        """Check every registered file, then read every file there is."""
        for resource in self.register.resources.values():
            self.attempt(resource.path, partial(data_package.verify, self.raw, resource))
        for path in candidates:
            name = raw_files.name(path, self.raw)
            if name not in self.unread:
                self.attempt(name, partial(self.take, path))

    def attempt(self, name: str, work: Callable[[], T]) -> T | None:
        """Do something with a file; whoever wants to keep going does without a damaged one, and is told.

        This is the one place where a reader's mistake ends: whatever else it raises is told as a file that cannot be
        read. What the system says of the disk goes through, for that is no property of the file.

        Raises
        ------
        DataError
            When something is wrong and we are not to keep going.
        """
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", DataWarning)
            try:
                done = _foreseen(self.raw / name, work)
            except DataError as error:
                if not self.keep_going:
                    raise
                self.unread[name] = str(error)
                return None
        remarks = [str(warning.message) for warning in caught if issubclass(warning.category, DataWarning)]
        if remarks:
            self.remarks[name] = list(dict.fromkeys([*self.remarks.get(name, ()), *remarks]))
        return done

    def take(self, path: Path) -> None:
        """Read a file, or say why not.

        Raises
        ------
        DataError
            When the file is wrong, or is no table of ours in a folder with a register.
        """
        raw_files.admit(path, self.raw)
        name = path.relative_to(self.raw).as_posix()
        resource = self.register.resource(name)
        if newer := self.register.replaced.get(resource.name):
            self.skipped[name] = f"vervangen door {newer}"
            return
        if export := bulk.recognised(path):
            self._set_aside(name, export)
            return
        raw_files.guard(path)
        rows = grids.peek(path) if path.suffix.lower() in grids.SUFFIXES else []
        below = grids.below_titles(rows)
        if reader := _reader([rows, below], resource):
            try:
                table, figures = reader.read(path, resource)
                self._add_figures(table, figures, resource)
            except Unregistered as lacking:
                if self.register.present:
                    raise
                self.skipped[name] = f"{lacking.problem} {lacking.remedy}"
        elif geography.recognises_borders(rows):
            self._add_borders(path, resource)
        elif ballots.ballots_kind(below) and not (self.raw / ballots.VOTE_CARD).exists():
            self.skipped[name] = f"{observations.NO_CARD}: {ballots.VOTE_CARD} ontbreekt. {ballots.VOTE_CARD_REMEDY}"
        elif kind := ballots.ballots_kind(below):
            self.votes[path] = ballots.read_ballots(path, self.card, resource.name)
            self.sources.append(data_package.describe(self.raw, resource, table=kind, publisher=MUNICIPALITY))
        elif self.register.present and not _is_code_list(rows):
            remedy = f"Haal het bestand uit de map en uit {data_package.NAME}, of voeg de tabel toe aan tables.yml."
            raise DataError(paths.shown(path), f"{_NOT_OURS}.", remedy)
        elif _is_code_list(rows):
            self.skipped[name] = "codelijst"
        else:
            refuse(path, rows)
            self.skipped[name] = _NOT_OURS

    @cached_property
    def card(self) -> VoteCard:
        """The vote card, which is a source of its own: it says what the votes mean."""
        card = ballots.read_vote_card(self.raw)
        resource = self.register.resource(ballots.VOTE_CARD)
        self.sources.append(data_package.describe(self.raw, resource, table="stemkaart", publisher=MUNICIPALITY))
        return card

    def _set_aside(self, name: str, export: BulkExport) -> None:
        """Of each table one large file: what is kept of a table is what stands in that file."""
        if first := next((other for other, one in self.large.items() if one.table.id == export.table.id), None):
            problem = f"dit is een landelijke export van {export.table.id}, en '{first}' ook."
            remedy = "Laat er één staan, of haal alle jaren in één export op."
            raise DataError(paths.shown(export.path), problem, remedy)
        bulk.check(export)
        self.large[name] = export

    def _add_borders(self, path: Path, resource: Resource) -> None:
        found = geography.read_borders(path, resource.name)
        if double := found.keys() & self.geometries.keys():
            problem = f"de grens van {min(double)} staat ook in '{self.geometries[min(double)]['source']}'."
            raise DataError(paths.shown(path), problem, "Laat van elke regio één grens staan, van het laatste jaar.")
        self.geometries |= found
        self.sources.append(
            data_package.describe(self.raw, resource, table=BORDERS, publisher="CBS en Kadaster", licence="CC-BY-4.0")
        )

    def _add_figures(self, table: Table, rows: pd.DataFrame, resource: Resource) -> None:
        """Figures of one file as observations; codes that no indicator asks for are counted and left out."""
        source = data_package.describe(
            self.raw, resource, table=table.id, publisher=table.publisher, licence=table.licence
        )
        known = {code: id for (subject, code), id in catalogue.indicator_of().items() if subject == table.subject}
        rows = unfinished(nonexistent(rows, table), table, resource.vintage)
        no_leaps(rows, table, self.raw / resource.path)
        indicator = rows["code"].map(known)
        without = rows["code"][indicator.isna()]
        self.left_out.update(f"{table.subject} {code}" for code in without)
        if len(without):
            self.unasked[resource.path] = sorted(map(str, without.unique()))
        frame = rows.assign(
            indicator=indicator,
            unit=indicator.map({id: catalogue.indicator(id).unit for id in known.values()}),
            lower=rows.get("lower", float("nan")),
            upper=rows.get("upper", float("nan")),
            source=source.name,
            vintage=pd.Timestamp(source.vintage) if source.vintage else pd.NaT,
        )
        # As categories before the next file is read: texts take more memory than all figures.
        self.figures.append(observations.typed(frame[indicator.notna()][observations.COLUMNS]))
        self.sources.append(source)


def _reader(starts: list[list[list[str]]], resource: Resource) -> Reader | None:
    """The first reader that recognises the first rows, with or without titles above the table."""
    return next((reader for reader in READERS if any(reader.recognises(rows, resource) for rows in starts)), None)


def _foreseen(path: Path, work: Callable[[], T]) -> T:
    """Let a reader raise nothing but a `DataError`, or what the system says of the disk."""
    try:
        return work()
    except (DataError, OSError):
        raise
    except Exception as error:
        _LOG.debug("unforeseen while reading %s", path, exc_info=True)
        kind = _KINDS.get(path.suffix.lower(), "een bestand van een soort die wij kennen")
        problem = f"dit is niet te lezen als {kind} ({type(error).__name__})."
        remedy = f"{AGAIN} Blijft dit zo, meld het dan en stuur het bestand mee."
        raise Unforeseen(paths.shown(path), problem, remedy) from error


def _is_code_list(rows: list[list[str]]) -> bool:
    """A list of keys and titles, or the description of a table, as they come with a data set."""
    header = {plain(name) for name in rows[0]} if rows else set()
    return {"key", "title"} <= header or {"identifier", "shorttitle"} <= header
