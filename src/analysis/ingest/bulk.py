"""The figures of an export of wijken and buurten, block by block."""

from __future__ import annotations

import csv
import json
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from io import BytesIO, TextIOWrapper
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import NoReturn

import numpy as np
import pyarrow as pa
import pyarrow.csv as reader
from numpy.typing import NDArray

from .. import paths
from ..definitions import catalogue, regions
from ..definitions.catalogue import Table
from ..definitions.periods import Period, parse
from ..errors import DataError, DataWarning
from ..store import fingerprints, neighbourhoods
from ..store.observations import STATUSES
from ..store.raw_sources import Source
from . import grids, layouts, raw_files, region_texts, statline, table_recognition, tidy
from .raw_files import AGAIN
from .table_recognition import PERIODS, dimension, dimensions, plain, topic
from .text_columns import Left, Numbers, Once, Rejected, Unused, Vocabulary, told

PART = pa.field(neighbourhoods.PARTITION, pa.dictionary(pa.int16(), pa.string()))
SCHEMA = neighbourhoods.FIGURES.append(PART)


class Translation:
    """The figures of one export, as far as it was read.

    ``rows`` counts those that were kept, ``left_out`` those without an indicator, by subject and code, and ``unused``
    those about what we have no use for, as `columns.useful` does.

    Parameters
    ----------
    path : Path
    table : Table
        What it is an export of.
    comma : bool
        Whether numbers are written the Dutch way.
    """

    def __init__(self, path: Path, table: Table, *, comma: bool) -> None:
        self.rows, self.left_out, self.unused = 0, Counter[str](), Counter[Left]()
        self._path, self._table, self._once = path, table, Once()
        self._codes = Vocabulary(_or_unused(statline.parser(table)), path, "soort")
        self._regions = Vocabulary(_or_unused(region_texts.coded_region), path, "regio")
        self._periods = Vocabulary(partial(self._period, statline.marked(path)), path, "perioden")
        self._counts = Vocabulary(lambda text: tidy.count(text, comma), path, "aantal")
        self._withheld = {code for frequency in table.frequencies for code in table.withheld.codes(frequency)}
        known = {code: id for (subject, code), id in catalogue.indicator_of().items() if subject == table.subject}
        self._known = known
        self._indicators = {id: number for number, id in enumerate(sorted(known.values()))}

    def batch(self, cells: Mapping[str, pa.DictionaryArray], line: int) -> pa.RecordBatch:
        """The figures of a block, as `nationwide.FIGURES` with their municipality.

        Parameters
        ----------
        cells : mapping of str to DictionaryArray
            Texts by ``category``, ``region``, ``period`` and ``text``.
        line : int
            The line in the file of the first row.

        Raises
        ------
        DataError
            For a text that cannot be read, a figure that is there twice, and one that should not be there.
        """
        numbers = [
            self._codes.numbers(cells["category"], line),
            self._regions.numbers(cells["region"], line),
            self._periods.numbers(cells["period"], line),
            self._counts.numbers(cells["text"], line),
        ]
        rows = self._used(numbers[0], numbers[1])
        codes, places, periods, counts = (column[rows] for column in numbers)
        self._check_once(codes, places, periods, line + rows)
        values, statuses = self._figures(codes, periods, counts)
        self._check_withheld(codes, values, line + rows)
        known = self._codes.spread(self._known.__contains__, bool)[codes]
        self._count(codes[~known], int(known.sum()))
        return self._record(codes[known], places[known], periods[known], values[known], statuses[known])

    def _used(self, codes: Numbers, places: Numbers) -> NDArray[np.intp]:
        """The rows that we have a use for; the others are counted."""
        kept = np.ones(len(codes), dtype=bool)
        for vocabulary, column in ((self._regions, places), (self._codes, codes)):
            answers = vocabulary.answers
            numbers = np.bincount(column[kept], minlength=len(answers)).tolist()
            self.unused.update({one: n for one, n in zip(answers, numbers, strict=True) if n and isinstance(one, Left)})
            kept &= vocabulary.spread(lambda one: isinstance(one, str), bool)[column]
        return np.flatnonzero(kept)

    def _period(self, provisional: frozenset[Period], text: str) -> Period:
        try:
            found = tidy.period(provisional, text)
        except Unused:
            found = None
        if found is None or found.frequency not in self._table.frequencies:
            problem = f"'{text.strip()}' hoort niet bij de andere perioden: maanden en jaren staan door elkaar."
            raise Rejected(problem, "Exporteer maanden en jaren apart.")
        return found

    def _check_once(self, codes: Numbers, places: Numbers, periods: Numbers, lines: NDArray[np.intp]) -> None:
        starts = self._periods.spread(attrgetter("start"), "datetime64[D]")
        order = {start: number for number, start in enumerate(dict.fromkeys(starts.tolist()))}
        moments = np.array([order[start] for start in starts.tolist()], dtype=np.int32)
        again = self._once.again(codes, places, moments[periods])
        if again is None:
            return
        code, place = self._codes.answers[codes[again]], self._regions.answers[places[again]]
        moment = self._periods.answers[periods[again]].label
        problem = f"het cijfer voor {code}, {place}, {moment} staat er twee keer in."
        self._refuse(problem, "Haal een van beide regels weg, of exporteer opnieuw.", lines[again])

    def _figures(
        self, codes: Numbers, periods: Numbers, counts: Numbers
    ) -> tuple[NDArray[np.float64], NDArray[np.int16]]:
        """The value and the number of the status of each row; withheld zeros taken away, as `tidy.withhold` does."""
        values = self._counts.spread(itemgetter(0), float)[counts]
        statuses = self._counts.spread(lambda count: STATUSES.index(count[1]), np.int16)[counts]
        early = self._periods.spread(attrgetter("provisional"), bool)[periods]
        statuses[early & ~np.isnan(values)] = STATUSES.index("provisional")
        hidden = self._codes.spread(self._withheld.__contains__, bool)[codes] & (values == 0)
        values[hidden], statuses[hidden] = np.nan, STATUSES.index("suppressed")
        return values, statuses

    def _check_withheld(self, codes: Numbers, values: NDArray[np.float64], lines: NDArray[np.intp]) -> None:
        """A sensitive figure would have to be hidden together with others, which cannot be done here."""
        told = self._codes.spread(neighbourhoods.sensitive(self._table).__contains__, bool)[codes] & (values > 0)
        if told.any():
            at = int(np.argmax(told))
            problem = f"{self._codes.answers[codes[at]]} is gevoelig, maar heeft hier een cijfer."
            remedy = "Exporteer zonder deze soort. Publiceert de uitgever het nu, pas dan 'withheld' in tables.yml aan."
            self._refuse(problem, remedy, lines[at])

    def _count(self, unknown: Numbers, known: int) -> None:
        self.rows += known
        found = np.bincount(unknown, minlength=len(self._codes.answers)).tolist()
        named = zip(self._codes.answers, found, strict=True)
        self.left_out.update({f"{self._table.subject} {code}": figures for code, figures in named if figures})

    def _record(
        self,
        codes: Numbers,
        places: Numbers,
        periods: Numbers,
        values: NDArray[np.float64],
        statuses: NDArray[np.int16],
    ) -> pa.RecordBatch:
        indicator = self._codes.spread(lambda code: self._indicators.get(self._known.get(str(code), ""), -1), np.int16)
        part = self._regions.spread(
            lambda place: regions.region_numbers().get(regions.municipality_of(str(place)), -1), np.int16
        )
        columns = [
            pa.DictionaryArray.from_arrays(indicator[codes], list(self._indicators)),
            pa.array([one if isinstance(one, str) else None for one in self._regions.answers]).take(pa.array(places)),
            pa.array(self._periods.spread(attrgetter("start"), "datetime64[D]")[periods]),
            pa.array(values, from_pandas=True),
            pa.DictionaryArray.from_arrays(statuses, list(STATUSES)),
            pa.DictionaryArray.from_arrays(part[places], list(regions.region_numbers())),
        ]
        return pa.record_batch(columns, schema=SCHEMA)

    def _refuse(self, problem: str, remedy: str, line: int) -> NoReturn:
        raise DataError(paths.shown(self._path), problem, remedy, line=int(line))


