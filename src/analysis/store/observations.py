"""The table of observations and the other processed data: schema, writing and reading."""

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
from ..documents import KINDS, TEXTS, CheckedTexts, Document
from ..errors import DataError
from . import fingerprints, usage
from .raw_sources import HiddenLevel, Source, Unfetched
from .results import Reason

STATUSES = ("final", "provisional", "suppressed", "not_applicable", "missing")
OBSERVATIONS, BALLOTS, SOURCES = "observations.parquet", "ballots.parquet", "sources.json"
CARD, DOCUMENTS, BORDERS = "vote_card.json", "documents.json", "borders.json"
UNREAD, REMARKS, HIDDEN_LEVELS = "unread.json", "remarks.json", "hidden_levels.json"
UNFETCHED = "unfetched.json"
_PLAIN = (CARD, DOCUMENTS, BORDERS, UNREAD, REMARKS, HIDDEN_LEVELS, UNFETCHED)  # JSON files, not tables
_GROUPS = b"veiligheid.groups"  # metadata of the file of observations: indicator and frequency of each row group

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
        # A hidden, missing or impossible figure has no value; a published figure always has one.
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
    """Return observations with the types of the schema.

    Parameters
    ----------
    frame : DataFrame
        The columns `COLUMNS`.

    Returns
    -------
    DataFrame
    """
    return frame.astype(TYPES)


def write(
    folder: Path,
    frame: pd.DataFrame,
    sources: list[Source],
    ballots: pd.DataFrame,
    extras: Mapping[str, Any] | None = None,
) -> None:
    """Check and write the processed data; either all of it is replaced, or nothing changes.

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
        The other data as plain objects, by file name: the vote card (``CARD``), the council's documents by kind
        (``DOCUMENTS``), the borders of regions by code (``BORDERS``), problems of files that were left out
        (``UNREAD``), what was not used of the others (``REMARKS``), the levels of figures of which nothing is shown
        (``HIDDEN_LEVELS``), and the sources that could not be fetched (``UNFETCHED``).

    Raises
    ------
    pandera.errors.SchemaErrors
        When the observations do not fit the schema; nothing is written.
    """
    checked = SCHEMA.validate(frame[COLUMNS], lazy=True)
    with paths.replacing(folder) as temporary:
        _write_figures(temporary / OBSERVATIONS, checked)
        ballots.to_parquet(temporary / BALLOTS, index=False)
        for name in _PLAIN:
            content = json.dumps((extras or {}).get(name), ensure_ascii=False)
            (temporary / name).write_text(content, encoding="utf-8")
        register = [asdict(source) for source in sources]
        (temporary / SOURCES).write_text(json.dumps(register, ensure_ascii=False, indent=1), encoding="utf-8")
        checksums = _fingerprints(checked, {entry["name"]: entry for entry in register}, ballots, extras or {})
        text = json.dumps(checksums, ensure_ascii=False, indent=1)
        (temporary / fingerprints.FINGERPRINTS).write_text(text, encoding="utf-8")
        fingerprints.write(temporary)
        _keep_others(folder, temporary)


def _write_figures(path: Path, frame: pd.DataFrame) -> None:
    """Write observations with one row group per indicator and frequency, so that each can be read by itself."""
    groups = _groups_of(frame)
    schema = Schema.from_pandas(frame, preserve_index=False)
    metadata = {**(schema.metadata or {}), _GROUPS: json.dumps(list(groups)).encode()}
    with pq.ParquetWriter(path, schema.with_metadata(metadata)) as file:
        for rows in groups.values():
            file.write_table(Table.from_pandas(frame.iloc[rows], schema, preserve_index=False), max(len(rows), 1))


def _groups_of(frame: pd.DataFrame) -> dict[tuple[str, str], NDArray[np.intp]]:
    """Return the positions of the rows of each indicator and frequency, in their order in the frame."""
    indicator, frequency = frame["indicator"].array, frame["frequency"].array
    key = indicator.codes.astype(np.int32) * len(frequency.categories) + frequency.codes
    order = np.argsort(key, kind="stable")
    runs = np.split(order, np.flatnonzero(np.diff(key[order])) + 1) if len(order) else []
    return {(indicator[run[0]], frequency[run[0]]): run for run in runs}


