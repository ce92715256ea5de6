"""Register of the raw files, ``datapackage.json``: publisher, export date, licence and checksum of each file.

The register also says which files are made up (``synthetic``) and which were fetched by this program.
"""

from __future__ import annotations

import json
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
UNFETCHED = "not_fetched"  # field of the register: tables that could not be fetched last time
VOTES = ("stembriefjes", "turflijst")  # not public: small villages could be recognised in them
_EXPORTED = re.compile(
    r"_([0-9]{2})([0-9]{2})([0-9]{4})_[0-9]{6}(?![0-9])"
)  # 47013NED_TypedDataSet_15022024_101500.csv


def must_exist(raw: Path) -> None:
    """Refuse a folder of exports that does not exist.

    Parameters
    ----------
    raw : Path
        The folder of exports.

    Raises
    ------
    DataError
        When it does not exist.
    """
    if not raw.is_dir():
        remedy = "Wijs een map met exports aan: met --raw, of bij raw: in verversen.yml."
        raise DataError(paths.display_path(raw), paths.folder_problem(raw), remedy)


class Licence(BaseModel):
    """A licence, as in a Frictionless data package."""

    name: str


class FetchedEntry(BaseModel):
    """How a file was fetched.

    Parameters
    ----------
    source : str
        Name of the source in ``sources.yml``.
    modified : str
        When the publisher last changed the table.
    municipalities : tuple of str
        CBS codes of the municipalities it was fetched for.
    questions : tuple of str
        The queries that were sent.
    """

    model_config = ConfigDict(frozen=True)

    source: str
    modified: str
    municipalities: tuple[str, ...]
    questions: tuple[str, ...]


