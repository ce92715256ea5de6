"""Choice of the reader for each raw file, and collection of what the readers return.

`READERS` lists the readers of figures in the order in which they are tried. `Harvest` collects what they return from
one folder. `refuse_unrecognised` reports files that no reader recognises although they look like one of our kinds.
"""

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
from ..documents import KINDS
from ..errors import DataError, DataWarning
from ..store import observations
from ..store.raw_sources import Source
from ..store.results import label
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
    sheets,
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
from .table_recognition import LABELS, PERIODS, dimension, indicators_by_code, plain, topics
from .text_columns import Unregistered
from .tidy import drop_nonexistent, drop_unfinished, refuse_leaps

T = TypeVar("T")
BORDERS = "gebiedsgrenzen"
MUNICIPALITY = "Gemeente"  # publisher of votes and of the council's documents, unless the register says otherwise
_KINDS = {
    ".csv": "CSV", ".txt": "CSV", ".json": "OData", ".geojson": "GeoJSON", ".xlsx": "Excel-werkmap",
    ".zip": "zipbestand met een export", ".yml": "beleidsdocument",
}  # fmt: skip
_NOT_OURS = "geen veiligheidstabel: geen onderwerp uit tables.yml, geen levering en geen stemmen"
# The files that people write about the documents of the council, and what is said of one that stands elsewhere.
DOCUMENT_NAMES = (Path(ballots.VOTE_CARD).name, *(name for kind in KINDS for name in sheets.file_names(kind)))
MISPLACED = "dit is een beleidsdocument en hoort in de map beleid"
_LOG = logging.getLogger(__name__)

_DELIVERY_COLUMNS = {plain(name): name for name in (*HEADED.values(), "Gemeente", "Omschrijving")}
_TALLY_COLUMNS = ("dorp", "thema", "stemmen", "stemmers")
_HEADER_ROWS = 15  # rows at the start of a file that are searched for a header
_LAST_PERIOD = re.compile(r"[0-9]{4}(?:\*{1,2}|(?:JJ|KW|MM)[0-9]{2}| [1-4]e kwartaal| [a-z]+)?\*{0,2}$")
_COMMON_NAMES = 3  # of the six columns of a delivery or four of a tally; no other kind of table has as many of these


class Reader(NamedTuple):
    """A reader of one kind of file with figures.

    Parameters
    ----------
    recognises : callable
        Whether a file is of this kind, given its first rows and its entry in the data package. It must not hold for
        files of another sender that happen to have the same columns.
    read : callable
        Read a recognised file, given its path and its entry. It returns the table from ``tables.yml`` and a DataFrame
        with a row for each figure: ``region``, ``code`` (as in ``indicators.yml``), ``period`` (its first day),
        ``frequency`` (``Y``, ``H``, ``Q``, ``M`` or ``D``), ``value``, ``status`` (``final``, ``provisional``,
        ``missing``, ``suppressed`` or ``not_applicable``), and for surveys ``lower`` and ``upper``. `tidy.tidy` makes
        all of these but the last two from columns of text. A reader raises only `DataError`.
    """

    recognises: Callable[[list[list[str]], Resource], bool]
    read: Callable[[Path, Resource], tuple[Table, pd.DataFrame]]


# The first that recognises a file reads it. The police delivery comes last, because deliveries of other senders by day
# or with an incident code on each line look like it. A new delivery comes before those of `requested`, which have
# columns that others may have too, such as Soort, Maand and Aantal.
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


class Unforeseen(DataError):
    """A file on which a reader raised an unexpected exception; that exception is chained."""


