"""An edition of a report: reading it, comparing the raw files of two editions, and verifying its files."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from .. import paths
from ..definitions import regions
from ..display import dutch
from ..errors import DataError
from ..store import fingerprints
from ..store.results import Record
from . import superseded
from .records import MANIFEST, RESULTS, file_checksums

OVERVIEW = "index.html"  # of a folder of reports: the page that leads to all of them
_REMEDY = "Geef de map van een rapport, zoals reports/GM1969/2019-2022; daarin staan manifest.json en results.json."
AGAIN = "Maak het rapport opnieuw met 'veiligheid report'."
_FIELDS = {field.name for field in fields(Record)} | {"chapter"}
_Table = tuple[str, str]  # publisher and table
_File = tuple[str, str | None]  # path and date of export
_Files = dict[_Table, dict[_File, str | None]]  # with the checksum


class _Parameters(BaseModel):
    municipality: str
    first_year: int
    last_year: int


class _Manifest(BaseModel):
    """The parts of a manifest that are read, with their types."""

    parameters: _Parameters
    inputs: list[dict[str, Any]]
    made: datetime | None = None
    files: dict[str, str] = {}


@dataclass(frozen=True)
class Edition:
    """One edition of a report.

    Parameters
    ----------
    folder : Path
        Holds its files.
    manifest : dict
        The content of ``manifest.json``; for a report that is being made, the part that is known already.
    """

    folder: Path
    manifest: dict[str, Any]

    @cached_property
    def results(self) -> list[dict[str, Any]]:
        """Its records, as in ``results.json``.

        Raises
        ------
        DataError
            When they cannot be read, are not those that the report was made with, or have the fields of another version
            of this program.
        """
        results: list[dict[str, Any]] = _read_json(self.folder, RESULTS)
        if not isinstance(results, list) or not all(
            isinstance(record, dict) and set(record) >= _FIELDS for record in results
        ):
            problem = "deze getallen zijn van een andere versie van het programma en niet te vergelijken."
            raise DataError(paths.display_path(self.folder / RESULTS), problem, AGAIN)
        sealed = self.manifest.get("files", {}).get(RESULTS)  # of a report that is being made there is none yet
        if sealed and sealed != fingerprints.file_checksum(self.folder / RESULTS):
            problem = f"dit bestand is niet meer het bestand dat in {MANIFEST} staat: het controlegetal klopt niet."
            raise DataError(paths.display_path(self.folder / RESULTS), problem, AGAIN)
        return results

    @property
    def municipality(self) -> str:
        """The code of the municipality it is about."""
        return str(self.manifest["parameters"]["municipality"])

    @property
    def title(self) -> str:
        """The municipality and the years, in words."""
        parameters = self.manifest["parameters"]
        return f"{regions.name(self.municipality)} {parameters['first_year']}–{parameters['last_year']}"

    @property
    def made(self) -> datetime:
        """When it was made, by the maker's clock; for old reports without that date, by the date of their folder."""
        moment = self.manifest.get("made")
        return datetime.fromisoformat(moment) if moment else modified_at(self.folder)

    @property
    def moment(self) -> str:
        """When it was made, in words: ``22 november 2026 om 17.46 uur``."""
        return f"{dutch.day(self.made.date())} om {self.made:%H.%M} uur"


def read_edition(folder: Path) -> Edition:
    """Read what a report was made from.

    Parameters
    ----------
    folder : Path
        The report.

    Returns
    -------
    Edition
        With the manifest; the records are read when they are asked for.

    Raises
    ------
    DataError
        When the folder holds no report, or its manifest cannot be read.
    """
    manifest = _read_json(folder, MANIFEST)
    try:
        _Manifest.model_validate(manifest, strict=False)
    except ValidationError:
        raise DataError(
            paths.display_path(folder / MANIFEST), "dit is geen manifest van een rapport.", _REMEDY
        ) from None
    return Edition(folder, manifest)


def published_manifests(out: Path) -> list[Path]:
    """Return the manifest of every published report in a folder, without those of earlier editions.

    Parameters
    ----------
    out : Path
        The folder of reports.

    Returns
    -------
    list of Path
        In the order of municipality code and years.
    """
    return sorted(out.glob(f"GM*/[0-9]*/{MANIFEST}"))


