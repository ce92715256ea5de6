"""Cost of ingesting an export of the whole country, compared with a bare copy by other engines.

Run as ``python benchmarks/nationwide.py [--rows 20000000]``. The export is made up: codes and places in the order of
StatLine, random counts. Every way runs in a process of its own, from CSV to Parquet, as one file and by municipality;
ours runs before and after the others. On a busy machine compare the seconds of the processors, not those of the clock.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from tempfile import TemporaryDirectory
from typing import Any

Work = Callable[[], Any]
Way = Callable[[Path, Path], Work]

NAME = "47022NED_TypedDataSet_01072026_090000.csv"
CODES, WIJKEN, BUURTEN = 40, 5, 7  # kinds of crime; wijken of a municipality; buurten of a wijk
ROWS = 20_000  # minimum number in a row group, as in ours
GAPS = 0.001  # proportion of figures that is missing
MUNICIPALITY = "GM1969"


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock and of the processors, and peak memory in gigabytes."""

    clock: float
    worked: float
    memory: float

    def __str__(self) -> str:
        return f"{self.clock:9.2f} {self.worked:12.2f} {self.memory:6.2f}"


def generated(path: Path, rows: int) -> None:
    """Write an export: by code, then place, then month; zeros where the police withholds, and a few gaps."""
    import numpy as np
    import pyarrow as pa
    from pyarrow.csv import WriteOptions, write_csv

    from analysis.definitions import catalogue, regions

    crimes = [code for subject, code in catalogue.indicator_of() if subject == "misdrijven"][:CODES]
    withheld = catalogue.tables()["47022NED"].withheld.codes("M")
    places = [place for code in regions.current_municipalities() for place in _places(code)]
    months = [f"{2012 + n // 12}MM{n % 12 + 1:02}" for n in range(-(-rows // (len(crimes) * len(places))))]
    texts, chance = pa.array(f"{place:<10}" for place in places), np.random.default_rng(1969)
    rows_of_code = len(places) * len(months)
    with path.open("wb") as file:
        file.write(b"\xef\xbb\xbf")
        for number, code in enumerate(crimes):
            numbers = np.arange(min(rows_of_code, rows - number * rows_of_code))
            counts = chance.poisson(chance.gamma(0.2, 5, len(numbers))) * (code not in withheld)
            columns = {
                "ID": numbers + number * rows_of_code,
                "SoortMisdrijf": pa.repeat(f"{code:<6}", len(numbers)),
                "WijkenEnBuurten": texts.take(pa.array(numbers // len(months))),
                "Perioden": pa.array(months).take(pa.array(numbers % len(months))),
                "GeregistreerdeMisdrijven_1": pa.array(counts, mask=chance.random(len(numbers)) < GAPS),
            }
            write_csv(pa.table(columns), file, WriteOptions(include_header=number == 0, delimiter=";"))


def _places(municipality: str) -> list[str]:
    digits = municipality[2:]
    wijken = [f"WK{digits}{wijk:02}" for wijk in range(WIJKEN)]
    return [municipality, *wijken, *(f"BU{wijk[2:]}{buurt:02}" for wijk in wijken for buurt in range(BUURTEN))]


# Each way imports what it needs, and returns a function that is measured.


def hashlib_alone(source: Path, out: Path) -> Work:
    """Compute only the checksum of the file: any way that includes it is at least this slow."""
    import hashlib

    def work() -> None:
        with source.open("rb") as file:
            hashlib.file_digest(file, "sha256")

    return work


def pandas(source: Path, out: Path) -> Work:
    """Read everything into memory and write nothing."""
    import pandas as pd

    return lambda: pd.read_csv(source, sep=";")


def pandas_parted(source: Path, out: Path) -> Work:
    """Write the same result as an analyst would: codes without spaces, dates, by municipality; no checks."""
    import pandas as pd

    def work() -> None:
        frame = pd.read_csv(source, sep=";")
        for name in ("SoortMisdrijf", "WijkenEnBuurten"):
            frame[name] = frame[name].str.strip()
        frame["gemeente"] = frame["WijkenEnBuurten"].str[2:6]
        frame["period"] = pd.to_datetime(frame["Perioden"].str.replace("MM", "-"), format="%Y-%m")
        frame.to_parquet(out, partition_cols=["gemeente"])

    return work


def pyarrow(source: Path, out: Path) -> Work:
    """Copy with the streaming reader and a writer."""
    import pyarrow.csv as reader
    import pyarrow.parquet as pq

    def work() -> None:
        with (
            reader.open_csv(source, parse_options=reader.ParseOptions(delimiter=";")) as batches,
            pq.ParquetWriter(out, batches.schema) as writer,
        ):
            for batch in batches:
                writer.write_batch(batch)

    return work


def pyarrow_parted(source: Path, out: Path) -> Work:
    """Copy with datasets, with the digits of the municipality as a column."""
    import pyarrow.compute as pc
    import pyarrow.csv as reader
    import pyarrow.dataset as ds

    data = ds.dataset(source, format=ds.CsvFileFormat(reader.ParseOptions(delimiter=";")))
    digits = pc.utf8_slice_codeunits(ds.field("WijkenEnBuurten"), 2, 6)
    columns = {name: ds.field(name) for name in data.schema.names} | {"gemeente": digits}
    return lambda: ds.write_dataset(
        data.scanner(columns), out, format="parquet", partitioning=["gemeente"], min_rows_per_group=ROWS
    )


def duckdb(source: Path, out: Path) -> Work:
    """Copy with COPY, within the memory that ours may use."""
    return _duckdb(f"SELECT * FROM read_csv('{source}', delim = ';')", out, "FORMAT parquet")


def duckdb_parted(source: Path, out: Path) -> Work:
    """Copy with COPY by municipality; with fewer open files than municipalities it would write thousands of files."""
    selected = f"""SELECT *, substr("WijkenEnBuurten", 3, 4) AS gemeente FROM read_csv('{source}', delim = ';')"""
    return _duckdb(selected, out, "FORMAT parquet, PARTITION_BY (gemeente)")


def _duckdb(selected: str, out: Path, options: str) -> Work:
    connection = import_module("duckdb").connect()
    connection.execute(f"SET memory_limit = '1GB'; SET threads = {os.cpu_count()}")
    connection.execute("SET preserve_insertion_order = false; SET partitioned_write_max_open_files = 400")
    return lambda: connection.execute(f"COPY ({selected}) TO '{out}' ({options})")


def polars(source: Path, out: Path) -> Work:
    """Copy with a lazy scan and a sink."""
    scanned = import_module("polars").scan_csv(source, separator=";")
    return lambda: scanned.sink_parquet(out)


def polars_parted(source: Path, out: Path) -> Work:
    """Copy with a lazy scan and a sink, by municipality."""
    library = import_module("polars")
    digits = library.col("WijkenEnBuurten").str.slice(2, 4).alias("gemeente")
    scanned = library.scan_csv(source, separator=";").with_columns(digits)
    return lambda: scanned.sink_parquet(library.PartitionBy(out, key="gemeente"), mkdir=True)


def ours(source: Path, out: Path) -> Work:
    """Ingest: checksum, all rules, every text read as in an ordinary export, by municipality."""
    from analysis.ingest.pipeline import ingest

    return lambda: ingest(source.parent, out)


def asked(source: Path, out: Path) -> Work:
    """Read one municipality with its wijken and buurten, over all months, in a new process."""
    from analysis.store import neighbourhoods

    return lambda: neighbourhoods.series("woninginbraak", MUNICIPALITY, out)


WAYS = {
    "the checksum of the file, nothing else": hashlib_alone,
    "pandas.read_csv, nothing written": pandas,
    "pandas to the same result, no checks": pandas_parted,
    "pyarrow, bare copy": pyarrow,
    "pyarrow, bare copy by municipality": pyarrow_parted,
    "DuckDB, bare copy": duckdb,
    "DuckDB, bare copy by municipality": duckdb_parted,
    "Polars, bare copy": polars,
    "Polars, bare copy by municipality": polars_parted,
}


def alone(way: str, source: Path, out: Path) -> None:
    """Run one way in this process and print its cost."""
    work: Work = globals()[way](source, out)
    before, start = getrusage(RUSAGE_SELF), time.perf_counter()
    work()
    clock, after = time.perf_counter() - start, getrusage(RUSAGE_SELF)
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps([clock, worked, after.ru_maxrss / 1e6]))


def measured(way: Way, source: Path, out: Path) -> Cost:
    """Return the cost of a way in a process of its own, without its imports."""
    command = [sys.executable, __file__, "--alone", way.__name__, source, out]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    return Cost(*json.loads(run.stdout.splitlines()[-1]))


def beside(source: Path, folder: Path) -> None:
    """Print a line for each way, with its time by the clock and of the processors as a multiple of ours."""
    costs = [measured(ours, source, folder / "processed")]
    for title, way in WAYS.items():
        library = way.__name__.split("_")[0]
        if find_spec(library) is None:
            print(f"{library} is not installed and not measured.")
            continue
        cost = measured(way, source, folder / way.__name__)
        clock, worked = cost.clock / costs[0].clock, cost.worked / costs[0].worked
        print(f"{title:40} {cost} {clock:6.2f} × {worked:6.2f} ×", flush=True)
    costs.append(measured(ours, source, folder / "processed"))
    for cost in costs:
        print(f"{'veiligheid ingest':40} {cost}")
    first = measured(asked, source, folder / "processed")
    print(f"{'asked of the result, a municipality':40} {first}")


def main() -> None:
    """Print the tables: memory by the number of rows, and all ways beside each other."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=20_000_000)
    arguments.add_argument("--alone", nargs=3, metavar=("WAY", "SOURCE", "OUT"))
    asked_for = arguments.parse_args()
    if asked_for.alone:
        way, source, out = asked_for.alone
        alone(way, Path(source), Path(out))
        return
    print(f"{'':40} {'clock s':>9} {'processor s':>12} {'GB':>6}")
    with TemporaryDirectory(prefix="bench-") as name:
        source = Path(name) / "raw" / NAME
        source.parent.mkdir()
        for rows in (asked_for.rows // 4, asked_for.rows // 2, asked_for.rows):
            generated(source, rows)
            if rows < asked_for.rows:
                print(f"{f'veiligheid ingest, {rows} rows':40} {measured(ours, source, Path(name) / 'processed')}")
        beside(source, Path(name))


if __name__ == "__main__":
    main()