@dataclass
class Harvest:
    """Everything read so far from one folder of raw exports.

    Parameters
    ----------
    raw : Path
        The folder.
    figures : list of DataFrame
        Observations of each file.
    votes : dict of Path to DataFrame
        Rows of each file with votes.
    sources : list of Source
        Every file that was read.
    skipped : dict of str to str
        Files left out, with the Dutch reason.
    remarks : dict of str to list of str
        Warnings of readers about files that were read (parts left out, oddities), in Dutch.
    left_out : Counter
        Number of figures without an indicator, by subject and code.
    unused_codes : dict of str to list of str
        The codes without an indicator in each file.
    geometries : dict
        Borders by region, as `geography.read_borders` returns them.
    large : dict of str to BulkExport
        Large exports by path, stored for the whole country instead of read as observations.
    keep_going : bool
        Whether to leave a damaged file out instead of raising an error.
    unread : dict of str to DataError
        Damaged files that were left out, with what is wrong with each.
    """

    raw: Path
    figures: list[pd.DataFrame] = field(default_factory=list)
    votes: dict[Path, pd.DataFrame] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    remarks: dict[str, list[str]] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    unused_codes: dict[str, list[str]] = field(default_factory=dict)
    geometries: dict[str, dict[str, Any]] = field(default_factory=dict)
    large: dict[str, BulkExport] = field(default_factory=dict)
    keep_going: bool = False
    unread: dict[str, DataError] = field(default_factory=dict)

    @cached_property
    def register(self) -> Register:
        """The register of the folder; empty when it is damaged and ``keep_going`` is set."""
        return self.attempt(data_package.NAME, partial(data_package.read, self.raw)) or Register({}, present=False)

    def read_all(self, candidates: Iterable[Path]) -> None:
        """Check every registered file, then read every file there is."""
        for resource in self.register.resources.values():
            self.attempt(resource.path, partial(data_package.verify, self.raw, resource))
        for path in candidates:
            name = raw_files.display_name(path, self.raw)
            if name not in self.unread:
                self.attempt(name, partial(self.read_file, path))

    def attempt(self, name: str, work: Callable[[], T]) -> T | None:
        """Call a reader and keep its warnings as remarks about the file.

        Any unexpected exception of a reader becomes an `Unforeseen` here, and only here. An `OSError` passes, because
        a disk error says nothing about the file.

        Parameters
        ----------
        name : str
            Path of the file within the folder.
        work : callable
            What to do, without arguments.

        Returns
        -------
        object or None
            What ``work`` returns; ``None`` when the file is damaged and ``keep_going`` is set.

        Raises
        ------
        DataError
            When the file is wrong and ``keep_going`` is not set.
        """
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", DataWarning)
            try:
                answer = _only_data_errors(self.raw / name, work)
            except DataError as error:
                if not self.keep_going:
                    raise
                self.unread[name] = error
                return None
        remarks = [str(warning.message) for warning in caught if issubclass(warning.category, DataWarning)]
        if remarks:
            self.remarks[name] = list(dict.fromkeys([*self.remarks.get(name, ()), *remarks]))
        return answer

    def read_file(self, path: Path) -> None:
        """Read one file, or record why it was skipped.

        Raises
        ------
        DataError
            When the file is wrong, or when no reader recognises it in a folder with a register.
        """
        raw_files.admit(path, self.raw)
        resource = self.register.resource(path.relative_to(self.raw).as_posix())
        if newer := self.register.replaced.get(resource.name):
            self.skipped[resource.path] = f"vervangen door {newer}"
        elif export := bulk.recognise(path):
            self._set_aside(resource.path, export)
        else:
            raw_files.guard(path)
            self._read_recognised(path, resource)

    def _read_recognised(self, path: Path, resource: Resource) -> None:
        """Read a file by the first reader that recognises it, or record why none does."""
        rows = grids.peek(path) if path.suffix.lower() in grids.SUFFIXES else []
        below_titles = grids.below_titles(rows)
        if reader := _reader([rows, below_titles], resource):
            self._read_figures(reader, path, resource)
        elif geography.recognises_borders(rows):
            self._add_borders(path, resource)
        elif kind := ballots.ballots_kind(below_titles):
            self._add_votes(path, resource, kind)
        elif _is_code_list(rows):
            self.skipped[resource.path] = "codelijst"
        elif path.name.lower() in DOCUMENT_NAMES and not self.register.present:
            self.skipped[resource.path] = MISPLACED
        elif path.name.lower() in DOCUMENT_NAMES:
            raise DataError(paths.display_path(path), f"{MISPLACED}.", f"Zet het daar, ook in {data_package.NAME}.")
        elif self.register.present:
            remedy = f"Haal het bestand uit de map en uit {data_package.NAME}, of voeg de tabel toe aan tables.yml."
            raise DataError(paths.display_path(path), f"{_NOT_OURS}.", remedy)
        else:
            refuse_unrecognised(path, rows)
            self.skipped[resource.path] = _NOT_OURS

    @cached_property
    def card(self) -> VoteCard:
        """The vote card. It is added to the sources, because it gives the votes their meaning."""
        card = ballots.read_vote_card(self.raw)
        resource = self.register.resource(ballots.VOTE_CARD)
        self.sources.append(data_package.describe(self.raw, resource, table="stemkaart", publisher=MUNICIPALITY))
        return card

    def _set_aside(self, name: str, export: BulkExport) -> None:
        """Add a large export; only one per table is accepted, because it replaces everything stored of that table."""
        if first := next((path for path, large in self.large.items() if large.table.id == export.table.id), None):
            problem = f"dit is een landelijke export van {export.table.id}, en '{first}' ook."
            remedy = "Laat er één staan, of haal alle jaren in één export op."
            raise DataError(paths.display_path(export.path), problem, remedy)
        bulk.check_export(export)
        self.large[name] = export

    def _read_figures(self, reader: Reader, path: Path, resource: Resource) -> None:
        try:
            table, figures = reader.read(path, resource)
            self._add_figures(table, figures, resource)
        except Unregistered as error:
            if self.register.present:
                raise
            self.skipped[resource.path] = f"{error.problem} {error.remedy}"

    def _add_votes(self, path: Path, resource: Resource, kind: str) -> None:
        """Add a file with votes, unless there is no vote card to read it by."""
        if not (self.raw / ballots.VOTE_CARD).exists():
            reason = f"{label('no_vote_card')}: {ballots.VOTE_CARD} ontbreekt. {ballots.VOTE_CARD_REMEDY}"
            self.skipped[resource.path] = reason
            return
        self.votes[path] = ballots.read_ballots(path, self.card, resource.name)
        self.sources.append(data_package.describe(self.raw, resource, table=kind, publisher=MUNICIPALITY))

    def _add_borders(self, path: Path, resource: Resource) -> None:
        borders = geography.read_borders(path, resource.name)
        if double := borders.keys() & self.geometries.keys():
            problem = f"de grens van {min(double)} staat ook in '{self.geometries[min(double)]['source']}'."
            raise DataError(
                paths.display_path(path), problem, "Laat van elke regio één grens staan, van het laatste jaar."
            )
        self.geometries |= borders
        self.sources.append(
            data_package.describe(self.raw, resource, table=BORDERS, publisher="CBS en Kadaster", licence="CC-BY-4.0")
        )

    def _add_figures(self, table: Table, rows: pd.DataFrame, resource: Resource) -> None:
        """Add the figures of one file as observations; codes without an indicator are counted and left out."""
        source = data_package.describe(
            self.raw, resource, table=table.id, publisher=table.publisher, licence=table.licence
        )
        indicators = indicators_by_code(table.subject)
        rows = drop_unfinished(drop_nonexistent(rows, table), table, resource.vintage)
        refuse_leaps(rows, table, self.raw / resource.path)
        indicator = rows["code"].map(indicators)
        without = rows["code"][indicator.isna()]
        self.left_out.update(f"{table.subject} {code}" for code in without)
        if len(without):
            self.unused_codes[resource.path] = sorted(map(str, without.unique()))
        frame = rows.assign(
            indicator=indicator,
            unit=indicator.map({id: catalogue.indicator(id).unit for id in indicators.values()}),
            lower=rows.get("lower", float("nan")),
            upper=rows.get("upper", float("nan")),
            source=source.name,
            vintage=pd.Timestamp(source.vintage) if source.vintage else pd.NaT,
        )
        # Convert texts to categories before the next file is read: they take more memory than the figures.
        self.figures.append(observations.typed(frame[indicator.notna()][observations.COLUMNS]))
        self.sources.append(source)