def modified_at(folder: Path) -> datetime:
    """Return when a folder was last changed, by the clock of this computer."""
    return datetime.fromtimestamp(folder.stat().st_mtime).astimezone()


def _read_json(folder: Path, name: str) -> Any:
    if not folder.is_dir():
        raise DataError(paths.display_path(folder), paths.folder_problem(folder), _REMEDY)
    path = folder / name
    if not path.is_file():
        raise DataError(paths.display_path(folder), f"dit is geen rapport: {name} ontbreekt.", _REMEDY)
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise DataError(paths.display_path(path), "dit bestand is beschadigd en niet te lezen.", AGAIN) from None


@dataclass(frozen=True)
class InputFile:
    """A raw file of an edition; ``altered`` when a file of that name and date had other contents before."""

    path: str
    vintage: str | None
    altered: bool = False


@dataclass(frozen=True)
class ChangedInput:
    """The raw files of one table, where the two editions differ."""

    publisher: str
    table: str
    old: tuple[InputFile, ...]
    new: tuple[InputFile, ...]


def compare_inputs(old: Edition, new: Edition) -> tuple[ChangedInput, ...]:
    """Compare the raw files of two editions.

    Parameters
    ----------
    old, new : Edition
        Two editions of one report.

    Returns
    -------
    tuple of ChangedInput
        The tables of which a file was added, removed or changed. Files that are not public have no checksum; of those
        only another name or date can be seen.
    """
    before, after = _files(old), _files(new)
    tables = dict.fromkeys((*after, *before))
    inputs = [
        ChangedInput(*table, _unmatched(before, after, table), _unmatched(after, before, table)) for table in tables
    ]
    return tuple(changed_input for changed_input in inputs if changed_input.old or changed_input.new)


def _files(edition: Edition) -> _Files:
    files: _Files = {}
    for source in edition.manifest["inputs"]:
        files.setdefault((source["publisher"], source["table"]), {})[source["path"], source["vintage"]] = source[
            "sha256"
        ]
    return files


def _unmatched(own: _Files, opposite: _Files, table: _Table) -> tuple[InputFile, ...]:
    """Return the files of a table that the opposite edition does not have with the same contents."""
    opposite_files = opposite.get(table, {})
    own_files = sorted(own.get(table, {}).items(), key=str)
    return tuple(
        InputFile(*file, altered=file in opposite_files)
        for file, digest in own_files
        if not _same(file, digest, opposite_files)
    )


def _same(file: _File, digest: str | None, opposite_files: dict[_File, str | None]) -> bool:
    return file in opposite_files and (digest is None or opposite_files[file] is None or digest == opposite_files[file])


