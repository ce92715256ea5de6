"""Reader of large exports of wijken and buurten of the whole country, in blocks.

`recognise` finds an export that is too large for the observations, `check_export` refuses a damaged one early, and
`write_export` stores it as a Parquet dataset by municipality. `Translation` converts one block at a time.
"""

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
from ..definitions import regions
from ..definitions.catalogue import Table
from ..definitions.periods import Period, parse
from ..errors import DataError, DataWarning
from ..store import fingerprints, neighbourhoods
from ..store.observations import STATUSES
from ..store.raw_sources import Source
from . import grids, layouts, raw_files, region_texts, statline, table_recognition, tidy
from .raw_files import AGAIN
from .table_recognition import PERIODS, dimension, dimensions, plain, topic
from .text_columns import LeftOut, Numbers, Rejected, SeenFigures, Unused, Vocabulary, describe_left_out

PART = pa.field(neighbourhoods.PARTITION, pa.dictionary(pa.int16(), pa.string()))
SCHEMA = neighbourhoods.FIGURES.append(PART)
_SUFFIXES = (".csv", ".txt")
_BLOCK = 32 * 1024**2  # bytes; smaller blocks cost time, larger ones only memory
_ROWS = 20_000  # in a row group; one row group for each municipality is in memory
_FILES = 1024  # open at once, more than there ever were municipalities
_DESCRIPTIVE_COLUMNS = {"", "id", "gemeentenaam", "soortregio"}  # columns without information about a figure