def _fingerprints(
    frame: pd.DataFrame, files: dict[str, Any], ballots: pd.DataFrame, extras: Mapping[str, Any]
) -> dict[str, str]:
    """Return a checksum for every key of the data that a chapter can ask for."""
    documents = extras.get(DOCUMENTS) or {}
    return {
        SOURCES: fingerprints.checksum(b"", files),
        BALLOTS: fingerprints.ballots_checksum(ballots, files),
        **{name: fingerprints.content_checksum(extras.get(name), files) for name in _PLAIN if name != DOCUMENTS},
        **{
            fingerprints.document_key(kind): fingerprints.content_checksum(content, files)
            for kind, content in documents.items()
        },
        **fingerprints.figure_checksums(frame, files),
    }


def _keep_others(folder: Path, temporary: Path) -> None:
    """Keep the other files in the folder, among them those of the whole country."""
    others = [path for path in folder.iterdir() if not (temporary / path.name).exists()] if folder.exists() else []
    for path in others:
        if path.is_dir():
            shutil.copytree(path, temporary / path.name, copy_function=_linked)
        else:
            shutil.copy2(path, temporary / path.name)


def _linked(old: str, new: str) -> None:
    """Link a file into another folder; copying the figures of the whole country would take as long as making them."""
    try:
        os.link(old, new)
    except OSError:  # not every disk supports links
        shutil.copy2(old, new)


def sources(folder: Path | None = None) -> dict[str, Source]:
    """Return the raw files behind the processed data.

    Parameters
    ----------
    folder : Path, optional
        Processed data; by default those of this process.

    Returns
    -------
    dict of str to Source
        By name.

    Raises
    ------
    DataError
        When there are no processed data, or the file is damaged.
    """
    return dict(_sources(*_written(folder, SOURCES)))


def ballots(folder: Path | None = None) -> pd.DataFrame:
    """Return the votes as they were read; noted as used.

    Parameters
    ----------
    folder : Path, optional
        Processed data; by default those of this process.

    Returns
    -------
    DataFrame
        Columns ``village, voter, theme, votes, voters, source``; empty when none were supplied.
    """
    usage.note_data(BALLOTS)
    return pd.read_parquet(_present(folder, BALLOTS))


def vote_card(folder: Path | None = None) -> dict[str, Any] | None:
    """Return the card on which the votes were cast; noted as used.

    Parameters
    ----------
    folder : Path, optional
        Processed data; by default those of this process.

    Returns
    -------
    dict or None
        As `ingest.ballots` read it, with the name of its raw file as ``source``; ``None`` when there is no card.
    """
    card: dict[str, Any] | None = _noted(folder, CARD)
    return card


def document(kind: str, municipality: str, folder: Path | None = None) -> tuple[Document, Source] | None:
    """Return one of the council's documents; noted as used.

    Parameters
    ----------
    kind : str
        A key of `documents.KINDS`.
    municipality : str
        CBS code.
    folder : Path, optional
        Processed data; by default those of this process.

    Returns
    -------
    tuple of (Document, Source) or None
        The document and its raw file; ``None`` when there is none, or only that of another municipality.
    """
    usage.note_data(fingerprints.document_key(kind))
    entry = _documents(*_written(folder, DOCUMENTS)).get(kind)
    if entry is None or entry["content"]["municipality"] != municipality:
        return None
    return KINDS[kind].model_validate(entry["content"]), sources(folder)[entry["source"]]