def _or_unused(parse: Callable[[str], str]) -> Callable[[str], str | Left]:
    """A parser that answers why a row is left out, where we have no use for its text."""

    def parsed(text: str) -> str | Left:
        try:
            return parse(text)
        except Unused as error:
            return error.left

    return parsed


_SUFFIXES = (".csv", ".txt")
_BLOCK = 32 * 1024**2  # bytes; smaller blocks cost time, larger ones only memory
_ROWS = 20_000  # in a row group, of which each municipality has one in memory
_FILES = 1024  # to be open at once: more than there ever were municipalities
_BESIDE = {"", "id", "gemeentenaam", "soortregio"}  # columns that say nothing more about a figure


@dataclass(frozen=True)
class BulkExport:
    """A file that was recognised by its first rows.

    Parameters
    ----------
    path : Path
    table : Table
        What it is an export of.
    separator : str
    header : tuple of str
        Its columns.
    """

    path: Path
    table: Table
    separator: str
    header: tuple[str, ...]

    @property
    def columns(self) -> dict[str, int]:
        """Where the category, region, period and text of a figure stand."""
        roles = {self.table.category: "category", self.table.region: "region", PERIODS: "period"}
        found = {roles.get(dimension(name)): place for place, name in enumerate(self.header)}
        measures = (place for place, name in enumerate(self.header) if topic(name) == plain(self.table.topic or ""))
        return {name: place for name, place in found.items() if name} | {"text": next(measures)}