class Translation:
    """Conversion of the text cells of one export to figures, block by block.

    Parameters
    ----------
    path : Path
    table : Table
        Table in ``tables.yml`` that the file is an export of.
    comma : bool
        Whether numbers are written the Dutch way.

    Attributes
    ----------
    rows : int
        Number of figures kept so far.
    left_out : Counter of str
        Number of figures without an indicator, by subject and code.
    unused : Counter of LeftOut
        Number of figures of no use here, by reason, as in `text_columns.keep_used`.
    """

    def __init__(self, path: Path, table: Table, *, comma: bool) -> None:
        self.rows, self.left_out, self.unused = 0, Counter[str](), Counter[LeftOut]()
        self._path, self._table, self._once = path, table, SeenFigures()
        self._codes = Vocabulary(_or_left_out(statline.category_parser(table)), path, "soort")
        self._regions = Vocabulary(_or_left_out(region_texts.coded_region), path, "regio")
        self._periods = Vocabulary(partial(self._period, statline.provisional_periods(path)), path, "perioden")
        self._counts = Vocabulary(lambda text: tidy.parse_count(text, comma), path, "aantal")
        self._withheld = {code for frequency in table.frequencies for code in table.withheld.codes(frequency)}
        self._known = table_recognition.indicators_by_code(table.subject)
        self._indicators = {id: number for number, id in enumerate(sorted(self._known.values()))}

    def batch(self, cells: Mapping[str, pa.DictionaryArray], line: int) -> pa.RecordBatch:
        """Convert a block to figures in the schema `SCHEMA`: `neighbourhoods.FIGURES` and the municipality.

        Parameters
        ----------
        cells : mapping of str to DictionaryArray
            Texts by ``category``, ``region``, ``period`` and ``text``.
        line : int
            Line in the file of the first row.

        Raises
        ------
        DataError
            When a text cannot be read, a figure occurs twice, or a withheld figure has a value.
        """
        numbers = [
            self._codes.numbers(cells["category"], line),
            self._regions.numbers(cells["region"], line),
            self._periods.numbers(cells["period"], line),
            self._counts.numbers(cells["text"], line),
        ]
        rows = self._used(numbers[0], numbers[1])
        codes, region_numbers, periods, counts = (column[rows] for column in numbers)
        self._check_once(codes, region_numbers, periods, line + rows)
        values, statuses = self._figures(codes, periods, counts)
        self._check_withheld(codes, values, line + rows)
        used = self._codes.spread(self._known.__contains__, bool)[codes]
        self._count(codes[~used], int(used.sum()))
        return self._record(codes[used], region_numbers[used], periods[used], values[used], statuses[used])

    def _used(self, codes: Numbers, region_numbers: Numbers) -> NDArray[np.intp]:
        """Return the rows that are used; the others are counted by reason."""
        kept = np.ones(len(codes), dtype=bool)
        for vocabulary, column in ((self._regions, region_numbers), (self._codes, codes)):
            answers = vocabulary.answers
            numbers = np.bincount(column[kept], minlength=len(answers)).tolist()
            self.unused.update(
                {
                    answer: rows
                    for answer, rows in zip(answers, numbers, strict=True)
                    if rows and isinstance(answer, LeftOut)
                }
            )
            kept &= vocabulary.spread(lambda answer: isinstance(answer, str), bool)[column]
        return np.flatnonzero(kept)

    def _period(self, provisional: frozenset[Period], text: str) -> Period:
        try:
            period = tidy.parse_period(provisional, text)
        except Unused:
            period = None
        if period is None or period.frequency not in self._table.frequencies:
            problem = f"'{text.strip()}' hoort niet bij de andere perioden: maanden en jaren staan door elkaar."
            raise Rejected(problem, "Exporteer maanden en jaren apart.")
        return period

    def _check_once(self, codes: Numbers, region_numbers: Numbers, periods: Numbers, lines: NDArray[np.intp]) -> None:
        starts = self._periods.spread(attrgetter("start"), "datetime64[D]")
        order = {start: number for number, start in enumerate(dict.fromkeys(starts.tolist()))}
        moments = np.array([order[start] for start in starts.tolist()], dtype=np.int32)
        again = self._once.again(codes, region_numbers, moments[periods])
        if again is None:
            return
        code, region = self._codes.answers[codes[again]], self._regions.answers[region_numbers[again]]
        moment = self._periods.answers[periods[again]].label
        problem = f"het cijfer voor {code}, {region}, {moment} staat er twee keer in."
        self._refuse(problem, "Haal een van beide regels weg, of exporteer opnieuw.", lines[again])

    def _figures(
        self, codes: Numbers, periods: Numbers, counts: Numbers
    ) -> tuple[NDArray[np.float64], NDArray[np.int16]]:
        """Return the value and status number of each row; withheld zeros are dropped as by `tidy.drop_withheld`."""
        values = self._counts.spread(itemgetter(0), float)[counts]
        statuses = self._counts.spread(lambda count: STATUSES.index(count[1]), np.int16)[counts]
        early = self._periods.spread(attrgetter("provisional"), bool)[periods]
        statuses[early & ~np.isnan(values)] = STATUSES.index("provisional")
        hidden = self._codes.spread(self._withheld.__contains__, bool)[codes] & (values == 0)
        values[hidden], statuses[hidden] = np.nan, STATUSES.index("suppressed")
        return values, statuses

    def _check_withheld(self, codes: Numbers, values: NDArray[np.float64], lines: NDArray[np.intp]) -> None:
        """Refuse a published sensitive figure: hiding it would require hiding others too, which cannot be done here."""
        published = self._codes.spread(neighbourhoods.sensitive(self._table).__contains__, bool)[codes] & (values > 0)
        if published.any():
            row = int(np.argmax(published))
            problem = f"{self._codes.answers[codes[row]]} is gevoelig, maar heeft hier een cijfer."
            remedy = "Exporteer zonder deze soort. Publiceert de uitgever het nu, pas dan 'withheld' in tables.yml aan."
            self._refuse(problem, remedy, lines[row])

    def _count(self, without_indicator: Numbers, used: int) -> None:
        self.rows += used
        counts = np.bincount(without_indicator, minlength=len(self._codes.answers)).tolist()
        named = zip(self._codes.answers, counts, strict=True)
        self.left_out.update({f"{self._table.subject} {code}": figures for code, figures in named if figures})

    def _record(
        self,
        codes: Numbers,
        region_numbers: Numbers,
        periods: Numbers,
        values: NDArray[np.float64],
        statuses: NDArray[np.int16],
    ) -> pa.RecordBatch:
        indicator = self._codes.spread(lambda code: self._indicators.get(self._known.get(str(code), ""), -1), np.int16)
        part = self._regions.spread(
            lambda region_code: regions.region_numbers().get(regions.municipality_of(str(region_code)), -1), np.int16
        )
        columns = [
            pa.DictionaryArray.from_arrays(indicator[codes], list(self._indicators)),
            pa.array([region if isinstance(region, str) else None for region in self._regions.answers]).take(
                pa.array(region_numbers)
            ),
            pa.array(self._periods.spread(attrgetter("start"), "datetime64[D]")[periods]),
            pa.array(values, from_pandas=True),
            pa.DictionaryArray.from_arrays(statuses, list(STATUSES)),
            pa.DictionaryArray.from_arrays(part[region_numbers], list(regions.region_numbers())),
        ]
        return pa.record_batch(columns, schema=SCHEMA)

    def _refuse(self, problem: str, remedy: str, line: int) -> NoReturn:
        raise DataError(paths.display_path(self._path), problem, remedy, line=int(line))


