"""The register of the raw files, ``datapackage.json``: who published what, when, under which licence, real or not."""

from __future__ import annotations

import os
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from .. import paths
from ..definitions import catalogue, yaml_files
from ..definitions.catalogue import Year
from ..errors import DataError, printable
from ..store import fingerprints
from ..store.raw_sources import Source, Unfetched
from . import raw_files

NAME = "datapackage.json"
UNFETCHED = "not_fetched"  # in the register, what the publishers could not give the last time
VOTES = ("stembriefjes", "turflijst")  # what voters handed in; a small village is not to be found from it
_EXPORTED = re.compile(
    r"_([0-9]{2})([0-9]{2})([0-9]{4})_[0-9]{6}(?![0-9])"
)  # 47013NED_TypedDataSet_15022024_101500.csv


def must_exist(raw: Path) -> None:
    """Refuse a folder with exports that is not there.

    Raises
    ------
    DataError
        When it is not.
    """
    if not raw.is_dir():
        remedy = "Wijs een map met exports aan: met --raw, of bij raw: in verversen.yml."
        raise DataError(paths.shown(raw), paths.folder_problem(raw), remedy)


class Licence(BaseModel):
    """A licence as Frictionless writes it."""

    name: str


class FetchedEntry(BaseModel):
    """How a file was fetched: the source in ``sources.yml``, the publisher's moment of change, for whom, and what."""

    model_config = ConfigDict(frozen=True)

    source: str
    modified: str
    municipalities: tuple[str, ...]
    questions: tuple[str, ...]


class Resource(BaseModel):
    """One file in the register; a file that is not registered has only its name and path.

    ``selection`` gives dimensions that the file itself lacks. ``indicator_code`` and ``years`` (first and last) say
    what the figures in a delivery without a header are. ``replaces`` names an older resource that is not to be read.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    path: str
    size: int | None = Field(None, alias="bytes")
    hash: str | None = Field(None, pattern="^sha256:[0-9a-f]{64}$")
    publisher: str | None = None
    vintage: date | None = None
    synthetic: bool = False
    licenses: tuple[Licence, ...] = ()
    replaces: str | None = None
    indicator_code: str | None = None
    years: tuple[Year, Year] | None = None
    selection: dict[str, str] = {}
    fetched: FetchedEntry | None = None

    @field_validator("name", "path")
    @classmethod
    def _can_be_shown(cls, text: str) -> str:
        if printable(text).replace("\n", "") != text or not text:
            raise ValueError("hier staan tekens in die geen tekst zijn.")
        return text

    @field_validator("path")
    @classmethod
    def _lies_within(cls, text: str) -> str:
        path = PurePosixPath(text)
        if path.is_absolute() or ".." in path.parts:
            raise ValueError(f"'{text}' ligt buiten de map met exports. Zet het bestand in die map.")
        return path.as_posix()


class _Package(BaseModel):
    resources: tuple[Resource, ...]
    unfetched: tuple[Unfetched, ...] = Field((), alias=UNFETCHED)


@dataclass(frozen=True)
class Register:
    """The registered files of a folder by path; ``present`` is whether there is a register at all."""

    resources: dict[str, Resource]
    present: bool
    unfetched: tuple[Unfetched, ...] = ()

    def resource(self, path: str) -> Resource:
        """What is known of a file, given its path within the folder."""
        return self.resources.get(path) or Resource(name=path, path=path, vintage=_exported(path))

    @property
    def municipalities(self) -> set[str]:
        """The municipalities that figures were ever fetched for."""
        return {code for one in self.resources.values() if one.fetched for code in one.fetched.municipalities}

    @property
    def replaced(self) -> dict[str, str]:
        """Names of resources that are not to be read, with the name of what came in their place."""
        return {r.replaces: r.name for r in self.resources.values() if r.replaces}


def read(raw: Path) -> Register:
    """Read the register of a folder.

    Raises
    ------
    DataError
        For a register that cannot be read.
    """
    path = raw / NAME
    if not os.path.lexists(path):
        return Register({}, present=False)
    return understood(path, yaml_files.document(path))


def understood(path: Path, text: str) -> Register:
    """The text of a register, as it stands or would stand at ``path``; raises as `read` does."""
    try:
        package = _Package.model_validate(yaml_files.json_content(path, text))
    except ValidationError as error:
        raise yaml_files.in_dutch(path, error) from None
    for field, what in (("name", "de naam"), ("path", "het bestand")):
        counted = Counter(getattr(resource, field) for resource in package.resources)
        if twice := [text for text, number in counted.items() if number > 1]:
            remedy = "Geef elk bestand één ingang met een eigen naam, zodat een cijfer naar één bestand verwijst."
            raise DataError(paths.shown(path), f"{what} '{twice[0]}' staat er twee keer in.", remedy)
    return Register({resource.path: resource for resource in package.resources}, True, package.unfetched)


def verify(raw: Path, resource: Resource) -> None:
    """Check that a registered file is there and unchanged.

    Raises
    ------
    DataError
        When it is missing, or not the one that was registered.
    """
    path = raw / resource.path
    if not os.path.lexists(path):
        problem = f"dit bestand staat in {NAME}, maar is er niet."
        again = " Is 'veiligheid fetch' afgebroken? Voer dat dan opnieuw uit." if resource.fetched else ""
        raise DataError(paths.shown(path), problem, f"Zet het bestand terug, of haal het uit {NAME}.{again}")
    raw_files.admit(path, raw)
    changed = (resource.size is not None and path.stat().st_size != resource.size) or (
        resource.hash is not None and f"sha256:{fingerprints.file_checksum(path)}" != resource.hash
    )
    if changed:
        problem = f"dit is niet meer het bestand dat in {NAME} staat: grootte of controlegetal (sha256) klopt niet."
        remedy = f"Zet het oorspronkelijke bestand terug. Is het met opzet vernieuwd, werk dan {NAME} bij."
        raise DataError(paths.shown(path), problem, remedy)


def describe(raw: Path, resource: Resource, *, table: str, publisher: str, licence: str | None = None) -> Source:
    """A file as the end of every trail from a published number; the register has precedence over what we assume."""
    path, known = raw / resource.path, catalogue.tables().get(table)
    return Source(
        name=resource.name,
        path=resource.path,
        table=table,
        publisher=resource.publisher or publisher,
        sha256=resource.hash.removeprefix("sha256:") if resource.hash else fingerprints.file_checksum(path),
        size=path.stat().st_size,
        synthetic=resource.synthetic,
        vintage=resource.vintage.isoformat() if resource.vintage else None,
        licence=resource.licenses[0].name if resource.licenses else licence,
        replaces=resource.replaces,
        public=known.public if known else table not in VOTES,
    )


def _exported(path: str) -> date | None:
    """The date that StatLine puts in the name of a data set."""
    found = _EXPORTED.search(path)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None
