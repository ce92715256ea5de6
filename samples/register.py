"""The data package: what every sample export is, where it plays to come from, and its checksum."""

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
    "LET OP: DIT ZIJN GEEN ECHTE CIJFERS. Alle bestanden met cijfers zijn nagemaakt (synthetisch), in de vorm "
    "waarin de politie, het CBS en de gemeente hun bestanden leveren. Alleen de teksten uit het veiligheidsbeleid "
    "zijn echt; bij die bestanden staat 'synthetic: false'. Gebruik alles om het programma te proberen, niet om "
    "conclusies te trekken over een gemeente."
)


@dataclass(frozen=True)
class Resource:
    """One file to be written under data/raw, with its entry in the data package.

    What the council wrote itself is not ``synthetic``, and we cannot give it a licence.
    """

    path: str
    title: str
    publisher: str
    table: str
    vintage: str
    data: bytes
    encoding: str = "utf-8"
    custom: dict[str, Any] = field(default_factory=dict)
    synthetic: bool = True

    def entry(self) -> dict[str, Any]:
        """Describe the file for datapackage.json; a workbook or zip file has no text encoding."""
        file = Path(self.path)
        binary = file.suffix in (".xlsx", ".zip")
        return {
            "name": file.stem.lower(),
            "path": self.path,
            "title": self.title,
            "format": file.suffix[1:],
            "mediatype": MEDIATYPES[file.suffix],
            **({} if binary else {"encoding": self.encoding}),
            "bytes": len(self.data),
            "hash": f"sha256:{hashlib.sha256(self.data).hexdigest()}",
            **({"licenses": LICENCES} if self.synthetic else {}),
            "sources": [{"title": f"{self.publisher} ({'nagemaakt' if self.synthetic else 'overgenomen'})"}],
            "publisher": self.publisher,
            "table": self.table,
            "vintage": self.vintage,
            "synthetic": self.synthetic,
            **self.custom,
        }


def datapackage(resources: list[Resource]) -> bytes:
    """Describe all files in one Frictionless Data Package descriptor."""
    package = {
        "name": "voorbeelddata-veiligheid",
        "title": "Voorbeelddata veiligheidsanalyse – geen echte cijfers",
        "description": DESCRIPTION,
        "created": "2024-02-15T12:00:00Z",
        "licenses": LICENCES,
        "synthetic": True,
        "resources": [resource.entry() for resource in resources],
    }
    return (json.dumps(package, ensure_ascii=False, indent=2) + "\n").encode()


def write(resources: list[Resource], folder: Path) -> None:
    """Write all files and their register into `folder`."""
    for resource in resources:
        file = folder / resource.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(resource.data)
    (folder / "datapackage.json").write_bytes(datapackage(resources))
