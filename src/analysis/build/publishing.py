"""Publishing a report and keeping its earlier editions.

The published edition is in ``out/<municipality>/<window>``; earlier ones are in
``out/<municipality>/edities/<window>/<moment they were made>``.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from .. import paths
from ..errors import DataError
from ..report import superseded
from ..report.edition import Edition, modified_at, read_edition
from ..report.editions import archive, archive_name, archived
from ..report.records import RUN, file_checksums

_LOG = logging.getLogger(__name__)
COMPARED_WITH = "compared_with"  # in the manifest: the folder of the edition that this one was compared with


@dataclass(frozen=True)
class History:
    """The editions before a report that is being made.

    Parameters
    ----------
    previous : Edition or None
        The latest edition with other content; ``None`` for the first.
    name : str or None
        The folder name of the previous edition once the new one is published.
    keep : Path or None
        Where the published report is to be archived; ``None`` when it has the same content or does not exist.
    """

    previous: Edition | None = None
    name: str | None = None
    keep: Path | None = None


def find_history(fresh: Path, target: Path) -> History:
    """Determine which edition a new report is compared with.

    Parameters
    ----------
    fresh : Path
        The new report, with its chapters and numbers but without the page of changes.
    target : Path
        Where it will be published.

    Returns
    -------
    History
        That edition, and where the published one is to be archived.

    Notes
    -----
    A report with the same content as the published one replaces it, and is compared with the same edition as that one
    was. Making it again therefore changes nothing on any page.
    """
    published = read_if_intact(target)
    same_content = published is not None and _same_content(fresh, target)
    keep = _archive_folder(target, published) if target.exists() and not same_content else None
    if keep and not (published and published.manifest.get("files") == file_checksums(target)):
        problem = f"wat er stond, was veranderd of van een andere versie, en staat nu in {paths.display_path(keep)}"
        _LOG.warning("  Opnieuw gemaakt: %s (%s)", paths.display_path(target), problem)
    editions = {edition.folder: edition for edition in _intact(target)}
    if published and keep:
        editions = {keep: published, **editions}
    compared_name = published.manifest.get(COMPARED_WITH) if published and same_content else None
    folder = next((path for path in editions if path.name == compared_name), next(iter(editions), None))
    if folder is None:
        return History(keep=keep)
    return History(editions[folder], folder.name, keep)


def replace_report(fresh: Path, target: Path, keep: Path | None) -> None:
    """Publish a finished report, and archive the previous one.

    Whatever goes wrong, one of the two is there whole: the new report is first put where the old one is to go, and then
    the two are exchanged in one step. Where that is impossible (see `paths.exchange`), or where the target held no
    report, it takes two steps. `recover` repairs what a killed run left of either.

    Parameters
    ----------
    fresh : Path
        The new report.
    target : Path
        Where it is published.
    keep : Path or None
        Where the previous report is archived.
    """
    if keep is None:
        if not _same_report(fresh, target):
            paths.replace_folder(fresh, target)
        return
    keep.parent.mkdir(parents=True, exist_ok=True)
    if read_edition(fresh).manifest.get(COMPARED_WITH) == keep.name:
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


def remove_old_editions(target: Path, max_editions: int | None) -> None:
    """Remove the oldest editions.

    Parameters
    ----------
    target : Path
        The published report.
    max_editions : int or None
        How many earlier editions are kept; all when it is ``None``.
    """
    for edition in _intact(target)[max_editions:] if max_editions is not None else []:
        paths.remove_folder(edition.folder, target.parent)


def mark_earlier(target: Path) -> None:
    """Say in every earlier edition that there is a newer one.

    Parameters
    ----------
    target : Path
        The published report.
    """
    for edition in archived(target):
        superseded.mark(edition.folder, target.name)


def recover(target: Path) -> None:
    """Restore the edition that a killed run had archived before the new one was in place.

    An edition that stands where the one goes that it was compared with was never published, and is removed.

    Parameters
    ----------
    target : Path
        The published report.
    """
    paths.recover_folder(target)
    editions = []
    for edition in _intact(target):
        if edition.manifest.get(COMPARED_WITH) == edition.folder.name:
            paths.remove_folder(edition.folder, target.parent)
        else:
            editions.append(edition)
    if editions and not target.exists():
        superseded.unmark(editions[0].folder)
        editions[0].folder.rename(target)


def read_if_intact(folder: Path) -> Edition | None:
    """Read the report in a folder.

    Parameters
    ----------
    folder : Path
        The report.

    Returns
    -------
    Edition or None
        ``None`` when there is no report, or a damaged one.
    """
    try:
        edition = read_edition(folder)
        edition.results  # noqa: B018 (reads them)
    except DataError:
        return None
    return edition


def _intact(target: Path) -> list[Edition]:
    """Return the earlier editions that are not damaged, the latest first."""
    return [edition for edition in archived(target) if read_if_intact(edition.folder)]


def _archive_folder(target: Path, published: Edition | None) -> Path:
    """Return where the published report is archived: by the minute it was made, numbered within a minute.

    Never under the name of the edition it was compared with, even if that is gone: see `recover`.
    """
    name = archive_name(published.made if published else modified_at(target))
    compared_name = published.manifest.get(COMPARED_WITH) if published else None
    names = (name, *(f"{name}-{number}" for number in range(2, 1000)))
    free_names = (
        candidate for candidate in names if candidate != compared_name and not (archive(target) / candidate).exists()
    )
    return archive(target) / next(free_names)


def _same_content(fresh: Path, published: Path) -> bool:
    """Return whether every file of the new report is in the published one with the same contents."""
    published_checksums = file_checksums(published)
    return all(published_checksums.get(name) == digest for name, digest in file_checksums(fresh).items())


def _same_report(fresh: Path, target: Path) -> bool:
    """Return whether two reports differ in nothing but when they were made."""
    published = read_if_intact(target)
    if published is None:
        return False
    new_manifest, published_manifest = (
        {key: value for key, value in edition.manifest.items() if key not in RUN}
        for edition in (read_edition(fresh), published)
    )
    return new_manifest == published_manifest and file_checksums(fresh) == file_checksums(target)
