"""The one table everything meets in: its schema, how it is written, and how one series is asked from it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from pyarrow import Schema, Table
from pydantic import TypeAdapter

from .. import paths
from ..definitions import catalogue
from ..definitions.catalogue import FREQUENCIES
from ..documents import KINDS, Document
from ..errors import DataError
from . import fingerprints, usage
from .raw_sources import HiddenLevel, Source, Unfetched

STATUSES = ("final", "provisional", "suppressed", "not_applicable", "missing")
OBSERVATIONS, BALLOTS, SOURCES = "observations.parquet", "ballots.parquet", "sources.json"
CARD, DOCUMENTS, BORDERS = "vote_card.json", "documents.json", "borders.json"
UNREAD, REMARKS, HIDDEN_LEVELS = "unread.json", "remarks.json", "hidden_levels.json"
UNFETCHED = "unfetched.json"
_PLAIN = (CARD, DOCUMENTS, BORDERS, UNREAD, REMARKS, HIDDEN_LEVELS, UNFETCHED)  # what is no table
_GROUPS = b"veiligheid.groups"  # in the file of observations: indicator and frequency of each row group
NO_CARD = "er zijn stemmen, maar geen stemkaart"

SCHEMA = pa.DataFrameSchema(
    {
        "indicator": pa.Column("category"),
        "region": pa.Column("category"),
        "period": pa.Column("datetime64[s]"),
        "frequency": pa.Column("category", pa.Check.isin(FREQUENCIES)),
        "value": pa.Column(float, pa.Check.ge(0), nullable=True),
        "unit": pa.Column("category"),
        "status": pa.Column("category", pa.Check.isin(STATUSES)),
        "lower": pa.Column(float, nullable=True),
        "upper": pa.Column(float, nullable=True),
        "source": pa.Column("category"),
        "vintage": pa.Column("datetime64[s]", nullable=True),
    },
    checks=pa.Check(
        # A hidden, missing or impossible figure has no value; a published one always has.
        lambda frame: frame["value"].isna() == ~frame["status"].isin(["final", "provisional"]),
        error="value and status contradict each other",
    ),
    unique=["indicator", "region", "period", "frequency", "source"],
    strict=True,
    ordered=True,
)
COLUMNS = list(SCHEMA.columns)
TYPES = {name: str(column.dtype) for name, column in SCHEMA.columns.items()}


def typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Observations with the types of the schema."""
    return frame.astype(TYPES)


def write(
    folder: Path,
    frame: pd.DataFrame,
    sources: list[Source],
    ballots: pd.DataFrame,
    extras: Mapping[str, Any] | None = None,
) -> None:
    """Check and write the processed data; either all of it is new, or what stood there stays.

    Parameters
    ----------
    folder : Path
        Made when it does not exist.
    frame : DataFrame
        Observations, one row per indicator, region, period and source.
    sources : list of Source
        Every raw file the rows come from.
    ballots : DataFrame
        One row per voter and chosen theme, or per village and theme; may be empty.
    extras : mapping, optional
        What is no table, by file name, as plain objects: the vote card (``CARD``), the council's documents by kind
        (``DOCUMENTS``), the borders of regions by code (``BORDERS``), what is wrong with files that were left out
        (``UNREAD``), what was not used of the others (``REMARKS``), the levels of figures of which nothing is shown
        (``HIDDEN_LEVELS``), and the sources that could not be fetched (``UNFETCHED``).

    Raises
    ------
    pandera.errors.SchemaErrors
        When a reader broke its promise; nothing is written.
    """
    checked = SCHEMA.validate(frame[COLUMNS], lazy=True)
    with paths.replacing(folder) as fresh:
        _write_figures(fresh / OBSERVATIONS, checked)
        ballots.to_parquet(fresh / BALLOTS, index=False)
        for name in _PLAIN:
            content = json.dumps((extras or {}).get(name), ensure_ascii=False)
            (fresh / name).write_text(content, encoding="utf-8")
        register = [asdict(source) for source in sources]
        (fresh / SOURCES).write_text(json.dumps(register, ensure_ascii=False, indent=1), encoding="utf-8")
        sums = _pieces(checked, {entry["name"]: entry for entry in register}, ballots, extras or {})
        (fresh / fingerprints.PIECES).write_text(json.dumps(sums, ensure_ascii=False, indent=1), encoding="utf-8")
        fingerprints.write(fresh)
        _keep_others(folder, fresh)


