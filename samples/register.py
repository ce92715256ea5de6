"""The register of the sample exports: what every file is, its publisher (real or supposed), and its checksum."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MEDIATYPES = {
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".yml": "application/yaml",
    ".zip": "application/zip",
    ".geojson": "application/geo+json",
}
LICENCES = [{"name": "CC0-1.0", "path": "https://creativecommons.org/publicdomain/zero/1.0/"}]
DESCRIPTION = (
    "LET OP: EEN DEEL VAN DEZE CIJFERS IS NAGEMAAKT. Echt zijn cijfers die de politie en het CBS publiceren: twaalf "
    "soorten misdrijven en de inwoners van alle gemeenten, misdrijven en overlast in Nederland, registraties van E33 "
    "tot en met 2017, en de grenzen. Ook de teksten uit het veiligheidsbeleid zijn echt. Bij al die bestanden staat "
    "'synthetic: false'. De andere bestanden zijn nagemaakt (synthetisch), in de vorm waarin uitgevers ze leveren. "
    "Gebruik die om het programma te proberen, niet om conclusies te trekken over een gemeente."
)


@dataclass(frozen=True)
class Resource:
    """One file of the sample, with its entry in the data package.

    Parameters
    ----------
    path : str
        Path under ``data/raw``.
    title, publisher, table : str
        Title, publisher (supposed, when the content is made up), and table of the file.
    vintage : str or None
        Date of the export, ``2024-02-15``; ``None`` where it is not known.
    data : bytes
        Content of the file.
    encoding : str
        Encoding of a text file.
    custom : dict
        Further fields of the entry.
    synthetic : bool
        Whether the content is made up.
    licence : dict of str to str, optional
        Terms of real content, where the publisher gave any; we cannot license that ourselves.
    """

    path: str
    title: str
    publisher: str
    table: str
    vintage: str | None
    data: bytes
    encoding: str = "utf-8"
    custom: dict[str, Any] = field(default_factory=dict)
    synthetic: bool = True
    licence: dict[str, str] | None = None

    def entry(self) -> dict[str, Any]:
        """Return the entry of the file in ``datapackage.json``; a workbook or zip file has no text encoding."""
        file = Path(self.path)
        binary = file.suffix in (".xlsx", ".zip")
        licences = LICENCES if self.synthetic else [self.licence] if self.licence else []
        return {
            "name": file.stem.lower(),
            "path": self.path,
            "title": self.title,
            "format": file.suffix[1:],
            "mediatype": MEDIATYPES[file.suffix],
            **({} if binary else {"encoding": self.encoding}),
            "bytes": len(self.data),
            "hash": f"sha256:{hashlib.sha256(self.data).hexdigest()}",
            **({"licenses": licences} if licences else {}),
            "sources": [{"title": f"{self.publisher} ({'nagemaakt' if self.synthetic else 'overgenomen'})"}],
            "publisher": self.publisher,
            "table": self.table,
            **({"vintage": self.vintage} if self.vintage else {}),
            "synthetic": self.synthetic,
            **self.custom,
        }


def datapackage(resources: list[Resource]) -> bytes:
    """Return a Frictionless Data Package descriptor of all files."""
    package = {
        "name": "voorbeelddata-veiligheid",
        "title": "Voorbeelddata veiligheidsanalyse – echte en nagemaakte cijfers",
        "description": DESCRIPTION,
        "created": "2024-02-15T12:00:00Z",
        "resources": [resource.entry() for resource in resources],
    }
    return (json.dumps(package, ensure_ascii=False, indent=2) + "\n").encode()


def write(resources: list[Resource], folder: Path) -> None:
    """Write all files and their register into a folder."""
    for resource in resources:
        file = folder / resource.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(resource.data)
    (folder / "datapackage.json").write_bytes(datapackage(resources))