def checked_texts(municipality: str, folder: Path | None = None) -> CheckedTexts | None:
    """Return what was found in the texts of the council's documents; noted as used.

    Parameters
    ----------
    municipality : str
        CBS code.
    folder : Path, optional
        Processed data; by default those of this process.

    Returns
    -------
    CheckedTexts or None
        ``None`` when no text was delivered, or only those of another municipality.
    """
    usage.note_data(fingerprints.document_key(TEXTS))
    entry = _documents(*_written(folder, DOCUMENTS)).get(TEXTS)
    if entry is None or entry["content"]["municipality"] != municipality:
        return None
    return CheckedTexts.model_validate(entry["content"])


def borders(folder: Path | None = None) -> dict[str, Any]:
    """Return the borders of regions; noted as used.

    Parameters
    ----------
    folder : Path, optional
        Processed data; by default those of this process.

    Returns
    -------
    dict of str to dict
        By region code: ``name``, ``municipality``, ``geometry`` (GeoJSON) and ``source``. May be empty.
    """
    return _noted(folder, BORDERS) or {}


def query(indicator: str, regions: list[str], frequency: str, folder: Path | None = None) -> pd.DataFrame:
    """Return the observations of some regions, from every source that has them.

    The caller still has to select a source; `loading.load` returns exactly one series.

    Parameters
    ----------
    indicator : str
        Id from ``indicators.yml``.
    regions : list of str
        CBS codes.
    frequency : str
        ``Y``, ``H``, ``Q``, ``M`` or ``D``.
    folder : Path, optional
        Processed data; by default those of this process.

    Returns
    -------
    DataFrame
        The columns `COLUMNS`, with texts instead of categories.

    Raises
    ------
    DataError
        When there is no such indicator, or there are no processed data.
    """
    catalogue.indicator(indicator)
    frame = rows(indicator, frequency, folder)
    texts = frame.select_dtypes("category").columns
    return frame[frame["region"].isin(regions)].astype(dict.fromkeys(texts, "str"))


def rows(indicator: str, frequency: str, folder: Path | None = None) -> pd.DataFrame:
    """Return the observations of all regions, from every source; noted as used.

    Texts stay categories: converting them takes longer than everything else that is done with the rows.

    Parameters
    ----------
    indicator : str
        Id from ``indicators.yml``.
    frequency : str
        ``Y``, ``H``, ``Q``, ``M`` or ``D``.
    folder : Path, optional
        Processed data; by default those of this process.

    Returns
    -------
    DataFrame
        The columns `COLUMNS`; empty when there are none.
    """
    usage.note_data(fingerprints.figures_key(indicator, frequency))
    path, written = version(folder)
    metadata, groups = _groups(path, written)
    wanted = [groups[indicator, frequency]] if (indicator, frequency) in groups else []
    with pq.ParquetFile(path, metadata=metadata) as file:
        return _frame(file.read_row_groups(wanted, use_threads=False))


def everything(folder: Path | None = None) -> pd.DataFrame:
    """Return all observations, without noting their use; a chapter uses `rows`.

    Parameters
    ----------
    folder : Path, optional
        Processed data; by default those of this process.

    Returns
    -------
    DataFrame
        The columns `COLUMNS`.
    """
    # Not `pandas.read_parquet`, which imports much more of pyarrow, again in every process.
    with pq.ParquetFile(version(folder)[0]) as file:
        return _frame(file.read(use_threads=False))


