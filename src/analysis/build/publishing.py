"""Publishing a report, and keeping the editions before it.

The published edition stands in ``out/<municipality>/<window>``; those before it in
``out/<municipality>/edities/<window>/<moment they were made>``.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from .. import paths
from ..errors import DataError
from ..report.changes_page import Earlier
from ..report.edition import Edition, modified_at, read_edition
from ..report.records import RUN, file_checksums
from . import workspace

_LOG = logging.getLogger(__name__)
BEFORE = "compared_with"  # in the manifest: the folder of the edition that this one was compared with


@dataclass(frozen=True)
class History:
    """What came before a report that is being made.

    Parameters
    ----------
    previous : Edition or None
        The latest edition that says something else; ``None`` for the first.
    name : str or None
        The folder of the previous edition once the new one is published.
    earlier : tuple of Earlier
        All earlier editions, the latest first, with the way to them from the published report.
    keep : Path or None
        Where the published report is put away; ``None`` when nothing is, because it says the same or is not there.
    """

    previous: Edition | None = None
    name: str | None = None
    earlier: tuple[Earlier, ...] = ()
    keep: Path | None = None


def history(fresh: Path, target: Path, most: int | None = None) -> History:
    """Find out what a new report is to be compared with.

    Parameters
    ----------
    fresh : Path
        The new report as far as it says something by itself: its chapters and numbers, not yet what changed.
    target : Path
        Where it will be published.
    most : int, optional
        How many earlier editions will be kept; by default all.

    Notes
    -----
    A report that says the same as the published one takes that one's place, and is compared with the same edition
    as that one was. So making it again changes nothing on any page.
    """
    published = readable(target)
    same = published is not None and _says_the_same(fresh, target)
    keep = _place(target, published) if target.exists() and not same else None
    if keep and not (published and published.manifest.get("files") == file_checksums(target)):
        why = f"wat er stond, was veranderd of van een andere versie, en staat nu in {paths.shown(keep)}"
        _LOG.warning("  Opnieuw gemaakt: %s (%s)", paths.shown(target), why)
    known = {edition.folder: edition for edition in _kept(target)}
    if published and keep:
        known = {keep: published, **known}
    named = published.manifest.get(BEFORE) if published and same else None
    place = next((one for one in known if one.name == named), next(iter(known), None))
    if place is None:
        return History(keep=keep)
    return History(known[place], place.name, _listed(known)[:most], keep)


def replace_report(fresh: Path, target: Path, keep: Path | None) -> None:
    """Put a finished report in its place, and the one that was there in ``keep``.

    Whatever goes wrong, one of the two is there whole: the new report is first put where the old one is to go, and
    then the two are exchanged in one step. Where that cannot be (see `paths.exchange`), or what was there is no report,
    it takes two steps. `recover` undoes what a killed run left of either.
    """
    if keep is None:
        if not _is_the_same(fresh, target):
            paths.replace_folder(fresh, target)
        return
    keep.parent.mkdir(parents=True, exist_ok=True)
    if read_edition(fresh).manifest.get(BEFORE) == keep.name:
        fresh.rename(keep)
        if paths.exchange(keep, target):
            return
        keep.rename(fresh)
    target.rename(keep)
    try:
        fresh.rename(target)
    except BaseException:
        recover(target)
        raise


def forget(target: Path, most: int | None) -> None:
    """Remove the oldest editions, so that as many are left as are to be kept."""
    for edition in _kept(target)[most:] if most is not None else []:
        paths.remove_folder(edition.folder, target.parent)


def recover(target: Path) -> None:
    """Bring back the edition that a killed run had put away before the new one was there.

    An edition that stands where the one goes that it was compared with was never published, and is removed.
    """
    paths.recover_folder(target)
    kept = []
    for edition in _kept(target):
        if edition.manifest.get(BEFORE) == edition.folder.name:
            paths.remove_folder(edition.folder, target.parent)
        else:
            kept.append(edition)
    if kept and not target.exists():
        kept[0].folder.rename(target)


def readable(folder: Path) -> Edition | None:
    """The report in a folder; what is no report, or a broken one, is nothing to compare with."""
    try:
        edition = read_edition(folder)
        edition.results  # noqa: B018 (reads them)
    except DataError:
        return None
    return edition


def _kept(target: Path) -> list[Edition]:
    """The editions put away, the latest first."""
    folders = [path for path in workspace.archive(target).glob("*") if path.is_dir()]
    found = [edition for path in folders if (edition := readable(path))]
    return sorted(found, key=lambda edition: (edition.made, edition.folder.name), reverse=True)


def _place(target: Path, published: Edition | None) -> Path:
    """Where it is put away: by the minute it was made, with a number for a second one in that minute.

    Never by the name of the edition it was compared with, even if that is gone: see `recover`.
    """
    name = _name(published.made if published else modified_at(target))
    before = published.manifest.get(BEFORE) if published else None
    names = (name, *(f"{name}-{number}" for number in range(2, 1000)))
    free = (one for one in names if one != before and not (workspace.archive(target) / one).exists())
    return workspace.archive(target) / next(free)


def _listed(known: dict[Path, Edition]) -> tuple[Earlier, ...]:
    """The way to every edition, by where it stands or will stand; the latest first."""
    ordered = sorted(known.items(), key=lambda one: (one[1].made, one[0].name), reverse=True)
    return tuple(
        Earlier(_moment(place, edition), f"../{place.parent.parent.name}/{place.parent.name}/{place.name}/index.html")
        for place, edition in ordered
    )


def _moment(place: Path, edition: Edition) -> str:
    """When it was made; of a second one in the same minute the number too, or two links would say the same."""
    number = place.name.removeprefix(_name(edition.made)).removeprefix("-")
    return f"{edition.moment}, nummer {number}" if number else edition.moment


def _name(made: datetime) -> str:
    return f"{made:%Y-%m-%dT%H%M}"


def _says_the_same(fresh: Path, published: Path) -> bool:
    """Whether every file of the new report stands in the published one too."""
    there = file_checksums(published)
    return all(there.get(name) == digest for name, digest in file_checksums(fresh).items())


def _is_the_same(fresh: Path, target: Path) -> bool:
    """Whether nothing differs but when it was made."""
    published = readable(target)
    if published is None:
        return False
    here, there = ({k: v for k, v in one.manifest.items() if k not in RUN} for one in (read_edition(fresh), published))
    return here == there and file_checksums(fresh) == file_checksums(target)