def _or_left_out(parse: Callable[[str], str]) -> Callable[[str], str | LeftOut]:
    """Return a parser that returns the reason why a row is left out, instead of raising `Unused`."""

    def parsed(text: str) -> str | LeftOut:
        try:
            return parse(text)
        except Unused as error:
            return error.left

    return parsed


@dataclass(frozen=True)
class BulkExport:
    """A large export that was recognised by its first rows.

    Parameters
    ----------
    path : Path
    table : Table
        Table in ``tables.yml`` that the file is an export of.
    separator : str
    header : tuple of str
        Names of its columns.
    """

    path: Path
    table: Table
    separator: str
    header: tuple[str, ...]

    @property
    def columns(self) -> dict[str, int]:
        """Numbers of the columns with the category, region, period and text of a figure."""
        roles = {self.table.category: "category", self.table.region: "region", PERIODS: "period"}
        positions = {roles.get(dimension(name)): position for position, name in enumerate(self.header)}
        measures = (
            position for position, name in enumerate(self.header) if topic(name) == plain(self.table.topic or "")
        )
        return {name: position for name, position in positions.items() if name} | {"text": next(measures)}


def recognise(path: Path) -> BulkExport | None:
    """Recognise a file that is too large for the observations as an export of the whole country.

    Parameters
    ----------
    path : Path

    Returns
    -------
    BulkExport or None
        ``None`` for a file of ordinary size, and for a table that is not stored for the whole country.
    """
    if path.suffix.lower() not in _SUFFIXES or not raw_files.is_large(path):
        return None
    rows = grids.peek(path)
    header = tuple(name.strip() for name in rows[0]) if rows else ()
    dimension_columns = {name: position for position, text in enumerate(header) if (name := dimension(text))}
    if PERIODS not in dimension_columns or not layouts.in_columns(list(header)):
        return None
    moments = (row[dimension_columns[PERIODS]] for row in rows[1:] if len(row) == len(header))
    frequency = next((parse(moment).frequency for moment in moments if layouts.is_period(moment)), "")
    likely = table_recognition.candidates({topic(name) for name in header}, dimension_columns)
    for table in neighbourhoods.tables():
        if table in likely and frequency in table.frequencies and dimension_columns.keys() >= {*dimensions(table)}:
            return BulkExport(path, table, raw_files.separator(raw_files.sample(path)), header)
    return None


def write_export(export: BulkExport, source: Source, processed: Path) -> Translation:
    """Read a whole export and replace the stored figures of its table.

    Parameters
    ----------
    export : BulkExport
    source : Source
        Description of the file, stored with the figures.
    processed : Path
        Folder of processed data.

    Returns
    -------
    Translation
        With the numbers of figures kept and left out.

    Raises
    ------
    DataError
        When anything is wrong with the file; the stored figures then stay as they were.
    """
    import pyarrow.dataset as ds

    target = neighbourhoods.folder(export.table, processed)
    with paths.temporary_beside(processed) as fresh:  # not in the store, which may be read in the meantime
        _allow_files()
        comma = table_recognition.has_decimal_comma(export.header)
        translation = Translation(export.path, export.table, comma=comma)
        ds.write_dataset(
            pa.RecordBatchReader.from_batches(SCHEMA, _batches(export, translation)),
            fresh,
            format="parquet",
            partitioning=ds.partitioning(pa.schema([PART]), flavor="hive"),
            min_rows_per_group=_ROWS,
        )
        if translation.unused:
            warnings.warn(DataWarning(f"niet gebruikt: {describe_left_out(translation.unused)}."), stacklevel=2)
        if not translation.rows:
            raise DataError(paths.display_path(export.path), "er staan geen cijfers in.", AGAIN)
        (fresh / neighbourhoods.SOURCE).write_text(json.dumps(asdict(source), ensure_ascii=False), encoding="utf-8")
        fingerprints.write(fresh)
        target.parent.mkdir(parents=True, exist_ok=True)
        paths.replace_folder(fresh, target)
    return translation