def _frame(table: Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas(use_threads=False)
    return frame if len(frame) else typed(frame)  # a file does not keep the type of an empty column


def unread(folder: Path | None = None) -> dict[str, str]:
    """Return the damaged files that were left out; noted as used.

    Parameters
    ----------
    folder : Path, optional
        Processed data; by default those of this process.

    Returns
    -------
    dict of str to str
        What is wrong, in Dutch, by path.
    """
    return _noted(folder, UNREAD) or {}


def remarks(folder: Path | None = None) -> dict[str, list[str]]:
    """Return the files that were skipped, read in part or odd; noted as used.

    Parameters
    ----------
    folder : Path, optional
        Processed data; by default those of this process.

    Returns
    -------
    dict of str to list of str
        What a reader must know of each file, in Dutch, by path.
    """
    return _noted(folder, REMARKS) or {}


def hidden_levels(folder: Path | None = None) -> list[HiddenLevel]:
    """Return the levels of figures of which nothing is shown; noted as used.

    Parameters
    ----------
    folder : Path, optional
        Processed data; by default those of this process.
    """
    return [HiddenLevel(**entry) for entry in _noted(folder, HIDDEN_LEVELS) or ()]


def unfetched(folder: Path | None = None) -> list[Unfetched]:
    """Return the sources that could not be fetched the last time, so that their data may be old; noted as used.

    Parameters
    ----------
    folder : Path, optional
        Processed data; by default those of this process.
    """
    return TypeAdapter(list[Unfetched]).validate_python(_noted(folder, UNFETCHED) or [])


def left_out(folder: Path | None = None, within: str = "") -> str:
    """Return what follows on "there is no figure" when a damaged file may be the reason.

    Parameters
    ----------
    folder : Path, optional
        Processed data; by default those of this process.
    within : str
        Only files whose path begins like this count; by default any.

    Returns
    -------
    str
        A `Reason`; empty when no file was left out.
    """
    names = [name for name in unread(folder) if name.startswith(within)]
    return Reason("left_out", files=", ".join(names)) if names else ""


def regions_within(indicator: str, prefix: str, folder: Path | None = None) -> list[str]:
    """Return the regions that have figures on an indicator and whose code begins with a prefix.

    Parameters
    ----------
    indicator : str
        Id from ``indicators.yml``.
    prefix : str
        For example ``WK1969``.
    folder : Path, optional
        Processed data; by default those of this process.

    Returns
    -------
    list of str
        CBS codes, in order.
    """
    codes = {str(code) for frequency in FREQUENCIES for code in rows(indicator, frequency, folder)["region"].unique()}
    return sorted(code for code in codes if code.startswith(prefix))


def version(folder: Path | None = None) -> tuple[Path, int]:
    """Return which observations these are, as a key for what is cached of them.

    Parameters
    ----------
    folder : Path, optional
        Processed data; by default those of this process.

    Returns
    -------
    tuple of (Path, int)
        The file of observations, and when it was written (nanoseconds).
    """
    return _written(folder, OBSERVATIONS)


@lru_cache(maxsize=1)
def _sources(path: Path, written: int) -> dict[str, Source]:
    return {entry["name"]: Source(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))}


@lru_cache(maxsize=1)
def _documents(path: Path, written: int) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8")) or {}


@lru_cache(maxsize=1)
def _groups(path: Path, written: int) -> tuple[Any, dict[tuple[str, str], int]]:
    """Return the metadata of the file, and the number of the row group of each indicator and frequency."""
    with pq.ParquetFile(path) as file:
        names = json.loads(file.schema_arrow.metadata[_GROUPS])
        return file.metadata, {(indicator, frequency): number for number, (indicator, frequency) in enumerate(names)}


def _written(folder: Path | None, name: str) -> tuple[Path, int]:
    path = _present(folder, name)
    return path, path.stat().st_mtime_ns


def _noted(folder: Path | None, name: str) -> Any:
    """Return the content of one of the JSON files, and note that it was used."""
    usage.note_data(name)
    return json.loads(_present(folder, name).read_text(encoding="utf-8"))


def _present(folder: Path | None, name: str) -> Path:
    path = (folder or paths.processed()) / name
    if not path.exists():
        raise DataError(
            paths.display_path(path),
            "de verwerkte gegevens zijn er nog niet.",
            "Draai eerst 'veiligheid ingest'.",
        )
    if not _is_whole(path, path.stat().st_mtime_ns):
        problem = "dit bestand is beschadigd, of een andere versie van het programma heeft het geschreven."
        raise DataError(
            paths.display_path(path), problem, "Draai 'veiligheid ingest' opnieuw, met dezelfde map met exports."
        )
    return path


@lru_cache(maxsize=32)
def _is_whole(path: Path, written: int) -> bool:
    """Compare a file with its checksum, once per process: the same file is read a hundred times."""
    return fingerprints.is_whole(path.parent, path.name)
