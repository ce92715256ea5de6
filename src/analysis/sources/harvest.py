"""Taking one raw file after another: which reader it is for, what came out, and why some are left out."""

from __future__ import annotations

import logging
import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pandas as pd

from .. import catalogue, observations, paths
from ..catalogue import Table
from ..errors import DataError, DataWarning
from ..observations import Source
from . import (
    admission,
    almost,
    ballots,
    borders,
    brandweer,
    bron,
    buurten,
    delivery,
    grids,
    halt,
    jaarwisseling,
    monitor,
    nationwide,
    nvi,
    package,
    star,
    statline,
    votecard,
)
from .files import AGAIN
from .nationwide import Export
from .package import Register, Resource
from .recognise import plain
from .rejected import Unregistered
from .tidy import no_leaps, nonexistent, unfinished
from .votecard import VoteCard

T = TypeVar("T")
_LOG = logging.getLogger(__name__)


class Reader(Protocol):
    """What every reader of figures offers: a module with these two functions.

    ``recognises`` looks at the first rows of a file; ``read`` takes a file that it recognised, with its entry in the
    register, and gives the table it is and its figures.
    """

    def recognises(self, rows: list[list[str]], resource: Resource) -> bool:
        """Whether a file is for this reader."""
        ...

    def read(self, path: Path, resource: Resource) -> tuple[Table, pd.DataFrame]:
        """Read a whole file, or refuse it with a `DataError`."""
        ...


# Each with `recognises` and `read`. Files by day or with a code per line also look like a delivery, so that comes last.
READERS: tuple[Reader, ...] = (statline, monitor, nvi, buurten, bron, star, halt, brandweer, jaarwisseling, delivery)
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
    large: dict[str, Export] = field(default_factory=dict)
    keep_going: bool = False
    unread: dict[str, str] = field(default_factory=dict)

    @cached_property
    def register(self) -> Register:
        """What the folder says of its files; whoever keeps going does without it when it is damaged."""
        return self.attempt(package.NAME, partial(package.read, self.raw)) or Register({}, present=False)

    def everything(self, candidates: Iterable[Path]) -> None:
        """Check every registered file, then read every file there is."""
        for resource in self.register.resources.values():
            self.attempt(resource.path, partial(package.verify, self.raw, resource))
        for path in candidates:
            name = admission.name(path, self.raw)
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
        admission.admit(path, self.raw)
        name = path.relative_to(self.raw).as_posix()
        resource = self.register.resource(name)
        if newer := self.register.replaced.get(resource.name):
            self.skipped[name] = f"vervangen door {newer}"
            return
        if export := nationwide.recognised(path):
            self._set_aside(name, export)
            return
        admission.guard(path)
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
        elif borders.recognises(rows):
            self._add_borders(path, resource)
        elif ballots.kind(below) and not (self.raw / votecard.PATH).exists():
            self.skipped[name] = f"{observations.NO_CARD}: {votecard.PATH} ontbreekt. {votecard.REMEDY}"
        elif kind := ballots.kind(below):
            self.votes[path] = ballots.read(path, self.card, resource.name)
            self.sources.append(package.describe(self.raw, resource, table=kind, publisher=MUNICIPALITY))
        elif self.register.present and not _is_code_list(rows):
            remedy = f"Haal het bestand uit de map en uit {package.NAME}, of voeg de tabel toe aan tables.yml."
            raise DataError(paths.shown(path), f"{_NOT_OURS}.", remedy)
        elif _is_code_list(rows):
            self.skipped[name] = "codelijst"
        else:
            almost.refuse(path, rows)
            self.skipped[name] = _NOT_OURS

    @cached_property
    def card(self) -> VoteCard:
        """The vote card, which is a source of its own: it says what the votes mean."""
        card = votecard.read(self.raw)
        resource = self.register.resource(votecard.PATH)
        self.sources.append(package.describe(self.raw, resource, table="stemkaart", publisher=MUNICIPALITY))
        return card

    def _set_aside(self, name: str, export: Export) -> None:
        """Of each table one large file: what is kept of a table is what stands in that file."""
        if first := next((other for other, one in self.large.items() if one.table.id == export.table.id), None):
            problem = f"dit is een landelijke export van {export.table.id}, en '{first}' ook."
            remedy = "Laat er één staan, of haal alle jaren in één export op."
            raise DataError(paths.shown(export.path), problem, remedy)
        nationwide.check(export)
        self.large[name] = export

    def _add_borders(self, path: Path, resource: Resource) -> None:
        found = borders.read(path, resource.name)
        if double := found.keys() & self.geometries.keys():
            problem = f"de grens van {min(double)} staat ook in '{self.geometries[min(double)]['source']}'."
            raise DataError(paths.shown(path), problem, "Laat van elke regio één grens staan, van het laatste jaar.")
        self.geometries |= found
        self.sources.append(
            package.describe(self.raw, resource, table=BORDERS, publisher="CBS en Kadaster", licence="CC-BY-4.0")
        )

    def _add_figures(self, table: Table, rows: pd.DataFrame, resource: Resource) -> None:
        """Figures of one file as observations; codes that no indicator asks for are counted and left out."""
        source = package.describe(self.raw, resource, table=table.id, publisher=table.publisher, licence=table.licence)
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