def _write_figures(path: Path, frame: pd.DataFrame) -> None:
    """Observations in a row group for each indicator and frequency, so that whoever asks for one reads no other."""
    groups = _groups_of(frame)
    schema = Schema.from_pandas(frame, preserve_index=False)
    named = {**(schema.metadata or {}), _GROUPS: json.dumps(list(groups)).encode()}
    with pq.ParquetWriter(path, schema.with_metadata(named)) as file:
        for rows in groups.values():
            file.write_table(Table.from_pandas(frame.iloc[rows], schema, preserve_index=False), max(len(rows), 1))


def _groups_of(frame: pd.DataFrame) -> dict[tuple[str, str], NDArray[np.intp]]:
    """Where the rows of each indicator and frequency stand, in the order in which they stand."""
    indicator, frequency = frame["indicator"].array, frame["frequency"].array
    key = indicator.codes.astype(np.int32) * len(frequency.categories) + frequency.codes
    order = np.argsort(key, kind="stable")
    runs = np.split(order, np.flatnonzero(np.diff(key[order])) + 1) if len(order) else []
    return {(indicator[run[0]], frequency[run[0]]): run for run in runs}


def _pieces(
    frame: pd.DataFrame, files: dict[str, Any], ballots: pd.DataFrame, extras: Mapping[str, Any]
) -> dict[str, str]:
    """A checksum for everything that can be asked for."""
    documents = extras.get(DOCUMENTS) or {}
    return {
        SOURCES: fingerprints.checksum(b"", files),
        BALLOTS: fingerprints.ballots_checksum(ballots, files),
        **{name: fingerprints.content_checksum(extras.get(name), files) for name in _PLAIN if name != DOCUMENTS},
        **{
            fingerprints.document_piece(kind): fingerprints.content_checksum(held, files)
            for kind, held in documents.items()
        },
        **fingerprints.figure_checksums(frame, files),
    }


def _keep_others(folder: Path, fresh: Path) -> None:
    """Files in the folder that are not ours stay there, among them those of the whole country."""
    others = [path for path in folder.iterdir() if not (fresh / path.name).exists()] if folder.exists() else []
    for path in others:
        if path.is_dir():
            shutil.copytree(path, fresh / path.name, copy_function=_linked)
        else:
            shutil.copy2(path, fresh / path.name)


def _linked(old: str, new: str) -> None:
    """The same file in two folders, for a moment: a copy of the whole country would take as long as making it."""
    try:
        os.link(old, new)
    except OSError:  # not every disk can
        shutil.copy2(old, new)


def sources(folder: Path | None = None) -> dict[str, Source]:
    """The raw files behind the processed data, by name."""
    return dict(_sources(*_written(folder, SOURCES)))


def ballots(folder: Path | None = None) -> pd.DataFrame:
    """Votes as read: columns ``village, voter, theme, votes, voters, source``; empty when none were delivered."""
    usage.note_data(BALLOTS)
    return pd.read_parquet(_present(folder, BALLOTS))


def vote_card(folder: Path | None = None) -> dict[str, Any] | None:
    """The card the votes were cast on, as ``sources.votecard`` read it, with the name of its file as ``source``."""
    usage.note_data(CARD)
    card: dict[str, Any] | None = json.loads(_present(folder, CARD).read_text(encoding="utf-8"))
    return card


def document(kind: str, municipality: str, folder: Path | None = None) -> tuple[Document, Source] | None:
    """One of the council's documents and the file it comes from; nothing when it is another municipality's."""
    usage.note_data(fingerprints.document_piece(kind))
    held = _documents(*_written(folder, DOCUMENTS)).get(kind)
    if held is None or held["content"]["municipality"] != municipality:
        return None
    return KINDS[kind].model_validate(held["content"]), sources(folder)[held["source"]]


def borders(folder: Path | None = None) -> dict[str, Any]:
    """Borders by region code: ``name``, ``municipality``, ``geometry`` (GeoJSON) and ``source``; perhaps none."""
    usage.note_data(BORDERS)
    return json.loads(_present(folder, BORDERS).read_text(encoding="utf-8")) or {}


def query(indicator: str, regions: list[str], frequency: str, folder: Path | None = None) -> pd.DataFrame:
    """Rows of one indicator at one frequency for some regions, from every source that has them.

    The caller still has to choose a source: see ``loading.load``, which returns exactly one series.
    """
    catalogue.indicator(indicator)
    found = rows(indicator, frequency, folder)
    texts = found.select_dtypes("category").columns
    return found[found["region"].isin(regions)].astype(dict.fromkeys(texts, "str"))


