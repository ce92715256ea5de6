"""A report that was made: its folder, what it says, and what it was made from."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from .. import checksums, paths, regions
from ..display import dutch
from ..errors import DataError
from ..results import Record
from .record import MANIFEST, RESULTS

OVERVIEW = "index.html"  # of a folder of reports: the page that leads to all of them
_REMEDY = "Geef de map van een rapport, zoals reports/GM1969/2019-2022; daarin staan manifest.json en results.json."
AGAIN = "Maak het rapport opnieuw met 'veiligheid report'."
_FIELDS = {field.name for field in fields(Record)} | {"chapter"}


class _Parameters(BaseModel):
    municipality: str
    first_year: int
    last_year: int


class _Manifest(BaseModel):
    """What is read of a manifest, as it has to be."""

    parameters: _Parameters
    inputs: list[dict[str, Any]]
    made: datetime | None = None
    files: dict[str, str] = {}


@dataclass(frozen=True)
class Edition:
    """One edition of a report.

    Parameters
    ----------
    manifest : dict
        As in ``manifest.json``; of a report that is being made, what is known already.
    """

    folder: Path
    manifest: dict[str, Any]

    @cached_property
    def results(self) -> list[dict[str, Any]]:
        """The numbers in it, as in ``results.json``.

        Raises
        ------
        DataError
            When they cannot be read, are not those that the report was made with, or are of a version of this program
            that wrote other fields.
        """
        found: list[dict[str, Any]] = _read_json(self.folder, RESULTS)
        if not isinstance(found, list) or not all(isinstance(one, dict) and set(one) >= _FIELDS for one in found):
            problem = "deze getallen zijn van een andere versie van het programma en niet te vergelijken."
            raise DataError(paths.shown(self.folder / RESULTS), problem, AGAIN)
        sealed = self.manifest.get("files", {}).get(RESULTS)  # of a report that is being made there is none yet
        if sealed and sealed != checksums.of_file(self.folder / RESULTS):
            problem = f"dit bestand is niet meer het bestand dat in {MANIFEST} staat: het controlegetal klopt niet."
            raise DataError(paths.shown(self.folder / RESULTS), problem, AGAIN)
        return found

    @property
    def municipality(self) -> str:
        """Code of the municipality it is about."""
        return str(self.manifest["parameters"]["municipality"])

    @property
    def title(self) -> str:
        """What it is about, in words."""
        asked = self.manifest["parameters"]
        return f"{regions.name(self.municipality)} {asked['first_year']}–{asked['last_year']}"

    @property
    def made(self) -> datetime:
        """When it was made, by the clock of its maker; reports once did not write that down, their folder tells."""
        written = self.manifest.get("made")
        return datetime.fromisoformat(written) if written else changed(self.folder)

    @property
    def moment(self) -> str:
        """When it was made, in words: ``22 november 2026 om 17.46 uur``."""
        return f"{dutch.day(self.made.date())} om {self.made:%H.%M} uur"


def read(folder: Path) -> Edition:
    """Read what a report was made from.

    Raises
    ------
    DataError
        When the folder holds no report, or its manifest cannot be read.
    """
    manifest = _read_json(folder, MANIFEST)
    try:
        _Manifest.model_validate(manifest, strict=False)
    except ValidationError:
        raise DataError(paths.shown(folder / MANIFEST), "dit is geen manifest van een rapport.", _REMEDY) from None
    return Edition(folder, manifest)


def published(out: Path) -> list[Path]:
    """The manifest of every report in a folder of reports, not of their earlier editions."""
    return sorted(out.glob(f"GM*/[0-9]*/{MANIFEST}"))


def changed(folder: Path) -> datetime:
    """When a folder was last changed, by the clock here."""
    return datetime.fromtimestamp(folder.stat().st_mtime).astimezone()


def _read_json(folder: Path, name: str) -> Any:
    if not folder.is_dir():
        raise DataError(paths.shown(folder), paths.no_folder(folder), _REMEDY)
    path = folder / name
    if not path.is_file():
        raise DataError(paths.shown(folder), f"dit is geen rapport: {name} ontbreekt.", _REMEDY)
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise DataError(paths.shown(path), "dit bestand is beschadigd en niet te lezen.", AGAIN) from None
