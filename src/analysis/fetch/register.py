"""Adding editions to ``datapackage.json`` and to the folder of exports, in one move; and what could not be fetched."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pydantic_core import to_jsonable_python

from .. import checksums, paths
from ..sources import package
from .editions import Edition, Failed
from .wanted import WantedTable

READY = "klaar"  # in the folder of what is being fetched: files that are whole and wait for the register
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can say, so that the same answers give the same file


def pack(answers: Path, names: Iterable[str], target: Path) -> None:
    """Put answers in one zip file, each as it came."""
    with paths.naming(target), ZipFile(target, "w") as packed:
        for name in sorted(names):
            info = ZipInfo(name, _EPOCH)
            info.compress_type = ZIP_DEFLATED
            packed.writestr(info, (answers / name).read_bytes())


def path(raw: Path, edition: Edition) -> str:
    """Where an edition is to be kept, within the folder of exports; nothing that is there is ever overwritten."""
    source, known = edition.source, package.read(raw).resources
    kind = ".zip" if isinstance(source, WantedTable) else Path(source.address).suffix
    start = f"{source.folder}/{source.id}_{edition.day}"
    names = (f"{start}{kind}", *(f"{start}-{number}{kind}" for number in range(2, 1000)))
    taken = known.keys() - ({edition.ours.path} if edition.ours and edition.lost else set())
    return next(name for name in names if name not in taken and not (raw / name).exists())


def entry(
    edition: Edition, municipalities: Sequence[str], where: str, file: Path, addresses: Sequence[str]
) -> dict[str, Any]:
    """What the register says of an edition."""
    source = edition.source
    found: dict[str, Any] = {
        "name": Path(where).stem,
        "path": where,
        "title": source.title,
        "bytes": file.stat().st_size,
        "hash": f"sha256:{checksums.of_file(file)}",
        "licenses": [{"name": source.licence}] if source.licence else [],
        "sources": [{"title": source.publisher, "path": addresses[0]}],
        "publisher": source.publisher,
        "vintage": edition.day.isoformat(),
        "synthetic": False,
        "fetched": {
            "source": source.id,
            "at": datetime.now().astimezone().isoformat(timespec="seconds"),
            "modified": edition.modified,
            "municipalities": list(municipalities),
            "questions": edition.questions,
            "addresses": list(addresses),
        },
    }
    if before := _before(edition):
        found["replaces"] = before
    if source.selection:
        found["selection"] = source.selection
    return found


def _before(edition: Edition) -> str | None:
    """The edition that it comes in the place of; one that is lost is no longer in the register."""
    if edition.ours is None:
        return None
    return edition.ours.replaces if edition.lost else edition.ours.name


def install(raw: Path, work: Path, came: Sequence[tuple[Edition, dict[str, Any]]], failed: Sequence[Failed]) -> None:
    """Register editions, then put their files in their place; a next run does what a killed one had left to do.

    Parameters
    ----------
    came : sequence of Edition and dict
        Each with its entry.
    failed : sequence of Failed
        What could not be fetched: the register says so until it can be.

    Raises
    ------
    DataError
        When the register would no longer be one; it then stays as it was.
    """
    place, before = raw / package.NAME, package.read(raw)
    content: dict[str, Any] = {"name": "exports", "resources": []}
    if before.present:
        content = json.loads(place.read_text(encoding="utf-8-sig"))
    elif not came:
        return
    lost = {one.ours.name for one, _ in came if one.ours and one.lost}
    kept = [one for one in content["resources"] if one["name"] not in lost]
    content |= {"resources": [*kept, *(entry for _, entry in came)]}
    content |= {package.UNFETCHED: to_jsonable_python([one.told for one in failed])}
    told = json.dumps(content, ensure_ascii=False, indent=1)
    package.understood(place, told)
    if not before.present or told != place.read_text(encoding="utf-8-sig"):
        paths.write(place, told.encode())
    finish(raw, work)


def finish(raw: Path, work: Path) -> None:
    """Put in their place the files that are registered and wait."""
    for name in package.read(raw).resources:
        if (work / READY / name).exists():
            (raw / name).parent.mkdir(parents=True, exist_ok=True)
            (work / READY / name).replace(raw / name)