class Resource(BaseModel):
    """One file in the register; a file that is not registered has only its name, path and export date.

    Parameters
    ----------
    name, path : str
        Name of the resource, and path of the file within the folder.
    size : int, optional
        In bytes.
    hash : str, optional
        Checksum as ``sha256:`` and 64 hexadecimal digits.
    publisher : str, optional
    vintage : date, optional
        Date of the export.
    synthetic : bool
        Whether the figures are made up.
    licenses : tuple of Licence
    replaces : str, optional
        Name of an older resource, which is then not read.
    indicator_code : str, optional
        What a delivery without a header counts, such as ``E33``.
    years : tuple of int, optional
        First and last year of a delivery without a header.
    selection : dict of str to str
        Values of dimensions that the file itself lacks.
    fetched : FetchedEntry, optional
        How this program fetched the file.
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
    """The register of a folder.

    Parameters
    ----------
    resources : dict of str to Resource
        The registered files by path.
    present : bool
        Whether the folder has a register at all.
    unfetched : tuple of Unfetched
        Tables that could not be fetched last time.
    """

    resources: dict[str, Resource]
    present: bool
    unfetched: tuple[Unfetched, ...] = ()

    def resource(self, path: str) -> Resource:
        """Return the entry of a file by its path within the folder, or a minimal one for an unregistered file."""
        return self.resources.get(path) or Resource(name=path, path=path, vintage=_export_date(path))

    @property
    def municipalities(self) -> set[str]:
        """CBS codes of the municipalities that figures were ever fetched for."""
        return {
            code for resource in self.resources.values() if resource.fetched for code in resource.fetched.municipalities
        }

    @property
    def replaced(self) -> dict[str, str]:
        """Names of resources that must not be read, with the name of the resource that replaces each."""
        return {resource.replaces: resource.name for resource in self.resources.values() if resource.replaces}


def read(raw: Path) -> Register:
    """Read the register of a folder.

    Parameters
    ----------
    raw : Path
        The folder of exports.

    Returns
    -------
    Register
        Empty when the folder has no register.

    Raises
    ------
    DataError
        When the register cannot be read, a field is wrong, or a name or path occurs twice.
    """
    path = raw / NAME
    if not os.path.lexists(path):
        return Register({}, present=False)
    return parse(path, yaml_files.document(path))


def parse(path: Path, text: str) -> Register:
    """Parse the text of a register.

    Parameters
    ----------
    path : Path
        The file that holds the text or will hold it, for messages.
    text : str
        JSON.

    Returns
    -------
    Register

    Raises
    ------
    DataError
        When it is not JSON, a field is wrong, or a name or path occurs twice.
    """
    try:
        package = _Package.model_validate(yaml_files.json_content(path, text))
    except ValidationError as error:
        raise yaml_files.in_dutch(path, error) from None
    for field, description in (("name", "de naam"), ("path", "het bestand")):
        counts = Counter(getattr(resource, field) for resource in package.resources)
        if repeated := [text for text, number in counts.items() if number > 1]:
            remedy = "Geef elk bestand één ingang met een eigen naam, zodat een cijfer naar één bestand verwijst."
            raise DataError(paths.display_path(path), f"{description} '{repeated[0]}' staat er twee keer in.", remedy)
    return Register({resource.path: resource for resource in package.resources}, True, package.unfetched)


def verify(raw: Path, resource: Resource) -> None:
    """Check that a registered file exists and is unchanged.

    Parameters
    ----------
    raw : Path
        The folder of exports.
    resource : Resource
        The entry of the file.

    Raises
    ------
    DataError
        When the file is missing, or its size or checksum differs from the register.
    """
    path = raw / resource.path
    if not os.path.lexists(path):
        problem = f"dit bestand staat in {NAME}, maar is er niet."
        hint = " Is 'veiligheid fetch' afgebroken? Voer dat dan opnieuw uit." if resource.fetched else ""
        raise DataError(paths.display_path(path), problem, f"Zet het bestand terug, of haal het uit {NAME}.{hint}")
    if _is_changed(raw, resource):
        problem = f"dit is niet meer het bestand dat in {NAME} staat: grootte of controlegetal (sha256) klopt niet."
        command = f"veiligheid register --raw {paths.display_path(raw)}"
        on_purpose = "" if resource.fetched else f" Is het met opzet veranderd, werk dan {NAME} bij met '{command}'."
        raise DataError(paths.display_path(path), problem, f"Zet het oorspronkelijke bestand terug.{on_purpose}")


def _is_changed(raw: Path, resource: Resource) -> bool:
    path = raw / resource.path
    raw_files.admit(path, raw)
    return (resource.size is not None and path.stat().st_size != resource.size) or (
        resource.hash is not None and f"sha256:{fingerprints.file_checksum(path)}" != resource.hash
    )


def update(raw: Path) -> list[str]:
    """Give the entries of files that were changed on purpose the size and checksum of now; all else stays.

    A fetched file is never changed on purpose, and a file that is not in the register or not in the folder is left to
    `verify`.

    Parameters
    ----------
    raw : Path
        The folder of exports.

    Returns
    -------
    list of str
        The paths of the files, as in the register.

    Raises
    ------
    DataError
        When the folder has no register, or one that cannot be read.
    """
    must_exist(raw)
    register, file = read(raw), raw / NAME
    if not register.present:
        raise DataError(
            paths.display_path(raw), f"in deze map staat geen {NAME}.", "Dan is er ook niets bij te werken."
        )
    changed = [
        path
        for path, resource in register.resources.items()
        if not resource.fetched and (raw / path).is_file() and _is_changed(raw, resource)
    ]
    content = yaml_files.json_content(file, yaml_files.document(file))
    for entry in content["resources"]:
        if PurePosixPath(entry["path"]).as_posix() in changed:
            path = raw / entry["path"]
            now = {"bytes": path.stat().st_size, "hash": f"sha256:{fingerprints.file_checksum(path)}"}
            entry.update({name: value for name, value in now.items() if name in entry})
    if changed:
        paths.write(file, f"{json.dumps(content, ensure_ascii=False, indent=2)}\n".encode())
    return changed


def describe(raw: Path, resource: Resource, *, table: str, publisher: str, licence: str | None = None) -> Source:
    """Describe a file as the source of its figures, for the provenance of every number.

    Parameters
    ----------
    raw : Path
        The folder of exports.
    resource : Resource
        The entry of the file. Its publisher and licence have precedence over the arguments.
    table : str
        Id of the table in ``tables.yml``, or of another kind of source, such as ``stembriefjes``.
    publisher : str
    licence : str, optional

    Returns
    -------
    Source
        With the checksum (SHA-256) and the size in bytes of the file.
    """
    path, definition = raw / resource.path, catalogue.tables().get(table)
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
        public=definition.public if definition else table not in VOTES,
    )


def _export_date(path: str) -> date | None:
    """Return the date that StatLine puts in the file name of a data set, if there is one."""
    match = _EXPORTED.search(path)
    try:
        return date(int(match[3]), int(match[2]), int(match[1])) if match else None
    except ValueError:
        return None
