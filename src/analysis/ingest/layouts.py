"""The ways StatLine lays out a table: in columns (list, data set, OData) or crosswise with headers above it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import pandas as pd

from .. import paths
from ..definitions import periods
from ..errors import DataError
from . import table_recognition
from .grids import Grid
from .raw_files import AGAIN, is_closed
from .table_recognition import PERIODS, dimension, plain, topic

TOPIC = "Onderwerp"
UNIT = "aantal"
Row = tuple[int, list[str]]  # line number and cells


@dataclass(frozen=True)
class Sheet:
    """A StatLine export, whatever its layout.

    Parameters
    ----------
    dimensions : frozenset of str
        Dimensions that vary, by their declared names.
    fixed : dict
        Dimensions with one value for the whole file, from a line above the table.
    topics : frozenset of str
        Plain names of the measures; empty where the file does not name them.
    comma : bool
        Whether numbers are written the Dutch way: a dot for thousands, a decimal comma.
    cells : callable
        Gives the cells of one topic: a column for each dimension, ``text`` and ``line``.
    units : callable
        Gives the units that stand with one topic.
    unused : callable
        Gives the names of what `cells` leaves out of one topic: other topics, and columns that are no dimension.
    """

    dimensions: frozenset[str]
    fixed: dict[str, str]
    topics: frozenset[str]
    comma: bool
    cells: Callable[[str], pd.DataFrame]
    units: Callable[[str], set[str]]
    unused: Callable[[str], list[str]]


def in_columns(first: list[str]) -> bool:
    """Whether a first row is the header of a list or data set."""
    named = [name for name in first if dimension(name)]
    measured = any(topic(name) in table_recognition.topics() for name in first)
    return plain(first[0] if first else "") != plain(TOPIC) and (len(named) > 1 or measured)


def columns(grid: Grid) -> Sheet:
    """A list or data set: one row for each figure, or for each set of figures side by side."""
    named = {name: place for place, header in enumerate(grid.header) if (name := dimension(header))}
    measures = {topic(header): place for place, header in enumerate(grid.header) if not dimension(header)}

    def cells(measure: str) -> pd.DataFrame:
        described = {"kind": "soortregio", "name": "gemeentenaam"}  # what the police adds to wijken and buurten
        beside = {ours: measures[theirs] for ours, theirs in described.items() if theirs in measures}
        chosen = {**named, **beside, "text": measures[measure]}
        frame = grid.body[list(chosen.values())].set_axis(list(chosen), axis=1)
        return frame.assign(line=grid.body.index).reset_index(drop=True)

    def unused(measure: str) -> list[str]:
        return grid.unused({*named.values(), measures[measure]})

    def units(measure: str) -> set[str]:
        return {table_recognition.unit(grid.header[measures[measure]])}

    comma = not any(table_recognition.is_numbered(header) for header in grid.header)
    return Sheet(frozenset(named), {}, frozenset(measures), comma, cells, units, unused)


def once(path: Path, header: list[str]) -> None:
    """Refuse a dimension or measure of ours that stands above two columns: it is not clear which of them holds.

    Raises
    ------
    DataError
        Naming the second.
    """
    seen: set[str] = set()
    for name in header:
        known = dimension(name) or (topic(name) if topic(name) in table_recognition.topics() else None)
        if known in seen:
            problem = "dit onderwerp staat boven meer dan één kolom."
            raise DataError(paths.shown(path), problem, AGAIN, column=name)
        seen.update([known] if known else [])


def counted(path: Path, units: Iterable[str]) -> None:
    """Refuse counts in another unit than one, such as ``x 1 000``.

    Raises
    ------
    DataError
        Naming the unit.
    """
    for unit in units:
        if unit and plain(unit) != UNIT:
            problem = f"de eenheid is '{unit}'; wij lezen alleen aantallen."
            raise DataError(paths.shown(path), problem, "Exporteer opnieuw met het aantal.")


@dataclass(frozen=True)
class _Parts:
    """A crosswise table cut into titles, header rows and rows with figures; the footer is left out."""

    top: list[Row]
    heads: list[Row]
    body: list[Row]
    labels: list[str]

    @property
    def width(self) -> int:
        return len(self.heads[-1][1]) if self.heads else 0


def _parts(rows: list[Row]) -> _Parts:
    rows = [(line, [cell.strip() for cell in cells]) for line, cells in rows if any(cells)]
    top = list(takewhile(lambda row: row[1][0] and not any(row[1][1:]), rows))
    heads = list(takewhile(lambda row: _is_head(row[1][0]), rows[len(top) :]))
    body = list(takewhile(lambda row: not _is_footer(row[1][0]), rows[len(top) + len(heads) :]))
    labels = takewhile(dimension, heads[-1][1] if heads else [])
    return _Parts(top, heads, body, [name for label in labels if (name := dimension(label))])


def crosswise(rows: list[Row]) -> Sheet:
    """A StatLine table or what Excel made of it: titles, header rows, then labels with figures beside them."""
    parts = _parts(rows)
    above = _above([cells for _, cells in parts.heads], len(parts.labels))
    named = frozenset([*parts.labels, *above]) - {TOPIC}

    def cells(measure: str) -> pd.DataFrame:
        names = above.get(TOPIC, [measure] * (parts.width - len(parts.labels)))
        chosen = [place for place, name in enumerate(names) if topic(name) == measure]
        return pd.concat([_column(parts, above, place) for place in chosen], ignore_index=True)

    def unused(measure: str) -> list[str]:
        return [name for name in dict.fromkeys(above.get(TOPIC, [])) if topic(name) != measure]

    def units(measure: str) -> set[str]:
        last = parts.heads[-1][1][len(parts.labels) :] if parts.heads else []
        names = above.get(TOPIC, [measure] * len(last))
        return (
            set()
            if last in above.values()
            else {unit for name, unit in zip(names, last, strict=False) if topic(name) == measure}
        )

    topics = frozenset(map(topic, above.get(TOPIC, [])))
    return Sheet(named, _fixed(parts.top), topics, True, cells, units, unused)


def complete(path: Path, rows: list[Row]) -> None:
    """Check that a crosswise table was not cut off: equally long rows, and the footer if StatLine wrote it.

    Below the footer nothing but words may follow.

    Raises
    ------
    DataError
        With the line where it goes wrong.
    """
    parts = _parts(rows)
    for line, cells in parts.heads + parts.body:
        if len(cells) != parts.width:
            problem = f"deze regel heeft {len(cells)} velden; de kopregel heeft er {parts.width}."
            raise DataError(paths.shown(path), problem, AGAIN, line=line)
    footers = [number for number, (_, cells) in enumerate(rows) if cells and _is_footer(cells[0])]
    footed = bool(footers)
    for line, cells in rows[footers[0] :] if footed else ():
        if sum(1 for cell in cells if cell.strip()) > 1:
            problem = "onder de regel 'Bron: …' staat nog een tabel."
            raise DataError(paths.shown(path), problem, "Bewaar elke tabel als een eigen bestand.", line=line)
    original = any(plain(cells[0]) == plain(TOPIC) for _, cells in parts.heads)
    if not footed and (original or not is_closed(path)):
        problem = "het bestand is afgekapt: de laatste regel 'Bron: …' ontbreekt."
        raise DataError(paths.shown(path), problem, AGAIN, line=rows[-1][0])


def _is_head(label: str) -> bool:
    return not label or plain(label) == plain(TOPIC) or dimension(label) is not None


def _is_footer(label: str) -> bool:
    return label.strip().startswith(("Bron:", "©"))


def _fixed(top: list[Row]) -> dict[str, str]:
    """Lines such as ``Soort misdrijf: Totaal misdrijven``."""
    pairs = (cells[0].partition(":") for _, cells in top)
    return {name: value.strip() for label, _, value in pairs if (name := dimension(label)) and value.strip()}


def _above(heads: list[list[str]], skip: int) -> dict[str, list[str]]:
    """What stands above each column of figures. Excel drops the names of header rows, so periods count as such."""
    found = {}
    for cells in heads:
        names = cells[skip:]
        if names and all(map(is_period, names)):
            found[PERIODS] = names
        elif plain(cells[0]) == plain(TOPIC) or (
            names and all(topic(name) in table_recognition.topics() for name in names)
        ):
            found[TOPIC] = names
        elif cells is not heads[-1] and (name := dimension(cells[0])):
            found[name] = names
    return found


def is_period(text: str) -> bool:
    """Whether a text is a period that we keep; CBS also has sums over several years."""
    try:
        return bool(periods.parse(text))
    except ValueError:
        return False


def _column(parts: _Parts, above: dict[str, list[str]], place: int) -> pd.DataFrame:
    """One column of figures with everything that is known of each."""
    body = [row for row in parts.body if len(row[1]) == parts.width]  # a sample may end in half a row
    labels, start = parts.labels, len(parts.labels)
    frame = pd.DataFrame([cells[:start] for _, cells in body], columns=labels, dtype=str)
    heads = {name: names[place] for name, names in above.items() if name != TOPIC}
    texts = pd.Series([cells[start + place] for _, cells in body], dtype=str)
    return frame.assign(**heads, text=texts, line=[line for line, _ in body])
