"""All editions of a report: where earlier ones are kept, and the page of a municipality that leads to every one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from .. import paths
from ..definitions import regions
from ..errors import DataError
from .edition import OVERVIEW, Edition, published_manifests, read_edition
from .page import Link, Page, render

_ARCHIVE = "edities"  # in the folder of a municipality


@dataclass(frozen=True)
class PeriodEditions:
    """The editions of the report of one period, with links from the folder of the municipality.

    Parameters
    ----------
    newest : Link
        With the moment when it was made as title, as in ``earlier``.
    earlier : tuple of Link
        The latest first.
    """

    years: str
    newest: Link
    earlier: tuple[Link, ...]


def archive(target: Path) -> Path:
    """Return the folder with the earlier editions of a published report.

    Parameters
    ----------
    target : Path
        The published report.

    Returns
    -------
    Path
    """
    return target.parent / _ARCHIVE / target.name


def archive_name(made: datetime) -> str:
    """Return the name of the folder of an earlier edition, before the number that tells those of one minute apart.

    Parameters
    ----------
    made : datetime
        When the edition was made.

    Returns
    -------
    str

    Examples
    --------
    >>> archive_name(datetime(2026, 11, 22, 17, 46, 5))
    '2026-11-22T1746'
    """
    return f"{made:%Y-%m-%dT%H%M}"


def archived(target: Path) -> list[Edition]:
    """Return the earlier editions of a published report, without those whose manifest cannot be read.

    Parameters
    ----------
    target : Path
        The published report.

    Returns
    -------
    list of Edition
        The latest first.
    """
    folders = [path for path in archive(target).glob("*") if path.is_dir()]
    editions = [edition for path in folders if (edition := _read(path))]
    return sorted(editions, key=lambda edition: (edition.made, edition.folder.name), reverse=True)


def all_archived(out: Path) -> list[Path]:
    """Return the folders of all earlier editions of all reports.

    Parameters
    ----------
    out : Path
        The folder of reports.

    Returns
    -------
    list of Path
    """
    return sorted(path for path in out.glob(f"GM*/{_ARCHIVE}/*/*") if path.is_dir())


def municipality_pages(out: Path) -> list[Path]:
    """Return the pages that `write_municipalities` wrote.

    Parameters
    ----------
    out : Path
        The folder of reports.

    Returns
    -------
    list of Path
    """
    return sorted([*out.glob(f"GM*/{OVERVIEW}"), *out.glob(f"GM*/{_ARCHIVE}/*/{OVERVIEW}")])


def write_municipalities(out: Path) -> None:
    """Write the page of each municipality, in its own folder and in each folder with its earlier editions.

    The first page of a report links to ``../index.html``. Also from an edition that was put away since, that leads to
    all others.

    Parameters
    ----------
    out : Path
        The folder of reports. Those that are damaged are left out, as in its overview.
    """
    published: dict[Path, list[Path]] = {}
    for manifest in published_manifests(out):
        published.setdefault(manifest.parent.parent, []).append(manifest.parent)
    for folder, targets in published.items():
        _write_municipality(folder, [report for target in targets if (report := _read(target))])


def _read(target: Path) -> Edition | None:
    try:
        return read_edition(target)
    except DataError:
        return None


def _write_municipality(folder: Path, reports: Sequence[Edition]) -> None:
    earlier = [archived(report.folder) for report in reports]
    periods = [
        PeriodEditions(_years(report), _link(report), tuple(map(_link, editions)))
        for report, editions in zip(reports, earlier, strict=True)
    ]
    made_up = any(map(_is_made_up, [*reports, *(edition for editions in earlier for edition in editions)]))
    page = Page(f"Veiligheidsanalyse {regions.name(folder.name)}", "alle perioden en edities", synthetic=made_up)
    _write(folder, page, periods, "")
    for report, editions in zip(reports, earlier, strict=True):
        if editions:
            _write(archive(report.folder), page, periods, "../../")


def _write(folder: Path, page: Page, periods: Sequence[PeriodEditions], root: str) -> None:
    text = render("municipality.html.j2", page=page, periods=periods[::-1], root=root)
    paths.write(folder / OVERVIEW, text.encode())


def _link(edition: Edition) -> Link:
    """Return a link to an edition; of two that were made in one minute the second one has a number."""
    folder, window = edition.folder, edition.folder.parent
    if window.parent.name != _ARCHIVE:
        return Link(edition.moment, f"{folder.name}/index.html")
    number = folder.name.removeprefix(f"{archive_name(edition.made)}-")
    moment = f"{edition.moment}, nummer {number}" if number.isdecimal() else edition.moment
    return Link(moment, f"{_ARCHIVE}/{window.name}/{folder.name}/index.html")


def _years(edition: Edition) -> str:
    parameters = edition.manifest["parameters"]
    return f"{parameters['first_year']}–{parameters['last_year']}"


def _is_made_up(edition: Edition) -> bool:
    return any(source["synthetic"] for source in edition.manifest["inputs"])