def _reader(starts: list[list[list[str]]], resource: Resource) -> Reader | None:
    """Return the first reader that recognises the first rows, with or without titles above the table."""
    return next((reader for reader in READERS if any(reader.recognises(rows, resource) for rows in starts)), None)


def _only_data_errors(path: Path, work: Callable[[], T]) -> T:
    """Call a reader; turn any exception but `DataError` and `OSError` into an `Unforeseen`."""
    try:
        return work()
    except (DataError, OSError):
        raise
    except Exception as error:
        _LOG.debug("unforeseen while reading %s", path, exc_info=True)
        kind = _KINDS.get(path.suffix.lower(), "een bestand van een soort die wij kennen")
        problem = f"dit is niet te lezen als {kind} ({type(error).__name__})."
        remedy = f"{AGAIN} Blijft dit zo, meld het dan en stuur het bestand mee."
        raise Unforeseen(paths.display_path(path), problem, remedy) from error


def _is_code_list(rows: list[list[str]]) -> bool:
    """Whether the rows are a list of keys and titles or the description of a table, which come with a data set."""
    header = {plain(name) for name in rows[0]} if rows else set()
    return {"key", "title"} <= header or {"identifier", "shorttitle"} <= header


def refuse_unrecognised(path: Path, rows: list[list[str]]) -> None:
    """Refuse an unrecognised file that looks like one of our kinds, such as a delivery without one of its columns.

    Parameters
    ----------
    path : Path
        The file, for messages.
    rows : list of list of str
        Its first rows.

    Raises
    ------
    DataError
        Naming what is missing.
    """
    header = [plain(name) for name in rows[0]] if rows else []
    _refuse_spread(path, rows[0] if rows else [])
    missing = _missing_in_delivery(header) or _missing_in_votes(header) or _missing_in_police_table(rows)
    if any(_is_header(row) for row in rows[1:_HEADER_ROWS]):
        problem = "de kolomkoppen staan niet op de eerste regel."
        raise DataError(paths.display_path(path), problem, "Haal de regels erboven weg en bewaar het bestand opnieuw.")
    if missing:
        column, kind = missing
        raise DataError(
            paths.display_path(path), f"dit lijkt een {kind}, maar '{column}' ontbreekt.", AGAIN, column=column
        )
    if path.suffix.lower() == ".xls":
        raise DataError(paths.display_path(path), "dit is een oud Excelbestand.", "Bewaar het als .xlsx of .csv.")
    if path.suffix.lower() == ".json" and not _is_other_json(path):
        problem = "dit bestand is niet te lezen als uitvoer van OData, of het is afgebroken."
        raise DataError(paths.display_path(path), problem, AGAIN)


