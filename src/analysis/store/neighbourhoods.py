"""Wijken and buurten of the whole country: where they are kept, and how one series is asked from them.

They stand apart from the observations, by table and municipality, for nobody needs all of them at once. They are for
exploring: what a chapter asks for is in the observations.
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
    """The tables of wijken and buurten that can be kept whole: those in which nothing has to be hidden.

    What is hidden of one place depends on all the others, so a table with sensitive figures has to be read as
    observations. Where the publisher withholds the sensitive codes, there is nothing to hide.
    """
    places = (one for one in catalogue.tables().values() if one.region == REGION and one.category and one.public)
    return [one for one in places if all(sensitive(one) <= {*one.withheld.codes(each)} for each in one.frequencies)]


def sensitive(table: Table) -> set[str]:
    """Codes of a table's subject that are protected, everywhere or below the municipality."""
    known = catalogue.indicator_of().items()
    return {code for (subject, code), id in known if subject == table.subject and _is_guarded(id)}


def _is_guarded(id: str) -> bool:
    return catalogue.indicator(id).sensitive != "no"


def folder(table: Table, processed: Path | None = None) -> Path:
    """Where the figures of a table are kept."""
    return (processed or paths.processed()) / paths.NATIONWIDE / table.id


def series(indicator: str, region: str, processed: Path | None = None, *, frequency: str = "M") -> pd.DataFrame:
    """One indicator in a wijk or buurt, or in a municipality with all its wijken and buurten, over all periods.

    Parameters
    ----------
    indicator : str
        An id of ``indicators.yml``.
    region : str
        The code of a municipality (``GM1969``), wijk (``WK196904``) or buurt (``BU19690400``).
    processed : Path, optional
        The folder with processed data.
    frequency : str
        ``M`` for months, ``Y`` for years.

    Returns
    -------
    DataFrame
        Columns ``region``, ``period`` (its first day), ``value`` and ``status``, in order of region and period. Its
        ``attrs`` tell the source.

    Raises
    ------
    DataError
        When there are no such figures.
    """
    place = _place(catalogue.indicator(indicator), frequency, processed)
    part = place / f"{PARTITION}={regions.municipality_of(region)}"
    _must_be_whole(place, part.name)
    wanted = ds.field("indicator") == indicator
    if region.startswith(regions.BELOW):
        wanted &= ds.field("region") == region
    kept = ds.dataset(part if part.is_dir() else [], schema=FIGURES)
    found = kept.to_table(columns=FIGURES.names[1:], filter=wanted)
    if not found.num_rows:
        problem = f"er staan geen cijfers in over {indicator} in {region}."
        raise DataError(paths.shown(place), problem, "Controleer de code van de regio, of haal een nieuwe export op.")
    frame: pd.DataFrame = found.sort_by([("region", "ascending"), ("period", "ascending")]).to_pandas()
    frame.attrs = json.loads((place / SOURCE).read_text(encoding="utf-8"))
    return frame.astype({"period": "datetime64[s]", "value": float, "status": pd.CategoricalDtype(STATUSES)})


def _must_be_whole(place: Path, part: str) -> None:
    """Hold what is about to be read against its checksums."""
    if damaged := [*fingerprints.damaged(place, f"{part}/"), *fingerprints.damaged(place, SOURCE)]:
        problem = "dit bestand is beschadigd, of een andere versie van het programma heeft het geschreven."
        raise DataError(paths.shown(place / damaged[0]), problem, _REMEDY)


def _place(indicator: Indicator, frequency: str, processed: Path | None) -> Path:
    """The folder of the table with an indicator at a frequency."""
    subjects = {source.subject for source in indicator.sources}
    held = [table for table in tables() if table.subject in subjects and frequency in table.frequencies]
    places = [folder(table, processed) for table in held]
    if not places:
        where = paths.shown(paths.DEFINITIONS / "tables.yml")
        problem = f"geen tabel heeft landelijke cijfers over {indicator.id} met frequentie {frequency}."
        raise DataError(where, problem, "Kies een misdrijf, en frequency 'M' (maanden) of 'Y' (jaren).")
    if not places[0].is_dir():
        raise DataError(paths.shown(places[0]), "er zijn nog geen landelijke cijfers.", _REMEDY)
    return places[0]