def recognised(path: Path) -> BulkExport | None:
    """The export in a file that is too large to be observations, if it can be kept whole."""
    if path.suffix.lower() not in _SUFFIXES or not raw_files.is_large(path):
        return None
    rows = grids.peek(path)
    header = tuple(name.strip() for name in rows[0]) if rows else ()
    named = {name: place for place, text in enumerate(header) if (name := dimension(text))}
    if PERIODS not in named or not layouts.in_columns(list(header)):
        return None
    moments = (row[named[PERIODS]] for row in rows[1:] if len(row) == len(header))
    frequency = next((parse(moment).frequency for moment in moments if layouts.is_period(moment)), "")
    likely = table_recognition.candidates({topic(name) for name in header}, named)
    for table in neighbourhoods.tables():
        if table in likely and frequency in table.frequencies and named.keys() >= {*dimensions(table)}:
            return BulkExport(path, table, raw_files.separator(raw_files.sample(path)), header)
    return None


def write(export: BulkExport, source: Source, processed: Path) -> Translation:
    """Read a whole file and put it in the place of what was kept of its table.

    Raises
    ------
    DataError
        When anything is wrong with the file; what was kept stays.
    """
    import pyarrow.dataset as ds

    target = neighbourhoods.folder(export.table, processed)
    with paths.temporary_beside(processed) as fresh:  # not in the store: that is read while this takes its time
        _allow_files()
        translation = Translation(
            export.path, export.table, comma=not any(map(table_recognition.is_numbered, export.header))
        )
        ds.write_dataset(
            pa.RecordBatchReader.from_batches(SCHEMA, _batches(export, translation)),
            fresh,
            format="parquet",
            partitioning=ds.partitioning(pa.schema([PART]), flavor="hive"),
            min_rows_per_group=_ROWS,
        )
        if translation.unused:
            warnings.warn(DataWarning(f"niet gebruikt: {told(translation.unused)}."), stacklevel=2)
        if not translation.rows:
            raise DataError(paths.shown(export.path), "er staan geen cijfers in.", AGAIN)
        (fresh / neighbourhoods.SOURCE).write_text(json.dumps(asdict(source), ensure_ascii=False), encoding="utf-8")
        fingerprints.write(fresh)
        target.parent.mkdir(parents=True, exist_ok=True)
        paths.replace_folder(fresh, target)
    return translation


