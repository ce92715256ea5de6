"""Layouts of StatLine exports: in columns (list, data set, OData), or as a cross table with headers above figures."""

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
from .raw_files import AGAIN, Row, is_closed
from .table_recognition import PERIODS, dimension, plain, topic

TOPIC = "Onderwerp"
UNIT = "aantal"


@dataclass(frozen=True)
class Sheet:
    """A StatLine export, whatever its layout.

    Parameters
    ----------
    dimensions : frozenset of str
        Dimensions that vary, by their names in ``tables.yml``.
    fixed : dict
        Dimensions with one value for the whole file, from lines above the table.
    topics : frozenset of str
        Plain names of the measures; empty where the file does not name them.
    comma : bool
        Whether numbers are written the Dutch way: a dot for thousands, a decimal comma.
    cells : callable
        Return the cells of one topic as a DataFrame: a column for each dimension, ``text`` and ``line``.
    units : callable
        Return the units given for one topic.
    unused : callable
        Return the names of what `cells` leaves out for one topic: other topics, and columns without a dimension.
    """

    dimensions: frozenset[str]
    fixed: dict[str, str]
    topics: frozenset[str]
    comma: bool
    cells: Callable[[str], pd.DataFrame]
    units: Callable[[str], set[str]]
    unused: Callable[[str], list[str]]


def in_columns(first: list[str]) -> bool:
    """Whether a first row is the header of a list or data set.

    Parameters
    ----------
    first : list of str
        Cells of the first row.

    Returns
    -------
    bool

    Examples
    --------
    >>> in_columns(["Soort misdrijf", "Perioden", "Regio's", "Geregistreerde misdrijven (aantal)"])
    True
    >>> in_columns(["Onderwerp", "Geregistreerde misdrijven"])
    False
    """
    dimensions = [name for name in first if dimension(name)]
    measured = any(topic(name) in table_recognition.topics() for name in first)
    return plain(first[0] if first else "") != plain(TOPIC) and (len(dimensions) > 1 or measured)


def column_layout(grid: Grid) -> Sheet:
    """Interpret a grid as a list or data set: a row for each figure, or for several measures side by side.

    Parameters
    ----------
    grid : Grid
        The whole file, or its first rows.

    Returns
    -------
    Sheet
    """
    dimensions = {name: column for column, header in enumerate(grid.header) if (name := dimension(header))}
    measures = {topic(header): column for column, header in enumerate(grid.header) if not dimension(header)}

    def cells(measure: str) -> pd.DataFrame:
        described = {
            "kind": "soortregio",
            "name": "gemeentenaam",
        }  # columns that the police adds for wijken and buurten
        extra = {ours: measures[theirs] for ours, theirs in described.items() if theirs in measures}
        chosen = {**dimensions, **extra, "text": measures[measure]}
        frame = grid.body[list(chosen.values())].set_axis(list(chosen), axis=1)
        return frame.assign(line=grid.body.index).reset_index(drop=True)

    def unused(measure: str) -> list[str]:
        return grid.unused({*dimensions.values(), measures[measure]})

    def units(measure: str) -> set[str]:
        return {table_recognition.unit(grid.header[measures[measure]])}

    comma = table_recognition.has_decimal_comma(grid.header)
    return Sheet(frozenset(dimensions), {}, frozenset(measures), comma, cells, units, unused)


def refuse_repeated_headings(path: Path, header: list[str]) -> None:
    """Refuse a dimension or measure that is the heading of two columns, because it is unclear which one counts.

    Parameters
    ----------
    path : Path
        The file, for messages.
    header : list of str

    Raises
    ------
    DataError
        Naming the second column.
    """
    seen: set[str] = set()
    for name in header:
        heading = dimension(name) or (topic(name) if topic(name) in table_recognition.topics() else None)
        if heading in seen:
            problem = "dit onderwerp staat boven meer dan één kolom."
            raise DataError(paths.display_path(path), problem, AGAIN, column=name)
        seen.update([heading] if heading else [])


def refuse_other_units(path: Path, units: Iterable[str]) -> None:
    """Refuse counts in a unit other than single counts, such as ``x 1 000``.

    Parameters
    ----------
    path : Path
        The file, for messages.
    units : iterable of str
        Empty texts are accepted.

    Raises
    ------
    DataError
        Naming the unit.
    """
    for unit in units:
        if unit and plain(unit) != UNIT:
            problem = f"de eenheid is '{unit}'; wij lezen alleen aantallen."
            raise DataError(paths.display_path(path), problem, "Exporteer opnieuw met het aantal.")


@dataclass(frozen=True)
class _Parts:
    """A cross table split into titles, header rows and rows with figures, without the footer."""

    top: list[Row]
    heads: list[Row]
    body: list[Row]
    labels: list[str]

    @property
    def width(self) -> int:
        return len(self.heads[-1][1]) if self.heads else 0


def _split(rows: list[Row]) -> _Parts:
    rows = [(line, [cell.strip() for cell in cells]) for line, cells in rows if any(cells)]
    top = list(takewhile(lambda row: row[1][0] and not any(row[1][1:]), rows))
    heads = list(takewhile(lambda row: _is_head(row[1][0]), rows[len(top) :]))
    body = list(takewhile(lambda row: not _is_footer(row[1][0]), rows[len(top) + len(heads) :]))
    labels = takewhile(dimension, heads[-1][1] if heads else [])
    return _Parts(top, heads, body, [name for label in labels if (name := dimension(label))])


