"""Figures of wijken and buurten of the whole country: where they are kept, and how one series is read.

They are kept apart from the observations, by table and municipality, because nobody needs all of them at once. They are
for exploration: a chapter uses the observations.
"""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds

from .. import paths
from ..definitions import catalogue, regions
from ..definitions.catalogue import Indicator, Table
from ..errors import DataError
from . import fingerprints
from .observations import STATUSES

PARTITION, SOURCE = "gemeente", "_source.json"
REGION = "WijkenEnBuurten"
FIGURES = pa.schema(
    {
        "indicator": pa.dictionary(pa.int16(), pa.string()),
        "region": pa.string(),
        "period": pa.date32(),
        "value": pa.float64(),
        "status": pa.dictionary(pa.int16(), pa.string()),
    }
)
_REMEDY = "Zet een export van heel Nederland in de map met exports en draai 'veiligheid ingest'."


def tables() -> list[Table]:
    """Return the tables of wijken and buurten that can be kept for the whole country: those without suppression.

    What is suppressed in one place depends on all others, so a table with sensitive figures must be read as
    observations. Where the publisher withholds the sensitive codes, nothing has to be suppressed.

    Returns
    -------
    list of Table
    """
    candidates = (
        table for table in catalogue.tables().values() if table.region == REGION and table.category and table.public
    )
    return [
        table
        for table in candidates
        if all(sensitive(table) <= {*table.withheld.codes(frequency)} for frequency in table.frequencies)
    ]


def sensitive(table: Table) -> set[str]:
    """Return the codes of a table's subject that are suppressed, everywhere or below the municipality.

    Parameters
    ----------
    table : Table
        A publisher's table.

    Returns
    -------
    set of str
    """
    indicators = catalogue.indicator_of().items()
    return {code for (subject, code), id in indicators if subject == table.subject and _is_sensitive(id)}


def _is_sensitive(id: str) -> bool:
    return catalogue.indicator(id).sensitive != "no"


def folder(table: Table, processed: Path | None = None) -> Path:
    """Return the folder with the figures of a table.

    Parameters
    ----------
    table : Table
        One of `tables`.
    processed : Path, optional
        Processed data; by default those of this process.

    Returns
    -------
    Path
    """
    return (processed or paths.processed()) / paths.NATIONWIDE / table.id


def series(indicator: str, region: str, processed: Path | None = None, *, frequency: str = "M") -> pd.DataFrame:
    """Read one indicator in a wijk or buurt, or in a municipality with all its wijken and buurten, over all periods.

    Parameters
    ----------
    indicator : str
        Id from ``indicators.yml``.
    region : str
        Code of a municipality (``GM1969``), wijk (``WK196904``) or buurt (``BU19690400``).
    processed : Path, optional
        Processed data; by default those of this process.
    frequency : str
        ``M`` for months, ``Y`` for years.

    Returns
    -------
    DataFrame
        Columns ``region``, ``period`` (its first day), ``value`` and ``status``, ordered by region and period. Its
        ``attrs`` describe the source.

    Raises
    ------
    DataError
        When there are no such figures, or a file is damaged.
    """
    table = _table_folder(catalogue.indicator(indicator), frequency, processed)
    part = table / f"{PARTITION}={regions.municipality_of(region)}"
    _must_be_whole(table, part.name)
    wanted = ds.field("indicator") == indicator
    if region.startswith(regions.BELOW):
        wanted &= ds.field("region") == region
    stored = ds.dataset(part if part.is_dir() else [], schema=FIGURES)
    rows = stored.to_table(columns=FIGURES.names[1:], filter=wanted)
    if not rows.num_rows:
        problem = f"er staan geen cijfers in over {indicator} in {region}."
        raise DataError(
            paths.display_path(table), problem, "Controleer de code van de regio, of haal een nieuwe export op."
        )
    frame: pd.DataFrame = rows.sort_by([("region", "ascending"), ("period", "ascending")]).to_pandas()
    frame.attrs = json.loads((table / SOURCE).read_text(encoding="utf-8"))
    return frame.astype({"period": "datetime64[s]", "value": float, "status": pd.CategoricalDtype(STATUSES)})


def _must_be_whole(table: Path, part: str) -> None:
    """Compare the files that are about to be read with their checksums."""
    if damaged := [*fingerprints.damaged(table, f"{part}/"), *fingerprints.damaged(table, SOURCE)]:
        problem = "dit bestand is beschadigd, of een andere versie van het programma heeft het geschreven."
        raise DataError(paths.display_path(table / damaged[0]), problem, _REMEDY)


def _table_folder(indicator: Indicator, frequency: str, processed: Path | None) -> Path:
    """Return the folder of the table that has an indicator at a frequency."""
    subjects = {source.subject for source in indicator.sources}
    candidates = [table for table in tables() if table.subject in subjects and frequency in table.frequencies]
    folders = [folder(table, processed) for table in candidates]
    if not folders:
        definitions = paths.display_path(paths.DEFINITIONS / "tables.yml")
        problem = f"geen tabel heeft landelijke cijfers over {indicator.id} met frequentie {frequency}."
        raise DataError(definitions, problem, "Kies een misdrijf, en frequency 'M' (maanden) of 'Y' (jaren).")
    if not folders[0].is_dir():
        raise DataError(paths.display_path(folders[0]), "er zijn nog geen landelijke cijfers.", _REMEDY)
    return folders[0]
