"""An export of wijken and buurten that is too large to be observations: Parquet by municipality, in one pass.

Block after block is read, translated and written, so memory depends on the block and not on the file. Texts are read
by the same parsers as those of an ordinary export, each distinct text once.
"""

from __future__ import annotations

import csv
import json
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as reader

from .. import checksums, nationwide, paths
from ..catalogue import Table
from ..errors import DataError, DataWarning
from ..observations import Source
from ..periods import parse
from . import files, grids, layouts, recognise
from .columns import told
from .files import AGAIN
from .recognise import PERIODS, dimension, dimensions, plain, topic
from .translation import PART, SCHEMA, Translation

_SUFFIXES = (".csv", ".txt")
_BLOCK = 32 * 1024**2  # bytes; smaller blocks cost time, larger ones only memory
_ROWS = 20_000  # in a row group, of which each municipality has one in memory
_FILES = 1024  # to be open at once: more than there ever were municipalities
_BESIDE = {"", "id", "gemeentenaam", "soortregio"}  # columns that say nothing more about a figure


@dataclass(frozen=True)
class Export:
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


def recognised(path: Path) -> Export | None:
    """The export in a file that is too large to be observations, if it can be kept whole."""
    if path.suffix.lower() not in _SUFFIXES or not files.is_large(path):
        return None
    rows = grids.peek(path)
    header = tuple(name.strip() for name in rows[0]) if rows else ()
    named = {name: place for place, text in enumerate(header) if (name := dimension(text))}
    if PERIODS not in named or not layouts.in_columns(list(header)):
        return None
    moments = (row[named[PERIODS]] for row in rows[1:] if len(row) == len(header))
    frequency = next((parse(moment).frequency for moment in moments if layouts.is_period(moment)), "")
    likely = recognise.candidates({topic(name) for name in header}, named)
    for table in nationwide.tables():
        if table in likely and frequency in table.frequencies and named.keys() >= {*dimensions(table)}:
            return Export(path, table, files.separator(files.sample(path)), header)
    return None


def write(export: Export, source: Source, processed: Path) -> Translation:
    """Read a whole file and put it in the place of what was kept of its table.

    Raises
    ------
    DataError
        When anything is wrong with the file; what was kept stays.
    """
    import pyarrow.dataset as ds

    target = nationwide.folder(export.table, processed)
    with paths.beside(processed) as fresh:  # not in the store: that is read while this takes its time
        _allow_files()
        translation = Translation(export.path, export.table, comma=not any(map(recognise.is_numbered, export.header)))
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
        (fresh / nationwide.SOURCE).write_text(json.dumps(asdict(source), ensure_ascii=False), encoding="utf-8")
        checksums.write(fresh)
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


def check(export: Export) -> None:
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
    if not files.is_closed(export.path):
        line = sum(block.count(b"\n") for block in _blocks(export)) + 2
        raise DataError(where, "het bestand houdt midden in deze regel op.", AGAIN, line=line)


def _batches(export: Export, translation: Translation) -> Iterator[pa.RecordBatch]:
    line = 2
    for block in _blocks(export):
        cells = _cells(export, block, line)
        yield translation.batch(cells, line)
        line += len(cells["text"])


def _blocks(export: Export) -> Iterator[bytes]:
    """The lines below the header, a block of whole lines at a time."""
    with export.path.open("rb") as file:
        for start, size in _places(export):
            file.seek(start)
            yield file.read(size)


def _places(export: Export) -> Iterator[tuple[int, int]]:
    """Where each block of whole lines begins and how many bytes it is; hardly anything is read to find out.

    Raises
    ------
    DataError
        When no line ends where a block should, as where part of a file was never written.
    """
    with export.path.open("rb") as file:
        file.readline(files.LONGEST)
        end = export.path.stat().st_size
        while (start := file.tell()) < end:
            file.seek(min(start + _BLOCK, end))
            if len(file.readline(files.LONGEST)) == files.LONGEST:
                problem = f"na {start // 1024**2} MB is een regel langer dan {files.LONGEST} tekens."
                raise DataError(paths.shown(export.path), problem, AGAIN)
            yield start, file.tell() - start


def _cells(export: Export, block: bytes, line: int) -> dict[str, pa.DictionaryArray]:
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


def _broken(export: Export, block: bytes, line: int) -> DataError:
    """What is wrong with a block that is no table."""
    width = len(export.header)
    text = TextIOWrapper(BytesIO(block), encoding="utf-8", errors="replace", newline="")
    for number, row in enumerate(text, start=line):
        try:
            fields = next(csv.reader(files.bounded([row], export.path), delimiter=export.separator), [])
        except csv.Error:
            break
        if fields and len(fields) != width:
            problem = f"deze regel heeft {len(fields)} velden en de eerste regel {width}."
            return DataError(paths.shown(export.path), problem, AGAIN, line=number)
    return DataError(paths.shown(export.path), "vanaf deze regel is dit geen leesbare tabel.", AGAIN, line=line)