@dataclass(frozen=True)
class FileCheck:
    """The outcome of comparing files with their recorded checksums.

    Parameters
    ----------
    total : int
        How many files were recorded.
    missing, changed, added : tuple of str
        Paths of files that are gone, have other contents, or were not recorded.
    unknown : tuple of str
        Paths of files without a recorded checksum, because they are not public.

    Examples
    --------
    >>> FileCheck(2, changed=("index.html",)).same
    False
    """

    total: int
    missing: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether everything that can be compared is unchanged."""
        return not (self.missing or self.changed or self.added)


@dataclass(frozen=True)
class Verification:
    """The outcome of `verify`: for the report, and for its raw files when they were compared."""

    edition: Edition
    report: FileCheck
    raw: FileCheck | None = None

    @property
    def passed(self) -> bool:
        """Whether the report, and its raw files when they were compared, are unchanged."""
        return self.report.same and (self.raw is None or self.raw.same)


def verify(folder: Path, raw: Path | None = None, documents: Path | None = None) -> Verification:
    """Compare every file of a report with its manifest.

    Parameters
    ----------
    folder : Path
        The report.
    raw : Path, optional
        Folder with raw exports, to compare those as well.
    documents : Path, optional
        The folder whose ``beleid`` holds the council's documents; by default ``raw``.

    Returns
    -------
    Verification
        The differences.

    Raises
    ------
    DataError
        When the folder holds no report, or one without checksums; when ``raw`` does not exist.
    """
    edition = read_edition(folder)
    if not isinstance(edition.manifest.get("files"), dict):
        problem = "in dit rapport staan geen controlegetallen; daarom is niet te zeggen of het nog heel is."
        raise DataError(paths.display_path(folder / MANIFEST), problem, AGAIN)
    if raw is not None and not raw.is_dir():
        raise DataError(
            paths.display_path(raw), paths.folder_problem(raw), "Geef de map met ruwe exports, zoals data/raw."
        )
    report = _check_files(edition.manifest["files"], file_checksums(folder))
    return Verification(edition, report, _check_raw(edition, raw, documents or raw) if raw is not None else None)


def _check_files(expected: dict[str, str], actual: dict[str, str]) -> FileCheck:
    changed = [name for name in expected if name in actual and actual[name] != expected[name]]
    return FileCheck(
        len(expected),
        tuple(name for name in expected if name not in actual),
        tuple(changed),
        tuple(name for name in actual if name not in expected),
    )


def _check_raw(edition: Edition, raw: Path, documents: Path) -> FileCheck:
    """Compare the raw files that the report uses; files that it does not use are ignored."""
    inputs = {entry["path"]: entry["sha256"] for entry in edition.manifest["inputs"]}
    files = {path: (documents if path.startswith("beleid/") else raw) / path for path in inputs}
    present = [path for path, file in files.items() if file.is_file()]
    changed = [path for path in present if inputs[path] and fingerprints.file_checksum(files[path]) != inputs[path]]
    return FileCheck(
        len(inputs),
        missing=tuple(path for path in inputs if path not in present),
        changed=tuple(changed),
        unknown=tuple(path for path in present if not inputs[path]),
    )


def sentence(verification: Verification) -> str:
    """Describe the outcome of a verification in one line of Dutch.

    Parameters
    ----------
    verification : Verification
        From `verify`.

    Returns
    -------
    str
        Several sentences, without line breaks.
    """
    report = verification.report
    files = dutch.counted(report.total, "bestand", "bestanden")
    state = f"Het rapport is heel ({files})" if report.same else f"Het rapport is NIET heel: {_differences(report)}"
    if superseded.is_marked(verification.edition.folder):
        state = f"{state}. Op de pagina's staat erbij dat er een nieuwere editie is"
    made = f"gemaakt op {verification.edition.moment} uit {_describe_inputs(verification.edition)}"
    seal = fingerprints.file_checksum(verification.edition.folder / MANIFEST)[:12]
    about = f"{state}. {verification.edition.title}, {made}. Controlegetal van {MANIFEST}: {seal}."
    return about if verification.raw is None else f"{about} {_raw_sentence(verification.raw)}"


def _describe_inputs(edition: Edition) -> str:
    """Return the number of raw files, by publisher, and the date of the latest export."""
    inputs = edition.manifest["inputs"]
    counts = Counter(entry["publisher"] for entry in inputs)
    dates = sorted(entry["vintage"] for entry in inputs if entry["vintage"])
    parts = "; ".join(f"{publisher} {count}" for publisher, count in counts.most_common())
    latest = f", laatste export {dutch.day(date.fromisoformat(dates[-1]))}" if dates else ""
    return f"{dutch.counted(len(inputs), 'bronbestand', 'bronbestanden')} ({parts}{latest})"


def _raw_sentence(raw: FileCheck) -> str:
    """Describe the comparison of raw files; files without a checksum can be present, but not compared."""
    compared = dutch.counted(raw.total - len(raw.unknown), "bronbestand", "bronbestanden")
    result = (
        f"Vergeleken: {compared}, nog dezelfde" if raw.same else f"Bronbestanden NIET dezelfde: {_differences(raw)}"
    )
    hidden = f"; niet te vergelijken, want niet openbaar: {len(raw.unknown)}" if raw.unknown else ""
    return f"{result}{hidden}."


def _differences(check: FileCheck) -> str:
    kinds = {"ontbreekt": check.missing, "veranderd": check.changed, "toegevoegd": check.added}
    return "; ".join(f"{word}: {', '.join(names)}" for word, names in kinds.items() if names)