def cross_layout(rows: list[Row]) -> Sheet:
    """Interpret rows as a StatLine cross table, also as saved by Excel: titles, header rows, labels with figures.

    Parameters
    ----------
    rows : list of (int, list of str)
        Line number and cells of all rows, or of the first rows.

    Returns
    -------
    Sheet
    """
    parts = _split(rows)
    labels = _labels_above([cells for _, cells in parts.heads], len(parts.labels))
    dimensions = frozenset([*parts.labels, *labels]) - {TOPIC}

    def cells(measure: str) -> pd.DataFrame:
        names = labels.get(TOPIC, [measure] * (parts.width - len(parts.labels)))
        columns = [column for column, name in enumerate(names) if topic(name) == measure]
        return pd.concat([_figure_column(parts, labels, column) for column in columns], ignore_index=True)

    def unused(measure: str) -> list[str]:
        return [name for name in dict.fromkeys(labels.get(TOPIC, [])) if topic(name) != measure]

    def units(measure: str) -> set[str]:
        last_row = parts.heads[-1][1][len(parts.labels) :] if parts.heads else []
        names = labels.get(TOPIC, [measure] * len(last_row))
        return (
            set()
            if last_row in labels.values()
            else {unit for name, unit in zip(names, last_row, strict=False) if topic(name) == measure}
        )

    topics = frozenset(map(topic, labels.get(TOPIC, [])))
    return Sheet(dimensions, _fixed_dimensions(parts.top), topics, True, cells, units, unused)


def check_complete(path: Path, rows: list[Row]) -> None:
    """Check that a cross table was not cut off: rows of equal length, and the footer if StatLine wrote it.

    Only text may follow the footer.

    Parameters
    ----------
    path : Path
        The file.
    rows : list of (int, list of str)
        Line number and cells of all rows.

    Raises
    ------
    DataError
        With the line that is wrong.
    """
    parts = _split(rows)
    for line, cells in parts.heads + parts.body:
        if len(cells) != parts.width:
            problem = f"deze regel heeft {len(cells)} velden; de kopregel heeft er {parts.width}."
            raise DataError(paths.display_path(path), problem, AGAIN, line=line)
    footers = [number for number, (_, cells) in enumerate(rows) if cells and _is_footer(cells[0])]
    footed = bool(footers)
    for line, cells in rows[footers[0] :] if footed else ():
        if sum(1 for cell in cells if cell.strip()) > 1:
            problem = "onder de regel 'Bron: …' staat nog een tabel."
            raise DataError(paths.display_path(path), problem, "Bewaar elke tabel als een eigen bestand.", line=line)
    original = any(plain(cells[0]) == plain(TOPIC) for _, cells in parts.heads)
    if not footed and (original or not is_closed(path)):
        problem = "het bestand is afgekapt: de laatste regel 'Bron: …' ontbreekt."
        raise DataError(paths.display_path(path), problem, AGAIN, line=rows[-1][0])


def _is_head(label: str) -> bool:
    return not label or plain(label) == plain(TOPIC) or dimension(label) is not None


def _is_footer(label: str) -> bool:
    return label.strip().startswith(("Bron:", "©"))


def _fixed_dimensions(top: list[Row]) -> dict[str, str]:
    """Return the dimensions given on lines such as ``Soort misdrijf: Totaal misdrijven``."""
    pairs = (cells[0].partition(":") for _, cells in top)
    return {name: value.strip() for label, _, value in pairs if (name := dimension(label)) and value.strip()}


def _labels_above(heads: list[list[str]], skip: int) -> dict[str, list[str]]:
    """Return the labels above each column of figures, by the name of their dimension.

    Excel drops the names of header rows, so a row with only periods counts as the periods.
    """
    labels = {}
    for cells in heads:
        names = cells[skip:]
        if names and all(map(is_period, names)):
            labels[PERIODS] = names
        elif plain(cells[0]) == plain(TOPIC) or (
            names and all(topic(name) in table_recognition.topics() for name in names)
        ):
            labels[TOPIC] = names
        elif cells is not heads[-1] and (name := dimension(cells[0])):
            labels[name] = names
    return labels


def is_period(text: str) -> bool:
    """Whether a text is a period that is kept; sums of CBS over several years are not.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool

    Examples
    --------
    >>> is_period("2022JJ00"), is_period("2012/2013")
    (True, False)
    """
    try:
        return bool(periods.parse(text))
    except ValueError:
        return False


def _figure_column(parts: _Parts, above: dict[str, list[str]], column: int) -> pd.DataFrame:
    """Return one column of figures as cells, with the labels in front of and above each figure."""
    body = [row for row in parts.body if len(row[1]) == parts.width]  # a sample of a file may end within a row
    labels, start = parts.labels, len(parts.labels)
    frame = pd.DataFrame([cells[:start] for _, cells in body], columns=labels, dtype=str)
    heads = {name: names[column] for name, names in above.items() if name != TOPIC}
    texts = pd.Series([cells[start + column] for _, cells in body], dtype=str)
    return frame.assign(**heads, text=texts, line=[line for line, _ in body])