def rows(indicator: str, frequency: str, folder: Path | None = None) -> pd.DataFrame:
    """Observations of one indicator at one frequency, from every source and of every region.

    Texts are categories: writing them out for every row takes longer than all that is done with them.
    """
    usage.note_data(fingerprints.figures_piece(indicator, frequency))
    path, written = edition(folder)
    metadata, groups = _groups(path, written)
    chosen = [groups[indicator, frequency]] if (indicator, frequency) in groups else []
    with pq.ParquetFile(path, metadata=metadata) as file:
        return _frame(file.read_row_groups(chosen, use_threads=False))


def everything(folder: Path | None = None) -> pd.DataFrame:
    """All observations; a chapter asks for `rows`, which writes down what was asked for."""
    # Not by `pandas.read_parquet`: that imports half of pyarrow first, in every process anew.
    with pq.ParquetFile(edition(folder)[0]) as file:
        return _frame(file.read(use_threads=False))


def _frame(table: Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas(use_threads=False)
    return frame if len(frame) else typed(frame)  # of a column without any value, a file keeps no type


def unread(folder: Path | None = None) -> dict[str, str]:
    """Damaged files that were left out, by path, with what is wrong."""
    usage.note_data(UNREAD)
    return json.loads(_present(folder, UNREAD).read_text(encoding="utf-8")) or {}


def remarks(folder: Path | None = None) -> dict[str, list[str]]:
    """Files that were skipped, read in part or odd, by path, with what a reader must know of them."""
    usage.note_data(REMARKS)
    return json.loads(_present(folder, REMARKS).read_text(encoding="utf-8")) or {}


def hidden_levels(folder: Path | None = None) -> list[HiddenLevel]:
    """Levels of figures of which nothing is shown."""
    usage.note_data(HIDDEN_LEVELS)
    return [HiddenLevel(**one) for one in json.loads(_present(folder, HIDDEN_LEVELS).read_text(encoding="utf-8")) or ()]


def unfetched(folder: Path | None = None) -> list[Unfetched]:
    """The sources that could not be fetched the last time: what there is of them may be old."""
    usage.note_data(UNFETCHED)
    held = json.loads(_present(folder, UNFETCHED).read_text(encoding="utf-8")) or []
    return TypeAdapter(list[Unfetched]).validate_python(held)


def left_out(folder: Path | None = None, within: str = "") -> str:
    """A sentence to follow on 'there is no figure', when that may be because a file was damaged; else nothing.

    Parameters
    ----------
    within : str
        How the path of a file begins in which it would have stood; by default it may be any.
    """
    names = [name for name in unread(folder) if name.startswith(within)]
    return f" Misschien stond dit in een beschadigd bestand: {', '.join(names)}." if names else ""


def regions_within(indicator: str, prefix: str, folder: Path | None = None) -> list[str]:
    """Codes that begin with ``prefix`` and have figures on the indicator."""
    found = {str(code) for frequency in FREQUENCIES for code in rows(indicator, frequency, folder)["region"].unique()}
    return sorted(code for code in found if code.startswith(prefix))


def edition(folder: Path | None = None) -> tuple[Path, int]:
    """Which observations these are: the file, and when it was written. What is remembered of it goes by this key."""
    return _written(folder, OBSERVATIONS)


@lru_cache(maxsize=1)
def _sources(path: Path, written: int) -> dict[str, Source]:
    return {entry["name"]: Source(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))}


@lru_cache(maxsize=1)
def _documents(path: Path, written: int) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8")) or {}


@lru_cache(maxsize=1)
def _groups(path: Path, written: int) -> tuple[Any, dict[tuple[str, str], int]]:
    """What is known of the file, and the number of the row group with each indicator and frequency."""
    with pq.ParquetFile(path) as file:
        names = json.loads(file.schema_arrow.metadata[_GROUPS])
        return file.metadata, {(indicator, frequency): number for number, (indicator, frequency) in enumerate(names)}


def _written(folder: Path | None, name: str) -> tuple[Path, int]:
    path = _present(folder, name)
    return path, path.stat().st_mtime_ns


def _present(folder: Path | None, name: str) -> Path:
    path = (folder or paths.processed()) / name
    if not path.exists():
        raise DataError(
            paths.shown(path),
            "de verwerkte gegevens zijn er nog niet.",
            "Draai eerst 'veiligheid ingest'.",
        )
    if not _is_whole(path, path.stat().st_mtime_ns):
        problem = "dit bestand is beschadigd, of een andere versie van het programma heeft het geschreven."
        raise DataError(paths.shown(path), problem, "Draai 'veiligheid ingest' opnieuw, met dezelfde map met exports.")
    return path


@lru_cache(maxsize=32)
def _is_whole(path: Path, written: int) -> bool:
    """Held against its checksum once in each process, for the same file is asked for a hundred times."""
    return fingerprints.is_whole(path.parent, path.name)