def _refuse_spread(path: Path, header: list[str]) -> None:
    """Refuse a list in which each period or region has a column of its own."""
    dimensions = {dimension(name) for name in header}
    measured = any(topic in plain(name) for topic in topics() for name in header)
    if dimensions == {None} or not (measured or dimensions & {"SoortMisdrijf", "Overlast"}):
        return
    headings = [name.strip() for name in header if not dimension(name)]
    spread_headings = {
        PERIODS: [name for name in headings if (match := _LAST_PERIOD.search(name)) and is_period(match[0])],
        LABELS["RegioS"]: [name for name in headings if regions.code(name)],
    }
    for axis, columns in spread_headings.items():
        if columns:
            problem = f"'{axis}' staat in de kolomkoppen, zoals '{columns[0]}': elke waarde heeft een eigen kolom."
            remedy = (
                f"Zet '{axis}' onder elkaar: kies bij het exporteren alleen 'Onderwerp' in de kolommen en bewaar als "
                f"'CSV met labels' (lijst). Of maak in Excel één kolom '{axis}' en één kolom met het onderwerp."
            )
            raise DataError(paths.display_path(path), problem, remedy, line=1, column=columns[0])


def _is_other_json(path: Path) -> bool:
    """Whether this is complete JSON, and not the error message of a publisher."""
    try:
        content = json.loads(raw_files.text(path))
    except (ValueError, RecursionError):
        return False
    return not (isinstance(content, dict) and any("odata" in name or name == "error" for name in content))


def _is_header(row: list[str]) -> bool:
    """Whether a row is the header of a table that a reader reads."""
    header = [plain(name) for name in row]
    return in_columns(row) or _missing_in_delivery(header) is not None or _missing_in_votes(header) is not None


def _missing_in_delivery(header: list[str]) -> tuple[str, str] | None:
    """Return the column that a police delivery lacks and the Dutch name of the kind of file."""
    if len(set(header) & _DELIVERY_COLUMNS.keys()) < _COMMON_NAMES:
        return None
    return next((name for name in HEADED.values() if plain(name) not in header), "Aantal"), "levering van de politie"


def _missing_in_votes(header: list[str]) -> tuple[str, str] | None:
    """Return the column that ballots or a tally sheet lack and the Dutch name of the kind of file."""
    if any(map(ballots.CHOICE.fullmatch, header)):
        return "stemmer of dorp", "lijst van stembriefjes"
    columns = set(header) & set(_TALLY_COLUMNS)
    return (
        (next((name for name in _TALLY_COLUMNS if name not in columns), "stemmen"), "turflijst")
        if len(columns) >= _COMMON_NAMES
        else None
    )


def _missing_in_police_table(rows: list[list[str]]) -> tuple[str, str] | None:
    """Return what is missing in a police table: it has categories and periods, but no counts."""
    positions = {dimension(name): position for position, name in enumerate(rows[0])} if rows else {}
    position = positions.get("SoortMisdrijf", positions.get("Overlast"))
    if position is None or PERIODS not in positions:
        return None
    if len(rows) > 1 and not crime_codes.is_code("".join(rows[1][position : position + 1])):
        return None
    kind = LABELS.get("SoortMisdrijf" if "SoortMisdrijf" in positions else "Overlast", "Overlast")
    return "het aantal registraties", f"politietabel ({kind.lower()})"