def _allow_files() -> None:
    """Raise the limit of open files: each municipality has one, and some systems allow only 256 by default."""
    with suppress(ImportError, ValueError):  # Windows has no limit, and elsewhere raising it may not be allowed
        from resource import RLIMIT_NOFILE, getrlimit, setrlimit

        allowed, most = getrlimit(RLIMIT_NOFILE)
        if 0 <= allowed < _FILES:
            setrlimit(RLIMIT_NOFILE, (_FILES, most))


def check_export(export: BulkExport) -> None:
    """Refuse an export with an unknown column, which may split figures into parts, or with an unfinished last line.

    Parameters
    ----------
    export : BulkExport

    Raises
    ------
    DataError
        With the column or the line.
    """
    where, used = paths.display_path(export.path), export.columns.values()
    for column, name in enumerate(export.header):
        if column not in used and topic(name) not in _DESCRIPTIVE_COLUMNS:
            remedy = "Haal de export opnieuw op zonder deze kolom."
            raise DataError(where, "deze kolom is niet bekend.", remedy, line=1, column=name)
    for _ in _block_positions(export):
        pass  # raises an error for a hole in the file
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
    """Yield the lines below the header, in blocks of whole lines."""
    with export.path.open("rb") as file:
        for start, size in _block_positions(export):
            file.seek(start)
            yield file.read(size)


def _block_positions(export: BulkExport) -> Iterator[tuple[int, int]]:
    """Yield the offset and the size in bytes of each block of whole lines; hardly anything is read.

    Raises
    ------
    DataError
        When no line ends near the end of a block, as in a file with a part that was never written.
    """
    with export.path.open("rb") as file:
        file.readline(raw_files.LONGEST)
        end = export.path.stat().st_size
        while (start := file.tell()) < end:
            file.seek(min(start + _BLOCK, end))
            if len(file.readline(raw_files.LONGEST)) == raw_files.LONGEST:
                problem = f"na {start // 1024**2} MB is een regel langer dan {raw_files.LONGEST} tekens."
                raise DataError(paths.display_path(export.path), problem, AGAIN)
            yield start, file.tell() - start


def _cells(export: BulkExport, block: bytes, line: int) -> dict[str, pa.DictionaryArray]:
    """Return the used columns of a block, dictionary-encoded."""
    names = [str(position) for position in range(len(export.header))]
    columns = {name: names[position] for name, position in export.columns.items()}
    texts = pa.dictionary(pa.int32(), pa.string())
    try:
        table = reader.read_csv(
            pa.BufferReader(block),
            reader.ReadOptions(column_names=names),
            reader.ParseOptions(delimiter=export.separator),
            reader.ConvertOptions(column_types=dict.fromkeys(names, texts), include_columns=list(columns.values())),
        )
    except pa.ArrowInvalid:
        raise _block_error(export, block, line) from None
    table = table.unify_dictionaries()
    return {name: table[column].combine_chunks() for name, column in columns.items()}


def _block_error(export: BulkExport, block: bytes, line: int) -> DataError:
    """Return the error for a block that cannot be read as a table."""
    width = len(export.header)
    text = TextIOWrapper(BytesIO(block), encoding="utf-8", errors="replace", newline="")
    for number, row in enumerate(text, start=line):
        try:
            fields = next(csv.reader(raw_files.limit_line_length([row], export.path), delimiter=export.separator), [])
        except csv.Error:
            break
        if fields and len(fields) != width:
            problem = f"deze regel heeft {len(fields)} velden en de eerste regel {width}."
            return DataError(paths.display_path(export.path), problem, AGAIN, line=number)
    return DataError(paths.display_path(export.path), "vanaf deze regel is dit geen leesbare tabel.", AGAIN, line=line)