def _allow_files() -> None:
    """Each municipality has an open file, and some systems allow no more than 256 unless they are asked."""
    with suppress(ImportError, ValueError):  # Windows knows no limit, and elsewhere it may not be ours to raise
        from resource import RLIMIT_NOFILE, getrlimit, setrlimit

        allowed, most = getrlimit(RLIMIT_NOFILE)
        if 0 <= allowed < _FILES:
            setrlimit(RLIMIT_NOFILE, (_FILES, most))


def check(export: BulkExport) -> None:
    """Refuse what can be told before reading: a column that parts figures in a way we do not know, an unfinished line.

    Raises
    ------
    DataError
        With the column or the line.
    """
    where, used = paths.shown(export.path), export.columns.values()
    for place, name in enumerate(export.header):
        if place not in used and topic(name) not in _BESIDE:
            remedy = "Haal de export opnieuw op zonder deze kolom."
            raise DataError(where, "deze kolom is niet bekend.", remedy, line=1, column=name)
    for _ in _places(export):
        pass  # refuses a hole
    if not raw_files.is_closed(export.path):
        line = sum(block.count(b"\n") for block in _blocks(export)) + 2
        raise DataError(where, "het bestand houdt midden in deze regel op.", AGAIN, line=line)


def _batches(export: BulkExport, translation: Translation) -> Iterator[pa.RecordBatch]:
    line = 2
    for block in _blocks(export):
        cells = _cells(export, block, line)
        yield translation.batch(cells, line)
        line += len(cells["text"])


def _blocks(export: BulkExport) -> Iterator[bytes]:
    """The lines below the header, a block of whole lines at a time."""
    with export.path.open("rb") as file:
        for start, size in _places(export):
            file.seek(start)
            yield file.read(size)


def _places(export: BulkExport) -> Iterator[tuple[int, int]]:
    """Where each block of whole lines begins and how many bytes it is; hardly anything is read to find out.

    Raises
    ------
    DataError
        When no line ends where a block should, as where part of a file was never written.
    """
    with export.path.open("rb") as file:
        file.readline(raw_files.LONGEST)
        end = export.path.stat().st_size
        while (start := file.tell()) < end:
            file.seek(min(start + _BLOCK, end))
            if len(file.readline(raw_files.LONGEST)) == raw_files.LONGEST:
                problem = f"na {start // 1024**2} MB is een regel langer dan {raw_files.LONGEST} tekens."
                raise DataError(paths.shown(export.path), problem, AGAIN)
            yield start, file.tell() - start


def _cells(export: BulkExport, block: bytes, line: int) -> dict[str, pa.DictionaryArray]:
    """The columns of a block, each distinct text once."""
    names = [str(place) for place in range(len(export.header))]
    columns = {name: names[place] for name, place in export.columns.items()}
    texts = pa.dictionary(pa.int32(), pa.string())
    try:
        table = reader.read_csv(
            pa.BufferReader(block),
            reader.ReadOptions(column_names=names),
            reader.ParseOptions(delimiter=export.separator),
            reader.ConvertOptions(column_types=dict.fromkeys(names, texts), include_columns=list(columns.values())),
        )
    except pa.ArrowInvalid:
        raise _broken(export, block, line) from None
    table = table.unify_dictionaries()
    return {name: table[column].combine_chunks() for name, column in columns.items()}


def _broken(export: BulkExport, block: bytes, line: int) -> DataError:
    """What is wrong with a block that is no table."""
    width = len(export.header)
    text = TextIOWrapper(BytesIO(block), encoding="utf-8", errors="replace", newline="")
    for number, row in enumerate(text, start=line):
        try:
            fields = next(csv.reader(raw_files.bounded([row], export.path), delimiter=export.separator), [])
        except csv.Error:
            break
        if fields and len(fields) != width:
            problem = f"deze regel heeft {len(fields)} velden en de eerste regel {width}."
            return DataError(paths.shown(export.path), problem, AGAIN, line=number)
    return DataError(paths.shown(export.path), "vanaf deze regel is dit geen leesbare tabel.", AGAIN, line=line)
