"""A report that was made: its folder, what it says, and what it was made from."""

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
from .records import MANIFEST, RESULTS, file_checksums

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
        if sealed and sealed != fingerprints.file_checksum(self.folder / RESULTS):
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
        raise DataError(paths.shown(folder), paths.folder_problem(folder), _REMEDY)
    path = folder / name
    if not path.is_file():
        raise DataError(paths.shown(folder), f"dit is geen rapport: {name} ontbreekt.", _REMEDY)
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise DataError(paths.shown(path), "dit bestand is beschadigd en niet te lezen.", AGAIN) from None


_Table = tuple[str, str]  # publisher and table
_File = tuple[str, str | None]  # path and date of export
_Files = dict[_Table, dict[_File, str | None]]  # with the checksum


@dataclass(frozen=True)
class File:
    """A raw file of an edition; ``altered`` when a file of that name and date had other contents before."""

    path: str
    vintage: str | None
    altered: bool = False


@dataclass(frozen=True)
class Input:
    """The raw files of one table that are not the same in both editions."""

    publisher: str
    table: str
    old: tuple[File, ...]
    new: tuple[File, ...]


def compare(old: Edition, new: Edition) -> tuple[Input, ...]:
    """The tables of which a file came, went or has other contents.

    Of files that are not public no checksum is known; of those only another name or date can be seen.
    """
    before, after = _files(old), _files(new)
    tables = dict.fromkeys((*after, *before))
    found = [Input(*at, _only(before, after, at), _only(after, before, at)) for at in tables]
    return tuple(one for one in found if one.old or one.new)


def _files(edition: Edition) -> _Files:
    found: _Files = {}
    for one in edition.manifest["inputs"]:
        found.setdefault((one["publisher"], one["table"]), {})[one["path"], one["vintage"]] = one["sha256"]
    return found


def _only(here: _Files, there: _Files, table: _Table) -> tuple[File, ...]:
    """Files of a table that are not, or not with the same contents, on the other side."""
    others = there.get(table, {})
    files = sorted(here.get(table, {}).items(), key=str)
    return tuple(File(*file, altered=file in others) for file, digest in files if not _same(file, digest, others))


def _same(file: _File, digest: str | None, others: dict[_File, str | None]) -> bool:
    return file in others and (digest is None or others[file] is None or digest == others[file])


@dataclass(frozen=True)
class Check:
    """Files compared with the checksums that were written down.

    ``unknown`` are files of which no checksum was written down, because they are not public.
    """

    total: int
    missing: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether all that can be compared is as it was."""
        return not (self.missing or self.changed or self.added)


@dataclass(frozen=True)
class Verification:
    """What came out: of the report itself, and if asked of its raw files."""

    edition: Edition
    report: Check
    raw: Check | None = None

    @property
    def passed(self) -> bool:
        """Whether the report, and the raw files if asked, are as they were."""
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

    Raises
    ------
    DataError
        When the folder holds no report, or one without checksums; when ``raw`` is not there.
    """
    edition = read(folder)
    if not isinstance(edition.manifest.get("files"), dict):
        problem = "in dit rapport staan geen controlegetallen; daarom is niet te zeggen of het nog heel is."
        raise DataError(paths.shown(folder / MANIFEST), problem, AGAIN)
    if raw is not None and not raw.is_dir():
        raise DataError(paths.shown(raw), paths.folder_problem(raw), "Geef de map met ruwe exports, zoals data/raw.")
    report = _compare(edition.manifest["files"], file_checksums(folder))
    return Verification(edition, report, _raw(edition, raw, documents or raw) if raw is not None else None)


def _compare(written: dict[str, str], found: dict[str, str]) -> Check:
    changed = [name for name in written if name in found and found[name] != written[name]]
    return Check(
        len(written),
        tuple(name for name in written if name not in found),
        tuple(changed),
        tuple(name for name in found if name not in written),
    )


def _raw(edition: Edition, raw: Path, documents: Path) -> Check:
    """Raw files that nobody used are no concern of the report."""
    inputs = {entry["path"]: entry["sha256"] for entry in edition.manifest["inputs"]}
    files = {path: (documents if path.startswith("beleid/") else raw) / path for path in inputs}
    there = [path for path, file in files.items() if file.is_file()]
    changed = [path for path in there if inputs[path] and fingerprints.file_checksum(files[path]) != inputs[path]]
    return Check(
        len(inputs),
        missing=tuple(path for path in inputs if path not in there),
        changed=tuple(changed),
        unknown=tuple(path for path in there if not inputs[path]),
    )


def sentence(found: Verification) -> str:
    """The outcome in one line of Dutch."""
    report = found.report
    files = dutch.counted(report.total, "bestand", "bestanden")
    state = f"Het rapport is heel ({files})" if report.same else f"Het rapport is NIET heel: {_faults(report)}"
    made = f"gemaakt op {found.edition.moment} uit {_inputs(found.edition)}"
    seal = fingerprints.file_checksum(found.edition.folder / MANIFEST)[:12]
    about = f"{state}. {found.edition.title}, {made}. Controlegetal van {MANIFEST}: {seal}."
    return about if found.raw is None else f"{about} {_raw_told(found.raw)}"


def _inputs(edition: Edition) -> str:
    """How many raw files, by publisher, and of when."""
    inputs = edition.manifest["inputs"]
    of = Counter(entry["publisher"] for entry in inputs)
    dates = sorted(entry["vintage"] for entry in inputs if entry["vintage"])
    parts = "; ".join(f"{publisher} {count}" for publisher, count in of.most_common())
    last = f", laatste export {dutch.day(date.fromisoformat(dates[-1]))}" if dates else ""
    return f"{dutch.counted(len(inputs), 'bronbestand', 'bronbestanden')} ({parts}{last})"


def _raw_told(raw: Check) -> str:
    """Of the raw files; those without a checksum can be there, but not be compared."""
    compared = dutch.counted(raw.total - len(raw.unknown), "bronbestand", "bronbestanden")
    known = f"Vergeleken: {compared}, nog dezelfde" if raw.same else f"Bronbestanden NIET dezelfde: {_faults(raw)}"
    hidden = f"; niet te vergelijken, want niet openbaar: {len(raw.unknown)}" if raw.unknown else ""
    return f"{known}{hidden}."


def _faults(check: Check) -> str:
    kinds = {"ontbreekt": check.missing, "veranderd": check.changed, "toegevoegd": check.added}
    return "; ".join(f"{word}: {', '.join(names)}" for word, names in kinds.items() if names)
